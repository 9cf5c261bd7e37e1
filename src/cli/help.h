/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What --help prints, made from the table of commands: for the program the list of commands, for a
 * command its line, options and examples.
 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "cli/command.h"

#include <stdio.h>

/* What the program is, in one sentence; help and the man page begin with it. */
#define PROGRAM_SUMMARY "look at the DNS, keep what was seen, judge it, tell who can act"

/* The list of commands. */
void help_program(FILE *out);
/* One command; a command with children lists them. */
void help_command(FILE *out, const struct command *command);
/* The children of `parent` (NULL: the first words), one a line. */
void help_list(FILE *out, const char *parent);

#endif
