/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Golden cases: tests/golden/check/<CODE>/observation is what a scan saw of a domain with that
 * fault, findings.jsonl what the judges must say of it, to the letter; tests/golden/sound/ holds
 * domains of which they must say nothing. tools/make-golden makes them from worlds.
 */
#include "base/json.h"
#include "judge/check/check.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FILE_MAX (4u << 20)

struct octets {
	uint8_t octets[FILE_MAX];
	size_t size;
};

static const char *root(void)
{
	const char *source = getenv("DSFI_SOURCE");

	return source ? source : ".";
}

static bool read_blob(const char *folder, const char *file, struct octets *blob)
{
	char path[4096];
	FILE *stream;

	snprintf(path, sizeof(path), "%s/tests/golden/%s/%s", root(), folder, file);
	stream = fopen(path, "rb");
	if (!stream)
		return false;
	blob->size = fread(blob->octets, 1, FILE_MAX - 1, stream);
	blob->octets[blob->size] = '\0';
	fclose(stream);
	return true;
}

/* The findings of an observation as JSON Lines. */
static size_t judge(struct arena *arena, const struct octets *blob, int64_t later_s,
		    struct text *text)
{
	struct observation observation;
	struct judgement judgement;
	struct complaint complaint = {""};
	struct json json;
	const int result =
		observation_decode(arena, blob->octets, blob->size, &observation, &complaint);

	if (result < 0)
		fail_msg("%s", complaint.text);
	assert_int_equal(judge_observation(arena, &observation, observation.started_s + later_s,
					   &judgement),
			 OK);
	json_init(&json, text);
	for (size_t i = 0; i < judgement.finding_count; i++) {
		finding_to_json(&judgement.findings[i], &json);
		json_end_line(&json);
	}
	assert_int_equal(text->error, OK);
	return judgement.finding_count;
}

static void check_one(const char *code, struct octets *observation, struct octets *expected)
{
	char folder[512];
	char needle[128];
	struct arena arena;
	struct text text;

	snprintf(folder, sizeof(folder), "check/%s", code);
	if (!read_blob(folder, "observation", observation) ||
	    !read_blob(folder, "findings.jsonl", expected))
		fail_msg("%s has no golden case; make it with tools/make-golden", code);
	arena_init(&arena, 64u << 20, 0);
	text_init(&text, FILE_MAX);
	judge(&arena, observation, 0, &text);
	assert_string_equal(text_get(&text), (char *)expected->octets);
	snprintf(needle, sizeof(needle), "\"code\":\"%s\"", code);
	assert_non_null(strstr(text_get(&text), needle));
	text_release(&text);
	arena_release(&arena);
}

static void test_every_check_finds_its_fault(void **state)
{
	struct octets *observation = malloc(sizeof(*observation));
	struct octets *expected = malloc(sizeof(*expected));
	size_t count;
	const struct check *checks = check_all(&count);

	assert_non_null(observation);
	assert_non_null(expected);
	for (size_t i = 0; i < count; i++)
		if (checks[i].function)
			check_one(checks[i].code, observation, expected);
	free(observation);
	free(expected);
}

static size_t each_sound(size_t (*act)(const struct octets *blob))
{
	struct octets *blob = malloc(sizeof(*blob));
	char path[4096];
	size_t count = 0;
	struct dirent *entry;

	assert_non_null(blob);
	snprintf(path, sizeof(path), "%s/tests/golden/sound", root());
	DIR *folder = opendir(path);

	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		if (entry->d_name[0] == '.')
			continue;
		assert_true(read_blob("sound", entry->d_name, blob));
		assert_int_equal(act(blob), 0);
		count++;
	}
	closedir(folder);
	free(blob);
	return count;
}

static size_t findings_now(const struct octets *blob)
{
	struct arena arena;
	struct text text;

	arena_init(&arena, 64u << 20, 0);
	text_init(&text, FILE_MAX);
	const size_t count = judge(&arena, blob, 0, &text);

	if (count > 0)
		print_message("%s", text_get(&text));
	text_release(&text);
	arena_release(&arena);
	return count;
}

static void test_sound_domains_have_no_finding(void **state)
{
	assert_true(each_sound(findings_now) >= 3);
}

/* The same octets, judged two years later: signatures have ended, and only that. */
static void test_the_clock_comes_from_outside(void **state)
{
	struct octets *blob = malloc(sizeof(*blob));
	struct arena arena;
	struct text text;

	assert_non_null(blob);
	assert_true(read_blob("sound", "signed", blob));
	arena_init(&arena, 64u << 20, 0);
	text_init(&text, FILE_MAX);
	assert_true(judge(&arena, blob, 2 * 365 * 86400, &text) > 0);
	for (const char *line = strstr(text_get(&text), "\"code\":"); line;
	     line = strstr(line + 1, "\"code\":"))
		assert_memory_equal(line, "\"code\":\"DNSSEC-SIG-EXPIRED\"", 27);
	text_release(&text);
	arena_release(&arena);
	free(blob);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_check_finds_its_fault),
		cmocka_unit_test(test_sound_domains_have_no_finding),
		cmocka_unit_test(test_the_clock_comes_from_outside),
	};

	return cmocka_run_group_tests_name("judge/check golden cases", tests, NULL, NULL);
}
