/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/message.h"
#include "model/codec_trial.h"
#include "model/observation.h"
#include "model/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void test_round_trip(void **state)
{
	for (uint64_t number = 0; number < 4; number++) {
		struct arena arena;
		arena_init(&arena, ARENA_CAP, 0);
		struct sample sample = sample_plain(number, 3);
		sample.silent = (uint8_t)(number * 3);
		struct observation made = sample_make(&arena, &sample);
		uint8_t *first;
		size_t first_size = encode(&made, &first);
		struct observation read;
		struct complaint complaint;
		assert_int_equal(observation_decode(&arena, first, first_size, &read, &complaint),
				 OK);
		uint8_t *second;
		size_t second_size = encode(&read, &second);
		assert_int_equal(first_size, second_size);
		assert_memory_equal(first, second, first_size);
		assert_string_equal(read.vantage, "lab");
		assert_int_equal(read.started_s, made.started_s);
		assert_int_equal(read.exchange_count, 45);
		assert_true(name_equal(read.domain, made.domain));
		assert_true(name_equal(read.parent, made.parent));
		free(first);
		free(second);
		arena_release(&arena);
	}
}

static void test_overhead(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 4096);
	struct sample sample = sample_plain(2, 1);
	struct observation made = sample_make(&arena, &sample);
	uint8_t *octets;
	size_t size = encode(&made, &octets);
	size_t content = 0;
	for (size_t i = 0; i < made.message_count; i++)
		content += made.messages[i].size;
	size_t overhead = (size - content) / made.exchange_count;
	print_message("# %zu octets, %zu of them messages, %zu an exchange beside, arena %zu\n",
		      size, content, overhead, arena.taken_bytes);
	assert_true(overhead <= 60);
	assert_true(arena.taken_bytes <= 16u << 10);
	/* 11 answers and the referral: what four servers say alike is there once. */
	assert_int_equal(made.message_count, 12);
	free(octets);
	arena_release(&arena);
}

static struct exchange plain_exchange(const uint8_t *domain)
{
	return (struct exchange){.name = domain,
				 .type = TYPE_SOA,
				 .server = SERVER_PARENT,
				 .transport = TRANSPORT_UDP,
				 .outcome = OUTCOME_ANSWER,
				 .attempts = 1};
}

static void check_wire(struct observation_builder *builder, struct arena *arena,
		       const uint8_t *wire, size_t size, uint16_t opt_offset, bool cut)
{
	struct exchange exchange = plain_exchange(builder->observation.domain);
	int index = observation_exchange(builder, &exchange, wire, size, opt_offset);
	assert_true(index >= 0);
	const struct exchange *kept = &builder->observation.exchanges[index];
	size_t again_size;
	const uint8_t *again = observation_wire(arena, &builder->observation, kept, &again_size);
	assert_non_null(again);
	assert_int_equal(again_size, size);
	assert_memory_equal(again, wire, size);
	assert_int_equal((kept->flags & EXCHANGE_OPT_CUT) != 0, cut);
}

/* What was received comes back octet by octet, whatever it was. */
static void test_wire(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct observation_builder builder;
	observation_builder_init(&builder, &arena, (const uint8_t *)"\7example");
	uint8_t wire[512];
	struct builder message;
	builder_init(&message, wire, sizeof(wire), 0xabcd, FLAG_QR);
	builder_question(&message, builder.observation.domain, TYPE_SOA, CLASS_IN);
	uint16_t opt_offset = (uint16_t)message.size;
	builder_opt(&message, &(struct edns){.udp_size = 1232}, 0);
	size_t size = builder_finish(&message, RCODE_NOERROR);
	check_wire(&builder, &arena, wire, size, opt_offset, true);
	check_wire(&builder, &arena, wire, size, 0, false);
	wire[size] = 0; /* an octet behind the OPT */
	check_wire(&builder, &arena, wire, size + 1, opt_offset, false);
	wire[11] = 0; /* the header does not count it */
	check_wire(&builder, &arena, wire, size, opt_offset, false);
	for (size_t stump = 0; stump < 14; stump++)
		check_wire(&builder, &arena, wire, stump, 0, false);
	/* Same octets but for the id: kept once. */
	int before = builder.observation.message_count;
	wire[0] ^= 0xff;
	check_wire(&builder, &arena, wire, size, 0, false);
	assert_int_equal(builder.observation.message_count, before);
	arena_release(&arena);
}

static void test_limits(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct observation_builder builder;
	observation_builder_init(&builder, &arena, (const uint8_t *)"\7eXample");
	assert_true(name_equal_exactly(builder.observation.domain, (const uint8_t *)"\7example"));
	struct exchange exchange = plain_exchange(builder.observation.domain);
	for (int i = 0; i < OBSERVATION_EXCHANGES_MAX; i++) {
		uint8_t wire[20] = {0, 1, [12] = (uint8_t)(i >> 8), (uint8_t)i};
		assert_int_equal(observation_exchange(&builder, &exchange, wire, 20, 0), i);
	}
	assert_int_equal(builder.observation.message_count, OBSERVATION_MESSAGES_MAX);
	assert_true(builder.observation.cut_short);
	assert_int_equal(observation_exchange(&builder, &exchange, NULL, 0, 0), ERR_LIMIT);
	for (int i = 0; i <= OBSERVATION_SERVERS_MAX; i++) {
		struct ip ip = {.family = 4, .octets = {10, 0, 0, (uint8_t)i}};
		int limit = i < OBSERVATION_SERVERS_MAX ? i : ERR_LIMIT;
		assert_int_equal(observation_server(&builder, &ip, 53), limit);
	}
	for (int i = 0; i <= OBSERVATION_HOSTS_MAX; i++) {
		const uint8_t name[] = {1, (uint8_t)('0' + i), 0};
		int limit = i < OBSERVATION_HOSTS_MAX ? i : ERR_LIMIT;
		assert_int_equal(observation_host(&builder, name), limit);
	}
	for (int i = 0; i < OBSERVATION_SERVERS_MAX; i++) {
		assert_int_equal(observation_host_address(&builder, 1, i, true), OK);
		assert_int_equal(observation_host_address(&builder, 1, i, true), OK);
	}
	assert_int_equal(builder.observation.hosts[1].glue_count, OBSERVATION_SERVERS_MAX);
	assert_int_equal(builder.observation.hosts[1].glue[40], 40);
	uint8_t *octets;
	size_t size = encode(&builder.observation, &octets);
	struct observation read;
	assert_int_equal(observation_decode(&arena, octets, size, &read, NULL), OK);
	free(octets);
	arena_release(&arena);
}

/* Every prefix and every flipped bit is refused or read, never worse. */
static void test_damage(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct sample sample = sample_plain(2, 1);
	struct observation made = sample_make(&arena, &sample);
	try_damaged(&made);
	arena_release(&arena);
}

static void test_newer(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct sample sample = sample_plain(1, 1);
	struct observation made = sample_make(&arena, &sample);
	uint8_t *octets;
	size_t size = encode(&made, &octets);
	octets = realloc(octets, size + 5);
	assert_non_null(octets);
	memcpy(octets + size, "\x63\x03new", 5);
	struct observation read;
	struct complaint complaint;
	assert_int_equal(observation_decode(&arena, octets, size + 5, &read, &complaint), OK);
	assert_int_equal(read.exchange_count, made.exchange_count);
	octets[2]++;
	assert_int_equal(observation_decode(&arena, octets, size, &read, &complaint),
			 ERR_UNSUPPORTED);
	free(octets);
	arena_release(&arena);
}

/* At every cap of the arena: an error or the whole. */
/* What was asked for is kept; where nothing is said it was the default. */
static void test_needs(void **state)
{
	static const uint16_t masks[] = {NEED_DELEGATION | NEED_ADDRESSES, NEED_ALL_DEFAULT,
					 NEED_ALL_DEFAULT | NEED_DOT, 0};
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct sample sample = sample_plain(1, 0);
	struct observation made = sample_make(&arena, &sample);
	size_t smallest = 0;
	assert_int_equal(made.needs, NEED_ALL_DEFAULT);
	for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		struct observation read;
		uint8_t *octets;
		made.needs = masks[i];
		size_t size = encode(&made, &octets);
		assert_int_equal(observation_decode(&arena, octets, size, &read, NULL), OK);
		assert_int_equal(read.needs, masks[i]);
		if (masks[i] == NEED_ALL_DEFAULT)
			smallest = size;
		free(octets);
	}
	made.needs = NEED_DELEGATION;
	uint8_t *octets;
	assert_int_equal(encode(&made, &octets), smallest + 3);
	free(octets);
	arena_release(&arena);
}

static void test_memory(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct sample sample = sample_plain(2, 1);
	struct observation made = sample_make(&arena, &sample);
	uint8_t *octets;
	size_t size = encode(&made, &octets);
	int error = ERR_MEMORY;
	for (size_t cap = 64; error != OK; cap += 64) {
		struct arena small;
		struct observation read;
		arena_init(&small, cap, 64);
		error = observation_decode(&small, octets, size, &read, NULL);
		assert_true(error == OK || error == ERR_MEMORY);
		arena_release(&small);
		assert_true(cap < 1 << 20);
	}
	free(octets);
	arena_release(&arena);
}

static void test_words(void **state)
{
	struct ip ip;
	char text[IP_TEXT_MAX];
	assert_int_equal(ip_from_text("2001:DB8::0:1", &ip), OK);
	assert_string_equal(ip_to_text(&ip, text), "2001:db8::1");
	assert_int_equal(ip_from_text("192.0.2.256", &ip), ERR_FORMAT);
	assert_int_equal(ip_from_text("", &ip), ERR_FORMAT);
	assert_string_equal(outcome_text(OUTCOME_TIMEOUT), "timeout");
	assert_string_equal(host_state_text(HOST_LIMIT), "limit");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip), cmocka_unit_test(test_overhead),
		cmocka_unit_test(test_wire),       cmocka_unit_test(test_limits),
		cmocka_unit_test(test_damage),     cmocka_unit_test(test_newer),
		cmocka_unit_test(test_memory),     cmocka_unit_test(test_words),
		cmocka_unit_test(test_needs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
