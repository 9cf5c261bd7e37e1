/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys and signatures that we make: verified by ourselves and by libdnssec. */
#include "base/bytes.h"
#include "base/memory.h"
#include "base/random.h"
#include "dns/dnssec/key.h"
#include "dns/dnssec/sign.h"
#include "dns/dnssec/verify.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "script.h"

#include <libdnssec/key.h>
#include <libdnssec/sign.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define RRSET                               \
	"www.example. 300 IN A 192.0.2.7\n" \
	"www.example. 300 IN A 192.0.2.1\n" \
	"www.example. 300 IN A 192.0.2.99"

static const struct signing_times times = {.inception = 1700000000, .expiration = 1800000000};

static const struct {
	uint8_t number;
	unsigned bits;
	bool repeats; /* the same signature every time */
} algorithms[] = {
	{ALGORITHM_RSASHA1, 1024, true},   {ALGORITHM_RSASHA1_NSEC3, 1024, true},
	{ALGORITHM_RSASHA256, 1024, true}, {ALGORITHM_RSASHA256, 2048, true},
	{ALGORITHM_RSASHA256, 1537, true}, {ALGORITHM_RSASHA512, 1024, true},
	{ALGORITHM_ECDSAP256, 0, false},   {ALGORITHM_ECDSAP384, 0, true},
	{ALGORITHM_ED25519, 0, true},      {ALGORITHM_ED448, 0, true},
};

struct bench {
	struct arena arena;
	struct random random;
	struct verifier *verifier;
	struct rrset rrset;
	const uint8_t *zone;
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
	arena_init(&bench->arena, 1 << 20, 0);
	random_seeded(&bench->random, 1);
	bench->verifier = verifier_new(NULL, &bench->random);
	assert_non_null(bench->verifier);
	bench->rrset = script_rrset(&bench->arena, RRSET);
	bench->zone = script_name(&bench->arena, "example.");
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;
	verifier_free(bench->verifier);
	arena_release(&bench->arena);
	memory_give(bench);
	return 0;
}

static void every_algorithm_verifies(void **state)
{
	struct bench *bench = *state;
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		struct signing_key *key;
		struct record rrsig, again;
		struct dnskey_rdata dnskey;
		assert_int_equal(signing_key_new(algorithms[i].number, algorithms[i].bits, 256, 42,
						 &key),
				 OK);
		assert_int_equal(sign_set(bench, key, &bench->rrset, &rrsig), OK);
		assert_int_equal(sign_set(bench, key, &bench->rrset, &again), OK);
		assert_int_equal(rrsig.rdata_size, again.rdata_size);
		assert_int_equal(memcmp(rrsig.rdata, again.rdata, again.rdata_size) == 0,
				 algorithms[i].repeats);
		const struct record *record = script_dnskey(&bench->arena, "example.", key);
		assert_int_equal(verifier_check(bench->verifier, &bench->rrset, &rrsig, record),
				 SIGNATURE_GOOD);
		assert_int_equal(rdata_dnskey(record, &dnskey), OK);
		if (algorithms[i].bits != 0)
			assert_int_equal(key_bits(&dnskey), algorithms[i].bits);
		assert_int_equal(signing_key_algorithm(key), algorithms[i].number);
		assert_int_equal(signing_key_tag(key), key_tag(record->rdata, record->rdata_size));
		signing_key_free(key);
	}
}

/* RFC 4034 s3.1.8.1 once more, as plainly as can be, for these records. */
static size_t plain_signed_data(const struct rrset *rrset, const struct record *rrsig,
				uint8_t *octets, size_t room)
{
	static const uint8_t owner[] = "\3www\7example";
	struct rrsig_rdata parsed;
	struct writer writer;
	assert_int_equal(rdata_rrsig(rrsig, &parsed), OK);
	writer_init(&writer, octets, room);
	writer_octets(&writer, rrsig->rdata, (size_t)(parsed.signature - rrsig->rdata));
	for (size_t i = 0; i < rrset->count; i++) {
		writer_octets(&writer, owner, sizeof(owner));
		writer_u16(&writer, TYPE_A);
		writer_u16(&writer, CLASS_IN);
		writer_u32(&writer, 300);
		writer_u16(&writer, 4);
		writer_octets(&writer, rrset->records[i]->rdata, 4);
	}
	assert_int_equal(writer.error, OK);
	return writer_used(&writer);
}

static int their_verdict(const struct record *dnskey, const struct record *rrsig,
			 dnssec_binary_t *data)
{
	struct rrsig_rdata parsed;
	dnssec_key_t *key = NULL;
	dnssec_sign_ctx_t *context = NULL;
	dnssec_binary_t rdata = {dnskey->rdata_size, (uint8_t *)(uintptr_t)dnskey->rdata};
	assert_int_equal(rdata_rrsig(rrsig, &parsed), OK);
	dnssec_binary_t signature = {parsed.signature_size, (uint8_t *)(uintptr_t)parsed.signature};
	assert_int_equal(dnssec_key_new(&key), 0);
	assert_int_equal(dnssec_key_set_rdata(key, &rdata), 0);
	assert_int_equal(dnssec_sign_new(&context, key), 0);
	assert_int_equal(dnssec_sign_add(context, data), 0);
	int verdict = dnssec_sign_verify(context, false, &signature);
	dnssec_sign_free(context);
	dnssec_key_free(key);
	return verdict;
}

static void libdnssec_agrees(void **state)
{
	struct bench *bench = *state;
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		struct signing_key *key;
		struct record rrsig;
		uint8_t octets[512];
		assert_int_equal(signing_key_new(algorithms[i].number, algorithms[i].bits, 256, 7,
						 &key),
				 OK);
		assert_int_equal(sign_set(bench, key, &bench->rrset, &rrsig), OK);
		const struct record *dnskey = script_dnskey(&bench->arena, "example.", key);
		dnssec_binary_t data = {.data = octets};
		data.size = plain_signed_data(&bench->rrset, &rrsig, octets, sizeof(octets));
		assert_int_equal(their_verdict(dnskey, &rrsig, &data), 0);
		octets[data.size - 1] ^= 1;
		assert_int_not_equal(their_verdict(dnskey, &rrsig, &data), 0);
		signing_key_free(key);
	}
}

static void assert_same_rdata(const struct signing_key *left, const struct signing_key *right,
			      size_t from)
{
	size_t left_size, right_size;
	const uint8_t *left_rdata = signing_key_rdata(left, &left_size);
	const uint8_t *right_rdata = signing_key_rdata(right, &right_size);
	assert_int_equal(left_size, right_size);
	assert_memory_equal(left_rdata + from, right_rdata + from, left_size - from);
}

static void a_seed_is_a_key(void **state)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
		uint8_t number = algorithms[i].number;
		unsigned bits = algorithms[i].bits;
		struct signing_key *first, *same, *revoked, *other;
		size_t first_size, other_size;
		assert_int_equal(signing_key_new(number, bits, 257, 1, &first), OK);
		assert_int_equal(signing_key_new(number, bits, 257, 1, &same), OK);
		assert_int_equal(signing_key_new(number, bits, 257 | DNSKEY_REVOKE, 1, &revoked),
				 OK);
		assert_int_equal(signing_key_new(number, bits, 257, 2, &other), OK);
		assert_same_rdata(first, same, 0);
		assert_same_rdata(first, revoked, 2); /* the same key with other flags */
		assert_int_not_equal(signing_key_tag(first), signing_key_tag(revoked));
		const uint8_t *first_rdata = signing_key_rdata(first, &first_size);
		const uint8_t *other_rdata = signing_key_rdata(other, &other_size);
		assert_int_equal(first_size, other_size);
		assert_memory_not_equal(first_rdata + 8, other_rdata + 8, first_size - 8);
		signing_key_free(first);
		signing_key_free(same);
		signing_key_free(revoked);
		signing_key_free(other);
	}
}

static void an_unknown_algorithm_gives_a_dummy(void **state)
{
	struct bench *bench = *state;
	struct signing_key *key;
	struct record rrsig, again;
	struct rrsig_rdata parsed;
	assert_int_equal(signing_key_new(200, 0, 257, 5, &key), OK);
	assert_int_equal(sign_set(bench, key, &bench->rrset, &rrsig), OK);
	assert_int_equal(sign_set(bench, key, &bench->rrset, &again), OK);
	assert_int_equal(rrsig.rdata_size, again.rdata_size);
	assert_memory_equal(rrsig.rdata, again.rdata, again.rdata_size);
	assert_int_equal(rdata_rrsig(&rrsig, &parsed), OK);
	assert_int_equal(parsed.algorithm, 200);
	assert_int_equal(parsed.signature_size, 64);
	const struct record *dnskey = script_dnskey(&bench->arena, "example.", key);
	assert_int_equal(verifier_check(bench->verifier, &bench->rrset, &rrsig, dnskey),
			 SIGNATURE_UNSUPPORTED);
	signing_key_free(key);
}

static void the_rrsig_says_what_it_should(void **state)
{
	struct bench *bench = *state;
	struct signing_key *key;
	struct record rrsig;
	struct rrsig_rdata parsed;
	assert_int_equal(signing_key_new(ALGORITHM_ED25519, 0, 256, 5, &key), OK);
	struct rrset wildcard = script_rrset(&bench->arena, "*.sub.example. 60 IN TXT \"x\"");
	bench->zone = script_name(&bench->arena, "EXAMPLE.");
	assert_int_equal(sign_set(bench, key, &wildcard, &rrsig), OK);
	assert_int_equal(rdata_rrsig(&rrsig, &parsed), OK);
	assert_int_equal(rrsig.type, TYPE_RRSIG);
	assert_int_equal(rrsig.class, CLASS_IN);
	assert_int_equal(rrsig.ttl, 60);
	assert_int_equal(parsed.type_covered, TYPE_TXT);
	assert_int_equal(parsed.labels, 2);
	assert_int_equal(parsed.original_ttl, 60);
	assert_int_equal(parsed.inception, times.inception);
	assert_int_equal(parsed.expiration, times.expiration);
	assert_int_equal(parsed.key_tag, signing_key_tag(key));
	assert_true(name_equal_exactly(parsed.signer, script_name(&bench->arena, "example.")));
	signing_key_free(key);
}

static void what_makes_no_key(void **state)
{
	struct bench *bench = *state;
	struct signing_key *key = NULL;
	struct record rrsig;
	assert_int_equal(signing_key_new(ALGORITHM_RSASHA256, 511, 256, 1, &key), ERR_ARGUMENT);
	assert_int_equal(signing_key_new(ALGORITHM_RSASHA256, 4097, 256, 1, &key), ERR_ARGUMENT);
	assert_null(key);
	/* RFC 5702 s2.2: RSA/SHA-512 needs more; the digest does not fit in 512 bits. */
	assert_int_equal(signing_key_new(ALGORITHM_RSASHA512, 512, 256, 1, &key), OK);
	assert_int_equal(sign_set(bench, key, &bench->rrset, &rrsig), ERR_CRYPTO);
	signing_key_free(key);
	signing_key_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_algorithm_verifies, set_up, tear_down),
		cmocka_unit_test_setup_teardown(libdnssec_agrees, set_up, tear_down),
		cmocka_unit_test(a_seed_is_a_key),
		cmocka_unit_test_setup_teardown(an_unknown_algorithm_gives_a_dummy, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(the_rrsig_says_what_it_should, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_makes_no_key, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
