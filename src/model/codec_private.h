/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What encode*.c and decode*.c must agree on, and what their halves share;
 * docs/format/observation.md is the same for people.
 *
 * Names: a varint; 0 is none, 1 announces a name seen for the first time (how many octets of labels
 * follow, these, the earlier name whose end closes it plus 1 or 0 for the root, how many labels of
 * that), n >= 2 is the (n - 2)th name announced; the domain is the first.
 */
#ifndef MODEL_CODEC_PRIVATE_H
#define MODEL_CODEC_PRIVATE_H

#include "base/bytes.h"
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
	PART_KINDS, /* of those exchanges that are not PROBE_PLAIN */
	PART_LOOKUPS,
	PART_BLOBS,
	PART_SESSIONS,
	PART_ROUTES,
	PART_ROUTING,
	PART_ROUTE_LIMITS, /* of each route: `allowed`, `remains` */
	PART_TRANSFERS,
	PART_LAST = PART_TRANSFERS,
};
/* Tag and length of a part. */
#define PART_HEAD_MAX 6

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

/* The domain, the parent, every host, one for every exchange and session, two for every look-up. */
#define NAMES_MAX                                                                              \
	(2 + OBSERVATION_HOSTS_MAX + OBSERVATION_EXCHANGES_MAX + 2 * OBSERVATION_LOOKUPS_MAX + \
	 OBSERVATION_SESSIONS_MAX)
/* Octets a new name can take: its labels, three varints of at most 2 octets, the announcement. */
#define NEW_NAME_MAX(size) ((size) + 8)
/* Longest of vantage, scanner, not_measured. */
#define WORDS_MAX 255

struct encoder {
	struct writer writer;
	const struct observation *observation;
	uint16_t name_count;
	const uint8_t *names[NAMES_MAX];
};

/* Where the part's octets start: for encoder_end(), which puts their number before them. */
size_t encoder_begin(struct encoder *encoder, enum part part);
void encoder_end(struct encoder *encoder, size_t start);
/* A part of words; none for NULL. */
void encoder_words(struct encoder *encoder, enum part part, const char *words);
void encoder_name(struct encoder *encoder, const uint8_t *name);
void encoder_ip(struct writer *writer, const struct ip *ip);
/* The parts behind PART_NEEDS, those that are not empty; and the most octets they take. */
void encode_further(struct encoder *encoder);
size_t encoded_further_max(const struct observation *observation);

struct decoder {
	struct arena *arena;
	struct observation *observation;
	size_t opt_octets; /* a short input must not grow without limit */
	uint16_t name_count, name_room;
	const uint8_t **names;
};

/* Sets the reader's error when memory is out, so that one check at the end is enough. */
void *decoder_array(struct decoder *decoder, struct reader *reader, size_t count, size_t size);
/* A count within its limit; more is an error. */
size_t decoder_count(struct reader *reader, size_t limit);
uint8_t decoder_choice(struct reader *reader, uint8_t first, uint8_t last);
/* NULL for "none", and on an error. */
const uint8_t *decoder_name(struct decoder *decoder, struct reader *reader);
/* One that must be there. */
const uint8_t *decoder_some_name(struct decoder *decoder, struct reader *reader);
/* All that is left of the reader, without NUL. */
const char *decoder_words(struct decoder *decoder, struct reader *reader);
/* Of the family that `ip` has. */
void decoder_ip(struct reader *reader, struct ip *ip);
/* A part behind PART_NEEDS; one that is newer than this reader is left unread. */
void decode_further(struct decoder *decoder, struct reader *reader, uint64_t tag);

#endif
