/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the evaluators of this room get answers from: a function of the caller's that says what is
 * known of a name and type. What is not known yet it says so of, and may note for itself; so one
 * and the same evaluator tells a scan what to look up next (evaluate, ask what was missing,
 * evaluate again) and lets a judge replay it over what was seen. Nothing here asks anybody.
 */
#ifndef DNS_POLICY_SOURCE_H
#define DNS_POLICY_SOURCE_H

#include "base/arena.h"
#include "base/error.h"
#include "dns/wire/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum policy_state {
	POLICY_UNKNOWN, /* not looked up (yet) */
	POLICY_FOUND,
	POLICY_NODATA, /* the name exists, without such records */
	POLICY_NXDOMAIN,
	POLICY_FAILED, /* looked up, and no answer could be had: the fault of nobody's text */
};

/* Aliases were followed: the records may have another owner than the name that was asked for. */
struct policy_answer {
	enum policy_state state;
	uint16_t count; /* 0 unless FOUND */
	const struct record *const *records;
};

/* ret_answer is UNKNOWN beforehand. */
typedef void policy_ask(void *context, const uint8_t *name, uint16_t type,
			struct policy_answer *ret_answer);
struct policy_source {
	policy_ask *ask;
	void *context;
};

struct policy_answer policy_look(const struct policy_source *source, const uint8_t *name,
				 uint16_t type);

/* A sentence of this room about somebody's text is at most that long. */
#define POLICY_WORDS_MAX 240

/* What a text says, where it must be one line of plain ASCII: anything else is shown as '?', and
 * what is longer than 80 octets is cut. In the arena; NULL: memory. */
const char *policy_quote(struct arena *arena, const char *text, size_t size);
/* The strings of a TXT record, one after the other with nothing between (RFC 7208 s3.3), with a NUL
 * after them that does not count. ERR_FORMAT, ERR_MEMORY. */
MUST_CHECK int policy_text(struct arena *arena, const struct record *record, const char **ret_text,
			   size_t *ret_size);
/* Case-insensitive, as RFC 5234 s2.3 has it. */
bool policy_begins(const char *text, size_t size, const char *with);
bool policy_equal(const char *text, size_t size, const char *other);

#endif
