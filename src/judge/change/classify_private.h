/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that classify share, and signals take from them. */
#ifndef JUDGE_CHANGE_CLASSIFY_PRIVATE_H
#define JUDGE_CHANGE_CLASSIFY_PRIVATE_H

#include "judge/change/past_private.h"

/* Dimensions in which somebody who takes a domain over must change something; those of addresses
 * that change often by themselves come last. */
#define CLASSIFY_MAJOR_COUNT 9u
#define CLASSIFY_MAJOR_STEADY 6u
enum dimension classify_major(size_t index);

/* "412 days": how long the old had stood; "at least" where the store does not reach back. */
const char *classify_stood(struct judging *judging, enum dimension dimension);
/* Those members of a set of names with addresses that are of this name. */
struct sight_set classify_of_name(struct judging *judging, const struct sight_set *set,
				  const uint8_t *name);
/* The name and the key tag of a DNSKEY (RFC 4034 appendix B). */
uint16_t classify_key_tag(const struct state_data *key);
/* "2 days": since the old of a steady pair was last seen. */
const char *classify_steps_took(struct judging *judging, const struct sight_pair *steady);
/* None of the name servers, or mail hosts, of three days before is left, and some were until now,
 * or none were there at all. What was replaced at once is not meant. */
bool classify_ns_in_steps(const struct judging *judging);
bool classify_mx_in_steps(struct judging *judging);
/* The two names of a member of SIGHT_SOA, pointing into it. False: malformed. */
struct soa_names {
	const uint8_t *primary, *contact;
};
bool classify_soa_names(const struct state_data *data, struct soa_names *ret_names);
/* A set of MX records as a set of the hosts' names. */
struct sight_set classify_exchanges(struct judging *judging, const struct sight_set *mx);

/* classify_zone.c: SOA, keys, what the zone asks of its parent. */
void classify_zone(struct judging *judging);
/* classify_services.c: mail, addresses, policies, networks. */
void classify_services(struct judging *judging);

#endif
