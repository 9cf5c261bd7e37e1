/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Removing what need no longer be kept. Each call removes within the writer's transaction and says
 * how much: closed without store_commit, all is as it was, which is how a preview is made. What was
 * removed is overwritten in the file with zeros. Errors as in keep/store/store.h.
 */
#ifndef KEEP_STORE_EXPIRE_H
#define KEEP_STORE_EXPIRE_H

#include "keep/store/audit.h"
#include "keep/store/store.h"

/* Before the first of the calls below. */
MUST_CHECK int store_expire_begin(struct store *store, struct complaint *complaint);
/* All messages of a case, what became of sending them, and its summary. */
MUST_CHECK int store_expire_case(struct store *store, const char *case_id, int64_t *ret_messages,
				 struct complaint *complaint);
/* Of contacts tried, and of what others said, what is of before that time. */
MUST_CHECK int store_expire_tries(struct store *store, int64_t before_s, int64_t *ret_count,
				  struct complaint *complaint);
MUST_CHECK int store_expire_drafts(struct store *store, int64_t before_s, int64_t *ret_count,
				   struct complaint *complaint);
/*
 * The oldest entries of the audit up to the first that is not of before that time; the newest
 * stays. The hash of the last that goes is noted, so that those which stay are still proven to
 * follow from it; the caller puts it into the audit, too (store_audits wants that). ret_count 0:
 * none went, and ret_head is untouched.
 */
MUST_CHECK int store_expire_audit(struct store *store, int64_t before_s, int64_t *ret_count,
				  uint8_t ret_head[AUDIT_HASH_OCTETS], struct complaint *complaint);

#endif
