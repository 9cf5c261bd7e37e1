/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The progress line: count, rate and time left, written over itself on a terminal, and nowhere
 * else.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "cli/command.h"

#include <stdbool.h>
#include <stdint.h>

struct progress_line {
	FILE *stream; /* NULL: none is shown */
	uint64_t last_done, last_ms;
	double rate; /* a second, smoothed */
	bool is_shown;
};

/* Shown when options->err is a terminal that data does not go to as well, and -q was not given. */
void progress_init(struct progress_line *line, const struct options *options);
struct progress_now {
	uint64_t done, total; /* total 0: not known yet */
	uint64_t queries;
	uint64_t elapsed_ms;
	bool is_stopping;
};
void progress_show(struct progress_line *line, const struct progress_now *now);
/* Makes room for other lines. */
void progress_clear(struct progress_line *line);

#endif
