/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be demanded of a lesson's world: a table of predicates, each a measurement. A lesson is
 * passed when all of its demands hold at once; none of them asks how it came to be so.
 */
#ifndef TELL_LEARN_PREDICATE_H
#define TELL_LEARN_PREDICATE_H

#include "tell/learn/desk.h"

/* Arguments of one demand. */
#define WORDS_MAX 24
#define WORDS_OCTETS_MAX 1024

struct words {
	const char *items[WORDS_MAX];
	size_t count;
	char octets[WORDS_OCTETS_MAX];
};
/* Splits at spaces; "..." keeps them within. ERR_LIMIT, ERR_FORMAT. */
MUST_CHECK int words_split(const char *text, struct words *ret_words);

/* Does it hold? When it does not, `why` says what was measured instead. */
typedef bool predicate_holds(const struct desk *desk, const struct words *words, struct text *why);

struct predicate {
	const char *name;
	const char *arguments; /* for people */
	size_t least;          /* arguments */
	predicate_holds *holds;
};

/* NULL behind the last. */
const struct predicate *predicate_at(size_t index);
const struct predicate *predicate_find(const char *name);

/* Measures all demands: a line each, passed or not and why, with nothing that is secret. */
MUST_CHECK int lesson_judge(const struct desk *desk, struct text *report, bool *ret_passed);

/* predicate_roll.c, predicate_server.c */
predicate_holds holds_new_key;
predicate_holds holds_unbroken;
predicate_holds holds_by_cds;
predicate_holds holds_survives;
predicate_holds holds_said;
predicate_holds holds_runs;

#endif
