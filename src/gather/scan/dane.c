/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which TLSA records stand at the domain's mail and web servers, and whether they could count:
 * their addresses are looked up beside them, for without a secure chain to those no client looks
 * for TLSA (RFC 7672 s2.2.2).
 */
#include "dns/dane/tlsa.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "gather/scan/dane_private.h"

#include <assert.h>

#define SMTP_PORT 25
#define HTTPS_PORT 443

/* A service host; lives in the domain's arena. */
struct service {
	uint16_t port;
	const uint8_t *host;
};

size_t lookup_records(struct domain *domain, int index, struct lookup_records *ret_records)
{
	assert(index < (int)domain->builder.observation.lookup_count);
	struct scan *scan = domain->scan;
	const struct observation *observation = &domain->builder.observation;
	ret_records->count = 0;
	arena_reset(&scan->scratch);
	if (index < 0)
		return 0;
	const struct lookup *lookup = &observation->lookups[index];
	if (lookup->result != LOOKUP_RESULT_FOUND || lookup->message == MESSAGE_NONE)
		return 0;
	const struct kept_message *kept = &observation->messages[lookup->message];
	struct message message;
	if (message_walk(&scan->scratch, kept->wire, kept->size, &message) != OK) {
		domain->builder.observation.cut_short = true;
		return 0;
	}
	for (size_t i = 0; i < message.record_count && ret_records->count < LOOKUP_RECORDS_MAX;
	     i++) {
		const struct record *record = &message.records[i];
		if (record->section == SECTION_ANSWER && record->class == CLASS_IN &&
		    record->type == lookup->type && name_equal(record->owner, lookup->target))
			ret_records->items[ret_records->count++] = record;
	}
	return ret_records->count;
}

/* ---- one host ---- */

static void ask_tlsa(struct domain *domain, const struct service *service, lookup_taken *taken)
{
	assert(service->port > 0);
	struct name name;
	if (tlsa_name(service->host, service->port, &name) == OK)
		lookup_ask(domain, name.octets, TYPE_TLSA, taken, (void *)(uintptr_t)service);
}

/* RFC 7671 s7: where the host's name is an alias, clients look at the alias's end first. */
static void address_taken(struct domain *domain, void *context, int index)
{
	const struct service *service = context;
	const struct observation *observation = &domain->builder.observation;
	if (index < 0)
		return;
	const struct lookup *lookup = &observation->lookups[index];
	if (name_equal(lookup->name, lookup->target))
		return;
	struct service *end = arena_take(&domain->arena, sizeof(*end));
	const uint8_t *host = arena_copy(&domain->arena, lookup->target, name_size(lookup->target));
	if (end == NULL || host == NULL) {
		domain->builder.observation.cut_short = true;
		return;
	}
	*end = (struct service){service->port, host};
	ask_tlsa(domain, end, NULL);
}

static void ask_addresses(struct domain *domain, const struct service *service)
{
	lookup_ask(domain, service->host, TYPE_A, address_taken, (void *)(uintptr_t)service);
	lookup_ask(domain, service->host, TYPE_AAAA, address_taken, (void *)(uintptr_t)service);
}

/* Of a web server only where there is something to hold against it. */
static void web_tlsa_taken(struct domain *domain, void *context, int index)
{
	const struct observation *observation = &domain->builder.observation;
	if (index >= 0 && observation->lookups[index].result == LOOKUP_RESULT_FOUND)
		ask_addresses(domain, context);
}

static const struct service *service_new(struct domain *domain, const uint8_t *host, uint16_t port)
{
	assert(host != NULL && port > 0);
	struct service *service = arena_take(&domain->arena, sizeof(*service));
	uint8_t *copy = arena_take_octets(&domain->arena, NAME_MAX_OCTETS);
	if (service == NULL || copy == NULL) {
		domain->builder.observation.cut_short = true;
		return NULL;
	}
	name_copy_lower(copy, host);
	*service = (struct service){port, copy};
	return service;
}

static void ask_mail_host(struct domain *domain, const uint8_t *host)
{
	const struct service *service = service_new(domain, host, SMTP_PORT);
	if (service == NULL)
		return;
	ask_addresses(domain, service);
	ask_tlsa(domain, service, NULL);
}

/* ---- the domain ---- */

static void mx_taken(struct domain *domain, void *context, int index)
{
	struct mail_host hosts[MAIL_HOSTS_MAX];
	(void)context;
	size_t count = mail_hosts(domain, index, hosts);
	for (size_t i = 0; i < count; i++)
		ask_mail_host(domain, hosts[i].name.octets);
}

static void ask_web(struct domain *domain, const uint8_t *host)
{
	const struct service *service = service_new(domain, host, HTTPS_PORT);
	if (service != NULL)
		ask_tlsa(domain, service, web_tlsa_taken);
}

void dane_stage(struct domain *domain)
{
	const struct observation *observation = &domain->builder.observation;
	struct name www;
	if (observation->delegation != DELEGATION_FOUND &&
	    observation->delegation != DELEGATION_SERVED_BY_PARENT)
		return;
	lookup_ask(domain, observation->domain, TYPE_MX, mx_taken, NULL);
	ask_web(domain, observation->domain);
	if (name_prepend((const uint8_t *)"www", 3, observation->domain, &www) == OK)
		ask_web(domain, www.octets);
}
