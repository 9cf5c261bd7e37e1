/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the build: what is made from the table of commands. `dsfi generate list` names the man pages.
 */
#include "cli/completion.h"
#include "cli/man.h"
#include "cli/parse.h"
#include "cli/table.h"

#include <string.h>

static int generate_list(const struct options *options)
{
	fputs("dsfi\n", options->out);
	const struct command *command;
	for (size_t i = 0; (command = command_at(i)); i++) {
		char name[COMMAND_TITLE_MAX];
		man_name(command, name, sizeof(name));
		if (!command->hidden)
			fprintf(options->out, "%s\n", name);
	}
	return EXIT_FINE;
}

static int generate_man(const struct options *options)
{
	const char *wanted = options_operand(options, 1);
	if (!wanted || strcmp(wanted, "dsfi") == 0) {
		man_program(options->out);
		return EXIT_FINE;
	}
	const struct command *command;
	for (size_t i = 0; (command = command_at(i)); i++) {
		char name[COMMAND_TITLE_MAX];
		man_name(command, name, sizeof(name));
		if (strcmp(name, wanted) == 0) {
			man_command(options->out, command);
			return EXIT_FINE;
		}
	}
	return command_usage(options, "no page '%s'; 'dsfi generate list' names them", wanted);
}

static int run(const struct options *options)
{
	const char *what = options_operand(options, 0);
	if (strcmp(what, "list") == 0)
		return generate_list(options);
	if (strcmp(what, "man") == 0)
		return generate_man(options);
	if (strcmp(what, "bash") == 0) {
		completion_bash(options->out);
		return EXIT_FINE;
	}
	if (strcmp(what, "zsh") == 0) {
		completion_zsh(options->out);
		return EXIT_FINE;
	}
	return command_usage(options, "cannot make '%s'; give list, man, bash or zsh", what);
}

static const struct command generate = {
	.name = "generate",
	.summary = "make man pages and completions from the table of commands",
	.operands = "list|man|bash|zsh [PAGE]",
	.description = "Used by the build.",
	.operands_minimum = 1,
	.operands_maximum = 2,
	.hidden = true,
	.run = run,
};

const struct command *command_generate(void)
{
	return &generate;
}
