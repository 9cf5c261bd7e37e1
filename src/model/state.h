/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A canonical state, read again: what a domain looked like, without what changes by itself from one
 * look to the next (ids, cookies, order, round trips, attempts, serial numbers, signature octets).
 * observation_state() (observation.h) writes it, state_decode() reads it, state_difference() says
 * in sentences what a person would call the change between two. Two states are the same exactly
 * when their octets are. The form is docs/format/state.md.
 *
 * A state does not hold its domain's name: names and data that end with it are told relative to it,
 * so that two domains set up alike have one state. Whoever reads a state says whose it is.
 *
 * Ownership: everything in the arena or pointing into the octets. Errors: ERR_FORMAT,
 * ERR_UNSUPPORTED (a newer version), ERR_MEMORY.
 */
#ifndef MODEL_STATE_H
#define MODEL_STATE_H

#include "base/arena.h"
#include "base/error.h"
#include "model/observation.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATE_VERSION 1
/* Names are written out where a message compresses them; four times an observation is plenty. */
#define STATE_OCTETS_MAX (4u * OBSERVATION_OCTETS_MAX)

struct state_data {
	const uint8_t *octets;
	uint16_t size;
};

/* Of every RRSIG over a set, once: who signed, does it hold, and was it valid at that time. */
struct state_signature {
	uint8_t validity; /* enum state_validity */
	uint8_t result;   /* enum signature_result of dns/dnssec/verify.h; 0: not looked at */
	uint8_t algorithm;
	uint16_t key_tag;
	bool is_own; /* the signer is the domain itself */
};
enum state_validity { VALIDITY_NOW, VALIDITY_FUTURE, VALIDITY_EXPIRED };

struct state_set {
	uint8_t section; /* enum section; additional records are not part of a state */
	uint16_t type;
	const uint8_t *owner;
	uint32_t ttl;   /* 0 when the answer is not authoritative: caches count down */
	uint16_t count; /* 0: signatures without what they cover */
	uint16_t signature_count;
	const struct state_data *data; /* in canonical order; SOA with serial 0 */
	const struct state_signature *signatures;
};

/* What came back, told once however many servers say it. */
struct state_body {
	uint8_t fault;          /* enum message_fault */
	uint16_t rcode;         /* extended */
	uint16_t flags;         /* the header's, without rcode */
	uint8_t question_count; /* at most 2 */
	bool has_edns;
	uint8_t edns_version;
	uint16_t edns_flags;
	uint16_t udp_size;
	uint16_t set_count;
	const struct state_set *sets;
};

#define STATE_NO_BODY 0xffff

struct state_answer {
	const uint8_t *name;
	uint16_t type;
	uint8_t transport; /* UDP too when truncation led to TCP */
	uint8_t outcome;
	uint8_t flags;  /* EXCHANGE_CASE_DIFFERS, _SHARED, _NO_EDNS, _TCP_FAILED */
	bool is_behind; /* its SOA serial is older than another server's (RFC 1982) */
	uint16_t body;  /* index, or STATE_NO_BODY */
};

struct state_server {
	struct ip ip;
	uint16_t port;
	bool asked;
	uint16_t
		silence; /* a bit (1 << outcome) for each way it did not answer; 0: it did answer */
	uint16_t answer_count;
	const struct state_answer *answers; /* by name, type, transport */
};

struct state_host {
	const uint8_t *name;
	uint8_t flags;
	uint8_t state;
	uint8_t glue_count, address_count;
	const struct ip *glue, *addresses;
};

/* What is not an answer of a domain's own servers to a plain question, as octets with an order of
 * their own: a kind, what it is about, what is so. docs/format/state.md says what they hold. */
enum state_item_kind {
	STATE_ITEM_LOOKUP = 1,
	STATE_ITEM_PROBE,
	STATE_ITEM_SESSION,
	STATE_ITEM_ROUTE,
	STATE_ITEM_TRANSFER,
};
#define STATE_ITEMS_MAX                                                                   \
	(OBSERVATION_LOOKUPS_MAX + OBSERVATION_EXCHANGES_MAX + OBSERVATION_SESSIONS_MAX + \
	 OBSERVATION_ROUTES_MAX + OBSERVATION_TRANSFERS_MAX)

struct state_item {
	const uint8_t *order; /* kind and key as they stand in the state */
	uint32_t order_size;
	uint8_t kind; /* may be a later one */
	struct state_data key;
	uint16_t value_count;
	const struct state_data *values;
};
int state_item_compare(const struct state_item *left, const struct state_item *right);

/* An item of kind LOOKUP and of kind ROUTE as plain values, pointing into the item. False: not of a
 * form that this program writes. */
struct state_lookup {
	const uint8_t *name;
	const uint8_t *target; /* where aliases led; NULL: nowhere */
	uint16_t type;
	uint8_t result, security; /* enum lookup_result, enum security */
	uint16_t data_count;
	const struct state_data *data;
};
bool state_read_lookup(const struct state_item *item, struct state_lookup *ret_lookup);
struct state_route {
	struct ip ip;
	uint8_t bits; /* of the prefix announced; 0 with `as` 0: nobody announces the address */
	uint32_t as;
};
bool state_read_route(const struct state_item *item, struct state_route *ret_route);

struct state {
	const uint8_t *domain; /* as given to state_decode */
	bool cut_short;
	bool not_measured;
	unsigned int needs; /* what was looked at; states of different needs are not compared */
	uint8_t delegation, parent_security, ds_security;
	const uint8_t *parent;   /* NULL when unknown */
	uint32_t ns_ttl, ds_ttl; /* at the parent */
	uint8_t host_count, server_count;
	uint16_t ds_count, body_count, item_count;
	const struct state_data *ds;
	const struct state_host *hosts;     /* by name */
	const struct state_server *servers; /* by family, address, port */
	const struct state_body *bodies;
	const struct state_item *items; /* by kind and key */
};

/* Octets of a state, and whose it is. */
struct state_source {
	const uint8_t *domain;
	const uint8_t *octets;
	size_t size;
};
MUST_CHECK int state_decode(struct arena *arena, const struct state_source *source,
			    struct complaint *complaint, struct state *ret_state);

/* One sentence: lower case first unless it starts with a name, no full stop. Lives during the call.
 */
typedef void state_take_sentence(void *context, const char *sentence);
/*
 * What changed from `before` to `after`, the most important first: delegation, security, name
 * servers and DS at the parent, addresses, then answers, each told once with the servers that now
 * give it, then look-ups, sessions and routes. Nothing is told when the octets were equal. At most
 * STATE_SENTENCES_MAX, the last saying how many more there are.
 */
#define STATE_SENTENCES_MAX 64
MUST_CHECK int state_difference(struct arena *arena, const struct state *before,
				const struct state *after, state_take_sentence *take,
				void *context);

#endif
