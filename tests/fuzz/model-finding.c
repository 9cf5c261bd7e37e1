/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line that is read is written, read and written again: the two writings are equal. */
#include "model/finding.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#define ARENA_CAP (8u << 20)
#define TEXT_CAP (8u << 20)

static void write_line(const struct finding *finding, struct text *text)
{
	struct json json;
	text_init(text, TEXT_CAP);
	json_init(&json, text);
	finding_to_json(finding, &json);
	assert(text->error == OK);
}

static void check(struct arena *arena, const struct finding *finding)
{
	struct text first;
	struct text second;
	struct finding again;
	struct complaint complaint = {0};
	write_line(finding, &first);
	int error = finding_from_json(arena, first.data, first.length, &again, &complaint);
	/* Escaping can make a line longer than one may be. */
	assert(error == OK || error == ERR_LIMIT);
	if (error == OK) {
		write_line(&again, &second);
		assert(strcmp(first.data, second.data) == 0);
		text_release(&second);
	}
	text_release(&first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct finding finding;
	struct complaint complaint = {0};
	arena_init(&arena, ARENA_CAP, 4096);
	if (finding_from_json(&arena, (const char *)data, size, &finding, &complaint) == OK)
		check(&arena, &finding);
	else
		assert(complaint.text[0] != '\0');
	arena_release(&arena);
	return 0;
}
