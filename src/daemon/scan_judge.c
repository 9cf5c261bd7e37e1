/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The judge's life, and observations on their way through it. What is asked stays here until it is
 * answered, so that a judge may die at any moment.
 */
#include "base/memory.h"
#include "daemon/judge_process.h"
#include "daemon/judge_wire.h"
#include "daemon/scan_parent_private.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <signal.h>
#include <string.h>

/* Deaths in a row without a verdict and with nothing to blame. */
#define VAIN_STARTS_MAX 5u
/* The longest observation there may be is judged in less than a second. */
#define PATIENCE_MS 120000u
#define CRASHED_WORDS "judge crashed"
#define NOT_READ_WORDS "the worker's observation could not be read"
#define TOO_MUCH_WORDS "more than the judge has room for"

/* ---- asking ---- */

static void send_pending(struct bench *bench, const struct pending *pending)
{
	const size_t name_octets = name_size(pending->target->name);
	const size_t size = name_octets + pending->encoded_size;
	if (bench->child.channel.descriptor < 0)
		return; /* its death is dealt with soon, and all is sent again */
	uint8_t *body = channel_frame(&bench->child.channel, FRAME_JUDGE, size);
	if (body == NULL)
		return;
	memcpy(body, pending->target->name, name_octets);
	memcpy(body + name_octets, pending->encoded, pending->encoded_size);
}

static struct pending *pending_new(struct member *member, struct target *target,
				   const uint8_t *encoded, size_t encoded_size)
{
	struct pending *pending = memory_take(sizeof(*pending) + encoded_size);
	if (pending == NULL)
		return NULL;
	*pending = (struct pending){
		.target = target,
		.member = member,
		.birth = member != NULL ? member->child.births : 0,
		.encoded_size = encoded_size,
	};
	memcpy(pending->encoded, encoded, encoded_size);
	return pending;
}

int bench_ask(struct crew *crew, struct member *member, struct target *target,
	      const uint8_t *encoded, size_t encoded_size)
{
	struct bench *bench = &crew->bench;
	assert(encoded != NULL && encoded_size > 0);
	struct pending *pending = pending_new(member, target, encoded, encoded_size);
	if (pending == NULL) {
		memory_give(target);
		return ERR_MEMORY;
	}
	if (bench->first == NULL) {
		bench->last = &bench->first;
		bench->turn_ns = loop_now_ns(crew->loop);
	}
	*bench->last = pending;
	bench->last = &pending->next;
	bench->octets += encoded_size;
	if (bench->is_ready)
		send_pending(bench, pending);
	crew_pace(crew);
	return OK;
}

/* The first one, which is answered. */
static struct pending *shift(struct crew *crew)
{
	struct bench *bench = &crew->bench;
	struct pending *pending = bench->first;
	assert(pending != NULL && bench->octets >= pending->encoded_size);
	bench->first = pending->next;
	if (bench->first == NULL)
		bench->last = &bench->first;
	bench->octets -= pending->encoded_size;
	bench->turn_ns = loop_now_ns(crew->loop);
	return pending;
}

/* ---- hearing ---- */

/* The worker that sent it, if it still is the same one. */
static struct member *sender_of(const struct pending *pending)
{
	struct member *member = pending->member;
	if (member == NULL || !member->child.is_running || member->child.births != pending->birth)
		return NULL;
	return member;
}

static void take_well(struct crew *crew, struct pending *pending, const struct wire_judged *judged)
{
	const struct scan_taken taken = {
		.domain = pending->target->name,
		.encoded = pending->encoded,
		.encoded_size = pending->encoded_size,
		.judged = judged,
	};
	struct member *member = sender_of(pending);
	int error = crew->settings->take(crew->settings->context, &taken);
	if (error != OK) {
		crew_end(crew, error);
		return;
	}
	crew->progress.done++;
	if (pending->member != NULL)
		pending->member->vain_starts = 0;
	if (member != NULL)
		member->taken++;
	target_settle(crew, pending->target);
	pending->target = NULL;
}

/* What we say ourselves needs no judge. */
static void take_unjudged(struct crew *crew, struct pending *pending)
{
	static const uint8_t nothing_found[WIRE_VERDICT_EMPTY] = {0};
	const struct wire_judged judged = {
		.text = "", .verdict = nothing_found, .verdict_size = sizeof(nothing_found)};
	take_well(crew, pending, &judged);
}

/* What cannot be read is its worker's fault, who is ended for it; only what it is about suffers. */
static void take_ill(struct crew *crew, struct pending *pending, enum judged_result result)
{
	struct member *member = sender_of(pending);
	struct target *target = pending->target;
	if (pending->member == NULL) {
		take_unjudged(crew, pending);
		return;
	}
	pending->target = NULL;
	if (result == JUDGED_TOO_MUCH) {
		target_retry(crew, target, true, TOO_MUCH_WORDS);
		return;
	}
	target_retry(crew, target, ++target->crashes >= CRASHES_MAX, NOT_READ_WORDS);
	if (member != NULL)
		member_distrust(member);
}

/* Will the keeper be able to read it? */
static bool is_verdict(struct crew *crew, const struct wire_judged *judged)
{
	struct judgement judgement;
	struct reader reader;
	if (judged->result != JUDGED_WELL)
		return true;
	arena_reset(&crew->arena);
	reader_init(&reader, judged->verdict, judged->verdict_size);
	return wire_verdict_read(&crew->arena, &reader, "", &judgement) == OK;
}

static int hear_judged(struct crew *crew, struct reader *body)
{
	struct wire_judged judged;
	if (!crew->bench.is_ready || crew->bench.first == NULL ||
	    wire_judged_read(body, &judged) != OK || !is_verdict(crew, &judged))
		return ERR_FORMAT;
	crew->bench.vain_starts = 0;
	crew->bench.answered++;
	struct pending *pending = shift(crew);
	if (judged.result == JUDGED_WELL)
		take_well(crew, pending, &judged);
	else
		take_ill(crew, pending, judged.result);
	memory_give(pending->target);
	memory_give(pending);
	crew_pace(crew);
	crew_go_on(crew);
	return OK;
}

static int hear_ready(struct bench *bench, const struct reader *body)
{
	if (bench->is_ready || reader_left(body) > 0)
		return ERR_FORMAT;
	bench->is_ready = true;
	for (const struct pending *pending = bench->first; pending != NULL; pending = pending->next)
		send_pending(bench, pending);
	return OK;
}

static int hear_failed(struct bench *bench, struct reader *body)
{
	if (bench->is_ready || wire_failed_read(body, &bench->unable_error, &bench->unable) != OK)
		return ERR_FORMAT;
	bench->is_unable = true;
	return ERR_INTERRUPTED;
}

static int bench_hear(void *context, enum frame_kind kind, struct reader *body)
{
	struct crew *crew = context;
	if (crew->error != OK)
		return OK; /* the end has come; nothing more is taken */
	switch (kind) {
	case FRAME_READY:
		return hear_ready(&crew->bench, body);
	case FRAME_JUDGED:
		return hear_judged(crew, body);
	case FRAME_FAILED:
		return hear_failed(&crew->bench, body);
	default:
		return ERR_FORMAT;
	}
}

/* ---- death ---- */

/* What it was at, as it noted, or what it lied about; NULL: nothing that is known. */
static struct pending **find_guilty(struct bench *bench)
{
	uint64_t begun;
	if (bench->is_ended_by_us && bench->is_ready && bench->first != NULL)
		return &bench->first;
	memcpy(&begun, bench->child.page, sizeof(begun));
	if (begun <= bench->answered)
		return NULL;
	/* It answers all that it has read before it reads on. */
	struct pending **link = &bench->first;
	for (uint64_t i = bench->answered + 1; i < begun && *link != NULL; i++)
		link = &(*link)->next;
	return *link != NULL ? link : NULL;
}

/* An observation of ours takes the place of what the judge died over. */
static void replace(struct crew *crew, struct pending **link)
{
	struct bench *bench = &crew->bench;
	struct pending *guilty = *link;
	*link = guilty->next;
	if (bench->last == &guilty->next)
		bench->last = link;
	bench->octets -= guilty->encoded_size;
	if (guilty->member == NULL) {
		take_unjudged(crew, guilty);
		memory_give(guilty->target); /* it could not be taken */
	} else {
		target_retry(crew, guilty->target, true, CRASHED_WORDS);
	}
	memory_give(guilty);
}

/* Who is to blame for a death: what it was at, unless somebody killed it. */
static void blame(struct crew *crew, bool is_killed)
{
	struct bench *bench = &crew->bench;
	struct pending **guilty = find_guilty(bench);
	if (guilty == NULL)
		bench->vain_starts += !is_killed;
	else if (!is_killed || ++(*guilty)->target->kills >= KILLS_MAX)
		replace(crew, guilty);
}

static void bench_died(struct crew *crew)
{
	struct bench *bench = &crew->bench;
	const bool is_killed = child_bury(&bench->child, bench->is_ended_by_us || bench->is_silent);
	if (crew->error != OK)
		return;
	crew->progress.crashes++;
	if (bench->is_unable) {
		crew_end(crew,
			 complain(crew->complaint, bench->unable_error, "%s", bench->unable.text));
		return;
	}
	blame(crew, is_killed);
	if (bench->vain_starts >= VAIN_STARTS_MAX || crew->progress.crashes >= CREW_CRASHES_MAX) {
		crew_end(crew, complain(crew->complaint, ERR_IO,
					"the judge crashes again and again, and %u processes of "
					"this scan have crashed in all",
					crew->progress.crashes));
		return;
	}
	int error = crew->error == OK ? bench_start(crew) : OK;
	if (error != OK)
		crew_end(crew, error);
	else
		crew_go_on(crew);
}

static void bench_closed(void *context, int error)
{
	struct crew *crew = context;
	crew->bench.is_ended_by_us = error != OK && error != ERR_SHORT && error != ERR_NETWORK;
	bench_died(crew);
}

/* What it still said comes first; the channel's end then calls bench_died(). */
static void bench_ended(void *context, unsigned int events)
{
	struct crew *crew = context;
	struct bench *bench = &crew->bench;
	const uint64_t birth = bench->child.births;
	const struct pending *first;
	(void)events;
	channel_pause(&bench->child.channel, false);
	do {
		first = bench->first;
		channel_read(&bench->child.channel);
	} while (bench->child.births == birth && bench->child.channel.descriptor >= 0 &&
		 bench->first != first);
	if (bench->child.births == birth && bench->child.is_running)
		bench_died(crew); /* and there is no other one in its place yet */
}

void bench_look_after(struct crew *crew)
{
	struct bench *bench = &crew->bench;
	uint64_t patience_ms = crew->settings->judge_patience_ms;
	if (patience_ms == 0)
		patience_ms = PATIENCE_MS;
	if (!bench->child.is_running || bench->first == NULL || bench->is_paused ||
	    loop_now_ns(crew->loop) - bench->turn_ns <= patience_ms * 1000000)
		return;
	bench->is_silent = true;
	process_signal(&bench->child.process, SIGKILL); /* its end is then noticed as any */
}

/* ---- life ---- */

int bench_start(struct crew *crew)
{
	static const struct channel_handler handler = {
		.take = bench_hear, .closed = bench_closed, .body_max = JUDGED_BODY_MAX};
	const struct child_settings settings = {
		.subcommand = JUDGE_SUBCOMMAND,
		.handler = &handler,
		.ended = bench_ended,
		.context = crew,
		.has_page = true,
	};
	const struct wire_judging judging = {
		.judges = crew->settings->judges,
		.telling = crew->settings->telling,
		.profile = crew->settings->profile != NULL ? crew->settings->profile : "",
		.vantage = crew->wire.vantage,
		.scanner = crew->wire.scanner,
	};
	struct bench *bench = &crew->bench;
	struct writer writer;
	bench->is_ready = bench->is_silent = bench->is_ended_by_us = bench->is_unable = false;
	bench->turn_ns = loop_now_ns(crew->loop);
	bench->answered = 0;
	int error = child_start(&bench->child, crew->loop, &settings, crew->complaint);
	if (error != OK)
		return error;
	channel_pause(&bench->child.channel, bench->is_paused);
	const size_t size = wire_judging_size(&judging);
	uint8_t *body = channel_frame(&bench->child.channel, FRAME_JUDGING, size);
	if (body == NULL)
		return ERR_MEMORY;
	writer_init(&writer, body, size);
	wire_judging_write(&writer, &judging);
	assert(writer.error == OK && writer_used(&writer) == size);
	return OK;
}

void bench_release(struct crew *crew)
{
	struct bench *bench = &crew->bench;
	child_release(&bench->child);
	while (bench->first != NULL) {
		struct pending *pending = bench->first;
		bench->first = pending->next;
		memory_give(pending->target);
		memory_give(pending);
	}
}
