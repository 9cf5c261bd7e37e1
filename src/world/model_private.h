/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A world in memory. Everything refers by index: servers, operators and zones are arrays. What only
 * few zones have (children, hosts, records of their own) stands in a side array, so that an
 * ordinary domain costs one `struct zone` and its name.
 */
#ifndef WORLD_MODEL_PRIVATE_H
#define WORLD_MODEL_PRIVATE_H

#include "base/arena.h"
#include "base/text.h"
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "dns/wire/tsig_key.h"
#include "net/address.h"
#include "world/fault.h"
#include "world/world.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORLD_SERVERS_MAX 65536u
#define WORLD_OPERATORS_MAX 65536u
#define WORLD_ZONES_MAX 4000000u
#define WORLD_CANNED_MAX 65536u
/* The root has 13; a message of name servers must fit into an answer. */
#define OPERATOR_SERVERS_MAX 32u
#define SERVER_ADDRESSES_MAX 8u
#define CANNED_REPLIES_MAX 64u
/* One text value (records of a zone). */
#define WORLD_TEXT_MAX ((size_t)1024 * 1024)
/* Names, records, indices of 4,000,000 zones. */
#define WORLD_ARENA_MAX ((size_t)4 * 1024 * 1024 * 1024)

#define NONE UINT32_MAX

/* What a server offers beside UDP and TCP. */
#define SERVER_DOT 1u
#define SERVER_DOH 2u
#define SERVER_DOQ 4u

enum place {
	PLACE_BUILTIN,
	PLACE_KNOT,
	PLACE_NSD,
	PLACE_BIND,
	PLACE_PDNS,
	PLACE_EMPTY, /* nothing: what answers there is started by the command */
	PLACE_COUNT
};

struct world_server {
	const uint8_t *name;
	const struct address *addresses; /* port 53 */
	uint32_t address_count;
	uint64_t behaviours; /* BEHAVIOUR_BIT */
	uint32_t host_zone;  /* the zone that holds its A and AAAA */
	uint32_t line;
	uint32_t as;        /* that announces its addresses; 0: by its place in the file */
	uint8_t place;      /* enum place */
	uint8_t transports; /* SERVER_DOT, ...: as the file says */
	bool without_cookies;
};

struct world_operator {
	const char *name;
	const char *group; /* whose servers they are, where one has several sets; NULL: its name */
	const uint32_t *servers;
	uint32_t server_count;
	uint32_t line;
	bool has_domain;
};

enum denial_kind { DENIAL_BY_NSEC, DENIAL_BY_NSEC3, DENIAL_BY_NSEC3_OPT_OUT, DENIAL_KIND_COUNT };

#define ZONE_IS_TARGET 1u   /* of section `domains` */
#define ZONE_IS_VANITY 2u   /* name servers are called ns1, ns2, ... below the zone */
#define ZONE_IS_PHANTOM 4u  /* made by the world for ns-cycle; nobody serves it */
#define ZONE_IS_SIGNAL 8u   /* made by the world: what a name server's operator says of a domain */
#define ZONE_HAS_DIGEST 16u /* a ZONEMD record */
#define ZONE_IS_SHOWN 32u   /* the file says what it shows, and it has no more (shown_private.h) */

struct zone {
	const uint8_t *name; /* lower case */
	uint32_t dns_operator;
	uint32_t parent; /* NONE: the root */
	fault_mask faults;
	uint32_t line;
	uint32_t more;     /* index into world->mores, or NONE */
	uint16_t bits;     /* of RSA keys */
	uint8_t algorithm; /* 0: not signed */
	uint8_t denial;    /* enum denial_kind */
	uint8_t flags;     /* ZONE_* */
	uint16_t shows;    /* ZONE_IS_SHOWN: SHOW_BIT */
};

/* What a zone has that is made to be dear to those who validate it; numbers, 0: as usual. */
struct hostile {
	uint16_t keys;           /* more keys, with the tag of the key that signs */
	uint16_t signatures;     /* bad ones before the good one, over all but the DNSKEY set */
	uint16_t key_signatures; /* the same over the DNSKEY set */
	uint16_t ds;             /* more DS at the parent, with the tag of the key */
	uint16_t iterations;     /* of NSEC3 */
	uint8_t salt;            /* octets */
};

/* What only few zones have. */
struct zone_more {
	uint32_t zone;
	uint32_t child_count;
	uint32_t *children; /* delegated ones, in canonical order */
	uint32_t host_count;
	uint32_t *hosts; /* servers whose names are in this zone */
	uint32_t record_count;
	struct record *records;
	struct hostile hostile;
	uint32_t signals; /* ZONE_IS_SIGNAL: the domain's number, from 1; 0: none */
	uint32_t service; /* its mail server's number (service_private.h), from 1; 0: none */
	bool has_alias;   /* hosts get an alias each, for ns-alias */
	bool has_empty;   /* hosts get a name without address each, for ns-no-address */
};

struct canned_reply {
	const struct record *records; /* with their sections */
	const uint8_t *raw;
	uint32_t raw_size;
	uint32_t delay_ms;
	uint16_t record_count;
	uint16_t flags;
	uint16_t rcode;
	uint32_t drip_ms; /* over TCP one octet at a time, so far apart; 0: at once */
	bool is_silent;
	bool without_edns;
};

#define CANNED_UDP 1u
#define CANNED_TCP 2u

struct canned {
	struct address at;
	const uint8_t *name; /* lower case */
	const struct canned_reply *replies;
	uint32_t reply_count;
	uint32_t line;
	uint16_t type;      /* TYPE_ANY: any */
	uint8_t transports; /* CANNED_* */
};

/* Index tables of open addressing: values are index + 1, 0 is free. */
struct index_table {
	uint32_t *slots;
	uint32_t mask;
};

struct world {
	struct arena arena;
	uint64_t seed;
	bool has_routing;
	struct tsig_key tsig; /* that all its servers know; without a secret: there is none */
	struct world_server *servers;
	struct world_operator *operators;
	struct zone *zones;
	struct zone_more *mores;
	struct canned *canned;
	uint32_t server_count, operator_count, zone_count, more_count, canned_count;
	uint32_t server_room, operator_room, zone_room, more_room, canned_room;
	uint32_t target_count;
	uint32_t *services; /* zones, by their mail servers' numbers */
	uint32_t service_count, service_room;
	uint32_t root;
	struct index_table zones_by_name;
	struct index_table servers_by_address; /* server * SERVER_ADDRESSES_MAX + place */
	struct index_table canned_by_question;
	struct text *mistakes;
	struct complaint *complaint;
	uint32_t mistake_count;
};

/* Makes room for one more item of an array; ERR_LIMIT at `most`. */
MUST_CHECK int array_grow(void **items, uint32_t *room, uint32_t count, size_t item_size,
			  uint32_t most);

/* Notes a mistake of the file at `line` and goes on. */
void world_mistake(struct world *world, uint32_t line, const char *format, ...) PRINTF_LIKE(3, 4);

/* Numbers that the file leaves open: the same for the same seed, owner and purpose. */
uint64_t world_number(const struct world *world, const void *owner, size_t owner_size,
		      uint64_t purpose);
uint64_t zone_number(const struct world *world, const struct zone *zone, uint64_t purpose);

/* The zone of exactly this name (any case), or NONE. */
uint32_t world_zone(const struct world *world, const uint8_t *name);
/* The deepest zone that `name` is in; strictly: not the zone of this name. NONE: not even the root.
 */
uint32_t world_zone_around(const struct world *world, const uint8_t *name, bool strictly);
/* The deepest zone around `name` that the server serves, or NONE. */
uint32_t world_zone_served(const struct world *world, uint32_t server, const uint8_t *name);
/* The child that `zone` delegates and that `name` is in, or NONE. */
uint32_t world_child_around(const struct world *world, uint32_t zone, const uint8_t *name);
/* Which server has this address (ports aside), or NONE. */
uint32_t world_server_at(const struct world *world, const struct address *address);
bool world_serves(const struct world *world, uint32_t server, uint32_t zone);
/* The side record, or NULL. */
static inline const struct zone_more *zone_more(const struct world *world, const struct zone *zone)
{
	return zone->more == NONE ? NULL : &world->mores[zone->more];
}
/* NULL: nothing of the kind. */
static inline const struct hostile *zone_hostile(const struct world *world, const struct zone *zone)
{
	const struct zone_more *more = zone_more(world, zone);
	return more == NULL ? NULL : &more->hostile;
}
static inline uint32_t zone_index(const struct world *world, const struct zone *zone)
{
	return (uint32_t)(zone - world->zones);
}
static inline bool zone_has(const struct zone *zone, enum fault fault)
{
	return (zone->faults & FAULT_BIT(fault)) != 0;
}

/* Hash of the lower-cased name, built label by label from the root, so that the hashes of all the
 * suffixes of a name cost one walk. */
#define NAME_HASH_START 0x9e3779b97f4a7c15u
uint64_t name_hash_label(uint64_t hash, const uint8_t *label);
uint64_t name_hash(const uint8_t *name);

/* The conversation for a question, or NULL: the one of its name, else of the nearest `*.` above. */
struct canned_question {
	const struct address *at;
	const uint8_t *name;
	uint16_t type;
	uint8_t transport; /* CANNED_UDP or CANNED_TCP */
};
const struct canned *world_canned(const struct world *world,
				  const struct canned_question *question);

/* Adds a zone by hand (the world's own phantoms); the parser uses it too. */
MUST_CHECK int world_add_zone(struct world *world, const struct zone *zone);
/* link.c: resolves parents, hosts, children, and finds what makes no sense. */
MUST_CHECK int world_link(struct world *world);
/* check.c: notes mistakes; settles what faults demand of keys and keys amount to in faults. */
void world_check(struct world *world);
MUST_CHECK int index_zone(struct world *world, uint32_t zone);
MUST_CHECK int index_server(struct world *world, uint32_t server, uint32_t *ret_other);
MUST_CHECK int index_canned(struct world *world);
MUST_CHECK int zone_more_make(struct world *world, uint32_t zone, struct zone_more **ret_more);

#endif
