/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who did and read what: a list that only grows, each entry bound to the one before by SHA-256, so
 * that none can be changed, moved or taken out unnoticed but by somebody who rewrites all that
 * follow. Against that, and against the loss of the newest, note the head elsewhere from time to
 * time: a later list that does not have it in it is another list. The oldest may be removed where
 * an entry tells of it (keep/store/expire.h). An entry is put into the same transaction as what it
 * tells of. Errors as in keep/store/store.h.
 */
#ifndef KEEP_STORE_AUDIT_H
#define KEEP_STORE_AUDIT_H

#include "keep/store/store.h"

#define AUDIT_HASH_OCTETS 32u
#define AUDIT_TEXT_MAX 4096u
/* The act of an entry that tells that the oldest were removed; its subject: the hash of the last of
 * them, in hexadecimal (keep/store/expire.h). */
#define AUDIT_EXPIRED "expire audit"

struct store_audit {
	int64_t id; /* 1, 2, ... ; given when it is put */
	int64_t time_s;
	const char *who;     /* an account of this machine */
	const char *act;     /* "read", "share", "import", ... */
	const char *subject; /* id of a message, a case, a party */
	const char *detail;
	uint8_t hash[AUDIT_HASH_OCTETS]; /* of the entry and all before it; read only */
};
/* Texts longer than AUDIT_TEXT_MAX are cut. */
MUST_CHECK int store_audit_put(struct store *store, const struct store_audit *entry,
			       struct complaint *complaint);
typedef int store_take_audit(void *context, const struct store_audit *entry);
/* Oldest first, each held against the one before: ERR_DAMAGED names the first that does not follow,
 * after what is before it was given. */
MUST_CHECK int store_audits(struct store *store, store_take_audit *take, void *context,
			    struct complaint *complaint);

#endif
