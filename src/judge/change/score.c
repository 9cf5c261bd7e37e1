/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From signals to a score: fading, factors, rules, bands. */
#include "judge/change/past_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SCORE_MAX 100

/* Days since the change that count: none until it is certain that it was not undone. */
static int64_t days_stood(const struct judging *judging)
{
	const int64_t stood_s =
		judging->settings->now_s - judging->after->first_s - CHANGE_UNDONE_WITHIN_S;
	if (judging->change->undone_run != 0 || stood_s < 0)
		return 0;
	return stood_s / DAY_S;
}

/* An equal part goes each day. */
static int faded(const struct signal_row *row, int points, int64_t days)
{
	assert(days >= 0);
	if (row->fades_days == 0 || points <= 0)
		return points;
	if (days >= row->fades_days)
		return 0;
	return (int)(points * (row->fades_days - days) / row->fades_days);
}

static int sum_up(struct judging *judging)
{
	struct change *change = judging->change;
	const int64_t days = days_stood(judging);
	int sum = 0;
	int percent = 100;
	for (size_t i = 0; i < change->reason_count; i++) {
		struct change_reason *reason = &change->reasons[i];
		enum signal_number number;
		int error =
			signal_number_from_text(reason->number, strlen(reason->number), &number);
		assert(error == OK);
		if (reason->is_factor) {
			percent = reason->points;
			continue;
		}
		reason->points =
			faded(signals_row(judging->settings->signals, number), reason->fresh, days);
		sum += reason->points;
	}
	assert(percent >= 0);
	return sum * percent / 100;
}

/* What a rule asks for has not faded away. */
static uint32_t standing(const struct judging *judging)
{
	const struct change *change = judging->change;
	uint32_t bits = 0;
	for (size_t i = 0; i < change->reason_count; i++) {
		enum signal_number number;
		if (change->reasons[i].points != 0 &&
		    signal_number_from_text(change->reasons[i].number,
					    strlen(change->reasons[i].number), &number) == OK)
			bits |= 1u << number;
	}
	return bits;
}

/* More than half of its points gone: a rule does not hold a score up for ever. */
static bool is_old(const struct judging *judging)
{
	const struct change *change = judging->change;
	int fresh = 0;
	int now = 0;
	for (size_t i = 0; i < change->reason_count; i++) {
		if (change->reasons[i].is_factor || change->reasons[i].fresh <= 0)
			continue;
		fresh += change->reasons[i].fresh;
		now += change->reasons[i].points;
	}
	assert(0 <= now && now <= fresh);
	return 2 * now < fresh;
}

static int by_weight(const void *left, const void *right)
{
	const struct change_reason *one = left;
	const struct change_reason *other = right;
	if (one->is_factor != other->is_factor)
		return one->is_factor ? 1 : -1;
	if (one->points != other->points)
		return other->points - one->points;
	return strcmp(one->number, other->number);
}

static void name_rule(struct change *change, const struct signal_rule *rule)
{
	static_assert(SIGNAL_COUNT <= CHANGE_REASONS_MAX, "a rule of all signals has room");
	change->rule = (struct change_rule){.score = rule->least};
	for (unsigned int i = 0; i < SIGNAL_COUNT; i++) {
		if ((rule->needs >> i & 1u) != 0)
			change->rule.signals[change->rule.signal_count++] =
				signal_number_text((enum signal_number)i);
	}
	assert(change->rule.signal_count > 0);
}

void judging_score(struct judging *judging)
{
	struct change *change = judging->change;
	int score = sum_up(judging);
	size_t rule_count = 0;
	const struct signal_rule *rules = signals_rules(judging->settings->signals, &rule_count);
	const uint32_t bits = standing(judging) | judging->met;
	for (size_t i = 0; i < rule_count && !is_old(judging); i++) {
		if ((bits & rules[i].needs) != rules[i].needs || (bits & rules[i].unless) != 0 ||
		    score >= rules[i].least)
			continue;
		score = rules[i].least;
		name_rule(change, &rules[i]);
	}
	score = score < 0 ? 0 : score > SCORE_MAX ? SCORE_MAX : score;
	change->score = (uint8_t)score;
	change->band = signals_band(judging->settings->signals, change->score)->name;
	if (change->reason_count > 1)
		qsort(change->reasons, change->reason_count, sizeof(change->reasons[0]), by_weight);
}
