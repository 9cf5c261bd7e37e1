/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whom the parent vouches for: the keys that a DS record names which validators can follow (RFC
 * 4035 s5.2), and what such a key has signed.
 */
#ifndef JUDGE_CHECK_VOUCH_H
#define JUDGE_CHECK_VOUCH_H

#include "dns/wire/rdata.h"
#include "judge/check/evidence.h"

#include <stdbool.h>

/* Are algorithm and digest type known to us? */
bool vouch_can_follow(const struct ds_rdata *ds);
/* Does a DS record that counts name this DNSKEY, and may it sign: a zone key, not revoked? */
bool vouch_for(const struct evidence *evidence, const struct record *key);
/* Is there a signature over the answer by this key that counts, or might? */
bool vouch_signed_by(const struct evidence *evidence, const struct answer *answer,
		     const struct record *key);

/* Is there a sound signature over the answer, by whomever? */
bool vouch_is_signed(const struct evidence *evidence, const struct answer *answer);
/*
 * An algorithm for which the parent would have no working key if it did as CDS and CDNSKEY ask:
 * some of it are named, and none of those signs the keys. Negative: none, or the server's signals
 * or signatures are wrong in other ways, which have checks of their own.
 */
int vouch_broken_algorithm(const struct evidence *evidence, const struct view *view);

#endif
