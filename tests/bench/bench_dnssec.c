/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CPU time of what validation is made of: a signature verified by us (everything included: checks,
 * canonical data, memory looked up, hash), by OpenSSL and by libdnssec with the key and the
 * canonical data at hand; a signature remembered; an NSEC3 hash; a signature made. The fastest of
 * several batches counts, ours and theirs in turn, since the machine is shared.
 */
#include "base/bytes.h"
#include "base/random.h"
#include "dns/dnssec/denial.h"
#include "dns/dnssec/key.h"
#include "dns/dnssec/sign.h"
#include "dns/dnssec/verify.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <libdnssec/key.h>
#include <libdnssec/nsec.h>
#include <libdnssec/sign.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { BATCHES = 15, BATCH_US = 8000, SIGNATURES = 64 };

static const struct signing_times times = {.inception = 1700000000, .expiration = 1900000000};
static const uint8_t zone[] = "\7example\3com";

struct subject {
	struct arena arena;
	struct verifier *verifier; /* forgets at once */
	struct verifier *memory;   /* remembers */
	struct signing_key *key;
	struct record dnskey;
	struct rrset rrset;
	struct record rrsigs[SIGNATURES]; /* alike but for the expiration */
	unsigned turn;
	uint8_t data[1024]; /* what the first RRSIG signs */
	size_t data_size;
	struct rrsig_rdata rrsig;
	EVP_PKEY *evp;
	EVP_MD_CTX *evp_context;
	uint8_t evp_signature[512];
	size_t evp_signature_size;
	dnssec_key_t *libdnssec;
};

typedef void work(struct subject *subject);

static double now_us(void)
{
	struct timespec time;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/* How often fits one batch? */
static unsigned calibrate(work *one, struct subject *subject)
{
	double start = now_us();
	for (unsigned i = 0; i < 4; i++)
		one(subject);
	double each = (now_us() - start) / 4;
	return each > BATCH_US ? 1 : (unsigned)(BATCH_US / (each + 0.001)) + 1;
}

/* Microseconds of each, taking turns. NULL is skipped. */
static void measure(work *const works[], size_t count, struct subject *subject, double *ret_us)
{
	unsigned rounds[8] = {0};
	assert(count <= 8);
	for (size_t i = 0; i < count; i++) {
		ret_us[i] = 1e12;
		rounds[i] = works[i] != NULL ? calibrate(works[i], subject) : 0;
	}
	for (unsigned batch = 0; batch < BATCHES; batch++) {
		for (size_t i = 0; i < count; i++) {
			double start = now_us();
			for (unsigned round = 0; round < rounds[i]; round++)
				works[i](subject);
			double each = rounds[i] > 0 ? (now_us() - start) / rounds[i] : 0;
			if (each < ret_us[i])
				ret_us[i] = each;
		}
	}
}

/* Data of the first signature, as RFC 4034 s3.1.8.1 says. */
static void build_data(struct subject *subject)
{
	struct writer writer;
	const struct rrset *rrset = &subject->rrset;
	writer_init(&writer, subject->data, sizeof(subject->data));
	writer_octets(&writer, subject->rrsigs[0].rdata, subject->rrsig.signed_head_size);
	for (size_t i = 0; i < rrset->count; i++) {
		writer_octets(&writer, rrset->owner, name_size(rrset->owner));
		writer_u16(&writer, rrset->type);
		writer_u16(&writer, rrset->class);
		writer_u32(&writer, subject->rrsig.original_ttl);
		writer_u16(&writer, rrset->records[i]->rdata_size);
		writer_octets(&writer, rrset->records[i]->rdata, rrset->records[i]->rdata_size);
	}
	assert(writer.error == 0);
	subject->data_size = writer_used(&writer);
}

static EVP_PKEY *evp_from_params(const char *kind, OSSL_PARAM *params)
{
	EVP_PKEY *made = NULL;
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
	int done = EVP_PKEY_fromdata_init(context) == 1 &&
		   EVP_PKEY_fromdata(context, &made, EVP_PKEY_PUBLIC_KEY, params) == 1;
	assert(done && made != NULL);
	EVP_PKEY_CTX_free(context);
	return made;
}

static EVP_PKEY *evp_rsa(const struct dnskey_rdata *key)
{
	BIGNUM *e = BN_bin2bn(key->key + 1, key->key[0], NULL);
	BIGNUM *n =
		BN_bin2bn(key->key + 1 + key->key[0], (int)key->key_size - 1 - key->key[0], NULL);
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n);
	OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e);
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(builder);
	EVP_PKEY *made = evp_from_params("RSA", params);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(builder);
	BN_free(e);
	BN_free(n);
	return made;
}

static EVP_PKEY *evp_ec(const struct dnskey_rdata *key)
{
	uint8_t point[97] = {4};
	memcpy(point + 1, key->key, key->key_size);
	char *group = key->key_size == 64 ? "P-256" : "P-384";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point,
						  key->key_size + 1),
		OSSL_PARAM_construct_end(),
	};
	return evp_from_params("EC", params);
}

static void evp_set_up(struct subject *subject, const struct dnskey_rdata *key)
{
	const uint8_t *octets = subject->rrsig.signature;
	size_t size = subject->rrsig.signature_size;
	subject->evp_context = EVP_MD_CTX_new();
	memcpy(subject->evp_signature, octets, size);
	subject->evp_signature_size = size;
	if (key->algorithm == ALGORITHM_ED25519 || key->algorithm == ALGORITHM_ED448) {
		int id = key->algorithm == ALGORITHM_ED25519 ? EVP_PKEY_ED25519 : EVP_PKEY_ED448;
		subject->evp = EVP_PKEY_new_raw_public_key(id, NULL, key->key, key->key_size);
		return;
	}
	if (key->algorithm < ALGORITHM_ECDSAP256) {
		subject->evp = evp_rsa(key);
		return;
	}
	subject->evp = evp_ec(key);
	ECDSA_SIG *signature = ECDSA_SIG_new();
	uint8_t *der = subject->evp_signature;
	ECDSA_SIG_set0(signature, BN_bin2bn(octets, (int)size / 2, NULL),
		       BN_bin2bn(octets + size / 2, (int)size / 2, NULL));
	subject->evp_signature_size = (size_t)i2d_ECDSA_SIG(signature, &der);
	ECDSA_SIG_free(signature);
}

static void set_up(struct subject *subject, uint8_t algorithm, unsigned bits)
{
	static const char *const lines[] = {"www.example.com. 300 IN AAAA 2001:db8::1",
					    "www.example.com. 300 IN AAAA 2001:db8::2",
					    "www.example.com. 300 IN AAAA 2001:db8::3",
					    "www.example.com. 300 IN AAAA 2001:db8::4"};
	static struct record records[4];
	struct random random;
	struct dnskey_rdata dnskey;
	struct verifier_limits limits = {.memories = 1};
	size_t size;
	*subject = (struct subject){0};
	random_system(&random);
	arena_init(&subject->arena, 1 << 20, 0);
	subject->verifier = verifier_new(&limits, &random);
	subject->memory = verifier_new(NULL, &random);
	int error = signing_key_new(algorithm, bits, 257, 1, &subject->key);
	assert(error == OK && subject->verifier != NULL && subject->memory != NULL);
	const uint8_t *rdata = signing_key_rdata(subject->key, &size);
	subject->dnskey = (struct record){.owner = zone,
					  .rdata = rdata,
					  .rdata_size = (uint16_t)size,
					  .type = TYPE_DNSKEY,
					  .class = CLASS_IN};
	struct message message = {.records = records, .record_count = 4};
	for (size_t i = 0; i < 4; i++) {
		error = record_from_text(&subject->arena, lines[i], &records[i], NULL);
		assert(error == OK);
	}
	error = message_rrset(&subject->arena, &message,
			      &(struct rrset_key){SECTIONS_ALL, records[0].owner, TYPE_AAAA},
			      &subject->rrset);
	assert(error == OK);
	for (uint32_t i = 0; i < SIGNATURES; i++) {
		struct signer signer = {
			subject->key, zone, {times.inception, times.expiration + i}};
		error = sign_rrset(&subject->arena, &signer, &subject->rrset, &subject->rrsigs[i]);
		assert(error == OK);
	}
	error = rdata_rrsig(&subject->rrsigs[0], &subject->rrsig);
	assert(error == OK);
	error = rdata_dnskey(&subject->dnskey, &dnskey);
	assert(error == OK);
	build_data(subject);
	evp_set_up(subject, &dnskey);
	dnssec_binary_t octets = {size, (uint8_t *)(uintptr_t)rdata};
	error = dnssec_key_new(&subject->libdnssec);
	assert(error == 0);
	error = dnssec_key_set_rdata(subject->libdnssec, &octets);
	assert(error == 0);
}

static void tear_down(struct subject *subject)
{
	dnssec_key_free(subject->libdnssec);
	EVP_PKEY_free(subject->evp);
	EVP_MD_CTX_free(subject->evp_context);
	verifier_free(subject->verifier);
	verifier_free(subject->memory);
	signing_key_free(subject->key);
	arena_release(&subject->arena);
}

/* Another signature each time, and a memory of two: never remembered. */
static void verify_ours(struct subject *subject)
{
	const struct record *rrsig = &subject->rrsigs[subject->turn++ % SIGNATURES];
	enum signature_result result =
		verifier_check(subject->verifier, &subject->rrset, rrsig, &subject->dnskey);
	assert(result == SIGNATURE_GOOD);
}

static void verify_openssl(struct subject *subject)
{
	uint8_t algorithm = signing_key_algorithm(subject->key);
	const EVP_MD *hash = algorithm == ALGORITHM_ECDSAP384 ? EVP_sha384()
			     : algorithm >= ALGORITHM_ED25519 ? NULL
			     : algorithm == ALGORITHM_RSASHA1 ? EVP_sha1()
							      : EVP_sha256();
	EVP_MD_CTX_reset(subject->evp_context);
	int verdict =
		EVP_DigestVerifyInit(subject->evp_context, NULL, hash, NULL, subject->evp) == 1 &&
		EVP_DigestVerify(subject->evp_context, subject->evp_signature,
				 subject->evp_signature_size, subject->data,
				 subject->data_size) == 1;
	assert(verdict == 1);
}

static void verify_libdnssec(struct subject *subject)
{
	dnssec_sign_ctx_t *context = NULL;
	dnssec_binary_t data = {subject->data_size, subject->data};
	dnssec_binary_t signature = {subject->rrsig.signature_size,
				     (uint8_t *)(uintptr_t)subject->rrsig.signature};
	int verdict = dnssec_sign_new(&context, subject->libdnssec);
	assert(verdict == 0);
	verdict = dnssec_sign_add(context, &data);
	assert(verdict == 0);
	verdict = dnssec_sign_verify(context, false, &signature);
	assert(verdict == 0);
	dnssec_sign_free(context);
}

static void verify_remembered(struct subject *subject)
{
	enum signature_result result = verifier_check(subject->memory, &subject->rrset,
						      &subject->rrsigs[0], &subject->dnskey);
	assert(result == SIGNATURE_GOOD);
}

static void sign_ours(struct subject *subject)
{
	struct arena arena;
	struct record rrsig;
	arena_init(&arena, 1 << 16, 0);
	struct signer signer = {subject->key, zone, times};
	int error = sign_rrset(&arena, &signer, &subject->rrset, &rrsig);
	assert(error == OK);
	arena_release(&arena);
}

static void verify_with_new_key(struct subject *subject)
{
	struct random random;
	struct verifier_limits limits = {.keys = 1, .memories = 1};
	random_seeded(&random, 1);
	struct verifier *verifier = verifier_new(&limits, &random);
	enum signature_result result =
		verifier_check(verifier, &subject->rrset, &subject->rrsigs[0], &subject->dnskey);
	assert(result == SIGNATURE_GOOD);
	verifier_free(verifier);
}

static void new_verifier(struct subject *subject)
{
	struct random random;
	struct verifier_limits limits = {.keys = 1, .memories = 1};
	(void)subject;
	random_seeded(&random, 1);
	verifier_free(verifier_new(&limits, &random));
}

static void bench_algorithms(void)
{
	static const struct {
		uint8_t number;
		unsigned bits;
	} cases[] = {{ALGORITHM_RSASHA1, 1024},   {ALGORITHM_RSASHA256, 1024},
		     {ALGORITHM_RSASHA256, 2048}, {ALGORITHM_RSASHA256, 4096},
		     {ALGORITHM_ECDSAP256, 0},    {ALGORITHM_ECDSAP384, 0},
		     {ALGORITHM_ED25519, 0},      {ALGORITHM_ED448, 0}};
	static work *const works[] = {verify_ours, verify_openssl, verify_libdnssec,
				      verify_remembered, sign_ours};
	printf("us CPU            bits |  verify: ours  OpenSSL  libdnssec | remembered |     "
	       "sign\n");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		static struct subject subject;
		char buffer[24];
		double us[5];
		set_up(&subject, cases[i].number, cases[i].bits);
		measure(works, 5, &subject, us);
		printf("%-15s %6u | %12.1f %8.1f %10.1f | %10.2f | %8.1f\n",
		       algorithm_name(cases[i].number, buffer), cases[i].bits, us[0], us[1], us[2],
		       us[3], us[4]);
		tear_down(&subject);
	}
}

static void bench_new_key(void)
{
	static struct subject subject;
	static work *const works[] = {verify_ours, verify_with_new_key, new_verifier};
	double us[3];
	set_up(&subject, ALGORITHM_ECDSAP256, 0);
	measure(works, 3, &subject, us);
	printf("P-256, key seen for the first time: %.1f us more\n", us[1] - us[2] - us[0]);
	tear_down(&subject);
}

/* The turn of the subject holds the iterations here. */
static void hash_ours(struct subject *subject)
{
	static const uint8_t name[] = "\10d0001234\7example\3com";
	uint8_t hash[NSEC3_HASH_OCTETS];
	int error = nsec3_hash(name, NULL, 0, (uint16_t)subject->turn, hash);
	assert(error == OK);
}

static void hash_libdnssec(struct subject *subject)
{
	static uint8_t name[] = "\10d0001234\7example\3com";
	dnssec_binary_t octets = {sizeof(name), name};
	dnssec_nsec3_params_t params = {.algorithm = DNSSEC_NSEC3_ALGORITHM_SHA1,
					.iterations = (uint16_t)subject->turn};
	dnssec_binary_t hash = {0};
	int error = dnssec_nsec3_hash(&octets, &params, &hash);
	assert(error == 0);
	dnssec_binary_free(&hash);
}

static void bench_hashes(void)
{
	static work *const works[] = {hash_ours, hash_libdnssec};
	static const unsigned iterations[] = {0, 10, 100, 500};
	for (size_t i = 0; i < sizeof(iterations) / sizeof(iterations[0]); i++) {
		struct subject subject = {.turn = iterations[i]};
		double us[2];
		measure(works, 2, &subject, us);
		printf("NSEC3 hash, %3u iterations: %6.2f us, libdnssec %6.2f us\n", iterations[i],
		       us[0], us[1]);
	}
}

int main(void)
{
	bench_algorithms();
	bench_new_key();
	bench_hashes();
	return 0;
}
