/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which names the addresses of the name servers lead back to. */
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "gather/scan/scan_private.h"

#include <assert.h>

/* More addresses than that say nothing more. */
#define REVERSES_MAX 32

void reverse_stage(struct domain *domain)
{
	const struct observation *observation = &domain->builder.observation;
	uint64_t asked = 0;
	int count = 0;
	static_assert(OBSERVATION_SERVERS_MAX <= 64, "a bit per server");
	for (int i = 0; i < observation->host_count; i++) {
		const struct host *host = &observation->hosts[i];
		if ((host->flags & HOST_AT_PARENT) == 0)
			continue;
		for (int j = 0; j < host->address_count && count < REVERSES_MAX; j++) {
			const uint8_t server = host->addresses[j];
			const struct ip *ip = &observation->servers[server].ip;
			struct name name;
			if ((asked & UINT64_C(1) << server) != 0 || ip->family == 0)
				continue;
			asked |= UINT64_C(1) << server;
			count++;
			name_reverse(ip->family, ip->octets, &name);
			lookup_ask(domain, name.octets, TYPE_PTR, NULL, NULL);
		}
	}
}
