/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A state seen as what changes are told of: some twenty sets of octet strings, each known or not.
 * What servers did not say is not known, and is compared with nothing; so a silent server is no
 * change, and a look at less is none. Servers that disagree are joined.
 */
#ifndef JUDGE_CHANGE_SIGHT_PRIVATE_H
#define JUDGE_CHANGE_SIGHT_PRIVATE_H

#include "base/arena.h"
#include "base/error.h"
#include "model/state.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dimension {
	/* At the parent. */
	SIGHT_NS, /* names */
	SIGHT_DS, /* rdata */
	/* Name, family, address: in full, as all addresses below; of names below the domain, since
	 * glue of siblings is what one server adds and another does not. */
	SIGHT_GLUE,
	SIGHT_SERVERS, /* looked up, of the name servers at the parent */
	/* What the zone's own servers say. */
	SIGHT_APEX_NS,
	SIGHT_SOA,     /* primary and contact, together */
	SIGHT_KEYS,    /* DNSKEY rdata */
	SIGHT_SIGNERS, /* algorithms in signatures of the domain's own, an octet each */
	SIGHT_MX,      /* rdata */
	SIGHT_APEX,    /* A and AAAA rdata */
	SIGHT_SPF,     /* text */
	SIGHT_CAA,     /* rdata */
	SIGHT_CDS,
	SIGHT_CDNSKEY,
	SIGHT_CSYNC,
	/* Looked up. */
	SIGHT_MAIL,     /* addresses of mail hosts */
	SIGHT_OWN_MAIL, /* of those of them that are below the domain; not known when none is */
	SIGHT_NAMES,    /* addresses of names where people log in; known when all were looked up */
	SIGHT_WWW,
	SIGHT_DMARC, /* text */
	SIGHT_STS,
	/* Routes. */
	SIGHT_AS, /* four octets each */
	/* No change by themselves. */
	SIGHT_ABSENT,  /* names of others that do not exist */
	SIGHT_PRESENT, /* names of others that do */
	SIGHT_COUNT,
};
#define SIGHT_CHANGING SIGHT_ABSENT /* dimensions before it */

/* More of one kind is cut off: nobody has so many. */
#define SIGHT_SET_MAX 512u

struct sight_set {
	bool is_known;
	uint16_t count;
	uint32_t ttl;                  /* the least; 0: not known */
	const struct state_data *data; /* in order, each once */
};

struct sight {
	int64_t first_s, last_s, first_run, last_run;
	const struct state *state;
	struct sight_set sets[SIGHT_COUNT];
	bool is_passed_over; /* its sets are empty, and its state is not to be looked at */
};

/* Names, as they are compared: lower case. ERR_MEMORY only. */
MUST_CHECK int sight_make(struct arena *arena, const struct state *state, struct sight *ret_view);

bool sight_set_has(const struct sight_set *set, const struct state_data *data);
/* Both known and different. */
bool sight_set_differs(const struct sight_set *left, const struct sight_set *right);
bool sight_set_same(const struct sight_set *left, const struct sight_set *right);
/* Members that both have. */
size_t sight_set_common(const struct sight_set *left, const struct sight_set *right);

/* A name with an address, as SIGHT_GLUE and others hold it. */
struct sight_address {
	const uint8_t *name;
	struct ip ip;
};
struct sight_address sight_address(const struct state_data *data);
/* Who announces the address; 0: not known. */
uint32_t sight_as_of(const struct sight *view, const struct ip *ip);

/* What makes sets: members are gathered, then ordered. */
struct sight_maker {
	struct arena *arena;
	const struct state *state;
	struct sight *view;
	struct state_data gathered[SIGHT_SET_MAX];
	size_t count;
	int error;
};
void sight_add(struct sight_maker *maker, const uint8_t *octets, size_t size);
void sight_add_address(struct sight_maker *maker, const uint8_t *name, const struct ip *ip);
/* What was gathered becomes the set. */
void sight_keep(struct sight_maker *maker, enum dimension dimension, uint32_t ttl);
/* sight_items.c: look-ups and routes. */
void sight_items(struct sight_maker *maker);
/* sight_answers.c: what the servers say. */
void sight_answers(struct sight_maker *maker);
/* The answer's body if it is one to go by: about the domain, with authority, and no error; NULL. */
const struct state_body *sight_sound_body(const struct state *state,
					  const struct state_answer *answer);
/* The strings of a TXT record as one text, in the arena; NULL: malformed, or no memory. */
const char *sight_txt(struct sight_maker *maker, const struct state_data *rdata, size_t *ret_size);

#endif
