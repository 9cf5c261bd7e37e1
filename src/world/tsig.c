/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "world/tsig_private.h"

#include <assert.h>
#include <string.h>

static bool takes_algorithm(const struct world *world, uint64_t behaviours,
			    enum tsig_algorithm algorithm)
{
	const bool is_weak = (behaviours & BEHAVIOUR_BIT(BEHAVIOUR_TSIG_WEAK)) != 0;
	return algorithm == world->tsig.algorithm ||
	       (is_weak && (algorithm == TSIG_HMAC_MD5 || algorithm == TSIG_HMAC_SHA1));
}

void signed_ask_read(const struct world *world, uint64_t behaviours, const struct ask *ask,
		     struct query_facts *facts, struct signed_ask *ret_ask)
{
	struct signed_ask result = {.room = facts->room};
	struct tsig *tsig = &result.tsig;
	ret_ask->is_signed = false;
	if (world->tsig.secret_size == 0 || tsig_find(ask->data, ask->size_bytes, tsig) != OK)
		return;
	const size_t size = ask->size_bytes - tsig->offset;
	const enum tsig_algorithm algorithm = tsig_algorithm_of(tsig);
	/* A name of a key and of an algorithm that leave no room are nobody's. */
	if (size > TSIG_RECORD_MAX || tsig->mac_size > TSIG_MAC_MAX)
		return;
	result.is_signed = true;
	facts->signed_under = (uint16_t)(1 + algorithm);
	facts->room -= size;
	if (!name_equal(tsig->key.octets, world->tsig.name.octets) ||
	    !takes_algorithm(world, behaviours, algorithm))
		result.error = TSIG_BADKEY;
	else if (!tsig_verify(&world->tsig, tsig, ask->data, NULL))
		result.error = TSIG_BADSIG;
	*ret_ask = result;
}

size_t signed_ask_answer(const struct world *world, const struct signed_ask *ask, uint8_t *answer,
			 size_t size)
{
	struct tsig_wire wire = {.octets = answer, .size = size, .room = ask->room};
	struct tsig_mac request = {.size = (uint8_t)ask->tsig.mac_size};
	if (!ask->is_signed || size < MESSAGE_HEADER_OCTETS || size > ask->room)
		return size;
	if (ask->error != 0)
		return tsig_refuse(&ask->tsig, ask->error, &wire) == OK ? wire.size : size;
	assert(ask->tsig.mac_size <= TSIG_MAC_MAX);
	memcpy(request.octets, ask->tsig.mac, ask->tsig.mac_size);
	const struct tsig_terms terms = {
		.time_s = ask->tsig.time_s,
		.request = &request,
		.original_id = ask->tsig.original_id,
		.algorithm = (uint8_t)tsig_algorithm_of(&ask->tsig),
	};
	struct tsig_mac mac;
	return tsig_sign(&world->tsig, &terms, &wire, &mac) == OK ? wire.size : size;
}
