/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions that are signed (RFC 8945), for servers of a world that has a key: answers to them are
 * signed, what is signed by another key, under another algorithm or wrongly gets NOTAUTH. A server
 * that is `tsig-weak` takes the key under hmac-md5 and hmac-sha1, too. Clocks are not compared: a
 * world's own may be set. Of transfers, only such that come in one message are signed.
 */
#ifndef WORLD_TSIG_PRIVATE_H
#define WORLD_TSIG_PRIVATE_H

#include "dns/dnssec/tsig.h"
#include "world/query_private.h"

struct signed_ask {
	struct tsig tsig;
	uint16_t error; /* TSIG_BADKEY, TSIG_BADSIG */
	bool is_signed; /* or meant to be */
	size_t room;    /* for the answer and its signature */
};

/* Reads the signature; leaves room for another one in the answer. */
void signed_ask_read(const struct world *world, uint64_t behaviours, const struct ask *ask,
		     struct query_facts *facts, struct signed_ask *ret_ask);
/* The answer's size with its signature; as it was, when it has none. */
size_t signed_ask_answer(const struct world *world, const struct signed_ask *ask, uint8_t *answer,
			 size_t size);

#endif
