/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The zone as each of its servers has it. The start of authority first: whoever does not answer
 * that with authority is asked nothing more, which is polite, and keeps one fault one finding.
 */
#include "base/map.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "gather/scan/scan_private.h"

#include <assert.h>
#include <string.h>

static const uint16_t questions_after_soa[] = {
	TYPE_NS, TYPE_DNSKEY, TYPE_CDS, TYPE_CDNSKEY, TYPE_CSYNC, TYPE_A,
};
/* Of one server only: what the zone holds besides. */
static const uint16_t questions_of_services[] = {TYPE_AAAA, TYPE_MX, TYPE_TXT, TYPE_CAA};

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static void ask_server(struct domain *domain, unsigned int server, uint16_t type,
		       exchange_done *done)
{
	const struct address address = server_address(&domain->builder.observation, server);
	const struct probe probe = {.domain = domain,
				    .type = type,
				    .server = (uint8_t)server,
				    .transport = EXCHANGE_UDP};
	(void)probe_ask(domain, &probe, &address, done);
}

static bool has_answer(const struct domain *domain, const struct exchange_result *result,
		       uint16_t type)
{
	const struct message *message = result->message;
	return result->outcome == EXCHANGE_ANSWER && message != NULL &&
	       message->rcode == RCODE_NOERROR && (message->flags & FLAG_AA) != 0 &&
	       message_find(message, 1u << SECTION_ANSWER, domain->builder.observation.domain,
			    type) != NULL;
}

static void take_child_ns(struct domain *domain, const struct message *message)
{
	const struct observation *observation = &domain->builder.observation;
	for (size_t i = 0; i < message->record_count; i++) {
		const struct record *record = &message->records[i];
		if (record->section != SECTION_ANSWER || record->type != TYPE_NS ||
		    record->class != CLASS_IN || !name_equal(record->owner, observation->domain))
			continue;
		const uint8_t *target = rdata_target(record);
		int host = target != NULL ? observation_host(&domain->builder, target) : ERR_FORMAT;
		if (host >= 0)
			observation->hosts[host].flags |= HOST_AT_CHILD;
	}
}

static void content_replied(void *context, const struct exchange_result *result)
{
	struct probe *probe = context;
	struct domain *domain = probe->domain;
	assert(domain->facts[probe->server].is_usable);
	if (!domain->scan->is_closing) {
		uint16_t index = probe_record(probe, result);
		const bool is_there = has_answer(domain, result, probe->type);
		if (is_there && probe->type == TYPE_NS)
			take_child_ns(domain, result->message);
		if (is_there && probe->type == TYPE_DNSKEY && index != MESSAGE_NONE)
			domain->facts[probe->server].key_message =
				domain->builder.observation.exchanges[index].message;
	}
	domain_settle(domain);
}

/* What the server may do better in a moment: it starts, loads its zones, or limits our rate. */
static enum trouble trouble_of(const struct exchange_result *result)
{
	switch (result->outcome) {
	case EXCHANGE_TIMEOUT:
	case EXCHANGE_CLOSED:
		return TROUBLE_SILENT;
	case EXCHANGE_NOT_ASKED:
		return result->server_dead ? TROUBLE_SILENT : TROUBLE_NONE;
	case EXCHANGE_MALFORMED:
	case EXCHANGE_MISMATCH:
		return TROUBLE_FAILS;
	case EXCHANGE_ANSWER:
		return result->message == NULL || (result->message->rcode != RCODE_NOERROR &&
						   result->message->rcode != RCODE_NXDOMAIN)
			       ? TROUBLE_FAILS
			       : TROUBLE_NONE;
	case EXCHANGE_UNREACHABLE:
	case EXCHANGE_TLS_FAILED:
		break;
	}
	return TROUBLE_NONE;
}

static void soa_replied(void *context, const struct exchange_result *result)
{
	struct probe *probe = context;
	struct domain *domain = probe->domain;
	if (!domain->scan->is_closing) {
		struct server_facts *facts = &domain->facts[probe->server];
		assert(facts->is_probed && !facts->is_usable);
		(void)probe_record(probe, result);
		facts->is_usable = has_answer(domain, result, TYPE_SOA);
		facts->speaks_edns = !result->without_edns;
		facts->trouble = (uint8_t)trouble_of(result);
		/* Somebody opted out: not asked is what the observation says. */
		if (result->outcome == EXCHANGE_NOT_ASKED && !result->server_dead &&
		    !facts->is_looked_again)
			domain->builder.observation.servers[probe->server].asked = false;
		for (size_t i = 0; facts->is_usable && i < COUNT_OF(questions_after_soa); i++)
			ask_server(domain, probe->server, questions_after_soa[i], content_replied);
	}
	domain_settle(domain);
}

void server_ask_again(struct domain *domain, unsigned int server)
{
	assert(domain->facts[server].is_looked_again && !domain->facts[server].is_usable);
	ask_server(domain, server, TYPE_SOA, soa_replied);
}

static void probe_server(struct domain *domain, unsigned int server)
{
	assert(server < domain->builder.observation.server_count);
	struct server_facts *facts = &domain->facts[server];
	if (facts->is_probed)
		return;
	facts->is_probed = true;
	domain->builder.observation.servers[server].asked = true;
	ask_server(domain, server, TYPE_SOA, soa_replied);
}

/* When the zone's own word could not be had, its glue is all that a resolver has, too. */
static bool is_glue_all(const struct host *host)
{
	switch ((enum host_state)host->state) {
	case HOST_CYCLE:
	case HOST_UNREACHABLE:
	case HOST_BOGUS:
	case HOST_LIMIT:
	case HOST_NOT_LOOKED_UP:
		return true;
	case HOST_RESOLVED:
	case HOST_NXDOMAIN:
	case HOST_NO_ADDRESS:
		break;
	}
	return false;
}

/* Whoever opted out by that name: its addresses are as good as probed, by whatever other names they
 * go as well. */
static void pass_over(struct domain *domain, const struct host *host)
{
	for (int i = 0; i < host->address_count; i++)
		domain->facts[host->addresses[i]].is_probed = true;
	for (int i = 0; i < host->glue_count; i++)
		domain->facts[host->glue[i]].is_probed = true;
}

void servers_stage(struct domain *domain)
{
	const struct observation *observation = &domain->builder.observation;
	for (int i = 0; i < observation->host_count; i++) {
		if (scan_is_opted_out(domain->scan, observation->hosts[i].name))
			pass_over(domain, &observation->hosts[i]);
	}
	for (int i = 0; i < observation->host_count; i++) {
		const struct host *host = &observation->hosts[i];
		for (int j = 0; j < host->address_count; j++)
			probe_server(domain, host->addresses[j]);
		for (int j = 0; is_glue_all(host) && j < host->glue_count; j++)
			probe_server(domain, host->glue[j]);
	}
}

/* Some number that is the same for this domain and this server at every look. */
static uint64_t lot(const struct domain *domain, unsigned int server)
{
	static const uint8_t key[16] = "dsfi: services ";
	uint8_t drawn[NAME_MAX_OCTETS + sizeof(struct ip)];
	const struct observation *observation = &domain->builder.observation;
	const struct ip *ip = &observation->servers[server].ip;
	size_t octets = name_size(observation->domain);
	memcpy(drawn, observation->domain, octets);
	memcpy(drawn + octets, ip->octets, sizeof(ip->octets));
	return siphash(key, drawn, octets + sizeof(ip->octets));
}

/* A usable server, one that can give signatures if there is one; -1: none. The same one every
 * night, or each night would look different; another one for each domain, so that the load is
 * shared. */
static int choose_usable(const struct domain *domain)
{
	const struct observation *observation = &domain->builder.observation;
	bool best_speaks_edns = false;
	uint64_t best = 0;
	int chosen = -1;
	for (int i = 0; i < observation->server_count; i++) {
		const struct server_facts *facts = &domain->facts[i];
		if (!facts->is_usable || (best_speaks_edns && !facts->speaks_edns))
			continue;
		bool is_better = facts->speaks_edns && !best_speaks_edns;
		uint64_t drawn = lot(domain, (unsigned int)i);
		if (chosen >= 0 && !is_better && drawn <= best)
			continue;
		best_speaks_edns |= facts->speaks_edns;
		best = drawn;
		chosen = i;
	}
	return chosen;
}

void services_stage(struct domain *domain)
{
	int chosen = choose_usable(domain);
	for (size_t i = 0; chosen >= 0 && i < COUNT_OF(questions_of_services); i++)
		ask_server(domain, (unsigned int)chosen, questions_of_services[i], content_replied);
}
