/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the names lead at which the domain's people log in, as far as those can be guessed; and
 * names that whoever scans wants to know about. */
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "gather/scan/scan_private.h"
#include "model/login_names.h"

#include <assert.h>
#include <string.h>

static void ask_addresses(struct domain *domain, const uint8_t *name)
{
	lookup_ask(domain, name, TYPE_A, NULL, NULL);
	lookup_ask(domain, name, TYPE_AAAA, NULL, NULL);
}

void asked_stage(struct domain *domain)
{
	const struct scan *scan = domain->scan;
	size_t at = 0;
	while (at < scan->asked_size) {
		const size_t size = name_size(scan->asked + at);
		assert(size <= scan->asked_size - at);
		ask_addresses(domain, scan->asked + at);
		at += size;
	}
}

void logins_stage(struct domain *domain)
{
	const uint8_t *above = domain->builder.observation.domain;
	assert((domain->scan->needs & NEED_LOGINS) != 0);
	for (unsigned int i = 0; i < LOGIN_NAMES_COUNT; i++) {
		const char *label = login_name(i);
		struct name name;
		/* Below a domain whose name is that long already there are none. */
		if (name_prepend((const uint8_t *)label, strlen(label), above, &name) == OK)
			ask_addresses(domain, name.octets);
	}
}
