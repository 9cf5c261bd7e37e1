/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that make and read states share. */
#ifndef MODEL_STATE_PRIVATE_H
#define MODEL_STATE_PRIVATE_H

#include "base/bytes.h"
#include "dns/wire/message.h"
#include "model/observation.h"
#include "model/state.h"

#define STATE_MAGIC_0 'D'
#define STATE_MAGIC_1 'S'
#define STATE_FLAG_CUT_SHORT 1u
#define STATE_FLAG_NOT_MEASURED 2u
#define STATE_FLAG_NEEDS 4u /* the look was not the default one: what it was stands behind */
#define STATE_FLAG_ITEMS 8u /* items follow behind the servers */
#define STATE_FLAGS 15u

#define STATE_SERVER_IP6 1u
#define STATE_SERVER_ASKED 2u
#define STATE_SERVER_BITS 3u

#define STATE_EXCHANGE_FLAGS                                                                \
	(EXCHANGE_CASE_DIFFERS | EXCHANGE_SHARED | EXCHANGE_NO_EDNS | EXCHANGE_TCP_FAILED | \
	 EXCHANGE_OTHER_SOURCE)

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

/* The OPT that was cut from the message of that exchange, read into it. */
void state_read_cut_opt(const struct exchange *exchange, struct message *message);

/* An item as it will stand in the state. */
struct item_octets {
	const uint8_t *key; /* kind and key: what items are ordered by */
	const uint8_t *values;
	uint32_t key_size, values_size;
};

/* An exchange on its way into a state. */
struct answer {
	const uint8_t *name;
	struct body_octets *body; /* NULL when there is none */
	uint16_t type;
	uint8_t server;
	uint8_t transport;
	uint8_t outcome;
	uint8_t flags;
	bool is_behind;
};

struct made_body {
	struct body_octets octets;
	const struct exchange *exchange; /* the first that gave it */
	struct body_octets *unique;      /* the equal one that will be written */
	struct made_body *next;          /* of the same message */
};

struct state_maker {
	struct arena *arena;
	const struct observation *observation;
	struct proof_index proofs;
	struct made_body **bodies; /* by message */
	size_t unique_count, unique_room;
	struct body_octets **unique;
	size_t answer_count;
	struct answer *answers;
	uint16_t silence[OBSERVATION_SERVERS_MAX];
	uint8_t server_count;
	uint8_t servers[OBSERVATION_SERVERS_MAX];     /* indices in canonical order */
	uint16_t starts[OBSERVATION_SERVERS_MAX + 1]; /* of each one's answers */
	uint16_t body_count;
	struct body_octets **written; /* bodies in the order of their index */
	uint32_t ns_ttl, ds_ttl;
	size_t ds_count;
	const struct record **ds;
	size_t item_count;
	struct item_octets *items;
};

/* Look-ups, odd questions, sessions, routes; needs the servers' silence. */
MUST_CHECK int state_items_make(struct state_maker *maker);
/* One more: key and values as they are, the end they have in common with the domain not yet cut. */
MUST_CHECK int state_item_add(struct state_maker *maker, uint8_t kind, struct state_data key,
			      const struct state_data *values, size_t count);
/* Adds an item for each; state_items_make() is their caller. */
MUST_CHECK int state_lookups_add(struct state_maker *maker);
MUST_CHECK int state_probes_add(struct state_maker *maker);
MUST_CHECK int state_sessions_add(struct state_maker *maker);
MUST_CHECK int state_routes_add(struct state_maker *maker);
MUST_CHECK int state_transfers_add(struct state_maker *maker);

/* Canonical order of answers at one server; place first. */
int answers_compare(const void *left_pointer, const void *right_pointer);
/* Writes what was gathered. */
MUST_CHECK int state_write(const struct state_maker *maker, const uint8_t **ret_state,
			   size_t *ret_size);

/* Octets that may end with the domain's name: size << 1, low bit set when its end was left out. */
void state_put_octets(struct writer *writer, const uint8_t *domain, const uint8_t *octets,
		      size_t size);
/* A name without its root; most octets it takes are its size + 2. */
void state_put_name(struct writer *writer, const uint8_t *domain, const uint8_t *name);

#endif
