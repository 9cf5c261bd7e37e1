/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/parent_look.h"

#include "cli/gather_private.h"
#include "cli/roots.h"
#include "cli/table.h"
#include "daemon/parents_parent.h"
#include "daemon/parents_process.h"
#include "dns/resolver/resolver.h"
#include "net/loop.h"
#include "os/signals.h"

#include <assert.h>
#include <signal.h>
#include <string.h>

struct looker {
	const struct options *options;
	struct arena *arena;
	struct roots roots;
	struct random random;
	struct opt_out_list opt_out;
	struct loop *loop;
	struct parents *process;
	struct watch signals;
	int signal_descriptor;
	struct parent_look **looks; /* those that are asked for, in this order */
	const uint8_t **domains;    /* of them */
	size_t count, at;           /* the one that is told of */
	int error;
	struct complaint *complaint;
};

static void stop(struct looker *looker, int error)
{
	if (looker->error == OK)
		looker->error = error;
	loop_stop(looker->loop);
}

/* ---- what it says ---- */

static int keep_answer(struct looker *looker, const uint8_t *octets, size_t size,
		       const uint8_t **ret_copy)
{
	uint8_t *copy = octets != NULL ? arena_take_octets(looker->arena, size) : NULL;
	if (copy == NULL)
		return octets == NULL ? OK : ERR_MEMORY;
	memcpy(copy, octets, size);
	*ret_copy = copy;
	return OK;
}

static int take_parent(void *context, const struct wire_parent *told)
{
	struct looker *looker = context;
	struct parent_look *look = looker->looks[looker->at];
	assert(looker->at < looker->count && told->domain == looker->at);
	if (look->parents == NULL)
		look->parents =
			arena_take_array(looker->arena, CUT_SERVERS_MAX, sizeof(*look->parents));
	if (look->parents == NULL)
		return ERR_MEMORY;
	assert(look->count < CUT_SERVERS_MAX);
	struct predicate_parent *parent = &look->parents[look->count++];
	*parent = (struct predicate_parent){
		.domain = look->domain,
		.ns_size = told->ns_size,
		.ds_size = told->ds_size,
		.unasked = told->is_opted_out ? "the opt-out list has it" : NULL,
	};
	parent->ip.family = told->server.family;
	memcpy(parent->ip.octets, told->server.octets, sizeof(parent->ip.octets));
	const int error = keep_answer(looker, told->ns, told->ns_size, &parent->ns);
	return error == OK ? keep_answer(looker, told->ds, told->ds_size, &parent->ds) : error;
}

static void take_parents(void *context, const struct wire_parents *told)
{
	struct looker *looker = context;
	struct parent_look *look = looker->looks[looker->at];
	assert(told->domain == looker->at && told->count == look->count);
	look->without_ipv4 = told->without_ipv4;
	look->without_ipv6 = told->without_ipv6;
	looker->at++;
}

static void over(void *context, int error, const char *words)
{
	struct looker *looker = context;
	if (error != OK)
		stop(looker, complain(looker->complaint, error, "cannot ask parents: %s", words));
	/* What it had not told is not known, and nobody may take it for an answer. */
	for (size_t i = looker->at; i < looker->count && error == OK; i++) {
		assert(words != NULL);
		looker->looks[i]->unknown = words;
	}
	loop_stop(looker->loop);
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

/* Domains of the opt-out list are not asked about. */
static int choose(struct looker *looker, struct parent_look *looks, size_t count)
{
	looker->looks = arena_take_array(looker->arena, count, sizeof(struct parent_look *));
	looker->domains = arena_take_array(looker->arena, count, sizeof(const uint8_t *));
	if (looker->looks == NULL || looker->domains == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++) {
		if (opt_out_list_has(&looker->opt_out, looks[i].domain)) {
			looks[i].unknown = "the opt-out list has the domain";
			continue;
		}
		looker->looks[looker->count] = &looks[i];
		looker->domains[looker->count++] = looks[i].domain;
	}
	return OK;
}

static int open_process(struct looker *looker)
{
	const struct parents_settings settings = {
		.loop = looker->loop,
		.worker = {.rate_total = (uint32_t)options_number(looker->options, "rate"),
			   .rate_per_server = roots_rate_per_server(looker->options),
			   .vantage = "",
			   .scanner = "",
			   .ca_file = "",
			   .is_in_world = roots_is_in_world(),
			   .hints = looker->roots.hints,
			   .hint_count = looker->roots.hint_count,
			   .anchors = looker->roots.anchors,
			   .anchor_count = looker->roots.anchor_count,
			   .opt_outs = looker->opt_out.prefixes,
			   .opt_out_count = looker->opt_out.count,
			   .opt_out_names = looker->opt_out.names,
			   .opt_out_names_size = looker->opt_out.names_size},
		.domains = looker->domains,
		.count = looker->count,
		.parent = take_parent,
		.parents = take_parents,
		.over = over,
		.context = looker,
	};
	return parents_open(&settings, &looker->process, looker->complaint);
}

static int open_all(struct looker *looker)
{
	const struct clock clock = clock_system();
	int error = loop_new(&clock, &looker->loop);
	if (error == OK)
		error = signals_open(&looker->signal_descriptor);
	if (error != OK)
		return error;
	watch_init(&looker->signals, signal_came, looker);
	error = watch_start(looker->loop, &looker->signals, looker->signal_descriptor, LOOP_READ);
	return error == OK ? open_process(looker) : error;
}

static void close_all(struct looker *looker)
{
	parents_close(looker->process);
	if (looker->signal_descriptor >= 0) {
		watch_stop(looker->loop, &looker->signals);
		signals_close(looker->signal_descriptor);
	}
	loop_free(looker->loop);
	opt_out_list_release(&looker->opt_out);
}

int parent_look(const struct options *options, struct arena *arena, struct parent_look *looks,
		size_t count, struct complaint *complaint)
{
	struct looker looker = {.options = options,
				.arena = arena,
				.signal_descriptor = -1,
				.complaint = complaint};
	assert(count > 0 && count <= WIRE_PARENTS_DOMAINS_MAX);
	random_system(&looker.random);
	int error = opt_out_list_read(options_text(options, "opt-out"), &looker.random,
				      &looker.opt_out, complaint);
	if (error == OK)
		error = choose(&looker, looks, count);
	if (error == OK)
		error = roots_read(options, arena, &looker.roots, complaint);
	if (error == OK && looker.count > 0)
		error = open_all(&looker);
	if (error == OK && looker.count > 0)
		error = loop_run(looker.loop);
	if (error == OK)
		error = looker.error;
	close_all(&looker);
	return error;
}

/* ---- the process ---- */

static int run(const struct options *options)
{
	(void)options;
	return parents_process_main();
}

static const struct command parents = {
	.name = PARENTS_SUBCOMMAND,
	.summary = "ask parents for a case; started by it, not by people",
	.operands = "",
	.description = "Serves the channel that 'dsfi case verify' hands to it.",
	.hidden = true,
	.run = run,
};

const struct command *command_parents(void)
{
	return &parents;
}
