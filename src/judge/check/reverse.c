/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/reverse.h"

#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "judge/check/looked_up.h"
#include "judge/check/ways.h"

#include <assert.h>
#include <string.h>

static bool has_address(const struct host *host, uint8_t server)
{
	return (host->flags & HOST_AT_PARENT) != 0 && host->address_count > 0 &&
	       memchr(host->addresses, server, host->address_count) != NULL;
}

/* One of the name servers with this address has one of these names. */
static bool fits(const struct observation *observation, uint8_t server, const struct rrset *rrset)
{
	for (uint8_t h = 0; h < observation->host_count; h++) {
		if (!has_address(&observation->hosts[h], server))
			continue;
		for (uint16_t i = 0; i < rrset->count; i++) {
			const uint8_t *name = rdata_target(rrset->records[i]);

			if (name && name_equal(name, observation->hosts[h].name))
				return true;
		}
	}
	return false;
}

bool reverse_find(const struct evidence *evidence, uint8_t server, struct reverse *ret_reverse)
{
	const struct observation *observation = evidence->observation;
	const struct ip *ip = &observation->servers[server].ip;
	struct reverse reverse = {.state = REVERSE_UNKNOWN};
	struct name name;

	assert(server < observation->server_count);
	for (uint8_t h = 0; h < observation->host_count && !reverse.host; h++)
		if (has_address(&observation->hosts[h], server))
			reverse.host = observation->hosts[h].name;
	if (!reverse.host || ip->family == 0 || !ways_is_reachable(observation, ip))
		return false;
	name_reverse(ip->family, ip->octets, &name);
	const struct looked_up found = look_up(evidence, name.octets, TYPE_PTR);

	if (!looked_up_is_unknown(&found)) {
		reverse.state = REVERSE_NONE;
		if (found.rrset.count > 0) {
			reverse.name = rdata_target(found.rrset.records[0]);
			reverse.state = fits(observation, server, &found.rrset) ? REVERSE_FITS
										: REVERSE_OTHER;
		}
	}
	*ret_reverse = reverse;
	return true;
}
