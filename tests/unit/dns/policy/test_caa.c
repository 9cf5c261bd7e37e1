/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CAA, and MX beside it. */
#include "dns/policy/caa.h"
#include "dns/policy/exchangers.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "known.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

struct caa_case {
	const char *rdata;
	bool is_sound, forbids;
	enum caa_property property;
};

static void properties_are_read(void **state)
{
	static const struct caa_case cases[] = {
		{"0 issue \"ca.example\"", true, false, CAA_ISSUE},
		{"0 ISSUE \"ca.example\"", true, false, CAA_ISSUE},
		{"0 issue \";\"", true, true, CAA_ISSUE},
		{"0 issue \"\"", true, true, CAA_ISSUE},
		{"0 issuewild \" ; \"", true, true, CAA_ISSUEWILD},
		{"128 issue \"ca.example; account=230123\"", true, false, CAA_ISSUE},
		{"0 issue \"ca.example; accounturi=https://ca.example/acct/1\"", true, false,
		 CAA_ISSUE},
		{"0 issue \"ca.example; validationmethods=dns-01,http-01\"", true, false,
		 CAA_ISSUE},
		{"0 issue \"ca.example; cansignhttpexchanges=yes\"", true, false, CAA_ISSUE},
		{"0 issuemail \"ca.example\"", true, false, CAA_ISSUEMAIL},
		{"0 iodef \"mailto:security@a.example\"", true, false, CAA_IODEF},
		{"0 iodef \"https://iodef.a.example/\"", true, false, CAA_IODEF},
		{"0 iodef \"http://iodef.a.example/\"", true, false, CAA_IODEF},
		{"0 future \"anything\"", true, false, CAA_OTHER},
		{"128 issuevmc \"ca.example\"", true, false, CAA_OTHER},
		{"0 issue \"https://ca.example\"", false, false, 0},
		{"0 issue \"ca.example,other.example\"", false, false, 0},
		{"0 issue \"ca_example\"", false, false, 0},
		{"0 issue \"ca..example\"", false, false, 0},
		{"0 issue \"-ca.example\"", false, false, 0},
		{"0 issue \"ca.example; account\"", false, false, 0},
		{"0 issue \"ca.example; a_b=c\"", false, false, 0},
		{"0 issue \"ca.example; a=b c\"", false, false, 0},
		{"0 issue \"ca.example; accounturi=1\"", false, false, 0},
		{"0 issue \"ca.example; validationmethods=dns-01,\"", false, false, 0},
		{"0 issue \"%%%%%\"", false, false, 0},
		{"0 iodef \"security@a.example\"", false, false, 0},
		{"0 iodef \"ftp://a.example\"", false, false, 0},
		{"128 future \"anything\"", false, false, 0},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct arena arena;
		struct record record;
		struct caa_record caa;
		char line[256];
		const char *words = NULL;
		arena_init(&arena, 65536, 0);
		(void)snprintf(line, sizeof(line), "a.example 60 IN CAA %s", cases[i].rdata);
		assert_int_equal(record_from_text(&arena, line, &record, NULL), OK);
		const int error = caa_parse(&arena, &record, &caa, &words);
		if ((error == OK) != cases[i].is_sound || (error != OK) != (words != NULL))
			fail_msg("%s: %s", cases[i].rdata, words ? words : "taken");
		if (error == OK) {
			assert_int_equal(caa.property, cases[i].property);
			assert_int_equal(caa.forbids, cases[i].forbids);
		}
		arena_release(&arena);
	}
}

static void octets_that_end_early_are_refused(void **state)
{
	static const uint8_t octets[] = "\0\5issueca.example";
	struct arena arena;
	arena_init(&arena, 65536, 0);
	for (uint16_t size = 0; size < 7; size++) {
		struct caa_record caa;
		const char *words = NULL;
		const struct record record = {
			.type = TYPE_CAA, .rdata = octets, .rdata_size = size};
		assert_int_equal(caa_parse(&arena, &record, &caa, &words), ERR_FORMAT);
		assert_non_null(words);
	}
	arena_release(&arena);
}

static void the_nearest_records_count(void **state)
{
	static const char *const lines[] = {"b.example 60 IN CAA 0 issue \"ca.example\"",
					    "a.b.example 60 IN A 192.0.2.1"};
	struct known *known = test_malloc(sizeof(*known));
	const struct name domain = known_name("x.a.b.example");
	struct caa_report report;
	char text[NAME_TEXT_MAX];
	known_init(known, lines, COUNT_OF(lines));
	caa_climb(&known->source, domain.octets, &report);
	assert_true(report.is_found && report.is_complete);
	assert_string_equal(name_to_text(report.where.octets, text), "b.example.");
	known->failing = "a.b.example.";
	caa_climb(&known->source, domain.octets, &report);
	assert_false(report.is_found || report.is_complete);
	known_release(known);
	known_init(known, lines, 0);
	caa_climb(&known->source, domain.octets, &report);
	assert_true(!report.is_found && report.is_complete);
	assert_int_equal(known->asked, 4);
	known_release(known);
	test_free(known);
}

static void exchangers_are_sorted_out(void **state)
{
	static const char *const lines[] = {
		"a.example 60 IN MX 0 .",          "a.example 60 IN MX 10 m.example",
		"a.example 60 IN MX 10 192.0.2.1", "a.example 60 IN MX 10 mail_1.example",
		"b.example 60 IN MX 0 .",
	};
	struct known *known = test_malloc(sizeof(*known));
	struct exchangers exchangers;
	const struct name left = known_name("a.example");
	const struct name right = known_name("b.example");
	known_init(known, lines, COUNT_OF(lines));
	struct policy_answer answer = policy_look(&known->source, left.octets, TYPE_MX);
	exchangers_read(&answer, &exchangers);
	assert_true(exchangers.has_null && !exchangers.takes_none);
	assert_int_equal(exchangers.count, 3);
	assert_int_equal(exchangers.items[0].fault, EXCHANGER_SOUND);
	assert_int_equal(exchangers.items[1].fault, EXCHANGER_ADDRESS);
	assert_int_equal(exchangers.items[2].fault, EXCHANGER_NO_HOST);
	answer = policy_look(&known->source, right.octets, TYPE_MX);
	exchangers_read(&answer, &exchangers);
	assert_true(exchangers.takes_none);
	known_release(known);
	test_free(known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(properties_are_read),
		cmocka_unit_test(octets_that_end_early_are_refused),
		cmocka_unit_test(the_nearest_records_count),
		cmocka_unit_test(exchangers_are_sorted_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
