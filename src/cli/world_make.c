/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/table.h"
#include "os/file.h"
#include "world/make.h"
#include "world/shares.h"

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

static int make_random(const struct options *options, struct text *text,
		       struct complaint *complaint)
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
	return world_make(&make, text, complaint);
}

static int make_with_shares(const struct options *options, struct text *text,
			    struct complaint *complaint)
{
	const struct shares_options make = {
		.seed = options_number(options, "seed"),
		.has_silent = options_given(options, "silent"),
		.silent_percent = (uint32_t)options_number(options, "silent"),
	};
	struct shares *shares;
	int error = shares_load(options_text(options, "shares"), complaint, &shares);
	if (error)
		return error;
	error = shares_make(shares, &make, text, complaint);
	shares_free(shares);
	return error;
}

/* An option that says nothing beside, or without, a file of shares; NULL: all fit. */
static const char *find_idle(const struct options *options)
{
	static const char *const mix[] = {"domains", "tlds",       "operators", "signed",
					  "faults",  "behaviours", "place"};
	if (!options_given(options, "shares"))
		return options_given(options, "silent") ? "silent" : NULL;
	for (size_t i = 0; i < sizeof(mix) / sizeof(mix[0]); i++)
		if (options_given(options, mix[i]))
			return mix[i];
	return NULL;
}

static int run(const struct options *options)
{
	struct complaint complaint = {""};
	struct text text;
	const bool has_shares = options_given(options, "shares");
	const char *idle = find_idle(options);
	if (idle)
		return command_usage(options,
				     has_shares ? "--%s does not go with --shares: the file says it"
						: "--%s goes with --shares only",
				     idle);
	text_init(&text, WORLD_TEXT_CAP);
	int error = has_shares ? make_with_shares(options, &text, &complaint)
			       : make_random(options, &text, &complaint);
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
	{.name = "shares",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "instead of a mix: operators, their domains, and what share of them has what"},
	{.name = "silent",
	 .kind = OPTION_NUMBER,
	 .argument = "PERCENT",
	 .help = "with --shares: so many of the operators' name servers answer nothing",
	 .fallback = "0",
	 .maximum = 100},
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
	{"dsfi world make --shares my.shares --silent 10 -o known.world",
	 "writes a world whose adoption is known, with a tenth of the servers silent"},
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
		"occurs.\n\n"
		"With --shares a file (docs/format/shares.md) says how many domains each operator "
		"has, in which top-level domains, and what share of them is signed, has a DMARC "
		"policy, name servers with IPv6 and so on. The counts in the world are exact; "
		"`dsfi world truth --facts` tells of each domain what it has.",
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
