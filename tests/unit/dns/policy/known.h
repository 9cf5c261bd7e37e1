/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A source for the evaluators: records as lines, and what is said of every other name. */
#ifndef TESTS_UNIT_DNS_POLICY_KNOWN_H
#define TESTS_UNIT_DNS_POLICY_KNOWN_H

#include "dns/policy/source.h"
#include "dns/wire/name.h"

#define KNOWN_MAX 512

struct known {
	struct arena arena;
	struct record records[KNOWN_MAX];
	size_t count;
	const struct record *answer[KNOWN_MAX];
	unsigned int asked;
	const char *unknown; /* a name that nobody has looked up yet; NULL: none */
	const char *failing; /* a name that could not be looked up; NULL: none */
	struct policy_source source;
};

/* Lines "owner TTL IN TYPE rdata". A name with records of other types has no data, one without
 * any does not exist. */
void known_init(struct known *known, const char *const *lines, size_t count);
void known_release(struct known *known);
struct name known_name(const char *text);
/* A TXT record's line with the text cut into strings of 255 octets. */
const char *known_text(struct known *known, const char *owner, const char *text);

#endif
