/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A case is opened for the newest change of a domain, for a finding, or for what somebody says in
 * words. Of a change the notice tells what was and is, the signals with their points, and the test:
 * that it is as it was before. Of a finding the test is that it is no longer found.
 */
#include "base/memory.h"
#include "cli/case_checks.h"
#include "cli/cases.h"
#include "cli/change_of.h"
#include "cli/table.h"
#include "dns/wire/name.h"
#include "judge/case/predicate.h"
#include "model/forms.h"
#include "model/state.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define MEMBERS_MAX 16u
/* Sentences, signals and name servers of one change. */
#define LINES_MAX CASE_MESSAGE_LIST_MAX
#define STATES_ARENA_MAX ((size_t)512 << 20)

struct opening {
	struct cases cases;
	struct arena arena; /* of the domain's past */
	struct change_judges judges;
	char domain[NAME_TEXT_MAX]; /* of the form of messages */
	struct name name;
	const char *code; /* of a finding; NULL */
	int64_t run;      /* of a change; 0: the newest */
	struct case_member members[MEMBERS_MAX];
	size_t member_count;
	const char **domains; /* of --domain and the operand */
	struct complaint complaint;
};

static int out_of_memory(struct opening *opening)
{
	return complain(&opening->complaint, ERR_MEMORY, "out of memory");
}

static struct case_member *add_member(struct opening *opening, const char *name,
				      enum case_member_type type)
{
	assert(opening->member_count < MEMBERS_MAX);
	struct case_member *member = &opening->members[opening->member_count++];
	*member = (struct case_member){.name = name, .type = type};
	return member;
}

/* ---- lines ---- */

struct lines {
	const char **items;
	size_t count;
};

static int lines_begin(struct opening *opening, struct lines *lines)
{
	lines->items = arena_take_array(&opening->cases.arena, LINES_MAX, sizeof(*lines->items));
	lines->count = 0;
	return lines->items == NULL ? out_of_memory(opening) : OK;
}

/* A line of a message has limits; what does not fit stays in the store. */
static int lines_add(struct opening *opening, struct lines *lines, const char *format, ...)
	PRINTF_LIKE(3, 4);
static int lines_add(struct opening *opening, struct lines *lines, const char *format, ...)
{
	char line[CASE_MESSAGE_LINE_MAX + 1];
	va_list arguments;
	va_start(arguments, format);
	const int length = vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	if (length <= 0 || (size_t)length >= sizeof(line) || lines->count == LINES_MAX ||
	    !form_is_line(line, CASE_MESSAGE_LINE_MAX))
		return OK;
	char *kept = arena_take_octets(&opening->cases.arena, (size_t)length + 1);
	if (kept == NULL)
		return out_of_memory(opening);
	memcpy(kept, line, (size_t)length + 1);
	lines->items[lines->count++] = kept;
	return OK;
}

static void lines_end(struct opening *opening, const struct lines *lines, const char *name,
		      enum case_member_type type)
{
	if (lines->count == 0)
		return;
	struct case_member *member = add_member(opening, name, type);
	member->items = lines->items;
	member->item_count = lines->count;
}

/* ---- a change ---- */

static int read_state(struct opening *opening, const uint8_t *octets, size_t size,
		      struct state *ret_state)
{
	const struct state_source source = {
		.domain = opening->name.octets, .octets = octets, .size = size};
	return state_decode(&opening->arena, &source, &opening->complaint, ret_state);
}

/* Name servers as the parent has them, DS, or that there is none. */
static int add_state(struct opening *opening, const struct state *state, const char *member)
{
	char text[NAME_TEXT_MAX];
	struct lines lines;
	assert(state->host_count == 0 || state->hosts != NULL);
	int error = lines_begin(opening, &lines);
	for (size_t i = 0; i < state->host_count && error == OK; i++)
		error = lines_add(opening, &lines, "NS %s",
				  name_to_text(state->hosts[i].name, text));
	if (error == OK)
		error = lines_add(opening, &lines, state->ds_count > 0 ? "%u DS record%s" : "no DS",
				  state->ds_count, state->ds_count == 1 ? "" : "s");
	if (error == OK)
		lines_end(opening, &lines, member, MEMBER_LINES);
	return error;
}

static int compare_words(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static bool has_host(const struct state *state, const uint8_t *name)
{
	for (size_t i = 0; i < state->host_count; i++) {
		if (name_equal(state->hosts[i].name, name))
			return true;
	}
	return false;
}

/* Name servers that came with the change: what to look for elsewhere. */
static int add_indicators(struct opening *opening, const struct state *before,
			  const struct state *after)
{
	char text[NAME_TEXT_MAX];
	struct lines lines;
	int error = lines_begin(opening, &lines);
	for (size_t i = 0; i < after->host_count && error == OK; i++) {
		if (has_host(before, after->hosts[i].name))
			continue;
		name_to_text(after->hosts[i].name, text);
		const size_t length = strlen(text);
		if (length > 1 && text[length - 1] == '.')
			text[length - 1] = '\0';
		if (form_is_domain(text))
			error = lines_add(opening, &lines, "ns:%s", text);
	}
	if (error != OK || lines.count == 0)
		return error;
	qsort(lines.items, lines.count, sizeof(*lines.items), compare_words);
	lines_end(opening, &lines, "indicators", MEMBER_INDICATORS);
	return OK;
}

/* How long it must have been so, where somebody knows better than the TTLs. */
static int set_stands(struct opening *opening, struct predicate *predicate)
{
	if (!options_given(opening->cases.options, "stands"))
		return OK;
	struct predicate_term *terms =
		arena_take_array(&opening->cases.arena, predicate->count + 1, sizeof(*terms));
	if (terms == NULL)
		return out_of_memory(opening);
	for (size_t i = 0; i < predicate->count; i++) {
		terms[i] = predicate->terms[i];
		if (terms[i].kind == PREDICATE_STANDS)
			terms[i].number =
				(int64_t)(options_number(opening->cases.options, "stands") / 1000);
	}
	predicate->terms = terms;
	return OK;
}

/* Somebody gives it, or wants none. */
static bool is_test_settled(const struct opening *opening)
{
	return options_given(opening->cases.options, "test") ||
	       options_flag(opening->cases.options, "no-test");
}

static int add_test(struct opening *opening, const struct state *before, const struct state *after)
{
	const struct predicate_states states = {before, after};
	struct predicate predicate;
	struct text text;
	if (is_test_settled(opening))
		return OK;
	int error = predicate_of_states(&opening->cases.arena, &states, &predicate,
					&opening->complaint);
	if (error == ERR_NOT_FOUND) {
		command_note(opening->cases.options,
			     "no test: %s; --test gives one, and without one nothing can be "
			     "proven mended",
			     opening->complaint.text);
		return OK;
	}
	if (error == OK)
		error = set_stands(opening, &predicate);
	if (error != OK)
		return error;
	text_init(&text, PREDICATE_OCTETS_MAX);
	predicate_print(&predicate, &text);
	error = text.error;
	char *kept = arena_take_octets(&opening->cases.arena, text.length + 1);
	if (error == OK && kept == NULL)
		error = out_of_memory(opening);
	else if (error == OK) {
		memcpy(kept, text_get(&text), text.length + 1);
		add_member(opening, "test", MEMBER_TEXT)->text = kept;
	}
	text_release(&text);
	return error;
}

static int add_signals(struct opening *opening, const struct change *change)
{
	struct lines lines;
	int error = lines_begin(opening, &lines);
	for (size_t i = 0; i < change->reason_count && error == OK; i++) {
		const struct change_reason *reason = &change->reasons[i];
		if (reason->is_factor)
			error = lines_add(opening, &lines, "%s x%d.%d: %s", reason->number,
					  reason->points / 100, reason->points % 100 / 10,
					  reason->sentence);
		else
			error = lines_add(opening, &lines, "%s %+d: %s", reason->number,
					  reason->points, reason->sentence);
	}
	if (error == OK)
		lines_end(opening, &lines, "signals", MEMBER_LINES);
	return error;
}

static int add_sentences(struct opening *opening, const struct change *change)
{
	struct text text;
	text_init(&text, CASE_MESSAGE_TEXT_MAX);
	for (size_t i = 0; i < change->sentence_count; i++)
		text_format(&text, "%s%s", i == 0 ? "" : "\n", change->sentences[i]);
	char *kept = NULL;
	int error = text.error;
	/* What is too long stays in the store. */
	const bool fits = error == OK && form_is_text(text_get(&text), CASE_MESSAGE_TEXT_MAX);
	if (fits)
		kept = arena_take_octets(&opening->cases.arena, text.length + 1);
	if (fits && kept != NULL) {
		memcpy(kept, text_get(&text), text.length + 1);
		add_member(opening, "text", MEMBER_TEXT)->text = kept;
	}
	text_release(&text);
	return fits && kept == NULL ? out_of_memory(opening) : OK;
}

/* The first of them as a line; all of them as a text, unless another one is given. */
static int add_sentence(struct opening *opening, const struct change *change)
{
	struct lines line;
	const char *given = options_text(opening->cases.options, "sentence");
	int error = lines_begin(opening, &line);
	if (error == OK && given == NULL)
		error = lines_add(opening, &line, "%s: %s%s%s%s", opening->domain,
				  change->sentence_count > 0 ? change->sentences[0] : "changed",
				  change->sentence_count > 1 ? "; " : "",
				  change->sentence_count > 1 ? change->sentences[1] : "",
				  change->sentence_count > 2 ? "; and more" : "");
	if (error != OK)
		return error;
	if (given == NULL && line.count == 0)
		return complain(&opening->complaint, ERR_LIMIT,
				"what changed does not fit in a line; --sentence says it");
	add_member(opening, "sentence", MEMBER_LINE)->text = given != NULL ? given : line.items[0];
	if (options_given(opening->cases.options, "text") || change->sentence_count <= 2)
		return OK;
	return add_sentences(opening, change);
}

static int add_change(struct opening *opening, const struct change_found *found)
{
	struct state before, after;
	const struct change *change = &found->change;
	assert(found->before != NULL && found->after != NULL);
	int error = read_state(opening, found->before, found->before_size, &before);
	if (error == OK)
		error = read_state(opening, found->after, found->after_size, &after);
	if (error == OK)
		error = add_sentence(opening, change);
	if (error == OK)
		error = add_state(opening, &before, "before");
	if (error == OK)
		error = add_state(opening, &after, "now");
	if (error == OK)
		error = add_indicators(opening, &before, &after);
	if (error == OK)
		error = add_signals(opening, change);
	if (error == OK)
		error = add_test(opening, &before, &after);
	if (error != OK)
		return error;
	add_member(opening, "since", MEMBER_TIME)->number = change->before_s;
	add_member(opening, "seen", MEMBER_TIME)->number = change->after_s;
	add_member(opening, "points", MEMBER_NUMBER)->number = change->score;
	return OK;
}

/* ---- a finding ---- */

struct finding_search {
	struct opening *opening;
	bool is_there;
};

static int take_finding(void *context, const struct store_finding *found)
{
	struct finding_search *search = context;
	struct opening *opening = search->opening;
	struct lines lines;
	if (search->is_there || strcmp(found->finding.code, opening->code) != 0)
		return OK;
	search->is_there = true;
	int error = lines_begin(opening, &lines);
	if (error == OK)
		error = lines_add(opening, &lines, "%s: %s: %s", opening->domain,
				  found->finding.code, found->finding.sentence);
	if (error != OK)
		return error;
	if (lines.count == 0)
		return complain(&opening->complaint, ERR_LIMIT,
				"what the finding says does not fit in a line; --sentence says it");
	if (!options_given(opening->cases.options, "sentence"))
		add_member(opening, "sentence", MEMBER_LINE)->text = lines.items[0];
	add_member(opening, "since", MEMBER_TIME)->number = found->first_s;
	add_member(opening, "seen", MEMBER_TIME)->number = found->last_s;
	return OK;
}

/* That it is no longer found. */
static int add_finding_test(struct opening *opening)
{
	const struct options *options = opening->cases.options;
	const char *never = case_checks_never(opening->code);
	const char *option = case_checks_option(opening->code);
	if (is_test_settled(opening))
		return OK;
	if (never != NULL) {
		command_note(options,
			     "no test: %s; --test gives one, and without one nothing can be proven "
			     "mended",
			     never);
		return OK;
	}
	if (option != NULL)
		command_note(options, "'dsfi case verify' measures that with %s", option);
	struct arena *arena = &opening->cases.arena;
	const unsigned long long stands_s =
		options_given(options, "stands") ? options_number(options, "stands") / 1000 : 0;
	const char *test = arena_format(arena, "not found %s(%s)", opening->code, opening->domain);
	if (test != NULL && stands_s > 0)
		test = arena_format(arena, "%s and stands %llu", test, stands_s);
	if (test == NULL)
		return out_of_memory(opening);
	add_member(opening, "test", MEMBER_TEXT)->text = test;
	return OK;
}

static int add_finding(struct opening *opening)
{
	struct finding_search search = {opening, false};
	assert(opening->code != NULL);
	const struct store_filter filter = {.domain = opening->name.octets};
	int error = store_findings(opening->cases.store, &filter, take_finding, &search,
				   &opening->complaint);
	if (error == OK && !search.is_there)
		error = complain(
			&opening->complaint, ERR_NOT_FOUND,
			"'%s' has no finding %s at its last look; 'dsfi report' shows those "
			"it has",
			opening->domain, opening->code);
	if (error == OK && options_given(opening->cases.options, "sentence"))
		add_member(opening, "sentence", MEMBER_LINE)->text =
			options_text(opening->cases.options, "sentence");
	return error == OK ? add_finding_test(opening) : error;
}

/* ---- what the command says ---- */

static int read_operand(struct opening *opening)
{
	const char *word = options_operand(opening->cases.options, 0);
	const char *colon = strchr(word, ':');
	const char *at = strchr(word, '@');
	char name[NAME_TEXT_MAX];
	bool is_converted;
	const char *start = colon != NULL ? colon + 1 : word;
	const size_t length = at != NULL && at > start ? (size_t)(at - start) : strlen(start);
	uint64_t run = 0;
	if (length >= sizeof(name))
		return complain(&opening->complaint, ERR_ARGUMENT, "'%.64s...' is too long", word);
	memcpy(name, start, length);
	name[length] = '\0';
	if (at != NULL && number_from_text(at + 1, 1, INT64_MAX, &run) != OK)
		return complain(&opening->complaint, ERR_ARGUMENT,
				"'%s': a number of a run follows the @", word);
	opening->run = (int64_t)run;
	if (colon != NULL) {
		char *code = arena_take_zeroed(&opening->arena, (size_t)(colon - word) + 1);
		if (code == NULL)
			return out_of_memory(opening);
		memcpy(code, word, (size_t)(colon - word));
		opening->code = code;
	}
	const int error = name_from_user(name, &opening->name, &is_converted, &opening->complaint);
	if (error != OK)
		return error;
	name_lower(opening->name.octets);
	name_to_text(opening->name.octets, opening->domain);
	const size_t size = strlen(opening->domain);
	if (size > 1 && opening->domain[size - 1] == '.')
		opening->domain[size - 1] = '\0';
	return form_is_domain(opening->domain)
		       ? OK
		       : complain(&opening->complaint, ERR_ARGUMENT, "'%s' is no domain", name);
}

static int add_domains(struct opening *opening)
{
	const struct options *options = opening->cases.options;
	size_t count = 0;
	assert(form_is_domain(opening->domain));
	while (options_list(options, "domain", count) != NULL)
		count++;
	const char **items =
		arena_take_array(&opening->cases.arena, count + 1, sizeof(*opening->domains));
	if (items == NULL)
		return out_of_memory(opening);
	for (size_t i = 0; i < count; i++)
		items[i] = options_list(options, "domain", i);
	items[count] = opening->domain;
	qsort(items, count + 1, sizeof(*items), compare_words);
	struct case_member *member = add_member(opening, "domains", MEMBER_DOMAINS);
	member->items = items;
	member->item_count = count + 1;
	return OK;
}

static int add_given(struct opening *opening)
{
	const struct options *options = opening->cases.options;
	int64_t due;
	int error = add_domains(opening);
	if (error != OK)
		return error;
	if (options_text(options, "text") != NULL)
		add_member(opening, "text", MEMBER_TEXT)->text = options_text(options, "text");
	if (options_text(options, "clocks") != NULL) {
		if (case_clocks_find(opening->cases.clocks, options_text(options, "clocks")) ==
		    NULL)
			return complain(&opening->complaint, ERR_ARGUMENT,
					"no clocks '%s'; docs/format/case.md lists those there are",
					options_text(options, "clocks"));
		add_member(opening, "clocks", MEMBER_LINE)->text = options_text(options, "clocks");
	}
	if (options_flag(options, "ask"))
		add_member(opening, "question", MEMBER_WORD)->text = "authorised";
	if (options_text(options, "due") != NULL) {
		if (cases_time(options_text(options, "due"), parties_now(), &due) != OK)
			return complain(&opening->complaint, ERR_ARGUMENT,
					"--due '%s': give a time (2026-03-01T12:00:00Z), or how "
					"long from now (24h, 3d)",
					options_text(options, "due"));
		add_member(opening, "due", MEMBER_TIME)->number = due;
	}
	return OK;
}

/* A test that is given is checked before anybody gets it. */
static int add_given_test(struct opening *opening)
{
	const char *test = options_text(opening->cases.options, "test");
	struct predicate predicate;
	if (test == NULL)
		return OK;
	int error = predicate_parse(&opening->cases.arena, test, &predicate, &opening->complaint);
	if (error == OK)
		error = case_checks_known(&predicate, &opening->complaint);
	if (error == OK)
		add_member(opening, "test", MEMBER_TEXT)->text = test;
	return error == OK ? OK : complain_more(&opening->complaint, error, "--test");
}

static int find_change(struct opening *opening)
{
	const struct change_wanted wanted = {&opening->judges, opening->name.octets, opening->run};
	struct change_found *found = arena_take(&opening->arena, sizeof(*found));
	const char *sentence = options_text(opening->cases.options, "sentence");
	if (found == NULL)
		return out_of_memory(opening);
	int error = change_judges_new(&opening->judges, &opening->complaint);
	if (error == OK)
		error = change_find(opening->cases.store, &wanted, &opening->arena, found,
				    &opening->complaint);
	if (error == OK)
		return add_change(opening, found);
	if (error != ERR_NOT_FOUND || opening->run != 0)
		return error;
	if (sentence == NULL)
		return complain_more(&opening->complaint, error,
				     "say in words what is the matter (--sentence), or name a "
				     "finding (CODE:%s)",
				     opening->domain);
	if (!is_test_settled(opening))
		return complain(&opening->complaint, ERR_ARGUMENT,
				"the store saw no change of '%s', so there is no test that says "
				"when it is mended: give one (--test), or open it with --no-test; "
				"nothing can be measured then, so it can be withdrawn or settled, "
				"not closed as verified",
				opening->domain);
	add_member(opening, "sentence", MEMBER_LINE)->text = sentence;
	return OK;
}

static int open_case(struct opening *opening)
{
	struct case_message message;
	int error = read_operand(opening);
	if (error == OK)
		error = add_given(opening);
	if (error == OK)
		error = opening->code != NULL ? add_finding(opening) : find_change(opening);
	if (error == OK)
		error = add_given_test(opening);
	const struct saying saying = {.kind = CASE_MESSAGE_NOTICE,
				      .members = opening->members,
				      .member_count = opening->member_count,
				      .act = "open"};
	if (error == OK)
		error = cases_say(&opening->cases, &saying, &message);
	return error == OK ? cases_tell_said(&opening->cases, &message) : error;
}

static int run(const struct options *options)
{
	struct opening opening = {.complaint = {""}};
	assert(options_operand_count(options) == 1);
	if (options_flag(options, "ask") && options_list(options, "to", 0) == NULL)
		return command_usage(options, "--to PARTY says whom to ask");
	if (options_flag(options, "no-test") &&
	    (options_given(options, "test") || options_given(options, "stands")))
		return command_usage(options, "--no-test leaves nothing to be measured, and "
					      "--test and --stands say what");
	arena_init(&opening.arena, STATES_ARENA_MAX, (size_t)64 << 10);
	int error = cases_open(options, ACCESS_WRITE, &opening.complaint, &opening.cases);
	if (error == OK)
		error = open_case(&opening);
	change_judges_release(&opening.judges);
	arena_release(&opening.arena);
	cases_close(&opening.cases);
	return error == OK ? EXIT_FINE : command_fail(options, error, &opening.complaint);
}

static const struct option open_options[] = {
	OPTION_CASES_KEY,
	OPTION_CASES_TO,
	{.name = "ask",
	 .kind = OPTION_FLAG,
	 .help = "the notice asks those it is for whether it was authorised"},
	{.name = "due",
	 .kind = OPTION_TEXT,
	 .argument = "TIME",
	 .help = "until when to answer: 24h, 3d, or 2026-03-01T12:00:00Z"},
	OPTION_CASES_TLP,
	{.name = "clocks",
	 .kind = OPTION_TEXT,
	 .argument = "PRESET",
	 .help = "how long who has for what (docs/format/case.md)"},
	{.name = "sentence",
	 .kind = OPTION_TEXT,
	 .argument = "LINE",
	 .help = "what is the matter, in words, instead of what the store saw"},
	{.name = "domain",
	 .kind = OPTION_LIST,
	 .argument = "DOMAIN",
	 .help = "another domain that it is about"},
	{.name = "test",
	 .kind = OPTION_TEXT,
	 .argument = "PREDICATE",
	 .help = "what must be measured for it to be mended, instead of the state before, or "
		 "that the finding is gone"},
	{.name = "no-test",
	 .kind = OPTION_FLAG,
	 .help = "nothing can be measured: it can be withdrawn or settled, not closed as "
		 "verified"},
	{.name = "stands",
	 .kind = OPTION_DURATION,
	 .argument = "TIME",
	 .minimum = 1000,
	 .maximum = (uint64_t)PREDICATE_STANDS_S_MAX * 1000,
	 .help = "how long it must have been so, instead of the longest TTL of what was wrong"},
	{.name = "text", .kind = OPTION_TEXT, .argument = "TEXT", .help = "more, in words"},
	OPTION_ROLES,
	OPTION_PARTIES_STORE,
};
static const struct example examples[] = {
	{"dsfi case open shop.example --ask --to Registrar --key our.key",
	 "the newest change of shop.example: was it meant?"},
	{"dsfi case open SERVER-LAME:shop.example --key our.key",
	 "a finding; mended when it is no longer found"},
	{"dsfi case open shop.example --sentence 'phished credentials were offered for sale' "
	 "--no-test --key our.key",
	 "what nobody measured"},
};
static const struct command open_row = {
	.name = "open",
	.parent = "case",
	.summary = "open a case for a change, a finding, or in words",
	.operands = "DOMAIN[@RUN]|CODE:DOMAIN",
	.description =
		"Takes the newest change that the store saw of DOMAIN, or the one that RUN saw "
		"first, or a finding of its last look. The notice says what was and what is, with "
		"the signals, and the test that must pass for it to be mended: the state before, "
		"or that the finding is gone. What is said in words alone has a test of yours "
		"(--test) or none (--no-test). Nothing leaves by that; `dsfi share` sends it.",
	.options = open_options,
	.option_count = sizeof(open_options) / sizeof(open_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_minimum = 1,
	.operands_maximum = 1,
	.see_also = "dsfi-changes(1), dsfi-share(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_case_open(void)
{
	return &open_row;
}
