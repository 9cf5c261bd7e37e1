/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The families of weak.h, and numbers as GMP's lowest layer has them: limbs in arrays of the
 * caller, least significant first, so that nothing here takes memory or can fail.
 */
#ifndef DNS_DNSSEC_WEAK_PRIVATE_H
#define DNS_DNSSEC_WEAK_PRIVATE_H

#include "dns/dnssec/key_private.h"
#include "dns/dnssec/weak.h"

#include <assert.h>
#include <gmp.h>
#include <stdbool.h>

static_assert(sizeof(mp_limb_t) == 8 && GMP_NAIL_BITS == 0, "limbs are whole 64-bit words");

#define MODULUS_LIMBS_MAX (WEAK_MODULUS_BITS_MAX / 64)

/* Big-endian octets into limbs; those needed, at most `room`, of which the upper ones may be zero.
 */
void limbs_from_octets(struct piece number, mp_limb_t *ret_limbs, size_t room);

/* `limbs` has a nonzero top limb and is odd. */
bool modulus_has_roca_shape(const mp_limb_t *limbs, mp_size_t size);
/* The smallest odd prime below WEAK_FACTOR_LIMIT that divides the number, or 0. */
uint32_t modulus_small_factor(const mp_limb_t *limbs, mp_size_t size);

/* Key field of the length that the algorithm demands: KEY_SOUND, KEY_OFF_CURVE, KEY_LOW_ORDER. */
enum key_weakness point_weakness(enum algorithm_family family, struct piece key);

#endif
