/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "tell/page/prose.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* What the report and `explain` promise of every page. */
static void test_every_page_is_whole(void **state)
{
	static const char *const headings[] = {
		"Why it matters",
		"How to mend it",
		"How to verify",
		"How dsfi decides",
	};
	size_t count;
	const struct check *checks = check_all(&count);
	struct prose_part part;

	assert_true(count >= 30);
	for (size_t i = 0; i < count; i++) {
		for (size_t h = 0; h < sizeof(headings) / sizeof(headings[0]); h++) {
			if (!prose_section(checks[i].page, headings[h], &part) || part.length < 20)
				fail_msg("docs/check/%s.md lacks '%s'", checks[i].code,
					 headings[h]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_page_is_whole),
	};

	return cmocka_run_group_tests_name("tell/report pages of checks", tests, NULL, NULL);
}
