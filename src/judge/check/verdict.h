/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a check puts what it found. The code, severity, party and reference come from the check's
 * row of the catalogue; the check gives the sentence and the evidence.
 */
#ifndef JUDGE_CHECK_VERDICT_H
#define JUDGE_CHECK_VERDICT_H

#include "base/arena.h"
#include "base/error.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "model/finding.h"

#include <stddef.h>
#include <stdint.h>

/* Findings of one check about one domain: one per server address at most, and one for the whole. */
#define VERDICTS_MAX 512

struct verdicts {
	struct arena *arena;
	const struct evidence *evidence;
	const struct check *check; /* whose turn it is */
	struct finding *findings;  /* grows in the arena up to VERDICTS_MAX */
	size_t finding_count, finding_room;
	const char **not_measured;
	size_t not_measured_count;
	const struct exchange *told; /* the exchange put into words last, often the next one, too */
	struct finding_evidence told_as;
	int error; /* sticks: ERR_MEMORY */
};

/*
 * A finding about one server (view) or the whole domain (NULL). The sentence names its subject and
 * the values, starts with a capital, and has no full stop at the end.
 */
void verdict(struct verdicts *verdicts, const struct view *view, const char *format, ...)
	PRINTF_LIKE(3, 4);
/* Adds an exchange as evidence to the newest finding, told in one line. */
void verdict_evidence(struct verdicts *verdicts, const struct exchange *exchange);
/* Lowers the newest finding's severity, where the circumstances make it less than its row says. */
void verdict_lower(struct verdicts *verdicts, enum severity severity);
/* The parent's referral as evidence; nothing where the observation has none. */
void verdict_parent_evidence(struct verdicts *verdicts);
/* The check could not be made on this observation. Not failed, not passed. */
void verdict_not_measured(struct verdicts *verdicts);

#endif
