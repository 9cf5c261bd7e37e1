/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalogue is whole; what is wrong with a table or a list is told with its line. */
#include "dns/wire/name.h"
#include "judge/change/high_value.h"
#include "judge/change/signals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_catalogue(void **state)
{
	struct signals *signals = NULL;
	size_t rules = 0;
	assert_int_equal(signals_new(NULL, &signals, NULL), OK);
	for (unsigned int i = 0; i < SIGNAL_COUNT; i++) {
		const struct signal_row *row = signals_row(signals, (enum signal_number)i);
		if (!row->is_there)
			fail_msg("%s has no row in catalog/signals",
				 signal_number_text((enum signal_number)i));
	}
	assert_string_equal(signals_band(signals, 60)->name, "now");
	assert_string_equal(signals_band(signals, 59)->name, "alert");
	assert_string_equal(signals_band(signals, 15)->name, "digest");
	assert_string_equal(signals_band(signals, 0)->name, "log");
	const struct signal_rule *rule = signals_rules(signals, &rules);
	assert_int_equal(rules, 1);
	assert_int_equal(rule->needs, 1u << SIGNAL_S5 | 1u << SIGNAL_S1);
	assert_int_equal(rule->unless, 1u << SIGNAL_N1);
	assert_int_equal(signals_row(signals, SIGNAL_M1)->points, 130);
	assert_int_equal(signals_row(signals, SIGNAL_S16)->most, 30);
	signals_free(signals);
}

static void test_wrong_tables(void **state)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
		{"", "no band begins at 0"},
		{"band | 5 | a | b\n", "no band begins at 0"},
		{"band | 0 | a | b\nband | 5 | c | d\n", "line 2 of 't'"},
		{"band | 0 | a\n", "3 fields, not 4"},
		{"\n\nsignal | S99 | a | 1 | never | b | c | d\n", "line 3 of 't'"},
		{"signal | S1 | a | 101 | never | b | c | d\n", "points '101'"},
		{"signal | S1 | a | x9.99 | never | b | c | d\n", "points 'x9.99'"},
		{"signal | S1 | a | 5..3 | never | b | c | d\n", "points '5..3'"},
		{"signal | S1 | a | 1 | soon | b | c | d\n", "how it fades"},
		{"signal | S1 | a | 1 | 0d | b | c | d\n", "how it fades"},
		{"signal | S1 | a | 1 | 1d | | c | d\n", "field 6 is empty"},
		{"signal | S1 | a | 1 | 1d | b | c | d\nsignal | S1 | a | 1 | 1d | b | c | d\n",
		 "second time"},
		{"rule | 80 | - | -\n", "needs a signal"},
		{"rule | 80 | S5 X1 | -\n", "'X1'"},
		{"rule | 800 | S5 | -\n", "no score"},
		{"parking | .\n", "no parking"},
		{"thing | 1\n", "none of signal"},
		{"band | 0 | a\x01 | b\n", "control characters"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct signals_file file = {
			.path = "t", .text = rows[i].text, .size = strlen(rows[i].text)};
		struct complaint complaint = {""};
		struct signals *signals = NULL;
		assert_int_not_equal(signals_new(&file, &signals, &complaint), OK);
		assert_null(signals);
		if (strstr(complaint.text, rows[i].words) == NULL)
			fail_msg("'%s' does not say '%s'", complaint.text, rows[i].words);
	}
}

static void test_high_value(void **state)
{
	static const char text[] = "# a comment\nGov.example  # a tree\n\nb\xc3\xbc"
				   "cher.example\n";
	struct high_value_file file = {.path = "l", .text = text, .size = strlen(text)};
	struct high_value *list = NULL;
	struct complaint complaint = {""};
	struct name name;
	assert_int_equal(high_value_new(&file, &list, &complaint), OK);
	assert_int_equal(high_value_count(list), 2);
	assert_int_equal(name_from_text("WWW.gov.example", &name, NULL), OK);
	assert_true(high_value_has(list, name.octets));
	assert_int_equal(name_from_text("xn--bcher-kva.example", &name, NULL), OK);
	assert_true(high_value_has(list, name.octets));
	assert_int_equal(name_from_text("notgov.example", &name, NULL), OK);
	assert_false(high_value_has(list, name.octets));
	high_value_free(list);
	list = NULL;
	file.text = "ok.example\ntwo words\n";
	file.size = strlen(file.text);
	assert_int_equal(high_value_new(&file, &list, &complaint), ERR_FORMAT);
	assert_non_null(strstr(complaint.text, "line 2 of 'l'"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_catalogue),
		cmocka_unit_test(test_wrong_tables),
		cmocka_unit_test(test_high_value),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
