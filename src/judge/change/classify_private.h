/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that classify share, and signals take from them. */
#ifndef JUDGE_CHANGE_CLASSIFY_PRIVATE_H
#define JUDGE_CHANGE_CLASSIFY_PRIVATE_H

#include "judge/change/past_private.h"

/* Dimensions in which somebody who takes a domain over must change something; those of addresses
 * that change often by themselves come last. */
#define CLASSIFY_MAJOR_COUNT 8u
#define CLASSIFY_MAJOR_STEADY 6u
enum dimension classify_major(size_t index);

/* "412 days": how long the old had stood; "at least" where the store does not reach back. */
const char *classify_stood(struct judging *judging, enum dimension dimension);
/* Those members of a set of names with addresses that are of this name. */
struct sight_set classify_of_name(struct judging *judging, const struct sight_set *set,
				  const uint8_t *name);
/* The name and the key tag of a DNSKEY (RFC 4034 appendix B). */
uint16_t classify_key_tag(const struct state_data *key);
/* A set of MX records as a set of the hosts' names. */
struct sight_set classify_exchanges(struct judging *judging, const struct sight_set *mx);

/* classify_zone.c: SOA, keys, what the zone asks of its parent. */
void classify_zone(struct judging *judging);
/* classify_services.c: mail, addresses, policies, networks. */
void classify_services(struct judging *judging);

#endif
