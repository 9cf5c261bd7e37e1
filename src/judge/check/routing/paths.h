/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The addresses that a domain is reached by - those of its name servers, or of its mail hosts - and
 * how each is announced: what all checks of routing look at.
 *
 * An address is *relied upon* unless the scan found it out of order. What cannot be told from here
 * (no IPv6 at this vantage, an opt-out) is relied upon, so that it never makes a finding of those
 * that remain. A host counts as a *machine* of its own when it has an address that none before it
 * has.
 */
#ifndef JUDGE_CHECK_ROUTING_PATHS_H
#define JUDGE_CHECK_ROUTING_PATHS_H

#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Addresses told of in one sentence. */
#define PATHS_TOLD_MAX 8u

/* One address. */
struct path {
	const struct ip *ip;
	const char *address;         /* text */
	const struct view *view;     /* of a name server; NULL: of a mail host */
	const char *host;            /* a name that has it */
	const struct route **routes; /* one an origin; none: nothing is known of it */
	size_t route_count;
	bool is_relied_upon;
};

struct paths {
	const struct evidence *evidence;
	const char *kind; /* "name server", "mail host" */
	struct path *items;
	size_t count;
	size_t machines;    /* with an address that is relied upon */
	bool is_incomplete; /* some host's addresses, or how an address is announced, is not known
			     */
	bool is_unchecked;  /* no VRPs were given */
};

/* ERR_MEMORY. None where there are none: a domain without mail is fine. */
MUST_CHECK int paths_of_servers(const struct evidence *evidence, struct paths *ret_paths);
MUST_CHECK int paths_of_mail(const struct evidence *evidence, struct paths *ret_paths);

/* Does the table have a route to it? Asked only where something is known. */
bool path_is_announced(const struct path *path);
/* Would it be gone if all networks dropped invalid routes? */
bool path_is_lost_by_rov(const struct path *path);
/* Are all that are relied upon gone then? False where it is not known. */
bool paths_are_lost_by_rov(const struct paths *paths);
/* The route whose prefix all depend on, or NULL. `paths` must be complete. */
const struct route *paths_one_prefix(const struct paths *paths);
/* A route whose origin all depend on, or NULL. `paths` must be complete. */
const struct route *paths_one_as(const struct paths *paths);

/* "192.0.2.0/24", in the arena. */
const char *route_prefix_text(const struct evidence *evidence, const struct route *route);
/* "192.0.2.1, 192.0.2.2 and 3 more", of those that are relied upon; in the arena. */
const char *paths_text(const struct paths *paths);

/*
 * ---- what is the same of name servers and of mail hosts ----
 * Each check says which addresses; one function here each says what is wrong with them.
 */
typedef int paths_of(const struct evidence *evidence, struct paths *ret_paths);
typedef void paths_check(const struct paths *paths, struct verdicts *verdicts);

/* Gathers, and checks if there is anything to be checked. */
void paths_judge(const struct evidence *evidence, struct verdicts *verdicts, paths_of *of,
		 paths_check *check);

paths_check paths_check_invalid;
paths_check paths_check_lost_by_rov;
paths_check paths_check_no_roa;
paths_check paths_check_max_length;
paths_check paths_check_not_announced;
paths_check paths_check_one_as;
paths_check paths_check_one_prefix;

/* Could it be: is it no address for private or other special use (RFC 6890)? Those for tests could.
 */
bool paths_can_be_announced(const struct ip *ip);

#endif
