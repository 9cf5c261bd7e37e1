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

/* Those who speak together cover the domains; one who says no decides. */
static void test_answers(void **state)
{
	struct play play;
	play_init(&play);
	const size_t first = play_say(&play, (struct saying){.who = REGISTRY,
							     .kind = CASE_MESSAGE_NOTICE,
							     .word = "authorised",
							     .domains = BANK | SHOP});
	const size_t yes = say(&play, REGISTRAR, CASE_MESSAGE_ANSWER, "authorised", first);
	EXPECT(&play, "asked");
	say(&play, HOSTER, CASE_MESSAGE_ANSWER, "unknown", first);
	EXPECT(&play, "asked");
	/* Of another domain than the one it speaks for. */
	play_say(&play, (struct saying){.who = OTHER_REGISTRAR,
					.kind = CASE_MESSAGE_ANSWER,
					.word = "authorised",
					.of = first,
					.domains = BANK});
	expect_no(&play, "speaks for none");
	const size_t all = say(&play, OTHER_REGISTRAR, CASE_MESSAGE_ANSWER, "authorised", first);
	EXPECT(&play, "settled");
	say(&play, REGISTRY, CASE_MESSAGE_REQUEST, NULL, 0);
	expect_no(&play, "settled");
	/* It was not, says one who may after all. */
	const size_t no = say(&play, REGISTRAR, CASE_MESSAGE_ANSWER, "not-authorised", first);
	EXPECT(&play, "confirmed");
	say(&play, OTHER_REGISTRAR, CASE_MESSAGE_ANSWER, "authorised", first);
	EXPECT(&play, "confirmed");
	/* Taken back, it is as if it had not been said; and so is what others stood on. */
	say(&play, REGISTRAR, CASE_MESSAGE_RECALL, NULL, no);
	EXPECT(&play, "settled");
	say(&play, REGISTRAR, CASE_MESSAGE_RECALL, NULL, yes);
	/* Never settled, so the request that came then counts. */
	EXPECT(&play, "requested");
	say(&play, REGISTRAR, CASE_MESSAGE_RECALL, NULL, all);
	expect_no(&play, "only who said it");
	play_release(&play);
	(void)state;
}

static size_t confirmed(struct play *play)
{
	const size_t first = notice(play, "authorised");
	say(play, REGISTRAR, CASE_MESSAGE_ANSWER, "not-authorised", first);
	return first;
}

static size_t verify(struct play *play, enum player who, const char *result, int64_t measured_s)
{
	return play_say(play, (struct saying){.who = who,
					      .kind = CASE_MESSAGE_VERIFICATION,
					      .at_s = measured_s + PLAY_MINUTE,
					      .word = result,
					      .time_s = measured_s});
}

static size_t act(struct play *play, enum player who, int64_t when_s, int64_t at_s)
{
	return play_say(play, (struct saying){.who = who,
					      .kind = CASE_MESSAGE_ACTION,
					      .at_s = at_s,
					      .time_s = when_s});
}

/* What proves and what does not. */
static void test_proof(void **state)
{
	struct play play;
	play_init(&play);
	confirmed(&play);
	say(&play, REGISTRY, CASE_MESSAGE_REQUEST, NULL, 0);
	act(&play, HOSTER, 4 * PLAY_HOUR, 4 * PLAY_HOUR);
	EXPECT(&play, "acted");
	verify(&play, HOSTER, "passed", 5 * PLAY_HOUR);
	expect_no(&play, "who verifies is not who acted");
	verify(&play, CSIRT, "passed", 4 * PLAY_HOUR);
	expect_no(&play, "before the last action");
	play_say(&play, (struct saying){.who = CSIRT,
					.kind = CASE_MESSAGE_VERIFICATION,
					.word = "passed",
					.at_s = 6 * PLAY_HOUR,
					.time_s = 6 * PLAY_HOUR,
					.test = "ns(bank.example) = {a.b}"});
	expect_no(&play, "not that of the case");
	play_say(&play, (struct saying){.who = CSIRT,
					.kind = CASE_MESSAGE_VERIFICATION,
					.word = "passed",
					.at_s = 6 * PLAY_HOUR,
					.time_s = 9 * PLAY_HOUR});
	expect_no(&play, "after it was told");
	verify(&play, CSIRT, "not-measured", 6 * PLAY_HOUR);
	EXPECT(&play, "acted");
	verify(&play, CSIRT, "failed", 7 * PLAY_HOUR);
	EXPECT(&play, "acted");
	/* Told later, measured earlier than what failed. */
	verify(&play, STRANGER, "passed", 6 * PLAY_HOUR);
	expect_no(&play, "no earlier failed");
	const size_t proof = verify(&play, CSIRT, "passed", 8 * PLAY_HOUR);
	EXPECT(&play, "verified");
	/* Measured before what passed: it stays. Measured after it: it does not. */
	verify(&play, STRANGER, "failed", 7 * PLAY_HOUR + 1);
	EXPECT(&play, "verified");
	const size_t failed = verify(&play, STRANGER, "failed", 8 * PLAY_HOUR);
	EXPECT(&play, "acted");
	struct case_view view = play_fold(&play, 0);
	assert_false(view.proof.holds);
	say(&play, STRANGER, CASE_MESSAGE_RECALL, NULL, failed);
	EXPECT(&play, "verified");
	view = play_fold(&play, 0);
	assert_true(view.proof.holds);
	assert_string_equal(view.proof.verification->id, play.messages[proof - 1].id);
	play_release(&play);
	(void)state;
}

/* Actions that become known after the proof. */
static void test_late_action(void **state)
{
	struct play play;
	play_init(&play);
	confirmed(&play);
	say(&play, REGISTRY, CASE_MESSAGE_REQUEST, NULL, 0);
	act(&play, HOSTER, 4 * PLAY_HOUR, 4 * PLAY_HOUR);
	const size_t proof = verify(&play, CSIRT, "passed", 8 * PLAY_HOUR);
	act(&play, REGISTRAR, 7 * PLAY_HOUR, 9 * PLAY_HOUR);
	EXPECT(&play, "verified");
	act(&play, REGISTRAR, 8 * PLAY_HOUR, 10 * PLAY_HOUR);
	EXPECT(&play, "acted");
	play_say(&play, (struct saying){.who = REGISTRY,
					.kind = CASE_MESSAGE_CLOSURE,
					.at_s = 11 * PLAY_HOUR,
					.proof = proof});
	expect_no(&play, "where the case stands");
	/* Who measured turns out to have acted. */
	verify(&play, STRANGER, "passed", 12 * PLAY_HOUR);
	EXPECT(&play, "verified");
	say(&play, REGISTRY, CASE_MESSAGE_REQUEST, NULL, 0);
	act(&play, STRANGER, 3 * PLAY_HOUR, 14 * PLAY_HOUR);
	EXPECT(&play, "acted");
	/* Done later than it is told. */
	act(&play, STRANGER, 40 * PLAY_HOUR, 15 * PLAY_HOUR);
	expect_no(&play, "tell it when it is done");
	play_release(&play);
	(void)state;
}

/* Nobody acted here, and it is as it was: that proves it too. */
static void test_undone_by_itself(void **state)
{
	struct play play;
	play_init(&play);
	notice(&play, "authorised");
	const size_t proof = verify(&play, CSIRT, "passed", 5 * PLAY_HOUR);
	EXPECT(&play, "verified");
	/* Who may say so says afterwards that it was not authorised; then it comes back. */
	say(&play, REGISTRAR, CASE_MESSAGE_ANSWER, "not-authorised", 1);
	EXPECT(&play, "verified");
	const size_t failed = verify(&play, STRANGER, "failed", 9 * PLAY_HOUR);
	EXPECT(&play, "confirmed");
	say(&play, STRANGER, CASE_MESSAGE_RECALL, NULL, failed);
	play_say(&play, (struct saying){.who = REGISTRY,
					.kind = CASE_MESSAGE_CLOSURE,
					.at_s = 11 * PLAY_HOUR,
					.proof = proof});
	EXPECT(&play, "closed");
	play_release(&play);
	(void)state;
}

/* Measured before the case was opened: it may have been so before the attack. */
static void test_stale_proof(void **state)
{
	struct play play;
	play_init(&play);
	play_say(&play, (struct saying){.who = REGISTRY,
					.kind = CASE_MESSAGE_NOTICE,
					.at_s = PLAY_DAY,
					.time_s = PLAY_DAY - PLAY_HOUR,
					.domains = BANK});
	verify(&play, CSIRT, "passed", PLAY_DAY - PLAY_HOUR);
	expect_no(&play, "before the case was opened");
	verify(&play, CSIRT, "passed", PLAY_DAY - PLAY_HOUR + 1);
	EXPECT(&play, "verified");
	play_release(&play);
	(void)state;
}

static void test_closing(void **state)
{
	struct play play;
	play_init(&play);
	confirmed(&play);
	const size_t failed = verify(&play, CSIRT, "failed", 4 * PLAY_HOUR);
	const size_t proof = verify(&play, CSIRT, "passed", 5 * PLAY_HOUR);
	const struct saying closure = {
		.who = REGISTRY, .kind = CASE_MESSAGE_CLOSURE, .at_s = 6 * PLAY_HOUR};
	struct saying one = closure;
	play_say(&play, one);
	expect_no(&play, "no verification that passed");
	one.proof = failed;
	play_say(&play, one);
	expect_no(&play, "no verification that passed");
	one.proof = proof;
	one.who = CSIRT;
	play_say(&play, one);
	expect_no(&play, "not from who opened");
	const size_t dispute = say(&play, HOSTER, CASE_MESSAGE_DISPUTE, NULL, proof);
	one.who = REGISTRY;
	one.at_s = 10 * PLAY_HOUR;
	play_say(&play, one);
	expect_no(&play, "a dispute is open");
	say(&play, HOSTER, CASE_MESSAGE_RECALL, NULL, dispute);
	/* Then the closure counts, too, that was refused before: it is all said. */
	EXPECT(&play, "closed");
	say(&play, CSIRT, CASE_MESSAGE_ASK, "authorised", 0);
	expect_no(&play, "closed");
	play_release(&play);
	(void)state;
}

static void test_disputes(void **state)
{
	struct play play;
	play_init(&play);
	const size_t first = notice(&play, "authorised");
	const size_t answer = say(&play, REGISTRAR, CASE_MESSAGE_ANSWER, "authorised", first);
	const size_t dispute = say(&play, CSIRT, CASE_MESSAGE_DISPUTE, NULL, answer);
	struct case_view view = play_fold(&play, PLAY_DAY);
	assert_int_equal(view.state, CASE_SETTLED);
	assert_int_equal(view.open_dispute_count, 1);
	assert_true(play_step(&play, &view, answer)->is_disputed);
	assert_non_null(play_due(&play, &view, CASE_DUTY_RESOLVE, REGISTRAR));
	const size_t closure = play_say(&play, (struct saying){.who = REGISTRY,
							       .kind = CASE_MESSAGE_CLOSURE,
							       .at_s = 4 * PLAY_HOUR});
	expect_no(&play, "a dispute is open");
	const size_t recall = say(&play, CSIRT, CASE_MESSAGE_RECALL, NULL, dispute);
	EXPECT(&play, "closed");
	/* The recall is taken back: the dispute is open again, and the case is not closed. */
	const size_t back = say(&play, CSIRT, CASE_MESSAGE_RECALL, NULL, recall);
	EXPECT(&play, "settled");
	say(&play, CSIRT, CASE_MESSAGE_RECALL, NULL, back);
	EXPECT(&play, "closed");
	/* Disputed after it was closed. */
	const size_t late = say(&play, HOSTER, CASE_MESSAGE_DISPUTE, NULL, closure);
	EXPECT(&play, "settled");
	say(&play, HOSTER, CASE_MESSAGE_RECALL, NULL, late);
	EXPECT(&play, "closed");
	view = play_fold(&play, PLAY_DAY);
	assert_int_equal(view.dispute_count, 2);
	assert_int_equal(view.open_dispute_count, 0);
	play_release(&play);
	(void)state;
}

static void test_withdrawn(void **state)
{
	struct play play;
	play_init(&play);
	const size_t first = confirmed(&play);
	say(&play, CSIRT, CASE_MESSAGE_RECALL, NULL, first);
	expect_no(&play, "only who said it");
	EXPECT(&play, "confirmed");
	const size_t recall = say(&play, REGISTRY, CASE_MESSAGE_RECALL, NULL, first);
	EXPECT(&play, "withdrawn");
	say(&play, REGISTRAR, CASE_MESSAGE_ANSWER, "not-authorised", first);
	expect_no(&play, "withdrawn");
	struct case_view view = play_fold(&play, 0);
	assert_int_equal(view.due_count, 0);
	assert_string_equal(view.sentence, "all name servers replaced");
	say(&play, REGISTRY, CASE_MESSAGE_RECALL, NULL, recall);
	EXPECT(&play, "confirmed");
	play_release(&play);
	(void)state;
}

/* A second notice in the case opens nothing; the case is another's. */
static void test_second_notice(void **state)
{
	struct play play;
	play_init(&play);
	notice(&play, NULL);
	play_say(&play, (struct saying){.who = CSIRT,
					.kind = CASE_MESSAGE_NOTICE,
					.at_s = PLAY_HOUR,
					.domains = SHOP});
	expect_no(&play, "leads on");
	/* Even where the first is not here. */
	const struct case_rules rules = play_rules(&play, 0);
	const struct case_messages rest = {play.messages + 1, 1};
	struct case_view view;
	assert_int_equal(case_fold(&play.arena, &rest, &rules, &view, NULL), OK);
	assert_int_equal(view.state, CASE_INCOMPLETE);
	assert_null(view.notice);
	assert_int_equal(view.missing_count, 1);
	assert_string_equal(view.missing[0], play.messages[0].id);
	assert_string_equal(view.id, play.messages[0].id);
	play_release(&play);
	(void)state;
}

static void test_dues(void **state)
{
	struct play play;
	play_init(&play);
	play_say(&play, (struct saying){.who = REGISTRY,
					.kind = CASE_MESSAGE_NOTICE,
					.domains = BANK,
					.clocks = "urgent",
					.to = TO(REGISTRAR) | TO(CSIRT)});
	struct case_view view = play_fold(&play, PLAY_HOUR);
	assert_string_equal(view.clock->name, "urgent");
	assert_int_equal(view.due_count, 2);
	const struct case_due *due = play_due(&play, &view, CASE_DUTY_ACKNOWLEDGE, CSIRT);
	assert_int_equal(due->until_s, PLAY_START_S + PLAY_HOUR);
	assert_false(due->is_overdue);
	view = play_fold(&play, PLAY_HOUR + 1);
	assert_int_equal(view.overdue_count, 2);
	say(&play, CSIRT, CASE_MESSAGE_ACKNOWLEDGEMENT, NULL, 1);
	/* A question that says until when. */
	play_say(&play, (struct saying){.who = REGISTRY,
					.kind = CASE_MESSAGE_ASK,
					.at_s = 2 * PLAY_HOUR,
					.word = "authorised",
					.time_s = 30 * PLAY_HOUR,
					.to = TO(REGISTRAR) | TO(CSIRT)});
	view = play_fold(&play, 0);
	assert_int_equal(view.due_count, 3);
	due = play_due(&play, &view, CASE_DUTY_ANSWER, REGISTRAR);
	assert_int_equal(due->until_s, PLAY_START_S + 30 * PLAY_HOUR);
	assert_int_equal(due->remind_s, PLAY_START_S + 29 * PLAY_HOUR);
	assert_string_equal(case_due_sentence(due), "answer whether it was authorised");
	/* One who cannot know has answered all the same; once it is confirmed, nobody need. */
	say(&play, CSIRT, CASE_MESSAGE_ANSWER, "unknown", 3);
	view = play_fold(&play, 0);
	assert_int_equal(view.due_count, 2);
	say(&play, REGISTRAR, CASE_MESSAGE_ANSWER, "not-authorised", 3);
	view = play_fold(&play, 0);
	assert_int_equal(view.due_count, 1);
	due = play_due(&play, &view, CASE_DUTY_REQUEST, REGISTRY);
	assert_int_equal(due->until_s, PLAY_START_S + (4 + 2) * PLAY_HOUR);
	play_release(&play);
	(void)state;
}

static void test_dues_of_mending(void **state)
{
	struct play play;
	play_init(&play);
	confirmed(&play);
	const size_t request = play_say(&play, (struct saying){.who = REGISTRY,
							       .kind = CASE_MESSAGE_REQUEST,
							       .at_s = 2 * PLAY_HOUR,
							       .to = TO(HOSTER)});
	struct case_view view = play_fold(&play, 0);
	const struct case_due *due = play_due(&play, &view, CASE_DUTY_ACT, HOSTER);
	assert_int_equal(due->until_s, PLAY_START_S + (2 + 72) * PLAY_HOUR);
	assert_string_equal(due->of->id, play.messages[request - 1].id);
	act(&play, HOSTER, 3 * PLAY_HOUR, 3 * PLAY_HOUR);
	view = play_fold(&play, 0);
	due = play_due(&play, &view, CASE_DUTY_VERIFY, REGISTRY);
	assert_int_equal(due->until_s, PLAY_START_S + (3 + 72) * PLAY_HOUR);
	verify(&play, CSIRT, "failed", 5 * PLAY_HOUR);
	view = play_fold(&play, 0);
	due = play_due(&play, &view, CASE_DUTY_ACT, HOSTER);
	assert_string_equal(case_due_sentence(due), "act again: the test has failed since");
	act(&play, HOSTER, 6 * PLAY_HOUR, 6 * PLAY_HOUR);
	verify(&play, CSIRT, "passed", 7 * PLAY_HOUR);
	view = play_fold(&play, 0);
	due = play_due(&play, &view, CASE_DUTY_CLOSE, REGISTRY);
	assert_int_equal(due->until_s, PLAY_START_S + 7 * PLAY_HOUR + PLAY_MINUTE + 30 * PLAY_DAY);
	/* Who opened it acts: then anybody else is to measure. */
	play_say(&play, (struct saying){.who = HOSTER,
					.kind = CASE_MESSAGE_REQUEST,
					.at_s = 8 * PLAY_HOUR});
	expect_no(&play, "neither opened");
	play_say(&play, (struct saying){.who = REGISTRAR,
					.kind = CASE_MESSAGE_REQUEST,
					.at_s = 8 * PLAY_HOUR,
					.to = TO(REGISTRY)});
	act(&play, REGISTRY, 9 * PLAY_HOUR, 9 * PLAY_HOUR);
	view = play_fold(&play, 0);
	assert_int_equal(view.state, CASE_ACTED);
	assert_non_null(play_due(&play, &view, CASE_DUTY_VERIFY, PLAYERS));
	play_release(&play);
	(void)state;
}

static void test_knowers(void **state)
{
	struct play play;
	play_init(&play);
	play_say(&play, (struct saying){.who = REGISTRY,
					.kind = CASE_MESSAGE_NOTICE,
					.word = "authorised",
					.domains = BANK,
					.to = TO(REGISTRAR)});
	play_say(&play, (struct saying){.who = REGISTRAR,
					.kind = CASE_MESSAGE_ANSWER,
					.at_s = PLAY_HOUR,
					.word = "not-authorised",
					.of = 1,
					.to = TO(REGISTRY)});
	play_say(&play, (struct saying){.who = REGISTRY,
					.kind = CASE_MESSAGE_NOTE,
					.at_s = 2 * PLAY_HOUR,
					.domains = SHOP | BANK,
					.tlp = TLP_RED,
					.to = TO(CSIRT)});
	const struct case_view view = play_fold(&play, 0);
	assert_int_equal(view.knower_count, 3);
	assert_string_equal(view.knows[2].party, play.ids[CSIRT]);
	assert_int_equal(view.knows[2].since_s, PLAY_START_S + 2 * PLAY_HOUR);
	assert_false(view.knows[2].has_acknowledged || view.knows[2].is_author);
	for (size_t i = 0; i < 2; i++) {
		const bool is_registrar = strcmp(view.knows[i].party, play.ids[REGISTRAR]) == 0;
		assert_int_equal(view.knows[i].since_s, PLAY_START_S);
		assert_int_equal(view.knows[i].has_answered, is_registrar);
		assert_int_equal(view.knows[i].speaks, is_registrar);
		assert_true(view.knows[i].has_acknowledged);
	}
	assert_int_equal(view.other_domain_count, 1);
	assert_string_equal(view.other_domains[0], "shop.example");
	assert_int_equal(view.tlp, TLP_RED);
	play_release(&play);
	(void)state;
}

/* Cases that cannot be. */
static void test_refused(void **state)
{
	struct play play;
	play_init(&play);
	notice(&play, NULL);
	const struct case_rules rules = play_rules(&play, 0);
	struct case_messages messages = {play.messages, 0};
	struct case_view view;
	assert_int_equal(case_fold(&play.arena, &messages, &rules, &view, &play.complaint),
			 ERR_ARGUMENT);
	messages.count = CASE_MESSAGE_CASE_MAX + 1;
	assert_int_equal(case_fold(&play.arena, &messages, &rules, &view, &play.complaint),
			 ERR_LIMIT);
	play.messages[1] = play.messages[0];
	play.messages[1].case_id[0] = play.messages[1].case_id[0] == 'a' ? 'b' : 'a';
	messages.count = 2;
	assert_int_equal(case_fold(&play.arena, &messages, &rules, &view, &play.complaint),
			 ERR_ARGUMENT);
	assert_non_null(strstr(play.complaint.text, "another case"));
	play_release(&play);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_benign),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_who_may),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_proof),
		cmocka_unit_test(test_late_action),
		cmocka_unit_test(test_undone_by_itself),
		cmocka_unit_test(test_stale_proof),
		cmocka_unit_test(test_closing),
		cmocka_unit_test(test_disputes),
		cmocka_unit_test(test_withdrawn),
		cmocka_unit_test(test_second_notice),
		cmocka_unit_test(test_dues),
		cmocka_unit_test(test_dues_of_mending),
		cmocka_unit_test(test_knowers),
		cmocka_unit_test(test_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
