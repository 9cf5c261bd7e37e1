/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is taken in steps, each of which says little. */
#include "judge/change/scenes.h"

#define NS_MIXED "bank.tld. 3600 IN NS ns1.host.tld.\nbank.tld. 3600 IN NS ns1.wolf.tld.\n"

/* A score, in scenes of which the last is judged. */
static int score_of(const struct scene *scenes, size_t count)
{
	struct stage stage;
	stage_init(&stage);
	stage_judge(&stage, scenes, count, count - 1);
	const int score = stage.change.score;
	stage_release(&stage);
	return score;
}

/* Taken server by server, mail host by mail host, DS first. */
static void test_steps(void **state)
{
	struct scene one = looked(before, DMARC, NULL);
	one.parent = NS_HOST DS_A;
	one.zone = ZONE_HOST KEY_A;
	struct scene half = looked(with(before, NS_MIXED, SOA_HOST NS_HOST MX_OWN MX_WOLF APEX),
				   "?_dmarc.bank.tld. TXT\n", NULL);
	struct scene whole =
		looked(with(before, NS_WOLF, ZONE_WOLF), "?_dmarc.bank.tld. TXT\n", NULL);
	whole.from_s = 48 * HOUR;
	whole.to_s = 49 * HOUR;
	struct scene scenes[] = {one, half, whole};
	struct stage stage;
	stage_init(&stage);
	stage_judge(&stage, scenes, 3, 2);
	assert_int_equal(stage_points(&stage, "S1"), 12);
	assert_int_equal(stage_points(&stage, "S15"), 12);
	assert_true(stage_is(&stage, CHANGE_DELEGATION_REPLACED));
	assert_true(stage_is(&stage, CHANGE_DELEGATION_PARTLY));
	assert_true(stage_is(&stage, CHANGE_MAIL_MOVED));
	assert_true(stage_tells(&stage,
				"in steps all name servers were replaced within 2 days: "
				"ns1.wolf.tld. and ns2.wolf.tld. instead of ns1.host.tld. and "
				"ns2.host.tld."));
	assert_true(stage_tells(&stage, "in steps all mail hosts were replaced within 2 days: "
					"mx.wolf.tld. instead of mail.bank.tld."));
	assert_true(stage_tells(&stage, "DS had been removed, which the zone had not asked for, "
					"2 days before"));
	assert_true(stage.change.score >= 80);
	/* In four days it is a move like any other. */
	scenes[2].from_s = 96 * HOUR;
	scenes[2].to_s = 97 * HOUR;
	stage_judge(&stage, scenes, 3, 2);
	assert_int_equal(stage_points(&stage, "S1"), NONE);
	assert_int_equal(stage_points(&stage, "S15"), NONE);
	assert_false(stage_is(&stage, CHANGE_MAIL_MOVED));
	assert_true(stage.change.score < 15);
	/* One more server, where all had been replaced the day before, is no second replacement. */
	scenes[1] = whole;
	scenes[1].from_s = 0;
	scenes[1].to_s = HOUR;
	scenes[2] = whole;
	scenes[2].parent = NS_WOLF "bank.tld. 3600 IN NS ns3.wolf.tld.\n";
	stage_judge(&stage, scenes, 3, 2);
	assert_int_equal(stage_points(&stage, "S1"), NONE);
	assert_false(stage_is(&stage, CHANGE_DELEGATION_REPLACED));
	assert_true(stage.change.score < 80);
	stage_release(&stage);
}

static void test_nothing_between(void **state)
{
	struct scene one = before;
	one.parent = NS_HOST DS_A;
	one.zone = ZONE_HOST KEY_A;
	struct scene scenes[] = {one, with(before, "", NULL), with(before, NS_WOLF, ZONE_WOLF)};
	scenes[2].from_s = 24 * HOUR;
	scenes[2].to_s = 25 * HOUR;
	struct stage stage;
	stage_init(&stage);
	stage_judge(&stage, scenes, 3, 2);
	assert_true(stage_is(&stage, CHANGE_DELEGATION_NEW));
	assert_int_equal(stage_points(&stage, "S1"), 12);
	assert_true(stage.change.score >= 80);
	stage_release(&stage);
	/* The same name servers again are no others. */
	scenes[2].parent = NS_HOST;
	scenes[2].zone = ZONE_HOST;
	assert_true(score_of(scenes, 3) < 15);
}

/* DS on one day and name servers on another are one work. */
static void test_rule_meets(void **state)
{
	struct scene one = before;
	one.parent = NS_HOST DS_A;
	one.zone = ZONE_HOST KEY_A;
	struct scene scenes[] = {one, with(before, NS_HOST, ZONE_HOST),
				 with(before, NS_WOLF, ZONE_WOLF)};
	scenes[2].from_s = 60 * HOUR;
	scenes[2].to_s = 61 * HOUR;
	assert_true(score_of(scenes, 3) >= 80);
	scenes[1].parent = NS_WOLF DS_A;
	scenes[1].zone = ZONE_WOLF KEY_A;
	assert_true(score_of(scenes, 3) >= 80);
	/* Four days apart; and asked for by the zone. */
	scenes[2].from_s = 96 * HOUR;
	scenes[2].to_s = 97 * HOUR;
	assert_true(score_of(scenes, 3) < 80);
	scenes[2].from_s = 60 * HOUR;
	scenes[2].to_s = 61 * HOUR;
	scenes[0].zone = ZONE_HOST KEY_A CDS_DELETE BY_A("CDS");
	scenes[1].parent = NS_HOST;
	scenes[1].zone = ZONE_HOST;
	assert_true(score_of(scenes, 3) < 80);
	/* Back at the old name servers, still without DS. */
	const struct scene back[] = {one, with(before, NS_WOLF, ZONE_WOLF), scenes[2], one};
	struct scene restored[4];
	memcpy(restored, back, sizeof(restored));
	restored[2].from_s = 6 * HOUR;
	restored[2].to_s = 7 * HOUR;
	restored[2].parent = NS_HOST;
	restored[2].zone = ZONE_HOST;
	assert_true(score_of(restored, 3) < 15);
	restored[3].from_s = 8 * HOUR;
	restored[3].to_s = 9 * HOUR;
	assert_true(score_of(restored, 4) < 15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_nothing_between),
		cmocka_unit_test(test_rule_meets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
