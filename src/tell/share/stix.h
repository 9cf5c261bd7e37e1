/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A case as a STIX 2.1 bundle (OASIS), for those whose tools read that: who said something
 * (identity), what was seen (observed-data, with domain-name, ipv4-addr, ipv6-addr and
 * autonomous-system objects), what to look for (indicator), each message in words (note), and all
 * of it held together (grouping). Marks are those of the TLP 2.0 extension of OASIS.
 *
 * Pure: the same messages give the same octets. Ids of observables are those that STIX 2.1 s2.9
 * asks for; other ids are of the case, who makes the bundle, whom it is for, the mark asked for and
 * what they are about: a later bundle for the same has newer versions of the same objects, and one
 * for others, which may hold less, has objects of its own. What to leave out is the caller's.
 */
#ifndef TELL_SHARE_STIX_H
#define TELL_SHARE_STIX_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "model/case_message.h"
#include "model/party.h"

#include <stddef.h>

/* A case of a thousand messages with lists has some MiB. */
#define STIX_OCTETS_MAX ((size_t)64 << 20)

struct stix_question {
	const char *case_id;
	const char *self; /* who makes the bundle */
	enum tlp cap;     /* for an audience that may have this much */
	/* Ids of parties that it is for, in any order; none: whoever may have that much. */
	const char *const *audience;
	size_t audience_count; /* at most CASE_MESSAGE_TO_MAX */
	const struct case_message *const *messages;
	size_t message_count; /* at least 1 */
	/* NULL: nothing is known of it. */
	const struct party_file *(*party)(void *context, const char *id);
	void *context;
};
/* One line with a line's end. ERR_MEMORY, ERR_LIMIT (too large), ERR_CRYPTO. */
MUST_CHECK int stix_write(struct arena *arena, const struct stix_question *question,
			  struct text *out);

#endif
