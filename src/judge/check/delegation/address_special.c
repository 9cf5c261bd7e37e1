/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"
#include "judge/check/ways.h"

#include <string.h>

/* Declared in the generated table. */
void check_delegation_address_special(const struct evidence *evidence, struct verdicts *verdicts);

static bool is_among(const uint8_t *servers, uint8_t count, uint8_t server)
{
	return count > 0 && memchr(servers, server, count) != NULL;
}

/* The name server at the parent that has the address, or whose glue it is. */
static const struct host *host_of(const struct observation *observation, uint8_t server)
{
	for (uint8_t h = 0; h < observation->host_count; h++) {
		const struct host *host = &observation->hosts[h];

		if ((host->flags & HOST_AT_PARENT) &&
		    (is_among(host->addresses, host->address_count, server) ||
		     is_among(host->glue, host->glue_count, server)))
			return host;
	}
	return NULL;
}

void check_delegation_address_special(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct observation *observation = evidence->observation;

	for (uint8_t i = 0; i < observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const struct host *host = host_of(observation, i);

		if (!host || ways_is_reachable(observation, &view->server->ip))
			continue;
		verdict(verdicts, view,
			"The name server %s of %s has the address %s, which cannot be reached from "
			"the Internet at large",
			evidence_name(evidence, host->name), evidence->domain, view->address);
		verdict_parent_evidence(verdicts);
	}
}
