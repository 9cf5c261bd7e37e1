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

#endif
