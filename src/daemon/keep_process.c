/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/keep_process.h"

#include "base/arena.h"
#include "daemon/channel.h"
#include "daemon/child.h"
#include "daemon/judge_wire.h"
#include "dns/wire/name.h"
#include "judge/adopt/adopt.h"
#include "keep/store/store.h"
#include "os/sandbox.h"

#include <stdio.h>

/* An observation of OBSERVATION_OCTETS_MAX, decoded, and its findings. */
#define ARENA_OCTETS ((size_t)64 << 20)
#define ARENA_CHUNK_OCTETS ((size_t)256 << 10)
#define SETTINGS_OCTETS ((size_t)16 << 10)
/* Address space: code, the store's arenas and cache, and frames that grow by doubling. */
#define MEMORY_OCTETS ((size_t)2 << 30)

struct keep {
	struct loop *loop;
	struct channel channel;
	struct arena settings_arena;
	struct arena arena; /* of the observation at hand */
	struct store *store;
	int64_t run;
	uint64_t added; /* not all of them acknowledged */
	struct complaint complaint;
	int exit_code;
};

/* ---- what comes ---- */

static int keep_observation(struct keep *keep, struct reader *body)
{
	struct wire_keep kept;
	struct observation observation;
	struct judgement judgement;
	struct reader verdict;
	char domain[NAME_TEXT_MAX];
	arena_reset(&keep->arena);
	int error = wire_keep_read(body, &kept);
	if (error == OK)
		error = observation_decode(&keep->arena, kept.encoded, kept.encoded_size,
					   &observation, &keep->complaint);
	if (error != OK)
		return error;
	reader_init(&verdict, kept.verdict, kept.verdict_size);
	error = wire_verdict_read(&keep->arena, &verdict, name_to_text(observation.domain, domain),
				  &judgement);
	if (error != OK)
		return complain(&keep->complaint, error,
				"what the judge said of %s is not a verdict", domain);
	struct adoption adoption;
	adopt_judge(&judgement, &observation, &adoption);
	const struct store_entry entry = {
		.run = keep->run,
		.observation = &observation,
		.encoded = kept.encoded,
		.encoded_size = kept.encoded_size,
		.findings = judgement.findings,
		.finding_count = judgement.finding_count,
		.not_measured = judgement.not_measured,
		.not_measured_count = judgement.not_measured_count,
		.adoption = &adoption,
	};
	error = store_add(keep->store, &entry, &keep->complaint);
	keep->added += error == OK;
	return error;
}

static int commit(struct keep *keep, struct reader *body)
{
	struct writer writer;
	uint64_t finished_s;
	int error = wire_number_read(body, &finished_s);
	if (error == OK)
		error = store_commit(keep->store, &keep->complaint);
	if (error == OK && finished_s > 0)
		error = store_run_finish(keep->store, keep->run, (int64_t)finished_s,
					 &keep->complaint);
	if (error != OK)
		return error;
	uint8_t *answer = channel_frame(&keep->channel, FRAME_KEPT, WIRE_NUMBER_OCTETS);
	if (answer == NULL)
		return ERR_MEMORY;
	writer_init(&writer, answer, WIRE_NUMBER_OCTETS);
	writer_u64(&writer, keep->added);
	return OK;
}

/* ---- settings ---- */

static int begin(struct keep *keep, const struct wire_store *wanted, struct wire_run *ret_run)
{
	struct store_run run = wanted->run;
	int error = wanted->resumes ? store_run_open(keep->store, &run, &keep->complaint)
				    : ERR_NOT_FOUND;
	ret_run->is_resumed = error == OK;
	if (error == ERR_NOT_FOUND) {
		run = wanted->run;
		error = store_run_begin(keep->store, &run, &run.id, &keep->complaint);
	}
	if (error != OK)
		return error;
	keep->run = ret_run->id = run.id;
	(void)snprintf(ret_run->profile, sizeof(ret_run->profile), "%s", run.profile);
	return OK;
}

/* Files are open by now, and nothing that a stranger said has been read. */
static int open_store(struct keep *keep, struct reader *body, struct wire_run *ret_run)
{
	const struct sandbox sandbox = {.kind = SANDBOX_FILES, .memory_octets_max = MEMORY_OCTETS};
	struct wire_store wanted;
	int error = wire_store_read(&keep->settings_arena, body, &wanted);
	if (error == OK)
		error = store_open(wanted.path, STORE_WRITE, &keep->store, &keep->complaint);
	if (error == OK)
		error = begin(keep, &wanted, ret_run);
	return error == OK ? sandbox_enter(&sandbox, &keep->complaint) : error;
}

static int take_settings(struct keep *keep, struct reader *body)
{
	struct wire_run run = {0};
	struct writer writer;
	int error = open_store(keep, body, &run);
	if (error != OK)
		return error;
	uint8_t *answer = channel_frame(&keep->channel, FRAME_RUN, WIRE_RUN_OCTETS);
	if (answer == NULL)
		return ERR_MEMORY;
	writer_init(&writer, answer, WIRE_RUN_OCTETS);
	wire_run_write(&writer, &run);
	return OK;
}

static int take_frame(struct keep *keep, enum frame_kind kind, struct reader *body)
{
	if (kind == FRAME_STORE && keep->store == NULL)
		return take_settings(keep, body);
	if (keep->run == 0)
		return ERR_FORMAT;
	if (kind == FRAME_KEEP)
		return keep_observation(keep, body);
	return kind == FRAME_COMMIT ? commit(keep, body) : ERR_FORMAT;
}

static int take(void *context, enum frame_kind kind, struct reader *body)
{
	struct keep *keep = context;
	if (keep->exit_code != 0)
		return OK;
	keep->complaint.text[0] = 0;
	int error = take_frame(keep, kind, body);
	if (error == OK)
		return OK;
	channel_fail(&keep->channel, error, &keep->complaint);
	keep->exit_code = 1;
	loop_stop(keep->loop);
	return OK;
}

static void closed(void *context, int error)
{
	struct keep *keep = context;
	if (error != OK)
		keep->exit_code = 1;
	loop_stop(keep->loop);
}

int keep_process_main(void)
{
	static const struct channel_handler handler = {
		.take = take, .closed = closed, .body_max = KEEP_BODY_MAX};
	const struct clock clock = clock_system();
	struct keep keep = {0};
	if (loop_new(&clock, &keep.loop) != OK)
		return 1;
	arena_init(&keep.settings_arena, SETTINGS_OCTETS, 0);
	arena_init(&keep.arena, ARENA_OCTETS, ARENA_CHUNK_OCTETS);
	int error =
		channel_open(&keep.channel, keep.loop, CHILD_CHANNEL_DESCRIPTOR, &handler, &keep);
	if (error == OK)
		error = loop_run(keep.loop);
	store_close(keep.store);
	channel_close(&keep.channel);
	arena_release(&keep.arena);
	arena_release(&keep.settings_arena);
	loop_free(keep.loop);
	return error == OK ? keep.exit_code : 1;
}
