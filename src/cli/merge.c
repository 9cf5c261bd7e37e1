/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "cli/adoption.h"
#include "cli/table.h"
#include "os/file.h"
#include "tell/adoption/adoption.h"

#include <assert.h>

/* What `report --by --json` writes of ten thousand groups. */
#define TOTALS_OCTETS_MAX ((size_t)1 << 30)
#define FILES_MAX 1000

static int add_file(struct merging *merging, const char *path, struct complaint *complaint)
{
	size_t size;
	char *octets;
	int result = file_read(path, TOTALS_OCTETS_MAX, complaint, &octets, &size);

	if (result < 0)
		return result;
	result = adoption_merge_add(merging, path, octets, size);
	memory_give(octets);
	return result;
}

static int merge_all(const struct options *options, struct complaint *complaint)
{
	struct adoption_report *report = NULL;
	struct merging *merging = NULL;
	int result = adoption_merge_begin(complaint, &merging);

	for (size_t i = 0; options_operand(options, i) && result == OK; i++)
		result = add_file(merging, options_operand(options, i), complaint);
	if (result == OK)
		result = adoption_merge_end(merging, &report);
	if (result == OK)
		result = adoption_write(options, report, complaint);
	adoption_report_free(report);
	adoption_merge_free(merging);
	return result;
}

static int run(const struct options *options)
{
	struct complaint complaint = {""};
	const int result = merge_all(options, &complaint);

	assert(result <= OK);
	return result < 0 ? command_fail(options, result, &complaint) : EXIT_FINE;
}

static const struct option merge_options[] = {
	{.name = "html",
	 .letter = 'o',
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "write the sum as one self-contained HTML file, too"},
	{.name = "markdown",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "write the sum as Markdown, too"},
	OPTIONS_ADOPTION_FORMS,
};

static const struct example examples[] = {
	{"dsfi report --by tld --json >ours.totals", "what to give to whoever adds"},
	{"dsfi merge ours.totals theirs.totals --html all.html", "the sum, as a page"},
	{"dsfi merge *.totals --json >all.totals", "sums can be added again"},
};

static const struct command merge = {
	.name = "merge",
	.summary = "add the adoption totals of several stores",
	.operands = "FILE...",
	.description =
		"Reads totals, which `dsfi report --by GROUPS --json` wrote of a store each, and "
		"adds them: one report of several registries or operators that need not give "
		"each other a list of domains. The files must count the same groups, and name "
		"them (--named), unless groups are TLDs. The newest run of each counts. A domain "
		"that is in two of the stores counts twice.",
	.options = merge_options,
	.option_count = sizeof(merge_options) / sizeof(merge_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_minimum = 1,
	.operands_maximum = FILES_MAX,
	.see_also = "dsfi-report(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_merge(void)
{
	return &merge;
}
