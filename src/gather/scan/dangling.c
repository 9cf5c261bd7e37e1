/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Name servers whose names do not exist: does what they are below exist, or can it be registered?
 */
#include "dns/policy/suffix.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "gather/scan/scan_private.h"

#include <assert.h>

void dangling_stage(struct domain *domain)
{
	const struct observation *observation = &domain->builder.observation;
	const struct suffix_list *suffixes = domain->scan->suffixes;
	if (suffixes == NULL) /* libpsl was built without a list */
		return;
	for (int i = 0; i < observation->host_count; i++) {
		const struct host *host = &observation->hosts[i];
		if (host->state != HOST_NXDOMAIN || (host->flags & HOST_AT_PARENT) == 0)
			continue;
		const uint8_t *registered = suffix_registrable(suffixes, host->name);
		if (registered != NULL && !name_is_under(observation->domain, registered))
			lookup_ask(domain, registered, TYPE_NS, NULL, NULL);
	}
}
