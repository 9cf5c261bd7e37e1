/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/table.h"
#include "os/file.h"
#include "world/make.h"

#include <string.h>

/* A million domains of 250 octets. */
#define WORLD_TEXT_CAP ((size_t)250 * 1000 * 1000)

static int write_world(const struct options *options, const struct text *text,
		       struct complaint *complaint)
{
	const char *path = options_text(options, "output");
	if (path && strcmp(path, "-") != 0)
		return file_write(path, text_get(text), text->length, complaint);
	/* What cannot be written is told at the end, as with every command. */
	(void)fwrite(text_get(text), 1, text->length, options->out);
	return 0;
}

static int run(const struct options *options)
{
	const struct world_make_options make = {
		.seed = options_number(options, "seed"),
		.domains = (uint32_t)options_number(options, "domains"),
		.tlds = (uint32_t)options_number(options, "tlds"),
		.operators = (uint32_t)options_number(options, "operators"),
		.signed_percent = (uint32_t)options_number(options, "signed"),
		.fault_percent = (uint32_t)options_number(options, "faults"),
		.behaviour_percent = (uint32_t)options_number(options, "behaviours"),
		.places = options_text(options, "place"),
	};
	struct complaint complaint = {""};
	struct text text;
	text_init(&text, WORLD_TEXT_CAP);
	int error = world_make(&make, &text, &complaint);
	if (!error)
		error = write_world(options, &text, &complaint);
	text_release(&text);
	return error ? command_fail(options, error, &complaint) : EXIT_FINE;
}

static const struct option make_options[] = {
	{.name = "domains",
	 .letter = 'n',
	 .kind = OPTION_NUMBER,
	 .argument = "N",
	 .help = "how many domains",
	 .fallback = "1000",
	 .minimum = 1,
	 .maximum = WORLD_MAKE_DOMAINS_MAX},
	{.name = "seed",
	 .letter = 's',
	 .kind = OPTION_NUMBER,
	 .argument = "S",
	 .help = "another seed gives another world",
	 .fallback = "1",
	 .maximum = INT64_MAX},
	{.name = "tlds",
	 .kind = OPTION_NUMBER,
	 .argument = "N",
	 .help = "how many top-level domains (0: as fits)",
	 .fallback = "0",
	 .maximum = WORLD_MAKE_TLDS_MAX},
	{.name = "operators",
	 .kind = OPTION_NUMBER,
	 .argument = "N",
	 .help = "how many operators without fault (0: as fits)",
	 .fallback = "0",
	 .maximum = WORLD_MAKE_OPERATORS_MAX},
	{.name = "signed",
	 .kind = OPTION_NUMBER,
	 .argument = "PERCENT",
	 .help = "share of domains that are signed",
	 .fallback = "30",
	 .maximum = 100},
	{.name = "faults",
	 .kind = OPTION_NUMBER,
	 .argument = "PERCENT",
	 .help = "share of domains with faults of their own",
	 .fallback = "10",
	 .maximum = 100},
	{.name = "behaviours",
	 .kind = OPTION_NUMBER,
	 .argument = "PERCENT",
	 .help = "share of domains at operators with servers that misbehave",
	 .fallback = "6",
	 .maximum = 100},
	{.name = "place",
	 .kind = OPTION_TEXT,
	 .argument = "LIST",
	 .help = "real servers for an operator each: knot,nsd,bind,pdns"},
	{.name = "output",
	 .letter = 'o',
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "write there instead of standard output"},
};

static const struct example examples[] = {
	{"dsfi world make --domains 2000 --seed 7 -o my.world", "writes a world of 2,000 domains"},
	{"dsfi world make --faults 0 --behaviours 0 -o sound.world",
	 "writes a world in which nothing is wrong"},
};

static const struct command make_command = {
	.name = "make",
	.parent = "world",
	.summary = "write a world file with a realistic mix",
	.operands = "",
	.description =
		"Writes a world: few operators have most domains, some domains are signed, some "
		"are "
		"broken, some of the small operators have servers that misbehave. The same "
		"options give "
		"the same file. With a thousand domains or more every fault and every behaviour "
		"occurs.",
	.options = make_options,
	.option_count = sizeof(make_options) / sizeof(make_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.see_also = "dsfi-world-run(1), dsfi-world-truth(1)",
	.run = run,
};

const struct command *command_world_make(void)
{
	return &make_command;
}
