/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsfi watch add, remove: which domains are watched. */
#include "keep/store/watch.h"

#include "base/memory.h"
#include "cli/parties.h"
#include "cli/table.h"
#include "cli/targets.h"
#include "cli/watch_private.h"
#include "daemon/watch_process.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Names sorted at a time: some 40 MiB. */
#define NAMES_A_WINDOW 1000000u
/* What a crash may cost, and what it costs to lose little. */
#define COMMIT_EVERY 10000u

struct entry {
	uint32_t place;
	uint32_t at; /* in `names` */
};

struct editing {
	const struct options *options;
	struct complaint *complaint;
	struct random random;
	struct targets *targets;
	struct store *store;
	char account[PARTIES_ACCOUNT_MAX];
	int64_t now_s;
	struct entry *entries;
	uint32_t count;
	uint8_t *names;
	size_t names_size, names_room;
	uint64_t done, passed_over, converted;
	unsigned uncommitted;
	bool removes;
};

static void converted(void *context, const char *text, const uint8_t *name)
{
	struct editing *editing = context;
	char shown[NAME_TEXT_MAX];
	if (editing->converted++ < 5)
		command_note(editing->options, "'%s' is watched as %s", text,
			     name_to_text(name, shown));
}

/* ---- names, in the order in which they are kept ---- */

static int keep_name(struct editing *editing, const uint8_t *name)
{
	const size_t size = name_size(name);
	assert(size > 1); /* targets are no root */
	if (editing->names_size + size > editing->names_room) {
		const size_t room = editing->names_room * 2 + 65536;
		uint8_t *larger = memory_resize(editing->names, room);
		if (larger == NULL)
			return ERR_MEMORY;
		editing->names = larger;
		editing->names_room = room;
	}
	/* A million names of 255 octets are far from 4 GiB. */
	editing->entries[editing->count++] = (struct entry){.place = store_watch_place(name),
							    .at = (uint32_t)editing->names_size};
	editing->names_size += name_copy(editing->names + editing->names_size, name);
	return OK;
}

static int by_place(const void *left_item, const void *right_item)
{
	const struct entry *left = left_item, *right = right_item;
	return left->place < right->place ? -1 : left->place > right->place;
}

/* ERR_NOT_FOUND with what there was: no more. */
static int fill_window(struct editing *editing)
{
	uint8_t name[NAME_MAX_OCTETS];
	int error = OK;
	editing->count = 0;
	editing->names_size = 0;
	while (error == OK && editing->count < NAMES_A_WINDOW) {
		error = targets_next(editing->targets, editing->complaint, name);
		if (error == OK)
			error = keep_name(editing, name);
	}
	if (editing->count > 1)
		qsort(editing->entries, editing->count, sizeof(editing->entries[0]), by_place);
	return error;
}

static int edit(struct editing *editing, const uint8_t *name)
{
	const char *list = editing->removes ? NULL : options_text(editing->options, "list");
	const struct store_watch watch = {
		.domain = name,
		.since_s = editing->now_s,
		.by_whom = editing->account,
		.list = list != NULL ? list : "",
	};
	bool did = false;
	int error = editing->removes
			    ? store_watch_remove(editing->store, name, &did, editing->complaint)
			    : store_watch_add(editing->store, &watch, &did, editing->complaint);
	editing->done += did;
	editing->passed_over += !did;
	if (error == OK && ++editing->uncommitted >= COMMIT_EVERY) {
		editing->uncommitted = 0;
		error = store_commit(editing->store, editing->complaint);
	}
	return error;
}

static int edit_all(struct editing *editing)
{
	int more = OK, error = OK;
	editing->entries = memory_take(NAMES_A_WINDOW * sizeof(editing->entries[0]));
	if (editing->entries == NULL)
		return complain(editing->complaint, ERR_MEMORY, "out of memory");
	while (error == OK && more == OK) {
		more = fill_window(editing);
		for (uint32_t i = 0;
		     error == OK && i < editing->count && (more == OK || more == ERR_NOT_FOUND);
		     i++)
			error = edit(editing, editing->names + editing->entries[i].at);
	}
	if (error == OK && more != ERR_NOT_FOUND)
		error = more;
	const int kept = error == OK ? store_commit(editing->store, editing->complaint) : OK;
	return error == OK ? kept : error;
}

/* ---- the subcommands ---- */

static int open_all(struct editing *editing)
{
	const struct options *options = editing->options;
	const struct targets_source source = {
		.words = options->operands,
		.path = options_text(options, "file"),
		.random = &editing->random,
		.converted = converted,
		.context = editing,
	};
	const char *list = editing->removes ? NULL : options_text(options, "list");
	if (list != NULL && (strlen(list) > WATCH_WORDS_MAX || strpbrk(list, "\n\r\t\033") != NULL))
		return complain(editing->complaint, ERR_ARGUMENT,
				"--list takes a name of at most %d characters", WATCH_WORDS_MAX);
	if (source.path == NULL && options_operand(options, 0) == NULL)
		return complain(editing->complaint, ERR_ARGUMENT,
				"no domain is named; name one, or a list with --file FILE");
	int error = targets_open(&source, editing->complaint, &editing->targets);
	return error == OK ? store_open(options_text(options, "store"), STORE_WRITE,
					&editing->store, editing->complaint)
			   : error;
}

static int edit_watched(const struct options *options, bool removes)
{
	struct complaint complaint = {""};
	struct editing editing = {.options = options,
				  .complaint = &complaint,
				  .now_s = parties_now(),
				  .removes = removes};
	uint64_t total = 0;
	parties_account(editing.account);
	editing.account[WATCH_WORDS_MAX] = '\0';
	random_system(&editing.random);
	int error = open_all(&editing);
	if (error == OK)
		error = edit_all(&editing);
	if (error == OK)
		error = store_watch_count(editing.store, &total, &complaint);
	if (error == OK)
		command_note(options,
			     removes ? "%" PRIu64 " watched no more, %" PRIu64
				       " were not watched; %" PRIu64 " are"
				     : "%" PRIu64 " watched from now on, %" PRIu64
				       " were so already; %" PRIu64 " in all",
			     editing.done, editing.passed_over, total);
	store_close(editing.store);
	targets_close(editing.targets);
	memory_give(editing.entries);
	memory_give(editing.names);
	return error == OK ? EXIT_FINE : command_fail(options, error, &complaint);
}

static int run_add(const struct options *options)
{
	return edit_watched(options, false);
}

static int run_remove(const struct options *options)
{
	return edit_watched(options, true);
}

/* ---- the rows ---- */

#define OPTION_WATCH_FILE                                                               \
	{                                                                               \
		.name = "file", .kind = OPTION_FILE, .argument = "FILE",                \
		.help = "take the domains from a list, one a line; - is standard input" \
	}

static const struct option add_options[] = {
	OPTION_WATCH_FILE,
	{.name = "list",
	 .kind = OPTION_TEXT,
	 .argument = "NAME",
	 .help = "a word for what they are: banks, customers, ours"},
	OPTION_PARTIES_STORE,
};

static const struct example add_examples[] = {
	{"dsfi watch add bank.example", "one domain"},
	{"dsfi watch add --file domains --list customers --store tld.sqlite", "very many"},
};

static const struct command add = {
	.name = "add",
	.parent = "watch",
	.summary = "watch domains from now on",
	.operands = "[DOMAIN...]",
	.description = "Adds domains to those that `dsfi watch run` looks at. One that is watched "
		       "already stays as it is. The list is read and kept in pieces: what was "
		       "kept stays when it ends early, and the same command goes on.",
	.options = add_options,
	.option_count = sizeof(add_options) / sizeof(add_options[0]),
	.examples = add_examples,
	.example_count = sizeof(add_examples) / sizeof(add_examples[0]),
	.operands_maximum = OPERANDS_MANY,
	.see_also = "dsfi-watch-run(1), dsfi-watch-list(1)",
	.run = run_add,
};

const struct command *command_watch_add(void)
{
	return &add;
}

static const struct option remove_options[] = {OPTION_WATCH_FILE, OPTION_PARTIES_STORE};
static const struct example remove_examples[] = {
	{"dsfi watch remove bank.example", "its history stays in the store"},
};

static const struct command remove_command = {
	.name = "remove",
	.parent = "watch",
	.summary = "watch domains no more",
	.operands = "[DOMAIN...]",
	.description = "Takes domains out of those that `dsfi watch run` looks at. What was seen "
		       "of them stays in the store.",
	.options = remove_options,
	.option_count = sizeof(remove_options) / sizeof(remove_options[0]),
	.examples = remove_examples,
	.example_count = sizeof(remove_examples) / sizeof(remove_examples[0]),
	.operands_maximum = OPERANDS_MANY,
	.see_also = "dsfi-watch-add(1), dsfi-watch-list(1)",
	.run = run_remove,
};

const struct command *command_watch_remove(void)
{
	return &remove_command;
}

static const struct example watch_examples[] = {
	{"dsfi watch add --file domains", "what is to be watched"},
	{"dsfi watch run", "looks every five minutes, and says what moved"},
};

static const struct command watch = {
	.name = "watch",
	.summary = "watch domains' delegations, and look in full at what moves",
	.operands = "",
	.description = "Asks the parents of many domains every few minutes what they say of them, "
		       "one question each, and scans a domain when that is something else.",
	.examples = watch_examples,
	.example_count = sizeof(watch_examples) / sizeof(watch_examples[0]),
	.see_also = "dsfi-watch-run(1), dsfi-changes(1)",
};

const struct command *command_watch(void)
{
	return &watch;
}

/* ---- the hidden one ---- */

static int run_watcher(const struct options *options)
{
	(void)options;
	return watch_process_main();
}

static const struct command watcher = {
	.name = WATCHER_SUBCOMMAND,
	.summary = "look at parents for a watch; started by it, not by people",
	.operands = "",
	.description = "Serves the channel that 'dsfi watch run' hands to it.",
	.hidden = true,
	.run = run_watcher,
};

const struct command *command_watcher(void)
{
	return &watcher;
}
