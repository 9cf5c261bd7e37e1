/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What tests of cases that name findings (`not found CODE(D)`) have of the checks: whether there is
 * one of that code, what a look needs for it, and what it says of a look.
 */
#ifndef CLI_CASE_CHECKS_H
#define CLI_CASE_CHECKS_H

#include "base/arena.h"
#include "base/error.h"
#include "judge/case/predicate.h"

/* ERR_NOT_FOUND: the catalogue has no check of one of the codes, as one of a newer version. */
MUST_CHECK int case_checks_known(const struct predicate *predicate, struct complaint *complaint);
/* Why no look at one domain, whatever its options, measures the code; NULL: one does. */
const char *case_checks_never(const char *code);
/* Which option a look has to be given for the code, since it asks for consent or a file; NULL:
 * none. */
const char *case_checks_option(const char *code);
/* NEED_* of all codes of the test, but for those that need an option. */
unsigned int case_checks_needs(const struct predicate *predicate);
/* What the checks say of the look that the test names of its domain, into the look. ERR_MEMORY. */
MUST_CHECK int case_checks_judge(struct arena *arena, const struct predicate *predicate,
				 struct predicate_look *look);

#endif
