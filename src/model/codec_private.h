/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What encode.c and decode.c must agree on; docs/format/observation.md is the same for people.
 *
 * Names: a varint; 0 is none, 1 announces a name seen for the first time (how many octets of labels
 * follow, these, the earlier name whose end closes it plus 1 or 0 for the root, how many labels of
 * that), n >= 2 is the (n - 2)th name announced; the domain is the first.
 */
#ifndef MODEL_CODEC_PRIVATE_H
#define MODEL_CODEC_PRIVATE_H

#include "model/observation.h"

#include <assert.h>

#define OBSERVATION_MAGIC_0 'D'
#define OBSERVATION_MAGIC_1 'O'

/* Parts come in this order, each at most once; a part with a higher tag than these is skipped. */
enum part {
	PART_DOMAIN = 1,
	PART_TIME, /* started_s (zigzag), took_ms */
	PART_VANTAGE,
	PART_SCANNER,
	PART_NOT_MEASURED,
	PART_FLAGS,
	PART_SERVERS,
	PART_HOSTS,
	PART_MESSAGES,
	PART_EXCHANGES,
	PART_PROOFS,
	PART_DELEGATION,
	PART_NEEDS, /* not there: NEED_ALL_DEFAULT */
};

#define PART_FLAG_CUT_SHORT 1u

#define SERVER_IS_IP6 1u
#define SERVER_ASKED 2u
#define SERVER_HAS_PORT 4u
#define SERVER_BITS 7u
#define PORT_DNS 53

/* An exchange begins with an octet that says what equals the exchange before it. */
#define SAME_NAME 1u
#define SAME_TYPE 2u
#define SAME_SERVER 4u
#define SAME_COURSE 8u /* transport, outcome, flags, attempts, mismatches */
#define MESSAGE_SHIFT 4
enum message_form { MESSAGE_FORM_NONE, MESSAGE_FORM_NEXT, MESSAGE_FORM_SAME, MESSAGE_FORM_INDEX };
#define OPT_SHIFT 6
enum opt_form { OPT_FORM_NONE, OPT_FORM_SAME, OPT_FORM_PREFIX };

/* Every server and the parent have a last OPT record. */
#define OPT_MEMORIES 256

#define PROOF_SEP 0x80u
#define PROOF_REVOKED 0x40u
#define PROOF_RESULT 0x0fu
static_assert(PROOF_RESULT_MAX <= PROOF_RESULT, "a result fits its bits");

/* The domain, the parent, every host, one for every exchange. */
#define NAMES_MAX (2 + OBSERVATION_HOSTS_MAX + OBSERVATION_EXCHANGES_MAX)
/* Longest of vantage, scanner, not_measured. */
#define WORDS_MAX 255

#endif
