/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsfi history: what a domain looked like, when it changed, what was wrong with it from when to
 * when. */
#include "cli/table.h"
#include "dns/wire/name.h"
#include "keep/store/store.h"
#include "model/state.h"
#include "os/file.h"

#include <assert.h>
#include <string.h>

#define DEFAULT_STORE "dsfi.sqlite"
/* A domain that changed every night for ten years: 3,650 states of some KiB. */
#define HISTORY_OCTETS_MAX (256u << 20)
#define OUTPUT_OCTETS_MAX (64u << 20)
#define DATE_OCTETS 10

struct past_interval {
	struct past_interval *next;
	int64_t first_s, last_s, first_run, last_run;
	const uint8_t *state;
	size_t state_size;
	unsigned int needs; /* what was looked at */
};

struct past_finding {
	struct past_finding *next;
	struct store_finding found;
};

struct past {
	const struct options *options;
	const uint8_t *domain;
	const char *raw_path; /* --raw, or NULL */
	struct arena arena;
	struct arena raw_arena; /* of the newest raw observation, if it is wanted */
	const uint8_t *raw;
	size_t raw_size;
	struct past_interval *intervals, **intervals_end; /* oldest first */
	struct past_finding *findings, **findings_end;
	struct text text;
	struct json json;
	struct complaint *complaint;
};

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

static int take_finding(void *context, const struct store_finding *found)
{
	struct past *past = context;
	struct past_finding *kept = arena_take_zeroed(&past->arena, sizeof(*kept));
	if (kept == NULL)
		return ERR_MEMORY;
	kept->found = *found;
	struct finding *finding = &kept->found.finding;
	finding->code = arena_text(&past->arena, finding->code);
	finding->sentence = arena_text(&past->arena, finding->sentence);
	if (finding->server != NULL)
		finding->server = arena_text(&past->arena, finding->server);
	/* Evidence is for `dsfi report`; a history has the sentences. */
	finding->evidence_count = 0;
	finding->domain = NULL;
	finding->reference = NULL;
	if (finding->code == NULL || finding->sentence == NULL)
		return ERR_MEMORY;
	*past->findings_end = kept;
	past->findings_end = &kept->next;
	return OK;
}

/* --- telling -----------------------------------------------------------------------------------
 */

static void add_sentence(void *context, const char *sentence)
{
	struct past *past = context;
	if (options_json(past->options))
		json_text(&past->json, sentence);
	else
		text_format(&past->text, "  %s\n", sentence);
}

/* What it was like when it was seen for the first time. */
static void add_beginning(struct past *past, const struct state *state)
{
	char sentence[256];
	size_t name_servers = 0;
	if (state->not_measured) {
		add_sentence(past, "could not be measured");
		return;
	}
	for (size_t i = 0; i < state->host_count; i++)
		name_servers += (state->hosts[i].flags & HOST_AT_PARENT) != 0;
	snprintf(sentence, sizeof(sentence),
		 "first seen: delegation %s, %zu name servers at the parent, %u addresses, %u DS",
		 delegation_text((enum delegation)state->delegation), name_servers,
		 state->server_count, state->ds_count);
	add_sentence(past, sentence);
}

static int decode(const struct past *past, struct arena *arena,
		  const struct past_interval *interval, struct state *ret_state)
{
	const struct state_source source = {
		.domain = past->domain, .octets = interval->state, .size = interval->state_size};
	return state_decode(arena, &source, past->complaint, ret_state);
}

/* What a look that was not the default one looked at. */
static void add_kind(struct past *past, unsigned int needs)
{
	static const char *const words[] = {
		"delegation",
		"addresses",
		"servers",
		"services",
		"TCP",
		"DoT",
		"signatures",
		"manners",
		"names",
		"mail",
		"DANE",
		"automation",
		"DoH",
		"DoQ",
		"routes",
		"TLS of mail and web servers",
		"what only owners may ask",
		"ways to the domain",
		"TSIG",
	};
	struct text sentence;
	text_init(&sentence, 256);
	text_add(&sentence, "looked at: ");
	for (size_t i = 0, count = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if ((needs >> i & 1u) != 0)
			text_format(&sentence, "%s%s", count++ > 0 ? ", " : "", words[i]);
	add_sentence(past, text_get(&sentence));
	text_release(&sentence);
}

/* The interval before of the same kind of look; what was not asked for has not gone away. */
static const struct past_interval *comparable(const struct past *past,
					      const struct past_interval *interval)
{
	const struct past_interval *found = NULL;
	for (const struct past_interval *one = past->intervals; one != interval; one = one->next)
		if (one->needs == interval->needs)
			found = one;
	return found;
}

static bool is_same(const struct past_interval *one, const struct past_interval *other)
{
	return one->state_size == other->state_size &&
	       memcmp(one->state, other->state, one->state_size) == 0;
}

static int add_changes(struct past *past, const struct past_interval *interval)
{
	const struct past_interval *before = comparable(past, interval);
	struct arena arena;
	struct state old;
	struct state new;
	arena_init(&arena, HISTORY_OCTETS_MAX, 0);
	int error = decode(past, &arena, interval, &new);
	if (error == OK && interval->needs != NEED_ALL_DEFAULT)
		add_kind(past, interval->needs);
	if (error == OK && before != NULL && is_same(before, interval)) {
		add_sentence(past, "nothing new since the look before of this kind");
		goto out;
	}
	if (error == OK && before == NULL)
		add_beginning(past, &new);
	if (error == OK && before != NULL)
		error = decode(past, &arena, before, &old);
	if (error == OK && before != NULL) {
		size_t length = past->text.length;
		error = state_difference(&arena, &old, &new, add_sentence, past);
		if (error == OK && past->text.length == length)
			add_sentence(past, "changed in a detail that no sentence tells");
	}
out:
	arena_release(&arena);
	return error;
}

/* Did this happen while the domain was in that state? */
static bool is_within(const struct past_interval *interval, int64_t time_s)
{
	return time_s >= interval->first_s &&
	       (interval->next == NULL || time_s < interval->next->first_s);
}

static void add_json_finding(struct past *past, const struct store_finding *found)
{
	struct json *json = &past->json;
	char time[TIME_TEXT_MAX];
	json_begin_object(json);
	json_put_text(json, "code", found->finding.code);
	json_put_text(json, "severity", severity_text(found->finding.severity));
	json_put_text(json, "server", found->finding.server);
	json_put_text(json, "sentence", found->finding.sentence);
	time_to_text(found->first_s, time);
	json_put_text(json, "first_found", time);
	time_to_text(found->last_s, time);
	json_put_text(json, "last_found", time);
	json_put_bool(json, "is_open", found->is_open);
	json_end_object(json);
}

static void add_text_finding(struct past *past, const struct store_finding *found, bool is_end)
{
	char time[TIME_TEXT_MAX];
	time_to_text(is_end ? found->last_s : found->first_s, time);
	text_format(&past->text, "  %s %.*s  %s %s: %s\n", is_end ? "last found " : "first found",
		    DATE_OCTETS, time, severity_text(found->finding.severity), found->finding.code,
		    found->finding.sentence);
}

/* Findings that began, or ended, while the domain was in that state. */
static void add_findings(struct past *past, const struct past_interval *interval, bool ends)
{
	bool is_json = options_json(past->options);
	if (is_json) {
		json_key(&past->json, ends ? "closed" : "opened");
		json_begin_array(&past->json);
	}
	for (const struct past_finding *one = past->findings; one != NULL; one = one->next) {
		if (ends && one->found.is_open)
			continue;
		if (!is_within(interval, ends ? one->found.last_s : one->found.first_s))
			continue;
		if (is_json)
			add_json_finding(past, &one->found);
		else
			add_text_finding(past, &one->found, ends);
	}
	if (is_json)
		json_end_array(&past->json);
}

static int add_json_interval(struct past *past, const struct past_interval *interval)
{
	struct json *json = &past->json;
	char name[NAME_TEXT_MAX];
	char time[TIME_TEXT_MAX];
	json_init(json, &past->text);
	json_begin_object(json);
	json_put_text(json, "type", "interval");
	json_put_text(json, "domain", name_to_text(past->domain, name));
	time_to_text(interval->first_s, time);
	json_put_text(json, "first_seen", time);
	time_to_text(interval->last_s, time);
	json_put_text(json, "last_seen", time);
	json_put_number(json, "first_run", interval->first_run);
	json_put_number(json, "last_run", interval->last_run);
	json_put_number(json, "needs", interval->needs);
	json_key(json, "changes");
	json_begin_array(json);
	int error = add_changes(past, interval);
	if (error != OK)
		return error;
	json_end_array(json);
	add_findings(past, interval, false);
	add_findings(past, interval, true);
	json_end_object(json);
	json_end_line(json);
	return OK;
}

static int add_text_interval(struct past *past, const struct past_interval *interval)
{
	char first[TIME_TEXT_MAX];
	char last[TIME_TEXT_MAX];
	char name[NAME_TEXT_MAX];
	char took[TIME_TEXT_MAX];
	if (interval == past->intervals)
		text_format(&past->text, "%s\n", name_to_text(past->domain, name));
	time_to_text(interval->first_s, first);
	time_to_text(interval->last_s, last);
	if (interval->first_s == interval->last_s) {
		text_format(&past->text, "\n%s\n", first);
	} else {
		duration_to_text((uint64_t)(interval->last_s - interval->first_s), took);
		text_format(&past->text, "\n%s to %s (%s)\n", first, last, took);
	}
	int error = add_changes(past, interval);
	if (error != OK)
		return error;
	add_findings(past, interval, false);
	add_findings(past, interval, true);
	return OK;
}

static int find_needs(struct past *past)
{
	for (struct past_interval *one = past->intervals; one != NULL; one = one->next) {
		struct arena arena;
		struct state state;
		arena_init(&arena, HISTORY_OCTETS_MAX, 0);
		int error = decode(past, &arena, one, &state);
		if (error == OK)
			one->needs = state.needs;
		arena_release(&arena);
		if (error != OK)
			return error;
	}
	return OK;
}

static int tell(struct past *past)
{
	int error = find_needs(past);
	if (error != OK)
		return error;
	for (const struct past_interval *one = past->intervals; one != NULL; one = one->next) {
		error = options_json(past->options) ? add_json_interval(past, one)
						    : add_text_interval(past, one);
		if (error == OK)
			error = past->text.error;
		if (error != OK)
			return error;
	}
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

/* The history on standard output, the raw observation in its file. */
static int put_past(struct past *past)
{
	int error = tell(past);
	if (error == OK && past->raw_path != NULL)
		error = file_write(past->raw_path, past->raw, past->raw_size, past->complaint);
	if (error != OK)
		return command_fail(past->options, error, past->complaint);
	fwrite(text_get(&past->text), 1, past->text.length, past->options->out);
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
	arena_init(&past.arena, HISTORY_OCTETS_MAX, 0);
	arena_init(&past.raw_arena, 2 * OBSERVATION_OCTETS_MAX, 0);
	text_init(&past.text, OUTPUT_OCTETS_MAX);
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
	{.name = "raw",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "write the newest observation, as it was received, to FILE"},
};

static const struct example examples[] = {
	{"dsfi history example.com", "the past of example.com in ./dsfi.sqlite"},
	{"dsfi history --store tld.sqlite example.com --json | jq -r '.changes[]'",
	 "only what changed"},
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
