/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "dns/wire/zonefile.h"
#include "world/registry_table_private.h"

#include <assert.h>
#include <string.h>

#define TABLE_OCTETS_MAX ((size_t)512 * 1024)
/* For records without one. */
#define TTL_S 60u

static int take(void *context, const struct record *record)
{
	struct registry_table *table = context;
	if (record->type != TYPE_DS || record->class != CLASS_IN)
		return ERR_UNSUPPORTED;
	if (table->count == REGISTRY_RECORDS_MAX)
		return ERR_LIMIT;
	struct record *copy = &table->records[table->count];
	*copy = *record;
	copy->owner = arena_copy(&table->arena, record->owner, name_size(record->owner));
	copy->rdata = arena_copy(&table->arena, record->rdata, record->rdata_size);
	if (!copy->owner || !copy->rdata)
		return ERR_MEMORY;
	table->count++;
	return 0;
}

int registry_table_read(const char *text, size_t size, struct complaint *complaint,
			struct registry_table **ret_table)
{
	assert(text != NULL || size == 0);
	struct registry_table *table = memory_take_zeroed(1, sizeof(*table));
	if (!table)
		return complain(complaint, ERR_MEMORY, "out of memory");
	arena_init(&table->arena, TABLE_OCTETS_MAX, 0);
	table->records =
		arena_take_array(&table->arena, REGISTRY_RECORDS_MAX, sizeof(*table->records));
	const struct zonefile zonefile = {
		.origin = (const uint8_t *)"",
		.default_ttl = TTL_S,
		.take = take,
		.context = table,
	};
	struct complaint why = {""};
	int error = table->records ? zonefile_read(&zonefile, text, size, &why) : ERR_MEMORY;
	if (error) {
		registry_table_free(table);
		return complain(complaint, error, "the registry takes DS records, %u at most%s%s",
				REGISTRY_RECORDS_MAX, why.text[0] ? ": " : "", why.text);
	}
	*ret_table = table;
	return 0;
}

void registry_table_free(struct registry_table *table)
{
	if (!table)
		return;
	arena_release(&table->arena);
	memory_give(table);
}

uint32_t registry_table_get(const struct registry_table *table, const uint8_t *owner,
			    struct record *records)
{
	assert(owner != NULL);
	uint32_t count = 0;
	for (uint32_t i = 0; table && i < table->count; i++) {
		if (!name_equal(table->records[i].owner, owner))
			continue;
		if (records)
			records[count] = table->records[i];
		count++;
	}
	return count;
}
