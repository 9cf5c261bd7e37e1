/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/layout_private.h"
#include "dns/wire/name.h"
#include "dns/wire/present_private.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <arpa/inet.h>
#include <assert.h>
#include <time.h>

/* Writes one measured field; false when the value has no presentation form of its own. */
typedef bool field_writer(const uint8_t *octets, size_t size, struct text *text);

static uint32_t get_number(const uint8_t *octets, size_t size)
{
	uint32_t number = 0;
	assert(size <= 4);
	for (size_t i = 0; i < size; i++)
		number = number << 8 | octets[i];
	return number;
}

static bool write_number(const uint8_t *octets, size_t size, struct text *text)
{
	text_format(text, "%u", get_number(octets, size));
	return true;
}

/* RFC 9859 s2.1: NOTIFY is the one scheme that has a mnemonic. */
static bool write_scheme(const uint8_t *octets, size_t size, struct text *text)
{
	if (octets[0] != DSYNC_NOTIFY)
		return write_number(octets, size, text);
	text_add(text, "NOTIFY");
	return true;
}

static bool write_name(const uint8_t *octets, size_t size, struct text *text)
{
	char name[NAME_TEXT_MAX];
	assert(name_is_valid(octets, size));
	text_add(text, name_to_text(octets, name));
	return true;
}

static bool write_type(const uint8_t *octets, size_t size, struct text *text)
{
	char mnemonic[TYPE_TEXT_MAX];
	text_add(text, type_to_text((uint16_t)get_number(octets, size), mnemonic));
	return true;
}

/* RFC 4034 s3.2; the 32 bits are read as seconds up to the year 2106. */
static bool write_time(const uint8_t *octets, size_t size, struct text *text)
{
	const time_t seconds = (time_t)get_number(octets, size);
	struct tm tm;
	const struct tm *converted = gmtime_r(&seconds, &tm);
	assert(converted != NULL);
	text_format(text, "%04d%02d%02d%02d%02d%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
		    tm.tm_hour, tm.tm_min, tm.tm_sec);
	return true;
}

static bool write_address(const uint8_t *octets, size_t size, struct text *text)
{
	char buffer[INET6_ADDRSTRLEN];
	const int family = size == 4 ? AF_INET : AF_INET6;
	const char *written = inet_ntop(family, octets, buffer, sizeof(buffer));
	assert(written != NULL);
	text_add(text, written);
	return true;
}

static bool write_eui(const uint8_t *octets, size_t size, struct text *text)
{
	for (size_t i = 0; i < size; i++)
		text_format(text, i == 0 ? "%02x" : "-%02x", octets[i]);
	return true;
}

/* Four groups of four digits, RFC 6742 s2. */
static bool write_locator(const uint8_t *octets, size_t size, struct text *text)
{
	for (size_t i = 0; i < size; i += 2)
		text_format(text, i == 0 ? "%04x" : ":%04x", get_number(octets + i, 2));
	return true;
}

static bool write_hex(const uint8_t *octets, size_t size, struct text *text)
{
	char buffer[2 * 64 + 1];
	for (size_t at = 0; at < size; at += 64) {
		const size_t piece = size - at < 64 ? size - at : 64;
		const int error = hex_from_octets(octets + at, piece, buffer, sizeof(buffer));
		assert(error == OK);
		text_add(text, buffer);
	}
	return size > 0;
}

static bool write_base64(const uint8_t *octets, size_t size, struct text *text)
{
	/* Pieces of whole groups of three octets join without padding between them. */
	char buffer[4 * 64 + 1];
	for (size_t at = 0; at < size; at += 192) {
		const size_t piece = size - at < 192 ? size - at : 192;
		const int error = base64_from_octets(octets + at, piece, buffer, sizeof(buffer));
		assert(error == OK);
		text_add(text, buffer);
	}
	return size > 0;
}

static bool write_salt(const uint8_t *octets, size_t size, struct text *text)
{
	if (size > 1)
		return write_hex(octets + 1, size - 1, text);
	text_add_char(text, '-');
	return true;
}

static bool write_hash(const uint8_t *octets, size_t size, struct text *text)
{
	base32hex_to_text(octets + 1, size - 1, text);
	return true;
}

static bool write_text(const uint8_t *octets, size_t size, struct text *text)
{
	text_add_char(text, '"');
	octets_to_text(octets, size, text);
	text_add_char(text, '"');
	return true;
}

static bool write_string(const uint8_t *octets, size_t size, struct text *text)
{
	assert(size == (size_t)octets[0] + 1);
	return write_text(octets + 1, size - 1, text);
}

static bool write_strings(const uint8_t *octets, size_t size, struct text *text)
{
	for (size_t at = 0; at < size; at += (size_t)octets[at] + 1) {
		if (at > 0)
			text_add_char(text, ' ');
		(void)write_text(octets + at + 1, octets[at], text);
	}
	return true;
}

/* RFC 8659 s4.1 wants letters and digits; others could not be read back. */
static bool write_tag(const uint8_t *octets, size_t size, struct text *text)
{
	for (size_t i = 1; i < size; i++) {
		const uint8_t lower = octets[i] | 0x20;
		const bool digit = octets[i] >= '0' && octets[i] <= '9';
		if (!digit && (lower < 'a' || lower > 'z'))
			return false;
	}
	text_add_octets(text, (const char *)octets + 1, size - 1);
	return true;
}

static void write_window(const uint8_t *window, bool first, struct text *text)
{
	char mnemonic[TYPE_TEXT_MAX];
	for (unsigned bit = 0; bit < window[1] * 8u; bit++) {
		if ((window[2 + bit / 8] & 0x80 >> bit % 8) == 0)
			continue;
		if (!first)
			text_add_char(text, ' ');
		text_add(text, type_to_text((uint16_t)((unsigned)window[0] << 8 | bit), mnemonic));
		first = false;
	}
}

/* Blocks without types and zero octets at their ends (RFC 4034 s4.1.2) would be lost. */
static bool write_bitmap(const uint8_t *octets, size_t size, struct text *text)
{
	for (size_t at = 0; at < size; at += (size_t)octets[at + 1] + 2) {
		assert(octets[at + 1] > 0);
		if (octets[at + 1 + octets[at + 1]] == 0)
			return false;
		write_window(octets + at, at == 0, text);
	}
	return true;
}

static bool write_parameters(const uint8_t *octets, size_t size, struct text *text)
{
	parameters_to_text(octets, size, text);
	return true;
}

static field_writer *const writers[] = {
	[FIELD_NAME] = write_name,
	[FIELD_NAME_LOWER] = write_name,
	[FIELD_NAME_CASED] = write_name,
	[FIELD_U8] = write_number,
	[FIELD_U16] = write_number,
	[FIELD_U32] = write_number,
	[FIELD_TYPE] = write_type,
	[FIELD_SCHEME] = write_scheme,
	[FIELD_TIME] = write_time,
	[FIELD_IPV4] = write_address,
	[FIELD_IPV6] = write_address,
	[FIELD_EUI48] = write_eui,
	[FIELD_EUI64] = write_eui,
	[FIELD_LOCATOR] = write_locator,
	[FIELD_STRING] = write_string,
	[FIELD_STRINGS] = write_strings,
	[FIELD_TAG] = write_tag,
	[FIELD_TEXT] = write_text,
	[FIELD_SALT] = write_salt,
	[FIELD_HASH] = write_hash,
	[FIELD_HEX] = write_hex,
	[FIELD_BASE64] = write_base64,
	[FIELD_REST] = NULL,
	[FIELD_BITMAP] = write_bitmap,
	[FIELD_PARAMETERS] = write_parameters,
};
static_assert(sizeof(writers) / sizeof(writers[0]) == FIELD_PARAMETERS + 1, "every field");

/* False when a field does not fit or has no form of its own. */
static bool write_fields(const struct layout *layout, const struct record *record,
			 struct text *text)
{
	const uint8_t *octets = record->rdata;
	size_t left = record->rdata_size;
	for (size_t i = 0; i < LAYOUT_FIELDS_MAX && layout->fields[i] != FIELD_END; i++) {
		const enum field field = (enum field)layout->fields[i];
		size_t size;
		if (writers[field] == NULL || field_measure(field, octets, left, &size) != OK)
			return false;
		/* Empty bitmaps and parameters leave no blank behind. */
		if (i > 0 && (size > 0 || (field != FIELD_BITMAP && field != FIELD_PARAMETERS)))
			text_add_char(text, ' ');
		if (!writers[field](octets, size, text))
			return false;
		octets += size;
		left -= size;
	}
	return left == 0 && !layout_is_opaque(layout);
}

static void cut(struct text *text, size_t length)
{
	assert(length <= text->length);
	text->length = length;
	if (text->data != NULL)
		text->data[length] = '\0';
}

/* RFC 3597 s5. */
static void write_generic(const struct record *record, struct text *text)
{
	text_format(text, "\\# %u", (unsigned)record->rdata_size);
	if (record->rdata_size > 0)
		text_add_char(text, ' ');
	(void)write_hex(record->rdata, record->rdata_size, text);
}

int rdata_to_text(const struct record *record, struct text *text)
{
	const size_t before = text->length;
	if (!write_fields(layout_get(record->type), record, text)) {
		cut(text, before);
		write_generic(record, text);
	}
	return text->error;
}

int record_to_text(const struct record *record, struct text *text)
{
	char class[CLASS_TEXT_MAX];
	char type[TYPE_TEXT_MAX];
	char name[NAME_TEXT_MAX];
	text_format(text, "%s %u %s %s ", name_to_text(record->owner, name), record->ttl,
		    class_to_text(record->class, class), type_to_text(record->type, type));
	return rdata_to_text(record, text);
}
