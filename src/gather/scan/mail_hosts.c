/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The addresses of the domain's mail hosts, looked up where somebody wants to know by which routes
 * they are reached.
 */
#include "dns/wire/type.h"
#include "gather/scan/scan_private.h"

#include <assert.h>

/* More than any domain needs; who names more gets the first looked at. */
#define MAIL_HOSTS_MAX 20u

static void ask_host(struct domain *domain, const uint8_t *host)
{
	if (host[0] == 0) /* "." is none (RFC 7505) */
		return;
	lookup_ask(domain, host, TYPE_A, NULL, NULL);
	lookup_ask(domain, host, TYPE_AAAA, NULL, NULL);
}

/* The MX records of one answer, of the domain itself. */
static void ask_answer(struct domain *domain, const struct exchange *exchange)
{
	const struct observation *observation = &domain->builder.observation;
	const struct kept_message *kept = &observation->messages[exchange->message];
	const struct rrset_key key = {1u << SECTION_ANSWER, observation->domain, TYPE_MX};
	struct message message;
	struct rrset rrset;
	struct arena *arena = &domain->arena;
	if (message_walk(arena, kept->wire, kept->size, &message) != OK ||
	    message_rrset(arena, &message, &key, &rrset) != OK)
		return;
	for (uint16_t i = 0; i < rrset.count && i < MAIL_HOSTS_MAX; i++) {
		if (rrset.records[i]->rdata_size > 2)
			ask_host(domain, rrset.records[i]->rdata + 2);
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
