/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A change that is read is written, read and written again: the two writings are equal. */
#include "model/change.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#define ARENA_CAP ((size_t)8 << 20)
#define TEXT_CAP ((size_t)8 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_line(const struct change *change, struct text *text)
{
	struct json json;
	text_init(text, TEXT_CAP);
	json_init(&json, text);
	change_to_json(change, &json);
	assert(text->error == OK);
}

static void check(struct arena *arena, const struct change *change)
{
	struct text first;
	struct text second;
	struct change again;
	struct complaint complaint = {0};
	write_line(change, &first);
	int error = change_from_json(arena, text_get(&first), first.length, &again, &complaint);
	/* Escaping can make a line longer than one may be. */
	assert(error == OK || error == ERR_LIMIT);
	if (error == OK) {
		write_line(&again, &second);
		assert(strcmp(text_get(&first), text_get(&second)) == 0);
		text_release(&second);
	}
	text_release(&first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct change change;
	struct complaint complaint = {0};
	arena_init(&arena, ARENA_CAP, 4096);
	if (change_from_json(&arena, (const char *)data, size, &change, &complaint) == OK)
		check(&arena, &change);
	else
		assert(complaint.text[0] != '\0');
	arena_release(&arena);
	return 0;
}
