/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"
#include "failing_memory.h"
#include "model/canonical.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int read_form(const char *octets, size_t size, struct complaint *complaint)
{
	json_t *value = NULL;
	const int error = canonical_read(octets, size, "thing", complaint, &value);
	assert_true((error == OK) == (value != NULL));
	json_decref(value);
	return error;
}

static void test_taken(void **state)
{
	static const char *const forms[] = {
		"null",
		"true",
		"false",
		"0",
		"-1",
		"9007199254740991",
		"-9007199254740991",
		"\"\"",
		"[]",
		"{}",
		"[1,2,[3]]",
		"{\"\":0,\"a\":1,\"b\":[]}",
		"\"\\b\\t\\n\\f\\r\\\"\\\\\"",
		"\"/\x7f\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"",
		"\"\\u001f\\u0001\"",
		"[[[[[[[[]]]]]]]]",
		"\"[[[[[[[[[[\\\"[[\"",
		/* U+1F600 is D83D DE00 in UTF-16 and so before U+FB33 (RFC 8785 s3.2.3). */
		("{\"\\r\":1,\"1\":2,\"\xc2\x80\":3,\"\xc3\xb6\":4,\"\xe2\x82\xac\":5,"
		 "\"\xf0\x9f\x98\x80\":6,\"\xef\xac\xb3\":7}"),
	};
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		struct complaint complaint = {""};
		if (read_form(forms[i], strlen(forms[i]), &complaint) != OK)
			fail_msg("%s: %s", forms[i], complaint.text);
	}
	(void)state;
}

static void test_refused(void **state)
{
	static const struct {
		const char *text;
		int error;
		const char *word;
	} rows[] = {
		{"", ERR_FORMAT, "empty"},
		{"{", ERR_FORMAT, "cut short"},
		{"{} ", ERR_FORMAT, "octet 3"},
		{"{}\n", ERR_FORMAT, "octet 3"},
		{" {}", ERR_FORMAT, "octet 1"},
		{"{\"a\": 1}", ERR_FORMAT, "octet 6"},
		{"{}{}", ERR_FORMAT, "not JSON"},
		{"{\"b\":1,\"a\":2}", ERR_FORMAT, "octet 3"},
		{"{\"a\":1,\"a\":1}", ERR_FORMAT, "twice"},
		{"{\"a\":1,\"\\u0061\":1}", ERR_FORMAT, "twice"},
		{"{\"\xef\xac\xb3\":7,\"\xf0\x9f\x98\x80\":6}", ERR_FORMAT, "canonical"},
		{"1.0", ERR_FORMAT, "integer"},
		{"1e2", ERR_FORMAT, "integer"},
		{"-0", ERR_FORMAT, "octet 1"},
		{"01", ERR_FORMAT, "not JSON"},
		{"+1", ERR_FORMAT, "not JSON"},
		{"9007199254740992", ERR_FORMAT, "integer"},
		{"-9007199254740992", ERR_FORMAT, "integer"},
		{"99999999999999999999", ERR_FORMAT, "not JSON"},
		{"\"\\u0061\"", ERR_FORMAT, "octet 2"},
		{"\"\\/\"", ERR_FORMAT, "octet 2"},
		{"\"\\u001F\"", ERR_FORMAT, "octet 7"},
		{"\"\\u000a\"", ERR_FORMAT, "octet 3"},
		{"\"\\u0000\"", ERR_FORMAT, "not JSON"},
		{"\"\\ud800\"", ERR_FORMAT, "not JSON"},
		{"\"\\ud83d\\ude00\"", ERR_FORMAT, "octet 2"},
		{"\"\xed\xa0\x80\"", ERR_FORMAT, "not JSON"},
		{"\"\xff\"", ERR_FORMAT, "not JSON"},
		{"\"\xc0\xaf\"", ERR_FORMAT, "not JSON"},
		{"\"\t\"", ERR_FORMAT, "not JSON"},
		{"[1,]", ERR_FORMAT, "not JSON"},
		{"NaN", ERR_FORMAT, "not JSON"},
		{"\xef\xbb\xbf{}", ERR_FORMAT, "not JSON"},
		{"[[[[[[[[[]]]]]]]]]", ERR_LIMIT, "deep"},
		{"[[[[[[[[[", ERR_LIMIT, "deep"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct complaint complaint = {""};
		const int error = read_form(rows[i].text, strlen(rows[i].text), &complaint);
		if (error != rows[i].error || strstr(complaint.text, rows[i].word) == NULL)
			fail_msg("'%s': %d, %s", rows[i].text, error, complaint.text);
	}
	(void)state;
}

static void test_without(void **state)
{
	static const char *const without[] = {"id", "sig", NULL};
	json_t *value = json_pack("{s:i, s:s, s:{s:i}, s:s}", "z", 1, "sig", "x", "inner", "id", 2,
				  "id", "y");
	struct text out;
	text_init(&out, 1000);
	canonical_write(value, without, &out);
	/* Inside, they stay. */
	assert_string_equal(text_get(&out), "{\"inner\":{\"id\":2},\"z\":1}");
	text_release(&out);
	json_decref(value);
	(void)state;
}

/* Any value, in whatever way it was made. */
static json_t *make_value(struct random *random, unsigned depth)
{
	static const char *const names[] = {
		"",   "a",  "b",  "\xf0\x9f\x98\x80", "\xef\xac\xb3", "\xed\x9f\xbf",
		"\n", "\"", "aa", "\xee\x80\x80"};
	json_t *value = NULL;
	switch (random_below(random, depth < CANONICAL_DEPTH_MAX ? 7 : 5)) {
	case 0:
		return json_null();
	case 1:
		return json_boolean(random_below(random, 2));
	case 2:
		return json_integer((json_int_t)(random_u64(random) % (1ULL << 54)) -
				    CANONICAL_INTEGER_MAX);
	case 3:
	case 4:
		return json_string(names[random_below(random, 10)]);
	case 5:
		value = json_array();
		for (uint32_t i = random_below(random, 5); i > 0; i--)
			json_array_append_new(value, make_value(random, depth + 1));
		return value;
	default:
		value = json_object();
		for (uint32_t i = random_below(random, 8); i > 0; i--)
			json_object_set_new(value, names[random_below(random, 10)],
					    make_value(random, depth + 1));
		return value;
	}
}

/* What is written is read, is equal, and is written the same. */
static void test_round_trip(void **state)
{
	struct random random;
	random_seeded(&random, 6);
	for (int i = 0; i < 3000; i++) {
		struct complaint complaint = {""};
		struct text first, second;
		json_t *again = NULL;
		json_t *value = make_value(&random, 0);
		text_init(&first, CANONICAL_OCTETS_MAX);
		text_init(&second, CANONICAL_OCTETS_MAX);
		canonical_write(value, NULL, &first);
		if (first.error == ERR_FORMAT) { /* 2^53 */
			json_decref(value);
			text_release(&first);
			continue;
		}
		assert_int_equal(first.error, OK);
		if (canonical_read(text_get(&first), first.length, "it", &complaint, &again) != OK)
			fail_msg("%s: %s", text_get(&first), complaint.text);
		assert_true(json_equal(value, again));
		canonical_write(again, NULL, &second);
		assert_string_equal(text_get(&first), text_get(&second));
		json_decref(value);
		json_decref(again);
		text_release(&first);
		text_release(&second);
	}
	(void)state;
}

static void test_memory(void **state)
{
	FOR_EACH_FAILURE(allocation)
	{
		struct complaint complaint = {""};
		const char form[] = "{\"a\":[1,{\"b\":\"c\"}],\"d\":null}";
		const int error = read_form(form, strlen(form), &complaint);
		assert_int_equal(error, memory_has_failed() ? ERR_MEMORY : OK);
		assert_int_equal(memory_in_use(), 0);
	}
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken),   cmocka_unit_test(test_refused),
		cmocka_unit_test(test_without), cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
