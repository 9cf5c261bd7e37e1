/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a chain is worth: names, dates, roots, octets that are no certificate. */
#include "../failing_memory.h"
#include "net/trust.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define BEGIN 1700000000
#define END 1710000000

static struct tls_context *make(const char *name)
{
	struct tls_context *context;
	const struct tls_identity identity = {
		.common_name = name, .not_before = BEGIN, .not_after = END};
	assert_int_equal(tls_server_new(&identity, "dot", NULL, &context), OK);
	return context;
}

static struct tls_certificate certificate_of(const struct tls_context *context)
{
	struct tls_certificate certificate;
	tls_context_certificate(context, &certificate.der, &certificate.size);
	return certificate;
}

static void to_pem(const struct tls_certificate *certificate, char *pem, size_t room)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t at = (size_t)snprintf(pem, room, "-----BEGIN CERTIFICATE-----\n");
	for (size_t i = 0; i < certificate->size; i += 3) {
		const size_t left = certificate->size - i;
		unsigned group = (unsigned)certificate->der[i] << 16;
		group |= left > 1 ? (unsigned)certificate->der[i + 1] << 8 : 0;
		group |= left > 2 ? certificate->der[i + 2] : 0;
		assert_true(at + 6 < room);
		pem[at++] = digits[group >> 18];
		pem[at++] = digits[group >> 12 & 63];
		pem[at++] = left > 1 ? digits[group >> 6 & 63] : '=';
		pem[at++] = left > 2 ? digits[group & 63] : '=';
		if (i % 48 == 45)
			pem[at++] = '\n';
	}
	snprintf(pem + at, room - at, "\n-----END CERTIFICATE-----\n");
}

static void test_names_and_dates(void **state)
{
	struct tls_context *context = make("ns1.example");
	const struct tls_certificate certificate = certificate_of(context);
	struct tls_verdict verdict = tls_judge(NULL, &certificate, 1, "ns1.example");
	assert_true(verdict.is_readable && verdict.name_fits && !verdict.is_trusted);
	assert_int_equal(verdict.not_before_s, BEGIN);
	assert_int_equal(verdict.not_after_s, END);
	assert_true(tls_judge(NULL, &certificate, 1, "NS1.Example").name_fits);
	assert_false(tls_judge(NULL, &certificate, 1, "ns2.example").name_fits);
	assert_false(tls_judge(NULL, &certificate, 1, "a.ns1.example").name_fits);
	assert_false(tls_judge(NULL, &certificate, 1, NULL).name_fits);
	assert_false(tls_judge(NULL, &certificate, 0, "ns1.example").is_readable);
	tls_context_free(context);
}

static void test_roots(void **state)
{
	char pem[4096];
	struct tls_trust *trust;
	struct tls_context *known = make("ns1.example"), *unknown = make("ns1.example");
	const struct tls_certificate here = certificate_of(known), there = certificate_of(unknown);
	to_pem(&here, pem, sizeof(pem));
	assert_int_equal(tls_trust_from_pem(pem, &trust), OK);
	/* Its dates are over, and that is not what is asked here. */
	assert_true(tls_judge(trust, &here, 1, NULL).is_trusted);
	assert_false(tls_judge(trust, &there, 1, NULL).is_trusted);
	tls_trust_free(trust);
	assert_int_equal(tls_trust_from_pem("no certificate", &trust), ERR_FORMAT);
	assert_int_equal(tls_trust_system(&trust), OK);
	assert_false(tls_judge(trust, &here, 1, NULL).is_trusted);
	tls_trust_free(trust);
	tls_trust_free(NULL);
	tls_context_free(known);
	tls_context_free(unknown);
	assert_int_equal(memory_in_use(), 0);
}

/* Whatever octets come, they are read or not, and nothing else happens. */
static void test_rubbish(void **state)
{
	uint8_t copy[2048], key[2048];
	size_t size;
	struct tls_context *context = make("ns1.example");
	const struct tls_certificate certificate = certificate_of(context);
	assert_true(certificate.size <= sizeof(copy));
	assert_int_equal(tls_public_key(&certificate, key, sizeof(key), &size), OK);
	assert_int_equal(tls_public_key(&certificate, key, 10, &size), ERR_LIMIT);
	for (size_t i = 0; i < certificate.size; i++) {
		memcpy(copy, certificate.der, certificate.size);
		copy[i] ^= 0x81;
		const struct tls_certificate bad[2] = {{copy, certificate.size}, {copy, i}};
		const struct tls_verdict verdict = tls_judge(NULL, bad, 2, "ns1.example");
		assert_false(verdict.is_trusted);
		(void)!tls_public_key(&bad[0], key, sizeof(key), &size);
		assert_int_equal(tls_public_key(&bad[1], key, sizeof(key), &size), ERR_FORMAT);
	}
	tls_context_free(context);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_and_dates),
		cmocka_unit_test(test_roots),
		cmocka_unit_test(test_rubbish),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
