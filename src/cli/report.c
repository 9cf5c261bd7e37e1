/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/report/report.h"

#include "base/clock.h"
#include "base/memory.h"
#include "cli/adoption.h"
#include "cli/letter.h"
#include "cli/table.h"
#include "os/file.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

/* JSON Lines of a million findings. */
#define OUTPUT_OCTETS_MAX ((size_t)4 << 30)
#define DEFAULT_STORE "dsfi.sqlite"

static int print(const struct options *options, const struct report *report)
{
	struct text text;
	int result;

	text_init(&text, OUTPUT_OCTETS_MAX);
	if (options_json(options))
		result = report_json(report, &text);
	else
		result = report_terminal(report, options_color(options, options->out), &text);
	if (result == OK)
		fwrite(text_get(&text), 1, text.length, options->out);
	text_release(&text);
	return result;
}

static int tell_with(const struct options *options, const struct operators_file *operators,
		     struct store *store, struct complaint *complaint)
{
	const struct clock clock = clock_system();
	const struct report_settings settings = {
		.now_s = clock_wall_s(&clock),
		.operators_file = operators,
		.run = (int64_t)options_number(options, "run"),
		.title = options_text(options, "title"),
		.worst = (uint32_t)options_number(options, "worst"),
	};
	const char *path = options_text(options, "html");
	struct report *report;
	int result = report_new(store, &settings, &report, complaint);

	if (result < 0)
		return result;
	result = print(options, report);
	if (result == OK && path)
		result = report_html(report, path, complaint);
	if (result == OK && path && !options_quiet(options))
		fprintf(options->err, "report: %s\n", path);
	report_free(report);
	return result;
}

static int tell(const struct options *options, struct store *store, struct complaint *complaint)
{
	struct operators_file file = {.path = options_text(options, "operators")};
	char *text = NULL;
	int result = OK;

	if (file.path)
		result = file_read(file.path, OPERATORS_FILE_OCTETS_MAX, complaint, &text,
				   &file.size);
	file.text = text;
	if (result == OK)
		result = tell_with(options, text ? &file : NULL, store, complaint);
	memory_give(text);
	return result;
}

/* What has a meaning with some other option only. */
static const struct {
	const char *option;
	const char *of[2]; /* one of these must be given */
	const char *words;
} bound[] = {
	{"software", {"for", "for"}, "--software is for letters: add --for"},
	{"markdown", {"for", "by"}, "--markdown is for letters and adoption: add --for or --by"},
	{"registrars", {"by", "by"}, "--registrars is for adoption: add --by registrar"},
	{"csv", {"by", "by"}, "--csv is for adoption: add --by"},
	{"openmetrics", {"by", "by"}, "--openmetrics is for adoption: add --by"},
	{"grouping", {"by", "by"}, "--grouping is for adoption: add --by"},
	{"named", {"by", "by"}, "--named is for adoption: add --by"},
	{"sample", {"by", "by"}, "--sample is for adoption: add --by"},
};

static bool is_same_file(const char *left, const char *right)
{
	struct stat one, other;

	assert(left && right);
	return strcmp(left, right) == 0 ||
	       (stat(left, &one) == 0 && stat(right, &other) == 0 && one.st_dev == other.st_dev &&
		one.st_ino == other.st_ino && S_ISREG(one.st_mode));
}

/* A file that would be written twice, or the store itself; NULL: none. */
static const char *find_clash(const struct options *options)
{
	static const char *const written[] = {"html", "markdown", "csv", "openmetrics", "grouping"};
	const size_t count = sizeof(written) / sizeof(written[0]);

	for (size_t i = 0; i < count; i++) {
		const char *path = options_text(options, written[i]);

		if (path && is_same_file(path, options_text(options, "store")))
			return path;
		for (size_t j = 0; path && j < i; j++)
			if (options_given(options, written[j]) &&
			    is_same_file(path, options_text(options, written[j])))
				return path;
	}
	return NULL;
}

static int run(const struct options *options)
{
	struct complaint complaint = {""};
	struct store *store;
	const char *clash = find_clash(options);

	if (clash)
		return command_usage(options,
				     "'%s' is the store, or is to be written twice; name another "
				     "file",
				     clash);
	for (size_t i = 0; i < sizeof(bound) / sizeof(bound[0]); i++)
		if (options_given(options, bound[i].option) &&
		    !options_given(options, bound[i].of[0]) &&
		    !options_given(options, bound[i].of[1]))
			return command_usage(options, "%s", bound[i].words);
	if (options_given(options, "for") && options_given(options, "by"))
		return command_usage(options, "--for writes a letter, --by counts adoption: "
					      "one of them");
	if (options_given(options, "by") &&
	    (options_given(options, "title") || options_given(options, "worst")))
		return command_usage(options, "--title and --worst are for reports without --by");
	if (options_given(options, "registrars") &&
	    strcmp(options_text(options, "by"), "registrar") != 0)
		return command_usage(options, "--registrars is for --by registrar");
	int result = store_open(options_text(options, "store"), STORE_READ, &store, &complaint);

	if (result == OK) {
		result = options_given(options, "for")  ? letter_tell(options, store, &complaint)
			 : options_given(options, "by") ? adoption_tell(options, store, &complaint)
							: tell(options, store, &complaint);
		store_close(store);
	}
	return result < 0 ? command_fail(options, result, &complaint) : EXIT_FINE;
}

static const struct option report_options[] = {
	{.name = "store",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .fallback = DEFAULT_STORE,
	 .help = "the store to read"},
	{.name = "html",
	 .letter = 'o',
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "write the report as one self-contained HTML file, too"},
	{.name = "run",
	 .kind = OPTION_NUMBER,
	 .argument = "N",
	 .minimum = 1,
	 .maximum = INT64_MAX,
	 .help = "the run to report on instead of the newest"},
	{.name = "title", .kind = OPTION_TEXT, .argument = "TEXT", .help = "title of the report"},
	{.name = "worst",
	 .kind = OPTION_NUMBER,
	 .argument = "N",
	 .minimum = 1,
	 .maximum = 10000,
	 .fallback = "25",
	 .help = "domains told in full on the first page"},
	{.name = "for",
	 .kind = OPTION_TEXT,
	 .argument = "OPERATOR",
	 .help = "write a letter to this operator instead: what it can mend, and how"},
	{.name = "by",
	 .kind = OPTION_CHOICE,
	 .argument = "GROUPS",
	 .choices = "tld|registrar|operator|as",
	 .help = "count who has adopted what instead, for groups of domains"},
	{.name = "markdown",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "write the letter, or what is counted, as Markdown, too"},
	OPTIONS_ADOPTION_FORMS,
	{.name = "grouping",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "with --by: which domain was put where, by which rule"},
	{.name = "named",
	 .kind = OPTION_FLAG,
	 .help = "with --by: tell operators, registrars, networks by name, not by rank"},
	{.name = "sample",
	 .kind = OPTION_FLAG,
	 .help = "with --by: the domains are a sample; give Wilson's intervals"},
	{.name = "registrars",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "with --by registrar: lines \"domain,registrar\""},
	{.name = "software",
	 .kind = OPTION_CHOICE,
	 .argument = "NAME",
	 .choices = "bind|knot|nsd|powerdns",
	 .help = "what the operator's name servers are, for the fixes in the letter"},
	{.name = "operators",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "rules of yours that say whose name servers are"},
};

static const struct example examples[] = {
	{"dsfi report", "summary of the newest run in ./dsfi.sqlite"},
	{"dsfi report --store tld.sqlite --html tld.html", "the same, and an HTML report"},
	{"dsfi report --for example.net --markdown letter.md",
	 "a letter to the operator whose name servers are named below example.net"},
	{"dsfi report --by operator --named --csv adoption.csv",
	 "who has adopted what, by operator of name servers"},
	{"dsfi report --json | jq -r 'select(.severity == \"critical\") | .domain'",
	 "domains with critical findings"},
};

static const struct command report = {
	.name = "report",
	.summary = "tell what a scan found, for a person or as HTML",
	.operands = "",
	.description =
		"Reads one run from a store and prints a summary: how the domains are, what is "
		"wrong and "
		"how often. With --html it also writes a report that needs nothing else to be "
		"looked at: "
		"summary, charts, operators, the worst domains in full with how to mend them, "
		"and a table "
		"of all domains to filter and search. Large runs get further pages beside the "
		"first.\n\n"
		"With --for it writes a letter instead, to one operator of name servers: the "
		"three changes that matter most with the exact fix for its software, how to "
		"verify them, what else it or others can mend, and its domains, the first "
		"hundred in the letter and all in a file beside what --markdown or --html "
		"writes. An operator is called by the registered domain of its name servers' "
		"names, or as a rule of catalog/operators or of the file of --operators says: "
		"lines like 'suffix example.net | Example Hosting', 'prefix 192.0.2.0/24 | "
		"NAME', 'domain example.org | NAME', of which the first that fits counts.\n\n"
		"With --by it counts adoption instead: for each practice of catalog/adoption how "
		"many domains have it, of how many that could be measured, how many could not, "
		"and what that can make of it; for all domains and for groups of them; and what "
		"changed over the runs that the store keeps. Operators, registrars and networks "
		"are told by rank, unless --named is given. docs/why/scores.md says what counts.",
	.options = report_options,
	.option_count = sizeof(report_options) / sizeof(report_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.see_also = "dsfi-check(1), dsfi-explain(1), dsfi-history(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_report(void)
{
	return &report;
}
