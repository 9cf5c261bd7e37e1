/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bytes.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/random.h"
#include "dns/dnssec/key.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "world/keys_private.h"
#include "world/shown_private.h"

#include <assert.h>
#include <string.h>

#define PURPOSE_KEY 0x6b657900u
#define PURPOSE_SPLIT 0x73706c69u
#define PURPOSE_DIGEST 0x64696765u
#define PURPOSE_CDS 0x63647300u
#define PURPOSE_FOREIGN 0x666f7265u
#define FLAGS_SIGNS_ALL 257
#define FLAGS_ZONE_KEY 256
#define DIGEST_UNKNOWN 200
#define DS_TTL_S 3600u

struct key_pool {
	struct map *keys; /* struct kind -> struct signing_key */
};

/* What one pooled key is for. */
struct kind {
	uint32_t dns_operator;
	uint16_t bits;
	uint8_t algorithm;
	uint8_t has_small_exponent;
};
static_assert(sizeof(struct kind) == 8, "no padding: kinds are map keys");

static bool is_pooled(const struct zone *zone)
{
	return zone->bits > 0;
}

static struct kind zone_kind(const struct zone *zone)
{
	return (struct kind){
		.dns_operator = zone->dns_operator,
		.bits = zone->bits,
		.algorithm = zone->algorithm,
		.has_small_exponent = zone_has(zone, FAULT_KEY_EXPONENT),
	};
}

static int pool_add(const struct world *world, struct key_pool *pool, const struct kind *kind)
{
	assert(kind->bits >= 1024 && kind->dns_operator < world->operator_count);
	const char *name = world->operators[kind->dns_operator].name;
	uint64_t seed = world_number(world, name, strlen(name), PURPOSE_KEY);
	struct signing_key *key;
	int error = kind->has_small_exponent ? signing_key_new_small(kind->algorithm, kind->bits,
								     FLAGS_SIGNS_ALL, seed, &key)
					     : signing_key_new(kind->algorithm, kind->bits,
							       FLAGS_SIGNS_ALL, seed, &key);
	if (error)
		return error;
	error = map_put(pool->keys, kind, sizeof(*kind), key, NULL);
	if (error)
		signing_key_free(key);
	return error;
}

int key_pool_new(const struct world *world, struct key_pool **ret_pool)
{
	static const uint8_t map_key[16] = "a world's keys";
	struct key_pool *pool = memory_take_zeroed(1, sizeof(*pool));
	if (!pool)
		return ERR_MEMORY;
	pool->keys = map_new(map_key);
	int error = pool->keys ? 0 : ERR_MEMORY;
	for (uint32_t i = 0; i < world->zone_count && !error; i++) {
		const struct zone *zone = &world->zones[i];
		struct kind kind = zone_kind(zone);
		if (is_pooled(zone) && !map_get(pool->keys, &kind, sizeof(kind)))
			error = pool_add(world, pool, &kind);
	}
	if (error) {
		key_pool_free(pool);
		return error;
	}
	*ret_pool = pool;
	return 0;
}

static void free_key(void *key)
{
	signing_key_free(key);
}

void key_pool_free(struct key_pool *pool)
{
	if (!pool)
		return;
	map_free(pool->keys, free_key);
	memory_give(pool);
}

/* A third of the operators keep a key of its own for the DNSKEY set, as was usual. */
static bool is_split(const struct world *world, const struct zone *zone)
{
	const char *name = world->operators[zone->dns_operator].name;
	return world_number(world, name, strlen(name), PURPOSE_SPLIT) % 3 == 0;
}

static bool has_two_keys(const struct zone *zone)
{
	for (enum fault fault = 0; fault < FAULT_COUNT; fault++)
		if (zone_has(zone, fault) && fault_needs_two_keys(fault))
			return true;
	return false;
}

static int add_key(const struct world *world, const struct zone *zone, uint16_t flags,
		   struct zone_keys *keys)
{
	assert(keys->count < ZONE_KEYS_MAX);
	uint64_t seed = zone_number(world, zone, PURPOSE_KEY + keys->count);
	int error =
		signing_key_new(zone->algorithm, zone->bits, flags, seed, &keys->keys[keys->count]);
	if (!error)
		keys->count++;
	return error;
}

int zone_keys_init(const struct world *world, const struct key_pool *pool, const struct zone *zone,
		   struct zone_keys *ret_keys)
{
	assert(zone->algorithm != 0);
	struct zone_keys keys = {.count = 0};
	if (is_pooled(zone) && !has_two_keys(zone)) {
		struct kind kind = zone_kind(zone);
		keys.keys[0] = map_get(pool->keys, &kind, sizeof(kind));
		assert(keys.keys[0]);
		keys.count = 1;
		keys.is_pooled = true;
		*ret_keys = keys;
		return 0;
	}
	int error = add_key(world, zone, FLAGS_SIGNS_ALL, &keys);
	if (!error && has_two_keys(zone)) {
		keys.is_split = zone_has(zone, FAULT_CDS_SIGNER);
		keys.is_cds_astray = keys.is_split;
		error = add_key(world, zone, keys.is_split ? FLAGS_ZONE_KEY : FLAGS_SIGNS_ALL,
				&keys);
		keys.is_first_idle = zone_has(zone, FAULT_DS_KEY_IDLE);
	} else if (!error && is_split(world, zone)) {
		error = add_key(world, zone, FLAGS_ZONE_KEY, &keys);
		keys.is_split = true;
	}
	if (error) {
		zone_keys_release(&keys);
		return error;
	}
	*ret_keys = keys;
	return 0;
}

void zone_keys_release(struct zone_keys *keys)
{
	assert(keys->count <= ZONE_KEYS_MAX);
	for (uint32_t i = 0; i < keys->count && !keys->is_pooled; i++)
		signing_key_free(keys->keys[i]);
	keys->count = 0;
}

const struct signing_key *zone_keys_signer(const struct zone_keys *keys, uint16_t type)
{
	assert(keys->count > 0);
	bool is_signal = type == TYPE_CDS || type == TYPE_CDNSKEY;
	bool is_key_set = type == TYPE_DNSKEY || (is_signal && !keys->is_cds_astray);
	return keys->keys[keys->is_first_idle || (keys->is_split && !is_key_set) ? 1 : 0];
}

/* The RDATA of a key that no zone has: nobody could sign with it. */
static int foreign_key(const struct world *world, const struct zone *zone, struct arena *arena,
		       struct record *ret_key)
{
	struct random random;
	random_seeded(&random, zone_number(world, zone, PURPOSE_FOREIGN));
	uint8_t *rdata = arena_take_octets(arena, 4 + 64);
	if (!rdata)
		return ERR_MEMORY;
	uint8_t algorithm = zone->algorithm ? zone->algorithm : ALGORITHM_ECDSAP256;
	memcpy(rdata, (const uint8_t[4]){FLAGS_SIGNS_ALL >> 8, FLAGS_SIGNS_ALL & 255, 3, algorithm},
	       4);
	random_octets(&random, rdata + 4, 64);
	*ret_key = (struct record){
		.owner = zone->name,
		.rdata = rdata,
		.rdata_size = 4 + 64,
		.type = TYPE_DNSKEY,
		.class = CLASS_IN,
		.ttl = DS_TTL_S,
	};
	return 0;
}

static struct record key_record(const struct zone *zone, const struct signing_key *key)
{
	size_t size;
	const uint8_t *rdata = signing_key_rdata(key, &size);
	return (struct record){
		.owner = zone->name,
		.rdata = rdata,
		.rdata_size = (uint16_t)size,
		.type = TYPE_DNSKEY,
		.class = CLASS_IN,
		.ttl = DS_TTL_S,
	};
}

/* DS or CDS of a key; an unknown digest type gets octets that depend on the key. */
static int make_ds(struct arena *arena, const struct record *key, uint16_t type,
		   uint8_t digest_type, struct record *ret_ds)
{
	uint8_t digest[DIGEST_MAX_OCTETS];
	size_t size;
	bool is_unknown = digest_type == DIGEST_UNKNOWN;
	int error =
		ds_digest(key->owner, key, is_unknown ? DIGEST_SHA256 : digest_type, digest, &size);
	if (error)
		return error;
	uint8_t *rdata = arena_take_octets(arena, 4 + size);
	if (!rdata)
		return ERR_MEMORY;
	struct writer writer;
	writer_init(&writer, rdata, 4 + size);
	writer_u16(&writer, key_tag(key->rdata, key->rdata_size));
	writer_u8(&writer, key->rdata[3]);
	writer_u8(&writer, digest_type);
	writer_octets(&writer, digest, size);
	assert(!writer.error);
	*ret_ds = (struct record){
		.owner = key->owner,
		.rdata = rdata,
		.rdata_size = (uint16_t)(4 + size),
		.type = type,
		.class = CLASS_IN,
		.ttl = DS_TTL_S,
	};
	return 0;
}

bool zone_has_ds(const struct zone *zone)
{
	if (zone->flags & ZONE_IS_PHANTOM)
		return false;
	return (zone->algorithm && !zone_has(zone, FAULT_NO_DS)) ||
	       zone_has(zone, FAULT_DS_UNSIGNED);
}

/* Mostly SHA-256, some SHA-384, some SHA-1 beside SHA-256 as registries once wanted it. */
static uint32_t digest_types(const struct world *world, const struct zone *zone, uint8_t types[2])
{
	uint64_t number = zone_number(world, zone, PURPOSE_DIGEST) % 20;
	types[0] = DIGEST_SHA256;
	if (zone_has(zone, FAULT_DS_SHA1))
		types[0] = DIGEST_SHA1;
	else if (zone_has(zone, FAULT_DIGEST_UNSUPPORTED))
		types[0] = DIGEST_UNKNOWN;
	else if (number == 0)
		types[0] = DIGEST_SHA384;
	types[1] = DIGEST_SHA1;
	return types[0] == DIGEST_SHA256 && number == 1 ? 2 : 1;
}

int zone_ds(const struct world *world, const struct key_pool *pool, const struct zone *zone,
	    struct arena *arena, struct ds_set *ret_set)
{
	assert(zone_has_ds(zone));
	struct zone_keys keys = {.count = 0};
	struct record key;
	int error;
	if (zone_has(zone, FAULT_DS_UNSIGNED) || zone_has(zone, FAULT_WRONG_DS)) {
		error = foreign_key(world, zone, arena, &key);
	} else {
		error = zone_keys_init(world, pool, zone, &keys);
		if (!error)
			key = key_record(zone, keys.keys[0]);
	}
	uint8_t types[ZONE_DS_MAX];
	uint32_t count = digest_types(world, zone, types);
	for (uint32_t i = 0; i < count && !error; i++)
		error = make_ds(arena, &key, TYPE_DS, types[i], &ret_set->records[i]);
	zone_keys_release(&keys);
	if (!error)
		ret_set->count = count;
	return error;
}

bool zone_has_cds(const struct world *world, const struct zone *zone)
{
	if (!(zone->flags & ZONE_IS_TARGET))
		return false;
	if (zone->flags & ZONE_IS_SHOWN)
		return zone_shows(zone, SHOW_CDS);
	if (zone_has(zone, FAULT_CDS_UNSIGNED))
		return true;
	if (!zone->algorithm || zone->algorithm == 200)
		return false;
	for (enum fault fault = 0; fault < FAULT_COUNT; fault++)
		if (zone_has(zone, fault) && (fault_row(fault)->group == GROUP_CDS ||
					      fault_row(fault)->group == GROUP_SIGNAL))
			return true;
	return zone_number(world, zone, PURPOSE_CDS) % 2 == 0;
}

/* CDS of the one key and CDNSKEY of the other. */
static int make_cds(struct arena *arena, const struct record *cds, const struct record *cdnskey,
		    struct record ret_records[2])
{
	assert(cds->type == TYPE_DNSKEY && cdnskey->type == TYPE_DNSKEY);
	const int error = make_ds(arena, cds, TYPE_CDS, DIGEST_SHA256, &ret_records[0]);
	if (error)
		return error;
	ret_records[1] = *cdnskey;
	ret_records[1].type = TYPE_CDNSKEY;
	return 0;
}

int zone_foreign_cds(const struct world *world, const struct zone *zone, struct arena *arena,
		     struct record ret_records[2])
{
	struct record key;
	const int error = foreign_key(world, zone, arena, &key);
	return error ? error : make_cds(arena, &key, &key, ret_records);
}

int zone_cds(const struct world *world, const struct zone *zone, const struct zone_keys *keys,
	     struct arena *arena, struct record ret_records[2])
{
	assert(zone_has_cds(world, zone));
	if (zone_has(zone, FAULT_CDS_WRONG) || zone_has(zone, FAULT_CDS_UNSIGNED))
		return zone_foreign_cds(world, zone, arena, ret_records);
	/* The key that signs the keys, or cds-breaks: the other one. */
	const uint32_t named = keys->is_first_idle || zone_has(zone, FAULT_CDS_BREAKS) ? 1 : 0;
	assert(keys->count > named);
	const struct record cds = key_record(zone, keys->keys[named]);
	struct record cdnskey = cds;
	if (zone_has(zone, FAULT_CDS_CDNSKEY_DIFFER))
		cdnskey = key_record(zone, keys->keys[1 - named]);
	return make_cds(arena, &cds, &cdnskey, ret_records);
}
