/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include "base/memory.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define TEXT_ROOM_FIRST 64u

void text_init(struct text *text, size_t cap_bytes)
{
	assert(text != NULL && cap_bytes < SIZE_MAX / 2);
	*text = (struct text){.cap = cap_bytes};
}

void text_release(struct text *text)
{
	assert(text != NULL);
	memory_give(text->data);
	*text = (struct text){.cap = text->cap};
}

void text_reset(struct text *text)
{
	assert(text != NULL);
	text->length = 0;
	text->error = OK;
	if (text->data != NULL)
		text->data[0] = '\0';
}

const char *text_get(const struct text *text)
{
	assert(text != NULL);
	return text->data ? text->data : "";
}

/* Room for `more` further characters and the NUL; false with the error set. */
static bool text_make_room(struct text *text, size_t more)
{
	assert(text != NULL && text->length <= text->cap);
	if (text->error != OK)
		return false;
	if (more > text->cap - text->length) {
		text->error = ERR_LIMIT;
		return false;
	}
	size_t needed = text->length + more + 1;
	if (needed <= text->room)
		return true;
	size_t room = text->room ? text->room : TEXT_ROOM_FIRST;
	while (room < needed)
		room *= 2;
	if (room > text->cap + 1)
		room = text->cap + 1;
	char *data = memory_resize(text->data, room);
	if (data == NULL) {
		text->error = ERR_MEMORY;
		return false;
	}
	text->data = data;
	text->room = room;
	return true;
}

void text_add_octets(struct text *text, const char *octets, size_t size_bytes)
{
	assert(octets != NULL || size_bytes == 0);
	if (!text_make_room(text, size_bytes))
		return;
	if (size_bytes > 0)
		memcpy(text->data + text->length, octets, size_bytes);
	text->length += size_bytes;
	text->data[text->length] = '\0';
}

void text_add(struct text *text, const char *string)
{
	assert(string != NULL);
	text_add_octets(text, string, strlen(string));
}

void text_add_char(struct text *text, char character)
{
	text_add_octets(text, &character, 1);
}

void text_format(struct text *text, const char *format, ...)
{
	assert(text != NULL && format != NULL);
	size_t left = text->room > text->length ? text->room - text->length : 0;
	va_list arguments;
	va_start(arguments, format);
	va_list again;
	va_copy(again, arguments);
	/* Most pieces fit at the first go. */
	int length = vsnprintf(left ? text->data + text->length : NULL, left, format, arguments);
	va_end(arguments);
	if (length < 0)
		text->error = text->error ? text->error : ERR_FORMAT;
	if (length >= 0 && text_make_room(text, (size_t)length)) {
		if ((size_t)length >= left)
			(void)vsnprintf(text->data + text->length, (size_t)length + 1, format,
					again);
		text->length += (size_t)length;
	}
	va_end(again);
	/* What did not fit left half a piece behind. */
	if (text->data != NULL)
		text->data[text->length] = '\0';
}

int number_from_text(const char *text, uint64_t minimum, uint64_t maximum, uint64_t *ret_number)
{
	assert(text != NULL && ret_number != NULL && minimum <= maximum);
	if (text[0] == '\0')
		return ERR_FORMAT;
	uint64_t number = 0;
	for (const char *next = text; *next != '\0'; next++) {
		if (*next < '0' || *next > '9')
			return ERR_FORMAT;
		if (__builtin_mul_overflow(number, 10u, &number) ||
		    __builtin_add_overflow(number, (uint64_t)(*next - '0'), &number))
			return ERR_LIMIT;
	}
	if (number < minimum || number > maximum)
		return ERR_LIMIT;
	*ret_number = number;
	return OK;
}

/* Longest word compared: option and code names are far shorter. */
#define DISTANCE_MAX 64u

static size_t smallest(size_t first, size_t second, size_t third)
{
	size_t least = first < second ? first : second;
	return least < third ? least : third;
}

size_t text_distance(const char *left, const char *right)
{
	assert(left != NULL && right != NULL);
	size_t left_length = strnlen(left, DISTANCE_MAX + 1);
	size_t right_length = strnlen(right, DISTANCE_MAX + 1);
	if (left_length > DISTANCE_MAX || right_length > DISTANCE_MAX)
		return DISTANCE_MAX;
	size_t row[DISTANCE_MAX + 1];
	for (size_t column = 0; column <= right_length; column++)
		row[column] = column;
	for (size_t line = 1; line <= left_length; line++) {
		size_t diagonal = row[0];
		row[0] = line;
		for (size_t column = 1; column <= right_length; column++) {
			size_t above = row[column];
			size_t change = left[line - 1] == right[column - 1] ? 0 : 1;
			row[column] = smallest(above + 1, row[column - 1] + 1, diagonal + change);
			diagonal = above;
		}
	}
	return row[right_length];
}

const char *text_closest(const char *word, const char *const *candidates, size_t count)
{
	assert(word != NULL && (candidates != NULL || count == 0));
	const char *closest = NULL;
	size_t best = 3;
	for (size_t i = 0; i < count; i++) {
		size_t distance = text_distance(word, candidates[i]);
		if (distance < best && distance * 2 < strlen(candidates[i])) {
			best = distance;
			closest = candidates[i];
		}
	}
	return closest;
}
