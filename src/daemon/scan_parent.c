/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/scan_parent.h"

#include "base/clock.h"
#include "base/memory.h"
#include "daemon/scan_parent_private.h"
#include "dns/transport/transport.h"
#include "os/signals.h"

#include <assert.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define PROGRESS_EVERY_MS 500
/* Domains in flight may finish for so long after the first Ctrl-C. */
#define PATIENCE_MS 10000
/* Longer than a router takes to start anew, or a provider to say that it works on it. */
#define NETWORK_PATIENCE_MS 300000u
#define DOMAINS_IN_FLIGHT_DEFAULT 2000u
/* One that waits for a time-out must not hold up the others. */
#define DOMAINS_IN_FLIGHT_LEAST 8u
/* Observations that wait for the judge and the caller: some thousand of usual size. Workers wait at
 * the one, and go on at the other. */
#define WAITING_MOST ((size_t)32 << 20)
#define WAITING_LEAST ((size_t)16 << 20)
/* Of an observation that says that nothing was measured, or a verdict that is looked at. */
#define OBSERVATION_ARENA_OCTETS ((size_t)64 << 20)

void crew_end(struct crew *crew, int error)
{
	assert(error != OK);
	if (crew->error == OK)
		crew->error = error;
	loop_stop(crew->loop);
}

void crew_go_on(struct crew *crew)
{
	for (unsigned i = 0; i < crew->member_count; i++)
		member_feed(&crew->members[i]);
	if (crew->outstanding > 0 || crew->error != OK)
		return;
	if (crew->is_stopping)
		crew_end(crew, ERR_INTERRUPTED);
	else if (crew->is_exhausted && crew->again == NULL)
		loop_stop(crew->loop);
}

static void pace_workers(struct crew *crew, size_t waiting)
{
	const bool pauses = crew->is_paused ? waiting > WAITING_LEAST : waiting > WAITING_MOST;
	if (pauses == crew->is_paused)
		return;
	crew->is_paused = pauses;
	for (unsigned i = 0; i < crew->member_count; i++) {
		struct member *member = &crew->members[i];
		/* Who was not listened to has not been silent. */
		member->heard_ns = loop_now_ns(crew->loop);
		if (member->child.is_running)
			channel_pause(&member->child.channel, pauses);
	}
}

/* The judge waits while what it has said waits behind us. */
static void pace_bench(struct crew *crew, size_t backlog)
{
	struct bench *bench = &crew->bench;
	const bool pauses = bench->is_paused ? backlog > WAITING_LEAST : backlog > WAITING_MOST;
	if (pauses == bench->is_paused)
		return;
	bench->is_paused = pauses;
	bench->turn_ns = loop_now_ns(crew->loop);
	if (bench->child.is_running)
		channel_pause(&bench->child.channel, pauses);
}

void crew_pace(struct crew *crew)
{
	const struct scan_parent_settings *settings = crew->settings;
	const size_t backlog = settings->backlog != NULL ? settings->backlog(settings->context) : 0;
	pace_bench(crew, backlog);
	pace_workers(crew, crew->bench.octets + backlog);
}

/* ---- progress and signals ---- */

static void count_up(struct crew *crew)
{
	struct scan_progress *progress = &crew->progress;
	progress->queries = 0;
	progress->in_flight = 0;
	progress->network = 0;
	for (unsigned i = 0; i < crew->member_count; i++) {
		const struct member *member = &crew->members[i];
		progress->queries += member->queries_before + member->counts.queries;
		progress->in_flight += member->counts.in_flight;
		progress->network |= member->counts.network;
	}
	progress->elapsed_ms = (loop_refresh_now(crew->loop) - crew->started_ns) / 1000000;
	progress->is_stopping = crew->is_stopping;
}

/* Half a network lost is none while the other half brings answers. */
static void watch_network(struct crew *crew)
{
	const unsigned lost = NETWORK_LOST_IPV4 | NETWORK_LOST_IPV6;
	const uint64_t now = loop_now_ns(crew->loop);
	uint64_t patience_ms = crew->settings->network_patience_ms;
	uint64_t answers = 0;
	for (unsigned i = 0; i < crew->member_count; i++)
		answers += crew->members[i].counts.answers;
	if (answers != crew->answers || (crew->progress.network & lost) == 0 || crew->is_paused)
		crew->heard_ns = now;
	crew->answers = answers;
	crew->progress.unheard_ms = (now - crew->heard_ns) / 1000000;
	if (patience_ms == 0)
		patience_ms = NETWORK_PATIENCE_MS;
	if (crew->progress.unheard_ms >= patience_ms)
		crew_end(crew, complain(crew->complaint, ERR_NETWORK,
					"the network at this vantage was lost and has not come "
					"back for %" PRIu64 " s",
					crew->progress.unheard_ms / 1000));
}

static void show_progress(void *context)
{
	struct crew *crew = context;
	count_up(crew);
	watch_network(crew);
	if (crew->settings->progress != NULL)
		crew->settings->progress(crew->settings->context, &crew->progress);
	crew_pace(crew);
	for (unsigned i = 0; i < crew->member_count && !crew->is_paused; i++)
		member_look_after(&crew->members[i]);
	bench_look_after(crew);
	timer_start(crew->loop, &crew->progress_timer, PROGRESS_EVERY_MS);
}

static void patience_over(void *context)
{
	crew_end(context, ERR_INTERRUPTED);
}

static void signal_came(void *context, unsigned int events)
{
	struct crew *crew = context;
	int number;
	assert(crew->signal_descriptor >= 0);
	(void)events;
	while (signals_read(crew->signal_descriptor, &number) == OK) {
		if (number != SIGINT && number != SIGTERM && number != SIGHUP)
			continue;
		if (crew->is_stopping) {
			crew_end(crew, ERR_INTERRUPTED);
			return;
		}
		crew->is_stopping = true;
		timer_start(crew->loop, &crew->patience, PATIENCE_MS);
		show_progress(crew);
		crew_go_on(crew);
	}
}

static int watch_signals(struct crew *crew)
{
	int error = signals_open(&crew->signal_descriptor);
	if (error != OK)
		return error;
	watch_init(&crew->signals, signal_came, crew);
	return watch_start(crew->loop, &crew->signals, crew->signal_descriptor, LOOP_READ);
}

/* ---- setting up ---- */

static unsigned core_count(void)
{
	cpu_set_t cores;
	if (sched_getaffinity(0, sizeof(cores), &cores) != 0)
		return 1;
	int count = CPU_COUNT(&cores);
	return count > 0 ? (unsigned)count : 1;
}

/* As many as the rate keeps busy: with more, all advance together, and the first is done when the
 * last is. A domain takes about 33 questions and, where a server is silent, some ten seconds. */
static uint32_t in_flight_for(uint32_t rate)
{
	const uint32_t fitting = rate / 3;
	if (rate == 0 || fitting > DOMAINS_IN_FLIGHT_DEFAULT)
		return DOMAINS_IN_FLIGHT_DEFAULT;
	return fitting > DOMAINS_IN_FLIGHT_LEAST ? fitting : DOMAINS_IN_FLIGHT_LEAST;
}

static int write_settings(struct crew *crew)
{
	struct wire_settings *wire = &crew->wire;
	struct writer writer;
	*wire = crew->settings->worker;
	wire->is_leased = wire->rate_per_server > 0 && crew->member_count > 1;
	if (wire->rate_total > 0) {
		wire->rate_total /= crew->member_count;
		wire->rate_total += wire->rate_total == 0;
	}
	if (wire->domains_in_flight == 0)
		wire->domains_in_flight = in_flight_for(wire->rate_total);
	random_octets(&crew->random, wire->case_secret, sizeof(wire->case_secret));
	size_t room = wire_settings_size(wire);
	crew->settings_body = memory_take(room);
	if (crew->settings_body == NULL)
		return ERR_MEMORY;
	writer_init(&writer, crew->settings_body, room);
	wire_settings_write(&writer, wire);
	assert(writer.error == OK);
	crew->settings_size = writer_used(&writer);
	return OK;
}

static int make_members(struct crew *crew)
{
	uint8_t key[16];
	struct member *members = memory_take_zeroed(crew->member_count, sizeof(*members));
	if (members == NULL)
		return ERR_MEMORY;
	crew->members = members;
	for (unsigned i = 0; i < crew->member_count; i++) {
		members[i].crew = crew;
		members[i].index = i;
	}
	random_octets(&crew->random, key, sizeof(key));
	for (unsigned i = 0; i < crew->member_count; i++) {
		members[i].targets = map_new(key);
		if (members[i].targets == NULL)
			return ERR_MEMORY;
	}
	return OK;
}

static int set_up(struct crew *crew)
{
	timer_init(&crew->progress_timer, show_progress, crew);
	timer_init(&crew->patience, patience_over, crew);
	crew->started_ns = crew->heard_ns = loop_refresh_now(crew->loop);
	int error = write_settings(crew);
	if (error == OK)
		error = make_members(crew);
	const struct leases_settings leases = {
		.rate = crew->wire.rate_per_server,
		.worker_count = crew->member_count,
		.grant = crew_grant,
		.context = crew,
	};
	if (error == OK && crew->wire.is_leased)
		error = leases_new(crew->loop, &crew->random, &leases, &crew->leases);
	const struct turns_settings turns = {
		.worker_count = crew->member_count, .give = crew_turn, .context = crew};
	if (error == OK && crew->wire.is_leased && (crew->wire.needs & NEED_CONNECT) != 0)
		error = turns_new(&crew->random, &turns, &crew->turns);
	if (error == OK)
		error = watch_signals(crew);
	if (error == OK)
		error = bench_start(crew);
	for (unsigned i = 0; error == OK && i < crew->member_count; i++)
		error = member_start(&crew->members[i]);
	return error;
}

static void tear_down(struct crew *crew)
{
	for (unsigned i = 0; crew->members != NULL && i < crew->member_count; i++)
		member_release(&crew->members[i]);
	memory_give(crew->members);
	bench_release(crew);
	targets_release(crew);
	leases_free(crew->leases);
	turns_free(crew->turns);
	arena_release(&crew->arena);
	if (crew->settings_body != NULL)
		explicit_bzero(crew->settings_body, crew->settings_size); /* a key may be in it */
	memory_give(crew->settings_body);
	timer_stop(&crew->progress_timer);
	timer_stop(&crew->patience);
	watch_stop(crew->loop, &crew->signals);
	if (crew->signal_descriptor >= 0)
		signals_close(crew->signal_descriptor);
}

int scan_parent_run(const struct scan_parent_settings *settings, struct complaint *complaint,
		    struct scan_progress *ret_progress)
{
	struct crew crew = {
		.settings = settings,
		.loop = settings->loop,
		.complaint = complaint,
		.signal_descriptor = -1,
		.member_count = settings->worker_count > 0 ? settings->worker_count : core_count(),
	};
	assert(settings->loop != NULL && settings->next != NULL && settings->take != NULL);
	if (crew.member_count > SCAN_WORKERS_MAX)
		crew.member_count = SCAN_WORKERS_MAX;
	/* Each has a share of the total rate, and none can have less than one a second. */
	const uint32_t rate = settings->worker.rate_total;
	if (rate > 0 && crew.member_count > rate)
		crew.member_count = rate;
	random_system(&crew.random);
	arena_init(&crew.arena, OBSERVATION_ARENA_OCTETS, 0);
	int error = set_up(&crew);
	if (error == OK) {
		show_progress(&crew);
		crew_go_on(&crew);
		/* Nothing to do at all: the loop would wait for ever. */
		bool has_work = crew.outstanding > 0 && crew.error == OK;
		error = has_work ? loop_run(crew.loop) : OK;
	}
	if (error == OK)
		error = crew.error;
	if (error == OK && crew.outstanding > 0)
		error = ERR_INTERRUPTED; /* somebody else has stopped the loop */
	count_up(&crew);
	*ret_progress = crew.progress;
	tear_down(&crew);
	return error;
}
