/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of `dsfi share`: what is read, what is told, what is sent. */
#ifndef CLI_SHARE_PRIVATE_H
#define CLI_SHARE_PRIVATE_H

#include "base/map.h"
#include "cli/parties.h"
#include "keep/store/messages.h"
#include "tell/share/plan.h"

enum share_way { WAY_NONE, WAY_FILES, WAY_MAIL, WAY_WEBHOOK };

struct sharing {
	const struct options *options;
	struct store *store;
	struct parties parties;
	struct arena arena; /* all of the case */
	char case_id[ID_ROOM];
	struct case_message *messages; /* by time of making, then id */
	size_t message_count, message_room;
	const struct party_file *recipients[SHARE_RECIPIENTS_MAX];
	size_t recipient_count;
	struct sent *sent; /* deliveries that were made, of these messages */
	size_t sent_count, sent_room;
	struct share_row *rows;
	size_t row_count;
	enum share_way way;
	bool is_sealed;
	bool is_json;
	struct complaint *complaint;
};

/* --- share_load.c: the case, its recipients, the plan --- */
MUST_CHECK int share_load(struct sharing *sharing);
void share_release(struct sharing *sharing);

/* --- share_tell.c --- */
/* Each row; with what leaves, octet for octet, where asked. */
MUST_CHECK int share_tell(const struct sharing *sharing, bool has_octets);

/* --- share_send.c --- */
/* Sends what goes and notes it: what waits before it leaves, what was sent after. */
MUST_CHECK int share_send(struct sharing *sharing);

#endif
