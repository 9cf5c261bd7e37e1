/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signatures. A `struct verifier` says whether a signature was made by a key over an RRset; it
 * knows no clock and no policy (validity windows, algorithms too old, trust) - those are the
 * judges'. It caches imported keys and remembers every (key, data, signature) it has verified, so
 * that the same answer from many addresses costs one verification. Both caches are bounded.
 *
 * A revoked key (RFC 5011 s2.1) is a key like any other here: its flag changes its tag, so what it
 * signed before its revocation finds no key. That it may vouch for nothing but its own revocation
 * is the caller's to see in the key's flags.
 *
 * Cost is bounded against hostile zones: RSA moduli of 512 to 4096 bits and exponents up to 64 bits
 * (others are malformed), RRsets up to 256 KiB in canonical form (larger ones are not checked), and
 * KEYS_TRIED_MAX. How many signatures of an RRset are tried is the caller's to bound.
 *
 * A verifier opens no file after verifier_new(), so it may go on inside a sandbox. Not for two
 * threads at once. Results of records that make no sense are never errors of the program.
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
	uint32_t keys;     /* imported keys kept; 0: 4096 (RSA about 2 KiB each, others less) */
	uint32_t memories; /* verified signatures kept; 0: 65536 (24 octets each) */
};
struct verifier_counts {
	uint64_t asked;      /* pairs of signature and fitting key */
	uint64_t verified;   /* of these, those that took a public-key operation */
	uint64_t remembered; /* and those that took none */
	uint64_t keys_imported;
	/* What they cost, in checks of a short RRset by P-256 (about 80 us); never less. */
	uint64_t work;
};

/* NULL when memory is out. `limits` may be NULL; `random` is used during the call only. */
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
 * keys with the same tag are tried (KeyTrap, CVE-2023-50387); more that fit give NOT_CHECKED.
 * ret_key (may be NULL): the key that verified, or one that fits; set only if a fitting key was
 * tried.
 */
#define KEYS_TRIED_MAX 4
enum signature_result verifier_check_keys(struct verifier *verifier, const struct rrset *rrset,
					  const struct record *rrsig, const struct rrset *dnskeys,
					  const struct record **ret_key);

#endif
