/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Facts of the golden observations (tests/golden): what each domain shows is known from the fault
 * that its world gave it.
 */
#include "judge/check/check.h"
#include "judge/check/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FILE_MAX (4u << 20)
#define ARENA_CAP (64u << 20)

static uint8_t *read_golden(const char *folder, size_t *ret_size)
{
	char path[4096];
	const char *source = getenv("DSFI_SOURCE");
	uint8_t *octets = malloc(FILE_MAX);

	assert_non_null(octets);
	snprintf(path, sizeof(path), "%s/tests/golden/%s/observation", source ? source : ".",
		 folder);
	FILE *stream = fopen(path, "rb");

	if (!stream)
		fail_msg("%s: cannot be read", path);
	*ret_size = fread(octets, 1, FILE_MAX, stream);
	fclose(stream);
	return octets;
}

/* `needs` 0: those that the look had. */
static struct facts facts_with(const char *folder, unsigned needs)
{
	struct arena arena;
	struct observation observation;
	struct judgement judgement;
	size_t size;
	uint8_t *octets = read_golden(folder, &size);

	arena_init(&arena, ARENA_CAP, 0);
	assert_int_equal(observation_decode(&arena, octets, size, &observation, NULL), OK);
	if (needs != 0)
		observation.needs &= needs;
	assert_int_equal(judge_observation(&arena, &observation, observation.started_s, &judgement),
			 OK);
	arena_release(&arena);
	free(octets);
	return judgement.facts;
}

struct expected {
	const char *folder;
	enum fact fact;
	enum fact_state state;
};

static void check_all_of(const struct expected *expected, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct facts facts = facts_with(expected[i].folder, 0);
		const int state = (int)facts.states[expected[i].fact];

		if (state != (int)expected[i].state)
			fail_msg("%s: '%s' is %d, not %d", expected[i].folder,
				 fact_text(expected[i].fact), state, (int)expected[i].state);
	}
}

static void test_faults_show(void **state)
{
	static const struct expected expected[] = {
		{"check/DELEGATION-MISSING", FACT_DELEGATED, FACT_ABSENT},
		{"check/DELEGATION-MISSING", FACT_SIGNED, FACT_UNKNOWN},
		{"check/DNSSEC-DS-UNSIGNED", FACT_SIGNED, FACT_ABSENT},
		{"check/DNSSEC-NO-DS", FACT_SIGNED, FACT_ABSENT},
		{"check/DNSSEC-NO-DS", FACT_MODERN_ALGORITHM, FACT_PRESENT},
		{"check/DNSSEC-SIG-EXPIRED", FACT_SIGNED, FACT_PRESENT},
		{"check/DNSSEC-SIG-EXPIRED", FACT_SECURE, FACT_ABSENT},
		{"check/DNSSEC-DS-NO-KEY", FACT_SECURE, FACT_ABSENT},
		{"check/DNSSEC-ALGORITHM-DISCOURAGED", FACT_SECURE, FACT_PRESENT},
		{"check/DNSSEC-ALGORITHM-DISCOURAGED", FACT_MODERN_ALGORITHM, FACT_ABSENT},
		{"check/DNSSEC-NSEC3-SALT", FACT_NSEC3, FACT_PRESENT},
		{"check/DNSSEC-NO-DS", FACT_NSEC3, FACT_ABSENT},
		{"check/AUTOMATION-CDS-DELETE", FACT_CDS, FACT_PRESENT},
		{"check/DNSSEC-SIG-EXPIRED", FACT_CDS, FACT_ABSENT},
		{"check/MAIL-SPF-MISSING", FACT_SPF, FACT_ABSENT},
		{"check/MAIL-SPF-NEUTRAL", FACT_SPF, FACT_PRESENT},
		{"check/MAIL-SPF-NEUTRAL", FACT_SPF_STRICT, FACT_ABSENT},
		{"check/MAIL-DMARC-NONE", FACT_SPF_STRICT, FACT_PRESENT},
		{"check/MAIL-DMARC-MISSING", FACT_DMARC, FACT_ABSENT},
		{"check/MAIL-DMARC-NONE", FACT_DMARC, FACT_PRESENT},
		{"check/MAIL-DMARC-NONE", FACT_DMARC_ENFORCED, FACT_ABSENT},
		{"check/MAIL-SPF-NEUTRAL", FACT_DMARC_ENFORCED, FACT_PRESENT},
		{"check/MAIL-STS-MX", FACT_MTA_STS, FACT_PRESENT},
		{"check/MAIL-STS-MX", FACT_MTA_STS_ENFORCED, FACT_PRESENT},
		{"check/MAIL-SPF-MISSING", FACT_MTA_STS, FACT_ABSENT},
		{"check/DANE-PARTIAL", FACT_TLSA_MAIL, FACT_ABSENT},
		{"check/DANE-ROLLOVER-UNSAFE", FACT_TLSA_MAIL, FACT_PRESENT},
		{"check/CAA-INVALID", FACT_CAA, FACT_PRESENT},
		{"check/DNSSEC-NO-DS", FACT_CAA, FACT_ABSENT},
		{"check/ROUTING-NO-ROA", FACT_ROA_NS, FACT_ABSENT},
		{"check/ROUTING-INVALID", FACT_ROA_NS, FACT_ABSENT},
		{"check/ROUTING-ONE-AS", FACT_ROA_NS, FACT_PRESENT},
		{"check/ROUTING-ONE-AS", FACT_TWO_NETWORKS, FACT_ABSENT},
		{"check/ROUTING-NO-ROA", FACT_TWO_NETWORKS, FACT_PRESENT},
		{"check/DELEGATION-NO-IPV6", FACT_IPV6_NS, FACT_ABSENT},
		{"check/SERVER-SILENT", FACT_IPV6_NS, FACT_PRESENT},
		{"check/SERVER-NO-EDNS", FACT_COOKIES, FACT_ABSENT},
		{"check/SERVER-SILENT", FACT_COOKIES, FACT_PRESENT},
		{"check/TRANSPORT-PARTIAL", FACT_DOT, FACT_ABSENT},
		{"check/TRANSPORT-TLS-OLD", FACT_DOT, FACT_PRESENT},
		{"check/TRANSPORT-TLS-OLD", FACT_DOH, FACT_ABSENT},
		{"check/MAIL-TLS-OLD", FACT_DOQ, FACT_PRESENT},
		{"check/AUTOMATION-DSYNC-INVALID", FACT_NULL_MX, FACT_PRESENT},
		{"check/AUTOMATION-DSYNC-INVALID", FACT_MAIL, FACT_ABSENT},
		{"check/DNSSEC-ZONEMD-WRONG", FACT_ZONEMD, FACT_PRESENT},
		{"check/DNSSEC-NO-DS", FACT_ZONEMD, FACT_UNKNOWN},
		{"check/DNSSEC-NO-DS", FACT_MAIL, FACT_UNKNOWN},
		{"check/DNSSEC-NO-DS", FACT_DOT, FACT_UNKNOWN},
	};

	check_all_of(expected, sizeof(expected) / sizeof(expected[0]));
}

/* What a look was not for is not known, whatever came with it. */
static void test_not_asked_is_unknown(void **state)
{
	const struct facts facts = facts_with("check/DANE-PARTIAL", NEED_ALL_DEFAULT);

	assert_int_equal(facts.states[FACT_DELEGATED], FACT_PRESENT);
	assert_int_equal(facts.states[FACT_SPF], FACT_UNKNOWN);
	assert_int_equal(facts.states[FACT_TLSA_MAIL], FACT_UNKNOWN);
	assert_int_equal(facts.states[FACT_DOT], FACT_UNKNOWN);
	assert_int_equal(facts.states[FACT_ROA_NS], FACT_UNKNOWN);
}

/* All but the first name server's addresses say nothing. */
static void silence_others(struct observation *observation)
{
	const struct host *first = &observation->hosts[0];
	struct exchange *exchanges = (struct exchange *)(uintptr_t)observation->exchanges;

	for (uint16_t i = 0; i < observation->exchange_count; i++) {
		bool is_first = exchanges[i].server == SERVER_PARENT;

		for (uint8_t a = 0; a < first->address_count; a++)
			is_first |= exchanges[i].server == first->addresses[a];
		if (is_first)
			continue;
		exchanges[i].outcome = OUTCOME_TIMEOUT;
		exchanges[i].message = MESSAGE_NONE;
		exchanges[i].rtt_us = 0;
	}
}

/* One server that is left stands in one network; where the others would be is not seen. What ROAs
 * say of their addresses is known all the same. */
static void test_silent_may_stand_elsewhere(void **state)
{
	static const struct {
		const char *folder;
		enum fact_state roa;
	} rows[] = {{"check/ROUTING-ONE-AS", FACT_PRESENT}, {"check/ROUTING-NO-ROA", FACT_ABSENT}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena arena;
		struct observation observation;
		struct judgement judgement;
		size_t size;
		uint8_t *octets = read_golden(rows[i].folder, &size);

		arena_init(&arena, ARENA_CAP, 0);
		assert_int_equal(observation_decode(&arena, octets, size, &observation, NULL), OK);
		silence_others(&observation);
		assert_int_equal(judge_observation(&arena, &observation, observation.started_s,
						   &judgement),
				 OK);
		assert_int_equal(judgement.facts.states[FACT_TWO_NETWORKS], FACT_UNKNOWN);
		assert_int_equal(judgement.facts.states[FACT_ROA_NS], rows[i].roa);
		arena_release(&arena);
		free(octets);
	}
}

static void test_packing(void **state)
{
	struct facts facts = facts_with("check/MAIL-STS-MX", 0);
	struct facts again;
	uint8_t octets[FACTS_OCTETS];

	facts_pack(&facts, octets);
	assert_int_equal(facts_unpack(octets, &again), OK);
	assert_memory_equal(&facts, &again, sizeof(facts));
	octets[0] |= 3; /* a state that nobody knows */
	assert_int_equal(facts_unpack(octets, &again), ERR_FORMAT);
	memset(octets, 0, sizeof(octets));
	assert_int_equal(facts_unpack(octets, &again), OK);
	octets[FACTS_OCTETS - 1] = 1 << 6; /* a fact that nobody knows */
	assert_int_equal(facts_unpack(octets, &again), ERR_FORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults_show),
		cmocka_unit_test(test_not_asked_is_unknown),
		cmocka_unit_test(test_silent_may_stand_elsewhere),
		cmocka_unit_test(test_packing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
