/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * RDATA of the types an audit reads, as plain values. Input is uncompressed RDATA as `struct
 * record` holds it. Pointers in the results point into the RDATA.
 */
#ifndef DNS_WIRE_RDATA_H
#define DNS_WIRE_RDATA_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "dns/wire/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct soa_rdata {
	const uint8_t *mname, *rname;
	uint32_t serial, refresh, retry, expire, minimum;
};
struct dnskey_rdata { /* DNSKEY and CDNSKEY, RFC 4034 s2 */
	uint16_t flags;
	uint8_t protocol, algorithm;
	const uint8_t *key;
	size_t key_size;
};
#define DNSKEY_ZONE 0x0100
#define DNSKEY_SEP 0x0001
#define DNSKEY_REVOKE 0x0080
struct ds_rdata { /* DS and CDS, RFC 4034 s5 */
	uint16_t key_tag;
	uint8_t algorithm, digest_type;
	const uint8_t *digest;
	size_t digest_size;
};
struct rrsig_rdata { /* RFC 4034 s3 */
	uint16_t type_covered;
	uint8_t algorithm, labels;
	uint32_t original_ttl, expiration, inception;
	uint16_t key_tag;
	const uint8_t *signer;
	const uint8_t *signature;
	size_t signature_size;
	size_t signed_head_size; /* octets of RDATA before the signature */
};
struct nsec_rdata {
	const uint8_t *next, *bitmap;
	size_t bitmap_size;
};
struct nsec3_rdata { /* RFC 5155 s3 */
	uint8_t hash_algorithm, flags;
	uint16_t iterations;
	uint8_t salt_size, next_size;
	const uint8_t *salt, *next, *bitmap;
	size_t bitmap_size;
};
#define NSEC3_OPT_OUT 0x01
struct csync_rdata {
	uint32_t serial;
	uint16_t flags;
	const uint8_t *bitmap;
	size_t bitmap_size;
};
#define DSYNC_NOTIFY 1 /* RFC 9859 s2.1 */
struct dsync_rdata {
	uint16_t type;
	uint8_t scheme;
	uint16_t port;
	const uint8_t *target;
};

/* ERR_FORMAT / ERR_SHORT on malformed RDATA. */
MUST_CHECK int rdata_soa(const struct record *record, struct soa_rdata *ret);
MUST_CHECK int rdata_dnskey(const struct record *record, struct dnskey_rdata *ret);
MUST_CHECK int rdata_ds(const struct record *record, struct ds_rdata *ret);
MUST_CHECK int rdata_rrsig(const struct record *record, struct rrsig_rdata *ret);
MUST_CHECK int rdata_nsec(const struct record *record, struct nsec_rdata *ret);
MUST_CHECK int rdata_nsec3(const struct record *record, struct nsec3_rdata *ret);
MUST_CHECK int rdata_csync(const struct record *record, struct csync_rdata *ret);
MUST_CHECK int rdata_dsync(const struct record *record, struct dsync_rdata *ret);
/* NS, CNAME, DNAME, PTR target, MX exchange; NULL for other types. */
const uint8_t *rdata_target(const struct record *record);
/* RFC 4034 s4.1.2 type bitmap. */
bool bitmap_has(const uint8_t *bitmap, size_t bitmap_size, uint16_t type);

/* RDATA as it stands in a message, perhaps compressed. */
struct rdata_place {
	const uint8_t *wire;
	size_t wire_size;
	size_t offset;
	uint16_t size;
	uint16_t type;
};
/*
 * Brings RDATA into uncompressed canonical form (see message.h), which lies in the arena or in the
 * message. ERR_FORMAT when it does not fit its type.
 */
MUST_CHECK int rdata_canonical(struct arena *arena, const struct rdata_place *place,
			       const uint8_t **ret_rdata, uint16_t *ret_size);

/* Presentation form of RDATA alone, and of a whole record ("owner TTL IN TYPE rdata"). */
MUST_CHECK int rdata_to_text(const struct record *record, struct text *text);
MUST_CHECK int record_to_text(const struct record *record, struct text *text);
/*
 * One record from presentation form ("owner TTL IN TYPE rdata"; owner absolute), in arena memory,
 * uncompressed. RFC 3597 \# form is understood for every type.
 */
MUST_CHECK int record_from_text(struct arena *arena, const char *line, struct record *ret_record,
				struct complaint *complaint);

#endif
