/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `dsfi pivot` in two passes, as `dsfi changes` has them (cli/changes_private.h): the first looks
 * through the past of every domain and remembers of each that used the thing when it began; the
 * second reads those that are told once more. So memory grows with what is told, some 40 octets
 * a domain, and not with the store.
 */
#ifndef CLI_PIVOT_PRIVATE_H
#define CLI_PIVOT_PRIVATE_H

#include "cli/changes_private.h"
#include "judge/change/use.h"

#include <time.h>

struct pivot_found {
	uint8_t *domain; /* its own memory */
	int64_t first_s;
	uint64_t order; /* in which it was found */
};

struct pivot {
	const struct options *options;
	struct complaint *complaint;
	struct use_query query;
	struct name name;  /* what query.name points to */
	const char *value; /* as it was typed */
	int64_t since_s;   /* INT64_MIN: all of the past */
	size_t most;
	struct changes changes; /* what judging a change takes */
	/* Those that began last; a heap, the oldest first, until they are put in order. */
	struct pivot_found *found;
	size_t count, room;
	uint64_t looked, total;         /* domains */
	uint64_t used, still, left_out; /* domains that used it; that still do; beyond `most` */
	bool has_progress;
	struct timespec started;
	struct text text;
};

/* pivot_value.c: what is looked for; ERR_ARGUMENT with words. */
MUST_CHECK int pivot_read_value(struct pivot *pivot);

/* A domain that used it. Changes are NULL where there is none. */
struct pivot_domain {
	const uint8_t *domain;
	struct use use;
	const struct change *began;  /* the change by which it began to use it */
	const struct change *newest; /* the domain's newest change, if another */
};

/* pivot_find.c */
MUST_CHECK int pivot_find(struct pivot *pivot);
typedef int pivot_take(struct pivot *pivot, const struct pivot_domain *domain);
/* Those that were found, the newest use first. */
MUST_CHECK int pivot_tell(struct pivot *pivot, pivot_take *take);
void pivot_release_found(struct pivot *pivot);

/* pivot_print.c */
MUST_CHECK int pivot_print(struct pivot *pivot, const struct pivot_domain *domain);

#endif
