/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Profiles: what a look is for. A profile is a list of practices, and each practice says by which
 * checks it is seen whether it is kept; the score of a domain is what its judgement says of these
 * checks. The table is generated from catalog/profiles (tools/profiles.py), where it is told what
 * its columns mean; docs/why/profiles.md tells why it is as it is.
 *
 * What can only be asserted is never scored as kept, and what was not measured neither.
 */
#ifndef JUDGE_CHECK_PROFILE_H
#define JUDGE_CHECK_PROFILE_H

#include "base/json.h"
#include "base/text.h"
#include "judge/check/check.h"

#include <stdbool.h>
#include <stddef.h>

/* How it is known whether a practice is kept. */
enum practice_known {
	PRACTICE_MEASURED,
	PRACTICE_PARTLY, /* what is seen is kept; more of it cannot be seen */
	PRACTICE_ASSERTED,
	PRACTICE_CONFIGURATION, /* to be read from the operator's own */
};

struct practice_code {
	const char *code;
	bool is_named; /* by itself, and not only with its family */
};

struct practice {
	const char *number;
	const char *title;
	const struct practice_code *codes;
	size_t code_count;
	enum practice_known known;
	bool wants_signed; /* only a domain that is securely delegated keeps it */
};

struct profile {
	const char *name;
	const char *title;
	unsigned needs; /* NEED_*, of the look that it is judged by */
	const struct practice *practices;
	size_t practice_count;
	bool has_card; /* the practices are told with the findings */
};

const struct profile *profile_all(size_t *ret_count);
/* NULL when there is none. */
const struct profile *profile_by_name(const char *name);

enum practice_state {
	PRACTICE_MET,
	PRACTICE_NOT_MET,
	PRACTICE_NOT_MEASURED,
	PRACTICE_ONLY_ASSERTED,
	PRACTICE_STATE_COUNT,
};
/* "met", "not met", "not measured", "only asserted". */
const char *practice_state_text(enum practice_state state);
const char *practice_known_text(enum practice_known known);

/* Codes that decided, told of one practice; the rest is in the findings. */
#define PRACTICE_REASONS_MAX 16u

struct practice_score {
	enum practice_state state;
	const char *reasons[PRACTICE_REASONS_MAX]; /* codes found, or those not measured */
	size_t reason_count;
};

/* Findings for information alone take nothing from a practice. */
struct practice_score practice_score(const struct practice *practice,
				     const struct observation *observation,
				     const struct judgement *judgement);

/* One JSON object a line for each practice, "type":"practice"; docs/format/practice.schema.json. */
void scorecard_to_json(const struct profile *profile, const struct observation *observation,
		       const struct judgement *judgement, struct json *json);
/* The card for people, a line a practice below one with the sums. */
void scorecard_to_text(const struct profile *profile, const struct observation *observation,
		       const struct judgement *judgement, struct text *text);

#endif
