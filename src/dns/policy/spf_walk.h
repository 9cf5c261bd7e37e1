/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a domain's SPF policy comes to, whoever sends: its record and all that it includes or
 * redirects to, with the counts that receivers hold against their limits (RFC 7208 s4.6.4). No
 * client and no sender are known to an audit, so it takes no term to match and looks at all of
 * them: what it counts is what a message of a stranger costs.
 *
 * The walk is over what a source knows (dns/policy/source.h). What is not known is skipped, and
 * `is_complete` says that something was: a scan walks, asks what was missing, and walks again until
 * all is known or nothing more can be; a judge walks once over the same. One walk takes at most
 * SPF_WALK_LOOKUPS_MAX look-ups into account, and so the tree of a hostile domain has an end.
 */
#ifndef DNS_POLICY_SPF_WALK_H
#define DNS_POLICY_SPF_WALK_H

#include "dns/policy/source.h"
#include "dns/policy/spf.h"

#include <stdbool.h>
#include <stdint.h>

/* RFC 7208 s4.6.4: terms that cause look-ups; look-ups that bring nothing; mail exchangers of one
 * "mx". */
#define SPF_LOOKUPS_MAX 10
#define SPF_VOIDS_MAX 2
#define SPF_EXCHANGERS_MAX 10
/* Terms with look-ups that one walk follows: three times what is allowed, so that somebody who
 * mends it hears by how much it is too much; beyond, "at least". */
#define SPF_WALK_LOOKUPS_MAX 30
/* Octets of the strings of one record that fit into 512 octets with the rest (s3.4). */
#define SPF_RECORD_OCTETS_MAX 450
/* Prefixes shorter than that are more than one organisation can have. */
#define SPF_BITS_IPV4_MIN 8
#define SPF_BITS_IPV6_MIN 16

enum spf_problem_kind {
	SPF_PROBLEM_SYNTAX,      /* a record that no receiver can read: permanent error */
	SPF_PROBLEM_SEVERAL,     /* more than one record at a name: permanent error (s4.5) */
	SPF_PROBLEM_NO_RECORD,   /* an include or redirect of a name without record (s5.2, s6.1) */
	SPF_PROBLEM_UNREACHABLE, /* an include or redirect that cannot be looked up (s5.2) */
	SPF_PROBLEM_LOOP,        /* an include or redirect of a name that leads there */
	SPF_PROBLEM_LOOKUPS,
	SPF_PROBLEM_VOIDS,
	SPF_PROBLEM_EXCHANGERS,
	SPF_PROBLEM_PASS_ALL, /* everybody passes */
	SPF_PROBLEM_WIDE,     /* a range that no organisation has passes */
	SPF_PROBLEM_NEUTRAL,  /* nothing is said of everybody else */
	SPF_PROBLEM_PTR,      /* s5.5 */
	SPF_PROBLEM_AFTER_ALL,
	SPF_PROBLEM_LONG,
	SPF_PROBLEM_KINDS,
};
/* Of one kind so many are told; who mends them walks again. */
#define SPF_PROBLEMS_OF_KIND_MAX 4
#define SPF_PROBLEMS_MAX (SPF_PROBLEM_KINDS * SPF_PROBLEMS_OF_KIND_MAX)

struct spf_problem {
	enum spf_problem_kind kind;
	const uint8_t *where;  /* the name whose record it is */
	const uint8_t *target; /* what an include or redirect names, that has no record; or NULL */
	const char *words;     /* without the name; "": the kind says all */
};

enum spf_found {
	SPF_FOUND_UNKNOWN, /* the domain's own record is not known */
	SPF_FOUND_NONE,    /* it has none */
	SPF_FOUND_RECORD,  /* one or more */
};

struct spf_report {
	enum spf_found found;
	bool is_complete;   /* everything that was to be looked up is known */
	bool is_cut;        /* SPF_WALK_LOOKUPS_MAX was reached: `lookups` is "at least" */
	bool sends_nothing; /* the record is "-all" alone: nobody may send */
	uint16_t lookups;   /* terms that cause look-ups, the whole tree */
	uint16_t voids;     /* of them, those that bring nothing */
	const char *record; /* the domain's own, quoted; NULL: none */
	uint8_t problem_count;
	struct spf_problem problems[SPF_PROBLEMS_MAX];
};

/* ERR_MEMORY only. */
MUST_CHECK int spf_walk(struct arena *arena, const struct policy_source *source,
			const uint8_t *domain, struct spf_report *ret_report);
/* The first problem of that kind from *cursor on, which starts at 0; NULL: no more. */
const struct spf_problem *spf_next_problem(const struct spf_report *report,
					   enum spf_problem_kind kind, uint8_t *cursor);

#endif
