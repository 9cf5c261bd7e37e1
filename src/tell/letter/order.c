/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/letter/letter_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* LETTER_WEIGHTS: each severity counts about three times the one below, so that an error on a
 * third of the domains comes before a warning on all of them. docs/letters.md tells them. */
static const uint64_t weights[] = {
	[SEVERITY_INFO] = 1,   [SEVERITY_NOTICE] = 3,     [SEVERITY_WARNING] = 10,
	[SEVERITY_ERROR] = 30, [SEVERITY_CRITICAL] = 100,
};

static int by_effect(const void *left, const void *right)
{
	const struct letter_row *ours = left;
	const struct letter_row *theirs = right;

	if (ours->is_excepted != theirs->is_excepted)
		return ours->is_excepted ? 1 : -1;
	if (ours->is_ours != theirs->is_ours)
		return ours->is_ours ? -1 : 1;
	if (ours->effect != theirs->effect)
		return ours->effect > theirs->effect ? -1 : 1;
	return strcmp(ours->code, theirs->code);
}

/* Rows move; what points to them by number must follow. */
static int sort_rows(struct letter *letter)
{
	uint32_t *moved = arena_take_array(&letter->arena, letter->row_count + 1, sizeof(*moved));

	if (!moved)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < letter->row_count; i++) {
		struct letter_row *row = &letter->rows[i];

		assert(row->severity < sizeof(weights) / sizeof(weights[0]));
		row->effect = weights[row->severity] * row->domains;
		row->last_domain = i; /* from now on: where it stood */
		letter->ours_count += row->is_ours;
		letter->excepted_count += row->is_excepted;
	}
	qsort(letter->rows, letter->row_count, sizeof(*letter->rows), by_effect);
	assert(letter->ours_count <= letter->row_count);
	for (uint32_t i = 0; i < letter->row_count; i++)
		moved[letter->rows[i].last_domain] = i;
	for (size_t i = 0; i < letter->concern_count; i++)
		letter->concerns[i].row = moved[letter->concerns[i].row];
	letter->row_count -= letter->excepted_count;
	assert(letter->ours_count <= letter->row_count);
	return OK;
}

static int worst_first(const void *left, const void *right, void *context)
{
	const struct letter *letter = context;
	const struct letter_domain *ours = &letter->domains[*(const uint32_t *)left];
	const struct letter_domain *theirs = &letter->domains[*(const uint32_t *)right];

	if (ours->worst != theirs->worst)
		return ours->worst > theirs->worst ? -1 : 1;
	return strcmp(ours->name, theirs->name);
}

static int by_domain(const void *left, const void *right)
{
	const struct letter_concern *ours = left;
	const struct letter_concern *theirs = right;

	if (ours->domain != theirs->domain)
		return ours->domain < theirs->domain ? -1 : 1;
	return ours->row < theirs->row ? -1 : ours->row > theirs->row;
}

static int sort_domains(struct letter *letter)
{
	const uint32_t count = letter->domain_count;
	struct arena *arena = &letter->arena;
	uint32_t *order = arena_take_array(arena, count + 1, sizeof(*order));
	uint32_t *moved = arena_take_array(arena, count + 1, sizeof(*moved));
	struct letter_domain *sorted = arena_take_array(arena, count + 1, sizeof(*sorted));

	if (!order || !moved || !sorted)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < count; i++)
		order[i] = i;
	qsort_r(order, count, sizeof(*order), worst_first, letter);
	for (uint32_t i = 0; i < count; i++) {
		moved[order[i]] = i;
		sorted[i] = letter->domains[order[i]];
		letter->troubled += sorted[i].worst > 0;
	}
	assert(letter->troubled <= count);
	memcpy(letter->domains, sorted, count * sizeof(*sorted));
	for (size_t i = 0; i < letter->concern_count; i++)
		letter->concerns[i].domain = moved[letter->concerns[i].domain];
	return OK;
}

int letter_order(struct letter *letter)
{
	int result = sort_rows(letter);

	if (result == OK)
		result = sort_domains(letter);
	if (result == OK && letter->concern_count > 0)
		qsort(letter->concerns, letter->concern_count, sizeof(*letter->concerns),
		      by_domain);
	return result;
}

const char *letter_ask_whom(enum party party)
{
	switch (party) {
	case PARTY_REGISTRANT:
		return "the domain's holder: your customer, or you in their name";
	case PARTY_REGISTRAR:
		return "the registrar of the domain; its holder can ask there";
	case PARTY_REGISTRY:
		return "the registry of the zone above";
	case PARTY_NETWORK:
		return "the network that announces the addresses: your provider, or you";
	case PARTY_DNS_OPERATOR:
		break;
	}
	return "you";
}
