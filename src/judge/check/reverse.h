/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which name the address of a name server leads back to, as far as the scan looked it up. */
#ifndef JUDGE_CHECK_REVERSE_H
#define JUDGE_CHECK_REVERSE_H

#include "judge/check/evidence.h"

enum reverse_state {
	REVERSE_UNKNOWN, /* not looked up, or the look-up came to no end */
	REVERSE_FITS,    /* one of the names is that of a name server with the address */
	REVERSE_NONE,    /* there is no name */
	REVERSE_OTHER,   /* there are names, of others */
};

struct reverse {
	enum reverse_state state;
	const uint8_t *host; /* a name server that the parent names, with this address */
	const uint8_t *name; /* one of those that the address leads to; NULL: none */
};

/* False: no name server that the parent names has this address, or it is one that cannot have a
 * public name (DELEGATION-ADDRESS-SPECIAL). */
bool reverse_find(const struct evidence *evidence, uint8_t server, struct reverse *ret_reverse);

#endif
