/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The letter that helps: what one run of the store says of the domains of one operator, for that
 * operator alone. What it can mend comes first, in order of effect, each with the exact fix for its
 * software, taken from the check's page with the operator's own values filled in; what others must
 * mend follows with whom to ask. No other operator is named: a sentence that names a host or an
 * address that is neither the domain's nor this operator's is replaced by the check's title.
 *
 * Effect: the weight of the severity (LETTER_WEIGHTS in order.c) times the number of domains.
 * Of a store that keeps whose name servers a domain has, the observations of the operator's domains
 * alone are read. Gathered once, then told as text, Markdown, HTML or JSON Lines. All memory is the
 * letter's own.
 */
#ifndef TELL_LETTER_LETTER_H
#define TELL_LETTER_LETTER_H

#include "base/error.h"
#include "base/text.h"
#include "judge/adopt/operator.h"
#include "keep/store/store.h"

#include <stdbool.h>
#include <stdint.h>

struct letter;

enum letter_software {
	LETTER_BIND,
	LETTER_KNOT,
	LETTER_NSD,
	LETTER_POWERDNS,
	LETTER_SOFTWARE_COUNT, /* not said: what the servers say of themselves, else all four */
};
/* "bind", "knot", "nsd", "powerdns"; LETTER_SOFTWARE_COUNT for any other word. */
enum letter_software letter_software_from_text(const char *word);

struct letter_settings {
	const char *operator_name;
	struct operators *operators; /* learns from the run's domains */
	int64_t run;                 /* 0: the newest */
	enum letter_software software;
	int64_t now_s; /* exceptions in force then count; 0: those of the run's time */
};

/* ERR_NOT_FOUND with words: no run, or nobody of that name, and who is meant perhaps. */
MUST_CHECK int letter_new(struct store *store, const struct letter_settings *settings,
			  struct letter **ret_letter, struct complaint *complaint);
void letter_free(struct letter *letter);

MUST_CHECK int letter_text(const struct letter *letter, struct text *text);
/* Write `path`, and the whole list of domains beside it (`path` with -domains.csv for its end) when
 * there are more than the letter itself has room for. */
MUST_CHECK int letter_markdown(const struct letter *letter, const char *path,
			       struct complaint *complaint);
MUST_CHECK int letter_html(const struct letter *letter, const char *path,
			   struct complaint *complaint);
/* Exceptions and disputes are told; what is under exception is not asked for (docs/except.md). */
/* A "letter" object, then a "letter-finding" each code, then a "letter-domain" each domain. */
MUST_CHECK int letter_json(const struct letter *letter, struct text *text);

#endif
