/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text in and out: numbers, encodings, time, JSON, complaints. */
#include "base/json.h"
#include "base/text.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int number(const char *text, uint64_t minimum, uint64_t maximum, uint64_t *ret_number)
{
	return number_from_text(text, minimum, maximum, ret_number);
}

static void numbers_are_read_strictly(void **state)
{
	(void)state;
	uint64_t value = 7;
	assert_int_equal(number("0", 0, 10, &value), OK);
	assert_int_equal(value, 0);
	assert_int_equal(number("18446744073709551615", 0, UINT64_MAX, &value), OK);
	assert_true(value == UINT64_MAX);
	static const char *const BAD[] = {"", " 1", "1 ", "+1", "-1", "1x", "0x1", "1.0"};
	value = 7;
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
		assert_int_equal(number(BAD[i], 0, 10, &value), ERR_FORMAT);
	assert_int_equal(number("18446744073709551616", 0, UINT64_MAX, &value), ERR_LIMIT);
	assert_int_equal(number("99999999999999999999999", 0, UINT64_MAX, &value), ERR_LIMIT);
	assert_int_equal(number("11", 0, 10, &value), ERR_LIMIT);
	assert_int_equal(number("4", 5, 10, &value), ERR_LIMIT);
	assert_int_equal(value, 7);
}

struct vector {
	const char *octets;
	const char *text;
};

/* RFC 4648 s10. */
static const struct vector BASE64[] = {
	{"", ""},
	{"f", "Zg=="},
	{"fo", "Zm8="},
	{"foo", "Zm9v"},
	{"foob", "Zm9vYg=="},
	{"fooba", "Zm9vYmE="},
	{"foobar", "Zm9vYmFy"},
};
static const struct vector HEX[] = {{"", ""}, {"f", "66"}, {"foobar", "666f6f626172"}};

static void encodings_agree_with_the_rfc(void **state)
{
	(void)state;
	uint8_t octets[32];
	char text[64];
	size_t size;
	for (size_t i = 0; i < sizeof(BASE64) / sizeof(BASE64[0]); i++) {
		const uint8_t *source = (const uint8_t *)BASE64[i].octets;
		size_t length = strlen(BASE64[i].octets);
		assert_int_equal(
			base64_from_octets(source, length, text, strlen(BASE64[i].text) + 1), OK);
		assert_string_equal(text, BASE64[i].text);
		assert_int_equal(base64_from_octets(source, length, text, strlen(BASE64[i].text)),
				 ERR_SHORT);
		assert_int_equal(base64_to_octets(text, strlen(text), octets, length, &size), OK);
		assert_int_equal(size, length);
		assert_memory_equal(octets, source, length);
	}
	for (size_t i = 0; i < sizeof(HEX) / sizeof(HEX[0]); i++) {
		const uint8_t *source = (const uint8_t *)HEX[i].octets;
		size_t length = strlen(HEX[i].octets);
		assert_int_equal(hex_from_octets(source, length, text, 2 * length + 1), OK);
		assert_string_equal(text, HEX[i].text);
		assert_int_equal(hex_from_octets(source, length, text, 2 * length), ERR_SHORT);
		assert_int_equal(hex_to_octets(HEX[i].text, 2 * length, octets, length, &size), OK);
		assert_memory_equal(octets, source, length);
	}
}

static void bad_encodings_are_refused(void **state)
{
	(void)state;
	static const char *const BAD64[] = {"Z",     "Zg",   "Zg=",  "Zg= =",    "=",
					    "====",  "Zh==", "Zm9=", "Zg==Zg==", "Zm9v\n",
					    "Zm 9v", "Z===", "Zm-_"};
	uint8_t octets[32];
	size_t size = 99;
	for (size_t i = 0; i < sizeof(BAD64) / sizeof(BAD64[0]); i++)
		assert_int_equal(base64_to_octets(BAD64[i], strlen(BAD64[i]), octets,
						  sizeof(octets), &size),
				 ERR_FORMAT);
	assert_int_equal(base64_to_octets("Zm9v", 4, octets, 2, &size), ERR_SHORT);
	assert_int_equal(hex_to_octets("6", 1, octets, 32, &size), ERR_FORMAT);
	assert_int_equal(hex_to_octets("6g", 2, octets, 32, &size), ERR_FORMAT);
	assert_int_equal(hex_to_octets("6666", 4, octets, 1, &size), ERR_SHORT);
	assert_int_equal(hex_to_octets("aAfF", 4, octets, 2, &size), OK);
	assert_int_equal(octets[1], 0xff);
	assert_int_equal(size, 2);
}

struct moment {
	int64_t seconds;
	const char *text;
};

static void time_is_written_and_read(void **state)
{
	(void)state;
	static const struct moment MOMENTS[] = {
		{0, "1970-01-01T00:00:00Z"},
		{-1, "1969-12-31T23:59:59Z"},
		{951782400, "2000-02-29T00:00:00Z"},
		{4107542399, "2100-02-28T23:59:59Z"},
		{4107542400, "2100-03-01T00:00:00Z"},
		{1795284967, "2026-11-21T18:16:07Z"},
		{253402300799, "9999-12-31T23:59:59Z"},
		{-62167219200, "0000-01-01T00:00:00Z"},
	};
	char text[TIME_TEXT_MAX];
	int64_t seconds;
	for (size_t i = 0; i < sizeof(MOMENTS) / sizeof(MOMENTS[0]); i++) {
		time_to_text(MOMENTS[i].seconds, text);
		assert_string_equal(text, MOMENTS[i].text);
		assert_int_equal(time_from_text(text, &seconds), OK);
		assert_true(seconds == MOMENTS[i].seconds);
	}
	time_to_text(INT64_MAX, text);
	assert_string_equal(text, "9999-12-31T23:59:59Z");
	time_to_text(INT64_MIN, text);
	assert_string_equal(text, "0000-01-01T00:00:00Z");
	/* A day and a bit apart, through four centuries. */
	for (int64_t moment = -12000000000; moment < 12000000000; moment += 86399 * 7) {
		time_to_text(moment, text);
		assert_int_equal(time_from_text(text, &seconds), OK);
		assert_true(seconds == moment);
	}
}

static void bad_times_are_refused(void **state)
{
	(void)state;
	static const char *const BAD[] = {
		"",
		"2026-11-21",
		"2026-11-21T18:16:07",
		"2026-11-21T18:16:07+00:00",
		"2026-11-21t18:16:07z",
		"2026-11-21 18:16:07Z",
		"2026-13-01T00:00:00Z",
		"2026-00-01T00:00:00Z",
		"2026-02-29T00:00:00Z",
		"2100-02-29T00:00:00Z",
		"2026-04-31T00:00:00Z",
		"2026-04-00T00:00:00Z",
		"2026-01-01T24:00:00Z",
		"2026-01-01T00:60:00Z",
		"2026-12-31T23:59:60Z",
		"2026-01-01T00:00:00Z ",
		"+026-01-01T00:00:00Z",
		"12026-01-01T00:00:00Z",
	};
	int64_t seconds = 5;
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++)
		assert_int_equal(time_from_text(BAD[i], &seconds), ERR_FORMAT);
	assert_true(seconds == 5);
}

static void durations_are_for_people(void **state)
{
	(void)state;
	static const struct moment DURATIONS[] = {{0, "0 s"},          {3, "3 s"},
						  {59, "59 s"},        {60, "1 min"},
						  {250, "4 min 10 s"}, {7500, "2 h 5 min"},
						  {7200, "2 h"},       {7201, "2 h"},
						  {86400, "1 d"},      {529200, "6 d 3 h"}};
	char text[TIME_TEXT_MAX];
	for (size_t i = 0; i < sizeof(DURATIONS) / sizeof(DURATIONS[0]); i++) {
		duration_to_text((uint64_t)DURATIONS[i].seconds, text);
		assert_string_equal(text, DURATIONS[i].text);
	}
	duration_to_text(UINT64_MAX, text);
	assert_true(strlen(text) < sizeof(text));
}

static void closest_word_is_found(void **state)
{
	(void)state;
	static const char *const WORDS[] = {"scan", "check", "report", "explain", "history"};
	assert_string_equal(text_closest("chek", WORDS, 5), "check");
	assert_string_equal(text_closest("reprot", WORDS, 5), "report");
	assert_string_equal(text_closest("scam", WORDS, 5), "scan");
	assert_null(text_closest("sxxn", WORDS, 5));
	assert_null(text_closest("", WORDS, 5));
	assert_null(text_closest("scan", NULL, 0));
	assert_int_equal(text_distance("kitten", "sitting"), 3);
	assert_int_equal(text_distance("", "abc"), 3);
	char longer[100];
	memset(longer, 'a', 99);
	longer[99] = '\0';
	assert_int_equal(text_distance(longer, longer), 64);
	longer[64] = '\0';
	assert_int_equal(text_distance(longer, longer), 0);
}

static void json_is_well_formed(void **state)
{
	(void)state;
	struct text text;
	struct json json;
	text_init(&text, 1000);
	json_init(&json, &text);
	json_begin_object(&json);
	json_put_text(&json, "text", "a\"b\\c\n\t\x01\x7f/\xc3\xa9\xf0\x9f\x98\x80");
	json_put_text(&json, "none", NULL);
	json_put_number(&json, "least", INT64_MIN);
	json_key(&json, "most");
	json_unsigned(&json, UINT64_MAX);
	json_put_bool(&json, "yes", true);
	json_key(&json, "list");
	json_begin_array(&json);
	json_begin_array(&json);
	json_end_array(&json);
	json_begin_object(&json);
	json_end_object(&json);
	json_real_number(&json, 0.1);
	json_real_number(&json, NAN);
	json_real_number(&json, -INFINITY);
	json_bool(&json, false);
	json_end_array(&json);
	json_end_object(&json);
	json_end_line(&json);
	json_number(&json, 1);
	json_end_line(&json);
	assert_string_equal(
		text_get(&text),
		"{\"text\":\"a\\\"b\\\\c\\n\\t\\u0001\\u007f/\xc3\xa9\xf0\x9f\x98\x80\","
		"\"none\":null,"
		"\"least\":-9223372036854775808,\"most\":18446744073709551615,\"yes\":true,"
		"\"list\":[[],{},0.1,null,null,false]}\n1\n");
	text_release(&text);
}

static void what_is_not_utf8_is_replaced(void **state)
{
	(void)state;
#define BAD "\xef\xbf\xbd"
	static const struct vector VECTORS[] = {
		{"\x80", BAD},
		{"\xc3", BAD},
		{"\xc2", BAD},
		{"\xc2"
		 "Z",
		 BAD "Z"},
		{"\xc2\x85", "\\u0085"},
		{"\xc0\xaf", BAD BAD},                 /* overlong */
		{"\xe0\x80\xaf", BAD BAD BAD},         /* overlong */
		{"\xed\xa0\x80", BAD BAD BAD},         /* surrogate */
		{"\xf4\x90\x80\x80", BAD BAD BAD BAD}, /* above U+10FFFF */
		{"\xf0\x9f\x98z", BAD BAD BAD "z"},
		{"\xef\xbf\xbf", "\xef\xbf\xbf"},
		{"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
		{"\xed\x9f\xbf", "\xed\x9f\xbf"},
	};
	for (size_t i = 0; i < sizeof(VECTORS) / sizeof(VECTORS[0]); i++) {
		struct text text;
		struct json json;
		char expected[64];
		snprintf(expected, sizeof(expected), "\"%s\"", VECTORS[i].text);
		text_init(&text, 100);
		json_init(&json, &text);
		json_text(&json, VECTORS[i].octets);
		assert_string_equal(text_get(&text), expected);
		text_release(&text);
	}
}

static void complaints_are_kept_and_cut(void **state)
{
	(void)state;
	struct complaint complaint;
	assert_int_equal(complain(NULL, ERR_IO, "nobody hears"), ERR_IO);
	assert_int_equal(complain(&complaint, ERR_FORMAT, "line %d is bad", 7), ERR_FORMAT);
	assert_int_equal(complain_more(&complaint, ERR_IO, "world '%s'", "w"), ERR_IO);
	assert_string_equal(complaint.text, "world 'w': line 7 is bad");
	assert_int_equal(complain(&complaint, ERR_IO, "again: %s", complaint.text), ERR_IO);
	assert_string_equal(complaint.text, "again: world 'w': line 7 is bad");
	char longer[3 * COMPLAINT_MAX];
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(complain(&complaint, ERR_IO, "%s", longer), ERR_IO);
	assert_int_equal(strlen(complaint.text), COMPLAINT_MAX - 1);
	assert_int_equal(complain_more(&complaint, ERR_IO, "p"), ERR_IO);
	assert_int_equal(strlen(complaint.text), COMPLAINT_MAX - 1);
	assert_int_equal(strncmp(complaint.text, "p: xxx", 6), 0);
	assert_int_equal(complain_more(&complaint, ERR_IO, "%s", longer), ERR_IO);
	assert_int_equal(strlen(complaint.text), COMPLAINT_MAX - 1);
}

static void every_code_has_its_words(void **state)
{
	(void)state;
	for (int code = OK; code >= ERR_BUSY; code--) {
		assert_string_not_equal(error_text(code), "unknown error");
		assert_true(strlen(error_text(code)) > 0);
	}
	assert_string_equal(error_text(1), "unknown error");
	assert_string_equal(error_text(ERR_BUSY - 1), "unknown error");
	assert_int_equal(error_from_errno(0), OK);
	assert_int_equal(error_from_errno(ENOSPC), ERR_FULL);
	assert_int_equal(error_from_errno(EROFS), ERR_FULL);
	assert_int_equal(error_from_errno(EACCES), ERR_PERMISSION);
	assert_int_equal(error_from_errno(ENOENT), ERR_NOT_FOUND);
	assert_int_equal(error_from_errno(ECONNREFUSED), ERR_NETWORK);
	assert_int_equal(error_from_errno(12345), ERR_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_read_strictly),
		cmocka_unit_test(encodings_agree_with_the_rfc),
		cmocka_unit_test(bad_encodings_are_refused),
		cmocka_unit_test(time_is_written_and_read),
		cmocka_unit_test(bad_times_are_refused),
		cmocka_unit_test(durations_are_for_people),
		cmocka_unit_test(closest_word_is_found),
		cmocka_unit_test(json_is_well_formed),
		cmocka_unit_test(what_is_not_utf8_is_replaced),
		cmocka_unit_test(complaints_are_kept_and_cut),
		cmocka_unit_test(every_code_has_its_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
