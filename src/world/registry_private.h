/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The registry: DS records that come and go while a world runs. They stand in a zone file that
 * somebody else writes (whole, by renaming); it is looked at a few times a second, and when it is
 * another one the parents' views are made anew. A child named in it has exactly these DS records,
 * whatever the world file says; any other has what the world file says.
 *
 * A file that cannot be read at the start is an error; later the records before it stay.
 */
#ifndef WORLD_REGISTRY_PRIVATE_H
#define WORLD_REGISTRY_PRIVATE_H

#include "base/arena.h"
#include "dns/wire/message.h"
#include "net/loop.h"
#include "world/authority_private.h"

/* Lessons have a handful of domains; a record is looked for one after the other. */
#define REGISTRY_RECORDS_MAX 256u

struct registry_table {
	struct arena arena;
	struct record *records;
	uint32_t count;
};

/* Reads a table: DS records only, of any owner. */
MUST_CHECK int registry_table_read(const char *text, size_t size, struct complaint *complaint,
				   struct registry_table **ret_table);
/* registry_table_free(NULL) is fine. */
void registry_table_free(struct registry_table *table);
/* How many of its records are this owner's; they are copied to `records` unless that is NULL. */
uint32_t registry_table_get(const struct registry_table *table, const uint8_t *owner,
			    struct record *records);

struct registry;

struct registry_options {
	const char *path;
	struct loop *loop; /* both must outlive the registry */
	struct authority *authority;
};

MUST_CHECK int registry_new(const struct registry_options *options, struct complaint *complaint,
			    struct registry **ret_registry);
/* registry_free(NULL) is fine. */
void registry_free(struct registry *registry);

#endif
