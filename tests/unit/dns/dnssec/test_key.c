/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tags, sizes and digests, against the examples of the RFCs and against libdnssec. */
#include "base/text.h"
#include "dns/dnssec/key.h"
#include "dns/wire/type.h"
#include "script.h"

#include <libdnssec/binary.h>
#include <libdnssec/keytag.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define RFC4034_KEY                                                                                \
	"dskey.example.com. 86400 IN DNSKEY 256 3 5 "                                              \
	"AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMm" \
	"mAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw=="
#define RFC6605_P256_KEY                        \
	"example.net. 3600 IN DNSKEY 257 3 13 " \
	"GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA=="
#define RFC6605_P384_KEY                                                                           \
	"example.net. 3600 IN DNSKEY 257 3 14 "                                                    \
	"xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8" \
	"/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40"
#define RFC8080_ED25519_KEY \
	"example.com. 3600 IN DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4="
#define RFC8080_ED448_KEY                       \
	"example.com. 3600 IN DNSKEY 257 3 16 " \
	"3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1FYYUcJKm1MDpJtIA"

static const struct {
	const char *key;
	uint16_t tag;
	unsigned bits;
	const char *ds;
} examples[] = {
	/* RFC 4034 s5.4, RFC 4509 s2.3 */
	{RFC4034_KEY, 60485, 1024,
	 "dskey.example.com. 86400 IN DS 60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118"},
	{RFC4034_KEY, 60485, 1024,
	 "dskey.example.com. 86400 IN DS 60485 5 2 "
	 "D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A"},
	/* RFC 6605 s6 */
	{RFC6605_P256_KEY, 55648, 256,
	 "example.net. 3600 IN DS 55648 13 2 "
	 "b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17"},
	{RFC6605_P384_KEY, 10771, 384,
	 "example.net. 3600 IN DS 10771 14 4 "
	 "72d7b62976ce06438e9c0bf319013cf801f09ecc84b8d7e9495f27e305c6a9b0563a9b5f4d288405c3008a94"
	 "6df983d6"},
	/* RFC 8080 s6 */
	{RFC8080_ED25519_KEY, 3613, 256,
	 "example.com. 3600 IN DS 3613 15 2 "
	 "3aa5ab37efce57f737fc1627013fee07bdf241bd10f3b1964ab55c78e79a304b"},
	{RFC8080_ED448_KEY, 9713, 456,
	 "example.com. 3600 IN DS 9713 16 2 "
	 "6ccf18d5bc5d7fc2fceb1d59d17321402f2aa8d368048db93dd811f5cb2b19c7"},
};

static void examples_of_the_rfcs(void **state)
{
	struct arena arena;
	arena_init(&arena, 1 << 20, 0);
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const struct record *key = script_record(&arena, examples[i].key);
		const struct record *record = script_record(&arena, examples[i].ds);
		struct dnskey_rdata dnskey;
		struct ds_rdata ds;
		assert_int_equal(rdata_dnskey(key, &dnskey), OK);
		assert_int_equal(rdata_ds(record, &ds), OK);
		assert_int_equal(key_tag(key->rdata, key->rdata_size), examples[i].tag);
		assert_int_equal(key_bits(&dnskey), examples[i].bits);
		assert_true(ds_matches(key->owner, &ds, key));
		/* Another owner, another tag, another algorithm: not this key. */
		assert_false(ds_matches(script_name(&arena, "example.org."), &ds, key));
		struct ds_rdata other = ds;
		other.key_tag++;
		assert_false(ds_matches(key->owner, &other, key));
		other = ds;
		other.algorithm++;
		assert_false(ds_matches(key->owner, &other, key));
		other = ds;
		other.digest_size--;
		assert_false(ds_matches(key->owner, &other, key));
		other = ds;
		other.digest_type = 3;
		assert_false(ds_matches(key->owner, &other, key));
	}
	arena_release(&arena);
}

static void digests_ignore_the_owners_case(void **state)
{
	struct arena arena;
	uint8_t lower[DIGEST_MAX_OCTETS], upper[DIGEST_MAX_OCTETS];
	size_t lower_size, upper_size;
	arena_init(&arena, 1 << 20, 0);
	const struct record *key = script_record(&arena, RFC6605_P256_KEY);
	assert_int_equal(ds_digest(key->owner, key, DIGEST_SHA384, lower, &lower_size), OK);
	assert_int_equal(ds_digest(script_name(&arena, "EXAMPLE.Net."), key, DIGEST_SHA384, upper,
				   &upper_size),
			 OK);
	assert_int_equal(lower_size, 48);
	assert_int_equal(upper_size, 48);
	assert_memory_equal(lower, upper, 48);
	assert_int_equal(ds_digest(key->owner, key, 5, lower, &lower_size), ERR_UNSUPPORTED);
	assert_int_equal(lower_size, 48);
	arena_release(&arena);
}

static void tags_agree_with_libdnssec(void **state)
{
	uint8_t rdata[4 + 64] = {1, 1, 3, 13};
	for (unsigned round = 0; round < 200; round++) {
		for (size_t i = 4; i < sizeof(rdata); i++)
			rdata[i] = (uint8_t)(round * 31 + i * i * 7);
		rdata[3] = round % 2 != 0 ? 13 : 200;
		dnssec_binary_t octets = {.data = rdata, .size = sizeof(rdata) - round % 7};
		uint16_t theirs;
		assert_int_equal(dnssec_keytag(&octets, &theirs), 0);
		assert_int_equal(key_tag(rdata, octets.size), theirs);
	}
	/* RFC 4034 app. B.1: RSA/MD5 takes octets of the modulus. */
	rdata[3] = 1;
	assert_int_equal(key_tag(rdata, sizeof(rdata)), rdata[65] << 8 | rdata[66]);
	assert_int_equal(key_tag(rdata, 0), 0);
}

static void sizes_of_malformed_keys_are_zero(void **state)
{
	static const uint8_t octets[600] = {0};
	static const uint8_t lone_exponent[] = {3, 1, 0, 1};
	static const uint8_t long_exponent[] = {0, 0, 3, 1, 0, 1, 0x7f, 0xff};
	static const uint8_t padded[] = {1, 3, 0, 0, 0x7f, 0xff};
	struct dnskey_rdata key = {.algorithm = 13, .key = octets, .key_size = 64};
	assert_int_equal(key_bits(&key), 256);
	key.key_size = 65;
	assert_int_equal(key_bits(&key), 0);
	key.algorithm = 99;
	assert_int_equal(key_bits(&key), 0);
	key.algorithm = 8;
	for (size_t size = 0; size < sizeof(octets); size++) {
		key.key_size = size;
		assert_int_equal(key_bits(&key), 0);
	}
	key.key = lone_exponent;
	key.key_size = sizeof(lone_exponent);
	assert_int_equal(key_bits(&key), 0);
	key.key = long_exponent;
	key.key_size = sizeof(long_exponent);
	assert_int_equal(key_bits(&key), 15);
	key.key = padded;
	key.key_size = sizeof(padded);
	assert_int_equal(key_bits(&key), 15);
}

static void names_and_support(void **state)
{
	char buffer[24];
	assert_string_equal(algorithm_name(13, buffer), "ECDSAP256SHA256");
	assert_string_equal(algorithm_name(5, buffer), "RSASHA1");
	assert_string_equal(algorithm_name(7, buffer), "RSASHA1-NSEC3-SHA1");
	assert_string_equal(algorithm_name(99, buffer), "algorithm 99");
	assert_string_equal(algorithm_name(255, buffer), "algorithm 255");
	unsigned supported = 0;
	for (unsigned number = 0; number < 256; number++)
		supported += algorithm_supported((uint8_t)number);
	assert_int_equal(supported, 8);
	assert_true(digest_supported(1) && digest_supported(2) && digest_supported(4));
	assert_false(digest_supported(0) || digest_supported(3) || digest_supported(5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_of_the_rfcs),
		cmocka_unit_test(digests_ignore_the_owners_case),
		cmocka_unit_test(tags_agree_with_libdnssec),
		cmocka_unit_test(sizes_of_malformed_keys_are_zero),
		cmocka_unit_test(names_and_support),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
