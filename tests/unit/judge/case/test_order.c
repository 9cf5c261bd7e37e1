/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order in which messages come does not matter, nor how often; what is not here is listed;
 * graphs made to hurt do not. */
#include "base/random.h"
#include "judge/case/play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SMALL 8

/* Folds the messages in the order that `places` says. */
static struct case_view fold_in_order(struct play *play, struct arena *arena, const size_t *places,
				      size_t count)
{
	const struct case_rules rules = play_rules(play, 20 * PLAY_DAY);
	struct case_message *items = arena_take_array(arena, count, sizeof(*items));
	struct case_view view;
	assert_non_null(items);
	for (size_t i = 0; i < count; i++)
		items[i] = play->messages[places[i]];
	const struct case_messages messages = {items, count};
	if (case_fold(arena, &messages, &rules, &view, &play->complaint) != OK)
		fail_msg("%s", play->complaint.text);
	return view;
}

/* Two branches at once, a recall, a dispute, a proof. */
static void play_small(struct play *play)
{
	const size_t first = play_say(play, (struct saying){.who = REGISTRY,
							    .kind = CASE_MESSAGE_NOTICE,
							    .word = "authorised",
							    .domains = BANK});
	const size_t no = play_say(play, (struct saying){.who = REGISTRAR,
							 .kind = CASE_MESSAGE_ANSWER,
							 .word = "not-authorised",
							 .of = first,
							 .at_s = 60,
							 .after = first});
	const size_t request = play_say(play, (struct saying){.who = REGISTRY,
							      .kind = CASE_MESSAGE_REQUEST,
							      .at_s = 60,
							      .after = first});
	const size_t action = play_say(play, (struct saying){.who = HOSTER,
							     .kind = CASE_MESSAGE_ACTION,
							     .at_s = 120,
							     .time_s = 110,
							     .after = request});
	/* Of a clock that is behind. */
	const size_t proof = play_say(play, (struct saying){.who = CSIRT,
							    .kind = CASE_MESSAGE_VERIFICATION,
							    .word = "passed",
							    .at_s = 30,
							    .time_s = 111,
							    .after = no,
							    .also_after = action});
	const size_t dispute = play_say(play, (struct saying){.who = STRANGER,
							      .kind = CASE_MESSAGE_DISPUTE,
							      .of = no,
							      .at_s = 70,
							      .after = no});
	(void)play_say(play, (struct saying){.who = REGISTRY,
					     .kind = CASE_MESSAGE_CLOSURE,
					     .proof = proof,
					     .at_s = 50,
					     .after = proof});
	(void)play_say(play, (struct saying){.who = STRANGER,
					     .kind = CASE_MESSAGE_RECALL,
					     .of = dispute,
					     .at_s = 20,
					     .after = first});
	assert_int_equal(play->count, SMALL);
}

/* The next permutation in order of numbers; false behind the last. */
static bool permute(size_t *places, size_t count)
{
	size_t i = count - 1;
	while (i > 0 && places[i - 1] >= places[i])
		i--;
	if (i == 0)
		return false;
	size_t j = count - 1;
	while (places[j] <= places[i - 1])
		j--;
	const size_t swapped = places[i - 1];
	places[i - 1] = places[j];
	places[j] = swapped;
	for (size_t low = i, high = count - 1; low < high; low++, high--) {
		const size_t kept = places[low];
		places[low] = places[high];
		places[high] = kept;
	}
	return true;
}

static void test_every_order(void **state)
{
	struct play play;
	struct arena arena;
	size_t places[SMALL] = {0, 1, 2, 3, 4, 5, 6, 7};
	size_t count = 0;
	play_init(&play);
	play_small(&play);
	arena_init(&arena, (size_t)1 << 20, 0);
	const struct case_view first = fold_in_order(&play, &play.arena, places, SMALL);
	do {
		const struct case_view view = fold_in_order(&play, &arena, places, SMALL);
		play_same(&first, &view);
		arena_reset(&arena);
		count++;
	} while (permute(places, SMALL));
	assert_int_equal(count, 40320);
	/* The measurement of 111 s is after the action of 110 s; nothing else stands against it. */
	assert_int_equal(first.state, CASE_CLOSED);
	arena_release(&arena);
	play_release(&play);
	(void)state;
}

/* Every part of the small case, in two orders: what is missing is told, and nothing else differs.
 */
static void test_every_part(void **state)
{
	struct play play;
	struct arena arena;
	play_init(&play);
	play_small(&play);
	arena_init(&arena, (size_t)1 << 20, 0);
	for (unsigned part = 1; part < 1u << SMALL; part++) {
		size_t places[SMALL], back[SMALL];
		size_t count = 0;
		for (size_t i = 0; i < SMALL; i++) {
			if ((part & 1u << i) != 0)
				places[count++] = i;
		}
		for (size_t i = 0; i < count; i++)
			back[i] = places[count - 1 - i];
		const struct case_view view = fold_in_order(&play, &arena, places, count);
		const struct case_view other = fold_in_order(&play, &arena, back, count);
		play_same(&view, &other);
		assert_int_equal(view.step_count, count);
		assert_int_equal(view.state == CASE_INCOMPLETE, (part & 1) == 0);
		for (size_t i = 0; i < view.missing_count; i++)
			assert_null(case_step_find(&view, view.missing[i]));
		arena_reset(&arena);
	}
	arena_release(&arena);
	play_release(&play);
	(void)state;
}

/* A message twice is one message. */
static void test_twice(void **state)
{
	struct play play;
	const size_t once[SMALL] = {0, 1, 2, 3, 4, 5, 6, 7};
	size_t twice[2 * SMALL];
	play_init(&play);
	play_small(&play);
	for (size_t i = 0; i < sizeof(twice) / sizeof(twice[0]); i++)
		twice[i] = i * 3 % SMALL;
	const struct case_view one = fold_in_order(&play, &play.arena, once, SMALL);
	const struct case_view other = fold_in_order(&play, &play.arena, twice, 2 * SMALL);
	play_same(&one, &other);
	play_release(&play);
	(void)state;
}

/* A large case of everything, at random; in random orders. */
static void say_something(struct play *play, struct random *random)
{
	static const char *const words[CASE_MESSAGE_KIND_COUNT][3] = {
		[CASE_MESSAGE_ASK] = {"authorised", "other", "authorised"},
		[CASE_MESSAGE_ANSWER] = {"authorised", "not-authorised", "unknown"},
		[CASE_MESSAGE_VERIFICATION] = {"passed", "failed", "not-measured"},
	};
	const enum case_message_kind kind =
		(enum case_message_kind)random_below(random, CASE_MESSAGE_KIND_COUNT);
	struct saying saying = {
		.who = (enum player)random_below(random, PLAYERS),
		.kind = play->count == 0 ? CASE_MESSAGE_NOTICE : kind,
		.at_s = (int64_t)random_below(random, 100000),
		.time_s = 1 + (int64_t)random_below(random, 100000),
		.word = words[kind][random_below(random, 3)],
		.to = 1 + random_below(random, (1u << PLAYERS) - 1),
		.domains = BANK,
		.of = play->count == 0 ? 0 : 1 + random_below(random, (uint32_t)play->count),
		.proof = play->count == 0 ? 0 : 1 + random_below(random, (uint32_t)play->count),
		.after = play->count == 0 ? 0 : 1 + random_below(random, (uint32_t)play->count),
	};
	if (kind == CASE_MESSAGE_ASK || kind == CASE_MESSAGE_REQUEST ||
	    kind == CASE_MESSAGE_VERIFICATION || kind == CASE_MESSAGE_NOTE)
		saying.of = 0;
	if (saying.kind != CASE_MESSAGE_NOTICE && kind != CASE_MESSAGE_ANSWER)
		saying.domains = 0;
	if (saying.kind == CASE_MESSAGE_NOTICE) {
		saying.word = "authorised";
		saying.time_s = 0;
	}
	play_say(play, saying);
}

static void test_random_orders(void **state)
{
	struct play play;
	struct random random;
	struct arena arena;
	size_t places[600];
	const size_t count = sizeof(places) / sizeof(places[0]);
	unsigned reached = 0;
	random_seeded(&random, 6);
	arena_init(&arena, (size_t)64 << 20, 0);
	for (unsigned round = 0; round < 4; round++) {
		play_init(&play);
		for (size_t i = 0; i < count; i++) {
			say_something(&play, &random);
			places[i] = i;
		}
		const struct case_view first = fold_in_order(&play, &play.arena, places, count);
		for (size_t i = 0; i < first.step_count; i++)
			reached |= CASE_IN(first.steps[i].state_after);
		for (unsigned order = 0; order < 20; order++) {
			for (size_t i = count - 1; i > 0; i--) {
				const size_t other = random_below(&random, (uint32_t)i + 1);
				const size_t kept = places[i];
				places[i] = places[other];
				places[other] = kept;
			}
			const struct case_view view = fold_in_order(&play, &arena, places, count);
			play_same(&first, &view);
			arena_reset(&arena);
		}
		play_release(&play);
	}
	/* It was worth it: several states were reached. */
	assert_true(__builtin_popcount(reached) >= 3);
	arena_release(&arena);
	(void)state;
}

/* 4,096 messages in one line, and each after 64 others: neither deep nor broad hurts. */
static void test_hostile(void **state)
{
	struct play play;
	play_init(&play);
	for (size_t i = 0; i < PLAY_MESSAGES_MAX; i++)
		play_say(&play,
			 (struct saying){.who = i % 2 == 0 ? REGISTRY : CSIRT,
					 .kind = i == 0 ? CASE_MESSAGE_NOTICE : CASE_MESSAGE_NOTE,
					 .domains = BANK,
					 .at_s = (int64_t)(PLAY_MESSAGES_MAX - i),
					 .after_last = CASE_MESSAGE_AFTER_MAX});
	const struct case_view view = play_fold(&play, 0);
	assert_int_equal(view.step_count, PLAY_MESSAGES_MAX);
	assert_int_equal(view.head_count, 1);
	for (size_t i = 0; i < view.step_count; i++)
		assert_ptr_equal(view.steps[i].message, &play.messages[i]);
	play_release(&play);
	(void)state;
}

/* What no hash allows, somebody may give all the same. */
static void test_circle(void **state)
{
	struct play play;
	play_init(&play);
	for (size_t i = 0; i < 3; i++)
		play_say(&play,
			 (struct saying){.who = REGISTRY,
					 .kind = i == 0 ? CASE_MESSAGE_NOTICE : CASE_MESSAGE_NOTE,
					 .domains = BANK,
					 .at_s = (int64_t)i});
	const char *const last[] = {play.messages[2].id};
	play.messages[1].after = last;
	const struct case_rules rules = play_rules(&play, 0);
	const struct case_messages messages = {play.messages, play.count};
	struct case_view view;
	assert_int_equal(case_fold(&play.arena, &messages, &rules, &view, &play.complaint),
			 ERR_FORMAT);
	assert_non_null(strstr(play.complaint.text, "in a circle"));
	play_release(&play);
	(void)state;
}

/* Branches without end: as many heads as a message may name, the newest. */
static void test_heads(void **state)
{
	struct play play;
	play_init(&play);
	for (size_t i = 0; i < 100; i++)
		play_say(&play,
			 (struct saying){.who = REGISTRY,
					 .kind = i == 0 ? CASE_MESSAGE_NOTICE : CASE_MESSAGE_NOTE,
					 .domains = BANK,
					 .at_s = (int64_t)i,
					 .after = i == 0 ? 0 : 1});
	const struct case_view view = play_fold(&play, 0);
	assert_int_equal(view.head_count, CASE_MESSAGE_AFTER_MAX);
	for (size_t i = 1; i < view.head_count; i++)
		assert_true(strcmp(view.heads[i - 1], view.heads[i]) < 0);
	for (size_t i = 100 - CASE_MESSAGE_AFTER_MAX; i < 100; i++) {
		size_t at = 0;
		while (at < view.head_count && strcmp(view.heads[at], play.messages[i].id) != 0)
			at++;
		assert_true(at < view.head_count);
	}
	play_release(&play);
	(void)state;
}

/* Memory that runs out at any time is said, and nothing else happens. */
static void test_memory(void **state)
{
	struct play play;
	size_t failed = 0;
	play_init(&play);
	play_small(&play);
	const struct case_rules rules = play_rules(&play, 0);
	const struct case_messages messages = {play.messages, play.count};
	for (size_t cap = 0; cap < 64 * 1024; cap += 64) {
		struct arena arena;
		struct case_view view;
		arena_init(&arena, cap, 64);
		const int error = case_fold(&arena, &messages, &rules, &view, &play.complaint);
		assert_true(error == OK || error == ERR_MEMORY);
		failed += error == ERR_MEMORY;
		arena_release(&arena);
	}
	assert_true(failed > 0 && failed < 1024);
	play_release(&play);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_order), cmocka_unit_test(test_every_part),
		cmocka_unit_test(test_twice),       cmocka_unit_test(test_random_orders),
		cmocka_unit_test(test_hostile),     cmocka_unit_test(test_circle),
		cmocka_unit_test(test_heads),       cmocka_unit_test(test_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
