/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A world: a miniature Internet described by one file (docs/format/world.md) - servers, operators,
 * zones, domains, what is broken. This header reads one; serving it is world/run.h, what a correct
 * audit of it says is world/truth.h, writing one is world/make.h.
 *
 * A world is immutable once read. It owns everything it holds; pointers into it live until
 * world_free. A zone or domain costs about 100 octets, so a hundred thousand are cheap: contents,
 * keys and signatures are made when they are asked for.
 *
 * Mistakes in a file are ERR_FORMAT (ERR_LIMIT where a limit was passed). The complaint names the
 * first with its line; world_parse collects all that can be told apart in `mistakes`, one a line.
 */
#ifndef WORLD_WORLD_H
#define WORLD_WORLD_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 1,000,000 domains of 100 octets and room to spare. */
#define WORLD_FILE_BYTES_MAX ((size_t)256 * 1024 * 1024)
/* Mistakes told of one file; nobody reads more. */
#define WORLD_MISTAKES_MAX 50

struct world;

/* `mistakes` may be NULL. */
MUST_CHECK int world_parse(const char *data, size_t size_bytes, struct text *mistakes,
			   struct complaint *complaint, struct world **ret_world);
/* "-" is standard input. The complaint begins with the path. */
MUST_CHECK int world_load(const char *path, struct text *mistakes, struct complaint *complaint,
			  struct world **ret_world);
/* world_free(NULL) is fine. */
void world_free(struct world *world);

struct world_counts {
	size_t servers;
	size_t operators;
	size_t zones;   /* that are not to be audited */
	size_t targets; /* domains */
	size_t canned;
};
struct world_counts world_counts(const struct world *world);

/* What is to be audited, in the file's order. cursor starts at 0; NULL at the end. */
const uint8_t *world_target(const struct world *world, size_t *cursor);

#endif
