/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Man pages from the table of commands, as scdoc(5) text; the build makes them man(7) pages.
 */
#ifndef CLI_MAN_H
#define CLI_MAN_H

#include "cli/command.h"

#include <stdio.h>

/* dsfi(1). */
void man_program(FILE *out);
/* dsfi-scan(1), dsfi-world-run(1). */
void man_command(FILE *out, const struct command *command);
/* "dsfi-world-run". */
void man_name(const struct command *command, char *ret_name, size_t size);

#endif
