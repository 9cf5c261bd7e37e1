/* SPDX-License-Identifier: GPL-3.0-or-later */
/* DNSKEY records that a zone's faults put beside the keys that sign it. */
#include "base/random.h"
#include "dns/dnssec/key.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "world/content_private.h"

#include <assert.h>
#include <string.h>

#define PURPOSE_WEAK 0x7765616bu
#define PURPOSE_MORE 0x6d6f7265u
#define HEAD_OCTETS 4
#define RSA_MODULUS_OCTETS 256

static void add_key(struct content *content, const uint8_t *rdata, size_t size)
{
	const uint8_t *copy = arena_copy(content->arena, rdata, size);

	if (!copy) {
		content->error = ERR_MEMORY;
		return;
	}
	content_add(content, &(struct record){.owner = content->zone->name,
					      .type = TYPE_DNSKEY,
					      .ttl = KEY_TTL_S,
					      .rdata = copy,
					      .rdata_size = (uint16_t)size});
}

/*
 * The public key field of a key nobody can sign with, or everybody: an even modulus; two
 * coordinates at random, which are on the curve once in about 2^256 times; the neutral point. Its
 * size.
 */
static size_t weak_field(uint8_t algorithm, struct random *random, uint8_t *ret_field)
{
	static const uint8_t exponent[] = {3, 1, 0, 1};

	switch (algorithm) {
	case ALGORITHM_ECDSAP256:
		random_octets(random, ret_field, 64);
		return 64;
	case ALGORITHM_ECDSAP384:
		random_octets(random, ret_field, 96);
		return 96;
	case ALGORITHM_ED25519:
	case ALGORITHM_ED448:
		memset(ret_field, 0, 57);
		ret_field[0] = 1;
		return algorithm == ALGORITHM_ED25519 ? 32 : 57;
	default:
		memcpy(ret_field, exponent, sizeof(exponent));
		random_octets(random, ret_field + sizeof(exponent), RSA_MODULUS_OCTETS);
		ret_field[sizeof(exponent)] |= 0x80;
		ret_field[sizeof(exponent) + RSA_MODULUS_OCTETS - 1] &= 0xfe;
		return sizeof(exponent) + RSA_MODULUS_OCTETS;
	}
}

static void add_weak(struct content *content)
{
	const struct zone *zone = content->zone;
	uint8_t rdata[HEAD_OCTETS + 4 + RSA_MODULUS_OCTETS] = {DNSKEY_ZONE >> 8, 0, 3,
							       zone->algorithm};
	struct random random;

	random_seeded(&random, zone_number(content->world, zone, PURPOSE_WEAK));
	const size_t size = weak_field(zone->algorithm, &random, rdata + HEAD_OCTETS);

	add_key(content, rdata, HEAD_OCTETS + size);
}

/* One more sound key, which signs nothing. */
static void add_more(struct content *content, uint8_t algorithm, uint16_t flags)
{
	const uint64_t seed = zone_number(content->world, content->zone, PURPOSE_MORE);
	struct signing_key *key;
	size_t size;

	content->error = signing_key_new(algorithm, 0, flags, seed, &key);
	if (content->error)
		return;
	const uint8_t *rdata = signing_key_rdata(key, &size);

	add_key(content, rdata, size);
	signing_key_free(key);
}

/* RSA keys take too long to be made here; there the operator's own is given once more, revoked. */
static void add_revoked(struct content *content, const struct zone_keys *keys)
{
	const uint16_t flags = DNSKEY_ZONE | DNSKEY_REVOKE | DNSKEY_SEP;
	size_t size;

	if (content->zone->bits == 0) {
		add_more(content, content->zone->algorithm, flags);
		return;
	}
	const uint8_t *own = signing_key_rdata(keys->keys[0], &size);
	uint8_t *rdata = arena_copy(content->arena, own, size);

	if (!rdata) {
		content->error = ERR_MEMORY;
		return;
	}
	rdata[1] |= DNSKEY_REVOKE;
	add_key(content, rdata, size);
}

void content_add_key_faults(struct content *content, const struct zone_keys *keys)
{
	const struct zone *zone = content->zone;

	assert(keys->count > 0 && zone->algorithm != 0);
	if (zone_has(zone, FAULT_KEY_WEAK))
		add_weak(content);
	if (zone_has(zone, FAULT_KEY_REVOKED_LEFT))
		add_revoked(content, keys);
	if (zone_has(zone, FAULT_ALGORITHM_INCOMPLETE))
		add_more(content,
			 zone->algorithm == ALGORITHM_ECDSAP256 ? ALGORITHM_ED25519
								: ALGORITHM_ECDSAP256,
			 DNSKEY_ZONE);
}
