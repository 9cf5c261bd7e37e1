/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every address of the zone that delegates a domain is asked for its NS and its DS: for tests of
 * cases, which pass only when all of them have been measured. A process of its own asks
 * (daemon/parents_process.h), so that nothing that strangers send is read beside a key. Addresses
 * of a family that this machine has no way to are left out and said; an opt-out list and rates hold
 * as everywhere. One domain's servers are asked at a time, twice where the first time is silent.
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
	const char *unknown; /* why there may be others; NULL: there are not; as the arena lives */
	bool without_ipv4, without_ipv6; /* left out, since this machine has none */
};

/* The options are those of GATHER_OPTION_ROWS. ERR_INTERRUPTED; ERR_MEMORY; ERR_FORMAT and the like
 * of an opt-out list; ERR_IO when there can be no such process. What the network does not say is no
 * error, and neither is a process that crashes, hangs or says what cannot be. */
MUST_CHECK int parent_look(const struct options *options, struct arena *arena,
			   struct parent_look *looks, size_t count, struct complaint *complaint);

#endif
