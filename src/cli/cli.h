/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The whole program behind main(): find the subcommand, parse its line, run it, and see to it that
 * what was written to `out` really got there. Gives the exit code (cli/command.h).
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdio.h>

int cli_main(int argc, char **argv, FILE *out, FILE *err);

#endif
