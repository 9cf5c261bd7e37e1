/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"

#include "tell/study/study_private.h"

#include <assert.h>
#include <string.h>

#define WORDS_OCTETS_MAX ((size_t)1 << 16)

static const char *end_text(enum study_end end)
{
	static const char *const texts[] = {
		[STUDY_CONCLUDED] = "concluded",
		[STUDY_NO_SECOND_RUN] = "no second run",
		[STUDY_NOBODY_ADOPTED] = "nobody adopted",
		[STUDY_NOBODY_ELSE] = "nobody to compare with",
		[STUDY_NO_MATCH] = "no match",
		[STUDY_TOO_FEW] = "too few",
	};
	assert((size_t)end < sizeof(texts) / sizeof(texts[0]));
	return texts[end];
}

static void put_unsigned(struct json *json, const char *key, uint64_t value)
{
	json_key(json, key);
	json_unsigned(json, value);
}

static void put_run(struct json *json, const char *key, const struct study_run *run)
{
	char started[TIME_TEXT_MAX];
	json_key(json, key);
	if (run == NULL) {
		json_null_value(json);
		return;
	}
	time_to_text(run->run.started_s, started);
	json_begin_object(json);
	json_put_number(json, "run", run->run.id);
	json_put_text(json, "started", started);
	json_put_text(json, "profile", run->run.profile);
	json_put_text(json, "vantage", run->run.vantage);
	json_end_object(json);
}

static void put_words(struct json *json, const struct study *study)
{
	struct text words;
	text_init(&words, WORDS_OCTETS_MAX);
	study_lead(study, &words);
	json_put_text(json, "lead", text_get(&words));
	json_key(json, "notes");
	json_begin_array(json);
	text_reset(&words);
	for (unsigned i = 0; study_note(study, i, &words); i++) {
		if (words.length > 0)
			json_text(json, text_get(&words));
		text_reset(&words);
	}
	json_end_array(json);
	text_release(&words);
}

static void put_study(struct json *json, const struct study *study)
{
	json_begin_object(json);
	json_put_text(json, "type", "study");
	json_put_text(json, "subject", study->settings.subject);
	json_put_text(json, "kind", study->practice != NULL ? "practice" : "finding");
	json_put_text(json, "title", study->title);
	put_run(json, "from", study->from);
	put_run(json, "to", study->to);
	json_put_text(json, "end", end_text(study->end));
	put_unsigned(json, "adopters", study->adopters);
	put_unsigned(json, "adopters_broken", study->adopters_broken);
	put_unsigned(json, "others", study->controls);
	put_unsigned(json, "drawn", study->drawn);
	put_unsigned(json, "pairs", study->matched);
	put_unsigned(json, "pairs_least", STUDY_PAIRS_LEAST);
	json_key(json, "alike_by");
	json_begin_array(json);
	for (unsigned i = 0; i < STUDY_LEVELS; i++) {
		if (study->by_level[i] == 0)
			continue;
		json_begin_object(json);
		json_put_text(json, "rule", study_level_text(i));
		put_unsigned(json, "pairs", study->by_level[i]);
		json_end_object(json);
	}
	json_end_array(json);
	put_words(json, study);
	json_end_object(json);
	json_end_line(json);
}

static void put_real(struct json *json, const char *key, double value)
{
	json_key(json, key);
	json_real_number(json, value);
}

static void put_interval(struct json *json, const struct estimate *estimate)
{
	put_real(json, "value", estimate->value);
	put_real(json, "low", estimate->low);
	put_real(json, "high", estimate->high);
}

static void put_estimate(struct json *json, const char *key, const struct estimate *estimate,
			 const uint32_t *count)
{
	json_key(json, key);
	json_begin_object(json);
	if (count != NULL)
		put_unsigned(json, "count", *count);
	put_interval(json, estimate);
	json_end_object(json);
}

static void put_outcome(struct json *json, const struct study *study, enum study_outcome which)
{
	const struct study_outcome_row *row = study_outcome_row(which);
	const struct study_effect *effect = &study->effects[which];
	const bool is_share = row->method == STUDY_BY_PAIRED_SHARES;
	json_begin_object(json);
	json_put_text(json, "type", "study-outcome");
	json_put_text(json, "outcome", row->name);
	json_put_text(json, "title", row->title);
	json_put_text(json, "unit", row->unit);
	json_put_text(json, "method", study_method_text(row->method));
	put_unsigned(json, "pairs", effect->pairs);
	json_put_bool(json, "told", effect->is_told);
	if (effect->is_told) {
		static const char *const keys[STUDY_SIDES] = {"adopters", "others"};
		if (!is_share)
			put_estimate(json, "before", &effect->before, NULL);
		for (unsigned i = 0; i < STUDY_SIDES; i++)
			put_estimate(json, keys[i], &effect->sides[i],
				     is_share ? &effect->counts[i] : NULL);
		put_estimate(json, "difference", &effect->difference, NULL);
		json_put_text(json, "verdict", study_verdict(effect));
	}
	json_end_object(json);
	json_end_line(json);
}

static void put_recovery(struct json *json, const struct study *study, enum study_side side)
{
	const struct study_recovery *recovery = &study->recoveries[side];
	const struct estimate share = {recovery->share.value * 100, recovery->share.low * 100,
				       recovery->share.high * 100};
	json_begin_object(json);
	json_put_text(json, "type", "study-recovery");
	json_put_text(json, "side", side == STUDY_ADOPTERS ? "adopters" : "others");
	put_unsigned(json, "broke", recovery->broke);
	put_unsigned(json, "recovered", recovery->recovered);
	if (recovery->broke > 0)
		put_estimate(json, "share", &share, NULL);
	if (recovery->recovered > 0) {
		json_put_number(json, "least_s", recovery->least_s);
		if (recovery->most_s > 0)
			json_put_number(json, "most_s", recovery->most_s);
	}
	if (recovery->has_median) {
		json_key(json, "median_s");
		json_begin_object(json);
		put_real(json, "low", recovery->median.low);
		put_real(json, "high", recovery->median.high);
		json_end_object(json);
	}
	json_end_object(json);
	json_end_line(json);
}

int study_json(const struct study *study, struct text *text)
{
	struct json json;
	json_init(&json, text);
	put_study(&json, study);
	if (study->end != STUDY_CONCLUDED)
		return text->error;
	for (unsigned i = 0; i < STUDY_OUTCOME_COUNT; i++)
		put_outcome(&json, study, (enum study_outcome)i);
	for (unsigned i = 0; i < STUDY_SIDES; i++)
		put_recovery(&json, study, (enum study_side)i);
	return text->error;
}
