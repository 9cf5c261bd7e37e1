/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A domain that is taken, mended and taken again: the second time is no repair. */
#include "judge/change/choose.h"
#include "judge/change/scenes.h"

#define MINUTE 60
#define AGAIN "again what it had been changed to 10 minutes before, which had been undone"
#define ZONE_SIGNED ZONE_HOST KEY_A

static struct scene at(struct scene scene, int64_t from_s, int64_t to_s)
{
	scene.from_s = from_s;
	scene.to_s = to_s;
	return scene;
}

static struct scene sound(void)
{
	struct scene scene = looked(before, DMARC, ROUTES_HOST);
	scene.parent = NS_HOST DS_A;
	scene.zone = ZONE_SIGNED;
	return scene;
}

static struct scene taken(void)
{
	return looked(with(before, NS_WOLF, ZONE_WOLF), "?_dmarc.bank.tld. TXT\n", ROUTES_WOLF);
}

/* Taken, mended, taken, mended: within half an hour. */
static void make(struct scene scenes[5])
{
	scenes[0] = sound();
	scenes[1] = at(taken(), 0, 4 * MINUTE);
	scenes[2] = at(sound(), 5 * MINUTE, 9 * MINUTE);
	scenes[3] = at(taken(), 10 * MINUTE, 19 * MINUTE);
	scenes[4] = at(sound(), 20 * MINUTE, 29 * MINUTE);
}

static void assert_repair(struct stage *stage, const struct scene *scenes, size_t count,
			  size_t index)
{
	stage_judge(stage, scenes, count, index);
	assert_true(stage_is(stage, CHANGE_RESTORED));
	if (stage->change.score >= 15)
		stage_show(stage);
	assert_true(stage->change.score < 15);
}

static void test_again(void **state)
{
	struct scene scenes[5];
	struct stage stage;
	make(scenes);
	stage_init(&stage);
	stage_judge(&stage, scenes, 4, 1);
	assert_true(stage.change.score >= 80);
	const struct change first = stage.change;
	assert_repair(&stage, scenes, 3, 2);
	/* That it was undone speaks against what undid it. */
	assert_repair(&stage, scenes, 4, 2);
	assert_int_equal(stage.change.undone_run, 4);
	stage_judge(&stage, scenes, 4, 3);
	assert_false(stage_is(&stage, CHANGE_RESTORED));
	assert_true(stage_tells(&stage, AGAIN));
	assert_true(stage_tells(&stage, "all name servers replaced after at least 400 days: "
					"ns1.wolf.tld. and ns2.wolf.tld. instead of "
					"ns1.host.tld. and ns2.host.tld."));
	assert_true(stage.change.score >= 80);
	/* With all that the first had, but that it was undone. */
	for (size_t i = 0; i < first.reason_count; i++) {
		const char *number = first.reasons[i].number;
		if (strncmp(number, "S3", 2) != 0)
			assert_int_equal(stage_points(&stage, number), first.reasons[i].points);
	}
	/* Undone in its turn; and what undid it stands. */
	stage_judge(&stage, scenes, 5, 3);
	assert_int_equal(stage_points(&stage, "S3"), 20);
	assert_repair(&stage, scenes, 5, 4);
	stage_release(&stage);
}

/* In pieces: name servers first, DS first. */
static void test_pieces(void **state)
{
	struct scene scenes[7];
	struct stage stage;
	make(scenes);
	for (unsigned int order = 0; order < 2; order++) {
		struct scene half = order == 0 ? at(taken(), 0, 0) : at(sound(), 0, 0);
		half.parent = order == 0 ? NS_WOLF DS_A : NS_HOST;
		scenes[3] = at(half, 10 * MINUTE, 14 * MINUTE);
		scenes[4] = at(taken(), 15 * MINUTE, 19 * MINUTE);
		stage_init(&stage);
		stage_judge(&stage, scenes, 5, 3);
		assert_false(stage_is(&stage, CHANGE_RESTORED));
		stage_judge(&stage, scenes, 5, 4);
		assert_false(stage_is(&stage, CHANGE_RESTORED));
		if (stage.change.score < 80)
			stage_show(&stage);
		assert_true(stage.change.score >= 80);
		/* Mended in pieces, too. */
		half.parent = NS_HOST;
		scenes[5] = at(half, 20 * MINUTE, 24 * MINUTE);
		scenes[6] = at(sound(), 25 * MINUTE, 29 * MINUTE);
		stage_judge(&stage, scenes, 7, 5);
		assert_true(stage.change.score < 15);
		stage_judge(&stage, scenes, 7, 6);
		assert_true(stage.change.score < 15);
		stage_release(&stage);
	}
}

/* Days apart, and in a store that is young. */
static void test_times(void **state)
{
	struct scene scenes[5];
	struct stage stage;
	make(scenes);
	scenes[1].to_s = 2 * DAY;
	scenes[2] = at(sound(), 2 * DAY + HOUR, 4 * DAY);
	scenes[3] = at(taken(), 4 * DAY + HOUR, 5 * DAY);
	stage_init(&stage);
	stage_judge(&stage, scenes, 4, 3);
	assert_false(stage_is(&stage, CHANGE_RESTORED));
	assert_true(stage.change.score >= 80);
	make(scenes);
	scenes[0].from_s = -DAY;
	for (size_t i = 1; i < 5; i++) {
		stage_judge(&stage, scenes, 5, i);
		assert_true(stage_is(&stage, CHANGE_RESTORED) == (i % 2 == 0));
		assert_true(i % 2 == 0 ? stage.change.score < 20 : stage.change.score >= 35);
	}
	/* Whoever was there for a week, and went back for an hour, is no stranger. */
	make(scenes);
	scenes[1].to_s = 8 * DAY;
	scenes[2] = at(sound(), 8 * DAY + HOUR, 8 * DAY + 2 * HOUR);
	scenes[3] = at(taken(), 8 * DAY + 3 * HOUR, 9 * DAY);
	stage_judge(&stage, scenes, 4, 3);
	assert_true(stage_is(&stage, CHANGE_RESTORED));
	assert_true(stage.change.score < 80);
	stage_release(&stage);
}

/* A name that somebody registered for it did not exist when the domain was sound. */
static void test_came_to_be(void **state)
{
	static const char here[] = "ns1.host.tld. 60 IN A 192.0.2.1\n";
	struct scene scenes[5];
	struct stage stage;
	make(scenes);
	for (size_t i = 0; i < 5; i++) {
		scenes[i].parent = "bank.tld. 3600 IN NS ns1.host.tld.\n"
				   "bank.tld. 3600 IN NS ns1.wolf.tld.\n";
		scenes[i].zone = ZONE_HOST;
		scenes[i].hosts = i % 2 == 0 ? here : HOSTS;
	}
	stage_init(&stage);
	stage_judge(&stage, scenes, 4, 1);
	assert_int_equal(stage_points(&stage, "S20"), 22);
	stage_judge(&stage, scenes, 4, 3);
	assert_int_equal(stage_points(&stage, "S20"), 22);
	stage_release(&stage);
}

/* Where somebody opens a case about it, either will do: what was before is the same. */
static void test_choice(void **state)
{
	struct scene scenes[5];
	struct stage stage;
	struct change_at list[4];
	make(scenes);
	stage_init(&stage);
	for (size_t i = 1; i < 5; i++) {
		stage_judge(&stage, scenes, 5, i);
		list[i - 1] = (struct change_at){i, stage.change};
	}
	assert_int_equal(list[0].change.score, list[2].change.score);
	struct change_chosen chosen = change_choose(stage.past, list, 4);
	assert_int_equal(chosen.choice, CHOICE_ONE);
	assert_int_equal(chosen.at, 2);
	/* The first scores more as long as the second is not undone. */
	list[2].change.score--;
	chosen = change_choose(stage.past, list, 3);
	assert_int_equal(chosen.choice, CHOICE_ONE);
	assert_int_equal(chosen.at, 0);
	stage_release(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_again),  cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_times),  cmocka_unit_test(test_came_to_be),
		cmocka_unit_test(test_choice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
