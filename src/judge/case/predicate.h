/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The test of a case: a predicate over fresh observations that says when it is mended, in a small
 * language (docs/format/case.md):
 *
 *     ns(a.example) = {ns1.x.example, ns2.x.example} at parent and ds(a.example) matches and
 *     not ns(a.example) in {ns1.evil.example} and not found SERVER-LAME(a.example) and
 *     stands 172800 and from 2 vantages
 *
 * Terms joined by `and`, nothing else: each is one thing that must be so. The canonical text has
 * one form for what means the same; the sentence is for people.
 *
 * Evaluation is three-valued and closed: `passed` only when every term was measured to be so, from
 * every vantage point, at every address that is to be asked; `failed` when a measurement
 * contradicts a term; else `not-measured`, with what is lacking. A silent address is never a pass.
 *
 * Findings are the checks' to make (judge/check): this room knows what a code looks like, and gets
 * what the checks say of a look from its caller, who knows the catalogue.
 *
 * Everything is in the caller's arena. Pure; no recursion.
 */
#ifndef JUDGE_CASE_PREDICATE_H
#define JUDGE_CASE_PREDICATE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "judge/case/fold.h"
#include "model/finding.h"
#include "model/observation.h"
#include "model/state.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A case has few domains, each with some terms. */
#define PREDICATE_TERMS_MAX 256u
/* Of a set; more than a domain has of name servers or mail hosts. */
#define PREDICATE_ITEMS_MAX 64u
/* A text of a message's body (model/case_message.h). */
#define PREDICATE_OCTETS_MAX ((size_t)CASE_MESSAGE_TEXT_MAX)
#define PREDICATE_VANTAGES_MAX 64u
/* Of a finding's code; the store takes no longer ones. */
#define PREDICATE_CODE_MAX 47u
/* A year: no TTL stands longer (RFC 8767 s4 advises caps far below). */
#define PREDICATE_STANDS_S_MAX ((int64_t)366 * 24 * 3600)

enum predicate_kind {
	PREDICATE_NS,         /* ns(D) = {names}: the set, by names */
	PREDICATE_NS_NONE_OF, /* not ns(D) in {names} */
	PREDICATE_DS,         /* ds(D) = {tag/algorithm/digest type/hex} */
	PREDICATE_DS_NONE,    /* ds(D) = none */
	PREDICATE_DS_MATCHES, /* ds(D) matches: a key that each server has is named by a DS */
	PREDICATE_MX,         /* mx(D) = {names}: exchanges, without preferences */
	PREDICATE_MX_NONE_OF,
	PREDICATE_A,
	PREDICATE_A_NONE_OF,
	PREDICATE_AAAA,
	PREDICATE_AAAA_NONE_OF,
	PREDICATE_NOT_FOUND, /* not found CODE(D): no finding of that code */
	PREDICATE_STANDS,    /* stands N: all of it has been so for N seconds */
	PREDICATE_FROM,      /* from N vantages: so many must have measured it */
};
#define PREDICATE_KIND_COUNT 14

/* Whose word counts for NS sets. */
#define PREDICATE_AT_PARENT 1u
#define PREDICATE_AT_CHILD 2u

struct predicate_term {
	enum predicate_kind kind;
	unsigned at;              /* PREDICATE_AT_*: of NS terms */
	const char *name;         /* lower case, without the last dot; NULL for STANDS and FROM */
	const char *const *items; /* canonical texts, sorted, each once; of NOT_FOUND the code */
	size_t item_count;
	int64_t number; /* STANDS: seconds; FROM: vantages */
};

struct predicate {
	const struct predicate_term *terms; /* in canonical order, each once */
	size_t count;
};

/* ERR_FORMAT, ERR_LIMIT with the column and what was expected; ERR_MEMORY. */
MUST_CHECK int predicate_parse(struct arena *arena, const char *text,
			       struct predicate *ret_predicate, struct complaint *complaint);
/* The canonical text; predicate_parse reads it back. */
void predicate_print(const struct predicate *predicate, struct text *text);
/* One sentence for people, lower case first, no full stop. */
void predicate_sentence(const struct predicate *predicate, struct text *text);

/* What one address of the parent's name servers was asked at one time, as raw messages. An address
 * that did not answer has NULL; it must be here all the same. */
struct predicate_parent {
	struct ip ip;
	const uint8_t *domain;  /* that was asked for, lower case */
	const uint8_t *ns, *ds; /* the answers to NS and to DS */
	size_t ns_size, ds_size;
	const char *unasked; /* why it was not asked; NULL: it was */
};

/* What one check says of a look. */
struct predicate_checked {
	const char *code;
	const char *unknown;            /* why it could not be made; NULL: it was */
	const struct finding *findings; /* all of this code */
	size_t finding_count;
	/* It reads what name servers answer: what one that is silent would show is not known. */
	bool asks_servers;
};

/* One look at one domain from one vantage point (observation->vantage). Each is judged, and none
 * stands in for another of the same place, whichever is newer: one may have asked one address of
 * the parent, and the other all. */
struct predicate_look {
	const struct observation *observation;
	/* It decides nothing, since a newer one of the place is here; where it passes, it shows how
	 * long it has stood. */
	bool is_earlier;
	/* Every address of the parent that was to be asked. None: the observation's one parent
	 * server stands for all, which proves less; but where all were looked for, and none was
	 * found, what the parent says is not known. */
	const struct predicate_parent *parents;
	size_t parent_count;
	/* Why not every address of the parent is among them; NULL: every one is. Then what is to be
	 * read there is not known, whatever the others say. */
	const char *parents_unknown;
	/* Since when it is known to have been so, without a break; 0: not known. `state_since_s` is
	 * the store's: since when the domain's state was the same. A state knows of one address of
	 * the parent, so it is not believed where `parents` has several. `all_since_s` is that of
	 * an earlier verdict, which looked at all of them (predicate_since_of_line). */
	int64_t state_since_s, all_since_s;
	/* What the checks say that the test names of this domain; one that is not among them was
	 * not made. A state does not hold all that they read, so with them `state_since_s` is not
	 * believed. */
	const struct predicate_checked *checked;
	size_t checked_count;
};

/* Lines as they go into a verification's `seen`. */
#define PREDICATE_LINES_MAX CASE_MESSAGE_LIST_MAX

struct predicate_verdict {
	enum case_result result;
	const char *const *lines; /* what was seen where, those that decide first */
	size_t line_count;
	const char *const *vantages; /* that measured, sorted */
	size_t vantage_count;
	/* All but `stands` is known to have been so since then; 0: it is not so. */
	int64_t since_s;
	int64_t measured_s; /* the oldest of the looks that decide; 0: none */
	int64_t again_s; /* when `stands` is the only thing lacking: from then on it may pass; else
			    0 */
};
/* ERR_MEMORY only: whatever is lacking makes it not measured. */
MUST_CHECK int predicate_evaluate(struct arena *arena, const struct predicate *predicate,
				  const struct predicate_look *looks, size_t count,
				  struct predicate_verdict *ret_verdict);

/*
 * "all of it is so since 2026-11-27T08:00:00Z": the line of a verdict, kept in a verification's
 * `seen`, from which a later look goes on counting. False: it is another line.
 */
bool predicate_since_of_line(const char *line, int64_t *ret_since_s);

/* The state before a change, the one after it, and the newest, if that is another one: a change
 * that came later may be part of the same. */
struct predicate_states {
	const struct state *before;
	const struct state *after;  /* may be NULL */
	const struct state *newest; /* may be NULL */
};
/*
 * That it is as it was before: NS at parent and child (where the child's are not known: none of
 * those that came), DS or none and that it matches, MX where it changed, addresses of name servers
 * and mail hosts where they moved and the names stayed, that no glue is wrong where the parent's
 * changed; where all that is so after the change as well, the domain's own addresses, if they
 * changed; that all of it stands for as long as caches may keep what was wrong: the longest TTL of
 * the sets of these states, a week at most (RFC 8767 s4). ERR_NOT_FOUND: what was before is not
 * known, or all of it is so after the change: the test would not be about it. ERR_MEMORY.
 */
MUST_CHECK int predicate_of_states(struct arena *arena, const struct predicate_states *states,
				   struct predicate *ret_predicate, struct complaint *complaint);

#endif
