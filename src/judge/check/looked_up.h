/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the scan looked up beside the domain's own answers (struct lookup of model/further.h), as
 * checks want it: by name and type, with the records that were found.
 */
#ifndef JUDGE_CHECK_LOOKED_UP_H
#define JUDGE_CHECK_LOOKED_UP_H

#include "judge/check/evidence.h"

#include <stdbool.h>

struct looked_up {
	const struct lookup *lookup;   /* NULL: nobody asked */
	const struct message *message; /* NULL: none came */
	struct rrset rrset;            /* count 0: no such records */
};

/* ERR_MEMORY is told as nothing found, with LOOKUP_RESULT_LIMIT. */
struct looked_up look_up(const struct evidence *evidence, const uint8_t *name, uint16_t type);
/* Nothing can be concluded: not asked, no answer, a limit, an answer that did not validate. */
bool looked_up_is_unknown(const struct looked_up *found);
/* It is known that there are no such records. */
bool looked_up_is_absent(const struct looked_up *found);
/* There are, with a chain of trust down to them. */
bool looked_up_is_secure(const struct looked_up *found);

#endif
