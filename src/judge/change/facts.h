/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a domain depended on at a time, and whom its zone named: for deciding whom to write to when
 * it may have been taken over. Of each kind the newest look counts that knew it and began before
 * the time that the caller gives, such as that of the change. Pure; in the past's arena.
 */
#ifndef JUDGE_CHANGE_FACTS_H
#define JUDGE_CHANGE_FACTS_H

#include "judge/change/past.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct change_names {
	bool is_known;
	size_t count;
	const uint8_t *const *items; /* lower case */
};
struct change_facts {
	struct change_names name_servers; /* at the parent */
	struct change_names zone_servers; /* as the zone says: asked as soon as it was asked once */
	struct change_names mail_hosts;   /* MX; without any, the domain itself is not told */
	const uint8_t *contact;           /* RNAME of the SOA record (RFC 1035 s3.3.13), or NULL */
	int64_t contact_s;                /* last seen so, before that time */
};
/* `before_s`: looks that began then or later do not count. ERR_MEMORY. */
MUST_CHECK int change_past_facts(const struct change_past *past, int64_t before_s,
				 struct change_facts *ret_facts);

/* The mail address in an RNAME (RFC 1035 s8): its first label is the part before the @, in which a
 * dot is a dot. False: there is none, or with octets that no address has. */
bool change_contact_mail(const uint8_t *rname, char *ret_mail, size_t room);

#endif
