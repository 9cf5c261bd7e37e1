/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A case that the input tells four parties to make, message by message; each signed where the first
 * octet is 255, else, since signing takes most of the time, only named. Properties: in whatever
 * order the messages are given, and with each of them twice, the view is the same; every step says
 * why it does not count; what is due is of somebody who knows; the summary of the view is read
 * back.
 */
#include "base/bytes.h"
#include "judge/case/fold.h"

#include <assert.h>
#include <string.h>

#define NOW_S 1790000000
#define PARTIES 4u
/* Signing takes most of the time. */
#define MESSAGES_MAX 24u
#define MEMBERS_MAX 4u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct making {
	struct arena arena;
	struct reader reader;
	struct secret_key keys[PARTIES];
	char ids[PARTIES][ID_ROOM];
	struct case_message messages[2 * MESSAGES_MAX];
	size_t count;
	struct case_member members[MEMBERS_MAX];
	size_t member_count;
	bool is_signing;
};

static const char *const domains[] = {"a.example", "b.example"};

static void make_parties(struct making *making)
{
	static struct secret_key keys[PARTIES]; /* once: they take long */
	struct random random;
	random_seeded(&random, 7);
	for (size_t i = 0; i < PARTIES; i++) {
		if (keys[i].made_s == 0)
			assert(secret_key_make(&random, NOW_S, &keys[i]) == OK);
		making->keys[i] = keys[i];
		id_make(making->keys[i].public.sign, KEY_OCTETS, making->ids[i]);
	}
}

static void add(struct making *making, struct case_member member)
{
	assert(making->member_count < MEMBERS_MAX);
	making->members[making->member_count++] = member;
}

static const char *word(struct making *making, const char *const *words, size_t count)
{
	return words[reader_u8(&making->reader) % count];
}

static void add_of(struct making *making, const char *name)
{
	const size_t of = reader_u8(&making->reader) % making->count;
	add(making, (struct case_member){name, MEMBER_MESSAGE, .text = making->messages[of].id});
}

static void add_time(struct making *making, const char *name)
{
	add(making, (struct case_member){name, MEMBER_TIME,
					 .number = NOW_S + 60 * reader_u8(&making->reader)});
}

static void add_members(struct making *making, enum case_message_kind kind)
{
	static const char *const questions[] = {"authorised", "other"};
	static const char *const answers[] = {"authorised", "not-authorised", "unknown", "other"};
	static const char *const results[] = {"passed", "failed", "not-measured"};
	static const char *const tests[] = {"ds(a.example) matches", "ds(b.example) matches"};
	switch (kind) {
	case CASE_MESSAGE_NOTICE:
		add(making, (struct case_member){"sentence", MEMBER_LINE, .text = "moved"});
		add(making, (struct case_member){"domains", MEMBER_DOMAINS, .items = domains,
						 .item_count = 2});
		add(making, (struct case_member){"test", MEMBER_TEXT, .text = tests[0]});
		break;
	case CASE_MESSAGE_ASK:
		add(making, (struct case_member){"question", MEMBER_WORD,
						 .text = word(making, questions, 2)});
		break;
	case CASE_MESSAGE_ANSWER:
		add_of(making, "of");
		add(making,
		    (struct case_member){"answer", MEMBER_WORD, .text = word(making, answers, 4)});
		break;
	case CASE_MESSAGE_REQUEST:
		add(making, (struct case_member){"wanted", MEMBER_LINE, .text = "mend it"});
		break;
	case CASE_MESSAGE_ACTION:
		add(making, (struct case_member){"done", MEMBER_LINE, .text = "mended"});
		add_time(making, "when");
		break;
	case CASE_MESSAGE_VERIFICATION:
		add(making,
		    (struct case_member){"result", MEMBER_WORD, .text = word(making, results, 3)});
		add(making,
		    (struct case_member){"test", MEMBER_TEXT, .text = word(making, tests, 2)});
		add_time(making, "measured");
		break;
	case CASE_MESSAGE_CLOSURE:
		add(making, (struct case_member){"cause", MEMBER_LINE, .text = "a stolen key"});
		add_of(making, "verification");
		break;
	case CASE_MESSAGE_DISPUTE:
	case CASE_MESSAGE_RECALL:
		add_of(making, "of");
		add(making, (struct case_member){"reason", MEMBER_TEXT, .text = "wrong"});
		break;
	case CASE_MESSAGE_ACKNOWLEDGEMENT:
		add_of(making, "of");
		break;
	case CASE_MESSAGE_NOTE:
		add(making, (struct case_member){"text", MEMBER_TEXT, .text = "well"});
		break;
	}
}

/* Named by what the input says of it, and by what it names. */
static void name(struct making *making, const struct case_message *draft, const uint8_t *start)
{
	struct case_message *message = &making->messages[making->count];
	uint8_t said[64] = {0};
	const size_t size = (size_t)(making->reader.next - start);
	assert(size + ID_LENGTH <= sizeof(said));
	if (size > 0)
		memcpy(said, start, size);
	if (draft->after_count > 0)
		memcpy(said + size, draft->after[0], ID_LENGTH);
	*message = *draft;
	id_make(said, sizeof(said), message->id);
	if (making->count == 0)
		memcpy(message->case_id, message->id, ID_ROOM);
	message->opens_case = making->count == 0;
	message->to = arena_copy(&making->arena, draft->to, draft->to_count * sizeof(char *));
	message->after =
		arena_copy(&making->arena, draft->after, draft->after_count * sizeof(char *));
	message->members = arena_copy(&making->arena, draft->members,
				      draft->member_count * sizeof(struct case_member));
	assert(message->to != NULL && message->after != NULL && message->members != NULL);
	/* One that is there already would name itself. */
	for (size_t i = 0; i < making->count; i++) {
		if (strcmp(making->messages[i].id, message->id) == 0)
			return;
	}
	making->count++;
}

static void say(struct making *making)
{
	const uint8_t *start = making->reader.next;
	const uint8_t who = reader_u8(&making->reader);
	const unsigned author = who % PARTIES;
	const bool is_first = making->count == 0;
	struct case_message draft = {
		.kind = is_first ? CASE_MESSAGE_NOTICE
				 : (enum case_message_kind)(reader_u8(&making->reader) %
							    CASE_MESSAGE_KIND_COUNT)};
	const char *to[PARTIES], *after[2];
	making->member_count = 0;
	add_members(making, draft.kind);
	draft.members = making->members;
	draft.member_count = making->member_count;
	memcpy(draft.author, making->ids[author], ID_ROOM);
	draft.made_s = NOW_S + 60 * reader_u8(&making->reader);
	draft.tlp = (enum tlp)(who / PARTIES % TLP_COUNT);
	for (unsigned i = 0; i < PARTIES; i++) {
		if (i != author && (who & 0x10u << i) != 0)
			to[draft.to_count++] = making->ids[i];
	}
	draft.to = to;
	if (!is_first) {
		const size_t one = reader_u8(&making->reader) % making->count;
		const size_t other = reader_u8(&making->reader) % making->count;
		memcpy(draft.case_id, making->messages[0].id, ID_ROOM);
		after[draft.after_count++] = making->messages[one].id;
		if (strcmp(making->messages[one].id, making->messages[other].id) != 0)
			after[draft.after_count++] = making->messages[other].id;
	}
	draft.after = after;
	if (!making->is_signing) {
		name(making, &draft, start);
		return;
	}
	const int error = case_message_make(&making->arena, &draft, &making->keys[author], NULL,
					    &making->messages[making->count]);
	assert(error == OK);
	making->count++;
}

/* The second speaks for the first domain, the third for the other. */
static bool speaks_for(void *context, const char *party, const char *domain)
{
	const struct making *making = context;
	return (strcmp(party, making->ids[1]) == 0 && strcmp(domain, domains[0]) == 0) ||
	       (strcmp(party, making->ids[2]) == 0 && strcmp(domain, domains[1]) == 0);
}

static struct case_view fold(struct making *making, const struct case_messages messages,
			     const struct case_clocks *clocks)
{
	const struct case_rules rules = {NOW_S + 86400, speaks_for, making, clocks};
	struct case_view view;
	const int error = case_fold(&making->arena, &messages, &rules, &view, NULL);
	assert(error == OK);
	return view;
}

static void check_same(const struct case_view *one, const struct case_view *other)
{
	assert(one->state == other->state && one->step_count == other->step_count);
	assert(one->due_count == other->due_count && one->head_count == other->head_count);
	assert(one->overdue_count == other->overdue_count);
	assert(one->open_dispute_count == other->open_dispute_count);
	assert(one->proof.holds == other->proof.holds);
	for (size_t i = 0; i < one->step_count; i++) {
		assert(strcmp(one->steps[i].message->id, other->steps[i].message->id) == 0);
		assert(one->steps[i].counts == other->steps[i].counts);
		assert(one->steps[i].state_after == other->steps[i].state_after);
	}
	for (size_t i = 0; i < one->due_count; i++) {
		assert(one->dues[i].until_s == other->dues[i].until_s);
		assert(strcmp(one->dues[i].party, other->dues[i].party) == 0);
	}
}

static void check(struct making *making, const struct case_view *view)
{
	uint8_t octets[CASE_SUMMARY_OCTETS_MAX];
	struct case_summary summary, read;
	size_t size = 0;
	for (size_t i = 0; i < view->step_count; i++)
		assert(view->steps[i].counts == (view->steps[i].reason == NULL));
	for (size_t i = 0; i < view->due_count; i++) {
		bool knows = view->dues[i].party[0] == '\0';
		for (size_t j = 0; j < view->knower_count; j++)
			knows |= strcmp(view->knows[j].party, view->dues[i].party) == 0;
		assert(knows && case_due_sentence(&view->dues[i]) != NULL);
	}
	assert((view->state == CASE_CLOSED) == (view->cause != NULL));
	assert(view->state != CASE_VERIFIED || view->proof.holds);
	assert(case_state_is_open(view->state) || view->due_count == view->open_dispute_count ||
	       view->state == CASE_WITHDRAWN);
	case_summary_make(view, &summary);
	assert(case_summary_encode(&summary, octets, sizeof(octets), &size) == OK);
	assert(case_summary_decode(&making->arena, octets, size, &read) == OK);
	assert(read.state == view->state && read.due_count == view->due_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct case_clocks *clocks = NULL;
	static struct making making;
	memset(&making, 0, sizeof(making));
	arena_init(&making.arena, (size_t)64 << 20, 0);
	reader_init(&making.reader, data, size);
	make_parties(&making);
	making.is_signing = reader_u8(&making.reader) == 0xff;
	do {
		say(&making);
	} while (reader_left(&making.reader) > 0 && making.count < MESSAGES_MAX);
	if (case_clocks_new(NULL, &clocks, NULL) == OK) {
		const size_t count = making.count;
		/* Behind them stand the same in the other order. */
		for (size_t i = 0; i < count; i++)
			making.messages[2 * count - 1 - i] = making.messages[i];
		const struct case_messages once = {making.messages, count};
		const struct case_messages back = {making.messages + count, count};
		const struct case_messages twice = {making.messages, 2 * count};
		const struct case_view first = fold(&making, once, clocks);
		const struct case_view second = fold(&making, back, clocks);
		const struct case_view third = fold(&making, twice, clocks);
		check(&making, &first);
		check_same(&first, &second);
		check_same(&first, &third);
		case_clocks_free(clocks);
	}
	arena_release(&making.arena);
	return 0;
}
