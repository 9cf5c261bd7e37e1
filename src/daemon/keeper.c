/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/keeper.h"

#include "base/memory.h"
#include "daemon/child.h"
#include "daemon/keep_process.h"
#include "os/signals.h"

#include <assert.h>
#include <signal.h>
#include <string.h>

/* Turns of the loop while waiting; an answer ends one at once. */
#define TURN_MS 500
/* A commit of some thousand observations on a disk that is very slow. */
#define PATIENCE_NS (UINT64_C(300) * 1000000000)
#define LAST_READS_MAX 16u

struct keeper {
	struct loop *loop;
	struct child child;
	char *path;
	void (*failed)(void *context);
	void *context;
	struct wire_run run; /* id 0: not opened yet */
	uint64_t added, kept;
	uint64_t asked;    /* added when the commit was asked for that is not answered yet */
	bool is_asked;     /* there is one */
	bool wants_commit; /* another one, after it */
	bool is_tidy;      /* nothing lies beside the store's file */
	int error;
	struct complaint complaint;
};

/* ---- hearing ---- */

static void fail(struct keeper *keeper, int error)
{
	if (keeper->error != OK)
		return;
	keeper->error = error;
	if (keeper->failed != NULL)
		keeper->failed(keeper->context);
}

static int hear_run(struct keeper *keeper, struct reader *body)
{
	return keeper->run.id == 0 ? wire_run_read(body, &keeper->run) : ERR_FORMAT;
}

static int hear_kept(struct keeper *keeper, struct reader *body)
{
	uint64_t kept;
	if (wire_number_read(body, &kept) != OK || !keeper->is_asked || kept != keeper->asked)
		return ERR_FORMAT;
	keeper->kept = kept;
	keeper->is_asked = false;
	return keeper->wants_commit ? keeper_commit(keeper) : OK;
}

static int hear_failed(struct keeper *keeper, struct reader *body)
{
	int error;
	struct complaint complaint;
	if (wire_failed_read(body, &error, &complaint) != OK)
		return ERR_FORMAT;
	keeper->complaint = complaint;
	fail(keeper, error);
	return OK;
}

static int hear(void *context, enum frame_kind kind, struct reader *body)
{
	struct keeper *keeper = context;
	if (keeper->error != OK)
		return OK; /* nothing is believed any more */
	switch (kind) {
	case FRAME_RUN:
		return hear_run(keeper, body);
	case FRAME_KEPT:
		return hear_kept(keeper, body);
	case FRAME_FAILED:
		return hear_failed(keeper, body);
	default:
		return ERR_FORMAT;
	}
}

/* Before it was told to: it crashed, or somebody killed it. */
static void died(struct keeper *keeper)
{
	const bool is_killed = child_bury(&keeper->child, false);
	if (keeper->error != OK)
		return;
	fail(keeper, complain(&keeper->complaint, ERR_IO,
			      "store '%s': the process that writes it %s", keeper->path,
			      is_killed ? "was killed; is there enough memory?" : "has crashed"));
}

static void closed(void *context, int error)
{
	(void)error;
	died(context);
}

static void ended(void *context, unsigned int events)
{
	struct keeper *keeper = context;
	(void)events;
	/* Its last words are in the kernel, and that is more than a read takes. */
	for (unsigned i = 0; i < LAST_READS_MAX && keeper->child.channel.descriptor >= 0; i++)
		channel_read(&keeper->child.channel);
	if (keeper->child.is_running)
		died(keeper);
}

/* ---- asking ---- */

/* A frame to be filled in; NULL: keeper->error says why. */
static uint8_t *frame(struct keeper *keeper, enum frame_kind kind, size_t size)
{
	if (keeper->error != OK)
		return NULL;
	uint8_t *body = channel_frame(&keeper->child.channel, kind, size);
	if (body == NULL)
		fail(keeper,
		     complain(&keeper->complaint, ERR_MEMORY,
			      "store '%s': no memory for what is to be kept", keeper->path));
	return body;
}

int keeper_add(struct keeper *keeper, const struct wire_keep *keep)
{
	struct writer writer;
	const size_t size = WIRE_KEEP_FIXED_OCTETS + keep->encoded_size + keep->verdict_size;
	assert(size <= KEEP_BODY_MAX);
	uint8_t *body = frame(keeper, FRAME_KEEP, size);
	if (body == NULL)
		return keeper->error;
	writer_init(&writer, body, size);
	wire_keep_write(&writer, keep);
	assert(writer.error == OK && writer_used(&writer) == size);
	keeper->added++;
	return OK;
}

static int ask_commit(struct keeper *keeper, int64_t finished_s)
{
	struct writer writer;
	uint8_t *body = frame(keeper, FRAME_COMMIT, WIRE_NUMBER_OCTETS);
	if (body == NULL)
		return keeper->error;
	writer_init(&writer, body, WIRE_NUMBER_OCTETS);
	writer_u64(&writer, (uint64_t)finished_s);
	keeper->asked = keeper->added;
	keeper->is_asked = true;
	keeper->wants_commit = false;
	return OK;
}

int keeper_commit(struct keeper *keeper)
{
	keeper->wants_commit |= keeper->is_asked;
	return keeper->is_asked ? keeper->error : ask_commit(keeper, 0);
}

uint64_t keeper_kept(const struct keeper *keeper)
{
	return keeper->kept;
}

size_t keeper_backlog(const struct keeper *keeper)
{
	return keeper->error == OK ? channel_unsent(&keeper->child.channel) : 0;
}

int keeper_error(const struct keeper *keeper, struct complaint *complaint)
{
	if (keeper->error != OK)
		*complaint = keeper->complaint;
	return keeper->error;
}

/* ---- life ---- */

static int send_settings(struct keeper *keeper, const struct keeper_settings *settings)
{
	const struct wire_store store = {
		.resumes = settings->resumes,
		.path = settings->path,
		.run = settings->run,
	};
	struct writer writer;
	const size_t size = wire_store_size(&store);
	uint8_t *body = frame(keeper, FRAME_STORE, size);
	if (body == NULL)
		return keeper->error;
	writer_init(&writer, body, size);
	wire_store_write(&writer, &store);
	assert(writer.error == OK && writer_used(&writer) == size);
	return OK;
}

static int start(struct keeper *keeper, const struct keeper_settings *settings)
{
	static const struct channel_handler handler = {.take = hear, .closed = closed};
	const struct child_settings child = {
		.subcommand = KEEP_SUBCOMMAND,
		.handler = &handler,
		.ended = ended,
		.context = keeper,
	};
	int error = child_start(&keeper->child, keeper->loop, &child, &keeper->complaint);
	if (error == OK)
		error = send_settings(keeper, settings);
	while (error == OK && keeper->run.id == 0) {
		error = loop_turn(keeper->loop, TURN_MS);
		if (error == OK)
			error = keeper->error;
	}
	return error;
}

int keeper_open(struct loop *loop, const struct keeper_settings *settings,
		struct keeper **ret_keeper, struct wire_run *ret_run, struct complaint *complaint)
{
	const size_t path_size = strlen(settings->path) + 1;
	if (path_size == 1 || path_size > STORE_PATH_MAX)
		return complain(complaint, ERR_ARGUMENT,
				"the store's path must have 1 to %u octets; name another file with "
				"--store",
				STORE_PATH_MAX - 1);
	struct keeper *keeper = memory_take_zeroed(1, sizeof(*keeper));
	char *path = memory_take(path_size);
	if (keeper == NULL || path == NULL) {
		memory_give(keeper);
		memory_give(path);
		return complain(complaint, ERR_MEMORY, "store '%s': out of memory", settings->path);
	}
	memcpy(path, settings->path, path_size);
	keeper->loop = loop;
	keeper->path = path;
	int error = start(keeper, settings);
	if (error != OK) {
		*complaint = keeper->complaint;
		keeper_close(keeper);
		return error;
	}
	keeper->failed = settings->failed; /* nobody waits for an answer now */
	keeper->context = settings->context;
	*ret_run = keeper->run;
	*ret_keeper = keeper;
	return OK;
}

/* The keeper has no paths any more: what lies beside the file is cleared away here. What cannot be
 * cleared away now is when the store is opened next. */
static void tidy(const char *path)
{
	struct complaint complaint;
	struct store *store;
	if (store_open(path, STORE_WRITE, &store, &complaint) == OK)
		store_close(store);
}

static int give_up(struct keeper *keeper, int error, const char *why)
{
	fail(keeper, complain(&keeper->complaint, error, "store '%s': %s", keeper->path, why));
	return error;
}

static int wait_for_commit(struct keeper *keeper, int signals)
{
	const uint64_t began_ns = loop_refresh_now(keeper->loop);
	int error = keeper->error, number;
	while (error == OK && keeper->is_asked) {
		error = loop_turn(keeper->loop, TURN_MS);
		if (error == OK)
			error = keeper->error;
		if (error != OK || !keeper->is_asked)
			break;
		while (signals_read(signals, &number) == OK)
			if (number == SIGINT || number == SIGTERM || number == SIGHUP)
				return give_up(
					keeper, ERR_INTERRUPTED,
					"interrupted while the last of it was being written");
		if (loop_now_ns(keeper->loop) - began_ns > PATIENCE_NS)
			return give_up(keeper, ERR_IO,
				       "the disk takes nothing any more; look at it");
	}
	return error;
}

int keeper_finish(struct keeper *keeper, int64_t finished_s, struct complaint *complaint)
{
	int signals;
	keeper->failed = NULL;
	keeper->wants_commit = false;
	int error = signals_open(&signals);
	if (error != OK)
		return complain(complaint, error, "cannot wait for signals");
	error = wait_for_commit(keeper, signals); /* one that is under way */
	if (error == OK)
		error = ask_commit(keeper, finished_s);
	if (error == OK)
		error = wait_for_commit(keeper, signals);
	signals_close(signals);
	if (error != OK) {
		*complaint = keeper->complaint;
		return error;
	}
	(void)child_bury(&keeper->child, true);
	tidy(keeper->path);
	keeper->is_tidy = true;
	return OK;
}

void keeper_close(struct keeper *keeper)
{
	if (keeper == NULL)
		return;
	(void)child_bury(&keeper->child, true);
	if (keeper->run.id > 0 && !keeper->is_tidy)
		tidy(keeper->path);
	memory_give(keeper->path);
	memory_give(keeper);
}
