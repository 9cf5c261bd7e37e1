/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a zone's records say of its keys, and of what vouches for its mail and web servers. */
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "world/true_facts_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* RFC 6605, RFC 8080. */
#define MODERN_FIRST 13
#define MODERN_LAST 16
/* RFC 7672 s3.1: DANE-TA and DANE-EE are what mail servers heed; RFC 6698 s2.1.1: all four are what
 * web clients do. */
#define USAGE_MAIL_FIRST 2
#define USAGE_LAST 3
#define SHA256_RDATA_OCTETS (3u + 32u)

const struct view_set *view_set_below(const struct view *view, const char *labels, uint16_t type)
{
	char zone[NAME_TEXT_MAX];
	char text[2 * NAME_TEXT_MAX];
	struct name name;
	assert(strlen(labels) < NAME_TEXT_MAX);
	name_to_text(view->zone->name, zone);
	(void)snprintf(text, sizeof(text), "%s%s%s", labels, *labels ? "." : "", zone);
	if (name_from_text(text, &name, NULL))
		return NULL;
	const struct view_node *node = view_node(view, name.octets);
	return node ? view_node_set(node, type) : NULL;
}

static bool has_modern_keys(const struct view *view)
{
	const struct view_set *keys = view_set_below(view, "", TYPE_DNSKEY);
	for (uint16_t i = 0; keys && i < keys->rrset.count; i++) {
		assert(keys->rrset.records[i]->rdata_size > 4);
		const uint8_t algorithm = keys->rrset.records[i]->rdata[3];
		if (algorithm < MODERN_FIRST || algorithm > MODERN_LAST)
			return false;
	}
	return keys != NULL;
}

/* Is there one that is of a usage that counts, whole, and of a digest that everybody knows? */
static bool has_tlsa(const struct view_set *set, uint8_t first_usage)
{
	for (uint16_t i = 0; set && i < set->rrset.count; i++) {
		const struct record *record = set->rrset.records[i];
		if (record->rdata_size == SHA256_RDATA_OCTETS && record->rdata[0] >= first_usage &&
		    record->rdata[0] <= USAGE_LAST && record->rdata[2] == 1)
			return true;
	}
	return false;
}

/* Every mail server of the zone has one, and there is one; those elsewhere are not of this world.
 */
static bool has_mail_tlsa(const struct view *view)
{
	const struct view_set *set = view_set_below(view, "", TYPE_MX);
	uint32_t count = 0;
	for (uint16_t i = 0; set && i < set->rrset.count; i++) {
		assert(set->rrset.records[i]->rdata_size > 2);
		const uint8_t *host = set->rrset.records[i]->rdata + 2;
		struct name name;
		if (name_is_root(host))
			continue;
		if (name_prepend((const uint8_t *)"_tcp", 4, host, &name) ||
		    name_prepend((const uint8_t *)"_25", 3, name.octets, &name))
			return false;
		const struct view_node *node = view_node(view, name.octets);
		if (!has_tlsa(node ? view_node_set(node, TYPE_TLSA) : NULL, USAGE_MAIL_FIRST))
			return false;
		count++;
	}
	return count > 0;
}

void true_facts_of_zone(const struct view_source *source, const struct view *view,
			enum true_state states[TRUE_COUNT])
{
	assert(source->world != NULL && view->node_count > 0);
	const bool has_cds =
		view_set_below(view, "", TYPE_CDS) || view_set_below(view, "", TYPE_CDNSKEY);
	states[TRUE_MODERN_ALGORITHM] = state_if(has_modern_keys(view));
	states[TRUE_CDS] = state_if(has_cds);
	states[TRUE_NSEC3] = state_if(view_set_below(view, "", TYPE_NSEC3PARAM) != NULL);
	states[TRUE_CAA] = state_if(view_set_below(view, "", TYPE_CAA) != NULL);
	states[TRUE_ZONEMD] = state_if(view_set_below(view, "", TYPE_ZONEMD) != NULL);
	states[TRUE_TLSA_MAIL] = state_if(has_mail_tlsa(view));
	states[TRUE_TLSA_WEB] = state_if(has_tlsa(view_set_below(view, "_443._tcp", TYPE_TLSA), 0));
}
