/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/adoption.h"

#include <string.h>

enum adoption_state adoption_get(const struct adoption *adoption, unsigned number)
{
	assert(number < ADOPTION_PRACTICES_MAX);
	const unsigned state = adoption->states[number / 2] >> (number % 2 * 4) & 15;
	assert(state < ADOPTION_STATE_COUNT);
	return (enum adoption_state)state;
}

void adoption_set(struct adoption *adoption, unsigned number, enum adoption_state state)
{
	assert(number < ADOPTION_PRACTICES_MAX && state < ADOPTION_STATE_COUNT);
	const unsigned shift = number % 2 * 4;
	uint8_t *octet = &adoption->states[number / 2];
	*octet = (uint8_t)((*octet & ~(15u << shift)) | (unsigned)state << shift);
}

const char *adoption_state_text(enum adoption_state state)
{
	static const char *const texts[] = {
		[ADOPTION_NOT_MEASURED] = "not measured",
		[ADOPTION_DOES_NOT_APPLY] = "does not apply",
		[ADOPTION_ABSENT] = "absent",
		[ADOPTION_BROKEN] = "broken",
		[ADOPTION_ADOPTED] = "adopted",
	};
	static_assert(sizeof(texts) / sizeof(texts[0]) == ADOPTION_STATE_COUNT, "a word each");
	assert(state < ADOPTION_STATE_COUNT);
	return texts[state];
}

size_t adoption_size(const struct adoption *adoption)
{
	size_t size = ADOPTION_OCTETS;
	while (size > 0 && adoption->states[size - 1] == 0)
		size--;
	return size;
}

int adoption_read(const uint8_t *octets, size_t size, struct adoption *ret_adoption)
{
	struct adoption adoption = {0};
	if (size > ADOPTION_OCTETS)
		return ERR_FORMAT;
	for (size_t i = 0; i < size; i++) {
		if ((octets[i] & 15) >= ADOPTION_STATE_COUNT ||
		    octets[i] >> 4 >= ADOPTION_STATE_COUNT)
			return ERR_FORMAT;
		adoption.states[i] = octets[i];
	}
	*ret_adoption = adoption;
	return OK;
}
