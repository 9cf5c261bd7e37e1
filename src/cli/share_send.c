/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sending: first all that goes is noted as waiting, with an entry in the audit, and is on the disk;
 * then it leaves; then it is noted as sent. Whoever is killed between sends the same messages once
 * more the next time, and their receivers file them once.
 */
#include "base/memory.h"
#include "cli/share_private.h"
#include "os/file.h"
#include "tell/share/parcel.h"

#include <assert.h>
#include <string.h>

#define WAY_ROOM 1024u
#define PATH_ROOM 4096u
#define DETAIL_ROOM 2048u

struct sending {
	struct sharing *sharing;
	struct random random;
	char way[WAY_ROOM]; /* "file DIR" */
};

static int note(struct sending *sending, const struct share_row *row,
		enum store_delivery_state state)
{
	struct sharing *sharing = sending->sharing;
	const struct store_delivery delivery = {.message = row->message->id,
						.party = row->to->id,
						.way = sending->way,
						.state = state,
						.last_s = parties_now(),
						.detail = ""};
	return store_delivery_put(sharing->store, &delivery, sharing->complaint);
}

static int note_waiting(struct sending *sending, const struct share_row *row)
{
	struct sharing *sharing = sending->sharing;
	char detail[DETAIL_ROOM];
	(void)snprintf(detail, sizeof(detail), "case %s to party %s, TLP:%s, %s, by %s",
		       sharing->case_id, row->to->id, tlp_text(row->message->tlp),
		       sharing->is_sealed ? "sealed" : "not sealed", sending->way);
	const int error = note(sending, row, DELIVERY_WAITS);
	return error != OK ? error
			   : parties_audit(sharing->store, "share", row->message->id, detail,
					   sharing->complaint);
}

static int send_file(struct sending *sending, const struct share_row *row)
{
	struct sharing *sharing = sending->sharing;
	const struct parcel parcel = {.message = row->message,
				      .to = row->to,
				      .is_sealed = sharing->is_sealed,
				      .now_s = parties_now()};
	char name[PARCEL_NAME_ROOM];
	char path[PATH_ROOM];
	struct text octets;
	parcel_name(&parcel, name);
	const int length =
		snprintf(path, sizeof(path), "%s/%s", options_text(sharing->options, "out"), name);
	if (length < 0 || (size_t)length >= sizeof(path))
		return complain(sharing->complaint, ERR_ARGUMENT, "--out: the path is too long");
	text_init(&octets, PARCEL_OCTETS_MAX);
	int error = parcel_make(&parcel, &sending->random, &octets, sharing->complaint);
	if (error == OK)
		error = file_write(path, text_get(&octets), octets.length, sharing->complaint);
	text_release(&octets);
	return error;
}

typedef int each_row(struct sending *sending, const struct share_row *row);

static int each(struct sending *sending, each_row *act)
{
	const struct sharing *sharing = sending->sharing;
	for (size_t i = 0; i < sharing->row_count; i++) {
		const int error = sharing->rows[i].verdict != SHARE_GOES
					  ? OK
					  : act(sending, &sharing->rows[i]);
		if (error != OK)
			return error;
	}
	return OK;
}

static int note_sent(struct sending *sending, const struct share_row *row)
{
	return note(sending, row, DELIVERY_SENT);
}

static int send_files(struct sending *sending)
{
	struct sharing *sharing = sending->sharing;
	const char *folder = options_text(sharing->options, "out");
	(void)snprintf(sending->way, sizeof(sending->way), "file %s", folder);
	int error = folder_make(folder, sharing->complaint);
	if (error == OK)
		error = each(sending, note_waiting);
	if (error == OK)
		error = store_commit(sharing->store, sharing->complaint);
	if (error == OK)
		error = each(sending, send_file);
	if (error == OK)
		error = each(sending, note_sent);
	return error == OK ? store_commit(sharing->store, sharing->complaint) : error;
}

int share_send(struct sharing *sharing)
{
	struct sending sending = {.sharing = sharing};
	assert(sharing->way != WAY_NONE);
	random_system(&sending.random);
	const int error = send_files(&sending);
	explicit_bzero(&sending.random, sizeof(sending.random));
	return error;
}
