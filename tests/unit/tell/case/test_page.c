/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A case as a page: what it says, that nothing others wrote becomes markup, that it stays below its
 * size whatever was written, and that it is the same every time. Written to the file that
 * DSFI_CASE_PAGE names, it is something to look at (tests/world/pages.sh does). */
#include "failing_memory.h"
#include "tell/case/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define START_S INT64_C(1790000000)
#define HOUR_S INT64_C(3600)
#define DAY_S INT64_C(86400)
#define HOSTILE \
	"</title><script>alert(1)</script><img src=x onerror='a(\"b\")'>&\x1b[2J\xe2\x80\xae"
#define TEST                                                                     \
	"ns(bank.example) = {ns1.host.example, ns2.host.example} at parent and " \
	"ds(bank.example) = {4711/13/2/" DIGEST DIGEST "} and stands 3600"
/* Longer than a narrow screen is wide. */
#define DIGEST "0123456789abcdef0123456789abcdef"
#define MEMBERS_MAX 8

enum who { REGISTRY, REGISTRAR, HOSTER, CSIRT, MINISTRY, STRANGER, PARTIES };

struct stage {
	struct arena arena;
	char ids[PARTIES][ID_ROOM];
	struct case_clocks *clocks;
	struct case_message *messages;
	size_t count;
	const char *names[PARTIES];
	struct complaint complaint;
};

struct line {
	enum who who;
	enum case_message_kind kind;
	int64_t at_s;
	enum tlp tlp;
	const struct case_member *members;
	size_t member_count;
};

static const char *name_of(void *context, const char *party)
{
	const struct stage *stage = context;
	for (size_t i = 0; i < PARTIES; i++) {
		if (strcmp(stage->ids[i], party) == 0)
			return stage->names[i];
	}
	return party;
}

/* Nothing to the ministry, one message not to the CSIRT. */
static struct case_unsent unsent_of(void *context, const struct case_knower *knower)
{
	const struct stage *stage = context;
	if (strcmp(knower->party, stage->ids[MINISTRY]) == 0)
		return (struct case_unsent){2, true};
	return (struct case_unsent){strcmp(knower->party, stage->ids[CSIRT]) == 0 ? 1 : 0, false};
}

static bool speaks_for(void *context, const char *party, const char *domain)
{
	const struct stage *stage = context;
	return strcmp(party, stage->ids[REGISTRAR]) == 0 && strcmp(domain, "bank.example") == 0;
}

/* False: no memory. */
static bool stage_init(struct stage *stage, size_t room)
{
	memset(stage, 0, sizeof(*stage));
	arena_init(&stage->arena, (size_t)512 << 20, 0);
	for (size_t i = 0; i < PARTIES; i++) {
		id_make(&i, sizeof(i), stage->ids[i]);
		stage->names[i] = (const char *const[]){"Registry", "Registrar", "Hoster",
							"CSIRT",    "Ministry",  HOSTILE}[i];
	}
	stage->messages = arena_take_array(&stage->arena, room, sizeof(struct case_message));
	return stage->messages != NULL &&
	       case_clocks_new(NULL, &stage->clocks, &stage->complaint) == OK;
}

static void stage_release(struct stage *stage)
{
	case_clocks_free(stage->clocks);
	arena_release(&stage->arena);
}

/* To all others, after the message before. False: no memory. */
static bool say(struct stage *stage, struct line line)
{
	struct case_message *message = &stage->messages[stage->count];
	const size_t number = stage->count + 1000;
	const char **to = arena_take_array(&stage->arena, PARTIES, sizeof(*to));
	const char **after = arena_take_array(&stage->arena, 1, sizeof(*after));
	struct case_member *members =
		arena_copy(&stage->arena, line.members, line.member_count * sizeof(*members));
	if (to == NULL || after == NULL || members == NULL)
		return false;
	*message = (struct case_message){.is_proven = true,
					 .kind = line.kind,
					 .made_s = START_S + line.at_s,
					 .tlp = line.tlp,
					 .members = members,
					 .member_count = line.member_count,
					 .to = to,
					 .after = after,
					 .octets = "",
					 .opens_case = stage->count == 0};
	id_make(&number, sizeof(number), message->id);
	memcpy(message->case_id, stage->messages[0].id, ID_ROOM);
	memcpy(message->author, stage->ids[line.who], ID_ROOM);
	for (size_t i = 0; i < PARTIES; i++) {
		if (i != line.who && i != STRANGER)
			to[message->to_count++] = stage->ids[i];
	}
	if (stage->count > 0)
		after[message->after_count++] = stage->messages[stage->count - 1].id;
	stage->count++;
	return true;
}

#define SAY(stage, who, kind, at, mark, ...)                                                     \
	say(stage, (struct line){who, kind, at, mark, (const struct case_member[]){__VA_ARGS__}, \
				 sizeof((const struct case_member[]){__VA_ARGS__}) /             \
					 sizeof(struct case_member)})
#define TEXT(name, type, words)           \
	{                                 \
		name, type, .text = words \
	}
#define TIME(name, at)                                      \
	{                                                   \
		name, MEMBER_TIME, .number = START_S + (at) \
	}

static bool open_case(struct stage *stage, const char *sentence)
{
	static const char *const domains[] = {"bank.example"};
	return SAY(stage, REGISTRY, CASE_MESSAGE_NOTICE, 0, TLP_AMBER,
		   {"domains", MEMBER_DOMAINS, .items = domains, .item_count = 1},
		   TEXT("question", MEMBER_WORD, "authorised"), TIME("seen", -HOUR_S),
		   TEXT("sentence", MEMBER_LINE, sentence), TIME("since", -2 * DAY_S),
		   TEXT("test", MEMBER_TEXT, TEST));
}

/* As far as a test that passed, with what does not count, all of it hostile. */
static bool play(struct stage *stage)
{
	static const char *const seen[] = {"192.0.2.1: " HOSTILE, "all of it is so"};
	return open_case(stage, HOSTILE) &&
	       SAY(stage, REGISTRAR, CASE_MESSAGE_ANSWER, HOUR_S, TLP_AMBER_STRICT,
		   TEXT("of", MEMBER_MESSAGE, stage->messages[0].id),
		   TEXT("answer", MEMBER_WORD, "not-authorised"),
		   TEXT("basis", MEMBER_LINE, HOSTILE)) &&
	       SAY(stage, REGISTRY, CASE_MESSAGE_REQUEST, 2 * HOUR_S, TLP_AMBER,
		   TEXT("wanted", MEMBER_LINE, HOSTILE), TIME("due", 4 * HOUR_S)) &&
	       SAY(stage, HOSTER, CASE_MESSAGE_ACTION, 5 * HOUR_S, TLP_AMBER,
		   TEXT("done", MEMBER_LINE, HOSTILE), TIME("when", 3 * HOUR_S)) &&
	       SAY(stage, HOSTER, CASE_MESSAGE_VERIFICATION, 6 * HOUR_S, TLP_AMBER,
		   TIME("measured", 5 * HOUR_S), TEXT("result", MEMBER_WORD, "passed"),
		   TEXT("test", MEMBER_TEXT, TEST)) &&
	       SAY(stage, CSIRT, CASE_MESSAGE_VERIFICATION, 8 * HOUR_S, TLP_AMBER,
		   TIME("measured", 7 * HOUR_S), TEXT("result", MEMBER_WORD, "passed"),
		   {"seen", MEMBER_LINES, .items = seen, .item_count = 2},
		   TEXT("test", MEMBER_TEXT, TEST)) &&
	       SAY(stage, STRANGER, CASE_MESSAGE_NOTE, 9 * HOUR_S, TLP_AMBER,
		   TEXT("text", MEMBER_TEXT,
			HOSTILE
			"\nlonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglong"
			"longlonglonglonglonglonglonglonglonglonglonglonglonglonglonglonglong")) &&
	       SAY(stage, STRANGER, CASE_MESSAGE_DISPUTE, 10 * HOUR_S, TLP_GREEN,
		   TEXT("of", MEMBER_MESSAGE, stage->messages[3].id),
		   TEXT("reason", MEMBER_TEXT, HOSTILE));
}

static int draw(struct stage *stage, int64_t now_s, struct text *html)
{
	const struct case_rules rules = {START_S + now_s, speaks_for, stage, stage->clocks};
	const struct case_messages messages = {stage->messages, stage->count};
	struct case_view view;
	int error = case_fold(&stage->arena, &messages, &rules, &view, &stage->complaint);
	const struct case_page page = {.view = &view,
				       .now_s = START_S + now_s,
				       .name_of = name_of,
				       .unsent_of = unsent_of,
				       .context = stage,
				       .self = stage->ids[REGISTRY]};
	text_init(html, CASE_PAGE_OCTETS_MAX);
	return error == OK ? case_page(&stage->arena, &page, html) : error;
}

static void has(const struct text *html, const char *words)
{
	if (strstr(text_get(html), words) == NULL)
		fail_msg("'%s' is not in the page", words);
}

static void has_not(const struct text *html, const char *words)
{
	if (strstr(text_get(html), words) != NULL)
		fail_msg("'%s' is in the page", words);
}

static void keep(const struct text *html)
{
	const char *path = getenv("DSFI_CASE_PAGE");
	if (path == NULL)
		return;
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text_get(html), 1, html->length, file), html->length);
	assert_int_equal(fclose(file), 0);
}

static void test_what_it_says(void **state)
{
	struct stage stage;
	struct text html, again;
	assert_true(stage_init(&stage, 16) && play(&stage));
	assert_int_equal(draw(&stage, 12 * DAY_S, &html), OK);
	assert_int_equal(draw(&stage, 12 * DAY_S, &again), OK);
	assert_string_equal(text_get(&html), text_get(&again));
	/* The strictest mark, at the top and at the end. */
	has(&html, "<main class=\"labelled\">\n<p class=\"label amber\"><strong>TLP:AMBER+STRICT");
	has(&html, "<p class=\"label amber foot\"><strong>TLP:AMBER+STRICT</strong></p>\n</main>");
	has(&html, "bank.example, 2026-09-21</h1>");
	has(&html, "verified</span>");
	has(&html, "bank.example has the name servers ns1.host.example and ns2.host.example");
	has(&html, "at every address of the parent");
	has(&html, "all of it is so");
	has(&html, "What was measured and does not count");
	has(&html, "In dispute, so that nothing closes the case: <a href=\"#m-8\">");
	has(&html, "It does not count: ");
	has(&html, "overdue for");
	has(&html, "not heard of");
	has(&html, "done, as told in <a href=\"#m-4\">message 4</a></td>");
	has(&html, "measured, as told in <a href=\"#m-5\">message 5</a> (does not count)</td>");
	has(&html, ">written to 2026-09-21 14:13; nothing was sent to it yet</td>");
	has(&html, ">2026-09-21 14:13; 1 message was not sent to it yet</td>");
	has(&html, DIGEST DIGEST);
	has(&html, "since then it is so, says the notice");
	keep(&html);
	text_release(&html);
	text_release(&again);
	stage_release(&stage);
	(void)state;
}

/* A notice of a change says when the state before was seen last: not since when it is so. */
static void test_between_two_looks(void **state)
{
	static const char *const domains[] = {"bank.example"}, *const before[] = {"no DS"};
	struct stage stage;
	struct text html;
	assert_true(stage_init(&stage, 4));
	assert_true(SAY(&stage, REGISTRY, CASE_MESSAGE_NOTICE, 0, TLP_AMBER,
			{"before", MEMBER_LINES, .items = before, .item_count = 1},
			{"domains", MEMBER_DOMAINS, .items = domains, .item_count = 1},
			TIME("seen", -HOUR_S), TEXT("sentence", MEMBER_LINE, "moved"),
			TIME("since", -120 * DAY_S)));
	assert_int_equal(draw(&stage, HOUR_S, &html), OK);
	has_not(&html, "since then it is so");
	has(&html, "the last look before the change, says the notice");
	has(&html, "the first look that saw the change, says the notice");
	has(&html, "2026-05-24 14:13 to 2026-09-21 13:13: it changed between these two looks");
	has(&html, "<title>2026-09-21 13:13 to now: not proven mended</title>");
	text_release(&html);
	stage_release(&stage);
	(void)state;
}

/* What is told of another year and does not count, says so and leaves the picture as it is. */
static void test_void_stretches_nothing(void **state)
{
	struct stage stage;
	struct text html;
	assert_true(stage_init(&stage, 4) && open_case(&stage, "moved"));
	assert_true(SAY(&stage, HOSTER, CASE_MESSAGE_ACTION, HOUR_S, TLP_AMBER,
			TEXT("done", MEMBER_LINE, "mended"), TIME("when", 1200 * DAY_S)));
	assert_int_equal(draw(&stage, 2 * HOUR_S, &html), OK);
	has(&html, "done, as told in <a href=\"#m-2\">message 2</a> (does not count)</td>");
	/* As far as the answer is due. */
	const char *axis = strstr(text_get(&html), "<p class=\"axis\">");
	assert_non_null(axis);
	const char *end = strstr(axis, "</p>");
	assert_non_null(end);
	assert_null(memmem(axis, (size_t)(end - axis), "2027", 4));
	assert_non_null(memmem(axis, (size_t)(end - axis), "2026-09-24", 10));
	text_release(&html);
	stage_release(&stage);
	(void)state;
}

/* Nothing that others wrote is markup, or acts upon whoever shows it. */
static void test_hostile(void **state)
{
	struct stage stage;
	struct text html;
	size_t scripts = 0;
	assert_true(stage_init(&stage, 16) && play(&stage));
	assert_int_equal(draw(&stage, 12 * DAY_S, &html), OK);
	has_not(&html, "<script>alert");
	has_not(&html, "<img");
	has_not(&html, "onerror='");
	has_not(&html, "\x1b");
	has_not(&html, "\xe2\x80\xae");
	for (const char *at = text_get(&html); (at = strstr(at, "<script")) != NULL; at++)
		scripts++;
	assert_int_equal(scripts, 1);
	has(&html, "&lt;script&gt;alert(1)&lt;/script&gt;");
	text_release(&html);
	stage_release(&stage);
	(void)state;
}

/* A notice that is not here, and times at both ends of time. */
static void test_of_little(void **state)
{
	struct stage stage;
	struct text html;
	assert_true(stage_init(&stage, 4) && open_case(&stage, "moved"));
	assert_true(SAY(&stage, CSIRT, CASE_MESSAGE_ACTION, -START_S, TLP_RED,
			TEXT("done", MEMBER_LINE, "long ago"),
			{"when", MEMBER_TIME, .number = INT64_C(253402300799)}));
	/* Without the notice. */
	stage.messages++;
	stage.count = 1;
	assert_int_equal(draw(&stage, 0, &html), OK);
	has(&html, "The notice that opened this case is not here");
	has(&html, "TLP:RED");
	has(&html, "not here</dt><dd>1 message that others name");
	has(&html, "9999-12-31");
	text_release(&html);
	stage_release(&stage);
	(void)state;
}

/* As many messages as a case may have, as long as they may be, all of what grows when escaped. */
static void test_largest(void **state)
{
	static char words[CASE_MESSAGE_TEXT_MAX + 1];
	static char name[201];
	struct stage stage;
	struct text html;
	memset(words, '"', sizeof(words) - 1);
	memset(name, '\'', sizeof(name) - 1);
	assert_true(stage_init(&stage, CASE_MESSAGE_CASE_MAX));
	for (size_t i = 0; i < PARTIES; i++)
		stage.names[i] = name;
	assert_true(open_case(&stage, "moved"));
	while (stage.count < CASE_MESSAGE_CASE_MAX) {
		const int64_t at_s = (int64_t)stage.count * 60;
		assert_true(stage.count % 2 == 0
				    ? SAY(&stage, CSIRT, CASE_MESSAGE_NOTE, at_s, TLP_AMBER,
					  TEXT("text", MEMBER_TEXT, words))
				    : SAY(&stage, HOSTER, CASE_MESSAGE_REQUEST, at_s, TLP_AMBER,
					  TEXT("wanted", MEMBER_LINE, words)));
	}
	assert_int_equal(draw(&stage, 300 * DAY_S, &html), OK);
	assert_true(html.length < CASE_PAGE_OCTETS_MAX);
	has(&html, "older messages are left out");
	has(&html, "oldest events are left out");
	has(&html, "id=\"m-1\"");
	has(&html, "id=\"m-4096\"");
	has_not(&html, "id=\"m-2\"");
	text_release(&html);
	stage_release(&stage);
	(void)state;
}

static void test_no_memory(void **state)
{
	FOR_EACH_FAILURE(allocation)
	{
		struct stage stage;
		struct text html = {0};
		const bool is_set = stage_init(&stage, 16) && play(&stage);
		const int error = is_set ? draw(&stage, DAY_S, &html) : ERR_MEMORY;
		assert_true(error == OK || error == ERR_MEMORY);
		text_release(&html);
		stage_release(&stage);
		assert_int_equal(memory_in_use(), 0);
	}
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_it_says),
		cmocka_unit_test(test_between_two_looks),
		cmocka_unit_test(test_void_stretches_nothing),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_of_little),
		cmocka_unit_test(test_largest),
		cmocka_unit_test(test_no_memory),
	};
	return cmocka_run_group_tests_name("tell/case page", tests, NULL, NULL);
}
