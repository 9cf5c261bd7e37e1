/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines, age files, and which of all kinds a file is. */
#include "gather/inbox/inbox_private.h"
#include "gather/inbox/mime.h"
#include "model/case_message.h"

#include <assert.h>
#include <string.h>

/* A message's members are in order of their names, so that "after" is first: a list, while a party
 * file has a text or null there (docs/format/message.md, party.md). */
#define MESSAGE_BEGIN "{\"after\":["
#define PARTY_BEGIN "{\"after\":"

static bool begins(const char *octets, size_t size, const char *with)
{
	return size >= strlen(with) && memcmp(octets, with, strlen(with)) == 0;
}

int inbox_give(const struct origin *origin, struct inbox_item *item)
{
	struct inbox *inbox = origin->inbox;
	bool is_kept = false;
	if (origin->words->error != OK)
		return complain(inbox->complaint, origin->words->error, "cannot name a place: %s",
				error_text(origin->words->error));
	if (inbox->items >= INBOX_ITEMS_MAX) {
		inbox->is_full = true;
		return complain(inbox->complaint, ERR_LIMIT, "more than %u messages at once",
				INBOX_ITEMS_MAX);
	}
	/* inbox_mail says so. */
	if (inbox->is_in_mail && inbox->mail_room == 0) {
		inbox->is_mail_full = true;
		return ERR_LIMIT;
	}
	inbox->mail_room -= inbox->is_in_mail;
	inbox->given++;
	assert((item->octets == NULL) == (item->error != OK));
	item->origin = text_get(origin->words);
	item->was_sealed = origin->was_sealed;
	item->is_from_mail = inbox->is_from_mail;
	/* Its number when it was read to its end. */
	item->mail = inbox->is_in_new ? inbox->mail_count + 1 : 0;
	const int error = inbox->reader.take(inbox->reader.context, item, &is_kept);
	inbox->kept += is_kept;
	inbox->items += is_kept || !inbox->is_from_mail;
	return error;
}

int inbox_refuse(const struct origin *origin, int error, const char *reason)
{
	struct inbox_item item = {.error = error, .reason = reason};
	assert(error < 0);
	if (error == ERR_MEMORY)
		return complain(origin->inbox->complaint, error, "%s", reason);
	return inbox_give(origin, &item);
}

void inbox_cut(struct text *words, size_t length)
{
	if (words->error == OK && words->length > length) {
		words->length = length;
		words->data[length] = '\0';
	}
}

static int give_line(const struct origin *origin, const char *line, size_t length, size_t number)
{
	const size_t before = origin->words->length;
	const bool is_message = begins(line, length, MESSAGE_BEGIN);
	struct inbox_item item = {.octets = line,
				  .size = length,
				  .is_party = !is_message && begins(line, length, PARTY_BEGIN)};
	if (origin->is_mail && !is_message && !item.is_party)
		return OK;
	assert(length > 0 && number > 0);
	text_format(origin->words, ", line %zu", number);
	const int error =
		length > CASE_MESSAGE_OCTETS_MAX
			? inbox_refuse(origin, ERR_LIMIT, "more octets than a message may have")
			: inbox_give(origin, &item);
	inbox_cut(origin->words, before);
	return error;
}

int inbox_lines(const struct origin *origin, const char *octets, size_t size)
{
	size_t number = 0;
	for (size_t at = 0; at < size;) {
		const char *stop = memchr(octets + at, '\n', size - at);
		size_t length = stop == NULL ? size - at : (size_t)(stop - octets) - at;
		const size_t taken = stop == NULL ? length : length + 1;
		if (length > 0 && octets[at + length - 1] == '\r')
			length--;
		number++;
		const int error = length == 0 ? OK : give_line(origin, octets + at, length, number);
		if (error != OK)
			return error;
		at += taken;
	}
	return OK;
}

int inbox_sealed(const struct origin *origin, const char *octets, size_t size)
{
	struct complaint complaint = {""};
	struct age_buffer plain = {0};
	struct age_identities identities = *origin->inbox->reader.identities;
	struct origin within = *origin;
	static_assert(INBOX_PLAIN_MAX > CASE_MESSAGE_OCTETS_MAX, "a full message fits");
	identities.plain_max = INBOX_PLAIN_MAX;
	within.was_sealed = true;
	within.is_mail = false;
	if (identities.count == 0)
		return inbox_refuse(origin, ERR_PERMISSION,
				    "it is sealed; --key FILE names the key that opens it");
	int error = age_open(&identities, (struct age_octets){(const uint8_t *)octets, size},
			     &complaint, &plain);
	if (error != OK)
		return inbox_refuse(origin, error, complaint.text);
	error = plain.size == 0 ? inbox_refuse(origin, ERR_FORMAT, "sealed, and nothing is in it")
				: inbox_lines(&within, (const char *)plain.data, plain.size);
	age_buffer_release(&plain);
	return error;
}

int inbox_octets(const struct origin *origin, const char *octets, size_t size)
{
	if (size == 0)
		return inbox_refuse(origin, ERR_FORMAT, "empty");
	if (age_is_sealed((struct age_octets){(const uint8_t *)octets, size}))
		return inbox_sealed(origin, octets, size);
	if (octets[0] == '{')
		return inbox_lines(origin, octets, size);
	if (begins(octets, size, "From "))
		return inbox_mbox(origin, octets, size);
	if (mime_is_mail(octets, size))
		return inbox_mail(origin, octets, size);
	return inbox_refuse(origin, ERR_FORMAT,
			    "neither a message, an age file, a mail nor an mbox file");
}
