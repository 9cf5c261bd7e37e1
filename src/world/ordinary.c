/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"
#include "dns/wire/type.h"
#include "world/content_mail_private.h"
#include "world/ordinary_private.h"
#include "world/shown_private.h"

#include <assert.h>
#include <string.h>

#define PURPOSE_ORDINARY 0x6f726469u

/* The domain's dice and what they are used on. */
struct recipe {
	struct content *content;
	struct random random;
};

static bool with_chance(struct recipe *recipe, uint32_t percent)
{
	return random_below(&recipe->random, 100) < percent;
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
	content_put(recipe->content, owner, TYPE_A, octets, sizeof(octets));
}

static void add_ipv6(struct recipe *recipe, const uint8_t *owner)
{
	uint8_t octets[16] = {0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff};
	random_octets(&recipe->random, octets + 8, 8);
	content_put(recipe->content, owner, TYPE_AAAA, octets, sizeof(octets));
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
	content_put(recipe->content, apex, TYPE_A, octets, sizeof(octets));
}

static void add_web(struct recipe *recipe)
{
	const uint8_t *apex = recipe->content->zone->name;
	bool has_ipv6 = with_chance(recipe, 40);
	if (has_ipv6)
		add_ipv6(recipe, apex);
	uint32_t kind = random_below(&recipe->random, 100);
	const uint8_t *www = content_below(recipe->content, "www");
	if (zone_has(recipe->content->zone, FAULT_ALIAS_DANGLING)) {
		const uint8_t *gone = kind < 50 ? content_below(recipe->content, "gone")
						: content_gone_name(recipe->content, "www");
		if (gone)
			content_put(recipe->content, www, TYPE_CNAME, gone, name_size(gone));
		return;
	}
	if (kind < 45)
		content_put(recipe->content, www, TYPE_CNAME, apex, name_size(apex));
	else if (kind < 90)
		add_ipv4(recipe, www);
	if (kind >= 45 && kind < 90 && has_ipv6)
		add_ipv6(recipe, www);
}

/* What some want to have who point a whole domain at a service. */
static void add_alias_at_apex(struct recipe *recipe)
{
	const uint8_t *apex = recipe->content->zone->name;
	const uint8_t *www = content_below(recipe->content, "www");
	if (!www)
		www = apex;
	else
		add_ipv4(recipe, www);
	content_put(recipe->content, apex, TYPE_CNAME, www, name_size(www));
}

void content_add_ordinary(struct content *content, uint32_t variant)
{
	assert(content->zone->flags & ZONE_IS_TARGET);
	struct recipe recipe = {.content = content};
	random_seeded(&recipe.random, zone_number(content->world, content->zone, PURPOSE_ORDINARY));
	content->ttl = 300u << random_below(&recipe.random, 6);
	if (content->zone->flags & ZONE_IS_SHOWN) {
		content_add_shown(content, variant);
		return;
	}
	if (zone_has(content->zone, FAULT_APEX_ALIAS)) {
		add_alias_at_apex(&recipe);
		return;
	}
	add_apex_address(&recipe, variant);
	add_web(&recipe);
	content_add_mail(content);
	content_add_caa(content);
}
