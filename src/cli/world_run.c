/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/table.h"
#include "world/run.h"

#include <stdlib.h>

static void followed(void *context, int error, const struct complaint *complaint)
{
	const struct options *options = context;
	const char *path = options_operand(options, 0);
	if (error)
		fprintf(options->err,
			"dsfi world run: '%s' was replaced; the world stays as it was: %s\n", path,
			complaint->text);
	else
		command_note(options, "the world is now as '%s' says", path);
}

static int run(const struct options *options)
{
	const struct world_run_options run_options = {
		.path = options_operand(options, 0),
		.command = &options->operands[options->dashes_at],
		.servers_folder = getenv("DSFI_SERVERS"),
		.questions = options_text(options, "questions"),
		.registry = options_text(options, "registry"),
		.followed = options_flag(options, "follow") ? followed : NULL,
		.context = (void *)(uintptr_t)options,
		.beside = options_given(options, "beside"),
	};
	struct complaint complaint = {""};
	int code;
	int error = world_run(&run_options, &complaint, &code);
	return error ? command_fail(options, error, &complaint) : code;
}

static const struct option run_options_rows[] = {
	{.name = "questions",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "write each question that the world's servers get there, one a line"},
	{.name = "registry",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "DS records that the domains' parents have; read again when it is another file"},
	{.name = "follow",
	 .kind = OPTION_FLAG,
	 .help = "play the world file anew whenever it has been replaced"},
	{.name = "beside",
	 .kind = OPTION_FLAG,
	 .help = "run the command where the servers with `place` are, not where the others are"},
};

static const struct example examples[] = {
	{"dsfi world run small.world -- dsfi check broken.tld", "checks one domain of a world"},
	{"dsfi world run small.world -- kdig +dnssec @198.41.0.4 . SOA", "asks one of its servers"},
	{"dsfi world run small.world -- sh", "opens a shell inside it"},
};

static const struct command world_run_command = {
	.name = "run",
	.parent = "world",
	.summary = "run a command inside a world",
	.operands = "FILE -- COMMAND [ARGUMENT...]",
	.description =
		"Makes a private network that nothing can leave, gives it the addresses of the "
		"world "
		"file, serves the world's zones there over UDP, TCP and TLS, and runs the "
		"command in "
		"it. No root is needed where user namespaces are allowed.\n\n"
		"The command finds in its environment: DSFI_WORLD (the file's path), "
		"DSFI_ROOT_HINTS and DSFI_TRUST_ANCHORS (zone files with the root's servers and DS "
		"records), DSFI_CA_FILE (the certificate of the world's authority), and, of a "
		"world with routing, DSFI_ROUTES and DSFI_VRPS, which the "
		"other subcommands of dsfi take as defaults.\n\n"
		"Real name servers that the file places are looked for in the folder "
		"DSFI_SERVERS, in "
		"servers/bin beside this program, in /usr/sbin, /usr/bin and PATH.\n\n"
		"With --questions each question that comes to the built-in servers is written to a "
		"file as it comes: UDP or TCP (TLS is TCP), the address asked, name, type.\n\n"
		"With --registry the DS records of a zone file are at the parents of the domains "
		"that it names, instead of those of the world file. The file may be replaced "
		"while the world runs.\n\n"
		"With --follow the world file itself may be replaced (whole, by renaming another "
		"one to its name), and within a moment the world's servers say what it says: so a "
		"hijack, a move or a repair is played. One with a mistake in it changes nothing, "
		"and is told on standard error.\n\n"
		"With --beside the command is at the addresses of servers "
		"with `place`, and with `place: empty` it can start its own there.",
	.options = run_options_rows,
	.option_count = sizeof(run_options_rows) / sizeof(run_options_rows[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_minimum = 1,
	.operands_maximum = 1,
	.exit_note =
		"The command's own exit code, or 128 plus the number of the signal that ended it; "
		"2 when the world file or the command makes no sense, 4 when the network cannot be "
		"made.",
	.see_also = "dsfi-world(1), dsfi-world-check(1)",
	.takes_command = true,
	.run = run,
};

const struct command *command_world_run(void)
{
	return &world_run_command;
}

static int hold(const struct options *options)
{
	(void)options;
	world_hold();
	return EXIT_FINE;
}

static const struct command world_hold_command = {
	.name = WORLD_HOLD_COMMAND,
	.parent = "world",
	.summary = "hold a world's process namespace open",
	.operands = "",
	.description = "For `dsfi world run`, not for people.",
	.hidden = true,
	.run = hold,
};

const struct command *command_world_hold(void)
{
	return &world_hold_command;
}
