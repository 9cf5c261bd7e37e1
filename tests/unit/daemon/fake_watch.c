/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A watcher that asks nobody and is not shut in: it answers, lies or dies as told when it is given
 * a look. */
#include "daemon/child.h"
#include "daemon/scan_wire.h"
#include "daemon/watch_wire.h"
#include "fakes.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

struct fake_watch {
	struct loop *loop;
	struct channel channel;
	const char *kind;
};

static bool is(const struct fake_watch *watch, const char *kind)
{
	return strcmp(watch->kind, kind) == 0;
}

static void say_counts(struct fake_watch *watch)
{
	const struct wire_counts counts = {.queries = 1};
	struct writer writer;
	writer_init(&writer, channel_frame(&watch->channel, FRAME_COUNTS, WIRE_COUNTS_OCTETS),
		    WIRE_COUNTS_OCTETS);
	wire_counts_write(&writer, &counts);
}

static void say_looked(struct fake_watch *watch, const struct wire_looked *looked)
{
	const size_t size = wire_looked_size(looked);
	struct writer writer;
	writer_init(&writer, channel_frame(&watch->channel, FRAME_LOOKED, size), size);
	wire_looked_write(&writer, looked);
}

static void be_given(struct fake_watch *watch, const uint8_t *domain)
{
	const struct wire_looked same = {.outcome = LOOK_SAME,
					 .count = is(watch, "overstating") ? 1000 : 1};
	const struct wire_looked moved = {
		.outcome = LOOK_MOVED, .count = 1, .domain = domain, .digest = {"new"}};
	/* bad.example */
	const bool is_bad = domain[1] == 'b';
	uint8_t *page = child_page();
	(void)signal(SIGSEGV, SIG_DFL);
	if (is_bad && page != NULL)
		(void)name_copy(page, domain);
	if (is_bad && is(watch, "crashing"))
		(void)raise(SIGSEGV);
	while (is_bad && is(watch, "hanging"))
		(void)pause();
	if (is(watch, "always crashing"))
		(void)raise(SIGSEGV);
	if (is_bad && is(watch, "failing"))
		memcpy(channel_frame(&watch->channel, FRAME_FAILED, 10), "\1no memory", 10);
	else if (is_bad && is(watch, "foreign"))
		memcpy(channel_frame(&watch->channel, FRAME_OBSERVATION, 5), "what?", 5);
	else
		say_looked(watch, is_bad ? &moved : &same);
}

static int take(void *context, enum frame_kind kind, struct reader *body)
{
	struct fake_watch *watch = context;
	struct look_target target;
	const struct wire_looked same = {.outcome = LOOK_SAME, .count = 1};
	if (kind == FRAME_SETTINGS && is(watch, "hasty"))
		say_looked(watch, &same);
	if (kind == FRAME_SETTINGS && is(watch, "unable"))
		memcpy(channel_frame(&watch->channel, FRAME_FAILED, 10), "\1no memory", 10);
	else if (kind == FRAME_SETTINGS)
		say_counts(watch);
	if (kind == FRAME_LOOK && wire_look_read(body, &target) == OK)
		be_given(watch, target.domain);
	return OK;
}

static void closed(void *context, int error)
{
	(void)context, (void)error;
	_exit(0);
}

int fake_watch_main(const char *kind)
{
	static const struct channel_handler handler = {.take = take, .closed = closed};
	const struct clock clock = clock_system();
	struct fake_watch watch = {.kind = kind};
	if (loop_new(&clock, &watch.loop) != OK ||
	    channel_open(&watch.channel, watch.loop, CHILD_CHANNEL_DESCRIPTOR, &handler, &watch) !=
		    OK)
		return 1;
	return loop_run(watch.loop);
}
