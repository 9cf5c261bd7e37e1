/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SVCB RDATA. Property: what is read is what the walker of parameters finds: keys rise, values lie
 * within, and a protocol is announced only if its octets stand there. */
#include "dns/wire/svcb.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool stands_there(const uint8_t *data, size_t size, const char *word)
{
	const size_t length = strlen(word);
	for (size_t i = 0; i + length <= size; i++) {
		if (memcmp(data + i, word, length) == 0)
			return true;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const words[] = {"dot", "h2", "doq"};
	struct svcb svcb;
	if (svcb_read(data, size, &svcb) != OK)
		return 0;
	assert(svcb.parameters >= data && svcb.parameters + svcb.parameters_size <= data + size);
	assert(svcb.priority != 0 || svcb.parameters_size == 0);
	size_t octets = 0;
	for (uint32_t key = 0; key <= UINT16_MAX; key++) {
		const uint8_t *value;
		size_t value_size;
		if (!svcb_parameter(&svcb, (uint16_t)key, &value, &value_size))
			continue;
		assert(value >= svcb.parameters &&
		       value + value_size <= svcb.parameters + svcb.parameters_size);
		octets += 4 + value_size;
		if (octets == svcb.parameters_size)
			break;
	}
	assert(octets == svcb.parameters_size);
	for (size_t i = 0; i < 3; i++)
		assert(!svcb_has_alpn(&svcb, words[i]) ||
		       stands_there(svcb.parameters, svcb.parameters_size, words[i]));
	return 0;
}
