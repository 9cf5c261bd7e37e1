/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "os/file.h"
#include "world/changed_file_private.h"
#include "world/registry_private.h"
#include "world/registry_table_private.h"

#include <assert.h>
#include <string.h>

/* 256 records of at most 1 KiB. */
#define FILE_OCTETS_MAX ((size_t)256 * 1024)

struct registry {
	struct registry_options options;
	struct timer timer;
	struct changed_file file;
};

static int read_table(struct registry *registry, struct complaint *complaint)
{
	char *text;
	size_t size;
	changed_file_note(&registry->file);
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

static void look(void *context)
{
	struct registry *registry = context;
	if (changed_file_is_another(&registry->file))
		(void)!read_table(registry, NULL);
	timer_start(registry->options.loop, &registry->timer, CHANGED_FILE_LOOK_MS);
}

int registry_new(const struct registry_options *options, struct complaint *complaint,
		 struct registry **ret_registry)
{
	assert(options->path && options->loop && options->authority);
	struct registry *registry = memory_take_zeroed(1, sizeof(*registry));
	if (!registry)
		return complain(complaint, ERR_MEMORY, "out of memory");
	registry->options = *options;
	registry->file.path = options->path;
	int error = read_table(registry, complaint);
	if (error) {
		memory_give(registry);
		return error;
	}
	timer_init(&registry->timer, look, registry);
	timer_start(registry->options.loop, &registry->timer, CHANGED_FILE_LOOK_MS);
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
