/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parent of a scan with workers of several kinds: this program itself, started again as
 * `worker`; DSFI_TEST_WORKER says which kind it is then.
 */
#include "base/memory.h"
#include "daemon/channel.h"
#include "daemon/lease.h"
#include "daemon/opt_out.h"
#include "daemon/scan_parent.h"
#include "daemon/scan_worker.h"
#include "dns/transport/transport.h"
#include "dns/wire/name.h"
#include "model/observation.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- a worker that scans nothing, and dies as told ---- */

struct fake_worker {
	struct loop *loop;
	struct channel channel;
	uint8_t *page;
	const char *kind;
};

/* An observation of `about`, sent as one of `name`. */
static void answer(struct fake_worker *worker, const uint8_t *name, const uint8_t *about)
{
	struct observation_builder builder;
	struct arena arena;
	arena_init(&arena, 65536, 0);
	observation_builder_init(&builder, &arena, about);
	builder.observation.vantage = "here";
	builder.observation.scanner = "test";
	uint8_t encoded[2048];
	size_t size;
	if (observation_encode(&builder.observation, encoded, sizeof(encoded), &size) != OK)
		abort();
	uint8_t *body = channel_frame(&worker->channel, FRAME_OBSERVATION, name_size(name) + size);
	memcpy(body, name, name_size(name));
	memcpy(body + name_size(name), encoded, size);
	arena_release(&arena);
}

static void send_counts_of(struct fake_worker *worker, const struct wire_counts *counts)
{
	struct writer writer;
	writer_init(&writer, channel_frame(&worker->channel, FRAME_COUNTS, WIRE_COUNTS_OCTETS),
		    WIRE_COUNTS_OCTETS);
	wire_counts_write(&writer, counts);
}

static void send_counts(struct fake_worker *worker, uint64_t queries, uint32_t in_flight)
{
	send_counts_of(worker, &(struct wire_counts){.queries = queries, .in_flight = in_flight});
}

static void send_octets(struct fake_worker *worker, enum frame_kind kind, const void *octets,
			size_t size)
{
	memcpy(channel_frame(&worker->channel, kind, size), octets, size);
}

static void want(struct fake_worker *worker, uint32_t number)
{
	const uint8_t octets[4] = {10, (uint8_t)(number >> 16), (uint8_t)(number >> 8),
				   (uint8_t)number};
	const struct wire_tokens tokens = {.server = address_from_ipv4(octets, 53), .count = 16};
	struct writer writer;
	writer_init(&writer, channel_frame(&worker->channel, FRAME_LEASE, WIRE_TOKENS_OCTETS),
		    WIRE_TOKENS_OCTETS);
	wire_tokens_write(&writer, &tokens);
}

/* Never reads again, and never stops asking. */
static void want_without_end(struct fake_worker *worker)
{
	for (uint32_t number = 0;; number++) {
		want(worker, number % 40000);
		if (number % 1000 == 0)
			channel_drain(&worker->channel);
	}
}

static void lie_with_frames(struct fake_worker *worker, const uint8_t *name)
{
	const char *kind = worker->kind;
	if (strcmp(kind, "lying") == 0)
		send_octets(worker, FRAME_OBSERVATION, "\1x", 3);
	if (strcmp(kind, "foreign") == 0)
		answer(worker, (const uint8_t *)"\3not\4mine", (const uint8_t *)"\3not\4mine");
	if (strcmp(kind, "renaming") == 0)
		answer(worker, name, (const uint8_t *)"\3not\4mine");
	if (strcmp(kind, "unreadable") == 0) {
		uint8_t body[NAME_MAX_OCTETS + 5];
		size_t size = name_copy(body, name);
		memcpy(body + size, "dsfi\377", 5);
		send_octets(worker, FRAME_OBSERVATION, body, size + 5);
	}
	if (strcmp(kind, "unknown") == 0)
		send_octets(worker, (enum frame_kind)77, "", 0);
	if (strcmp(kind, "long") == 0) {
		const uint8_t header[] = {0xff, 0xff, 0xff, 0xff, FRAME_OBSERVATION};
		channel_drain(&worker->channel);
		(void)!write(worker->channel.descriptor, header, sizeof(header));
	}
	if (strcmp(kind, "unable") == 0)
		send_octets(worker, FRAME_FAILED, "\1no memory", 10);
}

/* True: the domain gets its observation all the same. */
static bool lie(struct fake_worker *worker, const uint8_t *name)
{
	const char *kind = worker->kind;
	lie_with_frames(worker, name);
	if (strcmp(kind, "twice") == 0)
		answer(worker, name, name);
	if (strcmp(kind, "backwards") == 0) {
		send_counts(worker, 1000, 0);
		send_counts(worker, 999, 0);
	}
	if (strcmp(kind, "boasting") == 0)
		send_counts(worker, UINT64_MAX, 0);
	if (strcmp(kind, "crowded") == 0)
		send_counts(worker, 0, 1000000);
	if (strcmp(kind, "deaf") == 0)
		want_without_end(worker);
	return strcmp(kind, "plain") == 0 || strcmp(kind, "interrupting") == 0 ||
	       strcmp(kind, "twice") == 0;
}

/* Without what a sanitizer would say of it. */
static void crash(void)
{
	(void)signal(SIGSEGV, SIG_DFL);
	(void)raise(SIGSEGV);
}

static void behave(struct fake_worker *worker, const uint8_t *name)
{
	bool is_bad = name[1] == 'b'; /* bad.example: reading its reply is deadly */
	if (is_bad && strcmp(worker->kind, "noting") == 0) {
		name_copy(worker->page, name);
		channel_drain(&worker->channel);
		crash();
	}
	if (is_bad && strcmp(worker->kind, "silent") == 0)
		crash();
	if (is_bad && strcmp(worker->kind, "killed") == 0) {
		name_copy(worker->page, name);
		channel_drain(&worker->channel);
		raise(SIGKILL);
	}
	if (is_bad && strcmp(worker->kind, "closing") == 0) {
		(void)close(WORKER_CHANNEL_DESCRIPTOR);
		for (;;)
			(void)pause();
	}
	if (is_bad && !lie(worker, name))
		return;
	answer(worker, name, name);
	if (strcmp(worker->kind, "interrupting") == 0 && memcmp(name, "\3n77", 4) == 0)
		kill(getppid(), SIGINT);
}

static int fake_take(void *context, enum frame_kind kind, struct reader *body)
{
	struct fake_worker *worker = context;
	const uint8_t *name;
	if (kind == FRAME_SETTINGS && strcmp(worker->kind, "misfit") == 0)
		send_octets(worker, FRAME_FAILED, "\1no descriptors", 15);
	if (strcmp(worker->kind, "misfit") == 0)
		return OK;
	if (kind == FRAME_SETTINGS)
		send_counts(worker, 0, 0);
	if (kind == FRAME_TARGETS && strcmp(worker->kind, "cut off") == 0)
		send_counts_of(worker,
			       &(struct wire_counts){.queries = 99, .network = NETWORK_LOST_IPV4});
	else if (kind == FRAME_TARGETS) {
		while (wire_target_read(body, &name) == OK)
			behave(context, name);
	}
	return OK;
}

static void fake_closed(void *context, int error)
{
	(void)context, (void)error;
	_exit(0);
}

static int fake_worker_main(const char *kind)
{
	static const struct channel_handler handler = {.take = fake_take, .closed = fake_closed};
	const struct clock clock = clock_system();
	struct fake_worker worker = {.kind = kind};
	worker.page = mmap(NULL, WORKER_PAGE_OCTETS, PROT_READ | PROT_WRITE, MAP_SHARED,
			   WORKER_PAGE_DESCRIPTOR, 0);
	if (strcmp(kind, "stillborn") == 0)
		return 1;
	if (loop_new(&clock, &worker.loop) != OK ||
	    channel_open(&worker.channel, worker.loop, WORKER_CHANNEL_DESCRIPTOR, &handler,
			 &worker) != OK)
		return 1;
	return loop_run(worker.loop);
}

/* ---- the parent's caller ---- */

struct caller {
	unsigned targets, given; /* bad.example is the 100th */
	unsigned taken, crashed, unread, bad_taken, foreign;
	uint32_t rate_per_server;
	bool bad_is_too_much;
	int take_error;
};

static int next_target(void *context, uint8_t *ret_name)
{
	struct caller *caller = context;
	char text[32];
	struct name name;
	if (caller->given == caller->targets)
		return ERR_NOT_FOUND;
	(void)snprintf(text, sizeof(text), "n%u.example", caller->given);
	if (++caller->given == 100)
		memcpy(text, "bad.example", 12);
	assert_int_equal(name_from_text(text, &name, NULL), OK);
	name_copy(ret_name, name.octets);
	return OK;
}

static int take_observation(void *context, const struct scan_taken *taken)
{
	struct caller *caller = context;
	const char *why = taken->observation->not_measured;
	bool is_bad = taken->observation->domain[1] == 'b';
	struct observation again;
	assert_non_null(arena_take(taken->arena, 1000));
	assert_int_equal(observation_decode(taken->arena, taken->encoded, taken->encoded_size,
					    &again, NULL),
			 OK);
	assert_true(name_equal(again.domain, taken->observation->domain));
	if (is_bad && caller->bad_is_too_much && why == NULL)
		return ERR_LIMIT;
	caller->taken++;
	caller->bad_taken += is_bad;
	caller->foreign += taken->observation->domain[1] == 'x';
	if (why != NULL) {
		caller->crashed += strcmp(why, "worker crashed") == 0;
		caller->unread += strstr(why, "could not be read") != NULL;
	}
	return caller->take_error;
}

static struct complaint said;

static int run(const char *kind, struct caller *caller, struct scan_progress *progress)
{
	const struct scan_parent_settings settings = {
		.worker_count = 2,
		.worker = {.vantage = "here",
			   .scanner = "test",
			   .domains_in_flight = 50,
			   .rate_per_server = caller->rate_per_server},
		.network_patience_ms = 1000,
		.next = next_target,
		.take = take_observation,
		.context = caller,
	};
	said.text[0] = 0;
	assert_int_equal(setenv("DSFI_TEST_WORKER", kind, 1), 0);
	return scan_parent_run(&settings, &said, progress);
}

static void test_all_come_back(void **state)
{
	struct caller caller = {.targets = 5000};
	struct scan_progress progress;
	assert_int_equal(run("plain", &caller, &progress), OK);
	assert_int_equal(caller.taken, 5000);
	assert_int_equal(caller.crashed, 0);
	assert_int_equal(progress.done, 5000);
	assert_int_equal(progress.crashes, 0);
}

static void test_no_targets(void **state)
{
	struct caller caller = {0};
	struct scan_progress progress;
	assert_int_equal(run("plain", &caller, &progress), OK);
	assert_int_equal(caller.taken, 0);
}

/* The worker noted whose reply it read: that domain is named, no other suffers. */
static void test_crash_names_its_domain(void **state)
{
	struct caller caller = {.targets = 1000};
	struct scan_progress progress;
	assert_int_equal(run("noting", &caller, &progress), OK);
	assert_int_equal(caller.taken, 1000);
	assert_int_equal(caller.crashed, 1);
	assert_int_equal(caller.bad_taken, 1);
	assert_int_equal(progress.crashes, 1);
}

/* What somebody kills is not to blame: what it was reading is handed out again, with what else it
 * had. It takes many to give one up. */
static void test_killed_from_outside(void **state)
{
	struct caller caller = {.targets = 1000};
	struct scan_progress progress;
	assert_int_equal(run("killed", &caller, &progress), OK);
	assert_int_equal(caller.taken, 1000);
	assert_int_equal(caller.bad_taken, 1);
	assert_int_equal(progress.crashes, KILLS_MAX);
	assert_in_range(caller.crashed, 1, 200);
}

/* Who only stops talking is killed by us, and that is held against what it had. */
static void test_closing_worker(void **state)
{
	struct caller caller = {.targets = 1000};
	struct scan_progress progress;
	assert_int_equal(run("closing", &caller, &progress), OK);
	assert_int_equal(caller.taken, 1000);
	assert_int_equal(progress.crashes, CRASHES_MAX);
	assert_in_range(caller.crashed, 1, 200);
}

/* Without a note, it takes three deaths; domains that had the same bad luck may be lost with it. */
static void test_crash_without_a_name(void **state)
{
	struct caller caller = {.targets = 1000};
	struct scan_progress progress;
	assert_int_equal(run("silent", &caller, &progress), OK);
	assert_int_equal(caller.taken, 1000);
	assert_int_equal(caller.bad_taken, 1);
	assert_int_equal(progress.crashes, CRASHES_MAX);
	assert_in_range(caller.crashed, 1, 200);
}

/*
 * Whatever a worker says that cannot be: it is ended, and after three of them the domain that makes
 * them say it is given up. Nothing else is lost, nothing is taken that was not asked for.
 */
static void goes_on_without(const char *kind, unsigned crashed_most)
{
	struct caller caller = {.targets = 1000, .rate_per_server = 1000};
	struct scan_progress progress;
	assert_int_equal(run(kind, &caller, &progress), OK);
	assert_int_equal(caller.taken, 1000);
	assert_int_equal(caller.bad_taken, 1);
	assert_int_equal(caller.foreign, 0);
	assert_int_equal(progress.crashes, CRASHES_MAX);
	assert_in_range(caller.crashed, 1, crashed_most);
}

static void test_lying_workers(void **state)
{
	static const char *const kinds[] = {"lying",     "foreign",  "unknown", "long", "unable",
					    "backwards", "boasting", "crowded", "deaf"};
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		goes_on_without(kinds[i], 200);
}

/* What cannot be read names its domain: no other suffers. */
static void test_unreadable_observations(void **state)
{
	static const char *const kinds[] = {"unreadable", "renaming"};
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct caller caller = {.targets = 1000};
		struct scan_progress progress;
		assert_int_equal(run(kinds[i], &caller, &progress), OK);
		assert_int_equal(caller.taken, 1000);
		assert_int_equal(caller.bad_taken, 1);
		assert_int_equal(caller.unread, 1);
		assert_int_equal(caller.crashed + caller.foreign, 0);
		assert_int_equal(progress.crashes, CRASHES_MAX);
	}
}

/* So does one that is more than its judge has room for. */
static void test_too_much(void **state)
{
	struct caller caller = {.targets = 1000, .bad_is_too_much = true};
	struct scan_progress progress;
	assert_int_equal(run("plain", &caller, &progress), OK);
	assert_int_equal(caller.taken, 1000);
	assert_int_equal(caller.unread, 1);
	assert_int_equal(caller.crashed, 0);
	assert_int_equal(progress.crashes, CRASHES_MAX);
}

/* The second observation of a domain is of none that the worker has. */
static void test_told_twice(void **state)
{
	struct caller caller = {.targets = 1000};
	struct scan_progress progress;
	assert_int_equal(run("twice", &caller, &progress), OK);
	assert_int_equal(caller.taken, 1000);
	assert_int_equal(caller.bad_taken, 1);
	assert_int_equal(progress.crashes, 1);
}

/* All say it, before they have done anything: it is believed, and no domain is to blame. */
static void test_unable_workers(void **state)
{
	struct caller caller = {.targets = 1000};
	struct scan_progress progress;
	assert_int_equal(run("misfit", &caller, &progress), ERR_MEMORY);
	assert_string_equal(said.text, "no descriptors");
	assert_int_equal(caller.taken, 0);
}

static void test_stillborn_workers(void **state)
{
	struct caller caller = {.targets = 1000};
	struct scan_progress progress;
	assert_int_equal(run("stillborn", &caller, &progress), ERR_LIMIT);
	assert_non_null(strstr(said.text, "crash"));
}

static void test_take_fails(void **state)
{
	struct caller caller = {.targets = 1000, .take_error = ERR_FULL};
	struct scan_progress progress;
	assert_int_equal(run("plain", &caller, &progress), ERR_FULL);
	assert_int_equal(caller.taken, 1);
}

/* The network does not come back. */
static void test_network_lost(void **state)
{
	struct caller caller = {.targets = 1000};
	struct scan_progress progress;
	assert_int_equal(run("cut off", &caller, &progress), ERR_NETWORK);
	assert_non_null(strstr(said.text, "network"));
	assert_int_equal(caller.taken, 0);
	assert_int_equal(progress.network, NETWORK_LOST_IPV4);
	assert_in_range(progress.elapsed_ms, 1000, 10000);
}

/* What was handed out is finished, nothing more begins. */
static void test_interrupted(void **state)
{
	struct caller caller = {.targets = 1000000};
	struct scan_progress progress;
	assert_int_equal(run("interrupting", &caller, &progress), ERR_INTERRUPTED);
	assert_in_range(caller.taken, 50, 500000);
	assert_int_equal(caller.taken, caller.given);
	assert_true(progress.is_stopping);
}

/* The real one: a root that nobody serves. Nothing is measured, nothing is lost. */
static void test_real_worker(void **state)
{
	struct caller caller = {.targets = 60};
	struct scan_progress progress;
	const uint8_t loopback[4] = {127, 0, 0, 1};
	const struct address hint = address_from_ipv4(loopback, 1);
	const struct scan_parent_settings settings = {
		.worker_count = 2,
		.worker = {.vantage = "here",
			   .scanner = "test",
			   .domains_in_flight = 50,
			   .needs = 0x5f,
			   .rate_per_server = 1000,
			   .hints = &hint,
			   .hint_count = 1},
		.next = next_target,
		.take = take_observation,
		.context = &caller,
	};
	assert_int_equal(setenv("DSFI_TEST_WORKER", "real", 1), 0);
	assert_int_equal(scan_parent_run(&settings, &said, &progress), OK);
	assert_int_equal(caller.taken, 60);
	assert_int_equal(caller.crashed, 0);
}

/* ---- leases and opt-outs ---- */

struct grants {
	unsigned total, by_worker[3];
};

static void granted(void *context, unsigned worker, const struct address *server, unsigned count)
{
	struct grants *grants = context;
	(void)server;
	grants->total += count;
	grants->by_worker[worker] += count;
}

static uint64_t fake_now_ns;

static uint64_t fake_monotonic(void *context)
{
	(void)context;
	return fake_now_ns;
}

static int64_t fake_wall(void *context)
{
	(void)context;
	return 0;
}

/* Three workers that always want more get one rate together, and equal shares of it. */
static void test_leases(void **state)
{
	const struct clock clock = {.monotonic_ns = fake_monotonic, .wall_s = fake_wall};
	const uint8_t octets[4] = {192, 0, 2, 1};
	const struct address server = address_from_ipv4(octets, 53);
	struct grants grants = {0};
	struct random random;
	struct leases *leases;
	struct loop *loop;
	fake_now_ns = UINT64_C(1000000000);
	random_seeded(&random, 1);
	assert_int_equal(loop_new(&clock, &loop), OK);
	const struct leases_settings settings = {
		.rate = 60, .worker_count = 3, .grant = granted, .context = &grants};
	assert_int_equal(leases_new(loop, &random, &settings, &leases), OK);
	for (unsigned ms = 0; ms < 10000; ms += 5) {
		for (unsigned worker = 0; worker < 3; worker++)
			assert_int_equal(leases_want(leases, worker, &server, 4), OK);
		assert_int_equal(loop_turn(loop, 0), OK);
		fake_now_ns += 5000000;
	}
	assert_in_range(grants.total, 600, 607);
	for (unsigned worker = 0; worker < 3; worker++)
		assert_in_range(grants.by_worker[worker], 190, 213);
	leases_forget(leases, 0);
	leases_forget(leases, 1);
	leases_forget(leases, 2);
	unsigned before = grants.total;
	fake_now_ns += UINT64_C(1000000000);
	assert_int_equal(loop_turn(loop, 0), OK);
	assert_int_equal(grants.total, before);
	leases_free(leases);
	loop_free(loop);
}

/* A worker waits at no more addresses than there are servers in its memory; leases go on for
 * others. */
static void test_leases_without_end(void **state)
{
	const struct clock clock = {.monotonic_ns = fake_monotonic, .wall_s = fake_wall};
	struct grants grants = {0};
	struct random random;
	struct leases *leases;
	struct loop *loop;
	random_seeded(&random, 1);
	assert_int_equal(loop_new(&clock, &loop), OK);
	const struct leases_settings settings = {
		.rate = 60, .worker_count = 2, .grant = granted, .context = &grants};
	assert_int_equal(leases_new(loop, &random, &settings, &leases), OK);
	for (unsigned round = 0; round < 2; round++) {
		for (uint32_t i = 0; i <= LEASE_WANTS_MAX; i++) {
			const uint8_t octets[4] = {10, (uint8_t)(i >> 16), (uint8_t)(i >> 8),
						   (uint8_t)i};
			const struct address server = address_from_ipv4(octets, 53);
			assert_int_equal(leases_want(leases, 0, &server, 1),
					 i < LEASE_WANTS_MAX ? OK : ERR_LIMIT);
			if (i == LEASE_WANTS_MAX)
				assert_int_equal(leases_want(leases, 1, &server, 1), OK);
		}
		fake_now_ns += UINT64_C(1000000000);
		assert_int_equal(loop_turn(loop, 0), OK);
		assert_int_equal(grants.by_worker[0], (round + 1) * LEASE_WANTS_MAX);
		assert_int_equal(grants.by_worker[1], round + 1);
	}
	leases_free(leases);
	loop_free(loop);
}

static struct address_prefix prefix_of(const char *text, uint8_t bits)
{
	struct address address;
	assert_int_equal(address_from_text(text, 53, &address), OK);
	struct address_prefix prefix = {.family = address.family, .bits = bits};
	memcpy(prefix.octets, address.octets, sizeof(prefix.octets));
	return prefix;
}

static void test_opt_out(void **state)
{
	const struct address_prefix prefixes[] = {prefix_of("192.0.2.77", 24),
						  prefix_of("198.51.100.5", 32),
						  prefix_of("2001:db8::", 33),
						  prefix_of("203.0.113.128", 25)};
	const char *const in[] = {"192.0.2.1", "192.0.2.255", "198.51.100.5", "2001:db8:1::1",
				  "203.0.113.129"};
	const char *const out[] = {"192.0.3.1", "198.51.100.4", "2001:db8:8000::1", "203.0.113.1",
				   "::1"};
	struct opt_out *opt_out;
	struct random random;
	struct address address;
	random_seeded(&random, 3);
	assert_int_equal(opt_out_new(prefixes, 4, &random, &opt_out), OK);
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(address_from_text(in[i], 853, &address), OK);
		assert_true(opt_out_has(opt_out, &address));
		assert_int_equal(address_from_text(out[i], 53, &address), OK);
		assert_false(opt_out_has(opt_out, &address));
	}
	opt_out_free(opt_out);
}

int main(int count, char **words)
{
	const char *kind = getenv("DSFI_TEST_WORKER");
	if (count > 1 && strcmp(words[1], "worker") == 0)
		return strcmp(kind, "real") == 0 ? scan_worker_main() : fake_worker_main(kind);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_come_back),
		cmocka_unit_test(test_no_targets),
		cmocka_unit_test(test_crash_names_its_domain),
		cmocka_unit_test(test_crash_without_a_name),
		cmocka_unit_test(test_killed_from_outside),
		cmocka_unit_test(test_closing_worker),
		cmocka_unit_test(test_lying_workers),
		cmocka_unit_test(test_unreadable_observations),
		cmocka_unit_test(test_too_much),
		cmocka_unit_test(test_told_twice),
		cmocka_unit_test(test_unable_workers),
		cmocka_unit_test(test_stillborn_workers),
		cmocka_unit_test(test_take_fails),
		cmocka_unit_test(test_network_lost),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_real_worker),
		cmocka_unit_test(test_leases),
		cmocka_unit_test(test_leases_without_end),
		cmocka_unit_test(test_opt_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
