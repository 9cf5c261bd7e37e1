/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DNSKEYs: tags, sizes, algorithms, DS digests (RFC 4034 s5 and app. B, RFC 4509, RFC 6605).
 */
#ifndef DNS_DNSSEC_KEY_H
#define DNS_DNSSEC_KEY_H

#include "base/error.h"
#include "dns/wire/rdata.h"

#include <stdbool.h>
#include <stdint.h>

/* IANA "DNS Security Algorithm Numbers". */
enum dnssec_algorithm {
	ALGORITHM_RSASHA1 = 5,
	ALGORITHM_RSASHA1_NSEC3 = 7,
	ALGORITHM_RSASHA256 = 8,
	ALGORITHM_RSASHA512 = 10,
	ALGORITHM_ECDSAP256 = 13,
	ALGORITHM_ECDSAP384 = 14,
	ALGORITHM_ED25519 = 15,
	ALGORITHM_ED448 = 16,
};
enum digest_type { DIGEST_SHA1 = 1, DIGEST_SHA256 = 2, DIGEST_SHA384 = 4 };
#define DIGEST_MAX_OCTETS 48

/* RFC 4034 app. B over the whole RDATA. */
uint16_t key_tag(const uint8_t *rdata, size_t rdata_size);
/* Modulus bits of RSA keys, curve bits of others; 0 when malformed or unknown. */
unsigned key_bits(const struct dnskey_rdata *key);
/* The modulus without leading zero octets, in the key; false for what is no well-formed RSA key. */
bool key_rsa_modulus(const struct dnskey_rdata *key, const uint8_t **ret_octets, size_t *ret_size);
/* Can we verify signatures of this algorithm / compute this digest? */
bool algorithm_supported(uint8_t algorithm);
bool digest_supported(uint8_t digest_type);
/* "ECDSAP256SHA256", "algorithm 99" */
const char *algorithm_name(uint8_t algorithm, char buffer[24]);
/* Digest of owner + DNSKEY RDATA. ERR_UNSUPPORTED for other digest types. */
MUST_CHECK int ds_digest(const uint8_t *owner, const struct record *dnskey, uint8_t digest_type,
			 uint8_t ret_digest[DIGEST_MAX_OCTETS], size_t *ret_size);
/* Does the DS name this key (tag, algorithm, digest, RFC 4035 s5.2)? False when unsupported. */
bool ds_matches(const uint8_t *owner, const struct ds_rdata *ds, const struct record *dnskey);

#endif
