/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * --connect: what the domain's mail servers, its web servers with TLSA records, and the server of
 * its MTA-STS policy present. Strangers' machines: a few addresses each, once for all domains
 * (contact.c), nothing but TLS and one small file.
 */
#include "dns/dane/tlsa.h"
#include "dns/policy/sts.h"
#include "dns/wire/type.h"
#include "gather/scan/contact_private.h"
#include "gather/scan/dane_private.h"

#include <assert.h>

#define SMTP_PORT 25
#define HTTPS_PORT 443
/* Of a host, by family: those behind one name are alike as a rule. */
#define ADDRESSES_TRIED_MAX 2u

/* ---- the policy's name ---- */

static int policy_host(const struct domain *domain, struct name *ret_name)
{
	return name_prepend((const uint8_t *)"mta-sts", 7, domain->builder.observation.domain,
			    ret_name);
}

/* RFC 8461 s3.1: nobody asks for the policy of a domain that does not announce one. */
static bool announces_policy(struct domain *domain, int index)
{
	struct lookup_records records;
	lookup_records(domain, index, &records);
	return sts_is_announced(&domain->scan->scratch, records.items, records.count);
}

static void announcement_taken(struct domain *domain, void *context, int index)
{
	struct name host;
	(void)context;
	if (!announces_policy(domain, index) || policy_host(domain, &host) != OK)
		return;
	lookup_ask(domain, host.octets, TYPE_A, NULL, NULL);
	lookup_ask(domain, host.octets, TYPE_AAAA, NULL, NULL);
}

void policy_name_stage(struct domain *domain)
{
	struct name name;
	if (name_prepend((const uint8_t *)"_mta-sts", 8, domain->builder.observation.domain,
			 &name) == OK)
		lookup_ask(domain, name.octets, TYPE_TXT, announcement_taken, NULL);
}

/* ---- addresses ---- */

static void connect_family(struct domain *domain, const struct contact_question *question,
			   const uint8_t *host, uint16_t type)
{
	struct address peers[ADDRESSES_TRIED_MAX];
	struct lookup_records records;
	size_t count = 0;
	const uint16_t size = type == TYPE_A ? 4 : 16;
	lookup_records(domain, observation_find_lookup(&domain->builder.observation, host, type),
		       &records);
	for (size_t i = 0; i < records.count && count < ADDRESSES_TRIED_MAX; i++) {
		const struct record *record = records.items[i];
		if (record->rdata_size != size)
			continue;
		peers[count++] = type == TYPE_A
					 ? address_from_ipv4(record->rdata, question->peer.port)
					 : address_from_ipv6(record->rdata, question->peer.port);
	}
	for (size_t i = 0; i < count; i++) {
		struct contact_question one = *question;
		one.peer = peers[i];
		contact_ask(domain, &one);
	}
}

/* At the addresses of `host`, asking for question->host. */
static void connect_host(struct domain *domain, const struct contact_question *question,
			 const uint8_t *host)
{
	connect_family(domain, question, host, TYPE_A);
	connect_family(domain, question, host, TYPE_AAAA);
}

/* ---- servers ---- */

static const struct lookup *find_tlsa(const struct domain *domain, const uint8_t *host,
				      uint16_t port)
{
	const struct observation *observation = &domain->builder.observation;
	struct name name;
	if (tlsa_name(host, port, &name) != OK)
		return NULL;
	int index = observation_find_lookup(observation, name.octets, TYPE_TLSA);
	if (index < 0 || observation->lookups[index].result != LOOKUP_RESULT_FOUND)
		return NULL;
	return &observation->lookups[index];
}

/* RFC 7672 s8.1: the name to ask for is the TLSA base domain (s2.2.3), where aliases count. */
static const uint8_t *base_of(const struct domain *domain, const uint8_t *host, uint16_t port)
{
	static const uint16_t types[] = {TYPE_A, TYPE_AAAA};
	const struct observation *observation = &domain->builder.observation;
	for (size_t i = 0; i < 2; i++) {
		int index = observation_find_lookup(observation, host, types[i]);
		if (index < 0 || observation->lookups[index].security != SECURITY_SECURE)
			continue;
		const uint8_t *target = observation->lookups[index].target;
		if (find_tlsa(domain, target, port) != NULL)
			return target;
	}
	return host;
}

static void connect_mail(struct domain *domain)
{
	struct mail_host hosts[MAIL_HOSTS_MAX];
	const struct observation *observation = &domain->builder.observation;
	int index = observation_find_lookup(observation, observation->domain, TYPE_MX);
	size_t count = mail_hosts(domain, index, hosts);
	for (size_t i = 0; i < count; i++) {
		const uint8_t *host = hosts[i].name.octets;
		const struct contact_question question = {
			.peer = {.port = SMTP_PORT},
			.protocol = SESSION_SMTP,
			.host = base_of(domain, host, SMTP_PORT),
		};
		connect_host(domain, &question, host);
	}
}

static void connect_web(struct domain *domain, const uint8_t *host)
{
	const struct contact_question question = {
		.peer = {.port = HTTPS_PORT}, .protocol = SESSION_HTTPS, .host = host};
	if (find_tlsa(domain, host, HTTPS_PORT) != NULL)
		connect_host(domain, &question, host);
}

static void connect_policy(struct domain *domain)
{
	struct name host;
	if (policy_host(domain, &host) != OK)
		return;
	const struct contact_question question = {.peer = {.port = HTTPS_PORT},
						  .protocol = SESSION_HTTPS,
						  .gets_policy = true,
						  .host = host.octets};
	/* Its addresses were looked up only if there is one. */
	connect_host(domain, &question, host.octets);
}

void connect_stage(struct domain *domain)
{
	const uint8_t *name = domain->builder.observation.domain;
	struct name www;
	connect_mail(domain);
	connect_web(domain, name);
	if (name_prepend((const uint8_t *)"www", 3, name, &www) == OK)
		connect_web(domain, www.octets);
	connect_policy(domain);
}
