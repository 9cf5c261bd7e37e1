/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Protocol data units of RPKI-to-Router: RFC 8210 s5 (version 1), RFC 6810 s5 (version 0).
 *
 * Every PDU has eight octets of version, type, two octets of its own and the length of the whole.
 * Reading checks what one PDU can show by itself; what fits when is the session's to know.
 */
#ifndef GATHER_ROUTING_RTR_PDU_PRIVATE_H
#define GATHER_ROUTING_RTR_PDU_PRIVATE_H

#include "base/bytes.h"
#include "gather/routing/routing.h"

#define RTR_HEADER_BYTES 8u
/* The longest that is honest is an Error Report with a sentence and a copy of a Router Key, below
 * 1 KiB. */
#define RTR_PDU_MAX ((size_t)8192)
#define RTR_VERSION_MAX 1u

enum rtr_type {
	RTR_SERIAL_NOTIFY = 0,
	RTR_SERIAL_QUERY = 1,
	RTR_RESET_QUERY = 2,
	RTR_CACHE_RESPONSE = 3,
	RTR_IPV4_PREFIX = 4,
	RTR_IPV6_PREFIX = 6,
	RTR_END_OF_DATA = 7,
	RTR_CACHE_RESET = 8,
	RTR_ROUTER_KEY = 9, /* version 1 */
	RTR_ERROR_REPORT = 10,
};

/* RFC 8210 s12. */
enum rtr_error {
	RTR_CORRUPT_DATA = 0,
	RTR_INTERNAL_ERROR = 1,
	RTR_NO_DATA = 2,
	RTR_INVALID_REQUEST = 3,
	RTR_UNSUPPORTED_VERSION = 4,
	RTR_UNSUPPORTED_TYPE = 5,
	RTR_WITHDRAWAL_OF_UNKNOWN = 6,
	RTR_DUPLICATE_ANNOUNCEMENT = 7,
	RTR_UNEXPECTED_VERSION = 8,
};

struct rtr_pdu {
	uint8_t version;
	uint8_t type;
	uint16_t number;  /* session, error code; of a Router Key flags and zero */
	uint32_t length;  /* of the whole */
	uint32_t serial;  /* Serial Notify, Serial Query, End of Data */
	uint32_t refresh; /* End of Data of version 1; seconds */
	uint32_t retry;
	uint32_t expire;
	bool is_announced;   /* prefixes: else withdrawn */
	struct vrp vrp;      /* prefixes */
	const uint8_t *copy; /* Error Report: the PDU that was wrong; in what was read */
	uint32_t copy_size;
	const char *text; /* Error Report: for people, UTF-8 as far as they say */
	uint32_t text_size;
};

/* Version, type and length; 0 or ERR_SHORT. */
MUST_CHECK int rtr_header_read(const uint8_t *octets, size_t size, struct rtr_pdu *ret_pdu);
/* A whole PDU of exactly `size` octets. ERR_FORMAT: wrong length or content; ERR_UNSUPPORTED: a
 * type that its version does not have. */
MUST_CHECK int rtr_pdu_read(const uint8_t *octets, size_t size, struct rtr_pdu *ret_pdu);
/* `length` is not looked at. Router Keys are not written. */
void rtr_pdu_write(struct writer *writer, const struct rtr_pdu *pdu);
/* "IPv4 Prefix"; "PDU" for what is unknown. */
const char *rtr_type_text(uint8_t type);
/* "corrupt data"; "unknown error". */
const char *rtr_error_text(uint16_t code);

#endif
