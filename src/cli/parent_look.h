/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every address of the zone that delegates a domain is asked for its NS and its DS: for tests of
 * cases, which pass only when all of them have been measured. Addresses of a family that this
 * machine has no way to are left out and said; an opt-out list and rates hold as everywhere
 * (dns/transport). One domain's servers are asked at a time, twice where the first time is silent.
 */
#ifndef CLI_PARENT_LOOK_H
#define CLI_PARENT_LOOK_H

#include "base/arena.h"
#include "cli/command.h"
#include "judge/case/predicate.h"

struct parent_look {
	const uint8_t *domain;            /* wire form, lower case */
	struct predicate_parent *parents; /* in the arena; NULL answers of those that were silent */
	size_t count;                     /* 0: the parent could not be found */
	bool without_ipv4, without_ipv6;  /* left out, since this machine has none */
};

/* The options are those of ROOT_OPTION_ROWS. ERR_INTERRUPTED; ERR_MEMORY; what the network does not
 * say is no error. */
MUST_CHECK int parent_look(const struct options *options, struct arena *arena,
			   struct parent_look *looks, size_t count, struct complaint *complaint);

#endif
