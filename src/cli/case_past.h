/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Has the store seen a case's test fail since it is said to be met? Looks of scans and watches in
 * between are held against it, and so are findings that it names. `dsfi case verify` asks before it
 * believes what an earlier verification claims.
 */
#ifndef CLI_CASE_PAST_H
#define CLI_CASE_PAST_H

#include "dns/wire/name.h"
#include "judge/case/predicate.h"
#include "keep/store/store.h"

struct case_past {
	struct store *store;
	const struct predicate *predicate;
	const struct name *domains; /* that the test is about, lower case */
	size_t domain_count;
	int64_t since_s; /* after 0: what is looked at ended no earlier */
};
/* What the store does, and ERR_MEMORY. */
MUST_CHECK int case_past_look(const struct case_past *past, bool *ret_has_failed,
			      struct complaint *complaint);

#endif
