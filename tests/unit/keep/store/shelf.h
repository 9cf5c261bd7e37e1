/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A store in a folder of its own, and samples put into it. For this room's tests. */
#ifndef TESTS_KEEP_STORE_SHELF_H
#define TESTS_KEEP_STORE_SHELF_H

#include "keep/store/store.h"
#include "model/sample.h"

struct shelf {
	char *folder;
	char path[4096];
	struct store *store;
	struct arena arena;
	int64_t run;
	struct complaint complaint;
};

/* Makes the folder; opens the store for writing and begins a run. */
void shelf_init(struct shelf *shelf);
/* Closes what is open and removes the folder. */
void shelf_release(struct shelf *shelf);
/* Closes, opens for writing again. */
void shelf_reopen(struct shelf *shelf);
void shelf_begin_run(struct shelf *shelf);
/* One sample, with findings; not committed. */
int shelf_try(struct shelf *shelf, const struct sample *sample, const struct store_entry *extra);
void shelf_add(struct shelf *shelf, const struct sample *sample);
void shelf_commit(struct shelf *shelf);
/* The name of a sample's domain. */
void shelf_name(uint64_t number, uint8_t name[NAME_MAX_OCTETS]);
long shelf_octets(const struct shelf *shelf);
/* Alters a file as dsfi never would. */
void shelf_sql(const char *path, const char *script);
/* Closes the store and makes it what the first version of the schema left. */
void shelf_make_old(struct shelf *shelf);

#endif
