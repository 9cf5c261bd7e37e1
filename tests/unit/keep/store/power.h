/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a power cut leaves of what was done to a disk (disk.h). What was synced is there. What was
 * not is there or not, and that in many ways: nothing of it; all; everything up to a point, the
 * last write torn; any of its sectors and not the others; and in place of what is missing,
 * anything.
 */
#ifndef TESTS_KEEP_STORE_POWER_H
#define TESTS_KEEP_STORE_POWER_H

#include "base/random.h"
#include "keep/store/disk.h"

enum power_cut { CUT_ALL_LOST, CUT_NONE_LOST, CUT_IN_ORDER, CUT_SECTORS, CUT_GARBAGE, CUT_COUNT };

struct power;

/* Before the first event: an empty folder, or the files that stand at `path`. */
struct power *power_new(const struct disk_notes *notes, const char *path);
void power_free(struct power *power);
/* One event later; false: there is none. */
bool power_step(struct power *power);
/* The files after a cut here, at `path` and beside it, and no others. Gives a digest of them. */
uint64_t power_cut(const struct power *power, enum power_cut how, struct random *random,
		   const char *path);

#endif
