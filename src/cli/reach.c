/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsfi reach, hidden: the process that tries contacts and reads documents (cli/reaching.h). Orders
 * on standard input, results on standard output (cli/reaching_private.h). */
#include "base/memory.h"
#include "cli/gather_private.h"
#include "cli/reaching_private.h"
#include "cli/table.h"
#include "daemon/opt_out.h"
#include "dns/dnssec/verify.h"
#include "dns/transport/transport.h"
#include "gather/registry/rdap.h"
#include "os/sandbox.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_OCTETS ((size_t)128 << 20)
/* What one document names. */
#define FOUND_OCTETS ((size_t)4 << 20)
/* Address space: code, caches, orders and those under way, each with a page of what it is told. */
#define MEMORY_OCTETS ((size_t)2 << 30)
/* Tried at a time: mail servers of many parties are few, and are not to be stormed. */
#define IN_FLIGHT 16u

struct reach_order_at {
	struct reach_process *process;
	size_t index; /* as it was given */
	struct reaching_item item;
};

struct reach_process {
	const struct options *options;
	struct complaint complaint;
	struct arena arena, found_arena;
	struct random random;
	struct clock clock;
	struct roots roots;
	struct opt_out *opt_out;
	bool has_unasked; /* a name server was left alone */
	struct loop *loop;
	struct transport *transport;
	struct verifier *verifier;
	struct resolver *resolver;
	struct trust *trust;
	struct reach *reach;
	struct reach_order_at *orders;
	size_t count, next, in_flight;
	bool has_all; /* all documents are here: nothing is connected to */
};

/* --- orders ------------------------------------------------------------------------------------
 */

static int take_octets(struct reach_process *process, struct reaching_item *item)
{
	if (item->value[0] != '\0') {
		process->has_all = false;
		return OK;
	}
	char *octets = arena_take_octets(&process->arena, item->size + 1);
	if (octets == NULL)
		return ERR_MEMORY;
	item->octets = octets;
	return fread(octets, 1, item->size, stdin) == item->size ? OK : ERR_FORMAT;
}

static int take_order(struct reach_process *process, const char *line)
{
	struct reach_order_at *at = &process->orders[process->count];
	if (process->count == REACHING_MAX)
		return ERR_FORMAT;
	char *copy = arena_copy(&process->arena, line, strlen(line) + 1);
	if (copy == NULL)
		return ERR_MEMORY;
	copy[strcspn(copy, "\n")] = '\0';
	at->process = process;
	int error = reaching_order_read(copy, &at->index, &at->item);
	if (error == OK)
		error = take_octets(process, &at->item);
	if (error == OK)
		process->count++;
	return error;
}

static int read_orders(struct reach_process *process)
{
	char line[REACHING_LINE_MAX];
	int error = OK;
	process->has_all = true;
	process->orders = memory_take_zeroed(REACHING_MAX, sizeof(*process->orders));
	if (process->orders == NULL)
		return ERR_MEMORY;
	while (error == OK && fgets(line, sizeof(line), stdin) != NULL)
		error = take_order(process, line);
	return error == ERR_FORMAT
		       ? complain(&process->complaint, error, "order %zu is none", process->count)
		       : error;
}

/* --- results -----------------------------------------------------------------------------------
 */

static void go_on(struct reach_process *process);

static void print(const struct reach_order_at *at, struct reaching_result *result)
{
	FILE *out = at->process->options->out;
	assert(result->words != NULL && result->words[0] != '\0');
	result->index = at->index;
	reaching_result_write(out, result);
	fflush(out);
}

/* The process is shut in by now. */
static void read_document(const struct reach_order_at *at, const char *octets, size_t size,
			  const char *words)
{
	struct reach_process *process = at->process;
	struct complaint why = {""};
	struct found_list found;
	struct reaching_result result = {.state = REACHING_WORKED, .words = words, .found = &found};
	int error;
	assert(at->item.domain != NULL && octets != NULL);
	arena_reset(&process->found_arena);
	found_init(&found, &process->found_arena);
	if (at->item.kind == REACHING_RDAP) {
		const struct rdap_source source = {
			.domain = at->item.domain, .octets = octets, .size = size};
		error = rdap_read(&source, &found, &why);
	} else {
		const struct security_txt_source source = {
			.domain = at->item.domain, .octets = octets, .size = size};
		error = security_txt_read(&source, &found, &result.file, &why);
	}
	if (error != OK) {
		found_init(&found, &process->found_arena);
		result.state = REACHING_REFUSED;
		result.words = why.text[0] != '\0' ? why.text : error_text(error);
	}
	print(at, &result);
}

static void done(void *context, const struct reach_result *reached)
{
	struct reach_order_at *at = context;
	assert(at->process->in_flight > 0);
	at->process->in_flight--;
	struct reaching_result result = {.state = reached->worked     ? REACHING_WORKED
						  : reached->left_out ? REACHING_LEFT_OUT
								      : REACHING_FAILED,
					 .words = reached->words};
	if (at->item.domain != NULL && reached->worked)
		read_document(at, reached->body != NULL ? (const char *)reached->body : "",
			      reached->body_size, reached->words);
	else
		print(at, &result);
	go_on(at->process);
}

/* False: it is over already. */
static bool begin(struct reach_process *process, struct reach_order_at *at)
{
	static const char accept[] = "application/rdap+json, application/json, text/plain";
	struct complaint why = {""};
	reaching_begun_write(process->options->out, at->index);
	fflush(process->options->out);
	if (at->item.octets != NULL) {
		read_document(at, at->item.octets, at->item.size, "a file");
		return false;
	}
	const bool is_document = at->item.domain != NULL;
	assert(process->reach != NULL && !process->has_all);
	const struct reach_order order = {.kind = is_document                      ? REACH_DOCUMENT
						  : at->item.kind == REACHING_MAIL ? REACH_MAIL
										   : REACH_WEBHOOK,
					  .value = at->item.value,
					  .accept = is_document ? accept : NULL};
	if (reach_try(process->reach, &order, done, at, &why) == OK)
		return true;
	struct reaching_result result = {.words = why.text};
	print(at, &result);
	return false;
}

static void go_on(struct reach_process *process)
{
	assert(process->next <= process->count);
	while (process->in_flight < IN_FLIGHT && process->next < process->count)
		process->in_flight += begin(process, &process->orders[process->next++]);
	if (process->in_flight == 0 && process->loop != NULL)
		loop_stop(process->loop);
}

/* --- life --------------------------------------------------------------------------------------
 */

static int open_opt_out(struct reach_process *process)
{
	struct opt_out_list list;
	int error = opt_out_list_read(options_text(process->options, "opt-out"), &process->random,
				      &list, &process->complaint);
	if (error != OK)
		return error;
	const struct wire_settings settings = {.opt_outs = list.prefixes,
					       .opt_out_count = list.count,
					       .opt_out_names = list.names,
					       .opt_out_names_size = list.names_size};
	error = opt_out_new(&settings, &process->random, &process->opt_out);
	opt_out_list_release(&list);
	return error;
}

static bool may_not_ask(void *context, const struct address *server)
{
	struct reach_process *process = context;
	const bool has = opt_out_has(process->opt_out, server);
	process->has_unasked |= has;
	return has;
}

static int open_resolver(struct reach_process *process)
{
	const struct resolver_settings settings = {
		.hints = process->roots.hints,
		.hint_count = process->roots.hint_count,
		.anchors = process->roots.anchors,
		.anchor_count = process->roots.anchor_count,
		.random = &process->random,
		.clock = &process->clock,
	};
	struct transport_settings transport = {
		.rate_per_server = roots_rate_per_server(process->options),
		.opted_out = may_not_ask,
		.opted_out_context = process,
	};
	random_octets(&process->random, transport.case_secret, sizeof(transport.case_secret));
	int error = loop_new(&process->clock, &process->loop);
	if (error == OK)
		error = transport_new(process->loop, &transport, &process->random,
				      &process->transport, &process->complaint);
	if (error != OK)
		return error;
	process->verifier = verifier_new(NULL, &process->random);
	return process->verifier == NULL
		       ? ERR_MEMORY
		       : resolver_new(process->loop, process->transport, process->verifier,
				      &settings, &process->resolver);
}

static int open_reach(struct reach_process *process)
{
	assert(process->resolver != NULL);
	const struct options *options = process->options;
	const char *path = options_text(options, "ca-file");
	if (path == NULL)
		path = getenv("DSFI_CA_FILE");
	int error = trust_new(path, &process->complaint, &process->trust);
	if (error != OK)
		return error;
	const struct reach_settings settings = {
		.loop = process->loop,
		.resolver = process->resolver,
		.trust = process->trust,
		.sender = options_text(options, "from"),
		.now_s = clock_wall_s(&process->clock),
		.timeout_ms = (uint32_t)options_number(options, "timeout"),
		.takes_special = roots_is_in_world(),
		.opted_out = opt_out_has,
		.opted_out_name = opt_out_has_name,
		.opted_out_context = process->opt_out,
		.has_unasked = &process->has_unasked,
	};
	return reach_new(&settings, &process->complaint, &process->reach);
}

static int open_network(struct reach_process *process)
{
	int error =
		roots_read(process->options, &process->arena, &process->roots, &process->complaint);
	if (error == OK)
		error = open_opt_out(process);
	if (error == OK)
		error = open_resolver(process);
	return error == OK ? open_reach(process) : error;
}

static int work(struct reach_process *process)
{
	struct sandbox sandbox = {.kind = SANDBOX_NETWORK, .memory_octets_max = MEMORY_OCTETS};
	int error = read_orders(process);
	if (error == OK && process->has_all)
		sandbox.kind = SANDBOX_PURE;
	else if (error == OK)
		error = open_network(process);
	if (error == OK)
		error = sandbox_enter(&sandbox, &process->complaint);
	if (error != OK)
		return error;
	assert(process->count > 0 || process->has_all);
	go_on(process);
	return process->in_flight > 0 ? loop_run(process->loop) : OK;
}

static int run(const struct options *options)
{
	struct reach_process *process = memory_take_zeroed(1, sizeof(*process));
	if (process == NULL)
		return command_fail(options, ERR_MEMORY, NULL);
	process->options = options;
	process->clock = clock_system();
	random_system(&process->random);
	arena_init(&process->arena, ARENA_OCTETS, 0);
	arena_init(&process->found_arena, FOUND_OCTETS, 0);
	const int error = work(process);
	const int code =
		error == OK ? EXIT_FINE : command_fail(options, error, &process->complaint);
	if (process->resolver != NULL)
		resolver_free(process->resolver);
	reach_free(process->reach);
	trust_free(process->trust);
	transport_free(process->transport);
	opt_out_free(process->opt_out);
	verifier_free(process->verifier);
	loop_free(process->loop);
	memory_give(process->orders);
	arena_release(&process->found_arena);
	arena_release(&process->arena);
	memory_give(process);
	return code;
}

static const struct option reach_options[] = {REACHING_OPTION_ROWS};

static const struct example examples[] = {
	{"dsfi reach", "not for people: started by dsfi party check"},
};

static const struct command reach = {
	.name = "reach",
	.summary = "try contacts (started by dsfi party check and party contacts)",
	.operands = "",
	.description = "The process that speaks with mail and web servers of contacts, and reads "
		       "documents.",
	.options = reach_options,
	.option_count = sizeof(reach_options) / sizeof(reach_options[0]),
	.examples = examples,
	.example_count = 1,
	.hidden = true,
	.run = run,
};

const struct command *command_reach(void)
{
	return &reach;
}
