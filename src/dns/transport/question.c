/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/map.h"
#include "dns/transport/engine_private.h"
#include "dns/wire/build.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

uint64_t question_hash(const uint8_t secret[16], const uint8_t *lower_name, size_t size)
{
	assert(size >= 1 && size <= NAME_MAX_OCTETS);
	return siphash(secret, lower_name, size);
}

void question_case(const uint8_t secret[16], uint64_t pattern, uint8_t *name, size_t size)
{
	uint8_t *first = NULL;
	unsigned letters = 0;
	bool is_mixed = false;
	/* Length octets are at most 63 and letters at least 97, so labels need no walking. */
	for (size_t i = 0; i < size; i++) {
		if (name[i] < 'a' || name[i] > 'z')
			continue;
		if (letters != 0 && letters % 64 == 0)
			pattern = siphash(secret, &pattern, sizeof(pattern));
		if (first == NULL)
			first = &name[i];
		if (pattern >> (letters % 64) & 1) {
			name[i] = (uint8_t)(name[i] - 'a' + 'A');
			is_mixed = true;
		}
		letters++;
	}
	/* All lower case would not tell a server that changes the case from one that keeps it. */
	if (first != NULL && !is_mixed)
		*first = (uint8_t)(*first - 'a' + 'A');
}

uint32_t question_place(uint64_t hash, const struct peer *peer, uint16_t type)
{
	uint64_t mixed = hash ^ (uint64_t)(uintptr_t)peer ^ (uint64_t)type << 48;
	mixed *= UINT64_C(0x9e3779b97f4a7c15); /* 2^64 / golden ratio */
	return (uint32_t)(mixed >> 32);
}

const uint8_t *client_cookie(const struct transport *transport, struct peer *peer)
{
	/* RFC 7873 s4.1: a pseudorandom function of the server's address and a secret of ours. */
	if (!peer->has_client_cookie) {
		uint64_t cookie =
			siphash(transport->cookie_secret, &peer->address, sizeof(peer->address));
		memcpy(peer->client_cookie, &cookie, COOKIE_CLIENT_OCTETS);
		peer->has_client_cookie = true;
	}
	return peer->client_cookie;
}

/* RFC 1035 s4.1.1 */
#define OPCODE_SHIFT 11u

static int build_odd(struct flight *flight, uint8_t *buffer, size_t room, size_t *ret_size)
{
	const struct exchange_form *form = flight->form;
	const struct query query = {
		.id = flight->id,
		.name = flight->name,
		.type = flight->type,
		.class = form->class != 0 ? form->class : CLASS_IN,
		.flags = (uint16_t)((flight->recursion ? FLAG_RD : 0u) | (unsigned)form->opcode
										 << OPCODE_SHIFT),
		.edns = !form->without_edns,
		.dnssec_ok = flight->dnssec_ok,
		.udp_size = form->udp_size,
		.options = form->options,
		.options_size = form->options_size,
		.edns_flags = form->edns_flags,
		.edns_version = form->edns_version,
	};
	flight->edns = query.edns ? FLIGHT_EDNS : FLIGHT_PLAIN;
	const int error = query_build(&query, buffer, room, ret_size);
	return error == OK && form->sign != NULL
		       ? form->sign(form->sign_context, buffer, room, ret_size)
		       : error;
}

int flight_build(struct transport *transport, struct flight *flight, uint8_t *buffer, size_t room,
		 size_t *ret_size)
{
	if (flight->form != NULL)
		return build_odd(flight, buffer, room, ret_size);
	struct peer *peer = flight->peer;
	uint8_t cookie[COOKIE_CLIENT_OCTETS + COOKIE_SERVER_MAX];
	struct query query = {
		.id = flight->id,
		.name = flight->name,
		.type = flight->type,
		.class = CLASS_IN,
		.flags = flight->recursion ? FLAG_RD : 0,
		.edns = !flight->plain && peer->plain_until_ns <= transport_now(transport),
		.dnssec_ok = flight->dnssec_ok,
	};
	if (query.edns && !flight->no_cookie && !peer->dislikes_cookie) {
		assert(peer->server_cookie_size <= COOKIE_SERVER_MAX);
		memcpy(cookie, client_cookie(transport, peer), COOKIE_CLIENT_OCTETS);
		memcpy(cookie + COOKIE_CLIENT_OCTETS, peer->server_cookie,
		       peer->server_cookie_size);
		query.cookie = cookie;
		query.cookie_size = COOKIE_CLIENT_OCTETS + peer->server_cookie_size;
	}
	flight->edns = !query.edns ? FLIGHT_PLAIN : query.cookie ? FLIGHT_EDNS_COOKIE : FLIGHT_EDNS;
	return query_build(&query, buffer, room, ret_size);
}
