/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/help.h"
#include "cli/table.h"

static int run(const struct options *options)
{
	const char *first = options_operand(options, 0);
	const char *second = options_operand(options, 1);
	if (!first) {
		help_program(options->out);
		return EXIT_FINE;
	}
	const struct command *command =
		second ? command_find(first, second) : command_find(NULL, first);
	if (!command)
		return command_usage(options, "no command '%s%s%s'; 'dsfi help' lists them", first,
				     second ? " " : "", second ? second : "");
	help_command(options->out, command);
	return EXIT_FINE;
}

static const struct command help = {
	.name = "help",
	.summary = "list the commands, or explain one",
	.operands = "[COMMAND [COMMAND]]",
	.description = "Without a command, lists all commands. With one, shows what it takes, its "
		       "options, examples and exit codes, as 'dsfi COMMAND --help' does.",
	.operands_maximum = 2,
	.run = run,
};

const struct command *command_help(void)
{
	return &help;
}
