/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parent of a scan with workers of several kinds (fake_worker.c). */
#include "daemon/lease.h"
#include "daemon/opt_out.h"
#include "daemon/scan_parent.h"
#include "dns/transport/transport.h"
#include "fakes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int run(const char *kind, struct caller *caller, struct scan_progress *progress)
{
	return run_with(kind, "real", caller, progress);
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

/* What is more than its judge has room for is nobody's fault. */
static void test_too_much(void **state)
{
	struct caller caller = {.targets = 1000};
	struct scan_progress progress;
	assert_int_equal(run_with("plain", "too much", &caller, &progress), OK);
	assert_int_equal(caller.taken, 1000);
	assert_int_equal(caller.too_much, 1);
	assert_int_equal(caller.crashed + caller.unread, 0);
	assert_int_equal(progress.crashes, 0);
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
	assert_int_equal(run("stillborn", &caller, &progress), ERR_IO);
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
	const struct clock clock = clock_system();
	struct loop *loop;
	assert_int_equal(loop_new(&clock, &loop), OK);
	const struct scan_parent_settings settings = {
		.loop = loop,
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
	assert_int_equal(setenv("DSFI_TEST_JUDGE", "real", 1), 0);
	assert_int_equal(scan_parent_run(&settings, &said, &progress), OK);
	loop_free(loop);
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
	static const uint8_t names[] = "\4gone\3tld\0\3org";
	const struct wire_settings settings = {.opt_outs = prefixes,
					       .opt_out_count = 4,
					       .opt_out_names = names,
					       .opt_out_names_size = sizeof(names)};
	const uint8_t *const below = (const uint8_t *)"\2Ns\4GONE\3tld";
	struct opt_out *opt_out;
	struct random random;
	struct address address;
	random_seeded(&random, 3);
	assert_int_equal(opt_out_new(&settings, &random, &opt_out), OK);
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(address_from_text(in[i], 853, &address), OK);
		assert_true(opt_out_has(opt_out, &address));
		assert_int_equal(address_from_text(out[i], 53, &address), OK);
		assert_false(opt_out_has(opt_out, &address));
	}
	assert_true(opt_out_has_name(opt_out, below));
	assert_true(opt_out_has_name(opt_out, below + 3));
	assert_false(opt_out_has_name(opt_out, below + 8));
	assert_false(opt_out_has_name(opt_out, (const uint8_t *)"\5agone\3tld"));
	assert_true(opt_out_has_name(opt_out, (const uint8_t *)"\3ORG"));
	opt_out_free(opt_out);
}

int main(int count, char **words)
{
	int exit_code;
	if (fakes_main(count, words, &exit_code))
		return exit_code;
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
