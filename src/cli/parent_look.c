/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/parent_look.h"

#include "cli/roots.h"
#include "dns/dnssec/verify.h"
#include "dns/resolver/resolver.h"
#include "dns/transport/transport.h"
#include "dns/wire/type.h"
#include "net/loop.h"
#include "os/signals.h"

#include <assert.h>
#include <signal.h>
#include <string.h>

/* NS and DS. */
#define QUESTIONS 2u

struct looker;

/* One question to one address. */
struct asking {
	struct looker *looker;
	struct predicate_parent *parent;
	struct address server;
	bool is_ds;
};

struct looker {
	const struct options *options;
	struct arena *arena;
	struct roots roots;
	struct random random;
	struct clock clock;
	struct loop *loop;
	struct transport *transport;
	struct verifier *verifier;
	struct resolver *resolver;
	struct watch signals;
	int signal_descriptor;
	struct parent_look *looks;
	size_t count, at; /* domains; the one that is being looked at */
	struct asking *askings;
	size_t waits; /* answers still to come */
	int error;
	struct complaint *complaint;
};

static void next_domain(struct looker *looker);

static void stop(struct looker *looker, int error)
{
	if (looker->error == OK)
		looker->error = error;
	loop_stop(looker->loop);
}

/* ---- one parent's addresses ---- */

static int keep_answer(struct asking *asking, const struct message *message)
{
	assert(message->wire != NULL && message->wire_size > 0);
	uint8_t *copy = arena_take_octets(asking->looker->arena, message->wire_size);
	if (copy == NULL)
		return ERR_MEMORY;
	memcpy(copy, message->wire, message->wire_size);
	if (asking->is_ds) {
		asking->parent->ds = copy;
		asking->parent->ds_size = message->wire_size;
	} else {
		asking->parent->ns = copy;
		asking->parent->ns_size = message->wire_size;
	}
	return OK;
}

/* A family that this machine has not is no silence of theirs. */
static void leave_out(struct looker *looker, struct parent_look *look)
{
	const unsigned network = transport_network(looker->transport);
	size_t kept = 0;
	for (size_t i = 0; i < look->count; i++) {
		struct predicate_parent *parent = &look->parents[i];
		const bool is_ipv4 = parent->ip.family == ADDRESS_IPV4;
		const unsigned absent = is_ipv4 ? NETWORK_ABSENT_IPV4 : NETWORK_ABSENT_IPV6;
		if ((network & absent) != 0 && parent->ns == NULL && parent->ds == NULL) {
			look->without_ipv4 |= is_ipv4;
			look->without_ipv6 |= !is_ipv4;
			continue;
		}
		look->parents[kept++] = *parent;
	}
	look->count = kept;
}

static void answered(void *context, const struct exchange_result *result)
{
	struct asking *asking = context;
	struct looker *looker = asking->looker;
	assert(looker->waits > 0);
	looker->waits--;
	if (looker->error != OK)
		return;
	if (result->outcome == EXCHANGE_ANSWER && result->message != NULL &&
	    keep_answer(asking, result->message) != OK)
		stop(looker, ERR_MEMORY);
	else if (looker->waits == 0)
		next_domain(looker);
}

static int ask_one(struct looker *looker, struct asking *asking)
{
	const struct exchange_question question = {
		.server = asking->server,
		.name = looker->looks[looker->at].domain,
		.type = asking->is_ds ? TYPE_DS : TYPE_NS,
		.transport = EXCHANGE_UDP,
		.dnssec_ok = true,
	};
	const int error = transport_ask(looker->transport, &question, answered, asking);
	looker->waits += error == OK;
	return error;
}

static int ask_all(struct looker *looker, const struct cut *cut)
{
	struct parent_look *look = &looker->looks[looker->at];
	struct arena *arena = looker->arena;
	assert(cut->server_count > 0 && look->parents == NULL);
	look->parents = arena_take_array(arena, cut->server_count, sizeof(*look->parents));
	looker->askings = arena_take_array(arena, (size_t)cut->server_count * QUESTIONS,
					   sizeof(*looker->askings));
	if (look->parents == NULL || looker->askings == NULL)
		return ERR_MEMORY;
	int error = OK;
	for (uint16_t i = 0; i < cut->server_count && error == OK; i++) {
		struct predicate_parent *parent = &look->parents[look->count++];
		*parent = (struct predicate_parent){.domain = look->domain};
		parent->ip.family = cut->servers[i].family;
		memcpy(parent->ip.octets, cut->servers[i].octets, sizeof(parent->ip.octets));
		for (unsigned j = 0; j < QUESTIONS && error == OK; j++) {
			struct asking *asking = &looker->askings[i * QUESTIONS + j];
			*asking = (struct asking){looker, parent, cut->servers[i], j == 1};
			error = ask_one(looker, asking);
		}
	}
	return error;
}

static void found_parent(void *context, enum lookup_state state, struct cut *cut)
{
	struct looker *looker = context;
	assert(looker->waits == 0 && looker->at < looker->count);
	(void)state;
	if (looker->error != OK)
		return;
	const int error = cut != NULL ? ask_all(looker, cut) : OK;
	if (error != OK)
		stop(looker, error);
	else if (looker->waits == 0)
		next_domain(looker);
}

static void next_domain(struct looker *looker)
{
	if (looker->at < looker->count && looker->looks[looker->at].parents != NULL)
		leave_out(looker, &looker->looks[looker->at]);
	looker->at++;
	if (looker->at >= looker->count) {
		loop_stop(looker->loop);
		return;
	}
	const int error = resolver_parent(looker->resolver, looker->looks[looker->at].domain,
					  found_parent, looker);
	if (error != OK)
		stop(looker, error);
}

/* ---- life ---- */

static void signal_came(void *context, unsigned int events)
{
	struct looker *looker = context;
	int number;
	(void)events;
	while (signals_read(looker->signal_descriptor, &number) == OK) {
		if (number == SIGINT || number == SIGTERM || number == SIGHUP)
			stop(looker, ERR_INTERRUPTED);
	}
}

static int open_resolver(struct looker *looker)
{
	const struct resolver_settings settings = {
		.hints = looker->roots.hints,
		.hint_count = looker->roots.hint_count,
		.anchors = looker->roots.anchors,
		.anchor_count = looker->roots.anchor_count,
		.random = &looker->random,
		.clock = &looker->clock,
	};
	looker->verifier = verifier_new(NULL, &looker->random);
	if (looker->verifier == NULL)
		return ERR_MEMORY;
	return resolver_new(looker->loop, looker->transport, looker->verifier, &settings,
			    &looker->resolver);
}

static int open_all(struct looker *looker)
{
	struct transport_settings settings = {
		.rate_per_server = roots_rate_per_server(looker->options),
	};
	random_octets(&looker->random, settings.case_secret, sizeof(settings.case_secret));
	int error = roots_read(looker->options, looker->arena, &looker->roots, looker->complaint);
	if (error == OK)
		error = loop_new(&looker->clock, &looker->loop);
	if (error == OK)
		error = transport_new(looker->loop, &settings, &looker->random, &looker->transport,
				      looker->complaint);
	if (error == OK)
		error = open_resolver(looker);
	if (error == OK)
		error = signals_open(&looker->signal_descriptor);
	if (error != OK)
		return error;
	watch_init(&looker->signals, signal_came, looker);
	return watch_start(looker->loop, &looker->signals, looker->signal_descriptor, LOOP_READ);
}

static void close_all(struct looker *looker)
{
	/* What is still under way tells nothing any more. */
	if (looker->error == OK)
		looker->error = ERR_INTERRUPTED;
	if (looker->resolver != NULL)
		resolver_free(looker->resolver);
	transport_free(looker->transport);
	verifier_free(looker->verifier);
	if (looker->signal_descriptor >= 0) {
		watch_stop(looker->loop, &looker->signals);
		signals_close(looker->signal_descriptor);
	}
	loop_free(looker->loop);
}

int parent_look(const struct options *options, struct arena *arena, struct parent_look *looks,
		size_t count, struct complaint *complaint)
{
	struct looker looker = {.options = options,
				.arena = arena,
				.clock = clock_system(),
				.signal_descriptor = -1,
				.looks = looks,
				.count = count,
				.complaint = complaint};
	assert(count > 0);
	random_system(&looker.random);
	int error = open_all(&looker);
	if (error == OK)
		error = resolver_parent(looker.resolver, looks[0].domain, found_parent, &looker);
	if (error == OK)
		error = loop_run(looker.loop);
	if (error == OK)
		error = looker.error;
	close_all(&looker);
	return error;
}
