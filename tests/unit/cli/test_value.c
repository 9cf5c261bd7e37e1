/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct option count = {
	.name = "count", .kind = OPTION_NUMBER, .argument = "N", .minimum = 1, .maximum = 100};
static const struct option room = {.name = "room", .kind = OPTION_SIZE, .argument = "SIZE"};
static const struct option wait = {
	.name = "wait", .kind = OPTION_DURATION, .argument = "TIME", .maximum = 86400 * 1000};
static const struct option level = {.name = "level",
				    .kind = OPTION_CHOICE,
				    .argument = "LEVEL",
				    .choices = "notice|warning|error"};
static const struct option file = {.name = "file", .kind = OPTION_FILE, .argument = "FILE"};

struct row {
	const struct option *option;
	const char *text;
	int error;
	uint64_t number;
};

static void each_kind_reads_its_values(void **state)
{
	static const struct row rows[] = {
		{&count, "1", 0, 1},
		{&count, "100", 0, 100},
		{&count, "0", ERR_ARGUMENT, 0},
		{&count, "101", ERR_ARGUMENT, 0},
		{&count, "-1", ERR_ARGUMENT, 0},
		{&count, "", ERR_ARGUMENT, 0},
		{&count, "7x", ERR_ARGUMENT, 0},
		{&count, "18446744073709551616", ERR_ARGUMENT, 0},
		{&room, "512", 0, 512},
		{&room, "64K", 0, 65536},
		{&room, "16M", 0, 16 << 20},
		{&room, "2G", 0, UINT64_C(2) << 30},
		{&room, "K", ERR_ARGUMENT, 0},
		{&room, "1KB", ERR_ARGUMENT, 0},
		{&room, "16777216T", ERR_ARGUMENT, 0},
		{&room, "99999999999999999999999", ERR_ARGUMENT, 0},
		{&wait, "500ms", 0, 500},
		{&wait, "5s", 0, 5000},
		{&wait, "5", 0, 5000},
		{&wait, "2m", 0, 120000},
		{&wait, "24h", 0, 86400000},
		{&wait, "2d", ERR_ARGUMENT, 0},
		{&wait, "5 s", ERR_ARGUMENT, 0},
		{&level, "notice", 0, 0},
		{&level, "error", 0, 2},
		{&level, "err", ERR_ARGUMENT, 0},
		{&level, "", ERR_ARGUMENT, 0},
		{&file, "a", 0, 0},
		{&file, "-", 0, 0},
		{&file, "", ERR_ARGUMENT, 0},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t number = 12345;
		struct complaint complaint = {.text = ""};
		int error = value_parse(rows[i].option, rows[i].text, &number, &complaint);
		if (error != rows[i].error)
			fail_msg("--%s '%s' gives %d", rows[i].option->name, rows[i].text, error);
		if (error) {
			assert_int_equal(number, 12345);
			assert_non_null(strstr(complaint.text, rows[i].option->name));
			assert_null(strchr(complaint.text, '\n'));
		} else {
			assert_int_equal(number, rows[i].number);
		}
	}
}

static void a_refusal_names_what_would_do(void **state)
{
	uint64_t number;
	struct complaint complaint;
	assert_int_equal(value_parse(&level, "bad", &number, &complaint), ERR_ARGUMENT);
	assert_string_equal(complaint.text, "--level 'bad' is not one of notice|warning|error");
	assert_int_equal(value_parse(&level, "warnin", &number, &complaint), ERR_ARGUMENT);
	assert_string_equal(complaint.text, "--level 'warnin' is not one of notice|warning|error; "
					    "did you mean warning?");
	assert_int_equal(value_parse(&count, "500", &number, &complaint), ERR_ARGUMENT);
	assert_string_equal(complaint.text, "--count '500' is out of range; give 1 to 100");
	const struct option pause = {.name = "pause",
				     .kind = OPTION_DURATION,
				     .minimum = 60000,
				     .maximum = UINT64_C(366) * 86400000};
	assert_int_equal(value_parse(&pause, "5s", &number, &complaint), ERR_ARGUMENT);
	assert_string_equal(complaint.text, "--pause '5s' is out of range; give 1m to 366d");
	assert_int_equal(value_parse(&wait, "soon", &number, &complaint), ERR_ARGUMENT);
	assert_string_equal(complaint.text, "--wait 'soon' is not a number; give a time such as "
					    "500ms, 5s, 2m, 1h or 30d");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_reads_its_values),
		cmocka_unit_test(a_refusal_names_what_would_do),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
