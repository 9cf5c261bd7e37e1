/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Workers from start to death.
 */
#include "base/memory.h"
#include "daemon/scan_parent_private.h"
#include "daemon/scan_worker.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

/* Deaths in a row without a single observation: nothing that is handed out can be to blame. */
#define VAIN_STARTS_MAX 5u
/* Deaths of all workers together. A scan that loses more has found a bug worth stopping for. */
#define CREW_CRASHES_MAX 1000u
/* A worker speaks twice a second, whatever it does; one so long silent is caught in a loop. */
#define SILENCE_MAX_NS (UINT64_C(120) * 1000000000)
/* From the end of a dying worker's channel to that of its process: longer than a page-out takes. */
#define DYING_MS 100

void crew_grant(void *context, unsigned worker, const struct address *server, unsigned granted)
{
	struct crew *crew = context;
	assert(worker < crew->member_count && granted > 0);
	struct member *member = &crew->members[worker];
	const struct wire_tokens tokens = {.server = *server, .count = granted};
	struct writer writer;
	if (!member->is_running || member->channel.descriptor < 0)
		return;
	uint8_t *body = channel_frame(&member->channel, FRAME_GRANT, WIRE_TOKENS_OCTETS);
	if (body == NULL)
		return;
	writer_init(&writer, body, WIRE_TOKENS_OCTETS);
	wire_tokens_write(&writer, &tokens);
}

/* ---- death ---- */

/* Of one whose channel has ended: has it? What dies closes its descriptors a moment before. */
static bool has_ended(const struct member *member)
{
	struct pollfd ended = {.fd = member->process.descriptor, .events = POLLIN};
	return poll(&ended, 1, DYING_MS) == 1;
}

static void bury(struct member *member)
{
	struct crew *crew = member->crew;
	int exit_code;
	watch_stop(crew->loop, &member->ended);
	const bool is_ours = member->is_ended_by_us || member->is_silent || !has_ended(member);
	channel_close(&member->channel);
	process_signal(&member->process, SIGKILL);
	int error = process_wait(&member->process, &exit_code);
	assert(error == OK);
	/* From inside it cannot do that to itself: the sandbox lets it only abort. */
	member->is_killed = !is_ours && exit_code == 128 + SIGKILL;
	member->is_running = false;
	member->queries_before += member->counts.queries;
	member->counts = (struct wire_counts){0};
	if (crew->leases != NULL)
		leases_forget(crew->leases, member->index);
}

static void give_up(const struct member *member)
{
	struct crew *crew = member->crew;
	if (member->is_unable)
		crew_end(crew, complain(crew->complaint, member->unable_error, "%s",
					member->unable.text));
	else
		crew_end(crew, complain(crew->complaint, ERR_LIMIT,
					"workers crash again and again (%u times); what was "
					"measured until then is kept",
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
	(void)events;
	uint64_t taken;
	do {
		taken = member->taken;
		channel_read(&member->channel);
	} while (member->is_running && member->channel.descriptor >= 0 && member->taken != taken);
	if (member->is_running)
		died(member);
}

/* ---- birth ---- */

static int make_page(struct member *member)
{
	if (member->page != NULL) {
		memset(member->page, 0, WORKER_PAGE_OCTETS);
		return OK;
	}
	member->page_descriptor = memfd_create("dsfi-worker", MFD_CLOEXEC);
	if (member->page_descriptor < 0 ||
	    ftruncate(member->page_descriptor, WORKER_PAGE_OCTETS) != 0)
		return error_from_errno(errno);
	void *page = mmap(NULL, WORKER_PAGE_OCTETS, PROT_READ | PROT_WRITE, MAP_SHARED,
			  member->page_descriptor, 0);
	if (page == MAP_FAILED)
		return error_from_errno(errno);
	member->page = page;
	return OK;
}

static int launch(struct member *member, int theirs)
{
	static const char *const arguments[] = {"dsfi", WORKER_SUBCOMMAND, NULL};
	const struct process_descriptor descriptors[] = {
		{.ours = 2, .theirs = 2},
		{.ours = theirs, .theirs = WORKER_CHANNEL_DESCRIPTOR},
		{.ours = member->page_descriptor, .theirs = WORKER_PAGE_DESCRIPTOR},
	};
	const struct process_options options = {
		.arguments = arguments,
		.is_self = true,
		.descriptors = descriptors,
		.descriptor_count = sizeof(descriptors) / sizeof(descriptors[0]),
		.new_session = true, /* the terminal's Ctrl-C is the parent's business */
	};
	return process_start(&options, member->crew->complaint, &member->process);
}

static int connect_member(struct member *member, int ours)
{
	assert(ours >= 0 && member->crew->settings_size > 0);
	static const struct channel_handler handler = {.take = member_hear, .closed = closed};
	struct crew *crew = member->crew;
	int error = channel_open(&member->channel, crew->loop, ours, &handler, member);
	if (error != OK)
		return error;
	watch_init(&member->ended, process_ended, member);
	error = watch_start(crew->loop, &member->ended, member->process.descriptor, LOOP_READ);
	if (error != OK)
		return error;
	uint8_t *body = channel_frame(&member->channel, FRAME_SETTINGS, crew->settings_size);
	if (body == NULL)
		return ERR_MEMORY;
	memcpy(body, crew->settings_body, crew->settings_size);
	return OK;
}

int member_start(struct member *member)
{
	int ends[2];
	assert(!member->is_running);
	int error = make_page(member);
	if (error != OK)
		return error;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return error_from_errno(errno);
	error = launch(member, ends[1]);
	(void)close(ends[1]);
	if (error != OK) {
		(void)close(ends[0]);
		return error;
	}
	member->is_running = true;
	member->heard_ns = loop_now_ns(member->crew->loop);
	member->taken = 0;
	member->suspect = NULL;
	member->is_at_work = member->is_unable = member->is_ended_by_us = false;
	member->is_silent = member->is_killed = false;
	error = connect_member(member, ends[0]);
	if (error != OK)
		member_stop(member);
	return error;
}

void member_look_after(struct member *member)
{
	uint64_t silence_ns = loop_now_ns(member->crew->loop) - member->heard_ns;
	if (!member->is_running || silence_ns <= SILENCE_MAX_NS)
		return;
	member->is_silent = true;
	process_signal(&member->process, SIGKILL); /* its end is then noticed as any */
}

void member_stop(struct member *member)
{
	if (!member->is_running)
		return;
	member->is_ended_by_us = true;
	bury(member);
}

void member_release(struct member *member)
{
	member_stop(member);
	if (member->targets != NULL)
		map_free(member->targets, memory_give);
	if (member->page != NULL)
		(void)munmap(member->page, WORKER_PAGE_OCTETS);
	if (member->page_descriptor >= 0)
		(void)close(member->page_descriptor);
}
