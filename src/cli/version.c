/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/version.h"

#include "cli/table.h"

void version_print(FILE *out)
{
	fputs("dsfi " DSFI_VERSION "\n", out);
}

static int run(const struct options *options)
{
	version_print(options->out);
	return EXIT_FINE;
}

static const struct command version = {
	.name = "version",
	.summary = "show the version",
	.operands = "",
	.description = "Prints the program's name and version.",
	.run = run,
};

const struct command *command_version(void)
{
	return &version;
}
