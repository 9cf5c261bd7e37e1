/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names as keys. The input is read as a key, and as two names. Properties: a key that can be read
 * gives a name whose key is read as the same name; a name in lower case comes back from its key;
 * keys compare as their names do in canonical order.
 */
#include "dns/wire/name.h"
#include "keep/store/store_private.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int sign_of(int order)
{
	return (order > 0) - (order < 0);
}

static int compare_keys(const uint8_t *left, size_t left_size, const uint8_t *right,
			size_t right_size)
{
	const size_t both = left_size < right_size ? left_size : right_size;
	const int order = memcmp(left, right, both);
	return order != 0 ? order : (left_size > right_size) - (left_size < right_size);
}

static void try_key(const uint8_t *data, size_t size)
{
	uint8_t name[NAME_MAX_OCTETS];
	uint8_t again[NAME_MAX_OCTETS];
	uint8_t key[NAME_KEY_MAX];
	const int error = name_from_key(data, size, name);
	assert(error == OK || error == ERR_DAMAGED);
	if (error != OK)
		return;
	assert(name_is_valid(name, name_size(name)));
	const size_t key_size = name_to_key(name, key);
	assert(name_from_key(key, key_size, again) == OK);
	assert(name_equal(name, again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t names[2][NAME_MAX_OCTETS];
	uint8_t keys[2][NAME_KEY_MAX];
	uint8_t back[NAME_MAX_OCTETS];
	size_t sizes[2];
	size_t at = 0;
	try_key(data, size);
	for (size_t i = 0; i < 2; i++) {
		if (name_read(data, size, at, names[i], &at) != OK)
			return 0;
		sizes[i] = name_to_key(names[i], keys[i]);
		assert(sizes[i] <= NAME_KEY_MAX);
		assert(name_from_key(keys[i], sizes[i], back) == OK);
		name_lower(names[i]);
		assert(name_equal_exactly(back, names[i]));
	}
	assert(sign_of(compare_keys(keys[0], sizes[0], keys[1], sizes[1])) ==
	       sign_of(name_compare(names[0], names[1])));
	return 0;
}
