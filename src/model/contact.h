/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Can whoever took over a domain read what is sent to a contact? A mail address in that domain, or
 * one whose domain is served by name servers in it or takes its mail there, or a webhook at such a
 * host, may be under the attacker's control: it is marked, and never used alone. Facts come from
 * the caller, best of the time before the change; what is not known is not taken for safe.
 */
#ifndef MODEL_CONTACT_H
#define MODEL_CONTACT_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A URL with a token in it fits. */
#define CONTACT_VALUE_MAX 512u

enum contact_kind { CONTACT_MAIL, CONTACT_WEBHOOK, CONTACT_PHONE };
const char *contact_kind_text(enum contact_kind kind);
MUST_CHECK int contact_kind_from_text(const char *text, enum contact_kind *ret_kind);
struct contact {
	enum contact_kind kind;
	const char *value; /* address, https:// URL, number with + */
};

enum contact_risk {
	CONTACT_APART,     /* does not depend on what is affected */
	CONTACT_DEPENDS,   /* may be the attacker's */
	CONTACT_NOT_KNOWN, /* its name servers are not known */
};

/* What is affected: names in lower case without the last dot. */
struct contact_threat {
	const char *const *domains;
	size_t domain_count;
	const char *const *servers; /* name servers that an attacker may have put there */
	size_t server_count;
};
/* Of the host of a contact: the names of its domain's name servers, and of its mail hosts. */
struct contact_facts {
	bool is_known;
	const char *const *hosts;
	size_t host_count;
	/* Where it is not known: what would be. */
	int64_t before_s; /* a look from before this; 0: any */
	bool is_of_above; /* or one at the domain that the host is in */
};

/* The host that a contact depends on, in lower case; NULL of a telephone. */
MUST_CHECK int contact_host(struct arena *arena, const struct contact *contact,
			    const char **ret_host);
/* Is the value one of its kind? */
bool contact_is_valid(const struct contact *contact);
/*
 * What is told of a contact where more people read than its party meant, as in an audit: of a
 * webhook "https://HOST[:PORT]/#7q2kd5hp", since what stands behind the host may be a secret; the
 * characters are the first of an id made of the value. Others as they are.
 */
#define CONTACT_SHOWN_ROOM (CONTACT_VALUE_MAX + 16u)
void contact_shown(const struct contact *contact, char ret_shown[CONTACT_SHOWN_ROOM]);
/* Does a person mean it: by its value, by what contact_shown makes of it, or by the host of a
 * webhook, with or without the port? */
bool contact_is_named(const struct contact *contact, const char *word);
/* `host`: contact_host; the complaint has the reason, unless it is apart. */
enum contact_risk contact_risk(const char *host, const struct contact_threat *threat,
			       const struct contact_facts *facts, struct complaint *reason);

#endif
