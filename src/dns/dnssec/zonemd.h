/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ZONEMD: is a whole zone, as it was transferred or read from a file, what its publisher made
 * (RFC 8976)? Scheme SIMPLE with SHA-384 and SHA-512. Whether the ZONEMD and SOA records are to be
 * believed (their signatures, RFC 8976 s4 steps 1 and 2) is the caller's to find out.
 *
 * Records are in the canonical form that message_walk() and zonefile_read() give, all of class IN;
 * the array is sorted where it stands, and nothing else is written to. No memory is taken. The time
 * is that of sorting and hashing: about a microsecond a record.
 */
#ifndef DNS_DNSSEC_ZONEMD_H
#define DNS_DNSSEC_ZONEMD_H

#include "dns/wire/message.h"

#include <stddef.h>
#include <stdint.h>

/* RFC 8976 s5.2, s5.3 */
#define ZONEMD_SCHEME_SIMPLE 1
enum zonemd_hash { ZONEMD_SHA384 = 1, ZONEMD_SHA512 = 2 };
#define ZONEMD_DIGEST_MAX_OCTETS 64

enum zonemd_result {
	ZONEMD_GOOD,        /* one of the digests fits: the zone is whole */
	ZONEMD_ABSENT,      /* the zone has no ZONEMD record at its apex */
	ZONEMD_NO_SOA,      /* none or several at the apex: this is no zone */
	ZONEMD_SERIAL,      /* every record is of another version of the zone */
	ZONEMD_UNSUPPORTED, /* no record of this version has a scheme and hash known here */
	ZONEMD_AMBIGUOUS,   /* several records of the same scheme and hash (RFC 8976 s4 step 4) */
	ZONEMD_WRONG,       /* no digest fits: something is missing, added or changed */
};
const char *zonemd_result_text(enum zonemd_result result);

/* `apex` may be in any case. */
enum zonemd_result zonemd_verify(const uint8_t *apex, struct record *records, size_t count);
/* The digest that such a zone's ZONEMD record must have; returns its size. Sorts the records. */
size_t zonemd_digest(const uint8_t *apex, struct record *records, size_t count,
		     enum zonemd_hash hash, uint8_t ret_digest[ZONEMD_DIGEST_MAX_OCTETS]);

#endif
