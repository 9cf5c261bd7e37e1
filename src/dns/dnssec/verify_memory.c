/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "dns/dnssec/verify_memory_private.h"

#include <assert.h>
#include <sodium/crypto_shorthash_siphash24.h>
#include <string.h>

/* More would be a mistake in a setting: 2^26 verdicts are 1.6 GB. */
#define COUNT_MAX (UINT32_C(1) << 26)

/* Sets of `places` that hold at least `count`, as a mask. */
static uint32_t sets_mask(uint32_t count, uint32_t places)
{
	uint32_t sets = 1;
	while (sets * places < count && sets * places < COUNT_MAX)
		sets *= 2;
	return sets - 1;
}

int verdict_memory_init(struct verdict_memory *memory, uint32_t count, struct random *random)
{
	assert(memory != NULL && count > 0 && random != NULL);
	uint32_t mask = sets_mask(count, VERDICT_PLACES);
	struct verdict *verdicts =
		memory_take_zeroed((size_t)(mask + 1) * VERDICT_PLACES, sizeof(*verdicts));
	if (verdicts == NULL)
		return ERR_MEMORY;
	*memory = (struct verdict_memory){.verdicts = verdicts, .set_mask = mask};
	random_octets(random, memory->secret, sizeof(memory->secret));
	return OK;
}

void verdict_memory_release(struct verdict_memory *memory)
{
	memory_give(memory->verdicts);
	*memory = (struct verdict_memory){0};
}

struct verdict_name verdict_name(const struct verdict_memory *memory, struct piece what)
{
	struct verdict_name name;
	static_assert(sizeof(name) == crypto_shorthash_siphashx24_BYTES, "128 bits");
	crypto_shorthash_siphashx24((unsigned char *)&name, what.octets, what.size, memory->secret);
	return name;
}

static struct verdict *verdict_set(const struct verdict_memory *memory, struct verdict_name name)
{
	assert(memory->verdicts != NULL);
	return memory->verdicts + (size_t)(name.first & memory->set_mask) * VERDICT_PLACES;
}

bool verdict_recall(struct verdict_memory *memory, struct verdict_name name,
		    enum signature_result *ret_result)
{
	struct verdict *set = verdict_set(memory, name);
	for (size_t i = 0; i < VERDICT_PLACES; i++) {
		if (set[i].result == 0 || set[i].first != name.first ||
		    set[i].second != name.second)
			continue;
		set[i].used = ++memory->turn;
		*ret_result = (enum signature_result)set[i].result;
		return true;
	}
	return false;
}

void verdict_remember(struct verdict_memory *memory, struct verdict_name name,
		      enum signature_result result)
{
	assert(result == SIGNATURE_GOOD || result == SIGNATURE_BAD);
	struct verdict *set = verdict_set(memory, name);
	struct verdict *oldest = set;
	for (size_t i = 0; i < VERDICT_PLACES; i++) {
		if (set[i].result == 0) {
			oldest = &set[i];
			break;
		}
		/* The age, so that the turn may wrap. */
		if (memory->turn - set[i].used > memory->turn - oldest->used)
			oldest = &set[i];
	}
	*oldest = (struct verdict){
		.first = name.first,
		.second = name.second,
		.used = ++memory->turn,
		.result = (uint8_t)result,
	};
}

struct kept_key {
	struct public_key key;
	uint16_t rdata_size;
	uint8_t rdata[];
};

static void kept_key_free(struct kept_key *kept)
{
	if (kept == NULL)
		return;
	public_key_release(&kept->key);
	memory_give(kept);
}

int key_memory_init(struct key_memory *memory, uint32_t count, struct random *random)
{
	assert(memory != NULL && count > 0 && random != NULL);
	uint32_t mask = sets_mask(count, KEY_PLACES);
	struct key_place *places =
		memory_take_zeroed((size_t)(mask + 1) * KEY_PLACES, sizeof(*places));
	if (places == NULL)
		return ERR_MEMORY;
	*memory = (struct key_memory){.places = places, .set_mask = mask};
	random_octets(random, memory->secret, sizeof(memory->secret));
	return OK;
}

void key_memory_release(struct key_memory *memory)
{
	if (memory->places == NULL)
		return;
	for (size_t i = 0; i < (size_t)(memory->set_mask + 1) * KEY_PLACES; i++)
		kept_key_free(memory->places[i].kept);
	memory_give(memory->places);
	*memory = (struct key_memory){0};
}

static enum signature_result import(struct crypto *crypto, const struct record *dnskey,
				    struct kept_key **ret_kept)
{
	struct dnskey_rdata parsed;
	if (rdata_dnskey(dnskey, &parsed) < 0)
		return SIGNATURE_MALFORMED;
	struct public_key key;
	enum signature_result result = public_key_init(&key, crypto, &parsed);
	if (result != SIGNATURE_GOOD)
		return result;
	struct kept_key *kept = memory_take(sizeof(*kept) + dnskey->rdata_size);
	if (kept == NULL) {
		public_key_release(&key);
		return SIGNATURE_NOT_CHECKED;
	}
	kept->key = key;
	kept->rdata_size = dnskey->rdata_size;
	memcpy(kept->rdata, dnskey->rdata, dnskey->rdata_size);
	*ret_kept = kept;
	return SIGNATURE_GOOD;
}

static bool is_kept(const struct key_place *place, const struct record *dnskey)
{
	const struct kept_key *kept = place->kept;
	return kept != NULL && kept->rdata_size == dnskey->rdata_size &&
	       memcmp(kept->rdata, dnskey->rdata, dnskey->rdata_size) == 0;
}

static uint64_t key_hash(const struct key_memory *memory, const struct record *dnskey)
{
	uint64_t hash;
	static_assert(sizeof(hash) == crypto_shorthash_siphash24_BYTES, "64 bits");
	crypto_shorthash_siphash24((unsigned char *)&hash, dnskey->rdata, dnskey->rdata_size,
				   memory->secret);
	return hash;
}

/* The place that holds the key, or else the one to put it in. */
static struct key_place *key_place(const struct key_memory *memory, const struct record *dnskey)
{
	uint64_t hash = key_hash(memory, dnskey);
	struct key_place *set = memory->places + (size_t)(hash & memory->set_mask) * KEY_PLACES;
	struct key_place *oldest = set;
	for (size_t i = 0; i < KEY_PLACES; i++) {
		if (is_kept(&set[i], dnskey))
			return &set[i];
		if (set[i].used < oldest->used) /* empty places were never used */
			oldest = &set[i];
	}
	return oldest;
}

enum signature_result key_memory_get(struct key_memory *memory, struct crypto *crypto,
				     const struct record *dnskey, const struct public_key **ret_key)
{
	assert(memory->places != NULL && dnskey != NULL && ret_key != NULL);
	struct key_place *place = key_place(memory, dnskey);
	if (!is_kept(place, dnskey)) {
		struct kept_key *fresh;
		enum signature_result result = import(crypto, dnskey, &fresh);
		if (result != SIGNATURE_GOOD)
			return result;
		kept_key_free(place->kept);
		place->kept = fresh;
		memory->imported++;
	}
	place->used = ++memory->turn;
	*ret_key = &place->kept->key;
	return SIGNATURE_GOOD;
}
