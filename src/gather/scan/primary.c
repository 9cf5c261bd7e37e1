/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a domain's own records name beside its name servers: the primary server of the SOA. */
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "gather/scan/scan_private.h"

#include <assert.h>

/* SOA records that are not alike, of one domain: more servers than that do not differ usefully. */
#define PRIMARIES_MAX 4

static bool is_name_server(const struct observation *observation, const uint8_t *name)
{
	for (int i = 0; i < observation->host_count; i++)
		if (name_equal(observation->hosts[i].name, name))
			return true;
	return false;
}

/* Without an IPv4 address there may be an IPv6 one. */
static void address_taken(struct domain *domain, void *context, int lookup)
{
	const struct observation *observation = &domain->builder.observation;
	(void)context;
	if (lookup < 0 || observation->lookups[lookup].result != LOOKUP_RESULT_NODATA)
		return;
	assert(observation->lookups[lookup].type == TYPE_A);
	lookup_ask(domain, observation->lookups[lookup].name, TYPE_AAAA, NULL, NULL);
}

/* The MNAME in an answer to the SOA question, in the scratch arena; NULL: there is none. */
static const uint8_t *primary_in(struct domain *domain, const struct exchange *exchange)
{
	const struct observation *observation = &domain->builder.observation;
	struct arena *scratch = &domain->scan->scratch;
	const struct kept_message *kept = &observation->messages[exchange->message];
	struct message message;
	struct soa_rdata soa;
	if (message_walk(scratch, kept->wire, kept->size, &message) != OK)
		return NULL;
	const struct record *record =
		message_find(&message, 1u << SECTION_ANSWER, observation->domain, TYPE_SOA);
	if (record == NULL || rdata_soa(record, &soa) != OK)
		return NULL;
	return soa.mname;
}

void primary_stage(struct domain *domain)
{
	const struct observation *observation = &domain->builder.observation;
	struct arena *scratch = &domain->scan->scratch;
	struct name names[PRIMARIES_MAX];
	uint16_t messages[PRIMARIES_MAX];
	int count = 0;
	arena_reset(scratch);
	for (uint16_t i = 0; i < observation->exchange_count && count < PRIMARIES_MAX; i++) {
		const struct exchange *exchange = &observation->exchanges[i];
		if (exchange->type != TYPE_SOA || exchange->server == SERVER_PARENT ||
		    exchange->message == MESSAGE_NONE || exchange->kind != PROBE_PLAIN ||
		    !domain->facts[exchange->server].is_usable ||
		    (count > 0 && messages[count - 1] == exchange->message))
			continue;
		const uint8_t *name = primary_in(domain, exchange);
		if (name == NULL || name_is_root(name) || !name_is_host(name) ||
		    is_name_server(observation, name))
			continue;
		messages[count] = exchange->message;
		name_copy_lower(names[count++].octets, name);
	}
	for (int i = 0; i < count; i++)
		lookup_ask(domain, names[i].octets, TYPE_A, address_taken, NULL);
}
