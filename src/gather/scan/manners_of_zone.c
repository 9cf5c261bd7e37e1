/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Manners that depend on the zone, asked per domain and address: a name that does not exist, ANY
 * with room for a large answer, AAAA; and with consent, transfer and update.
 */
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "gather/scan/manners_private.h"
#include "gather/scan/transfer_private.h"
#include "gather/scan/tsig_private.h"

#include <assert.h>
#include <string.h>

/* RFC 1035 s4.1.1 and RFC 2136 s1.3. */
#define OPCODE_UPDATE 5u

static void zone_replied(void *context, const struct exchange_result *result);

static void ask(struct domain *domain, unsigned int server, const struct manner *manner)
{
	const struct probe probe = {.domain = domain,
				    .type = manner->type,
				    .server = (uint8_t)server,
				    .kind = manner->kind,
				    .name = manner->name,
				    .transport = EXCHANGE_UDP};
	const struct exchange_question question = {
		.server = server_address(&domain->builder.observation, server),
		.name = manner->name != NULL ? manner->name : domain->builder.observation.domain,
		.type = manner->type,
		.transport = probe.transport,
		.dnssec_ok = manner->dnssec_ok,
		.form = &manner->form,
	};
	struct probe *kept = arena_copy(&domain->arena, &probe, sizeof(probe));
	if (kept != NULL &&
	    transport_ask(domain->scan->transport, &question, zone_replied, kept) == OK)
		domain->pending++;
	else
		domain->builder.observation.cut_short = true;
}

/* The name that no zone has: the same at every look, so that two nights are alike, and another one
 * for each domain. NULL: the domain's name is too long, or memory is out. */
static const uint8_t *absent_name(struct domain *domain)
{
	static const uint8_t key[16] = "dsfi: no name ";
	static const char digits[] = "0123456789abcdef";
	const uint8_t *parent = domain->builder.observation.domain;
	uint64_t number = siphash(key, parent, name_size(parent));
	uint8_t label[5 + 12] = "dsfi-";
	struct name name;
	for (size_t i = 5; i < sizeof(label); i++, number >>= 4)
		label[i] = (uint8_t)digits[number & 15];
	if (name_prepend(label, sizeof(label), parent, &name) != OK)
		return NULL;
	return arena_copy(&domain->arena, name.octets, name_size(name.octets));
}

/* Is there a wildcard that the answer may come from? */
static void ask_wildcard(struct domain *domain, unsigned int server)
{
	struct name name;
	if (name_prepend((const uint8_t *)"*", 1, domain->builder.observation.domain, &name) != OK)
		return;
	const struct manner manner = {
		.kind = PROBE_ABSENT,
		.type = TYPE_ANY,
		.name = arena_copy(&domain->arena, name.octets, name_size(name.octets)),
		.form = {.without_edns = !domain->facts[server].speaks_edns},
	};
	if (manner.name != NULL)
		ask(domain, server, &manner);
}

static void zone_replied(void *context, const struct exchange_result *result)
{
	struct probe *probe = context;
	struct domain *domain = probe->domain;
	if (!domain->scan->is_closing) {
		(void)probe_record(probe, result);
		if (probe->kind == PROBE_ABSENT && probe->type != TYPE_ANY &&
		    result->message != NULL && result->message->rcode == RCODE_NOERROR)
			ask_wildcard(domain, probe->server);
	}
	domain_settle(domain);
}

static bool was_asked(const struct observation *observation, unsigned int server, uint16_t type)
{
	for (unsigned int i = 0; i < observation->exchange_count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];
		if (exchange->server == server && exchange->type == type &&
		    exchange->kind == PROBE_PLAIN &&
		    name_equal(exchange->name, observation->domain))
			return true;
	}
	return false;
}

void manners_of_zone(struct domain *domain, unsigned int server)
{
	/* Without DO, so that compact denial (RFC 9824 s4) says NXDOMAIN as everybody else. */
	const struct manner absent = {
		.kind = PROBE_ABSENT,
		.type = TYPE_A,
		.name = absent_name(domain),
		.form = {.without_edns = !domain->facts[server].speaks_edns},
	};
	const struct manner large = {
		.kind = PROBE_LARGE,
		.type = TYPE_ANY,
		.dnssec_ok = true,
		.form = {.udp_size = PROBE_LARGE_OCTETS, .keeps_truncated = true},
	};
	assert(domain->facts[server].is_usable);
	if (absent.name != NULL)
		ask(domain, server, &absent);
	if (domain->facts[server].speaks_edns)
		ask(domain, server, &large);
	if (!was_asked(&domain->builder.observation, server, TYPE_AAAA)) {
		const struct probe probe = {.domain = domain,
					    .type = TYPE_AAAA,
					    .server = (uint8_t)server,
					    .transport = EXCHANGE_UDP};
		const struct address address = server_address(&domain->builder.observation, server);
		(void)probe_ask(domain, &probe, &address, zone_replied);
	}
}

void manners_own(struct domain *domain, unsigned int server)
{
	/* No prerequisites and nothing to change (RFC 2136 s2.4, s2.5): who may not, is refused. */
	static const struct manner update = {
		.kind = PROBE_UPDATE,
		.type = TYPE_SOA,
		.form = {.opcode = OPCODE_UPDATE, .without_edns = true},
	};
	transfer_ask(domain, server);
	ask(domain, server, &update);
	tsig_ask(domain, server);
}
