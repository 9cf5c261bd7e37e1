/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Making keys and signatures: for the world's zones and for tests. Keys are made from a seed, so
 * that a world is the same every time: Ed25519, Ed448 and ECDSA keys from the seed directly, RSA
 * primes from a seeded stream (slow: callers keep a pool, one key an operator).
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
void signing_key_free(struct signing_key *key);
/* The DNSKEY RDATA, owned by the key. */
const uint8_t *signing_key_rdata(const struct signing_key *key, size_t *ret_size);
uint16_t signing_key_tag(const struct signing_key *key);
uint8_t signing_key_algorithm(const struct signing_key *key);

struct signing_times {
	uint32_t inception, expiration; /* Unix seconds modulo 2^32 */
};
/*
 * Signs an RRset in canonical form (as message_rrset gives it) for `zone`; the RRSIG RDATA is taken
 * from the arena. `labels` 0: from the owner (a wildcard's asterisk is not counted).
 */
MUST_CHECK int sign_rrset(struct arena *arena, const struct signing_key *key, const uint8_t *zone,
			  const struct rrset *rrset, const struct signing_times *times,
			  struct record *ret_rrsig);

#endif
