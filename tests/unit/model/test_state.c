/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"
#include "model/observation.h"
#include "model/sample.h"
#include "model/state_trial.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct octets state_of(struct arena *arena, const struct sample *sample)
{
	struct observation made = sample_make(arena, sample);
	return state_of_made(arena, &made);
}

static void test_quiet_nights(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	for (uint64_t number = 0; number < 4; number++) {
		struct sample sample = sample_plain(number, 1);
		struct octets first = state_of(&arena, &sample);
		/* Ids, cookies, round trips, serial, and signatures made anew by the same key. */
		sample.night = 9;
		sample.resigned = 1;
		assert_true(same(first, state_of(&arena, &sample)));
		sample.address++;
		assert_false(same(first, state_of(&arena, &sample)));
		print_message("# number %u: %zu octets of state\n", (unsigned)number, first.size);
	}
	arena_release(&arena);
}

/* The order of servers, hosts, exchanges and records is nobody's business. */
static void test_order(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct sample sample = sample_plain(2, 1);
	struct octets first = state_of(&arena, &sample);
	struct observation made = sample_make(&arena, &sample);
	uint16_t count = made.exchange_count;
	for (uint16_t i = 0; i < count / 2; i++) {
		struct exchange exchange = made.exchanges[i];
		made.exchanges[i] = made.exchanges[count - 1 - i];
		made.exchanges[count - 1 - i] = exchange;
	}
	made.parent_exchange = (uint16_t)(count - 1);
	struct host host = made.hosts[0];
	made.hosts[0] = made.hosts[1];
	made.hosts[1] = host;
	/* Attempts and mismatches are luck. */
	made.exchanges[3].attempts = 3;
	made.exchanges[4].mismatches = 2;
	made.exchanges[5].rtt_us = 1;
	struct octets second;
	assert_int_equal(observation_state(&arena, &made, &second.data, &second.size), OK);
	assert_true(same(first, second));
	arena_release(&arena);
}

/* A question asked again and lost this time was answered; one lost both times was not. */
static void test_asked_again(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct sample sample = sample_plain(2, 1);
	struct octets first = state_of(&arena, &sample);
	struct observation made = sample_make(&arena, &sample);
	struct exchange *more = arena_take_array(&arena, made.exchange_count + 1u, sizeof(*more));
	assert_non_null(more);
	memcpy(more, made.exchanges, made.exchange_count * sizeof(*more));
	more[made.exchange_count] = more[7];
	more[made.exchange_count].outcome = OUTCOME_TIMEOUT;
	more[made.exchange_count].message = MESSAGE_NONE;
	more[made.exchange_count].opt_size = 0;
	more[made.exchange_count].flags = 0;
	made.exchanges = more;
	made.exchange_count++;
	struct octets second;
	assert_int_equal(observation_state(&arena, &made, &second.data, &second.size), OK);
	assert_true(same(first, second));
	more[7] = more[made.exchange_count - 1];
	assert_int_equal(observation_state(&arena, &made, &second.data, &second.size), OK);
	assert_false(same(first, second));
	arena_release(&arena);
}

/* Two unsigned domains of one operator that are set up alike are one state. */
static void test_shared(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct sample one = sample_plain(1, 1);
	struct sample other = sample_plain(1 + 2 * 97, 4);
	assert_true(same(state_of(&arena, &one), state_of(&arena, &other)));
	arena_release(&arena);
}

static void test_decode(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct sample sample = sample_plain(2, 1);
	sample.silent = 2;
	struct observation made = sample_make(&arena, &sample);
	struct octets octets = state_of(&arena, &sample);
	struct state read;
	assert_int_equal(decode(&arena, made.domain, octets, &read), OK);
	assert_int_equal(read.delegation, DELEGATION_FOUND);
	assert_int_equal(read.ds_security, SECURITY_SECURE);
	assert_true(name_equal(read.parent, made.parent));
	assert_int_equal(read.host_count, 2);
	assert_int_equal(read.hosts[0].glue_count, 2);
	assert_int_equal(read.ds_count, 1);
	assert_int_equal(read.ns_ttl, 3600);
	assert_int_equal(read.server_count, 4);
	/* Servers 0 and 2 are IPv4, so 1 comes third and is silent. */
	assert_int_equal(read.servers[2].silence, 1u << OUTCOME_TIMEOUT);
	assert_int_equal(read.servers[2].answer_count, 0);
	assert_int_equal(read.servers[0].answer_count, 11);
	/* What three servers say alike is there once. */
	assert_ptr_equal(read.servers[0].answers, read.servers[3].answers);
	const struct state_answer *answer = &read.servers[0].answers[0];
	assert_int_equal(answer->type, TYPE_A);
	const struct state_body *body = &read.bodies[answer->body];
	assert_int_equal(body->set_count, 1);
	assert_int_equal(body->udp_size, 1232);
	assert_int_equal(body->sets[0].type, TYPE_A);
	assert_int_equal(body->sets[0].signature_count, 1);
	assert_int_equal(body->sets[0].signatures[0].validity, VALIDITY_NOW);
	assert_int_equal(body->sets[0].signatures[0].result, 1);
	assert_true(body->sets[0].signatures[0].is_own);
	for (size_t i = 0; i < octets.size; i++) {
		struct state cut;
		const struct octets less = {.data = octets.data, .size = i};
		assert_int_not_equal(decode(&arena, made.domain, less, &cut), OK);
	}
	arena_release(&arena);
}

#define TOLD_MAX 16
struct told {
	size_t count;
	char text[TOLD_MAX][256];
};

static void take(void *context, const char *sentence)
{
	struct told *told = context;
	assert_true(told->count < TOLD_MAX);
	snprintf(told->text[told->count++], sizeof(told->text[0]), "%s", sentence);
	print_message("#   %s\n", sentence);
}

static struct told difference(const struct sample *before, const struct sample *after)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct observation made = sample_make(&arena, before);
	struct octets left = state_of(&arena, before);
	struct octets right = state_of(&arena, after);
	struct state old;
	struct state new;
	struct told told = {0};
	assert_int_equal(decode(&arena, made.domain, left, &old), OK);
	assert_int_equal(decode(&arena, made.domain, right, &new), OK);
	assert_int_equal(state_difference(&arena, &old, &new, take, &told), OK);
	assert_int_equal(told.count > 0, !same(left, right));
	arena_release(&arena);
	return told;
}

/* Looks that asked for different things never have one state; a state says what it is of. */
static void test_needs(void **state)
{
	static const uint16_t masks[] = {NEED_DELEGATION | NEED_ADDRESSES, NEED_ALL_DEFAULT,
					 NEED_ALL_DEFAULT | NEED_DOT};
	struct arena arena;
	struct octets states[3];
	arena_init(&arena, ARENA_CAP, 0);
	struct sample sample = sample_plain(1, 0);
	struct observation made = sample_make(&arena, &sample);
	for (size_t i = 0; i < 3; i++) {
		struct state read;
		made.needs = masks[i];
		assert_int_equal(observation_state(&arena, &made, &states[i].data, &states[i].size),
				 OK);
		assert_int_equal(decode(&arena, made.domain, states[i], &read), OK);
		assert_int_equal(read.needs, masks[i]);
		for (size_t j = 0; j < i; j++)
			assert_false(same(states[i], states[j]));
	}
	/* The default told in words is not canonical. */
	uint8_t *octets = arena_copy(&arena, states[0].data, states[0].size);
	assert_non_null(octets);
	assert_int_equal(octets[4], masks[0]);
	octets[4] = NEED_ALL_DEFAULT;
	struct state read;
	const struct octets damaged = {.data = octets, .size = states[0].size};
	assert_int_equal(decode(&arena, made.domain, damaged, &read), ERR_FORMAT);
	arena_release(&arena);
}

static void test_sentences(void **state)
{
	struct sample before = sample_plain(2, 1);
	struct sample after = before;
	after.night = 2;
	assert_int_equal(difference(&before, &after).count, 0);
	after.address = 99;
	struct told told = difference(&before, &after);
	assert_int_equal(told.count, 1);
	assert_string_equal(told.text[0],
			    "A changed from 198.51.100.10 to 198.51.100.99 at all 4 servers");
	after = before;
	after.ds_removed = true;
	told = difference(&before, &after);
	assert_string_equal(told.text[0], "the delegation was secure and is insecure");
	assert_non_null(
		strstr(told.text[1], "(algorithm 13, digest type 2) removed at the parent"));
	after = before;
	after.silent = 4;
	told = difference(&before, &after);
	assert_int_equal(told.count, 1);
	assert_string_equal(told.text[0], "no longer answers: timeout at 192.0.2.3");
	told = difference(&after, &before);
	assert_string_equal(told.text[0], "answers again (before: timeout) at 192.0.2.3");
	after = before;
	after.ns_names = 3;
	told = difference(&before, &after);
	assert_string_equal(told.text[0],
			    "name server ns3.operator-2.example. added at the parent");
	assert_string_equal(told.text[2], "NS ns3.operator-2.example. added at all 4 servers");
}

/* What one server does differently is told of it alone. */
static void test_one_server(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct sample sample = sample_plain(3, 1);
	struct observation before = sample_make(&arena, &sample);
	struct octets left = state_of(&arena, &sample);
	struct observation after = sample_make(&arena, &sample);
	for (size_t i = 0; i < after.exchange_count; i++) {
		struct exchange *exchange = &after.exchanges[i];
		uint8_t *wire = (uint8_t *)(uintptr_t)after.messages[exchange->message].wire;
		if (exchange->server != 0 || exchange->type != TYPE_MX)
			continue;
		/* A copy of the message, refused. */
		uint8_t *copy = arena_copy(&arena, wire, MESSAGE_HEADER_OCTETS);
		assert_non_null(copy);
		memset(copy + 4, 0, 8);
		copy[2] &= 0xfb;
		copy[3] = RCODE_REFUSED;
		after.messages[after.message_count] =
			(struct kept_message){.wire = copy, .size = MESSAGE_HEADER_OCTETS};
		exchange->message = after.message_count++;
		exchange->flags |= EXCHANGE_CASE_DIFFERS;
	}
	struct octets right;
	assert_int_equal(observation_state(&arena, &after, &right.data, &right.size), OK);
	struct state old;
	struct state new;
	assert_int_equal(decode(&arena, before.domain, left, &old), OK);
	assert_int_equal(decode(&arena, before.domain, right, &new), OK);
	struct told told = {0};
	assert_int_equal(state_difference(&arena, &old, &new, take, &told), OK);
	assert_string_equal(told.text[0],
			    "changes the question's case when asked for MX at 192.0.2.1");
	assert_string_equal(told.text[1],
			    "REFUSED instead of NOERROR when asked for MX at 192.0.2.1");
	assert_string_equal(told.text[2], "no longer authoritative when asked for MX at 192.0.2.1");
	arena_release(&arena);
}

static void test_memory(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct sample sample = sample_plain(2, 1);
	struct observation made = sample_make(&arena, &sample);
	try_memory(&arena, &made);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quiet_nights), cmocka_unit_test(test_order),
		cmocka_unit_test(test_asked_again),  cmocka_unit_test(test_shared),
		cmocka_unit_test(test_decode),       cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_one_server),   cmocka_unit_test(test_memory),
		cmocka_unit_test(test_needs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
