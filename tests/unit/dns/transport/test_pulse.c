/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our own network goes away and comes back: nobody is told of what was lost meanwhile. */
#include "dns/wire/type.h"
#include "fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SERVERS 4
#define SERVERS_MAX 8

static struct net {
	bool is_away;
	struct fake *silent; /* this one only */
	bool is_fading;      /* all but the first two */
} net;

static bool is_first(const struct fake *fake);

static size_t answer_unless_away(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	if (net.is_away || net.silent == fake || (net.is_fading && !is_first(fake)))
		return 0;
	return fake_plainly(fake, query, answer);
}

/* Some servers, the bench's own among them; each has answered once. */
struct place {
	struct bench bench;
	struct fake others[SERVERS_MAX - 1];
	unsigned server_count;
};

static struct place *all;

static bool is_first(const struct fake *fake)
{
	return fake == &all->bench.fake || fake == &all->others[0];
}

static struct fake *server_at(struct place *place, unsigned index)
{
	return index == 0 ? &place->bench.fake : &place->others[index - 1];
}

static void ask(struct place *place, unsigned server, const char *name, uint8_t transport,
		struct told *told)
{
	struct exchange_question question = bench_question(&place->bench, name);
	question.server = server_at(place, server)->address;
	question.transport = transport;
	bench_ask(&place->bench, &question, told);
}

static void place_open(struct place *place, unsigned server_count)
{
	net = (struct net){0};
	*place = (struct place){.server_count = server_count};
	all = place;
	bench_open(&place->bench, NULL, answer_unless_away);
	for (unsigned i = 1; i < server_count; i++)
		fake_open(&place->others[i - 1], place->bench.loop, answer_unless_away);
	for (unsigned i = 0; i < server_count; i++) {
		struct told told = {0};
		ask(place, i, "first.example", EXCHANGE_UDP, &told);
		bench_run(&place->bench, &told.count, 1);
		assert_int_equal(told.result.outcome, EXCHANGE_ANSWER);
	}
	bench_run_for(&place->bench, 2);
	assert_int_equal(transport_network(place->bench.transport), 0);
}

static void place_close(struct place *place)
{
	for (unsigned i = 1; i < place->server_count; i++)
		fake_close(&place->others[i - 1]);
	bench_close(&place->bench);
}

static void test_away_and_back(void **state)
{
	struct told told[SERVERS] = {0}, later = {0};
	struct place place;
	char name[32];
	(void)state;
	place_open(&place, SERVERS);
	net.is_away = true;
	for (unsigned i = 0; i < SERVERS; i++) {
		snprintf(name, sizeof(name), "lost%u.example", i);
		ask(&place, i, name, EXCHANGE_UDP, &told[i]);
	}
	/* Ten times as long as a question lasts. */
	bench_run_for(&place.bench, 2500);
	assert_int_equal(transport_network(place.bench.transport), NETWORK_LOST_IPV4);
	ask(&place, 1, "meanwhile.example", EXCHANGE_UDP, &later);
	bench_run_for(&place.bench, 500);
	unsigned asked = place.bench.fake.udp_queries;
	for (unsigned i = 0; i < SERVERS; i++)
		assert_int_equal(told[i].count, 0);
	assert_int_equal(later.count, 0);
	net.is_away = false;
	bench_run(&place.bench, &later.count, 1);
	for (unsigned i = 0; i < SERVERS; i++) {
		bench_run(&place.bench, &told[i].count, 1);
		assert_int_equal(told[i].result.outcome, EXCHANGE_ANSWER);
		assert_int_equal(told[i].result.attempts, 1);
	}
	assert_int_equal(later.result.outcome, EXCHANGE_ANSWER);
	assert_int_equal(transport_network(place.bench.transport), 0);
	/* Those who answered last were asked twice a second, no more. */
	assert_in_range(asked, 2, 20);
	place_close(&place);
}

static void never_told(void *context, const struct exchange_result *result)
{
	(void)context, (void)result;
	fail_msg("told after leaving");
}

static void never_late(void *context, bool rests)
{
	(void)context, (void)rests;
	fail_msg("late while the network is away");
}

/* Held while nothing can go out, and left: not sent when the network is back. */
static void test_left_while_away(void **state)
{
	struct told told[SERVERS] = {0};
	struct flight *flight;
	struct place place;
	char name[32];
	(void)state;
	place_open(&place, SERVERS);
	net.is_away = true;
	for (unsigned i = 0; i < SERVERS; i++) {
		snprintf(name, sizeof(name), "lost%u.example", i);
		ask(&place, i, name, EXCHANGE_UDP, &told[i]);
	}
	bench_run_for(&place.bench, 2500);
	assert_int_equal(transport_network(place.bench.transport), NETWORK_LOST_IPV4);
	const struct exchange_question question = bench_question(&place.bench, "left.example");
	const struct exchange_asker asker = {never_told, never_late, &place};
	assert_int_equal(transport_begin(place.bench.transport, &question, &asker, &flight), OK);
	bench_run_for(&place.bench, 600);
	assert_int_equal(transport_leave(place.bench.transport, flight, &place), 0);
	net.is_away = false;
	for (unsigned i = 0; i < SERVERS; i++)
		bench_run(&place.bench, &told[i].count, 1);
	const uint64_t sent = transport_counts(place.bench.transport).sent_udp;
	bench_run_for(&place.bench, 300);
	assert_int_equal(transport_counts(place.bench.transport).sent_udp, sent);
	assert_int_equal(transport_counts(place.bench.transport).waiting, 0);
	place_close(&place);
}

/* Nobody else is asked anything, yet they are there: silence is the server's own. */
static void test_one_is_silent(void **state)
{
	struct told told = {0};
	struct place place;
	(void)state;
	place_open(&place, SERVERS);
	net.silent = &place.others[0];
	ask(&place, 1, "silent.example", EXCHANGE_UDP, &told);
	bench_run(&place.bench, &told.count, 1);
	assert_int_equal(told.result.outcome, EXCHANGE_TIMEOUT);
	assert_int_equal(told.result.attempts, 3);
	assert_int_equal(transport_network(place.bench.transport), 0);
	place_close(&place);
}

/* Whoever has all the servers that answered last says nothing of the network by their silence. */
static void test_the_last_ones_fade(void **state)
{
	struct told told[SERVERS_MAX] = {0};
	struct place place;
	(void)state;
	place_open(&place, SERVERS_MAX);
	net.is_fading = true;
	for (unsigned i = 2; i < SERVERS_MAX; i++)
		ask(&place, i, "fading.example", EXCHANGE_UDP, &told[i]);
	for (unsigned i = 2; i < SERVERS_MAX; i++) {
		bench_run(&place.bench, &told[i].count, 1);
		assert_int_equal(told[i].result.outcome, EXCHANGE_TIMEOUT);
	}
	assert_int_equal(transport_network(place.bench.transport), 0);
	place_close(&place);
}

/* What is asked to see whether the network is there counts for the question that was not answered,
 * and one that may not cause so much causes none of it. */
static void test_doubt_is_charged(void **state)
{
	for (uint8_t most = 3; most <= 8; most += 5) {
		struct told told = {0};
		struct place place;
		unsigned before = 0, after = 0;
		(void)state;
		place_open(&place, SERVERS);
		for (unsigned i = 0; i < SERVERS; i++)
			before += server_at(&place, i)->udp_queries;
		net.silent = &place.others[1];
		struct exchange_question question = bench_question(&place.bench, "dear.example");
		question.server = place.others[1].address;
		question.sends_max = most;
		bench_ask(&place.bench, &question, &told);
		bench_run(&place.bench, &told.count, 1);
		bench_run_for(&place.bench, 50);
		for (unsigned i = 0; i < SERVERS; i++)
			after += server_at(&place, i)->udp_queries;
		assert_int_equal(told.result.outcome, EXCHANGE_TIMEOUT);
		assert_int_equal(told.result.sent, after - before);
		assert_in_range(after - before, 3, most);
		place_close(&place);
	}
}

/* With too few others nothing can be told. */
static void test_too_few(void **state)
{
	struct told told = {0};
	struct place place;
	(void)state;
	place_open(&place, 2);
	net.is_away = true;
	ask(&place, 1, "silent.example", EXCHANGE_UDP, &told);
	bench_run(&place.bench, &told.count, 1);
	assert_int_equal(told.result.outcome, EXCHANGE_TIMEOUT);
	place_close(&place);
}

static void test_freed_while_away(void **state)
{
	struct told told[SERVERS] = {0};
	struct place place;
	(void)state;
	place_open(&place, SERVERS);
	net.is_away = true;
	for (unsigned i = 0; i < SERVERS; i++)
		ask(&place, i, "lost.example", EXCHANGE_UDP, &told[i]);
	bench_run_for(&place.bench, 2500);
	place_close(&place);
	for (unsigned i = 0; i < SERVERS; i++)
		assert_int_equal(told[i].result.outcome, EXCHANGE_NOT_ASKED);
}

/* The kernel refuses to send there, however often: no server is called silent for that. */
static void test_refused_by_ourselves(void **state)
{
	const uint8_t reserved[4] = {255, 255, 255, 255};
	struct place place;
	char name[32];
	(void)state;
	for (unsigned servers = 1; servers <= SERVERS; servers += SERVERS - 1) {
		place_open(&place, servers);
		for (unsigned i = 0; i < 10; i++) {
			struct told told = {0};
			snprintf(name, sizeof(name), "refused%u.example", i);
			struct exchange_question question = bench_question(&place.bench, name);
			question.server = address_from_ipv4(reserved, 53);
			bench_ask(&place.bench, &question, &told);
			bench_run(&place.bench, &told.count, 1);
			assert_int_equal(told.result.outcome, EXCHANGE_UNREACHABLE);
			assert_false(told.result.server_dead);
		}
		assert_int_equal(transport_network(place.bench.transport), 0);
		place_close(&place);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_left_while_away),
		cmocka_unit_test(test_away_and_back),
		cmocka_unit_test(test_one_is_silent),
		cmocka_unit_test(test_the_last_ones_fade),
		cmocka_unit_test(test_doubt_is_charged),
		cmocka_unit_test(test_too_few),
		cmocka_unit_test(test_freed_while_away),
		cmocka_unit_test(test_refused_by_ourselves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
