/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the process that tries contacts says, and what it is told to try. Property: of three that
 * are asked for, each is told at most once, after it was begun, with words that are printed ASCII
 * or plain text and contacts in their form; what was told, written again, is told the same; an
 * order that is read, written again, is the same order.
 */
#include "base/text.h"
#include "cli/reaching_private.h"
#include "found_sound.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ITEMS 3u

struct telling {
	enum reaching_place *places;
	unsigned told[ITEMS];
	FILE *again; /* NULL: this is what was written again */
	const struct reaching_result *expected;
};

static int take(void *context, const struct reaching_result *result);

/* One result by itself, as it came. */
static void tell_again(const struct reaching_result *result)
{
	char *text = NULL;
	size_t size = 0;
	enum reaching_place places[ITEMS] = {REACHING_ASKED, REACHING_ASKED, REACHING_ASKED};
	struct telling telling = {.places = places, .expected = result};
	struct reaching_reader reader = {
		.places = places, .count = ITEMS, .take = take, .context = &telling};
	FILE *out = open_memstream(&text, &size);
	assert(out != NULL);
	reaching_begun_write(out, result->index);
	reaching_result_write(out, result);
	assert(fclose(out) == 0);
	reaching_reader_init(&reader);
	for (char *line = text; *line != '\0';) {
		char *end = strchr(line, '\n');
		assert(end != NULL);
		*end = '\0';
		assert(reaching_reader_take(&reader, line) == OK);
		line = end + 1;
	}
	assert(reader.told == 1 && telling.told[result->index] == 1);
	reaching_reader_release(&reader);
	free(text);
}

static void same(const struct reaching_result *one, const struct reaching_result *other)
{
	assert(one->index == other->index && one->state == other->state);
	assert(one->found->count == other->found->count);
	assert(one->found->unusable == other->found->unusable);
	assert(one->file.expires_s == other->file.expires_s);
	assert(one->file.has_canonical == other->file.has_canonical &&
	       one->file.is_canonical == other->file.is_canonical &&
	       one->file.is_signed == other->file.is_signed);
	assert(strlen(one->words) == strlen(other->words));
	for (size_t i = 0; i < one->found->count; i++) {
		const struct found_contact *a = &one->found->items[i], *b = &other->found->items[i];
		assert(a->kind == b->kind && strcmp(a->value, b->value) == 0);
		assert(strcmp(a->role, b->role) == 0 && (a->name == NULL) == (b->name == NULL));
		assert(a->name == NULL || strcmp(a->name, b->name) == 0);
	}
}

static int take(void *context, const struct reaching_result *result)
{
	struct telling *telling = context;
	assert(result->index < ITEMS && result->state <= REACHING_LEFT_OUT);
	assert(telling->places[result->index] == REACHING_TOLD);
	assert(telling->told[result->index]++ == 0);
	assert(result->words[0] != '\0' && strlen(result->words) < REACH_WORDS_MAX);
	assert(text_is_plain(result->words, strlen(result->words)));
	found_sound(result->found);
	if (telling->expected != NULL)
		same(result, telling->expected);
	else
		tell_again(result);
	return OK;
}

static void order(const char *line)
{
	char copy[REACHING_LINE_MAX], *text = NULL;
	struct reaching_item item;
	size_t index, size;
	(void)snprintf(copy, sizeof(copy), "%s", line);
	if (reaching_order_read(copy, &index, &item) != OK || item.size > 0)
		return;
	assert(index < REACHING_MAX);
	if (item.value[0] == '\0')
		item.octets = "";
	FILE *out = open_memstream(&text, &size);
	assert(out != NULL);
	const int error = reaching_order_write(out, index, &item);
	assert(fclose(out) == 0);
	/* Numbers may have been written with zeros in front. */
	assert(error != OK || strlen(text) <= strlen(line) + 1);
	assert(error == OK || strlen(item.value) > REACH_VALUE_MAX);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum reaching_place places[ITEMS] = {REACHING_ASKED, REACHING_ASKED, REACHING_WAITS};
	struct telling telling = {.places = places};
	struct reaching_reader reader = {
		.places = places, .count = ITEMS, .take = take, .context = &telling};
	int error = OK;
	reaching_reader_init(&reader);
	for (size_t at = 0; at < size && error == OK;) {
		char line[REACHING_LINE_MAX];
		const uint8_t *end = memchr(data + at, '\n', size - at);
		const size_t length = end != NULL ? (size_t)(end - data) - at : size - at;
		if (length >= sizeof(line) || memchr(data + at, '\0', length) != NULL)
			break;
		memcpy(line, data + at, length);
		line[length] = '\0';
		at += length + 1;
		order(line);
		error = reaching_reader_take(&reader, line);
	}
	assert(telling.told[2] == 0 && reader.told == telling.told[0] + telling.told[1]);
	reaching_reader_release(&reader);
	return 0;
}
