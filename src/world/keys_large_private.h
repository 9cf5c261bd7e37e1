/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * keys-large: keys in reserve, which sign nothing, until the DNSKEY set takes more than a datagram.
 */
#ifndef WORLD_KEYS_LARGE_PRIVATE_H
#define WORLD_KEYS_LARGE_PRIVATE_H

#include "world/model_private.h"

/* The shortest keys, of Ed25519, have 36 octets of RDATA: 30 of them are enough. */
#define RESERVE_KEYS_MAX 32u

/* The zone's; RDATA from the arena. */
MUST_CHECK int reserve_keys(const struct world *world, const struct zone *zone, struct arena *arena,
			    struct record ret_records[RESERVE_KEYS_MAX], uint32_t *ret_count);

#endif
