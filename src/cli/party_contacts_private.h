/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `dsfi party contacts`: what sources say, what it depends on, and how it is told. */
#ifndef CLI_PARTY_CONTACTS_PRIVATE_H
#define CLI_PARTY_CONTACTS_PRIVATE_H

#include "base/arena.h"
#include "cli/command.h"
#include "gather/registry/found.h"
#include "judge/change/facts.h"
#include "keep/store/drafts.h"
#include "keep/store/store.h"
#include "model/contact.h"

/* What is told of one source that a store kept, the newest; sources have FOUND_MAX at a time. A
 * domain that says others each time does not push away what another source said. */
#define DRAFTS_OF_SOURCE_MAX 512u
#define DRAFTS_MAX (3 * DRAFTS_OF_SOURCE_MAX)

struct draft {
	struct store_draft said;
	const char *trust; /* how far to believe it, in words */
	bool is_of_domain; /* whoever holds the domain now, or its account, says it */
	enum contact_risk risk;
	const char *reason; /* NULL: it is apart */
};

struct drafting {
	const struct options *options;
	struct complaint *complaint;
	struct arena arena;      /* of all that is told */
	struct arena past_arena; /* of one past */
	struct store *store;     /* NULL: there is none, and none was needed */
	struct name name;
	const char *domain; /* lower case, without the last dot */
	int64_t now_s;
	int64_t before_s; /* INT64_MAX: as it is now */
	struct draft drafts[DRAFTS_MAX];
	size_t count;
	size_t unusable;
	size_t older; /* kept, and left out: more than fit */
};

/* The words in the arena; NULL: no memory. */
const char *drafting_words(struct drafting *drafting, const char *format, ...) PRINTF_LIKE(2, 3);
/* What the store saw of a domain before that time; ERR_NOT_FOUND without words: nothing. Names live
 * until the next call. */
MUST_CHECK int drafting_facts(struct drafting *drafting, const uint8_t *domain, int64_t before_s,
			      struct change_facts *ret_facts);

/* party_contacts_sources.c: --rdap, --security-txt, --soa; without any, those that were kept. */
MUST_CHECK int drafting_read(struct drafting *drafting);
/* party_contacts_risk.c */
MUST_CHECK int drafting_judge(struct drafting *drafting);

#endif
