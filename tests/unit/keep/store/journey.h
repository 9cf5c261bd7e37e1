/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two nights of a store, in steps that are each acknowledged or not: made, written to,
 * checkpointed, closed, opened, changed. After each step the store's content has a digest, so that
 * a test can say of a store what it has: everything up to a step, to the last column, and nothing
 * more.
 */
#ifndef TESTS_KEEP_STORE_JOURNEY_H
#define TESTS_KEEP_STORE_JOURNEY_H

#include "base/arena.h"
#include "keep/store/disk.h"
#include "keep/store/store.h"

#define JOURNEY_STEPS 13
#define JOURNEY_NIGHTS 2
#define JOURNEY_DOMAINS 17

struct journey_digest {
	uint8_t octets[16];
};

/* What is seen of one domain in one night: made once. */
struct journey_sight {
	struct observation observation;
	uint8_t *encoded;
	size_t encoded_size;
};

struct journey {
	struct disk disk;
	char *folder;
	char path[4096];
	struct store *store;
	struct arena arena; /* of all sights */
	struct journey_sight sights[JOURNEY_NIGHTS][JOURNEY_DOMAINS];
	struct complaint complaint;
	int done;                                         /* steps acknowledged */
	struct journey_digest digests[JOURNEY_STEPS + 1]; /* after so many steps */
	size_t marks[JOURNEY_STEPS + 1]; /* what the disk had done when they were acknowledged */
};

/* Makes a folder, goes through all steps without trouble and notes digests and what the disk did;
 * then the store is closed. */
void journey_init(struct journey *journey);
void journey_release(struct journey *journey);
/* The next step. An error has a sentence that says where and what to do. */
int journey_step(struct journey *journey);
/* Opens the store that stands there, after a journey whose `done` steps were acknowledged: all of
 * them are there, of the next one everything or nothing, and all is sound. Sets `done` to that. */
void journey_check(struct journey *journey);
/* Does the rest; in the end all is there. */
void journey_end(struct journey *journey);
/* No files, nothing done. */
void journey_begin_anew(struct journey *journey);
/* Notes what the disk does from here. */
void journey_note(struct journey *journey);
/* How many steps were acknowledged when the disk had done so much. */
int journey_acknowledged(const struct journey *journey, size_t events);

#endif
