/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A judge that reads nothing, is not shut in, and dies or lies as told when it comes to
 * bad.example. */
#include "daemon/child.h"
#include "daemon/judge_wire.h"
#include "daemon/scan_wire.h"
#include "fakes.h"
#include "model/observation.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct fake_judge {
	struct loop *loop;
	struct channel channel;
	const char *kind;
	uint8_t *page;
	uint64_t begun;
};

static bool is(const struct fake_judge *judge, const char *kind)
{
	return strcmp(judge->kind, kind) == 0;
}

static void say(struct fake_judge *judge, const struct wire_judged *judged)
{
	struct writer writer;
	const size_t size = wire_judged_size(judged);
	writer_init(&writer, channel_frame(&judge->channel, FRAME_JUDGED, size), size);
	wire_judged_write(&writer, judged);
}

static const uint8_t nothing_found[WIRE_VERDICT_EMPTY];

static void say_text(struct fake_judge *judge, const char *text)
{
	say(judge, &(struct wire_judged){.text = text,
					 .text_size = strlen(text),
					 .verdict = nothing_found,
					 .verdict_size = sizeof(nothing_found)});
}

static void say_well(struct fake_judge *judge)
{
	say(judge, &(struct wire_judged){.is_sound = true,
					 .verdict = nothing_found,
					 .verdict_size = sizeof(nothing_found)});
}

/* False: it has not answered. */
static bool lie(struct fake_judge *judge)
{
	if (is(judge, "escaping"))
		say_text(judge, "\033]0;your terminal is mine\007");
	else if (is(judge, "overwriting"))
		say_text(judge, "this\rthat");
	else if (is(judge, "contradicting"))
		say(judge, &(struct wire_judged){.is_sound = true,
						 .worst = 3,
						 .verdict = nothing_found,
						 .verdict_size = sizeof(nothing_found)});
	else if (is(judge, "no verdict"))
		say(judge, &(struct wire_judged){.worst = 3,
						 .verdict = (const uint8_t *)"\0\0\0\1\7NO-SUCH",
						 .verdict_size = 12});
	else if (is(judge, "unknown"))
		(void)channel_frame(&judge->channel, FRAME_KEPT, 0);
	else if (is(judge, "cut"))
		memset(channel_frame(&judge->channel, FRAME_JUDGED, 4), 0, 4);
	else if (is(judge, "unable"))
		memcpy(channel_frame(&judge->channel, FRAME_FAILED, 10), "\1no memory", 10);
	else
		return false;
	return true;
}

/* Without what a sanitizer would say of it. */
static void die(int number)
{
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

/* Is it the observation of bad.example, and not ours in its place? */
static bool is_bad(const struct fake_judge *judge, const uint8_t *name, const struct reader *body)
{
	struct observation observation;
	struct arena arena;
	if (name[1] != 'b')
		return false;
	arena_init(&arena, (size_t)1 << 20, 0);
	int error = observation_decode(&arena, body->next, reader_left(body), &observation, NULL);
	if (error != OK)
		abort();
	const bool is_ours = observation.not_measured != NULL;
	arena_release(&arena);
	return !is_ours || is(judge, "hopeless");
}

static void judge_one(struct fake_judge *judge, struct reader *body)
{
	const uint8_t *name;
	judge->begun++;
	memcpy(judge->page, &judge->begun, sizeof(judge->begun));
	if (wire_target_read(body, &name) != OK)
		abort();
	const bool comes_to_bad = is_bad(judge, name, body);
	if (comes_to_bad && (is(judge, "crashing") || is(judge, "hopeless")))
		die(SIGSEGV);
	if (comes_to_bad && is(judge, "killed"))
		die(SIGKILL);
	if (comes_to_bad && is(judge, "exiting"))
		_exit(128 + SIGKILL);
	if (name[1] == 'b' && is(judge, "hopeless and blind")) {
		if (comes_to_bad)
			die(SIGSEGV);
		say(judge, &(struct wire_judged){.result = JUDGED_UNREADABLE});
		return;
	}
	while (comes_to_bad && is(judge, "hanging"))
		(void)pause();
	if (!comes_to_bad || !lie(judge))
		say_well(judge);
	if (is(judge, "eager"))
		say_well(judge);
}

static int take(void *context, enum frame_kind kind, struct reader *body)
{
	struct fake_judge *judge = context;
	if (kind == FRAME_JUDGE)
		judge_one(judge, body);
	else if (is(judge, "misfit"))
		memcpy(channel_frame(&judge->channel, FRAME_FAILED, 9), "\1no room.", 9);
	else if (!is(judge, "sulking"))
		(void)channel_frame(&judge->channel, FRAME_READY, 0);
	return OK;
}

static void closed(void *context, int error)
{
	(void)context, (void)error;
	_exit(0);
}

int fake_judge_main(const char *kind)
{
	static const struct channel_handler handler = {.take = take, .closed = closed};
	const struct clock clock = clock_system();
	struct fake_judge judge = {.kind = kind, .page = child_page()};
	if (strcmp(kind, "stillborn") == 0)
		return 1;
	if (loop_new(&clock, &judge.loop) != OK ||
	    channel_open(&judge.channel, judge.loop, CHILD_CHANNEL_DESCRIPTOR, &handler, &judge) !=
		    OK)
		return 1;
	return loop_run(judge.loop);
}
