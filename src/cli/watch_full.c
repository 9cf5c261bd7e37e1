/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "cli/watch_private.h"
#include "os/file.h"

#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Options with their values, names, and what is always there. */
#define ARGUMENTS_MAX (64 + FULL_MAX)
#define STOP_GRACE_MS 10000u
/* A move that was seen so long after it happened was seen late. */
#define MOVED_BEFORE_S ((int64_t)24 * 3600)
/* A scan may see a move a round before the look at the parent does, and take a while itself. */
#define SEEN_BEFORE_S ((int64_t)3600)
/* A file that is just being replaced, a machine without memory for a moment. */
#define SCANS_FAILED_MAX 3u
#define FAILED_WAIT_MS 1000u
/* What a move is: other changes do not explain that the parent says something else. */
#define CLASSES_OF_MOVE                                                                         \
	(1u << CHANGE_DELEGATION_REPLACED | 1u << CHANGE_DELEGATION_PARTLY |                    \
	 1u << CHANGE_DELEGATION_GONE | 1u << CHANGE_DELEGATION_NEW | 1u << CHANGE_DS_REMOVED | \
	 1u << CHANGE_DS_REPLACED | 1u << CHANGE_DS_ADDED | 1u << CHANGE_SERVERS_MOVED)

/* ---- what is due ---- */

/* What a scan saw that was ended before its changes were told, or somebody else's scan meanwhile,
 * is news all the same. A watch that was off finds a move long after it happened: what explains it
 * is as old as the last look in full, or, when there was none, the first one at the parent. */
static struct news_since news_since(const struct store_watch *watch, int64_t every_s)
{
	const bool is_moved = watch->due == WATCH_DUE_MOVED || watch->due == WATCH_DUE_AGAIN ||
			      watch->due == WATCH_DUE_LAST_TRY;
	const int64_t moved_s = watch->moved_s != 0 ? watch->moved_s - MOVED_BEFORE_S : 0;
	const int64_t known_s = watch->full_s != 0 ? watch->full_s : watch->looked_s;
	struct news_since since = {.any_s = moved_s > watch->full_s ? moved_s : watch->full_s};
	since.move_s = since.any_s;
	if (is_moved && known_s != 0 && known_s < since.any_s)
		since.move_s = known_s;
	if (is_moved && watch->moved_s != 0)
		since.seen_s = watch->moved_s - every_s - SEEN_BEFORE_S;
	return since;
}

static int take_due(void *context, const struct store_watch *watch)
{
	struct watching *watching = context;
	const bool is_first = watch->due == WATCH_DUE_FIRST;
	assert(watching->full_count < FULL_MAX);
	if (is_first && watching->first_looks >= watching->full_most)
		return OK;
	if (told_read(watch->told, watch->told_size, &watching->told[watching->full_count]) != OK)
		return complain(watching->complaint, ERR_DAMAGED,
				"store '%s': what was told of a watched domain is damaged; restore "
				"a copy",
				watching->store_path);
	watching->first_looks += is_first;
	watching->since[watching->full_count] =
		news_since(watch, (int64_t)(watching->every_ms / 1000));
	uint8_t *name = watching->full_names[watching->full_count];
	(void)name_copy(name, watch->domain);
	watching->full[watching->full_count++] =
		(struct store_watch_full){.domain = name, .due = watch->due};
	return OK;
}

static int take_newest(void *context, const struct store_run *run)
{
	int64_t *newest = context;
	*newest = run->id > *newest ? run->id : *newest;
	return OK;
}

/* ---- the scan ---- */

struct arguments {
	const char *words[ARGUMENTS_MAX];
	unsigned count;
};

static void add(struct arguments *arguments, const char *word)
{
	assert(arguments->count + 1 < ARGUMENTS_MAX);
	arguments->words[arguments->count++] = word;
}

/* As they were given: the scan reads them as we would. */
static void add_options(struct arguments *arguments, const struct options *options)
{
	static const struct {
		const char *name, *word;
	} passed[] = {
		{"profile", "--profile"}, {"routes", "--routes"},
		{"vrps", "--vrps"},       {"rtr", "--rtr"},
		{"hints", "--hints"},     {"trust-anchor", "--trust-anchor"},
		{"opt-out", "--opt-out"}, {"contact", "--contact"},
		{"vantage", "--vantage"}, {"ca-file", "--ca-file"},
	};
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++) {
		const char *value = options_text(options, passed[i].name);
		if (value == NULL)
			continue;
		add(arguments, passed[i].word);
		add(arguments, value);
	}
	/* Twenty questions more of a domain that moved: what a hijack is after. */
	add(arguments, "--logins");
	if (options_flag(options, "connect"))
		add(arguments, "--connect");
	if (options_flag(options, "test-network"))
		add(arguments, "--test-network");
}

/* Its options; `rate` has room for a number. */
static void add_all_options(struct arguments *arguments, const struct watching *watching,
			    char rate[32])
{
	const struct options *options = watching->options;
	add(arguments, "dsfi");
	add(arguments, "scan");
	add(arguments, "--quiet");
	add(arguments, "--store");
	add(arguments, watching->store_path);
	add(arguments, "--workers");
	add(arguments, "1");
	add_options(arguments, options);
	if (watching->rate_of_scans == 0)
		return;
	(void)snprintf(rate, 32, "%u", watching->rate_of_scans);
	add(arguments, "--per-server");
	add(arguments, rate);
}

static int launch(struct watching *watching, const struct arguments *arguments)
{
	CLOSED_AT_END int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (nothing < 0)
		return ERR_IO;
	const struct process_descriptor descriptors[] = {
		{nothing, STDIN_FILENO}, {nothing, STDOUT_FILENO}, {STDERR_FILENO, STDERR_FILENO}};
	const struct process_options options = {
		.arguments = arguments->words,
		.is_self = true,
		.descriptors = descriptors,
		.descriptor_count = 3,
		.new_session = true, /* the terminal's Ctrl-C is our business */
	};
	return process_start(&options, watching->complaint, &watching->scan);
}

static int start_scan(struct watching *watching)
{
	struct arguments arguments = {.count = 0};
	char rate[32];
	char(*texts)[NAME_TEXT_MAX] = memory_take(FULL_MAX * sizeof(*texts));
	if (texts == NULL)
		return ERR_MEMORY;
	add_all_options(&arguments, watching, rate);
	add(&arguments, "--");
	for (unsigned i = 0; i < watching->full_count; i++)
		add(&arguments, name_to_text(watching->full_names[i], texts[i]));
	const int error = launch(watching, &arguments);
	memory_give(texts);
	return error;
}

/* ---- what it saw ---- */

struct retelling {
	struct told *told;
	struct told others; /* told now, and looked at again only together with a move */
	enum watch_due due; /* before this look */
	struct news_since since;
	unsigned moves;    /* news that explain a move */
	bool is_explained; /* by what was seen about then, and may have been told before */
};

static bool explains_move(const struct change *change)
{
	return (change->classes & CLASSES_OF_MOVE) != 0;
}

static bool is_news(const struct changes *changes, const struct retelling *telling,
		    const struct change *change)
{
	const struct news_since *since = &telling->since;
	const int64_t from_s = explains_move(change) ? since->move_s : since->any_s;
	return changes_is_news(changes, change) ||
	       (from_s != 0 && (change->after_s >= from_s || change->undone_s >= from_s));
}

/* What is new, and what was told and is scored otherwise now. A look for scoring again is not for
 * what else the domain does (addresses that take turns would make one such look after the other).
 */
static int tell_change(struct changes *changes, const struct change *change)
{
	struct retelling *telling = changes->take_context;
	const bool is_move = explains_move(change);
	const bool is_new =
		is_news(changes, telling, change) && (is_move || telling->due != WATCH_DUE_LATER);
	const struct told_change *before = told_find(telling->told, change);
	const bool is_fresh = changes->looked_run >= changes->since;
	struct change again = *change;
	telling->moves += is_new && is_move;
	telling->is_explained |= is_move && change->after_s >= telling->since.seen_s;
	/* A look that measured nothing scores nothing again. */
	if (before == NULL ? !is_new : !is_fresh || told_is_same(before, change))
		return OK;
	again.is_scored_again = before != NULL;
	again.score_before = before != NULL ? before->score : 0;
	told_put(before != NULL || is_move ? telling->told : &telling->others, change);
	const int error = changes_print(changes, &again);
	return error == OK && fflush(changes->options->out) != 0 ? ERR_FULL : error;
}

static enum watch_due due_after(enum watch_due due, bool has_changed, bool is_measured)
{
	if (has_changed)
		return WATCH_DUE_NOT;
	switch (due) {
	case WATCH_DUE_MOVED:
		return WATCH_DUE_AGAIN;
	case WATCH_DUE_AGAIN:
		return WATCH_DUE_LAST_TRY;
	case WATCH_DUE_FIRST:
		return is_measured ? WATCH_DUE_NOT : WATCH_DUE_LAST_TRY;
	case WATCH_DUE_LAST_TRY:
	case WATCH_DUE_LATER:
	case WATCH_DUE_NOT:
		break;
	}
	return WATCH_DUE_NOT;
}

/* What was told is looked at again, unless a look is due sooner. */
static void look_again(struct watching *watching, unsigned at)
{
	const struct changes *changes = &watching->changes;
	struct store_watch_full *full = &watching->full[at];
	const struct again_look look = {.looked_s = changes->looked_s,
					.now_s = full->time_s,
					.is_fresh = changes->looked_run >= changes->since};
	if (full->due == WATCH_DUE_NOT) {
		full->later_s = again_next(&watching->again, &look, &watching->told[at]);
		full->due = full->later_s != 0 ? WATCH_DUE_LATER : WATCH_DUE_NOT;
	}
	full->told = watching->told_octets[at];
	full->told_size = told_write(&watching->told[at], watching->told_octets[at]);
}

static int tell_one(struct watching *watching, unsigned at, bool is_measured)
{
	struct changes *changes = &watching->changes;
	struct store_watch_full *full = &watching->full[at];
	struct retelling telling = {
		.told = &watching->told[at], .due = full->due, .since = watching->since[at]};
	const int64_t undone_from_s =
		telling.since.move_s != 0 ? telling.since.move_s - CHANGE_UNDONE_WITHIN_S : 0;
	assert(telling.since.move_s <= telling.since.any_s);
	changes->also_from_s = told_first_s(telling.told);
	if (changes->also_from_s == 0 ||
	    (undone_from_s != 0 && undone_from_s < changes->also_from_s))
		changes->also_from_s = undone_from_s;
	changes->looked_run = changes->looked_s = 0;
	changes->take_context = &telling;
	int error = changes_of(changes, full->domain, tell_change);
	if (error == ERR_NOT_FOUND) /* nothing was ever measured of it */
		error = OK;
	watching->complaint->text[0] = '\0';
	if (telling.moves > 0)
		told_join(telling.told, &telling.others);
	full->time_s = watch_wall_s();
	if (full->due == WATCH_DUE_LAST_TRY && telling.since.seen_s != 0 && !telling.is_explained &&
	    telling.moves == 0)
		watch_tell_unseen(watching, full->domain);
	full->due = due_after(full->due, telling.moves > 0, is_measured);
	look_again(watching, at);
	return error;
}

static int tell_changes(struct watching *watching, bool is_measured)
{
	struct changes *changes = &watching->changes;
	changes->since = watching->run_before + 1;
	progress_clear(&watching->line);
	int error =
		store_open(watching->store_path, STORE_READ, &changes->store, watching->complaint);
	if (error == OK)
		error = changes_count(changes);
	for (unsigned i = 0; error == OK && i < watching->full_count; i++)
		error = tell_one(watching, i, is_measured);
	server_counts_free(changes->counts);
	changes->counts = NULL;
	store_close(changes->store);
	changes->store = NULL;
	return error;
}

/* Somebody was quicker to write: what is due stays so. */
static bool is_busy(struct watching *watching)
{
	struct complaint complaint;
	struct store *store = NULL;
	const int error = store_open(watching->store_path, STORE_WRITE, &store, &complaint);
	store_close(store);
	return error == ERR_BUSY;
}

static int scan_over(struct watching *watching)
{
	int code = 0;
	watching->is_scanning = false;
	int error = process_wait(&watching->scan, &code);
	if (error != OK)
		return error;
	if ((code == EXIT_INTERRUPTED && watching->is_stopping) ||
	    (code == EXIT_UNABLE && is_busy(watching))) {
		watching->full_count = 0;
		return OK;
	}
	if (code != EXIT_FINE && code != EXIT_UNMEASURED &&
	    ++watching->scans_failed < SCANS_FAILED_MAX) {
		watching->full_count = 0;
		timer_start(watching->loop, &watching->write, FAILED_WAIT_MS);
		return OK;
	}
	if (code != EXIT_FINE && code != EXIT_UNMEASURED)
		return complain(watching->complaint, ERR_IO,
				"a full look at what moved came to nothing (exit code %d, see "
				"above); what moved is kept in '%s', and looked at in full when "
				"'dsfi watch run' is started again",
				code, watching->store_path);
	watching->are_full_made = true;
	watching->scans_failed = 0;
	return tell_changes(watching, code == EXIT_FINE);
}

static void scan_ended(void *context, unsigned int events)
{
	struct watching *watching = context;
	(void)events;
	watch_stop(watching->loop, &watching->scan_watch);
	const int error = scan_over(watching);
	if (error != OK)
		watch_end(watching, error);
	else if (!timer_is_started(&watching->write)) /* else it waits after a failure */
		watch_write_soon(watching);
}

static int read_queue(struct watching *watching, struct store *store)
{
	const struct store_watch_queue queue = {
		.before_s = watch_wall_s() - (int64_t)(watching->every_ms / 1000),
		.now_s = watch_wall_s(),
		.most = FULL_MAX,
	};
	const int error = store_watch_due(store, &queue, take_due, watching, watching->complaint);
	watching->run_before = 0;
	return error == OK
		       ? store_runs(store, take_newest, &watching->run_before, watching->complaint)
		       : error;
}

void watch_full_start(struct watching *watching)
{
	assert(watch_is_written(watching) && watching->full_count == 0);
	if (watching->is_scanning || watching->is_stopping || watching->full_most == 0)
		return;
	int error = watch_reading(watching, read_queue);
	if (error == OK && watching->full_count == 0)
		return;
	if (error == OK)
		error = start_scan(watching);
	if (error == OK) {
		watching->is_scanning = true;
		watch_init(&watching->scan_watch, scan_ended, watching);
		error = watch_start(watching->loop, &watching->scan_watch,
				    watching->scan.descriptor, LOOP_READ);
	}
	if (error != OK)
		watch_end(watching, error);
}

void watch_full_release(struct watching *watching)
{
	if (!watching->is_scanning)
		return;
	watch_stop(watching->loop, &watching->scan_watch);
	process_stop(&watching->scan, STOP_GRACE_MS);
	watching->is_scanning = false;
}
