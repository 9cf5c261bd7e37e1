/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/finding.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct finding sample_finding(void)
{
	return (struct finding){
		.code = "DNSSEC-SIG-EXPIRED",
		.domain = "example.com.",
		.severity = SEVERITY_ERROR,
		.party = PARTY_DNS_OPERATOR,
		.server = "192.0.2.1",
		.sentence = "the signature over \"SOA\" ended \xe2\x80\x93 3 days ago\n",
		.reference = "RFC 4035 s5.3.1",
		.evidence_count = 2,
		.evidence = {{"192.0.2.1", "example.com. SOA", "NOERROR, 2 records"},
			     {NULL, "example.com. DS", "tab\there"}},
	};
}

static void write_json(const struct finding *finding, struct text *text)
{
	struct json json;
	text_init(text, 1 << 20);
	json_init(&json, text);
	finding_to_json(finding, &json);
	assert_int_equal(text->error, OK);
}

static void test_both_ways(void **state)
{
	struct arena arena;
	arena_init(&arena, 1 << 20, 0);
	struct finding finding = sample_finding();
	struct text first;
	struct text second;
	write_json(&finding, &first);
	struct finding read;
	struct complaint complaint;
	assert_int_equal(finding_from_json(&arena, first.data, first.length, &read, &complaint),
			 OK);
	write_json(&read, &second);
	assert_string_equal(first.data, second.data);
	assert_string_equal(read.sentence, finding.sentence);
	assert_null(read.evidence[1].server);
	assert_int_equal(read.severity, SEVERITY_ERROR);
	text_release(&first);
	text_release(&second);
	arena_release(&arena);
}

static void test_refused(void **state)
{
	static const char *const lines[] = {
		"",
		"[]",
		"null",
		"{\"type\":\"observation\"}",
		"{\"type\":\"finding\",\"domain\":\"a.\",\"code\":\"X\",\"severity\":\"awful\","
		"\"party\":\"registry\",\"sentence\":\"s\"}",
		"{\"type\":\"finding\",\"domain\":\"a.\",\"code\":\"X\",\"severity\":\"info\","
		"\"party\":\"nobody\",\"sentence\":\"s\"}",
		"{\"type\":\"finding\",\"domain\":\"a.\",\"code\":7,\"severity\":\"info\","
		"\"party\":\"registry\",\"sentence\":\"s\"}",
		"{\"type\":\"finding\",\"domain\":\"a.\",\"code\":\"X\",\"severity\":\"info\","
		"\"party\":\"registry\",\"sentence\":\"s\",\"evidence\":[1]}",
		"{\"type\":\"finding\",\"domain\":\"a.\",\"code\":\"X\",\"severity\":\"info\","
		"\"party\":\"registry\",\"sentence\":\"s\","
		"\"evidence\":[{},{},{},{},{},{},{},{},{}]}",
	};
	struct arena arena;
	arena_init(&arena, 1 << 20, 0);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct finding read = {.evidence_count = 99};
		struct complaint complaint = {0};
		int error =
			finding_from_json(&arena, lines[i], strlen(lines[i]), &read, &complaint);
		assert_int_equal(error, ERR_FORMAT);
		assert_true(strncmp(complaint.text, "finding: ", 9) == 0);
		assert_int_equal(read.evidence_count, 99);
	}
	arena_release(&arena);
}

static void test_words(void **state)
{
	for (int i = SEVERITY_INFO; i <= SEVERITY_CRITICAL; i++) {
		enum severity severity;
		assert_int_equal(severity_from_text(severity_text((enum severity)i), &severity),
				 OK);
		assert_int_equal(severity, i);
	}
	for (int i = PARTY_REGISTRANT; i <= PARTY_NETWORK; i++) {
		enum party party;
		assert_int_equal(party_from_text(party_text((enum party)i), &party), OK);
		assert_int_equal(party, i);
	}
	enum party party;
	assert_int_equal(party_from_text("", &party), ERR_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
