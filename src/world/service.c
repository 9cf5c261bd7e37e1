/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/service_private.h"
#include "world/shown_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define PURPOSE_SERVICE 0x73657276u
#define PURPOSE_VARIETY 0x76617269u
#define PURPOSE_AUTHORITY 0x61757468u
#define PURPOSE_KEY_NOW 0x6b6e6f77u
#define PURPOSE_KEY_NEXT 0x6b6e6578u
/* Of the sound domains, one in so many; and no more than so many, for they cost memory. */
#define SERVICE_SHARE 8u
#define SERVICES_SOUND_MAX 2000u

/* 2020-01-01, 2021-01-01, 2049-12-31. */
#define DATE_FIRST 1577836800
#define DATE_PAST 1609459200
#define DATE_LAST 2524521600

/* The file or a fault says that there is something to be presented. */
static bool must_have(const struct zone *zone)
{
	if (zone->flags & ZONE_IS_SHOWN)
		return zone_shows(zone, SHOW_MTA_STS) || zone_shows(zone, SHOW_TLSA_MAIL) ||
		       zone_shows(zone, SHOW_TLSA_WEB);
	for (enum fault fault = 0; fault < FAULT_COUNT; fault++)
		if (zone_has(zone, fault) && fault_row(fault)->group == GROUP_SERVICE)
			return true;
	return false;
}

static int add(struct world *world, uint32_t zone)
{
	struct zone_more *more;
	int error = array_grow((void **)&world->services, &world->service_room,
			       world->service_count, sizeof(*world->services), SERVICES_MAX);
	if (!error)
		error = zone_more_make(world, zone, &more);
	if (error)
		return error;
	world->services[world->service_count++] = zone;
	more->service = world->service_count;
	return 0;
}

static bool is_chosen(const struct world *world, const struct zone *zone)
{
	return (zone->flags & ZONE_IS_TARGET) && !(zone->flags & ZONE_IS_SHOWN) &&
	       zone->faults == 0 && zone_number(world, zone, PURPOSE_SERVICE) % SERVICE_SHARE == 0;
}

int services_link(struct world *world)
{
	int error = 0;
	uint32_t sound = 0;
	for (uint32_t i = 0; i < world->zone_count && !error; i++) {
		const struct zone *zone = &world->zones[i];
		if ((zone->flags & ZONE_IS_TARGET) && must_have(zone))
			error = add(world, i);
	}
	for (uint32_t i = 0; i < world->zone_count && !error; i++) {
		if (sound == SERVICES_SOUND_MAX || world->service_count == SERVICES_MAX)
			break;
		if (!is_chosen(world, &world->zones[i]))
			continue;
		error = add(world, i);
		sound++;
	}
	return error;
}

struct address service_address(uint32_t number)
{
	assert(number > 0 && number <= SERVICES_MAX);
	const uint8_t octets[4] = {198, 19, (uint8_t)((number - 1) / 254),
				   (uint8_t)(1 + (number - 1) % 254)};
	return address_from_ipv4(octets, 0);
}

const struct zone *service_zone_at(const struct world *world, const struct address *address)
{
	const uint8_t *octets = address->octets;
	if (address->family != ADDRESS_IPV4 || octets[0] != 198 || octets[1] != 19 ||
	    octets[3] == 0 || octets[3] == 255)
		return NULL;
	const uint32_t index = octets[2] * 254u + octets[3] - 1u;
	return index < world->service_count ? &world->zones[world->services[index]] : NULL;
}

bool service_has_policy(const struct world *world, const struct zone *zone)
{
	if (zone->flags & ZONE_IS_SHOWN)
		return zone_shows(zone, SHOW_MTA_STS);
	if (zone_has(zone, FAULT_STS_UNREACHABLE) || zone_has(zone, FAULT_STS_UNTRUSTED) ||
	    zone_has(zone, FAULT_STS_POLICY) || zone_has(zone, FAULT_STS_MX))
		return true;
	return zone->faults == 0 && zone_number(world, zone, PURPOSE_VARIETY) % 2 == 0;
}

bool service_is_anchored(const struct world *world, const struct zone *zone)
{
	if (zone_has(zone, FAULT_DANE_NO_ANCHOR) || zone_has(zone, FAULT_DANE_NAME) ||
	    zone_has(zone, FAULT_DANE_EXPIRED))
		return true;
	return zone->faults == 0 && !(zone->flags & ZONE_IS_SHOWN) &&
	       zone_number(world, zone, PURPOSE_VARIETY) / 2 % 3 == 0;
}

/* ---- keys and certificates ---- */

static void make_seed(const struct world *world, uint64_t purpose, uint8_t seed[ISSUE_SEED_OCTETS])
{
	for (uint8_t i = 0; i < ISSUE_SEED_OCTETS / 8; i++) {
		uint64_t number = world_number(world, &i, 1, purpose);
		memcpy(seed + (size_t)i * 8, &number, 8);
	}
}

int service_issuer(const struct world *world, struct issuer **ret_issuer)
{
	struct issuer_identity identity = {
		.common_name = "the world's authority",
		.not_before_s = DATE_FIRST,
		.not_after_s = DATE_LAST,
	};
	make_seed(world, PURPOSE_AUTHORITY, identity.seed);
	return issuer_new(&identity, ret_issuer);
}

/* Hosts below the zone, as certificates have them. */
static void host_text(const struct zone *zone, const char *label, char text[NAME_TEXT_MAX + 16])
{
	char name[NAME_TEXT_MAX];
	name_to_text(zone->name, name);
	const size_t length = strlen(name);
	assert(length > 1);
	(void)snprintf(text, NAME_TEXT_MAX + 16, "%s.%.*s", label, (int)(length - 1), name);
}

int service_issue(const struct world *world, const struct zone *zone, bool is_next,
		  struct issued *ret_issued)
{
	char apex[NAME_TEXT_MAX];
	char mail[NAME_TEXT_MAX + 16];
	char mail2[NAME_TEXT_MAX + 16];
	char policy[NAME_TEXT_MAX + 16];
	struct issuer *issuer;
	int error = service_issuer(world, &issuer);
	if (error)
		return error;
	host_text(zone, "mail", mail);
	host_text(zone, "mail2", mail2);
	host_text(zone, "mta-sts", policy);
	const size_t length = strlen(name_to_text(zone->name, apex));
	apex[length - 1] = '\0';
	struct issue_order order = {
		.names = {mail, mail2, policy, zone_shows(zone, SHOW_TLSA_WEB) ? apex : NULL},
		.not_before_s = DATE_FIRST,
		.not_after_s = zone_has(zone, FAULT_DANE_EXPIRED) ? DATE_PAST : DATE_LAST,
		.is_self_signed = zone_has(zone, FAULT_STS_UNTRUSTED),
		.with_issuer =
			service_is_anchored(world, zone) && !zone_has(zone, FAULT_DANE_NO_ANCHOR),
	};
	if (zone_has(zone, FAULT_DANE_NAME)) {
		order.names[0] = "mail.invalid";
		order.names[1] = NULL;
	}
	make_seed(world, is_next ? PURPOSE_KEY_NEXT : PURPOSE_KEY_NOW, order.seed);
	error = issue(issuer, &order, ret_issued);
	issuer_free(issuer);
	return error;
}

void service_policy(const struct zone *zone, char *text, size_t room)
{
	char mail[NAME_TEXT_MAX + 16];
	char all[NAME_TEXT_MAX + 16];
	host_text(zone, "mail", mail);
	host_text(zone, "*", all);
	const bool is_strange = zone_has(zone, FAULT_STS_MX);
	const char *mode = zone_has(zone, FAULT_STS_POLICY) ? "enforced" : "enforce";
	if ((zone->flags & ZONE_IS_SHOWN) && !zone_shows(zone, SHOW_MTA_STS_ENFORCED))
		mode = "testing";
	(void)snprintf(text, room,
		       "version: STSv1\r\nmode: %s\r\nmx: %s\r\n%s%s%smax_age: 604800\r\n", mode,
		       is_strange ? "mx.invalid" : mail,
		       is_strange ? "" : "mx: ", is_strange ? "" : all, is_strange ? "" : "\r\n");
}
