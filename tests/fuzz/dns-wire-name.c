/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names: text -> wire -> text -> wire gives the same octets and the same text, and so does wire ->
 * text -> wire; what a user types is either refused with a sentence or becomes a valid name.
 */
#include "dns/wire/name.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Longer text is no name, whatever is in it. */
#define TEXT_MAX 4096

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void check_name(const uint8_t *name)
{
	char text[NAME_TEXT_MAX], again[NAME_TEXT_MAX];
	struct name copy;
	require(name_is_valid(name, name_size(name)));
	require(name_from_text(name_to_text(name, text), &copy, NULL) == OK);
	require(name_equal_exactly(copy.octets, name));
	require(strcmp(name_to_text(copy.octets, again), text) == 0);
	require(name_compare(name, copy.octets) == 0 && name_is_under(name, copy.octets));
	require(name_common_labels(name, copy.octets) == name_labels(name));
	name_lower(copy.octets);
	require(name_equal(copy.octets, name) && name_compare(name, copy.octets) == 0);
}

static void check_text(const char *text)
{
	struct name name;
	struct complaint complaint = {.text = ""};
	bool converted;
	if (name_from_text(text, &name, &complaint) == OK)
		check_name(name.octets);
	else
		require(complaint.text[0] != '\0');
	complaint.text[0] = '\0';
	if (name_from_user(text, &name, &converted, &complaint) == OK)
		check_name(name.octets);
	else
		require(complaint.text[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[TEXT_MAX + 1];
	uint8_t name[NAME_MAX_OCTETS];
	size_t next;
	if (size > TEXT_MAX)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	check_text(text);
	if (name_is_valid(data, size))
		check_name(data);
	for (size_t offset = 0; offset < size && offset < 64; offset++) {
		if (name_read(data, size, offset, name, &next) != OK)
			continue;
		require(next > offset && next <= size);
		check_name(name);
	}
	return 0;
}
