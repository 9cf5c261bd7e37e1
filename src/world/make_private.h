/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A world being made: dice, names that are taken, operators with what they are like.
 */
#ifndef WORLD_MAKE_PRIVATE_H
#define WORLD_MAKE_PRIVATE_H

#include "base/map.h"
#include "base/random.h"
#include "world/fault.h"
#include "world/make.h"

#define MAKE_WORD_MAX 40
#define MAKE_SERVERS_MAX 4

/* How an operator signs. */
struct make_policy {
	uint8_t algorithm;
	const char *denial;
};

struct make_operator {
	char name[MAKE_WORD_MAX]; /* its zone is this, below a TLD */
	uint32_t tld;
	uint32_t server_count;
	struct make_policy policy;
	uint8_t place; /* enum place */
	uint64_t behaviours[MAKE_SERVERS_MAX];
	bool is_sound; /* no server misbehaves */
	bool is_dead;  /* no server can be used */
};

struct make {
	const struct world_make_options *options;
	struct text *text;
	struct random random;
	struct map *names;                     /* of operators and domains, per TLD */
	uint8_t places[WORLD_MAKE_PLACES_MAX]; /* enum place */
	uint32_t place_count;
	uint32_t tld_count;
	struct make_operator *operators; /* sound ones first, by size */
	double *weights;                 /* cumulated, of the sound ones */
	uint32_t sound_count;
	uint32_t operator_count;
	uint32_t legacy; /* a sound one that signs as one should not */
	uint32_t next_address;
	enum fault fault_order[FAULT_COUNT];
	uint32_t faulty; /* domains with a fault so far */
	uint32_t odd;    /* domains at unsound operators so far */
};

const char *make_tld(uint32_t index);
/* A pronounceable word that is not taken below this TLD yet. */
MUST_CHECK int make_word(struct make *make, uint32_t tld, const char *prefix,
			 char ret_word[MAKE_WORD_MAX]);
static inline bool make_with_chance(struct make *make, uint32_t percent)
{
	return random_below(&make->random, 100) < percent;
}
/* Plans the operators; writes servers, operators and zones. */
MUST_CHECK int make_operators(struct make *make);
void make_write_infrastructure(struct make *make);
/* Pieces of that: the beginning of section `servers` and of section `operators`, and a top-level
 * domain's lines in both. */
void make_write_root_servers(struct make *make);
void make_write_tld_servers(struct make *make, const char *tld);
void make_write_root_operator(struct make *make);
void make_write_tld_operator(struct make *make, const char *tld);
/* "addresses: [...]" with the next ones that nobody has. */
void make_write_addresses(struct make *make, bool with_ipv6);
/* Takes a word so that make_word does not give it. */
MUST_CHECK int make_take_word(struct make *make, uint32_t tld, const char *word);
MUST_CHECK int make_write_domains(struct make *make);

#endif
