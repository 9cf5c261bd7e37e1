/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signatures. A `struct verifier` says whether a signature was made by a key over an RRset; it
 * knows no clock and no policy (validity windows, algorithms too old, trust) - those are the
 * judges'. It caches imported keys and remembers every (key, data, signature) it has verified, so
 * that the same answer from many addresses costs one verification. Both caches are bounded; OpenSSL
 * does RSA and P-256, GnuTLS the rest (each the faster of the two).
 */
#ifndef DNS_DNSSEC_VERIFY_H
#define DNS_DNSSEC_VERIFY_H

#include "base/error.h"
#include "base/random.h"
#include "dns/dnssec/signature.h"
#include "dns/wire/message.h"
#include "dns/wire/rdata.h"

#include <stdint.h>

struct verifier;

struct verifier_limits {
	uint32_t keys;     /* imported keys kept; 0: 4096 (about 2 KiB each) */
	uint32_t memories; /* verified signatures kept; 0: 65536 (24 octets each) */
};
struct verifier_counts {
	uint64_t asked, verified, remembered, keys_imported;
};

struct verifier *verifier_new(const struct verifier_limits *limits, struct random *random);
void verifier_free(struct verifier *verifier);
struct verifier_counts verifier_counts(const struct verifier *verifier);

/*
 * One signature by one key: RFC 4035 s5.3.1 without the clock, s5.3.2, s5.3.3, s5.3.4 (wildcards:
 * RRSIG labels < owner labels). `dnskey` is a DNSKEY record whose owner must be the signer.
 */
enum signature_result verifier_check(struct verifier *verifier, const struct rrset *rrset,
				     const struct record *rrsig, const struct record *dnskey);
/*
 * The same, choosing among the DNSKEY RRset's keys by tag and algorithm; at most `KEYS_TRIED_MAX`
 * keys with the same tag are tried (KeyTrap, CVE-2023-50387). ret_key (may be NULL): the key used.
 */
#define KEYS_TRIED_MAX 4
enum signature_result verifier_check_keys(struct verifier *verifier, const struct rrset *rrset,
					  const struct record *rrsig, const struct rrset *dnskeys,
					  const struct record **ret_key);

#endif
