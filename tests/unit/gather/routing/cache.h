/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An RTR cache of our own, which says what the test tells it to say, and a client that asks it. */
#ifndef TESTS_UNIT_GATHER_ROUTING_CACHE_H
#define TESTS_UNIT_GATHER_ROUTING_CACHE_H

#include "gather/routing/rtr.h"
#include "gather/routing/rtr_session_private.h"
#include "given.h"
#include "net/stream.h"

#define CACHE_ROOM ((size_t)1 << 16)
#define CACHE_STEPS_MAX 16u

/* What the cache does when a query has come. */
struct cache_step {
	uint8_t octets[512];
	size_t size;
	size_t piece;   /* sent so many at a time; 0: at once */
	bool closes;    /* in order, behind what it sends */
	bool is_silent; /* sends nothing */
};

struct cache_fixture {
	struct loop *loop;
	struct listener *listener;
	struct address address;
	struct stream *stream; /* the cache's end */
	struct rtr *rtr;
	struct cache_step steps[CACHE_STEPS_MAX];
	size_t step_count;
	size_t next_step;
	size_t connections;
	uint8_t heard[CACHE_ROOM]; /* all that the client has sent */
	size_t heard_size;
	size_t answered_size; /* of it */
	int updated;
	int failed;
	int expired;
	int error;
	char sentence[COMPLAINT_MAX];
	bool frees_when_updated;
	bool frees_when_failed;
	struct timer alarm;
	uint64_t ahead_ns; /* of the machine's clock */
};

struct cache_step *cache_new_step(struct cache_fixture *fixture);
void cache_say(struct cache_step *step, const struct rtr_pdu *pdu);
void cache_say_response(struct cache_step *step, uint8_t version, uint16_t session);
void cache_say_vrp(struct cache_step *step, uint8_t version, const char *text, bool is_announced);
void cache_say_end(struct cache_step *step, uint8_t version, uint16_t session, uint32_t serial);
void cache_say_simple(struct cache_step *step, uint8_t version, uint8_t type, uint16_t number,
		      uint32_t serial);
void cache_say_report(struct cache_step *step, uint8_t version, uint16_t code, const char *text);
/* Three VRPs under serial 10 of session 7. */
struct cache_step *cache_say_sample(struct cache_fixture *fixture, uint8_t version);
void cache_open(struct cache_fixture *fixture);
struct rtr_options cache_options_of(const struct cache_fixture *fixture);
void cache_start_with(struct cache_fixture *fixture, const struct rtr_options *options);
void cache_start(struct cache_fixture *fixture);
void cache_turn(struct cache_fixture *fixture);
void cache_turn_until(struct cache_fixture *fixture, const int *counter, int value);
void cache_turn_for_ms(struct cache_fixture *fixture, uint64_t wait_ms);
/* The n-th PDU that the client has sent. */
struct rtr_pdu cache_heard(const struct cache_fixture *fixture, size_t number);
void cache_end(struct cache_fixture *fixture);
enum roa_state cache_state_of(const struct cache_fixture *fixture, const char *text,
			      uint32_t origin);
void cache_expect_sample(const struct cache_fixture *fixture);

#endif
