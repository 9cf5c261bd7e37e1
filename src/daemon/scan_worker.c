/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/scan_worker.h"

#include "base/memory.h"
#include "daemon/asking.h"
#include "daemon/channel.h"
#include "daemon/child.h"
#include "daemon/opt_out.h"
#include "dns/dnssec/verify.h"
#include "dns/policy/suffix.h"
#include "dns/resolver/resolver.h"
#include "dns/wire/name.h"
#include "gather/routing/image.h"
#include "gather/scan/scan.h"
#include "os/sandbox.h"
#include "pki/certificate.h"

#include <assert.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* Opt-outs and anchors: 100,000 prefixes of 18 octets, and room. */
#define SETTINGS_ARENA_OCTETS ((size_t)8 << 20)
#define COUNTS_EVERY_MS 500
/* Between two connections to one mail or web server: nobody notices one a second. */
#define CONNECT_GAP_MS 1000
/* What has certificates in it. */
#define NEEDS_TRUST (NEED_DOT | NEED_DOH | NEED_DOQ | NEED_CONNECT)
/* Address space: code and caches, and what scan allows a domain. */
#define MEMORY_OCTETS_BASE ((size_t)2 << 30)
#define DOMAIN_OCTETS_MAX ((size_t)1 << 20)
/* More than the largest image of routes. */
#define ROUTING_OCTETS_MAX ((uint64_t)4 << 30)
/* Names that wait for room in the scan: what the parent sends ahead, twice. */
#define WAITING_OCTETS_MAX ((size_t)NAME_MAX_OCTETS * TARGETS_A_FRAME * 64)

struct worker {
	struct loop *loop;
	struct channel channel;
	struct random random;
	struct arena arena; /* of the settings */
	struct wire_settings settings;
	struct opt_out *opt_out;
	struct transport *transport;
	struct verifier *verifier;
	struct resolver *resolver;
	struct routing_image *routing; /* NULL: none was given */
	struct suffix_list *suffixes;  /* NULL: none was given */
	struct scan *scan;
	struct trust *authorities; /* read before the door shuts; NULL: none is trusted */
	struct timer counts;
	uint8_t *page;
	uint8_t *waiting; /* names, one after the other */
	size_t waiting_at, waiting_size, waiting_room;
	uint8_t *encoded;
	size_t encoded_room;
	bool has_settings;
	int exit_code;
};

/* ---- up ---- */

static void fail(struct worker *worker, int error, struct complaint *complaint)
{
	channel_fail(&worker->channel, error, complaint);
	worker->exit_code = 1;
	loop_stop(worker->loop);
}

static void send_counts(struct worker *worker)
{
	asking_send_counts(&worker->channel, worker->transport, scan_in_flight(worker->scan));
}

/* The first ones say that it can work. */
static void counts_due(void *context)
{
	struct worker *worker = context;
	send_counts(worker);
	timer_start(worker->loop, &worker->counts, COUNTS_EVERY_MS);
}

static void lease(void *context, const struct address *server, unsigned wanted)
{
	struct worker *worker = context;
	const struct wire_tokens tokens = {.server = *server, .count = wanted};
	struct writer writer;
	uint8_t *body = channel_frame(&worker->channel, FRAME_LEASE, WIRE_TOKENS_OCTETS);
	if (body != NULL) {
		writer_init(&writer, body, WIRE_TOKENS_OCTETS);
		wire_tokens_write(&writer, &tokens);
	}
}

static void send_turn(struct worker *worker, enum frame_kind kind, const struct address *address)
{
	const struct wire_tokens tokens = {.server = *address, .count = 1};
	struct writer writer;
	uint8_t *body = channel_frame(&worker->channel, kind, WIRE_TOKENS_OCTETS);
	assert(address->port == 0);
	if (body != NULL) {
		writer_init(&writer, body, WIRE_TOKENS_OCTETS);
		wire_tokens_write(&writer, &tokens);
	}
}

static void turn_want(void *context, const struct address *address)
{
	send_turn(context, FRAME_TURN_WANT, address);
}

static void turn_done(void *context, const struct address *address)
{
	send_turn(context, FRAME_TURN_DONE, address);
}

static bool make_encoded_room(struct worker *worker, size_t size)
{
	if (size <= worker->encoded_room)
		return true;
	uint8_t *larger = memory_resize(worker->encoded, size);
	if (larger == NULL)
		return false;
	worker->encoded = larger;
	worker->encoded_room = size;
	return true;
}

/* The domain's name, then the observation. */
static int send_observation(struct worker *worker, const struct observation *observation)
{
	struct observation labelled = *observation;
	size_t size;
	assert(observation->domain != NULL);
	labelled.scanner = worker->settings.scanner;
	if (!make_encoded_room(worker, observation_encoded_max(&labelled)))
		return ERR_MEMORY;
	int error = observation_encode(&labelled, worker->encoded, worker->encoded_room, &size);
	if (error != OK)
		return error;
	size_t name_octets = name_size(observation->domain);
	uint8_t *body = channel_frame(&worker->channel, FRAME_OBSERVATION, name_octets + size);
	if (body == NULL)
		return ERR_MEMORY;
	memcpy(body, observation->domain, name_octets);
	memcpy(body + name_octets, worker->encoded, size);
	return OK;
}

static void send_not_measured(struct worker *worker, const uint8_t *domain, const char *why)
{
	struct observation_builder builder;
	struct arena arena;
	arena_init(&arena, 65536, 0);
	observation_builder_init(&builder, &arena, domain);
	struct observation *observation = &builder.observation;
	const struct clock clock = clock_system();
	observation->started_s = clock_wall_s(&clock);
	observation->vantage = worker->settings.vantage;
	observation->needs = worker->settings.needs;
	observation->not_measured = why;
	int error =
		observation->domain != NULL ? send_observation(worker, observation) : ERR_MEMORY;
	arena_release(&arena);
	if (error != OK) /* not even that: the parent hands it out again after our end */
		loop_stop(worker->loop);
}

static void pump(struct worker *worker);

static void done(void *context, const struct observation *observation)
{
	struct worker *worker = context;
	/* The parent may end with what may be the last; the sum must be there before. */
	if (scan_in_flight(worker->scan) <= 1 && worker->waiting_at == worker->waiting_size)
		send_counts(worker);
	assert(worker->has_settings);
	int error = send_observation(worker, observation);
	if (error != OK)
		send_not_measured(worker, observation->domain, error_text(error));
	pump(worker);
}

/* ---- targets ---- */

static void pump(struct worker *worker)
{
	assert(worker->waiting_at <= worker->waiting_size);
	while (worker->waiting_at < worker->waiting_size) {
		const uint8_t *name = worker->waiting + worker->waiting_at;
		int error = scan_domain(worker->scan, name);
		if (error == ERR_BUSY)
			return;
		if (error != OK)
			send_not_measured(worker, name, error_text(error));
		worker->waiting_at += name_size(name);
	}
	worker->waiting_at = worker->waiting_size = 0;
}

static int add_waiting(struct worker *worker, const uint8_t *names, size_t size)
{
	if (worker->waiting_at > 0) {
		memmove(worker->waiting, worker->waiting + worker->waiting_at,
			worker->waiting_size - worker->waiting_at);
		worker->waiting_size -= worker->waiting_at;
		worker->waiting_at = 0;
	}
	size_t needed = worker->waiting_size + size;
	if (needed > WAITING_OCTETS_MAX)
		return ERR_LIMIT;
	if (needed > worker->waiting_room) {
		uint8_t *larger = memory_resize(worker->waiting, needed * 2);
		if (larger == NULL)
			return ERR_MEMORY;
		worker->waiting = larger;
		worker->waiting_room = needed * 2;
	}
	memcpy(worker->waiting + worker->waiting_size, names, size);
	worker->waiting_size = needed;
	return OK;
}

static int take_targets(struct worker *worker, struct reader *body)
{
	struct reader names = *body;
	const uint8_t *name;
	int error;
	while ((error = wire_target_read(&names, &name)) == OK)
		;
	if (error != ERR_NOT_FOUND)
		return error;
	size_t size = reader_left(body);
	error = add_waiting(worker, body->next, size);
	if (error == OK)
		pump(worker);
	return error;
}

/* ---- settings ---- */

static int start_transport(struct worker *worker, struct complaint *complaint)
{
	const struct wire_settings *settings = &worker->settings;
	const int error = opt_out_new(settings, &worker->random, &worker->opt_out);
	if (error != OK)
		return error;
	struct transport_settings transport = asking_transport(settings, worker->opt_out);
	transport.lease = settings->is_leased ? lease : NULL;
	transport.lease_context = worker;
	transport.note = worker->page;
	memcpy(transport.case_secret, settings->case_secret, sizeof(transport.case_secret));
	return transport_new(worker->loop, &transport, &worker->random, &worker->transport,
			     complaint);
}

static int take_suffixes(struct worker *worker, struct complaint *complaint)
{
	const struct wire_settings *settings = &worker->settings;
	if (settings->suffixes_size == 0)
		return OK;
	return suffix_from_octets(settings->suffixes, settings->suffixes_size, &worker->suffixes,
				  complaint);
}

static int start_scan(struct worker *worker)
{
	const struct wire_settings *settings = &worker->settings;
	const struct resolver_settings resolver = asking_resolver(settings, &worker->random);
	const struct scan_connect connect = {
		.trust = worker->authorities,
		.opted_out = settings->opt_out_count > 0 ? opt_out_has : NULL,
		.context = worker->opt_out,
		.want_turn = settings->is_leased ? turn_want : NULL,
		.turn_done = turn_done,
		.turn_context = worker,
		.note = worker->page,
		.gap_ms = settings->is_in_world ? 0 : CONNECT_GAP_MS,
		.takes_special = settings->is_in_world,
	};
	const struct scan_settings scan = {
		.connect = (settings->needs & NEED_CONNECT) != 0 ? &connect : NULL,
		.needs = settings->needs,
		.domains_in_flight = settings->domains_in_flight,
		.vantage = settings->vantage,
		.random = &worker->random,
		.routes = worker->routing != NULL ? routing_image_routes(worker->routing) : NULL,
		.vrps = worker->routing != NULL ? routing_image_vrps(worker->routing) : NULL,
		.routing = settings->routing,
		.trust = worker->authorities,
		.suffixes = worker->suffixes,
		.tsig_key = settings->tsig_key,
		.asked = settings->asked,
		.asked_size = settings->asked_size,
		.opted_out_name = settings->opt_out_names_size > 0 ? opt_out_has_name : NULL,
		.opted_out_context = worker->opt_out,
	};
	worker->verifier = verifier_new(NULL, &worker->random);
	if (worker->verifier == NULL)
		return ERR_MEMORY;
	int error = resolver_new(worker->loop, worker->transport, worker->verifier, &resolver,
				 &worker->resolver);
	if (error != OK)
		return error;
	const struct scan_tools tools = {
		.loop = worker->loop,
		.transport = worker->transport,
		.resolver = worker->resolver,
		.verifier = worker->verifier,
	};
	return scan_new(&tools, &scan, done, worker, &worker->scan);
}

/* The tables of routes that all workers share. */
static int open_routing(struct worker *worker, struct complaint *complaint)
{
	const bool is_wanted = (worker->settings.needs & NEED_ROUTES) != 0;
	if (worker->settings.routing_octets == 0)
		return is_wanted ? ERR_FORMAT : OK;
	if (worker->settings.routing_octets > ROUTING_OCTETS_MAX)
		return ERR_FORMAT;
	const int error = routing_image_map(CHILD_TABLE_DESCRIPTOR, &worker->routing);
	(void)close(CHILD_TABLE_DESCRIPTOR);
	return error == OK ? OK
			   : complain(complaint, error, "the table of routes cannot be shared: %s",
				      error_text(error));
}

/* The roots are read while files can be. A machine that trusts nobody is no obstacle, but where it
 * was asked to connect, that would make every certificate look wrong. */
static int read_roots(struct worker *worker, struct complaint *complaint)
{
	const char *path = worker->settings.ca_file;
	if ((worker->settings.needs & NEEDS_TRUST) == 0)
		return OK;
	int error = trust_new(path[0] != 0 ? path : NULL, complaint, &worker->authorities);
	const bool is_needed = path[0] != 0 || (worker->settings.needs & NEED_CONNECT) != 0;
	return error == ERR_NOT_FOUND && !is_needed ? OK : error;
}

/* All that is needed is there; nothing has come from outside yet. */
static int shut_in(const struct worker *worker, struct complaint *complaint)
{
	const struct sandbox sandbox = {
		.kind = SANDBOX_NETWORK,
		.memory_octets_max = MEMORY_OCTETS_BASE + (size_t)worker->settings.routing_octets +
				     worker->settings.domains_in_flight * DOMAIN_OCTETS_MAX,
	};
	return sandbox_enter(&sandbox, complaint);
}

static int take_settings(struct worker *worker, struct reader *body)
{
	struct complaint complaint = {""};
	if (worker->has_settings)
		return ERR_FORMAT;
	worker->has_settings = true;
	int error = wire_settings_read(&worker->arena, body, &worker->settings);
	if (error == OK)
		error = open_routing(worker, &complaint);
	if (error == OK)
		error = start_transport(worker, &complaint);
	if (error == OK)
		error = take_suffixes(worker, &complaint);
	if (error == OK)
		error = read_roots(worker, &complaint);
	if (error == OK)
		error = start_scan(worker);
	if (error == OK)
		error = shut_in(worker, &complaint);
	if (error != OK)
		fail(worker, error, &complaint);
	else
		counts_due(worker);
	return OK;
}

static int take_grant(struct worker *worker, struct reader *body)
{
	struct wire_tokens tokens;
	int error = wire_tokens_read(body, &tokens);
	if (error == OK)
		transport_grant(worker->transport, &tokens.server, tokens.count);
	return error;
}

static int take_turn(struct worker *worker, struct reader *body)
{
	struct wire_tokens tokens;
	int error = wire_tokens_read(body, &tokens);
	if (error == OK && tokens.server.port == 0)
		scan_turn(worker->scan, &tokens.server);
	return error;
}

static int take(void *context, enum frame_kind kind, struct reader *body)
{
	struct worker *worker = context;
	if (kind == FRAME_SETTINGS)
		return take_settings(worker, body);
	if (worker->scan == NULL)
		return worker->exit_code != 0 ? OK : ERR_FORMAT;
	if (kind == FRAME_TARGETS)
		return take_targets(worker, body);
	if (kind == FRAME_TURN)
		return take_turn(worker, body);
	return kind == FRAME_GRANT ? take_grant(worker, body) : ERR_FORMAT;
}

static void closed(void *context, int error)
{
	struct worker *worker = context;
	if (error != OK)
		worker->exit_code = 1;
	loop_stop(worker->loop);
}

/* ---- life ---- */

/* Connections need descriptors; the soft limit is 1,024 nearly everywhere. */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static void release(struct worker *worker)
{
	timer_stop(&worker->counts);
	channel_close(&worker->channel);
	scan_free(worker->scan);
	suffix_free(worker->suffixes);
	if (worker->resolver != NULL)
		resolver_free(worker->resolver);
	transport_free(worker->transport);
	if (worker->verifier != NULL)
		verifier_free(worker->verifier);
	trust_free(worker->authorities);
	routing_image_free(worker->routing);
	opt_out_free(worker->opt_out);
	arena_release(&worker->arena);
	memory_give(worker->waiting);
	memory_give(worker->encoded);
	loop_free(worker->loop);
}

int scan_worker_main(void)
{
	static const struct channel_handler handler = {.take = take, .closed = closed};
	const struct clock clock = clock_system();
	struct worker worker = {0};
	worker.page = child_page();
	if (worker.page == NULL)
		return 1;
	raise_descriptor_limit();
	random_system(&worker.random);
	arena_init(&worker.arena, SETTINGS_ARENA_OCTETS, 0);
	timer_init(&worker.counts, counts_due, &worker);
	if (loop_new(&clock, &worker.loop) != OK)
		return 1;
	int error = channel_open(&worker.channel, worker.loop, CHILD_CHANNEL_DESCRIPTOR, &handler,
				 &worker);
	if (error == OK)
		error = loop_run(worker.loop);
	release(&worker);
	return error == OK ? worker.exit_code : 1;
}
