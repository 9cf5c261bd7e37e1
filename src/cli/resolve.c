/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "cli/progress.h"
#include "cli/resolve_private.h"
#include "cli/roots.h"
#include "cli/table.h"
#include "cli/targets.h"
#include "dns/dnssec/verify.h"
#include "dns/transport/transport.h"
#include "dns/wire/type.h"
#include "net/loop.h"
#include "os/sandbox.h"
#include "os/signals.h"

#include <assert.h>
#include <signal.h>
#include <string.h>

#define SETTINGS_ARENA_OCTETS ((size_t)1 << 20)
/* Asked of one name; who wants more asks for ANY or a zone transfer. */
#define TYPES_MAX 32u
/* Negative trust anchors are few and for a time (RFC 7646 s2). */
#define NEGATIVE_ANCHORS_MAX 64u
#define DNS_PORT 53

struct resolving {
	const struct options *options;
	struct arena arena;
	struct random random;
	struct roots roots;
	struct clock clock; /* of signatures: the system's, or --at */
	int64_t at_s;
	struct loop *loop;
	struct transport *transport;
	struct verifier *verifier;
	struct resolver *resolver;
	struct targets *targets;
	struct watch signals;
	int signal_descriptor;
	struct complaint complaint;
	struct address server; /* family 0: the zones' own */
	const uint8_t *negative_anchors[NEGATIVE_ANCHORS_MAX];
	size_t negative_anchor_count;
	uint16_t types[TYPES_MAX];
	size_t type_count;
	struct name name; /* whose types are being asked; the next is types[next_type] */
	size_t next_type;
	uint32_t in_flight, in_flight_max;
	uint64_t counts[RESOLVER_BOGUS + 1];
	int error;
	bool is_last; /* no more names */
};

struct question {
	struct resolving *resolving;
	struct telling telling;
};

/* ---- one question ---- */

static void go_on(struct resolving *resolving);

static void stop(struct resolving *resolving, int error)
{
	if (resolving->error == OK)
		resolving->error = error;
	loop_stop(resolving->loop);
}

static void step(void *context, const struct message *message)
{
	struct question *question = context;
	telling_step(&question->telling, message);
}

static void done(void *context, const struct lookup_answer *answer)
{
	struct question *question = context;
	struct resolving *resolving = question->resolving;
	assert(resolving->in_flight > 0 && answer->security <= RESOLVER_BOGUS);
	resolving->in_flight--;
	int error = OK;
	/* When the resolver goes, what was under way is not told. */
	if (resolving->error == OK) {
		resolving->counts[answer->security]++;
		error = telling_end(&question->telling, answer);
	}
	telling_release(&question->telling);
	memory_give(question);
	if (error != OK || ferror(resolving->options->out))
		stop(resolving, error != OK ? error : ERR_FULL);
	else if (resolving->error == OK)
		go_on(resolving);
}

static int ask(struct resolving *resolving, const uint8_t *name, uint16_t type)
{
	struct question *question = memory_take(sizeof(*question));
	if (question == NULL)
		return ERR_MEMORY;
	question->resolving = resolving;
	telling_init(&question->telling, resolving->options, name, type);
	const struct lookup_question asked = {
		.name = name,
		.type = type,
		.server = resolving->server.family != ADDRESS_NONE ? &resolving->server : NULL,
		.step = step,
		.done = done,
		.context = question,
	};
	int error = resolver_lookup(resolving->resolver, &asked);
	if (error != OK) {
		telling_release(&question->telling);
		memory_give(question);
		return error;
	}
	resolving->in_flight++;
	return OK;
}

/* ERR_NOT_FOUND: all have been asked. */
static int next_question(struct resolving *resolving)
{
	if (resolving->next_type == resolving->type_count) {
		if (resolving->is_last)
			return ERR_NOT_FOUND;
		int error = targets_next(resolving->targets, &resolving->complaint,
					 resolving->name.octets);
		resolving->is_last = error == ERR_NOT_FOUND;
		if (error != OK)
			return error;
		resolving->next_type = 0;
	}
	return OK;
}

static void go_on(struct resolving *resolving)
{
	int error = OK;
	while (error == OK && resolving->in_flight < resolving->in_flight_max) {
		error = next_question(resolving);
		if (error == OK)
			error = ask(resolving, resolving->name.octets,
				    resolving->types[resolving->next_type++]);
	}
	if (error != OK && error != ERR_NOT_FOUND)
		stop(resolving, error);
	else if (resolving->in_flight == 0)
		loop_stop(resolving->loop);
}

static void traced(void *context, const struct exchange_question *question,
		   const struct exchange_result *result)
{
	struct resolving *resolving = context;
	int error = telling_exchange(resolving->options, question, result);
	if (error != OK)
		stop(resolving, error);
}

static void signal_came(void *context, unsigned int events)
{
	struct resolving *resolving = context;
	int number;
	(void)events;
	while (signals_read(resolving->signal_descriptor, &number) == OK)
		if (number == SIGINT || number == SIGTERM || number == SIGHUP)
			stop(resolving, ERR_INTERRUPTED);
}

/* ---- what was asked for ---- */

static int take_types(struct resolving *resolving, size_t first)
{
	const struct options *options = resolving->options;
	for (size_t i = first; i < options_operand_count(options); i++) {
		const char *word = options_operand(options, i);
		if (resolving->type_count == TYPES_MAX)
			return complain(&resolving->complaint, ERR_ARGUMENT,
					"more than %u types; ask in two commands", TYPES_MAX);
		if (type_from_text(word, &resolving->types[resolving->type_count]) != OK)
			return complain(&resolving->complaint, ERR_ARGUMENT,
					"'%.80s' is no type; types are written as in zone files "
					"(A, AAAA, MX, TYPE65280), and more names go into a list "
					"(--targets)",
					word);
		resolving->type_count++;
	}
	if (resolving->type_count == 0) {
		resolving->types[resolving->type_count++] = TYPE_A;
		resolving->types[resolving->type_count++] = TYPE_AAAA;
	}
	resolving->next_type = resolving->type_count;
	return OK;
}

static void converted(void *context, const char *text, const uint8_t *name)
{
	const struct resolving *resolving = context;
	char shown[NAME_TEXT_MAX];
	if (!options_quiet(resolving->options))
		fprintf(resolving->options->err, "'%s' is asked as %s\n", text,
			name_to_text(name, shown));
}

static int take_names(struct resolving *resolving)
{
	const struct options *options = resolving->options;
	const char *list = options_text(options, "targets");
	const char *words[2] = {list == NULL ? options_operand(options, 0) : NULL, NULL};
	const struct targets_source source = {
		.words = words,
		.path = list,
		.random = &resolving->random,
		.converted = converted,
		.context = resolving,
	};
	if (list == NULL && words[0] == NULL)
		return complain(&resolving->complaint, ERR_ARGUMENT,
				"no name to resolve; give one, or a list with --targets FILE");
	int error = take_types(resolving, list == NULL ? 1 : 0);
	return error == OK ? targets_open(&source, &resolving->complaint, &resolving->targets)
			   : error;
}

static int64_t wall_at(void *context)
{
	const struct resolving *resolving = context;
	return resolving->at_s;
}

static int take_time(struct resolving *resolving)
{
	const char *at = options_text(resolving->options, "at");
	resolving->clock = clock_system();
	if (at == NULL)
		return OK;
	if (time_from_text(at, &resolving->at_s) != OK)
		return complain(&resolving->complaint, ERR_ARGUMENT,
				"'%.80s' is no time; write it as 2026-11-25T18:00:00Z (RFC 3339)",
				at);
	resolving->clock.wall_s = wall_at;
	resolving->clock.context = resolving;
	return OK;
}

static int take_server(struct resolving *resolving)
{
	const char *server = options_text(resolving->options, "server");
	if (server == NULL || address_from_text(server, DNS_PORT, &resolving->server) == OK)
		return OK;
	return complain(&resolving->complaint, ERR_ARGUMENT,
			"'%.80s' is no address; write an IPv4 or IPv6 address, with a port as "
			"192.0.2.1:5353 or [2001:db8::1]:5353",
			server);
}

static int take_negative_anchors(struct resolving *resolving)
{
	const char *word;
	for (size_t i = 0; (word = options_list(resolving->options, "negative-anchor", i)) != NULL;
	     i++) {
		struct name name;
		bool is_converted;
		if (i == NEGATIVE_ANCHORS_MAX)
			return complain(&resolving->complaint, ERR_ARGUMENT,
					"more than %u negative trust anchors",
					NEGATIVE_ANCHORS_MAX);
		int error = name_from_user(word, &name, &is_converted, &resolving->complaint);
		if (error != OK)
			return error;
		resolving->negative_anchors[i] = arena_copy(&resolving->arena, &name, sizeof(name));
		if (resolving->negative_anchors[i] == NULL)
			return ERR_MEMORY;
		resolving->negative_anchor_count++;
	}
	return OK;
}

/* ---- life ---- */

static int prepare(struct resolving *resolving)
{
	int error = take_names(resolving);
	if (error == OK)
		error = take_time(resolving);
	if (error == OK)
		error = take_server(resolving);
	if (error == OK)
		error = take_negative_anchors(resolving);
	if (error == OK)
		error = roots_read(resolving->options, &resolving->arena, &resolving->roots,
				   &resolving->complaint);
	/* Types of one name come out in the order asked for; and whose would a trace of two
	 * questions at a time be? */
	const bool is_list = options_text(resolving->options, "targets") != NULL;
	resolving->in_flight_max =
		is_list && !options_flag(resolving->options, "trace")
			? (uint32_t)options_number(resolving->options, "in-flight")
			: 1;
	return error;
}

static int open_resolver(struct resolving *resolving)
{
	const struct resolver_settings settings = {
		.hints = resolving->roots.hints,
		.hint_count = resolving->roots.hint_count,
		.anchors = resolving->roots.anchors,
		.anchor_count = resolving->roots.anchor_count,
		.negative_anchors = resolving->negative_anchors,
		.negative_anchor_count = resolving->negative_anchor_count,
		.random = &resolving->random,
		.clock = &resolving->clock,
	};
	resolving->verifier = verifier_new(NULL, &resolving->random);
	if (resolving->verifier == NULL)
		return ERR_MEMORY;
	int error = resolver_new(resolving->loop, resolving->transport, resolving->verifier,
				 &settings, &resolving->resolver);
	if (error == OK && options_flag(resolving->options, "trace"))
		resolver_watch(resolving->resolver, traced, resolving);
	return error;
}

static int open_all(struct resolving *resolving)
{
	const struct clock clock = clock_system();
	struct transport_settings settings = {
		.rate_per_server = roots_rate_per_server(resolving->options),
	};
	random_octets(&resolving->random, settings.case_secret, sizeof(settings.case_secret));
	int error = loop_new(&clock, &resolving->loop);
	if (error == OK)
		error = transport_new(resolving->loop, &settings, &resolving->random,
				      &resolving->transport, &resolving->complaint);
	if (error == OK)
		error = open_resolver(resolving);
	if (error == OK)
		error = signals_open(&resolving->signal_descriptor);
	if (error != OK)
		return error;
	watch_init(&resolving->signals, signal_came, resolving);
	return watch_start(resolving->loop, &resolving->signals, resolving->signal_descriptor,
			   LOOP_READ);
}

static void release(struct resolving *resolving)
{
	/* Callbacks of what is still under way tell nothing any more. */
	if (resolving->error == OK)
		resolving->error = ERR_INTERRUPTED;
	if (resolving->resolver != NULL)
		resolver_free(resolving->resolver);
	transport_free(resolving->transport);
	verifier_free(resolving->verifier);
	if (resolving->signal_descriptor >= 0) {
		watch_stop(resolving->loop, &resolving->signals);
		signals_close(resolving->signal_descriptor);
	}
	loop_free(resolving->loop);
	targets_close(resolving->targets);
	arena_release(&resolving->arena);
}

static int exit_code(struct resolving *resolving, int error)
{
	const uint64_t *counts = resolving->counts;
	if (error == ERR_FULL && ferror(resolving->options->out))
		return EXIT_UNABLE; /* cli_main says why */
	if (error != OK)
		return command_fail(resolving->options, error, &resolving->complaint);
	if (counts[RESOLVER_BOGUS] > 0)
		return EXIT_FINDINGS;
	if (counts[RESOLVER_SECURE] + counts[RESOLVER_INSECURE] == 0)
		return EXIT_UNMEASURED;
	return EXIT_FINE;
}

static int run(const struct options *options)
{
	/* Nothing has come from outside yet. */
	static const struct sandbox sandbox = {.kind = SANDBOX_NETWORK, .writes_files = true};
	struct resolving *resolving = memory_take_zeroed(1, sizeof(*resolving));
	if (resolving == NULL)
		return command_fail(options, ERR_MEMORY, NULL);
	resolving->options = options;
	resolving->signal_descriptor = -1;
	random_system(&resolving->random);
	arena_init(&resolving->arena, SETTINGS_ARENA_OCTETS, 0);
	int error = prepare(resolving);
	if (error == OK)
		error = open_all(resolving);
	if (error == OK)
		error = sandbox_enter(&sandbox, &resolving->complaint);
	if (error == OK)
		go_on(resolving);
	if (error == OK && resolving->in_flight > 0)
		error = loop_run(resolving->loop);
	if (error == OK)
		error = resolving->error;
	const int code = exit_code(resolving, error);
	release(resolving);
	memory_give(resolving);
	return code;
}

static const struct option resolve_options[] = {
	{.name = "targets",
	 .kind = OPTION_FILE,
	 .argument = "FILE",
	 .help = "take the names from a list, one a line; - is standard input"},
	{.name = "at",
	 .kind = OPTION_TEXT,
	 .argument = "TIME",
	 .help = "judge signatures at this time (RFC 3339), not now"},
	{.name = "server",
	 .kind = OPTION_TEXT,
	 .argument = "ADDRESS",
	 .help = "ask this address for the name itself; the way to its zone is found as usual"},
	{.name = "negative-anchor",
	 .kind = OPTION_LIST,
	 .argument = "ZONE",
	 .help = "take this zone and what is below it as insecure (RFC 7646); may be repeated"},
	{.name = "trace", .kind = OPTION_FLAG, .help = "tell every exchange, with all its records"},
	{.name = "in-flight",
	 .kind = OPTION_NUMBER,
	 .argument = "N",
	 .fallback = "500",
	 .minimum = 1,
	 .maximum = 10000,
	 .help = "questions of a list under way at a time"},
	ROOT_OPTION_ROWS,
};

static const struct example examples[] = {
	{"dsfi resolve www.example.com", "its addresses, and whether they can be relied on"},
	{"dsfi resolve example.com DNSKEY SOA --trace", "every step from the root down"},
	{"dsfi resolve example.com MX --at 2026-11-01T00:00:00Z",
	 "were the signatures valid at that time?"},
	{"dsfi resolve example.com SOA --server 192.0.2.53",
	 "does this name server give answers that validate?"},
	{"dsfi resolve --targets names A --json", "a list, as JSON Lines"},
};

static const struct command resolve = {
	.name = "resolve",
	.summary = "ask for a name from the root down and validate the answer",
	.operands = "[NAME] [TYPE...]",
	.description =
		"Finds the servers of the name's zone from the root down, asks them, and validates "
		"the answer with DNSSEC. It trusts no resolver and believes nothing that a server "
		"is not responsible for.\n\n"
		"Each answer is secure (a chain of signatures leads to it from a trust anchor), "
		"insecure (the chain ends provably above it: not signed, or with algorithms that "
		"are not known here), bogus (there should be a valid chain, and there is none) or "
		"indeterminate (no server answered, or a limit was reached first). For the last "
		"three a sentence says why, with an extended DNS error (RFC 8914) where one "
		"fits.\n\n"
		"Without TYPE, A and AAAA are asked for. What one answer may cost is bounded, "
		"whoever owns the zones on its way.\n\n"
		"With --json there is one line an answer (\"type\": \"resolution\") and, with "
		"--trace, one an exchange (\"type\": \"exchange\"); messages are written as RFC "
		"8427 has it, as they came: the verdict speaks of the records of the name and type "
		"asked for, and of the aliases that lead there.",
	.options = resolve_options,
	.option_count = sizeof(resolve_options) / sizeof(resolve_options[0]),
	.examples = examples,
	.example_count = sizeof(examples) / sizeof(examples[0]),
	.operands_maximum = TYPES_MAX + 1,
	.exit_note = "1 when an answer is bogus; 3 when not one is secure or insecure.",
	.see_also = "dsfi-check(1), dsfi-scan(1)",
	.has_json = true,
	.run = run,
};

const struct command *command_resolve(void)
{
	return &resolve;
}
