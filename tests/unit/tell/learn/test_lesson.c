/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of lessons is whole, and its words are read as they are meant. */
#include "tell/learn/lesson.h"
#include "tell/learn/predicate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_demands(void **state)
{
	const struct lesson *lesson;
	size_t count = 0;
	for (; (lesson = lesson_at(count)) != NULL; count++) {
		assert_true(lesson->must_count > 0);
		for (size_t i = 0; i < lesson->must_count; i++) {
			const struct lesson_must *must = &lesson->musts[i];
			const struct predicate *predicate = predicate_find(must->predicate);
			struct words words;
			if (!predicate)
				fail_msg("%s: no predicate '%s'", lesson->name, must->predicate);
			assert_int_equal(words_split(must->arguments, &words), 0);
			if (words.count < predicate->least)
				fail_msg("%s: %s wants %s", lesson->name, must->predicate,
					 predicate->arguments);
		}
	}
	assert_int_equal(count, 7);
}

static void test_servers(void **state)
{
	const struct lesson *lesson;
	for (size_t i = 0; (lesson = lesson_at(i)) != NULL; i++) {
		for (size_t j = 0; j < lesson->server_count; j++) {
			const struct lesson_server *server = &lesson->servers[j];
			struct text text;
			text_init(&text, 65536);
			assert_true(server->hint_count >= 2 && server->file_count > 0);
			assert_true(*lesson_server_programs(server));
			lesson_solution(server, &text);
			assert_int_equal(text.error, 0);
			assert_true(text.length > 0 && text_get(&text)[0] != ' ');
			text_release(&text);
		}
	}
}

/* A script that a demand runs is among the lesson's files, for each server. */
static void test_scripts(void **state)
{
	const struct lesson *lesson;
	for (size_t i = 0; (lesson = lesson_at(i)) != NULL; i++) {
		for (size_t j = 0; j < lesson->must_count * lesson->server_count; j++) {
			const struct lesson_must *must = &lesson->musts[j / lesson->server_count];
			const struct lesson_server *server =
				&lesson->servers[j % lesson->server_count];
			struct words words;
			bool is_there = false;
			if (strcmp(must->predicate, "runs") != 0)
				continue;
			assert_int_equal(words_split(must->arguments, &words), 0);
			for (size_t k = 0; k < server->file_count; k++) {
				const char *slash = strrchr(server->files[k].path, '/');
				is_there = is_there ||
					   (slash && strcmp(slash + 1, words.items[0]) == 0);
			}
			if (!is_there)
				fail_msg("%s: no script '%s'", lesson->name, words.items[0]);
		}
	}
}

static void test_find(void **state)
{
	const char *closest = NULL;
	const struct lesson *lesson = lesson_find("roll", &closest);
	assert_non_null(lesson);
	assert_non_null(lesson_server_find(lesson, "knot"));
	assert_null(lesson_server_find(lesson, "kno"));
	assert_null(lesson_find("signs", &closest));
	assert_string_equal(closest, "sign");
	assert_null(lesson_find("something-else-altogether", &closest));
	assert_null(closest);
}

static void test_choose(void **state)
{
	const char *closest;
	const struct lesson *lesson = lesson_find("sign", &closest);
	const struct lesson_server *server = NULL;
	struct complaint complaint = {""};
	assert_int_equal(lesson_server_choose(lesson, "bund", "/nowhere", &complaint, &server),
			 ERR_ARGUMENT);
	assert_non_null(strstr(complaint.text, "'bund'"));
	assert_int_equal(lesson_server_choose(lesson, "bind", "/nowhere::", &complaint, &server),
			 ERR_UNSUPPORTED);
	assert_non_null(strstr(complaint.text, "apt install bind9"));
	assert_int_equal(lesson_server_choose(lesson, NULL, "/nowhere", &complaint, &server),
			 ERR_UNSUPPORTED);
	assert_non_null(strstr(complaint.text, "'knotd' is missing"));
	assert_non_null(strstr(complaint.text, "'named' is missing"));
	assert_null(server);
}

static void test_words(void **state)
{
	struct words words;
	char many[3 * WORDS_MAX];
	assert_int_equal(words_split("one  \"two words\" three", &words), 0);
	assert_int_equal(words.count, 3);
	assert_string_equal(words.items[1], "two words");
	assert_string_equal(words.items[2], "three");
	assert_int_equal(words_split("", &words), 0);
	assert_int_equal(words.count, 0);
	assert_int_equal(words_split("a \"b", &words), ERR_FORMAT);
	memset(many, 'a', sizeof(many) - 1);
	many[sizeof(many) - 1] = 0;
	for (size_t i = 1; i < sizeof(many) - 1; i += 2)
		many[i] = ' ';
	assert_int_equal(words_split(many, &words), ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_demands), cmocka_unit_test(test_servers),
		cmocka_unit_test(test_scripts), cmocka_unit_test(test_find),
		cmocka_unit_test(test_choose),  cmocka_unit_test(test_words),
	};
	return cmocka_run_group_tests_name("tell/learn/lesson", tests, NULL, NULL);
}
