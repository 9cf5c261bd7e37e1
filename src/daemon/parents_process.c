/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/parents_process.h"

#include "base/memory.h"
#include "daemon/asking.h"
#include "daemon/channel.h"
#include "daemon/child.h"
#include "daemon/opt_out.h"
#include "daemon/parents_wire.h"
#include "dns/dnssec/verify.h"
#include "dns/resolver/resolver.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "os/sandbox.h"

#include <assert.h>
#include <string.h>

/* NS and DS. */
#define QUESTIONS 2u
/* Opt-outs and anchors: 100,000 prefixes of 18 octets, and room. */
#define SETTINGS_ARENA_OCTETS ((size_t)8 << 20)
/* Of one domain: each address two messages, and room. */
#define ANSWERS_ARENA_OCTETS ((size_t)8 << 20)
#define COUNTS_EVERY_MS 500
/* Address space: code, caches, and one domain's parent. */
#define MEMORY_OCTETS ((size_t)2 << 30)

static_assert((size_t)CUT_SERVERS_MAX * QUESTIONS * WIRE_ANSWER_OCTETS_MAX < ANSWERS_ARENA_OCTETS,
	      "what all addresses say fits");

struct process_state;

/* One question to one address. */
struct asking {
	struct process_state *state;
	struct wire_parent *parent;
	bool is_ds;
};

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
	struct timer counts;
	struct name *domains;
	size_t count, at;     /* domains; the one that is being looked at */
	struct arena answers; /* of its parent */
	struct wire_parent parents[CUT_SERVERS_MAX];
	struct asking askings[CUT_SERVERS_MAX * QUESTIONS];
	size_t parent_count;
	size_t waits; /* answers still to come */
	bool has_settings;
	int exit_code;
};

static void next_domain(struct process_state *state);

static void give_up(struct process_state *state, int error, struct complaint *complaint)
{
	channel_fail(&state->channel, error, complaint);
	state->exit_code = 1;
	loop_stop(state->loop);
}

static void out_of_memory(struct process_state *state)
{
	struct complaint complaint = {""};
	give_up(state, ERR_MEMORY, &complaint);
}

/* ---- up ---- */

/* The first ones say that it is shut in, the others that it lives. */
static void counts_due(void *context)
{
	struct process_state *state = context;
	asking_send_counts(&state->channel, state->transport, state->at < state->count ? 1 : 0);
	timer_start(state->loop, &state->counts, COUNTS_EVERY_MS);
}

static void send_parent(struct process_state *state, const struct wire_parent *parent)
{
	const size_t size = wire_parent_size(parent);
	struct writer writer;
	uint8_t *body = channel_frame(&state->channel, FRAME_PARENT, size);
	if (body == NULL)
		return; /* the channel ends */
	writer_init(&writer, body, size);
	wire_parent_write(&writer, parent);
	assert(writer.error == OK && writer_used(&writer) == size);
}

/* A family that this machine has not is no silence of theirs. */
static void send_parents(struct process_state *state)
{
	struct wire_parents parents = {.domain = (uint16_t)state->at};
	const unsigned network = transport_network(state->transport);
	struct writer writer;
	for (size_t i = 0; i < state->parent_count; i++) {
		const struct wire_parent *parent = &state->parents[i];
		const bool is_ipv4 = parent->server.family == ADDRESS_IPV4;
		const unsigned absent = is_ipv4 ? NETWORK_ABSENT_IPV4 : NETWORK_ABSENT_IPV6;
		if ((network & absent) != 0 && parent->ns == NULL && parent->ds == NULL &&
		    !parent->is_opted_out) {
			parents.without_ipv4 |= is_ipv4;
			parents.without_ipv6 |= !is_ipv4;
			continue;
		}
		send_parent(state, parent);
		parents.count++;
	}
	uint8_t *body = channel_frame(&state->channel, FRAME_PARENTS, WIRE_PARENTS_OCTETS);
	if (body == NULL)
		return;
	writer_init(&writer, body, WIRE_PARENTS_OCTETS);
	wire_parents_write(&writer, &parents);
	assert(writer.error == OK);
}

/* ---- one parent's addresses ---- */

static int keep_answer(struct asking *asking, const struct message *message)
{
	struct wire_parent *parent = asking->parent;
	assert(message->wire != NULL);
	if (message->wire_size < WIRE_ANSWER_OCTETS_MIN ||
	    message->wire_size > WIRE_ANSWER_OCTETS_MAX)
		return OK;
	uint8_t *copy = arena_take_octets(&asking->state->answers, message->wire_size);
	if (copy == NULL)
		return ERR_MEMORY;
	memcpy(copy, message->wire, message->wire_size);
	*(asking->is_ds ? &parent->ds : &parent->ns) = copy;
	*(asking->is_ds ? &parent->ds_size : &parent->ns_size) = (uint16_t)message->wire_size;
	return OK;
}

static void answered(void *context, const struct exchange_result *result)
{
	struct asking *asking = context;
	struct process_state *state = asking->state;
	assert(state->waits > 0);
	state->waits--;
	if (state->exit_code != 0)
		return;
	if (result->outcome == EXCHANGE_ANSWER && result->message != NULL &&
	    keep_answer(asking, result->message) != OK)
		out_of_memory(state);
	else if (state->waits == 0)
		next_domain(state);
}

static int ask_one(struct process_state *state, struct asking *asking)
{
	const struct exchange_question question = {
		.server = asking->parent->server,
		.name = state->domains[state->at].octets,
		.type = asking->is_ds ? TYPE_DS : TYPE_NS,
		.transport = EXCHANGE_UDP,
		.dnssec_ok = true,
	};
	const int error = transport_ask(state->transport, &question, answered, asking);
	state->waits += error == OK;
	return error;
}

static int ask_all(struct process_state *state, const struct cut *cut)
{
	int error = OK;
	assert(cut->server_count <= CUT_SERVERS_MAX && state->parent_count == 0);
	for (uint16_t i = 0; i < cut->server_count && error == OK; i++) {
		struct wire_parent *parent = &state->parents[state->parent_count++];
		*parent = (struct wire_parent){
			.domain = (uint16_t)state->at,
			.server = cut->servers[i],
			.is_opted_out = opt_out_has(state->opt_out, &cut->servers[i]),
		};
		for (unsigned j = 0; j < QUESTIONS && error == OK && !parent->is_opted_out; j++) {
			struct asking *asking = &state->askings[i * QUESTIONS + j];
			*asking = (struct asking){state, parent, j == 1};
			error = ask_one(state, asking);
		}
	}
	return error;
}

static void found_parent(void *context, enum lookup_state found, struct cut *cut)
{
	struct process_state *state = context;
	assert(state->waits == 0 && state->at < state->count);
	(void)found;
	if (state->exit_code != 0)
		return;
	if (cut != NULL && ask_all(state, cut) != OK)
		out_of_memory(state);
	else if (state->waits == 0)
		next_domain(state);
}

static void begin_domain(struct process_state *state)
{
	if (state->at < state->count &&
	    resolver_parent(state->resolver, state->domains[state->at].octets, found_parent,
			    state) != OK)
		out_of_memory(state);
}

static void next_domain(struct process_state *state)
{
	send_parents(state);
	arena_reset(&state->answers);
	state->parent_count = 0;
	state->at++;
	begin_domain(state);
}

/* ---- down ---- */

static int take_domains(struct process_state *state, struct reader *body)
{
	const uint8_t *name;
	int error;
	if (state->domains != NULL)
		return ERR_FORMAT;
	state->domains = memory_take_zeroed(WIRE_PARENTS_DOMAINS_MAX, sizeof(*state->domains));
	if (state->domains == NULL)
		return ERR_MEMORY;
	while ((error = wire_target_read(body, &name)) == OK) {
		if (state->count == WIRE_PARENTS_DOMAINS_MAX || name_is_root(name))
			return ERR_FORMAT;
		name_copy_lower(state->domains[state->count++].octets, name);
	}
	if (error != ERR_NOT_FOUND)
		return error;
	begin_domain(state);
	return OK;
}

static int start_transport(struct process_state *state, struct complaint *complaint)
{
	const struct wire_settings *settings = &state->settings;
	const int error = opt_out_new(settings, &state->random, &state->opt_out);
	if (error != OK)
		return error;
	struct transport_settings transport = asking_transport(settings, state->opt_out);
	random_octets(&state->random, transport.case_secret, sizeof(transport.case_secret));
	return transport_new(state->loop, &transport, &state->random, &state->transport, complaint);
}

static int start_resolver(struct process_state *state)
{
	const struct wire_settings *settings = &state->settings;
	const struct resolver_settings resolver = asking_resolver(settings, &state->random);
	state->verifier = verifier_new(NULL, &state->random);
	return state->verifier == NULL ? ERR_MEMORY
				       : resolver_new(state->loop, state->transport,
						      state->verifier, &resolver, &state->resolver);
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
		error = start_resolver(state);
	if (error == OK)
		error = sandbox_enter(&sandbox, &complaint);
	if (error != OK)
		give_up(state, error, &complaint);
	else
		counts_due(state);
	return OK;
}

static int take(void *context, enum frame_kind kind, struct reader *body)
{
	struct process_state *state = context;
	if (kind == FRAME_SETTINGS)
		return take_settings(state, body);
	if (state->exit_code != 0)
		return OK;
	return kind == FRAME_TARGETS && state->resolver != NULL ? take_domains(state, body)
								: ERR_FORMAT;
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
	/* What is still under way tells nothing any more. */
	state->exit_code = state->exit_code != 0 ? state->exit_code : 1;
	timer_stop(&state->counts);
	channel_close(&state->channel);
	if (state->resolver != NULL)
		resolver_free(state->resolver);
	transport_free(state->transport);
	verifier_free(state->verifier);
	opt_out_free(state->opt_out);
	memory_give(state->domains);
	arena_release(&state->answers);
	arena_release(&state->arena);
	loop_free(state->loop);
}

int parents_process_main(void)
{
	static const struct channel_handler handler = {.take = take, .closed = closed};
	const struct clock clock = clock_system();
	struct process_state *state = memory_take_zeroed(1, sizeof(*state));
	if (state == NULL)
		return 1;
	random_system(&state->random);
	arena_init(&state->arena, SETTINGS_ARENA_OCTETS, 0);
	arena_init(&state->answers, ANSWERS_ARENA_OCTETS, 0);
	timer_init(&state->counts, counts_due, state);
	int error = loop_new(&clock, &state->loop);
	if (error == OK)
		error = channel_open(&state->channel, state->loop, CHILD_CHANNEL_DESCRIPTOR,
				     &handler, state);
	if (error == OK)
		error = loop_run(state->loop);
	const int exit_code = error == OK ? state->exit_code : 1;
	if (state->loop != NULL)
		release(state);
	memory_give(state);
	return exit_code;
}
