/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Roots that are trusted: out of a file, and what they vouch for. */
#include "pki/certificate.h"
#include "pki/issue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define DATE_FIRST 1577836800
#define DATE_PAST 1609459200

static struct issuer *make_issuer(uint8_t seed)
{
	struct issuer_identity identity = {.common_name = "an authority",
					   .not_before_s = DATE_FIRST,
					   .not_after_s = DATE_PAST};
	struct issuer *issuer;
	memset(identity.seed, seed, sizeof(identity.seed));
	assert_int_equal(issuer_new(&identity, &issuer), OK);
	return issuer;
}

static void write_file(char path[64], const char *text)
{
	(void)snprintf(path, 64, "/tmp/dsfi-trust-XXXXXX");
	int descriptor = mkstemp(path);
	assert_true(descriptor >= 0);
	assert_int_equal(write(descriptor, text, strlen(text)), strlen(text));
	close(descriptor);
}

static void check(const struct trust *trust, const struct issuer *issuer, bool is_self_signed,
		  bool expected)
{
	struct issue_order order = {.names = {"mail.example.com"},
				    .not_before_s = DATE_FIRST,
				    .not_after_s = DATE_PAST,
				    .is_self_signed = is_self_signed};
	struct chain chain = {.count = 0};
	struct issued issued;
	memset(order.seed, 9, sizeof(order.seed));
	assert_int_equal(issue(issuer, &order, &issued), OK);
	assert_int_equal(chain_add(&chain, issued.der, issued.der_size), OK);
	assert_int_equal(trust_has(trust, &chain), expected);
	/* Who would say a secret looks at the dates, too. */
	const char *doubt = trust_doubt(trust, &chain);
	assert_non_null(doubt);
	assert_non_null(strstr(doubt, expected ? "out of date" : "no trusted root"));
	chain_release(&chain);
	issued_release(&issued);
}

/* All of them are long out of date: dates are others' business. */
static void test_file(void **state)
{
	char path[64];
	struct complaint complaint;
	struct trust *trust;
	struct issuer *issuer = make_issuer(1);
	struct issuer *stranger = make_issuer(2);
	write_file(path, issuer_pem(issuer));
	assert_int_equal(trust_new(path, &complaint, &trust), OK);
	unlink(path);
	check(trust, issuer, false, true);
	check(trust, issuer, true, false);
	check(trust, stranger, false, false);
	const struct chain none = {.count = 0};
	assert_false(trust_has(trust, &none));
	assert_non_null(trust_doubt(trust, &none));
	trust_free(trust);
	issuer_free(issuer);
	issuer_free(stranger);
}

static void test_bad_files(void **state)
{
	char path[64];
	struct complaint complaint = {""};
	struct trust *trust = NULL;
	write_file(path, "no certificate in here\n");
	assert_int_equal(trust_new(path, &complaint, &trust), ERR_NOT_FOUND);
	assert_non_null(strstr(complaint.text, path));
	unlink(path);
	assert_int_equal(trust_new(path, &complaint, &trust), ERR_NOT_FOUND);
	assert_null(trust);
}

/* The same orders give the same octets: worlds rest on that. */
static void test_repeats(void **state)
{
	struct issue_order order = {.names = {"a.example", "b.example"},
				    .not_before_s = DATE_FIRST,
				    .not_after_s = DATE_PAST,
				    .with_issuer = true};
	struct issued first;
	struct issued second;
	struct issuer *issuer = make_issuer(1);
	struct issuer *again = make_issuer(1);
	assert_int_equal(issue(issuer, &order, &first), OK);
	assert_int_equal(issue(again, &order, &second), OK);
	assert_int_equal(first.der_size, second.der_size);
	assert_memory_equal(first.der, second.der, first.der_size);
	assert_string_equal(first.chain_pem, second.chain_pem);
	assert_string_equal(first.key_pem, second.key_pem);
	issued_release(&first);
	issued_release(&second);
	issuer_free(issuer);
	issuer_free(again);
}

static void test_no_certificate(void **state)
{
	struct certificate *certificate = NULL;
	static const uint8_t rubbish[] = {0x30, 0x82, 0xff, 0xff, 1, 2, 3};
	assert_int_equal(certificate_new(rubbish, sizeof(rubbish), &certificate), ERR_FORMAT);
	assert_int_equal(certificate_new(rubbish, 0, &certificate), ERR_FORMAT);
	assert_null(certificate);
}

static struct certificate *certificate_of(const struct issued *issued)
{
	struct certificate *certificate;
	assert_int_equal(certificate_new(issued->der, issued->der_size, &certificate), OK);
	return certificate;
}

static struct issued issue_one(void)
{
	const struct issue_order order = {
		.names = {"ns1.example"}, .not_before_s = DATE_FIRST, .not_after_s = DATE_PAST};
	struct issued issued;
	struct issuer *issuer = make_issuer(1);
	assert_int_equal(issue(issuer, &order, &issued), OK);
	issuer_free(issuer);
	return issued;
}

static void test_names_and_dates(void **state)
{
	struct issued issued = issue_one();
	struct certificate *certificate = certificate_of(&issued);
	assert_true(certificate_is_for(certificate, "ns1.example"));
	assert_true(certificate_is_for(certificate, "NS1.Example"));
	assert_false(certificate_is_for(certificate, "ns2.example"));
	assert_false(certificate_is_for(certificate, "a.ns1.example"));
	assert_int_equal(certificate_not_before(certificate), DATE_FIRST);
	assert_int_equal(certificate_not_after(certificate), DATE_PAST);
	certificate_free(certificate);
	issued_release(&issued);
}

/* Whatever octets come, they are read or not, and nothing else happens. */
static void test_rubbish(void **state)
{
	struct issued issued = issue_one();
	struct certificate *certificate;
	for (size_t i = 0; i < issued.der_size; i++) {
		assert_int_equal(certificate_new(issued.der, i, &certificate), ERR_FORMAT);
		issued.der[i] ^= 0x81;
		if (certificate_new(issued.der, issued.der_size, &certificate) == OK) {
			(void)certificate_is_for(certificate, "ns1.example");
			certificate_free(certificate);
		}
		issued.der[i] ^= 0x81;
	}
	issued_release(&issued);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_repeats),
		cmocka_unit_test(test_no_certificate),
		cmocka_unit_test(test_names_and_dates),
		cmocka_unit_test(test_rubbish),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
