/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transfer encodings (RFC 2045 s6.7, s6.8) undone. */
#include "base/memory.h"
#include "gather/inbox/mime_private.h"

#include <assert.h>
#include <string.h>

/* White space between is passed over; anything else that is no base64 is not. */
static int decode_base64(const char *octets, size_t size, struct text *out)
{
	size_t length = 0;
	size_t decoded = 0;
	assert(size < SIZE_MAX);
	char *packed = memory_take(size + 1);
	uint8_t *plain = memory_take(size + 1);
	int error = packed == NULL || plain == NULL ? ERR_MEMORY : OK;
	for (size_t i = 0; error == OK && i < size; i++) {
		if (strchr(" \t\r\n", octets[i]) == NULL || octets[i] == '\0')
			packed[length++] = octets[i];
	}
	if (error == OK && length > 0)
		error = base64_to_octets(packed, length, plain, size + 1, &decoded);
	if (error == OK)
		text_add_octets(out, (const char *)plain, decoded);
	else if (error != ERR_MEMORY)
		error = ERR_FORMAT;
	memory_give(packed);
	memory_give(plain);
	return error == OK ? out->error : error;
}

static int hex_value(char character)
{
	if (character >= '0' && character <= '9')
		return character - '0';
	if (character >= 'A' && character <= 'F')
		return character - 'A' + 10;
	return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
}

/* One line without its end; true where the line goes on with the next one. */
static bool decode_quoted_line(const char *line, size_t length, struct text *out)
{
	while (length > 0 && (line[length - 1] == ' ' || line[length - 1] == '\t'))
		length--;
	for (size_t i = 0; i < length; i++) {
		if (line[i] != '=') {
			text_add_char(out, line[i]);
			continue;
		}
		if (i + 1 == length)
			return true;
		const int high = i + 2 < length ? hex_value(line[i + 1]) : -1;
		const int low = i + 2 < length ? hex_value(line[i + 2]) : -1;
		if (high < 0 || low < 0) {
			text_add_char(out, line[i]); /* s6.7: shown as it is */
			continue;
		}
		const char octet = (char)(high * 16 + low);
		text_add_octets(out, &octet, 1);
		i += 2;
	}
	return false;
}

static int decode_quoted(const char *octets, size_t size, struct text *out)
{
	for (size_t at = 0; at < size;) {
		size_t length;
		const size_t taken = mime_line(octets, size, at, &length);
		const bool goes_on = decode_quoted_line(octets + at, length, out);
		if (!goes_on && octets[at + taken - 1] == '\n')
			text_add_char(out, '\n');
		at += taken;
	}
	return out->error;
}

int mime_decode(enum mime_encoding encoding, const char *octets, size_t size, struct text *out)
{
	assert(out != NULL && out->length == 0);
	switch (encoding) {
	case ENCODING_PLAIN:
		text_add_octets(out, octets, size);
		return out->error;
	case ENCODING_BASE64:
		return decode_base64(octets, size, out);
	case ENCODING_QUOTED:
		return decode_quoted(octets, size, out);
	case ENCODING_OTHER:
		break;
	}
	return ERR_UNSUPPORTED;
}
