/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the language share: its words, and what a look says of a term. */
#ifndef JUDGE_CASE_PREDICATE_PRIVATE_H
#define JUDGE_CASE_PREDICATE_PRIVATE_H

#include "dns/wire/message.h"
#include "judge/case/predicate.h"

/* How a term compares what was measured with its items. */
enum predicate_sense {
	SENSE_EQUALS,
	SENSE_NONE_OF,
	SENSE_MATCHES,
	SENSE_NOT_FOUND,
	SENSE_STANDS,
	SENSE_FROM
};

struct predicate_word {
	const char *word; /* before the bracket */
	enum predicate_sense sense;
	uint16_t type; /* of the records it is about; 0 */
};
const struct predicate_word *predicate_word_of(enum predicate_kind kind);

/* Sorts, drops what is twice, joins what is said of parent and child alike. ERR_FORMAT with a
 * complaint: two terms that cannot both be so. */
MUST_CHECK int predicate_order(struct predicate_term *terms, size_t *count,
			       struct complaint *complaint);

/* A name in wire form as terms have it; NULL: no memory. */
const char *predicate_name(struct arena *arena, const uint8_t *name);
/* "12345/13/2/hex" of DS RDATA; NULL: malformed, or no memory. */
const char *predicate_ds(struct arena *arena, const uint8_t *rdata, size_t size);
/* Sorts texts, and drops those that are twice; how many are left. */
size_t predicate_sort(const char **items, size_t count);

/* What a state says of one set, sorted; `is_known` false: nobody said, or it is too large. */
struct predicate_texts {
	bool is_known, is_full;
	bool differs; /* not every server says the same */
	size_t count;
	const char *items[PREDICATE_ITEMS_MAX];
};
struct predicate_maker {
	struct arena *arena;
	int error; /* ERR_MEMORY */
};
void predicate_add_text(struct predicate_maker *maker, struct predicate_texts *texts,
			const char *text);
bool predicate_same_texts(const struct predicate_texts *left, const struct predicate_texts *right);
bool predicate_has_text(const struct predicate_texts *texts, const char *text);
/* Names of hosts that have one of the flags. */
struct predicate_texts predicate_hosts_of(struct predicate_maker *maker, const struct state *state,
					  uint8_t flags);
struct predicate_texts predicate_ds_of(struct predicate_maker *maker, const struct state *state);
/* NS, MX, A, AAAA of the domain itself, of all its servers together. */
struct predicate_texts predicate_apex_of(struct predicate_maker *maker, const struct state *state,
					 uint16_t type);
/* A name server's own addresses, and those that the parent gives; `family` 4 or 6. */
struct predicate_texts predicate_addresses_of(struct predicate_maker *maker,
					      const struct state_host *host, uint8_t family);
struct predicate_texts predicate_glue_of(struct predicate_maker *maker,
					 const struct state_host *host, uint8_t family);
/* A or AAAA. */
struct predicate_texts predicate_found(struct predicate_maker *maker,
				       const struct state_lookup *lookup);
/* NULL, false: the state has none, or is NULL. */
const struct state_host *predicate_find_host(const struct state *state, const uint8_t *name);
bool predicate_find_lookup(const struct state *state, const uint8_t *name, uint16_t type,
			   struct state_lookup *ret_lookup);

/* Glue that the name server's own word does not confirm (catalog/checks). */
#define PREDICATE_GLUE_CODE "DELEGATION-GLUE-WRONG"
/* Is all of a test that predicate_of_states made known to be so in the state, however long? */
bool predicate_holds(struct predicate_maker *maker, const struct predicate *predicate,
		     const struct state *state);

/* What one source says: an address of the parent, a name server, a look-up, a check. */
struct reading {
	const char *where;   /* NULL: of the domain as a whole */
	const char *unknown; /* why it is not known; NULL: it is */
	const char *const *items;
	size_t item_count;
	bool matches; /* of DS_MATCHES: a DS names a key that is there and has signed the keys */
	/* It neither passes nor lacks: this place has no route to it, or others are asked for it.
	 */
	bool is_passed_over;
};
struct readings {
	struct arena *arena;
	const struct predicate_look *look;
	struct message *messages; /* of the observation, walked when first needed */
	bool *is_walked;
	struct reading *items;
	size_t count, room;
	int error; /* ERR_MEMORY */
};
/* Of one look; the readings of a term replace those of the one before. */
MUST_CHECK int readings_begin(struct arena *arena, const struct predicate_look *look,
			      struct readings *ret_readings);
void readings_take(struct readings *readings, const struct predicate_term *term);
/* Does the look say anything of the term's name? */
bool readings_concern(const struct readings *readings, const struct predicate_term *term);

#endif
