/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mail servers of the world's own: some domains have one, with the policy host beside it, at an
 * address that is theirs alone, so that connecting to it shows what a fault says it presents.
 *
 * One key for all that is sound, one that nobody presents, one authority; all out of the world's
 * seed, with dates that do not depend on the day, so that a zone's TLSA records and a server's
 * certificate come out of the same file by themselves.
 */
#ifndef WORLD_SERVICE_PRIVATE_H
#define WORLD_SERVICE_PRIVATE_H

#include "net/address.h"
#include "pki/issue.h"
#include "world/content_private.h"
#include "world/model_private.h"

/* 198.19.0.0/16 without .0 and .255. */
#define SERVICES_MAX 65024u

/* Numbers the domains that have one: those with a fault of it, then some that are sound. */
MUST_CHECK int services_link(struct world *world);
/* The zone's, or 0. */
static inline uint32_t zone_service(const struct world *world, const struct zone *zone)
{
	const struct zone_more *more = zone_more(world, zone);
	return more == NULL ? 0 : more->service;
}
struct address service_address(uint32_t number);
/* The zone whose server has that address, or NULL. */
const struct zone *service_zone_at(const struct world *world, const struct address *address);
/* Has it an MTA-STS policy? */
bool service_has_policy(const struct world *world, const struct zone *zone);
/* Is its TLSA record of the authority (DANE-TA)? */
bool service_is_anchored(const struct world *world, const struct zone *zone);

/* The world's authority; to be freed with issuer_free. */
MUST_CHECK int service_issuer(const struct world *world, struct issuer **ret_issuer);
/* What the zone's server presents; to be released with issued_release. `is_next`: what it will
 * present some day. */
MUST_CHECK int service_issue(const struct world *world, const struct zone *zone, bool is_next,
			     struct issued *ret_issued);
/* The text that the policy host serves. */
void service_policy(const struct zone *zone, char *text, size_t room);

/* ---- content_service.c ---- */
/* MX, addresses, TLSA, SPF, DMARC and MTA-STS of such a domain. */
void content_add_service(struct content *content);
/* A TLSA record of what the zone's server presents, at `labels` below the zone ("_443._tcp"). */
void content_add_service_tlsa(struct content *content, const char *labels);

#endif
