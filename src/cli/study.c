/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsfi study: what adopting a practice changed, against domains like those that did not. */
#include "tell/study/study.h"

#include "base/memory.h"
#include "cli/table.h"
#include "os/file.h"

#include <inttypes.h>

/* A few dozen lines. */
#define OUTPUT_OCTETS_MAX ((size_t)1 << 20)
#define DEFAULT_STORE "dsfi.sqlite"
static_assert(STUDY_DOMAINS_DEFAULT == 10000, "as the option says");

static int print(const struct options *options, const struct study *study)
{
	struct text text;
	text_init(&text, OUTPUT_OCTETS_MAX);
	const int error =
		options_json(options) ? study_json(study, &text) : study_text(study, &text);
	if (error == OK)
		fwrite(text_get(&text), 1, text.length, options->out);
	text_release(&text);
	return error;
}

static int write_markdown(const struct options *options, const struct study *study,
			  struct complaint *complaint)
{
	const char *path = options_text(options, "markdown");
	struct text text;
	if (path == NULL)
		return OK;
	text_init(&text, OUTPUT_OCTETS_MAX);
	int error = study_markdown(study, &text);
	if (error == OK)
		error = file_write(path, text_get(&text), text.length, complaint);
	text_release(&text);
	if (error == OK)
		command_note(options, "study: %s", path);
	return error;
}

static int tell(const struct options *options, struct store *store, struct operators *operators,
		enum study_end *ret_end, struct complaint *complaint)
{
	const struct study_settings settings = {
		.subject = options_operand(options, 0),
		.from = (int64_t)options_number(options, "from"),
		.to = (int64_t)options_number(options, "to"),
		.domains = (uint32_t)options_number(options, "domains"),
		.operators = operators,
	};
	struct study *study;
	int error = study_new(store, &settings, &study, complaint);
	if (error != OK)
		return error;
	*ret_end = study_end(study);
	error = print(options, study);
	if (error == OK)
		error = write_markdown(options, study, complaint);
	study_free(study);
	return error;
}

static int with_operators(const struct options *options, struct store *store,
			  enum study_end *ret_end, struct complaint *complaint)
{
	const char *path = options_text(options, "operators");
	struct suffix_list *suffixes = NULL;
	struct operators *operators = NULL;
	char *text = NULL;
	struct operators_file file = {.path = path};
	int error = OK;
	if (path != NULL)
		error = file_read(path, OPERATORS_FILE_OCTETS_MAX, complaint, &text, &file.size);
	file.text = text;
	if (error == OK)
		error = suffix_built_in(&suffixes, complaint);
	if (error == OK)
		error = operators_new(suffixes, path != NULL ? &file : NULL, &operators, complaint);
	if (error == OK)
		error = tell(options, store, operators, ret_end, complaint);
	operators_free(operators);
	suffix_free(suffixes);
	memory_give(text);
	return error;
}

static int run(const struct options *options)
{
	struct complaint complaint = {""};
	struct store *store = NULL;
	enum study_end end = STUDY_CONCLUDED;
	int error = store_open(options_text(options, "store"), STORE_READ, &store, &complaint);
	if (error == OK)
		error = with_operators(options, store, &end, &complaint);
	store_close(store);
	if (error != OK)
		return command_fail(options, error, &complaint);
	return end == STUDY_CONCLUDED ? EXIT_FINE : EXIT_UNMEASURED;
}

static const struct option study_options[] = {
	{.name = "store",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .fallback = DEFAULT_STORE,
	 .help = "the store to read"},
	{.name = "from",
	 .kind = OPTION_NUMBER,
	 .argument = "N",
	 .minimum = 1,
	 .maximum = INT64_MAX,
	 .help = "the run before, instead of the first"},
	{.name = "to",
	 .kind = OPTION_NUMBER,
	 .argument = "N",
	 .minimum = 1,
	 .maximum = INT64_MAX,
	 .help = "the run behind, instead of the last"},
	{.name = "domains",
	 .kind = OPTION_NUMBER,
	 .argument = "N",
	 .minimum = 1,
	 .maximum = STUDY_DOMAINS_MAX,
	 .fallback = "10000",
	 .help = "adopters looked at, drawn where there are more"},
	{.name = "markdown",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "write the study as Markdown, too"},
	{.name = "operators",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "rules of yours that say whose name servers are"},
};

static const struct example examples[] = {
	{"dsfi study dnssec", "what signing changed, between the first and the last run kept"},
	{"dsfi study dnssec --from 3 --to 9 --markdown dnssec.md",
	 "the same between two runs, and a page to show"},
	{"dsfi study DNSSEC-SIG-EXPIRED", "what mending a finding changed"},
};

static const struct command study_command = {
	.name = "study",
	.summary = "tell what adopting a practice changed, from data",
	.operands = "PRACTICE",
	.description =
		"Compares domains that adopted a practice between two runs of a store with as "
		"many others like them that did not: who broke and for how long, whether answers "
		"grew or no longer fit into UDP, how much they amplify, how long they take. Each "
		"domain is compared with itself before, and the changes of the one with those of "
		"the other, so that what happened to all of them is not taken for an effect.\n\n"
		"PRACTICE is a name of catalog/adoption (dnssec, dmarc, ...), or the code of a "
		"finding: then those that mended it are compared with those that did not.\n\n"
		"A domain is like another if both have the same name servers, or the same "
		"operator, or the same addresses of name servers, and the same top-level domain; "
		"where it can be, the same other practices, too. Every figure has its 95 % "
		"interval, and below 20 pairs nothing is concluded. The same store gives the "
		"same study: where there are more adopters than --domains, they are drawn by "
		"their names' hashes.",
	.options = study_options,
	.option_count = sizeof(study_options) / sizeof(study_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_minimum = 1,
	.operands_maximum = 1,
	.exit_note = "3: nothing could be concluded; the words say why",
	.see_also = "dsfi-report(1), dsfi-history(1), dsfi-explain(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_study(void)
{
	return &study_command;
}
