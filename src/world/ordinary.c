/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"
#include "dns/wire/type.h"
#include "world/ordinary_private.h"
#include "world/routes_private.h"

#include <assert.h>
#include <string.h>

#define PURPOSE_ORDINARY 0x6f726469u

/* The domain's dice and what they are used on. */
struct recipe {
	struct content *content;
	struct random random;
	uint32_t ttl;
};

static bool with_chance(struct recipe *recipe, uint32_t percent)
{
	return random_below(&recipe->random, 100) < percent;
}

static void add(struct recipe *recipe, const uint8_t *owner, uint16_t type, const void *rdata,
		size_t size)
{
	struct content *content = recipe->content;
	if (!owner)
		return;
	const uint8_t *copy = arena_copy(content->arena, rdata, size);
	if (!copy) {
		content->error = ERR_MEMORY;
		return;
	}
	content_add(content, &(struct record){.owner = owner,
					      .type = type,
					      .ttl = recipe->ttl,
					      .rdata = copy,
					      .rdata_size = (uint16_t)size});
}

/* A name below the domain; NULL when it would be too long, and nothing is added then. */
static const uint8_t *below(struct recipe *recipe, const char *label)
{
	struct content *content = recipe->content;
	struct name name;
	if (name_prepend((const uint8_t *)label, strlen(label), content->zone->name, &name))
		return NULL;
	const uint8_t *copy = arena_copy(content->arena, name.octets, name_size(name.octets));
	if (!copy)
		content->error = ERR_MEMORY;
	return copy;
}

static void add_text(struct recipe *recipe, const uint8_t *owner, const char *text)
{
	uint8_t octets[256];
	size_t length = strlen(text);
	assert(length < sizeof(octets));
	octets[0] = (uint8_t)length;
	memcpy(octets + 1, text, length);
	add(recipe, owner, TYPE_TXT, octets, length + 1);
}

/* An address of 203.0.113.0/24 and 198.51.100.0/24, or of 2001:db8:ffff::/48: nobody's (RFC 5737,
 * RFC 3849). */
static void add_ipv4(struct recipe *recipe, const uint8_t *owner)
{
	uint32_t number = random_u32(&recipe->random);
	uint8_t octets[4] = {203, 0, 113, (uint8_t)(1 + number % 254)};
	if (number & 0x10000) {
		octets[0] = 198;
		octets[1] = 51;
		octets[2] = 100;
	}
	add(recipe, owner, TYPE_A, octets, sizeof(octets));
}

static void add_ipv6(struct recipe *recipe, const uint8_t *owner)
{
	uint8_t octets[16] = {0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff};
	random_octets(&recipe->random, octets + 8, 8);
	add(recipe, owner, TYPE_AAAA, octets, sizeof(octets));
}

/* A server that answers differently gives an address of its own: 100.64.0.0/10 holds one for each.
 */
static void add_apex_address(struct recipe *recipe, uint32_t variant)
{
	const uint8_t *apex = recipe->content->zone->name;
	if (variant < VARIANT_DIFFERING(0)) {
		add_ipv4(recipe, apex);
		return;
	}
	(void)random_u32(&recipe->random);
	uint32_t server = variant - VARIANT_DIFFERING(0);
	assert(server < WORLD_SERVERS_MAX);
	const uint8_t octets[4] = {100, 64, (uint8_t)(server >> 8), (uint8_t)server};
	add(recipe, apex, TYPE_A, octets, sizeof(octets));
}

static void add_web(struct recipe *recipe)
{
	const uint8_t *apex = recipe->content->zone->name;
	bool has_ipv6 = with_chance(recipe, 40);
	if (has_ipv6)
		add_ipv6(recipe, apex);
	uint32_t kind = random_below(&recipe->random, 100);
	const uint8_t *www = below(recipe, "www");
	if (kind < 45)
		add(recipe, www, TYPE_CNAME, apex, name_size(apex));
	else if (kind < 90)
		add_ipv4(recipe, www);
	if (kind >= 45 && kind < 90 && has_ipv6)
		add_ipv6(recipe, www);
}

/* Two mail hosts, whose addresses are announced as a fault wants them to be. */
static void add_routed_mail(struct recipe *recipe)
{
	static const char *const labels[2] = {"mail", "mail2"};
	const struct content *content = recipe->content;
	struct address addresses[2];
	routes_mail_addresses(content->world, content->zone, addresses);
	for (int i = 0; i < 2; i++) {
		uint8_t exchange[2 + NAME_MAX_OCTETS] = {0, 10};
		const uint8_t *mail = below(recipe, labels[i]);
		if (!mail)
			return;
		add(recipe, mail, TYPE_A, addresses[i].octets, 4);
		size_t size = name_copy(exchange + 2, mail);
		add(recipe, content->zone->name, TYPE_MX, exchange, 2 + size);
	}
	add_text(recipe, content->zone->name, "v=spf1 mx -all");
}

static bool is_mail_routed(const struct zone *zone)
{
	for (enum fault fault = 0; fault < FAULT_COUNT; fault++) {
		if (zone_has(zone, fault) && fault_row(fault)->group == GROUP_MX_ROUTE)
			return true;
	}
	return false;
}

static void add_mail(struct recipe *recipe)
{
	if (is_mail_routed(recipe->content->zone)) {
		add_routed_mail(recipe);
		return;
	}
	const uint8_t *apex = recipe->content->zone->name;
	uint32_t kind = random_below(&recipe->random, 100);
	uint8_t exchange[2 + NAME_MAX_OCTETS] = {0, 10};
	if (kind < 70) {
		const uint8_t *mail = below(recipe, "mail");
		if (!mail)
			return;
		add_ipv4(recipe, mail);
		size_t size = name_copy(exchange + 2, mail);
		add(recipe, apex, TYPE_MX, exchange, 2 + size);
		add_text(recipe, apex, "v=spf1 mx -all");
	} else if (kind < 80) {
		add(recipe, apex, TYPE_MX, (const uint8_t[3]){0, 0, 0}, 3); /* RFC 7505 */
		add_text(recipe, apex, "v=spf1 -all");
	}
	if (kind < 35 || (kind >= 70 && kind < 78))
		add_text(recipe, below(recipe, "_dmarc"),
			 kind % 2 ? "v=DMARC1; p=reject" : "v=DMARC1; p=none");
}

/* What some want to have who point a whole domain at a service. */
static void add_alias_at_apex(struct recipe *recipe)
{
	const uint8_t *apex = recipe->content->zone->name;
	const uint8_t *www = below(recipe, "www");
	if (!www)
		www = apex;
	else
		add_ipv4(recipe, www);
	add(recipe, apex, TYPE_CNAME, www, name_size(www));
}

void content_add_ordinary(struct content *content, uint32_t variant)
{
	assert(content->zone->flags & ZONE_IS_TARGET);
	static const uint8_t issue[] = "\0\5issueletsencrypt.org";
	struct recipe recipe = {.content = content};
	random_seeded(&recipe.random, zone_number(content->world, content->zone, PURPOSE_ORDINARY));
	recipe.ttl = 300u << random_below(&recipe.random, 6);
	if (zone_has(content->zone, FAULT_APEX_ALIAS)) {
		add_alias_at_apex(&recipe);
		return;
	}
	add_apex_address(&recipe, variant);
	add_web(&recipe);
	add_mail(&recipe);
	if (with_chance(&recipe, 10))
		add(&recipe, content->zone->name, TYPE_CAA, issue, sizeof(issue) - 1);
}
