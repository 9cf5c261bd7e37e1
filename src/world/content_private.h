/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is in a zone: the records that the world's file and seed call for, as a plain list. Sorting,
 * signing and serving are others' business, and real servers get zone files from the same list.
 */
#ifndef WORLD_CONTENT_PRIVATE_H
#define WORLD_CONTENT_PRIVATE_H

#include "base/arena.h"
#include "world/delegation_private.h"
#include "world/keys_private.h"

/* A growing list; `records` is from the arena. Errors stick. */
struct content {
	const struct world *world;
	const struct zone *zone;
	struct arena *arena;
	uint32_t ttl; /* of what content_put adds */
	struct record *records;
	uint32_t count;
	uint32_t room;
	int error;
};

void content_add(struct content *content, const struct record *record);
/* Adds a record whose RDATA is copied; nothing where `owner` is NULL. */
void content_put(struct content *content, const uint8_t *owner, uint16_t type, const void *rdata,
		 size_t size);
/* A TXT record of one string, at most 255 octets. */
void content_put_text(struct content *content, const uint8_t *owner, const char *text);
/* At the zone's own name; nothing where `host` is NULL. */
void content_put_mx(struct content *content, uint8_t preference, const uint8_t *host);
/* A name below the zone ("_smtp._tls"; "" is the zone's own), in the arena. NULL when it would be
 * too long. */
const uint8_t *content_below(struct content *content, const char *labels);

/* Which version of its zones a server gives: 0 for the common one. */
#define VARIANT_STALE 1u
#define VARIANT_UNSIGNED 2u
/* The second server's, where a zone has other CDS or CSYNC records there. */
#define VARIANT_SIGNALS 3u
#define VARIANT_DIFFERING(server) (4u + (server))

/* Type of a marker for a name that exists only because names below it do (RFC 8499 s7). */
#define TYPE_EMPTY 0
#define KEY_TTL_S 3600u

/* SOA, NS, hosts, records of the file; keys if there are any. */
MUST_CHECK int content_make(struct content *content, uint32_t variant,
			    const struct zone_keys *keys);
/* CDS, CDNSKEY and CSYNC: what the zone asks its parent for (content_signals.c). */
void content_add_signals(struct content *content, uint32_t variant, const struct zone_keys *keys);
/* content_bootstrap.c: in a zone made for it, what an operator says of a domain (RFC 9615). */
void content_add_bootstrap(struct content *content, const struct key_pool *pool);
/* content_shown.c: what stands in the zone of a domain of which the file says what it shows. */
void content_add_shown(struct content *content, uint32_t variant);
/* content_dsync.c: where a parent takes notifications (RFC 9859). */
void content_add_dsync(struct content *content);
/* Real servers of today read no DSYNC record. */
bool zone_can_have_dsync(const struct world *world, const struct zone *zone);
bool zone_has_csync(const struct world *world, const struct zone *zone);
/* Does the operator's second server give other CDS or CSYNC records of the zone? */
bool zone_signals_differ(const struct zone *zone);
/* Markers for the names between the records' owners, or children, and the apex: the last step. */
void content_add_empty_names(struct content *content);
/* What the zone's faults put among its keys besides (content_keys.c). */
void content_add_key_faults(struct content *content, const struct zone_keys *keys);
/* content_digest.c: does the zone have a ZONEMD record, of the file's will or a fault's? */
bool zone_has_digest(const struct zone *zone);
/* The record with a digest that is still to be made (view_settle_digest): it must stand among the
 * others before, since the denial chain names it. */
void content_add_digest(struct content *content, uint32_t variant);
/* A and AAAA of a name server, as records of `owner`. */
void content_add_addresses(struct content *content, const uint8_t *owner, const struct ns *ns,
			   uint32_t ttl);

/* content_zone.c: the SOA, with what faults make of it and the names that they make it speak of. */
void content_add_soa(struct content *content, const struct ns_list *servers, uint32_t variant);
/* The A record of an NS_SPECIAL name server. */
void content_add_special_address(struct content *content, const uint8_t *owner, uint32_t ttl);

struct nsec3_parameters {
	uint16_t iterations;
	uint8_t salt_size;
	uint8_t salt[UINT8_MAX];
};
struct nsec3_parameters zone_nsec3(const struct world *world, const struct zone *zone);
uint32_t zone_serial(const struct world *world, const struct zone *zone, uint32_t variant);
/* The SOA's last field, TTL of negative answers. */
uint32_t zone_minimum_s(const struct world *world, const struct zone *zone);

#endif
