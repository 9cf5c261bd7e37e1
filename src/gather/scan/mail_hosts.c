/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The domain's mail hosts, those preferred first; and their addresses, looked up where somebody
 * wants to know by which routes they are reached.
 */
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "gather/scan/dane_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static int by_preference(const void *left, const void *right)
{
	const struct mail_host *one = left;
	const struct mail_host *other = right;
	if (one->preference != other->preference)
		return one->preference < other->preference ? -1 : 1;
	return name_compare(one->name.octets, other->name.octets);
}

size_t mail_hosts_of(struct domain *domain, const struct record *const *records, size_t count,
		     struct mail_host hosts[MAIL_HOSTS_MAX])
{
	size_t found = 0;
	if (count == 0)
		return 0;
	struct mail_host *all = arena_take_array(&domain->scan->scratch, count, sizeof(all[0]));
	if (all == NULL) {
		domain->builder.observation.cut_short = true;
		return 0;
	}
	for (size_t i = 0; i < count; i++) {
		assert(records[i]->type == TYPE_MX);
		const uint8_t *target = rdata_target(records[i]);
		/* RFC 7505 s3: the root is no host, and says that there is none. */
		if (target == NULL || name_is_root(target))
			continue;
		const uint8_t *rdata = records[i]->rdata;
		all[found].preference = (uint16_t)(rdata[0] << 8 | rdata[1]);
		name_copy_lower(all[found++].name.octets, target);
	}
	qsort(all, found, sizeof(all[0]), by_preference);
	if (found > MAIL_HOSTS_MAX)
		found = MAIL_HOSTS_MAX;
	memcpy(hosts, all, found * sizeof(all[0]));
	return found;
}

size_t mail_hosts(struct domain *domain, int index, struct mail_host hosts[MAIL_HOSTS_MAX])
{
	struct lookup_records records;
	lookup_records(domain, index, &records);
	return mail_hosts_of(domain, records.items, records.count, hosts);
}

/* Those of one server's answer, of the domain itself. */
static void ask_answer(struct domain *domain, const struct exchange *exchange)
{
	const struct observation *observation = &domain->builder.observation;
	const struct kept_message *kept = &observation->messages[exchange->message];
	const struct rrset_key key = {1u << SECTION_ANSWER, observation->domain, TYPE_MX};
	struct arena *scratch = &domain->scan->scratch;
	struct mail_host hosts[MAIL_HOSTS_MAX];
	struct message message;
	struct rrset rrset;
	arena_reset(scratch);
	if (message_walk(scratch, kept->wire, kept->size, &message) != OK ||
	    message_rrset(scratch, &message, &key, &rrset) != OK)
		return;
	const size_t count = mail_hosts_of(domain, rrset.records, rrset.count, hosts);
	for (size_t i = 0; i < count; i++) {
		lookup_ask(domain, hosts[i].name.octets, TYPE_A, NULL, NULL);
		lookup_ask(domain, hosts[i].name.octets, TYPE_AAAA, NULL, NULL);
	}
}

void mail_hosts_stage(struct domain *domain)
{
	const struct observation *observation = &domain->builder.observation;
	assert(!domain->scan->is_closing);
	for (uint16_t i = 0; i < observation->exchange_count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];
		if (exchange->type == TYPE_MX && exchange->kind == PROBE_PLAIN &&
		    exchange->outcome == OUTCOME_ANSWER && exchange->message != MESSAGE_NONE)
			ask_answer(domain, exchange);
	}
}
