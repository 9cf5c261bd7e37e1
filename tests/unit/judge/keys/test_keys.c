/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys side by side: primes in common, found as by looking at every pair; keys of strangers. */
#include "base/arena.h"
#include "base/memory.h"
#include "base/random.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "judge/keys/keys.h"
#include "judge/keys/keys_private.h"

#include <gmp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FINDINGS_MAX 64
/* Few enough primes that many moduli share one, or both. */
#define PRIMES 60
#define MODULI 300

struct told {
	char codes[FINDINGS_MAX][40];
	char domains[FINDINGS_MAX][64];
	char sentences[FINDINGS_MAX][FINDING_SENTENCE_MAX];
	size_t count;
	uint64_t done, total;
};

static int take(void *context, const struct finding *finding)
{
	struct told *told = context;

	assert_true(told->count < FINDINGS_MAX);
	assert_true(finding->severity >= SEVERITY_WARNING);
	assert_non_null(finding->reference);
	snprintf(told->codes[told->count], sizeof(told->codes[0]), "%s", finding->code);
	snprintf(told->domains[told->count], sizeof(told->domains[0]), "%s", finding->domain);
	snprintf(told->sentences[told->count], sizeof(told->sentences[0]), "%s", finding->sentence);
	told->count++;
	return OK;
}

static void progress(void *context, uint64_t done, uint64_t total)
{
	struct told *told = context;

	assert_true(done >= told->done && done <= total);
	told->done = done;
	told->total = total;
}

static struct keys *make_keys(void)
{
	struct random random;

	random_seeded(&random, 1);
	struct keys *keys = keys_new(&random);

	assert_non_null(keys);
	return keys;
}

static void add_line(struct keys *keys, const char *line)
{
	struct complaint complaint = {""};
	struct record record;
	struct arena arena;

	arena_init(&arena, 1 << 20, 0);
	if (record_from_text(&arena, line, &record, &complaint) < 0)
		fail_msg("%s", complaint.text);
	assert_int_equal(keys_add_record(keys, &record), OK);
	arena_release(&arena);
}

static void add_rsa(struct keys *keys, const char *zone, const mpz_t p, const mpz_t q)
{
	uint8_t rdata[600] = {1, 1, 3, 8, 3, 1, 0, 1};
	struct name name;
	size_t size;
	mpz_t modulus;

	mpz_init(modulus);
	mpz_mul(modulus, p, q);
	mpz_export(rdata + 8, &size, 1, 1, 1, 0, modulus);
	mpz_clear(modulus);
	assert_int_equal(name_from_text(zone, &name, NULL), OK);
	const struct record record = {.owner = name.octets,
				      .type = TYPE_DNSKEY,
				      .class = CLASS_IN,
				      .rdata = rdata,
				      .rdata_size = (uint16_t)(8 + size)};

	assert_int_equal(keys_add_record(keys, &record), OK);
}

static void make_primes(mpz_t *primes, size_t count, unsigned bits, uint64_t seed)
{
	struct random random;
	uint8_t octets[128];

	random_seeded(&random, seed);
	for (size_t i = 0; i < count; i++) {
		random_octets(&random, octets, bits / 8);
		octets[0] |= 0xc0;
		mpz_init(primes[i]);
		mpz_import(primes[i], bits / 8, 1, 1, 1, 0, octets);
		mpz_nextprime(primes[i], primes[i]);
	}
}

static void finish(struct keys *keys, struct told *told)
{
	const struct keys_output output = {.take = take, .progress = progress, .context = told};

	memset(told, 0, sizeof(*told));
	assert_int_equal(keys_finish(keys, &output), OK);
	assert_int_equal(told->done, told->total);
}

static void test_shared_prime(void **state)
{
	struct keys *keys = make_keys();
	struct told *told = malloc(sizeof(*told));
	mpz_t primes[8];

	make_primes(primes, 8, 512, 1);
	add_rsa(keys, "one.example.", primes[0], primes[1]);
	add_rsa(keys, "sound.example.", primes[2], primes[3]);
	add_rsa(keys, "two.example.", primes[1], primes[4]);
	add_rsa(keys, "sound-too.example.", primes[5], primes[6]);
	add_rsa(keys, "two-as-well.example.", primes[1], primes[4]);
	finish(keys, told);
	assert_int_equal(told->count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(told->codes[i], "DNSSEC-KEY-SHARED-PRIME");
		assert_null(strstr(told->domains[i], "sound"));
	}
	assert_non_null(strstr(told->sentences[0], "of two"));
	assert_non_null(strstr(told->sentences[1], "of one.example."));
	assert_int_equal(keys_counts(keys).moduli, 4);
	assert_int_equal(keys_counts(keys).zones, 5);
	for (size_t i = 0; i < 8; i++)
		mpz_clear(primes[i]);
	keys_free(keys);
	free(told);
}

/* Against every pair, with moduli that share one prime, both, or none, of unlike lengths. */
static void compare_all_pairs(size_t block_octets)
{
	struct random random;
	mpz_t primes[PRIMES];
	mpz_t moduli[MODULI];
	uint8_t octets[MODULI][160];
	struct octets items[MODULI];
	struct shared_modulus *shared;
	uint32_t count, next = 0;
	mpz_t factor;

	random_seeded(&random, 3);
	make_primes(primes, PRIMES / 2, 256, 2);
	make_primes(primes + PRIMES / 2, PRIMES / 2, 512, 3);
	mpz_init(factor);
	for (uint32_t i = 0; i < MODULI; i++) {
		const uint32_t p = random_below(&random, PRIMES);

		mpz_init(moduli[i]);
		/* A third from the pool; of the rest one prime is nobody else's. */
		if (i % 3 == 0) {
			mpz_mul(moduli[i], primes[p], primes[(p + 1 + i % 7) % PRIMES]);
		} else {
			mpz_t own[1];
			make_primes(own, 1, 256, 1000 + i);
			mpz_mul(moduli[i], own[0], i % 3 == 1 ? primes[p] : own[0]);
			if (i % 3 == 2)
				mpz_nextprime(moduli[i], moduli[i]);
			mpz_clear(own[0]);
		}
		mpz_export(octets[i], &items[i].size, 1, 1, 1, 0, moduli[i]);
		items[i].start = octets[i];
	}
	const struct moduli all = {.items = items, .count = MODULI, .block_octets = block_octets};
	assert_int_equal(moduli_shared(&all, &shared, &count), OK);
	for (uint32_t i = 0; i < MODULI; i++) {
		bool is_shared = false;

		for (uint32_t j = 0; j < MODULI; j++) {
			mpz_gcd(factor, moduli[i], moduli[j]);
			is_shared |= i != j && mpz_cmp_ui(factor, 1) != 0;
		}
		assert_int_equal(is_shared, next < count && shared[next].modulus == i);
		if (!is_shared)
			continue;
		assert_true(shared[next].others > 0 && shared[next].partner != i);
		mpz_gcd(factor, moduli[i], moduli[shared[next++].partner]);
		assert_true(mpz_cmp_ui(factor, 1) != 0);
	}
	assert_int_equal(next, count);
	assert_in_range(count, MODULI / 2, MODULI * 2 / 3);
	memory_give(shared);
	for (uint32_t i = 0; i < MODULI; i++)
		mpz_clear(moduli[i]);
	for (uint32_t i = 0; i < PRIMES; i++)
		mpz_clear(primes[i]);
	mpz_clear(factor);
}

/* In one block, in several of unlike sizes, and each modulus in one of its own. */
static void test_as_all_pairs(void **state)
{
	compare_all_pairs(0);
	compare_all_pairs(3000);
	compare_all_pairs(1);
}

#define KEY_LINE(zone, key) zone " 3600 IN DNSKEY 257 3 15 " key
#define KEY_ONE "l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4="
#define KEY_TWO "zPnZ/QwEe7S8C5SPz2OfS5RR40ATk2/rYnE9xHIEijs="

static void test_reused(void **state)
{
	struct keys *keys = make_keys();
	struct told *told = malloc(sizeof(*told));

	/* The same operator by its last labels; by a chain; somebody else; nobody known. */
	add_line(keys, KEY_LINE("a.example.", KEY_ONE));
	add_line(keys, "a.example. 60 IN NS ns1.west.host.example.");
	add_line(keys, KEY_LINE("b.example.", KEY_ONE));
	add_line(keys, "b.example. 60 IN NS ns1.east.host.example.");
	add_line(keys, "b.example. 60 IN NS ns2.second.net.");
	add_line(keys, KEY_LINE("c.example.", KEY_ONE));
	add_line(keys, "c.example. 60 IN NS ns7.second.net.");
	add_line(keys, KEY_LINE("u.example.", KEY_ONE));
	finish(keys, told);
	assert_int_equal(told->count, 0);
	assert_int_equal(keys_counts(keys).unplaced, 1);
	add_line(keys, KEY_LINE("d.example.", KEY_ONE));
	add_line(keys, "d.example. 60 IN NS ns.third.org.");
	add_line(keys, KEY_LINE("e.example.", KEY_TWO));
	add_line(keys, "e.example. 60 IN NS ns.fourth.org.");
	finish(keys, told);
	assert_int_equal(told->count, 2);
	assert_string_equal(told->codes[0], "DNSSEC-KEY-REUSED");
	assert_string_equal(told->domains[0], "d.example.");
	assert_non_null(strstr(told->sentences[1], "3 zones of this operator"));
	assert_non_null(strstr(told->sentences[1], "d.example."));
	keys_free(keys);
	free(told);
}

/* Below co.uk and its like, two labels are not one's own; an address in common joins. */
static void test_operators(void **state)
{
	const struct ip ip = {.family = 4, .octets = {192, 0, 2, 1}};
	struct keys *keys = make_keys();
	struct told *told = malloc(sizeof(*told));
	struct name zone;

	add_line(keys, KEY_LINE("a.example.", KEY_ONE));
	add_line(keys, "a.example. 60 IN NS ns1.one.co.uk.");
	add_line(keys, KEY_LINE("b.example.", KEY_ONE));
	add_line(keys, "b.example. 60 IN NS ns1.two.co.uk.");
	finish(keys, told);
	assert_int_equal(told->count, 2);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(name_from_text(i ? "a.example." : "b.example.", &zone, NULL), OK);
		assert_int_equal(keys_add_address(keys, zone.octets, &ip), OK);
	}
	finish(keys, told);
	assert_int_equal(told->count, 0);
	/* Vanity names say nothing. */
	add_line(keys, KEY_LINE("v.example.", KEY_ONE));
	add_line(keys, "v.example. 60 IN NS ns1.v.example.");
	finish(keys, told);
	assert_int_equal(told->count, 0);
	keys_free(keys);
	free(told);
}

/* Two halves merged say what the whole says. */
static void test_merge(void **state)
{
	struct keys *left = make_keys();
	struct keys *right = make_keys();
	struct told *told = malloc(sizeof(*told));
	mpz_t primes[3];

	make_primes(primes, 3, 512, 4);
	add_rsa(left, "one.example.", primes[0], primes[1]);
	add_line(left, KEY_LINE("a.example.", KEY_ONE));
	add_line(left, "a.example. 60 IN NS ns.host.example.");
	add_rsa(right, "two.example.", primes[2], primes[1]);
	add_line(right, KEY_LINE("b.example.", KEY_ONE));
	add_line(right, "b.example. 60 IN NS ns.other.example.");
	finish(right, told);
	assert_int_equal(told->count, 0);
	assert_int_equal(keys_merge(left, right), OK);
	finish(left, told);
	assert_int_equal(told->count, 4);
	assert_string_equal(told->codes[0], "DNSSEC-KEY-SHARED-PRIME");
	assert_string_equal(told->codes[3], "DNSSEC-KEY-REUSED");
	assert_int_equal(keys_counts(left).zones, 4);
	for (size_t i = 0; i < 3; i++)
		mpz_clear(primes[i]);
	keys_free(left);
	keys_free(right);
	free(told);
}

/* What is no key to compare: revoked, without the zone flag, malformed, too long, of other types.
 */
static void test_passed_over(void **state)
{
	struct keys *keys = make_keys();
	uint8_t rdata[4000] = {1, 1, 3, 8, 3, 1, 0, 1, 0x80};
	struct record record = {.owner = (const uint8_t *)"\1a",
				.type = TYPE_DNSKEY,
				.class = CLASS_IN,
				.rdata = rdata,
				.rdata_size = sizeof(rdata)};

	add_line(keys, "a. 60 IN DNSKEY 385 3 15 " KEY_ONE);
	add_line(keys, "a. 60 IN DNSKEY 1 3 15 " KEY_ONE);
	add_line(keys, "a. 60 IN A 192.0.2.1");
	assert_int_equal(keys_add_record(keys, &record), OK);
	assert_int_equal(keys_counts(keys).keys, 0);
	assert_int_equal(keys_counts(keys).too_large, 1);
	record.rdata_size = 6;
	assert_int_equal(keys_add_record(keys, &record), OK);
	assert_int_equal(keys_counts(keys).moduli, 0);
	keys_free(keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shared_prime), cmocka_unit_test(test_as_all_pairs),
		cmocka_unit_test(test_reused),       cmocka_unit_test(test_operators),
		cmocka_unit_test(test_merge),        cmocka_unit_test(test_passed_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
