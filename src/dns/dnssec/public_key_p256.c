/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ECDSA with P-256 (RFC 6605). A key is only its point; the group, the EC_KEY around the point and
 * the numbers of the signature are the context's and serve every verification.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "dns/dnssec/public_key_private.h"

#include <assert.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>
#include <string.h>

#define P256_OCTETS 32
#define POINT_UNCOMPRESSED 4 /* SEC 1 s2.3.3 */

int p256_init(struct crypto *crypto)
{
	crypto->p256 = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	crypto->p256_key = EC_KEY_new();
	crypto->numbers = BN_CTX_new();
	crypto->p256_signature = ECDSA_SIG_new();
	BIGNUM *r = BN_new();
	BIGNUM *s = BN_new();
	if (crypto->p256 == NULL || crypto->p256_key == NULL || crypto->numbers == NULL ||
	    crypto->p256_signature == NULL || r == NULL || s == NULL ||
	    EC_KEY_set_group(crypto->p256_key, crypto->p256) != 1 ||
	    ECDSA_SIG_set0(crypto->p256_signature, r, s) != 1) {
		BN_free(r);
		BN_free(s);
		return ERR_MEMORY;
	}
	crypto->p256_r = r;
	crypto->p256_s = s;
	return OK;
}

void p256_release(struct crypto *crypto)
{
	ECDSA_SIG_free(crypto->p256_signature);
	EC_KEY_free(crypto->p256_key);
	EC_GROUP_free(crypto->p256);
	BN_CTX_free(crypto->numbers);
}

enum signature_result p256_key_init(struct public_key *key, struct crypto *crypto,
				    const struct dnskey_rdata *dnskey)
{
	assert(dnskey->key_size == 2 * P256_OCTETS);
	uint8_t octets[1 + 2 * P256_OCTETS] = {POINT_UNCOMPRESSED};
	memcpy(octets + 1, dnskey->key, dnskey->key_size);
	EC_POINT *point = EC_POINT_new(crypto->p256);
	/* Refuses a point that is not on the curve. */
	if (point == NULL ||
	    EC_POINT_oct2point(crypto->p256, point, octets, sizeof(octets), crypto->numbers) != 1) {
		EC_POINT_free(point);
		return openssl_refusal(SIGNATURE_MALFORMED);
	}
	key->form.point = point;
	return SIGNATURE_GOOD;
}

void p256_key_release(struct public_key *key)
{
	EC_POINT_free(key->form.point);
}

enum signature_result p256_key_verify(const struct public_key *key, struct crypto *crypto,
				      struct piece data, struct piece signature)
{
	assert(signature.size == 2 * P256_OCTETS);
	uint8_t digest[HASH_MAX_OCTETS];
	size_t digest_size = hash_pieces(HASH_SHA256, &data, 1, digest);
	if (EC_KEY_set_public_key(crypto->p256_key, key->form.point) != 1 ||
	    BN_bin2bn(signature.octets, P256_OCTETS, crypto->p256_r) == NULL ||
	    BN_bin2bn(signature.octets + P256_OCTETS, P256_OCTETS, crypto->p256_s) == NULL)
		return openssl_refusal(SIGNATURE_NOT_CHECKED);
	int verdict =
		ECDSA_do_verify(digest, (int)digest_size, crypto->p256_signature, crypto->p256_key);
	if (verdict == 1)
		return SIGNATURE_GOOD;
	return openssl_refusal(SIGNATURE_BAD);
}
