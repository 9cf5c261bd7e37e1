/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The past of one domain, read from a store: states from when to when, oldest first, and findings.
 * Told as text or JSON Lines, and as a page. Everything lives in the past's arena.
 */
#ifndef CLI_HISTORY_PRIVATE_H
#define CLI_HISTORY_PRIVATE_H

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/table.h"
#include "keep/store/store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A domain that changed every night for ten years: 3,650 states of some KiB. */
#define HISTORY_OCTETS_MAX (256u << 20)
#define HISTORY_OUTPUT_OCTETS_MAX (64u << 20)

struct past_interval {
	struct past_interval *next;
	int64_t first_s, last_s, first_run, last_run;
	const uint8_t *state;
	size_t state_size;
	unsigned int needs; /* what was looked at */
	bool is_measured;
};

struct past_finding {
	struct past_finding *next;
	struct store_finding found;
};

struct past {
	const struct options *options;
	const uint8_t *domain;
	const char *raw_path;  /* --raw, or NULL */
	const char *html_path; /* --html, or NULL */
	struct arena arena;
	struct arena raw_arena; /* of the newest raw observation, if it is wanted */
	const uint8_t *raw;
	size_t raw_size;
	struct past_interval *intervals, **intervals_end; /* oldest first */
	struct past_finding *findings, **findings_end;
	size_t finding_count;
	size_t sentences; /* told so far */
	struct text text; /* standard output */
	struct json json;
	struct text *html; /* where sentences go while the page is written; NULL: to the output */
	struct complaint *complaint;
};

/* history_tell.c */
/* Finds what each interval's look was of. */
MUST_CHECK int past_look(struct past *past);
/* All of it, as text or JSON Lines, in past->text. */
MUST_CHECK int past_tell(struct past *past);
/* What had changed when the interval began, a sentence each. */
MUST_CHECK int past_add_changes(struct past *past, const struct past_interval *interval);

/* history_page.c */
/* The page, written to past->html_path. */
MUST_CHECK int past_page(struct past *past);

#endif
