/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is printed of an observation, as text. It is made by the judge's process, which alone reads
 * observations, and printed by its parent; `uint8_t telling` says between them what is wanted.
 */
#ifndef CLI_TELLING_H
#define CLI_TELLING_H

#include "base/error.h"
#include "base/json.h"
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
/* With any of them: in colour; with those of `dsfi check`: also what each domain shows. */
#define TELLING_IN_COLOR 0x80u
#define TELLING_WITH_FACTS 0x40u

/* tell_seen.c */
MUST_CHECK int tell_seen_json(const struct observation *observation, struct text *text);
void tell_seen(const struct observation *observation, struct text *text);
/* tell_facts.c: a member of the object that is open; three lines for a person. */
void tell_facts_json(const struct facts *facts, struct json *json);
void tell_facts(const struct facts *facts, struct text *text);
/* tell_found.c */
struct found_style {
	bool is_short, has_color, with_facts;
	const struct profile *profile; /* whose practices are told too; NULL: none */
};
void tell_found_json(const struct observation *observation, const struct judgement *judgement,
		     const struct found_style *style, struct text *text);
void tell_found(const struct observation *observation, const struct judgement *judgement,
		const struct found_style *style, struct text *text);

#endif
