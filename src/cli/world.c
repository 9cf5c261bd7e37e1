/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/world.h"

#include "base/text.h"
#include "cli/table.h"
#include "dns/wire/name.h"

#include <string.h>

/* Text of all mistakes of a file. */
#define MISTAKES_OCTETS_MAX (WORLD_MISTAKES_MAX * 2048u)

static const struct command world = {
	.name = "world",
	.summary = "make and play a miniature Internet",
	.operands = "",
	.description =
		"A world is a file that describes a small Internet: name servers, who runs them, "
		"the zones they serve, and what is broken. The same file tells what a correct "
		"audit "
		"must find. The format is described in docs/format/world.md.",
	.see_also = "dsfi-world-run(1), dsfi-world-make(1), dsfi-world-truth(1)",
};

const struct command *command_world(void)
{
	return &world;
}

static int run_targets(const struct options *options)
{
	struct world *loaded;
	struct complaint complaint = {""};
	int error = world_load(options_operand(options, 0), NULL, &complaint, &loaded);
	if (error)
		return command_fail(options, error, &complaint);
	size_t cursor = 0;
	for (const uint8_t *name; (name = world_target(loaded, &cursor));) {
		char text[NAME_TEXT_MAX];
		fprintf(options->out, "%s\n", name_to_text(name, text));
	}
	world_free(loaded);
	return EXIT_FINE;
}

static const struct example targets_examples[] = {
	{"dsfi world targets small.world | dsfi check --targets -",
	 "checks every domain of a world, from within it"},
};

static const struct command targets = {
	.name = "targets",
	.parent = "world",
	.summary = "print the domains of a world",
	.operands = "FILE",
	.description =
		"Prints the domains of the section `domains`, one a line, in the file's order.",
	.examples = targets_examples,
	.example_count = sizeof(targets_examples) / sizeof(targets_examples[0]),
	.operands_minimum = 1,
	.operands_maximum = 1,
	.run = run_targets,
};

const struct command *command_world_targets(void)
{
	return &targets;
}

/* What was found is data; that something was found is talk. */
static int say_mistakes(const struct options *options, const struct text *mistakes)
{
	struct complaint complaint;
	size_t count = 0;
	for (const char *at = text_get(mistakes); (at = strchr(at, '\n')) != NULL; at++)
		count++;
	(void)complain(&complaint, ERR_FORMAT,
		       "'%s' has %zu mistake%s; docs/format/world.md has the "
		       "form",
		       options_operand(options, 0), count, count == 1 ? "" : "s");
	fputs(text_get(mistakes), options->out);
	return command_fail(options, ERR_FORMAT, &complaint);
}

static int run_check(const struct options *options)
{
	struct world *loaded;
	struct complaint complaint = {""};
	struct text mistakes;
	text_init(&mistakes, MISTAKES_OCTETS_MAX);
	int error = world_load(options_operand(options, 0), &mistakes, &complaint, &loaded);
	if (error && mistakes.length > 0) {
		error = say_mistakes(options, &mistakes);
	} else if (error) {
		error = command_fail(options, error, &complaint);
	} else {
		struct world_counts counts = world_counts(loaded);
		if (!options_quiet(options))
			fprintf(options->out,
				"%zu servers, %zu operators, %zu zones, %zu domains, %zu canned "
				"conversations\n",
				counts.servers, counts.operators, counts.zones, counts.targets,
				counts.canned);
		world_free(loaded);
	}
	text_release(&mistakes);
	return error;
}

static const struct command check = {
	.name = "check",
	.parent = "world",
	.summary = "say what is wrong with a world file",
	.operands = "FILE",
	.description = "Reads a world file and prints each mistake with its line, or what the file "
		       "holds when there is none.",
	.operands_minimum = 1,
	.operands_maximum = 1,
	.exit_note = "0 when the file is sound, 2 when it has mistakes.",
	.see_also = "dsfi-world-run(1)",
	.run = run_check,
};

const struct command *command_world_check(void)
{
	return &check;
}
