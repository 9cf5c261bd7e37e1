/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/gather.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/gather_private.h"
#include "daemon/keeper.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#define SETTINGS_ARENA_OCTETS ((size_t)2 << 20)
/* Between commits: what a crash may cost. */
#define COMMIT_EVERY 1000u
#define COMMIT_EVERY_MS 5000u
/* Conversions said one by one; of more, only the number. */
#define CONVERSIONS_SAID 5u
/* 2025-01-01: this program is younger. */
#define CLOCK_EARLIEST_S INT64_C(1735689600)

struct gather {
	const struct options *options;
	const struct gather_job *job;
	struct random random;
	struct arena settings_arena;
	struct wire_settings settings;
	struct opt_out_list opt_out;
	struct gather_routing routing;
	struct targets *targets;
	struct loop *loop;
	struct keeper *keeper;
	struct store *kept_before; /* to read what a resumed run has; else NULL */
	const char *store_path;
	struct wire_run run;
	struct progress_line line;
	struct network_line network;
	struct gather_summary summary;
	struct complaint complaint;
	uint64_t conversions, opted_out, already;
	uint64_t bogus; /* of those measured: the chain of trust is broken above them */
	uint64_t committed_ms;
	unsigned uncommitted;
	bool has_store_failed; /* and says why in `complaint` */
};

/* ---- targets ---- */

static void converted(void *context, const char *text, const uint8_t *name)
{
	struct gather *gather = context;
	char shown[NAME_TEXT_MAX];
	if (options_quiet(gather->options) || gather->conversions++ >= CONVERSIONS_SAID)
		return;
	fprintf(gather->options->err, "'%s' is asked as %s\n", text, name_to_text(name, shown));
}

static int open_targets(struct gather *gather)
{
	const struct options *options = gather->options;
	const struct targets_source source = {
		.words = options->operands,
		.path = options_text(options, "targets"),
		.random = &gather->random,
		.converted = converted,
		.context = gather,
	};
	int error = targets_open(&source, &gather->complaint, &gather->targets);
	if (error == OK && gather->conversions > CONVERSIONS_SAID)
		fprintf(options->err, "%" PRIu64 " names in all were converted by IDNA2008\n",
			gather->conversions);
	return error;
}

/* A target that was not had already and whose owner has not asked to be left alone. */
static int next_target(void *context, uint8_t *ret_name)
{
	struct gather *gather = context;
	for (;;) {
		int error = targets_next(gather->targets, &gather->complaint, ret_name);
		if (error != OK)
			return error;
		if (opt_out_list_has(&gather->opt_out, ret_name)) {
			gather->opted_out++;
			continue;
		}
		bool has = false;
		if (gather->kept_before != NULL)
			error = store_run_has(gather->kept_before, gather->run.id, ret_name, &has,
					      &gather->complaint);
		if (error != OK) {
			gather->has_store_failed = true;
			return error;
		}
		if (!has)
			return OK;
		gather->already++;
	}
}

/* ---- the store ---- */

/* Called while the scan runs, which ends for it; scan() asks why. */
static void keeper_failed(void *context)
{
	struct gather *gather = context;
	gather->has_store_failed = true;
	loop_stop(gather->loop);
}

/* As it is given, and as a run keeps it ("full --connect"): a run goes on with what it began with.
 */
static void put_profile(const struct gather *gather, char *text, size_t size)
{
	(void)snprintf(text, size, "%s%s%s%s%s", options_text(gather->options, "profile"),
		       options_flag(gather->options, "own") ? " --own" : "",
		       options_flag(gather->options, "connect") ? " --connect" : "",
		       options_flag(gather->options, "logins") ? " --logins" : "",
		       options_text(gather->options, "tsig-key") != NULL ? " --tsig-key" : "");
}

static int begin_run(struct gather *gather)
{
	const struct clock clock = clock_system();
	struct keeper_settings settings = {
		.path = gather->store_path,
		.run = {.started_s = clock_wall_s(&clock),
			.domains = targets_total(gather->targets)},
		.resumes = options_flag(gather->options, "resume"),
		.failed = keeper_failed,
		.context = gather,
	};
	put_profile(gather, settings.run.profile, sizeof(settings.run.profile));
	(void)snprintf(settings.run.vantage, sizeof(settings.run.vantage), "%s",
		       gather->settings.vantage);
	return keeper_open(gather->loop, &settings, &gather->keeper, &gather->run,
			   &gather->complaint);
}

/* What an unfinished run has already is read beside the keeper. */
static int go_on(struct gather *gather)
{
	char profile[sizeof(gather->run.profile)];
	put_profile(gather, profile, sizeof(profile));
	if (!gather->run.is_resumed) {
		if (!options_quiet(gather->options))
			fprintf(gather->options->err,
				"no unfinished run in '%s'; beginning a new one\n",
				gather->store_path);
		return OK;
	}
	if (strcmp(gather->run.profile, profile) != 0)
		return complain(&gather->complaint, ERR_ARGUMENT,
				"the unfinished run in '%s' has --profile %s; go on with that, or "
				"begin a new one without --resume",
				gather->store_path, gather->run.profile);
	return store_open(gather->store_path, STORE_READ, &gather->kept_before, &gather->complaint);
}

static int open_store(struct gather *gather)
{
	const bool resumes = options_flag(gather->options, "resume");
	gather->store_path = options_text(gather->options, "store");
	if (gather->store_path == NULL)
		gather->store_path = gather->job->store;
	if (gather->store_path == NULL && resumes)
		return complain(&gather->complaint, ERR_ARGUMENT,
				"--resume needs --store FILE to go on with");
	if (gather->store_path == NULL)
		return OK;
	int error = begin_run(gather);
	if (error == OK && resumes)
		error = go_on(gather);
	return error;
}

static int commit(struct gather *gather)
{
	gather->uncommitted = 0;
	return keeper_commit(gather->keeper);
}

static int keep(struct gather *gather, const struct scan_taken *taken)
{
	const struct wire_keep kept = {
		.encoded = taken->encoded,
		.encoded_size = taken->encoded_size,
		.verdict = taken->judged->verdict,
		.verdict_size = taken->judged->verdict_size,
	};
	if (gather->keeper == NULL)
		return OK;
	int error = keeper_add(gather->keeper, &kept);
	if (error == OK && ++gather->uncommitted >= COMMIT_EVERY)
		error = commit(gather);
	return error;
}

/* ---- observations ---- */

static void count(struct gather *gather, const struct wire_judged *judged)
{
	struct gather_summary *summary = &gather->summary;
	summary->domains++;
	summary->measured += judged->is_measured;
	summary->sound += judged->is_sound;
	gather->bogus += judged->is_bogus;
	if (judged->worst > summary->worst)
		summary->worst = judged->worst;
}

static int take(void *context, const struct scan_taken *taken)
{
	struct gather *gather = context;
	const struct wire_judged *judged = taken->judged;
	if (!options_json(gather->options) && judged->text_size > 0)
		progress_clear(&gather->line);
	(void)fwrite(judged->text, 1, judged->text_size, gather->options->out);
	count(gather, judged);
	/* What nobody reads is not worth anybody's answers; cli_main says it. */
	return ferror(gather->options->out) ? ERR_FULL : keep(gather, taken);
}

static size_t backlog(void *context)
{
	const struct gather *gather = context;
	return gather->keeper != NULL ? keeper_backlog(gather->keeper) : 0;
}

static void show(void *context, const struct scan_progress *progress)
{
	struct gather *gather = context;
	uint64_t total = targets_total(gather->targets);
	uint64_t passed_over = gather->opted_out + gather->already;
	const struct progress_now now = {
		.done = progress->done,
		.total = total > passed_over ? total - passed_over : 0,
		.queries = progress->queries,
		.elapsed_ms = progress->elapsed_ms,
		.is_stopping = progress->is_stopping,
	};
	network_show(&gather->network, &gather->line, gather->options, progress);
	progress_show(&gather->line, &now);
	if (gather->uncommitted == 0 ||
	    progress->elapsed_ms - gather->committed_ms < COMMIT_EVERY_MS)
		return;
	gather->committed_ms = progress->elapsed_ms;
	(void)commit(gather); /* a failure has been told to keeper_failed() */
}

/* ---- the end ---- */

static void say_result(const struct gather *gather)
{
	const struct gather_summary *summary = &gather->summary;
	char took[TIME_TEXT_MAX];
	if (options_quiet(gather->options))
		return;
	double seconds = (double)summary->elapsed_ms / 1000;
	duration_to_text(summary->elapsed_ms / 1000, took);
	fprintf(gather->options->err,
		"%" PRIu64 " domain%s %s in %s (%.0f/s), %" PRIu64 " questions", summary->domains,
		summary->domains == 1 ? "" : "s", gather->job->done_word, took,
		seconds > 0 ? (double)summary->domains / seconds : 0, summary->queries);
	if (summary->measured < summary->domains)
		fprintf(gather->options->err, "; %" PRIu64 " could not be measured",
			summary->domains - summary->measured);
	if (gather->opted_out > 0)
		fprintf(gather->options->err, "; %" PRIu64 " left out, as their owners asked",
			gather->opted_out);
	if (gather->already > 0)
		fprintf(gather->options->err, "; %" PRIu64 " were in the store already",
			gather->already);
	fputc('\n', gather->options->err);
}

/* A command that has a store of its own looks anew. */
static const char *how_to_go_on(const struct gather *gather)
{
	return gather->job->store == NULL ? "go on with the same command and --resume"
					  : "give the same command again";
}

static int interrupted(struct gather *gather)
{
	if (gather->keeper != NULL)
		(void)complain(&gather->complaint, ERR_INTERRUPTED,
			       "interrupted; %" PRIu64 " domains are kept in '%s'; %s",
			       gather->summary.domains, gather->store_path, how_to_go_on(gather));
	else
		(void)complain(&gather->complaint, ERR_INTERRUPTED,
			       "interrupted after %" PRIu64 " domains; with --store FILE a scan "
			       "can be resumed",
			       gather->summary.domains);
	return ERR_INTERRUPTED;
}

static int unreachable(struct gather *gather)
{
	char why[COMPLAINT_MAX];
	(void)snprintf(why, sizeof(why), "%s", gather->complaint.text);
	if (gather->keeper == NULL)
		return complain(&gather->complaint, ERR_NETWORK,
				"%s; with --store FILE a scan can be resumed", why);
	return complain(&gather->complaint, ERR_NETWORK,
			"%s; %" PRIu64 " domains are kept in '%s'; %s", why,
			gather->summary.domains, gather->store_path, how_to_go_on(gather));
}

/* When the signatures of all parents seem wrong, it is more likely us. */
static void say_clock(const struct gather *gather)
{
	const struct clock clock = clock_system();
	char now[TIME_TEXT_MAX];
	if (gather->summary.measured == 0 || gather->bogus < gather->summary.measured)
		return;
	time_to_text(clock_wall_s(&clock), now);
	fprintf(gather->options->err,
		"no chain of trust holds from the root down: findings of signatures are not to be "
		"relied on; is the clock right (it says %s), and is --trust-anchor?\n",
		now);
}

/* A machine without battery begins in 1970 or 2000 and would find every signature not yet valid. */
static int check_clock(struct complaint *complaint)
{
	const struct clock clock = clock_system();
	char now[TIME_TEXT_MAX];
	if (clock_wall_s(&clock) >= CLOCK_EARLIEST_S)
		return OK;
	time_to_text(clock_wall_s(&clock), now);
	return complain(
		complaint, ERR_IO,
		"the clock says %s, which cannot be, and signatures are judged by it; set it "
		"(date -s, or timedatectl set-ntp true)",
		now);
}

/* The store cannot go on: what is left of the work? */
static void say_kept(struct gather *gather)
{
	struct complaint *complaint = &gather->complaint;
	const size_t length = strlen(complaint->text);
	const uint64_t kept = keeper_kept(gather->keeper);
	char *end = complaint->text + length;
	const size_t room = sizeof(complaint->text) - length;
	if (kept > 0)
		(void)snprintf(end, room, "; %" PRIu64 " domain%s kept; when that is mended, %s",
			       kept, kept == 1 ? " is" : "s are", how_to_go_on(gather));
	else if (gather->run.is_resumed)
		(void)snprintf(
			end, room,
			"; nothing new was kept; when that is mended, the same command goes on");
	else
		(void)snprintf(end, room, "; nothing was kept yet, begin anew when that is mended");
}

/* What was taken is kept, whatever ended the scan. */
static int last_commit(struct gather *gather, bool is_complete)
{
	const struct clock clock = clock_system();
	store_close(gather->kept_before);
	gather->kept_before = NULL;
	if (gather->keeper == NULL)
		return OK;
	int error = keeper_finish(gather->keeper, is_complete ? clock_wall_s(&clock) : 0,
				  &gather->complaint);
	gather->has_store_failed |= error != OK;
	return error;
}

static int finish(struct gather *gather, int error)
{
	const struct complaint first = gather->complaint;
	progress_clear(&gather->line);
	int kept = OK;
	if (gather->has_store_failed && gather->keeper != NULL)
		kept = keeper_error(gather->keeper, &gather->complaint);
	else if (!gather->has_store_failed)
		kept = last_commit(gather, error == OK);
	if (gather->has_store_failed) {
		/* Of two errors the first is told, unless it is one that a store would have healed.
		 */
		if (error == OK || error == ERR_INTERRUPTED || error == ERR_NETWORK)
			error = kept != OK ? kept : error;
		else if (kept != error)
			gather->complaint = first;
		say_kept(gather);
		return error;
	}
	if (error == ERR_INTERRUPTED)
		return interrupted(gather);
	return error == ERR_NETWORK ? unreachable(gather) : error;
}

static int prepare(struct gather *gather)
{
	const struct clock clock = clock_system();
	int error = check_clock(&gather->complaint);
	if (error == OK)
		error = loop_new(&clock, &gather->loop);
	if (error == OK)
		error = gather_settings(gather->options, gather->job->needs,
					&gather->settings_arena, &gather->settings,
					&gather->complaint);
	if (error == OK)
		error = gather_routing_open(gather->options, gather->loop, &gather->routing,
					    &gather->complaint);
	if (error == OK && gather->routing.descriptor > 0) {
		gather->settings.needs |= NEED_ROUTES;
		gather->settings.routing_octets = gather->routing.octets;
		gather->settings.routing = gather->routing.words;
	}
	gather->settings.asked = gather->job->asked;
	gather->settings.asked_size = gather->job->asked_size;
	if (gather->job->asked_size > 0)
		gather->settings.needs |= NEED_ASKED;
	if (error == OK)
		error = opt_out_list_read(options_text(gather->options, "opt-out"), &gather->random,
					  &gather->opt_out, &gather->complaint);
	gather->settings.opt_outs = gather->opt_out.prefixes;
	gather->settings.opt_out_count = gather->opt_out.count;
	gather->settings.opt_out_names = gather->opt_out.names;
	gather->settings.opt_out_names_size = gather->opt_out.names_size;
	if (error == OK)
		error = open_targets(gather);
	return error == OK ? open_store(gather) : error;
}

static int scan(struct gather *gather)
{
	struct scan_progress progress = {0};
	const bool has_color = options_color(gather->options, gather->options->out);
	const struct scan_parent_settings settings = {
		.worker_count = (unsigned)options_number(gather->options, "workers"),
		.worker = gather->settings,
		.routing_descriptor = gather->routing.descriptor,
		.loop = gather->loop,
		.judges = gather->job->judges,
		.profile = options_text(gather->options, "profile"),
		.telling = (uint8_t)(gather->job->telling | (has_color ? TELLING_IN_COLOR : 0)),
		.next = next_target,
		.take = take,
		.backlog = backlog,
		.progress = show,
		.context = gather,
	};
	gather->complaint.text[0] = 0; /* of attempts that came to nothing */
	int error = scan_parent_run(&settings, &gather->complaint, &progress);
	gather->summary.queries = progress.queries;
	gather->summary.elapsed_ms = progress.elapsed_ms;
	network_show(&gather->network, &gather->line, gather->options, &progress);
	return finish(gather, error);
}

static void release(struct gather *gather)
{
	keeper_close(gather->keeper);
	store_close(gather->kept_before);
	loop_free(gather->loop);
	targets_close(gather->targets);
	opt_out_list_release(&gather->opt_out);
	gather_routing_close(&gather->routing);
	gather_settings_wipe(&gather->settings);
	arena_release(&gather->settings_arena);
}

static int exit_code(struct gather *gather, int error)
{
	const struct gather_summary *summary = &gather->summary;
	if (error == OK && summary->domains > 0 && summary->measured == 0)
		error = complain(&gather->complaint, ERR_NETWORK,
				 "nothing could be measured: not one parent zone of %" PRIu64
				 " domain%s could be asked; is there a network, and are --hints "
				 "and --opt-out right?",
				 summary->domains, summary->domains == 1 ? "" : "s");
	if (error == ERR_FULL && ferror(gather->options->out))
		return EXIT_UNABLE; /* cli_main says why */
	if (error != OK)
		return command_fail(gather->options, error, &gather->complaint);
	say_result(gather);
	say_clock(gather);
	return EXIT_FINE;
}

int gather_run(const struct options *options, const struct gather_job *job,
	       struct gather_summary *ret_summary)
{
	struct gather *gather = memory_take_zeroed(1, sizeof(*gather));
	assert(job->done_word != NULL);
	if (gather == NULL)
		return command_fail(options, ERR_MEMORY, NULL);
	gather->options = options;
	gather->job = job;
	random_system(&gather->random);
	progress_init(&gather->line, options);
	arena_init(&gather->settings_arena, SETTINGS_ARENA_OCTETS, 0);
	int error = prepare(gather);
	if (error == OK)
		error = scan(gather);
	int code = exit_code(gather, error);
	*ret_summary = gather->summary;
	release(gather);
	memory_give(gather);
	return code;
}
