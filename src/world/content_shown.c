/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"
#include "dns/wire/type.h"
#include "world/service_private.h"
#include "world/shown_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define PURPOSE_SHOWN 0x73686f77u
/* A name of 253 octets and a few words around it; what does not fit is left short of them. */
#define TEXT_MAX 256

struct recipe {
	struct content *content;
	const struct zone *zone;
	struct random random;
	char domain[NAME_TEXT_MAX]; /* without the final dot */
};

static uint32_t draw(struct recipe *recipe, uint32_t count)
{
	return random_below(&recipe->random, count);
}

static bool shows(const struct recipe *recipe, enum show show)
{
	return zone_shows(recipe->zone, show);
}

/* `full` with the domain's name in it where there is room for that, else `plain`. */
static void put_text(struct recipe *recipe, const char *labels, const char *plain, const char *full)
{
	char text[TEXT_MAX];
	const int length = full == NULL
				   ? TEXT_MAX
				   : snprintf(text, sizeof(text), "%s%s", full, recipe->domain);
	const uint8_t *owner = content_below(recipe->content, labels);
	assert(plain != NULL && strlen(plain) < TEXT_MAX);
	content_put_text(recipe->content, owner, length >= 0 && length < TEXT_MAX ? text : plain);
}

/* ---- addresses ---- */

/* Of the blocks that are set aside for mail hosts and web servers (world/routes.c). */
static void put_ipv4(struct recipe *recipe, const char *labels)
{
	const uint8_t last = (uint8_t)(1 + draw(recipe, 254));
	const uint8_t *owner = content_below(recipe->content, labels);
	content_put(recipe->content, owner, TYPE_A, (const uint8_t[4]){203, 0, 113, last}, 4);
	content_put(recipe->content, owner, TYPE_A, (const uint8_t[4]){198, 51, 100, last}, 4);
}

static void put_ipv6(struct recipe *recipe, const char *labels)
{
	uint8_t octets[16] = {0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff};
	random_octets(&recipe->random, octets + 8, 8);
	content_put(recipe->content, content_below(recipe->content, labels), TYPE_AAAA, octets,
		    sizeof(octets));
}

/* Where the world's own server is, which presents what TLSA records speak of. */
static void put_service(struct recipe *recipe, const char *labels)
{
	const uint32_t number = zone_service(recipe->content->world, recipe->zone);
	assert(number != 0);
	const struct address address = service_address(number);
	content_put(recipe->content, content_below(recipe->content, labels), TYPE_A, address.octets,
		    4);
}

/* A server that answers differently gives an address of its own, as in world/ordinary.c. */
static void put_web(struct recipe *recipe, uint32_t variant)
{
	const bool has_address = shows(recipe, SHOW_MAIL) || shows(recipe, SHOW_NULL_MX);
	if (variant >= VARIANT_DIFFERING(0)) {
		const uint32_t server = variant - VARIANT_DIFFERING(0);
		assert(server < WORLD_SERVERS_MAX);
		const uint8_t octets[4] = {100, 64, (uint8_t)(server >> 8), (uint8_t)server};
		content_put(recipe->content, recipe->zone->name, TYPE_A, octets, sizeof(octets));
	} else if (shows(recipe, SHOW_TLSA_WEB)) {
		put_service(recipe, "");
	} else if (has_address) {
		/* Without MX a domain with an address takes mail there (RFC 5321 s5.1). */
		put_ipv4(recipe, "");
	}
	if (shows(recipe, SHOW_TLSA_WEB))
		content_add_service_tlsa(recipe->content, "_443._tcp");
	put_ipv4(recipe, "www");
}

/* ---- mail ---- */

static void put_exchangers(struct recipe *recipe)
{
	static const uint8_t root[] = {0};
	struct content *content = recipe->content;
	if (shows(recipe, SHOW_NULL_MX))
		content_put_mx(content, 0, root);
	if (!shows(recipe, SHOW_MAIL))
		return;
	if (zone_service(content->world, recipe->zone) != 0)
		put_service(recipe, "mail");
	else
		put_ipv4(recipe, "mail");
	if (shows(recipe, SHOW_IPV6_MAIL))
		put_ipv6(recipe, "mail");
	content_put_mx(content, 10, content_below(content, "mail"));
	if (shows(recipe, SHOW_TLSA_MAIL))
		content_add_service_tlsa(content, "_25._tcp.mail");
}

static void put_spf(struct recipe *recipe)
{
	const bool has_mail = shows(recipe, SHOW_MAIL);
	if (!shows(recipe, SHOW_SPF))
		return;
	if (!shows(recipe, SHOW_SPF_STRICT)) {
		put_text(recipe, "", "v=spf1 ip4:203.0.113.0/24 ?all", NULL);
	} else if (!has_mail) {
		put_text(recipe, "", "v=spf1 -all", NULL);
	} else if (draw(recipe, 4) == 0) {
		put_text(recipe, "", "v=spf1 mx -all", "v=spf1 redirect=_spf.");
		put_text(recipe, "_spf", "v=spf1 ip4:203.0.113.0/24 ip4:198.51.100.0/24 ~all",
			 NULL);
	} else {
		put_text(recipe, "", draw(recipe, 2) ? "v=spf1 mx -all" : "v=spf1 mx ~all", NULL);
	}
}

static void put_dmarc(struct recipe *recipe)
{
	if (!shows(recipe, SHOW_DMARC))
		return;
	if (!shows(recipe, SHOW_DMARC_ENFORCED))
		put_text(recipe, "_dmarc", "v=DMARC1; p=none",
			 "v=DMARC1; p=none; rua=mailto:dmarc@");
	else if (draw(recipe, 2) == 0)
		put_text(recipe, "_dmarc", "v=DMARC1; p=quarantine",
			 "v=DMARC1; p=quarantine; rua=mailto:dmarc@");
	else
		put_text(recipe, "_dmarc", "v=DMARC1; p=reject", NULL);
}

static void put_tls(struct recipe *recipe)
{
	if (shows(recipe, SHOW_MTA_STS)) {
		put_text(recipe, "_mta-sts", "v=STSv1; id=20261127;", NULL);
		put_service(recipe, "mta-sts");
	}
	if (shows(recipe, SHOW_TLSRPT))
		put_text(recipe, "_smtp._tls", "v=TLSRPTv1; rua=mailto:tls@reports.example",
			 "v=TLSRPTv1; rua=mailto:tls@");
}

static void put_caa(struct recipe *recipe)
{
	static const uint8_t issue[] = "\0\5issueca.example";
	static const uint8_t wild[] = "\0\011issuewild;";
	if (!shows(recipe, SHOW_CAA))
		return;
	content_put(recipe->content, recipe->zone->name, TYPE_CAA, issue, sizeof(issue) - 1);
	if (draw(recipe, 2) == 0)
		content_put(recipe->content, recipe->zone->name, TYPE_CAA, wild, sizeof(wild) - 1);
}

void content_add_shown(struct content *content, uint32_t variant)
{
	assert(content->zone->flags & ZONE_IS_SHOWN);
	struct recipe recipe = {.content = content, .zone = content->zone};
	random_seeded(&recipe.random, zone_number(content->world, content->zone, PURPOSE_SHOWN));
	const size_t length = strlen(name_to_text(content->zone->name, recipe.domain));
	assert(length > 1);
	recipe.domain[length - 1] = '\0';
	put_exchangers(&recipe);
	put_spf(&recipe);
	put_dmarc(&recipe);
	put_tls(&recipe);
	put_caa(&recipe);
	put_web(&recipe, variant);
}
