/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* "a,b;c;" of the fields taken. */
struct taken {
	char text[256];
	int error; /* to be returned for a row that begins with "stop" */
};

static int take(void *context, const struct row *row)
{
	struct taken *taken = context;
	if (strcmp(row->fields[0], "stop") == 0)
		return complain(row->complaint, taken->error, "it says so");
	for (size_t i = 0; i < row->count; i++) {
		const size_t used = strlen(taken->text);
		(void)snprintf(taken->text + used, sizeof(taken->text) - used, "%s%s",
			       row->fields[i], i + 1 < row->count ? "," : ";");
	}
	return OK;
}

static int read_size(const char *text, size_t size, struct taken *taken,
		     struct complaint *complaint)
{
	const struct rows_source source = {.path = "file",
					   .text = text,
					   .size = size,
					   .size_max = 128,
					   .line_max = 60,
					   .field_max = 20};
	struct arena arena;
	arena_init(&arena, 1 << 16, 0);
	const int error = rows_read(&arena, &source, take, taken, complaint);
	arena_release(&arena);
	return error;
}

static void test_rows(void **state)
{
	struct taken taken = {.text = ""};
	struct complaint complaint = {""};
	const char *text = "# head\n\n a | b |c # d\n\t\r\nx||\ny";
	assert_int_equal(read_size(text, strlen(text), &taken, &complaint), OK);
	assert_string_equal(taken.text, "a,b,c;x,,;y;");
	assert_int_equal(read_size("", 0, &taken, &complaint), OK);
	(void)state;
}

static void test_wrong(void **state)
{
	static const struct {
		const char *text, *said;
		int error;
	} rows[] = {
		{"a\nstop", "line 2 of 'file': it says so", ERR_EXISTS},
		{"a|1|2|3|4|5|6|7|8|9|0|1|2|3|4|5|6", "more than 16 fields", ERR_FORMAT},
		{"a\x01", "control characters", ERR_FORMAT},
		{"\xff", "no UTF-8", ERR_FORMAT},
		{"a|bbbbbbbbbbbbbbbbbbbbb", "field 2 has more than 20 octets", ERR_FORMAT},
		{"a # 4567890123456789012345678901234567890123456789012345678901234567890",
		 "60 octets or more", ERR_FORMAT},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct taken taken = {.error = ERR_EXISTS};
		struct complaint complaint = {""};
		assert_int_equal(read_size(rows[i].text, strlen(rows[i].text), &taken, &complaint),
				 rows[i].error);
		if (strstr(complaint.text, rows[i].said) == NULL)
			fail_msg("%s", complaint.text);
	}
	struct taken taken = {.text = ""};
	struct complaint complaint = {""};
	char large[129];
	memset(large, '\n', sizeof(large));
	assert_int_equal(read_size(large, sizeof(large), &taken, &complaint), ERR_LIMIT);
	assert_int_equal(read_size("# \0", 3, &taken, &complaint), ERR_FORMAT);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_wrong),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
