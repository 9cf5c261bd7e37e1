/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What state.c, state_body.c and state_decode.c must agree on. */
#ifndef MODEL_STATE_PRIVATE_H
#define MODEL_STATE_PRIVATE_H

#include "base/bytes.h"
#include "model/observation.h"

#define STATE_MAGIC_0 'D'
#define STATE_MAGIC_1 'S'
#define STATE_FLAG_CUT_SHORT 1u
#define STATE_FLAG_NOT_MEASURED 2u
#define STATE_FLAGS 3u

#define STATE_SERVER_IP6 1u
#define STATE_SERVER_ASKED 2u
#define STATE_SERVER_BITS 3u

#define STATE_EXCHANGE_FLAGS \
	(EXCHANGE_CASE_DIFFERS | EXCHANGE_SHARED | EXCHANGE_NO_EDNS | EXCHANGE_TCP_FAILED)

/* Validity, result, algorithm, key tag, is_own. */
#define STATE_SIGNATURE_OCTETS 6

/* A body as it will stand in the state. */
struct body_octets {
	const uint8_t *octets;
	uint32_t size;
	uint16_t index;  /* in the state, once it has one */
	bool has_serial; /* the answer holds the domain's SOA */
	uint32_t serial;
};

/* Proofs of one message, found in one step. */
struct proof_index {
	const struct proof **proofs; /* by message */
	const uint16_t *starts;      /* message_count + 1 */
};
MUST_CHECK int proof_index_make(struct arena *arena, const struct observation *observation,
				struct proof_index *ret_index);

/* The answer of an exchange that has a message. */
MUST_CHECK int state_body_make(struct arena *arena, const struct observation *observation,
			       const struct proof_index *proofs, const struct exchange *exchange,
			       struct body_octets *ret_body);

/* Octets that may end with the domain's name: size << 1, low bit set when its end was left out. */
void state_put_octets(struct writer *writer, const uint8_t *domain, const uint8_t *octets,
		      size_t size);
/* A name without its root; most octets it takes are its size + 2. */
void state_put_name(struct writer *writer, const uint8_t *domain, const uint8_t *name);

#endif
