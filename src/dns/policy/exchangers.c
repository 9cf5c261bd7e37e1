/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/policy/exchangers.h"

#include "base/bytes.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>

static bool is_number(const uint8_t *label)
{
	for (uint8_t i = 1; i <= label[0]; i++) {
		if (label[i] < '0' || label[i] > '9')
			return false;
	}
	return label[0] > 0;
}

/* Four labels of digits, or whatever else ends in one: no top-level domain is a number
 * (RFC 3696 s2). */
static bool is_address(const uint8_t *name)
{
	const size_t labels = name_labels(name);
	return labels > 0 && is_number(name_suffix(name, 1));
}

void exchangers_read(const struct policy_answer *answer, struct exchangers *ret_exchangers)
{
	struct exchangers exchangers = {.record_count = answer->count};
	for (uint16_t i = 0; i < answer->count; i++) {
		const struct record *record = answer->records[i];
		struct reader reader;
		assert(record->type == TYPE_MX);
		reader_init(&reader, record->rdata, record->rdata_size);
		struct exchanger exchanger = {.preference = reader_u16(&reader)};
		exchanger.name = rdata_target(record);
		if (exchanger.name == NULL || reader.error)
			continue;
		if (name_is_root(exchanger.name)) {
			exchangers.has_null = true;
			continue;
		}
		if (is_address(exchanger.name))
			exchanger.fault = EXCHANGER_ADDRESS;
		else if (!name_is_host(exchanger.name))
			exchanger.fault = EXCHANGER_NO_HOST;
		if (exchangers.count < EXCHANGERS_MAX)
			exchangers.items[exchangers.count++] = exchanger;
	}
	exchangers.takes_none = exchangers.has_null && answer->count == 1;
	*ret_exchangers = exchangers;
}
