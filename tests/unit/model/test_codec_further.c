/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts about what is not a domain's own servers: there and back, and never worse. */
#include "model/codec_trial.h"
#include "model/sample_further.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct observation make(struct arena *arena, uint64_t number)
{
	struct sample plain = sample_plain(number, 1);
	struct sample_further further = sample_further_plain(1);
	return sample_make_further(arena, sample_make(arena, &plain), &further);
}

static void compare_sessions(const struct observation *made, const struct observation *read)
{
	assert_int_equal(read->session_count, made->session_count);
	for (size_t i = 0; i < made->session_count; i++) {
		const struct session *left = &made->sessions[i];
		const struct session *right = &read->sessions[i];
		assert_memory_equal(&left->ip, &right->ip, sizeof(left->ip));
		assert_int_equal(left->port, right->port);
		assert_int_equal(left->protocol, right->protocol);
		assert_int_equal(left->outcome, right->outcome);
		assert_int_equal(left->flags, right->flags);
		assert_int_equal(left->tls_version, right->tls_version);
		assert_int_equal(left->status, right->status);
		assert_int_equal(left->handshake_us, right->handshake_us);
		assert_true(left->not_before_s == right->not_before_s);
		assert_true(left->not_after_s == right->not_after_s);
		assert_string_equal(left->alpn, right->alpn);
		assert_string_equal(left->note, right->note);
		assert_int_equal(left->chain_count, right->chain_count);
		assert_int_equal(left->body, right->body);
		assert_memory_equal(left->certificates, right->certificates,
				    left->chain_count * sizeof(left->certificates[0]));
		assert_memory_equal(left->keys, right->keys,
				    left->chain_count * sizeof(left->keys[0]));
		assert_int_equal(left->host == NULL, right->host == NULL);
		if (left->host != NULL)
			assert_true(name_equal(left->host, right->host));
	}
}

static void compare_lookups(const struct observation *made, const struct observation *read)
{
	assert_int_equal(read->lookup_count, made->lookup_count);
	for (size_t i = 0; i < made->lookup_count; i++) {
		const struct lookup *left = &made->lookups[i];
		const struct lookup *right = &read->lookups[i];
		assert_true(name_equal(left->name, right->name));
		assert_true(name_equal(left->target, right->target));
		assert_int_equal(left->type, right->type);
		assert_int_equal(left->message, right->message);
		assert_int_equal(left->result, right->result);
		assert_int_equal(left->security, right->security);
		assert_int_equal(observation_find_lookup(read, left->name, left->type), i);
	}
}

static void test_round_trip(void **state)
{
	for (uint64_t number = 0; number < 2; number++) {
		struct arena arena;
		arena_init(&arena, ARENA_CAP, 0);
		struct observation made = make(&arena, number);
		struct observation read;
		struct complaint complaint = {0};
		uint8_t *first;
		uint8_t *second;
		size_t size = encode(&made, &first);
		assert_int_equal(observation_decode(&arena, first, size, &read, &complaint), OK);
		assert_int_equal(encode(&read, &second), size);
		assert_memory_equal(first, second, size);
		compare_lookups(&made, &read);
		compare_sessions(&made, &read);
		assert_int_equal(read.exchange_count, made.exchange_count);
		for (size_t i = 0; i < made.exchange_count; i++)
			assert_int_equal(read.exchanges[i].kind, made.exchanges[i].kind);
		assert_int_equal(read.blob_count, made.blob_count);
		assert_int_equal(read.blobs[1].size, made.blobs[1].size);
		assert_int_equal(read.route_count, made.route_count);
		assert_memory_equal(read.routes, made.routes,
				    made.route_count * sizeof(*made.routes));
		assert_string_equal(read.routing, made.routing);
		assert_int_equal(read.transfer_count, 1);
		assert_int_equal(made.transfers[0].end, read.transfers[0].end);
		assert_int_equal(made.transfers[0].digest, read.transfers[0].digest);
		assert_int_equal(made.transfers[0].serial, read.transfers[0].serial);
		assert_int_equal(made.transfers[0].messages, read.transfers[0].messages);
		assert_int_equal(made.transfers[0].records, read.transfers[0].records);
		assert_int_equal(made.transfers[0].octets, read.transfers[0].octets);
		free(first);
		free(second);
		arena_release(&arena);
	}
}

/* Without any of it, not an octet more than before. */
static void test_nothing(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct sample plain = sample_plain(2, 1);
	struct observation made = sample_make(&arena, &plain);
	struct observation read;
	uint8_t *octets;
	size_t size = encode(&made, &octets);
	/* The last part is the delegation: tag 12. */
	assert_int_equal(octets[size - 1], made.parent_server.octets[3]);
	assert_int_equal(observation_decode(&arena, octets, size, &read, NULL), OK);
	assert_int_equal(
		read.lookup_count + read.blob_count + read.session_count + read.route_count, 0);
	assert_null(read.routing);
	free(octets);
	arena_release(&arena);
}

/* A part's octets behind an observation with one exchange and one server. */
static int decode_with(const void *part, size_t size)
{
	struct arena arena;
	struct observation_builder builder;
	struct observation read;
	arena_init(&arena, ARENA_CAP, 0);
	observation_builder_init(&builder, &arena, (const uint8_t *)"\7example");
	struct exchange exchange = {.name = builder.observation.domain,
				    .server = SERVER_PARENT,
				    .transport = TRANSPORT_UDP,
				    .outcome = OUTCOME_TIMEOUT};
	const struct ip ip = {.family = 4, .octets = {192, 0, 2, 1}};
	assert_int_equal(observation_server(&builder, &ip, 53), 0);
	assert_int_equal(observation_exchange(&builder, &exchange, NULL, 0, 0), 0);
	uint8_t *octets;
	size_t plain = encode(&builder.observation, &octets);
	octets = realloc(octets, plain + size);
	assert_non_null(octets);
	memcpy(octets + plain, part, size);
	int error = observation_decode(&arena, octets, plain + size, &read, NULL);
	free(octets);
	arena_release(&arena);
	return error;
}

#define DECODE(part) decode_with(part, sizeof(part) - 1)

static void test_refused(void **state)
{
	assert_int_equal(DECODE("\x0e\x03\x01\x00\x01"), OK);
	assert_int_not_equal(DECODE("\x0e\x03\x01\x01\x01"), OK); /* no such exchange */
	assert_int_not_equal(DECODE("\x0e\x03\x01\x00\x00"), OK); /* plain, told as odd */
	assert_int_not_equal(DECODE("\x0e\x03\x01\x00\x12"), OK); /* no such kind */
	assert_int_not_equal(DECODE("\x0e\x05\x02\x00\x01\x00\x01"), OK);
	/* One look-up of the domain's own name, TXT. */
	assert_int_equal(DECODE("\x0f\x07\x01\x02\x00\x10\x00\x02\x00"), OK);
	assert_int_not_equal(DECODE("\x0f\x07\x01\x00\x00\x10\x00\x02\x00"), OK); /* no name */
	assert_int_not_equal(DECODE("\x0f\x07\x01\x02\x02\x10\x00\x02\x00"),
			     OK); /* its own alias */
	assert_int_not_equal(DECODE("\x0f\x07\x01\x02\x00\x10\x01\x02\x00"), OK); /* no message */
	assert_int_not_equal(DECODE("\x0f\x07\x01\x02\x00\x10\x00\x08\x00"), OK);
	assert_int_not_equal(DECODE("\x0f\x07\x01\x02\x00\x10\x00\x02\x04"), OK);
	assert_int_not_equal(DECODE("\x0f\x0d\x02\x02\x00\x10\x00\x02\x00"
				    "\x02\x00\x10\x00\x02\x00"),
			     OK); /* twice */
	/* Two blobs. */
	assert_int_equal(DECODE("\x10\x05\x02\x01x\x01y"), OK);
	assert_int_not_equal(DECODE("\x10\x05\x02\x01x\x01x"), OK);
	/* A session with 192.0.2.1. */
	assert_int_equal(DECODE("\x11\x17\x01\x01\x02\x00\x04\xc0\x00\x02\x01\x03\x55\x00"
				"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
			 OK);
	assert_int_not_equal(DECODE("\x11\x17\x01\x06\x02\x00\x04\xc0\x00\x02\x01\x03\x55\x00"
				    "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
			     OK); /* no such protocol */
	assert_int_not_equal(DECODE("\x11\x17\x01\x01\x02\x00\x05\xc0\x00\x02\x01\x03\x55\x00"
				    "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
			     OK); /* no such family */
	assert_int_not_equal(DECODE("\x11\x17\x01\x01\x02\x00\x04\xc0\x00\x02\x01\x03\x55\x00"
				    "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"),
			     OK); /* no such body */
	assert_int_not_equal(DECODE("\x11\x19\x01\x01\x02\x00\x04\xc0\x00\x02\x01\x03\x55\x00"
				    "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00"),
			     OK); /* no such certificate */
	assert_int_not_equal(DECODE("\x11\x18\x01\x01\x02\x00\x04\xc0\x00\x02\x01\x03\x55\x00"
				    "\x00\x00\x00\x00\x00\x00\x00\x01\x1b\x00\x00\x00"),
			     OK); /* a note that a terminal would obey */
	/* Routes. */
	assert_int_equal(DECODE("\x12\x09\x01\x04\xc0\x00\x02\x01\x18\x01\x05"), OK);
	assert_int_not_equal(DECODE("\x12\x09\x01\x04\xc0\x00\x02\x01\x21\x01\x05"), OK);
	assert_int_not_equal(DECODE("\x12\x09\x01\x04\xc0\x00\x02\x01\x18\x04\x05"), OK);
	assert_int_not_equal(DECODE("\x12\x09\x01\x02\xc0\x00\x02\x01\x18\x01\x05"), OK);
	assert_int_not_equal(DECODE("\x12\x11\x02\x04\xc0\x00\x02\x01\x18\x01\x05"
				    "\x04\xc0\x00\x02\x01\x18\x02\x05"),
			     OK);
	assert_int_equal(DECODE("\x12\x09\x01\x04\xc0\x00\x02\x01\x18\x01\x05\x14\x02\x20\x18"),
			 OK);
	assert_int_not_equal(DECODE("\x12\x09\x01\x04\xc0\x00\x02\x01\x18\x01\x05\x14\x02\x21\x18"),
			     OK);
	assert_int_not_equal(DECODE("\x12\x09\x01\x04\xc0\x00\x02\x01\x18\x01\x05\x14\x02\x20\x19"),
			     OK);
	assert_int_not_equal(DECODE("\x12\x09\x01\x04\xc0\x00\x02\x01\x18\x01\x05\x14\x02\x00\x00"),
			     OK);
	assert_int_not_equal(DECODE("\x12\x09\x01\x04\xc0\x00\x02\x01\x18\x01\x05\x14\x01\x20"),
			     OK);
	assert_int_not_equal(DECODE("\x14\x02\x20\x18"), OK);
	assert_int_equal(DECODE("\x13\x05today"), OK);
	assert_int_not_equal(DECODE("\x13\x05to\0ay"), OK);
	/* Transfers: at which server, how it ended, its digest. */
	assert_int_equal(DECODE("\x15\x08\x01\x00\x01\x01\x05\x02\x07\x08"), OK);
	assert_int_equal(DECODE("\x15\x08\x01\x00\x02\x00\x05\x02\x07\x08"), OK);
	assert_int_not_equal(DECODE("\x15\x08\x01\x09\x01\x01\x05\x02\x07\x08"), OK);
	assert_int_not_equal(DECODE("\x15\x08\x01\x00\x00\x01\x05\x02\x07\x08"), OK);
	assert_int_not_equal(DECODE("\x15\x08\x01\x00\x05\x00\x05\x02\x07\x08"), OK);
	assert_int_not_equal(DECODE("\x15\x08\x01\x00\x01\x08\x05\x02\x07\x08"), OK);
	assert_int_not_equal(DECODE("\x15\x08\x01\x00\x02\x01\x05\x02\x07\x08"), OK);
	assert_int_not_equal(DECODE("\x15\x08\x01\x00\x01\x00\x05\x02\x07\x08"), OK);
	assert_int_not_equal(DECODE("\x15\x0f\x02\x00\x01\x01\x05\x02\x07\x08"
				    "\x00\x01\x01\x05\x02\x07\x08"),
			     OK); /* twice */
	/* Not in order. */
	assert_int_not_equal(DECODE("\x13\x05today\x12\x01\x00"), OK);
}

static void test_damage(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct observation made = make(&arena, 1);
	try_damaged(&made);
	arena_release(&arena);
}

static void test_memory(void **state)
{
	struct arena arena;
	arena_init(&arena, ARENA_CAP, 0);
	struct observation made = make(&arena, 2);
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

static void fill_blobs(struct observation_builder *builder)
{
	uint8_t *octets = calloc(1, BLOB_OCTETS_MAX + 1);
	assert_non_null(octets);
	int index = 0;
	for (unsigned int i = 0; index >= 0; i++) {
		assert_true(i <= OBSERVATION_BLOBS_MAX);
		octets[0] = (uint8_t)i;
		octets[1] = (uint8_t)(i >> 8);
		index = observation_blob(builder, octets, BLOB_OCTETS_MAX);
	}
	assert_int_equal(index, ERR_LIMIT);
	assert_int_equal(observation_blob(builder, octets, BLOB_OCTETS_MAX + 1), ERR_LIMIT);
	free(octets);
}

static void test_limits(void **state)
{
	struct arena arena;
	struct observation_builder builder;
	struct observation read;
	arena_init(&arena, ARENA_CAP, 0);
	observation_builder_init(&builder, &arena, (const uint8_t *)"\7example");
	char words[300];
	memset(words, 'w', sizeof(words) - 1);
	words[sizeof(words) - 1] = '\0';
	for (int i = 0; i <= OBSERVATION_LOOKUPS_MAX; i++) {
		const uint8_t name[] = {2, (uint8_t)(1 + i / 16), (uint8_t)(1 + i % 16), 0};
		const uint8_t target[] = {3, 'x', (uint8_t)(1 + i / 16), (uint8_t)(1 + i % 16), 0};
		struct lookup lookup = {.name = name, .target = target, .type = TYPE_A};
		assert_int_equal(observation_lookup(&builder, &lookup, NULL, 0, 0),
				 i < OBSERVATION_LOOKUPS_MAX ? i : ERR_LIMIT);
		struct session session = {.host = name,
					  .ip = {.family = 4},
					  .protocol = SESSION_DOT,
					  .outcome = SESSION_TIMEOUT,
					  .note = words,
					  .body = BLOB_NONE};
		assert_int_equal(observation_session(&builder, &session),
				 i < OBSERVATION_SESSIONS_MAX ? i : ERR_LIMIT);
	}
	for (int i = 0; i <= OBSERVATION_ROUTES_MAX; i++) {
		struct route route = {.ip = {.family = 4}, .as = (uint32_t)i};
		assert_int_equal(observation_route(&builder, &route),
				 i < OBSERVATION_ROUTES_MAX ? i : ERR_LIMIT);
	}
	fill_blobs(&builder);
	assert_true(builder.observation.cut_short);
	assert_int_equal(strlen(builder.observation.sessions[0].note), SESSION_WORDS_MAX);
	uint8_t *octets;
	size_t size = encode(&builder.observation, &octets);
	assert_int_equal(observation_decode(&arena, octets, size, &read, NULL), OK);
	free(octets);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip), cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_refused),    cmocka_unit_test(test_damage),
		cmocka_unit_test(test_memory),     cmocka_unit_test(test_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
