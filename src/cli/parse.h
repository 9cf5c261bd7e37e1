/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From argv to struct options. The syntax is that of the GNU coding standards, 4.7: options and
 * operands in any order, --name=value or --name value, -n value or -nvalue, -qh for -q -h, `--`
 * ends the options, `-` is an operand. Long names are never abbreviated, so that a script of today
 * means the same tomorrow. A mistake is ERR_ARGUMENT with one sentence naming the word and, where
 * one is near, the word that was meant.
 */
#ifndef CLI_PARSE_H
#define CLI_PARSE_H

#include "base/error.h"
#include "cli/command.h"

struct option_value {
	const struct option *option;
	const char *text; /* NULL for a flag */
	uint64_t number;
};

/*
 * Fills everything but out and err. On failure `options` is to be released too; its command is then
 * the one that was recognised, or NULL. `options` keeps pointers into argv.
 */
MUST_CHECK int options_parse(struct options *options, int argc, char **argv,
			     struct complaint *complaint);
void options_release(struct options *options);

/* "dsfi", "dsfi scan", "dsfi world run"; command may be NULL. Longest: two names of the table. */
#define COMMAND_TITLE_MAX 64
void command_title(const struct command *command, char ret_title[COMMAND_TITLE_MAX]);

#endif
