/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void json_init(struct json *json, struct text *out)
{
	assert(json != NULL && out != NULL);
	*json = (struct json){.out = out};
}

/* What has to stand before the next value. */
static void json_before_value(struct json *json)
{
	if (json->has_key) {
		json->has_key = false;
		return;
	}
	/* In an object a value without a key is a bug of the caller. */
	assert(json->depth == 0 || !json->is_object[json->depth]);
	assert(json->depth > 0 || !json->needs_comma[0]);
	if (json->needs_comma[json->depth])
		text_add_char(json->out, ',');
	json->needs_comma[json->depth] = true;
}

static void json_begin(struct json *json, bool is_object)
{
	assert(json != NULL);
	json_before_value(json);
	assert(json->depth < JSON_DEPTH_MAX - 1);
	json->depth++;
	json->needs_comma[json->depth] = false;
	json->is_object[json->depth] = is_object;
	text_add_char(json->out, is_object ? '{' : '[');
}

static void json_end(struct json *json, bool is_object)
{
	assert(json != NULL && json->depth > 0);
	assert(json->is_object[json->depth] == is_object && !json->has_key);
	json->depth--;
	text_add_char(json->out, is_object ? '}' : ']');
}

void json_begin_object(struct json *json)
{
	json_begin(json, true);
}

void json_end_object(struct json *json)
{
	json_end(json, true);
}

void json_begin_array(struct json *json)
{
	json_begin(json, false);
}

void json_end_array(struct json *json)
{
	json_end(json, false);
}

/* The characters that RFC 8259 s7 wants escaped; and DEL and C1, which terminals act upon. */
static void json_escape(struct text *out, uint8_t character)
{
	static const char SHORT[] = "b\bf\fn\nr\rt\t";
	if (character == '"' || character == '\\') {
		text_add_char(out, '\\');
		text_add_char(out, (char)character);
		return;
	}
	for (size_t i = 0; i + 1 < sizeof(SHORT); i += 2) {
		if (SHORT[i + 1] == (char)character) {
			text_add_char(out, '\\');
			text_add_char(out, SHORT[i]);
			return;
		}
	}
	text_format(out, "\\u%04x", character);
}

static bool json_is_plain(uint8_t character)
{
	return character >= 0x20 && character < 0x7f && character != '"' && character != '\\';
}

static void json_string(struct text *out, const char *value, size_t length)
{
	const uint8_t *octets = (const uint8_t *)value;
	text_add_char(out, '"');
	size_t at = 0;
	while (at < length) {
		size_t plain = at;
		while (plain < length && json_is_plain(octets[plain]))
			plain++;
		text_add_octets(out, value + at, plain - at);
		at = plain;
		if (at == length)
			break;
		size_t size = utf8_size(octets + at, length - at);
		if (size == 1)
			json_escape(out, octets[at]);
		else if (size == 2 && utf8_is_control(octets + at))
			json_escape(out, octets[at + 1]);
		else if (size > 1)
			text_add_octets(out, value + at, size);
		else
			text_add(out, "\xef\xbf\xbd");
		at += size ? size : 1;
	}
	text_add_char(out, '"');
}

void json_key(struct json *json, const char *key)
{
	assert(json != NULL && key != NULL);
	assert(json->depth > 0 && json->is_object[json->depth] && !json->has_key);
	if (json->needs_comma[json->depth])
		text_add_char(json->out, ',');
	json->needs_comma[json->depth] = true;
	json_string(json->out, key, strlen(key));
	text_add_char(json->out, ':');
	json->has_key = true;
}

void json_text_octets(struct json *json, const char *value, size_t length)
{
	assert(value != NULL || length == 0);
	json_before_value(json);
	json_string(json->out, value, length);
}

void json_text(struct json *json, const char *value)
{
	if (value == NULL)
		json_null_value(json);
	else
		json_text_octets(json, value, strlen(value));
}

void json_number(struct json *json, int64_t value)
{
	json_before_value(json);
	text_format(json->out, "%lld", (long long)value);
}

void json_unsigned(struct json *json, uint64_t value)
{
	json_before_value(json);
	text_format(json->out, "%llu", (unsigned long long)value);
}

void json_real_number(struct json *json, double value)
{
	if (!isfinite(value)) {
		json_null_value(json);
		return;
	}
	json_before_value(json);
	char digits[32];
	int length = snprintf(digits, sizeof(digits), "%.6g", value);
	assert(length > 0 && (size_t)length < sizeof(digits));
	/* A locale of the program's user must not put a comma there. */
	char *comma = strchr(digits, ',');
	if (comma != NULL)
		*comma = '.';
	text_add(json->out, digits);
}

void json_bool(struct json *json, bool value)
{
	json_before_value(json);
	text_add(json->out, value ? "true" : "false");
}

void json_null_value(struct json *json)
{
	json_before_value(json);
	text_add(json->out, "null");
}

void json_end_line(struct json *json)
{
	assert(json != NULL && json->depth == 0 && !json->has_key);
	text_add_char(json->out, '\n');
	json->needs_comma[0] = false;
}

void json_put_text(struct json *json, const char *key, const char *value)
{
	json_key(json, key);
	json_text(json, value);
}

void json_put_number(struct json *json, const char *key, int64_t value)
{
	json_key(json, key);
	json_number(json, value);
}

void json_put_bool(struct json *json, const char *key, bool value)
{
	json_key(json, key);
	json_bool(json, value);
}
