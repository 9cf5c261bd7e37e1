/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is said of zones amid a change of their keys: observations made here of zones whose keys, DS
 * and signatures stand as at each step, one server each.
 */
#include "base/arena.h"
#include "dns/dnssec/key.h"
#include "dns/dnssec/sign.h"
#include "dns/dnssec/verify.h"
#include "dns/wire/build.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "judge/check/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW 1800000000
#define DAY 86400
#define KEYS_MAX 4
#define MESSAGE_ROOM 8192

static const uint8_t zone_name[] = "\4zone\3tld";

/* One key of the zone, and what it does. */
struct part {
	uint8_t algorithm;
	uint16_t flags; /* 0: not in the zone */
	bool signs_keys, signs_data, has_ds, has_cds;
};
struct plan {
	struct part parts[KEYS_MAX];
	struct record more; /* one more DNSKEY; rdata NULL: none */
	uint32_t ttl, lasts_s;
};

/* The observation that comes of a plan, and its keys. */
struct scene {
	struct arena arena;
	struct plan plan;
	struct signing_key *keys[KEYS_MAX];
	struct record dnskeys[KEYS_MAX];
	struct observation_builder builder;
	struct judgement judgement;
};

static void make_key(struct scene *scene, int number)
{
	const struct part *part = &scene->plan.parts[number];
	size_t size;

	assert_int_equal(signing_key_new(part->algorithm, 0, part->flags ? part->flags : 257,
					 (uint64_t)number, &scene->keys[number]),
			 OK);
	scene->dnskeys[number] =
		(struct record){.owner = zone_name,
				.type = TYPE_DNSKEY,
				.class = CLASS_IN,
				.ttl = scene->plan.ttl,
				.rdata = signing_key_rdata(scene->keys[number], &size)};
	scene->dnskeys[number].rdata_size = (uint16_t)size;
}

static struct record make_ds(struct scene *scene, int number, uint16_t type)
{
	const struct record *key = &scene->dnskeys[number];
	const uint16_t tag = key_tag(key->rdata, key->rdata_size);
	uint8_t *rdata = arena_take(&scene->arena, 4 + DIGEST_MAX_OCTETS);
	size_t size;

	memcpy(rdata, (uint8_t[]){(uint8_t)(tag >> 8), (uint8_t)tag, key->rdata[3], DIGEST_SHA256},
	       4);
	assert_int_equal(ds_digest(zone_name, key, DIGEST_SHA256, rdata + 4, &size), OK);
	return (struct record){.owner = zone_name,
			       .type = type,
			       .class = CLASS_IN,
			       .ttl = scene->plan.ttl,
			       .rdata = rdata,
			       .rdata_size = (uint16_t)(4 + size)};
}

static int by_rdata(const void *left, const void *right)
{
	const struct record *ours = left;
	const struct record *theirs = right;
	const size_t shorter =
		ours->rdata_size < theirs->rdata_size ? ours->rdata_size : theirs->rdata_size;
	const int order = memcmp(ours->rdata, theirs->rdata, shorter);

	return order ? order : (int)ours->rdata_size - (int)theirs->rdata_size;
}

/* An answer with the records and a signature by each key that signs such. */
static void answer(struct scene *scene, uint16_t type, struct record *records, uint16_t count)
{
	const struct record *pointers[KEYS_MAX + 2];
	uint8_t wire[MESSAGE_ROOM];
	struct builder builder;
	struct exchange exchange = {.name = zone_name,
				    .type = type,
				    .transport = TRANSPORT_UDP,
				    .outcome = OUTCOME_ANSWER,
				    .attempts = 1};

	builder_init(&builder, wire, sizeof(wire), 1, FLAG_QR | FLAG_AA);
	builder_question(&builder, zone_name, type, CLASS_IN);
	qsort(records, count, sizeof(*records), by_rdata);
	for (uint16_t i = 0; i < count; i++) {
		pointers[i] = &records[i];
		builder_record(&builder, SECTION_ANSWER, &records[i]);
	}
	uint16_t signature_count = 0;
	for (int i = 0; i < KEYS_MAX && count > 0; i++) {
		const struct part *part = &scene->plan.parts[i];
		const bool is_key_set = type == TYPE_DNSKEY || type == TYPE_CDS;
		const struct signer signer = {
			.key = scene->keys[i],
			.zone = zone_name,
			.times = {NOW - DAY, NOW + scene->plan.lasts_s},
		};
		const struct rrset rrset = {.owner = zone_name,
					    .type = type,
					    .class = CLASS_IN,
					    .ttl = scene->plan.ttl,
					    .count = count,
					    .records = pointers};
		struct record rrsig;

		if (!part->algorithm || !(is_key_set ? part->signs_keys : part->signs_data))
			continue;
		assert_int_equal(sign_rrset(&scene->arena, &signer, &rrset, &rrsig), OK);
		builder_record(&builder, SECTION_ANSWER, &rrsig);
		signature_count++;
	}
	const size_t size = builder_finish(&builder, RCODE_NOERROR);

	assert_true(size > 0);
	const int index = observation_exchange(&scene->builder, &exchange, wire, size, 0);

	assert_true(index >= 0);
	/* Scan has looked at each signature. */
	for (uint16_t i = 0; i < signature_count; i++) {
		const struct proof proof = {
			.message = scene->builder.observation.exchanges[index].message,
			.record = (uint16_t)(count + i),
			.key_message = MESSAGE_NONE,
			.result = SIGNATURE_GOOD,
		};
		assert_true(observation_proof(&scene->builder, &proof) >= 0);
	}
}

static void answer_parent(struct scene *scene)
{
	static const uint8_t server[] = "\2ns\4host\3tld";
	const struct record ns = {.owner = zone_name,
				  .type = TYPE_NS,
				  .class = CLASS_IN,
				  .ttl = 3600,
				  .rdata = server,
				  .rdata_size = sizeof(server)};
	struct exchange exchange = {.name = zone_name,
				    .type = TYPE_NS,
				    .server = SERVER_PARENT,
				    .transport = TRANSPORT_UDP,
				    .outcome = OUTCOME_ANSWER,
				    .attempts = 1};
	uint8_t wire[MESSAGE_ROOM];
	struct builder builder;

	builder_init(&builder, wire, sizeof(wire), 1, FLAG_QR);
	builder_question(&builder, zone_name, TYPE_NS, CLASS_IN);
	builder_record(&builder, SECTION_AUTHORITY, &ns);
	for (int i = 0; i < KEYS_MAX; i++) {
		if (!scene->plan.parts[i].has_ds)
			continue;
		const struct record ds = make_ds(scene, i, TYPE_DS);
		builder_record(&builder, SECTION_AUTHORITY, &ds);
	}
	const size_t size = builder_finish(&builder, RCODE_NOERROR);
	const int index = observation_exchange(&scene->builder, &exchange, wire, size, 0);

	assert_true(size > 0 && index >= 0);
	scene->builder.observation.parent_exchange = (uint16_t)index;
}

static void answer_server(struct scene *scene)
{
	static const uint8_t soa[] = "\2ns\4host\3tld\0\2me\4host\3tld\0\0\0\0\1\0\0\0\2\0\0\0\3"
				     "\0\0\0\4\0\0\0\5";
	struct record record = {.owner = zone_name,
				.type = TYPE_SOA,
				.class = CLASS_IN,
				.ttl = scene->plan.ttl,
				.rdata = soa,
				.rdata_size = sizeof(soa) - 1};
	struct record keys[KEYS_MAX + 1], cds[KEYS_MAX];
	uint16_t key_count = 0, cds_count = 0;

	for (int i = 0; i < KEYS_MAX; i++) {
		if (scene->plan.parts[i].flags)
			keys[key_count++] = scene->dnskeys[i];
		if (scene->plan.parts[i].has_cds)
			cds[cds_count++] = make_ds(scene, i, TYPE_CDS);
	}
	if (scene->plan.more.rdata)
		keys[key_count++] = scene->plan.more;
	answer(scene, TYPE_SOA, &record, 1);
	answer(scene, TYPE_DNSKEY, keys, key_count);
	answer(scene, TYPE_CDS, cds, cds_count);
}

static void play(struct scene *scene, const struct plan *plan)
{
	const struct ip ip = {.family = 4, .octets = {192, 0, 2, 1}};

	*scene = (struct scene){.plan = *plan};
	scene->plan.ttl = plan->ttl ? plan->ttl : 3600;
	scene->plan.lasts_s = plan->lasts_s ? plan->lasts_s : 14 * DAY;
	arena_init(&scene->arena, 16u << 20, 0);
	for (int i = 0; i < KEYS_MAX; i++)
		if (plan->parts[i].algorithm)
			make_key(scene, i);
	observation_builder_init(&scene->builder, &scene->arena, zone_name);
	struct observation *observation = &scene->builder.observation;

	observation->started_s = NOW;
	observation->needs = NEED_ALL_DEFAULT;
	observation->delegation = DELEGATION_FOUND;
	observation->parent = (const uint8_t *)"\3tld";
	observation->parent_security = observation->ds_security = SECURITY_SECURE;
	assert_int_equal(observation_server(&scene->builder, &ip, 53), 0);
	observation->servers[0].asked = true;
	answer_parent(scene);
	answer_server(scene);
	assert_int_equal(judge_observation(&scene->arena, observation, NOW, &scene->judgement), OK);
}

static void leave(struct scene *scene)
{
	for (int i = 0; i < KEYS_MAX; i++)
		signing_key_free(scene->keys[i]);
	arena_release(&scene->arena);
}

static const struct finding *find(const struct scene *scene, const char *code)
{
	for (size_t i = 0; i < scene->judgement.finding_count; i++)
		if (strcmp(scene->judgement.findings[i].code, code) == 0)
			return &scene->judgement.findings[i];
	return NULL;
}

/* Of the family; the one server is told of by others. */
static size_t count_dnssec(const struct scene *scene)
{
	size_t count = 0;

	for (size_t i = 0; i < scene->judgement.finding_count; i++)
		count += strncmp(scene->judgement.findings[i].code, "DNSSEC-", 7) == 0;
	return count;
}

#define AT_WORK                                  \
	{                                        \
		13, 257, true, true, true, false \
	}

/* Each step of the usual changes, and the words that must be said of it; NULL: nothing. */
static void test_stages(void **state)
{
	static const struct {
		const char *words[2];
		struct plan plan;
	} stages[] = {
		{{NULL, NULL}, {.parts = {AT_WORK}}},
		{{NULL, NULL},
		 {.parts = {{13, 257, true, false, true, true}, {13, 256, false, true}}}},
		/* Both kinds of key sign the key set, as some signers do. */
		{{NULL, NULL},
		 {.parts = {{13, 257, true, false, true, true}, {13, 256, true, true}}}},
		{{"signs nothing: published in advance", NULL},
		 {.parts = {AT_WORK, {13, 257, false, false, false, false}}}},
		{{"already vouches for key", "which signs nothing"},
		 {.parts = {AT_WORK, {13, 257, false, false, true, false}}}},
		{{"sign side by side", "no CDS asks for one"},
		 {.parts = {AT_WORK, {13, 257, true, true, false, false}}}},
		{{"the parent has no DS for it", "(CDS asks for one)"},
		 {.parts = {AT_WORK, {13, 257, true, true, false, true}}}},
		{{"sign side by side", "the parent vouches for keys"},
		 {.parts = {AT_WORK, {13, 257, true, true, true, true}}}},
		{{"which the zone does not have yet, or no longer", NULL},
		 {.parts = {AT_WORK, {13, 0, false, false, true, false}}}},
		{{"of several algorithms sign side by side", NULL},
		 {.parts = {AT_WORK, {15, 257, true, true, false, false}}}},
		/* No key with a DS is at work: that is DNSSEC-DS-NO-KEY's matter. */
		{{NULL, NULL},
		 {.parts = {{13, 257, true, true, false, false},
			    {13, 257, false, false, true, false}}}},
	};
	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
		struct scene scene;

		play(&scene, &stages[i].plan);
		const struct finding *found = find(&scene, "DNSSEC-ROLLOVER");

		if (found && !stages[i].words[0])
			fail_msg("stage %zu: %s", i, found->sentence);
		for (int w = 0; w < 2 && stages[i].words[w]; w++)
			if (!found || !strstr(found->sentence, stages[i].words[w]))
				fail_msg("stage %zu: no '%s' in '%s'", i, stages[i].words[w],
					 found ? found->sentence : "(nothing)");
		if (found)
			assert_int_equal(count_dnssec(&scene), 1);
		leave(&scene);
	}
}

static void test_algorithm_of_ds(void **state)
{
	const struct plan plan = {.parts = {AT_WORK, {15, 0, false, false, true, false}}};
	struct scene scene;

	play(&scene, &plan);
	const struct finding *found = find(&scene, "DNSSEC-ALGORITHM-INCOMPLETE");

	assert_non_null(found);
	assert_non_null(strstr(found->sentence, "DS record of algorithm ED25519"));
	assert_int_equal(count_dnssec(&scene), 1);
	leave(&scene);
}

/* RFC 6781 s4.1.4: new signatures before the new key are as it should be. */
static void test_signatures_before_key(void **state)
{
	const struct plan plan = {.parts = {AT_WORK, {15, 0, true, true, false, false}}};
	struct scene scene;

	play(&scene, &plan);
	assert_null(find(&scene, "DNSSEC-ALGORITHM-INCOMPLETE"));
	leave(&scene);
}

static void test_ttl_beyond_signature(void **state)
{
	const struct plan plan = {.parts = {AT_WORK}, .ttl = 4 * DAY, .lasts_s = 3 * DAY};
	struct scene scene;

	play(&scene, &plan);
	const struct finding *found = find(&scene, "DNSSEC-SIG-TTL");

	assert_non_null(found);
	assert_non_null(strstr(found->sentence, "beyond the end of their signature"));
	assert_int_equal(count_dnssec(&scene), 1);
	leave(&scene);
}

/* Keys that anybody can compute are critical; where nobody validates, and where they are only of no
 * use, it is less. */
static void test_weak(void **state)
{
	static const uint8_t even[140] = {1, 0, 3, 8, 3, 1, 0, 1, [8] = 0x80, [138] = 1, [139] = 2};
	static const uint8_t zeros[68] = {1, 0, 3, 13};
	static const struct {
		const uint8_t *rdata;
		size_t size;
		bool has_ds;
		enum severity severity;
	} cases[] = {
		{even, sizeof(even), true, SEVERITY_CRITICAL},
		{even, sizeof(even), false, SEVERITY_NOTICE},
		{zeros, sizeof(zeros), true, SEVERITY_WARNING},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct plan plan = {.parts = {AT_WORK}};
		struct scene scene;

		plan.parts[0].has_ds = cases[i].has_ds;
		plan.more = (struct record){.owner = zone_name,
					    .type = TYPE_DNSKEY,
					    .class = CLASS_IN,
					    .ttl = 3600,
					    .rdata = cases[i].rdata,
					    .rdata_size = (uint16_t)cases[i].size};
		play(&scene, &plan);
		const struct finding *found = find(&scene, "DNSSEC-KEY-WEAK");

		assert_non_null(found);
		assert_int_equal(found->severity, cases[i].severity);
		assert_null(find(&scene, "DNSSEC-ROLLOVER"));
		leave(&scene);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stages),
		cmocka_unit_test(test_algorithm_of_ds),
		cmocka_unit_test(test_signatures_before_key),
		cmocka_unit_test(test_ttl_beyond_signature),
		cmocka_unit_test(test_weak),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
