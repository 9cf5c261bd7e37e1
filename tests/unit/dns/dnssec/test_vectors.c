/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signatures printed in the RFCs of their algorithms. */
#include "base/random.h"
#include "dns/dnssec/verify.h"
#include "script.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *name;
	const char *key;
	const char *rrset;
	const char *rrsig;
} vectors[] = {
	{
		"RFC 5702 s6.1, RSA/SHA-256, 512 bits",
		"example.net. 3600 IN DNSKEY 256 3 8 "
		"AwEAAcFcGsaxxdgiuuGmCkVImy4h99CqT7jwY3pexPGcnUFtR2Fh36BponcwtkZ4cAgtvd4Qs8PkxUdp6p"
		"/DlUmObdk=",
		"www.example.net. 3600 IN A 192.0.2.91",
		"www.example.net. 3600 IN RRSIG A 8 3 3600 20300101000000 20000101000000 9033 "
		"example.net. kRCOH6u7l0QGy9qpC9l1sLncJcOKFLJ7GhiUOibu4teYp5VE9RncriShZ"
		"Nz85mwlMgNEac"
		"FYK/lPtPiVYP4bwg==",
	},
	{
		"RFC 6605 s6.1, ECDSA P-256",
		"example.net. 3600 IN DNSKEY 257 3 13 GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTm"
		"eexv7bR6edbkr"
		"SqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==",
		"www.example.net. 3600 IN A 192.0.2.1",
		"www.example.net. 3600 IN RRSIG A 13 3 3600 20100909100439 20100812100439 55648 "
		"example.net. qx6wLYqmh+l9oCKTN6qIc+bw6ya+KJ8oMz0YP107epXAyGmt+3SNruPFK"
		"G7tZoLBLlUzGG"
		"us7ZwmwWep666VCw==",
	},
	{
		"RFC 6605 s6.2, ECDSA P-384",
		"example.net. 3600 IN DNSKEY 257 3 14 xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+S"
		"ErKivBVSum1w/"
		"egsXvSADtNJhyem5RCOpgQ6K8X1DRSEkrbYQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNg"
		"F6W/qTI37m40",
		"www.example.net. 3600 IN A 192.0.2.1",
		"www.example.net. 3600 IN RRSIG A 14 3 3600 20100909102025 20100812102025 10771 "
		"example.net. /L5hDKIvGDyI1fcARX3z65qrmPsVz73QD1Mr5CEqOiLP95hxQouuroGCe"
		"ZOvzFaxsT8Glr"
		"74hbavRKayJNuydCuzWTSSPdz7wnqXL5bdcJzusdnI0RSMROxxwGipWcJm",
	},
	{
		"RFC 8080 s6.1, Ed25519",
		"example.com. 3600 IN DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
		"example.com. 3600 IN MX 10 mail.example.com.",
		"example.com. 3600 IN RRSIG MX 15 2 3600 1440021600 1438207200 3613 example.com. "
		"oL9krJun7xfBOIWcGHi7mag5/hdZrKWw15jPGrHpjQeRAvTdszaPD+QLs3fx8A4M3e23mRZ9VrbpMngwcr"
		"qNAg==",
	},
	{
		"RFC 8080 s6.1, Ed25519, the other key",
		"example.com. 3600 IN DNSKEY 257 3 15 zPnZ/QwEe7S8C5SPz2OfS5RR40ATk2/rYnE9xHIEijs=",
		"example.com. 3600 IN MX 10 mail.example.com.",
		"example.com. 3600 IN RRSIG MX 15 2 3600 1440021600 1438207200 35217 example.com. "
		"zXQ0bkYgQTEFyfLyi9QoiY6D8ZdYo4wyUhVioYZXFdT410QPRITQSqJSnzQoSm5poJ7gD7AQR0O7KuI5k2"
		"pcBg==",
	},
	{
		"RFC 8080 s6.2, Ed448",
		"example.com. 3600 IN DNSKEY 257 3 16 "
		"3kgROaDjrh0H2iuixWBrc8g2EpBBLCdGzHmn+G2MpTPhpj/OiBVHHSfPodx1FYYUcJKm1MDpJtIA",
		"example.com. 3600 IN MX 10 mail.example.com.",
		"example.com. 3600 IN RRSIG MX 16 2 3600 1440021600 1438207200 9713 example.com. "
		"3cPAHkmlnxcDHMyg7vFC34l0blBhuG1qpwLmjInI8w1CMB29FkEAIJUA0amxWndkmnBZ6SKiwZSAxGILn/"
		"NBtOXft0+Gj7FSvOKxE/07+4RQvE581N3Aj/JtIyaiYVdnYtyMWbSNyGEY2213WKsJlwEA",
	},
};

static void vectors_verify(void **state)
{
	struct random random;
	struct arena arena;
	random_seeded(&random, 1);
	arena_init(&arena, 1 << 20, 0);
	struct verifier *verifier = verifier_new(NULL, &random);
	assert_non_null(verifier);
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		struct rrset rrset = script_rrset(&arena, vectors[i].rrset);
		enum signature_result result =
			verifier_check(verifier, &rrset, script_record(&arena, vectors[i].rrsig),
				       script_record(&arena, vectors[i].key));
		if (result != SIGNATURE_GOOD)
			fail_msg("%s: %s", vectors[i].name, signature_result_text(result));
	}
	verifier_free(verifier);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vectors_verify),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
