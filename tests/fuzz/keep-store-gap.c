/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A set of codes that could not be measured: first octet: the code looked for; the rest: the set.
 * Property: the answer is that of reading the whole set as steps by hand. */
#include "base/bytes.h"
#include "keep/store/store_private.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One step: groups of seven bits, the lowest first; its octets, or 0 when it is none. */
static size_t step_by_hand(const uint8_t *data, size_t size, uint64_t *ret_step)
{
	uint64_t step = 0;
	for (size_t i = 0; i < size && i < 10; i++) {
		const bool is_last = data[i] < 0x80;
		if (i == 9 && data[i] > 1)
			return 0; /* beyond 64 bits */
		step |= (uint64_t)(data[i] & 0x7f) << (7 * i);
		if (!is_last)
			continue;
		*ret_step = step;
		return data[i] == 0 && i > 0 ? 0 : i + 1; /* there is a shorter form */
	}
	return 0;
}

static bool by_hand(const uint8_t *data, size_t size, uint64_t code)
{
	uint64_t at = 0;
	for (size_t i = 0; i < size;) {
		uint64_t step;
		const size_t octets = step_by_hand(data + i, size - i, &step);
		if (octets == 0)
			return false;
		at += step;
		if (at == code)
			return true;
		i += octets;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	const int64_t code = data[0];
	const struct octets set = {.data = data + 1, .size = size - 1};
	assert(gap_set_has(set, code) == by_hand(data + 1, size - 1, (uint64_t)code));
	return 0;
}
