/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsfi history: what a domain looked like, when it changed, what was wrong with it from when to
 * when. */
#include "cli/history_private.h"
#include "dns/wire/name.h"
#include "os/file.h"

#include <assert.h>
#include <string.h>

#define DEFAULT_STORE "dsfi.sqlite"

/* --- reading -----------------------------------------------------------------------------------
 */

/* Of the interval that comes last, the newer of its two. */
static int take_raw(struct past *past, const struct store_interval *interval)
{
	bool is_last = interval->last_raw != NULL;
	arena_reset(&past->raw_arena);
	past->raw_size = is_last ? interval->last_raw_size : interval->first_raw_size;
	past->raw = arena_copy(&past->raw_arena, is_last ? interval->last_raw : interval->first_raw,
			       past->raw_size);
	return past->raw != NULL ? OK : ERR_MEMORY;
}

static int take_interval(void *context, const struct store_interval *interval)
{
	struct past *past = context;
	if (past->raw_path != NULL && take_raw(past, interval) != OK)
		return ERR_MEMORY;
	struct past_interval *kept = arena_take_zeroed(&past->arena, sizeof(*kept));
	uint8_t *state = arena_copy(&past->arena, interval->state, interval->state_size);
	if (kept == NULL || state == NULL)
		return ERR_MEMORY;
	*kept = (struct past_interval){
		.first_s = interval->first_s,
		.last_s = interval->last_s,
		.first_run = interval->first_run,
		.last_run = interval->last_run,
		.state = state,
		.state_size = interval->state_size,
	};
	*past->intervals_end = kept;
	past->intervals_end = &kept->next;
	return OK;
}

static bool keep_word(struct past *past, const char **word)
{
	if (*word == NULL)
		return true;
	*word = arena_text(&past->arena, *word);
	return *word != NULL;
}

static bool keep_words(struct past *past, struct finding *finding)
{
	bool is_kept = keep_word(past, &finding->code) && keep_word(past, &finding->domain) &&
		       keep_word(past, &finding->server) && keep_word(past, &finding->sentence) &&
		       keep_word(past, &finding->reference);
	assert(finding->evidence_count <= FINDING_EVIDENCE_MAX);
	for (uint8_t i = 0; is_kept && i < finding->evidence_count; i++) {
		struct finding_evidence *evidence = &finding->evidence[i];
		is_kept = keep_word(past, &evidence->server) &&
			  keep_word(past, &evidence->question) &&
			  keep_word(past, &evidence->answer);
	}
	return is_kept;
}

static int take_finding(void *context, const struct store_finding *found)
{
	struct past *past = context;
	struct past_finding *kept = arena_take_zeroed(&past->arena, sizeof(*kept));
	if (kept == NULL)
		return ERR_MEMORY;
	kept->found = *found;
	struct finding *finding = &kept->found.finding;
	/* Evidence is for pages; the text has the sentences. */
	if (past->html_path == NULL)
		finding->evidence_count = 0;
	if (!keep_words(past, finding))
		return ERR_MEMORY;
	past->finding_count++;
	*past->findings_end = kept;
	past->findings_end = &kept->next;
	return OK;
}

/* --- the command -------------------------------------------------------------------------------
 */

static int read_past(struct past *past)
{
	const struct store_filter filter = {.domain = past->domain, .include_closed = true};
	struct store *store;
	int error = store_open(options_text(past->options, "store"), STORE_READ, &store,
			       past->complaint);
	if (error != OK)
		return command_fail(past->options, error, past->complaint);
	error = store_history(store, past->domain, take_interval, past, past->complaint);
	if (error == OK)
		error = store_findings(store, &filter, take_finding, past, past->complaint);
	store_close(store);
	if (error == ERR_NOT_FOUND) {
		char name[NAME_TEXT_MAX];
		name_to_text(past->domain, name);
		fprintf(past->options->err,
			"dsfi history: domain '%s': never seen in store '%s'; "
			"look at it with 'dsfi scan %s'\n",
			name, options_text(past->options, "store"), name);
		return EXIT_UNMEASURED;
	}
	return error == OK ? EXIT_FINE : command_fail(past->options, error, past->complaint);
}

/* The history on standard output, the page and the raw observation in their files. */
static int put_past(struct past *past)
{
	int error = past_look(past);
	if (error == OK)
		error = past_tell(past);
	if (error == OK && past->html_path != NULL)
		error = past_page(past);
	if (error == OK && past->raw_path != NULL)
		error = file_write(past->raw_path, past->raw, past->raw_size, past->complaint);
	if (error != OK)
		return command_fail(past->options, error, past->complaint);
	fwrite(text_get(&past->text), 1, past->text.length, past->options->out);
	if (past->html_path != NULL && !options_quiet(past->options))
		fprintf(past->options->err, "history: %s\n", past->html_path);
	return EXIT_FINE;
}

static int run(const struct options *options)
{
	struct complaint complaint = {""};
	struct name name;
	char text[NAME_TEXT_MAX];
	bool converted = false;
	int error = name_from_user(options_operand(options, 0), &name, &converted, &complaint);
	if (error != OK)
		return command_fail(options, error, &complaint);
	name_lower(name.octets);
	if (converted && !options_quiet(options))
		fprintf(options->err, "dsfi history: taken as %s\n",
			name_to_text(name.octets, text));
	struct past past = {.options = options, .domain = name.octets, .complaint = &complaint};
	past.intervals_end = &past.intervals;
	past.findings_end = &past.findings;
	past.raw_path = options_text(options, "raw");
	past.html_path = options_text(options, "html");
	arena_init(&past.arena, HISTORY_OCTETS_MAX, 0);
	arena_init(&past.raw_arena, 2 * OBSERVATION_OCTETS_MAX, 0);
	text_init(&past.text, HISTORY_OUTPUT_OCTETS_MAX);
	int code = read_past(&past);
	if (code == EXIT_FINE)
		code = put_past(&past);
	text_release(&past.text);
	arena_release(&past.raw_arena);
	arena_release(&past.arena);
	return code;
}

static const struct option history_options[] = {
	{.name = "store",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .fallback = DEFAULT_STORE,
	 .help = "the store to read"},
	{.name = "html",
	 .letter = 'o',
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "write the history as one self-contained HTML file, too"},
	{.name = "raw",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "write the newest observation, as it was received, to FILE"},
};

static const struct example examples[] = {
	{"dsfi history example.com", "the past of example.com in ./dsfi.sqlite"},
	{"dsfi history --store tld.sqlite example.com --json | jq -r '.changes[]'",
	 "only what changed"},
	{"dsfi history example.com --html example.com.html",
	 "the same, and a page with a time line"},
	{"dsfi history example.com --raw example.com.observation",
	 "every packet of the last look, as evidence to hand on"},
};

static const struct command history = {
	.name = "history",
	.summary = "tell what a domain looked like from when to when",
	.operands = "DOMAIN",
	.description =
		"Reads a domain's past from a store. Each paragraph is a time during which every "
		"look found the same: from the first look to the last, what had changed from the "
		"paragraph before, which findings were first found during it and which were found "
		"for the last time. What changes by itself is no change: ids, cookies, the order "
		"of records, serial numbers, new signatures by the same keys.\n\n"
		"--html also writes a page that needs nothing else to be looked at: a time line of "
		"states and findings, what changed when, and the open findings with their evidence "
		"and how to mend them.\n\n"
		"--raw writes the last look itself to a file: every packet as it was received, in "
		"the form that the store keeps.",
	.options = history_options,
	.option_count = sizeof(history_options) / sizeof(history_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_minimum = 1,
	.operands_maximum = 1,
	.exit_note = "3: the domain was never seen",
	.see_also = "dsfi-scan(1), dsfi-report(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_history(void)
{
	return &history;
}
