/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/policy/sts.h"
#include "dns/wire/type.h"
#include "known.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

struct text_case {
	const char *text;
	bool is_sound;
};

static void records_are_read(void **state)
{
	static const struct text_case cases[] = {
		{"v=STSv1; id=20261126T010101;", true},
		{"v=STSv1;id=1", true},
		{"v=STSv1; id=1; future=x", true},
		{"v=STSv1", false},
		{"v=STSv1;", false},
		{"v=STSv1; id=", false},
		{"v=STSv1; id=2026-11-26", false},
		{"v=STSv1; id=123456789012345678901234567890123", false},
		{"v=STSv1; id=1; id=2", false},
		{"v=STSv1; id", false},
	};
	struct arena arena;
	arena_init(&arena, 65536, 0);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const char *words = NULL;
		const size_t size = strlen(cases[i].text);
		assert_true(sts_is_record(cases[i].text, size));
		const int error = sts_parse_record(&arena, cases[i].text, size, &words);
		if ((error == OK) != cases[i].is_sound || (error != OK) != (words != NULL))
			fail_msg("%s", cases[i].text);
	}
	assert_false(sts_is_record("v=STSv2; id=1", 13));
	assert_false(sts_is_record("v=stsv1; id=1", 13));
	arena_release(&arena);
}

/* A record's strings are one text (RFC 7208 s3.3, RFC 8461 s3.1), wherever they are cut. */
static void policies_are_announced(void **state)
{
	static const struct {
		const char *rdata;
		bool is_one;
	} cases[] = {
		{"\x0fv=STSv1; id=abc;", true},     {"\x04v=ST\x0bSv1; id=abc", true},
		{"\x00\x0fv=STSv1; id=abc;", true}, {"\x0ev=STSv10; id=ab", false},
		{"\x0ev=spf1 a mx all", false},     {"\x20v=STSv1; id=abc;", false},
	};
	static const uint16_t sizes[] = {16, 17, 17, 15, 15, 16};
	struct arena arena;
	arena_init(&arena, 65536, 0);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct record text = {.type = TYPE_TXT,
					    .rdata = (const uint8_t *)cases[i].rdata,
					    .rdata_size = sizes[i]};
		const struct record *records[] = {&text, &text};
		if (sts_is_announced(&arena, records, 2) != cases[i].is_one)
			fail_msg("case %zu", i);
	}
	assert_false(sts_is_announced(&arena, NULL, 0));
	arena_release(&arena);
}

static void policies_are_read(void **state)
{
	static const struct text_case cases[] = {
		{"version: STSv1\r\nmode: enforce\r\nmx: mail.a.example\r\nmx: *.b.example\r\n"
		 "max_age: 604800\r\n",
		 true},
		{"version:STSv1\nmode:testing\nmx:a.example\nmax_age:86400", true},
		{"version: STSv1\nmode: none\nmax_age: 86400\n", true},
		{"version: STSv1\nmode: none\nmax_age: 31557600\nother: x\n\n", true},
		{"", false},
		{"version: STSv1\n", false},
		{"version: STSv2\nmode: none\nmax_age: 1\n", false},
		{"mode: none\nmax_age: 1\n", false},
		{"version: STSv1\nmode: strict\nmx: a.example\nmax_age: 1\n", false},
		{"version: STSv1\nmode: enforce\nmax_age: 1\n", false},
		{"version: STSv1\nmode: none\nmax_age: 31557601\n", false},
		{"version: STSv1\nmode: none\nmax_age: -1\n", false},
		{"version: STSv1\nmode: none\nmax_age: 99999999999\n", false},
		{"version: STSv1\nmode: enforce\nmx: a.*.example\nmax_age: 1\n", false},
		{"version: STSv1\nmode: enforce\nmx: *\nmax_age: 1\n", false},
		{"version: STSv1\nmode: enforce\nmx: a_b.example\nmax_age: 1\n", false},
		{"version: STSv1\nmode enforce\n", false},
		{"<html>not found</html>", false},
	};
	struct arena arena;
	arena_init(&arena, (size_t)1 << 22, 0);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct sts_policy policy;
		const char *words = NULL;
		const int error = sts_parse_policy(&arena, cases[i].text, strlen(cases[i].text),
						   &policy, &words);
		if ((error == OK) != cases[i].is_sound || (error != OK) != (words != NULL))
			fail_msg("%s", cases[i].text);
	}
	arena_release(&arena);
}

static void a_star_is_one_label(void **state)
{
	static const char policy_text[] = "version: STSv1\nmode: enforce\nmx: Mail.a.example\n"
					  "mx: *.b.example\nmax_age: 1\n";
	static const struct text_case names[] = {
		{"mail.a.example", true},    {"MAIL.A.EXAMPLE", true},
		{"x.mail.a.example", false}, {"a.example", false},
		{"x.b.example", true},       {"b.example", false},
		{"x.y.b.example", false},    {".", false},
	};
	struct arena arena;
	struct sts_policy policy;
	const char *words;
	arena_init(&arena, 65536, 0);
	assert_int_equal(sts_parse_policy(&arena, policy_text, sizeof(policy_text) - 1, &policy,
					  &words),
			 OK);
	assert_int_equal(policy.pattern_count, 2);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const struct name name = known_name(names[i].text);
		assert_int_equal(sts_allows(&policy, name.octets), names[i].is_sound);
	}
	arena_release(&arena);
}

static void reports_of_tls_are_read(void **state)
{
	static const struct text_case cases[] = {
		{"v=TLSRPTv1; rua=mailto:a@b.example", true},
		{"v=TLSRPTv1;rua=https://b.example/v1/tlsrpt,mailto:a@b.example;", true},
		{"v=TLSRPTv1; rua=mailto:a@b.example; x=y", true},
		{"v=TLSRPTv1", false},
		{"v=TLSRPTv1; rua=", false},
		{"v=TLSRPTv1; rua=b.example", false},
		{"v=TLSRPTv1; rua=ftp://b.example", false},
		{"v=TLSRPTv1; rua=mailto:a@b.example; rua=mailto:a@b.example", false},
		{"v=TLSRPTv1; rua", false},
	};
	struct arena arena;
	arena_init(&arena, 65536, 0);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct tlsrpt_record record;
		const char *words = NULL;
		const size_t size = strlen(cases[i].text);
		assert_true(tlsrpt_is_record(cases[i].text, size));
		const int error = tlsrpt_parse(&arena, cases[i].text, size, &record, &words);
		if ((error == OK) != cases[i].is_sound || (error != OK) != (words != NULL))
			fail_msg("%s", cases[i].text);
		if (error == OK)
			assert_true(record.report_count > 0);
	}
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_read),        cmocka_unit_test(policies_are_announced),
		cmocka_unit_test(policies_are_read),       cmocka_unit_test(a_star_is_one_label),
		cmocka_unit_test(reports_of_tls_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
