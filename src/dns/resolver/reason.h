/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why an answer is not secure: an extended DNS error (RFC 8914 s4) where one fits, and a sentence
 * that names zone, record, key tag and time, for the person who has to mend it. Lower case first
 * unless it starts with a name, no full stop. A plain value; names in it are cut, never overrun.
 */
#ifndef DNS_RESOLVER_REASON_H
#define DNS_RESOLVER_REASON_H

#include "base/error.h"
#include "dns/wire/rdata.h"

#include <stdbool.h>
#include <stdint.h>

/* Three names of ordinary length and the words between them. */
#define REASON_TEXT_MAX 512
/* A name in a sentence: longer ones are cut in the middle, since both ends say something. */
#define REASON_NAME_MAX 96

/* RFC 8914 s5.2 and the IANA registry "Extended DNS Error Codes". */
enum extended_error {
	EDE_OTHER = 0,
	EDE_UNSUPPORTED_ALGORITHM = 1,
	EDE_UNSUPPORTED_DIGEST = 2,
	EDE_INDETERMINATE = 5,
	EDE_BOGUS = 6,
	EDE_SIGNATURE_EXPIRED = 7,
	EDE_SIGNATURE_NOT_YET_VALID = 8,
	EDE_DNSKEY_MISSING = 9,
	EDE_RRSIGS_MISSING = 10,
	EDE_NO_ZONE_KEY_BIT = 11,
	EDE_NSEC_MISSING = 12,
	EDE_NO_REACHABLE_AUTHORITY = 22,
	EDE_NETWORK_ERROR = 23,
	EDE_UNSUPPORTED_NSEC3_ITERATIONS = 27,
	EDE_NONE = 0xffff, /* nothing failed: insecure as its owner wants it */
};

struct reason {
	uint16_t ede;               /* enum extended_error */
	char text[REASON_TEXT_MAX]; /* "": no reason, all is well */
};

void reason_clear(struct reason *reason);
void reason_set(struct reason *reason, enum extended_error ede, const char *format, ...)
	PRINTF_LIKE(3, 4);
bool reason_is_set(const struct reason *reason);
/* "Signature Expired"; "" for EDE_NONE and what the table does not have. */
const char *extended_error_text(uint16_t ede);

/* A name as it stands in a sentence. Returns ret_text. */
const char *reason_name(const uint8_t *name, char ret_text[REASON_NAME_MAX]);

#endif
