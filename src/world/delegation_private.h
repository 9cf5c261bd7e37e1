/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which name servers a zone has: as its parent says and as it says itself, with each one's
 * addresses and the parent's glue. The server, the zone contents and the truth all ask here, so
 * that they cannot disagree.
 */
#ifndef WORLD_DELEGATION_PRIVATE_H
#define WORLD_DELEGATION_PRIVATE_H

#include "base/arena.h"
#include "world/model_private.h"

enum side { SIDE_PARENT, SIDE_CHILD };

enum ns_kind {
	NS_HOST,      /* a server of the file by its own name */
	NS_IN_DOMAIN, /* a name made below the zone, with a server's addresses */
	NS_DANGLING,  /* the name does not exist */
	NS_EMPTY,     /* the name has no address */
	NS_ALIAS,     /* the name is an alias of a server's */
	NS_SPECIAL,   /* a name made below the zone, with an address that nobody can reach */
	NS_CYCLE,     /* the name can only be found through itself */
};

enum glue { GLUE_NONE, GLUE_RIGHT, GLUE_WRONG };

struct ns {
	const uint8_t *name;
	uint32_t server; /* that answers there, or NONE */
	enum ns_kind kind;
	enum glue glue;       /* what the parent adds */
	bool has_one_address; /* of each family: the server's first */
};

/* One more than an operator's servers: faults add at most one. */
#define NS_MAX (OPERATOR_SERVERS_MAX + 1)
struct ns_list {
	struct ns items[NS_MAX];
	uint32_t count;
};

/* Made names are taken from the arena. */
MUST_CHECK int zone_ns(const struct world *world, const struct zone *zone, enum side side,
		       struct arena *arena, struct ns_list *ret_list);
/* The name beside a server's own: "ns1-alias.host.tld" for "ns1.host.tld" and "alias". */
MUST_CHECK int server_odd_name(const struct world_server *server, const char *suffix,
			       struct name *ret_name);
#define ODD_ALIAS "alias"
#define ODD_EMPTY "empty"
/* The address of an NS_SPECIAL name server: somewhere in 10.0.0.0/8. */
void ns_special_address(const uint8_t *name, uint8_t ret_octets[4]);
/* The address in wrong glue: one of a server that does not serve the zone, or of nobody. */
struct address zone_wrong_glue(const struct world *world, const struct zone *zone);
/* Is the index-th address of the server one of this name server's? */
bool ns_has_address(const struct world *world, const struct ns *ns, uint32_t index);

#endif
