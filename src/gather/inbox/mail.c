/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mails, one and many in an mbox file. */
#include "gather/inbox/inbox_private.h"
#include "gather/inbox/mime.h"

#include <assert.h>
#include <string.h>

#define ARMOUR_BEGIN "-----BEGIN AGE ENCRYPTED FILE-----"
#define ARMOUR_END "-----END AGE ENCRYPTED FILE-----"

static bool is_line(const char *octets, size_t length, const char *words)
{
	while (length > 0 && strchr(" \t\r", octets[length - 1]) != NULL)
		length--;
	return length == strlen(words) && memcmp(octets, words, length) == 0;
}

struct block {
	size_t start, end; /* its lines, first and behind last */
	bool is_whole;
};

/* The next block of armour from `at`; false: there is none. */
static bool find_block(const char *octets, size_t size, size_t at, struct block *ret_block)
{
	bool has_begun = false;
	while (at < size) {
		const char *stop = memchr(octets + at, '\n', size - at);
		const size_t length = stop == NULL ? size - at : (size_t)(stop - octets) - at;
		const size_t next = stop == NULL ? size : at + length + 1;
		if (!has_begun && is_line(octets + at, length, ARMOUR_BEGIN)) {
			has_begun = true;
			ret_block->start = at;
		} else if (has_begun && is_line(octets + at, length, ARMOUR_END)) {
			ret_block->end = next;
			ret_block->is_whole = true;
			return true;
		}
		at = next;
	}
	ret_block->end = size;
	ret_block->is_whole = false;
	return has_begun;
}

/* Text with blocks of armour in it; the lines between are looked at too. */
static int read_text(const struct origin *origin, const char *octets, size_t size)
{
	size_t at = 0;
	struct block block = {0};
	int error = OK;
	while (error == OK && find_block(octets, size, at, &block)) {
		assert(block.start >= at && block.end > block.start && block.end <= size);
		error = inbox_lines(origin, octets + at, block.start - at);
		if (error == OK && !block.is_whole)
			error = inbox_refuse(origin, ERR_FORMAT,
					     "a sealed block without its last line: the mail was "
					     "cut on the way");
		else if (error == OK)
			error = inbox_sealed(origin, octets + block.start, block.end - block.start);
		at = block.end;
	}
	return error == OK ? inbox_lines(origin, octets + at, size - at) : error;
}

static int take_part(void *context, const struct mime_part *part)
{
	const struct origin *origin = context;
	const size_t before = origin->words->length;
	int error;
	text_format(origin->words, ", part %u", part->number);
	if (part->is_damaged)
		error = inbox_refuse(origin, ERR_FORMAT,
				     "its transfer encoding is damaged, or none that is known");
	else if (age_is_sealed((struct age_octets){(const uint8_t *)part->octets, part->size}) &&
		 !age_is_armoured((struct age_octets){(const uint8_t *)part->octets, part->size}))
		error = inbox_sealed(origin, part->octets, part->size);
	else
		error = read_text(origin, part->octets, part->size);
	inbox_cut(origin->words, before);
	return error;
}

static int read_mail(const struct origin *origin, const char *octets, size_t size)
{
	struct complaint complaint = {""};
	struct origin within = *origin;
	struct inbox *inbox = origin->inbox;
	assert(inbox->is_from_mail && size <= INBOX_MAIL_MAX);
	within.is_mail = true;
	inbox->mail_room = INBOX_MAIL_ITEMS_MAX;
	inbox->is_in_mail = true;
	inbox->is_mail_full = false;
	const int error = mime_read(octets, size, take_part, &within, &complaint);
	inbox->is_in_mail = false;
	if (inbox->is_mail_full)
		return inbox_refuse(origin, ERR_LIMIT,
				    "more than 64 messages in one mail; the rest of it is not "
				    "looked at");
	/* What the mail is at fault for has its sentence here; the rest told it already. */
	return error != OK && complaint.text[0] != '\0'
		       ? inbox_refuse(origin, error, complaint.text)
		       : error;
}

static int refuse_large(const struct origin *origin)
{
	return inbox_refuse(origin, ERR_LIMIT,
			    "a mail of more octets than are read of one (8 MiB)");
}

int inbox_mail(const struct origin *origin, const char *octets, size_t size)
{
	struct inbox *inbox = origin->inbox;
	inbox->is_from_mail = true;
	const int error =
		size > INBOX_MAIL_MAX ? refuse_large(origin) : read_mail(origin, octets, size);
	inbox->is_from_mail = false;
	return error;
}

/* "From ", or ">From " with more before it: a line that a mail may not have as it is. */
static bool is_quoted_from(const char *line, size_t length)
{
	size_t i = 0;
	while (i < length && line[i] == '>')
		i++;
	return i > 0 && length - i >= 5 && memcmp(line + i, "From ", 5) == 0;
}

/* The mail that begins at `at`, without its "From " line and with quoting undone; *ret_next is
 * where the next one begins. */
static void take_mail(const char *octets, size_t size, size_t at, struct text *mail,
		      size_t *ret_next)
{
	bool is_first = true;
	bool was_empty = false;
	while (at < size) {
		const char *stop = memchr(octets + at, '\n', size - at);
		const size_t next = stop == NULL ? size : (size_t)(stop - octets) + 1;
		const size_t length = next - at;
		const bool is_from = length >= 5 && memcmp(octets + at, "From ", 5) == 0;
		if (!is_first && is_from && was_empty)
			break;
		if (!is_first) {
			const size_t quote = is_quoted_from(octets + at, length) ? 1 : 0;
			text_add_octets(mail, octets + at + quote, length - quote);
		}
		was_empty = octets[at] == '\n' || (length == 2 && octets[at] == '\r');
		is_first = false;
		at = next;
	}
	*ret_next = at;
}

int inbox_mbox(const struct origin *origin, const char *octets, size_t size)
{
	const size_t before = origin->words->length;
	struct text mail;
	size_t number = 0;
	size_t at = 0;
	int error = OK;
	text_init(&mail, INBOX_MAIL_MAX + 1);
	while (error == OK && at < size) {
		text_reset(&mail);
		take_mail(octets, size, at, &mail, &at);
		number++;
		text_format(origin->words, ", mail %zu", number);
		origin->inbox->is_from_mail = true;
		if (mail.error == ERR_LIMIT)
			error = refuse_large(origin);
		else if (mail.error != OK)
			error = inbox_refuse(origin, mail.error, error_text(mail.error));
		else if (mail.length > 0)
			error = inbox_mail(origin, text_get(&mail), mail.length);
		origin->inbox->is_from_mail = false;
		inbox_cut(origin->words, before);
	}
	text_release(&mail);
	return error;
}
