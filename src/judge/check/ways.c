/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/ways.h"

#include "base/special_address.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <string.h>

static void add_address(const struct evidence *evidence, uint8_t server, uint64_t *seen,
			struct ways *ways)
{
	const uint8_t family = evidence->observation->servers[server].ip.family;

	static_assert(OBSERVATION_SERVERS_MAX <= 64, "a bit for every server");
	if ((*seen & UINT64_C(1) << server) != 0)
		return;
	*seen |= UINT64_C(1) << server;
	if (family == 4) {
		ways->count4++;
		ways->server4 = server;
	} else if (family == 6) {
		ways->count6++;
		ways->server6 = server;
	}
}

struct ways ways_find(const struct evidence *evidence)
{
	const struct observation *observation = evidence->observation;
	struct ways ways = {.is_known = evidence_knows_hosts(evidence)};
	uint64_t seen = 0;

	for (uint8_t h = 0; h < observation->host_count; h++) {
		const struct host *host = &observation->hosts[h];
		const bool is_looked_up = host->address_count > 0;
		const uint8_t count = is_looked_up ? host->address_count : host->glue_count;
		const uint8_t *servers = is_looked_up ? host->addresses : host->glue;

		if (!(host->flags & HOST_AT_PARENT))
			continue;
		ways.name_count++;
		if (!ways.common)
			ways.common = name_parent(host->name);
		ways.common = name_suffix(ways.common, name_common_labels(ways.common, host->name));
		for (uint8_t a = 0; a < count; a++)
			add_address(evidence, servers[a], &seen, &ways);
	}
	return ways;
}

/* Second-level labels below which country-code registries sell names. */
static bool is_shop(const uint8_t *label)
{
	static const char *const shops[] = {"ac",  "co",  "com", "edu", "gob", "gov", "id",
					    "ltd", "mil", "ne",  "net", "nom", "or",  "org"};

	for (size_t i = 0; i < sizeof(shops) / sizeof(shops[0]); i++)
		if (label[0] == strlen(shops[i]) && memcmp(label + 1, shops[i], label[0]) == 0)
			return true;
	return false;
}

const uint8_t *ways_operator(const struct evidence *evidence, const struct ways *ways)
{
	if (!ways->common)
		return NULL;
	const size_t labels = name_labels(ways->common);
	size_t suffix = 1;

	if (labels >= 2) {
		const uint8_t *second = name_suffix(ways->common, 2);

		/* The registry of a country, as a rule with two letters. */
		if (is_shop(second) && name_suffix(ways->common, 1)[0] == 2)
			suffix = 2;
	}
	if (labels <= suffix)
		return NULL;
	const uint8_t *registered = name_suffix(ways->common, suffix + 1);

	return name_is_under(evidence->observation->domain, registered) ? NULL : registered;
}

const uint8_t *ways_top_level(const struct evidence *evidence, const struct ways *ways)
{
	if (!ways->common || name_labels(ways->common) < 1)
		return NULL;
	const uint8_t *top = name_suffix(ways->common, 1);

	return name_is_under(evidence->observation->domain, top) ? NULL : top;
}

bool ways_is_reachable(const struct observation *observation, const struct ip *ip)
{
	return special_address_is_global(ip->family, ip->octets) ||
	       ((observation->needs & LOOK_IN_TEST_NETWORK) != 0 &&
		special_address_is_for_tests(ip->family, ip->octets));
}
