/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/canonical.h"

#include "base/memory.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* ---- writing ---- */

static void fail(struct text *out, int error)
{
	assert(error < 0);
	if (out->error == OK)
		out->error = error;
}

/* RFC 8785 s3.2.2.2: two characters where there are two, \u00xx of other controls, all else as it
 * is. */
static void write_text(const char *text, size_t length, struct text *out)
{
	text_add_char(out, '"');
	for (size_t i = 0; i < length; i++) {
		static const char named[] = "b\bf\fn\nr\rt\t\"\"\\\\";
		const char character = text[i];
		const char *name = NULL;
		for (size_t k = 1; k < sizeof(named) - 1 && name == NULL; k += 2)
			name = named[k] == character ? &named[k - 1] : NULL;
		if (name != NULL) {
			text_add_char(out, '\\');
			text_add_char(out, *name);
		} else if ((uint8_t)character < 0x20) {
			text_format(out, "\\u%04x", (unsigned)(uint8_t)character);
		} else {
			text_add_char(out, character);
		}
	}
	text_add_char(out, '"');
}

/*
 * UTF-16 puts what stands above U+FFFF, as surrogates, before U+E000 to U+FFFF; UTF-8 does not.
 * Everywhere else octets order the same. The first octet that differs decides: 0xee and 0xef begin
 * U+E000 and more (or are equal), 0xf0 and above begin what stands above U+FFFF.
 */
static int compare_names(const char *left, const char *right)
{
	const uint8_t *a = (const uint8_t *)left;
	const uint8_t *b = (const uint8_t *)right;
	while (*a == *b && *a != 0) {
		a++;
		b++;
	}
	const bool a_is_above = *a >= 0xf0;
	const bool b_is_above = *b >= 0xf0;
	if (a_is_above != b_is_above && (a_is_above ? *b : *a) >= 0xee)
		return a_is_above ? -1 : 1;
	return (int)*a - (int)*b;
}

static int compare_members(const void *left, const void *right)
{
	return compare_names(*(const char *const *)left, *(const char *const *)right);
}

static bool is_among(const char *name, const char *const *names)
{
	for (; names != NULL && *names != NULL; names++) {
		if (strcmp(name, *names) == 0)
			return true;
	}
	return false;
}

static void write_value(const json_t *value, unsigned depth, struct text *out);

static void write_members(const json_t *object, const char *const *names, size_t count,
			  unsigned depth, struct text *out)
{
	text_add_char(out, '{');
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			text_add_char(out, ',');
		write_text(names[i], strlen(names[i]), out);
		text_add_char(out, ':');
		write_value(json_object_get(object, names[i]), depth, out);
	}
	text_add_char(out, '}');
}

static void write_object(const json_t *object, const char *const *without, unsigned depth,
			 struct text *out)
{
	const size_t size = json_object_size(object);
	const char **names = memory_take_zeroed(size + 1, sizeof(*names));
	size_t count = 0;
	if (names == NULL) {
		fail(out, ERR_MEMORY);
		return;
	}
	/* jansson's iterators are not const; nothing is changed through them. */
	json_t *open = (json_t *)(uintptr_t)object;
	for (void *at = json_object_iter(open); at != NULL; at = json_object_iter_next(open, at)) {
		if (!is_among(json_object_iter_key(at), without))
			names[count++] = json_object_iter_key(at);
	}
	assert(count <= size);
	qsort(names, count, sizeof(*names), compare_members);
	write_members(object, names, count, depth, out);
	memory_give(names);
}

static void write_array(const json_t *array, unsigned depth, struct text *out)
{
	text_add_char(out, '[');
	for (size_t i = 0; i < json_array_size(array); i++) {
		if (i > 0)
			text_add_char(out, ',');
		write_value(json_array_get(array, i), depth, out);
	}
	text_add_char(out, ']');
}

static void write_integer(json_int_t number, struct text *out)
{
	if (number > CANONICAL_INTEGER_MAX || number < -CANONICAL_INTEGER_MAX)
		fail(out, ERR_FORMAT);
	else
		text_format(out, "%lld", (long long)number);
}

/* `depth`: of what this value stands in. */
static void write_value(const json_t *value, unsigned depth, struct text *out)
{
	assert(value != NULL);
	if (out->error != OK)
		return;
	if ((json_is_object(value) || json_is_array(value)) && depth == CANONICAL_DEPTH_MAX) {
		fail(out, ERR_LIMIT);
		return;
	}
	switch (json_typeof(value)) {
	case JSON_OBJECT:
		write_object(value, NULL, depth + 1, out);
		break;
	case JSON_ARRAY:
		write_array(value, depth + 1, out);
		break;
	case JSON_STRING:
		write_text(json_string_value(value), json_string_length(value), out);
		break;
	case JSON_INTEGER:
		write_integer(json_integer_value(value), out);
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		text_add(out, json_is_true(value) ? "true" : "false");
		break;
	case JSON_NULL:
		text_add(out, "null");
		break;
	case JSON_REAL:
		fail(out, ERR_FORMAT);
		break;
	}
}

void canonical_write(const json_t *value, const char *const *without, struct text *out)
{
	assert(out != NULL);
	if (value == NULL)
		fail(out, ERR_MEMORY);
	else if (json_is_object(value))
		write_object(value, without, 1, out);
	else
		write_value(value, 0, out);
}

/* ---- reading ---- */

/* Before anything is built: how deep is it? Brackets inside text do not count. */
static bool is_too_deep(const char *octets, size_t size)
{
	unsigned depth = 0;
	bool is_in_text = false;
	for (size_t i = 0; i < size; i++) {
		const char character = octets[i];
		if (is_in_text && character == '\\')
			i++;
		else if (character == '"')
			is_in_text = !is_in_text;
		else if (!is_in_text && (character == '{' || character == '['))
			depth++;
		else if (!is_in_text && (character == '}' || character == ']') && depth > 0)
			depth--;
		if (depth > CANONICAL_DEPTH_MAX)
			return true;
	}
	return false;
}

/* Where the two part, so that whoever wrote it finds the place. */
static int compare_forms(const struct text *form, const char *octets, size_t size, const char *what,
			 struct complaint *complaint)
{
	size_t same = 0;
	if (form->error == ERR_FORMAT)
		return complain(complaint, ERR_FORMAT,
				"%s: a number that is no integer of at most 2^53 - 1", what);
	if (form->error == ERR_MEMORY)
		return complain(complaint, ERR_MEMORY, "%s: out of memory", what);
	while (same < size && same < form->length && form->data[same] == octets[same])
		same++;
	if (form->error == OK && same == size && same == form->length)
		return OK;
	return complain(complaint, ERR_FORMAT,
			"%s: not in canonical form (RFC 8785) from octet %zu on; it was changed on "
			"its way, or is of a program that does not follow the format",
			what, same + 1);
}

static int check_form(const json_t *value, const char *octets, size_t size, const char *what,
		      struct complaint *complaint)
{
	struct text form;
	/* The form of what was read is no longer than it unless it is another one. */
	text_init(&form, size);
	canonical_write(value, NULL, &form);
	const int error = compare_forms(&form, octets, size, what, complaint);
	text_release(&form);
	return error;
}

int canonical_read(const char *octets, size_t size, const char *what, struct complaint *complaint,
		   json_t **ret_value)
{
	json_error_t fault;
	assert((octets != NULL || size == 0) && what != NULL && ret_value != NULL);
	if (size > CANONICAL_OCTETS_MAX)
		return complain(complaint, ERR_LIMIT, "%s: %zu octets, at most %zu", what, size,
				CANONICAL_OCTETS_MAX);
	if (size == 0)
		return complain(complaint, ERR_FORMAT, "%s: empty", what);
	if (is_too_deep(octets, size))
		return complain(complaint, ERR_LIMIT, "%s: nested more than %u deep", what,
				CANONICAL_DEPTH_MAX);
	json_t *value = json_loadb(octets, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &fault);
	if (value == NULL && json_error_code(&fault) == json_error_out_of_memory)
		return complain(complaint, ERR_MEMORY, "%s: out of memory", what);
	if (value == NULL)
		return complain(complaint, ERR_FORMAT, "%s: %s, at octet %d", what,
				json_error_code(&fault) == json_error_duplicate_key
					? "a member is there twice"
					: "not JSON, or cut short",
				fault.position);
	const int error = check_form(value, octets, size, what, complaint);
	if (error != OK)
		json_decref(value);
	else
		*ret_value = value;
	return error;
}
