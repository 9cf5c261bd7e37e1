/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What does it change? A study compares domains that adopted a practice between two runs of a store
 * with others like them that did not: who broke and for how long, how answers grew, what they can
 * be abused for, how long they take. Both are compared with themselves before, and the changes with
 * each other, so that what happened to all of them is no effect of the practice. Nothing is told
 * without its interval, and nothing below STUDY_PAIRS_LEAST pairs. docs/why/study.md says how and
 * why; nothing in it is left to chance: the same store gives the same study.
 *
 * Raw observations are read of those that were drawn and matched alone, four a pair; of all others
 * some 64 octets are held. All memory is the study's own.
 */
#ifndef TELL_STUDY_STUDY_H
#define TELL_STUDY_STUDY_H

#include "base/error.h"
#include "base/text.h"
#include "judge/adopt/operator.h"
#include "keep/store/store.h"

#include <stdint.h>

/* Of 19 pairs of which none broke, every sixth could still be one that breaks: nothing was learnt.
 */
#define STUDY_PAIRS_LEAST 20u
/* Adopters looked at unless more are asked for: four observations each take some seconds, and a
 * share is known to one point either way by then. */
#define STUDY_DOMAINS_DEFAULT 10000u
/* With so many a share is known to a third of a point; more would only draw samples for minutes. */
#define STUDY_DOMAINS_MAX 100000u

struct study;

struct study_settings {
	const char *subject; /* the name of a practice, or a finding's code: then who mended it */
	int64_t from, to;    /* runs; 0: the first, the last, that kept adoption */
	uint32_t domains;    /* adopters that are looked at, at most; drawn where there are more */
	struct operators *operators;
};

/* How it ended. */
enum study_end {
	STUDY_CONCLUDED,
	STUDY_NO_SECOND_RUN,
	STUDY_NOBODY_ADOPTED,
	STUDY_NOBODY_ELSE, /* no domain without the practice is left to compare with */
	STUDY_NO_MATCH,
	STUDY_TOO_FEW, /* fewer than STUDY_PAIRS_LEAST pairs */
};

/*
 * ERR_NOT_FOUND, ERR_ARGUMENT with words: no such practice or run, or both runs are one. What could
 * not be concluded is no error: study_end says so, and the words say why.
 */
MUST_CHECK int study_new(struct store *store, const struct study_settings *settings,
			 struct study **ret_study, struct complaint *complaint);
void study_free(struct study *study); /* NULL is fine */
enum study_end study_end(const struct study *study);

MUST_CHECK int study_text(const struct study *study, struct text *text);
MUST_CHECK int study_markdown(const struct study *study, struct text *text);
/* A "study" object; if it was concluded, a "study-outcome" each outcome, a "study-recovery" each
 * side. */
MUST_CHECK int study_json(const struct study *study, struct text *text);

#endif
