/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gather/inbox/mime_private.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

/* Printed characters but the colon (RFC 5322 s3.6.8). */
static bool is_name(char character)
{
	return character > 0x20 && character < 0x7f && character != ':';
}

/* Of a type, a parameter (RFC 2045 s5.1). */
static bool is_token(char character)
{
	return character > 0x20 && character < 0x7f &&
	       strchr("()<>@,;:\\\"/[]?=", character) == NULL;
}

static char lower(char character)
{
	return character >= 'A' && character <= 'Z' ? (char)(character - 'A' + 'a') : character;
}

size_t mime_line(const char *octets, size_t size, size_t start, size_t *ret_length)
{
	assert(start < size);
	const char *stop = memchr(octets + start, '\n', size - start);
	size_t length = stop == NULL ? size - start : (size_t)(stop - octets) - start;
	const size_t taken = stop == NULL ? length : length + 1;
	if (length > 0 && octets[start + length - 1] == '\r')
		length--;
	*ret_length = length;
	return taken;
}

bool mime_is_mail(const char *octets, size_t size)
{
	size_t length;
	if (size == 0)
		return false;
	(void)mime_line(octets, size, 0, &length);
	size_t i = 0;
	while (i < length && is_name(octets[i]))
		i++;
	return i > 0 && i < length && octets[i] == ':';
}

/* Comments (which nest, RFC 5322 s3.2.2) and white space. */
static const char *skip_space(const char *text)
{
	unsigned depth = 0;
	for (; *text != '\0'; text++) {
		if (depth > 0 && *text == '\\' && text[1] != '\0')
			text++;
		else if (*text == '(')
			depth++;
		else if (depth > 0 && *text == ')')
			depth--;
		else if (depth == 0 && *text != ' ' && *text != '\t')
			break;
	}
	return text;
}

/* In lower case; cut when it is longer than there is room. */
static const char *take_token(const char *text, char *word, size_t room)
{
	size_t length = 0;
	assert(room > 0);
	for (; is_token(*text); text++) {
		if (length + 1 < room)
			word[length++] = lower(*text);
	}
	word[length] = '\0';
	return text;
}

/* A token or a quoted string, as it is; false when it is longer than there is room. */
static bool take_value(const char **text, char *value, size_t room)
{
	const char *at = *text;
	size_t length = 0;
	bool fits = true;
	assert(room > 0);
	const bool is_quoted = *at == '"';
	if (is_quoted)
		at++;
	for (; is_quoted ? *at != '\0' && *at != '"' : is_token(*at); at++) {
		if (is_quoted && *at == '\\' && at[1] != '\0')
			at++;
		if (length + 1 < room)
			value[length++] = *at;
		else
			fits = false;
	}
	if (is_quoted && *at == '"')
		at++;
	value[length] = '\0';
	*text = at;
	return fits;
}

static void read_type(const char *text, struct mime_header *header)
{
	char main_type[MIME_TYPE_MAX / 2];
	char sub_type[MIME_TYPE_MAX / 2];
	text = take_token(skip_space(text), main_type, sizeof(main_type));
	sub_type[0] = '\0';
	if (*text == '/')
		text = take_token(text + 1, sub_type, sizeof(sub_type));
	const size_t length = strlen(main_type);
	memcpy(header->type, main_type, length);
	header->type[length] = '/';
	memcpy(header->type + length + 1, sub_type, strlen(sub_type) + 1);
	for (;;) {
		char name[16];
		char value[MIME_BOUNDARY_MAX + 1];
		text = skip_space(text);
		if (*text != ';')
			return;
		text = skip_space(take_token(skip_space(text + 1), name, sizeof(name)));
		if (*text != '=')
			continue;
		text = skip_space(text + 1);
		if (take_value(&text, value, sizeof(value)) && strcmp(name, "boundary") == 0)
			memcpy(header->boundary, value, strlen(value) + 1);
	}
}

static void read_encoding(const char *text, struct mime_header *header)
{
	static const struct {
		const char *word;
		enum mime_encoding encoding;
	} words[] = {{"7bit", ENCODING_PLAIN},
		     {"8bit", ENCODING_PLAIN},
		     {"binary", ENCODING_PLAIN},
		     {"base64", ENCODING_BASE64},
		     {"quoted-printable", ENCODING_QUOTED}};
	char word[32];
	(void)take_token(skip_space(text), word, sizeof(word));
	header->encoding = ENCODING_OTHER;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(word, words[i].word) == 0)
			header->encoding = words[i].encoding;
	}
}

/* A field and the lines that go on with it: without line ends. Where it begins behind the name, or
 * NULL when it is another; a field that is longer is cut. */
static bool unfold(const char *octets, size_t size, const char *name, char *field)
{
	const size_t name_length = strlen(name);
	size_t used = 0;
	assert(name_length > 0);
	if (size <= name_length || strncasecmp(octets, name, name_length) != 0)
		return false;
	size_t i = name_length;
	while (i < size && (octets[i] == ' ' || octets[i] == '\t'))
		i++;
	if (i == size || octets[i] != ':')
		return false;
	for (i++; i < size && used + 1 < MIME_FIELD_MAX; i++) {
		if (octets[i] != '\r' && octets[i] != '\n' && octets[i] != '\0')
			field[used++] = octets[i];
	}
	field[used] = '\0';
	return true;
}

/* The size of the field that begins at `start`, with the lines that go on with it. */
static size_t field_size(const char *octets, size_t size, size_t start)
{
	size_t end = start;
	size_t length;
	assert(start < size);
	do {
		end += mime_line(octets, size, end, &length);
	} while (end < size && (octets[end] == ' ' || octets[end] == '\t'));
	return end - start;
}

int mime_header_read(const char *octets, size_t size, struct complaint *complaint,
		     struct mime_header *ret_header)
{
	struct mime_header header = {.type = "text/plain", .encoding = ENCODING_PLAIN};
	char field[MIME_FIELD_MAX];
	size_t at = 0;
	while (at < size) {
		size_t length;
		const size_t taken = mime_line(octets, size, at, &length);
		if (length == 0) {
			header.size = at + taken;
			*ret_header = header;
			return OK;
		}
		const size_t whole = field_size(octets, size, at);
		if (at + whole > MIME_HEADER_MAX)
			return complain(complaint, ERR_LIMIT,
					"the header is longer than %zu octets", MIME_HEADER_MAX);
		if (unfold(octets + at, whole, "content-type", field))
			read_type(field, &header);
		else if (unfold(octets + at, whole, "content-transfer-encoding", field))
			read_encoding(field, &header);
		at += whole;
	}
	/* A header without a body, as of an empty part. */
	header.size = size;
	*ret_header = header;
	return OK;
}
