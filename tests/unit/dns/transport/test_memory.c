/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables and lists, and every allocation failing once. */
#include "../../failing_memory.h"
#include "dns/transport/peer_private.h"
#include "dns/wire/type.h"
#include "fake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static size_t truncates(struct fake *fake, const struct fake_query *query, uint8_t *answer)
{
	const struct fake_answer how = {.flags = FLAG_TC};
	if (!query->is_stream)
		return fake_reply(query, &how, answer);
	return fake_plainly(fake, query, answer);
}

static struct address numbered(unsigned number)
{
	const uint8_t octets[4] = {10, (uint8_t)(number >> 16), (uint8_t)(number >> 8),
				   (uint8_t)number};
	return address_from_ipv4(octets, 53);
}

static void test_peers(void **state)
{
	struct random random;
	struct peers peers;
	struct peer *peer, *first;
	random_seeded(&random, 1);
	assert_int_equal(peers_init(&peers, NULL, &random), OK);
	struct address address = numbered(0);
	assert_int_equal(peers_get(&peers, &address, &first), OK);
	first->flights = 1;
	for (unsigned i = 1; i < PEERS_MAX + 1000; i++) {
		address = numbered(i);
		assert_int_equal(peers_get(&peers, &address, &peer), OK);
		assert_ptr_equal(peers_find(&peers, &address), peer);
	}
	assert_int_equal(peers.count, PEERS_MAX);
	address = numbered(0); /* has a question, stays */
	assert_ptr_equal(peers_find(&peers, &address), first);
	address = numbered(1); /* oldest, forgotten */
	assert_null(peers_find(&peers, &address));
	first->flights = 0;
	peers_release(&peers);
}

static void test_flights(void **state)
{
	struct random random;
	struct flights flights;
	static struct flight *kept[5000];
	struct peer peer = {.address = numbered(1)};
	const uint8_t name[3] = {1, 'a', 0};
	random_seeded(&random, 2);
	assert_int_equal(flights_init(&flights), OK);
	for (unsigned i = 0; i < 5000; i++) {
		assert_int_equal(flight_new(&flights, name, 3, &kept[i]), OK);
		kept[i]->server = &peer.address;
		kept[i]->hash = i * 7;
		flights_put_key(&flights, kept[i]);
		assert_int_equal(flights_put_id(&flights, kept[i], &random), OK);
	}
	for (unsigned i = 0; i < 5000; i++) {
		assert_ptr_equal(flights_by_hash(&flights, i * 7, NULL), kept[i]);
		assert_ptr_equal(flights_by_id(&flights, kept[i]->id, &peer.address), kept[i]);
		const struct address other = numbered(2);
		assert_null(flights_by_id(&flights, kept[i]->id, &other));
	}
	for (unsigned i = 0; i < 5000; i++) {
		flights_drop_key(&flights, kept[i]);
		flights_drop_id(&flights, kept[i]);
		assert_null(flights_by_hash(&flights, i * 7, NULL));
		flight_free(&flights, kept[i]);
	}
	flights_release(&flights);
}

#define ASKED 4

/* One question over UDP and TCP, with a long name, a second asker, and an odd question. */
static void ask_all(struct bench *bench, struct told told[ASKED])
{
	const struct exchange_form form = {.is_alone = true, .edns_version = 1};
	const char *const names[] = {
		"a-name-too-long-to-fit-into-a-flight.so-it-lies-on-the-heap.example",
		"short.example", "short.example", "odd.example"};
	for (unsigned i = 0; i < ASKED; i++) {
		struct exchange_question question = bench_question(bench, names[i]);
		if (i == 3) {
			question.transport = EXCHANGE_TCP;
			question.form = &form;
		}
		int error = transport_ask(bench->transport, &question, told_done, &told[i]);
		assert_true(error == OK || error == ERR_MEMORY);
		if (error != OK) {
			assert_int_equal(told[i].count, 0);
			told[i].count = 1;
		}
	}
	for (unsigned i = 0; i < ASKED; i++)
		bench_run(bench, &told[i].count, 1);
}

static void test_failing_memory(void **state)
{
	FOR_EACH_FAILURE(allocation)
	{
		const struct clock clock = clock_system();
		const struct transport_settings settings = bench_settings();
		struct bench bench = {0};
		struct told told[ASKED] = {0};
		random_system(&bench.random);
		failing_memory.fails = 0;
		assert_int_equal(loop_new(&clock, &bench.loop), OK);
		fake_open(&bench.fake, bench.loop, truncates);
		fake_listen(&bench.fake);
		unsigned long taken = failing_memory.taken;
		failing_memory.fails = taken + allocation;
		if (transport_new(bench.loop, &settings, &bench.random, &bench.transport, NULL) ==
		    OK)
			ask_all(&bench, told);
		transport_free(bench.transport);
		fake_close(&bench.fake);
		loop_free(bench.loop);
		assert_int_equal(memory_in_use(), 0);
	}
}

static void test_free_in_flight(void **state)
{
	struct bench bench;
	struct told told[40] = {0};
	struct transport_settings settings = bench_settings();
	settings.rate_per_server = 10;
	bench_open(&bench, &settings, fake_plainly);
	fake_listen(&bench.fake);
	for (unsigned i = 0; i < 40; i++) {
		char name[32];
		(void)snprintf(name, sizeof(name), "n%u.example", i);
		struct exchange_question question = bench_question(&bench, name);
		question.transport = i % 2 ? EXCHANGE_UDP : EXCHANGE_TCP;
		bench_ask(&bench, &question, &told[i]);
	}
	bench_close(&bench);
	for (unsigned i = 0; i < 40; i++) {
		assert_int_equal(told[i].count, 1);
		assert_int_equal(told[i].result.outcome, EXCHANGE_NOT_ASKED);
	}
	assert_int_equal(memory_in_use(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_peers),
		cmocka_unit_test(test_flights),
		cmocka_unit_test(test_failing_memory),
		cmocka_unit_test(test_free_in_flight),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
