/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sentences about the difference of two states, gathered so that each is told once: the same change
 * in several answers of one server is one sentence with the questions, and at several servers one
 * with the servers.
 */
#ifndef MODEL_DIFFERENCE_PRIVATE_H
#define MODEL_DIFFERENCE_PRIVATE_H

#include "base/bytes.h"
#include "base/text.h"
#include "model/state.h"

#include <assert.h>

/* Questions named in one sentence; a look asks about a dozen. */
#define SENTENCE_TYPES 24
/* Longest sentence: two values of RDATA_TEXT_MAX and the words between. */
#define SENTENCE_CAP 1024
#define RDATA_TEXT_MAX 160

struct sentence {
	const char *text;
	uint64_t servers; /* a bit for each place in `after`; 0: not about a server */
	uint16_t type_count;
	uint16_t types[SENTENCE_TYPES];
	struct sentence *next;
};

struct sentence_list {
	struct sentence *first;
	struct sentence **end;
	size_t count;
};

struct difference {
	struct arena *arena;
	const struct state *before, *after;
	struct sentence_list told;   /* ready */
	struct sentence_list server; /* of the server being compared */
	uint64_t compared;           /* servers that answered both times */
	int error;
};

static_assert(OBSERVATION_SERVERS_MAX <= 64, "a set of servers is a word");

/* A sentence about the domain. Errors stick. */
void difference_tell(struct difference *difference, const char *format, ...) PRINTF_LIKE(2, 3);
/* One about the server being compared; type 0: not about one question. */
void difference_tell_at(struct difference *difference, uint16_t type, const char *format, ...)
	PRINTF_LIKE(3, 4);
/* Everything that two answering servers' answers differ in. */
void difference_answers(struct difference *difference, const struct state_server *before,
			const struct state_server *after);
/* What odd questions to that server gave, both times. */
void difference_probes(struct difference *difference, const struct state_server *after);
/* Look-ups, sessions, routes. */
void difference_items(struct difference *difference);
/* Those of kinds of their own; NULL: it is not there. */
void difference_lookup(struct difference *difference, const struct state_item *before,
		       const struct state_item *after);
void difference_session(struct difference *difference, const struct state_item *before,
			const struct state_item *after);
/* Words in the arena; "" and the error set when memory is out. */
const char *difference_words(struct difference *difference, const char *format, ...)
	PRINTF_LIKE(2, 3);
/* Are the values equal? */
bool difference_same_value(const struct state_item *left, const struct state_item *right,
			   size_t place);
/* A value; empty when there is none at that place. */
struct state_data difference_item_value(const struct state_item *item, size_t place);
/* An item's address at the start of its key; family 0 when there is none. */
struct ip difference_read_ip(struct reader *reader);
/* A value as a person reads it, cut at RDATA_TEXT_MAX; arena memory. */
const char *difference_value(struct difference *difference, const struct state_set *set,
			     const struct state_data *data);

#endif
