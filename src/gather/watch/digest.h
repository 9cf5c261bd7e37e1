/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a parent says of a domain, in sixteen octets: which name servers, which DS, and the glue of
 * those name servers that are below the domain itself. Order, TTLs, signatures and everything else
 * in the message are left out, so that two servers of one parent give the same digest as long as
 * they say the same. Glue of name servers elsewhere is left out, too: a referral has it or not, as
 * its server likes (RFC 9471 demands that below the domain only), and whoever watches its
 * owner's domain sees it move.
 *
 * The DS set may come in a message of its own: a server that has the child's zone as well answers
 * the question for NS from there, where there is no DS (RFC 4035 s3.1.4.1).
 */
#ifndef GATHER_WATCH_DIGEST_H
#define GATHER_WATCH_DIGEST_H

#include "base/arena.h"
#include "base/error.h"
#include "dns/wire/message.h"

#include <stdbool.h>
#include <stdint.h>

#define DIGEST_OCTETS 16

struct digest {
	uint8_t octets[DIGEST_OCTETS];
};

/* The name servers that a message gives for the domain, with their glue. `section`: authority of a
 * referral, answer of a server that has the child. The arena is for the time of the call. */
struct digest_question {
	const struct message *message;
	const uint8_t *domain;
	enum section section;
};
MUST_CHECK int digest_servers(struct arena *arena, const struct digest_question *question,
			      struct digest *ret_digest);
/* `servers`, and beside them the DS records of that section. */
MUST_CHECK int digest_ds(struct arena *arena, const struct digest_question *question,
			 const struct digest *servers, struct digest *ret_digest);
/* That there is no delegation: no such name, or nothing of the kind at it. */
void digest_denial(bool is_nxdomain, struct digest *ret_digest);
/* That the parent itself is said not to exist: a doubt, until it is said twice. */
void digest_no_parent(struct digest *ret_digest);
bool digest_equal(const struct digest *left, const struct digest *right);

#endif
