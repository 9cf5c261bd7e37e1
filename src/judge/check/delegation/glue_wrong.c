/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

#include <assert.h>
#include <string.h>

/* Declared in the generated table. */
void check_delegation_glue_wrong(const struct evidence *evidence, struct verdicts *verdicts);

static bool has_address(const struct host *host, uint8_t server)
{
	for (uint8_t i = 0; i < host->address_count; i++)
		if (host->addresses[i] == server)
			return true;
	return false;
}

static bool is_better(const struct ip *ip, const struct ip *than, uint8_t family)
{
	if ((ip->family == family) != (than->family == family))
		return ip->family == family;
	return memcmp(ip->octets, than->octets, sizeof(ip->octets)) < 0;
}

/* What to tell of the name's own addresses: one of the glue's family, and always the same one. */
static const char *own_address(const struct evidence *evidence, const struct host *host,
			       uint8_t family)
{
	const struct server *servers = evidence->observation->servers;
	uint8_t best = host->addresses[0];

	assert(host->address_count > 0);
	for (uint8_t i = 1; i < host->address_count; i++)
		if (is_better(&servers[host->addresses[i]].ip, &servers[best].ip, family))
			best = host->addresses[i];
	return evidence->views[best].address;
}

void check_delegation_glue_wrong(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct observation *observation = evidence->observation;

	for (uint8_t h = 0; h < observation->host_count; h++) {
		const struct host *host = &observation->hosts[h];

		if (host->glue_count == 0)
			continue;
		if (host->state != HOST_RESOLVED || host->address_count == 0)
			continue;
		for (uint8_t g = 0; g < host->glue_count; g++) {
			const struct view *view = &evidence->views[host->glue[g]];

			if (has_address(host, host->glue[g]))
				continue;
			verdict(verdicts, view,
				"The parent gives %s as address of %s, but the name itself says %s",
				view->address, evidence_name(evidence, host->name),
				own_address(evidence, host,
					    observation->servers[host->glue[g]].ip.family));
			verdict_parent_evidence(verdicts);
		}
	}
}
