/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Workers from start to death.
 */
#include "base/memory.h"
#include "daemon/scan_parent_private.h"
#include "daemon/scan_worker.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <signal.h>
#include <string.h>

/* Deaths in a row without a single observation: nothing that is handed out can be to blame. */
#define VAIN_STARTS_MAX 5u
/* A worker speaks twice a second, whatever it does; one so long silent is caught in a loop. */
#define SILENCE_MAX_NS (UINT64_C(120) * 1000000000)

static void send_tokens(struct member *member, enum frame_kind kind,
			const struct wire_tokens *tokens)
{
	struct writer writer;
	if (!member->child.is_running || member->child.channel.descriptor < 0)
		return;
	uint8_t *body = channel_frame(&member->child.channel, kind, WIRE_TOKENS_OCTETS);
	if (body == NULL)
		return;
	writer_init(&writer, body, WIRE_TOKENS_OCTETS);
	wire_tokens_write(&writer, tokens);
}

void crew_grant(void *context, unsigned worker, const struct address *server, unsigned granted)
{
	struct crew *crew = context;
	assert(worker < crew->member_count && granted > 0);
	send_tokens(&crew->members[worker], FRAME_GRANT,
		    &(struct wire_tokens){.server = *server, .count = granted});
}

void crew_turn(void *context, unsigned worker, const struct address *address)
{
	struct crew *crew = context;
	assert(worker < crew->member_count);
	send_tokens(&crew->members[worker], FRAME_TURN,
		    &(struct wire_tokens){.server = *address, .count = 1});
}

/* ---- death ---- */

static void bury(struct member *member)
{
	struct crew *crew = member->crew;
	member->is_killed = child_bury(&member->child, member->is_ended_by_us || member->is_silent);
	member->queries_before += member->counts.queries;
	member->counts = (struct wire_counts){0};
	if (crew->leases != NULL)
		leases_forget(crew->leases, member->index);
	if (crew->turns != NULL)
		turns_forget(crew->turns, member->index);
}

static void give_up(const struct member *member)
{
	struct crew *crew = member->crew;
	if (member->is_unable)
		crew_end(crew, complain(crew->complaint, member->unable_error, "%s",
					member->unable.text));
	else
		crew_end(crew, complain(crew->complaint, ERR_IO,
					"workers crash again and again (%u times)",
					crew->progress.crashes));
}

static void died(struct member *member)
{
	struct crew *crew = member->crew;
	bury(member);
	if (crew->error != OK)
		return;
	crew->progress.crashes++;
	bool found_guilty = member_reclaim(member);
	if (member->taken > 0 || found_guilty)
		member->vain_starts = 0;
	else if (!member->is_killed)
		member->vain_starts++;
	if (member->vain_starts >= VAIN_STARTS_MAX || crew->progress.crashes >= CREW_CRASHES_MAX) {
		give_up(member);
		return;
	}
	int error = crew->is_stopping ? OK : member_start(member);
	if (error != OK)
		crew_end(crew, error);
	else
		crew_go_on(crew);
}

/* Whatever it was, this worker is of no use any more. */
static void closed(void *context, int error)
{
	struct member *member = context;
	member->is_ended_by_us = error != OK && error != ERR_SHORT && error != ERR_NETWORK;
	died(member);
}

/* What it still said comes first; the channel's end then calls died(). */
static void process_ended(void *context, unsigned int events)
{
	struct member *member = context;
	struct channel *channel = &member->child.channel;
	const uint64_t birth = member->child.births;
	uint64_t frames;
	(void)events;
	channel_pause(channel, false);
	do {
		frames = member->frames;
		channel_read(channel);
	} while (member->child.births == birth && channel->descriptor >= 0 &&
		 member->frames != frames);
	if (member->child.births == birth && member->child.is_running)
		died(member); /* and there is no other one in its place yet */
}

void member_distrust(struct member *member)
{
	member->is_unread = member->is_ended_by_us = true;
	died(member);
}

/* ---- birth ---- */

static int send_settings(struct member *member)
{
	const struct crew *crew = member->crew;
	assert(crew->settings_size > 0);
	uint8_t *body = channel_frame(&member->child.channel, FRAME_SETTINGS, crew->settings_size);
	if (body == NULL)
		return ERR_MEMORY;
	memcpy(body, crew->settings_body, crew->settings_size);
	return OK;
}

int member_start(struct member *member)
{
	static const struct channel_handler handler = {.take = member_hear, .closed = closed};
	struct crew *crew = member->crew;
	assert(!member->child.is_running);
	const struct child_settings settings = {
		.subcommand = WORKER_SUBCOMMAND,
		.handler = &handler,
		.ended = process_ended,
		.context = member,
		.has_page = true,
		.table = crew->settings->routing_descriptor,
	};
	int error = child_start(&member->child, crew->loop, &settings, crew->complaint);
	if (error != OK)
		return error;
	member->heard_ns = loop_now_ns(crew->loop);
	member->taken = 0;
	member->is_at_work = member->is_unable = member->is_ended_by_us = false;
	member->is_silent = member->is_killed = member->is_unread = false;
	channel_pause(&member->child.channel, crew->is_paused);
	error = send_settings(member);
	if (error != OK)
		member_stop(member);
	return error;
}

void member_look_after(struct member *member)
{
	uint64_t silence_ns = loop_now_ns(member->crew->loop) - member->heard_ns;
	if (!member->child.is_running || silence_ns <= SILENCE_MAX_NS)
		return;
	member->is_silent = true;
	process_signal(&member->child.process, SIGKILL); /* its end is then noticed as any */
}

void member_stop(struct member *member)
{
	if (!member->child.is_running)
		return;
	member->is_ended_by_us = true;
	bury(member);
}

void member_release(struct member *member)
{
	member_stop(member);
	if (member->targets != NULL)
		map_free(member->targets, memory_give);
	child_release(&member->child);
}
