/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Servers that take odd questions badly: EDNS in other forms, cookies, ANY, class CH, names that do
 * not exist or are not theirs, transfers and updates.
 */
#ifndef WORLD_MANNERS_PRIVATE_H
#define WORLD_MANNERS_PRIVATE_H

#include "world/query_private.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One question to one server. */
struct manners_turn {
	struct authority *authority;
	const struct query_facts *facts;
	uint64_t behaviours;
	uint32_t server;
	uint8_t *buffer; /* for the answer */
	uint32_t part;   /* of an answer of several messages, from 0 */
	bool *continues; /* set: another message follows */
};

/* Of a server that knows nothing of cookies. */
void manners_drop_cookie(struct query_facts *facts);
/* Before the answer is made: what goes back in its OPT record. */
void manners_spoil(uint64_t behaviours, uint32_t server, struct query_facts *facts);
/* What comes instead of an answer; false: an answer is due. */
bool manners_misbehave(const struct manners_turn *turn, size_t *ret_size);
/* The same for a question that is not of version 0 or not of opcode QUERY. */
bool manners_misbehave_unsound(const struct manners_turn *turn, enum query_state state,
			       size_t *ret_size);
/* The rcode that is given in place of the right one. */
uint16_t manners_rcode(const struct manners_turn *turn, const struct answer *answer);
/* Where the answer comes from instead of the address that was asked. */
struct address manners_source(const struct world *world, uint64_t behaviours, uint32_t server,
			      const struct address *asked);

/* transfer.c: a message of the zone, to anybody. */
size_t transfer_answer(const struct manners_turn *turn);

/* A referral to the root, where every resolver has begun (RFC 9499 s4). */
size_t manners_refer_upward(const struct world *world, const struct query_facts *facts,
			    uint8_t *buffer);

#endif
