/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Addresses of the name servers. Those outside the domain first: with their addresses and the glue,
 * the zone itself can be asked for those inside.
 */
#include "dns/wire/name.h"
#include "gather/scan/scan_private.h"

#include <assert.h>

static_assert((int)LOOKUP_NONE == (int)HOST_NOT_LOOKED_UP &&
		      (int)LOOKUP_FOUND == (int)HOST_RESOLVED &&
		      (int)LOOKUP_NXDOMAIN == (int)HOST_NXDOMAIN &&
		      (int)LOOKUP_NODATA == (int)HOST_NO_ADDRESS &&
		      (int)LOOKUP_CYCLE == (int)HOST_CYCLE &&
		      (int)LOOKUP_UNREACHABLE == (int)HOST_UNREACHABLE &&
		      (int)LOOKUP_BOGUS == (int)HOST_BOGUS && (int)LOOKUP_LIMIT == (int)HOST_LIMIT,
	      "the resolver's words are the observation's");

/* A host look-up under way; lives in the domain's arena. */
struct inquiry {
	struct domain *domain;
	int host;
};

static void host_found(void *context, const struct host_answer *answer)
{
	const struct inquiry *inquiry = context;
	struct domain *domain = inquiry->domain;
	struct observation *observation = &domain->builder.observation;
	assert(inquiry->host < observation->host_count && domain->pending > 0);
	struct host *host = &observation->hosts[inquiry->host];
	assert(host->state == HOST_NOT_LOOKED_UP && answer->state != LOOKUP_NONE);
	host->state = (uint8_t)answer->state;
	if (answer->is_alias)
		host->flags |= HOST_IS_ALIAS;
	for (unsigned int i = 0; i < answer->count; i++) {
		int server = domain_server(domain, &answer->addresses[i]);
		if (server < 0 ||
		    observation_host_address(&domain->builder, inquiry->host, server, false) != OK)
			observation->cut_short = true;
	}
	domain_settle(domain);
}

static void look_up(struct domain *domain, int host, const struct host_question *question)
{
	struct inquiry *inquiry = arena_take(&domain->arena, sizeof(*inquiry));
	if (inquiry != NULL) {
		*inquiry = (struct inquiry){domain, host};
		if (resolver_host(domain->scan->resolver, question, host_found, inquiry) == OK) {
			domain->pending++;
			return;
		}
	}
	domain->builder.observation.hosts[host].state = HOST_LIMIT;
	domain->builder.observation.cut_short = true;
}

static bool is_inside(const struct observation *observation, const struct host *host)
{
	return name_is_under(host->name, observation->domain);
}

void addresses_outside_stage(struct domain *domain)
{
	const struct observation *observation = &domain->builder.observation;
	for (int i = 0; i < observation->host_count; i++) {
		const struct host *host = &observation->hosts[i];
		if (host->state != HOST_NOT_LOOKED_UP || is_inside(observation, host))
			continue;
		const struct host_question question = {.name = host->name};
		look_up(domain, i, &question);
	}
}

/* Addresses that should serve the zone: glue of names inside it, and all that was found so far. */
static size_t known_servers(const struct observation *observation,
			    struct address servers[CUT_SERVERS_MAX])
{
	uint64_t taken = 0;
	static_assert(OBSERVATION_SERVERS_MAX <= 64, "a bit per server");
	for (int i = 0; i < observation->host_count; i++) {
		const struct host *host = &observation->hosts[i];
		for (int j = 0; is_inside(observation, host) && j < host->glue_count; j++)
			taken |= UINT64_C(1) << host->glue[j];
		for (int j = 0; j < host->address_count; j++)
			taken |= UINT64_C(1) << host->addresses[j];
	}
	size_t count = 0;
	for (unsigned int i = 0; i < observation->server_count && count < CUT_SERVERS_MAX; i++) {
		if ((taken & UINT64_C(1) << i) != 0)
			servers[count++] = server_address(observation, i);
	}
	return count;
}

void addresses_inside_stage(struct domain *domain)
{
	const struct observation *observation = &domain->builder.observation;
	struct address servers[CUT_SERVERS_MAX];
	size_t count = known_servers(observation, servers);
	for (int i = 0; i < observation->host_count; i++) {
		const struct host *host = &observation->hosts[i];
		if (host->state != HOST_NOT_LOOKED_UP || !is_inside(observation, host))
			continue;
		const struct host_question question = {.name = host->name,
						       .zone = observation->domain,
						       .glue = servers,
						       .glue_count = count};
		look_up(domain, i, &question);
	}
}
