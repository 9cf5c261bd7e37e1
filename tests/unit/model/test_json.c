/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is written as JSON fits the published schemas. */
#include "model/finding.h"
#include "model/observation.h"
#include "model/sample_further.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define TEXT_CAP (16u << 20)

/* Exit code of the validator over the text. */
static int validate(const char *schema, const struct text *text)
{
	char tool[4096];
	char path[4096];
	const char *source = getenv("DSFI_SOURCE");
	int ends[2];
	int status;
	if (source == NULL)
		return 77;
	snprintf(tool, sizeof(tool), "%s/tools/validate-jsonl.py", source);
	snprintf(path, sizeof(path), "%s/docs/format/%s", source, schema);
	FILE *file = tmpfile();
	assert_non_null(file);
	assert_int_equal(fwrite(text_get(text), 1, text->length, file), text->length);
	rewind(file);
	ends[0] = fileno(file);
	fflush(NULL);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(ends[0], STDIN_FILENO);
		execlp("python3", "python3", tool, path, (char *)NULL);
		_exit(77);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	fclose(file);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

static void check_schema(const char *schema, const struct text *text)
{
	assert_int_equal(text->error, OK);
	int code = validate(schema, text);
	if (code == 77)
		skip();
	assert_int_equal(code, 0);
}

static void test_observations(void **state)
{
	struct text text;
	struct json json;
	text_init(&text, TEXT_CAP);
	for (uint64_t number = 0; number < 4; number++) {
		struct arena arena;
		arena_init(&arena, TEXT_CAP, 0);
		struct sample sample = sample_plain(number, 1);
		sample.silent = (uint8_t)number;
		struct observation made = sample_make(&arena, &sample);
		if (number == 3) {
			made.exchange_count = 0;
			made.not_measured = "worker crashed";
			made.parent = NULL;
			made.parent_server.family = 0;
			made.vantage = NULL;
		}
		json_init(&json, &text);
		assert_int_equal(observation_to_json(&made, &json), OK);
		json_end_line(&json);
		arena_release(&arena);
	}
	assert_non_null(
		strstr(text_get(&text), "\"domain-000002.example. 3600 IN A 198.51.100.10\""));
	check_schema("observation.schema.json", &text);
	text_release(&text);
}

/* Look-ups, sessions, routes and odd questions. */
static void test_further(void **state)
{
	struct arena arena;
	struct text text;
	struct json json;
	arena_init(&arena, TEXT_CAP, 0);
	text_init(&text, TEXT_CAP);
	for (uint64_t number = 1; number < 3; number++) {
		struct sample plain = sample_plain(number, 1);
		struct sample_further further = sample_further_plain(number);
		if (number == 2)
			further.policy = NULL;
		struct observation made =
			sample_make_further(&arena, sample_make(&arena, &plain), &further);
		json_init(&json, &text);
		assert_int_equal(observation_to_json(&made, &json), OK);
		json_end_line(&json);
	}
	const char *const words[] = {
		"\"_dmarc.domain-000001.example. 3600 IN TXT \\\"v=DMARC1; p=none\\\"\"",
		"\"kind\":\"edns-version\"",
		"\"target\":\"a.host.example.\"",
		"\"result\":\"nxdomain\"",
		"\"note\":\"220 mail at your service?\"", /* a tabulator was there */
		"\"protocol\":\"smtp\"",
		"\"blobs\":[\"Y2VydGlmaWNhdGUgMQ==\"", /* "certificate 1" */
		"\"prefix_bits\":24,\"as\":64496,\"validity\":\"valid\"",
		"\"routing\":\"routes.txt of 2026-11-27\"",
		"\"transfers\":[{\"server\":0,\"end\":\"whole\",\"zonemd\":\"good\"",
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(text_get(&text), words[i]) == NULL)
			fail_msg("%s is not there", words[i]);
	check_schema("observation.schema.json", &text);
	text_release(&text);
	arena_release(&arena);
}

/* A message that cannot be read is shown as far as it can be. */
static void test_broken_message(void **state)
{
	struct arena arena;
	struct text text;
	struct json json;
	arena_init(&arena, TEXT_CAP, 0);
	text_init(&text, TEXT_CAP);
	struct sample sample = sample_plain(1, 1);
	struct observation made = sample_make(&arena, &sample);
	for (uint16_t i = 0; i < made.message_count; i++)
		made.messages[i].size = (uint16_t)(made.messages[i].size * i / made.message_count);
	for (uint16_t i = 0; i < made.exchange_count; i++) {
		made.exchanges[i].flags &= (uint8_t)~EXCHANGE_OPT_CUT;
		made.exchanges[i].opt_size = 0;
	}
	json_init(&json, &text);
	assert_int_equal(observation_to_json(&made, &json), OK);
	json_end_line(&json);
	check_schema("observation.schema.json", &text);
	text_release(&text);
	arena_release(&arena);
}

static void test_findings(void **state)
{
	struct text text;
	struct json json;
	text_init(&text, TEXT_CAP);
	for (int severity = SEVERITY_INFO; severity <= SEVERITY_CRITICAL; severity++) {
		for (int party = PARTY_REGISTRANT; party <= PARTY_NETWORK; party++) {
			const struct finding finding = {
				.code = "X",
				.domain = "example.",
				.severity = (enum severity)severity,
				.party = (enum party)party,
				.server = party == PARTY_NETWORK ? "192.0.2.1" : NULL,
				.sentence = "\xff is not UTF-8",
				.evidence_count = (uint8_t)party,
			};
			json_init(&json, &text);
			finding_to_json(&finding, &json);
			json_end_line(&json);
		}
	}
	check_schema("finding.schema.json", &text);
	text_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_observations),
		cmocka_unit_test(test_further),
		cmocka_unit_test(test_broken_message),
		cmocka_unit_test(test_findings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
