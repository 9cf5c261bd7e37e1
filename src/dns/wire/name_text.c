/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/excerpt_private.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <string.h>

static bool is_digit(char octet)
{
	return octet >= '0' && octet <= '9';
}

/* What every reader of names takes as it is: zone files, lists with comments, libzscanner, which
 * wants the rest of what is printable escaped in an owner. */
static bool stands_plain(uint8_t octet)
{
	return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') ||
	       (octet >= '0' && octet <= '9') || (octet != '\0' && strchr("-_*/", octet) != NULL);
}

/* The octet that `text` stands for; returns how many characters it took, 0 when malformed. */
static size_t read_octet(const char *text, uint8_t *ret_octet)
{
	if (text[0] != '\\') {
		/* White space, quotes and the like must be escaped: they never are meant. */
		const uint8_t octet = (uint8_t)text[0];
		if (octet <= ' ' || octet > '~' || strchr("\"();", octet) != NULL)
			return 0;
		*ret_octet = octet;
		return 1;
	}
	if (is_digit(text[1]) && is_digit(text[2]) && is_digit(text[3])) {
		const int value = (text[1] - '0') * 100 + (text[2] - '0') * 10 + (text[3] - '0');
		*ret_octet = (uint8_t)value;
		return value <= UINT8_MAX ? 4 : 0;
	}
	if (text[1] < ' ' || text[1] > '~' || is_digit(text[1]))
		return 0;
	*ret_octet = (uint8_t)text[1];
	return 2;
}

static int refuse_octet(const char *whole, const char *at, struct complaint *complaint)
{
	const struct excerpt excerpt = excerpt_of(whole, strlen(whole));
	if (at[0] == '\\')
		return complain(complaint, ERR_FORMAT,
				"name '%s': bad escape after %zu characters, write \\DDD with DDD "
				"at most 255",
				excerpt.text, (size_t)(at - whole));
	return complain(complaint, ERR_FORMAT,
			"name '%s': octet 0x%02x after %zu characters cannot stand in a name, "
			"write it as \\%03u",
			excerpt.text, (unsigned)(uint8_t)at[0], (size_t)(at - whole),
			(unsigned)(uint8_t)at[0]);
}

static int refuse_label(const char *whole, int code, const char *what, struct complaint *complaint)
{
	const struct excerpt excerpt = excerpt_of(whole, strlen(whole));
	return complain(complaint, code, "name '%s': %s", excerpt.text, what);
}

/* One label up to its dot or the end, appended to `name` at *size. Moves *text behind it. */
static int read_label(const char *whole, const char **text, struct name *name, size_t *size,
		      struct complaint *complaint)
{
	const char *at = *text;
	size_t length = 0;
	while (*at != '\0' && *at != '.') {
		uint8_t octet;
		const size_t taken = read_octet(at, &octet);
		if (taken == 0)
			return refuse_octet(whole, at, complaint);
		if (++length > LABEL_MAX_OCTETS)
			return refuse_label(whole, ERR_LIMIT, "a label has more than 63 octets",
					    complaint);
		/* The length octet before, this one, and the root after it. */
		if (*size + length + 1 >= NAME_MAX_OCTETS)
			return refuse_label(whole, ERR_LIMIT,
					    "longer than 255 octets, the most a name can have",
					    complaint);
		name->octets[*size + length] = octet;
		at += taken;
	}
	if (length == 0)
		return refuse_label(whole, ERR_FORMAT, "an empty label, remove the extra dot",
				    complaint);
	name->octets[*size] = (uint8_t)length;
	*size += length + 1;
	assert(*size < NAME_MAX_OCTETS);
	*text = *at == '.' ? at + 1 : at;
	return OK;
}

int name_from_text(const char *text, struct name *ret_name, struct complaint *complaint)
{
	struct name name;
	size_t size = 0;
	const char *at = text;
	if (*text == '\0')
		return complain(complaint, ERR_FORMAT, "an empty name, write '.' for the root");
	if (strcmp(text, ".") == 0)
		at++;
	while (*at != '\0') {
		const int error = read_label(text, &at, &name, &size, complaint);
		if (error != OK)
			return error;
	}
	name.octets[size++] = 0;
	assert(name_is_valid(name.octets, size));
	memcpy(ret_name->octets, name.octets, size);
	return OK;
}

static char *write_octet(char *text, uint8_t octet)
{
	if (octet <= ' ' || octet > '~') {
		*text++ = '\\';
		*text++ = (char)('0' + octet / 100);
		*text++ = (char)('0' + octet / 10 % 10);
		*text++ = (char)('0' + octet % 10);
		return text;
	}
	if (!stands_plain(octet))
		*text++ = '\\';
	*text++ = (char)octet;
	return text;
}

char *name_to_text(const uint8_t *name, char ret_text[NAME_TEXT_MAX])
{
	static_assert((NAME_MAX_OCTETS - 1) * 4 + 1 <= NAME_TEXT_MAX, "all escaped");
	char *at = ret_text;
	if (*name == 0)
		*at++ = '.';
	for (; *name != 0; name += (size_t)*name + 1) {
		assert(*name <= LABEL_MAX_OCTETS);
		for (size_t i = 1; i <= *name; i++)
			at = write_octet(at, name[i]);
		*at++ = '.';
		assert(at - ret_text < NAME_TEXT_MAX);
	}
	*at = '\0';
	return ret_text;
}
