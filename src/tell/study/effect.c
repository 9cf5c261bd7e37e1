/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What changed: of each pair the adopter's change less that of its control, then over all pairs the
 * share, the mean or the median of it with the interval that fits (docs/why/study.md).
 */
#include "base/memory.h"
#include "tell/study/study_private.h"

#include <assert.h>

#define US_PER_MS 1000.0

const struct study_outcome_row *study_outcome_row(enum study_outcome outcome)
{
	static const struct study_outcome_row rows[] = {
		[STUDY_BROKE] = {"broke", "Broke", "%", STUDY_BY_PAIRED_SHARES, 1},
		[STUDY_TOO_LARGE] = {"too-large", "Answers came not to fit into UDP", "%",
				     STUDY_BY_PAIRED_SHARES, 1},
		[STUDY_UDP_LARGEST] = {"udp-largest", "Largest answer over UDP", "octets",
				       STUDY_BY_BOOTSTRAP, 0},
		[STUDY_OCTETS] = {"octets", "Answers to SOA, NS and DNSKEY together", "octets",
				  STUDY_BY_BOOTSTRAP, 0},
		[STUDY_AMPLIFICATION] = {"amplification", "Amplification", "times",
					 STUDY_BY_BOOTSTRAP, 2},
		[STUDY_LATENCY] = {"latency", "Round trip", "ms", STUDY_BY_MEDIAN, 2},
	};
	static_assert(sizeof(rows) / sizeof(rows[0]) == STUDY_OUTCOME_COUNT, "a row each");
	assert(outcome < STUDY_OUTCOME_COUNT);
	return &rows[outcome];
}

/* The four looks of a pair: adopter before and after, control before and after. */
#define LOOKS 4u
static void looks_of(const struct study_case *one, const struct study_measure *ret_looks[LOOKS])
{
	for (unsigned side = 0; side < STUDY_SIDES; side++) {
		ret_looks[(size_t)side * 2] = &one->members[side].before;
		ret_looks[(size_t)side * 2 + 1] = &one->members[side].after;
	}
}

/* ---- shares ---- */

/* Has it now and had it not; false: not known of all four looks. */
static bool flags_of(const struct study_case *one, enum study_outcome outcome,
		     bool ret_has[STUDY_SIDES])
{
	const struct study_measure *looks[LOOKS];
	assert(outcome == STUDY_BROKE || outcome == STUDY_TOO_LARGE);
	if (outcome == STUDY_BROKE) {
		for (unsigned side = 0; side < STUDY_SIDES; side++)
			ret_has[side] = one->members[side].broke;
		return true;
	}
	looks_of(one, looks);
	for (unsigned i = 0; i < LOOKS; i++)
		if (!looks[i]->was_asked)
			return false;
	for (unsigned side = 0; side < STUDY_SIDES; side++)
		ret_has[side] = one->members[side].after.is_too_large &&
				!one->members[side].before.is_too_large;
	return true;
}

static struct estimate estimate_of(const struct share *share)
{
	return (struct estimate){share->value * 100, share->low * 100, share->high * 100};
}

static void shares(const struct study_case *cases, uint32_t count, enum study_outcome outcome,
		   struct study_effect *ret_effect)
{
	struct study_effect effect = {0};
	struct pair_counts pairs = {0};
	for (uint32_t i = 0; i < count; i++) {
		bool has[STUDY_SIDES];
		if (!flags_of(&cases[i], outcome, has))
			continue;
		effect.pairs++;
		for (unsigned side = 0; side < STUDY_SIDES; side++)
			effect.counts[side] += has[side];
		if (has[STUDY_ADOPTERS])
			*(has[STUDY_CONTROLS] ? &pairs.both : &pairs.first) += 1;
		else
			*(has[STUDY_CONTROLS] ? &pairs.second : &pairs.neither) += 1;
	}
	assert(effect.pairs <= count && pairs.both + pairs.first == effect.counts[STUDY_ADOPTERS]);
	effect.is_told = effect.pairs >= STUDY_PAIRS_LEAST;
	for (unsigned side = 0; side < STUDY_SIDES; side++) {
		const struct share share = share_of_sample(effect.counts[side], effect.pairs);
		effect.sides[side] = estimate_of(&share);
	}
	const struct estimate difference = paired_difference(&pairs);
	effect.difference = (struct estimate){difference.value * 100, difference.low * 100,
					      difference.high * 100};
	*ret_effect = effect;
}

/* ---- numbers ---- */

static uint32_t size_at(const struct study_measure *look, enum study_outcome outcome,
			unsigned question)
{
	assert(question < STUDY_QUESTION_COUNT);
	return outcome == STUDY_OCTETS ? look->octets[question] : look->udp[question];
}

/* Over the questions that all four looks have an answer to. */
static bool sizes_of(const struct study_measure *const looks[LOOKS], enum study_outcome outcome,
		     double ret_values[LOOKS])
{
	bool is_known = false;
	for (unsigned i = 0; i < LOOKS; i++)
		ret_values[i] = 0;
	for (unsigned question = 0; question < STUDY_QUESTION_COUNT; question++) {
		bool is_common = true;
		for (unsigned i = 0; i < LOOKS; i++)
			is_common &= size_at(looks[i], outcome, question) > 0;
		if (!is_common)
			continue;
		is_known = true;
		for (unsigned i = 0; i < LOOKS; i++) {
			const double size = size_at(looks[i], outcome, question);
			if (outcome == STUDY_OCTETS)
				ret_values[i] += size;
			else if (size > ret_values[i])
				ret_values[i] = size;
		}
	}
	return is_known;
}

static bool values_of(const struct study_case *one, enum study_outcome outcome,
		      double ret_values[LOOKS])
{
	const struct study_measure *looks[LOOKS];
	assert(outcome > STUDY_TOO_LARGE && outcome < STUDY_OUTCOME_COUNT);
	looks_of(one, looks);
	for (unsigned i = 0; i < LOOKS; i++)
		if (!looks[i]->is_there)
			return false;
	if (outcome == STUDY_LATENCY) {
		for (unsigned i = 0; i < LOOKS; i++) {
			/* Of another night, it would be the same look twice. */
			if (!looks[i]->is_of_run || looks[i]->latency_us == 0)
				return false;
			ret_values[i] = looks[i]->latency_us / US_PER_MS;
		}
		return true;
	}
	if (!sizes_of(looks, outcome, ret_values))
		return false;
	for (unsigned i = 0; outcome == STUDY_AMPLIFICATION && i < LOOKS; i++) {
		assert(looks[i]->question_octets > 0);
		ret_values[i] /= looks[i]->question_octets;
	}
	return true;
}

enum series { SERIES_BEFORE, SERIES_ADOPTERS, SERIES_CONTROLS, SERIES_DIFFERENCE, SERIES_COUNT };

static struct estimate estimate_series(enum study_method method, double *values, uint32_t count)
{
	struct estimate estimate = {0};
	assert(count >= STUDY_PAIRS_LEAST && STUDY_PAIRS_LEAST >= MEDIAN_LEAST);
	if (method != STUDY_BY_MEDIAN)
		return mean_by_bootstrap(values, count, STUDY_SEED);
	const bool is_known = median_exact(values, count, &estimate);
	assert(is_known);
	return estimate;
}

static int numbers(const struct study_case *cases, uint32_t count, enum study_outcome outcome,
		   struct study_effect *ret_effect)
{
	const enum study_method method = study_outcome_row(outcome)->method;
	struct study_effect effect = {0};
	double *series = memory_take_zeroed((size_t)count * SERIES_COUNT + 1, sizeof(*series));
	if (series == NULL)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < count; i++) {
		double values[LOOKS];
		if (!values_of(&cases[i], outcome, values))
			continue;
		const double ours = values[1] - values[0];
		const double theirs = values[3] - values[2];
		const double each[SERIES_COUNT] = {values[0], ours, theirs, ours - theirs};
		for (size_t k = 0; k < SERIES_COUNT; k++)
			series[k * count + effect.pairs] = each[k];
		effect.pairs++;
	}
	effect.is_told = effect.pairs >= STUDY_PAIRS_LEAST;
	if (effect.is_told) {
		struct estimate *const estimates[SERIES_COUNT] = {&effect.before,
								  &effect.sides[STUDY_ADOPTERS],
								  &effect.sides[STUDY_CONTROLS],
								  &effect.difference};
		for (size_t k = 0; k < SERIES_COUNT; k++)
			*estimates[k] = estimate_series(method, series + k * count, effect.pairs);
	}
	memory_give(series);
	*ret_effect = effect;
	return OK;
}

int study_effect(const struct study_case *cases, uint32_t count, enum study_outcome outcome,
		 struct study_effect *ret_effect)
{
	if (study_outcome_row(outcome)->method != STUDY_BY_PAIRED_SHARES)
		return numbers(cases, count, outcome, ret_effect);
	shares(cases, count, outcome, ret_effect);
	return OK;
}

const char *study_verdict(const struct study_effect *effect)
{
	assert(effect->is_told);
	if (effect->difference.low > 0)
		return "more";
	return effect->difference.high < 0 ? "less" : "no difference seen";
}

/* ---- recovery ---- */

static bool medians(double *least, double *most, uint32_t count, struct estimate *ret_median)
{
	struct estimate low;
	struct estimate high;
	if (!median_exact(least, count, &low) || !median_exact(most, count, &high))
		return false;
	*ret_median = (struct estimate){(low.value + high.value) / 2, low.low, high.high};
	return true;
}

int study_recovery(const struct study_case *cases, uint32_t count, enum study_side side,
		   struct study_recovery *ret_recovery)
{
	struct study_recovery recovery = {0};
	double *times = memory_take_zeroed((size_t)count * 2 + 1, sizeof(*times));
	bool is_bounded = true;
	assert(side < STUDY_SIDES);
	if (times == NULL)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < count; i++) {
		const struct study_member *member = &cases[i].members[side];
		recovery.broke += member->broke;
		if (!member->broke || !member->recovered)
			continue;
		times[recovery.recovered] = (double)member->least_s;
		times[count + recovery.recovered] = (double)member->most_s;
		if (recovery.recovered++ == 0 || member->least_s < recovery.least_s)
			recovery.least_s = member->least_s;
		if (member->most_s > recovery.most_s)
			recovery.most_s = member->most_s;
		is_bounded &= member->most_s > 0;
	}
	assert(recovery.recovered <= recovery.broke);
	recovery.share = share_of_sample(recovery.recovered, recovery.broke);
	if (!is_bounded)
		recovery.most_s = 0;
	recovery.has_median =
		is_bounded && medians(times, times + count, recovery.recovered, &recovery.median);
	memory_give(times);
	*ret_recovery = recovery;
	return OK;
}
