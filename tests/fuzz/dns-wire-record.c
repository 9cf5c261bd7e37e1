/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Presentation form: line -> record -> line -> record gives the same record and the same line.
 * Where libzscanner reads the line too, it reads the same record; but for parentheses within a
 * word, which it takes as part of unquoted text, and runs of backslashes in lists of SvcParams, of
 * which it keeps one.
 */
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/zonefile.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LINE_MAX_OCTETS 4096

static void require(bool condition)
{
	if (!condition)
		abort();
}

static bool is_same(const struct record *left, const struct record *right)
{
	return left->type == right->type && left->class == right->class &&
	       left->ttl == right->ttl && left->rdata_size == right->rdata_size &&
	       name_equal_exactly(left->owner, right->owner) &&
	       memcmp(left->rdata, right->rdata, left->rdata_size) == 0;
}

static int compare(void *context, const struct record *record)
{
	require(is_same(record, context));
	return OK;
}

static void check_record(struct arena *arena, const char *line, struct record *record)
{
	struct text text, second;
	struct record again;
	text_init(&text, 1 << 20);
	text_init(&second, 1 << 20);
	require(record_to_text(record, &text) == OK);
	require(record_from_text(arena, text_get(&text), &again, NULL) == OK);
	require(is_same(record, &again));
	require(record_to_text(&again, &second) == OK);
	require(strcmp(text_get(&text), text_get(&second)) == 0);
	text_release(&text);
	text_release(&second);
	const struct zonefile zonefile = {
		.origin = (const uint8_t *)"", .take = compare, .context = record};
	struct complaint complaint;
	if (strpbrk(line, "()") == NULL && strstr(line, "\\\\\\") == NULL)
		(void)!zonefile_read(&zonefile, line, strlen(line), &complaint);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char line[LINE_MAX_OCTETS + 1];
	struct arena arena;
	struct record record;
	struct complaint complaint = {.text = ""};
	if (size > LINE_MAX_OCTETS)
		return 0;
	memcpy(line, data, size);
	line[size] = '\0';
	arena_init(&arena, 16 << 20, 0);
	if (record_from_text(&arena, line, &record, &complaint) == OK)
		check_record(&arena, line, &record);
	else
		require(complaint.text[0] != '\0');
	arena_release(&arena);
	return 0;
}
