/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "daemon/child.h"
#include "dns/transport/transport.h"
#include "dns/wire/name.h"
#include "fakes.h"
#include "model/observation.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct fake_worker {
	struct loop *loop;
	struct channel channel;
	uint8_t *page;
	const char *kind;
};

/* An observation of `about`, sent as one of `name`. */
static void answer(struct fake_worker *worker, const uint8_t *name, const uint8_t *about)
{
	struct observation_builder builder;
	struct arena arena;
	arena_init(&arena, 65536, 0);
	observation_builder_init(&builder, &arena, about);
	builder.observation.vantage = "here";
	builder.observation.scanner = "test";
	uint8_t encoded[2048];
	size_t size;
	if (observation_encode(&builder.observation, encoded, sizeof(encoded), &size) != OK)
		abort();
	uint8_t *body = channel_frame(&worker->channel, FRAME_OBSERVATION, name_size(name) + size);
	memcpy(body, name, name_size(name));
	memcpy(body + name_size(name), encoded, size);
	arena_release(&arena);
}

static void send_counts_of(struct fake_worker *worker, const struct wire_counts *counts)
{
	struct writer writer;
	writer_init(&writer, channel_frame(&worker->channel, FRAME_COUNTS, WIRE_COUNTS_OCTETS),
		    WIRE_COUNTS_OCTETS);
	wire_counts_write(&writer, counts);
}

static void send_counts(struct fake_worker *worker, uint64_t queries, uint32_t in_flight)
{
	send_counts_of(worker, &(struct wire_counts){.queries = queries, .in_flight = in_flight});
}

static void send_octets(struct fake_worker *worker, enum frame_kind kind, const void *octets,
			size_t size)
{
	memcpy(channel_frame(&worker->channel, kind, size), octets, size);
}

static void want(struct fake_worker *worker, uint32_t number)
{
	const uint8_t octets[4] = {10, (uint8_t)(number >> 16), (uint8_t)(number >> 8),
				   (uint8_t)number};
	const struct wire_tokens tokens = {.server = address_from_ipv4(octets, 53), .count = 16};
	struct writer writer;
	writer_init(&writer, channel_frame(&worker->channel, FRAME_LEASE, WIRE_TOKENS_OCTETS),
		    WIRE_TOKENS_OCTETS);
	wire_tokens_write(&writer, &tokens);
}

/* Never reads again, and never stops asking. */
static void want_without_end(struct fake_worker *worker)
{
	for (uint32_t number = 0;; number++) {
		want(worker, number % 40000);
		if (number % 1000 == 0)
			channel_drain(&worker->channel);
	}
}

static void lie_with_frames(struct fake_worker *worker, const uint8_t *name)
{
	const char *kind = worker->kind;
	if (strcmp(kind, "lying") == 0)
		send_octets(worker, FRAME_OBSERVATION, "\1x", 3);
	if (strcmp(kind, "foreign") == 0)
		answer(worker, (const uint8_t *)"\3not\4mine", (const uint8_t *)"\3not\4mine");
	if (strcmp(kind, "renaming") == 0)
		answer(worker, name, (const uint8_t *)"\3not\4mine");
	if (strcmp(kind, "unreadable") == 0) {
		uint8_t body[NAME_MAX_OCTETS + 5];
		size_t size = name_copy(body, name);
		memcpy(body + size, "dsfi\377", 5);
		send_octets(worker, FRAME_OBSERVATION, body, size + 5);
	}
	if (strcmp(kind, "unknown") == 0)
		send_octets(worker, (enum frame_kind)77, "", 0);
	if (strcmp(kind, "long") == 0) {
		const uint8_t header[] = {0xff, 0xff, 0xff, 0xff, FRAME_OBSERVATION};
		channel_drain(&worker->channel);
		(void)!write(worker->channel.descriptor, header, sizeof(header));
	}
	if (strcmp(kind, "unable") == 0)
		send_octets(worker, FRAME_FAILED, "\1no memory", 10);
}

/* True: the domain gets its observation all the same. */
static bool lie(struct fake_worker *worker, const uint8_t *name)
{
	const char *kind = worker->kind;
	lie_with_frames(worker, name);
	if (strcmp(kind, "twice") == 0)
		answer(worker, name, name);
	if (strcmp(kind, "backwards") == 0) {
		send_counts(worker, 1000, 0);
		send_counts(worker, 999, 0);
	}
	if (strcmp(kind, "boasting") == 0)
		send_counts(worker, UINT64_MAX, 0);
	if (strcmp(kind, "crowded") == 0)
		send_counts(worker, 0, 1000000);
	if (strcmp(kind, "deaf") == 0)
		want_without_end(worker);
	return strcmp(kind, "plain") == 0 || strcmp(kind, "interrupting") == 0 ||
	       strcmp(kind, "twice") == 0;
}

/* Without what a sanitizer would say of it. */
static void crash(void)
{
	(void)signal(SIGSEGV, SIG_DFL);
	(void)raise(SIGSEGV);
}

static void behave(struct fake_worker *worker, const uint8_t *name)
{
	bool is_bad = name[1] == 'b'; /* bad.example: reading its reply is deadly */
	if (is_bad && strcmp(worker->kind, "noting") == 0) {
		name_copy(worker->page, name);
		channel_drain(&worker->channel);
		crash();
	}
	if (is_bad && strcmp(worker->kind, "silent") == 0)
		crash();
	if (is_bad && strcmp(worker->kind, "killed") == 0) {
		name_copy(worker->page, name);
		channel_drain(&worker->channel);
		raise(SIGKILL);
	}
	if (is_bad && strcmp(worker->kind, "closing") == 0) {
		(void)close(CHILD_CHANNEL_DESCRIPTOR);
		for (;;)
			(void)pause();
	}
	if (is_bad && !lie(worker, name))
		return;
	answer(worker, name, name);
	if (strcmp(worker->kind, "interrupting") == 0 && memcmp(name, "\3n77", 4) == 0)
		kill(getppid(), SIGINT);
}

static int fake_take(void *context, enum frame_kind kind, struct reader *body)
{
	struct fake_worker *worker = context;
	const uint8_t *name;
	if (kind == FRAME_SETTINGS && strcmp(worker->kind, "misfit") == 0)
		send_octets(worker, FRAME_FAILED, "\1no descriptors", 15);
	if (strcmp(worker->kind, "misfit") == 0)
		return OK;
	if (kind == FRAME_SETTINGS)
		send_counts(worker, 0, 0);
	if (kind == FRAME_TARGETS && strcmp(worker->kind, "cut off") == 0)
		send_counts_of(worker,
			       &(struct wire_counts){.queries = 99, .network = NETWORK_LOST_IPV4});
	else if (kind == FRAME_TARGETS) {
		while (wire_target_read(body, &name) == OK)
			behave(context, name);
	}
	return OK;
}

static void fake_closed(void *context, int error)
{
	(void)context, (void)error;
	_exit(0);
}

int fake_worker_main(const char *kind)
{
	static const struct channel_handler handler = {.take = fake_take, .closed = fake_closed};
	const struct clock clock = clock_system();
	struct fake_worker worker = {.kind = kind};
	worker.page = child_page();
	if (strcmp(kind, "stillborn") == 0)
		return 1;
	if (loop_new(&clock, &worker.loop) != OK ||
	    channel_open(&worker.channel, worker.loop, CHILD_CHANNEL_DESCRIPTOR, &handler,
			 &worker) != OK)
		return 1;
	return loop_run(worker.loop);
}
