/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sound servers answer: every signature verifies, every denial proves what it should. */
#include "base/random.h"
#include "dns/dnssec/denial.h"
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

#define GOOD "198.18.1.1"
#define TLD "198.18.0.1"
/* The third of the kinds below. */
#define OPT_OUT_ZONE "z2.tld."

static const uint8_t *wire(const char *text, struct name *name)
{
	assert_int_equal(name_from_text(text, name, NULL), 0);
	return name->octets;
}

/* Every RRset of answer and authority section that the zone signs verifies by the zone's keys. */
static void expect_signed(struct sample *sample, const struct message *message, const char *at,
			  const char *zone)
{
	struct random random;
	struct name apex;
	struct rrset keys;
	const struct sample_question ask_keys = {
		.at = at, .name = zone, .type = TYPE_DNSKEY, .dnssec_ok = true, .is_stream = true};
	struct message key_message = sample_answer(sample, &ask_keys);
	const struct rrset_key key = {SECTIONS_ALL, wire(zone, &apex), TYPE_DNSKEY};
	assert_int_equal(message_rrset(&sample->arena, &key_message, &key, &keys), 0);
	random_seeded(&random, 1);
	struct verifier *verifier = verifier_new(NULL, &random);
	assert_non_null(verifier);
	for (uint16_t i = 0; i < message->record_count; i++) {
		const struct record *record = &message->records[i];
		struct rrset rrset;
		bool is_referral = record->type == TYPE_NS && record->section == SECTION_AUTHORITY;
		if (record->type == TYPE_RRSIG || record->section == SECTION_ADDITIONAL ||
		    is_referral)
			continue;
		const struct rrset_key of = {SECTIONS_ALL, record->owner, record->type};
		assert_int_equal(message_rrset(&sample->arena, message, &of, &rrset), 0);
		assert_int_equal(rrset.signature_count, 1);
		assert_int_equal(verifier_check_keys(verifier, &rrset, rrset.signatures[0], &keys,
						     NULL),
				 SIGNATURE_GOOD);
		struct rrsig_rdata rrsig;
		assert_int_equal(rdata_rrsig(rrset.signatures[0], &rrsig), 0);
		assert_int_equal(signature_time(&rrsig, SAMPLE_NOW_S), SIGNATURE_NOW);
	}
	verifier_free(verifier);
}

struct expectation {
	const char *label; /* before the zone's name */
	uint16_t type;
	uint16_t rcode;
	enum denial denial;
	bool has_answer;
};

static const struct expectation expectations[] = {
	{"", TYPE_SOA, RCODE_NOERROR, DENIAL_NONE, true},
	{"", TYPE_NS, RCODE_NOERROR, DENIAL_NONE, true},
	{"", TYPE_DNSKEY, RCODE_NOERROR, DENIAL_NONE, true},
	{"", TYPE_A, RCODE_NOERROR, DENIAL_NONE, true},
	{"", TYPE_TLSA, RCODE_NOERROR, DENIAL_NODATA, false},
	{"nothing.", TYPE_A, RCODE_NXDOMAIN, DENIAL_NXDOMAIN, false},
	{"a.b.c.nothing.", TYPE_A, RCODE_NXDOMAIN, DENIAL_NXDOMAIN, false},
	{"deep.", TYPE_A, RCODE_NOERROR, DENIAL_NODATA, false},
	{"empty.deep.", TYPE_TXT, RCODE_NOERROR, DENIAL_NODATA, false},
	{"x.empty.deep.", TYPE_TXT, RCODE_NOERROR, DENIAL_NONE, true},
	{"z.empty.deep.", TYPE_TXT, RCODE_NXDOMAIN, DENIAL_NXDOMAIN, false},
	{"*.wild.", TYPE_A, RCODE_NOERROR, DENIAL_NONE, true},
	{"any.wild.", TYPE_MX, RCODE_NOERROR, DENIAL_WILDCARD_NODATA, false},
	{"alias.", TYPE_CNAME, RCODE_NOERROR, DENIAL_NONE, true},
	{"alias.", TYPE_TXT, RCODE_NOERROR, DENIAL_NONE, true},
	{"away.", TYPE_A, RCODE_NOERROR, DENIAL_NONE, true},
};

static void expect(struct sample *sample, const char *zone, const struct expectation *row)
{
	char text[256];
	struct name name;
	struct name apex;
	snprintf(text, sizeof(text), "%s%s", row->label, zone);
	const struct sample_question question = {
		.at = GOOD, .name = text, .type = row->type, .dnssec_ok = true, .is_stream = true};
	struct message message = sample_answer(sample, &question);
	assert_int_equal(message.rcode, row->rcode);
	assert_true((message.flags & FLAG_AA) != 0);
	assert_int_equal(message_find(&message, 1u << SECTION_ANSWER, NULL, TYPE_CNAME) ||
				 message_find(&message, 1u << SECTION_ANSWER, wire(text, &name),
					      row->type),
			 row->has_answer);
	expect_signed(sample, &message, GOOD, zone);
	if (row->denial == DENIAL_NONE)
		return;
	enum denial denial = denial_prove(&sample->arena, &message, wire(zone, &apex),
					  wire(text, &name), row->type);
	/* With opt-out nobody can be sure that a name does not exist (RFC 5155 s6). */
	bool is_opt_out = denial == DENIAL_OPT_OUT && strcmp(zone, OPT_OUT_ZONE) == 0;
	if (denial != row->denial && !is_opt_out)
		fail_msg("%s type %u: %s", text, row->type, denial_text(denial));
}

static void expect_wildcard(struct sample *sample, const char *zone)
{
	char text[256];
	struct name name;
	struct name apex;
	struct rrset rrset;
	struct rrsig_rdata rrsig;
	snprintf(text, sizeof(text), "any.wild.%s", zone);
	const struct sample_question question = {
		.at = GOOD, .name = text, .type = TYPE_A, .dnssec_ok = true, .is_stream = true};
	struct message message = sample_answer(sample, &question);
	expect_signed(sample, &message, GOOD, zone);
	const struct rrset_key key = {1u << SECTION_ANSWER, wire(text, &name), TYPE_A};
	assert_int_equal(message_rrset(&sample->arena, &message, &key, &rrset), 0);
	assert_int_equal(rdata_rrsig(rrset.signatures[0], &rrsig), 0);
	assert_int_equal(rrsig.labels, 3);
	assert_true(denial_wildcard_answer(&sample->arena, &message, wire(zone, &apex), name.octets,
					   rrsig.labels));
}

static void test_zones(void **state)
{
	static const char *const kinds[] = {"13 nsec",  "13 nsec3", "13 nsec3-opt-out", "15 nsec",
					    "15 nsec3", "14 nsec3", "16 nsec",          "8 nsec",
					    "8 nsec3",  "10 nsec3", "5 nsec",           "7 nsec3"};
	struct text tail;
	text_init(&tail, 65536);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		text_format(
			&tail,
			"  - name: z%zu.tld\n    operator: good\n    signed: %s\n    records: |\n"
			"      x.empty.deep.z%zu.tld. 60 IN TXT \"deep\"\n"
			"      *.wild.z%zu.tld. 60 IN A 192.0.2.1\n"
			"      alias.z%zu.tld. 60 IN CNAME x.empty.deep.z%zu.tld.\n"
			"      away.z%zu.tld. 60 IN CNAME elsewhere.example.\n",
			i, kinds[i], i, i, i, i, i);
	struct sample sample;
	sample_open(&sample, text_get(&tail));
	text_release(&tail);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		char zone[32];
		snprintf(zone, sizeof(zone), "z%zu.tld.", i);
		for (size_t j = 0; j < sizeof(expectations) / sizeof(expectations[0]); j++)
			expect(&sample, zone, &expectations[j]);
		expect_wildcard(&sample, zone);
	}
	sample_close(&sample);
}

static const char delegations[] = "  - {name: secure.tld, operator: odd, signed: 13 nsec}\n"
				  "  - {name: plain.tld, operator: odd}\n"
				  "  - {name: plain.two, operator: odd, vanity: true}\n"
				  "  - {name: secure.two, operator: odd, signed: 13 nsec}\n"
				  "  - {name: a.b.two, operator: odd}\n"
				  "  - {name: gone.two, operator: odd, faults: [undelegated]}\n";

/* A referral, and the question for DS that goes with it: proven either way. */
static void expect_referral(struct sample *sample, const char *at, const char *domain, bool has_ds)
{
	char below[256];
	struct name name;
	struct name apex;
	const char *parent = strchr(domain, '.') + 1;
	parent = strstr(parent, "two") ? "two." : "tld.";
	snprintf(below, sizeof(below), "www.%s", domain);
	const struct sample_question question = {
		.at = at, .name = below, .type = TYPE_A, .dnssec_ok = true, .is_stream = true};
	struct message message = sample_answer(sample, &question);
	assert_int_equal(message.rcode, RCODE_NOERROR);
	assert_int_equal(message.flags & FLAG_AA, 0);
	assert_non_null(
		message_find(&message, 1u << SECTION_AUTHORITY, wire(domain, &name), TYPE_NS));
	assert_int_equal(message_find(&message, SECTIONS_ALL, name.octets, TYPE_DS) != NULL,
			 has_ds);
	expect_signed(sample, &message, at, parent);
	const struct sample_question ds_question = {
		.at = at, .name = domain, .type = TYPE_DS, .dnssec_ok = true, .is_stream = true};
	struct message ds = sample_answer(sample, &ds_question);
	assert_true((ds.flags & FLAG_AA) != 0);
	expect_signed(sample, &ds, at, parent);
	assert_int_equal(message_find(&ds, 1u << SECTION_ANSWER, name.octets, TYPE_DS) != NULL,
			 has_ds);
	if (has_ds)
		return;
	enum denial denial =
		denial_prove(&sample->arena, &ds, wire(parent, &apex), name.octets, TYPE_DS);
	assert_true(denial == DENIAL_NO_DS || denial == DENIAL_OPT_OUT || denial == DENIAL_NODATA);
}

static void test_referrals(void **state)
{
	struct sample sample;
	sample_open(&sample, delegations);
	expect_referral(&sample, TLD, "secure.tld.", true);
	expect_referral(&sample, TLD, "plain.tld.", false);
	expect_referral(&sample, "198.18.0.3", "plain.two.", false);
	expect_referral(&sample, "198.18.0.3", "secure.two.", true);
	expect_referral(&sample, "198.18.0.3", "a.b.two.", false);
	sample_close(&sample);
}

static void test_missing_delegation(void **state)
{
	static const struct expectation rows[] = {
		{"gone.", TYPE_NS, RCODE_NXDOMAIN, DENIAL_NXDOMAIN, false},
		{"b.", TYPE_NS, RCODE_NOERROR, DENIAL_NODATA, false},
		{"c.b.", TYPE_NS, RCODE_NXDOMAIN, DENIAL_NXDOMAIN, false},
	};
	struct sample sample;
	struct name name;
	struct name apex;
	sample_open(&sample, delegations);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[64];
		snprintf(text, sizeof(text), "%stwo.", rows[i].label);
		const struct sample_question question = {.at = "198.18.0.3",
							 .name = text,
							 .type = rows[i].type,
							 .dnssec_ok = true,
							 .is_stream = true};
		struct message message = sample_answer(&sample, &question);
		assert_int_equal(message.rcode, rows[i].rcode);
		assert_int_equal(denial_prove(&sample.arena, &message, wire("two.", &apex),
					      wire(text, &name), rows[i].type),
				 rows[i].denial);
		expect_signed(&sample, &message, "198.18.0.3", "two.");
	}
	sample_close(&sample);
}

/* The chain from the parent's DS to the zone's key. */
static void test_ds_fits(void **state)
{
	struct sample sample;
	struct name name;
	struct ds_rdata ds;
	sample_open(&sample, delegations);
	const struct sample_question at_parent = {
		.at = TLD, .name = "secure.tld", .type = TYPE_DS, .dnssec_ok = true};
	const struct sample_question at_child = {
		.at = "198.18.2.1", .name = "secure.tld", .type = TYPE_DNSKEY, .dnssec_ok = true};
	struct message parent = sample_answer(&sample, &at_parent);
	struct message child = sample_answer(&sample, &at_child);
	const struct record *record = message_find(&parent, SECTIONS_ALL, NULL, TYPE_DS);
	assert_non_null(record);
	assert_int_equal(rdata_ds(record, &ds), 0);
	bool is_found = false;
	for (uint16_t i = 0; i < child.record_count; i++)
		is_found |= child.records[i].type == TYPE_DNSKEY &&
			    ds_matches(wire("secure.tld", &name), &ds, &child.records[i]);
	assert_true(is_found);
	sample_close(&sample);
}

static void test_others(void **state)
{
	struct sample sample;
	sample_open(&sample, delegations);
	const struct sample_question foreign = {.at = GOOD, .name = "plain.tld", .type = TYPE_A};
	assert_int_equal(sample_answer(&sample, &foreign).rcode, RCODE_REFUSED);
	const struct sample_question transfer = {.at = TLD, .name = "tld", .type = TYPE_AXFR};
	assert_int_equal(sample_answer(&sample, &transfer).rcode, RCODE_REFUSED);
	const struct sample_question nobody = {.at = "198.18.77.77", .name = "tld", .type = TYPE_A};
	assert_int_equal(sample_ask(&sample, &nobody).size_bytes, 0);
	/* The question's case comes back as it was. */
	const struct sample_question mixed = {.at = TLD, .name = "TlD", .type = TYPE_SOA};
	struct message message = sample_answer(&sample, &mixed);
	assert_memory_equal(message.question_name, "\3TlD", 5);
	assert_true(message.edns.present);
	/* No OPT for who sent none, and what does not fit comes with TC. */
	const struct sample_question plain = {
		.at = "198.41.0.4", .name = "www.plain.tld", .type = TYPE_A, .without_edns = true};
	assert_false(sample_answer(&sample, &plain).edns.present);
	const struct sample_question large = {.at = TLD,
					      .name = "no.such.name.tld",
					      .type = TYPE_A,
					      .dnssec_ok = true,
					      .udp_size = 512};
	message = sample_answer(&sample, &large);
	assert_true((message.flags & FLAG_TC) != 0);
	assert_int_equal(message.record_count, 0);
	sample_close(&sample);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_referrals),
		cmocka_unit_test(test_missing_delegation),
		cmocka_unit_test(test_ds_fits),
		cmocka_unit_test(test_others),
	};
	return cmocka_run_group_tests_name("world/answer", tests, NULL, NULL);
}
