/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A judge over many domains: keys that can only be seen to be bad side by side.
 *
 *	DNSSEC-KEY-SHARED-PRIME  RSA moduli with a prime in common: whoever has both computes both
 *	                         private keys with one greatest common divisor. Found among all by
 *	                         products and remainders in trees (batch GCD), in time not much
 *above linear. DNSSEC-KEY-REUSED        the same key in zones of operators that have nothing to do
 *with each other: one of them can forge the other's zone.
 *
 * A fold: new, add (observations, or single records), merge, finish. The order in which things are
 * added does not matter to what is found.
 * After an error (ERR_MEMORY, ERR_LIMIT) a fold is good for keys_free() and nothing else.
 *
 * Operators. Two zones are taken to have one operator when a name server of theirs has the same
 * address, or the same parent name, or the same last labels (two; three where the second-level
 * label below a top-level domain of two letters has at most three, as in co.uk); names inside the
 * zone itself say nothing of who runs them. The relation is carried on from zone to zone. Of a zone
 * without any name server nothing is said.
 *
 * Memory: about 700 octets a key, and for 1,000,000 moduli of 2048 bits at most 4 GiB during
 * finish. GMP ends the process when it gets none; the limits below keep it from asking for more
 * than 16 GiB.
 */
#ifndef JUDGE_KEYS_KEYS_H
#define JUDGE_KEYS_KEYS_H

#include "base/error.h"
#include "base/random.h"
#include "dns/wire/message.h"
#include "model/finding.h"
#include "model/observation.h"

#include <stdint.h>

#define KEYS_CODE_SHARED_PRIME "DNSSEC-KEY-SHARED-PRIME"
#define KEYS_CODE_REUSED "DNSSEC-KEY-REUSED"

/* All moduli together: 4 million of 2048 bits. */
#define KEYS_MODULI_OCTETS_MAX ((uint64_t)1 << 30)
/* Longer RSA keys are no validator's (RFC 3110 s2), and would cost us more than they tell. */
#define KEYS_MODULUS_OCTETS_MAX 512

struct keys;

/* NULL when memory is out. `random` is used during the call only. */
struct keys *keys_new(struct random *random);
void keys_free(struct keys *keys);

/* All the keys, name servers and addresses that an observation has of its domain. */
MUST_CHECK int keys_add_observation(struct keys *keys, const struct observation *observation);
/* A DNSKEY or an NS record; others are passed over. Malformed keys, and those without the zone flag
 * or with the revoke flag, are passed over too. */
MUST_CHECK int keys_add_record(struct keys *keys, const struct record *record);
/* An address of one of the zone's name servers. */
MUST_CHECK int keys_add_address(struct keys *keys, const uint8_t *zone, const struct ip *ip);
/* Everything that `other` holds, which stays as it is. */
MUST_CHECK int keys_merge(struct keys *keys, const struct keys *other);

struct keys_counts {
	uint32_t zones;     /* with a key */
	uint32_t unplaced;  /* of these, those without a name server */
	uint32_t keys;      /* different ones */
	uint32_t moduli;    /* of these, RSA keys that are compared */
	uint32_t too_large; /* RSA keys left out: too long, or beyond the limit of all */
};
struct keys_counts keys_counts(const struct keys *keys);

/* What finish tells while it works: `done` of `total` in units of about equal time. */
typedef void keys_progress(void *context, uint64_t done, uint64_t total);
/* The finding and what it points to live during the call. Other than 0 ends finish with that. */
typedef int keys_take(void *context, const struct finding *finding);
struct keys_output {
	keys_take *take;
	keys_progress *progress; /* may be NULL */
	void *context;
};
MUST_CHECK int keys_finish(struct keys *keys, const struct keys_output *output);

#endif
