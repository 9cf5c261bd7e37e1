/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A state seen as what changes are told of: some twenty sets of octet strings, each known or not.
 * What servers did not say is not known, and is compared with nothing; so a silent server is no
 * change, and a look at less is none. Servers that disagree are joined.
 */
#ifndef JUDGE_CHANGE_VIEW_PRIVATE_H
#define JUDGE_CHANGE_VIEW_PRIVATE_H

#include "base/arena.h"
#include "base/error.h"
#include "model/state.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dimension {
	/* At the parent. */
	VIEW_NS,      /* names */
	VIEW_DS,      /* rdata */
	VIEW_GLUE,    /* name, family, address: in full, as all addresses below */
	VIEW_SERVERS, /* looked up, of the name servers at the parent */
	/* What the zone's own servers say. */
	VIEW_APEX_NS,
	VIEW_SOA,     /* primary and contact, together */
	VIEW_KEYS,    /* DNSKEY rdata */
	VIEW_SIGNERS, /* algorithms in signatures of the domain's own, an octet each */
	VIEW_MX,      /* rdata */
	VIEW_APEX,    /* A and AAAA rdata */
	VIEW_SPF,     /* text */
	VIEW_CAA,     /* rdata */
	VIEW_CDS,
	VIEW_CDNSKEY,
	VIEW_CSYNC,
	/* Looked up. */
	VIEW_MAIL,  /* addresses of mail hosts */
	VIEW_NAMES, /* addresses of names where people log in, and of mail hosts in the domain */
	VIEW_WWW,
	VIEW_DMARC, /* text */
	VIEW_STS,
	/* Routes. */
	VIEW_AS, /* four octets each */
	/* No change by themselves. */
	VIEW_ABSENT,  /* names of others that do not exist */
	VIEW_PRESENT, /* names of others that do */
	VIEW_COUNT,
};
#define VIEW_CHANGING VIEW_ABSENT /* dimensions before it */

/* More of one kind is cut off: nobody has so many. */
#define VIEW_SET_MAX 512u

struct view_set {
	bool is_known;
	uint16_t count;
	uint32_t ttl;                  /* the least; 0: not known */
	const struct state_data *data; /* in order, each once */
};

struct view {
	int64_t first_s, last_s, first_run, last_run;
	const struct state *state;
	struct view_set sets[VIEW_COUNT];
};

/* Names, as they are compared: lower case. ERR_MEMORY only. */
MUST_CHECK int view_make(struct arena *arena, const struct state *state, struct view *ret_view);

bool view_set_has(const struct view_set *set, const struct state_data *data);
/* Both known and different. */
bool view_set_differs(const struct view_set *left, const struct view_set *right);
bool view_set_same(const struct view_set *left, const struct view_set *right);
/* Members that both have. */
size_t view_set_common(const struct view_set *left, const struct view_set *right);

/* A name with an address, as VIEW_GLUE and others hold it. */
struct view_address {
	const uint8_t *name;
	struct ip ip;
};
struct view_address view_address(const struct state_data *data);
/* Who announces the address; 0: not known. */
uint32_t view_as_of(const struct view *view, const struct ip *ip);

/* What makes sets: members are gathered, then ordered. */
struct view_maker {
	struct arena *arena;
	const struct state *state;
	struct view *view;
	struct state_data gathered[VIEW_SET_MAX];
	size_t count;
	int error;
};
void view_add(struct view_maker *maker, const uint8_t *octets, size_t size);
void view_add_address(struct view_maker *maker, const uint8_t *name, const struct ip *ip);
/* What was gathered becomes the set. */
void view_keep(struct view_maker *maker, enum dimension dimension, uint32_t ttl);
/* view_items.c: look-ups and routes. */
void view_items(struct view_maker *maker);
/* view_answers.c: what the servers say. */
void view_answers(struct view_maker *maker);
/* The strings of a TXT record as one text, in the arena; NULL: malformed, or no memory. */
const char *view_txt(struct view_maker *maker, const struct state_data *rdata, size_t *ret_size);

#endif
