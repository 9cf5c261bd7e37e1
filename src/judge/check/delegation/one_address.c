/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_delegation_one_address(const struct evidence *evidence, struct verdicts *verdicts);

/* Addresses of one family over all name servers that the parent names. */
static unsigned count_addresses(const struct observation *observation, uint8_t family,
				uint8_t *ret_server)
{
	bool seen[OBSERVATION_SERVERS_MAX] = {false};
	unsigned count = 0;

	for (uint8_t h = 0; h < observation->host_count; h++) {
		const struct host *host = &observation->hosts[h];

		if (!(host->flags & HOST_AT_PARENT))
			continue;
		for (uint8_t a = 0; a < host->address_count; a++) {
			const uint8_t server = host->addresses[a];

			if (seen[server] || observation->servers[server].ip.family != family)
				continue;
			seen[server] = true;
			*ret_server = server;
			count++;
		}
	}
	return count;
}

static unsigned resolved_names(const struct observation *observation)
{
	unsigned resolved = 0;

	for (uint8_t h = 0; h < observation->host_count; h++)
		resolved += observation->hosts[h].flags & HOST_AT_PARENT &&
			    observation->hosts[h].state == HOST_RESOLVED;
	return resolved;
}

void check_delegation_one_address(const struct evidence *evidence, struct verdicts *verdicts)
{
	uint8_t server4 = 0;
	uint8_t server6 = 0;

	if (evidence->parent_ns.count < 2)
		return;
	/* A name that could not be looked up may have had the second address. */
	if (!evidence_knows_hosts(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	const unsigned count4 = count_addresses(evidence->observation, 4, &server4);
	const unsigned count6 = count_addresses(evidence->observation, 6, &server6);

	if (count4 > 1 || count6 > 1 || resolved_names(evidence->observation) < 2)
		return;
	verdict(verdicts, NULL,
		"%s names %u name servers, but all of them are one machine at %s%s%s",
		evidence->domain, evidence->parent_ns.count,
		count4 ? evidence->views[server4].address : "", count4 && count6 ? " and " : "",
		count6 ? evidence->views[server6].address : "");
	verdict_parent_evidence(verdicts);
}
