/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dsfi reach, hidden: the process that tries contacts (cli/reaching.h). Orders on standard input,
 * `KIND VALUE` a line; results on standard output, `INDEX WORKED OCTETS WORDS` a line and octets.
 */
#include "base/array.h"
#include "base/memory.h"
#include "cli/reaching.h"
#include "cli/table.h"
#include "dns/dnssec/verify.h"
#include "dns/transport/transport.h"
#include "os/sandbox.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_OCTETS ((size_t)128 << 20)
#define ORDER_MAX (REACH_VALUE_MAX + 32u)
/* Tried at a time: mail servers of many parties are few, and are not to be stormed. */
#define IN_FLIGHT 16u

struct reach_order_at {
	struct reach_process *process;
	size_t index;
	struct reach_order order;
};

struct reach_process {
	const struct options *options;
	struct complaint complaint;
	struct arena arena;
	struct random random;
	struct clock clock;
	struct roots roots;
	struct loop *loop;
	struct transport *transport;
	struct verifier *verifier;
	struct resolver *resolver;
	struct trust *trust;
	struct reach *reach;
	struct reach_order_at *orders;
	size_t count, next, in_flight;
};

/* --- orders ------------------------------------------------------------------------------------
 */

static int take_order(struct reach_process *process, char *line)
{
	char *value = strchr(line, ' ');
	enum reach_kind kind;
	line[strcspn(line, "\n")] = '\0';
	if (value == NULL || process->count == REACHING_MAX)
		return ERR_FORMAT;
	*value++ = '\0';
	if (reaching_kind_from_text(line, &kind) != OK)
		return ERR_FORMAT;
	const char *copy = arena_text(&process->arena, value);
	if (copy == NULL)
		return ERR_MEMORY;
	process->orders[process->count] = (struct reach_order_at){
		.process = process,
		.index = process->count,
		.order = {.kind = kind,
			  .value = copy,
			  .accept = kind == REACH_DOCUMENT ? "application/rdap+json, "
							     "application/json, text/plain"
							   : NULL},
	};
	process->count++;
	return OK;
}

static int read_orders(struct reach_process *process)
{
	char line[ORDER_MAX];
	int error = OK;
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

static void print(const struct reach_order_at *at, const struct reach_result *result)
{
	FILE *out = at->process->options->out;
	fprintf(out, "%zu %d %zu %s\n", at->index, result->worked ? 1 : 0, result->body_size,
		result->words);
	if (result->body_size > 0)
		fwrite(result->body, 1, result->body_size, out);
	fflush(out);
}

static void done(void *context, const struct reach_result *result)
{
	struct reach_order_at *at = context;
	assert(at->process->in_flight > 0);
	at->process->in_flight--;
	print(at, result);
	go_on(at->process);
}

static void go_on(struct reach_process *process)
{
	assert(process->next <= process->count);
	while (process->in_flight < IN_FLIGHT && process->next < process->count) {
		struct reach_order_at *at = &process->orders[process->next++];
		struct complaint why = {""};
		if (reach_try(process->reach, &at->order, done, at, &why) == OK) {
			process->in_flight++;
			continue;
		}
		const struct reach_result result = {.words = why.text};
		print(at, &result);
	}
	if (process->in_flight == 0)
		loop_stop(process->loop);
}

/* --- life --------------------------------------------------------------------------------------
 */

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
	};
	return reach_new(&settings, &process->complaint, &process->reach);
}

static int work(struct reach_process *process)
{
	static const struct sandbox sandbox = {.kind = SANDBOX_NETWORK, .writes_files = true};
	int error = read_orders(process);
	if (error == OK)
		error = roots_read(process->options, &process->arena, &process->roots,
				   &process->complaint);
	if (error == OK)
		error = open_resolver(process);
	if (error == OK)
		error = open_reach(process);
	if (error == OK)
		error = sandbox_enter(&sandbox, &process->complaint);
	if (error != OK)
		return error;
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
	const int error = work(process);
	const int code =
		error == OK ? EXIT_FINE : command_fail(options, error, &process->complaint);
	if (process->resolver != NULL)
		resolver_free(process->resolver);
	reach_free(process->reach);
	trust_free(process->trust);
	transport_free(process->transport);
	verifier_free(process->verifier);
	loop_free(process->loop);
	memory_give(process->orders);
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
	.summary = "try contacts (started by dsfi party check)",
	.operands = "",
	.description = "The process that speaks with mail and web servers of contacts.",
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
