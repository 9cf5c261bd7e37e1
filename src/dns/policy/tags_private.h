/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * "tag=value; tag=value": the form that DMARC (RFC 9989 s4.8), MTA-STS (RFC 8461 s3.1) and TLS
 * reporting (RFC 8460 s3) share, read one tag at a time.
 */
#ifndef DNS_POLICY_TAGS_PRIVATE_H
#define DNS_POLICY_TAGS_PRIVATE_H

#include "dns/policy/uri.h"

#include <stdbool.h>
#include <stddef.h>

struct tag {
	const char *text; /* the whole of it, without the white space around */
	size_t size;
	const char *name;
	size_t name_size;
	const char *value;
	size_t value_size;
	bool is_sound; /* a name, "=", a value */
};

struct tags {
	const char *next, *end;
};

void tags_init(struct tags *tags, const char *text, size_t size);
/* False at the end. Empty pieces (";;", and what follows the last ";") are passed over. */
bool tags_next(struct tags *tags, struct tag *ret_tag);
/* Does the text begin with "v=VERSION" as a tag of its own? Versions are case-sensitive. */
bool tags_have_version(const char *text, size_t size, const char *version);

/* Comma-separated URIs. Those that are sound; true when all are and there is one at least. */
bool tags_uris(const struct tag *tag, struct policy_uri *uris, uint8_t *ret_count);

#endif
