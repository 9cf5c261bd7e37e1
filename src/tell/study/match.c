/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is compared with whom. Level by level, the best likeness first: of each level only those
 * controls are kept that some adopter is like, so that a million of them cost little.
 */
#include "base/map.h"
#include "base/memory.h"
#include "tell/study/study_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define NOBODY UINT32_MAX

/* One subject at one level. */
struct candidate {
	uint64_t key, order;
	uint32_t index;
};

struct matching {
	const struct study_subjects *adopters, *controls;
	struct candidate *ours, *theirs;
	uint32_t our_count, their_count;
	uint8_t *is_matched, *is_taken; /* one octet an adopter, a control */
	struct study_pair *pairs;
	uint32_t count;
};

uint64_t study_hash(const void *octets, size_t size)
{
	static const uint8_t key[16] = "a study of dsfi";
	const uint64_t hash = siphash(key, octets, size);
	return hash != 0 ? hash : 1;
}

const char *study_level_text(unsigned level)
{
	static const char *const texts[STUDY_LEVELS] = {
		"same name servers, same other practices",
		"same operator, same other practices",
		"same addresses of name servers, same other practices",
		"same name servers, other practices differ",
		"same operator, other practices differ",
		"same addresses of name servers, other practices differ",
	};
	assert(level < STUDY_LEVELS);
	return texts[level];
}

/* 0: it is like nobody at this level. */
static uint64_t key_of(const struct study_subject *subject, unsigned level)
{
	assert(level < STUDY_LEVELS);
	const uint64_t likeness = subject->likeness[level % STUDY_LIKENESS_COUNT];
	const uint64_t parts[3] = {likeness, subject->top,
				   level < STUDY_LIKENESS_COUNT ? subject->others : 0};
	return likeness == 0 ? 0 : study_hash(parts, sizeof(parts));
}

static int by_key(const void *left, const void *right)
{
	const struct candidate *one = left;
	const struct candidate *other = right;
	if (one->key != other->key)
		return one->key < other->key ? -1 : 1;
	if (one->order != other->order)
		return one->order < other->order ? -1 : 1;
	return one->index < other->index ? -1 : one->index > other->index;
}

static void sort(struct candidate *candidates, uint32_t count)
{
	if (count > 1)
		qsort(candidates, count, sizeof(*candidates), by_key);
}

static bool is_wanted(const struct matching *matching, uint64_t key)
{
	uint32_t low = 0;
	uint32_t high = matching->our_count;
	assert(key != 0 && high <= matching->adopters->count);
	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;
		if (matching->ours[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low < matching->our_count && matching->ours[low].key == key;
}

static uint32_t collect(const struct study_subjects *subjects, const uint8_t *is_done,
			unsigned level, const struct matching *wanted, struct candidate *ret)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < subjects->count; i++) {
		const uint64_t key = is_done[i] ? 0 : key_of(&subjects->each[i], level);
		if (key != 0 && (wanted == NULL || is_wanted(wanted, key)))
			ret[count++] = (struct candidate){key, subjects->each[i].order, i};
	}
	assert(count <= subjects->count);
	sort(ret, count);
	return count;
}

/* Both are sorted: within a key, the first with the first. */
static void match_level(struct matching *matching, unsigned level)
{
	uint32_t ours = 0;
	uint32_t theirs = 0;
	matching->our_count =
		collect(matching->adopters, matching->is_matched, level, NULL, matching->ours);
	matching->their_count =
		collect(matching->controls, matching->is_taken, level, matching, matching->theirs);
	while (ours < matching->our_count && theirs < matching->their_count) {
		const struct candidate *adopter = &matching->ours[ours];
		const struct candidate *control = &matching->theirs[theirs];
		if (adopter->key < control->key) {
			ours++;
		} else if (adopter->key > control->key) {
			theirs++;
		} else {
			assert(!matching->is_matched[adopter->index] &&
			       !matching->is_taken[control->index]);
			matching->is_matched[adopter->index] = 1;
			matching->is_taken[control->index] = 1;
			matching->pairs[matching->count++] =
				(struct study_pair){adopter->index, control->index, (uint8_t)level};
			ours++;
			theirs++;
		}
	}
}

int study_match(const struct study_subjects *adopters, const struct study_subjects *controls,
		struct study_pair *ret_pairs, uint32_t *ret_count)
{
	struct matching matching = {
		.adopters = adopters,
		.controls = controls,
		.ours = memory_take_zeroed((size_t)adopters->count + 1, sizeof(struct candidate)),
		.theirs = memory_take_zeroed((size_t)controls->count + 1, sizeof(struct candidate)),
		.is_matched = memory_take_zeroed((size_t)adopters->count + 1, 1),
		.is_taken = memory_take_zeroed((size_t)controls->count + 1, 1),
		.pairs = ret_pairs,
	};
	const bool has_memory = matching.ours != NULL && matching.theirs != NULL &&
				matching.is_matched != NULL && matching.is_taken != NULL;
	for (unsigned level = 0; has_memory && level < STUDY_LEVELS; level++)
		match_level(&matching, level);
	assert(matching.count <= adopters->count && matching.count <= controls->count);
	memory_give(matching.ours);
	memory_give(matching.theirs);
	memory_give(matching.is_matched);
	memory_give(matching.is_taken);
	if (!has_memory)
		return ERR_MEMORY;
	*ret_count = matching.count;
	return OK;
}

static int by_order(const void *left, const void *right)
{
	const struct study_subject *one = left;
	const struct study_subject *other = right;
	if (one->order != other->order)
		return one->order < other->order ? -1 : 1;
	return one->domain < other->domain ? -1 : one->domain > other->domain;
}

void study_draw(struct study_subjects *subjects, uint32_t count)
{
	assert(count > 0 && subjects->count <= subjects->room);
	if (subjects->count > 1)
		qsort(subjects->each, subjects->count, sizeof(*subjects->each), by_order);
	if (subjects->count > count)
		subjects->count = count;
}
