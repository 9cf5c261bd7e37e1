/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/policy/spf_walk.h"
#include "dns/wire/rdata.h"
#include "known.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define LINES_MAX 24

struct walked {
	const char *name;
	const char *lines[LINES_MAX]; /* the domain is a.example */
	enum spf_found found;
	uint16_t lookups, voids;
	uint32_t problems; /* bit per kind */
	bool sends_nothing;
};

#define BIT(kind) (1u << SPF_PROBLEM_##kind)

static const struct walked cases[] = {
	{.name = "no TXT", .lines = {"a.example 60 IN A 192.0.2.1"}, .found = SPF_FOUND_NONE},
	{.name = "other TXT",
	 .lines = {"a.example 60 IN TXT \"v=spf10 -all\""},
	 .found = SPF_FOUND_NONE},
	{.name = "nobody sends",
	 .lines = {"a.example 60 IN TXT \"v=spf1 -all\""},
	 .found = SPF_FOUND_RECORD,
	 .sends_nothing = true},
	{.name = "strings split within a term",
	 .lines = {"a.example 60 IN TXT \"v=spf1 ip4:192.0\" \".2.1 -all\""},
	 .found = SPF_FOUND_RECORD},
	{.name = "several records",
	 .lines = {"a.example 60 IN TXT \"v=spf1 -all\"", "a.example 60 IN TXT \"v=spf1 mx\""},
	 .found = SPF_FOUND_RECORD,
	 .problems = BIT(SEVERAL)},
	{.name = "syntax",
	 .lines = {"a.example 60 IN TXT \"v=spf1 ipv4:192.0.2.1 -all\""},
	 .found = SPF_FOUND_RECORD,
	 .problems = BIT(SYNTAX)},
	{.name = "everybody",
	 .lines = {"a.example 60 IN TXT \"v=spf1 +all\""},
	 .found = SPF_FOUND_RECORD,
	 .problems = BIT(PASS_ALL)},
	{.name = "everybody by address",
	 .lines = {"a.example 60 IN TXT \"v=spf1 ip4:0.0.0.0/0 -all\""},
	 .found = SPF_FOUND_RECORD,
	 .problems = BIT(PASS_ALL)},
	{.name = "wide",
	 .lines = {"a.example 60 IN TXT \"v=spf1 ip4:10.0.0.0/7 ip6:2000::/3 -all\""},
	 .found = SPF_FOUND_RECORD,
	 .problems = BIT(WIDE)},
	{.name = "wide, but not let pass",
	 .lines = {"a.example 60 IN TXT \"v=spf1 -ip4:0.0.0.0/1 ip4:192.0.2.0/8 -all\""},
	 .found = SPF_FOUND_RECORD},
	{.name = "neutral",
	 .lines = {"a.example 60 IN TXT \"v=spf1 ip4:192.0.2.1 ?all\""},
	 .found = SPF_FOUND_RECORD,
	 .problems = BIT(NEUTRAL)},
	{.name = "no all",
	 .lines = {"a.example 60 IN TXT \"v=spf1 ip4:192.0.2.1\""},
	 .found = SPF_FOUND_RECORD,
	 .problems = BIT(NEUTRAL)},
	{.name = "no all is no matter in what is included",
	 .lines = {"a.example 60 IN TXT \"v=spf1 include:b.example ~all\"",
		   "b.example 60 IN TXT \"v=spf1 ip4:192.0.2.1\""},
	 .found = SPF_FOUND_RECORD,
	 .lookups = 1},
	{.name = "an include that lets everybody pass",
	 .lines = {"a.example 60 IN TXT \"v=spf1 include:b.example -all\"",
		   "b.example 60 IN TXT \"v=spf1 all\""},
	 .found = SPF_FOUND_RECORD,
	 .lookups = 1,
	 .problems = BIT(PASS_ALL)},
	{.name = "an include that lets everybody pass, for a softfail",
	 .lines = {"a.example 60 IN TXT \"v=spf1 ~include:b.example -all\"",
		   "b.example 60 IN TXT \"v=spf1 all\""},
	 .found = SPF_FOUND_RECORD,
	 .lookups = 1},
	{.name = "after all",
	 .lines = {"a.example 60 IN TXT \"v=spf1 -all a mx redirect=b.example\""},
	 .found = SPF_FOUND_RECORD,
	 .problems = BIT(AFTER_ALL)},
	{.name = "redirect",
	 .lines = {"a.example 60 IN TXT \"v=spf1 redirect=b.example\"",
		   "b.example 60 IN TXT \"v=spf1 mx ?all\"", "b.example 60 IN MX 1 m.example",
		   "m.example 60 IN A 192.0.2.1"},
	 .found = SPF_FOUND_RECORD,
	 .lookups = 2,
	 .problems = BIT(NEUTRAL)},
	{.name = "redirect to nowhere",
	 .lines = {"a.example 60 IN TXT \"v=spf1 redirect=b.example\""},
	 .found = SPF_FOUND_RECORD,
	 .lookups = 1,
	 .problems = BIT(NO_RECORD)},
	{.name = "includes without records",
	 .lines = {"a.example 60 IN TXT \"v=spf1 include:b.example include:c.example -all\"",
		   "c.example 60 IN TXT \"hello\""},
	 .found = SPF_FOUND_RECORD,
	 .lookups = 2,
	 .problems = BIT(NO_RECORD)},
	{.name = "an include with two records",
	 .lines = {"a.example 60 IN TXT \"v=spf1 include:b.example -all\"",
		   "b.example 60 IN TXT \"v=spf1 -all\"", "b.example 60 IN TXT \"v=spf1 ~all\""},
	 .found = SPF_FOUND_RECORD,
	 .lookups = 1,
	 .problems = BIT(SEVERAL)},
	{.name = "it includes itself",
	 .lines = {"a.example 60 IN TXT \"v=spf1 include:%{d} -all\""},
	 .found = SPF_FOUND_RECORD,
	 .lookups = 1,
	 .problems = BIT(LOOP)},
	{.name = "a loop of three",
	 .lines = {"a.example 60 IN TXT \"v=spf1 include:b.example -all\"",
		   "b.example 60 IN TXT \"v=spf1 redirect=c.example\"",
		   "c.example 60 IN TXT \"v=spf1 include:B.EXAMPLE -all\""},
	 .found = SPF_FOUND_RECORD,
	 .lookups = 3,
	 .problems = BIT(LOOP)},
	{.name = "twice is no loop",
	 .lines = {"a.example 60 IN TXT \"v=spf1 include:b.example include:b.example -all\"",
		   "b.example 60 IN TXT \"v=spf1 -all\""},
	 .found = SPF_FOUND_RECORD,
	 .lookups = 2},
	{.name = "voids",
	 .lines = {"a.example 60 IN TXT \"v=spf1 a:x.example mx:y.example exists:z.example "
		   "-all\""},
	 .found = SPF_FOUND_RECORD,
	 .lookups = 3,
	 .voids = 3,
	 .problems = BIT(VOIDS)},
	{.name = "two voids, and an address of the other family",
	 .lines = {"a.example 60 IN TXT \"v=spf1 a:x.example mx:y.example a:z.example -all\"",
		   "z.example 60 IN AAAA 2001:db8::1"},
	 .found = SPF_FOUND_RECORD,
	 .lookups = 3,
	 .voids = 2},
	{.name = "ptr",
	 .lines = {"a.example 60 IN TXT \"v=spf1 ptr -all\""},
	 .found = SPF_FOUND_RECORD,
	 .lookups = 1,
	 .problems = BIT(PTR)},
	{.name = "ten look-ups",
	 .lines = {"a.example 60 IN TXT \"v=spf1 a a a a a a a a a a -all\"",
		   "a.example 60 IN A 192.0.2.1"},
	 .found = SPF_FOUND_RECORD,
	 .lookups = 10},
	{.name = "eleven look-ups",
	 .lines = {"a.example 60 IN TXT \"v=spf1 a a a a a a include:b.example -all\"",
		   "b.example 60 IN TXT \"v=spf1 exists:%{i}.b.example a:a.example a:a.example "
		   "a:a.example -all\"",
		   "a.example 60 IN A 192.0.2.1"},
	 .found = SPF_FOUND_RECORD,
	 .lookups = 11,
	 .problems = BIT(LOOKUPS)},
	{.name = "binary rubbish beside it",
	 .lines = {"a.example 60 IN TXT \"\\000\\255v=spf1\" \"\\200\"",
		   "a.example 60 IN TXT \"v=spf1 -all\"", "a.example 60 IN TXT \"\""},
	 .found = SPF_FOUND_RECORD,
	 .sends_nothing = true},
	{.name = "binary rubbish in it",
	 .lines = {"a.example 60 IN TXT \"v=spf1 a:\\000\\255.example -all\""},
	 .found = SPF_FOUND_RECORD,
	 .problems = BIT(SYNTAX)},
};

static uint32_t problems_of(const struct spf_report *report)
{
	uint32_t problems = 0;
	for (uint8_t i = 0; i < report->problem_count; i++)
		problems |= 1u << report->problems[i].kind;
	return problems;
}

static struct spf_report walk(struct known *known)
{
	struct spf_report report;
	const struct name domain = known_name("a.example");
	assert_int_equal(spf_walk(&known->arena, &known->source, domain.octets, &report), OK);
	return report;
}

static void records_come_to_what_they_say(void **state)
{
	struct known *known = test_malloc(sizeof(*known));
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		size_t count = 0;
		while (count < LINES_MAX && cases[i].lines[count] != NULL)
			count++;
		known_init(known, cases[i].lines, count);
		const struct spf_report report = walk(known);
		if (report.found != cases[i].found || report.lookups != cases[i].lookups ||
		    report.voids != cases[i].voids || problems_of(&report) != cases[i].problems ||
		    report.sends_nothing != cases[i].sends_nothing || !report.is_complete)
			fail_msg("%s: %u look-ups, %u voids, problems %x", cases[i].name,
				 report.lookups, report.voids, problems_of(&report));
		known_release(known);
	}
	test_free(known);
}

static void what_is_not_known_is_said(void **state)
{
	static const char *const lines[] = {
		"a.example 60 IN TXT \"v=spf1 include:b.example include:c.example -all\"",
		"b.example 60 IN TXT \"v=spf1 -all\"",
		"c.example 60 IN TXT \"v=spf1 all\"",
	};
	struct known *known = test_malloc(sizeof(*known));
	known_init(known, lines, COUNT_OF(lines));
	known->unknown = "b.example.";
	struct spf_report report = walk(known);
	assert_false(report.is_complete);
	assert_int_equal(problems_of(&report), BIT(PASS_ALL)); /* it went on behind it */
	known->unknown = "a.example.";
	report = walk(known);
	assert_int_equal(report.found, SPF_FOUND_UNKNOWN);
	known->unknown = NULL;
	known->failing = "b.example.";
	report = walk(known);
	assert_true(report.is_complete);
	assert_int_equal(problems_of(&report), BIT(UNREACHABLE) | BIT(PASS_ALL));
	known->failing = "a.example.";
	report = walk(known);
	assert_int_equal(report.found, SPF_FOUND_UNKNOWN);
	assert_int_equal(report.problem_count, 0);
	known_release(known);
	test_free(known);
}

/* Every name includes four others: a tree of a million records. */
static void a_hostile_tree_has_an_end(void **state)
{
	struct known *known = test_malloc(sizeof(*known));
	char lines[64][160];
	const char *pointers[64];
	for (int i = 0; i < 64; i++) {
		(void)snprintf(lines[i], sizeof(lines[i]),
			       "%s%.0d.example 60 IN TXT \"v=spf1 include:n%d.example "
			       "include:n%d.example include:n%d.example include:n%d.example\"",
			       i == 0 ? "a" : "n", i, i * 4 + 1, i * 4 + 2, i * 4 + 3, i * 4 + 4);
		pointers[i] = lines[i];
	}
	known_init(known, pointers, 64);
	const struct spf_report report = walk(known);
	assert_true(report.is_cut);
	assert_int_equal(report.lookups, SPF_WALK_LOOKUPS_MAX);
	assert_true(known->asked <= 2 * SPF_WALK_LOOKUPS_MAX + 1);
	uint8_t cursor = 0;
	const struct spf_problem *problem = spf_next_problem(&report, SPF_PROBLEM_LOOKUPS, &cursor);
	assert_non_null(problem);
	assert_string_equal(problem->words, "takes at least 30 look-ups");
	assert_null(spf_next_problem(&report, SPF_PROBLEM_LOOKUPS, &cursor));
	known_release(known);
	test_free(known);
}

static void many_exchangers_and_long_records(void **state)
{
	struct known *known = test_malloc(sizeof(*known));
	char lines[SPF_EXCHANGERS_MAX + 1][64];
	const char *pointers[SPF_EXCHANGERS_MAX + 3];
	char text[600] = "v=spf1 mx ";
	for (int i = 0; i <= SPF_EXCHANGERS_MAX; i++) {
		(void)snprintf(lines[i], sizeof(lines[i]), "a.example 60 IN MX 1 m%d.example", i);
		pointers[i] = lines[i];
	}
	for (size_t size = strlen(text); size < 500; size = strlen(text))
		(void)snprintf(text + size, sizeof(text) - size, "ip4:192.0.2.1 %s",
			       size > 480 ? "-all" : "");
	known_init(known, pointers, SPF_EXCHANGERS_MAX + 1);
	assert_int_equal(record_from_text(&known->arena, known_text(known, "a.example", text),
					  &known->records[known->count++], NULL),
			 OK);
	const struct spf_report report = walk(known);
	assert_int_equal(problems_of(&report), BIT(EXCHANGERS) | BIT(LONG));
	known_release(known);
	test_free(known);
}

static void memory_may_run_out_anywhere(void **state)
{
	static const char *const lines[] = {
		"a.example 60 IN TXT \"v=spf1 include:b.example ptr ?all a\"",
		"b.example 60 IN TXT \"v=spf1 +all\"",
	};
	struct known *known = test_malloc(sizeof(*known));
	const struct name domain = known_name("a.example");
	int error = ERR_MEMORY;
	known_init(known, lines, COUNT_OF(lines));
	for (size_t cap = 64; error != OK; cap += 64) {
		struct arena arena;
		struct spf_report report;
		arena_init(&arena, cap, 64);
		error = spf_walk(&arena, &known->source, domain.octets, &report);
		assert_true(error == OK || error == ERR_MEMORY);
		arena_release(&arena);
		assert_true(cap < 1u << 20);
	}
	known_release(known);
	test_free(known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_come_to_what_they_say),
		cmocka_unit_test(what_is_not_known_is_said),
		cmocka_unit_test(a_hostile_tree_has_an_end),
		cmocka_unit_test(many_exchangers_and_long_records),
		cmocka_unit_test(memory_may_run_out_anywhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
