/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a domain says of itself in security.txt. Property: what is found is in its form; a refusal
 * has words; with CR LF for LF the same is found.
 */
#include "base/text.h"
#include "found_sound.h"
#include "gather/registry/security_txt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int read_text(struct arena *arena, const char *octets, size_t size, struct found_list *list)
{
	const struct security_txt_source source = {
		.domain = "bank.example", .octets = octets, .size = size};
	struct security_txt file = {0};
	struct complaint complaint = {""};
	found_init(list, arena);
	const int error = security_txt_read(&source, list, &file, &complaint);
	assert(error == OK || complaint.text[0] != '\0');
	assert(error != OK || file.has_canonical || !file.is_canonical);
	found_sound(list);
	return error;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct found_list one, other;
	struct arena arena;
	struct text text;
	arena_init(&arena, (size_t)16 << 20, 0);
	text_init(&text, 2 * size + 1);
	const int error = read_text(&arena, (const char *)data, size, &one);
	for (size_t i = 0; i < size; i++) {
		if (data[i] == '\n' && (i == 0 || data[i - 1] != '\r'))
			text_add_char(&text, '\r');
		text_add_octets(&text, (const char *)data + i, 1);
	}
	if (error == OK && text.length <= SECURITY_TXT_OCTETS_MAX) {
		assert(read_text(&arena, text_get(&text), text.length, &other) == OK);
		assert(one.count == other.count && one.unusable == other.unusable);
		for (size_t i = 0; i < one.count; i++)
			assert(strcmp(one.items[i].value, other.items[i].value) == 0);
	}
	text_release(&text);
	arena_release(&arena);
	return 0;
}
