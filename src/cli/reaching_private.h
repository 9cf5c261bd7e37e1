/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What `dsfi reach` and who started it say to each other, a line each:
 *
 *   INDEX KIND SIZE DOMAIN VALUE     an order; DOMAIN "-": of no document; VALUE "-": a document
 *                                    that need not be fetched: its SIZE octets follow
 *   begun INDEX                      it is at this one
 *   told INDEX STATE COUNT UNUSABLE EXPIRES FLAGS WORDS
 *                                    what came of it, and COUNT lines follow:
 *   contact KIND ROLES NAME VALUE    one that a document names; commas in ROLES; "-": no name;
 *                                    spaces in NAME as tabs
 *
 * The reader believes of it only what can be so: every number and text is in its range and form,
 * nothing is told twice, nothing is told that was not asked for.
 */
#ifndef CLI_REACHING_PRIVATE_H
#define CLI_REACHING_PRIVATE_H

#include "cli/reaching.h"

#include <stdio.h>

/* A value, and what is around it; a contact has a name, too. */
#define REACHING_LINE_MAX 1280u

/* ERR_ARGUMENT: an item does not fit into a line. */
MUST_CHECK int reaching_order_write(FILE *out, size_t index, const struct reaching_item *item);
/* `line` is changed, without its end; texts point into it; the octets are not read yet. */
MUST_CHECK int reaching_order_read(char *line, size_t *ret_index, struct reaching_item *ret_item);
/* Words may be anything; what is not printed ASCII in them becomes a question mark. */
void reaching_begun_write(FILE *out, size_t index);
void reaching_result_write(FILE *out, const struct reaching_result *result);

enum reaching_place {
	REACHING_WAITS,
	REACHING_ASKED, /* of the process at hand */
	REACHING_BEGUN,
	REACHING_SUSPECT, /* one before was at it when it ended */
	REACHING_TOLD,
};

struct reaching_reader {
	enum reaching_place *places; /* by index */
	size_t count;                /* of them */
	size_t told;
	reaching_take *take;
	void *context;
	int take_error; /* what it returned; no line is to be given after another than OK */
	/* One result while its contacts come. */
	struct arena arena;
	struct reaching_result result;
	struct found_list found;
	size_t left; /* contacts to come; of a result that has begun */
	bool is_within;
};
void reaching_reader_init(struct reaching_reader *reader);
void reaching_reader_release(struct reaching_reader *reader);
/* What was half told is forgotten: another process begins. */
void reaching_reader_reset(struct reaching_reader *reader);
/* One line without its end, which is changed. ERR_FORMAT: it cannot be so; ERR_MEMORY. */
MUST_CHECK int reaching_reader_take(struct reaching_reader *reader, char *line);

#endif
