/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A keeper that keeps nothing and is not shut in: it says that it has a run, and then lies or dies
 * as told when it is given an observation. */
#include "daemon/child.h"
#include "daemon/judge_wire.h"
#include "daemon/scan_wire.h"
#include "fakes.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

struct fake_keep {
	struct loop *loop;
	struct channel channel;
	const char *kind;
};

static bool is(const struct fake_keep *keep, const char *kind)
{
	return strcmp(keep->kind, kind) == 0;
}

static void say_run(struct fake_keep *keep, int64_t id)
{
	const struct wire_run run = {.id = id, .profile = "default"};
	struct writer writer;
	writer_init(&writer, channel_frame(&keep->channel, FRAME_RUN, WIRE_RUN_OCTETS),
		    WIRE_RUN_OCTETS);
	wire_run_write(&writer, &run);
}

static void say_kept(struct fake_keep *keep, uint64_t count)
{
	struct writer writer;
	writer_init(&writer, channel_frame(&keep->channel, FRAME_KEPT, WIRE_NUMBER_OCTETS),
		    WIRE_NUMBER_OCTETS);
	writer_u64(&writer, count);
}

static void be_given(struct fake_keep *keep)
{
	if (is(keep, "killed"))
		(void)raise(SIGKILL);
	(void)signal(SIGSEGV, SIG_DFL);
	if (is(keep, "crashing"))
		(void)raise(SIGSEGV);
	if (is(keep, "unasked"))
		say_kept(keep, 1);
	if (is(keep, "beginning twice"))
		say_run(keep, 2);
	if (is(keep, "failing"))
		memcpy(channel_frame(&keep->channel, FRAME_FAILED, 10), "\1no memory", 10);
	if (is(keep, "escaping"))
		memcpy(channel_frame(&keep->channel, FRAME_FAILED, 7), "\1\033]0;x\a", 7);
}

static int take(void *context, enum frame_kind kind, struct reader *body)
{
	struct fake_keep *keep = context;
	(void)body;
	if (kind == FRAME_STORE)
		say_run(keep, is(keep, "runless") ? 0 : 1);
	if (kind == FRAME_KEEP)
		be_given(keep);
	if (kind == FRAME_COMMIT && is(keep, "interrupting"))
		(void)kill(getppid(), SIGINT);
	else if (kind == FRAME_COMMIT)
		say_kept(keep, is(keep, "overstating") ? 1000 : 1);
	return OK;
}

static void closed(void *context, int error)
{
	(void)context, (void)error;
	_exit(0);
}

int fake_keep_main(const char *kind)
{
	static const struct channel_handler handler = {.take = take, .closed = closed};
	const struct clock clock = clock_system();
	struct fake_keep keep = {.kind = kind};
	if (loop_new(&clock, &keep.loop) != OK ||
	    channel_open(&keep.channel, keep.loop, CHILD_CHANNEL_DESCRIPTOR, &handler, &keep) != OK)
		return 1;
	return loop_run(keep.loop);
}
