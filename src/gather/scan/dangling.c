/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Name servers whose names do not exist: does what they are below exist, or can it be registered?
 */
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "gather/scan/scan_private.h"

#include <assert.h>

/* A name and the top-level domain that it is in: below that, names can be registered everywhere. */
#define REGISTERED_LABELS 2

void dangling_stage(struct domain *domain)
{
	const struct observation *observation = &domain->builder.observation;
	for (int i = 0; i < observation->host_count; i++) {
		const struct host *host = &observation->hosts[i];
		if (host->state != HOST_NXDOMAIN || (host->flags & HOST_AT_PARENT) == 0 ||
		    name_labels(host->name) <= REGISTERED_LABELS)
			continue;
		const uint8_t *registered = name_suffix(host->name, REGISTERED_LABELS);
		if (!name_is_under(observation->domain, registered))
			lookup_ask(domain, registered, TYPE_NS, NULL, NULL);
	}
}
