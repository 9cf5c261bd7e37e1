/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is printed of an observation, as text. It is made by the judge's process, which alone reads
 * observations, and printed by its parent; `uint8_t telling` says between them what is wanted.
 */
#ifndef CLI_TELLING_H
#define CLI_TELLING_H

#include "base/error.h"
#include "base/text.h"
#include "judge/check/check.h"
#include "judge/check/profile.h"
#include "model/observation.h"

#include <stdbool.h>
#include <stdint.h>

enum telling {
	TELLING_NOTHING,
	TELLING_SEEN,        /* `dsfi scan`: a line for a person */
	TELLING_SEEN_JSON,   /* the whole observation */
	TELLING_FOUND,       /* `dsfi check`: findings in full */
	TELLING_FOUND_SHORT, /* of many domains: only those with findings, without details */
	TELLING_FOUND_JSON,
};
/* With any of them: in colour. */
#define TELLING_IN_COLOR 0x80u

/* tell_seen.c */
MUST_CHECK int tell_seen_json(const struct observation *observation, struct text *text);
void tell_seen(const struct observation *observation, struct text *text);
/* tell_found.c */
void tell_found_json(const struct observation *observation, const struct judgement *judgement,
		     const struct profile *profile, struct text *text);
struct found_style {
	bool is_short, has_color;
	const struct profile *profile; /* whose practices are told too; NULL: none */
};
void tell_found(const struct observation *observation, const struct judgement *judgement,
		const struct found_style *style, struct text *text);

#endif
