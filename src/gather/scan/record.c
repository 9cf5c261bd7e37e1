/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/message.h"
#include "gather/scan/scan_private.h"

#include <assert.h>
#include <string.h>

static_assert((int)EXCHANGE_ANSWER == (int)OUTCOME_ANSWER &&
		      (int)EXCHANGE_TIMEOUT == (int)OUTCOME_TIMEOUT &&
		      (int)EXCHANGE_CLOSED == (int)OUTCOME_CLOSED &&
		      (int)EXCHANGE_UNREACHABLE == (int)OUTCOME_UNREACHABLE &&
		      (int)EXCHANGE_MALFORMED == (int)OUTCOME_MALFORMED &&
		      (int)EXCHANGE_MISMATCH == (int)OUTCOME_MISMATCH &&
		      (int)EXCHANGE_TLS_FAILED == (int)OUTCOME_TLS &&
		      (int)EXCHANGE_NOT_ASKED == (int)OUTCOME_NOT_ASKED,
	      "the transport's outcomes are the observation's");
static_assert((int)EXCHANGE_UDP == (int)TRANSPORT_UDP && (int)EXCHANGE_TCP == (int)TRANSPORT_TCP &&
		      (int)EXCHANGE_DOT == (int)TRANSPORT_DOT &&
		      (int)EXCHANGE_DOH == (int)TRANSPORT_DOH &&
		      (int)EXCHANGE_DOQ == (int)TRANSPORT_DOQ,
	      "the transport's kinds are the observation's");

struct address server_address(const struct observation *observation, unsigned int server)
{
	assert(server < observation->server_count);
	const struct server *known = &observation->servers[server];
	return known->ip.family == 4 ? address_from_ipv4(known->ip.octets, known->port)
				     : address_from_ipv6(known->ip.octets, known->port);
}

static struct ip ip_of(const struct address *address)
{
	struct ip ip = {.family = address->family};
	assert(address->family == ADDRESS_IPV4 || address->family == ADDRESS_IPV6);
	memcpy(ip.octets, address->octets, sizeof(ip.octets));
	return ip;
}

int domain_server(struct domain *domain, const struct address *address)
{
	const struct ip ip = ip_of(address);
	int known = domain->builder.observation.server_count;
	int server = observation_server(&domain->builder, &ip, address->port);
	if (server == known)
		domain->facts[server] = (struct server_facts){.key_message = MESSAGE_NONE};
	return server;
}

static uint8_t flags_of(const struct exchange_result *result)
{
	unsigned int flags = 0;
	flags |= result->case_differs ? EXCHANGE_CASE_DIFFERS : 0;
	flags |= result->truncated ? EXCHANGE_TRUNCATED : 0;
	flags |= result->without_edns ? EXCHANGE_NO_EDNS : 0;
	flags |= result->tcp_failed ? EXCHANGE_TCP_FAILED : 0;
	flags |= result->other_source ? EXCHANGE_OTHER_SOURCE : 0;
	return (uint8_t)flags;
}

static uint16_t record(struct domain *domain, const struct exchange *exchange,
		       const struct message *message)
{
	const bool has_opt = message != NULL && message->edns.present;
	int index = observation_exchange(&domain->builder, exchange,
					 message != NULL ? message->wire : NULL,
					 message != NULL ? message->wire_size : 0,
					 has_opt ? message->edns.record_offset : 0);
	if (index >= 0)
		return (uint16_t)index;
	domain->builder.observation.cut_short = true;
	return MESSAGE_NONE;
}

static struct exchange exchange_of(const struct probe *probe, const struct exchange_result *result)
{
	return (struct exchange){
		.name = probe->name != NULL ? probe->name
					    : probe->domain->builder.observation.domain,
		.type = probe->type,
		.kind = probe->kind,
		.server = probe->server,
		.transport = result->transport != 0 ? result->transport : probe->transport,
		.outcome = (uint8_t)result->outcome,
		.flags = flags_of(result),
		.attempts = result->attempts,
		.mismatches = result->mismatches,
		.rtt_us = result->rtt_us,
	};
}

uint16_t probe_record(struct probe *probe, const struct exchange_result *result)
{
	struct exchange exchange = exchange_of(probe, result);
	if (result->outcome == EXCHANGE_NOT_ASKED && result->server_dead &&
	    probe->kind == PROBE_PLAIN) {
		/* It was asked, just before, for other domains: several times, and it was silent.
		 */
		exchange.outcome = OUTCOME_TIMEOUT;
		exchange.flags |= EXCHANGE_SHARED;
	}
	return record(probe->domain, &exchange, result->message);
}

void probe_record_shared(struct probe *probe, const uint8_t *name,
			 const struct exchange_result *result)
{
	assert(name != NULL && probe->server != SERVER_PARENT);
	struct exchange exchange = exchange_of(probe, result);
	exchange.name = name;
	exchange.flags |= EXCHANGE_SHARED;
	(void)record(probe->domain, &exchange, result->message);
}

bool probe_ask(struct domain *domain, const struct probe *probe, const struct address *address,
	       exchange_done *done)
{
	assert(probe->domain == domain && !domain->scan->is_closing);
	const struct exchange_question question = {
		.server = *address,
		.name = domain->builder.observation.domain,
		.type = probe->type,
		.transport = probe->transport,
		.dnssec_ok = true,
	};
	struct probe *kept = arena_copy(&domain->arena, probe, sizeof(*probe));
	if (kept != NULL && transport_ask(domain->scan->transport, &question, done, kept) == OK) {
		domain->pending++;
		return true;
	}
	struct probe lost = *probe;
	const struct exchange_result nothing = {.outcome = EXCHANGE_NOT_ASKED};
	(void)probe_record(&lost, &nothing);
	domain->builder.observation.cut_short = true;
	return false;
}
