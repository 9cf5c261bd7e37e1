/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MX records (RFC 1035 s3.3.9, RFC 5321 s5.1), and the one that says "no mail" (RFC 7505). */
#ifndef DNS_POLICY_EXCHANGERS_H
#define DNS_POLICY_EXCHANGERS_H

#include "dns/policy/source.h"

#include <stdbool.h>
#include <stdint.h>

/* Mail exchangers that are looked at; a sender tries a few. */
#define EXCHANGERS_MAX 16

enum exchanger_fault {
	EXCHANGER_SOUND,
	EXCHANGER_ADDRESS, /* an IPv4 address in the place of a name */
	EXCHANGER_NO_HOST, /* a name that no host can have: underscores, odd octets */
};

struct exchanger {
	uint16_t preference;
	const uint8_t *name; /* in the record */
	enum exchanger_fault fault;
};

struct exchangers {
	bool has_null;   /* one of the records says that there is no mail */
	bool takes_none; /* the only record says so */
	uint16_t record_count;
	uint8_t count; /* without the null ones; at most EXCHANGERS_MAX */
	struct exchanger items[EXCHANGERS_MAX];
};

void exchangers_read(const struct policy_answer *answer, struct exchangers *ret_exchangers);

#endif
