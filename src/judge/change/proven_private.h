/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the domain's own keys vouch for, as a look saw it. Keys and tags are public, so that a key
 * stands in a zone says nothing: what counts is a good signature by it, and that a DS names it by
 * its digest. A state tells a signature's key by tag and algorithm; where two keys of one set have
 * both in common, it is nobody's, since anybody can make a key with a given tag.
 *
 * Servers are not joined here: a set is proven when each of those that answered for it gives it,
 * signed, beside keys that are proven. One that was silent does not count. Pure; own nothing.
 */
#ifndef JUDGE_CHANGE_PROVEN_PRIVATE_H
#define JUDGE_CHANGE_PROVEN_PRIVATE_H

#include "judge/change/sight_private.h"

/* The set of that type at the apex, proven by keys that the look's own DS lead to (RFC 4035 s5);
 * NULL: it is not. */
const struct state_set *proven_set(const struct sight *view, uint16_t type);
/* Do they say the same? Names are compared as names are. */
bool proven_same(const struct state_set *set, const struct sight_set *other);

enum proven_keys { PROVEN_KEYS_UNKNOWN, PROVEN_KEYS_NOT, PROVEN_KEYS };
/* Are the zone's keys signed by one that a DS of `ds` names? Not known: no server gave any, or
 * their signatures were not looked at. */
enum proven_keys proven_keys(const struct sight *view, const struct sight_set *ds);

#endif
