/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/case/play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MEMBERS_MAX 10

static const char *const all_domains[] = {"bank.example", "shop.example", "third.example"};

void play_init(struct play *play)
{
	struct random random;
	memset(play, 0, sizeof(*play));
	arena_init(&play->arena, (size_t)256 << 20, 0);
	random_seeded(&random, 6);
	for (size_t i = 0; i < PLAYERS; i++) {
		assert_int_equal(secret_key_make(&random, PLAY_START_S, &play->keys[i]), OK);
		id_make(play->keys[i].public.sign, KEY_OCTETS, play->ids[i]);
	}
	assert_int_equal(case_clocks_new(NULL, &play->clocks, &play->complaint), OK);
	play->messages =
		arena_take_array(&play->arena, PLAY_MESSAGES_MAX, sizeof(struct case_message));
	assert_non_null(play->messages);
}

void play_release(struct play *play)
{
	case_clocks_free(play->clocks);
	arena_release(&play->arena);
}

struct drafting {
	struct play *play;
	const struct saying *saying;
	struct case_member members[MEMBERS_MAX];
	size_t count;
};

static void add(struct drafting *drafting, struct case_member member)
{
	assert_true(drafting->count < MEMBERS_MAX);
	drafting->members[drafting->count++] = member;
}

static void add_text(struct drafting *drafting, const char *name, enum case_member_type type,
		     const char *text)
{
	add(drafting, (struct case_member){name, type, .text = text});
}

static void add_time(struct drafting *drafting, const char *name)
{
	if (drafting->saying->time_s != 0)
		add(drafting,
		    (struct case_member){name, MEMBER_TIME,
					 .number = PLAY_START_S + drafting->saying->time_s});
}

static void add_of(struct drafting *drafting, const char *name, size_t of)
{
	if (of != 0)
		add_text(drafting, name, MEMBER_MESSAGE, drafting->play->messages[of - 1].id);
}

static void add_domains(struct drafting *drafting)
{
	const char **items = arena_take_array(&drafting->play->arena, 3, sizeof(*items));
	size_t count = 0;
	assert_non_null(items);
	for (size_t i = 0; i < 3; i++) {
		if ((drafting->saying->domains & 1u << i) != 0)
			items[count++] = all_domains[i];
	}
	if (count > 0)
		add(drafting, (struct case_member){"domains", MEMBER_DOMAINS, .items = items,
						   .item_count = count});
}

static void add_notice(struct drafting *drafting)
{
	const struct saying *saying = drafting->saying;
	const char *test = saying->test != NULL ? saying->test : PLAY_TEST;
	add_text(drafting, "sentence", MEMBER_LINE, "all name servers replaced");
	add_domains(drafting);
	if (test[0] != '\0')
		add_text(drafting, "test", MEMBER_TEXT, test);
	if (saying->word != NULL)
		add_text(drafting, "question", MEMBER_WORD, saying->word);
	if (saying->clocks != NULL)
		add_text(drafting, "clocks", MEMBER_LINE, saying->clocks);
	add_time(drafting, "seen");
}

static void add_verification(struct drafting *drafting)
{
	const struct saying *saying = drafting->saying;
	add_text(drafting, "result", MEMBER_WORD, saying->word);
	add_text(drafting, "test", MEMBER_TEXT, saying->test != NULL ? saying->test : PLAY_TEST);
	add_time(drafting, "measured");
}

static void add_members(struct drafting *drafting)
{
	const struct saying *saying = drafting->saying;
	switch (saying->kind) {
	case CASE_MESSAGE_NOTICE:
		add_notice(drafting);
		return;
	case CASE_MESSAGE_ASK:
		add_text(drafting, "question", MEMBER_WORD, saying->word);
		add_time(drafting, "due");
		break;
	case CASE_MESSAGE_ANSWER:
		add_text(drafting, "answer", MEMBER_WORD, saying->word);
		break;
	case CASE_MESSAGE_REQUEST:
		add_text(drafting, "wanted", MEMBER_LINE, "put the name servers back");
		add_time(drafting, "due");
		break;
	case CASE_MESSAGE_ACTION:
		add_text(drafting, "done", MEMBER_LINE, "name servers put back");
		add_time(drafting, "when");
		break;
	case CASE_MESSAGE_VERIFICATION:
		add_verification(drafting);
		break;
	case CASE_MESSAGE_CLOSURE:
		add_text(drafting, "cause", MEMBER_LINE, "an account was taken over");
		add_of(drafting, "verification", saying->proof);
		return;
	case CASE_MESSAGE_NOTE:
		add_text(drafting, "text", MEMBER_TEXT, "seen elsewhere too");
		break;
	case CASE_MESSAGE_DISPUTE:
	case CASE_MESSAGE_RECALL:
		add_text(drafting, "reason", MEMBER_TEXT, "it is wrong");
		break;
	case CASE_MESSAGE_ACKNOWLEDGEMENT:
		break;
	}
	if (saying->of != 0)
		add_of(drafting, "of", saying->of);
	if (saying->domains != 0)
		add_domains(drafting);
}

static size_t find_after(const struct play *play, const struct saying *saying,
			 const char *ret_after[CASE_MESSAGE_AFTER_MAX])
{
	const size_t last = saying->after != 0 ? saying->after : play->count;
	size_t count = 0;
	for (; count < saying->after_last && count < play->count; count++)
		ret_after[count] = play->messages[play->count - 1 - count].id;
	if (count == 0)
		ret_after[count++] = play->messages[last - 1].id;
	if (saying->also_after != 0)
		ret_after[count++] = play->messages[saying->also_after - 1].id;
	return count;
}

size_t play_say(struct play *play, struct saying saying)
{
	struct drafting drafting = {.play = play, .saying = &saying};
	struct case_message draft = {.kind = saying.kind, .tlp = saying.tlp};
	const char *to[PLAYERS], *after[CASE_MESSAGE_AFTER_MAX];
	assert_true(play->count < PLAY_MESSAGES_MAX);
	add_members(&drafting);
	draft.members = drafting.members;
	draft.member_count = drafting.count;
	draft.made_s = PLAY_START_S + saying.at_s;
	memcpy(draft.author, play->ids[saying.who], ID_ROOM);
	for (unsigned i = 0; i < PLAYERS; i++) {
		if (i != saying.who && (saying.to == 0 || (saying.to & TO(i)) != 0))
			to[draft.to_count++] = play->ids[i];
	}
	draft.to = to;
	if (play->count > 0)
		draft.after_count = find_after(play, &saying, after);
	if (play->count > 0)
		memcpy(draft.case_id, play->messages[0].id, ID_ROOM);
	draft.after = after;
	const int error = case_message_make(&play->arena, &draft, &play->keys[saying.who],
					    &play->complaint, &play->messages[play->count]);
	if (error != OK)
		fail_msg("%s", play->complaint.text);
	return ++play->count;
}

static bool speaks_for(void *context, const char *party, const char *domain)
{
	const struct play *play = context;
	return (strcmp(party, play->ids[REGISTRAR]) == 0 && strcmp(domain, "bank.example") == 0) ||
	       (strcmp(party, play->ids[OTHER_REGISTRAR]) == 0 &&
		strcmp(domain, "shop.example") == 0);
}

struct case_rules play_rules(struct play *play, int64_t now_s)
{
	return (struct case_rules){.now_s = PLAY_START_S + now_s,
				   .speaks_for = speaks_for,
				   .context = play,
				   .clocks = play->clocks};
}

struct case_view play_fold(struct play *play, int64_t now_s)
{
	const struct case_rules rules = play_rules(play, now_s);
	const struct case_messages messages = {play->messages, play->count};
	struct case_view view;
	if (case_fold(&play->arena, &messages, &rules, &view, &play->complaint) != OK)
		fail_msg("%s", play->complaint.text);
	return view;
}

const struct case_step *play_step(const struct play *play, const struct case_view *view,
				  size_t number)
{
	const struct case_step *step = case_step_find(view, play->messages[number - 1].id);
	assert_non_null(step);
	return step;
}

const struct case_due *play_due(const struct play *play, const struct case_view *view,
				enum case_duty duty, enum player party)
{
	const char *id = party == PLAYERS ? "" : play->ids[party];
	for (size_t i = 0; i < view->due_count; i++) {
		if (view->dues[i].duty == duty && strcmp(view->dues[i].party, id) == 0)
			return &view->dues[i];
	}
	fail_msg("nobody has to %s", case_duty_text(duty));
	return NULL;
}

static void same_texts(const char *left, const char *right)
{
	assert_true((left == NULL) == (right == NULL));
	if (left != NULL)
		assert_string_equal(left, right);
}

static void same_lists(const char *const *left, const char *const *right, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_string_equal(left[i], right[i]);
}

static void same_steps(const struct case_view *left, const struct case_view *right)
{
	assert_int_equal(left->step_count, right->step_count);
	for (size_t i = 0; i < left->step_count; i++) {
		const struct case_step *one = &left->steps[i];
		const struct case_step *other = &right->steps[i];
		assert_string_equal(one->message->id, other->message->id);
		assert_int_equal(one->counts, other->counts);
		assert_int_equal(one->is_recalled, other->is_recalled);
		assert_int_equal(one->is_disputed, other->is_disputed);
		assert_int_equal(one->state_after, other->state_after);
		same_texts(one->reason, other->reason);
	}
}

static void same_parties(const struct case_view *left, const struct case_view *right)
{
	assert_int_equal(left->due_count, right->due_count);
	assert_int_equal(left->overdue_count, right->overdue_count);
	assert_int_equal(left->knower_count, right->knower_count);
	for (size_t i = 0; i < left->due_count; i++) {
		assert_int_equal(left->dues[i].duty, right->dues[i].duty);
		assert_int_equal(left->dues[i].until_s, right->dues[i].until_s);
		assert_int_equal(left->dues[i].remind_s, right->dues[i].remind_s);
		assert_string_equal(left->dues[i].party, right->dues[i].party);
		assert_string_equal(left->dues[i].of->id, right->dues[i].of->id);
	}
	for (size_t i = 0; i < left->knower_count; i++) {
		const struct case_knower *one = &left->knows[i];
		const struct case_knower *other = &right->knows[i];
		assert_string_equal(one->party, other->party);
		assert_int_equal(one->since_s, other->since_s);
		assert_int_equal(one->has_acknowledged, other->has_acknowledged);
		assert_int_equal(one->has_answered, other->has_answered);
		assert_int_equal(one->has_acted, other->has_acted);
		assert_int_equal(one->speaks, other->speaks);
	}
}

void play_same(const struct case_view *left, const struct case_view *right)
{
	assert_string_equal(left->id, right->id);
	assert_int_equal(left->state, right->state);
	same_texts(left->opener, right->opener);
	same_texts(left->cause, right->cause);
	assert_int_equal(left->closed_s, right->closed_s);
	assert_int_equal(left->tlp, right->tlp);
	same_steps(left, right);
	same_parties(left, right);
	assert_int_equal(left->missing_count, right->missing_count);
	same_lists(left->missing, right->missing, left->missing_count);
	assert_int_equal(left->head_count, right->head_count);
	same_lists(left->heads, right->heads, left->head_count);
	assert_int_equal(left->other_domain_count, right->other_domain_count);
	same_lists(left->other_domains, right->other_domains, left->other_domain_count);
	assert_int_equal(left->open_dispute_count, right->open_dispute_count);
	assert_int_equal(left->dispute_count, right->dispute_count);
	assert_int_equal(left->proof.result, right->proof.result);
	assert_int_equal(left->proof.holds, right->proof.holds);
	same_texts(left->proof.by, right->proof.by);
}
