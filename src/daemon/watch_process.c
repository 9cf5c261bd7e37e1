/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/watch_process.h"

#include "daemon/asking.h"
#include "daemon/channel.h"
#include "daemon/child.h"
#include "daemon/opt_out.h"
#include "daemon/watch_wire.h"
#include "dns/dnssec/verify.h"
#include "dns/resolver/resolver.h"
#include "os/sandbox.h"

#include <assert.h>
#include <string.h>

/* Opt-outs and anchors: 100,000 prefixes of 18 octets, and room. */
#define SETTINGS_ARENA_OCTETS ((size_t)8 << 20)
#define COUNTS_EVERY_MS 500
/* Address space: code, caches, and looks under way, of which the parent gives some ten thousand. */
#define MEMORY_OCTETS ((size_t)2 << 30)

struct process_state {
	struct loop *loop;
	struct channel channel;
	struct random random;
	struct arena arena; /* of the settings */
	struct wire_settings settings;
	struct opt_out *opt_out;
	struct transport *transport;
	struct verifier *verifier;
	struct resolver *resolver;
	struct watcher *watcher;
	struct timer counts;
	struct deferred tell;
	uint32_t same; /* looks that brought nothing, not told yet */
	uint8_t *page;
	bool has_settings;
	int exit_code;
};

/* ---- up ---- */

static void send_counts(struct process_state *state)
{
	asking_send_counts(&state->channel, state->transport, watcher_in_flight(state->watcher));
}

/* The first ones say that it can work. */
static void counts_due(void *context)
{
	struct process_state *state = context;
	send_counts(state);
	timer_start(state->loop, &state->counts, COUNTS_EVERY_MS);
}

static void send_looked(struct process_state *state, const struct wire_looked *looked)
{
	const size_t size = wire_looked_size(looked);
	struct writer writer;
	uint8_t *body = channel_frame(&state->channel, FRAME_LOOKED, size);
	if (body == NULL)
		return; /* the channel ends */
	writer_init(&writer, body, size);
	wire_looked_write(&writer, looked);
	assert(writer.error == OK && writer_used(&writer) == size);
}

static void tell_same(void *context)
{
	struct process_state *state = context;
	const struct wire_looked looked = {.outcome = LOOK_SAME, .count = state->same};
	if (state->same > 0)
		send_looked(state, &looked);
	state->same = 0;
}

static void done(void *context, const struct look_result *result)
{
	struct process_state *state = context;
	if (result->outcome == LOOK_SAME) {
		state->same++;
		loop_defer(state->loop, &state->tell);
		return;
	}
	const struct wire_looked looked = {
		.outcome = result->outcome,
		.count = 1,
		.domain = result->domain,
		.parent = result->parent,
		.digest = result->digest,
		.server = result->server,
	};
	send_looked(state, &looked);
}

/* ---- down ---- */

static int take_looks(struct process_state *state, struct reader *body)
{
	struct look_target target;
	int error;
	while ((error = wire_look_read(body, &target)) == OK) {
		error = watcher_look(state->watcher, &target);
		if (error != OK)
			return error;
	}
	return error == ERR_NOT_FOUND ? OK : error;
}

static int start_transport(struct process_state *state, struct complaint *complaint)
{
	const struct wire_settings *settings = &state->settings;
	const int error = opt_out_new(settings, &state->random, &state->opt_out);
	if (error != OK)
		return error;
	struct transport_settings transport = asking_transport(settings, state->opt_out);
	transport.note = state->page;
	random_octets(&state->random, transport.case_secret, sizeof(transport.case_secret));
	return transport_new(state->loop, &transport, &state->random, &state->transport, complaint);
}

static int start_watcher(struct process_state *state)
{
	const struct wire_settings *settings = &state->settings;
	const struct resolver_settings resolver = asking_resolver(settings, &state->random);
	state->verifier = verifier_new(NULL, &state->random);
	if (state->verifier == NULL)
		return ERR_MEMORY;
	int error = resolver_new(state->loop, state->transport, state->verifier, &resolver,
				 &state->resolver);
	if (error != OK)
		return error;
	const struct watcher_tools tools = {
		.loop = state->loop, .transport = state->transport, .resolver = state->resolver};
	return watcher_new(&tools, done, state, &state->watcher);
}

static int take_settings(struct process_state *state, struct reader *body)
{
	static const struct sandbox sandbox = {
		.kind = SANDBOX_NETWORK,
		.memory_octets_max = MEMORY_OCTETS,
	};
	struct complaint complaint = {""};
	if (state->has_settings)
		return ERR_FORMAT;
	state->has_settings = true;
	int error = wire_settings_read(&state->arena, body, &state->settings);
	if (error == OK)
		error = start_transport(state, &complaint);
	if (error == OK)
		error = start_watcher(state);
	if (error == OK)
		error = sandbox_enter(&sandbox, &complaint);
	if (error == OK) {
		counts_due(state);
		return OK;
	}
	channel_fail(&state->channel, error, &complaint);
	state->exit_code = 1;
	loop_stop(state->loop);
	return OK;
}

static int take(void *context, enum frame_kind kind, struct reader *body)
{
	struct process_state *state = context;
	if (kind == FRAME_SETTINGS)
		return take_settings(state, body);
	if (state->watcher == NULL)
		return state->exit_code != 0 ? OK : ERR_FORMAT;
	return kind == FRAME_LOOK ? take_looks(state, body) : ERR_FORMAT;
}

static void closed(void *context, int error)
{
	struct process_state *state = context;
	if (error != OK)
		state->exit_code = 1;
	loop_stop(state->loop);
}

static void release(struct process_state *state)
{
	timer_stop(&state->counts);
	deferred_cancel(state->loop, &state->tell);
	channel_close(&state->channel);
	watcher_free(state->watcher);
	if (state->resolver != NULL)
		resolver_free(state->resolver);
	transport_free(state->transport);
	if (state->verifier != NULL)
		verifier_free(state->verifier);
	opt_out_free(state->opt_out);
	arena_release(&state->arena);
	loop_free(state->loop);
}

int watch_process_main(void)
{
	static const struct channel_handler handler = {.take = take, .closed = closed};
	const struct clock clock = clock_system();
	struct process_state state = {0};
	state.page = child_page();
	if (state.page == NULL)
		return 1;
	random_system(&state.random);
	arena_init(&state.arena, SETTINGS_ARENA_OCTETS, 0);
	timer_init(&state.counts, counts_due, &state);
	deferred_init(&state.tell, tell_same, &state);
	if (loop_new(&clock, &state.loop) != OK)
		return 1;
	int error = channel_open(&state.channel, state.loop, CHILD_CHANNEL_DESCRIPTOR, &handler,
				 &state);
	if (error == OK)
		error = loop_run(state.loop);
	release(&state);
	return error == OK ? state.exit_code : 1;
}
