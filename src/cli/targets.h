/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The domains to look at: words of the command line, or a list with one domain a line. Given out in
 * random order, each once, so that no operator's servers get all their questions in a row.
 *
 * A file is read as a whole before the first is given, so that a mistake in it is found before
 * anything is done; standard input is read in windows of TARGETS_WINDOW, so that an endless list
 * can be scanned. Names in other scripts are converted by IDNA2008 (RFC 5891), which is said. Empty
 * lines and what follows a # are passed over. A mistake is ERR_FORMAT (or ERR_LIMIT) with one
 * sentence that names list, line and word.
 */
#ifndef CLI_TARGETS_H
#define CLI_TARGETS_H

#include "base/error.h"
#include "base/random.h"
#include "dns/wire/name.h"

#include <stddef.h>
#include <stdint.h>

/* Shuffled at a time when the list comes from standard input: 4 MiB. */
#define TARGETS_WINDOW 100000u

struct targets;

struct targets_source {
	const char *const *words; /* ended by NULL; may be NULL */
	const char *path;         /* of a list; "-": standard input; NULL: none */
	struct random *random;
	/* Called for each name that was converted; may be NULL. */
	void (*converted)(void *context, const char *text, const uint8_t *name);
	void *context;
};

/* Reads the first window. No target at all is ERR_ARGUMENT. */
MUST_CHECK int targets_open(const struct targets_source *source, struct complaint *complaint,
			    struct targets **ret_targets);
/* targets_close(NULL) is fine. */
void targets_close(struct targets *targets);
/* ERR_NOT_FOUND: no more. */
MUST_CHECK int targets_next(struct targets *targets, struct complaint *complaint,
			    uint8_t *ret_name);
/* How many there are; 0 while the end of the list has not been seen. */
uint64_t targets_total(const struct targets *targets);

#endif
