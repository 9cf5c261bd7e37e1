/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What others say of the domain so that its parent can act by itself: where the parent takes
 * notifications (DSYNC, RFC 9859 s4.1), and, of a signed domain without DS, what its operators
 * vouch for below the names of their servers (RFC 9615 s4.2). Both begin with a question that all
 * domains of the parent, or of the name server, have in common: where there is nothing of the kind
 * it is the only one.
 */
#include "dns/dnssec/automation.h"

#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "gather/scan/dane_private.h"

#include <assert.h>

/* Targets of one DSYNC set whose addresses are looked up: CDS and CSYNC by a few schemes. */
#define TARGETS_MAX 8u
/* Octets of a message before its records, and where the number of those in the answer stands. */
#define HEADER_OCTETS 12u
#define ANCOUNT_OFFSET 6u

/* ---- DSYNC ---- */

static void endpoint_taken(struct domain *domain, void *context, int index)
{
	struct lookup_records records;
	struct name targets[TARGETS_MAX];
	size_t count = 0;
	(void)context;
	lookup_records(domain, index, &records);
	for (size_t i = 0; i < records.count && count < TARGETS_MAX; i++) {
		struct dsync_rdata dsync;
		if (rdata_dsync(records.items[i], &dsync) == OK && !name_is_root(dsync.target))
			name_copy_lower(targets[count++].octets, dsync.target);
	}
	for (size_t i = 0; i < count; i++) {
		lookup_ask(domain, targets[i].octets, TYPE_A, NULL, NULL);
		lookup_ask(domain, targets[i].octets, TYPE_AAAA, NULL, NULL);
	}
}

static bool may_be_below(const struct domain *domain, int index)
{
	if (index < 0)
		return false;
	assert(index < domain->builder.observation.lookup_count);
	const uint8_t result = domain->builder.observation.lookups[index].result;
	return result == LOOKUP_RESULT_FOUND || result == LOOKUP_RESULT_NODATA;
}

/* The name that all children of the parent share. */
static void parent_taken(struct domain *domain, void *context, int index)
{
	const struct observation *observation = &domain->builder.observation;
	struct name name;
	(void)context;
	if (!may_be_below(domain, index))
		return;
	endpoint_taken(domain, NULL, index);
	if (automation_dsync_name(observation->domain, observation->parent, &name) == OK)
		lookup_ask(domain, name.octets, TYPE_DSYNC, endpoint_taken, NULL);
}

static void ask_dsync(struct domain *domain)
{
	const struct observation *observation = &domain->builder.observation;
	struct name name;
	if (observation->parent == NULL ||
	    !name_is_under(observation->domain, observation->parent) ||
	    name_equal(observation->domain, observation->parent))
		return;
	if (automation_dsync_domain(observation->parent, &name) == OK)
		lookup_ask(domain, name.octets, TYPE_DSYNC, parent_taken, NULL);
}

/* ---- signalling names ---- */

/* Records of the type at the domain itself in an answer or referral that was kept. */
static bool message_has(struct domain *domain, uint16_t index, unsigned int sections, uint16_t type)
{
	struct arena *scratch = &domain->scan->scratch;
	const struct observation *observation = &domain->builder.observation;
	if (index == MESSAGE_NONE)
		return false;
	assert(index < observation->message_count);
	const struct kept_message *kept = &observation->messages[index];
	struct message message;
	arena_reset(scratch);
	if (message_walk(scratch, kept->wire, kept->size, &message) != OK)
		return false;
	for (size_t i = 0; i < message.record_count; i++) {
		const struct record *record = &message.records[i];
		if (record->type == type && (sections & 1u << record->section) != 0 &&
		    name_equal(record->owner, observation->domain))
			return true;
	}
	return false;
}

static bool has_answer(const struct kept_message *kept)
{
	assert(kept->wire != NULL);
	return kept->size >= HEADER_OCTETS &&
	       (kept->wire[ANCOUNT_OFFSET] | kept->wire[ANCOUNT_OFFSET + 1]) != 0;
}

/* Does one of its servers give records of the type? */
static bool domain_has(struct domain *domain, uint16_t type)
{
	const struct observation *observation = &domain->builder.observation;
	for (uint16_t i = 0; i < observation->exchange_count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];
		if (exchange->server == SERVER_PARENT || exchange->type != type ||
		    exchange->kind != PROBE_PLAIN || exchange->message == MESSAGE_NONE ||
		    !has_answer(&observation->messages[exchange->message]))
			continue;
		if (message_has(domain, exchange->message, 1u << SECTION_ANSWER, type))
			return true;
	}
	return false;
}

static bool parent_has_ds(struct domain *domain)
{
	const struct observation *observation = &domain->builder.observation;
	for (uint16_t i = 0; i < observation->exchange_count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];
		if (exchange->server == SERVER_PARENT &&
		    message_has(domain, exchange->message,
				1u << SECTION_ANSWER | 1u << SECTION_AUTHORITY, TYPE_DS))
			return true;
	}
	return false;
}

/* RFC 9615 s4.2: no DS yet, and something to authenticate. */
static bool awaits_ds(struct domain *domain)
{
	return domain_has(domain, TYPE_DNSKEY) &&
	       (domain_has(domain, TYPE_CDS) || domain_has(domain, TYPE_CDNSKEY)) &&
	       !parent_has_ds(domain);
}

/* `context`: the name server's name. */
static void signalling_taken(struct domain *domain, void *context, int index)
{
	const uint8_t *host = context;
	struct name name;
	assert(host != NULL && !name_is_under(host, domain->builder.observation.domain));
	if (!may_be_below(domain, index) ||
	    automation_signalling_name(domain->builder.observation.domain, host, &name) != OK)
		return;
	lookup_ask(domain, name.octets, TYPE_CDS, NULL, NULL);
	lookup_ask(domain, name.octets, TYPE_CDNSKEY, NULL, NULL);
}

static void ask_signals(struct domain *domain)
{
	const struct observation *observation = &domain->builder.observation;
	struct name name;
	for (int i = 0; i < observation->host_count; i++) {
		const struct host *host = &observation->hosts[i];
		/* One without an address has a check of its own. */
		if ((host->flags & HOST_AT_PARENT) == 0 || host->state != HOST_RESOLVED ||
		    name_is_under(host->name, observation->domain))
			continue;
		if (automation_signalling_domain(host->name, &name) == OK)
			lookup_ask(domain, name.octets, TYPE_NS, signalling_taken,
				   (void *)(uintptr_t)host->name);
	}
}

void automation_stage(struct domain *domain)
{
	const struct observation *observation = &domain->builder.observation;
	if (observation->delegation != DELEGATION_FOUND &&
	    observation->delegation != DELEGATION_SERVED_BY_PARENT)
		return;
	ask_dsync(domain);
	if (awaits_ds(domain))
		ask_signals(domain);
}
