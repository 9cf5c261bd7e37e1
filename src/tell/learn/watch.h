/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who looks on while a lesson runs: a process of its own that asks for the watched domain again and
 * again as resolvers do, and notes what they would have failed at. Resolvers keep what they have
 * seen as long as its TTL says, so each look is held against those before it (RFC 7583 s3): the DS
 * set that somebody still has must lead to a key that signs the DNSKEY set of now, and the DNSKEY
 * set that somebody still has must hold a key that signs the zone of now.
 *
 * That no server answers for a moment is not noted: servers are restarted.
 */
#ifndef TELL_LEARN_WATCH_H
#define TELL_LEARN_WATCH_H

#include "tell/learn/desk.h"

/* One look; key tags stand for keys. */
#define WATCH_TAGS_MAX 16
struct look {
	uint64_t began_ms, at_ms; /* when it began and when all of it was in */
	uint32_t ds_ttl_s;
	uint32_t key_ttl_s;
	uint16_t ds[WATCH_TAGS_MAX];
	uint16_t keys[WATCH_TAGS_MAX];
	uint16_t key_signers[WATCH_TAGS_MAX]; /* of the DNSKEY set */
	uint16_t zone_signers[WATCH_TAGS_MAX];
	size_t ds_count, key_count, key_signer_count, zone_signer_count;
};

/* What a resolver that has the look before would say of `now`; NULL: nothing, or too old to be
 * kept. */
const char *watch_compare(const struct look *before, const struct look *now);

/* Looks until killed; also lets the registry look at CDS records where the lesson says so. */
MUST_CHECK int watch_run(const struct desk *desk);

#endif
