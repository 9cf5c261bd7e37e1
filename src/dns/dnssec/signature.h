/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be said of a signature: by cryptography, which knows no clock, and by the clock alone.
 */
#ifndef DNS_DNSSEC_SIGNATURE_H
#define DNS_DNSSEC_SIGNATURE_H

#include "dns/wire/rdata.h"

#include <stdint.h>

enum signature_result {
	SIGNATURE_GOOD = 1,
	SIGNATURE_BAD,         /* verification failed */
	SIGNATURE_MALFORMED,   /* labels, signer, sizes or key make no sense (RFC 4035 s5.3.1) */
	SIGNATURE_UNSUPPORTED, /* algorithm unknown here */
	SIGNATURE_NO_KEY,      /* no DNSKEY with this tag and algorithm, with the zone flag */
	SIGNATURE_NOT_CHECKED, /* a limit was reached first, or memory was out */
};

const char *signature_result_text(enum signature_result result);

enum signature_time { SIGNATURE_NOW, SIGNATURE_FUTURE, SIGNATURE_EXPIRED };
/* Serial arithmetic of RFC 4034 s3.1.5 around `now_s`. */
enum signature_time signature_time(const struct rrsig_rdata *rrsig, int64_t now_s);

#endif
