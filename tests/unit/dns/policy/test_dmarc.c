/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/policy/dmarc.h"
#include "known.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

struct parsed {
	const char *text;
	enum dmarc_policy policy, subdomain, absent;
	char psd;
	bool is_testing, is_usable, has_fault;
	uint8_t reports, failures;
};

static const struct parsed cases[] = {
	{"v=DMARC1; p=none", DMARC_NONE, 0, 0, 'u', false, true, false, 0, 0},
	{"v=DMARC1;p=reject;", DMARC_REJECT, 0, 0, 'u', false, true, false, 0, 0},
	{"v = DMARC1 ; p = Quarantine ;; ", DMARC_QUARANTINE, 0, 0, 'u', false, true, false, 0, 0},
	{"v=DMARC1; p=reject; sp=none; np=reject; psd=n; t=y", DMARC_REJECT, DMARC_NONE,
	 DMARC_REJECT, 'n', true, true, false, 0, 0},
	{"v=DMARC1; adkim=s; aspf=r; fo=1:d; ri=86400; pct=100; rf=afrf; p=none", DMARC_NONE, 0, 0,
	 'u', false, true, false, 0, 0},
	{"v=DMARC1; p=none; future=x", DMARC_NONE, 0, 0, 'u', false, true, false, 0, 0},
	{"v=DMARC1; p=none; rua=mailto:a@b.example,mailto:c@d.example!10m; ruf=mailto:e@f.example",
	 DMARC_NONE, 0, 0, 'u', false, true, false, 2, 1},
	{"v=DMARC1; rua=mailto:a@b.example", DMARC_ABSENT, 0, 0, 'u', false, true, true, 1, 0},
	{"v=DMARC1; p=nothing; rua=mailto:a@b.example", DMARC_ABSENT, 0, 0, 'u', false, true, true,
	 1, 0},
	{"v=DMARC1; p=rejcet", DMARC_ABSENT, 0, 0, 'u', false, false, true, 0, 0},
	{"v=DMARC1", DMARC_ABSENT, 0, 0, 'u', false, false, true, 0, 0},
	{"v=DMARC1; p=none; p=reject", DMARC_NONE, 0, 0, 'u', false, true, true, 0, 0},
	{"v=DMARC1; p=none; rua=a@b.example", DMARC_NONE, 0, 0, 'u', false, true, true, 0, 0},
	{"v=DMARC1; p=none; rua=mailto:b.example", DMARC_NONE, 0, 0, 'u', false, true, true, 0, 0},
	{"v=DMARC1; p=none; rua=mailto:a@b.example,", DMARC_NONE, 0, 0, 'u', false, true, true, 1,
	 0},
	{"v=DMARC1; p=none rua=mailto:a@b.example", DMARC_ABSENT, 0, 0, 'u', false, false, true, 0,
	 0},
	{"v=DMARC1; p=none; fo=2", DMARC_NONE, 0, 0, 'u', false, true, true, 0, 0},
	{"v=DMARC1; p=none; fo=1:", DMARC_NONE, 0, 0, 'u', false, true, true, 0, 0},
	{"v=DMARC1; p=none; pct=101", DMARC_NONE, 0, 0, 'u', false, true, true, 0, 0},
	{"v=DMARC1; p=none; ri=99999999999", DMARC_NONE, 0, 0, 'u', false, true, true, 0, 0},
	{"v=DMARC1; p=none; adkim=strict", DMARC_NONE, 0, 0, 'u', false, true, true, 0, 0},
	{"v=DMARC1; p=none; psd=x", DMARC_NONE, 0, 0, 'u', false, true, true, 0, 0},
	{"v=DMARC1; p=none; t=1", DMARC_NONE, 0, 0, 'u', false, true, true, 0, 0},
	{"v=DMARC1; p=none; nonsense", DMARC_NONE, 0, 0, 'u', false, true, true, 0, 0},
	{"v=DMARC1; p=", DMARC_ABSENT, 0, 0, 'u', false, false, true, 0, 0},
};

static void records_are_read_as_receivers_do(void **state)
{
	struct arena arena;
	arena_init(&arena, (size_t)1 << 20, 0);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct parsed *wanted = &cases[i];
		const size_t size = strlen(wanted->text);
		struct dmarc_record record;
		assert_true(dmarc_is_record(wanted->text, size));
		assert_int_equal(dmarc_parse(&arena, wanted->text, size, &record), OK);
		if (record.policy != wanted->policy ||
		    record.subdomain_policy != wanted->subdomain ||
		    record.absent_policy != wanted->absent || record.psd != wanted->psd ||
		    record.is_testing != wanted->is_testing ||
		    record.is_usable != wanted->is_usable ||
		    record.report_count != wanted->reports ||
		    record.failure_count != wanted->failures ||
		    (record.fault != NULL) != wanted->has_fault)
			fail_msg("%s: %s", wanted->text, record.fault ? record.fault : "");
	}
	arena_release(&arena);
}

static void the_version_comes_first(void **state)
{
	static const char *const others[] = {"",
					     "v=DMARC2; p=none",
					     "v=dmarc1; p=none",
					     "p=none; v=DMARC1",
					     " v=DMARC1; p=none",
					     "v=DMARC1 p=none",
					     ";v=DMARC1",
					     "V=DMARC1; p=none"};
	for (size_t i = 0; i < COUNT_OF(others); i++)
		assert_false(dmarc_is_record(others[i], strlen(others[i])));
}

#define LINES_MAX 6
struct found {
	const char *domain;
	const char *lines[LINES_MAX];
	const char *in_force; /* NULL: none */
	enum dmarc_policy policy;
	const char *organisation;
	bool is_several;
};

static const struct found walks[] = {
	{"a.b.example", {"x.example 1 IN A 192.0.2.1"}, NULL, DMARC_ABSENT, "a.b.example.", false},
	{"b.example",
	 {"_dmarc.b.example 1 IN TXT \"v=DMARC1; p=reject; sp=none\""},
	 "b.example.",
	 DMARC_REJECT,
	 "b.example.",
	 false},
	{"a.b.example",
	 {"_dmarc.b.example 1 IN TXT \"v=DMARC1; p=reject; sp=none\""},
	 "b.example.",
	 DMARC_NONE,
	 "b.example.",
	 false},
	{"a.b.example",
	 {"_dmarc.a.b.example 1 IN TXT \"v=DMARC1; p=none\"",
	  "_dmarc.b.example 1 IN TXT \"v=DMARC1; p=reject\""},
	 "a.b.example.",
	 DMARC_NONE,
	 "b.example.",
	 false},
	{"a.b.example",
	 {"_dmarc.b.example 1 IN TXT \"v=DMARC1; p=quarantine; psd=n\"",
	  "_dmarc.example 1 IN TXT \"v=DMARC1; p=reject\""},
	 "b.example.",
	 DMARC_QUARANTINE,
	 "b.example.",
	 false},
	/* A public suffix that says so. */
	{"a.b.example",
	 {"_dmarc.example 1 IN TXT \"v=DMARC1; p=reject; psd=y\""},
	 "example.",
	 DMARC_REJECT,
	 "b.example.",
	 false},
	{"a.b.example",
	 {"_dmarc.example 1 IN TXT \"v=DMARC1; p=reject; psd=y\"",
	  "_dmarc.b.example 1 IN TXT \"v=DMARC1; p=none\""},
	 "b.example.",
	 DMARC_NONE,
	 "b.example.",
	 false},
	/* Several are none, and the walk goes on. */
	{"b.example",
	 {"_dmarc.b.example 1 IN TXT \"v=DMARC1; p=reject\"",
	  "_dmarc.b.example 1 IN TXT \"v=DMARC1; p=none\"", "_dmarc.b.example 1 IN TXT \"hello\""},
	 NULL,
	 DMARC_ABSENT,
	 "b.example.",
	 true},
	{"b.example",
	 {"_dmarc.b.example 1 IN TXT \"hello\"",
	  "_dmarc.b.example 1 IN TXT \"v=DMARC1; rua=mailto:a@b.example\""},
	 "b.example.",
	 DMARC_NONE,
	 "b.example.",
	 false},
	/* From more than eight labels straight to seven. */
	{"a.b.c.d.e.f.g.h.i.example",
	 {"_dmarc.b.c.d.e.f.g.h.i.example 1 IN TXT \"v=DMARC1; p=reject\"",
	  "_dmarc.d.e.f.g.h.i.example 1 IN TXT \"v=DMARC1; p=none\""},
	 "d.e.f.g.h.i.example.",
	 DMARC_NONE,
	 "d.e.f.g.h.i.example.",
	 false},
};

static void the_walk_finds_what_is_in_force(void **state)
{
	struct known *known = test_malloc(sizeof(*known));
	for (size_t i = 0; i < COUNT_OF(walks); i++) {
		size_t count = 0;
		char text[NAME_TEXT_MAX] = "-";
		char organisation[NAME_TEXT_MAX];
		struct dmarc_report report;
		const struct name domain = known_name(walks[i].domain);
		while (count < LINES_MAX && walks[i].lines[count] != NULL)
			count++;
		known_init(known, walks[i].lines, count);
		assert_int_equal(
			dmarc_discover(&known->arena, &known->source, domain.octets, &report), OK);
		if (report.in_force != NULL)
			name_to_text(report.in_force->name.octets, text);
		name_to_text(report.organisation.octets, organisation);
		if (strcmp(text, walks[i].in_force != NULL ? walks[i].in_force : "-") != 0 ||
		    report.policy != walks[i].policy ||
		    strcmp(organisation, walks[i].organisation) != 0 ||
		    (report.several != NULL) != walks[i].is_several || !report.is_complete)
			fail_msg("walk %zu: %s, %s", i, text, organisation);
		assert_true(known->asked <= DMARC_WALK_MAX);
		known_release(known);
	}
	test_free(known);
}

static void what_cannot_be_looked_up_is_said(void **state)
{
	static const char *const lines[] = {"_dmarc.example 1 IN TXT \"v=DMARC1; p=none\""};
	struct known *known = test_malloc(sizeof(*known));
	const struct name domain = known_name("b.example");
	struct dmarc_report report;
	known_init(known, lines, 1);
	known->failing = "_dmarc.b.example.";
	assert_int_equal(dmarc_discover(&known->arena, &known->source, domain.octets, &report), OK);
	assert_false(report.is_complete);
	known_release(known);
	test_free(known);
}

static void others_say_that_they_take_reports(void **state)
{
	static const char *const lines[] = {
		"b.example._report._dmarc.r.example 1 IN TXT \"v=DMARC1\"",
		"c.example._report._dmarc.r.example 1 IN TXT \"yes\""};
	struct known *known = test_malloc(sizeof(*known));
	const struct name host = known_name("R.example");
	char text[NAME_TEXT_MAX];
	bool authorises;
	known_init(known, lines, COUNT_OF(lines));
	for (int i = 0; i < 2; i++) {
		const struct name domain = known_name(i == 0 ? "b.example" : "c.example");
		struct name name;
		assert_int_equal(dmarc_report_name(domain.octets, host.octets, &name), OK);
		name_to_text(name.octets, text);
		assert_string_equal(text + 1, ".example._report._dmarc.r.example.");
		const struct policy_answer answer = policy_look(&known->source, name.octets, 16);
		assert_int_equal(dmarc_authorises(&known->arena, &answer, &authorises), OK);
		assert_int_equal(authorises, i == 0);
	}
	known_release(known);
	test_free(known);
}

struct uri_case {
	const char *text;
	const char *host; /* NULL: refused */
};

static void uris_are_of_mail_or_web(void **state)
{
	static const struct uri_case uris[] = {
		{"mailto:a@b.example", "b.example."},
		{"MAILTO:a@B.example!50", "b.example."},
		{"mailto:a@b.example?subject=x", "b.example."},
		{"https://b.example/x", "b.example."},
		{"https://b.example:8443/x?y#z", "b.example."},
		{"https://b.example", "b.example."},
		{"http://b.example/x", NULL},
		{"mailto:@b.example", NULL},
		{"mailto:a@", NULL},
		{"mailto:a@b_c.example", NULL},
		{"mailto:a@b.example/x", NULL},
		{"mailto:a b@c.example", NULL},
		{"https:///x", NULL},
		{"", NULL},
		{"a@b.example", NULL},
	};
	for (size_t i = 0; i < COUNT_OF(uris); i++) {
		struct policy_uri uri;
		char text[NAME_TEXT_MAX];
		const bool is_one = policy_uri(uris[i].text, strlen(uris[i].text), &uri);
		if (is_one != (uris[i].host != NULL))
			fail_msg("%s", uris[i].text);
		if (is_one)
			assert_string_equal(name_to_text(uri.host.octets, text), uris[i].host);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_read_as_receivers_do),
		cmocka_unit_test(the_version_comes_first),
		cmocka_unit_test(the_walk_finds_what_is_in_force),
		cmocka_unit_test(what_cannot_be_looked_up_is_said),
		cmocka_unit_test(others_say_that_they_take_reports),
		cmocka_unit_test(uris_are_of_mail_or_web),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
