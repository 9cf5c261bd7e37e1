/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists of public suffixes. Property: what a list calls registrable is no public suffix, its parent
 * is one, and the name lies below it; and no prefix of a list is taken that has lost its last mark.
 */
#include "base/text.h"
#include "dns/policy/suffix.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_name(const struct suffix_list *list, const char *text)
{
	struct name name;
	const int error = name_from_text(text, &name, NULL);
	assert(error == OK);
	(void)error;
	const uint8_t *found = suffix_registrable(list, name.octets);
	assert((found == NULL) == suffix_is_public(list, name.octets));
	if (found == NULL)
		return;
	assert(name_is_under(name.octets, found));
	assert(name_equal(found, name.octets) || !suffix_is_public(list, found));
	assert(suffix_same_organisation(list, name.octets, found));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct suffix_list *list = NULL;
	struct complaint complaint = {.text = ""};
	const char *octets = (const char *)data;
	if (size == 0 || size > 65536)
		return 0;
	if (suffix_from_octets(octets, size, &list, &complaint) != OK) {
		assert(complaint.text[0] != '\0' && list == NULL);
		return 0;
	}
	check_name(list, "a.b.c.example.com.");
	check_name(list, "com.");
	check_name(list, "x.co.uk.");
	check_name(list, ".");
	check_name(list, "a\\.b.c\\000d.net.");
	suffix_free(list);
	return 0;
}
