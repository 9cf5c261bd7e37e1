/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages that were to leave and did not arrive, as far as is known: those that wait, since
 * `dsfi share` was ended before it sent them or could not get through, and those that the other
 * side did not take. What went to a party by any way is none, nor what it shows that it has.
 */
#ifndef CLI_UNDELIVERED_H
#define CLI_UNDELIVERED_H

#include "base/arena.h"
#include "base/json.h"
#include "keep/store/messages.h"
#include "model/case_message.h"

struct undelivered {
	const char *message, *party;
	const char *way;    /* "mail security@nic.example" */
	bool has_failed;    /* false: it waits */
	int64_t last_s;     /* the last try, or since when it waits */
	const char *detail; /* what the other side said; "" */
};
/* In the order of what was added. Begins as {0}. */
struct undelivered_list {
	struct undelivered *items;
	size_t count, room;
};

/* Adds those of a message; the id is the caller's, all else in the arena. Errors as in
 * keep/store/store.h. */
MUST_CHECK int undelivered_add(struct store *store, const char *message, struct arena *arena,
			       struct undelivered_list *list, struct complaint *complaint);
/* Adds whom an own message was written to and nothing is noted of: `dsfi share` never had it for
 * them. Of these, `way` and `detail` are "", and `last_s` is when it was made. */
MUST_CHECK int undelivered_add_unsent(struct store *store, const struct case_message *message,
				      struct arena *arena, struct undelivered_list *list,
				      struct complaint *complaint);
/* Takes out what the message's author has, whatever came of sending it: what it wrote, and what it
 * wrote this message after, as `dsfi share` has it. Once all of the case are added. */
void undelivered_seen(struct undelivered_list *list, const struct case_message *message);
/* "waits", "failed" */
const char *undelivered_state_text(const struct undelivered *one);
/* Its members "way", "state", "since" and, where there is one, "detail", into an open object. */
void undelivered_put(const struct undelivered *one, struct json *json);

#endif
