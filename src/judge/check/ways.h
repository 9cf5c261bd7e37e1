/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The ways to a domain: the name servers that its parent names and their addresses, and what all of
 * them have in common, so that its loss alone is the domain's loss. Prefixes and networks are not
 * here but with what announces them.
 */
#ifndef JUDGE_CHECK_WAYS_H
#define JUDGE_CHECK_WAYS_H

#include "judge/check/evidence.h"

#include <stdbool.h>
#include <stdint.h>

struct ways {
	uint8_t name_count;       /* name servers at the parent */
	uint8_t count4, count6;   /* different addresses of them all */
	uint8_t server4, server6; /* one of each, as index into the servers */
	bool is_known;            /* every name was looked up to an end */
	const uint8_t *common;    /* the longest name that all are below; NULL: no names */
};

/* The addresses that looking up gave; the glue of names of which nothing else could be had. */
struct ways ways_find(const struct evidence *evidence);
/* The name that all name servers are registered under, when it is one and not the domain's own:
 * below a suffix under which names are sold, as far as a short list of these tells. NULL: none. */
const uint8_t *ways_operator(const struct evidence *evidence, const struct ways *ways);
/* The top-level domain that all name servers' names are in, when it is not the domain's own; NULL:
 * there is none. */
const uint8_t *ways_top_level(const struct evidence *evidence, const struct ways *ways);
/* An address that everybody can reach; in a test network also those that it is made of. */
bool ways_is_reachable(const struct observation *observation, const struct ip *ip);

#endif
