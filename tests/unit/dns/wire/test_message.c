/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/message.h"
#include "dns/wire/rdata.h"
#include "dns/wire/strict.h"
#include "dns/wire/type.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Offset of the question's name, "example." */
#define QUESTION 12

struct fixture {
	struct arena arena;
	struct sample sample;
	struct message message;
};

static int set_up(void **state)
{
	static struct fixture fixture;
	arena_init(&fixture.arena, 16 << 20, 0);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	arena_release(&fixture->arena);
	return 0;
}

static const struct message *walk(struct fixture *fixture)
{
	arena_reset(&fixture->arena);
	assert_int_equal(message_walk(&fixture->arena, fixture->sample.wire, fixture->sample.size,
				      &fixture->message),
			 OK);
	return &fixture->message;
}

static void assert_fault(struct fixture *fixture, enum message_fault fault, uint16_t records)
{
	const struct message *message = walk(fixture);
	assert_string_equal(message_fault_text(message->fault), message_fault_text(fault));
	assert_int_equal(message->record_count, records);
}

static void header_fields(void **state)
{
	struct fixture *fixture = *state;
	struct sample *sample = &fixture->sample;
	sample_header(sample, 0x8583 | 4 << 11, 1, 0, 0, 0);
	sample_name(sample, "ExAmple");
	sample_u16(sample, TYPE_NS);
	sample_u16(sample, CLASS_IN);
	const struct message *message = walk(fixture);
	assert_int_equal(message->fault, MESSAGE_SOUND);
	assert_int_equal(message->id, 0x1234);
	assert_int_equal(message->flags, 0xa583);
	assert_int_equal(message->opcode, 4);
	assert_int_equal(message->rcode, RCODE_NXDOMAIN);
	assert_int_equal(message->question_count, 1);
	assert_int_equal(message->question_type, TYPE_NS);
	assert_int_equal(message->question_class, CLASS_IN);
	assert_true(name_equal_exactly(message->question_name, named("ExAmple")));
	assert_false(message->edns.present);
}

static void short_header(void **state)
{
	struct fixture *fixture = *state;
	for (size_t size = 0; size < MESSAGE_HEADER_OCTETS; size++) {
		fixture->sample.size = size;
		assert_fault(fixture, MESSAGE_SHORT_HEADER, 0);
		assert_null(fixture->message.question_name);
	}
	sample_header(&fixture->sample, 0x8000, 0, 0, 0, 0);
	assert_fault(fixture, MESSAGE_SOUND, 0);
	assert_null(fixture->message.question_name);
}

static void expansion(void **state)
{
	struct fixture *fixture = *state;
	struct sample *sample = &fixture->sample;
	sample_header(sample, 0x8000, 1, 3, 0, 1);
	sample_octets(sample, "\7EXAmple\0", 9);
	sample_u16(sample, TYPE_MX);
	sample_u16(sample, CLASS_IN);
	sample_pointer(sample, QUESTION);
	sample_rest(sample, TYPE_MX, "\0\12\2MX\300\14", 7);
	const size_t exchange = sample->size - 5;
	sample_pointer(sample, QUESTION);
	sample_rest(sample, TYPE_NS, "\3nS1\300\14", 6);
	const size_t target = sample->size - 6;
	sample_pointer(sample, QUESTION);
	sample_rest(sample, TYPE_TXT, "\3AbC", 4);
	sample_pointer(sample, target);
	sample_rest(sample, TYPE_A, "\300\0\2\1", 4);
	const struct message *message = walk(fixture);
	assert_int_equal(message->fault, MESSAGE_SOUND);
	assert_int_equal(message->record_count, 4);
	const struct record *records = message->records;
	for (size_t i = 0; i < 3; i++) {
		assert_true(name_equal_exactly(records[i].owner, named("example")));
		assert_int_equal(records[i].section, SECTION_ANSWER);
		assert_int_equal(records[i].ttl, 3600);
	}
	assert_int_equal(records[0].rdata_size, 14);
	assert_memory_equal(records[0].rdata, "\0\12\2mx\7example\0", 14);
	assert_true(name_equal_exactly(rdata_target(&records[0]), named("mx.example")));
	assert_true(name_equal_exactly(records[1].rdata, named("ns1.example")));
	assert_memory_equal(records[2].rdata, "\3AbC", 4);
	assert_true(name_equal_exactly(records[3].owner, named("ns1.example")));
	assert_int_equal(records[3].section, SECTION_ADDITIONAL);
	assert_true(exchange > QUESTION);
	/* The same again, with an owner that points into the MX's exchange. */
	sample->wire[11] = 2;
	sample_pointer(sample, exchange);
	sample_rest(sample, TYPE_AAAA, "0123456789abcdef", 16);
	assert_fault(fixture, MESSAGE_SOUND, 5);
	assert_true(name_equal_exactly(fixture->message.records[4].owner, named("mx.example")));
}

/* RFC 4034 s6.2 with RFC 6840 s5.1; newer types keep case. */
static void case_of_names(void **state)
{
	static const struct {
		uint16_t type;
		const char *rdata;
		size_t size;
		const char *canonical;
	} cases[] = {
		{TYPE_NS, "\1A\0", 3, "\1a\0"},
		{TYPE_SRV, "\0\1\0\2\0\3\1A\0", 9, "\0\1\0\2\0\3\1a\0"},
		{TYPE_DNAME, "\1A\0", 3, "\1a\0"},
		{TYPE_RRSIG, "\0AA\1AAAABBBBCCCCDD\1A\0SIG", 24, "\0AA\1AAAABBBBCCCCDD\1a\0SIG"},
		{TYPE_NSEC, "\1A\0\0\1\100", 6, "\1A\0\0\1\100"},
		{TYPE_SVCB, "\0\1\1A\0", 5, "\0\1\1A\0"},
		{TYPE_DSYNC, "\0\73\1\0\65\1A\0", 8, "\0\73\1\0\65\1A\0"},
		{65280, "\1A\0", 3, "\1A\0"},
		{TYPE_SOA, "\1A\0\1B\0AAAABBBBCCCCDDDDEEEE", 26, "\1a\0\1b\0AAAABBBBCCCCDDDDEEEE"},
		{TYPE_NAPTR, "\0\1\0\2\1U\1S\1R\1A\0", 13, "\0\1\0\2\1U\1S\1R\1a\0"},
		{13, "\1A\1B", 4, "\1A\1B"}, /* HINFO */
	};
	struct fixture *fixture = *state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sample_header(&fixture->sample, 0x8000, 1, 1, 0, 0);
		sample_question(&fixture->sample);
		sample_pointer(&fixture->sample, QUESTION);
		sample_rest(&fixture->sample, cases[i].type, cases[i].rdata, cases[i].size);
		assert_fault(fixture, MESSAGE_SOUND, 1);
		const struct record *record = fixture->message.records;
		assert_int_equal(record->rdata_size, cases[i].size);
		assert_memory_equal(record->rdata, cases[i].canonical, cases[i].size);
	}
}

static void bad_names(void **state)
{
	struct fixture *fixture = *state;
	struct sample *sample = &fixture->sample;
	/* Owner that points at itself, forwards, and with a label type of the past. */
	static const uint16_t owners[] = {0xc000 | 25, 0xc000 | 200, 0x4141, 0x8000};
	for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++) {
		sample_header(sample, 0x8000, 1, 1, 0, 0);
		sample_question(sample);
		assert_int_equal(sample->size, 25);
		sample_u16(sample, owners[i]);
		sample_rest(sample, TYPE_A, "\1\2\3\4", 4);
		assert_fault(fixture, MESSAGE_BAD_NAME, 0);
	}
	/* In RDATA: this record is left out, the next one is read. */
	sample_header(sample, 0x8000, 1, 2, 0, 0);
	sample_question(sample);
	sample_pointer(sample, QUESTION);
	sample_rest(sample, TYPE_NS, "\301\0", 2);
	sample_pointer(sample, QUESTION);
	sample_rest(sample, TYPE_A, "\1\2\3\4", 4);
	assert_fault(fixture, MESSAGE_BAD_NAME, 1);
	assert_int_equal(fixture->message.records[0].type, TYPE_A);
	/* A name may not run beyond its RDATA. */
	sample_header(sample, 0x8000, 1, 1, 0, 0);
	sample_question(sample);
	sample_pointer(sample, QUESTION);
	sample_rest(sample, TYPE_NS, "\2a", 2);
	sample->size--;
	sample->wire[sample->size - 2] = 1;
	assert_fault(fixture, MESSAGE_BAD_NAME, 0);
}

/* Names that all take a hundred steps: a message may have some, not thousands. */
static void names_that_take_long(void **state)
{
	enum { HOPS = 125, ENDS = 64, STEPS = HOPS + 2, OWNER = 12 };
	struct fixture *fixture = *state;
	struct sample *sample = &fixture->sample;
	for (size_t count = 500; count <= 3500; count += 3000) {
		sample_header(sample, 0x8000, 0, (uint16_t)(count + 1), 0, 0);
		sample_octets(sample, "", 1);
		uint8_t chain[4 * (HOPS + ENDS)];
		const size_t start = OWNER + 1 + 10;
		for (size_t i = 0; i < HOPS + ENDS; i++) {
			const size_t last = i == 0     ? OWNER
					    : i < HOPS ? start + 4 * (i - 1)
						       : start + 4 * (HOPS - 1);
			memcpy(chain + 4 * i,
			       (const uint8_t[4]){1, 'a', (uint8_t)(0xc0 | last >> 8),
						  (uint8_t)last},
			       4);
		}
		sample_rest(sample, 65280, chain, sizeof(chain));
		for (size_t i = 0; i < count; i++) {
			/* Another end each time, so that none is remembered. */
			sample_u16(sample, (uint16_t)(0xc000 | (start + 4 * (HOPS + i % ENDS))));
			sample_rest(sample, TYPE_A, "\1\2\3\4", 4);
		}
		/* A step a label and one a pointer. */
		const bool is_fair = count * 2 * STEPS < 262144;
		const struct message *message = walk(fixture);
		assert_int_equal(message->fault, is_fair ? MESSAGE_SOUND : MESSAGE_BAD_NAME);
		assert_in_range(message->record_count, 500, 262144 / STEPS);
	}
}

static void name_lengths(void **state)
{
	struct fixture *fixture = *state;
	struct sample *sample = &fixture->sample;
	for (size_t last = 60; last <= 63; last++) {
		uint8_t label[64];
		memset(label, 'x', sizeof(label));
		sample_header(sample, 0x8000, 0, 1, 0, 0);
		for (size_t i = 0; i < 4; i++) {
			label[0] = (uint8_t)(i < 3 ? 63 : last);
			sample_octets(sample, label, (size_t)label[0] + 1);
		}
		sample_octets(sample, "", 1);
		sample_rest(sample, TYPE_A, "\1\2\3\4", 4);
		/* 3 * 64 + 62 + 1 = 255 */
		assert_fault(fixture, last <= 61 ? MESSAGE_SOUND : MESSAGE_BAD_NAME, last <= 61);
	}
	/* The limit is on the expanded name: 250 octets and a pointer to 9 more. */
	sample_header(sample, 0x8000, 1, 1, 0, 0);
	sample_question(sample);
	for (size_t i = 0; i < 125; i++)
		sample_octets(sample, "\1x", 2);
	sample_pointer(sample, QUESTION);
	sample_rest(sample, TYPE_A, "\1\2\3\4", 4);
	assert_fault(fixture, MESSAGE_BAD_NAME, 0);
}

static void counts(void **state)
{
	struct fixture *fixture = *state;
	struct sample *sample = &fixture->sample;
	sample_header(sample, 0x8000, 1, 2, 0, 0);
	sample_question(sample);
	sample_pointer(sample, QUESTION);
	sample_rest(sample, TYPE_A, "\1\2\3\4", 4);
	assert_fault(fixture, MESSAGE_COUNT_LIES, 1);
	memcpy(sample->wire + 6, "\377\377\377\377\377\377", 6);
	assert_fault(fixture, MESSAGE_COUNT_LIES, 1);
	memcpy(sample->wire + 6, "\0\1\0\0\0\0", 6);
	assert_fault(fixture, MESSAGE_SOUND, 1);
	/* Cut anywhere in the record. */
	const size_t whole = sample->size;
	for (size_t size = 25; size < whole; size++) {
		sample->size = size;
		assert_fault(fixture, MESSAGE_COUNT_LIES, 0);
	}
	for (size_t size = 13; size < 25; size++) {
		sample->size = size;
		assert_fault(fixture, MESSAGE_BAD_QUESTION, 0);
	}
	sample->size = whole;
	sample_octets(sample, "x", 1);
	assert_fault(fixture, MESSAGE_TRAILING, 1);
	memcpy(sample->wire + 6, "\0\0\0\0\0\0", 6);
	assert_fault(fixture, MESSAGE_TRAILING, 0);
}

static void many_records(void **state)
{
	struct fixture *fixture = *state;
	struct sample *sample = &fixture->sample;
	sample_header(sample, 0x8000, 0, 5956, 0, 0);
	for (size_t i = 0; i < 5956; i++) {
		sample_octets(sample, "", 1);
		sample_rest(sample, 65280, "", 0);
	}
	assert_fault(fixture, MESSAGE_SOUND, 5956);
}

static void questions(void **state)
{
	struct fixture *fixture = *state;
	struct sample *sample = &fixture->sample;
	sample_header(sample, 0x8000, 2, 1, 0, 0);
	sample_question(sample);
	sample_pointer(sample, QUESTION);
	sample_u16(sample, TYPE_MX);
	sample_u16(sample, CLASS_IN);
	sample_pointer(sample, QUESTION);
	sample_rest(sample, TYPE_A, "\1\2\3\4", 4);
	assert_fault(fixture, MESSAGE_BAD_QUESTION, 1);
	assert_int_equal(fixture->message.question_type, TYPE_A);
	sample_header(sample, 0x8000, 1, 0, 0, 0);
	sample_pointer(sample, 2); /* into the header: a root, of all things */
	sample_u16(sample, TYPE_MX);
	sample_u16(sample, CLASS_IN);
	sample->wire[2] = 0;
	assert_fault(fixture, MESSAGE_SOUND, 0);
	assert_true(name_is_root(fixture->message.question_name));
}

static void add_opt(struct sample *sample, const void *options, size_t size, uint32_t ttl)
{
	sample_octets(sample, "", 1);
	sample_u16(sample, TYPE_OPT);
	sample_u16(sample, 1232);
	sample_u32(sample, ttl);
	sample_u16(sample, (unsigned)size);
	sample_octets(sample, options, size);
}

static void edns(void **state)
{
	struct fixture *fixture = *state;
	struct sample *sample = &fixture->sample;
	const struct message *message = &fixture->message;
	uint16_t size = 0;
	sample_header(sample, 0x8007, 1, 0, 0, 1);
	sample_question(sample);
	add_opt(sample, "\0\3\0\2ab\0\17\0\2\0\26\0\12\0\0", 16, 0x01008000);
	assert_fault(fixture, MESSAGE_SOUND, 0);
	assert_true(message->edns.present);
	assert_int_equal(message->rcode, 0x17);
	assert_int_equal(message->edns.version, 0);
	assert_int_equal(message->edns.flags, EDNS_FLAG_DO);
	assert_int_equal(message->edns.udp_size, 1232);
	assert_int_equal(message->edns.record_offset, 25);
	assert_int_equal(message->edns.record_size, 27);
	assert_memory_equal(message_option(message, EDNS_NSID, &size), "ab", 2);
	assert_int_equal(size, 2);
	assert_memory_equal(message_option(message, EDNS_EDE, &size), "\0\26", 2);
	assert_non_null(message_option(message, EDNS_COOKIE, &size));
	assert_int_equal(size, 0);
	assert_null(message_option(message, EDNS_PADDING, &size));

	/* Two of them: the first counts. */
	sample->wire[11] = 2;
	add_opt(sample, "", 0, 0x02000000);
	assert_fault(fixture, MESSAGE_BAD_OPT, 0);
	assert_int_equal(message->rcode, 0x17);
	assert_int_equal(message->edns.record_offset, 25);
	/* In the wrong section, and with an owner. */
	sample_header(sample, 0x8000, 1, 1, 0, 0);
	sample_question(sample);
	add_opt(sample, "", 0, 0);
	assert_fault(fixture, MESSAGE_BAD_OPT, 0);
	sample_header(sample, 0x8000, 1, 0, 0, 1);
	sample_question(sample);
	sample_pointer(sample, QUESTION);
	sample_rest(sample, TYPE_OPT, "", 0);
	assert_fault(fixture, MESSAGE_BAD_OPT, 0);
}

static void bad_options(void **state)
{
	static const struct {
		const char *octets;
		size_t size;
		uint16_t usable;
	} cases[] = {
		{"\0\3\0\1a\0", 6, 5}, {"\0\3\0\2a", 5, 0}, {"\0", 1, 0}, {"\0\3\377\377", 4, 0}};
	struct fixture *fixture = *state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sample_header(&fixture->sample, 0x8000, 1, 0, 0, 2);
		sample_question(&fixture->sample);
		add_opt(&fixture->sample, cases[i].octets, cases[i].size, 0);
		sample_pointer(&fixture->sample, QUESTION);
		sample_rest(&fixture->sample, TYPE_A, "\1\2\3\4", 4);
		assert_fault(fixture, MESSAGE_BAD_OPT, 1);
		assert_true(fixture->message.edns.present);
		assert_int_equal(fixture->message.edns.options_size, cases[i].usable);
	}
}

static void bad_rdata(void **state)
{
	static const struct {
		uint16_t type;
		const char *rdata;
		size_t size;
	} cases[] = {
		{TYPE_A, "\1\2\3", 3},
		{TYPE_A, "\1\2\3\4\5", 5},
		{TYPE_A, "", 0},
		{TYPE_AAAA, "\1\2\3\4", 4},
		{TYPE_TXT, "", 0},
		{TYPE_TXT, "\5abc", 4},
		{TYPE_MX, "\0\1\0\0", 4},
		{TYPE_MX, "\0", 1},
		{TYPE_SOA, "\0\0aaaabbbbccccddddeee", 21},
		{TYPE_DS, "\0\1\2", 3},
		{TYPE_DNSKEY, "\0\1\2", 3},
		{TYPE_NSEC, "\0\0\41x", 4},
		{TYPE_NSEC, "\0\1\1\100\0\1\100", 7},
		{TYPE_NSEC, "\0\0\0", 3},
		{TYPE_NSEC, "\0\0", 2},
		{TYPE_NSEC3, "\1\0\0\0\0\0", 6},
		{TYPE_NSEC3, "\1\0\0\0\4ab", 7},
		{TYPE_NSEC3PARAM, "\1\0\0\0\0\0", 6},
		{TYPE_CSYNC, "\0\0\0\1\0", 5},
		{TYPE_CAA, "\0\0", 2},
		{TYPE_CAA, "\0\5ab", 4},
		{TYPE_SVCB, "\0\1\0\0\3\0\2\0\65\0\1\0\0", 13},
		{TYPE_SVCB, "\0\1\0\0\3\0\5x", 8},
		{TYPE_SVCB, "\0\1\0\0", 4},
		{TYPE_DSYNC, "\0\73\1\0\65\0x", 7},
		{TYPE_TLSA, "\1\2", 2},
	};
	struct fixture *fixture = *state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sample_header(&fixture->sample, 0x8000, 1, 2, 0, 0);
		sample_question(&fixture->sample);
		sample_pointer(&fixture->sample, QUESTION);
		sample_rest(&fixture->sample, cases[i].type, cases[i].rdata, cases[i].size);
		sample_pointer(&fixture->sample, QUESTION);
		sample_rest(&fixture->sample, TYPE_A, "\1\2\3\4", 4);
		assert_fault(fixture, MESSAGE_BAD_RDATA, 1);
	}
}

/* A name expanded in front of much else. */
static void long_rdata(void **state)
{
	static uint8_t rdata[65000];
	struct fixture *fixture = *state;
	struct sample *sample = &fixture->sample;
	sample_header(sample, 0x8000, 1, 1, 0, 0);
	for (size_t i = 0; i < 127; i++)
		sample_octets(sample, "\1x", 2);
	sample_octets(sample, "\0\0\1\0\1", 5);
	sample_octets(sample, "", 1);
	memset(rdata, 0, sizeof(rdata));
	rdata[18] = 0xc0;
	rdata[19] = 12;
	sample_rest(sample, TYPE_RRSIG, rdata, sizeof(rdata));
	assert_fault(fixture, MESSAGE_SOUND, 1);
	assert_int_equal(fixture->message.records[0].rdata_size, 65000 + 253);
}

/* Answers to ANY, updates and signed transactions. */
static void oddities(void **state)
{
	struct fixture *fixture = *state;
	struct sample *sample = &fixture->sample;
	sample_header(sample, 0x8000, 1, 2, 0, 1);
	sample_name(sample, "example");
	sample_u16(sample, TYPE_ANY);
	sample_u16(sample, CLASS_IN);
	sample_pointer(sample, QUESTION);
	sample_rest(sample, 13, "\7RFC8482\0", 9);
	sample_pointer(sample, QUESTION);
	sample_rest(sample, TYPE_ANY, "", 0);
	sample_octets(sample, "", 1);
	sample_rest(sample, TYPE_TSIG, "anything", 8);
	assert_fault(fixture, MESSAGE_SOUND, 2);
	assert_int_equal(fixture->message.records[0].type, 13);

	sample_header(sample, 0x2800, 1, 0, 1, 0);
	sample_question(sample);
	sample_pointer(sample, QUESTION);
	sample_u16(sample, TYPE_A);
	sample_u16(sample, CLASS_ANY);
	sample_u32(sample, 0);
	sample_u16(sample, 0);
	assert_fault(fixture, MESSAGE_SOUND, 1);
	assert_int_equal(fixture->message.records[0].rdata_size, 0);
	assert_non_null(fixture->message.records[0].rdata);
}

static void add_rrset(struct sample *sample)
{
	static const char *const data[] = {"\1\2\3\5", "\1\2\3\4", "\1\2\3\5", "\1\2\2\4"};
	static const uint32_t ttls[] = {300, 200, 100, 400};
	for (size_t i = 0; i < 4; i++) {
		sample_octets(sample, "\7eXample\0", 9);
		sample_u16(sample, TYPE_A);
		sample_u16(sample, CLASS_IN);
		sample_u32(sample, ttls[i]);
		sample_u16(sample, 4);
		sample_octets(sample, data[i], 4);
	}
}

/* RFC 2136 s2.4: outside class IN a record may be without the data its type has. */
static void other_classes(void **state)
{
	struct fixture *fixture = *state;
	struct sample *sample = &fixture->sample;
	static const uint8_t none[] = {0, TYPE_NS, 0, 254, 0, 0, 0, 0, 0, 0};
	struct rrset rrset;
	sample_header(sample, 0x8000, 1, 2, 0, 0);
	sample_question(sample);
	sample_pointer(sample, QUESTION);
	sample_octets(sample, none, sizeof(none));
	sample_pointer(sample, QUESTION);
	sample_rest(sample, TYPE_NS, "\0", 1);
	const struct message *message = walk(fixture);
	const struct rrset_key key = {SECTIONS_ALL, named("example"), TYPE_NS};
	assert_int_equal(message->fault, MESSAGE_SOUND);
	assert_int_equal(message->record_count, 2);
	assert_ptr_equal(message_find(message, SECTIONS_ALL, key.owner, TYPE_NS),
			 &message->records[1]);
	assert_int_equal(message_rrset(&fixture->arena, message, &key, &rrset), OK);
	assert_int_equal(rrset.count, 1);
	assert_ptr_equal(rrset.records[0], &message->records[1]);
}

static void rrsets(void **state)
{
	struct fixture *fixture = *state;
	struct sample *sample = &fixture->sample;
	struct rrset rrset = {.count = 42}, other;
	sample_header(sample, 0x8000, 1, 7, 1, 0);
	sample_question(sample);
	add_rrset(sample);
	static const char rrsig[] = "\0\1\15\1AAAABBBBCCCCDD\0S1";
	static const char rrsig_ns[] = "\0\2\15\1AAAABBBBCCCCDD\0S2";
	for (size_t i = 0; i < 3; i++) {
		sample_pointer(sample, QUESTION);
		sample_rest(sample, TYPE_RRSIG, i == 1 ? rrsig_ns : rrsig, 21);
	}
	sample_pointer(sample, QUESTION);
	sample_rest(sample, TYPE_A, "\1\1\1\1", 4);
	const struct message *message = walk(fixture);
	assert_int_equal(message->record_count, 8);
	assert_int_equal(
		message_rrset(&fixture->arena, message,
			      &(struct rrset_key){1u << SECTION_ANSWER, named("EXAMPLE"), TYPE_A},
			      &rrset),
		OK);
	assert_int_equal(rrset.count, 3);
	assert_int_equal(rrset.ttl, 100);
	assert_int_equal(rrset.class, CLASS_IN);
	assert_int_equal(rrset.signature_count, 2);
	assert_memory_equal(rrset.records[0]->rdata, "\1\2\2\4", 4);
	assert_memory_equal(rrset.records[1]->rdata, "\1\2\3\4", 4);
	assert_memory_equal(rrset.records[2]->rdata, "\1\2\3\5", 4);
	assert_int_equal(message_rrset(&fixture->arena, message,
				       &(struct rrset_key){SECTIONS_ALL, named("example"), TYPE_A},
				       &other),
			 OK);
	assert_int_equal(other.count, 4);
	assert_false(rrset_same_data(&rrset, &other));
	assert_true(rrset_same_data(&rrset, &rrset));
	rrset.count = 42;
	/* Signatures alone do not make an RRset. */
	assert_int_equal(message_rrset(&fixture->arena, message,
				       &(struct rrset_key){SECTIONS_ALL, named("example"), TYPE_NS},
				       &rrset),
			 ERR_NOT_FOUND);
	assert_int_equal(
		message_rrset(&fixture->arena, message,
			      &(struct rrset_key){SECTIONS_ALL, named("a.example"), TYPE_A},
			      &rrset),
		ERR_NOT_FOUND);
	assert_int_equal(rrset.count, 42);
	assert_non_null(message_find(message, SECTIONS_ALL, NULL, TYPE_RRSIG));
	assert_null(message_find(message, 1u << SECTION_ADDITIONAL, NULL, TYPE_A));
}

static void no_memory(void **state)
{
	struct fixture *fixture = *state;
	struct arena arena;
	struct message message = {.id = 4242};
	sample_header(&fixture->sample, 0x8000, 1, 4, 0, 0);
	sample_question(&fixture->sample);
	add_rrset(&fixture->sample);
	size_t failures = 0;
	for (size_t cap = 0;; cap += 8) {
		arena_init(&arena, cap, 1);
		const int error =
			message_walk(&arena, fixture->sample.wire, fixture->sample.size, &message);
		arena_release(&arena);
		if (error == OK)
			break;
		assert_int_equal(error, ERR_MEMORY);
		assert_int_equal(message.id, 4242);
		failures++;
	}
	assert_true(failures > 10);
	assert_int_equal(message.record_count, 4);
}

static void strictly(void **state)
{
	struct fixture *fixture = *state;
	struct sample *sample = &fixture->sample;
	struct complaint complaint;
	struct text text;
	text_init(&text, 1 << 16);
	sample_header(sample, 0x8400, 1, 1, 0, 1);
	sample_octets(sample, "\7eXample\0\0\1\0\1", 13);
	sample_pointer(sample, QUESTION);
	sample_rest(sample, TYPE_A, "\1\2\3\4", 4);
	add_opt(sample, "\0\3\0\2ab\0\17\0\3\0\26x", 13, 0x8000);
	assert_int_equal(strict_check(sample->wire, sample->size, &complaint), OK);
	assert_int_equal(strict_to_text(sample->wire, sample->size, &text), OK);
	assert_string_equal(text_get(&text),
			    ";; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 4660\n"
			    ";; flags: qr aa; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1\n"
			    ";; OPT PSEUDOSECTION:\n"
			    "; EDNS: version: 0, flags: do; udp: 1232\n"
			    "; NSID: 6162 (\"ab\")\n"
			    "; EDE: 22 (\"x\")\n"
			    ";; QUESTION SECTION:\n;eXample.\t\tIN\tA\n"
			    ";; ANSWER SECTION:\neXample. 3600 IN A 1.2.3.4\n");
	sample->size--;
	assert_int_equal(strict_check(sample->wire, sample->size, &complaint), ERR_FORMAT);
	assert_true(strlen(complaint.text) > 10);
	text_reset(&text);
	assert_int_equal(strict_to_text(sample->wire, sample->size, &text), OK);
	assert_non_null(strstr(text_get(&text), ";; ANSWER SECTION:\neXample."));
	assert_non_null(strstr(text_get(&text), ";; malformed after "));
	assert_int_equal(strict_check(sample->wire, 11, &complaint), ERR_FORMAT);
	assert_int_equal(strict_to_text(sample->wire, 11, &text), ERR_FORMAT);
	text_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_fields), cmocka_unit_test(short_header),
		cmocka_unit_test(expansion),     cmocka_unit_test(case_of_names),
		cmocka_unit_test(bad_names),     cmocka_unit_test(names_that_take_long),
		cmocka_unit_test(name_lengths),  cmocka_unit_test(counts),
		cmocka_unit_test(many_records),  cmocka_unit_test(questions),
		cmocka_unit_test(edns),          cmocka_unit_test(bad_options),
		cmocka_unit_test(bad_rdata),     cmocka_unit_test(long_rdata),
		cmocka_unit_test(oddities),      cmocka_unit_test(rrsets),
		cmocka_unit_test(other_classes), cmocka_unit_test(no_memory),
		cmocka_unit_test(strictly),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
