/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DS records from outside the world file: a table of them, read from a zone file of nothing else.
 * A child named in it has exactly these DS records at its parent, whatever the world file says.
 */
#ifndef WORLD_REGISTRY_TABLE_PRIVATE_H
#define WORLD_REGISTRY_TABLE_PRIVATE_H

#include "base/arena.h"
#include "base/error.h"
#include "dns/wire/message.h"

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

#endif
