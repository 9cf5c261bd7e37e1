/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A process that asks parents of nobody and is not shut in: it answers, lies or dies as told when
 * it is given domains. */
#include "daemon/child.h"
#include "daemon/parents_wire.h"
#include "daemon/scan_wire.h"
#include "fakes.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

struct fake_parents {
	struct loop *loop;
	struct channel channel;
	struct timer living;
	const char *kind;
};

static const uint8_t answer[WIRE_ANSWER_OCTETS_MAX] = "twelve octets";

static bool is(const struct fake_parents *parents, const char *kind)
{
	return strcmp(parents->kind, kind) == 0;
}

static void say_counts(struct fake_parents *parents)
{
	const struct wire_counts counts = {.queries = 1};
	struct writer writer;
	writer_init(&writer, channel_frame(&parents->channel, FRAME_COUNTS, WIRE_COUNTS_OCTETS),
		    WIRE_COUNTS_OCTETS);
	wire_counts_write(&writer, &counts);
}

static void live(void *context)
{
	struct fake_parents *parents = context;
	say_counts(parents);
	timer_start(parents->loop, &parents->living, 100);
}

static void say_parent(struct fake_parents *parents, uint16_t domain, uint8_t last, uint16_t ns)
{
	const struct wire_parent parent = {
		.domain = domain,
		.server = address_from_ipv4((const uint8_t[4]){192, 0, 2, last}, 53),
		.ns = answer,
		.ns_size = ns,
	};
	const size_t size = wire_parent_size(&parent);
	struct writer writer;
	writer_init(&writer, channel_frame(&parents->channel, FRAME_PARENT, size), size);
	wire_parent_write(&writer, &parent);
}

static void say_parents(struct fake_parents *parents, uint16_t domain, uint16_t count)
{
	const struct wire_parents all = {.domain = domain, .count = count};
	struct writer writer;
	writer_init(&writer, channel_frame(&parents->channel, FRAME_PARENTS, WIRE_PARENTS_OCTETS),
		    WIRE_PARENTS_OCTETS);
	wire_parents_write(&writer, &all);
}

/* The first domain is told of honestly, and then the third comes before the second, and so on. */
static void be_bad(struct fake_parents *parents)
{
	if (is(parents, "crashing"))
		(void)raise(SIGSEGV);
	else if (is(parents, "killed"))
		(void)raise(SIGKILL);
	else if (is(parents, "leaving"))
		_exit(0);
	else if (is(parents, "hanging"))
		timer_stop(&parents->living);
	else if (is(parents, "foreign"))
		memcpy(channel_frame(&parents->channel, FRAME_OBSERVATION, 5), "what?", 5);
	else if (is(parents, "malformed"))
		memcpy(channel_frame(&parents->channel, FRAME_PARENT, 5), "what?", 5);
	else if (is(parents, "too long"))
		memset(channel_frame(&parents->channel, FRAME_PARENT, WIRE_PARENT_OCTETS_MAX + 1u),
		       0, WIRE_PARENT_OCTETS_MAX + 1u);
	else if (is(parents, "skipping"))
		say_parents(parents, 2, 0);
	else if (is(parents, "going back"))
		say_parents(parents, 0, 0);
	else if (is(parents, "miscounting"))
		say_parents(parents, 1, 1);
	else if (is(parents, "repeating"))
		say_parent(parents, 1, 1, 12), say_parent(parents, 1, 1, 12);
	else if (is(parents, "of other domains"))
		say_parent(parents, 700, 1, 12);
	for (unsigned i = 0; i < 250 && is(parents, "endless"); i++)
		say_parent(parents, 1, (uint8_t)i, 12);
}

/* Everything fits, and all of it together is too much. */
static void be_talkative(struct fake_parents *parents)
{
	for (uint16_t i = 0; i < 100; i++) {
		for (uint8_t j = 0; j < 32; j++)
			say_parent(parents, i, j, WIRE_ANSWER_OCTETS_MAX);
		say_parents(parents, i, 32);
		channel_drain(&parents->channel);
	}
}

static void be_given(struct fake_parents *parents)
{
	(void)signal(SIGSEGV, SIG_DFL);
	if (is(parents, "talkative")) {
		be_talkative(parents);
		return;
	}
	for (uint16_t i = 0; i < 3; i++) {
		if (i == 1 && !is(parents, "honest")) {
			/* What was said before it is worth something all the same. */
			channel_drain(&parents->channel);
			be_bad(parents);
			return;
		}
		say_parent(parents, i, 1, 12);
		say_parent(parents, i, 2, i == 2 ? WIRE_ANSWER_OCTETS_MAX : 0);
		say_parents(parents, i, 2);
	}
}

static int take(void *context, enum frame_kind kind, struct reader *body)
{
	struct fake_parents *parents = context;
	(void)body;
	if (kind == FRAME_SETTINGS && is(parents, "hasty"))
		say_parents(parents, 0, 0);
	else if (kind == FRAME_SETTINGS && is(parents, "unable"))
		memcpy(channel_frame(&parents->channel, FRAME_FAILED, 10), "\1no memory", 10);
	else if (kind == FRAME_SETTINGS)
		live(parents);
	else if (kind == FRAME_TARGETS)
		be_given(parents);
	return OK;
}

static void closed(void *context, int error)
{
	(void)context, (void)error;
	_exit(0);
}

int fake_parents_main(const char *kind)
{
	static const struct channel_handler handler = {.take = take, .closed = closed};
	const struct clock clock = clock_system();
	struct fake_parents parents = {.kind = kind};
	timer_init(&parents.living, live, &parents);
	if (loop_new(&clock, &parents.loop) != OK ||
	    channel_open(&parents.channel, parents.loop, CHILD_CHANNEL_DESCRIPTOR, &handler,
			 &parents) != OK)
		return 1;
	return loop_run(parents.loop);
}
