/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Differences of differences on made-up pairs whose answer is known. */
#include "failing_memory.h"
#include "tell/study/study_private.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define PAIRS 100u

static void near_to(double value, double wanted, double within)
{
	if (!(fabs(value - wanted) <= within))
		fail_msg("%f, not %f", value, wanted);
}

static struct study_measure look(uint32_t soa, uint32_t keys, uint32_t latency_us)
{
	return (struct study_measure){
		.is_there = true,
		.is_of_run = true,
		.was_asked = true,
		.question_octets = 50,
		.octets = {soa, 80, keys},
		.udp = {soa, 80, keys},
		.latency_us = latency_us,
	};
}

/*
 * All of them grew by 10 octets and 3 ms; adopters' keys by 400 to 499 more, and their way by 0 to
 * 0.99 ms. 30 adopters broke and 10 others, 5 of these with their adopter.
 */
static void make(struct study_case cases[PAIRS])
{
	memset(cases, 0, PAIRS * sizeof(cases[0]));
	for (uint32_t i = 0; i < PAIRS; i++) {
		struct study_member *ours = &cases[i].members[STUDY_ADOPTERS];
		struct study_member *theirs = &cases[i].members[STUDY_CONTROLS];
		ours->before = look(100, 120, 20000 + i * 100);
		ours->after = look(110, 530 + i, 23000 + i * 100 + i * 10);
		theirs->before = look(90, 110, 18000);
		theirs->after = look(100, 120, 21000);
		ours->broke = i < 30;
		theirs->broke = i >= 25 && i < 35;
	}
}

static void known_pairs_give_known_effects(void **state)
{
	struct study_case cases[PAIRS];
	struct study_effect effect;
	(void)state;
	make(cases);
	assert_int_equal(study_effect(cases, PAIRS, STUDY_BROKE, &effect), OK);
	assert_true(effect.is_told);
	assert_int_equal(effect.pairs, PAIRS);
	assert_int_equal(effect.counts[STUDY_ADOPTERS], 30);
	assert_int_equal(effect.counts[STUDY_CONTROLS], 10);
	near_to(effect.sides[STUDY_ADOPTERS].low, 21.9, 0.05);
	near_to(effect.sides[STUDY_ADOPTERS].high, 39.6, 0.05);
	near_to(effect.difference.value, 20, 1e-9);
	assert_string_equal(study_verdict(&effect), "more");

	assert_int_equal(study_effect(cases, PAIRS, STUDY_UDP_LARGEST, &effect), OK);
	near_to(effect.before.value, 120, 1e-9);
	near_to(effect.sides[STUDY_ADOPTERS].value, 459.5, 1e-9);
	near_to(effect.sides[STUDY_CONTROLS].value, 10, 1e-9);
	near_to(effect.sides[STUDY_CONTROLS].low, 10, 1e-9);
	near_to(effect.difference.value, 449.5, 1e-9);
	/* The standard error of the mean of 0 to 99 is 2.89. */
	near_to(effect.difference.low, 443.8, 1);
	near_to(effect.difference.high, 455.2, 1);

	assert_int_equal(study_effect(cases, PAIRS, STUDY_OCTETS, &effect), OK);
	near_to(effect.before.value, 300, 1e-9);
	near_to(effect.sides[STUDY_CONTROLS].value, 20, 1e-9);
	near_to(effect.difference.value, 449.5, 1e-9);

	assert_int_equal(study_effect(cases, PAIRS, STUDY_AMPLIFICATION, &effect), OK);
	near_to(effect.before.value, 2.4, 1e-9);
	near_to(effect.difference.value, 449.5 / 50, 1e-9);

	assert_int_equal(study_effect(cases, PAIRS, STUDY_LATENCY, &effect), OK);
	near_to(effect.difference.value, 0.495, 1e-9);
	/* Ranks 40 and 61 of a hundred. */
	near_to(effect.difference.low, 0.39, 1e-9);
	near_to(effect.difference.high, 0.60, 1e-9);
	near_to(effect.sides[STUDY_CONTROLS].value, 3, 1e-9);
}

/* What one of the four looks does not show is left out of all four. */
static void only_what_all_looks_show_counts(void **state)
{
	struct study_case cases[PAIRS];
	struct study_effect effect;
	(void)state;
	make(cases);
	for (uint32_t i = 0; i < PAIRS; i++)
		cases[i].members[STUDY_CONTROLS].before.udp[STUDY_DNSKEY] = 0;
	assert_int_equal(study_effect(cases, PAIRS, STUDY_UDP_LARGEST, &effect), OK);
	assert_int_equal(effect.pairs, PAIRS);
	near_to(effect.before.value, 100, 1e-9);
	near_to(effect.difference.value, 0, 1e-9);
	assert_string_equal(study_verdict(&effect), "no difference seen");
	/* Octets came all the same, over TCP. */
	assert_int_equal(study_effect(cases, PAIRS, STUDY_OCTETS, &effect), OK);
	near_to(effect.difference.value, 449.5, 1e-9);

	/* The same look twice says nothing of time. */
	for (uint32_t i = 0; i < PAIRS - (STUDY_PAIRS_LEAST - 1); i++)
		cases[i].members[STUDY_ADOPTERS].after.is_of_run = false;
	assert_int_equal(study_effect(cases, PAIRS, STUDY_LATENCY, &effect), OK);
	assert_int_equal(effect.pairs, STUDY_PAIRS_LEAST - 1);
	assert_false(effect.is_told);
	assert_int_equal(study_effect(cases, PAIRS, STUDY_OCTETS, &effect), OK);
	assert_int_equal(effect.pairs, PAIRS);

	cases[0].members[STUDY_CONTROLS].after.was_asked = false;
	cases[1].members[STUDY_ADOPTERS].after.is_too_large = true;
	cases[2].members[STUDY_ADOPTERS].before.is_too_large = true;
	cases[2].members[STUDY_ADOPTERS].after.is_too_large = true;
	assert_int_equal(study_effect(cases, PAIRS, STUDY_TOO_LARGE, &effect), OK);
	assert_int_equal(effect.pairs, PAIRS - 1);
	assert_int_equal(effect.counts[STUDY_ADOPTERS], 1);
	assert_int_equal(effect.counts[STUDY_CONTROLS], 0);
}

static void recovery_is_told_with_its_bounds(void **state)
{
	struct study_case cases[PAIRS];
	struct study_recovery recovery;
	(void)state;
	make(cases);
	for (uint32_t i = 0; i < 20; i++) {
		struct study_member *member = &cases[i].members[STUDY_ADOPTERS];
		member->recovered = true;
		member->least_s = 100 + i;
		member->most_s = 1100 + i;
	}
	assert_int_equal(study_recovery(cases, PAIRS, STUDY_ADOPTERS, &recovery), OK);
	assert_int_equal(recovery.broke, 30);
	assert_int_equal(recovery.recovered, 20);
	near_to(recovery.share.value, 2.0 / 3, 1e-9);
	assert_int_equal(recovery.least_s, 100);
	assert_int_equal(recovery.most_s, 1119);
	assert_true(recovery.has_median);
	/* Ranks 6 and 15 of twenty. */
	near_to(recovery.median.low, 105, 1e-9);
	near_to(recovery.median.high, 1114, 1e-9);
	assert_int_equal(study_recovery(cases, PAIRS, STUDY_CONTROLS, &recovery), OK);
	assert_int_equal(recovery.broke, 10);
	assert_int_equal(recovery.recovered, 0);
	assert_false(recovery.has_median);
	/* One of whom the end is not known takes it from all of them. */
	cases[3].members[STUDY_ADOPTERS].most_s = 0;
	assert_int_equal(study_recovery(cases, PAIRS, STUDY_ADOPTERS, &recovery), OK);
	assert_int_equal(recovery.most_s, 0);
	assert_false(recovery.has_median);
}

static void without_memory_it_says_so(void **state)
{
	static struct study_case cases[PAIRS];
	(void)state;
	make(cases);
	FOR_EACH_FAILURE(allocation)
	{
		struct study_effect effect = {.pairs = 7};
		struct study_recovery recovery = {.broke = 7};
		const int error = study_effect(cases, PAIRS, STUDY_OCTETS, &effect);
		assert_true(error == ERR_MEMORY ? effect.pairs == 7 : effect.pairs == PAIRS);
		const int other = study_recovery(cases, PAIRS, STUDY_ADOPTERS, &recovery);
		assert_true(other == ERR_MEMORY ? recovery.broke == 7 : recovery.broke == 30);
		assert_int_equal(memory_in_use(), 0);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_pairs_give_known_effects),
		cmocka_unit_test(only_what_all_looks_show_counts),
		cmocka_unit_test(recovery_is_told_with_its_bounds),
		cmocka_unit_test(without_memory_it_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
