/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A case is opened for a change of a domain, for a finding, or for what somebody says in words. Of
 * a change the notice tells what was and is, the signals with their points, and the test: that it
 * is as it was before. Of a finding the test is that it is no longer found.
 */
#include "base/memory.h"
#include "cli/case_checks.h"
#include "cli/case_open_private.h"
#include "cli/table.h"
#include "judge/case/predicate.h"
#include "model/forms.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define STATES_ARENA_MAX ((size_t)512 << 20)
/* By hand; a message has room for as many besides what came with a change. */
#define INDICATORS_GIVEN_MAX 64u
static_assert(INDICATORS_GIVEN_MAX + 3 * CHANGE_CAME_MAX <= OPENING_LINES_MAX, "all fit");

int opening_out_of_memory(struct opening *opening)
{
	return complain(&opening->complaint, ERR_MEMORY, "out of memory");
}

struct case_member *opening_add(struct opening *opening, const char *name,
				enum case_member_type type)
{
	assert(opening->member_count < OPENING_MEMBERS_MAX);
	struct case_member *member = &opening->members[opening->member_count++];
	*member = (struct case_member){.name = name, .type = type};
	return member;
}

/* ---- lines ---- */

int opening_lines_begin(struct opening *opening, struct opening_lines *lines)
{
	lines->items =
		arena_take_array(&opening->cases.arena, OPENING_LINES_MAX, sizeof(*lines->items));
	lines->count = 0;
	return lines->items == NULL ? opening_out_of_memory(opening) : OK;
}

int opening_lines_add(struct opening *opening, struct opening_lines *lines, const char *format, ...)
{
	char line[CASE_MESSAGE_LINE_MAX + 1];
	va_list arguments;
	va_start(arguments, format);
	const int length = vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	if (length <= 0 || (size_t)length >= sizeof(line) || lines->count == OPENING_LINES_MAX ||
	    !form_is_line(line, CASE_MESSAGE_LINE_MAX))
		return OK;
	char *kept = arena_take_octets(&opening->cases.arena, (size_t)length + 1);
	if (kept == NULL)
		return opening_out_of_memory(opening);
	memcpy(kept, line, (size_t)length + 1);
	lines->items[lines->count++] = kept;
	return OK;
}

void opening_lines_end(struct opening *opening, const struct opening_lines *lines, const char *name,
		       enum case_member_type type)
{
	if (lines->count == 0)
		return;
	struct case_member *member = opening_add(opening, name, type);
	member->items = lines->items;
	member->item_count = lines->count;
}

/* ---- what to look for ---- */

static int compare_words(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static int add_came(struct opening *opening, struct opening_lines *lines, const char *kind,
		    const struct change_came_kind *came)
{
	char indicator[NAME_TEXT_MAX + 8];
	int error = OK;
	assert(came->count <= CHANGE_CAME_MAX);
	for (size_t i = 0; i < came->count && error == OK; i++) {
		(void)snprintf(indicator, sizeof(indicator), "%s:%s", kind, came->items[i]);
		/* Names are others' data, and messages take those of hosts alone. */
		if (form_is_indicator(indicator))
			error = opening_lines_add(opening, lines, "%s", indicator);
	}
	return error;
}

static int add_given_indicators(struct opening *opening, struct opening_lines *lines)
{
	const char *given;
	int error = OK;
	for (size_t i = 0;
	     (given = options_list(opening->cases.options, "indicator", i)) != NULL && error == OK;
	     i++) {
		if (i == INDICATORS_GIVEN_MAX)
			return complain(&opening->complaint, ERR_LIMIT,
					"--indicator: %u at most; 'dsfi case note' adds more",
					INDICATORS_GIVEN_MAX);
		if (!form_is_indicator(given))
			return complain(
				&opening->complaint, ERR_ARGUMENT,
				"--indicator '%s': give a kind (domain, ns, mx, ip, prefix, "
				"as, key) and a value in its one form, such as "
				"ns:ns1.example, ip:192.0.2.1",
				given);
		error = opening_lines_add(opening, lines, "%s", given);
	}
	return error;
}

int opening_add_indicators(struct opening *opening, const struct change_came *came)
{
	struct opening_lines lines;
	int error = opening_lines_begin(opening, &lines);
	if (error == OK)
		error = add_given_indicators(opening, &lines);
	if (error == OK && came != NULL)
		error = add_came(opening, &lines, "ns", &came->name_servers);
	if (error == OK && came != NULL)
		error = add_came(opening, &lines, "mx", &came->mail_hosts);
	if (error == OK && came != NULL)
		error = add_came(opening, &lines, "ip", &came->addresses);
	if (error != OK || lines.count == 0)
		return error;
	qsort(lines.items, lines.count, sizeof(*lines.items), compare_words);
	size_t kept = 1;
	for (size_t i = 1; i < lines.count; i++) {
		if (strcmp(lines.items[i], lines.items[kept - 1]) != 0)
			lines.items[kept++] = lines.items[i];
	}
	lines.count = kept;
	opening_lines_end(opening, &lines, "indicators", MEMBER_INDICATORS);
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
	struct opening_lines lines;
	if (search->is_there || strcmp(found->finding.code, opening->code) != 0)
		return OK;
	search->is_there = true;
	int error = opening_lines_begin(opening, &lines);
	if (error == OK)
		error = opening_lines_add(opening, &lines, "%s: %s: %s", opening->domain,
					  found->finding.code, found->finding.sentence);
	if (error != OK)
		return error;
	if (lines.count == 0)
		return complain(&opening->complaint, ERR_LIMIT,
				"what the finding says does not fit in a line; --sentence says it");
	if (!options_given(opening->cases.options, "sentence"))
		opening_add(opening, "sentence", MEMBER_LINE)->text = lines.items[0];
	opening_add(opening, "since", MEMBER_TIME)->number = found->first_s;
	opening_add(opening, "seen", MEMBER_TIME)->number = found->last_s;
	return OK;
}

bool opening_has_settled_test(const struct opening *opening)
{
	return options_given(opening->cases.options, "test") ||
	       options_flag(opening->cases.options, "no-test");
}

/* That it is no longer found. */
static int add_finding_test(struct opening *opening)
{
	const struct options *options = opening->cases.options;
	const char *never = case_checks_never(opening->code);
	const char *option = case_checks_option(opening->code);
	if (opening_has_settled_test(opening))
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
		return opening_out_of_memory(opening);
	opening_add(opening, "test", MEMBER_TEXT)->text = test;
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
		opening_add(opening, "sentence", MEMBER_LINE)->text =
			options_text(opening->cases.options, "sentence");
	if (error == OK)
		error = opening_add_indicators(opening, NULL);
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
	if (colon != NULL && at != NULL)
		return complain(
			&opening->complaint, ERR_ARGUMENT,
			"'%.300s': CODE:DOMAIN is a finding of the last look, and @RUN names "
			"a change; give one of them",
			word);
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
			return opening_out_of_memory(opening);
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
	const char **items = arena_take_array(&opening->cases.arena, count + 1, sizeof(*items));
	if (items == NULL)
		return opening_out_of_memory(opening);
	for (size_t i = 0; i < count; i++)
		items[i] = options_list(options, "domain", i);
	items[count] = opening->domain;
	qsort(items, count + 1, sizeof(*items), compare_words);
	struct case_member *member = opening_add(opening, "domains", MEMBER_DOMAINS);
	member->items = items;
	member->item_count = count + 1;
	return OK;
}

static int no_clocks(struct opening *opening)
{
	const struct case_clock *clock;
	char names[CASE_CLOCKS_ROWS_MAX * (CASE_CLOCKS_NAME_MAX + 2) + 1] = "";
	size_t length = 0;
	for (size_t i = 0; (clock = case_clocks_at(opening->cases.clocks, i)) != NULL; i++) {
		const int more = snprintf(names + length, sizeof(names) - length, "%s%s",
					  i == 0 ? "" : ", ", clock->name);
		assert(more > 0 && length + (size_t)more < sizeof(names));
		length += (size_t)more;
	}
	return complain(&opening->complaint, ERR_ARGUMENT, "no clocks '%.64s'; there are %s",
			options_text(opening->cases.options, "clocks"), names);
}

static int add_given(struct opening *opening)
{
	const struct options *options = opening->cases.options;
	int64_t due;
	int error = add_domains(opening);
	if (error != OK)
		return error;
	if (options_text(options, "text") != NULL)
		opening_add(opening, "text", MEMBER_TEXT)->text = options_text(options, "text");
	if (options_text(options, "clocks") != NULL) {
		if (case_clocks_find(opening->cases.clocks, options_text(options, "clocks")) ==
		    NULL)
			return no_clocks(opening);
		opening_add(opening, "clocks", MEMBER_LINE)->text = options_text(options, "clocks");
	}
	if (options_flag(options, "ask"))
		opening_add(opening, "question", MEMBER_WORD)->text = "authorised";
	if (options_text(options, "due") != NULL) {
		error = cases_due(options_text(options, "due"), &due, &opening->complaint);
		if (error != OK)
			return error;
		opening_add(opening, "due", MEMBER_TIME)->number = due;
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
		opening_add(opening, "test", MEMBER_TEXT)->text = test;
	return error == OK ? OK : complain_more(&opening->complaint, error, "--test");
}

static int add_in_words(struct opening *opening)
{
	const char *sentence = options_text(opening->cases.options, "sentence");
	if (sentence == NULL)
		return complain_more(&opening->complaint, ERR_NOT_FOUND,
				     "say in words what is the matter (--sentence), or name a "
				     "finding (CODE:%s)",
				     opening->domain);
	if (!opening_has_settled_test(opening))
		return complain(&opening->complaint, ERR_ARGUMENT,
				"the store saw no change of '%s', so there is no test that says "
				"when it is mended: give one (--test), or open it with --no-test; "
				"nothing can be measured then, so it can be withdrawn or settled, "
				"not closed as verified",
				opening->domain);
	opening_add(opening, "sentence", MEMBER_LINE)->text = sentence;
	return opening_add_indicators(opening, NULL);
}

/* Both what is the matter and what would mend it: no change need be chosen. */
static bool is_said_in_words(const struct opening *opening)
{
	return opening->run == 0 && options_given(opening->cases.options, "sentence") &&
	       opening_has_settled_test(opening);
}

static int find_change(struct opening *opening)
{
	struct changes *changes = &opening->changes;
	const struct change_wanted wanted = {opening->name.octets, opening->domain, opening->run};
	struct change_found *found = arena_take(&opening->arena, sizeof(*found));
	if (found == NULL)
		return opening_out_of_memory(opening);
	int error = changes_open(changes, opening->cases.options, &opening->complaint);
	changes->store = opening->cases.store;
	if (error == OK)
		error = changes_count(changes);
	if (error == OK)
		error = change_find(changes, &wanted, found);
	/* It is the case's. */
	changes->store = NULL;
	if (error == OK && (found->change.classes & 1u << CHANGE_RESTORED) != 0)
		command_note(changes->options,
			     "this change brought back what had been before another; the test asks "
			     "for what was in between");
	if (error == OK)
		return opening_add_change(opening, found);
	return error == ERR_NOT_FOUND && opening->run == 0 ? add_in_words(opening) : error;
}

static int open_case(struct opening *opening)
{
	struct case_message message;
	int error = read_operand(opening);
	if (error == OK)
		error = add_given(opening);
	if (error == OK)
		error = opening->code != NULL       ? add_finding(opening)
			: is_said_in_words(opening) ? add_in_words(opening)
						    : find_change(opening);
	if (error == OK)
		error = add_given_test(opening);
	if (error == OK)
		error = opening_look_back(opening);
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
	changes_close(&opening.changes);
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
	{.name = "again",
	 .kind = OPTION_FLAG,
	 .help = "another case of the same change or finding, although one is open"},
	{.name = "text", .kind = OPTION_TEXT, .argument = "TEXT", .help = "more, in words"},
	{.name = "indicator",
	 .kind = OPTION_LIST,
	 .argument = "KIND:VALUE",
	 .help = "what to look for besides what came with the change: domain, ns, mx, ip, prefix, "
		 "as, key; ns:ns1.x"},
	CHANGES_OPTION_ROWS,
	OPTION_ROLES,
	OPTION_PARTIES_STORE,
};
static const struct example examples[] = {
	{"dsfi case open shop.example --ask --to Registrar --key our.key",
	 "what changed of shop.example these days: was it meant?"},
	{"dsfi case open shop.example@12 --key our.key", "the change that run 12 saw first"},
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
		"Takes, of the changes that the store saw of DOMAIN within three days of the "
		"newest, the one with the highest score, as `dsfi changes` gives it with the same "
		"--signals and --high-value; a change back to what had been before is passed over. "
		"Where that is not safe, since several score alike or an earlier change may have "
		"been part of it, it takes none and lists them: DOMAIN@RUN is the one that RUN saw "
		"first. CODE:DOMAIN is a finding of its last look.\n\n"
		"The notice says what was and what is, with the signals, what came with the change "
		"(name servers, mail hosts, addresses), and the test that must pass for it to be "
		"mended: the state before, or that the finding is gone. It is told in words; look "
		"whether that is what you want back. What is said in words alone has a test of "
		"yours (--test) or none (--no-test). Earlier cases of the same change or finding "
		"are named, and while one is open another takes --again. Nothing "
		"leaves by that; `dsfi share` sends it.",
	.options = open_options,
	.option_count = sizeof(open_options) / sizeof(open_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_minimum = 1,
	.operands_maximum = 1,
	.exit_note = "2 also when a case of the same is open, and --again is not given.",
	.see_also = "dsfi-changes(1), dsfi-share(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_case_open(void)
{
	return &open_row;
}
