/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NSEC3 hashes: RFC 5155 appendix A, and libdnssec. */
#include "dns/dnssec/denial.h"
#include "script.h"

#include <libdnssec/binary.h>
#include <libdnssec/nsec.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void appendix_a(void **state)
{
	static const struct {
		const char *name;
		const char *label;
	} examples[] = {
		{"example.", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"},
		{"a.example.", "35mthgpgcu1qg68fab165klnsnk3dpvl"},
		{"ai.example.", "gjeqe526plbf1g8mklp59enfd789njgi"},
		{"ns1.example.", "2t7b4g4vsa5smi47k61mv5bv1a22bojr"},
		{"ns2.example.", "q04jkcevqvmu85r014c7dkba38o0ji5r"},
		{"w.example.", "k8udemvp1j2f7eg6jebps17vp3n8i58h"},
		{"*.w.example.", "r53bq7cc2uvmubfu5ocmm6pers9tk9en"},
		{"x.w.example.", "b4um86eghhds6nea196smvmlo4ors995"},
		{"y.w.example.", "ji6neoaepv8b5o6k4ev33abha8ht9fgc"},
		{"x.y.w.example.", "2vptu5timamqttgl4luu9kg21e0aor3s"},
		{"xx.example.", "t644ebqk9bibcna874givr6joj62mlhv"},
		{"XX.EXAMPLE.", "t644ebqk9bibcna874givr6joj62mlhv"},
	};
	static const uint8_t salt[] = {0xaa, 0xbb, 0xcc, 0xdd};
	struct arena arena;
	arena_init(&arena, 1 << 16, 0);
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		uint8_t hash[NSEC3_HASH_OCTETS];
		char label[33];
		assert_int_equal(nsec3_hash(script_name(&arena, examples[i].name), salt,
					    sizeof(salt), 12, hash),
				 OK);
		nsec3_label(hash, label);
		assert_string_equal(label, examples[i].label);
	}
	arena_release(&arena);
}

static void agrees_with_libdnssec(void **state)
{
	static const uint8_t salt[255] = {1, 2, 3};
	static const uint16_t iterations[] = {0, 1, 100, 2500};
	static const size_t salt_sizes[] = {0, 1, 8, 255};
	struct arena arena;
	arena_init(&arena, 1 << 16, 0);
	const uint8_t *name = script_name(&arena, "a.rather.long.name.example.com.");
	for (size_t i = 0; i < 16; i++) {
		size_t salt_size = salt_sizes[i % 4];
		uint8_t ours[NSEC3_HASH_OCTETS];
		dnssec_binary_t name_octets = {.data = (uint8_t *)(uintptr_t)name,
					       .size = name_size(name)};
		dnssec_nsec3_params_t params = {
			.algorithm = DNSSEC_NSEC3_ALGORITHM_SHA1,
			.iterations = iterations[i / 4],
			.salt = {.data = (uint8_t *)(uintptr_t)salt, .size = salt_size},
		};
		dnssec_binary_t theirs = {0};
		assert_int_equal(dnssec_nsec3_hash(&name_octets, &params, &theirs), 0);
		assert_int_equal(nsec3_hash(name, salt, salt_size, iterations[i / 4], ours), OK);
		assert_int_equal(theirs.size, NSEC3_HASH_OCTETS);
		assert_memory_equal(ours, theirs.data, NSEC3_HASH_OCTETS);
		dnssec_binary_free(&theirs);
	}
	arena_release(&arena);
}

static void a_salt_too_long_is_refused(void **state)
{
	static const uint8_t salt[256] = {0};
	static const uint8_t root[] = {0};
	uint8_t hash[NSEC3_HASH_OCTETS] = {7};
	assert_int_equal(nsec3_hash(root, salt, sizeof(salt), 0, hash), ERR_LIMIT);
	assert_int_equal(hash[0], 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(appendix_a),
		cmocka_unit_test(agrees_with_libdnssec),
		cmocka_unit_test(a_salt_too_long_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
