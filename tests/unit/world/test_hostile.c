/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Zones that are dear to validate, and conversations that are dear to hear. */
#include "dns/dnssec/key.h"
#include "dns/dnssec/verify.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TLD "198.18.0.1"

/* `zones` are the last section of the head. */
static const char zones[] =
	"  - {name: trap.tld, operator: good, signed: 13 nsec, hostile: {keys: 5, signatures: 7, "
	"key-signatures: 2, ds: 3}}\n"
	"  - {name: rsa.tld, operator: good, signed: 8 nsec 2048, hostile: {keys: 4}}\n"
	"  - {name: dear.tld, operator: good, signed: 13 nsec3, hostile: {iterations: 600, salt: "
	"255}}\n"
	"canned:\n"
	"  - {at: 198.18.2.1, name: '*.far.tld', replies: [{rcode: NXDOMAIN}]}\n"
	"  - {at: 198.18.2.1, name: '*.near.far.tld', replies: [{drip_ms: 20, rcode: YXDOMAIN}]}\n"
	"  - {at: 198.18.2.1, name: near.far.tld, replies: [{rcode: REFUSED}]}\n"
	"  - {at: 198.18.2.1, name: raw.tld, replies: [{raw: "
	"'00008000000100000000000003726177037464000000010001'}, {raw: "
	"'00008000000100000000000003726177"
	"03746c640000010001'}]}\n";

static struct message ask(struct sample *sample, const char *at, const char *name, uint16_t type)
{
	const struct sample_question question = {
		.at = at, .name = name, .type = type, .dnssec_ok = true, .is_stream = true};
	return sample_answer(sample, &question);
}

static void get_set(struct sample *sample, const struct message *message, const char *owner,
		    uint16_t type, struct rrset *ret_rrset)
{
	struct name name;
	assert_int_equal(name_from_text(owner, &name, NULL), 0);
	const struct rrset_key key = {1u << SECTION_ANSWER, name.octets, type};
	assert_int_equal(message_rrset(&sample->arena, message, &key, ret_rrset), 0);
}

/* So many keys have the tag of the one that signs, and all of them are keys. */
static void expect_one_tag(struct sample *sample, const char *zone, uint16_t keys)
{
	struct message message = ask(sample, "198.18.1.1", zone, TYPE_DNSKEY);
	struct rrset set;
	struct rrsig_rdata rrsig;
	uint16_t alike = 0;
	get_set(sample, &message, zone, TYPE_DNSKEY, &set);
	message = ask(sample, "198.18.1.1", zone, TYPE_SOA);
	const struct record *record =
		message_find(&message, 1u << SECTION_ANSWER, NULL, TYPE_RRSIG);
	assert_non_null(record);
	assert_int_equal(rdata_rrsig(record, &rrsig), 0);
	for (uint16_t i = 0; i < set.count; i++) {
		struct dnskey_rdata key;
		assert_int_equal(rdata_dnskey(set.records[i], &key), 0);
		assert_int_equal(key.flags & DNSKEY_ZONE, DNSKEY_ZONE);
		assert_int_equal(key.flags & DNSKEY_REVOKE, 0);
		assert_int_equal(key.protocol, 3);
		alike = (uint16_t)(alike + (key_tag(set.records[i]->rdata,
						    set.records[i]->rdata_size) == rrsig.key_tag));
	}
	assert_int_equal(alike, keys);
}

static void test_keys(void **state)
{
	static struct sample sample;
	(void)state;
	sample_open_zones(&sample, zones);
	expect_one_tag(&sample, "trap.tld.", 6);
	expect_one_tag(&sample, "rsa.tld.", 5);
	sample_close(&sample);
}

/* Seven that are bad by every key, and the good one last. */
static void test_signatures(void **state)
{
	static struct sample sample;
	struct random random;
	struct rrset keys, set;
	(void)state;
	sample_open_zones(&sample, zones);
	random_seeded(&random, 1);
	struct verifier *verifier = verifier_new(NULL, &random);
	struct message key_message = ask(&sample, "198.18.1.1", "trap.tld.", TYPE_DNSKEY);
	get_set(&sample, &key_message, "trap.tld.", TYPE_DNSKEY, &keys);
	assert_int_equal(keys.signature_count, 3);
	struct message message = ask(&sample, "198.18.1.1", "trap.tld.", TYPE_SOA);
	get_set(&sample, &message, "trap.tld.", TYPE_SOA, &set);
	assert_int_equal(set.signature_count, 8);
	for (uint16_t i = 0; i < set.signature_count; i++) {
		unsigned int good = 0, bad = 0;
		for (uint16_t j = 0; j < keys.count; j++) {
			enum signature_result result =
				verifier_check(verifier, &set, set.signatures[i], keys.records[j]);
			assert_true(result == SIGNATURE_GOOD || result == SIGNATURE_BAD ||
				    result == SIGNATURE_NO_KEY);
			good += result == SIGNATURE_GOOD;
			bad += result == SIGNATURE_BAD;
		}
		assert_int_equal(good, i == 7 ? 1 : 0);
		assert_int_equal(good + bad, 6);
	}
	verifier_free(verifier);
	sample_close(&sample);
}

static void test_ds(void **state)
{
	static struct sample sample;
	struct rrset set, keys;
	unsigned int matches = 0;
	(void)state;
	sample_open_zones(&sample, zones);
	struct message message = ask(&sample, TLD, "trap.tld.", TYPE_DS);
	get_set(&sample, &message, "trap.tld.", TYPE_DS, &set);
	assert_in_range(set.count, 4, 5); /* the zone's own may be two */
	struct message key_message = ask(&sample, "198.18.1.1", "trap.tld.", TYPE_DNSKEY);
	get_set(&sample, &key_message, "trap.tld.", TYPE_DNSKEY, &keys);
	for (uint16_t i = 0; i < set.count; i++) {
		struct ds_rdata ds;
		assert_int_equal(rdata_ds(set.records[i], &ds), 0);
		for (uint16_t j = 0; j < keys.count; j++)
			matches += ds_matches(keys.owner, &ds, keys.records[j]);
	}
	assert_int_equal(matches, set.count - 3);
	sample_close(&sample);
}

static void test_nsec3(void **state)
{
	static struct sample sample;
	struct nsec3_rdata nsec3;
	(void)state;
	sample_open_zones(&sample, zones);
	struct message message = ask(&sample, "198.18.1.1", "none.dear.tld.", TYPE_A);
	const struct record *record =
		message_find(&message, 1u << SECTION_AUTHORITY, NULL, TYPE_NSEC3);
	assert_non_null(record);
	assert_int_equal(rdata_nsec3(record, &nsec3), 0);
	assert_int_equal(nsec3.iterations, 600);
	assert_int_equal(nsec3.salt_size, 255);
	sample_close(&sample);
}

/* The nearest conversation above a name; one of its own goes first. */
static void test_below(void **state)
{
	static struct sample sample;
	(void)state;
	sample_open_zones(&sample, zones);
	assert_int_equal(ask(&sample, "198.18.2.1", "a.b.far.tld.", TYPE_A).rcode, RCODE_NXDOMAIN);
	assert_int_equal(ask(&sample, "198.18.2.1", "near.far.tld.", TYPE_A).rcode, RCODE_REFUSED);
	const struct sample_question question = {
		.at = "198.18.2.1", .name = "a.near.far.tld.", .type = TYPE_A, .is_stream = true};
	assert_int_equal(sample_ask(&sample, &question).drip_ms, 20);
	assert_int_equal(ask(&sample, "198.18.2.1", "far.tld.", TYPE_A).rcode, RCODE_REFUSED);
	assert_int_equal(ask(&sample, "198.18.1.1", "a.far.tld.", TYPE_A).rcode, RCODE_REFUSED);
	sample_close(&sample);
}

/* Raw octets that give the question back do so in its case; others stay as they are. */
static void test_raw(void **state)
{
	static struct sample sample;
	const struct sample_question question = {
		.at = "198.18.2.1", .name = "rAw.tLd", .type = TYPE_A, .is_stream = true};
	(void)state;
	sample_open_zones(&sample, zones);
	assert_true(sample_ask(&sample, &question).size_bytes > 20);
	assert_memory_equal(sample.buffer + 12, "\3raw\3td\0", 8);
	assert_true(sample_ask(&sample, &question).size_bytes > 20);
	assert_memory_equal(sample.buffer + 12, "\3rAw\3tLd", 9);
	sample_close(&sample);
}

/* What makes no sense is told. */
static void test_mistakes(void **state)
{
	static const struct {
		const char *zone;
		const char *words;
	} rows[] = {
		{"  - {name: a.tld, operator: good, hostile: {keys: 2}}\n",
		 "needs a zone that is signed"},
		{"  - {name: a.tld, operator: good, signed: 200 nsec, hostile: {ds: 2}}\n",
		 "an algorithm that validators know"},
		{"  - {name: a.tld, operator: good, signed: 13 nsec, hostile: {keys: 1001}}\n",
		 "1000"},
		{"  - {name: a.tld, operator: good, signed: 13 nsec, hostile: {salt: 256}}\n",
		 "255"},
		{"  - {name: a.tld, operator: good, signed: 13 nsec, hostile: {sigs: 1}}\n",
		 "sigs"},
	};
	const char *head = sample_head();
	const char *end = strstr(head, "domains:\n");
	(void)state;
	assert_non_null(end);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[8192];
		struct complaint complaint = {""};
		struct world *world;
		int length = snprintf(text, sizeof(text), "%.*s%s", (int)(end - head), head,
				      rows[i].zone);
		assert_in_range(length, 1, sizeof(text) - 1);
		assert_int_not_equal(world_parse(text, (size_t)length, NULL, &complaint, &world),
				     0);
		if (strstr(complaint.text, rows[i].words) == NULL)
			fail_msg("'%s' lacks '%s'", complaint.text, rows[i].words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keys),     cmocka_unit_test(test_signatures),
		cmocka_unit_test(test_ds),       cmocka_unit_test(test_nsec3),
		cmocka_unit_test(test_below),    cmocka_unit_test(test_raw),
		cmocka_unit_test(test_mistakes),
	};
	return cmocka_run_group_tests_name("world/hostile", tests, NULL, NULL);
}
