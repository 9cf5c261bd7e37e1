/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "dns/dnssec/key.h"
#include "dns/wire/name.h"
#include "judge/check/check.h"
#include "judge/keys/keys_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

int keys_tell(const struct keys_output *output, const char *code, const uint8_t *zone,
	      const char *sentence)
{
	const struct check *check = check_by_code(code);
	char domain[NAME_TEXT_MAX];

	assert(check);
	const struct finding finding = {
		.code = check->code,
		.domain = name_to_text(zone, domain),
		.severity = check->severity,
		.party = check->party,
		.sentence = sentence,
		.reference = check->reference,
	};

	return output->take(output->context, &finding);
}

struct keys_counts keys_counts(const struct keys *keys)
{
	struct keys_counts counts = {.keys = keys->keys.count, .too_large = keys->too_large};

	for (uint32_t key = 0; key < keys->keys.count; key++)
		counts.moduli += key_is_rsa(keys, key);
	for (uint32_t zone = 0; zone < keys->zones.count; zone++) {
		const struct zone_row *row = &keys->zone_rows[zone];

		counts.zones += row->has_key;
		counts.unplaced += row->has_key && row->marks == NONE;
	}
	return counts;
}

static void say_partner(const struct keys *keys, uint32_t key, uint32_t others,
			char text[FINDING_SENTENCE_MAX])
{
	char zone[NAME_TEXT_MAX];

	if (key == NONE) {
		snprintf(text, FINDING_SENTENCE_MAX, "other keys");
		return;
	}
	const struct key_use *use = &keys->uses[keys->uses_of_key[key]];

	name_to_text(keys->zones.items[use->zone].start, zone);
	if (others > 1)
		snprintf(text, FINDING_SENTENCE_MAX, "key %u of %.300s and %u more", use->tag, zone,
			 others - 1);
	else
		snprintf(text, FINDING_SENTENCE_MAX, "key %u of %.300s", use->tag, zone);
}

/* Each zone that has the key is told of it. */
static int tell_shared(const struct keys *keys, const struct keys_output *output, uint32_t key,
		       const char *partner)
{
	char sentence[FINDING_SENTENCE_MAX];
	char domain[NAME_TEXT_MAX];
	char algorithm[24];
	int error = OK;

	assert(key_is_rsa(keys, key) && keys->uses_of_key[key] != NONE);
	for (uint32_t at = keys->uses_of_key[key]; at != NONE && error == OK;
	     at = keys->uses[at].next) {
		const struct key_use *use = &keys->uses[at];
		const uint8_t *zone = keys->zones.items[use->zone].start;

		snprintf(sentence, sizeof(sentence),
			 "Key %u of %.300s (%s) has a prime in common with %.400s: anybody can "
			 "compute the private keys of both",
			 use->tag, name_to_text(zone, domain),
			 algorithm_name(use->algorithm, algorithm), partner);
		error = keys_tell(output, KEYS_CODE_SHARED_PRIME, zone, sentence);
	}
	return error;
}

/* The moduli, and which key each is of. */
struct collection {
	struct octets *moduli;
	uint32_t *keys;
	uint32_t count;
};

static int collect(const struct keys *keys, struct collection *collection)
{
	const size_t room = keys->keys.count + 1u;

	*collection = (struct collection){
		.moduli = memory_take(room * sizeof(*collection->moduli)),
		.keys = memory_take(room * sizeof(*collection->keys)),
	};
	if (!collection->moduli || !collection->keys)
		return ERR_MEMORY;
	for (uint32_t key = 0; key < keys->keys.count; key++) {
		const struct octets *identity = &keys->keys.items[key];

		if (!key_is_rsa(keys, key))
			continue;
		collection->keys[collection->count] = key;
		collection->moduli[collection->count++] =
			(struct octets){identity->start + 1, identity->size - 1};
	}
	return OK;
}

static int tell_all_shared(const struct keys *keys, const struct keys_output *output,
			   const struct collection *collection)
{
	const struct moduli moduli = {
		.items = collection->moduli,
		.count = collection->count,
		.progress = output->progress,
		.context = output->context,
	};
	char partner[FINDING_SENTENCE_MAX];
	struct shared_modulus *shared = NULL;
	uint32_t count = 0;
	int error = moduli_shared(&moduli, &shared, &count);

	for (uint32_t i = 0; i < count && error == OK; i++) {
		const struct shared_modulus *row = &shared[i];

		say_partner(keys, row->partner == NONE ? NONE : collection->keys[row->partner],
			    row->others, partner);
		error = tell_shared(keys, output, collection->keys[row->modulus], partner);
	}
	memory_give(shared);
	return error;
}

/* A zone that came with the same key twice, with other zones between, has one use of it. */
static int drop_repeats(struct keys *keys)
{
	uint32_t *seen_with = memory_take((keys->zones.count + 1u) * sizeof(*seen_with));

	if (!seen_with)
		return ERR_MEMORY;
	memset(seen_with, 0xff, (keys->zones.count + 1u) * sizeof(*seen_with));
	for (uint32_t key = 0; key < keys->keys.count; key++) {
		uint32_t *link = &keys->uses_of_key[key];

		while (*link != NONE) {
			struct key_use *use = &keys->uses[*link];

			if (seen_with[use->zone] == key) {
				*link = use->next;
				continue;
			}
			seen_with[use->zone] = key;
			link = &use->next;
		}
	}
	memory_give(seen_with);
	return OK;
}

int keys_finish(struct keys *keys, const struct keys_output *output)
{
	struct collection collection = {.count = 0};
	int error = drop_repeats(keys);

	assert(output->take);
	if (error == OK)
		error = collect(keys, &collection);
	if (error == OK)
		error = tell_all_shared(keys, output, &collection);
	memory_give(collection.moduli);
	memory_give(collection.keys);
	return error == OK ? keys_tell_reused(keys, output) : error;
}
