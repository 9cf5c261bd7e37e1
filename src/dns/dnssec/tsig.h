/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages signed by a secret that both ends have (TSIG, RFC 8945): signing one, reading who says
 * to have signed one, and finding out whether that is so.
 *
 * A TSIG record is the last of its message and covers all that comes before it, with the id that
 * the message had at first (s4.3.2); an answer's covers the MAC of the question, too (s5.3). MACs
 * are whole: shortened ones (s5.2.2.1) are refused. Whether the time fits the clock is the caller's
 * question: an answer that covers the question's MAC cannot be older than the question.
 */
#ifndef DNS_DNSSEC_TSIG_H
#define DNS_DNSSEC_TSIG_H

#include "base/error.h"
#include "dns/wire/name.h"
#include "dns/wire/tsig_key.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* HMAC-SHA512's. */
#define TSIG_MAC_MAX 64u
/* RFC 8945 s10 */
#define TSIG_FUDGE_S 300u
/* Owner, fixed part, algorithm's name, time to MAC size, MAC, original id to other size. */
#define TSIG_RECORD_MAX (NAME_MAX_OCTETS + 10u + 26u + 10u + TSIG_MAC_MAX + 6u)

/* RFC 8945 s3 */
#define TSIG_BADSIG 16u
#define TSIG_BADKEY 17u

struct tsig_mac {
	uint8_t octets[TSIG_MAC_MAX];
	uint8_t size;
};

/* What a TSIG record says; pointers are into its message. */
struct tsig {
	struct name key;       /* lower case */
	struct name algorithm; /* lower case */
	uint64_t time_s;
	const uint8_t *mac;
	const uint8_t *other;
	size_t offset; /* of the record in the message */
	uint16_t fudge_s, mac_size, original_id, error, other_size;
};

/* ERR_NOT_FOUND: the message has none where one must stand, or cannot be read as far as that.
 * ERR_FORMAT: there is one that is malformed. */
MUST_CHECK int tsig_find(const uint8_t *wire, size_t size, struct tsig *ret_tsig);
/* TSIG_ALGORITHM_COUNT: one that is not known here. */
enum tsig_algorithm tsig_algorithm_of(const struct tsig *tsig);

/* A message that gets longer. */
struct tsig_wire {
	uint8_t *octets;
	size_t size, room;
};

struct tsig_terms {
	uint64_t time_s;
	const struct tsig_mac *request; /* NULL: this is the question itself */
	uint16_t original_id;           /* an answer's is its question's */
	uint8_t algorithm;              /* enum tsig_algorithm; the key's own or another */
};

/* ERR_SHORT: no room; ERR_UNSUPPORTED: no such HMAC in this system. The message is as it was then.
 */
MUST_CHECK int tsig_sign(const struct tsig_key *key, const struct tsig_terms *terms,
			 struct tsig_wire *wire, struct tsig_mac *ret_mac);
/* The record of an answer to a question whose key or MAC is none (s5.3.2): without a MAC. */
MUST_CHECK int tsig_refuse(const struct tsig *asked, uint16_t error, struct tsig_wire *wire);

/* Is the message, in which that record was found, signed by the key? Under whatever algorithm the
 * record names. `request`: of the question, when it is an answer, or NULL. */
MUST_CHECK bool tsig_verify(const struct tsig_key *key, const struct tsig *tsig,
			    const uint8_t *wire, const struct tsig_mac *request);

#endif
