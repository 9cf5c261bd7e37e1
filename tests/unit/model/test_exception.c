/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "model/exception.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define RECORDED_S 1795000000 /* 2026-11-18 */
#define UNTIL_S (RECORDED_S + 86400)

static struct exception sound(void)
{
	return (struct exception){
		.number = 4,
		.kind = EXCEPTION_ACCEPTED,
		.about = EXCEPTION_OF_CODE,
		.scope = EXCEPTION_FOR_DOMAIN,
		.what = "DNSSEC-*",
		.whose = "a.example.",
		.reason = "moves in January",
		.by = "Ann",
		.recorded_s = RECORDED_S,
		.until_s = UNTIL_S,
	};
}

static void test_whose(void **state)
{
	static const struct {
		enum exception_scope scope;
		const char *text, *whose; /* NULL: refused */
	} cases[] = {
		{EXCEPTION_FOR_DOMAIN, "Example.ORG", "example.org."},
		{EXCEPTION_FOR_DOMAIN,
		 "B\xc3\x9c"
		 "CHER.example",
		 "xn--bcher-kva.example."},
		{EXCEPTION_FOR_SUFFIX,
		 "b\xc3\xbc"
		 "cher.example.",
		 "xn--bcher-kva.example."},
		{EXCEPTION_FOR_SUFFIX, ".", "."},
		{EXCEPTION_FOR_DOMAIN, ".", NULL},
		{EXCEPTION_FOR_DOMAIN, "", NULL},
		{EXCEPTION_FOR_DOMAIN, "a..b", NULL},
		{EXCEPTION_FOR_DOMAIN, "https://example.org/", NULL},
		{EXCEPTION_FOR_SERVER, "192.0.2.1", "192.0.2.1"},
		{EXCEPTION_FOR_SERVER, "192.0.2.1/32", "192.0.2.1"},
		{EXCEPTION_FOR_SERVER, "192.0.2.0/24", "192.0.2.0/24"},
		{EXCEPTION_FOR_SERVER, "192.0.2.1/24", NULL},
		{EXCEPTION_FOR_SERVER, "192.0.2.0/33", NULL},
		{EXCEPTION_FOR_SERVER, "0.0.0.0/0", NULL},
		{EXCEPTION_FOR_SERVER, "192.0.2.0/", NULL},
		{EXCEPTION_FOR_SERVER, "2001:DB8:0::/32", "2001:db8::/32"},
		{EXCEPTION_FOR_SERVER, "2001:db8::53/128", "2001:db8::53"},
		{EXCEPTION_FOR_SERVER, "2001:db8::/129", NULL},
		{EXCEPTION_FOR_SERVER, "ns.example.org", NULL},
		{EXCEPTION_FOR_OPERATOR, "Example Hosting", "Example Hosting"},
		{EXCEPTION_FOR_OPERATOR, "", NULL},
		{EXCEPTION_FOR_OPERATOR, "a\033[31m", NULL},
		{EXCEPTION_FOR_OPERATOR, "a\xff", NULL},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char whose[EXCEPTION_WHOSE_ROOM] = "untouched";
		char again[EXCEPTION_WHOSE_ROOM];
		struct complaint complaint = {""};
		const int error =
			exception_whose_from_text(cases[i].scope, cases[i].text, whose, &complaint);
		if (cases[i].whose == NULL) {
			assert_true(error < 0 && complaint.text[0] != '\0');
			assert_string_equal(whose, "untouched");
			continue;
		}
		assert_int_equal(error, OK);
		assert_string_equal(whose, cases[i].whose);
		assert_int_equal(exception_whose_from_text(cases[i].scope, whose, again, NULL), OK);
		assert_string_equal(whose, again);
	}
	(void)state;
}

static void test_until(void **state)
{
	static const struct {
		const char *text, *back; /* NULL: refused */
		int64_t until_s;
	} cases[] = {
		{"2027-01-31", "2027-01-31", 1801440000}, /* 2027-02-01T00:00:00Z */
		{"2027-02-01T00:00:00Z", "2027-01-31", 1801440000},
		{"2027-02-01T02:00:01+02:00", "2027-02-01T00:00:01Z", 1801440001},
		{"2027-01-31T23:29:59-00:30", "2027-01-31T23:59:59Z", 1801439999},
		{"2028-02-29", "2028-02-29", 1835481600},
		{"2027-02-29", NULL, 0},
		{"2027-1-31", NULL, 0},
		{"2027-01-31T00:00:00", NULL, 0},
		{"2027-01-31T00:00:00+2:00", NULL, 0},
		{"2027-01-31T00:00:00+24:00", NULL, 0},
		{"2027-01-31T00:00:00+01:60", NULL, 0},
		{"2027-01-31T24:00:00Z", NULL, 0},
		{"tomorrow", NULL, 0},
		{"", NULL, 0},
		{"2027-01-31 ", NULL, 0},
		{"2027-01-31T00:00:00Z2027-01-31T00:00:00Z2027", NULL, 0},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t until_s = -7;
		char back[EXCEPTION_UNTIL_ROOM];
		const int error = exception_until_from_text(cases[i].text, &until_s);
		if (cases[i].back == NULL) {
			assert_int_equal(error, ERR_FORMAT);
			assert_int_equal(until_s, -7);
			continue;
		}
		assert_int_equal(error, OK);
		assert_int_equal(until_s, cases[i].until_s);
		exception_until_to_text(until_s, back);
		assert_string_equal(back, cases[i].back);
	}
	(void)state;
}

static void refuse(const struct exception *exception, const char *word)
{
	struct complaint complaint = {""};
	assert_int_equal(exception_check(exception, &complaint), ERR_ARGUMENT);
	assert_non_null(strstr(complaint.text, word));
}

static void test_texts(void **state)
{
	char longest[EXCEPTION_REASON_MAX + 2];
	struct exception one = sound();
	memset(longest, 'a', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(exception_check(&one, NULL), OK);
	one.reason = longest;
	refuse(&one, "too long");
	one.reason = longest + 1;
	assert_int_equal(exception_check(&one, NULL), OK);
	one.reason = "  ";
	refuse(&one, "empty");
	one.reason = NULL;
	refuse(&one, "empty");
	one.reason = "a\nb";
	refuse(&one, "control");
	one = sound();
	one.by = "a\x1b]0;b";
	refuse(&one, "control");
	one.by = "\xc3";
	refuse(&one, "UTF-8");
	one.by = longest;
	refuse(&one, "too long");
	one = sound();
	for (size_t i = 0; i < 6; i++) {
		static const char *const wrong[] = {"", "*", "-*", "dnssec", "A B", "A*"};
		one.what = wrong[i];
		refuse(&one, "code");
	}
	one = sound();
	one.whose = "A.example.";
	refuse(&one, "form");
	one.whose = "a.example";
	refuse(&one, "form");
	one = sound();
	one.about = EXCEPTION_OF_PRACTICE;
	one.what = "spf";
	assert_int_equal(exception_check(&one, NULL), OK);
	one.scope = EXCEPTION_FOR_SERVER;
	one.whose = "192.0.2.1";
	refuse(&one, "practice");
	(void)state;
}

static void test_times(void **state)
{
	struct exception one = sound();
	one.until_s = 0;
	refuse(&one, "end");
	one.kind = EXCEPTION_DISPUTED;
	assert_int_equal(exception_check(&one, NULL), OK);
	one.until_s = RECORDED_S;
	refuse(&one, "past");
	one.until_s = RECORDED_S + EXCEPTION_LASTS_MAX_S;
	assert_int_equal(exception_check(&one, NULL), OK);
	one.until_s++;
	refuse(&one, "ten years");
	one.until_s = INT64_MAX;
	refuse(&one, "ten years");
	one.until_s = INT64_MIN;
	refuse(&one, "1970");
	one = sound();
	one.withdrawn_s = RECORDED_S;
	refuse(&one, "nobody");
	one.withdrawn_by = "Bob";
	assert_int_equal(exception_check(&one, NULL), OK);
	(void)state;
}

static void test_standing(void **state)
{
	struct exception one = sound();
	assert_int_equal(exception_standing(&one, RECORDED_S - 1), EXCEPTION_NOT_YET);
	assert_int_equal(exception_standing(&one, RECORDED_S), EXCEPTION_IN_FORCE);
	assert_int_equal(exception_standing(&one, UNTIL_S - 1), EXCEPTION_IN_FORCE);
	assert_int_equal(exception_standing(&one, UNTIL_S), EXCEPTION_EXPIRED);
	one.withdrawn_s = UNTIL_S - 10;
	assert_int_equal(exception_standing(&one, UNTIL_S - 11), EXCEPTION_IN_FORCE);
	assert_int_equal(exception_standing(&one, UNTIL_S - 10), EXCEPTION_WITHDRAWN);
	assert_int_equal(exception_standing(&one, UNTIL_S + 10), EXCEPTION_WITHDRAWN);
	one.withdrawn_s = UNTIL_S + 10; /* it had expired by then */
	assert_int_equal(exception_standing(&one, UNTIL_S + 20), EXCEPTION_EXPIRED);
	one.withdrawn_s = 0;
	one.until_s = 0;
	assert_int_equal(exception_standing(&one, INT64_MAX), EXCEPTION_IN_FORCE);
	(void)state;
}

static void test_words(void **state)
{
	struct exception one = sound();
	struct text text;
	text_init(&text, 4096);
	exception_to_words(&one, &text);
	assert_string_equal(text_get(&text), "exception 4: DNSSEC-* of domain a.example., until "
					     "2026-11-19T11:06:40Z, by Ann: moves in January");
	one.kind = EXCEPTION_DISPUTED;
	one.until_s = 0;
	one.about = EXCEPTION_OF_PRACTICE;
	one.what = "spf";
	text_reset(&text);
	exception_to_words(&one, &text);
	assert_string_equal(text_get(&text), "dispute 4: practice spf of domain a.example., no end "
					     "is set, by Ann: moves in January");
	text_release(&text);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whose),    cmocka_unit_test(test_until),
		cmocka_unit_test(test_texts),    cmocka_unit_test(test_times),
		cmocka_unit_test(test_standing), cmocka_unit_test(test_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
