/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a file holds, from the outside in: octets, mbox, mail, sealed, lines; and whoever takes
 * them. */
#ifndef GATHER_INBOX_INBOX_PRIVATE_H
#define GATHER_INBOX_INBOX_PRIVATE_H

#include "base/text.h"
#include "gather/inbox/inbox.h"

/* A mail of new/ that something was brought out of. */
struct inbox_mail_facts {
	size_t path; /* where it begins in the paths */
	size_t given, kept;
};

struct inbox {
	struct inbox_reader reader;
	struct complaint *complaint; /* of the call that runs */
	size_t items;
	size_t given, kept; /* of the file that is read */
	bool is_in_new;
	size_t mail_room;  /* what the mail that is read may still bring out */
	bool is_from_mail; /* what is brought out came by mail */
	bool is_in_mail, is_mail_full;
	bool is_full;      /* INBOX_ITEMS_MAX were brought out, and there was one more */
	struct text paths; /* of these mails, each ended by NUL */
	struct inbox_mail_facts *mails;
	size_t mail_count, mail_array_room;
};

/* Where something is: text is added for what is within, and cut again. */
struct origin {
	struct inbox *inbox;
	struct text *words;
	bool was_sealed;
	bool is_mail; /* what does not look like a message is no fault */
};

/* Cuts what was added to the words behind `length`. */
void inbox_cut(struct text *words, size_t length);
/* Octets of whatever kind: a file's. */
MUST_CHECK int inbox_octets(const struct origin *origin, const char *octets, size_t size);
MUST_CHECK int inbox_lines(const struct origin *origin, const char *octets, size_t size);
MUST_CHECK int inbox_sealed(const struct origin *origin, const char *octets, size_t size);
MUST_CHECK int inbox_mail(const struct origin *origin, const char *octets, size_t size);
MUST_CHECK int inbox_mbox(const struct origin *origin, const char *octets, size_t size);
MUST_CHECK int inbox_give(const struct origin *origin, struct inbox_item *item);
/* Tells that something there could not be brought out; ERR_MEMORY is returned instead. */
MUST_CHECK int inbox_refuse(const struct origin *origin, int error, const char *reason);

#endif
