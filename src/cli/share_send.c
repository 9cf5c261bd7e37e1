/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sending: first all that goes is noted as waiting, with an entry in the audit, and is on the disk;
 * then it leaves; then it is noted as sent. Whoever is killed between sends the same messages once
 * more the next time, and their receivers file them once. What leaves by mail and webhook is sealed
 * before it is noted, and kept until it has arrived, so that it is the same octets then.
 */
#include "base/memory.h"
#include "cli/share_private.h"
#include "os/file.h"
#include "os/signals.h"
#include "seal/age.h"
#include "tell/share/mail.h"
#include "tell/share/parcel.h"

#include <assert.h>
#include <string.h>

#define PATH_ROOM 4096u
#define DETAIL_ROOM (SHARE_WAY_ROOM + 256u)

struct sending {
	struct sharing *sharing;
	struct random random;
	bool is_down; /* the mail server, or the webhook of a party, was not got through to */
	const struct party_file *down_to;
	int signals;
};

/* What is wrong with one message; the store's errors end all, and are returned. */
struct fault {
	int error;
	struct complaint complaint;
};

/* ---- what is kept until it has arrived ---- */

static struct parcel parcel_of(const struct sharing *sharing, const struct share_row *row)
{
	assert(row->message->is_proven);
	return (struct parcel){.message = row->message,
			       .to = row->to,
			       .is_sealed = sharing->is_sealed,
			       .now_s = parties_now()};
}

/* What is not sealed is the same each time, and files are there or not. */
static bool is_kept(const struct sharing *sharing)
{
	return sharing->is_sealed && sharing->way != WAY_FILES;
}

struct seeking {
	const struct parcel *parcel;
	struct text *octets; /* nothing where there is none, or it is sealed to a key of before */
};

static int take_kept(void *context, const struct store_parcel *kept)
{
	struct seeking *seeking = context;
	const struct parcel *parcel = seeking->parcel;
	uint8_t key[KEY_OCTETS];
	assert(strcmp(kept->message, parcel->message->id) == 0);
	const struct age_octets octets = {(const uint8_t *)kept->octets, kept->size};
	if (strcmp(kept->party, parcel->to->id) != 0 ||
	    !party_seal_key(parcel->to, parcel->now_s, key) ||
	    memcmp(key, kept->key, KEY_OCTETS) != 0 || !age_is_armoured(octets))
		return OK;
	text_add_octets(seeking->octets, kept->octets, kept->size);
	return seeking->octets->error;
}

static int keep(struct sharing *sharing, const struct parcel *parcel, const struct text *octets)
{
	uint8_t key[KEY_OCTETS];
	const bool has_key = party_seal_key(parcel->to, parcel->now_s, key);
	assert(has_key && octets->length > 0);
	(void)has_key;
	const struct store_parcel kept = {.message = parcel->message->id,
					  .party = parcel->to->id,
					  .key = key,
					  .octets = text_get(octets),
					  .size = octets->length};
	return store_parcel_put(sharing->store, &kept, sharing->complaint);
}

/* The octets to leave: those of the try before, or new ones, kept where they are to be. */
static int make_octets(struct sending *sending, const struct parcel *parcel, struct text *octets,
		       struct fault *fault)
{
	struct sharing *sharing = sending->sharing;
	struct seeking seeking = {parcel, octets};
	int error = OK;
	if (is_kept(sharing))
		error = store_parcels(sharing->store, parcel->message->id, take_kept, &seeking,
				      sharing->complaint);
	if (error != OK || octets->length > 0)
		return error;
	fault->error = parcel_make(parcel, &sending->random, octets, &fault->complaint);
	if (fault->error != OK || !is_kept(sharing))
		return OK;
	error = keep(sharing, parcel, octets);
	/* Before it leaves it is on the disk, like those that were made when they were noted. */
	return error == OK && sharing->has_left ? store_commit(sharing->store, sharing->complaint)
						: error;
}

/* What is wrong with one message is told when it is to leave. */
static int make_ready(struct sending *sending, const struct share_row *row)
{
	const struct parcel parcel = parcel_of(sending->sharing, row);
	struct fault fault = {OK, {""}};
	struct text octets;
	assert(!sending->sharing->has_left);
	text_init(&octets, PARCEL_OCTETS_MAX);
	const int error = make_octets(sending, &parcel, &octets, &fault);
	text_release(&octets);
	return error;
}

/* ---- what waits ---- */

static int note(struct sending *sending, const struct share_row *row,
		enum store_delivery_state state)
{
	struct sharing *sharing = sending->sharing;
	char way[SHARE_WAY_ROOM];
	assert(row->verdict == SHARE_GOES || state != DELIVERY_WAITS);
	share_way_text(sharing, row, way);
	const struct store_delivery delivery = {.message = row->message->id,
						.party = row->to->id,
						.way = way,
						.state = state,
						.last_s = parties_now(),
						.detail = row->reason == NULL ? "" : row->reason};
	return store_delivery_put(sharing->store, &delivery, sharing->complaint);
}

static int note_waiting(struct sending *sending, struct share_row *row)
{
	struct sharing *sharing = sending->sharing;
	char way[SHARE_WAY_ROOM];
	char detail[DETAIL_ROOM];
	share_way_text(sharing, row, way);
	(void)snprintf(detail, sizeof(detail), "case %s to party %s, TLP:%s, %s, by %s",
		       sharing->case_id, row->to->id, tlp_text(row->message->tlp),
		       sharing->is_sealed ? "sealed" : "not sealed", way);
	int error = note(sending, row, DELIVERY_WAITS);
	if (error == OK && is_kept(sharing))
		error = make_ready(sending, row);
	return error != OK ? error
			   : parties_audit(sharing->store, "share", row->message->id, detail,
					   sharing->complaint);
}

/* What it has leaves no more: sent, and the try to send it again was ended; or it wrote after it,
 * and nobody noted here that it went. */
static int prepare(struct sending *sending, struct share_row *row)
{
	struct sharing *sharing = sending->sharing;
	if (row->verdict == SHARE_HAS)
		return store_parcel_drop(sharing->store, row->message->id, row->to->id,
					 sharing->complaint);
	return row->verdict == SHARE_GOES ? note_waiting(sending, row) : OK;
}

/* ---- what leaves ---- */

static int leave_as_file(const struct sharing *sharing, const struct parcel *parcel,
			 const struct text *octets, struct complaint *complaint)
{
	char name[PARCEL_NAME_ROOM];
	char path[PATH_ROOM];
	parcel_name(parcel, name);
	const int length =
		snprintf(path, sizeof(path), "%s/%s", options_text(sharing->options, "out"), name);
	if (length < 0 || (size_t)length >= sizeof(path))
		return complain(complaint, ERR_ARGUMENT, "--out: the path is too long");
	return file_write(path, text_get(octets), octets->length, complaint);
}

static int leave_as_mail(const struct sharing *sharing, const struct parcel *parcel,
			 const struct text *octets, struct complaint *complaint)
{
	char key[PARCEL_KEY_ROOM];
	parcel_key(parcel, octets, key);
	const struct share_mail mail = {
		.from = sharing->settings.from,
		.to = share_target_of(sharing, parcel->to)->chosen->value,
		.key = key,
		.date_s = parcel->now_s,
		.is_sealed = parcel->is_sealed,
		.octets = octets,
	};
	struct text text;
	text_init(&text, SHARE_MAIL_MAX);
	int error = share_mail_write(&mail, &text);
	if (error == OK)
		error = courier_mail(&sharing->settings, mail.to,
				     (struct courier_octets){text_get(&text), text.length},
				     complaint);
	text_release(&text);
	return error;
}

static int leave_by_webhook(const struct sharing *sharing, const struct parcel *parcel,
			    const struct text *octets, struct complaint *complaint)
{
	char key[PARCEL_KEY_ROOM];
	parcel_key(parcel, octets, key);
	const struct courier_post post = {
		.url = share_target_of(sharing, parcel->to)->chosen->value,
		.ca = options_text(sharing->options, "ca"),
		.key = key,
		.body = {text_get(octets), octets->length},
	};
	return courier_post(&post, complaint);
}

static int carry(struct sending *sending, const struct parcel *parcel, const struct text *octets,
		 struct complaint *complaint)
{
	const struct sharing *sharing = sending->sharing;
	assert(sharing->has_left && octets->length > 0);
	if (sharing->way == WAY_FILES)
		return leave_as_file(sharing, parcel, octets, complaint);
	const int error = sharing->way == WAY_MAIL
				  ? leave_as_mail(sharing, parcel, octets, complaint)
				  : leave_by_webhook(sharing, parcel, octets, complaint);
	if (error == ERR_TIMEOUT || error == ERR_NETWORK || error == ERR_CRYPTO) {
		sending->is_down = true;
		sending->down_to = parcel->to;
	}
	return error;
}

/* What goes wrong with one message is in its row; only what concerns all of them is returned. */
static int leave(struct sending *sending, struct share_row *row)
{
	struct sharing *sharing = sending->sharing;
	const struct parcel parcel = parcel_of(sharing, row);
	struct fault fault = {OK, {""}};
	struct text octets;
	assert(row->verdict == SHARE_GOES);
	sharing->has_left = true;
	text_init(&octets, PARCEL_OCTETS_MAX);
	const int error = make_octets(sending, &parcel, &octets, &fault);
	if (error == OK && fault.error == OK)
		fault.error = carry(sending, &parcel, &octets, &fault.complaint);
	text_release(&octets);
	if (error != OK)
		return error;
	row->verdict = fault.error == OK ? SHARE_SENT : SHARE_FAILED;
	if (fault.error == OK)
		return note(sending, row, DELIVERY_SENT);
	row->reason = arena_text(&sharing->arena, fault.complaint.text[0] == '\0'
							  ? error_text(fault.error)
							  : fault.complaint.text);
	if (row->reason == NULL)
		return complain(sharing->complaint, ERR_MEMORY, "out of memory");
	return note(sending, row, DELIVERY_FAILED);
}

/* Each try may take a minute; the rest waits until the next time. */
static bool is_in_vain(const struct sending *sending, const struct share_row *row)
{
	return sending->is_down &&
	       (sending->sharing->way == WAY_MAIL || sending->down_to == row->to);
}

/* What has not left by now stays noted as waiting. */
static void leave_none(struct sharing *sharing, const char *reason)
{
	for (size_t i = 0; i < sharing->row_count; i++) {
		if (sharing->rows[i].verdict != SHARE_GOES)
			continue;
		sharing->rows[i].verdict = SHARE_FAILED;
		sharing->rows[i].reason = reason;
	}
}

/* Files are noted together: one sync; what is sent to others, one by one. */
static int leave_all(struct sending *sending)
{
	struct sharing *sharing = sending->sharing;
	int error = OK;
	for (size_t i = 0; error == OK && i < sharing->row_count; i++) {
		if (sharing->rows[i].verdict != SHARE_GOES)
			continue;
		if (signals_ask_to_end(sending->signals)) {
			sharing->is_interrupted = true;
			sharing->has_left = true;
			leave_none(sharing, "interrupted before it left; it waits");
			break;
		}
		if (is_in_vain(sending, &sharing->rows[i])) {
			sharing->rows[i].verdict = SHARE_FAILED;
			sharing->rows[i].reason = "not tried, since one before did not get through";
			continue;
		}
		error = leave(sending, &sharing->rows[i]);
		if (error == OK && sharing->way != WAY_FILES)
			error = store_commit(sharing->store, sharing->complaint);
	}
	if (error == OK)
		error = store_commit(sharing->store, sharing->complaint);
	if (error != OK)
		leave_none(sharing, "not tried, since what left cannot be noted");
	return error;
}

int share_send(struct sharing *sharing)
{
	struct sending sending = {.sharing = sharing};
	int error = OK;
	assert(sharing->way != WAY_NONE);
	error = signals_open(&sending.signals);
	if (error != OK)
		return complain(sharing->complaint, error, "%s", error_text(error));
	random_system(&sending.random);
	if (sharing->way == WAY_FILES)
		error = folder_make(options_text(sharing->options, "out"), sharing->complaint);
	for (size_t i = 0; error == OK && i < sharing->row_count; i++)
		error = prepare(&sending, &sharing->rows[i]);
	if (error == OK)
		error = store_commit(sharing->store, sharing->complaint);
	if (error == OK)
		error = leave_all(&sending);
	signals_close(sending.signals);
	explicit_bzero(&sending.random, sizeof(sending.random));
	return error;
}
