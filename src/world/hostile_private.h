/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a hostile zone has beside what a zone needs: keys that share one tag, signatures that do not
 * verify and say that they are by the key that has that tag (KeyTrap, CVE-2023-50387), DS records
 * of that tag with digests of nothing. All of it costs whoever validates, and none of it makes the
 * zone invalid: its own key, signature and DS are there, too, the good signature last.
 *
 * Keys are real ones, so that nobody can refuse them at a glance: points on the curve for ECDSA,
 * for RSA an odd modulus with the largest exponent that validators take (64 bits).
 */
#ifndef WORLD_HOSTILE_PRIVATE_H
#define WORLD_HOSTILE_PRIVATE_H

#include "world/keys_private.h"

/* As many DNSKEY records as zone_hostile() says, with the tag of the key that signs the zone's
 * data. ERR_CRYPTO: none was found. */
MUST_CHECK int hostile_keys(const struct world *world, const struct zone *zone,
			    const struct zone_keys *keys, struct arena *arena,
			    struct record **ret_records);
/* How many bad signatures stand before the good one over a set of this type. */
uint16_t hostile_signature_count(const struct world *world, const struct zone *zone, uint16_t type);
/* `count` bad ones made from the good one. */
MUST_CHECK int hostile_signatures(struct arena *arena, const struct record *good, uint16_t count,
				  struct record *ret_signatures);
/* `count` DS records like the good one, with other digests. */
MUST_CHECK int hostile_ds(struct arena *arena, const struct record *good, uint16_t count,
			  struct record *ret_ds);

#endif
