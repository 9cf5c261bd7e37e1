/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Good practices (catalog/adoption) and what a domain makes of them, from the facts and findings of
 * one judgement. docs/why/scores.md says in words what counts and how.
 *
 * The order of the questions: does it apply; is anything published; does a finding say that it does
 * not do what it is for; is it known to work. What is unknown on the way is not measured: it never
 * counts as a failure. What can only be asserted is no practice here.
 */
#ifndef JUDGE_ADOPT_ADOPT_H
#define JUDGE_ADOPT_ADOPT_H

#include "judge/check/check.h"
#include "model/adoption.h"
#include "model/finding.h"
#include "model/observation.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PRACTICE_TERMS_MAX 4u

/* One of these facts present; or, the other way round, the one absent. Bits at the facts' numbers.
 */
struct practice_term {
	bool wants_absent;
	uint32_t facts;
};

/* Which findings say that it does not work. */
struct practice_breach {
	const char *code;     /* or how the code begins */
	const char *question; /* of the evidence, how it begins; NULL: whatever it is */
	bool is_family;       /* of these, errors and worse count */
};

struct good_practice {
	const char *name;
	struct practice_term applies[PRACTICE_TERMS_MAX];
	struct practice_term published[PRACTICE_TERMS_MAX];
	struct practice_term works[PRACTICE_TERMS_MAX];
	const struct practice_breach *breaches;
	const char *reference, *title, *brings;
	uint8_t applies_count, published_count, works_count, breach_count;
	uint8_t number; /* in stores, for ever */
	bool is_required;
	enum party party;
};

/* In the catalogue's order. */
const struct good_practice *good_practice_all(size_t *ret_count);
const struct good_practice *good_practice_by_name(const char *name); /* NULL: none */

/* `observation` is what was judged: it says what was asked for. A practice that only checks show is
 * not measured where one that is named was not asked for, whatever the others found: else those
 * that broke it would be counted, and those that keep it would not. */
enum adoption_state adopt_practice(const struct good_practice *practice,
				   const struct judgement *judgement,
				   const struct observation *observation);
void adopt_judge(const struct judgement *judgement, const struct observation *observation,
		 struct adoption *ret_adoption);

/* Of the required practices that apply and were measured: how many there are, how many of them are
 * adopted. Their quotient is the domain's score; 0 of 0 is none. */
struct adoption_score {
	unsigned adopted, measured;
};
struct adoption_score adopt_score(const struct adoption *adoption);

#endif
