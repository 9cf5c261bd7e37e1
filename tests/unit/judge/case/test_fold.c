/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cases from the notice to their end, and whatever may come between: each row of the table, who
 * may, and who may not. */
#include "judge/case/play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static size_t notice(struct play *play, const char *question)
{
	return play_say(play, (struct saying){.who = REGISTRY,
					      .kind = CASE_MESSAGE_NOTICE,
					      .word = question,
					      .domains = BANK});
}

static size_t say(struct play *play, enum player who, enum case_message_kind kind, const char *word,
		  size_t of)
{
	return play_say(play, (struct saying){.who = who,
					      .kind = kind,
					      .at_s = (int64_t)play->count * PLAY_HOUR,
					      .time_s = (int64_t)play->count * PLAY_HOUR,
					      .word = word,
					      .of = of});
}

#define EXPECT(play, wanted) assert_string_equal(case_state_text(play_fold(play, 0).state), wanted)
/* Of the message said last: whether it counts, and a word of the reason why not. */
static void expect_no(struct play *play, const char *word)
{
	const struct case_view view = play_fold(play, 0);
	const struct case_step *step = play_step(play, &view, play->count);
	assert_false(step->counts);
	if (strstr(step->reason, word) == NULL)
		fail_msg("'%s' is not in '%s'", word, step->reason);
}

/* A move that was meant: two messages. */
static void test_benign(void **state)
{
	struct play play;
	play_init(&play);
	const size_t first = notice(&play, "authorised");
	EXPECT(&play, "asked");
	say(&play, REGISTRAR, CASE_MESSAGE_ANSWER, "authorised", first);
	const struct case_view view = play_fold(&play, 100 * PLAY_DAY);
	assert_int_equal(view.state, CASE_SETTLED);
	assert_int_equal(view.due_count, 0);
	assert_false(case_state_is_open(view.state));
	play_release(&play);
	(void)state;
}

/* An attack, as far as closing it. */
static void test_whole(void **state)
{
	struct play play;
	play_init(&play);
	const size_t first = notice(&play, NULL);
	EXPECT(&play, "noticed");
	const size_t ask = say(&play, REGISTRY, CASE_MESSAGE_ASK, "authorised", 0);
	EXPECT(&play, "asked");
	say(&play, REGISTRAR, CASE_MESSAGE_ANSWER, "not-authorised", ask);
	EXPECT(&play, "confirmed");
	const size_t request = say(&play, REGISTRY, CASE_MESSAGE_REQUEST, NULL, 0);
	EXPECT(&play, "requested");
	say(&play, HOSTER, CASE_MESSAGE_ACTION, NULL, request);
	EXPECT(&play, "acted");
	say(&play, CSIRT, CASE_MESSAGE_VERIFICATION, "failed", 0);
	EXPECT(&play, "acted");
	say(&play, HOSTER, CASE_MESSAGE_ACTION, NULL, request);
	const size_t proof = say(&play, CSIRT, CASE_MESSAGE_VERIFICATION, "passed", 0);
	EXPECT(&play, "verified");
	play_say(&play, (struct saying){.who = REGISTRY,
					.kind = CASE_MESSAGE_CLOSURE,
					.at_s = 9 * PLAY_HOUR,
					.proof = proof});
	const struct case_view view = play_fold(&play, 100 * PLAY_DAY);
	assert_int_equal(view.state, CASE_CLOSED);
	assert_string_equal(view.cause, "an account was taken over");
	assert_int_equal(view.closed_s, PLAY_START_S + 9 * PLAY_HOUR);
	assert_string_equal(view.id, play.messages[first - 1].id);
	assert_string_equal(view.opener, play.ids[REGISTRY]);
	assert_string_equal(view.proof.by, play.ids[CSIRT]);
	assert_true(view.proof.holds && view.is_confirmed);
	assert_int_equal(view.due_count, 0);
	assert_int_equal(view.missing_count, 0);
	assert_int_equal(view.head_count, 1);
	for (size_t i = 0; i < view.step_count; i++)
		assert_true(view.steps[i].counts);
	play_release(&play);
	(void)state;
}

static void test_who_may(void **state)
{
	struct play play;
	play_init(&play);
	const size_t first = notice(&play, "authorised");
	say(&play, CSIRT, CASE_MESSAGE_ANSWER, "authorised", first);
	expect_no(&play, "speaks for none");
	say(&play, OTHER_REGISTRAR, CASE_MESSAGE_ANSWER, "not-authorised", first);
	expect_no(&play, "speaks for none");
	say(&play, HOSTER, CASE_MESSAGE_ACTION, NULL, 0);
	expect_no(&play, "not asked to act");
	say(&play, STRANGER, CASE_MESSAGE_REQUEST, NULL, 0);
	expect_no(&play, "neither opened");
	EXPECT(&play, "asked");
	play_release(&play);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_benign),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_who_may),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
