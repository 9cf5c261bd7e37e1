/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Zone files: any octets are read or refused with a sentence; each record handed on has a valid
 * lower-case owner and RDATA in canonical form, and survives the way to text and back.
 */
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/zonefile.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void check_text(struct arena *arena, const struct record *record)
{
	struct text text;
	struct record again;
	text_init(&text, 1 << 20);
	require(record_to_text(record, &text) == OK);
	require(record_from_text(arena, text_get(&text), &again, NULL) == OK);
	require(again.type == record->type && again.ttl == record->ttl);
	require(name_equal_exactly(again.owner, record->owner));
	require(again.rdata_size == record->rdata_size);
	require(memcmp(again.rdata, record->rdata, record->rdata_size) == 0);
	text_release(&text);
}

static int take(void *context, const struct record *record)
{
	struct arena arena;
	struct name lower;
	const uint8_t *rdata;
	uint16_t size;
	(*(size_t *)context)++;
	require(name_is_valid(record->owner, name_size(record->owner)));
	name_copy_lower(lower.octets, record->owner);
	require(name_equal_exactly(lower.octets, record->owner));
	arena_init(&arena, 1 << 20, 0);
	require(rdata_canonical(&arena,
				&(struct rdata_place){record->rdata, record->rdata_size, 0,
						      record->rdata_size, record->type},
				&rdata, &size) == OK);
	require(size == record->rdata_size && memcmp(rdata, record->rdata, size) == 0);
	check_text(&arena, record);
	arena_release(&arena);
	return OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t count = 0;
	struct complaint complaint = {.text = ""};
	const struct zonefile zonefile = {.origin = (const uint8_t *)"\7example",
					  .take = take,
					  .default_ttl = 3600,
					  .context = &count};
	if (zonefile_read(&zonefile, (const char *)data, size, &complaint) != OK)
		require(complaint.text[0] != '\0');
	return 0;
}
