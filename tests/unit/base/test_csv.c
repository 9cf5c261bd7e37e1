/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_fields(void **state)
{
	static const char *const cases[][2] = {
		{"", "\"\""},          {"plain", "\"plain\""},
		{"a,b", "\"a,b\""},    {"say \"so\"", "\"say \"\"so\"\"\""},
		{"=1+1", "\"'=1+1\""}, {"@sum", "\"'@sum\""},
		{"a=b", "\"a=b\""},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text text;
		text_init(&text, 100);
		csv_field(&text, cases[i][0]);
		assert_string_equal(text_get(&text), cases[i][1]);
		text_release(&text);
	}
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_fields)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
