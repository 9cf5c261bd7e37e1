/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Messages out of what people are sent: files of lines, files of age, mails, mbox files, maildirs
 * and folders. Nothing here says whether a message is one: it is brought out as octets, for
 * case_message_read to prove or refuse, each with the place that it was found at.
 *
 *   a file or "-"   messages one a line; an age file of either form, with such lines in it; a mail;
 *                   an mbox file (mboxo or mboxrd: ">From " loses one ">")
 *   a folder        a maildir when it has new/ and cur/; else its files, but not those below
 *
 * In mails only parts of text/plain and application of any kind are looked at
 * (gather/inbox/mime.h): for blocks of ASCII armour, for lines that begin like a message, and for
 * age files. A mail without any is passed over in silence, since people write each other mails.
 *
 * A maildir's mails are moved from new/ to cur/ (":2,S") by inbox_acknowledge, when what was in
 * them is kept, at once or later (inbox_kept); a mail with a message that was refused stays where
 * it is. Everything is a stranger's: sizes, counts and depth are bounded.
 */
#ifndef GATHER_INBOX_INBOX_H
#define GATHER_INBOX_INBOX_H

#include "base/error.h"
#include "seal/age.h"

#include <stdbool.h>
#include <stddef.h>

/* One file: years of mail of a mailbox for this alone. */
#define INBOX_OCTETS_MAX ((size_t)256 << 20)
/* One mail: a message in base64 within armour within base64, ten times. */
#define INBOX_MAIL_MAX ((size_t)8 << 20)
/* Brought out at once. Of what comes by mail only what is kept counts: anybody sends mails, and
 * what was refused is there again the next time, before what is not. */
#define INBOX_ITEMS_MAX 65536u
/* Of one mail, refused ones too; dsfi share puts one in each. */
#define INBOX_MAIL_ITEMS_MAX 64u
/* Plaintext of an age file: a full message, or some small ones. */
#define INBOX_PLAIN_MAX ((size_t)1 << 20)

struct inbox_item {
	const char *origin; /* "box.mbox, mail 3, part 2, line 1" */
	size_t mail;        /* of which mail of a maildir's new/, for inbox_kept; 0: of none */
	bool was_sealed;
	bool is_from_mail;
	bool is_party;      /* looks like a party file, of which nothing is proven */
	const char *octets; /* without the line's end; NULL: it could not be brought out */
	size_t size;
	int error; /* then why */
	const char *reason;
};
/* The pointers live during the call. `ret_is_kept`: filed, or here already. What it returns other
 * than 0 ends the reading and is returned. */
typedef int inbox_take(void *context, const struct inbox_item *item, bool *ret_is_kept);

struct inbox_reader {
	const struct age_identities *identities; /* keys; may hold none */
	inbox_take *take;
	void *context;
};

struct inbox;
/* The identities stay the caller's and live as long. ERR_MEMORY. */
MUST_CHECK int inbox_new(const struct inbox_reader *reader, struct inbox **ret_inbox);
void inbox_free(struct inbox *inbox); /* NULL is fine */
/* May be called for one path after the other. ERR_LIMIT (too large, too many), those of file_read.
 * After too many, what was taken so far may be kept and acknowledged: inbox_is_full. */
MUST_CHECK int inbox_read(struct inbox *inbox, const char *path, struct complaint *complaint);
/* Was it ended by INBOX_ITEMS_MAX? */
bool inbox_is_full(const struct inbox *inbox);
/* Is kept after all, once for each that was brought out and not kept then. */
void inbox_kept(struct inbox *inbox, const struct inbox_item *item);
/* To be called when what was kept is on the disk. ERR_IO: not all could be moved; nothing is lost,
 * and reading them again finds what is here already. */
MUST_CHECK int inbox_acknowledge(struct inbox *inbox, struct complaint *complaint);

#endif
