/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a reply says, seen from the zone that was asked: an answer, an alias, a referral to a child,
 * a denial, or nothing that can be believed. Pure; judges one message and remembers nothing.
 *
 * Only authority counts (AA, RFC 1034 s4.3.1), except for referrals, which by their nature come
 * without it. A server that is not responsible gives lame replies (RFC 9499 s7): no authority and
 * no way further down, or one that leads up. Whether signatures hold is not asked here.
 */
#ifndef DNS_RESOLVER_REPLY_H
#define DNS_RESOLVER_REPLY_H

#include "dns/transport/transport.h"
#include "dns/wire/message.h"

#include <stdint.h>

enum reply_kind {
	REPLY_NONE,     /* no message, or one that cannot be read to its end */
	REPLY_LAME,     /* a message that answers nothing: no authority, REFUSED, SERVFAIL, ... */
	REPLY_ANSWER,   /* records of this name and type */
	REPLY_ALIAS,    /* a CNAME at this name (RFC 1034 s3.6.2) */
	REPLY_REFERRAL, /* NS records of a zone between the asked one and the name */
	REPLY_NODATA,   /* the name exists, the type does not (RFC 2308 s2.2) */
	REPLY_NXDOMAIN, /* the name does not exist (RFC 2308 s2.1) */
};

struct reply {
	enum reply_kind kind;
	const struct message *message; /* NULL with REPLY_NONE if none came */
	const uint8_t *child;          /* of a referral: owner of the NS records */
	const uint8_t *target;         /* of an alias */
};

struct reply_question {
	const uint8_t *zone; /* whose server was asked */
	const uint8_t *name; /* at or below it */
	uint16_t type;
};

/* Pointers in the reply live as long as the message. All names lower case. */
struct reply reply_read(const struct exchange_result *result,
			const struct reply_question *question);
/* How long the absence may be believed, RFC 2308 s5: from the SOA; `otherwise` when there is none.
 */
uint32_t reply_negative_ttl_s(const struct message *message, uint32_t otherwise_s);

#endif
