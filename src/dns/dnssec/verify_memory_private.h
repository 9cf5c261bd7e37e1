/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a verifier remembers: imported keys, and verdicts on signatures. Both are tables of fixed
 * size in sets of a few places, where the place that was used longest ago is taken again. Places
 * are chosen by SipHash under a secret key, so that nobody outside can aim at a set.
 *
 * A verdict is known by the 128 bits that SipHash-2-4 gives under a secret key. Who wants a bad
 * signature to pass as a remembered good one needs a collision without ever seeing a hash: one
 * chance in 2^128 a try.
 */
#ifndef DNS_DNSSEC_VERIFY_MEMORY_PRIVATE_H
#define DNS_DNSSEC_VERIFY_MEMORY_PRIVATE_H

#include "base/error.h"
#include "base/random.h"
#include "dns/dnssec/public_key_private.h"
#include "dns/dnssec/signature.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#define SIPHASH_KEY_OCTETS 16

/* Verdicts. */
#define VERDICT_PLACES 2
struct verdict {
	uint64_t first, second;
	uint32_t used;  /* turn of the last use */
	uint8_t result; /* enum signature_result; 0: empty */
};
static_assert(sizeof(struct verdict) == 24, "the figure in verify.h");

struct verdict_memory {
	struct verdict *verdicts;
	uint32_t set_mask; /* number of sets - 1, a power of two less one */
	uint32_t turn;
	uint8_t secret[SIPHASH_KEY_OCTETS];
};
struct verdict_name {
	uint64_t first, second;
};

/* Rounds `count` up to a power of two. ERR_MEMORY. */
MUST_CHECK int verdict_memory_init(struct verdict_memory *memory, uint32_t count,
				   struct random *random);
void verdict_memory_release(struct verdict_memory *memory);
struct verdict_name verdict_name(const struct verdict_memory *memory, struct piece what);
/* False when not remembered. */
bool verdict_recall(struct verdict_memory *memory, struct verdict_name name,
		    enum signature_result *ret_result);
void verdict_remember(struct verdict_memory *memory, struct verdict_name name,
		      enum signature_result result);

/* Keys. */
#define KEY_PLACES 4
struct kept_key;
struct key_place {
	struct kept_key *kept; /* NULL: empty */
	uint64_t used;
};
struct key_memory {
	struct key_place *places;
	uint32_t set_mask;
	uint64_t turn;
	uint64_t imported;
	uint8_t secret[SIPHASH_KEY_OCTETS];
};

MUST_CHECK int key_memory_init(struct key_memory *memory, uint32_t count, struct random *random);
void key_memory_release(struct key_memory *memory);
/*
 * SIGNATURE_GOOD and the key, imported now or before; it lives until the next call. Otherwise why
 * not: MALFORMED, UNSUPPORTED, NOT_CHECKED (memory).
 */
enum signature_result key_memory_get(struct key_memory *memory, struct crypto *crypto,
				     const struct record *dnskey,
				     const struct public_key **ret_key);

#endif
