/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reasons are sentences whatever is put into them; every limit has its reason and can be passed. */
#include "dns/resolver/limit.h"
#include "dns/resolver/reason.h"
#include "dns/wire/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void names_are_cut_in_the_middle(void **state)
{
	struct name name;
	char shown[REASON_NAME_MAX];
	(void)state;
	assert_int_equal(name_from_text("www.example.tld.", &name, NULL), OK);
	assert_string_equal(reason_name(name.octets, shown), "www.example.tld.");
	/* 63 octets a label, each of which may take four characters. */
	uint8_t long_name[NAME_MAX_OCTETS] = {0};
	for (size_t i = 0; i < 3; i++) {
		long_name[i * 64] = 63;
		memset(long_name + i * 64 + 1, 0xff, 63);
	}
	reason_name(long_name, shown);
	assert_int_equal(strlen(shown), REASON_NAME_MAX - 1);
	assert_non_null(strstr(shown, "..."));
	assert_int_equal(shown[strlen(shown) - 1], '.');
	/* The longest that is not cut, and the first that is. */
	for (size_t length = REASON_NAME_MAX - 3; length < REASON_NAME_MAX + 2; length++) {
		char text[256];
		memset(text, 'a', length - 1);
		text[length - 1] = '.';
		text[40] = '.';
		text[length] = '\0';
		assert_int_equal(name_from_text(text, &name, NULL), OK);
		reason_name(name.octets, shown);
		assert_int_equal(strlen(shown),
				 length < REASON_NAME_MAX ? length : REASON_NAME_MAX - 1);
	}
}

static void reasons_are_set_and_cleared(void **state)
{
	struct reason reason;
	char text[2 * REASON_TEXT_MAX];
	(void)state;
	reason_clear(&reason);
	assert_false(reason_is_set(&reason));
	assert_int_equal(reason.ede, EDE_NONE);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	reason_set(&reason, EDE_BOGUS, "%s", text);
	assert_true(reason_is_set(&reason));
	assert_int_equal(strlen(reason.text), REASON_TEXT_MAX - 1);
	assert_string_equal(extended_error_text(reason.ede), "DNSSEC Bogus");
	assert_string_equal(extended_error_text(EDE_NONE), "");
}

static void every_limit_has_its_reason(void **state)
{
	size_t count;
	const struct limit *limits = limit_all(&count);
	(void)state;
	assert_int_equal(count, PAST_COUNT);
	for (size_t i = PAST_NONE + 1; i < count; i++) {
		assert_ptr_equal(&limits[i], limit_of((enum limit_kind)i));
		assert_true(limits[i].value > 0);
		assert_true(strlen(limits[i].what) > 8 && strlen(limits[i].why) > 20);
		for (size_t j = PAST_NONE + 1; j < i; j++)
			assert_string_not_equal(limits[i].what, limits[j].what);
	}
	assert_int_equal(limit_of(PAST_QUERIES)->value, LIMIT_QUERIES);
}

/* docs/why/limits.md has them all, as they are. */
static void every_limit_is_on_its_page(void **state)
{
	size_t count;
	const struct limit *limits = limit_all(&count);
	char path[4096], line[1024], page[65536];
	(void)state;
	snprintf(path, sizeof(path), "%s/docs/why/limits.md", getenv("DSFI_SOURCE"));
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	const size_t size = fread(page, 1, sizeof(page) - 1, file);
	page[size] = '\0';
	assert_int_equal(fclose(file), 0);
	for (size_t i = PAST_NONE + 1; i < count; i++) {
		snprintf(line, sizeof(line), "\n| %u | %s | %s |\n", limits[i].value,
			 limits[i].what, limits[i].why);
		if (strstr(page, line) == NULL)
			fail_msg("docs/why/limits.md lacks: %s", line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_cut_in_the_middle),
		cmocka_unit_test(reasons_are_set_and_cleared),
		cmocka_unit_test(every_limit_has_its_reason),
		cmocka_unit_test(every_limit_is_on_its_page),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
