/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/build.h"
#include "dns/wire/rdata.h"
#include "dns/wire/strict.h"
#include "dns/wire/type.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void queries(void **state)
{
	uint8_t buffer[QUERY_MAX_OCTETS];
	size_t size = 0;
	static const uint8_t cookie[8] = "cookie!";
	struct query query = {.id = 0xbeef,
			      .name = named("ExAmple"),
			      .type = TYPE_NS,
			      .class = CLASS_IN,
			      .flags = FLAG_CD};
	assert_int_equal(query_build(&query, buffer, sizeof(buffer), &size), OK);
	static const uint8_t plain[] = "\276\357\0\20\0\1\0\0\0\0\0\0\7ExAmple\0\0\2\0\1";
	assert_int_equal(size, sizeof(plain) - 1);
	assert_memory_equal(buffer, plain, size);
	query.edns = true;
	query.dnssec_ok = true;
	query.cookie = cookie;
	query.cookie_size = sizeof(cookie);
	assert_int_equal(query_build(&query, buffer, sizeof(buffer), &size), OK);
	static const uint8_t opt[] = "\0\0\51\4\320\0\0\200\0\0\14\0\12\0\10cookie!";
	assert_int_equal(size, sizeof(plain) - 1 + sizeof(opt));
	assert_memory_equal(buffer + sizeof(plain) - 1, opt, sizeof(opt));
	assert_int_equal(buffer[11], 1);
	assert_int_equal(strict_check(buffer, size, NULL), OK);
	for (size_t room = 0; room < size; room++) {
		size_t none = 42;
		uint8_t small[64];
		assert_int_equal(query_build(&query, small, room, &none), ERR_SHORT);
		assert_int_equal(none, 42);
	}
}

static struct record record_of(struct arena *arena, const char *line)
{
	struct record record;
	assert_int_equal(record_from_text(arena, line, &record, NULL), OK);
	return record;
}

/* Compression by RFC 1035 s4.1.4: of owners and of names in RDATA that RFC 3597 s4 allows. */
static void compression(void **state)
{
	struct arena arena;
	struct builder builder;
	uint8_t buffer[512];
	arena_init(&arena, 1 << 20, 0);
	builder_init(&builder, buffer, sizeof(buffer), 1, FLAG_QR);
	builder_question(&builder, named("eXample.com"), TYPE_NS, CLASS_IN);
	assert_int_equal(builder.size, 29);
	const struct record ns = record_of(&arena, "example.com. 5 IN NS ns1.example.com.");
	builder_record(&builder, SECTION_ANSWER, &ns);
	assert_int_equal(builder.size, 29 + 12 + 6);
	assert_memory_equal(buffer + 29, "\300\14", 2);
	assert_memory_equal(buffer + 39, "\0\6\3ns1\300\14", 8);
	/* SRV is newer than RFC 1035: its target is sent whole. */
	const struct record srv = record_of(&arena, "ns1.example.com. 5 IN SRV 1 2 3 example.com.");
	builder_record(&builder, SECTION_ADDITIONAL, &srv);
	assert_int_equal(builder.size, 47 + 12 + 6 + 13);
	assert_memory_equal(buffer + 47, "\300\51", 2);
	const struct record mx = record_of(&arena, "com. 5 IN MX 1 .");
	builder_record(&builder, SECTION_ADDITIONAL, &mx);
	assert_memory_equal(buffer + 78, "\300\24", 2);
	builder_opt(&builder, &(struct edns){.udp_size = 1232, .flags = EDNS_FLAG_DO},
		    RCODE_BADVERS);
	const size_t size = builder_finish(&builder, RCODE_BADVERS);
	assert_int_equal(size, builder.size);
	struct message message;
	assert_int_equal(message_walk(&arena, buffer, size, &message), OK);
	assert_int_equal(message.fault, MESSAGE_SOUND);
	assert_int_equal(message.record_count, 3);
	assert_int_equal(message.rcode, RCODE_BADVERS);
	assert_int_equal(message.edns.flags, EDNS_FLAG_DO);
	assert_int_equal(strict_check(buffer, size, NULL), OK);
	arena_release(&arena);
}

/* A name with a label twice: the first half must not be found before it is whole. */
static void repeated_labels(void **state)
{
	struct builder builder;
	uint8_t buffer[512];
	uint8_t name[NAME_MAX_OCTETS];
	size_t next;
	memset(buffer, 1, sizeof(buffer));
	builder_init(&builder, buffer, sizeof(buffer), 1, FLAG_QR);
	builder_question(&builder, named("a.a.a.b.a.a.a.b"), TYPE_NS, CLASS_IN);
	assert_int_equal(name_read(buffer, builder.size, 12, name, &next), OK);
	assert_true(name_equal_exactly(name, named("a.a.a.b.a.a.a.b")));
}

/* RDATA without octets (RFC 3597 s4 allows it) has no address, either. */
static void empty_rdata(void **state)
{
	struct builder builder;
	uint8_t buffer[64];
	const struct record record = {
		.owner = named("example"), .type = 65280, .class = CLASS_IN, .ttl = 5};
	builder_init(&builder, buffer, sizeof(buffer), 1, FLAG_QR);
	builder_record(&builder, SECTION_ANSWER, &record);
	assert_int_equal(builder.error, OK);
	assert_int_equal(builder_finish(&builder, 0), 12 + 9 + 10);
}

static void truncation(void **state)
{
	struct arena arena;
	struct builder builder;
	uint8_t buffer[100];
	arena_init(&arena, 1 << 20, 0);
	const struct record txt = record_of(&arena, "x.example. 5 IN TXT \"0123456789\"");
	builder_init(&builder, buffer, sizeof(buffer), 1, FLAG_QR);
	builder_question(&builder, named("example"), TYPE_TXT, CLASS_IN);
	const struct builder_mark mark = builder_mark(&builder);
	builder_record(&builder, SECTION_ANSWER, &txt);
	builder_record(&builder, SECTION_ANSWER, &txt);
	assert_int_equal(builder.error, OK);
	const size_t full = builder.size;
	builder_record(&builder, SECTION_ANSWER, &txt);
	builder_record(&builder, SECTION_ANSWER, &txt);
	assert_int_equal(builder.error, ERR_SHORT);
	assert_true(builder.size >= full && builder.size <= sizeof(buffer));
	assert_int_equal(builder_finish(&builder, 0), 0);
	builder_rewind(&builder, &mark);
	assert_int_equal(builder.error, OK);
	const size_t size = builder_finish(&builder, RCODE_SERVFAIL);
	assert_int_equal(size, 25);
	assert_int_equal(buffer[3] & 15, RCODE_SERVFAIL);
	assert_int_equal(buffer[7], 0);
	builder_init(&builder, buffer, 11, 1, FLAG_QR);
	assert_int_equal(builder_finish(&builder, 0), 0);
	arena_release(&arena);
}

/* More names than are remembered, and offsets that no pointer reaches. */
static void large_message(void **state)
{
	static uint8_t buffer[65535];
	struct arena arena;
	struct builder builder;
	struct message message;
	char line[64];
	arena_init(&arena, 16 << 20, 0);
	builder_init(&builder, buffer, sizeof(buffer), 1, FLAG_QR);
	size_t count = 0;
	for (; builder.error == OK; count++) {
		snprintf(line, sizeof(line), "n%zu.example. 5 IN MX 1 m%zu.example.", count, count);
		const struct record mx = record_of(&arena, line);
		builder_record(&builder, SECTION_ANSWER, &mx);
	}
	count--;
	builder.error = OK;
	const size_t size = builder_finish(&builder, 0);
	assert_true(size > 65500 && count > 1000);
	assert_int_equal(message_walk(&arena, buffer, size, &message), OK);
	assert_int_equal(message.fault, MESSAGE_SOUND);
	assert_int_equal(message.record_count, count);
	for (size_t i = 0; i < count; i++) {
		snprintf(line, sizeof(line), "m%zu.example", i);
		assert_true(name_equal(rdata_target(&message.records[i]), named(line)));
	}
	assert_int_equal(strict_check(buffer, size, NULL), OK);
	arena_release(&arena);
}

/* A world serves broken RDATA on purpose: it goes out as it is. */
static void malformed_rdata(void **state)
{
	struct builder builder;
	uint8_t buffer[100];
	const struct record record = {.owner = (const uint8_t *)"",
				      .type = TYPE_MX,
				      .class = CLASS_IN,
				      .rdata = (const uint8_t *)"\0\1\77",
				      .rdata_size = 3};
	builder_init(&builder, buffer, sizeof(buffer), 1, FLAG_QR);
	builder_record(&builder, SECTION_ANSWER, &record);
	assert_int_equal(builder_finish(&builder, 0), 26);
	assert_memory_equal(buffer + 21, "\0\3\0\1\77", 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queries),         cmocka_unit_test(compression),
		cmocka_unit_test(repeated_labels), cmocka_unit_test(empty_rdata),
		cmocka_unit_test(truncation),      cmocka_unit_test(large_message),
		cmocka_unit_test(malformed_rdata),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
