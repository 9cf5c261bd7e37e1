/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the addresses of a world are announced, what ROAs say of it, and what a correct audit must
 * find in a set of addresses.
 *
 * Every address lies in one announced prefix or in none, by rules that need no table: its /31 or
 * /127 is announced as the first server in it says, servers that are `one-prefix` by their /24 or
 * /48, mail hosts by the blocks that are set aside for them.
 */
#ifndef WORLD_ROUTES_PRIVATE_H
#define WORLD_ROUTES_PRIVATE_H

#include "world/model_private.h"

/* 65,536 servers with 8 addresses, a line of 60 octets each. */
#define ROUTES_TEXT_MAX ((size_t)64 * 1024 * 1024)

/* What ROAs say of an announced prefix. */
enum world_roa {
	WORLD_ROA_RIGHT,
	WORLD_ROA_OTHER,    /* of another AS */
	WORLD_ROA_DISOWNED, /* of AS 0 */
	WORLD_ROA_LOOSE,    /* right, and allows more */
	WORLD_ROA_NONE,
};

struct world_route {
	struct address prefix; /* host bits zero, port 0; family ADDRESS_NONE: not announced */
	uint8_t bits;
	uint8_t roa; /* enum world_roa */
	uint32_t as;
};

struct world_route world_route(const struct world *world, const struct address *address);

/* What `dsfi world run` puts beside the root's hints: pfx2as, and a validator's CSV. */
MUST_CHECK int routes_write(const struct world *world, struct text *text);
MUST_CHECK int vrps_write(const struct world *world, struct text *text);

/* The two mail hosts of a domain with a fault of GROUP_MX_ROUTE. */
void routes_mail_addresses(const struct world *world, const struct zone *zone,
			   struct address ret_addresses[2]);

/* ---- truth ---- */

/* What is to be found in a set of addresses, in this order. */
enum routes_fault {
	ROUTES_INVALID,
	ROUTES_LOST,
	ROUTES_NO_ROA,
	ROUTES_LOOSE,
	ROUTES_NOT_ANNOUNCED,
	ROUTES_ONE_AS,
	ROUTES_ONE_PREFIX,
	ROUTES_FAULT_COUNT,
};

struct routed {
	struct address address;
	uint32_t machine; /* a number of its own */
	bool is_up;
};

/* A bit each. */
unsigned int routes_faults(const struct world *world, const struct routed *items, size_t count);

#endif
