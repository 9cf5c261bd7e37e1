/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"
#include "dns/dnssec/key.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "world/hostile_private.h"

#include <assert.h>
#include <string.h>

#define PURPOSE_HOSTILE 0x686f7374u
#define KEY_TTL_S 3600u
/* Flags, protocol, algorithm. */
#define KEY_HEAD_OCTETS 4u
/* RSA with 4096 bits. */
#define KEY_OCTETS_MAX (KEY_HEAD_OCTETS + 1 + EXPONENT_OCTETS + 512)
/*
 * Flags that have no meaning any more and must be ignored (RFC 4034 s2.1.1): by them a key gets the
 * tag it shall have. Those stay 0 in which some software still sees a key without use, or flags
 * that go on behind the key (RFC 2535 s3.1.2), and so does REVOKE (RFC 5011 s7).
 */
#define FLAGS_FREE 0x2c7fu
/* Ten free bits of sixteen: every 64th key can be given the tag. */
#define TRIES_MAX 20000u
/* The largest RSA exponent that OpenSSL takes with moduli above 3072 bits. */
#define EXPONENT_OCTETS 8u

/* Tries all values of the free flags; false when none gives the tag. */
static bool tune_flags(uint8_t *rdata, size_t size, uint16_t tag)
{
	uint32_t flags = 0;
	do {
		rdata[0] = (uint8_t)(flags >> 8 | DNSKEY_ZONE >> 8);
		rdata[1] = (uint8_t)flags;
		if (key_tag(rdata, size) == tag)
			return true;
		flags = (flags - FLAGS_FREE) & FLAGS_FREE; /* the next subset of the bits */
	} while (flags != 0);
	return false;
}

/* A key that nobody can sign with, of the same length as the zone's (RFC 3110 s2). */
static size_t make_modulus(const struct zone *zone, struct random *random,
			   uint8_t rdata[KEY_OCTETS_MAX])
{
	const size_t modulus = zone->bits / 8u;
	const size_t size = KEY_HEAD_OCTETS + 1 + EXPONENT_OCTETS + modulus;
	assert(size <= KEY_OCTETS_MAX);
	rdata[2] = 3;
	rdata[3] = zone->algorithm;
	rdata[4] = EXPONENT_OCTETS;
	memset(rdata + 5, 0xff, EXPONENT_OCTETS);
	random_octets(random, rdata + 5 + EXPONENT_OCTETS, modulus);
	rdata[5 + EXPONENT_OCTETS] |= 0x80;
	rdata[size - 1] |= 1;
	return size;
}

static int make_point(const struct zone *zone, struct random *random, uint8_t rdata[KEY_OCTETS_MAX],
		      size_t *ret_size)
{
	struct signing_key *key;
	int error = signing_key_new(zone->algorithm, 0, DNSKEY_ZONE, random_u64(random), &key);
	if (error)
		return error;
	const uint8_t *made = signing_key_rdata(key, ret_size);
	assert(*ret_size <= KEY_OCTETS_MAX);
	memcpy(rdata, made, *ret_size);
	signing_key_free(key);
	return 0;
}

/* ERR_CRYPTO: no key of that tag was found. */
static int make_key(const struct zone *zone, struct random *random, uint16_t tag,
		    struct arena *arena, struct record *ret_record)
{
	for (unsigned int i = 0; i < TRIES_MAX; i++) {
		uint8_t rdata[KEY_OCTETS_MAX];
		size_t size = 0;
		int error = 0;
		if (zone->bits > 0)
			size = make_modulus(zone, random, rdata);
		else
			error = make_point(zone, random, rdata, &size);
		if (error)
			return error;
		if (!tune_flags(rdata, size, tag))
			continue;
		*ret_record = (struct record){.owner = zone->name,
					      .type = TYPE_DNSKEY,
					      .ttl = KEY_TTL_S,
					      .rdata_size = (uint16_t)size};
		ret_record->rdata = arena_copy(arena, rdata, size);
		return ret_record->rdata ? 0 : ERR_MEMORY;
	}
	return ERR_CRYPTO;
}

int hostile_keys(const struct world *world, const struct zone *zone, const struct zone_keys *keys,
		 struct arena *arena, struct record **ret_records)
{
	const struct hostile *hostile = zone_hostile(world, zone);
	assert(hostile != NULL);
	const uint16_t tag = signing_key_tag(zone_keys_signer(keys, TYPE_A));
	struct record *records = arena_take_array(arena, hostile->keys + 1u, sizeof(*records));
	struct random random;
	int error = records ? 0 : ERR_MEMORY;
	random_seeded(&random, zone_number(world, zone, PURPOSE_HOSTILE));
	for (uint16_t i = 0; i < hostile->keys && !error; i++)
		error = make_key(zone, &random, tag, arena, &records[i]);
	if (error)
		return error;
	*ret_records = records;
	return 0;
}

uint16_t hostile_signature_count(const struct world *world, const struct zone *zone, uint16_t type)
{
	const struct hostile *hostile = zone_hostile(world, zone);
	if (!hostile)
		return 0;
	return type == TYPE_DNSKEY ? hostile->key_signatures : hostile->signatures;
}

/*
 * Bits of the middle are flipped: in the second half of a pair of numbers, not at its ends, so that
 * both stay within the bounds of ECDSA and EdDSA; below the modulus of RSA. Only the whole
 * computation shows that it is wrong.
 */
int hostile_signatures(struct arena *arena, const struct record *good, uint16_t count,
		       struct record *ret_signatures)
{
	struct rrsig_rdata rrsig;
	int error = rdata_rrsig(good, &rrsig);
	if (error)
		return error;
	assert(rrsig.signature_size >= 64);
	const size_t middle =
		good->rdata_size - rrsig.signature_size + rrsig.signature_size / 2 + 4;
	for (uint16_t i = 0; i < count; i++) {
		uint8_t *rdata = arena_copy(arena, good->rdata, good->rdata_size);
		if (!rdata)
			return ERR_MEMORY;
		const unsigned int bits = i + 1u;
		rdata[middle] ^= (uint8_t)bits;
		rdata[middle + 1] ^= (uint8_t)(bits >> 8);
		ret_signatures[i] = *good;
		ret_signatures[i].rdata = rdata;
	}
	return 0;
}

int hostile_ds(struct arena *arena, const struct record *good, uint16_t count,
	       struct record *ret_ds)
{
	assert(good->type == TYPE_DS && good->rdata_size > 4 + 2);
	for (uint16_t i = 0; i < count; i++) {
		uint8_t *rdata = arena_copy(arena, good->rdata, good->rdata_size);
		if (!rdata)
			return ERR_MEMORY;
		/* The first octets decide the order: all of these stand before the good one. */
		memset(rdata + 4, 0, 2);
		rdata[good->rdata_size - 2] = (uint8_t)(i >> 8);
		rdata[good->rdata_size - 1] = (uint8_t)i;
		ret_ds[i] = *good;
		ret_ds[i].rdata = rdata;
	}
	return 0;
}
