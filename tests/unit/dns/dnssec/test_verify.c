/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a verifier accepts, what it refuses and why, what it remembers, and where it stops. */
#include "base/memory.h"
#include "dns/dnssec/key.h"
#include "dns/dnssec/sign.h"
#include "dns/dnssec/verify.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "failing_memory.h"
#include "script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct signing_times times = {.inception = 1700000000, .expiration = 1800000000};

struct bench {
	struct arena arena;
	struct random random;
	struct verifier *verifier;
	struct signing_key *key; /* Ed25519, so that signatures repeat */
	const uint8_t *zone;
	const struct record *dnskey;
	struct rrset rrset;
	struct record rrsig;
};

static int sign_set(struct bench *bench, const struct signing_key *key, const struct rrset *rrset,
		    struct record *ret_rrsig)
{
	const struct signer signer = {.key = key, .zone = bench->zone, .times = times};
	return sign_rrset(&bench->arena, &signer, rrset, ret_rrsig);
}

static int set_up(void **state)
{
	struct bench *bench = memory_take_zeroed(1, sizeof(*bench));
	assert_non_null(bench);
	arena_init(&bench->arena, 8 << 20, 0);
	random_seeded(&bench->random, 1);
	bench->verifier = verifier_new(NULL, &bench->random);
	assert_non_null(bench->verifier);
	assert_int_equal(signing_key_new(ALGORITHM_ED25519, 0, 256, 1, &bench->key), OK);
	bench->zone = script_name(&bench->arena, "sub.example.");
	bench->dnskey = script_dnskey(&bench->arena, "sub.example.", bench->key);
	bench->rrset = script_rrset(&bench->arena, "a.b.sub.example. 300 IN A 192.0.2.1\n"
						   "a.b.sub.example. 300 IN A 192.0.2.2");
	assert_int_equal(sign_set(bench, bench->key, &bench->rrset, &bench->rrsig), OK);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;
	verifier_free(bench->verifier);
	signing_key_free(bench->key);
	arena_release(&bench->arena);
	memory_give(bench);
	assert_int_equal(memory_in_use(), 0);
	return 0;
}

static enum signature_result check(struct bench *bench)
{
	return verifier_check(bench->verifier, &bench->rrset, &bench->rrsig, bench->dnskey);
}

/* A copy of the record with one octet of its RDATA another. */
static struct record with_octet(struct bench *bench, const struct record *record, size_t offset,
				unsigned value)
{
	struct record changed = *record;
	assert_true(offset < record->rdata_size);
	uint8_t *rdata = arena_copy(&bench->arena, record->rdata, record->rdata_size);
	assert_non_null(rdata);
	rdata[offset] = (uint8_t)value;
	changed.rdata = rdata;
	return changed;
}

static void a_good_signature(void **state)
{
	assert_int_equal(check(*state), SIGNATURE_GOOD);
}

static void the_ttl_received_does_not_matter(void **state)
{
	struct bench *bench = *state;
	struct rrset rrset = script_rrset(&bench->arena, "a.b.sub.example. 17 IN A 192.0.2.1\n"
							 "a.b.sub.example. 17 IN A 192.0.2.2");
	assert_int_equal(verifier_check(bench->verifier, &rrset, &bench->rrsig, bench->dnskey),
			 SIGNATURE_GOOD);
}

static void other_data_is_bad(void **state)
{
	struct bench *bench = *state;
	struct rrset rrset = script_rrset(&bench->arena, "a.b.sub.example. 300 IN A 192.0.2.1\n"
							 "a.b.sub.example. 300 IN A 192.0.2.3");
	assert_int_equal(verifier_check(bench->verifier, &rrset, &bench->rrsig, bench->dnskey),
			 SIGNATURE_BAD);
	rrset = script_rrset(&bench->arena, "a.b.sub.example. 300 IN A 192.0.2.1");
	assert_int_equal(verifier_check(bench->verifier, &rrset, &bench->rrsig, bench->dnskey),
			 SIGNATURE_BAD);
}

/* RFC 4035 s5.3.1, sentence by sentence. */
static void a_signature_that_makes_no_sense(void **state)
{
	struct bench *bench = *state;
	const struct record good = bench->rrsig;
	const struct rrset good_set = bench->rrset;

	bench->rrsig = with_octet(bench, &good, 1, TYPE_AAAA); /* type covered */
	assert_int_equal(check(bench), SIGNATURE_MALFORMED);
	bench->rrsig = with_octet(bench, &good, 3, 5); /* more labels than the owner */
	assert_int_equal(check(bench), SIGNATURE_MALFORMED);
	bench->rrsig = with_octet(bench, &good, 3, 1); /* fewer labels than the signer */
	assert_int_equal(check(bench), SIGNATURE_MALFORMED);
	bench->rrsig = with_octet(bench, &good, 19, 'x'); /* a signer that is no ancestor */
	assert_int_equal(check(bench), SIGNATURE_MALFORMED);
	bench->rrsig = good;
	bench->rrsig.class = CLASS_CH;
	assert_int_equal(check(bench), SIGNATURE_MALFORMED);
	bench->rrsig = good;
	bench->rrsig.owner = script_name(&bench->arena, "c.b.sub.example.");
	assert_int_equal(check(bench), SIGNATURE_MALFORMED);
	bench->rrsig = good;
	bench->rrsig.type = TYPE_A;
	assert_int_equal(check(bench), SIGNATURE_MALFORMED);
	for (uint16_t size = 0; size < good.rdata_size; size++) {
		bench->rrsig = good;
		bench->rrsig.rdata_size = size;
		assert_int_equal(check(bench), SIGNATURE_MALFORMED);
	}
	bench->rrsig = good;
	bench->rrset.count = 0;
	assert_int_equal(check(bench), SIGNATURE_MALFORMED);
	bench->rrset = good_set;
	bench->rrset.type = TYPE_RRSIG;
	assert_int_equal(check(bench), SIGNATURE_MALFORMED);
	bench->rrset = good_set;
	assert_int_equal(check(bench), SIGNATURE_GOOD);
}

static void a_key_that_is_not_meant(void **state)
{
	struct bench *bench = *state;
	const struct record good = *bench->dnskey;
	struct record key = with_octet(bench, &good, 0, 0); /* no zone key: the tag differs, too */
	bench->dnskey = &key;
	assert_int_equal(check(bench), SIGNATURE_NO_KEY);
	key = with_octet(bench, &good, 2, 2); /* protocol */
	assert_int_equal(check(bench), SIGNATURE_NO_KEY);
	key = with_octet(bench, &good, 3, ALGORITHM_ECDSAP256);
	assert_int_equal(check(bench), SIGNATURE_NO_KEY);
	key = with_octet(bench, &good, 10, good.rdata[10] ^ 1u); /* another key, another tag */
	assert_int_equal(check(bench), SIGNATURE_NO_KEY);
	key = good;
	key.owner = script_name(&bench->arena, "example.");
	assert_int_equal(check(bench), SIGNATURE_NO_KEY);
	key = good;
	key.type = TYPE_CDNSKEY;
	assert_int_equal(check(bench), SIGNATURE_NO_KEY);
	key = good;
	key.class = CLASS_CH;
	assert_int_equal(check(bench), SIGNATURE_NO_KEY);
	key = good;
	key.rdata_size = 3;
	assert_int_equal(check(bench), SIGNATURE_NO_KEY);
	key = good;
	assert_int_equal(check(bench), SIGNATURE_GOOD);
}

/* The zone flag on its own: a key without it, with its own tag, that did sign. RFC 4034 s2.1.1. */
static void a_key_without_zone_flag_signs_nothing(void **state)
{
	struct bench *bench = *state;
	struct signing_key *key;
	assert_int_equal(signing_key_new(ALGORITHM_ED25519, 0, DNSKEY_SEP, 1, &key), OK);
	assert_int_equal(sign_set(bench, key, &bench->rrset, &bench->rrsig), OK);
	bench->dnskey = script_dnskey(&bench->arena, "sub.example.", key);
	assert_int_equal(check(bench), SIGNATURE_NO_KEY);
	signing_key_free(key);
}

/* RFC 4035 s5.3.4: an answer made from a wildcard. */
static void wildcards(void **state)
{
	struct bench *bench = *state;
	struct rrset source = script_rrset(&bench->arena, "*.b.sub.example. 300 IN A 192.0.2.1");
	assert_int_equal(sign_set(bench, bench->key, &source, &bench->rrsig), OK);
	static const char *const owners[] = {"x.b.sub.example.", "y.x.b.sub.example.",
					     "*.b.sub.example.", "*.y.b.sub.example."};
	for (size_t i = 0; i < sizeof(owners) / sizeof(owners[0]); i++) {
		bench->rrset = source;
		bench->rrset.owner = script_name(&bench->arena, owners[i]);
		bench->rrsig.owner = bench->rrset.owner;
		assert_int_equal(check(bench), SIGNATURE_GOOD);
	}
	bench->rrset.owner = script_name(&bench->arena, "x.c.sub.example.");
	bench->rrsig.owner = bench->rrset.owner;
	assert_int_equal(check(bench), SIGNATURE_BAD);
}

static void sizes_that_make_no_sense(void **state)
{
	static const struct {
		uint8_t algorithm;
		unsigned bits;
	} cases[] = {{ALGORITHM_RSASHA256, 1024},
		     {ALGORITHM_ECDSAP256, 0},
		     {ALGORITHM_ECDSAP384, 0},
		     {ALGORITHM_ED25519, 0},
		     {ALGORITHM_ED448, 0}};
	struct bench *bench = *state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct signing_key *key;
		assert_int_equal(signing_key_new(cases[i].algorithm, cases[i].bits, 256, 3, &key),
				 OK);
		assert_int_equal(sign_set(bench, key, &bench->rrset, &bench->rrsig), OK);
		bench->dnskey = script_dnskey(&bench->arena, "sub.example.", key);
		assert_int_equal(check(bench), SIGNATURE_GOOD);
		bench->rrsig.rdata_size--;
		assert_int_equal(check(bench), SIGNATURE_MALFORMED);
		signing_key_free(key);
	}
}

/* A key of any octets, and a signature that says it was made by it. */
static enum signature_result check_key_octets(struct bench *bench, uint8_t algorithm,
					      const uint8_t *octets, size_t size)
{
	uint8_t *rdata = arena_take(&bench->arena, 4 + size);
	uint8_t *signature = arena_take_zeroed(&bench->arena, 18 + 13 + 256);
	assert_true(rdata != NULL && signature != NULL);
	memcpy(rdata, (const uint8_t[]){1, 0, 3, algorithm}, 4);
	memcpy(rdata + 4, octets, size);
	struct record dnskey = *bench->dnskey;
	dnskey.rdata = rdata;
	dnskey.rdata_size = (uint16_t)(4 + size);
	uint16_t tag = key_tag(rdata, 4 + size);
	memcpy(signature, bench->rrsig.rdata, 18 + 13);
	signature[2] = algorithm;
	signature[16] = (uint8_t)(tag >> 8);
	signature[17] = (uint8_t)tag;
	struct record rrsig = bench->rrsig;
	rrsig.rdata = signature;
	rrsig.rdata_size = 18 + 13 + 256;
	return verifier_check(bench->verifier, &bench->rrset, &rrsig, &dnskey);
}

/* What bounds the cost of one verification. */
static void rsa_keys_out_of_bounds(void **state)
{
	struct bench *bench = *state;
	uint8_t key[16 + 1024];
	memset(key, 0xff, sizeof(key));
	memcpy(key, (const uint8_t[]){3, 1, 0, 1}, 4);
	assert_int_equal(check_key_octets(bench, 8, key, 4 + 256), SIGNATURE_BAD);
	/* A signature of another size than the modulus. */
	assert_int_equal(check_key_octets(bench, 8, key, 4 + 255), SIGNATURE_MALFORMED);
	assert_int_equal(check_key_octets(bench, 8, key, 4 + 512), SIGNATURE_MALFORMED);
	/* 520 bits of modulus are fit, 504 and 4104 are not; an even one is nobody's. */
	assert_int_equal(check_key_octets(bench, 8, key, 4 + 63), SIGNATURE_MALFORMED);
	assert_int_equal(check_key_octets(bench, 8, key, 4 + 513), SIGNATURE_MALFORMED);
	key[4 + 255] = 0xfe;
	assert_int_equal(check_key_octets(bench, 8, key, 4 + 256), SIGNATURE_MALFORMED);
	key[4 + 255] = 0xff;
	/* An exponent of 64 bits is fit, of 72 bits not; nor is an even one. */
	memcpy(key, (const uint8_t[]){8, 1, 0, 0, 0, 0, 0, 0, 1}, 9);
	assert_int_equal(check_key_octets(bench, 8, key, 9 + 256), SIGNATURE_BAD);
	memcpy(key, (const uint8_t[]){9, 1, 0, 0, 0, 0, 0, 0, 0, 1}, 10);
	assert_int_equal(check_key_octets(bench, 8, key, 10 + 256), SIGNATURE_MALFORMED);
	memcpy(key, (const uint8_t[]){1, 2}, 2);
	assert_int_equal(check_key_octets(bench, 8, key, 2 + 256), SIGNATURE_MALFORMED);
	assert_int_equal(check_key_octets(bench, 8, key, 0), SIGNATURE_MALFORMED);
	/* Points that are on no curve. */
	assert_int_equal(check_key_octets(bench, 13, key, 64), SIGNATURE_MALFORMED);
	assert_int_equal(check_key_octets(bench, 13, key, 63), SIGNATURE_MALFORMED);
	assert_int_equal(check_key_octets(bench, 16, key, 56), SIGNATURE_MALFORMED);
	assert_int_equal(check_key_octets(bench, 99, key, 64), SIGNATURE_UNSUPPORTED);
}

static void choosing_among_keys(void **state)
{
	struct bench *bench = *state;
	struct signing_key *other;
	const struct record *used = NULL;
	assert_int_equal(signing_key_new(ALGORITHM_ED25519, 0, 257, 9, &other), OK);
	const struct record *records[] = {script_dnskey(&bench->arena, "sub.example.", other),
					  bench->dnskey};
	struct rrset both = script_set(&bench->arena, records, 2);
	struct rrset wrong = script_set(&bench->arena, records, 1);
	assert_int_equal(verifier_check_keys(bench->verifier, &bench->rrset, &bench->rrsig, &wrong,
					     &used),
			 SIGNATURE_NO_KEY);
	assert_null(used);
	assert_int_equal(verifier_check_keys(bench->verifier, &bench->rrset, &bench->rrsig, &both,
					     &used),
			 SIGNATURE_GOOD);
	assert_memory_equal(used->rdata, bench->dnskey->rdata, used->rdata_size);
	struct record bad = with_octet(bench, &bench->rrsig, bench->rrsig.rdata_size - 1u, 0x77);
	assert_int_equal(verifier_check_keys(bench->verifier, &bench->rrset, &bad, &both, NULL),
			 SIGNATURE_BAD);
	bad = with_octet(bench, &bench->rrsig, 3, 99);
	assert_int_equal(verifier_check_keys(bench->verifier, &bench->rrset, &bad, &both, NULL),
			 SIGNATURE_MALFORMED);
	signing_key_free(other);
}

/* Another key of the same tag: what is added to one 16-bit word is taken from the next. */
static struct record sibling(struct bench *bench, const struct record *dnskey, unsigned number)
{
	struct record made = with_octet(bench, dnskey, 4, dnskey->rdata[4]);
	uint8_t *rdata = (uint8_t *)(uintptr_t)made.rdata;
	unsigned first = (unsigned)rdata[4] << 8 | rdata[5];
	unsigned second = (unsigned)rdata[6] << 8 | rdata[7];
	assert_true(first >= number && second + number <= 0xffff);
	first -= number; /* smaller, so that it sorts and is tried before the real one */
	second += number;
	rdata[4] = (uint8_t)(first >> 8);
	rdata[5] = (uint8_t)first;
	rdata[6] = (uint8_t)(second >> 8);
	rdata[7] = (uint8_t)second;
	assert_int_equal(key_tag(rdata, made.rdata_size),
			 key_tag(dnskey->rdata, dnskey->rdata_size));
	return made;
}

/* CVE-2023-50387: many keys of one tag cost no more than KEYS_TRIED_MAX verifications. */
static void keys_of_one_tag(void **state)
{
	struct bench *bench = *state;
	for (unsigned siblings = 1; siblings <= 8; siblings++) {
		struct record made[8];
		const struct record *records[9];
		const struct record *used = NULL;
		for (unsigned i = 0; i < siblings; i++) {
			made[i] = sibling(bench, bench->dnskey, i + 1);
			records[i] = &made[i];
		}
		records[siblings] = bench->dnskey;
		struct rrset set = script_set(&bench->arena, records, siblings + 1);
		uint64_t before = verifier_counts(bench->verifier).asked;
		enum signature_result result = verifier_check_keys(bench->verifier, &bench->rrset,
								   &bench->rrsig, &set, &used);
		uint64_t asked = verifier_counts(bench->verifier).asked - before;
		bool within = siblings < KEYS_TRIED_MAX;
		assert_int_equal(result, within ? SIGNATURE_GOOD : SIGNATURE_NOT_CHECKED);
		assert_int_equal(asked, within ? siblings + 1 : KEYS_TRIED_MAX);
		if (within)
			assert_memory_equal(used->rdata, bench->dnskey->rdata, used->rdata_size);
	}
}

static void what_was_verified_is_remembered(void **state)
{
	struct bench *bench = *state;
	struct record bad = with_octet(bench, &bench->rrsig, bench->rrsig.rdata_size - 1u, 0x77);
	for (unsigned i = 0; i < 10; i++) {
		assert_int_equal(check(bench), SIGNATURE_GOOD);
		assert_int_equal(verifier_check(bench->verifier, &bench->rrset, &bad,
						bench->dnskey),
				 SIGNATURE_BAD);
	}
	struct verifier_counts counts = verifier_counts(bench->verifier);
	assert_int_equal(counts.asked, 20);
	assert_int_equal(counts.verified, 2);
	assert_int_equal(counts.remembered, 18);
	assert_int_equal(counts.keys_imported, 1);
}

/* RFC 3110: the largest modulus and exponent that are taken, and nobody's key. */
static const struct record *dear_rsa(struct bench *bench)
{
	enum { SIZE = 4 + 1 + 8 + 512 };
	uint8_t *rdata = arena_take_zeroed(&bench->arena, SIZE);
	struct record *record = arena_take_zeroed(&bench->arena, sizeof(*record));
	assert_true(rdata != NULL && record != NULL);
	memcpy(rdata, (const uint8_t[5]){1, 0, 3, ALGORITHM_RSASHA256, 8}, 5);
	memset(rdata + 5, 0xff, SIZE - 5);
	*record = *bench->dnskey;
	record->rdata = rdata;
	record->rdata_size = SIZE;
	return record;
}

/* A signature that fails, by each kind of key: what it costs is told in checks by P-256. */
static void work_is_counted(void **state)
{
	static const struct {
		uint8_t algorithm;
		unsigned int work;
	} rows[] = {{ALGORITHM_ECDSAP256, 1},
		    {ALGORITHM_ED25519, 1},
		    {ALGORITHM_ED448, 4},
		    {ALGORITHM_ECDSAP384, 7}};
	struct bench *bench = *state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct signing_key *key;
		struct record rrsig;
		assert_int_equal(signing_key_new(rows[i].algorithm, 0, 256, i, &key), OK);
		assert_int_equal(sign_set(bench, key, &bench->rrset, &rrsig), OK);
		const struct record *dnskey = script_dnskey(&bench->arena, "sub.example.", key);
		const uint64_t before = verifier_counts(bench->verifier).work;
		assert_int_equal(verifier_check(bench->verifier, &bench->rrset, &rrsig, dnskey),
				 SIGNATURE_GOOD);
		assert_int_equal(verifier_counts(bench->verifier).work - before, rows[i].work);
		/* Remembered: one all the same, for the data is put together and looked up. */
		assert_int_equal(verifier_check(bench->verifier, &bench->rrset, &rrsig, dnskey),
				 SIGNATURE_GOOD);
		assert_int_equal(verifier_counts(bench->verifier).work - before, rows[i].work + 1);
		signing_key_free(key);
	}
	const struct record *dnskey = dear_rsa(bench);
	const uint16_t tag = key_tag(dnskey->rdata, dnskey->rdata_size);
	uint8_t *rdata = arena_take_zeroed(&bench->arena, 512 + bench->rrsig.rdata_size);
	assert_non_null(rdata);
	const size_t head = bench->rrsig.rdata_size - 64u; /* Ed25519's signature goes */
	memcpy(rdata, bench->rrsig.rdata, head);
	rdata[2] = ALGORITHM_RSASHA256;
	rdata[16] = (uint8_t)(tag >> 8);
	rdata[17] = (uint8_t)tag;
	memset(rdata + head, 0x55, 512);
	struct record rrsig = bench->rrsig;
	rrsig.rdata = rdata;
	rrsig.rdata_size = (uint16_t)(head + 512);
	const uint64_t before = verifier_counts(bench->verifier).work;
	assert_int_equal(verifier_check(bench->verifier, &bench->rrset, &rrsig, dnskey),
			 SIGNATURE_BAD);
	assert_int_equal(verifier_counts(bench->verifier).work - before, 5);
}

/* Memories of two verdicts and four keys: all is forgotten again and again, and stays right. */
static void a_small_memory_forgets(void **state)
{
	enum { KEYS = 12 };
	struct bench *bench = *state;
	struct verifier_limits limits = {.keys = 1, .memories = 1};
	struct verifier *verifier = verifier_new(&limits, &bench->random);
	struct signing_key *keys[KEYS];
	struct record rrsigs[KEYS];
	assert_non_null(verifier);
	for (unsigned i = 0; i < KEYS; i++) {
		assert_int_equal(signing_key_new(i % 2 != 0 ? ALGORITHM_ED25519
							    : ALGORITHM_ECDSAP256,
						 0, 256, i, &keys[i]),
				 OK);
		assert_int_equal(sign_set(bench, keys[i], &bench->rrset, &rrsigs[i]), OK);
	}
	for (unsigned i = 0; i < 10 * KEYS; i++) {
		const struct record *dnskey =
			script_dnskey(&bench->arena, "sub.example.", keys[i % KEYS]);
		assert_int_equal(verifier_check(verifier, &bench->rrset, &rrsigs[i % KEYS], dnskey),
				 SIGNATURE_GOOD);
	}
	struct verifier_counts counts = verifier_counts(verifier);
	assert_int_equal(counts.verified, 10 * KEYS);
	assert_int_equal(counts.keys_imported, 10 * KEYS);
	verifier_free(verifier);
	for (unsigned i = 0; i < KEYS; i++)
		signing_key_free(keys[i]);
}

static void an_rrset_too_large_is_not_checked(void **state)
{
	enum { COUNT = 2000 };
	struct bench *bench = *state;
	struct record *records = arena_take_array(&bench->arena, COUNT, sizeof(*records));
	const struct record **places = arena_take_array(&bench->arena, COUNT, sizeof(*places));
	uint8_t *rdata = arena_take_zeroed(&bench->arena, COUNT * 200);
	assert_true(records != NULL && places != NULL && rdata != NULL);
	for (size_t i = 0; i < COUNT; i++) {
		records[i] = *bench->rrset.records[0];
		records[i].rdata = rdata + i * 200;
		records[i].rdata_size = 200;
		rdata[i * 200] = (uint8_t)(i >> 8);
		rdata[i * 200 + 1] = (uint8_t)i;
		places[i] = &records[i];
	}
	bench->rrset.records = places;
	bench->rrset.count = COUNT;
	assert_int_equal(check(bench), SIGNATURE_NOT_CHECKED);
	bench->rrset.count = 1000; /* the buffer has to grow */
	assert_int_equal(check(bench), SIGNATURE_BAD);
	assert_int_equal(sign_set(bench, bench->key, &bench->rrset, &bench->rrsig), OK);
	assert_int_equal(check(bench), SIGNATURE_GOOD);
	bench->rrset.count = COUNT;
	assert_int_equal(sign_set(bench, bench->key, &bench->rrset, &bench->rrsig), ERR_LIMIT);
}

/* RFC 4034 s3.1.5: serial arithmetic, so that 2106 is a year like any other. */
static void validity(void **state)
{
	struct rrsig_rdata rrsig = {.inception = 1000, .expiration = 2000};
	assert_int_equal(signature_time(&rrsig, 999), SIGNATURE_FUTURE);
	assert_int_equal(signature_time(&rrsig, 1000), SIGNATURE_NOW);
	assert_int_equal(signature_time(&rrsig, 2000), SIGNATURE_NOW);
	assert_int_equal(signature_time(&rrsig, 2001), SIGNATURE_EXPIRED);
	rrsig = (struct rrsig_rdata){.inception = 0xfffffff0, .expiration = 0x10};
	assert_int_equal(signature_time(&rrsig, 0xffffffef), SIGNATURE_FUTURE);
	assert_int_equal(signature_time(&rrsig, 0xffffffff), SIGNATURE_NOW);
	assert_int_equal(signature_time(&rrsig, 0x100000005), SIGNATURE_NOW);
	assert_int_equal(signature_time(&rrsig, 0x100000011), SIGNATURE_EXPIRED);
}

static void memory_runs_out(void **state)
{
	struct bench *bench = *state;
	long before = memory_in_use();
	FOR_EACH_FAILURE(allocation)
	{
		struct verifier *verifier = verifier_new(NULL, &bench->random);
		if (verifier != NULL) {
			enum signature_result result = verifier_check(verifier, &bench->rrset,
								      &bench->rrsig, bench->dnskey);
			assert_int_equal(result, memory_has_failed() ? SIGNATURE_NOT_CHECKED
								     : SIGNATURE_GOOD);
			/* And once more with enough of it. */
			result = verifier_check(verifier, &bench->rrset, &bench->rrsig,
						bench->dnskey);
			assert_int_equal(result, SIGNATURE_GOOD);
		}
		assert_true(verifier != NULL || memory_has_failed());
		verifier_free(verifier);
	}
	FOR_EACH_FAILURE(allocation)
	{
		struct signing_key *key = NULL;
		int error = signing_key_new(ALGORITHM_ECDSAP256, 0, 256, allocation, &key);
		assert_int_equal(error, memory_has_failed() ? ERR_MEMORY : OK);
		signing_key_free(key);
	}
	assert_int_equal(memory_in_use(), before);
}

static void results_have_texts(void **state)
{
	for (int result = SIGNATURE_GOOD; result <= SIGNATURE_NOT_CHECKED; result++)
		assert_non_null(signature_result_text((enum signature_result)result));
	verifier_free(NULL);
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_BENCH(a_good_signature),
		WITH_BENCH(the_ttl_received_does_not_matter),
		WITH_BENCH(other_data_is_bad),
		WITH_BENCH(a_signature_that_makes_no_sense),
		WITH_BENCH(a_key_that_is_not_meant),
		WITH_BENCH(a_key_without_zone_flag_signs_nothing),
		WITH_BENCH(wildcards),
		WITH_BENCH(sizes_that_make_no_sense),
		WITH_BENCH(rsa_keys_out_of_bounds),
		WITH_BENCH(choosing_among_keys),
		WITH_BENCH(keys_of_one_tag),
		WITH_BENCH(what_was_verified_is_remembered),
		WITH_BENCH(work_is_counted),
		WITH_BENCH(a_small_memory_forgets),
		WITH_BENCH(an_rrset_too_large_is_not_checked),
		cmocka_unit_test(validity),
		WITH_BENCH(memory_runs_out),
		cmocka_unit_test(results_have_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
