/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/registry_private.h"

#include "base/memory.h"
#include "dns/wire/type.h"
#include "dns/wire/zonefile.h"
#include "os/file.h"

#include <assert.h>
#include <string.h>
#include <sys/stat.h>

/* As often as a person could want it. */
#define LOOK_MS 100u
/* 256 records of at most 1 KiB. */
#define FILE_OCTETS_MAX ((size_t)256 * 1024)
#define TABLE_OCTETS_MAX ((size_t)512 * 1024)
/* For records without one. */
#define TTL_S 60u

struct registry {
	struct registry_options options;
	struct timer timer;
	struct timespec changed;
	ino_t file;
};

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
	int error = table->records ? zonefile_read(&zonefile, text, size, complaint)
				   : complain(complaint, ERR_MEMORY, "out of memory");
	if (error) {
		registry_table_free(table);
		return error;
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

/* Notes which file was read before it is, so that one that comes meanwhile is not missed. */
static int read_table(struct registry *registry, struct complaint *complaint)
{
	struct stat now;
	char *text;
	size_t size;
	if (stat(registry->options.path, &now) == 0) {
		registry->changed = now.st_mtim;
		registry->file = now.st_ino;
	}
	int error = file_read(registry->options.path, FILE_OCTETS_MAX, complaint, &text, &size);
	if (error)
		return error;
	struct registry_table *table;
	error = registry_table_read(text, size, complaint, &table);
	memory_give(text);
	if (error)
		return complain_more(complaint, error, "%s", registry->options.path);
	authority_register(registry->options.authority, table);
	return 0;
}

static bool is_another(const struct registry *registry, const struct stat *now)
{
	return now->st_ino != registry->file ||
	       now->st_mtim.tv_sec != registry->changed.tv_sec ||
	       now->st_mtim.tv_nsec != registry->changed.tv_nsec;
}

static void look(void *context)
{
	struct registry *registry = context;
	struct stat now;
	if (stat(registry->options.path, &now) == 0 && is_another(registry, &now))
		(void)!read_table(registry, NULL);
	timer_start(registry->options.loop, &registry->timer, LOOK_MS);
}

int registry_new(const struct registry_options *options, struct complaint *complaint,
		 struct registry **ret_registry)
{
	assert(options->path && options->loop && options->authority);
	struct registry *registry = memory_take_zeroed(1, sizeof(*registry));
	if (!registry)
		return complain(complaint, ERR_MEMORY, "out of memory");
	registry->options = *options;
	int error = read_table(registry, complaint);
	if (error) {
		memory_give(registry);
		return error;
	}
	timer_init(&registry->timer, look, registry);
	timer_start(registry->options.loop, &registry->timer, LOOK_MS);
	*ret_registry = registry;
	return 0;
}

void registry_free(struct registry *registry)
{
	if (!registry)
		return;
	timer_stop(&registry->timer);
	memory_give(registry);
}
