/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"
#include "dns/wire/type.h"
#include "world/content_mail_private.h"
#include "world/ordinary_private.h"

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
	if (zone_has(recipe->content->zone, FAULT_ALIAS_DANGLING)) {
		const uint8_t *gone = kind < 50 ? below(recipe, "gone")
						: content_gone_name(recipe->content, "www");
		if (gone)
			add(recipe, www, TYPE_CNAME, gone, name_size(gone));
		return;
	}
	if (kind < 45)
		add(recipe, www, TYPE_CNAME, apex, name_size(apex));
	else if (kind < 90)
		add_ipv4(recipe, www);
	if (kind >= 45 && kind < 90 && has_ipv6)
		add_ipv6(recipe, www);
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
	struct recipe recipe = {.content = content};
	random_seeded(&recipe.random, zone_number(content->world, content->zone, PURPOSE_ORDINARY));
	recipe.ttl = 300u << random_below(&recipe.random, 6);
	if (zone_has(content->zone, FAULT_APEX_ALIAS)) {
		add_alias_at_apex(&recipe);
		return;
	}
	add_apex_address(&recipe, variant);
	add_web(&recipe);
	content_add_mail(content, recipe.ttl);
	content_add_caa(content, recipe.ttl);
}
