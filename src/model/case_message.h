/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A message: what one party says in a case, signed by it (docs/format/message.md, version 1). One
 * line of canonical JSON; its id is of its content, so that nobody can change one that others
 * name. It names the newest messages its author had seen ("after"): messages of a case are a graph
 * without cycles, and their order of arrival does not matter.
 *
 * case_message_read is the only way in. It refuses, with the reason in words, whatever is not
 * signed by a key that the caller's trust names for that author and time, is altered, not in its
 * one form, named wrongly, of the future, too large, or has a member it may not have. What it gives
 * is proven; case_message_read_form gives what is not, for showing why something was refused, and
 * says so in is_proven. Everything a message points to is in the arena.
 */
#ifndef MODEL_CASE_MESSAGE_H
#define MODEL_CASE_MESSAGE_H

#include "base/arena.h"
#include "base/error.h"
#include "model/id.h"
#include "model/tlp.h"
#include "seal/key.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CASE_MESSAGE_VERSION 1
/* Words and lists; evidence in full stays where it was seen. */
#define CASE_MESSAGE_OCTETS_MAX ((size_t)256 * 1024)
#define CASE_MESSAGE_TO_MAX 64u
/* As many branches as recipients may write at once. */
#define CASE_MESSAGE_AFTER_MAX 64u
/* For what folds over a case: years of work, yet a bound on memory. */
#define CASE_MESSAGE_CASE_MAX 4096u
/* Read, they take about three times as much. */
#define CASE_MESSAGE_CASE_OCTETS_MAX ((size_t)64 << 20)
/* Of one list in a body. */
#define CASE_MESSAGE_LIST_MAX 256u
#define CASE_MESSAGE_LINE_MAX 1000u
#define CASE_MESSAGE_TEXT_MAX 16384u
/* Clocks of honest machines are not further apart than this. */
#define CASE_MESSAGE_FUTURE_MAX_S 3600

enum case_message_kind {
	CASE_MESSAGE_NOTICE,          /* opens a case: what was seen */
	CASE_MESSAGE_ACKNOWLEDGEMENT, /* I have got it */
	CASE_MESSAGE_ASK,             /* was this authorised? */
	CASE_MESSAGE_ANSWER,
	CASE_MESSAGE_REQUEST, /* please do this */
	CASE_MESSAGE_ACTION,  /* I have done this */
	CASE_MESSAGE_DISPUTE, /* that is wrong */
	CASE_MESSAGE_RECALL,  /* I take back what I said */
	CASE_MESSAGE_VERIFICATION,
	CASE_MESSAGE_CLOSURE,
	CASE_MESSAGE_NOTE,
};
#define CASE_MESSAGE_KIND_COUNT 11
const char *case_message_kind_text(enum case_message_kind kind);
MUST_CHECK int case_message_kind_from_text(const char *text, enum case_message_kind *ret_kind);

/* A member of a body; which there are of which kind is a table in case_message_body.c. */
enum case_member_type {
	MEMBER_LINE,
	MEMBER_TEXT,    /* lines */
	MEMBER_WORD,    /* one of several */
	MEMBER_MESSAGE, /* the id of one */
	MEMBER_TIME,
	MEMBER_NUMBER,
	MEMBER_LINES,
	MEMBER_DOMAINS,
	MEMBER_INDICATORS, /* model/forms.h */
};
struct case_member {
	const char *name;
	enum case_member_type type;
	const char *text;         /* LINE, TEXT, WORD, MESSAGE */
	int64_t number;           /* TIME (Unix seconds), NUMBER */
	const char *const *items; /* LINES, DOMAINS, INDICATORS */
	size_t item_count;
};

struct case_message {
	char id[ID_ROOM];
	char case_id[ID_ROOM]; /* its own id where it opens the case */
	bool opens_case;
	bool is_proven;
	enum case_message_kind kind;
	char author[ID_ROOM];
	int64_t made_s;
	const char *const *after; /* sorted */
	size_t after_count;
	enum tlp tlp;
	const char *const *to; /* sorted */
	size_t to_count;
	const struct case_member *members; /* of the body, by name */
	size_t member_count;
	const char *octets; /* as signed, without a line's end */
	size_t size;
};

/*
 * Whom to believe: gives the index-th key by which `author` could sign at `made_s`; ERR_NOT_FOUND
 * behind the last. model/party.h has them. A message is of the future by the caller's clock.
 */
struct case_trust {
	int (*key)(void *context, const char *author, int64_t made_s, size_t index,
		   uint8_t ret_sign[KEY_OCTETS]);
	void *context;
	int64_t now_s;
};

/* One LF at the end is passed over. ERR_PERMISSION: not signed, or by nobody known; ERR_CRYPTO: the
 * signature is wrong; ERR_FORMAT, ERR_UNSUPPORTED, ERR_LIMIT, ERR_MEMORY. */
MUST_CHECK int case_message_read(struct arena *arena, struct case_trust trust,
				 const struct text *octets, struct complaint *complaint,
				 struct case_message *ret_message);
/* Everything but the signature and the time. */
MUST_CHECK int case_message_read_form(struct arena *arena, const struct text *octets,
				      struct complaint *complaint,
				      struct case_message *ret_message);

/* Is it for this party: its author, or one it goes to? Else ERR_PERMISSION with a sentence. */
MUST_CHECK int case_message_is_for(const struct case_message *message, const char *party,
				   struct complaint *complaint);

/* Has this party got it from the first: as its author, or as one it goes to? */
bool case_message_has(const struct case_message *message, const char *party);
/* Does it name the other: as what opened its case, among those its author had seen, or as what it
 * is about? Whoever is written to may be told of those, too (docs/sharing.md). */
bool case_message_names(const struct case_message *message, const char *id);

/*
 * Makes one of the fields that its author chooses: kind, author, made_s, case_id ("" opens one),
 * after, tlp, to (both in any order), members. Checked like one that was received, and proven.
 */
MUST_CHECK int case_message_make(struct arena *arena, const struct case_message *draft,
				 const struct secret_key *key, struct complaint *complaint,
				 struct case_message *ret_message);

/* A member of the body; NULL when it is not there. */
const struct case_member *case_message_member(const struct case_message *message, const char *name);
/* What is in a body of a kind: name and type of the index-th, NULL behind the last. For those who
 * make messages of what people type. */
const char *case_message_kind_member(enum case_message_kind kind, size_t index,
				     enum case_member_type *ret_type, bool *ret_is_required);

#endif
