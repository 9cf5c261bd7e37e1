/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What servers that misbehave answer, and canned conversations. */
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SAMPLE_ID 0x1234

static const char domains[] = "  - {name: x.tld, operator: odd, signed: 13 nsec}\n"
			      "  - {name: y.tld, operator: odd}\n"
			      "canned:\n"
			      "  - at: 198.18.2.1\n"
			      "    name: talk.tld\n"
			      "    type: A\n"
			      "    transport: udp\n"
			      "    replies:\n"
			      "      - {silent: true}\n"
			      "      - {rcode: NXDOMAIN, flags: [aa, ad], edns: false}\n"
			      "      - raw: \"0000818000000000\"\n"
			      "      - delay_ms: 250\n"
			      "        additional: glue.tld. 60 IN A 192.0.2.3\n"
			      "        answer: |\n"
			      "          talk.tld. 60 IN A 192.0.2.1\n"
			      "          talk.tld. 60 IN A 192.0.2.2\n"
			      "  - {at: 198.18.99.9, name: any.tld, replies: [{flags: [tc]}]}\n";

static struct sample_question soa_at(const char *at)
{
	return (struct sample_question){
		.at = at, .name = "X.tld", .type = TYPE_SOA, .dnssec_ok = true};
}

static struct message answer_at(struct sample *sample, const char *at)
{
	const struct sample_question question = soa_at(at);
	return sample_answer(sample, &question);
}

static void test_useless(void **state)
{
	struct sample sample;
	sample_open(&sample, domains);
	const struct sample_question silent = soa_at("198.18.2.2");
	assert_int_equal(sample_ask(&sample, &silent).size_bytes, 0);
	assert_int_equal(answer_at(&sample, "198.18.2.5").rcode, RCODE_REFUSED);
	assert_int_equal(answer_at(&sample, "198.18.2.6").rcode, RCODE_SERVFAIL);
	struct message message = answer_at(&sample, "198.18.2.7");
	assert_int_not_equal(message.id, SAMPLE_ID);
	assert_int_equal(message.rcode, RCODE_NOERROR);
	for (int i = 0; i < 2; i++) {
		message = answer_at(&sample, i ? "198.18.2.3" : "198.18.2.4");
		assert_int_equal(message.rcode, RCODE_NOERROR);
		assert_int_equal(message.flags & FLAG_AA, 0);
		assert_null(message_find(&message, 1u << SECTION_ANSWER, NULL, TYPE_SOA));
	}
	sample_close(&sample);
}

/* The id is right, and the question cannot be read. */
static void test_garbage(void **state)
{
	struct sample sample;
	sample_open(&sample, domains);
	static const uint16_t types[] = {TYPE_SOA, TYPE_NS, TYPE_A, TYPE_TXT, TYPE_MX};
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct sample_question question = soa_at("198.18.2.8");
		struct message message;
		question.type = types[i];
		struct response response = sample_ask(&sample, &question);
		assert_true(response.size_bytes > 2);
		assert_int_equal(sample.buffer[0] << 8 | sample.buffer[1], SAMPLE_ID);
		assert_int_equal(message_walk(&sample.arena, sample.buffer, response.size_bytes,
					      &message),
				 0);
		assert_null(message.question_name);
	}
	sample_close(&sample);
}

static void test_odd(void **state)
{
	struct sample sample;
	sample_open(&sample, domains);
	/* No EDNS: FORMERR without OPT; a plain question is answered. */
	struct sample_question question = soa_at("198.18.2.10");
	struct message message = sample_answer(&sample, &question);
	assert_int_equal(message.rcode, RCODE_FORMERR);
	assert_false(message.edns.present);
	question.without_edns = true;
	message = sample_answer(&sample, &question);
	assert_int_equal(message.rcode, RCODE_NOERROR);
	assert_non_null(message_find(&message, 1u << SECTION_ANSWER, NULL, TYPE_SOA));
	/* Case. */
	message = answer_at(&sample, "198.18.2.11");
	assert_memory_equal(message.question_name, "\1x\3tld", 7);
	message = answer_at(&sample, "198.18.2.1");
	assert_memory_equal(message.question_name, "\1X\3tld", 7);
	/* Truncation over UDP only. */
	question = soa_at("198.18.2.12");
	message = sample_answer(&sample, &question);
	assert_true((message.flags & FLAG_TC) != 0);
	question.is_stream = true;
	message = sample_answer(&sample, &question);
	assert_int_equal(message.flags & FLAG_TC, 0);
	assert_non_null(message_find(&message, 1u << SECTION_ANSWER, NULL, TYPE_SOA));
	question = soa_at("198.18.2.13");
	assert_int_equal(sample_ask(&sample, &question).delay_ms, 400);
	sample_close(&sample);
}

static void test_no_tcp(void **state)
{
	struct sample sample;
	struct address address;
	sample_open(&sample, domains);
	assert_int_equal(address_from_text("198.18.2.9", 53, &address), 0);
	assert_false(responder_has_tcp(sample.responder, &address));
	assert_int_equal(address_from_text("198.18.2.1", 53, &address), 0);
	assert_true(responder_has_tcp(sample.responder, &address));
	assert_int_equal(address_from_text("198.18.99.9", 53, &address), 0);
	assert_true(responder_has_tcp(sample.responder, &address));
	assert_int_equal(address_from_text("198.18.77.7", 53, &address), 0);
	assert_false(responder_has_tcp(sample.responder, &address));
	sample_close(&sample);
}

/* One or two attempts are dropped, then one is answered, and so on; the same each time. */
static void test_lossy(void **state)
{
	static const uint16_t types[] = {TYPE_SOA, TYPE_NS,  TYPE_A,    TYPE_TXT,
					 TYPE_MX,  TYPE_CAA, TYPE_AAAA, TYPE_DNSKEY};
	struct sample sample;
	int drops[2] = {0, 0};
	sample_open(&sample, domains);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct sample_question question = soa_at("198.18.2.14");
		int first = 0;
		question.type = types[i];
		while (sample_ask(&sample, &question).size_bytes == 0)
			first++;
		int second = 0;
		while (sample_ask(&sample, &question).size_bytes == 0)
			second++;
		assert_in_range(first, 1, 2);
		assert_int_equal(first, second);
		drops[first - 1]++;
		question.is_stream = true;
		assert_true(sample_ask(&sample, &question).size_bytes > 0);
	}
	assert_true(drops[0] > 0 && drops[1] > 0);
	sample_close(&sample);
}

static uint32_t serial_at(struct sample *sample, const char *at)
{
	struct message message = answer_at(sample, at);
	struct soa_rdata soa;
	const struct record *record = message_find(&message, 1u << SECTION_ANSWER, NULL, TYPE_SOA);
	assert_non_null(record);
	assert_int_equal(rdata_soa(record, &soa), 0);
	return soa.serial;
}

static const uint8_t *address_at(struct sample *sample, const char *at)
{
	struct sample_question question = soa_at(at);
	question.type = TYPE_A;
	struct message message = sample_answer(sample, &question);
	const struct record *record = message_find(&message, 1u << SECTION_ANSWER, NULL, TYPE_A);
	assert_non_null(record);
	assert_non_null(message_find(&message, 1u << SECTION_ANSWER, NULL, TYPE_RRSIG));
	return record->rdata;
}

static void test_versions(void **state)
{
	struct sample sample;
	sample_open(&sample, domains);
	uint32_t serial = serial_at(&sample, "198.18.2.1");
	assert_int_equal(serial_at(&sample, "198.18.2.15"), serial - 1);
	assert_int_equal(serial_at(&sample, "198.18.2.16"), serial);
	const uint8_t *address = address_at(&sample, "198.18.2.1");
	assert_memory_equal(address_at(&sample, "198.18.2.15"), address, 4);
	assert_memory_not_equal(address_at(&sample, "198.18.2.16"), address, 4);
	sample_close(&sample);
}

static void test_canned(void **state)
{
	struct sample sample;
	const struct sample_question question = {
		.at = "198.18.2.1", .name = "TALK.tld", .type = TYPE_A, .dnssec_ok = true};
	sample_open(&sample, domains);
	assert_int_equal(sample_ask(&sample, &question).size_bytes, 0);
	struct message message = sample_answer(&sample, &question);
	assert_int_equal(message.rcode, RCODE_NXDOMAIN);
	assert_int_equal(message.flags & (FLAG_AA | FLAG_AD), FLAG_AA | FLAG_AD);
	assert_false(message.edns.present);
	assert_int_equal(sample_ask(&sample, &question).size_bytes, 8);
	assert_memory_equal(sample.buffer, "\x12\x34\x81\x80\0\0\0\0", 8);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(sample_ask(&sample, &question).delay_ms, 250);
		message = sample_answer(&sample, &question);
		assert_int_equal(message.record_count, 3);
		assert_int_equal(message.records[0].section, SECTION_ANSWER);
		assert_int_equal(message.records[2].section, SECTION_ADDITIONAL);
	}
	/* Another transport, another type: the zones answer. */
	struct sample_question other = question;
	other.is_stream = true;
	assert_int_equal(sample_answer(&sample, &other).rcode, RCODE_REFUSED);
	other = question;
	other.type = TYPE_MX;
	assert_int_equal(sample_answer(&sample, &other).rcode, RCODE_REFUSED);
	other.at = "198.18.99.9";
	other.name = "any.tld";
	assert_true((sample_answer(&sample, &other).flags & FLAG_TC) != 0);
	sample_close(&sample);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_useless), cmocka_unit_test(test_garbage),
		cmocka_unit_test(test_odd),     cmocka_unit_test(test_no_tcp),
		cmocka_unit_test(test_lossy),   cmocka_unit_test(test_versions),
		cmocka_unit_test(test_canned),
	};
	return cmocka_run_group_tests_name("world/behaviour", tests, NULL, NULL);
}
