/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"
#include "dns/dnssec/key.h"
#include "dns/dnssec/sign.h"
#include "dns/wire/type.h"
#include "world/keys_large_private.h"

#include <assert.h>

#define PURPOSE_RESERVE 0x72657376u
#define KEY_TTL_S 3600u
/* RDATA and the 12 octets before it: with the signature well above the 1,232 that cross every
 * network. */
#define RESERVE_OCTETS 1400u
#define RECORD_HEAD_OCTETS 12u

static int make_key(const struct zone *zone, uint64_t seed, struct arena *arena,
		    struct record *ret_record)
{
	struct signing_key *key;
	size_t size = 0;
	int error = signing_key_new(zone->algorithm, zone->bits, DNSKEY_ZONE, seed, &key);
	if (error)
		return error;
	const uint8_t *made = signing_key_rdata(key, &size);
	const uint8_t *rdata = arena_copy(arena, made, size);
	signing_key_free(key);
	*ret_record = (struct record){.owner = zone->name,
				      .type = TYPE_DNSKEY,
				      .ttl = KEY_TTL_S,
				      .rdata = rdata,
				      .rdata_size = (uint16_t)size};
	return rdata ? 0 : ERR_MEMORY;
}

int reserve_keys(const struct world *world, const struct zone *zone, struct arena *arena,
		 struct record ret_records[RESERVE_KEYS_MAX], uint32_t *ret_count)
{
	struct random random;
	size_t octets = 0;
	uint32_t count = 0;
	assert(zone->algorithm != 0);
	random_seeded(&random, zone_number(world, zone, PURPOSE_RESERVE));
	while (octets < RESERVE_OCTETS && count < RESERVE_KEYS_MAX) {
		struct record *record = &ret_records[count++];
		int error = make_key(zone, random_u64(&random), arena, record);
		if (error)
			return error;
		octets += record->rdata_size + RECORD_HEAD_OCTETS;
	}
	*ret_count = count;
	return 0;
}
