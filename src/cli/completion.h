/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Completion scripts from the table of commands: commands, their options, the values of choices,
 * file names where an option or operand is a file.
 */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include <stdio.h>

void completion_bash(FILE *out);
void completion_zsh(FILE *out);

#endif
