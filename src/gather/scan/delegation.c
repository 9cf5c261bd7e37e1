/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the parent says of the domain: its NS set, DS or the proof that there is none, glue; asked
 * of one of the parent's servers, of others when it gives nothing.
 *
 * That there is no delegation is believed when two servers say so, or when no other one answers:
 * one server may lag behind or be broken, and the domain be well. A validated denial is no
 * exception: signatures of a zone outlive it by days, and who lags behind proves what was true
 * yesterday. Where they disagree the delegation is believed, and the server that gives it is asked
 * on. The price is one question more for each domain that is not there.
 */
#include "dns/resolver/validate.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "gather/scan/scan_private.h"

#include <assert.h>

/* Servers of the parent asked before its delegation counts as unknown. */
#define PARENT_TRIES_MAX 4

static_assert((int)RESOLVER_INDETERMINATE == (int)SECURITY_INDETERMINATE &&
		      (int)RESOLVER_SECURE == (int)SECURITY_SECURE &&
		      (int)RESOLVER_INSECURE == (int)SECURITY_INSECURE &&
		      (int)RESOLVER_BOGUS == (int)SECURITY_BOGUS,
	      "the resolver's words are the observation's");

static void parent_replied(void *context, const struct exchange_result *result);

/* One that was not tried, of that family if it is not 0; -1: none. */
static int choose_among(const struct domain *domain, uint8_t family)
{
	const struct cut *cut = domain->cut;
	assert(cut->server_count > 0 && cut->server_count <= CUT_SERVERS_MAX);
	uint32_t left = 0;
	int chosen = -1;
	for (unsigned int i = 0; i < cut->server_count; i++) {
		if ((domain->parents_tried & 1u << i) != 0 ||
		    (family != 0 && cut->servers[i].family != family))
			continue;
		left++;
		if (random_below(domain->scan->random, left) == 0)
			chosen = (int)i;
	}
	return chosen;
}

static int choose_parent(const struct domain *domain)
{
	int chosen = -1;
	if (domain->parent_tries >= PARENT_TRIES_MAX)
		return -1;
	/* Which addresses are one host's is not known here; two of one family hardly ever are. */
	if (domain->denial.delegation != DELEGATION_UNKNOWN)
		chosen = choose_among(domain, domain->denial.server.family);
	return chosen >= 0 ? chosen : choose_among(domain, 0);
}

static void believe_denial(struct domain *domain)
{
	struct observation *observation = &domain->builder.observation;
	assert(domain->denial.delegation == DELEGATION_NXDOMAIN ||
	       domain->denial.delegation == DELEGATION_NODATA);
	observation->delegation = domain->denial.delegation;
	observation->parent_exchange = domain->denial.exchange;
	observation->parent_server = domain->denial.server;
}

static void ask_parent(struct domain *domain, uint16_t type)
{
	int chosen = choose_parent(domain);
	if (chosen < 0) {
		if (type != TYPE_NS)
			return;
		if (domain->denial.delegation != DELEGATION_UNKNOWN)
			believe_denial(domain);
		else
			domain->builder.observation.not_measured =
				"no server of the parent zone gives a usable answer";
		return;
	}
	domain->parent = (uint8_t)chosen;
	domain->parents_tried |= 1u << chosen;
	domain->parent_tries++;
	const struct address *address = &domain->cut->servers[chosen];
	struct ip *ip = &domain->builder.observation.parent_server;
	ip->family = address->family;
	for (size_t i = 0; i < sizeof(ip->octets); i++)
		ip->octets[i] = address->octets[i];
	const struct probe probe = {
		.domain = domain, .type = type, .server = SERVER_PARENT, .transport = EXCHANGE_UDP};
	(void)probe_ask(domain, &probe, address, parent_replied);
}

/* ---- the chain of trust ---- */

/* What one message of the parent settles about the DS set. */
static enum resolver_security ds_security(struct domain *domain, const struct message *message)
{
	struct scan *scan = domain->scan;
	const struct cut *cut = domain->cut;
	if (cut->security != RESOLVER_SECURE)
		return cut->security;
	arena_reset(&scan->scratch);
	struct validation validation = {
		.verifier = scan->verifier,
		.arena = &scan->scratch,
		.now_s = clock_wall_s(&scan->clock),
		.zone = cut->zone,
		.dnskeys = cut->dnskeys,
		.signatures_left = LIMIT_MESSAGE_SIGNATURES,
		.signatures_limit = PAST_MESSAGE_SIGNATURES,
	};
	struct rrset ds;
	return validate_ds(&validation, message, domain->builder.observation.domain, &ds);
}

/* ---- name servers and glue ---- */

static void add_host(struct domain *domain, const struct record *record)
{
	const uint8_t *target = rdata_target(record);
	int host = target != NULL ? observation_host(&domain->builder, target) : ERR_FORMAT;
	if (host >= 0)
		domain->builder.observation.hosts[host].flags |= HOST_AT_PARENT;
}

static void add_glue(struct domain *domain, int host, const struct record *record)
{
	const uint16_t port = domain->cut->servers[0].port;
	const struct address address = record->type == TYPE_A
					       ? address_from_ipv4(record->rdata, port)
					       : address_from_ipv6(record->rdata, port);
	int server = domain_server(domain, &address);
	if (server >= 0 && observation_host_address(&domain->builder, host, server, true) != OK)
		domain->builder.observation.cut_short = true;
}

static int host_named(const struct observation *observation, const uint8_t *name)
{
	for (int i = 0; i < observation->host_count; i++) {
		if (name_equal(observation->hosts[i].name, name))
			return i;
	}
	return -1;
}

static bool is_glue(const struct domain *domain, const struct record *record)
{
	return record->section == SECTION_ADDITIONAL && record->class == CLASS_IN &&
	       ((record->type == TYPE_A && record->rdata_size == 4) ||
		(record->type == TYPE_AAAA && record->rdata_size == 16)) &&
	       name_is_under(record->owner, domain->cut->zone);
}

static void take_name_servers(struct domain *domain, const struct message *message,
			      enum section section)
{
	const struct observation *observation = &domain->builder.observation;
	for (size_t i = 0; i < message->record_count; i++) {
		const struct record *record = &message->records[i];
		if (record->section == section && record->type == TYPE_NS &&
		    record->class == CLASS_IN && name_equal(record->owner, observation->domain))
			add_host(domain, record);
	}
	for (size_t i = 0; i < message->record_count; i++) {
		const struct record *record = &message->records[i];
		int host = is_glue(domain, record) ? host_named(observation, record->owner) : -1;
		if (host >= 0)
			add_glue(domain, host, record);
	}
}

/* ---- the parent's answers ---- */

/* The DS question goes to a server that has just answered: all are fresh for it, but for those that
 * know nothing of the delegation. */
static void ask_ds(struct domain *domain)
{
	domain->parents_tried = domain->parents_denied;
	domain->parent_tries = 0;
	ask_parent(domain, TYPE_DS);
}

static void take_delegation(struct domain *domain, const struct reply *reply, uint16_t exchange)
{
	struct observation *observation = &domain->builder.observation;
	const bool is_referral = reply->kind == REPLY_REFERRAL;
	assert(is_referral || reply->kind == REPLY_ANSWER);
	observation->parent_exchange = exchange;
	domain->denial.delegation = DELEGATION_UNKNOWN; /* not true: others go on */
	observation->delegation = is_referral ? DELEGATION_FOUND : DELEGATION_SERVED_BY_PARENT;
	take_name_servers(domain, reply->message, is_referral ? SECTION_AUTHORITY : SECTION_ANSWER);
	enum resolver_security security = ds_security(domain, reply->message);
	const bool is_settled = is_referral && (domain->cut->security != RESOLVER_SECURE ||
						security != RESOLVER_BOGUS);
	if (domain->cut->security != RESOLVER_SECURE || is_settled)
		observation->ds_security = (uint8_t)security;
	if (!is_settled)
		ask_ds(domain);
}

static void take_denial(struct domain *domain, enum delegation denied, uint16_t exchange)
{
	struct denial *denial = &domain->denial;
	const bool is_second = denial->delegation != DELEGATION_UNKNOWN;
	/* NXDOMAIN from one and NODATA from the other: the name is there for somebody. The same
	 * whoever is asked first, or nights would differ. */
	if (!is_second || denied == DELEGATION_NODATA || denial->delegation == denied)
		*denial = (struct denial){
			.delegation = (uint8_t)denied,
			.exchange = exchange,
			.server = domain->builder.observation.parent_server,
		};
	domain->parents_denied |= 1u << domain->parent;
	if (is_second)
		believe_denial(domain);
	else
		ask_parent(domain, TYPE_NS);
}

static void take_ns_reply(struct domain *domain, const struct reply *reply, uint16_t exchange)
{
	struct observation *observation = &domain->builder.observation;
	switch (reply->kind) {
	case REPLY_REFERRAL:
		if (name_equal(reply->child, observation->domain)) {
			take_delegation(domain, reply, exchange);
			return;
		}
		observation->not_measured = "the parent's servers disagree about the zones above";
		return;
	case REPLY_ANSWER:
		take_delegation(domain, reply, exchange);
		return;
	case REPLY_NXDOMAIN:
		take_denial(domain, DELEGATION_NXDOMAIN, exchange);
		return;
	case REPLY_NODATA:
	case REPLY_ALIAS:
		take_denial(domain, DELEGATION_NODATA, exchange);
		return;
	case REPLY_NONE:
	case REPLY_LAME:
		break;
	}
	ask_parent(domain, TYPE_NS);
}

static void take_ds_reply(struct domain *domain, const struct reply *reply)
{
	if (reply->kind == REPLY_NONE || reply->kind == REPLY_LAME) {
		ask_parent(domain, TYPE_DS);
		return;
	}
	domain->builder.observation.ds_security = (uint8_t)ds_security(domain, reply->message);
}

static void parent_replied(void *context, const struct exchange_result *result)
{
	struct probe *probe = context;
	struct domain *domain = probe->domain;
	struct observation *observation = &domain->builder.observation;
	assert(probe->server == SERVER_PARENT && domain->pending > 0);
	if (!domain->scan->is_closing) {
		uint16_t index = probe_record(probe, result);
		const struct reply_question question = {domain->cut->zone, observation->domain,
							probe->type};
		struct reply reply = reply_read(result, &question);
		if (probe->type == TYPE_DS)
			take_ds_reply(domain, &reply);
		else
			take_ns_reply(domain, &reply, index);
	}
	domain_settle(domain);
}

static const char *why_no_parent(enum lookup_state state)
{
	switch (state) {
	case LOOKUP_CYCLE:
		return "the parent zone's name servers depend on each other";
	case LOOKUP_LIMIT:
		return "a limit was reached while looking for the parent zone";
	default:
		return "the parent zone cannot be reached";
	}
}

static void parent_found(void *context, enum lookup_state state, struct cut *cut)
{
	struct domain *domain = context;
	struct observation *observation = &domain->builder.observation;
	if (!domain->scan->is_closing) {
		if (cut != NULL) {
			domain->cut = cut_hold(cut);
			observation->parent =
				name_suffix(observation->domain, name_labels(cut->zone));
			observation->parent_security = (uint8_t)cut->security;
			ask_parent(domain, TYPE_NS);
		} else if (state == LOOKUP_NXDOMAIN) {
			/* RFC 8020: what is above does not exist, so it does not either. */
			observation->delegation = DELEGATION_NXDOMAIN;
		} else {
			observation->not_measured = why_no_parent(state);
		}
	}
	domain_settle(domain);
}

void delegation_stage(struct domain *domain)
{
	const struct observation *observation = &domain->builder.observation;
	assert(domain->cut == NULL && observation->delegation == DELEGATION_UNKNOWN);
	if (resolver_parent(domain->scan->resolver, observation->domain, parent_found, domain) ==
	    OK)
		domain->pending++;
	else
		domain->builder.observation.not_measured = "out of memory";
}
