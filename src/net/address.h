/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An address: IPv4 or IPv6 with a port, a plain value of 20 octets that is copied and compared.
 *
 * Every octet is determined (unused ones are zero), so an address serves as a map key by memory:
 * `map_get(map, &address, sizeof(address))`. IPv6 scope ids are not kept: link-local servers are
 * nobody's name servers (RFC 4007 s11 zone indices are refused in text). The port is in host order.
 */
#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include "base/error.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum address_family {
	ADDRESS_NONE = 0,
	ADDRESS_IPV4 = 4,
	ADDRESS_IPV6 = 6,
};

struct address {
	uint8_t octets[16]; /* network order; IPv4 in the first four */
	uint16_t port;
	uint8_t family; /* enum address_family */
	uint8_t zero;
};

static_assert(sizeof(struct address) == 20, "no padding: addresses are map keys");

/* "[2001:db8:ffff:ffff:ffff:ffff:255.255.255.255]:65535" and NUL, with room to spare. */
#define ADDRESS_TEXT_MAX 64

struct address address_from_ipv4(const uint8_t octets[4], uint16_t port);
struct address address_from_ipv6(const uint8_t octets[16], uint16_t port);

/* "192.0.2.1", "192.0.2.1:5353", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:853". `port` is
 * used where the text names none. ERR_FORMAT. */
MUST_CHECK int address_from_text(const char *text, uint16_t port, struct address *ret_address);
/* Without the port; lower case, shortest form (RFC 5952). */
void address_to_text(const struct address *address, char ret_text[ADDRESS_TEXT_MAX]);
/* With the port: "192.0.2.1:53", "[2001:db8::1]:53". */
void address_to_text_with_port(const struct address *address, char ret_text[ADDRESS_TEXT_MAX]);

/* ERR_UNSUPPORTED for families other than IPv4 and IPv6. IPv4-mapped IPv6 comes out as IPv4. */
MUST_CHECK int address_from_sockaddr(const struct sockaddr *sockaddr, socklen_t size_bytes,
				     struct address *ret_address);
/* Returns the size of what was written. The family must not be ADDRESS_NONE. */
socklen_t address_to_sockaddr(const struct address *address, struct sockaddr_storage *ret_sockaddr);

bool address_equal(const struct address *left, const struct address *right);
/* The same host, whatever the ports. */
bool address_same_host(const struct address *left, const struct address *right);
/* <0, 0, >0: by family, octets, port. */
int address_compare(const struct address *left, const struct address *right);
/* Whether the first `prefix_bits` of both are the same (families differ: false). */
bool address_in_prefix(const struct address *address, const struct address *prefix,
		       unsigned int prefix_bits);
/* Globally reachable by the IANA special-purpose registries (RFC 6890 and its updates), unicast. */
bool address_is_global(const struct address *address);
bool address_is_loopback(const struct address *address);

#endif
