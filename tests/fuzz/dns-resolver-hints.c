/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of root hints and trust anchors: first octet: which of them; the rest: the file.
 * Properties: hints that were read and are written as addresses, one a line, read the same; anchors
 * are DS and DNSKEY records, and read the same when written as a zone file;
 * what cannot be read is said in one line.
 */
#include "as_file.h"
#include "base/arena.h"
#include "dns/resolver/resolver.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HINTS_MAX 64
#define NOW_S 1767225600

static void check_complaint(const struct complaint *complaint)
{
	const size_t length = strlen(complaint->text);
	assert(length > 0 && length < COMPLAINT_MAX && strchr(complaint->text, '\n') == NULL);
}

static void try_hints(const uint8_t *data, size_t size)
{
	struct address first[HINTS_MAX], second[HINTS_MAX];
	struct complaint complaint = {""};
	size_t count = 0, again = 0;
	struct text lines;
	struct as_file file = as_file_open(data, size);
	int error = hints_from_file(file.path, first, HINTS_MAX, &count, &complaint);
	as_file_close(&file);
	if (error != OK) {
		check_complaint(&complaint);
		return;
	}
	assert(count > 0 && count <= HINTS_MAX);
	text_init(&lines, (size_t)64 << 10);
	for (size_t i = 0; i < count; i++) {
		char line[ADDRESS_TEXT_MAX];
		address_to_text_with_port(&first[i], line);
		text_format(&lines, "%s\n", line);
	}
	file = as_file_open((const uint8_t *)text_get(&lines), lines.length);
	error = hints_from_file(file.path, second, HINTS_MAX, &again, &complaint);
	as_file_close(&file);
	text_release(&lines);
	assert(error == OK && again == count);
	for (size_t i = 0; i < count; i++)
		assert(address_equal(&first[i], &second[i]));
}

static void write_anchors(const struct record *anchors, size_t count, struct text *text)
{
	int error = OK;
	text_init(text, (size_t)4 << 20);
	for (size_t i = 0; i < count; i++) {
		assert(anchors[i].type == TYPE_DS || anchors[i].type == TYPE_DNSKEY);
		error = record_to_text(&anchors[i], text);
		assert(error == OK);
		text_add_char(text, '\n');
	}
	assert(text->error == OK);
}

static void try_anchors(struct arena *arena, const uint8_t *data, size_t size)
{
	struct complaint complaint = {""};
	struct record *first, *second;
	size_t count = 0, again = 0;
	struct text text;
	struct as_file file = as_file_open(data, size);
	int error = anchors_from_file(arena, &(struct anchors_source){file.path, NOW_S}, &first,
				      &count, &complaint);
	as_file_close(&file);
	if (error != OK) {
		check_complaint(&complaint);
		return;
	}
	write_anchors(first, count, &text);
	file = as_file_open((const uint8_t *)text_get(&text), text.length);
	error = anchors_from_file(arena, &(struct anchors_source){file.path, NOW_S}, &second,
				  &again, &complaint);
	as_file_close(&file);
	text_release(&text);
	assert(error == OK && count > 0 && again == count);
	for (size_t i = 0; i < count; i++) {
		assert(first[i].type == second[i].type &&
		       name_equal(first[i].owner, second[i].owner));
		assert(first[i].rdata_size == second[i].rdata_size &&
		       memcmp(first[i].rdata, second[i].rdata, first[i].rdata_size) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	if (size < 1)
		return 0;
	arena_init(&arena, (size_t)16 << 20, 0);
	if (data[0] % 2 == 0)
		try_hints(data + 1, size - 1);
	else
		try_anchors(&arena, data + 1, size - 1);
	arena_release(&arena);
	return 0;
}
