/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CAA and MX RDATA. Properties: the case of a CAA tag means nothing; an issuer lies in the value;
 * of the exchangers of a set, one for each record is there or is null.
 */
#include "base/text.h"
#include "dns/policy/caa.h"
#include "dns/policy/exchangers.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_caa(struct arena *arena, const uint8_t *data, size_t size)
{
	struct record record = {.type = TYPE_CAA, .rdata = data, .rdata_size = (uint16_t)size};
	struct caa_record caa;
	struct caa_record again;
	const char *words = NULL;
	const int error = caa_parse(arena, &record, &caa, &words);
	assert(error == OK || error == ERR_FORMAT);
	assert(error == OK || (words != NULL && text_is_plain(words, strlen(words))));
	if (error != OK)
		return;
	assert(caa.issuer == NULL || (caa.issuer >= caa.value &&
				      caa.issuer + caa.issuer_size <= caa.value + caa.value_size));
	uint8_t *upper = arena_copy(arena, data, size);
	assert(upper != NULL);
	for (size_t i = 2; i < 2u + caa.tag_size; i++) {
		if (upper[i] >= 'a' && upper[i] <= 'z')
			upper[i] = (uint8_t)(upper[i] - 'a' + 'A');
	}
	record.rdata = upper;
	const int same = caa_parse(arena, &record, &again, &words);
	assert(same == OK && again.property == caa.property && again.forbids == caa.forbids);
	(void)same;
}

static void check_mx(const uint8_t *data, size_t size)
{
	if (size < 3 || !name_is_valid(data + 2, size - 2))
		return;
	const struct record record = {.type = TYPE_MX, .rdata = data, .rdata_size = (uint16_t)size};
	const struct record *records[] = {&record, &record};
	struct policy_answer answer = {.state = POLICY_FOUND, .count = 2, .records = records};
	struct exchangers exchangers;
	exchangers_read(&answer, &exchangers);
	assert(exchangers.count + (exchangers.has_null ? 2 : 0) == 2);
	assert(!exchangers.takes_none);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	if (size > 65535)
		return 0;
	arena_init(&arena, (size_t)1 << 20, 0);
	check_caa(&arena, data, size);
	check_mx(data, size);
	arena_release(&arena);
	return 0;
}
