/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Observations of bank.example and of others, made of records as text, for tests of predicates. */
#ifndef TESTS_JUDGE_CASE_VIEW_H
#define TESTS_JUDGE_CASE_VIEW_H

#include "judge/case/predicate.h"

#define VIEW_START_S 1790000000
#define VIEWS_MAX 16

/* What a look gave. Texts have a record a line; NULL: nobody answered. */
struct viewing {
	const char *domain;     /* NULL: "bank.example." */
	const char *vantage;    /* NULL: "lab" */
	int64_t at_s;           /* after VIEW_START_S */
	const char *parent;     /* NS and DS */
	const char *hosts;      /* A and AAAA records of the name servers; each address is asked */
	const char *glue;       /* A and AAAA records of them that the parent gives */
	const char *zone;       /* NS, MX, A, DNSKEY, RRSIG at the apex */
	const char *other_zone; /* what the last address has instead; NULL: the same */
	unsigned silent;        /* bits: addresses that do not answer */
	unsigned unreachable;   /* bits: to which there is no route */
	unsigned lame;          /* bits: that answer without authority */
	unsigned opted_out;     /* bits: addresses that are not asked anything */
	bool has_lost_hosts;    /* the addresses of those not in `hosts` could not be found */
	unsigned without_mx;    /* bits: that are not asked for MX */
	const char *lookups;    /* A and AAAA records */
	bool is_proven;         /* the RRSIGs are good */
};

struct gallery {
	struct arena arena;
	struct complaint complaint;
	struct predicate predicate;
	struct predicate_look looks[VIEWS_MAX];
	size_t count;
	struct predicate_verdict verdict;
};

void gallery_init(struct gallery *gallery, const char *test);
void gallery_release(struct gallery *gallery);
/* One look more. */
struct predicate_look *gallery_look(struct gallery *gallery, const struct viewing *viewing);
/* An address of the parent more, for a look; NULL: it is silent. */
void gallery_parent(struct gallery *gallery, struct predicate_look *look, const char *address,
		    const char *records);
/* Evaluates: the result's word. */
const char *gallery_judge(struct gallery *gallery);
/* Is there a line with this in it? */
bool gallery_tells(const struct gallery *gallery, const char *word);
/* The observation alone. */
const struct observation *view_make(struct arena *arena, const struct viewing *viewing);

#endif
