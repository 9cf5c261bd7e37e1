/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"
#include "dns/wire/build.h"
#include "dns/wire/type.h"
#include "os/file.h"
#include "world/place_private.h"

#include <assert.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define STEP_MS 50
#define ANSWER_OCTETS 4096

/* What a server that is up answers to a question for the SOA. */
static bool is_right(const struct world_server *server, const uint8_t *answer, ssize_t size)
{
	if (size < MESSAGE_HEADER_OCTETS)
		return false;
	uint8_t rcode = answer[3] & 15;
	if (server->behaviours & BEHAVIOUR_BIT(BEHAVIOUR_REFUSING))
		return rcode == RCODE_REFUSED;
	if (server->behaviours & BEHAVIOUR_BIT(BEHAVIOUR_SERVFAIL))
		return rcode == RCODE_SERVFAIL;
	bool is_authoritative = (answer[2] & FLAG_AA >> 8) != 0;
	return rcode == RCODE_NOERROR && is_authoritative;
}

/* One question, one look. */
static bool ask_once(const struct world_server *server, int socket_descriptor, const uint8_t *zone)
{
	const struct query query = {.id = 1, .name = zone, .type = TYPE_SOA, .class = CLASS_IN};
	uint8_t octets[QUERY_MAX_OCTETS];
	size_t size;
	if (query_build(&query, octets, sizeof(octets), &size) ||
	    send(socket_descriptor, octets, size, 0) != (ssize_t)size)
		return false;
	struct pollfd wait = {.fd = socket_descriptor, .events = POLLIN};
	uint8_t answer[ANSWER_OCTETS];
	if (poll(&wait, 1, STEP_MS) <= 0)
		return false;
	return is_right(server, answer, recv(socket_descriptor, answer, sizeof(answer), 0));
}

int place_wait(const struct world_server *server, const uint8_t *zone, bool has_ipv6,
	       uint32_t wait_ms)
{
	assert(server->address_count > 0 && zone != NULL);
	const struct address *address = NULL;
	for (uint32_t i = 0; i < server->address_count && !address; i++) {
		if (has_ipv6 || server->addresses[i].family == ADDRESS_IPV4)
			address = &server->addresses[i];
	}
	if (!address)
		return ERR_NETWORK;
	struct sockaddr_storage to;
	socklen_t to_size = address_to_sockaddr(address, &to);
	CLOSED_AT_END int descriptor = socket(to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (descriptor < 0 || connect(descriptor, (const struct sockaddr *)&to, to_size) != 0)
		return ERR_NETWORK;
	struct clock clock = clock_system();
	uint64_t end_ns = clock_monotonic_ns(&clock) + (uint64_t)wait_ms * 1000000;
	do {
		if (ask_once(server, descriptor, zone))
			return 0;
		/* A port that is still closed refuses at once. */
		(void)usleep(STEP_MS * 1000 / 5);
	} while (clock_monotonic_ns(&clock) < end_ns);
	return ERR_TIMEOUT;
}
