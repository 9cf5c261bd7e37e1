/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/forms.h"

#include "base/text.h"
#include "dns/wire/name.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

bool form_is_domain(const char *text)
{
	struct name name;
	char again[NAME_TEXT_MAX];
	const size_t length = strlen(text);
	if (length == 0 || length >= NAME_TEXT_MAX - 1 || text[length - 1] == '.' ||
	    name_from_text(text, &name, NULL) != OK || name_is_root(name.octets))
		return false;
	name_lower(name.octets);
	(void)name_to_text(name.octets, again);
	return strncmp(again, text, length) == 0 && strcmp(again + length, ".") == 0;
}

bool form_is_under(const char *name, const char *ancestor)
{
	struct name own, other;
	return name_from_text(name, &own, NULL) == OK &&
	       name_from_text(ancestor, &other, NULL) == OK &&
	       (name_equal(own.octets, other.octets) || name_is_under(own.octets, other.octets));
}

/* ---- addresses ---- */

static bool read_address(const char *text, struct form_prefix *prefix)
{
	char again[INET6_ADDRSTRLEN];
	struct form_prefix read = {.family = strchr(text, ':') != NULL ? 6 : 4};
	const int family = read.family == 6 ? AF_INET6 : AF_INET;
	read.bits = read.family == 6 ? 128 : 32;
	if (inet_pton(family, text, read.octets) != 1 ||
	    inet_ntop(family, read.octets, again, sizeof(again)) == NULL ||
	    strcmp(again, text) != 0)
		return false;
	*prefix = read;
	return true;
}

bool form_is_address(const char *text)
{
	struct form_prefix ignored;
	return read_address(text, &ignored);
}

static bool has_bit(const struct form_prefix *prefix, unsigned bit)
{
	assert(bit < 128);
	return (prefix->octets[bit / 8] >> (7 - bit % 8) & 1) != 0;
}

bool form_prefix_read(const char *text, bool may_be_address, struct form_prefix *ret_prefix)
{
	char address[INET6_ADDRSTRLEN];
	struct form_prefix prefix;
	uint64_t bits = 0;
	const char *slash = strchr(text, '/');
	if (slash == NULL)
		return may_be_address && read_address(text, ret_prefix);
	const size_t length = (size_t)(slash - text);
	if (length >= sizeof(address))
		return false;
	memcpy(address, text, length);
	address[length] = '\0';
	if (!read_address(address, &prefix) ||
	    number_from_text(slash + 1, 0, prefix.bits, &bits) != OK ||
	    (slash[1] == '0' && slash[2] != '\0'))
		return false;
	for (unsigned bit = (unsigned)bits; bit < prefix.bits; bit++) {
		if (has_bit(&prefix, bit))
			return false;
	}
	prefix.bits = (unsigned)bits;
	*ret_prefix = prefix;
	return true;
}

bool form_prefix_covers(const struct form_prefix *prefix, const struct form_prefix *other)
{
	if (prefix->family != other->family || prefix->bits > other->bits)
		return false;
	for (unsigned bit = 0; bit < prefix->bits; bit++) {
		if (has_bit(prefix, bit) != has_bit(other, bit))
			return false;
	}
	return true;
}

/* ---- indicators ---- */

static bool is_prefix(const char *text)
{
	struct form_prefix ignored;
	return form_prefix_read(text, false, &ignored);
}

static bool is_network(const char *text)
{
	uint64_t number = 0;
	return number_from_text(text, 1, UINT32_MAX, &number) == OK && text[0] != '0';
}

static bool is_key(const char *text)
{
	return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

bool form_is_indicator(const char *text)
{
	static const struct {
		const char *kind;
		bool (*is_value)(const char *text);
	} kinds[] = {
		{"domain:", form_is_domain},
		{"ns:", form_is_domain},
		{"mx:", form_is_domain},
		{"ip:", form_is_address},
		{"prefix:", is_prefix},
		{"as:", is_network},
		{"key:", is_key},
	};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const size_t length = strlen(kinds[i].kind);
		if (strncmp(text, kinds[i].kind, length) == 0)
			return kinds[i].is_value(text + length);
	}
	return false;
}

/* ---- what people read ---- */

/* What turns the direction: U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069, U+061C; ends lines:
 * U+2028 and U+2029; is not seen, so that two names look alike: U+00AD, U+200B, U+2060 to U+2064,
 * U+FEFF. Joiners (U+200C, U+200D) belong to what people write. */
static bool misleads(const uint8_t *octets, size_t size)
{
	if (size == 2)
		return (octets[0] == 0xd8 && octets[1] == 0x9c) ||
		       (octets[0] == 0xc2 && octets[1] == 0xad);
	if (size == 3 && octets[0] == 0xef)
		return octets[1] == 0xbb && octets[2] == 0xbf;
	if (size != 3 || octets[0] != 0xe2)
		return false;
	if ((octets[1] == 0x80 && octets[2] == 0x8b) ||
	    (octets[1] == 0x81 && octets[2] >= 0xa0 && octets[2] <= 0xa4))
		return true;
	return (octets[1] == 0x80 && (octets[2] == 0x8e || octets[2] == 0x8f ||
				      (octets[2] >= 0xa8 && octets[2] <= 0xae))) ||
	       (octets[1] == 0x81 && octets[2] >= 0xa6 && octets[2] <= 0xa9);
}

static bool is_readable(const char *text, size_t octets_max, bool may_have_lines)
{
	const uint8_t *octets = (const uint8_t *)text;
	const size_t length = strlen(text);
	if (length == 0 || length > octets_max || strchr(" \n", text[0]) != NULL ||
	    strchr(" \n", text[length - 1]) != NULL)
		return false;
	for (size_t at = 0; at < length;) {
		const size_t size = utf8_size(octets + at, length - at);
		const bool is_line_end = text[at] == '\n' && may_have_lines;
		if (size == 0 || misleads(octets + at, size) ||
		    (utf8_is_control(octets + at) && !is_line_end))
			return false;
		at += size;
	}
	return true;
}

bool form_is_line(const char *text, size_t octets_max)
{
	return is_readable(text, octets_max, false);
}

bool form_is_text(const char *text, size_t octets_max)
{
	return is_readable(text, octets_max, true);
}

bool form_is_time(const char *text, int64_t *ret_unix_seconds)
{
	char again[TIME_TEXT_MAX];
	int64_t seconds = 0;
	if (time_from_text(text, &seconds) != OK || seconds < 0)
		return false;
	time_to_text(seconds, again);
	if (strcmp(again, text) != 0)
		return false;
	*ret_unix_seconds = seconds;
	return true;
}
