/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/parents_parent.h"

#include "base/memory.h"
#include "daemon/child.h"
#include "daemon/parents_process.h"
#include "dns/resolver/resolver.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <string.h>

/* It says something every half second; a machine that swaps may take longer. */
#define PATIENCE_MS 60000u
#define PROGRESS_MS 600000u
#define LAST_READS_MAX 4096u

struct parents {
	struct parents_settings settings;
	struct child child;
	struct timer hearing;
	uint64_t heard_ns, moved_ns;
	size_t at; /* the domain that is told of */
	struct address told[CUT_SERVERS_MAX];
	size_t told_count; /* addresses of it */
	size_t octets;     /* of all frames */
	bool is_ready;     /* it is shut in */
	bool is_over;
};

static void end(struct parents *parents, int error, const char *words)
{
	if (parents->is_over)
		return;
	parents->is_over = true;
	timer_stop(&parents->hearing);
	parents->settings.over(parents->settings.context, error, words);
}

/* ---- hearing ---- */

static int hear_parent(struct parents *parents, struct reader *body)
{
	struct wire_parent parent;
	if (wire_parent_read(body, &parent) != OK || parent.domain != parents->at ||
	    parents->told_count == CUT_SERVERS_MAX)
		return ERR_FORMAT;
	for (size_t i = 0; i < parents->told_count; i++) {
		if (address_equal(&parents->told[i], &parent.server))
			return ERR_FORMAT;
	}
	parents->told[parents->told_count++] = parent.server;
	const int error = parents->settings.parent(parents->settings.context, &parent);
	if (error != OK)
		end(parents, error, error_text(error));
	return OK;
}

static int hear_parents(struct parents *parents, struct reader *body)
{
	struct wire_parents told;
	if (wire_parents_read(body, &told) != OK || told.domain != parents->at ||
	    told.count != parents->told_count)
		return ERR_FORMAT;
	assert(parents->at < parents->settings.count);
	parents->at++;
	parents->told_count = 0;
	parents->settings.parents(parents->settings.context, &told);
	if (parents->at == parents->settings.count)
		end(parents, OK, NULL);
	return OK;
}

static int hear_failed(struct parents *parents, struct reader *body)
{
	struct complaint complaint;
	int error;
	if (wire_failed_read(body, &error, &complaint) != OK)
		return ERR_FORMAT;
	end(parents, error, complaint.text);
	return OK;
}

static int hear_counts(struct parents *parents, struct reader *body)
{
	struct wire_counts counts;
	parents->is_ready = true;
	return wire_counts_read(body, &counts);
}

static int hear(void *context, enum frame_kind kind, struct reader *body)
{
	struct parents *parents = context;
	parents->heard_ns = loop_now_ns(parents->settings.loop);
	if (parents->is_over)
		return OK;
	if (kind == FRAME_COUNTS)
		return hear_counts(parents, body);
	if (kind == FRAME_FAILED)
		return hear_failed(parents, body);
	if (!parents->is_ready)
		return ERR_FORMAT;
	parents->moved_ns = parents->heard_ns;
	parents->octets += reader_left(body);
	if (parents->octets > PARENTS_OCTETS_MAX)
		return ERR_LIMIT;
	if (kind == FRAME_PARENT)
		return hear_parent(parents, body);
	return kind == FRAME_PARENTS ? hear_parents(parents, body) : ERR_FORMAT;
}

/* ---- life ---- */

static void died(struct parents *parents, const char *words)
{
	(void)child_bury(&parents->child, false);
	end(parents, OK, words);
}

static void closed(void *context, int error)
{
	struct parents *parents = context;
	if (parents->child.is_running)
		died(parents, error == OK || error == ERR_NETWORK || error == ERR_SHORT
				      ? "the process that asks parents crashed"
				      : "the process that asks parents said what cannot be");
}

static void ended(void *context, unsigned int events)
{
	struct parents *parents = context;
	(void)events;
	/* Its last words are in the kernel, and that is more than a read takes. */
	for (unsigned i = 0; i < LAST_READS_MAX && parents->child.channel.descriptor >= 0; i++)
		channel_read(&parents->child.channel);
	if (parents->child.is_running)
		died(parents, "the process that asks parents crashed");
}

/* What it said while we were busy is read before it counts as silent. */
static void listen_for(void *context)
{
	struct parents *parents = context;
	struct loop *loop = parents->settings.loop;
	const uint64_t now_ns = loop_now_ns(loop);
	if (parents->child.is_running)
		channel_read(&parents->child.channel);
	if (parents->is_over)
		return;
	if ((now_ns - parents->heard_ns) / 1000000 > parents->settings.patience_ms ||
	    (now_ns - parents->moved_ns) / 1000000 > parents->settings.progress_ms) {
		died(parents, "the process that asks parents hung");
		return;
	}
	timer_start(loop, &parents->hearing, parents->settings.patience_ms / 4 + 1);
}

static int send_settings(struct parents *parents, const struct wire_settings *given)
{
	struct wire_settings settings = *given;
	settings.tsig_key = NULL; /* no business of its */
	const size_t room = wire_settings_size(&settings);
	struct writer writer;
	uint8_t *whole = memory_take(room);
	if (whole == NULL)
		return ERR_MEMORY;
	writer_init(&writer, whole, room);
	wire_settings_write(&writer, &settings);
	assert(writer.error == OK);
	const size_t size = writer_used(&writer);
	uint8_t *body = channel_frame(&parents->child.channel, FRAME_SETTINGS, size);
	if (body != NULL)
		memcpy(body, whole, size);
	memory_give(whole);
	return body != NULL ? OK : ERR_MEMORY;
}

static int send_domains(struct parents *parents, const uint8_t *const *domains, size_t count)
{
	size_t size = 0;
	for (size_t i = 0; i < count; i++)
		size += name_size(domains[i]);
	uint8_t *body = channel_frame(&parents->child.channel, FRAME_TARGETS, size);
	struct writer writer;
	if (body == NULL)
		return ERR_MEMORY;
	writer_init(&writer, body, size);
	for (size_t i = 0; i < count; i++)
		writer_octets(&writer, domains[i], name_size(domains[i]));
	assert(writer.error == OK && writer_used(&writer) == size);
	return OK;
}

static int start(struct parents *parents, const struct parents_settings *settings,
		 struct complaint *complaint)
{
	static const struct channel_handler handler = {
		.take = hear, .closed = closed, .body_max = WIRE_PARENT_OCTETS_MAX};
	const struct child_settings child = {
		.subcommand = PARENTS_SUBCOMMAND,
		.handler = &handler,
		.ended = ended,
		.context = parents,
	};
	static_assert(WIRE_PARENT_OCTETS_MAX > COMPLAINT_MAX, "last words fit");
	int error = child_start(&parents->child, settings->loop, &child, complaint);
	if (error == OK)
		error = send_settings(parents, &settings->worker);
	if (error == OK)
		error = send_domains(parents, settings->domains, settings->count);
	return error;
}

int parents_open(const struct parents_settings *settings, struct parents **ret_parents,
		 struct complaint *complaint)
{
	assert(settings->count > 0 && settings->count <= WIRE_PARENTS_DOMAINS_MAX);
	assert(settings->parent != NULL && settings->parents != NULL && settings->over != NULL);
	struct parents *parents = memory_take_zeroed(1, sizeof(*parents));
	if (parents == NULL)
		return complain(complaint, ERR_MEMORY, "out of memory");
	parents->settings = *settings;
	if (settings->patience_ms == 0)
		parents->settings.patience_ms = PATIENCE_MS;
	if (settings->progress_ms == 0)
		parents->settings.progress_ms = PROGRESS_MS;
	timer_init(&parents->hearing, listen_for, parents);
	const int error = start(parents, settings, complaint);
	if (error != OK) {
		parents_close(parents);
		return error;
	}
	parents->heard_ns = parents->moved_ns = loop_refresh_now(settings->loop);
	timer_start(settings->loop, &parents->hearing, parents->settings.patience_ms / 4 + 1);
	*ret_parents = parents;
	return OK;
}

void parents_close(struct parents *parents)
{
	if (parents == NULL)
		return;
	parents->is_over = true;
	timer_stop(&parents->hearing);
	child_release(&parents->child);
	memory_give(parents);
}
