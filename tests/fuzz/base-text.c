/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that base reads from text: base 16, base 64, time, numbers. Property: what was read
 * and is written again is the text itself (each value has one form), hexadecimal up to letter case;
 * and every octet string comes back from its text. */
#include "base/json.h"
#include "base/text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_encodings(const char *text, size_t length, uint8_t *octets, char *again)
{
	size_t size;
	size_t room = 4 * length + 5;
	if (hex_to_octets(text, length, octets, length, &size) == OK) {
		int error = hex_from_octets(octets, size, again, room);
		assert(error == OK && strlen(again) == length);
		assert(strncasecmp(again, text, length) == 0);
	}
	if (base64_to_octets(text, length, octets, length, &size) == OK) {
		int error = base64_from_octets(octets, size, again, room);
		assert(error == OK && strlen(again) == length);
		assert(memcmp(again, text, length) == 0);
	}
}

static void check_octets(const uint8_t *data, size_t size, uint8_t *octets, char *text)
{
	size_t back = 0;
	int error = base64_from_octets(data, size, text, 4 * size + 5);
	assert(error == OK);
	error = base64_to_octets(text, strlen(text), octets, size, &back);
	assert(error == OK && back == size && memcmp(octets, data, size) == 0);
	error = hex_from_octets(data, size, text, 4 * size + 5);
	assert(error == OK);
	error = hex_to_octets(text, strlen(text), octets, size, &back);
	assert(error == OK && back == size && memcmp(octets, data, size) == 0);
}

static void check_scalars(const char *text)
{
	char again[TIME_TEXT_MAX];
	int64_t seconds;
	uint64_t number;
	if (time_from_text(text, &seconds) == OK) {
		time_to_text(seconds, again);
		assert(strcmp(again, text) == 0);
	}
	if (number_from_text(text, 0, UINT64_MAX, &number) == OK) {
		snprintf(again, sizeof(again), "%llu", (unsigned long long)number);
		const char *digits = text + strspn(text, "0");
		assert(strcmp(*digits ? digits : "0", again) == 0);
	}
	assert(text_distance(text, text) == 0 || strlen(text) > 64);
}

/* What is written is one JSON string without control characters, and longer texts do not end early.
 */
static void check_json(const uint8_t *data, size_t size)
{
	struct text text;
	struct json json;
	text_init(&text, 6 * size + 2);
	json_init(&json, &text);
	json_text_octets(&json, (const char *)data, size);
	assert(text.error == OK && text.length >= 2);
	bool is_escaped = false;
	for (size_t i = 0; i < text.length; i++) {
		uint8_t octet = (uint8_t)text.data[i];
		assert(octet >= 0x20 && octet != 0x7f);
		bool is_quote = octet == '"' && !is_escaped;
		assert(is_quote == (i == 0 || i == text.length - 1));
		is_escaped = octet == '\\' && !is_escaped;
	}
	text_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	uint8_t *octets = malloc(size + 1);
	char *again = malloc(4 * size + 5);
	assert(text != NULL && octets != NULL && again != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	check_encodings(text, size, octets, again);
	check_octets(data, size, octets, again);
	check_scalars(text);
	check_json(data, size);
	free(text);
	free(octets);
	free(again);
	return 0;
}
