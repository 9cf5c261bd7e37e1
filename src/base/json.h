/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A streaming JSON writer (RFC 8259) into a `struct text`. Commas, colons and escaping are its
 * business; nesting is checked by assertion. Text that is not UTF-8 is written with U+FFFD in place
 * of each bad octet. One JSON Line = json_begin_object ... json_end_object, then json_end_line.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Deepest nesting; our schemas stay below 8. */
#define JSON_DEPTH_MAX 16

struct json {
	struct text *out;
	uint8_t depth;
	bool needs_comma[JSON_DEPTH_MAX];
	bool is_object[JSON_DEPTH_MAX];
	bool has_key; /* a key was written and waits for its value */
};

void json_init(struct json *json, struct text *out);
void json_begin_object(struct json *json);
void json_end_object(struct json *json);
void json_begin_array(struct json *json);
void json_end_array(struct json *json);
void json_key(struct json *json, const char *key);
void json_text(struct json *json, const char *value); /* NULL writes null */
void json_text_octets(struct json *json, const char *value, size_t length);
void json_number(struct json *json, int64_t value);
void json_unsigned(struct json *json, uint64_t value);
/* Names that jansson does not have, since both are linked into one program. */
void json_real_number(struct json *json, double value); /* 6 significant digits; NaN writes null */
void json_bool(struct json *json, bool value);
void json_null_value(struct json *json);
void json_end_line(struct json *json);

/* Key and value in one. */
void json_put_text(struct json *json, const char *key, const char *value);
void json_put_number(struct json *json, const char *key, int64_t value);
void json_put_bool(struct json *json, const char *key, bool value);

#endif
