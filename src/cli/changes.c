/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsfi changes: which domains changed, and which of the changes look like attacks. */
#include "base/memory.h"
#include "cli/changes_private.h"
#include "os/file.h"

#include <assert.h>

#define DEFAULT_STORE "dsfi.sqlite"
/* One change in words. */
#define OUTPUT_OCTETS_MAX ((size_t)4 << 20)

/* --- files -------------------------------------------------------------------------------------
 */

static int read_signals(struct changes *changes)
{
	struct signals_file file = {.path = options_text(changes->options, "signals")};
	char *text = NULL;
	int error = OK;
	if (file.path != NULL)
		error = file_read(file.path, SIGNALS_FILE_OCTETS_MAX, changes->complaint, &text,
				  &file.size);
	file.text = text;
	if (error == OK)
		error = signals_new(file.path != NULL ? &file : NULL, &changes->signals,
				    changes->complaint);
	memory_give(text);
	return error;
}

static int read_high_value(struct changes *changes)
{
	struct high_value_file file = {.path = options_text(changes->options, "high-value")};
	char *text = NULL;
	if (file.path == NULL)
		return OK;
	int error = file_read(file.path, HIGH_VALUE_FILE_OCTETS_MAX, changes->complaint, &text,
			      &file.size);
	file.text = text;
	if (error == OK)
		error = high_value_new(&file, &changes->high_value, changes->complaint);
	memory_give(text);
	return error;
}

/* --- the store ---------------------------------------------------------------------------------
 */

static int take_newest(void *context, const struct store_run *run)
{
	int64_t *newest = context;
	/* A run that has seen nothing yet has found no change either. */
	if (run->done > 0 || run->finished_s != 0)
		*newest = run->id > *newest ? run->id : *newest;
	return OK;
}

static int open_store(struct changes *changes)
{
	const struct options *options = changes->options;
	int64_t newest = 0;
	int error = store_open(options_text(options, "store"), STORE_READ, &changes->store,
			       changes->complaint);
	if (error == OK)
		error = store_runs(changes->store, take_newest, &newest, changes->complaint);
	if (error != OK)
		return error;
	if (newest == 0)
		return complain(changes->complaint, ERR_NOT_FOUND,
				"store '%s': no run has seen anything yet; scan first",
				options_text(options, "store"));
	changes->newest = newest;
	changes->since = options_given(options, "since") ? (int64_t)options_number(options, "since")
							 : newest;
	return changes_count(changes);
}

static void note_end(const struct changes *changes)
{
	const struct options *options = changes->options;
	const char *later = changes->since < changes->newest ? " or later" : "";
	if (changes->seen == 0) {
		command_note(options, "run %lld%s saw nothing change", (long long)changes->since,
			     later);
		return;
	}
	command_note(options, "run %lld%s saw %llu change%s", (long long)changes->since, later,
		     (unsigned long long)changes->seen, changes->seen == 1 ? "" : "s");
	if (changes->below > 0)
		command_note(options, "%llu scored below %u and are not shown; --least 0 shows all",
			     (unsigned long long)changes->below, changes->least);
	if (changes->left_out > 0)
		command_note(options, "%llu more are not shown; --most takes a larger number",
			     (unsigned long long)changes->left_out);
}

int changes_open(struct changes *changes, const struct options *options,
		 struct complaint *complaint)
{
	assert(changes->store == NULL && changes->signals == NULL);
	changes->options = options;
	changes->complaint = complaint;
	arena_init(&changes->arena, CHANGE_OCTETS_MAX, (size_t)256 << 10);
	text_init(&changes->text, OUTPUT_OCTETS_MAX);
	int error = suffix_built_in(&changes->suffixes, complaint);
	if (error == OK)
		error = read_signals(changes);
	return error == OK ? read_high_value(changes) : error;
}

int changes_count(struct changes *changes)
{
	assert(changes->store != NULL && changes->counts == NULL);
	const int error = server_counts_new(changes->store, &changes->counts, changes->complaint);
	/* Stores of an older version have no sets of name servers; then it is not known. */
	return error == ERR_NOT_FOUND ? OK : error;
}

void changes_close(struct changes *changes)
{
	text_release(&changes->text);
	arena_release(&changes->arena);
	changes_release_found(changes);
	server_counts_free(changes->counts);
	high_value_free(changes->high_value);
	signals_free(changes->signals);
	suffix_free(changes->suffixes);
	store_close(changes->store);
}

static int run(const struct options *options)
{
	struct complaint complaint = {""};
	struct changes changes = {
		.least = (uint8_t)options_number(options, "least"),
		.most = (size_t)options_number(options, "most"),
	};
	int error = changes_open(&changes, options, &complaint);
	if (error == OK)
		error = open_store(&changes);
	if (error == OK)
		error = changes_find(&changes);
	if (error == OK)
		error = changes_tell(&changes, changes_print);
	if (error == OK)
		note_end(&changes);
	changes_close(&changes);
	return error == OK ? EXIT_FINE : command_fail(options, error, &complaint);
}

/* --- the row -----------------------------------------------------------------------------------
 */

static const struct option changes_options[] = {
	{.name = "store",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .fallback = DEFAULT_STORE,
	 .help = "the store to read"},
	{.name = "since",
	 .kind = OPTION_NUMBER,
	 .argument = "RUN",
	 .minimum = 1,
	 .maximum = INT64_MAX,
	 .help = "changes that this run or a later one saw first (the newest run, if not given)"},
	{.name = "least",
	 .kind = OPTION_NUMBER,
	 .argument = "SCORE",
	 .fallback = "15",
	 .minimum = 0,
	 .maximum = 100,
	 .help = "only changes with this score or a higher one"},
	{.name = "most",
	 .kind = OPTION_NUMBER,
	 .argument = "N",
	 .fallback = "10000",
	 .minimum = 1,
	 .maximum = 10000000,
	 .help = "only so many, those with the highest scores"},
	CHANGES_OPTION_ROWS,
};

static const struct example examples[] = {
	{"dsfi changes", "what the newest run in ./dsfi.sqlite saw change, the worst first"},
	{"dsfi changes --store tld.sqlite --since 12 --least 0 --high-value banks.txt",
	 "all changes since run 12, with more weight on those of banks"},
	{"dsfi changes --json --least 60 | jq -r '.domain'",
	 "the domains that somebody should look at now"},
};

static const struct command changes_row = {
	.name = "changes",
	.summary = "tell which domains changed, those first that look attacked",
	.operands = "",
	.description =
		"Reads what runs of `dsfi scan --store` saw change and tells it in order of score: "
		"from 0, a change like any other, to 100, one that looks like an attack. Each "
		"change says in words what is different and how long the old had stood; which "
		"signals speak for and against it, with their points; what would clear it; and "
		"what is not known, since it was not measured or is not over yet.\n\n"
		"A score is of the time of the domain's newest look. One that was undone soon "
		"becomes higher, one that stood without harm lower, as the table of signals says. "
		"A run that sees a change undone brings it up again.\n\n"
		"Scores are for choosing what to look at first. They are no verdict: ask the "
		"registrant by a way that does not depend on the domain.",
	.options = changes_options,
	.option_count = sizeof(changes_options) / sizeof(changes_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_minimum = 0,
	.operands_maximum = 0,
	.see_also = "dsfi-scan(1), dsfi-history(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_changes(void)
{
	return &changes_row;
}
