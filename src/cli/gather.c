/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/gather.h"

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/gather_private.h"
#include "judge/check/check.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#define SETTINGS_ARENA_OCTETS ((size_t)1 << 20)
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
	struct targets *targets;
	struct store *store;
	const char *store_path;
	struct store_run run;
	struct progress_line line;
	struct network_line network;
	struct gather_summary summary;
	struct complaint complaint;
	uint64_t conversions, opted_out, already;
	uint64_t bogus; /* of those measured: the chain of trust is broken above them */
	uint64_t kept;  /* domains in the store, come what may */
	uint64_t committed_ms;
	unsigned uncommitted;
	bool is_resumed;
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
		if (gather->is_resumed)
			error = store_run_has(gather->store, gather->run.id, ret_name, &has,
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

static int begin_run(struct gather *gather)
{
	const char *profile = options_text(gather->options, "profile");
	const struct clock clock = clock_system();
	if (options_flag(gather->options, "resume")) {
		int error = store_run_open(gather->store, &gather->run, &gather->complaint);
		gather->is_resumed = error == OK;
		if (error == OK && strcmp(gather->run.profile, profile) != 0)
			return complain(
				&gather->complaint, ERR_ARGUMENT,
				"the unfinished run in '%s' has --profile %s; go on with that, or "
				"begin a new one without --resume",
				gather->store_path, gather->run.profile);
		if (error != ERR_NOT_FOUND)
			return error;
		if (!options_quiet(gather->options))
			fprintf(gather->options->err,
				"no unfinished run in '%s'; beginning a new one\n",
				gather->store_path);
	}
	gather->run = (struct store_run){
		.started_s = clock_wall_s(&clock),
		.domains = targets_total(gather->targets),
	};
	(void)snprintf(gather->run.profile, sizeof(gather->run.profile), "%s", profile);
	(void)snprintf(gather->run.vantage, sizeof(gather->run.vantage), "%s",
		       gather->settings.vantage);
	return store_run_begin(gather->store, &gather->run, &gather->run.id, &gather->complaint);
}

static int open_store(struct gather *gather)
{
	gather->store_path = options_text(gather->options, "store");
	if (gather->store_path == NULL)
		gather->store_path = gather->job->store;
	if (gather->store_path == NULL && options_flag(gather->options, "resume"))
		return complain(&gather->complaint, ERR_ARGUMENT,
				"--resume needs --store FILE to go on with");
	if (gather->store_path == NULL)
		return OK;
	int error = store_open(gather->store_path, STORE_WRITE, &gather->store, &gather->complaint);
	if (error == OK)
		error = begin_run(gather);
	gather->summary.has_store = error == OK;
	return error;
}

static int commit(struct gather *gather)
{
	int error = OK;
	gather->uncommitted = 0;
	if (gather->store != NULL)
		error = store_commit(gather->store, &gather->complaint);
	if (error == OK)
		gather->kept = gather->summary.domains;
	gather->has_store_failed |= error != OK;
	return error;
}

static int keep(struct gather *gather, const struct gathered *gathered,
		const struct gather_verdict *verdict)
{
	if (gather->store == NULL)
		return OK;
	const struct store_entry entry = {
		.run = gather->run.id,
		.observation = gathered->observation,
		.encoded = gathered->encoded,
		.encoded_size = gathered->encoded_size,
		.findings = verdict->findings,
		.finding_count = verdict->finding_count,
		.not_measured = verdict->not_measured,
		.not_measured_count = verdict->not_measured_count,
	};
	int error = store_add(gather->store, &entry, &gather->complaint);
	gather->has_store_failed |= error != OK;
	if (error == OK && ++gather->uncommitted >= COMMIT_EVERY)
		error = commit(gather);
	return error;
}

/* ---- observations ---- */

int gather_judge(const struct gathered *gathered, struct gather_verdict *ret_verdict)
{
	const struct observation *observation = gathered->observation;
	struct judgement judgement;
	int error =
		judge_observation(gathered->arena, observation, observation->started_s, &judgement);
	if (error ==
	    ERR_MEMORY) /* what one observation may take is more than any honest one needs */
		return ERR_LIMIT;
	if (error != OK)
		return error;
	*ret_verdict = (struct gather_verdict){
		.findings = judgement.findings,
		.finding_count = judgement.finding_count,
		.not_measured = judgement.not_measured,
		.not_measured_count = judgement.not_measured_count,
	};
	return OK;
}

static void count(struct gather *gather, const struct observation *observation)
{
	bool is_measured =
		observation->not_measured == NULL && observation->delegation != DELEGATION_UNKNOWN;
	gather->summary.domains++;
	gather->summary.measured += is_measured;
	gather->bogus += is_measured && observation->parent_security == SECURITY_BOGUS;
}

static int take(void *context, const struct scan_taken *taken)
{
	struct gather *gather = context;
	struct gather_verdict verdict = {0};
	const struct gathered gathered = {
		.observation = taken->observation,
		.encoded = taken->encoded,
		.encoded_size = taken->encoded_size,
		.arena = taken->arena,
	};
	if (!options_json(gather->options))
		progress_clear(&gather->line);
	int error = gather->job->take(gather->job->context, &gathered, &verdict);
	if (error == ERR_LIMIT)
		return error; /* it will come again, or be told as not measured */
	count(gather, taken->observation);
	/* What nobody reads is not worth anybody's answers; cli_main says it. */
	if (error == OK && ferror(gather->options->out))
		error = ERR_FULL;
	return error == OK ? keep(gather, &gathered, &verdict) : error;
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
	/* A failure sticks in the store and is told by the next observation's. */
	if (commit(gather) != OK)
		gather->uncommitted = COMMIT_EVERY;
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

static int interrupted(struct gather *gather)
{
	if (gather->store != NULL)
		(void)complain(&gather->complaint, ERR_INTERRUPTED,
			       "interrupted; %" PRIu64 " domains are kept in '%s'; go on with the "
			       "same command and --resume",
			       gather->summary.domains, gather->store_path);
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
	if (gather->store == NULL)
		return complain(&gather->complaint, ERR_NETWORK,
				"%s; with --store FILE a scan can be resumed", why);
	return complain(&gather->complaint, ERR_NETWORK,
			"%s; %" PRIu64 " domains are kept in '%s'; go on with the same command and "
			"--resume",
			why, gather->summary.domains, gather->store_path);
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
	char *end = complaint->text + length;
	const size_t room = sizeof(complaint->text) - length;
	if (gather->kept > 0)
		(void)snprintf(end, room,
			       "; %" PRIu64 " domain%s kept; when that is mended, the same command "
			       "with --resume goes on",
			       gather->kept, gather->kept == 1 ? " is" : "s are");
	else if (gather->is_resumed)
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
	int error = commit(gather);
	if (error == OK && is_complete && gather->store != NULL)
		error = store_run_finish(gather->store, gather->run.id, clock_wall_s(&clock),
					 &gather->complaint);
	gather->has_store_failed |= error != OK;
	return error;
}

static int finish(struct gather *gather, int error)
{
	const struct complaint first = gather->complaint;
	progress_clear(&gather->line);
	int kept = gather->has_store_failed ? OK : last_commit(gather, error == OK);
	if (gather->has_store_failed) {
		/* Of two errors the first is told, unless it is one that a store would have healed.
		 */
		if (error == OK || error == ERR_INTERRUPTED || error == ERR_NETWORK)
			error = kept;
		else if (kept != OK)
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
	int error = check_clock(&gather->complaint);
	if (error == OK)
		error = gather_settings(gather->options, &gather->settings_arena, &gather->settings,
					&gather->complaint);
	if (error == OK)
		error = opt_out_list_read(options_text(gather->options, "opt-out"), &gather->random,
					  &gather->opt_out, &gather->complaint);
	gather->settings.opt_outs = gather->opt_out.prefixes;
	gather->settings.opt_out_count = gather->opt_out.count;
	if (error == OK)
		error = open_targets(gather);
	return error == OK ? open_store(gather) : error;
}

static int scan(struct gather *gather)
{
	struct scan_progress progress = {0};
	const struct scan_parent_settings settings = {
		.worker_count = (unsigned)options_number(gather->options, "workers"),
		.worker = gather->settings,
		.next = next_target,
		.take = take,
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
	store_close(gather->store);
	targets_close(gather->targets);
	opt_out_list_release(&gather->opt_out);
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
	assert(job->take != NULL && job->done_word != NULL);
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
