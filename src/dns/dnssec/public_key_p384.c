/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ECDSA with P-384 (RFC 6605) by GnuTLS, which wants signatures in DER. */
#include "dns/dnssec/public_key_private.h"

#include <assert.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <string.h>

#define P384_OCTETS 48
/* SEQUENCE of two INTEGERs, each with a sign octet at most (X.690 s8.3); all lengths below 128. */
#define P384_DER_MAX (2 + 2 * (2 + 1 + P384_OCTETS))
static_assert(P384_DER_MAX - 2 < 128, "short form of the length holds");

enum signature_result p384_key_init(struct public_key *key, struct crypto *crypto,
				    const struct dnskey_rdata *dnskey)
{
	(void)crypto;
	assert(dnskey->key_size == 2 * P384_OCTETS);
	uint8_t octets[2 * P384_OCTETS];
	memcpy(octets, dnskey->key, sizeof(octets));
	gnutls_datum_t x = {octets, P384_OCTETS};
	gnutls_datum_t y = {octets + P384_OCTETS, P384_OCTETS};
	gnutls_pubkey_t imported;
	if (gnutls_pubkey_init(&imported) < 0)
		return SIGNATURE_NOT_CHECKED;
	int code = gnutls_pubkey_import_ecc_raw(imported, GNUTLS_ECC_CURVE_SECP384R1, &x, &y);
	if (code < 0) {
		gnutls_pubkey_deinit(imported);
		return code == GNUTLS_E_MEMORY_ERROR ? SIGNATURE_NOT_CHECKED : SIGNATURE_MALFORMED;
	}
	key->form.gnutls = imported;
	return SIGNATURE_GOOD;
}

void p384_key_release(struct public_key *key)
{
	gnutls_pubkey_deinit(key->form.gnutls);
}

/* Writes an unsigned number as an INTEGER; returns the octets written. */
static size_t der_integer(uint8_t *target, const uint8_t *number)
{
	size_t skip = 0;
	while (skip < P384_OCTETS - 1 && number[skip] == 0)
		skip++;
	size_t sign = number[skip] >= 0x80;
	size_t size = P384_OCTETS - skip;
	target[0] = 0x02;
	target[1] = (uint8_t)(sign + size);
	target[2] = 0;
	memcpy(target + 2 + sign, number + skip, size);
	return 2 + sign + size;
}

enum signature_result p384_key_verify(const struct public_key *key, struct crypto *crypto,
				      struct piece data, struct piece signature)
{
	(void)crypto;
	assert(signature.size == 2 * P384_OCTETS);
	uint8_t der[P384_DER_MAX];
	size_t used = der_integer(der + 2, signature.octets);
	used += der_integer(der + 2 + used, signature.octets + P384_OCTETS);
	der[0] = 0x30;
	der[1] = (uint8_t)used;
	/* GnuTLS's type has no const; it does not write. */
	gnutls_datum_t signed_data = {(uint8_t *)(uintptr_t)data.octets, (unsigned)data.size};
	gnutls_datum_t encoded = {der, (unsigned)(used + 2)};
	int code = gnutls_pubkey_verify_data2(key->form.gnutls, GNUTLS_SIGN_ECDSA_SHA384, 0,
					      &signed_data, &encoded);
	if (code >= 0)
		return SIGNATURE_GOOD;
	if (code == GNUTLS_E_MEMORY_ERROR)
		return SIGNATURE_NOT_CHECKED;
	/* It looks at the point only now: one that is not on the curve. */
	if (code == GNUTLS_E_ILLEGAL_PARAMETER)
		return SIGNATURE_MALFORMED;
	return SIGNATURE_BAD;
}
