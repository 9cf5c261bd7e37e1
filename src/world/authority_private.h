/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The authority: what all servers of the world know, behind one question: what does this server
 * answer to this name and type? Behaviours and transports are not its business.
 *
 * It keeps views of the zones asked for last (in sets of four, the one longest unused goes) and,
 * for good, those of zones with children. An answer is a list of references into views and a
 * scratch arena; both live until the next call.
 */
#ifndef WORLD_AUTHORITY_PRIVATE_H
#define WORLD_AUTHORITY_PRIVATE_H

#include "base/arena.h"
#include "world/view_private.h"

struct authority;

MUST_CHECK int authority_new(const struct world *world, int64_t started_s,
			     struct authority **ret_authority);
void authority_free(struct authority *authority);
const struct view_source *authority_source(const struct authority *authority);
/* Makes the views that would take long to make while somebody waits: zones with children,
 * and those with many keys. */
MUST_CHECK int authority_prepare(struct authority *authority);
/* For one answer; reset by whoever asks the next question. */
struct arena *authority_scratch(struct authority *authority);
MUST_CHECK int authority_view(struct authority *authority, uint32_t zone, uint32_t variant,
			      struct view **ret_view);

/* From now on parents have these DS records (registry_table_private.h); their views are made anew.
 * The table before is given back. To be called between two questions. */
struct registry_table;
void authority_register(struct authority *authority, struct registry_table *table);

/* One RRset of an answer. */
struct answer_item {
	const struct record *const *records;
	const struct record *signatures;
	const uint8_t *owner; /* instead of the records' own; NULL: theirs */
	uint16_t count;
	uint16_t signature_count;
	uint8_t section;
	bool is_optional; /* may be left out when there is no room */
};

/* CNAME chains, proofs of a wildcard and its glue fit many times. */
#define ANSWER_ITEMS_MAX 96
struct answer {
	struct answer_item items[ANSWER_ITEMS_MAX];
	uint32_t count;
	uint16_t rcode;
	bool is_authoritative;
};

struct answer_question {
	uint32_t server;
	const uint8_t *name; /* as received */
	uint16_t type;
	bool dnssec_ok;
};

/* RCODE_REFUSED in ret_answer for names that the server has no zone for. */
MUST_CHECK int authority_answer(struct authority *authority, const struct answer_question *question,
				struct answer *ret_answer);

#endif
