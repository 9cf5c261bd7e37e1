/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The registrar's counter of a lesson: takes DS or DNSKEY records for its domains and has them at
 * their parent within a second. Records handed in replace those that the domain had.
 *
 * With CDS the registry looks itself (RFC 7344): it takes what a domain publishes when that
 * validates, is signed by a key that the parent vouches for, and leaves the chain of trust whole
 * (s4.1): never a first DS, nor its removal.
 */
#ifndef TELL_LEARN_REGISTRAR_H
#define TELL_LEARN_REGISTRAR_H

#include "tell/learn/desk.h"

/* Of the DS records at the parent; short, so that a roll fits a lesson. */
#define REGISTRAR_TTL_S 3
/* What comes before the data in a line of the registry's file. */
#define REGISTRAR_DS " IN DS "
/* Words in DESK_CHANGES after a domain's name. */
#define REGISTRAR_BY_HAND "by hand"
#define REGISTRAR_BY_CDS "by CDS"

/*
 * Takes records as zone files have them. `DS 0 0 0 00` removes what is there (RFC 8078 s4). `said`
 * gets a line a domain. ERR_FORMAT: no such records; ERR_ARGUMENT: a domain that is not the
 * lesson's.
 */
MUST_CHECK int registrar_take(const struct desk *desk, const struct text *records,
			      struct text *said, struct complaint *complaint);
/* What the registry's file says after such an order, a line a DS record; for the fuzzer. */
MUST_CHECK int registrar_lines(const struct lesson *lesson, const struct text *records,
			       struct text *lines, struct complaint *complaint);
/* Looks at a domain's CDS records, and takes them when they are good and new. */
MUST_CHECK int registrar_read_cds(const struct desk *desk, const char *domain);

#endif
