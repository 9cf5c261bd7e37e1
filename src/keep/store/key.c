/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names as keys: labels from the root down, each ended by 0, so that comparing octets is comparing
 * names in canonical order. Inside labels 0 and 1 are escaped by 1 to keep that true.
 */
#include "dns/wire/name.h"
#include "keep/store/store_private.h"

#include <assert.h>
#include <string.h>

#define LABEL_END 0
#define ESCAPE 1

static_assert(NAME_KEY_MAX >= 2 * NAME_MAX_OCTETS, "every octet may be escaped");

size_t name_to_key(const uint8_t *name, uint8_t key[NAME_KEY_MAX])
{
	const uint8_t *labels[NAME_MAX_LABELS];
	size_t count = 0;
	size_t at = 0;
	for (const uint8_t *label = name; *label != 0; label += *label + 1u) {
		assert(count < NAME_MAX_LABELS);
		labels[count++] = label;
	}
	while (count > 0) {
		const uint8_t *label = labels[--count];
		for (size_t i = 1; i <= *label; i++) {
			uint8_t octet = label[i];
			if (octet >= 'A' && octet <= 'Z')
				octet = (uint8_t)(octet + 'a' - 'A');
			if (octet <= ESCAPE)
				key[at++] = ESCAPE;
			key[at++] = octet <= ESCAPE ? (uint8_t)(octet + 1) : octet;
		}
		key[at++] = LABEL_END;
	}
	assert(at <= NAME_KEY_MAX);
	return at;
}

/* One label of a key; its length, or 0 when there is none. `*at` goes behind it. */
static size_t read_label(const uint8_t *key, size_t size, size_t *at,
			 uint8_t label[LABEL_MAX_OCTETS])
{
	size_t length = 0;
	while (*at < size && key[*at] != LABEL_END) {
		uint8_t octet = key[(*at)++];
		if (octet == ESCAPE) {
			if (*at == size || key[*at] == LABEL_END)
				return 0;
			octet = (uint8_t)(key[(*at)++] - 1);
		}
		if (length == LABEL_MAX_OCTETS)
			return 0;
		label[length++] = octet;
	}
	if (*at == size)
		return 0;
	(*at)++;
	return length;
}

int name_from_key(const uint8_t *key, size_t size, uint8_t ret_name[255])
{
	uint8_t name[NAME_MAX_OCTETS];
	size_t start = sizeof(name) - 1;
	size_t at = 0;
	name[start] = 0;
	while (at < size) {
		uint8_t label[LABEL_MAX_OCTETS];
		size_t length = read_label(key, size, &at, label);
		if (length == 0 || start < length + 1)
			return ERR_DAMAGED;
		start -= length + 1;
		name[start] = (uint8_t)length;
		memcpy(name + start + 1, label, length);
	}
	memcpy(ret_name, name + start, sizeof(name) - start);
	return OK;
}
