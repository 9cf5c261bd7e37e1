/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/table.h"
#include "daemon/keep_process.h"

static int run(const struct options *options)
{
	(void)options;
	return keep_process_main();
}

static const struct command keep = {
	.name = KEEP_SUBCOMMAND,
	.summary = "write a scan's store; started by it, not by people",
	.operands = "",
	.description = "Serves the channel that 'dsfi scan' and 'dsfi check' hand to it.",
	.hidden = true,
	.run = run,
};

const struct command *command_keep(void)
{
	return &keep;
}
