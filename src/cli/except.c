/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"
#include "base/json.h"
#include "cli/except_private.h"
#include "cli/table.h"
#include "keep/store/store.h"

#include <assert.h>

#define DEFAULT_STORE "dsfi.sqlite"
/* The longest line: a whose of 1 KiB, a reason, each octet escaped. */
#define LINE_OCTETS_MAX ((size_t)64 << 10)

static int64_t now_s(void)
{
	const struct clock clock = clock_system();
	return clock_wall_s(&clock);
}

/* ---- telling ---- */

static void say(const struct options *options, const struct exception *exception, int64_t time_s)
{
	const enum exception_standing standing = exception_standing(exception, time_s);
	struct text line;
	text_init(&line, LINE_OCTETS_MAX);
	if (options_json(options)) {
		struct json json;
		json_init(&json, &line);
		json_begin_object(&json);
		json_put_text(&json, "type", "exception");
		exception_members_to_json(exception, time_s, &json);
		json_end_object(&json);
		json_end_line(&json);
	} else {
		text_format(&line, "%-10s ", exception_standing_text(standing));
		exception_to_words(exception, &line);
		if (standing == EXCEPTION_WITHDRAWN)
			text_format(&line, " (withdrawn by %s)", exception->withdrawn_by);
		text_add_char(&line, '\n');
	}
	fputs(text_get(&line), options->out);
	text_release(&line);
}

/* ---- what is written ---- */

/* A store that is not there is not made: it would hold nothing that could be excepted. */
static int open_to_write(const struct options *options, struct store **ret_store,
			 struct complaint *complaint)
{
	const char *path = options_text(options, "store");
	struct store *store;
	int error = store_open(path, STORE_READ, &store, complaint);
	if (error != OK)
		return error;
	store_close(store);
	return store_open(path, STORE_WRITE, ret_store, complaint);
}

static int run_add(const struct options *options)
{
	struct complaint complaint = {""};
	struct except_words words;
	struct store *store = NULL;
	struct exception exception = {.recorded_s = now_s()};
	int error = except_read(options, &words, &exception, &complaint);
	if (error == ERR_ARGUMENT)
		return command_usage(options, "%s", complaint.text);
	if (error == OK)
		error = open_to_write(options, &store, &complaint);
	if (error == OK)
		error = store_exception_add(store, &exception, &exception.number, &complaint);
	store_close(store);
	if (error != OK)
		return command_fail(options, error, &complaint);
	say(options, &exception, exception.recorded_s);
	return EXIT_FINE;
}

/* The one of a number, told. */
struct telling {
	const struct options *options;
	int64_t number, time_s;
	uint64_t told, withdrawn;
};

static int take_one(void *context, const struct exception *exception)
{
	const struct telling *telling = context;
	if (exception->number == telling->number)
		say(telling->options, exception, telling->time_s);
	return OK;
}

static int run_remove(const struct options *options)
{
	struct complaint complaint = {""};
	struct store *store = NULL;
	uint64_t number = 0;
	const char *by = options_text(options, "by");
	const struct telling telling_base = {.options = options, .time_s = now_s()};
	struct telling telling = telling_base;
	if (number_from_text(options_operand(options, 0), 1, INT64_MAX, &number) != OK)
		return command_usage(options,
				     "'%s' is no number of an exception; dsfi except list "
				     "shows them",
				     options_operand(options, 0));
	if (by == NULL)
		return command_usage(options, "say with --by who withdraws it");
	if (exception_check_by(by, &complaint) != OK)
		return command_usage(options, "--by: %s", complaint.text);
	telling.number = (int64_t)number;
	int error = open_to_write(options, &store, &complaint);
	if (error == OK)
		error = store_exception_withdraw(store, telling.number, telling.time_s, by,
						 &complaint);
	if (error == OK)
		error = store_exceptions(store, take_one, &telling, &complaint);
	store_close(store);
	return error == OK ? EXIT_FINE : command_fail(options, error, &complaint);
}

/* ---- the list ---- */

static int take_listed(void *context, const struct exception *exception)
{
	struct telling *telling = context;
	assert(exception->number > 0);
	const bool is_withdrawn =
		exception_standing(exception, telling->time_s) == EXCEPTION_WITHDRAWN;
	if (is_withdrawn && !options_flag(telling->options, "all")) {
		telling->withdrawn++;
		return OK;
	}
	telling->told++;
	say(telling->options, exception, telling->time_s);
	return OK;
}

static int run_list(const struct options *options)
{
	struct complaint complaint = {""};
	struct store *store = NULL;
	struct telling telling = {.options = options, .time_s = now_s()};
	int error = store_open(options_text(options, "store"), STORE_READ, &store, &complaint);
	if (error == OK)
		error = store_exceptions(store, take_listed, &telling, &complaint);
	store_close(store);
	if (error != OK)
		return command_fail(options, error, &complaint);
	if (telling.told == 0)
		command_note(options, "no exception and no dispute");
	if (telling.withdrawn > 0)
		command_note(options, "%llu withdrawn; --all shows them",
			     (unsigned long long)telling.withdrawn);
	return EXIT_FINE;
}

/* ---- rows ---- */

static const struct command except = {
	.name = "except",
	.summary = "record what is not to be mended for a time, or disputed",
	.operands = "",
	.description =
		"An exception says that a finding, or a practice, is not to be mended for a time; "
		"a "
		"dispute says that it is not so. Each is kept in the store with its reason, by "
		"whom, and until when. Neither changes what is measured: reports and letters tell "
		"both, and one that expires no longer counts. None is ever deleted. docs/except.md "
		"tells more.",
	.see_also = "dsfi-except-add(1), dsfi-except-list(1), dsfi-except-remove(1), "
		    "dsfi-report(1)",
};

#define STORE_OPTION(words)                                               \
	{                                                                 \
		.name = "store", .kind = OPTION_FILE, .argument = "FILE", \
		.fallback = DEFAULT_STORE, .help = (words)                \
	}

static const struct option add_options[] = {
	STORE_OPTION("the store to write into"),
	{.name = "code",
	 .kind = OPTION_TEXT,
	 .argument = "CODE",
	 .help = "findings of this code, or of a family like 'DNSSEC-*'"},
	{.name = "practice",
	 .kind = OPTION_TEXT,
	 .argument = "NAME",
	 .help = "what domains make of this practice, as dsfi report --by calls it"},
	{.name = "domain", .kind = OPTION_TEXT, .argument = "NAME", .help = "of this domain"},
	{.name = "suffix",
	 .kind = OPTION_TEXT,
	 .argument = "NAME",
	 .help = "of all domains at or below this name"},
	{.name = "operator",
	 .kind = OPTION_TEXT,
	 .argument = "NAME",
	 .help = "of this operator's domains and servers, called as in dsfi report --for"},
	{.name = "server",
	 .kind = OPTION_TEXT,
	 .argument = "ADDRESS",
	 .help = "at the name server of this address, or at those of a prefix"},
	{.name = "reason",
	 .kind = OPTION_TEXT,
	 .argument = "TEXT",
	 .help = "why; reports and letters show it"},
	{.name = "by", .kind = OPTION_TEXT, .argument = "WHO", .help = "who says so"},
	{.name = "until",
	 .kind = OPTION_TEXT,
	 .argument = "DATE",
	 .help = "its end: 2027-01-31 (all of that day, UTC) or 2027-01-31T12:00:00Z; at most "
		 "ten "
		 "years away"},
	{.name = "dispute",
	 .kind = OPTION_FLAG,
	 .help = "it is a dispute, which needs no end: what was found is not so"},
};

static const struct example add_examples[] = {
	{"dsfi except add --code DNSSEC-DS-MISSING --domain example.org --until 2027-01-31 --by "
	 "'Ann, hostmaster' --reason 'moves to another registrar in January'",
	 "an exception of one domain"},
	{"dsfi except add --dispute --code 'SERVER-*' --server 2001:db8::/32 --by 'Example "
	 "Hosting' --reason 'the network was cut from the vantage point only'",
	 "a dispute about name servers of a network"},
};

static const struct command add = {
	.name = "add",
	.parent = "except",
	.summary = "record an exception or a dispute",
	.operands = "",
	.description =
		"Give one of --code and --practice; one of --domain, --suffix, --operator and "
		"--server; --reason and --by; and --until unless it is a --dispute. It is printed "
		"with its number when it is on the disk. While a scan writes into the store, none "
		"can be recorded.",
	.options = add_options,
	.option_count = sizeof(add_options) / sizeof(add_options[0]),
	.examples = add_examples,
	.example_count = sizeof(add_examples) / sizeof(add_examples[0]),
	.see_also = "dsfi-except-list(1), dsfi-report(1)",
	.has_json = true,
	.run = run_add,
};

static const struct option list_options[] = {
	STORE_OPTION("the store to read"),
	{.name = "all", .kind = OPTION_FLAG, .help = "those that were withdrawn, too"},
};

static const struct command list = {
	.name = "list",
	.parent = "except",
	.summary = "show exceptions and disputes, and how each stands",
	.operands = "",
	.description = "Prints one a line, in the order in which they were recorded: in force, or "
		       "expired, and with --all those that were withdrawn.",
	.options = list_options,
	.option_count = sizeof(list_options) / sizeof(list_options[0]),
	.see_also = "dsfi-except-add(1), dsfi-except-remove(1)",
	.has_json = true,
	.run = run_list,
};

static const struct option remove_options[] = {
	STORE_OPTION("the store to write into"),
	{.name = "by", .kind = OPTION_TEXT, .argument = "WHO", .help = "who withdraws it"},
};

static const struct example remove_examples[] = {
	{"dsfi except remove 4 --by Ann", "withdraws number 4"},
};

static const struct command remove_command = {
	.name = "remove",
	.parent = "except",
	.summary = "withdraw an exception or a dispute",
	.operands = "NUMBER",
	.description = "It no longer applies from now on. What it was, and who withdrew it when, "
		       "stays in the store.",
	.options = remove_options,
	.option_count = sizeof(remove_options) / sizeof(remove_options[0]),
	.examples = remove_examples,
	.example_count = sizeof(remove_examples) / sizeof(remove_examples[0]),
	.operands_minimum = 1,
	.operands_maximum = 1,
	.see_also = "dsfi-except-list(1)",
	.has_json = true,
	.run = run_remove,
};

const struct command *command_except(void)
{
	return &except;
}

const struct command *command_except_add(void)
{
	return &add;
}

const struct command *command_except_list(void)
{
	return &list;
}

const struct command *command_except_remove(void)
{
	return &remove_command;
}
