/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/cli.h"

#include "cli/help.h"
#include "cli/parse.h"
#include "cli/version.h"

#include <errno.h>
#include <string.h>

static int run_parsed(const struct options *options)
{
	const struct command *command = options->command;
	if (options_flag(options, "version")) {
		version_print(options->out);
		return EXIT_FINE;
	}
	if (options_flag(options, "help")) {
		if (command)
			help_command(options->out, command);
		else
			help_program(options->out);
		return EXIT_FINE;
	}
	if (!command || !command->run)
		return command_usage(options, "a command is missing");
	return command->run(options);
}

int cli_main(int argc, char **argv, FILE *out, FILE *err)
{
	struct options options = {.out = out, .err = err};
	struct complaint complaint = {.text = ""};
	int code;
	int error = options_parse(&options, argc, argv, &complaint);
	if (error == ERR_ARGUMENT)
		code = command_usage(&options, "%s", complaint.text);
	else if (error)
		code = command_fail(&options, error, &complaint);
	else
		code = run_parsed(&options);

	/* A full disk must not look like an empty result. Of an earlier failure the cause is lost.
	 */
	bool is_now = fflush(out) != 0;
	if ((is_now || ferror(out)) && code != EXIT_INTERRUPTED) {
		fprintf(err, "dsfi: cannot write to standard output: %s\n",
			is_now ? errno_text(errno) : "it is full, or its reader has gone");
		code = EXIT_UNABLE;
	}
	options_release(&options);
	return code;
}
