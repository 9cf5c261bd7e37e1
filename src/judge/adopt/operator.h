/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who operates a domain's name servers. Names and addresses are all that is seen from outside, so a
 * decision is a guess by a rule, and every decision names its rule in words, so that people can
 * correct it with a line of their own:
 *
 *   domain NAME   | OPERATOR    all name servers of this one domain
 *   suffix NAME   | OPERATOR    name servers whose names are NAME or below it; a label of NAME may
 *                               end with * and then stands for labels that begin so
 *   prefix P/N    | OPERATOR    name servers with an address in it
 *
 * One line a rule, # begins a comment. Rules of the caller's file come before those of the
 * catalogue (catalog/operators); within one file the first that fits wins. Where none fits:
 *
 *   - a name server outside the domain belongs to the registrable domain of its name, by the list
 *     of public suffixes that is given;
 *   - one inside the domain (a "vanity" name) belongs to whom a name server of another domain's
 *     with the same address belongs to, as far as such were shown (operators_learn); else the
 *     domain has servers of its own.
 *
 * A domain with servers of two operators counts for each of them, whole: each can mend its own
 * servers, and a majority of names says nothing of who answers more. Where shares of all domains
 * are compared, it is an equal part of each.
 *
 * Errors: ERR_FORMAT and ERR_LIMIT with a sentence that names file, line and what is wrong.
 */
#ifndef JUDGE_ADOPT_OPERATOR_H
#define JUDGE_ADOPT_OPERATOR_H

#include "base/arena.h"
#include "base/error.h"
#include "dns/policy/suffix.h"
#include "model/observation.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A list of corrections that people keep by hand has hundreds of lines; one made by a program for
 * a registry's resellers may have a line a domain: a million of 64 octets. */
#define OPERATORS_FILE_OCTETS_MAX ((size_t)64 << 20)
#define OPERATORS_RULES_MAX 1000000u
/* Rules with a suffix with *, and prefixes, are tried one by one. */
#define OPERATORS_PATTERNS_MAX 4096u
#define OPERATOR_NAME_MAX_OCTETS 80u
/* Addresses remembered for vanity names; beyond them nothing is learnt, and such a name counts as
 * the domain's own. 64 octets each. */
#define OPERATORS_ADDRESSES_MAX 2000000u

enum operator_rule {
	OPERATOR_BY_DOMAIN,      /* `domain` */
	OPERATOR_BY_SUFFIX,      /* `suffix` */
	OPERATOR_BY_PREFIX,      /* `prefix` */
	OPERATOR_BY_REGISTRABLE, /* the registrable domain of the server's name */
	OPERATOR_BY_ADDRESS,     /* a vanity name with another operator's address */
	OPERATOR_OWN,            /* a vanity name with an address of nobody else's */
	OPERATOR_RULE_COUNT,
};

struct operators;

/* People's own rules: the file's octets, and its name for the complaint. */
struct operators_file {
	const char *path;
	const char *text;
	size_t size;
};
/* `file` may be NULL: the catalogue alone. The public suffixes live longer than the operators. */
MUST_CHECK int operators_new(const struct suffix_list *suffixes, const struct operators_file *file,
			     struct operators **ret_operators, struct complaint *complaint);
void operators_free(struct operators *operators); /* NULL is fine */

/* The catalogue that came with the program. */
const char *operators_catalogue(void);

/* Is there a rule for this very domain (`domain`)? */
bool operators_name(const struct operators *operators, const uint8_t *domain);

/* Shows whose a name server's address is. Names inside the domain teach nothing. ERR_MEMORY. */
MUST_CHECK int operators_learn(struct operators *operators, const struct observation *observation);

/* Who runs one name server of the domain. */
struct operator_decision {
	const char *name; /* lives as long as the operators or the arena; OPERATOR_OWN_NAME */
	enum operator_rule rule;
	uint32_t line;        /* of the rule in its file; 0: none */
	bool is_of_catalogue; /* the line is the catalogue's */
};
#define OPERATOR_OWN_NAME "(own servers)"
/* What the domain's name server `host` (of the observation's) is decided to be; registrable names
 * are remembered, since a few name servers have most domains. ERR_MEMORY. */
MUST_CHECK int operators_decide(struct operators *operators, struct arena *arena,
				const struct observation *observation, uint8_t host,
				struct operator_decision *ret_decision);
/* "its name is below example.net (line 3 of the operators file)": the rule in words. Arena. */
const char *operator_words(struct arena *arena, const struct operator_decision *decision);

/* Everybody who runs name servers that the parent names: each once, in the order of the first
 * server. ret_decisions has room for OBSERVATION_HOSTS_MAX. None: not delegated. */
MUST_CHECK int operators_of(struct operators *operators, struct arena *arena,
			    const struct observation *observation,
			    struct operator_decision ret_decisions[OBSERVATION_HOSTS_MAX],
			    uint8_t *ret_count);

/* Is it the same operator: equal but for case (ASCII) and a final dot. */
bool operator_is(const char *name, const char *wanted);

#endif
