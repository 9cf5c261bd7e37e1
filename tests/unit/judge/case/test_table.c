/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of transitions: docs/format/case.md has each row, and none more; every word of it is
 * one; clocks and summaries. */
#include "base/text.h"
#include "judge/case/play.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *read_page(void)
{
	const char *source = getenv("DSFI_SOURCE");
	char path[512];
	assert_non_null(source);
	(void)snprintf(path, sizeof(path), "%s/docs/format/case.md", source);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	char *page = calloc(1, 65536);
	assert_non_null(page);
	assert_true(fread(page, 1, 65535, file) > 0);
	(void)fclose(file);
	return page;
}

static void add_states(struct text *line, uint16_t from)
{
	bool is_first = true;
	for (unsigned i = 0; i < CASE_STATE_COUNT; i++) {
		if ((from & CASE_IN(i)) == 0)
			continue;
		text_format(line, "%s%s", is_first ? "" : ", ",
			    case_state_text((enum case_state)i));
		is_first = false;
	}
}

static const char *next_of(const struct case_transition *row)
{
	if (row->move == CASE_STAYS)
		return "as it is";
	return row->move == CASE_BACK ? "back" : case_state_text(row->to);
}

/* A row as the page has it. */
static void row_line(const struct case_transition *row, struct text *line)
{
	text_reset(line);
	text_add(line, "| ");
	if (row->from == (1u << CASE_STATE_COUNT) - 1)
		text_add(line, "any");
	else
		add_states(line, row->from);
	text_format(line, " | %s", case_message_kind_text(row->kind));
	if (row->word != NULL)
		text_format(line, " `%s`", row->word);
	text_format(line, " | %s | %s | %s |\n", case_author_text(row->by),
		    row->condition == CASE_ALWAYS ? "" : case_condition_text(row->condition),
		    next_of(row));
}

/* Rows of a table of the page: lines that begin with | below its head, up to one that does not. */
static size_t rows_below(const char *page, const char *head)
{
	const char *at = strstr(page, head);
	size_t count = 0;
	assert_non_null(at);
	for (at = strchr(at, '\n') + 1; *at == '|'; at = strchr(at, '\n') + 1)
		count++;
	return count - 1; /* dashes */
}

static void test_page(void **state)
{
	char *page = read_page();
	struct text line;
	size_t count = 0;
	text_init(&line, 4096);
	for (const struct case_transition *row; (row = case_transition(count)) != NULL; count++) {
		row_line(row, &line);
		if (strstr(page, text_get(&line)) == NULL)
			fail_msg("docs/format/case.md lacks: %s", text_get(&line));
	}
	assert_int_equal(rows_below(page, "| state | message | by | if | then |"), count);
	for (unsigned i = 0; i < CASE_STATE_COUNT; i++) {
		text_reset(&line);
		text_format(&line, "| `%s` | %s |\n", case_state_text((enum case_state)i),
			    case_state_meaning((enum case_state)i));
		if (strstr(page, text_get(&line)) == NULL)
			fail_msg("docs/format/case.md lacks: %s", text_get(&line));
	}
	assert_int_equal(rows_below(page, "| state | it means |"), CASE_STATE_COUNT);
	for (unsigned i = 0; i < CASE_DUTY_COUNT; i++) {
		text_reset(&line);
		text_format(&line, "| `%s` |", case_duty_text((enum case_duty)i));
		if (strstr(page, text_get(&line)) == NULL)
			fail_msg("docs/format/case.md lacks: %s", text_get(&line));
	}
	assert_int_equal(rows_below(page, "| duty | of whom | from | until |"), CASE_DUTY_COUNT);
	text_release(&line);
	free(page);
	(void)state;
}

/* What the words of the table mean is told. */
static void test_words(void **state)
{
	char *page = read_page();
	char word[64];
	for (unsigned i = 0; i < CASE_AUTHOR_COUNT; i++) {
		(void)snprintf(word, sizeof(word), "- `%s`: ", case_author_text(i));
		if (strstr(page, word) == NULL)
			fail_msg("docs/format/case.md does not say what %s is", word);
	}
	for (unsigned i = CASE_OPENS; i < CASE_CONDITION_COUNT; i++) {
		(void)snprintf(word, sizeof(word), "- `%s`: ", case_condition_text(i));
		if (strstr(page, word) == NULL)
			fail_msg("docs/format/case.md does not say what %s is", word);
	}
	for (unsigned i = 0; i < CASE_STATE_COUNT; i++) {
		enum case_state found;
		assert_int_equal(case_state_from_text(case_state_text(i), &found), OK);
		assert_int_equal(found, i);
	}
	enum case_state none;
	assert_int_equal(case_state_from_text("mended", &none), ERR_NOT_FOUND);
	free(page);
	(void)state;
}

/* Every kind leads on from somewhere, and every state is reached. */
static void test_whole(void **state)
{
	unsigned kinds = 0, reached = CASE_IN(CASE_INCOMPLETE), left = 0;
	const struct case_transition *row = NULL;
	for (size_t i = 0; (row = case_transition(i)) != NULL; i++) {
		kinds |= 1u << row->kind;
		if (row->move == CASE_GOES) {
			reached |= CASE_IN(row->to);
			left |= row->from;
		}
		/* Back there is only from what takes something to get to. */
		assert_true(row->move != CASE_BACK || row->from == CASE_IN(CASE_VERIFIED) ||
			    row->from == CASE_IN(CASE_CLOSED));
	}
	assert_int_equal(kinds, (1u << CASE_MESSAGE_KIND_COUNT) - 1);
	assert_int_equal(reached, (1u << CASE_STATE_COUNT) - 1);
	for (unsigned i = 0; i < CASE_STATE_COUNT; i++)
		assert_true(i == CASE_WITHDRAWN || (left & CASE_IN(i)) != 0);
	(void)state;
}

/* ---- clocks ---- */

static void test_catalogue(void **state)
{
	struct case_clocks *clocks = NULL;
	struct complaint complaint = {""};
	if (case_clocks_new(NULL, &clocks, &complaint) != OK)
		fail_msg("%s", complaint.text);
	const struct case_clock *normal = case_clocks_find(clocks, "normal");
	assert_non_null(normal);
	assert_int_equal(normal->within_s[CASE_DUTY_ACKNOWLEDGE], 24 * 3600);
	assert_int_equal(normal->within_s[CASE_DUTY_ANSWER], 72 * 3600);
	assert_int_equal(normal->within_s[CASE_DUTY_CLOSE], 30 * 86400);
	assert_ptr_equal(case_clocks_for(clocks, "nobody's"), normal);
	assert_ptr_equal(case_clocks_for(clocks, NULL), normal);
	size_t count = 0;
	for (; case_clocks_at(clocks, count) != NULL; count++)
		assert_ptr_equal(case_clocks_find(clocks, case_clocks_at(clocks, count)->name),
				 case_clocks_at(clocks, count));
	assert_int_equal(count, 3);
	case_clocks_free(clocks);
	case_clocks_free(NULL);
	(void)state;
}

#define NORMAL "clocks | normal | 1h | 1h | 1h | 1h | 1h | 1h | 1h | 90s | -\n"

static void test_clocks_refused(void **state)
{
	static const struct {
		const char *text;
		int error;
		const char *word;
	} rows[] = {
		{"", ERR_FORMAT, "there is no 'normal'"},
		{NORMAL NORMAL, ERR_FORMAT, "line 2 of 'file': 'normal' for the second time"},
		{"clock | normal\n", ERR_FORMAT, "'clock' is not clocks"},
		{"clocks | normal | 1h\n", ERR_FORMAT, "11 fields, not 3"},
		{"clocks | normal | 1h | 1h | 1h | 1h | 1h | 1h | 1h | 1h | - | -\n", ERR_FORMAT,
		 "11 fields, not 12"},
		{"clocks | | 1h | 1h | 1h | 1h | 1h | 1h | 1h | 1h | -\n", ERR_FORMAT,
		 "a name has"},
		{"clocks | normal | 1h | 1 | 1h | 1h | 1h | 1h | 1h | 1h | -\n", ERR_FORMAT,
		 "'1' is no time for 'answer'"},
		{"clocks | normal | 1h | 0h | 1h | 1h | 1h | 1h | 1h | 1h | -\n", ERR_FORMAT,
		 "no time for 'answer'"},
		{"clocks | normal | 1h | 1h | 1h | 1h | 1h | 1h | 1h | 367d | -\n", ERR_FORMAT,
		 "no time for 'remind'"},
		{"clocks | normal | 1h | 99999999999999999999d | 1h | 1h | 1h | 1h | 1h | 1h | -\n",
		 ERR_FORMAT, "no time for 'answer'"},
		{"clocks | nor\x1bmal | 1h\n", ERR_FORMAT, "control characters"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct case_clocks *clocks = NULL;
		struct complaint complaint = {""};
		const struct case_clocks_file file = {"file", rows[i].text, strlen(rows[i].text)};
		const int error = case_clocks_new(&file, &clocks, &complaint);
		if (error != rows[i].error || strstr(complaint.text, rows[i].word) == NULL)
			fail_msg("'%s': %d: %s", rows[i].text, error, complaint.text);
		assert_null(clocks);
	}
	struct case_clocks *clocks = NULL;
	const struct case_clocks_file file = {"file", "# x\n\r\n" NORMAL, 6 + strlen(NORMAL)};
	assert_int_equal(case_clocks_new(&file, &clocks, NULL), OK);
	assert_int_equal(case_clocks_at(clocks, 0)->remind_s, 90);
	case_clocks_free(clocks);
	const struct case_clocks_file large = {"file", "", CASE_CLOCKS_FILE_OCTETS_MAX + 1};
	assert_int_equal(case_clocks_new(&large, &clocks, NULL), ERR_LIMIT);
	(void)state;
}

/* ---- summaries ---- */

static void test_summary(void **state)
{
	struct play play;
	uint8_t octets[CASE_SUMMARY_OCTETS_MAX];
	struct case_summary summary, read;
	size_t size = 0;
	play_init(&play);
	play_say(&play, (struct saying){.who = REGISTRY,
					.kind = CASE_MESSAGE_NOTICE,
					.word = "authorised",
					.domains = BANK | SHOP,
					.tlp = TLP_AMBER,
					.to = TO(REGISTRAR)});
	const struct case_view view = play_fold(&play, 0);
	case_summary_make(&view, &summary);
	assert_int_equal(case_summary_encode(&summary, octets, sizeof(octets), &size), OK);
	assert_int_equal(case_summary_decode(&play.arena, octets, size, &read), OK);
	assert_int_equal(read.state, CASE_ASKED);
	assert_int_equal(read.tlp, TLP_AMBER);
	assert_int_equal(read.domain_count, 2);
	assert_int_equal(read.message_count, 1);
	assert_int_equal(read.due_count, 2);
	assert_int_equal(read.duty, CASE_DUTY_ACKNOWLEDGE);
	assert_int_equal(read.due_s, PLAY_START_S + 24 * PLAY_HOUR);
	assert_int_equal(read.first_s, PLAY_START_S);
	assert_true(read.clocks_mark != 0 && read.clocks_mark == view.clocks_mark);
	assert_string_equal(read.due_party, play.ids[REGISTRAR]);
	assert_string_equal(read.opener, play.ids[REGISTRY]);
	assert_string_equal(read.domain, "bank.example");
	assert_string_equal(read.sentence, "all name servers replaced");
	assert_string_equal(read.cause, "");
	/* Cut anywhere, or longer, it is none; nor is one of a newer version. */
	for (size_t cut = 0; cut < size; cut++)
		assert_int_equal(case_summary_decode(&play.arena, octets, cut, &read), ERR_FORMAT);
	octets[size] = 0;
	assert_int_equal(case_summary_decode(&play.arena, octets, size + 1, &read), ERR_FORMAT);
	octets[0] = CASE_SUMMARY_VERSION + 1;
	assert_int_equal(case_summary_decode(&play.arena, octets, size, &read), ERR_UNSUPPORTED);
	for (size_t room = 0; room < size; room++)
		assert_int_equal(case_summary_encode(&summary, octets, room, &size), ERR_SHORT);
	play_release(&play);
	(void)state;
}

/* Of what is TLP:RED it has the state and numbers alone. */
static void test_summary_red(void **state)
{
	struct play play;
	struct case_summary summary;
	play_init(&play);
	play_say(&play, (struct saying){.who = REGISTRY,
					.kind = CASE_MESSAGE_NOTICE,
					.domains = BANK,
					.tlp = TLP_AMBER,
					.to = TO(REGISTRAR)});
	play_say(&play,
		 (struct saying){.who = REGISTRAR, .kind = CASE_MESSAGE_ACKNOWLEDGEMENT, .of = 1});
	play_say(&play, (struct saying){.who = REGISTRY,
					.kind = CASE_MESSAGE_REQUEST,
					.tlp = TLP_RED,
					.to = TO(CSIRT)});
	struct case_view view = play_fold(&play, 0);
	assert_true(view.due_count > 0);
	case_summary_make(&view, &summary);
	assert_int_equal(summary.due_s, 0);
	assert_string_equal(summary.due_party, "");
	assert_int_equal(summary.due_count, view.due_count);
	assert_string_equal(summary.domain, "bank.example");
	assert_string_equal(summary.opener, play.ids[REGISTRY]);
	play_release(&play);
	play_init(&play);
	play_say(&play, (struct saying){.who = REGISTRY,
					.kind = CASE_MESSAGE_NOTICE,
					.word = "authorised",
					.domains = BANK | SHOP,
					.tlp = TLP_RED,
					.to = TO(REGISTRAR)});
	view = play_fold(&play, 0);
	case_summary_make(&view, &summary);
	assert_string_equal(summary.opener, "");
	assert_string_equal(summary.domain, "");
	assert_int_equal(summary.domain_count, 0);
	assert_int_equal(summary.due_s, 0);
	play_release(&play);
	(void)state;
}

/* The largest that messages allow fits. */
static void test_summary_room(void **state)
{
	static char sentence[CASE_MESSAGE_LINE_MAX + 1], cause[CASE_MESSAGE_LINE_MAX + 1];
	static char domain[1004];
	uint8_t octets[CASE_SUMMARY_OCTETS_MAX];
	size_t size = 0;
	memset(sentence, 'a', CASE_MESSAGE_LINE_MAX);
	memset(cause, 'a', CASE_MESSAGE_LINE_MAX);
	memset(domain, 'a', sizeof(domain) - 1);
	struct case_summary summary = {.sentence = sentence, .cause = cause, .domain = domain};
	memset(summary.opener, 'a', ID_LENGTH);
	memset(summary.due_party, 'a', ID_LENGTH);
	assert_int_equal(case_summary_encode(&summary, octets, sizeof(octets), &size), OK);
	(void)state;
}

static void test_lines(void **state)
{
	struct play play;
	play_init(&play);
	play_say(&play,
		 (struct saying){.who = REGISTRY, .kind = CASE_MESSAGE_NOTICE, .domains = BANK});
	play_say(&play,
		 (struct saying){.who = REGISTRY, .kind = CASE_MESSAGE_ASK, .word = "authorised"});
	const char *line = case_message_line(&play.arena, &play.messages[0]);
	assert_non_null(strstr(line, ": all name servers replaced"));
	line = case_message_line(&play.arena, &play.messages[1]);
	assert_non_null(strstr(line, "ask of "));
	assert_non_null(strstr(line, ": authorised"));
	play_release(&play);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page),           cmocka_unit_test(test_words),
		cmocka_unit_test(test_whole),          cmocka_unit_test(test_catalogue),
		cmocka_unit_test(test_clocks_refused), cmocka_unit_test(test_summary),
		cmocka_unit_test(test_summary_red),    cmocka_unit_test(test_summary_room),
		cmocka_unit_test(test_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
