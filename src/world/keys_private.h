/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The keys of zones, from the seed: RSA keys stand in a pool, one of each kind for an operator,
 * made before the world starts because each takes a good part of a second; all others are made when
 * their zone is asked for and forgotten with it.
 *
 * A zone has one key that signs everything, or (some operators) one for the DNSKEY set and one for
 * the rest, or (cds-cdnskey-differ) a second one that signs nothing yet.
 */
#ifndef WORLD_KEYS_PRIVATE_H
#define WORLD_KEYS_PRIVATE_H

#include "base/arena.h"
#include "dns/dnssec/sign.h"
#include "world/model_private.h"

struct key_pool;

MUST_CHECK int key_pool_new(const struct world *world, struct key_pool **ret_pool);
void key_pool_free(struct key_pool *pool);

#define ZONE_KEYS_MAX 2
struct zone_keys {
	struct signing_key *keys[ZONE_KEYS_MAX];
	uint32_t count;
	bool is_pooled;     /* not ours to free */
	bool is_first_idle; /* ds-key-idle: keys[1] signs everything */
	bool is_split;      /* keys[1] signs all but DNSKEY, CDS, CDNSKEY */
	bool is_cds_astray; /* cds-signer: it signs CDS and CDNSKEY, too */
};

MUST_CHECK int zone_keys_init(const struct world *world, const struct key_pool *pool,
			      const struct zone *zone, struct zone_keys *ret_keys);
void zone_keys_release(struct zone_keys *keys);
/* Which key signs an RRset of this type. */
const struct signing_key *zone_keys_signer(const struct zone_keys *keys, uint16_t type);

/* DS records that the parent publishes. RDATA from the arena. */
#define ZONE_DS_MAX 2
struct ds_set {
	struct record records[ZONE_DS_MAX];
	uint32_t count;
};
MUST_CHECK int zone_ds(const struct world *world, const struct key_pool *pool,
		       const struct zone *zone, struct arena *arena, struct ds_set *ret_set);
bool zone_has_ds(const struct zone *zone);
/* CDS and CDNSKEY, one each; the zone must publish them. */
bool zone_has_cds(const struct world *world, const struct zone *zone);
MUST_CHECK int zone_cds(const struct world *world, const struct zone *zone,
			const struct zone_keys *keys, struct arena *arena,
			struct record ret_records[2]);
/* The same of a key that is not the zone's. */
MUST_CHECK int zone_foreign_cds(const struct world *world, const struct zone *zone,
				struct arena *arena, struct record ret_records[2]);

#endif
