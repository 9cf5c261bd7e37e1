/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long what is kept; what is wrong with a table is told with its line, and removes nothing. */
#include "judge/retain/retain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define DAY ((int64_t)86400)

static int read_table(const char *text, struct retain *ret_retain, struct complaint *complaint)
{
	const struct retain_file file = {.path = "t", .text = text, .size = strlen(text)};
	return retain_read(&file, ret_retain, complaint);
}

/* The table of docs/retention.md. */
static void test_catalogue(void **state)
{
	struct retain retain;
	assert_int_equal(retain_read(NULL, &retain, NULL), OK);
	assert_int_equal(retain.keep_s[RETAIN_CASES], 3 * 365 * DAY);
	assert_int_equal(retain.keep_s[RETAIN_TRIES], 2 * 365 * DAY);
	assert_int_equal(retain.keep_s[RETAIN_DRAFTS], 365 * DAY);
	assert_string_equal(retain_class_text(RETAIN_DRAFTS), "drafts");
}

static void test_own(void **state)
{
	struct retain retain;
	assert_int_equal(read_table("# ours\n keep|tries|90d|x|y # as agreed\r\n\n"
				    "keep | drafts | always | x | y",
				    &retain, NULL),
			 OK);
	assert_int_equal(retain.keep_s[RETAIN_TRIES], 90 * DAY);
	assert_true(retain.keep_s[RETAIN_DRAFTS] == RETAIN_ALWAYS);
	assert_true(retain.keep_s[RETAIN_CASES] == RETAIN_ALWAYS);
	assert_int_equal(read_table("", &retain, NULL), OK);
	assert_true(retain.keep_s[RETAIN_TRIES] == RETAIN_ALWAYS);
}

static void test_wrong(void **state)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
		{"keep | tries | 90d | x\n", "line 1 of 't': no row"},
		{"keep | tries | 90d | x | y | z\n", "no row"},
		{"\nkeep | tires | 90d | x | y\n", "line 2 of 't': no class"},
		{"drop | tries | 90d | x | y\n", "no row"},
		{"keep | tries | 90 | x | y\n", "no time"},
		{"keep | tries | 0d | x | y\n", "no time"},
		{"keep | tries | -1d | x | y\n", "no time"},
		{"keep | tries | 101y | x | y\n", "no time"},
		{"keep | tries | 99999999999d | x | y\n", "no time"},
		{"keep | tries | d | x | y\n", "no time"},
		{"keep | tries | | x | y\n", "no time"},
		{"keep | tries | 1d | x | y\nkeep | tries | 1d | x | y\n", "second time"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct retain retain = {{7, 7, 7}};
		struct complaint complaint = {""};
		assert_int_equal(read_table(rows[i].text, &retain, &complaint), ERR_FORMAT);
		assert_int_equal(retain.keep_s[RETAIN_TRIES], 7);
		if (strstr(complaint.text, rows[i].words) == NULL)
			fail_msg("'%s' does not say '%s'", complaint.text, rows[i].words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_catalogue),
		cmocka_unit_test(test_own),
		cmocka_unit_test(test_wrong),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
