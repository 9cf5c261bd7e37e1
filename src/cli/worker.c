/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/table.h"
#include "daemon/scan_worker.h"

static int run(const struct options *options)
{
	(void)options;
	return scan_worker_main();
}

static const struct command worker = {
	.name = WORKER_SUBCOMMAND,
	.summary = "ask and parse for a scan; started by it, not by people",
	.operands = "",
	.description = "Serves the channel that 'dsfi scan' and 'dsfi check' hand to it.",
	.hidden = true,
	.run = run,
};

const struct command *command_worker(void)
{
	return &worker;
}
