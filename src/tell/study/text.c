/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For a terminal, and as Markdown: the plain sentence first, then the figures, then what to know.
 */
#include "tell/study/study_private.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* Columns of running text. */
#define COLUMNS 92u
#define WORDS_OCTETS_MAX ((size_t)1 << 16)

/* Breaks at blanks. */
static void wrapped(const char *words, struct text *text)
{
	size_t column = 0;
	while (*words != '\0') {
		const size_t length = strcspn(words, " ");
		if (column > 0 && column + 1 + length > COLUMNS) {
			text_add_char(text, '\n');
			column = 0;
		} else if (column > 0) {
			text_add_char(text, ' ');
			column++;
		}
		text_add_octets(text, words, length);
		column += length;
		words += length + (words[length] != '\0');
	}
	text_add_char(text, '\n');
}

static void runs(const struct study *study, struct text *text)
{
	char from[TIME_TEXT_MAX];
	char to[TIME_TEXT_MAX];
	time_to_text(study->from->run.started_s, from);
	time_to_text(study->to->run.started_s, to);
	text_format(text,
		    "Run %" PRId64 " of %s with run %" PRId64 " of %s: %" PRIu64
		    " adopters, %" PRIu64 " others, %" PRIu32 " pairs.",
		    study->from->run.id, from, study->to->run.id, to, study->adopters,
		    study->controls, study->matched);
}

static void side(const struct study_outcome_row *row, const struct study_effect *effect,
		 enum study_side which, struct text *text)
{
	assert(effect->is_told && which < STUDY_SIDES);
	const bool is_share = row->method == STUDY_BY_PAIRED_SHARES;
	if (is_share)
		text_format(text, "%" PRIu32 ": ", effect->counts[which]);
	else if (which == STUDY_ADOPTERS) {
		text_add(text, "before ");
		study_estimate(row, &effect->before, false, text);
		text_add(text, ", then ");
	}
	study_estimate(row, &effect->sides[which], !is_share, text);
}

static void outcome(const struct study *study, enum study_outcome which, struct text *text)
{
	const struct study_outcome_row *row = study_outcome_row(which);
	const struct study_effect *effect = &study->effects[which];
	text_format(text, "\n%s, %s (%" PRIu32 " pairs): %s\n", row->title, row->unit,
		    effect->pairs, study_verdict(effect));
	text_add(text, "   adopters    ");
	side(row, effect, STUDY_ADOPTERS, text);
	text_add(text, "\n   others      ");
	side(row, effect, STUDY_CONTROLS, text);
	text_add(text, "\n   difference  ");
	study_estimate(row, &effect->difference, true, text);
	text_add_char(text, '\n');
}

/* Every note, each with what stands before it. */
static void notes(const struct study *study, const char *before, struct text *text)
{
	struct text words;
	text_init(&words, WORDS_OCTETS_MAX);
	for (unsigned i = 0; study_note(study, i, &words); i++) {
		if (words.length == 0)
			continue;
		text_add(text, before);
		if (*before == '\n')
			wrapped(text_get(&words), text);
		else
			text_format(text, "%s\n", text_get(&words));
		text_reset(&words);
	}
	text_release(&words);
}

static void lead(const struct study *study, struct text *text)
{
	struct text words;
	text_init(&words, WORDS_OCTETS_MAX);
	study_lead(study, &words);
	text_add(&words, ".");
	wrapped(text_get(&words), text);
	text_release(&words);
}

int study_text(const struct study *study, struct text *text)
{
	struct text words;
	lead(study, text);
	if (study->end == STUDY_NO_SECOND_RUN)
		return text->error;
	text_init(&words, WORDS_OCTETS_MAX);
	runs(study, &words);
	text_add_char(text, '\n');
	wrapped(text_get(&words), text);
	for (unsigned i = 0; i < STUDY_LEVELS; i++)
		if (study->by_level[i] > 0)
			text_format(text, "   %7" PRIu32 "  %s\n", study->by_level[i],
				    study_level_text(i));
	for (unsigned i = 0; i < STUDY_OUTCOME_COUNT; i++)
		if (study->effects[i].is_told)
			outcome(study, (enum study_outcome)i, text);
	for (unsigned i = 0; study->end == STUDY_CONCLUDED && i < STUDY_SIDES; i++) {
		text_reset(&words);
		study_recovery_words(&study->recoveries[i], (enum study_side)i, &words);
		text_add_char(text, '\n');
		wrapped(text_get(&words), text);
	}
	notes(study, "\n", text);
	text_release(&words);
	return text->error;
}

/* ---- Markdown ---- */

static void markdown_row(const struct study *study, enum study_outcome which, struct text *text)
{
	const struct study_outcome_row *row = study_outcome_row(which);
	const struct study_effect *effect = &study->effects[which];
	text_format(text, "| %s, %s | %" PRIu32 " | ", row->title, row->unit, effect->pairs);
	side(row, effect, STUDY_ADOPTERS, text);
	text_add(text, " | ");
	side(row, effect, STUDY_CONTROLS, text);
	text_add(text, " | ");
	study_estimate(row, &effect->difference, true, text);
	text_format(text, " | %s | %s |\n", study_verdict(effect), study_method_text(row->method));
}

static void markdown_figures(const struct study *study, struct text *text)
{
	text_add(text, "\n## Before and after\n\n"
		       "| what | pairs | adopters | others like them | difference | | how |\n"
		       "|---|---|---|---|---|---|---|\n");
	for (unsigned i = 0; i < STUDY_OUTCOME_COUNT; i++)
		if (study->effects[i].is_told)
			markdown_row(study, (enum study_outcome)i, text);
	text_add(text, "\nIn brackets: 95 % intervals. Differences of shares are in points.\n"
		       "\n## How long\n\n");
	for (unsigned i = 0; i < STUDY_SIDES; i++) {
		text_add(text, "- ");
		study_recovery_words(&study->recoveries[i], (enum study_side)i, text);
		text_add_char(text, '\n');
	}
}

int study_markdown(const struct study *study, struct text *text)
{
	text_format(text, "# What it changes: %s\n\n",
		    study->code != NULL ? study->code : study->title);
	study_lead(study, text);
	text_add(text, ".\n");
	if (study->end == STUDY_NO_SECOND_RUN)
		return text->error;
	text_add(text, "\n## Who was compared\n\n");
	runs(study, text);
	text_add(text, "\n\n| pairs | alike by |\n|---|---|\n");
	for (unsigned i = 0; i < STUDY_LEVELS; i++)
		if (study->by_level[i] > 0)
			text_format(text, "| %" PRIu32 " | %s, same top-level domain |\n",
				    study->by_level[i], study_level_text(i));
	if (study->end == STUDY_CONCLUDED)
		markdown_figures(study, text);
	text_add(text, "\n## What to know\n\n");
	notes(study, "- ", text);
	return text->error;
}
