/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The VRPs of a cache as they stand, and what an answer changes of them.
 *
 * An answer is collected first and applied at its end, all or nothing (RFC 8210 s5.8). The set is
 * kept sorted, changes are sorted when they are applied: one pass over both.
 */
#ifndef GATHER_ROUTING_RTR_SET_PRIVATE_H
#define GATHER_ROUTING_RTR_SET_PRIVATE_H

#include "gather/routing/prefix_table_private.h"

struct rtr_change {
	struct prefix_item item;
	uint32_t sequence : 31; /* in the order of the answer */
	uint32_t is_announced : 1;
};

struct rtr_changes {
	struct rtr_change *items;
	size_t count;
	size_t room;
};

/* IPv4, IPv6. */
struct rtr_set {
	struct prefix_list lists[2];
	struct rtr_changes changes[2];
};

void rtr_set_release(struct rtr_set *set);
size_t rtr_set_count(const struct rtr_set *set);
size_t rtr_set_changes(const struct rtr_set *set);
/* ERR_FORMAT: no VRP; ERR_MEMORY. */
MUST_CHECK int rtr_set_change(struct rtr_set *set, const struct vrp *vrp, bool is_announced);
void rtr_set_forget_changes(struct rtr_set *set);
void rtr_set_forget(struct rtr_set *set);
/* To what stands, or to nothing. ERR_EXISTS: announced though it was there (RFC 8210 s12, 7);
 * ERR_NOT_FOUND: withdrawn though it was not (6). On failure the set is as it was; the changes are
 * gone either way. */
MUST_CHECK int rtr_set_apply(struct rtr_set *set, bool from_nothing);
/* A settled copy. */
MUST_CHECK int rtr_set_to_vrps(const struct rtr_set *set, struct vrps **ret_vrps);

#endif
