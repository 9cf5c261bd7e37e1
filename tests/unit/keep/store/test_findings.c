/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keep/store/shelf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct finding finding_of(const char *code, const char *server, const char *sentence)
{
	return (struct finding){
		.code = code,
		.domain = "domain-000002.example.",
		.severity = SEVERITY_ERROR,
		.party = PARTY_DNS_OPERATOR,
		.server = server,
		.sentence = sentence,
		.reference = "RFC 4035 s5.3.1",
		.evidence_count = 2,
		.evidence = {{server, "domain-000002.example. SOA", "NOERROR"},
			     {NULL, "domain-000002.example. DS", NULL}},
	};
}

/* One night of domain 2: what was found, what could not be measured. */
static void look(struct shelf *shelf, uint64_t night, const struct store_entry *entry)
{
	struct sample sample = sample_plain(2, night);
	if (night > 1)
		shelf_begin_run(shelf);
	assert_int_equal(shelf_try(shelf, &sample, entry), OK);
	shelf_commit(shelf);
}

#define FOUND_MAX 16
struct found {
	size_t count;
	struct {
		char code[48];
		char server[IP_TEXT_MAX];
		char sentence[128];
		int64_t first_day, last_day;
		bool is_open;
	} each[FOUND_MAX];
};

static int take_finding(void *context, const struct store_finding *finding)
{
	struct found *found = context;
	assert_true(found->count < FOUND_MAX);
	assert_string_equal(finding->finding.domain, "domain-000002.example.");
	assert_int_equal(finding->finding.severity, SEVERITY_ERROR);
	assert_int_equal(finding->finding.party, PARTY_DNS_OPERATOR);
	assert_string_equal(finding->finding.reference, "RFC 4035 s5.3.1");
	assert_int_equal(finding->finding.evidence_count, 2);
	assert_null(finding->finding.evidence[1].server);
	assert_null(finding->finding.evidence[1].answer);
	size_t at = found->count++;
	snprintf(found->each[at].code, 48, "%s", finding->finding.code);
	snprintf(found->each[at].server, IP_TEXT_MAX, "%s",
		 finding->finding.server ? finding->finding.server : "");
	snprintf(found->each[at].sentence, 128, "%s", finding->finding.sentence);
	found->each[at].first_day = (finding->first_s - SAMPLE_START) / SAMPLE_DAY;
	found->each[at].last_day = (finding->last_s - SAMPLE_START) / SAMPLE_DAY;
	found->each[at].is_open = finding->is_open;
	return OK;
}

static struct found findings(struct shelf *shelf, const struct store_filter *filter)
{
	struct found found = {0};
	assert_int_equal(
		store_findings(shelf->store, filter, take_finding, &found, &shelf->complaint), OK);
	return found;
}

static void test_open_and_close(void **state)
{
	struct shelf shelf;
	uint8_t name[NAME_MAX_OCTETS];
	shelf_init(&shelf);
	shelf_name(2, name);
	const struct finding both[] = {
		finding_of("SERVER-SILENT", "192.0.2.1", "192.0.2.1 is silent"),
		finding_of("DNSSEC-SIG-ENDING", NULL, "ends in 3 days"),
	};
	struct store_entry entry = {.findings = both, .finding_count = 2};
	look(&shelf, 1, &entry);
	/* The words change, the finding is the same; the server's is mended. */
	const struct finding later = finding_of("DNSSEC-SIG-ENDING", NULL, "ends in 2 days");
	entry = (struct store_entry){.findings = &later, .finding_count = 1};
	look(&shelf, 2, &entry);
	look(&shelf, 3, NULL);
	look(&shelf, 4, NULL);

	struct store_filter filter = {.domain = name, .include_closed = true};
	struct found found = findings(&shelf, &filter);
	assert_int_equal(found.count, 2);
	assert_string_equal(found.each[0].code, "SERVER-SILENT");
	assert_string_equal(found.each[0].server, "192.0.2.1");
	assert_false(found.each[0].is_open);
	assert_int_equal(found.each[0].first_day, 1);
	assert_int_equal(found.each[0].last_day, 1);
	assert_string_equal(found.each[1].sentence, "ends in 2 days");
	assert_int_equal(found.each[1].last_day, 2);
	filter.include_closed = false;
	assert_int_equal(findings(&shelf, &filter).count, 0);
	/* As they were in each run. */
	for (int64_t run = 1; run <= 4; run++) {
		static const size_t counts[] = {2, 1, 0, 0};
		filter = (struct store_filter){.run = run};
		assert_int_equal(findings(&shelf, &filter).count, counts[run - 1]);
	}
	assert_int_equal(store_verify(shelf.store, &shelf.complaint), OK);
	shelf_release(&shelf);
}

/* Several of one code: each server is one; without servers, the words tell which is which. */
static void test_alike(void **state)
{
	struct shelf shelf;
	shelf_init(&shelf);
	const struct finding first[] = {
		finding_of("X", "192.0.2.1", "one"),
		finding_of("X", "192.0.2.2", "two"),
		finding_of("X", NULL, "three"),
		finding_of("X", NULL, "four"),
	};
	struct store_entry entry = {.findings = first, .finding_count = 4};
	look(&shelf, 1, &entry);
	const struct finding second[] = {
		finding_of("X", NULL, "four"),
		finding_of("X", "192.0.2.2", "two"),
	};
	entry = (struct store_entry){.findings = second, .finding_count = 2};
	look(&shelf, 2, &entry);
	struct store_filter filter = {.run = 2};
	struct found found = findings(&shelf, &filter);
	assert_int_equal(found.count, 2);
	assert_string_equal(found.each[0].sentence, "two");
	assert_string_equal(found.each[1].sentence, "four");
	assert_int_equal(found.each[1].first_day, 1);
	shelf_release(&shelf);
}

struct counts {
	size_t count;
	struct store_count each[FOUND_MAX];
};

static int take_count(void *context, const struct store_count *count)
{
	struct counts *counts = context;
	assert_true(counts->count < FOUND_MAX);
	counts->each[counts->count++] = *count;
	return OK;
}

static struct counts counts_of(struct shelf *shelf, int64_t run)
{
	struct counts counts = {0};
	assert_int_equal(store_counts(shelf->store, run, take_count, &counts, &shelf->complaint),
			 OK);
	return counts;
}

/* Not measured is neither found nor mended. */
static void test_not_measured(void **state)
{
	struct shelf shelf;
	uint8_t name[NAME_MAX_OCTETS];
	shelf_init(&shelf);
	shelf_name(2, name);
	const struct finding first = finding_of("DNSSEC-DS-NO-KEY", NULL, "no key fits");
	static const char *const unknown[] = {"SERVER-SLOW", "DNSSEC-DS-NO-KEY"};
	struct store_entry found_entry = {.findings = &first, .finding_count = 1};
	struct store_entry gap_entry = {.not_measured = unknown, .not_measured_count = 2};
	look(&shelf, 1, &found_entry);
	look(&shelf, 2, &gap_entry);
	look(&shelf, 3, &gap_entry);
	look(&shelf, 4, &found_entry);
	struct counts counts = counts_of(&shelf, 1);
	assert_int_equal(counts.count, 1);
	assert_int_equal(counts.each[0].domains, 1);
	counts = counts_of(&shelf, 3);
	assert_int_equal(counts.count, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(counts.each[i].domains, 0);
		assert_int_equal(counts.each[i].not_measured, 1);
	}
	counts = counts_of(&shelf, 4);
	assert_int_equal(counts.count, 1);
	assert_int_equal(counts.each[0].domains, 1);
	assert_int_equal(counts.each[0].not_measured, 0);
	struct store_filter filter = {.run = 3};
	assert_int_equal(findings(&shelf, &filter).count, 0);
	/* One finding from the first night to the last. */
	filter = (struct store_filter){.domain = name, .include_closed = true};
	struct found found = findings(&shelf, &filter);
	assert_int_equal(found.count, 1);
	assert_true(found.each[0].is_open);
	assert_int_equal(found.each[0].first_day, 1);
	assert_int_equal(found.each[0].last_day, 4);
	assert_int_equal(store_verify(shelf.store, &shelf.complaint), OK);
	shelf_release(&shelf);
}

/* What was mended unseen, while its check was not made, was last found before that. */
static void test_last_found(void **state)
{
	static const char *const unknown[] = {"SERVER-SLOW"};
	static const int64_t last_days[] = {1, 1, 1, 4, 4, 4, 4};
	struct shelf shelf;
	uint8_t name[NAME_MAX_OCTETS];
	shelf_init(&shelf);
	shelf_name(2, name);
	const struct finding finding = finding_of("SERVER-SLOW", "192.0.2.1", "slow");
	const struct store_entry found_entry = {.findings = &finding, .finding_count = 1};
	const struct store_entry gap_entry = {.not_measured = unknown, .not_measured_count = 1};
	const struct store_entry *const nights[] = {
		&found_entry, &gap_entry, &gap_entry, &found_entry, &gap_entry, NULL, NULL};
	const struct store_filter filter = {.domain = name, .include_closed = true};
	for (uint64_t night = 1; night <= 7; night++) {
		look(&shelf, night, nights[night - 1]);
		struct found found = findings(&shelf, &filter);
		assert_int_equal(found.count, 1);
		assert_int_equal(found.each[0].first_day, 1);
		assert_int_equal(found.each[0].last_day, last_days[night - 1]);
		assert_int_equal(found.each[0].is_open, night < 6);
	}
	for (int64_t run = 1; run <= 7; run++) {
		const struct store_filter of_run = {.run = run};
		assert_int_equal(findings(&shelf, &of_run).count, run == 1 || run == 4);
	}
	assert_int_equal(store_verify(shelf.store, &shelf.complaint), OK);
	shelf_release(&shelf);
}

/* A run that looked at few domains counts those and not the others. */
static void test_partial_run(void **state)
{
	struct shelf shelf;
	shelf_init(&shelf);
	const struct finding finding = finding_of("X", NULL, "bad");
	const struct store_entry entry = {.findings = &finding, .finding_count = 1};
	for (uint64_t number = 0; number < 5; number++) {
		struct sample sample = sample_plain(number, 1);
		assert_int_equal(shelf_try(&shelf, &sample, &entry), OK);
	}
	shelf_commit(&shelf);
	shelf_begin_run(&shelf);
	struct sample sample = sample_plain(2, 2);
	assert_int_equal(shelf_try(&shelf, &sample, &entry), OK);
	shelf_commit(&shelf);
	assert_int_equal(counts_of(&shelf, 1).each[0].domains, 5);
	assert_int_equal(counts_of(&shelf, 2).each[0].domains, 1);
	struct store_filter newest = {0};
	assert_int_equal(findings(&shelf, &newest).count, 1);
	uint8_t name[NAME_MAX_OCTETS];
	shelf_name(4, name);
	struct found found = {0};
	struct store_filter unknown = {.domain = name};
	name[1] = 'z';
	assert_int_equal(store_findings(shelf.store, &unknown, take_finding, &found,
					&shelf.complaint),
			 ERR_NOT_FOUND);
	shelf_release(&shelf);
}

struct spans {
	size_t count;
	struct store_span each[FOUND_MAX];
};

static int take_span(void *context, const struct store_span *span)
{
	struct spans *spans = context;
	assert_true(spans->count < FOUND_MAX);
	spans->each[spans->count++] = *span;
	return OK;
}

static void test_spans(void **state)
{
	struct shelf shelf;
	struct spans spans = {0};
	shelf_init(&shelf);
	const struct finding one = finding_of("X", NULL, "one");
	const struct finding other = finding_of("Y", NULL, "other");
	const struct store_entry with_one = {.findings = &one, .finding_count = 1};
	const struct store_entry with_other = {.findings = &other, .finding_count = 1};
	look(&shelf, 1, &with_one);
	look(&shelf, 2, &with_one);
	look(&shelf, 3, &with_other);
	look(&shelf, 4, &with_one);
	assert_int_equal(store_spans(shelf.store, "X", take_span, &spans, &shelf.complaint), OK);
	assert_int_equal(spans.count, 2);
	assert_int_equal(spans.each[0].domain, 1);
	assert_int_equal(spans.each[0].first_run, 1);
	assert_int_equal(spans.each[0].last_run, 2);
	assert_int_equal(spans.each[1].first_run, 4);
	assert_true(spans.each[1].last_run == INT64_MAX);
	spans.count = 0;
	assert_int_equal(store_spans(shelf.store, "Y", take_span, &spans, &shelf.complaint), OK);
	assert_int_equal(spans.count, 1);
	assert_int_equal(spans.each[0].first_run, 3);
	assert_int_equal(spans.each[0].last_run, 3);
	spans.count = 0;
	assert_int_equal(store_spans(shelf.store, "Z", take_span, &spans, &shelf.complaint), OK);
	assert_int_equal(spans.count, 0);
	shelf_release(&shelf);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open_and_close), cmocka_unit_test(test_alike),
		cmocka_unit_test(test_not_measured),   cmocka_unit_test(test_last_found),
		cmocka_unit_test(test_partial_run),    cmocka_unit_test(test_spans),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
