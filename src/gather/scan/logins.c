/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the names lead at which the domain's people log in, as far as those can be guessed. */
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "gather/scan/scan_private.h"
#include "model/login_names.h"

#include <assert.h>
#include <string.h>

void logins_stage(struct domain *domain)
{
	const uint8_t *above = domain->builder.observation.domain;
	assert((domain->scan->needs & NEED_LOGINS) != 0);
	for (unsigned int i = 0; i < LOGIN_NAMES_COUNT; i++) {
		const char *label = login_name(i);
		struct name name;
		/* Below a domain whose name is that long already there are none. */
		if (name_prepend((const uint8_t *)label, strlen(label), above, &name) != OK)
			continue;
		lookup_ask(domain, name.octets, TYPE_A, NULL, NULL);
		lookup_ask(domain, name.octets, TYPE_AAAA, NULL, NULL);
	}
}
