/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * TLSA (RFC 6698): which certificate a TLS server is to present, said in the DNS; and whether what
 * it did present is that. Rules are those of RFC 7671, and of RFC 7672 for SMTP.
 *
 * Pure: no clock, no network. What of a chain's dates and names counts is told as flags, for the
 * caller to judge.
 */
#ifndef DNS_DANE_TLSA_H
#define DNS_DANE_TLSA_H

#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "pki/certificate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* RFC 6698 s2.1.1 with the names of RFC 7218. */
enum tlsa_usage { TLSA_PKIX_TA, TLSA_PKIX_EE, TLSA_DANE_TA, TLSA_DANE_EE };
enum tlsa_selector { TLSA_CERTIFICATE, TLSA_KEY };          /* s2.1.2 */
enum tlsa_matching { TLSA_FULL, TLSA_SHA256, TLSA_SHA512 }; /* s2.1.3 */

#define TLSA_SHA256_OCTETS 32u

enum tlsa_service { TLSA_SMTP, TLSA_HTTPS };

struct tlsa {
	uint8_t usage, selector, matching;
	uint16_t size;
	const uint8_t *data;
};

/* What makes a record of no use, whoever reads it. */
enum tlsa_fault {
	TLSA_SOUND,
	TLSA_SHORT, /* fewer than three octets, or no data */
	TLSA_UNKNOWN_USAGE,
	TLSA_UNKNOWN_SELECTOR,
	TLSA_UNKNOWN_MATCHING,
	TLSA_WRONG_SIZE, /* a digest of another length than its kind has */
	TLSA_NO_DER,     /* full data that is no certificate, or no key */
};

/* ERR_SHORT: fewer than three octets of RDATA. */
MUST_CHECK int tlsa_read(const uint8_t *rdata, size_t size, struct tlsa *ret_tlsa);
enum tlsa_fault tlsa_fault(const uint8_t *rdata, size_t size);
/* Part of a sentence: "has a SHA-256 digest of 31 octets instead of 32". */
const char *tlsa_fault_text(enum tlsa_fault fault);
/* Sound, and of a usage that clients of the service take: SMTP has no use for PKIX-TA and PKIX-EE
 * (RFC 7672 s3.1.3). */
bool tlsa_is_usable(const uint8_t *rdata, size_t size, enum tlsa_service service);
/* Is this the certificate that the record means, or the key? Usage aside. */
bool tlsa_matches(const struct tlsa *tlsa, const struct certificate *certificate);

/* SHA-256 of the certificate, or of its key. */
void tlsa_digest(const struct certificate *certificate, uint8_t selector,
		 uint8_t ret_digest[TLSA_SHA256_OCTETS]);

/* How a chain stands to one record. */
enum tlsa_verdict {
	TLSA_VERDICT_NO,        /* it is another certificate */
	TLSA_VERDICT_YES,       /* RFC 7671 s5.1: names and dates do not count */
	TLSA_VERDICT_ANCHORED,  /* by DANE-TA or PKIX: names and dates count */
	TLSA_VERDICT_NO_ANCHOR, /* DANE-TA: a certificate is named that is not presented (s5.2.2) */
	TLSA_VERDICT_BROKEN,    /* ... is presented, and does not vouch for the server's own */
	TLSA_VERDICT_UNTRUSTED, /* PKIX: matches, but no trusted root vouches for it */
	TLSA_VERDICT_OPEN,      /* cannot be told: a PKIX-TA that need not be presented */
};
/* `is_trusted`: a root that the system trusts vouches for the chain. */
enum tlsa_verdict tlsa_judge(const struct tlsa *tlsa, const struct chain *chain, bool is_trusted);

/* Of a chain that is anchored by the record: how many certificates, from the server's own on, must
 * be in date for that. Those above the anchor are nobody's concern; those up to a root that the
 * system trusts were looked at when it was found to be trusted. */
size_t tlsa_path_length(const struct tlsa *tlsa, const struct chain *chain);

/* "_25._tcp." + host (RFC 6698 s3); ERR_LIMIT when too long. */
MUST_CHECK int tlsa_name(const uint8_t *host, uint16_t port, struct name *ret_name);
/* The host of such a name, a pointer into it, and the port; NULL when it is no such name. */
const uint8_t *tlsa_host(const uint8_t *name, uint16_t *ret_port);

#endif
