/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 7468 s3, the strict form: lines of 64 characters, the last one shorter or as long, padding.
 */
#include "base/memory.h"
#include "seal/age_private.h"

#include <assert.h>
#include <string.h>

#define BEGIN_LINE "-----BEGIN AGE ENCRYPTED FILE-----"
#define END_LINE "-----END AGE ENCRYPTED FILE-----"
#define LINE_CHARACTERS 64u
#define LINE_OCTETS 48u /* of data in a full line */

static bool is_white(uint8_t octet)
{
	return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
}

static struct age_octets trim(struct age_octets text)
{
	while (text.size > 0 && is_white(text.data[0])) {
		text.data++;
		text.size--;
	}
	while (text.size > 0 && is_white(text.data[text.size - 1]))
		text.size--;
	return text;
}

bool age_is_armoured(struct age_octets octets)
{
	const struct age_octets text = trim(octets);
	return text.size >= strlen(BEGIN_LINE) &&
	       memcmp(text.data, BEGIN_LINE, strlen(BEGIN_LINE)) == 0;
}

int age_armour(struct age_octets sealed, struct age_buffer *ret_armoured)
{
	struct text out;
	struct age_buffer armoured = {0};
	char line[LINE_CHARACTERS + 1];
	int error = OK;
	assert(sealed.size > 0);
	text_init(&out, 2 * (AGE_PLAIN_MAX + AGE_HEADER_MAX));
	text_add(&out, BEGIN_LINE "\n");
	for (size_t at = 0; at < sealed.size && error == OK; at += LINE_OCTETS) {
		const size_t here = sealed.size - at < LINE_OCTETS ? sealed.size - at : LINE_OCTETS;
		error = base64_from_octets(sealed.data + at, here, line, sizeof(line));
		text_add(&out, line);
		text_add_char(&out, '\n');
	}
	text_add(&out, END_LINE "\n");
	if (error == OK)
		error = out.error;
	if (error == OK)
		error = buffer_take(out.length, &armoured);
	if (error == OK) {
		memcpy(armoured.data, text_get(&out), out.length);
		*ret_armoured = armoured;
	}
	text_release(&out);
	return error;
}

/* The next line without its end; the end is the same on all lines. */
struct lines {
	const uint8_t *next;
	const uint8_t *end;
	bool has_returns;
};

static bool take_line(struct lines *lines, struct age_octets *ret_line)
{
	const size_t left = (size_t)(lines->end - lines->next);
	const uint8_t *end = left == 0 ? NULL : memchr(lines->next, '\n', left);
	if (left == 0)
		return false;
	const uint8_t *stop = end == NULL ? lines->end : end;
	*ret_line = (struct age_octets){lines->next, (size_t)(stop - lines->next)};
	lines->next = end == NULL ? stop : end + 1;
	if (end != NULL && lines->has_returns) {
		if (ret_line->size == 0 || ret_line->data[ret_line->size - 1] != '\r')
			return false;
		ret_line->size--;
	}
	return true;
}

static bool is_line(struct age_octets line, const char *text)
{
	return line.size == strlen(text) && memcmp(line.data, text, line.size) == 0;
}

/* All lines but the last are full, and only the last has padding. */
static int decode(struct lines *lines, struct age_buffer *sealed)
{
	struct age_octets line = {0};
	size_t at = 0;
	bool is_ended = false;
	while (take_line(lines, &line) && !is_line(line, END_LINE)) {
		size_t size = 0;
		if (is_ended || line.size == 0 || line.size > LINE_CHARACTERS ||
		    base64_to_octets((const char *)line.data, line.size, sealed->data + at,
				     sealed->size - at, &size) != OK)
			return ERR_FORMAT;
		is_ended = size < LINE_OCTETS;
		at += size;
	}
	if (!is_line(line, END_LINE) || lines->next != lines->end || at == 0)
		return ERR_FORMAT;
	sealed->size = at;
	return OK;
}

int age_unarmour(struct age_octets armoured, struct complaint *complaint,
		 struct age_buffer *ret_sealed)
{
	const struct age_octets text = trim(armoured);
	struct age_buffer sealed = {0};
	struct age_octets line = {0};
	struct lines lines = {.next = text.data, .end = text.data + text.size};
	if (text.size > 0) {
		const uint8_t *end = memchr(text.data, '\n', text.size);
		lines.has_returns = end != NULL && end > text.data && end[-1] == '\r';
	}
	if (text.size == 0 || !take_line(&lines, &line) || !is_line(line, BEGIN_LINE))
		return complain(complaint, ERR_FORMAT, "sealed file: no ASCII armour of age");
	if (buffer_take(text.size / 4 * 3 + 3, &sealed) != OK)
		return complain(complaint, ERR_MEMORY, "sealed file: out of memory");
	const int error = decode(&lines, &sealed);
	if (error != OK) {
		age_buffer_release(&sealed);
		return complain(complaint, error,
				"sealed file: its ASCII armour is damaged; get it again, best as a "
				"file");
	}
	*ret_sealed = sealed;
	return OK;
}
