/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Making keys and signatures: for the world's zones and for tests. Keys are made from a seed, so
 * that a world is the same every time: Ed25519, Ed448 and ECDSA keys from the seed directly, RSA
 * primes from a seeded stream (slow: 2048 bits take 0.1 s; callers keep a pool, one key an
 * operator). The flags are no part of the seed, so a key and the same key revoked are two calls.
 *
 * Signatures repeat, too, except those of ECDSA P-256, where OpenSSL signs with random nonces in a
 * third of the time that GnuTLS takes with nonces by RFC 6979.
 *
 * For an algorithm that nobody here knows (200, say) there is a dummy: 64 octets of key, and
 * signatures of 64 octets that depend on key and data and verify with nothing. Worlds use it to
 * show what an unsupported algorithm looks like.
 */
#ifndef DNS_DNSSEC_SIGN_H
#define DNS_DNSSEC_SIGN_H

#include "base/error.h"
#include "dns/wire/message.h"

#include <stddef.h>
#include <stdint.h>

struct signing_key;

/* `bits` for RSA only (1024, 2048...). flags 256 (ZSK) or 257 (KSK/CSK). */
MUST_CHECK int signing_key_new(uint8_t algorithm, unsigned bits, uint16_t flags, uint64_t seed,
			       struct signing_key **ret_key);
/* RSA with the exponent 3 instead of 65537. */
MUST_CHECK int signing_key_new_small(uint8_t algorithm, unsigned bits, uint16_t flags,
				     uint64_t seed, struct signing_key **ret_key);
void signing_key_free(struct signing_key *key);
/* The DNSKEY RDATA, owned by the key. */
const uint8_t *signing_key_rdata(const struct signing_key *key, size_t *ret_size);
uint16_t signing_key_tag(const struct signing_key *key);
uint8_t signing_key_algorithm(const struct signing_key *key);

struct signing_times {
	uint32_t inception, expiration; /* Unix seconds modulo 2^32 */
};
/* Who signs what when; points to what the caller keeps. */
struct signer {
	const struct signing_key *key;
	const uint8_t *zone; /* the signer's name */
	struct signing_times times;
};
/*
 * Signs an RRset in canonical form (as message_rrset gives it). The RRSIG's RDATA is taken from the
 * arena, its owner is the RRset's. Labels are counted from the owner without a wildcard's asterisk,
 * so the RRSIG of a wildcard serves the names made from it. ERR_LIMIT: too large to sign (256 KiB).
 * ERR_CRYPTO: a digest that does not fit an RSA key, or the library refused.
 */
MUST_CHECK int sign_rrset(struct arena *arena, const struct signer *signer,
			  const struct rrset *rrset, struct record *ret_rrsig);

#endif
