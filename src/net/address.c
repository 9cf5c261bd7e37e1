/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/address.h"

#include "base/special_address.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

struct address address_from_ipv4(const uint8_t octets[4], uint16_t port)
{
	struct address address = {.family = ADDRESS_IPV4, .port = port};
	memcpy(address.octets, octets, 4);
	return address;
}

struct address address_from_ipv6(const uint8_t octets[16], uint16_t port)
{
	struct address address = {.family = ADDRESS_IPV6, .port = port};
	memcpy(address.octets, octets, 16);
	return address;
}

static int port_from_text(const char *text, uint16_t *ret_port)
{
	uint64_t port;
	if (number_from_text(text, 0, UINT16_MAX, &port) != OK)
		return ERR_FORMAT;
	*ret_port = (uint16_t)port;
	return OK;
}

/* A host without a port. */
static int host_from_text(const char *text, struct address *ret_address)
{
	struct address address = {0};
	if (inet_pton(AF_INET, text, address.octets) == 1)
		address.family = ADDRESS_IPV4;
	else if (inet_pton(AF_INET6, text, address.octets) == 1)
		address.family = ADDRESS_IPV6;
	else
		return ERR_FORMAT;
	*ret_address = address;
	return OK;
}

int address_from_text(const char *text, uint16_t port, struct address *ret_address)
{
	assert(text != NULL && ret_address != NULL);
	char host[ADDRESS_TEXT_MAX];
	size_t length = strnlen(text, sizeof(host));
	if (length == sizeof(host))
		return ERR_FORMAT;
	memcpy(host, text, length + 1);
	bool is_bracketed = host[0] == '[';
	char *port_text = NULL;
	if (is_bracketed) {
		char *bracket = strchr(host, ']');
		if (bracket == NULL || (bracket[1] != '\0' && bracket[1] != ':'))
			return ERR_FORMAT;
		port_text = bracket[1] == ':' ? bracket + 2 : NULL;
		*bracket = '\0';
	} else if (strchr(host, '.') != NULL) {
		/* One colon is an IPv4 port; "::ffff:192.0.2.1" has more. */
		char *colon = strchr(host, ':');
		if (colon != NULL && strchr(colon + 1, ':') == NULL) {
			*colon = '\0';
			port_text = colon + 1;
		}
	}
	struct address address;
	if (host_from_text(host + (is_bracketed ? 1 : 0), &address) != OK)
		return ERR_FORMAT;
	if (is_bracketed && address.family != ADDRESS_IPV6)
		return ERR_FORMAT;
	address.port = port;
	if (port_text != NULL && port_from_text(port_text, &address.port) != OK)
		return ERR_FORMAT;
	*ret_address = address;
	return OK;
}

void address_to_text(const struct address *address, char ret_text[ADDRESS_TEXT_MAX])
{
	assert(address != NULL && ret_text != NULL);
	if (address->family == ADDRESS_NONE) {
		memcpy(ret_text, "none", sizeof("none"));
		return;
	}
	int family = address->family == ADDRESS_IPV4 ? AF_INET : AF_INET6;
	const char *text = inet_ntop(family, address->octets, ret_text, ADDRESS_TEXT_MAX);
	assert(text != NULL);
}

void address_to_text_with_port(const struct address *address, char ret_text[ADDRESS_TEXT_MAX])
{
	char host[INET6_ADDRSTRLEN];
	char text[ADDRESS_TEXT_MAX];
	address_to_text(address, text);
	assert(strlen(text) < sizeof(host));
	memcpy(host, text, strlen(text) + 1);
	const char *format = address->family == ADDRESS_IPV6 ? "[%s]:%u" : "%s:%u";
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	int length =
		snprintf(ret_text, ADDRESS_TEXT_MAX, format, host, (unsigned int)address->port);
#pragma GCC diagnostic pop
	assert(length > 0 && length < ADDRESS_TEXT_MAX);
}

static const uint8_t IPV4_MAPPED[12] = {[10] = 0xff, [11] = 0xff}; /* RFC 4291 s2.5.5.2 */

int address_from_sockaddr(const struct sockaddr *sockaddr, socklen_t size_bytes,
			  struct address *ret_address)
{
	assert(sockaddr != NULL && ret_address != NULL);
	if (sockaddr->sa_family == AF_INET && size_bytes >= sizeof(struct sockaddr_in)) {
		struct sockaddr_in in;
		memcpy(&in, sockaddr, sizeof(in));
		*ret_address = address_from_ipv4((const uint8_t *)&in.sin_addr, ntohs(in.sin_port));
		return OK;
	}
	if (sockaddr->sa_family == AF_INET6 && size_bytes >= sizeof(struct sockaddr_in6)) {
		struct sockaddr_in6 in6;
		memcpy(&in6, sockaddr, sizeof(in6));
		const uint8_t *octets = in6.sin6_addr.s6_addr;
		uint16_t port = ntohs(in6.sin6_port);
		if (memcmp(octets, IPV4_MAPPED, sizeof(IPV4_MAPPED)) == 0)
			*ret_address = address_from_ipv4(octets + sizeof(IPV4_MAPPED), port);
		else
			*ret_address = address_from_ipv6(octets, port);
		return OK;
	}
	return ERR_UNSUPPORTED;
}

socklen_t address_to_sockaddr(const struct address *address, struct sockaddr_storage *ret_sockaddr)
{
	assert(address != NULL && ret_sockaddr != NULL);
	assert(address->family == ADDRESS_IPV4 || address->family == ADDRESS_IPV6);
	if (address->family == ADDRESS_IPV4) {
		struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(address->port)};
		memcpy(&in.sin_addr, address->octets, 4);
		memcpy(ret_sockaddr, &in, sizeof(in));
		return sizeof(in);
	}
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(address->port)};
	memcpy(&in6.sin6_addr, address->octets, 16);
	memcpy(ret_sockaddr, &in6, sizeof(in6));
	return sizeof(in6);
}

bool address_equal(const struct address *left, const struct address *right)
{
	return memcmp(left, right, sizeof(*left)) == 0;
}

bool address_same_host(const struct address *left, const struct address *right)
{
	return left->family == right->family && memcmp(left->octets, right->octets, 16) == 0;
}

int address_compare(const struct address *left, const struct address *right)
{
	if (left->family != right->family)
		return left->family < right->family ? -1 : 1;
	int order = memcmp(left->octets, right->octets, sizeof(left->octets));
	if (order != 0)
		return order;
	return (int)left->port - (int)right->port;
}

bool address_in_prefix(const struct address *address, const struct address *prefix,
		       unsigned int prefix_bits)
{
	assert(address != NULL && prefix != NULL);
	assert(prefix_bits <= (prefix->family == ADDRESS_IPV4 ? 32 : 128));
	if (address->family != prefix->family)
		return false;
	unsigned int whole = prefix_bits / 8;
	if (memcmp(address->octets, prefix->octets, whole) != 0)
		return false;
	unsigned int rest = prefix_bits % 8;
	if (rest == 0)
		return true;
	unsigned int mask = 0xff00u >> rest & 0xff;
	return ((address->octets[whole] ^ prefix->octets[whole]) & mask) == 0;
}

bool address_is_loopback(const struct address *address)
{
	static const struct address IPV6_LOOPBACK = {.family = ADDRESS_IPV6, .octets = {[15] = 1}};
	if (address->family == ADDRESS_IPV4)
		return address->octets[0] == 127;
	return address_same_host(address, &IPV6_LOOPBACK);
}

bool address_is_global(const struct address *address)
{
	assert(address != NULL);
	const unsigned family = address->family == ADDRESS_IPV4   ? 4
				: address->family == ADDRESS_IPV6 ? 6
								  : 0;
	return special_address_is_global(family, address->octets);
}
