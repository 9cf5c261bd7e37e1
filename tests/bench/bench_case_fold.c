/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What it costs to fold a case: one of twenty messages, and one of 4,096 that each name 64 others,
 * are for 64 parties, and verify and act in turn, which is the worst there may be. */
#include "judge/case/fold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NOW_S 1790000000
#define ROUNDS 1000
#define WORST_ROUNDS 5
#define PARTIES 4096u

static double now_s(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void must(int error, const char *what)
{
	if (error == OK)
		return;
	fprintf(stderr, "bench_case_fold: %s: %s\n", what, error_text(error));
	exit(4);
}

static bool speaks_for(void *context, const char *party, const char *domain)
{
	(void)context;
	(void)party;
	return domain[0] == 'b';
}

/* The fold looks at no signature, so the messages need none. */
static void make(struct arena *arena, struct case_message *messages, unsigned count,
		 unsigned breadth)
{
	static char ids[PARTIES][ID_ROOM];
	static const char *to[PARTIES];
	static const char *const domains[] = {"bank.example"};
	static const struct case_member notice[] = {{"sentence", MEMBER_LINE, .text = "moved"},
						    {"domains", MEMBER_DOMAINS, .items = domains,
						     .item_count = 1}};
	for (unsigned i = 0; i < PARTIES; i++) {
		id_make(&i, sizeof(i), ids[i]);
		to[i] = ids[i];
	}
	for (unsigned i = 0; i < count; i++) {
		struct case_message *message = &messages[i];
		struct case_member *members = arena_take_array(arena, 3, sizeof(*members));
		const char **after = arena_take_array(arena, breadth, sizeof(*after));
		if (members == NULL || after == NULL)
			must(ERR_MEMORY, "make");
		const unsigned salted[] = {i, 77};
		*message = (struct case_message){.kind = i % 2 == 0 ? CASE_MESSAGE_VERIFICATION
								    : CASE_MESSAGE_ACTION,
						 .made_s = NOW_S + i,
						 .to = &to[i * breadth % (PARTIES - breadth)],
						 .to_count = breadth,
						 .members = members,
						 .member_count = i % 2 == 0 ? 3 : 2,
						 .after = after};
		members[0] = (struct case_member){"measured", MEMBER_TIME, .number = NOW_S + i};
		members[1] = (struct case_member){"when", MEMBER_TIME, .number = NOW_S};
		members[2] = (struct case_member){"result", MEMBER_WORD, .text = "passed"};
		id_make(salted, sizeof(salted), message->id);
		memcpy(message->author, ids[i % PARTIES], ID_ROOM);
		for (unsigned j = 1; j <= breadth && j <= i; j++)
			after[message->after_count++] = messages[i - j].id;
		memcpy(message->case_id, messages[0].id, ID_ROOM);
	}
	messages[0].kind = CASE_MESSAGE_NOTICE;
	messages[0].opens_case = true;
	messages[0].members = notice;
	messages[0].member_count = 2;
}

static void fold(const struct case_clocks *clocks, unsigned count, unsigned breadth,
		 unsigned rounds)
{
	struct arena made, arena;
	struct case_view view;
	const struct case_rules rules = {NOW_S, speaks_for, NULL, clocks};
	arena_init(&made, (size_t)256 << 20, 0);
	arena_init(&arena, (size_t)256 << 20, 0);
	struct case_message *messages = arena_take_array(&made, count, sizeof(*messages));
	if (messages == NULL)
		must(ERR_MEMORY, "make");
	make(&made, messages, count, breadth);
	const struct case_messages all = {messages, count};
	const double began = now_s();
	size_t taken = 0;
	for (unsigned i = 0; i < rounds; i++) {
		must(case_fold(&arena, &all, &rules, &view, NULL), "fold");
		taken = arena.taken_bytes;
		arena_reset(&arena);
	}
	printf("case: %u messages that name %u each folded in %.3f ms of CPU, %zu KiB\n", count,
	       breadth, (now_s() - began) / rounds * 1000, taken / 1024);
	arena_release(&arena);
	arena_release(&made);
}

int main(void)
{
	struct case_clocks *clocks = NULL;
	must(case_clocks_new(NULL, &clocks, NULL), "clocks");
	fold(clocks, 20, 1, ROUNDS);
	fold(clocks, 4096, 1, WORST_ROUNDS);
	fold(clocks, 4096, 64, WORST_ROUNDS);
	case_clocks_free(clocks);
	return 0;
}
