/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Zones given whole, in several messages, and the digest of it all. */
#include "dns/dnssec/zonemd.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define OPEN "198.18.2.20"
#define RECORDS_MAX 2000u

static const char head[] =
	"world: 1\n"
	"seed: 7\n"
	"servers:\n"
	"  - {name: a.root-servers.net, addresses: [198.41.0.4]}\n"
	"  - {name: a.nic.tld, addresses: [198.18.0.1]}\n"
	"  - {name: ns1.open.tld, addresses: [198.18.2.20], behaviour: [transfer-open]}\n"
	"  - {name: ns2.open.tld, addresses: [198.18.2.21]}\n"
	"operators:\n"
	"  - {name: root, servers: [a.root-servers.net]}\n"
	"  - {name: nic, servers: [a.nic.tld]}\n"
	"  - {name: open, servers: [ns1.open.tld, ns2.open.tld]}\n"
	"zones:\n"
	"  - {name: ., operator: root, signed: 13 nsec}\n"
	"  - {name: tld, operator: nic, signed: 13 nsec3-opt-out}\n"
	"  - {name: open.tld, operator: nic}\n"
	"domains:\n"
	"  - {name: plain.tld, operator: open}\n"
	"  - {name: digest.tld, operator: open, zonemd: true}\n"
	"  - {name: nsec.tld, operator: open, signed: 13 nsec, zonemd: true}\n"
	"  - {name: nsec3.tld, operator: open, signed: 8 nsec3, zonemd: true}\n"
	"  - {name: large.tld, operator: open, signed: 13 nsec, zonemd: true, "
	"faults: [keys-large]}\n"
	"  - {name: wrong.tld, operator: open, signed: 13 nsec, faults: [zonemd-wrong]}\n"
	"  - {name: wrong2.tld, operator: open, faults: [zonemd-wrong]}\n"
	"  - {name: odd.tld, operator: open, signed: 13 nsec3, faults: [zonemd-unsupported]}\n"
	"  - {name: odd2.tld, operator: open, faults: [zonemd-unsupported]}\n";

static int set_up(void **state)
{
	struct sample *sample = test_calloc(1, sizeof(*sample));
	sample_open_text(sample, head);
	*state = sample;
	return 0;
}

static int tear_down(void **state)
{
	sample_close(*state);
	test_free(*state);
	return 0;
}

struct got {
	struct record records[RECORDS_MAX];
	size_t count;
	unsigned messages;
};

static void transfer(struct sample *sample, const char *name, struct got *got)
{
	struct sample_question question = {.at = OPEN,
					   .name = name,
					   .type = TYPE_AXFR,
					   .is_stream = true,
					   .without_edns = true};
	got->count = 0;
	bool continues = true;
	for (; continues; question.part++) {
		continues = sample_ask(sample, &question).continues;
		const struct message message = sample_answer(sample, &question);
		assert_int_equal(message.rcode, RCODE_NOERROR);
		assert_int_equal(message.question_count, question.part == 0);
		assert_true(message.record_count > 0);
		assert_true(got->count + message.record_count <= RECORDS_MAX);
		memcpy(&got->records[got->count], message.records,
		       message.record_count * sizeof(message.records[0]));
		got->count += message.record_count;
	}
	got->messages = question.part;
	/* The SOA first and last, and nowhere else. */
	for (size_t i = 0; i < got->count; i++)
		assert_int_equal(got->records[i].type == TYPE_SOA, i == 0 || i == got->count - 1);
}

static enum zonemd_result verify(struct sample *sample, const char *name, struct got *got)
{
	struct name apex;
	assert_int_equal(name_from_text(name, &apex, NULL), 0);
	transfer(sample, name, got);
	return zonemd_verify(apex.octets, got->records, got->count);
}

static void test_digests(void **state)
{
	struct got *got = test_calloc(1, sizeof(*got));
	assert_int_equal(verify(*state, "plain.tld.", got), ZONEMD_ABSENT);
	assert_int_equal(verify(*state, "digest.tld.", got), ZONEMD_GOOD);
	assert_int_equal(got->messages, 1);
	assert_int_equal(verify(*state, "nsec.tld.", got), ZONEMD_GOOD);
	assert_true(got->messages > 1);
	assert_int_equal(verify(*state, "nsec3.tld.", got), ZONEMD_GOOD);
	assert_int_equal(verify(*state, "large.tld.", got), ZONEMD_GOOD);
	/* Each fault has two ways. */
	assert_in_range(verify(*state, "wrong.tld.", got), ZONEMD_SERIAL, ZONEMD_WRONG);
	assert_in_range(verify(*state, "wrong2.tld.", got), ZONEMD_SERIAL, ZONEMD_WRONG);
	assert_in_range(verify(*state, "odd.tld.", got), ZONEMD_UNSUPPORTED, ZONEMD_AMBIGUOUS);
	assert_in_range(verify(*state, "odd2.tld.", got), ZONEMD_UNSUPPORTED, ZONEMD_AMBIGUOUS);
	test_free(got);
}

static void test_refused(void **state)
{
	struct sample_question question = {
		.at = "198.18.2.21", .name = "nsec.tld.", .type = TYPE_AXFR, .is_stream = true};
	assert_int_equal(sample_answer(*state, &question).rcode, RCODE_REFUSED);
	question.at = OPEN;
	question.name = "www.nsec.tld.";
	assert_int_equal(sample_answer(*state, &question).rcode, RCODE_NOTAUTH);
	question.name = "tld.";
	assert_int_equal(sample_answer(*state, &question).rcode, RCODE_NOTAUTH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_digests, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("world transfer", tests, NULL, NULL);
}
