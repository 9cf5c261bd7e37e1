/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What of a case goes to whom: for every recipient and every message, whether it goes, whether the
 * recipient has it, or that it is withheld and why. Pure, and closed where it does not know: what
 * is not clearly allowed is withheld.
 *
 * A message goes to those it was written to; to others when it is clear or green, or when it is
 * passed on by name: a store files nothing else that is not written to its party
 * (docs/sharing.md). It goes as its author signed it. A recipient has what it wrote, what was sent
 * to it before, and what it named as seen ("after") in a message of its own. The last is its own
 * word, which is reason enough to send nothing, and none to give it anything.
 */
#ifndef TELL_SHARE_PLAN_H
#define TELL_SHARE_PLAN_H

#include "base/arena.h"
#include "base/error.h"
#include "model/case_message.h"
#include "model/party.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* As many as a message may have. */
#define SHARE_RECIPIENTS_MAX CASE_MESSAGE_TO_MAX

enum share_verdict {
	SHARE_GOES,
	SHARE_HAS,
	SHARE_NOT_FOR,  /* it was not written to this recipient */
	SHARE_WITHHELD, /* it was, or is green; a mark, a ceiling, or that no way is safe forbids it
			 */
	SHARE_SENT,     /* set by who sends: it went, or that failed with the reason */
	SHARE_FAILED,
};
const char *share_verdict_text(enum share_verdict verdict);

struct share_row {
	const struct case_message *message;
	const struct party_file *to;
	enum share_verdict verdict;
	const char *reason; /* NULL of SHARE_GOES and SHARE_SENT */
	const char *barred; /* SHARE_HAS by its own word alone: why it would not go; else NULL */
};

struct share_question {
	const char *self;
	const struct case_message *messages; /* proven, of one case, in the order they are to go */
	size_t message_count;
	const struct party_file *const *recipients;
	size_t recipient_count;
	bool has_cap; /* nothing stricter than `cap` leaves */
	enum tlp cap;
	bool is_again; /* what was sent before goes once more */
	/* Ids of messages that are passed on to those they were not written to, as far as marks
	 * allow: by one who wrote or got it, to those whom this party told of it by name
	 * (case_message_names). */
	const char *const *passed_on;
	size_t passed_on_count;
	bool is_sealed;
	int64_t now_s; /* of keys to seal to */
	/* Was it sent? */
	bool (*was_sent)(void *context, const struct case_message *message, const char *party);
	void *context;
};

/* By recipient, then message. ERR_MEMORY only; rows and reasons are in the arena. */
MUST_CHECK int share_plan(struct arena *arena, const struct share_question *question,
			  struct share_row **ret_rows, size_t *ret_count);

#endif
