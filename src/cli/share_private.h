/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of `dsfi share`: what is read, what is told, what is sent. */
#ifndef CLI_SHARE_PRIVATE_H
#define CLI_SHARE_PRIVATE_H

#include "cli/allowed.h"
#include "cli/parties.h"
#include "cli/undelivered.h"
#include "keep/store/messages.h"
#include "tell/share/contacts.h"
#include "tell/share/courier.h"
#include "tell/share/plan.h"

enum share_way { WAY_NONE, WAY_FILES, WAY_MAIL, WAY_WEBHOOK };

/* By which way a recipient gets it: of mail and webhooks, with what was thought of its contacts. */
struct share_target {
	const struct share_contact *contacts; /* as many as the party has; NULL of files */
	const struct contact *chosen;         /* NULL: none can be used */
};

struct sharing {
	const struct options *options;
	struct store *store;
	struct parties parties;
	struct arena arena; /* all of the case */
	char case_id[ID_ROOM];
	struct case_message *messages; /* by time of making, then id */
	size_t message_count, message_room;
	const char *passed_on[CASE_MESSAGE_TO_MAX]; /* ids of --with */
	size_t passed_on_count;
	const struct party_file *recipients[SHARE_RECIPIENTS_MAX];
	struct share_target targets[SHARE_RECIPIENTS_MAX];
	size_t recipient_count;
	struct sent *sent; /* deliveries that were made, of these messages */
	size_t sent_count, sent_room;
	size_t sent_message;                 /* whose deliveries are read */
	struct undelivered_list undelivered; /* of these messages, by message */
	struct share_row *rows;
	size_t row_count;
	enum share_way way;
	struct courier_settings settings; /* of WAY_MAIL */
	bool is_sealed;
	bool is_json;
	bool has_left;       /* something was tried, and its rows say what came of it */
	bool is_interrupted; /* rows that had not left say so */
	struct complaint *complaint;
};

/* --- share_load.c: the case, its recipients, the plan --- */
MUST_CHECK int share_load(struct sharing *sharing);
void share_release(struct sharing *sharing);
/* Before this time, to the party of this id; the context is a struct sharing. */
bool share_was_sent(void *context, const struct case_message *message, const char *party);

/* --- share_target.c: what way to whom; where none is safe, what would go is withheld --- */
MUST_CHECK int share_aim(struct sharing *sharing);
/* "mail security@nic.example", as deliveries, the audit and people have it (contact_shown). */
#define SHARE_WAY_ROOM 4200u
void share_way_text(const struct sharing *sharing, const struct share_row *row,
		    char ret_way[SHARE_WAY_ROOM]);
const struct share_target *share_target_of(const struct sharing *sharing,
					   const struct party_file *party);

/* --- share_tell.c --- */
/* Each row; with what leaves, octet for octet, where asked. */
MUST_CHECK int share_tell(const struct sharing *sharing, bool has_octets);

/* --- share_send.c --- */
/* Sends what goes and notes it: what waits before it leaves, what was sent after. What cannot be
 * sent is told in its row, and the rest goes on. Who asks to end is heard between two messages. */
MUST_CHECK int share_send(struct sharing *sharing);

/* --- share_stix.c --- */
/* Prints or writes the bundle; what is left out is told on standard error, and counted. */
MUST_CHECK int share_stix(struct sharing *sharing, size_t *ret_withheld);

#endif
