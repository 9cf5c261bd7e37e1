/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/watch_parent.h"

#include "base/memory.h"
#include "daemon/child.h"
#include "daemon/watch_process.h"

#include <assert.h>
#include <string.h>

#define TURN_MS 500
/* Until it is shut in: a machine that is busy starts a process within seconds. */
#define START_PATIENCE_NS (UINT64_C(60) * 1000000000)
/* In the life of a looker. More is no accident any more. */
#define CRASHES_MAX 8u
#define LAST_READS_MAX 16u
/* It says something every half second; a machine that swaps may take longer. */
#define PATIENCE_MS 60000u

struct looker {
	struct looker_settings settings;
	struct child child;
	struct wire_counts counts;
	uint64_t queries_before; /* of those that have died */
	uint64_t heard_ns;
	struct timer hearing;
	uint32_t in_flight;
	unsigned crashes;
	bool is_ready; /* the watcher at hand is shut in */
	bool is_open;  /* the first one was */
	uint8_t *settings_body;
	size_t settings_size;
	int error;
	struct complaint complaint;
};

static void fail(struct looker *looker, int error)
{
	assert(error != OK);
	if (looker->error != OK)
		return;
	looker->error = error;
	if (looker->settings.failed != NULL && looker->is_open)
		looker->settings.failed(looker->settings.context);
}

/* ---- hearing ---- */

static int hear_looked(struct looker *looker, struct reader *body)
{
	struct wire_looked looked;
	const int error = wire_looked_read(body, &looked);
	if (error != OK || looked.count > looker->in_flight)
		return ERR_FORMAT;
	looker->in_flight -= looked.count;
	looker->settings.looked(looker->settings.context, &looked);
	return OK;
}

static int hear_failed(struct looker *looker, struct reader *body)
{
	int error;
	if (wire_failed_read(body, &error, &looker->complaint) != OK)
		return ERR_FORMAT;
	fail(looker, error);
	return OK;
}

static int hear(void *context, enum frame_kind kind, struct reader *body)
{
	struct looker *looker = context;
	looker->heard_ns = loop_now_ns(looker->settings.loop);
	if (looker->error != OK)
		return OK;
	switch (kind) {
	case FRAME_COUNTS:
		looker->is_ready = true;
		return wire_counts_read(body, &looker->counts);
	case FRAME_LOOKED:
		return looker->is_ready ? hear_looked(looker, body) : ERR_FORMAT;
	case FRAME_FAILED:
		return hear_failed(looker, body);
	default:
		return ERR_FORMAT;
	}
}

/* ---- life ---- */

static int start(struct looker *looker);

static void died(struct looker *looker)
{
	const struct looker_settings *settings = &looker->settings;
	const uint32_t lost = looker->in_flight;
	uint8_t name[NAME_MAX_OCTETS];
	(void)child_bury(&looker->child, false);
	if (looker->error != OK)
		return;
	const bool has_name = child_noted(&looker->child, name);
	looker->queries_before += looker->counts.queries;
	looker->counts = (struct wire_counts){0};
	looker->in_flight = 0;
	if (++looker->crashes > CRASHES_MAX || !looker->is_open) {
		fail(looker, complain(&looker->complaint, ERR_IO,
				      "the process that looks at parents has crashed %u times",
				      looker->crashes));
		return;
	}
	const int error = start(looker);
	if (error != OK)
		fail(looker, error);
	else if (settings->crashed != NULL)
		settings->crashed(settings->context, lost, has_name ? name : NULL);
}

static void closed(void *context, int error)
{
	struct looker *looker = context;
	(void)error;
	if (looker->child.is_running)
		died(looker);
}

static void ended(void *context, unsigned int events)
{
	struct looker *looker = context;
	const uint64_t births = looker->child.births;
	(void)events;
	/* Its last words are in the kernel, and that is more than a read takes. */
	for (unsigned i = 0; i < LAST_READS_MAX && looker->child.births == births &&
			     looker->child.channel.descriptor >= 0;
	     i++)
		channel_read(&looker->child.channel);
	if (looker->child.is_running && looker->child.births == births)
		died(looker);
}

static int start(struct looker *looker)
{
	static const struct channel_handler handler = {.take = hear, .closed = closed};
	const struct child_settings settings = {
		.subcommand = WATCHER_SUBCOMMAND,
		.handler = &handler,
		.ended = ended,
		.context = looker,
		.has_page = true,
	};
	looker->is_ready = false;
	/* It has as long as any to say the first thing. */
	looker->heard_ns = loop_refresh_now(looker->settings.loop);
	int error =
		child_start(&looker->child, looker->settings.loop, &settings, &looker->complaint);
	if (error != OK)
		return error;
	uint8_t *body =
		channel_frame(&looker->child.channel, FRAME_SETTINGS, looker->settings_size);
	if (body == NULL)
		return ERR_MEMORY;
	memcpy(body, looker->settings_body, looker->settings_size);
	return OK;
}

static uint32_t patience_ms(const struct looker *looker)
{
	return looker->settings.patience_ms > 0 ? looker->settings.patience_ms : PATIENCE_MS;
}

/* What it said while we were busy is read before it counts as silent. */
static void listen_for(void *context)
{
	struct looker *looker = context;
	struct loop *loop = looker->settings.loop;
	const uint64_t births = looker->child.births;
	if (looker->child.is_running)
		channel_read(&looker->child.channel);
	const uint64_t silent_ns = loop_now_ns(loop) - looker->heard_ns;
	if (looker->child.is_running && looker->child.births == births &&
	    silent_ns / 1000000 > patience_ms(looker))
		died(looker);
	timer_start(loop, &looker->hearing, patience_ms(looker) / 4 + 1);
}

static int write_settings(struct looker *looker)
{
	struct writer writer;
	const size_t room = wire_settings_size(&looker->settings.worker);
	looker->settings_body = memory_take(room);
	if (looker->settings_body == NULL)
		return ERR_MEMORY;
	writer_init(&writer, looker->settings_body, room);
	wire_settings_write(&writer, &looker->settings.worker);
	assert(writer.error == OK);
	looker->settings_size = writer_used(&writer);
	return OK;
}

static int wait_until_ready(struct looker *looker)
{
	struct loop *loop = looker->settings.loop;
	const uint64_t until = loop_refresh_now(loop) + START_PATIENCE_NS;
	while (looker->error == OK && !looker->is_ready) {
		const int error = loop_turn(loop, TURN_MS);
		if (error != OK)
			return error;
		if (loop_now_ns(loop) > until)
			return complain(&looker->complaint, ERR_IO,
					"the process that looks at parents does not start");
	}
	return looker->error;
}

int looker_open(const struct looker_settings *settings, struct looker **ret_looker,
		struct complaint *complaint)
{
	assert(settings->loop != NULL && settings->looked != NULL);
	struct looker *looker = memory_take_zeroed(1, sizeof(*looker));
	if (looker == NULL)
		return complain(complaint, ERR_MEMORY, "out of memory");
	looker->settings = *settings;
	timer_init(&looker->hearing, listen_for, looker);
	looker->settings.worker.tsig_key = NULL; /* no business of its */
	int error = write_settings(looker);
	if (error == OK)
		error = start(looker);
	if (error == OK)
		error = wait_until_ready(looker);
	if (error == OK) {
		looker->is_open = true;
		timer_start(looker->settings.loop, &looker->hearing, patience_ms(looker));
		*ret_looker = looker;
		return OK;
	}
	(void)complain(complaint, error, "cannot look at parents: %s",
		       looker->complaint.text[0] != 0 ? looker->complaint.text : error_text(error));
	looker_close(looker);
	return error;
}

void looker_close(struct looker *looker)
{
	if (looker == NULL)
		return;
	timer_stop(&looker->hearing);
	child_release(&looker->child);
	memory_give(looker->settings_body);
	memory_give(looker);
}

int looker_look(struct looker *looker, const struct look_target *target)
{
	const size_t size = wire_look_size(target);
	struct writer writer;
	if (looker->error != OK)
		return looker->error;
	if (!looker->child.is_running)
		return ERR_BUSY;
	uint8_t *body = channel_frame(&looker->child.channel, FRAME_LOOK, size);
	if (body == NULL)
		return ERR_MEMORY;
	writer_init(&writer, body, size);
	wire_look_write(&writer, target);
	assert(writer.error == OK && writer_used(&writer) == size);
	looker->in_flight++;
	return OK;
}

uint32_t looker_in_flight(const struct looker *looker)
{
	return looker->in_flight;
}

struct wire_counts looker_counts(const struct looker *looker)
{
	struct wire_counts counts = looker->counts;
	counts.queries += looker->queries_before;
	return counts;
}

int looker_error(const struct looker *looker, struct complaint *complaint)
{
	if (looker->error != OK && looker->complaint.text[0] != 0)
		*complaint = looker->complaint;
	return looker->error;
}
