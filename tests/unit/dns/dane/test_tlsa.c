/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TLSA records of every usage against chains of every kind: RFC 7671's rules, one by one. */
#include "dns/dane/tlsa.h"
#include "pki/issue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define DATE_FIRST 1577836800
#define DATE_LAST 2524521600

struct lab {
	struct issuer *issuer, *stranger;
	struct chain whole; /* the server's own, its authority's */
	struct chain alone;
	struct chain foreign; /* the server's own, with somebody else's authority behind it */
	struct certificate *anchor;
};

static struct issuer *make_issuer(uint8_t seed)
{
	struct issuer_identity identity = {.common_name = "an authority",
					   .not_before_s = DATE_FIRST,
					   .not_after_s = DATE_LAST};
	struct issuer *issuer;
	memset(identity.seed, seed, sizeof(identity.seed));
	assert_int_equal(issuer_new(&identity, &issuer), OK);
	return issuer;
}

static void add_issuer(struct chain *chain, const struct issuer *issuer)
{
	size_t size;
	const uint8_t *der = issuer_der(issuer, &size);
	assert_int_equal(chain_add(chain, der, size), OK);
}

static int set_up(void **state)
{
	static struct lab lab;
	struct issue_order order = {.names = {"mail.example.com", "*.example.net"},
				    .not_before_s = DATE_FIRST,
				    .not_after_s = DATE_LAST};
	struct issued issued;
	size_t size;
	lab = (struct lab){.issuer = make_issuer(1), .stranger = make_issuer(2)};
	memset(order.seed, 3, sizeof(order.seed));
	assert_int_equal(issue(lab.issuer, &order, &issued), OK);
	assert_int_equal(chain_add(&lab.whole, issued.der, issued.der_size), OK);
	assert_int_equal(chain_add(&lab.alone, issued.der, issued.der_size), OK);
	assert_int_equal(chain_add(&lab.foreign, issued.der, issued.der_size), OK);
	add_issuer(&lab.whole, lab.issuer);
	add_issuer(&lab.foreign, lab.stranger);
	issued_release(&issued);
	const uint8_t *der = issuer_der(lab.issuer, &size);
	assert_int_equal(certificate_new(der, size, &lab.anchor), OK);
	*state = &lab;
	return 0;
}

static int tear_down(void **state)
{
	struct lab *lab = *state;
	chain_release(&lab->whole);
	chain_release(&lab->alone);
	chain_release(&lab->foreign);
	certificate_free(lab->anchor);
	issuer_free(lab->issuer);
	issuer_free(lab->stranger);
	return 0;
}

static struct tlsa digest_of(const struct certificate *certificate, uint8_t usage,
			     uint8_t digest[TLSA_SHA256_OCTETS])
{
	tlsa_digest(certificate, TLSA_KEY, digest);
	return (struct tlsa){usage, TLSA_KEY, TLSA_SHA256, TLSA_SHA256_OCTETS, digest};
}

static void test_own(void **state)
{
	const struct lab *lab = *state;
	uint8_t digest[TLSA_SHA256_OCTETS];
	struct tlsa tlsa = digest_of(lab->alone.items[0], TLSA_DANE_EE, digest);
	assert_int_equal(tlsa_judge(&tlsa, &lab->alone, false), TLSA_VERDICT_YES);
	tlsa.usage = TLSA_PKIX_EE;
	assert_int_equal(tlsa_judge(&tlsa, &lab->alone, false), TLSA_VERDICT_UNTRUSTED);
	assert_int_equal(tlsa_judge(&tlsa, &lab->alone, true), TLSA_VERDICT_ANCHORED);
	/* Nobody vouches for oneself. */
	tlsa.usage = TLSA_DANE_TA;
	assert_int_equal(tlsa_judge(&tlsa, &lab->whole, true), TLSA_VERDICT_NO_ANCHOR);
	tlsa = digest_of(lab->anchor, TLSA_DANE_EE, digest);
	assert_int_equal(tlsa_judge(&tlsa, &lab->whole, true), TLSA_VERDICT_NO);
}

static void test_anchor(void **state)
{
	const struct lab *lab = *state;
	uint8_t digest[TLSA_SHA256_OCTETS];
	struct tlsa tlsa = digest_of(lab->anchor, TLSA_DANE_TA, digest);
	assert_int_equal(tlsa_judge(&tlsa, &lab->whole, false), TLSA_VERDICT_ANCHORED);
	assert_int_equal(tlsa_judge(&tlsa, &lab->alone, false), TLSA_VERDICT_NO_ANCHOR);
	assert_int_equal(tlsa_judge(&tlsa, &lab->foreign, false), TLSA_VERDICT_NO_ANCHOR);
	assert_true(chain_is_whole(&lab->whole));
	assert_false(chain_is_whole(&lab->alone));
	/* What is presented above the anchor is nobody's concern. */
	struct chain taller = lab->whole;
	assert_int_equal(taller.count, 2);
	taller.items[taller.count++] = lab->foreign.items[1];
	assert_int_equal(tlsa_path_length(&tlsa, &taller), 2);
	tlsa.usage = TLSA_PKIX_EE;
	assert_int_equal(tlsa_path_length(&tlsa, &taller), 1);
	/* The stranger's certificate is there, and has not signed the server's. */
	tlsa = digest_of(lab->foreign.items[1], TLSA_DANE_TA, digest);
	assert_int_equal(tlsa_judge(&tlsa, &lab->foreign, false), TLSA_VERDICT_BROKEN);
	tlsa.usage = TLSA_PKIX_TA;
	assert_int_equal(tlsa_judge(&tlsa, &lab->whole, false), TLSA_VERDICT_UNTRUSTED);
	assert_int_equal(tlsa_judge(&tlsa, &lab->whole, true), TLSA_VERDICT_OPEN);
}

/* RFC 7671 s5.2.1: the record may hold the anchor itself. */
static void test_held(void **state)
{
	const struct lab *lab = *state;
	size_t size;
	const uint8_t *der = certificate_der(lab->anchor, &size);
	struct tlsa tlsa = {TLSA_DANE_TA, TLSA_CERTIFICATE, TLSA_FULL, (uint16_t)size, der};
	assert_int_equal(tlsa_judge(&tlsa, &lab->alone, false), TLSA_VERDICT_ANCHORED);
	tlsa.data = certificate_der(lab->foreign.items[1], &size);
	tlsa.size = (uint16_t)size;
	assert_int_equal(tlsa_judge(&tlsa, &lab->alone, false), TLSA_VERDICT_NO_ANCHOR);
	tlsa.selector = TLSA_KEY;
	tlsa.data = certificate_key(lab->anchor, &size);
	tlsa.size = (uint16_t)size;
	assert_int_equal(tlsa_judge(&tlsa, &lab->alone, false), TLSA_VERDICT_OPEN);
}

static void test_names(void **state)
{
	const struct lab *lab = *state;
	const struct certificate *own = lab->alone.items[0];
	assert_true(certificate_is_for(own, "mail.example.com"));
	assert_true(certificate_is_for(own, "MAIL.example.com"));
	assert_true(certificate_is_for(own, "mx.example.net"));
	assert_false(certificate_is_for(own, "a.mx.example.net"));
	assert_false(certificate_is_for(own, "example.net"));
	assert_false(certificate_is_for(own, "mail.example.org"));
	assert_false(certificate_is_for(own, ""));
	assert_int_equal(certificate_not_before(own), DATE_FIRST);
	assert_int_equal(certificate_not_after(own), DATE_LAST);
}

static void test_faults(void **state)
{
	static const struct {
		uint8_t head[3];
		uint8_t size; /* of zeros behind it */
		enum tlsa_fault fault;
		bool is_for_mail;
	} trials[] = {
		{{3, 1, 1}, 32, TLSA_SOUND, true},
		{{2, 0, 2}, 64, TLSA_SOUND, true},
		{{0, 0, 1}, 32, TLSA_SOUND, false},
		{{1, 1, 1}, 32, TLSA_SOUND, false},
		{{3, 1, 1}, 31, TLSA_WRONG_SIZE, false},
		{{3, 1, 1}, 64, TLSA_WRONG_SIZE, false},
		{{3, 1, 2}, 32, TLSA_WRONG_SIZE, false},
		{{3, 1, 1}, 0, TLSA_SHORT, false},
		{{4, 1, 1}, 32, TLSA_UNKNOWN_USAGE, false},
		{{255, 1, 1}, 32, TLSA_UNKNOWN_USAGE, false},
		{{3, 2, 1}, 32, TLSA_UNKNOWN_SELECTOR, false},
		{{3, 1, 3}, 32, TLSA_UNKNOWN_MATCHING, false},
		{{3, 0, 0}, 40, TLSA_NO_DER, false},
		{{3, 1, 0}, 40, TLSA_NO_DER, false},
	};
	for (size_t i = 0; i < sizeof(trials) / sizeof(trials[0]); i++) {
		uint8_t rdata[3 + UINT8_MAX] = {0};
		memcpy(rdata, trials[i].head, 3);
		const size_t size = 3u + trials[i].size;
		assert_int_equal(tlsa_fault(rdata, size), trials[i].fault);
		assert_int_equal(tlsa_is_usable(rdata, size, TLSA_SMTP), trials[i].is_for_mail);
		assert_int_equal(tlsa_is_usable(rdata, size, TLSA_HTTPS),
				 trials[i].fault == TLSA_SOUND);
	}
	assert_int_equal(tlsa_fault((const uint8_t[2]){3, 1}, 2), TLSA_SHORT);
}

static void test_owner(void **state)
{
	static const uint8_t host[] = "\4mail\7example";
	struct name name;
	uint16_t port = 0;
	assert_int_equal(tlsa_name(host, 25, &name), OK);
	assert_memory_equal(name.octets, "\3_25\4_tcp\4mail\7example", 23);
	const uint8_t *found = tlsa_host(name.octets, &port);
	assert_ptr_equal(found, name.octets + 9);
	assert_int_equal(port, 25);
	assert_null(tlsa_host(host, &port));
	assert_null(tlsa_host((const uint8_t *)"\7_999999\4_tcp", &port));
	assert_null(tlsa_host((const uint8_t *)"\6_99999\4_tcp", &port));
	assert_null(tlsa_host((const uint8_t *)"\3_25\4_udp", &port));
	assert_null(tlsa_host((const uint8_t *)"\3_25", &port));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own),    cmocka_unit_test(test_anchor),
		cmocka_unit_test(test_held),   cmocka_unit_test(test_names),
		cmocka_unit_test(test_faults), cmocka_unit_test(test_owner),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
