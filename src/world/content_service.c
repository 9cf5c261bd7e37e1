/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dane/tlsa.h"
#include "dns/wire/type.h"
#include "world/service_private.h"

#include <assert.h>
#include <string.h>

#define PURPOSE_RECORDS 0x7265636fu

/* What is made of one zone. */
struct recipe {
	struct content *content;
	const struct zone *zone;
	uint64_t number;   /* of the zone's, for what is left to choose */
	const char *place; /* of the TLSA record */
};

static void add_address(struct recipe *recipe, const uint8_t *owner)
{
	const struct world *world = recipe->content->world;
	const struct address address = service_address(zone_service(world, recipe->zone));
	content_put(recipe->content, owner, TYPE_A, address.octets, 4);
}

/* ---- TLSA ---- */

struct tlsa_fields {
	uint8_t usage, selector;
	size_t cut; /* octets that the digest is too short */
};

static void add_digest(struct recipe *recipe, const struct tlsa_fields *fields, const uint8_t *der,
		       size_t size)
{
	uint8_t rdata[3 + TLSA_SHA256_OCTETS] = {fields->usage, fields->selector, TLSA_SHA256};
	struct certificate *certificate;
	int error = certificate_new(der, size, &certificate);
	if (error) {
		recipe->content->error = error;
		return;
	}
	tlsa_digest(certificate, fields->selector, rdata + 3);
	certificate_free(certificate);
	assert(fields->cut < TLSA_SHA256_OCTETS);
	content_put(recipe->content, content_below(recipe->content, recipe->place), TYPE_TLSA,
		    rdata, sizeof(rdata) - fields->cut);
}

/* Of what is presented, or will be. */
static void add_own(struct recipe *recipe, const struct tlsa_fields *fields, bool is_next)
{
	struct issued issued;
	int error = service_issue(recipe->content->world, recipe->zone, is_next, &issued);
	if (error) {
		recipe->content->error = error;
		return;
	}
	add_digest(recipe, fields, issued.der, issued.der_size);
	issued_release(&issued);
}

static void add_anchor(struct recipe *recipe)
{
	struct issuer *issuer;
	int error = service_issuer(recipe->content->world, &issuer);
	if (error) {
		recipe->content->error = error;
		return;
	}
	size_t size;
	const uint8_t *der = issuer_der(issuer, &size);
	const struct tlsa_fields fields = {TLSA_DANE_TA, TLSA_KEY, 0};
	add_digest(recipe, &fields, der, size);
	issuer_free(issuer);
}

static void add_tlsa(struct recipe *recipe)
{
	static const struct tlsa_fields sound = {TLSA_DANE_EE, TLSA_KEY, 0};
	const struct zone *zone = recipe->zone;
	if (zone_has(zone, FAULT_TLSA_MALFORMED)) {
		const struct tlsa_fields fields = {recipe->number % 2 ? TLSA_DANE_EE
								      : TLSA_DANE_EE + 1,
						   TLSA_KEY, recipe->number % 2};
		add_own(recipe, &fields, false);
	} else if (zone_has(zone, FAULT_TLSA_PKIX)) {
		const struct tlsa_fields fields = {recipe->number % 2, TLSA_KEY, 0};
		add_own(recipe, &fields, false);
	} else if (zone_has(zone, FAULT_TLSA_WHOLE)) {
		const struct tlsa_fields fields = {TLSA_DANE_EE, TLSA_CERTIFICATE, 0};
		add_own(recipe, &fields, false);
	} else if (service_is_anchored(recipe->content->world, zone)) {
		add_anchor(recipe);
	} else {
		add_own(recipe, &sound, zone_has(zone, FAULT_DANE_MISMATCH));
		/* RFC 7671 s8.1: the next one stands there before it is presented. */
		if (zone->faults == 0 && recipe->number % 2)
			add_own(recipe, &sound, true);
	}
}

static bool has_tlsa(const struct zone *zone)
{
	if (zone_has(zone, FAULT_MAIL_TLS_OLD))
		return false;
	return zone->algorithm != 0 || zone_has(zone, FAULT_TLSA_INSECURE);
}

void content_add_service(struct content *content)
{
	struct recipe recipe = {
		.content = content, .zone = content->zone, .place = "_25._tcp.mail"};
	recipe.number = zone_number(content->world, content->zone, PURPOSE_RECORDS);
	const uint8_t *mail = content_below(content, "mail");
	add_address(&recipe, mail);
	content_put_mx(content, 10, mail);
	if (zone_has(content->zone, FAULT_DANE_PARTIAL)) {
		const uint8_t *second = content_below(content, "mail2");
		add_address(&recipe, second);
		content_put_mx(content, 20, second);
	}
	if (has_tlsa(content->zone))
		add_tlsa(&recipe);
	content_put_text(content, content->zone->name, "v=spf1 mx -all");
	content_put_text(content, content_below(content, "_dmarc"), "v=DMARC1; p=reject");
	if (service_has_policy(content->world, content->zone)) {
		content_put_text(content, content_below(content, "_mta-sts"),
				 "v=STSv1; id=20261126;");
		add_address(&recipe, content_below(content, "mta-sts"));
	}
}

void content_add_service_tlsa(struct content *content, const char *labels)
{
	static const struct tlsa_fields sound = {TLSA_DANE_EE, TLSA_KEY, 0};
	struct recipe recipe = {.content = content, .zone = content->zone, .place = labels};
	assert(zone_service(content->world, content->zone) != 0);
	add_own(&recipe, &sound, false);
}
