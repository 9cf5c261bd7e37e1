/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writing worlds with a realistic mix: few operators have most domains (Zipf's law), some sign,
 * some are broken. The same options give the same file, octet for octet.
 *
 * With fifteen hundred domains or more and the default shares every fault and every behaviour
 * occurs. Most faulty domains have one fault, some two that can be seen side by side. Servers that
 * misbehave belong to small operators, so that most domains are sound and a scan does not spend
 * its time waiting.
 */
#ifndef WORLD_MAKE_H
#define WORLD_MAKE_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

#define WORLD_MAKE_DOMAINS_MAX 1000000u
#define WORLD_MAKE_TLDS_MAX 40u
#define WORLD_MAKE_OPERATORS_MAX 10000u
/* Places of real servers: one operator each. */
#define WORLD_MAKE_PLACES_MAX 8u

struct world_make_options {
	uint64_t seed;
	uint32_t domains;
	uint32_t tlds;           /* 0: by the number of domains */
	uint32_t operators;      /* 0: likewise */
	uint32_t signed_percent; /* of the domains */
	uint32_t fault_percent;
	uint32_t behaviour_percent; /* of the domains, at operators that have a server that
				       misbehaves */
	const char
		*places; /* "knot,nsd,bind,pdns" or NULL: where the next operators' servers are */
};

/* `text` must have room for about 100 octets a domain. ERR_ARGUMENT for places that do not exist.
 */
MUST_CHECK int world_make(const struct world_make_options *options, struct text *text,
			  struct complaint *complaint);

#endif
