/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What others say of whom to reach for a domain: registries, the domain itself, its zone. Nobody
 * signed it. It stands in a table of its own and is no contact of a party (keep/store/parties.h),
 * so that the two cannot be taken for each other. store_commit makes what was put last; errors as
 * in keep/store/store.h.
 */
#ifndef KEEP_STORE_DRAFTS_H
#define KEEP_STORE_DRAFTS_H

#include "keep/store/store.h"

struct store_draft {
	const char *domain; /* lower case, without the last dot */
	const char *kind;   /* "mail", "phone", "page" */
	const char *value;
	const char *role;   /* "registrar abuse" */
	const char *name;   /* of whom; "": not said */
	const char *source; /* "rdap", "soa", "security-txt" */
	const char *place;  /* where it was read: a URL, a file, a store */
	int64_t said_s;     /* when it was so */
};
/* Replaces what was noted before of the same domain, value, role and source. */
MUST_CHECK int store_draft_put(struct store *store, const struct store_draft *draft,
			       struct complaint *complaint);
/* The pointers live during the call. */
typedef int store_take_draft(void *context, const struct store_draft *draft);
/* Those of one domain, by source, the newest first; none: nothing is given. */
MUST_CHECK int store_drafts(struct store *store, const char *domain, store_take_draft *take,
			    void *context, struct complaint *complaint);

#endif
