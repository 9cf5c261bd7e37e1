/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences that all forms share. */
#include "judge/adopt/adopt.h"
#include "tell/study/study_private.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DATE_OCTETS 10

static void percent(double share, struct text *text)
{
	char words[32];
	assert(share >= 0 && share <= 1);
	snprintf(words, sizeof(words), "%.1f", share * 100);
	const size_t length = strlen(words);
	if (length > 2 && strcmp(words + length - 2, ".0") == 0)
		words[length - 2] = '\0';
	text_format(text, "%s %%", words);
}

static void range(const struct share *share, struct text *text)
{
	text_add(text, "(");
	percent(share->low, text);
	text_add(text, " to ");
	percent(share->high, text);
	text_add(text, ")");
}

/* "between 2026-01-01 and 2026-02-01"; with the time where both are of one day. */
static void between(const struct study *study, struct text *text)
{
	char from[TIME_TEXT_MAX];
	char to[TIME_TEXT_MAX];
	time_to_text(study->from->run.started_s, from);
	time_to_text(study->to->run.started_s, to);
	if (strncmp(from, to, DATE_OCTETS) != 0)
		from[DATE_OCTETS] = to[DATE_OCTETS] = '\0';
	text_format(text, "between %s and %s", from, to);
}

/* "adopted DNSSEC between ... and ..." */
static void deed(const struct study *study, struct text *text)
{
	if (study->practice != NULL)
		text_format(text, "adopted %s ", study->title);
	else
		text_format(text, "mended %s ", study->code);
	between(study, text);
}

static const char *domains(uint64_t count)
{
	return count == 1 ? "domain" : "domains";
}

static void lead_concluded(const struct study *study, struct text *text)
{
	const struct study_effect *effect = &study->effects[STUDY_BROKE];
	assert(effect->is_told);
	const struct share ours = share_of_sample(effect->counts[STUDY_ADOPTERS], effect->pairs);
	const struct share theirs = share_of_sample(effect->counts[STUDY_CONTROLS], effect->pairs);
	text_format(text, "Of %" PRIu32 " domains that ", effect->pairs);
	deed(study, text);
	text_format(text, ", %" PRIu32 " ", effect->counts[STUDY_ADOPTERS]);
	range(&ours, text);
	text_format(text, " broke, against %" PRIu32 " ", effect->counts[STUDY_CONTROLS]);
	range(&theirs, text);
	text_format(text, " of %" PRIu32 " like them that did not", effect->pairs);
}

void study_lead(const struct study *study, struct text *text)
{
	switch (study->end) {
	case STUDY_CONCLUDED:
		lead_concluded(study, text);
		break;
	case STUDY_NO_SECOND_RUN:
		text_format(text,
			    "Nothing to compare: the store has %s that kept what domains make of "
			    "good practice; scan them again into it, later",
			    study->from == NULL ? "no run" : "only one run");
		break;
	case STUDY_NOBODY_ADOPTED:
		text_add(text, "Nothing can be said: no domain ");
		deed(study, text);
		break;
	case STUDY_NOBODY_ELSE:
	case STUDY_NO_MATCH:
	case STUDY_TOO_FEW:
		text_format(text, "Nothing can be said: %" PRIu64 " %s ", study->adopters,
			    domains(study->adopters));
		deed(study, text);
		if (study->end == STUDY_NOBODY_ELSE)
			text_add(text, ", and no domain that did not is left to compare with");
		else if (study->end == STUDY_NO_MATCH)
			text_format(text,
				    ", and none of the %" PRIu64 " that did not has the name "
				    "servers, the operator or the addresses, and the top-level "
				    "domain, of one of them",
				    study->controls);
		else
			text_format(text,
				    ", and %" PRIu32 " found another to be compared with; at least "
				    "%u are needed",
				    study->matched, STUDY_PAIRS_LEAST);
		break;
	}
}

/* ---- notes ---- */

static void note_of_run(const struct study *study, struct text *text)
{
	const struct store_run *from = &study->from->run;
	const struct store_run *to = &study->to->run;
	if (strcmp(from->profile, to->profile) != 0)
		text_format(text,
			    "The runs looked for different things (profile '%s', then '%s'): what "
			    "only the later one looked for is new to all domains.",
			    from->profile, to->profile);
	else if (strcmp(from->vantage, to->vantage) != 0)
		text_format(text,
			    "The runs looked from different places ('%s', then '%s'): round trips "
			    "differ for that, too.",
			    from->vantage, to->vantage);
}

static void note_of_untold(const struct study *study, unsigned outcome, struct text *text)
{
	const struct study_effect *effect = &study->effects[outcome];
	if (!effect->is_told)
		text_format(text,
			    "%s: cannot be told; all four looks of %" PRIu32 " %s show it, and at "
			    "least %u are needed.",
			    study_outcome_row((enum study_outcome)outcome)->title, effect->pairs,
			    effect->pairs == 1 ? "pair" : "pairs", STUDY_PAIRS_LEAST);
}

static void note_of_broken(const struct study *study, struct text *text)
{
	if (study->practice == NULL || study->adopters == 0)
		return;
	const struct share share = share_of_sample(study->adopters_broken, study->adopters);
	text_format(text, "Of all %" PRIu64 " adopters, %" PRIu64 " ", study->adopters,
		    study->adopters_broken);
	range(&share, text);
	text_add(text, " publish it in the later run in a way that does not work.");
}

static void note_of_sample(const struct study *study, struct text *text)
{
	if (study->drawn < study->adopters)
		text_format(text,
			    "%" PRIu32 " of %" PRIu64 " adopters were drawn by their names' hashes "
			    "(--domains), always the same ones.",
			    study->drawn, study->adopters);
}

static void note_of_unmatched(const struct study *study, struct text *text)
{
	assert(study->matched <= study->drawn);
	const uint32_t left = study->drawn - study->matched;
	if (left > 0 && study->matched > 0)
		text_format(text,
			    "%" PRIu32 " %s found no domain like %s and %s left out; of such as "
			    "they are, nothing is said.",
			    left, left == 1 ? "adopter" : "adopters", left == 1 ? "it" : "them",
			    left == 1 ? "is" : "are");
}

enum note {
	NOTE_BROKEN,
	NOTE_SAMPLE,
	NOTE_UNMATCHED,
	NOTE_RUN,
	NOTE_QUESTIONS,
	NOTE_CHOICE,
	NOTE_OUTCOMES,
	NOTE_COUNT = NOTE_OUTCOMES + STUDY_OUTCOME_COUNT,
};

bool study_note(const struct study *study, unsigned number, struct text *text)
{
	if (number >= NOTE_COUNT || study->end == STUDY_NO_SECOND_RUN)
		return false;
	if (number < NOTE_QUESTIONS) {
		static void (*const notes[])(const struct study *, struct text *) = {
			[NOTE_BROKEN] = note_of_broken,
			[NOTE_SAMPLE] = note_of_sample,
			[NOTE_UNMATCHED] = note_of_unmatched,
			[NOTE_RUN] = note_of_run,
		};
		notes[number](study, text);
	} else if (study->end != STUDY_CONCLUDED) {
		return false;
	} else if (number == NOTE_QUESTIONS) {
		text_add(text,
			 "How many questions a resolver needs is not kept; an answer that does "
			 "not fit into UDP costs it one more.");
	} else if (number == NOTE_CHOICE) {
		text_add(text,
			 "Who adopts chose to: a difference may come of that choice and not of "
			 "the practice.");
	} else {
		note_of_untold(study, number - NOTE_OUTCOMES, text);
	}
	return true;
}

/* ---- figures ---- */

void study_estimate(const struct study_outcome_row *row, const struct estimate *estimate,
		    bool is_change, struct text *text)
{
	const int digits = (int)row->digits;
	assert(estimate->low <= estimate->high && digits <= 2);
	const double values[] = {estimate->value, estimate->low, estimate->high};
	static const char *const around[] = {" (", " to ", ")"};
	/* What rounds to nothing has no sign. */
	const double least = 0.5 * (digits == 0 ? 1 : digits == 1 ? 0.1 : 0.01);
	for (size_t i = 0; i < 3; i++) {
		const double value = values[i] > -least && values[i] < least ? 0 : values[i];
		text_format(text, is_change && value > 0 ? "+%.*f%s" : "%.*f%s", digits, value,
			    around[i]);
	}
}

const char *study_method_text(enum study_method method)
{
	static const char *const texts[] = {
		[STUDY_BY_PAIRED_SHARES] =
			"shares with Wilson's interval, their difference with Newcombe's for pairs",
		[STUDY_BY_BOOTSTRAP] = "means, intervals of the paired bootstrap",
		[STUDY_BY_MEDIAN] = "medians, exact intervals",
	};
	assert(method <= STUDY_BY_MEDIAN);
	return texts[method];
}

void study_recovery_words(const struct study_recovery *recovery, enum study_side side,
			  struct text *text)
{
	char least[TIME_TEXT_MAX];
	char most[TIME_TEXT_MAX];
	const char *whose = side == STUDY_ADOPTERS ? "adopters" : "others like them";
	if (recovery->broke == 0) {
		text_format(text, "None of the %s broke.", whose);
		return;
	}
	text_format(text, "Of %" PRIu32 " %s that broke, %" PRIu32 " ", recovery->broke, whose,
		    recovery->recovered);
	range(&recovery->share, text);
	text_add(text, " are well again");
	if (recovery->recovered > 0) {
		duration_to_text((uint64_t)recovery->least_s, least);
		duration_to_text((uint64_t)recovery->most_s, most);
		text_format(text, "; each took at least %s", least);
		if (recovery->most_s > 0)
			text_format(text, " and at most %s", most);
	}
	if (recovery->has_median) {
		duration_to_text((uint64_t)recovery->median.low, least);
		duration_to_text((uint64_t)recovery->median.high, most);
		text_format(text, "; the median lies between %s and %s", least, most);
	}
	text_add(text, ".");
}
