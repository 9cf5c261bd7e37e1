/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"
#include "dns/wire/parse_private.h"
#include "dns/wire/type.h"

#include <arpa/inet.h>
#include <assert.h>
#include <string.h>
#include <time.h>

/* Reads one field from a line. */
typedef int field_parser(enum field field, struct line *line, struct writer *writer);

int token_to_name(const struct token *token, bool lower, struct writer *writer)
{
	char text[NAME_TEXT_MAX];
	struct name name;
	/* RFC 1035 s5.1: the origin, which one record alone does not have. */
	if (token->size == 1 && token->start[0] == '@')
		return ERR_FORMAT;
	int error = token_to_text(token, text, sizeof(text));
	if (error == OK)
		error = name_from_text(text, &name, NULL);
	if (error != OK)
		return error;
	if (lower)
		name_lower(name.octets);
	writer_octets(writer, name.octets, name_size(name.octets));
	return writer->error;
}

static int parse_name(enum field field, struct line *line, struct writer *writer)
{
	struct token token;
	const int error = line_token(line, &token);
	return error != OK ? error : token_to_name(&token, field != FIELD_NAME_CASED, writer);
}

static void write_number(size_t size, uint64_t number, struct writer *writer)
{
	assert(size == 1 || size == 2 || size == 4);
	if (size == 1)
		writer_u8(writer, (uint8_t)number);
	else if (size == 2)
		writer_u16(writer, (uint16_t)number);
	else
		writer_u32(writer, (uint32_t)number);
}

static int parse_number(enum field field, struct line *line, struct writer *writer)
{
	const size_t size = field == FIELD_U32 ? 4 : field == FIELD_U16 ? 2 : 1;
	struct token token;
	uint64_t number;
	int error = line_token(line, &token);
	if (error == OK)
		error = token_number(&token, ((uint64_t)1 << 8 * size) - 1, &number);
	if (error != OK)
		return error;
	write_number(size, number, writer);
	return writer->error;
}

static int parse_scheme(enum field field, struct line *line, struct writer *writer)
{
	struct line ahead = *line;
	struct token token;
	const int error = line_token(&ahead, &token);
	if (error != OK || !token_is(&token, "NOTIFY"))
		return parse_number(field, line, writer);
	*line = ahead;
	writer_u8(writer, 1); /* RFC 9859 s2.1 */
	return writer->error;
}

static int token_type(const struct token *token, uint16_t *ret_type)
{
	char text[TYPE_TEXT_MAX];
	const int error = token_to_text(token, text, sizeof(text));
	return error != OK ? error : type_from_text(text, ret_type);
}

static int parse_type(enum field field, struct line *line, struct writer *writer)
{
	struct token token;
	uint16_t type;
	(void)field;
	int error = line_token(line, &token);
	if (error != OK)
		return error;
	if (token_type(&token, &type) != OK)
		return ERR_FORMAT;
	writer_u16(writer, type);
	return writer->error;
}

static int take_digits(const char **text, size_t count)
{
	int number = 0;
	for (size_t i = 0; i < count; i++)
		number = number * 10 + *(*text)++ - '0';
	return number;
}

/* YYYYMMDDHHmmSS; timegm would mend the 31st of June, so the way back must give the same. */
static int read_date(const char *text, uint32_t *ret_seconds)
{
	struct tm tm = {0}, again;
	tm.tm_year = take_digits(&text, 4) - 1900;
	tm.tm_mon = take_digits(&text, 2) - 1;
	tm.tm_mday = take_digits(&text, 2);
	tm.tm_hour = take_digits(&text, 2);
	tm.tm_min = take_digits(&text, 2);
	tm.tm_sec = take_digits(&text, 2);
	const struct tm wanted = tm;
	const time_t seconds = timegm(&tm);
	if (seconds < 0 || seconds > (time_t)UINT32_MAX || gmtime_r(&seconds, &again) == NULL)
		return ERR_FORMAT;
	if (again.tm_mon != wanted.tm_mon || again.tm_mday != wanted.tm_mday ||
	    again.tm_hour != wanted.tm_hour || again.tm_min != wanted.tm_min ||
	    again.tm_sec != wanted.tm_sec)
		return ERR_FORMAT;
	*ret_seconds = (uint32_t)seconds;
	return OK;
}

/* 14 digits are a date, up to 10 are seconds: RFC 4034 s3.2. */
static int parse_time(enum field field, struct line *line, struct writer *writer)
{
	struct line ahead = *line;
	struct token token;
	char text[16];
	uint64_t number;
	uint32_t seconds;
	int error = line_token(&ahead, &token);
	if (error != OK)
		return error;
	if (token.size != 14)
		return parse_number(FIELD_U32, line, writer);
	assert(field == FIELD_TIME);
	error = token_number(&token, UINT64_MAX, &number);
	if (error == OK)
		error = token_to_text(&token, text, sizeof(text));
	if (error == OK)
		error = read_date(text, &seconds);
	if (error != OK)
		return ERR_FORMAT;
	*line = ahead;
	writer_u32(writer, seconds);
	return writer->error;
}

static int parse_address(enum field field, struct line *line, struct writer *writer)
{
	struct token token;
	char text[INET6_ADDRSTRLEN];
	uint8_t octets[16];
	const int family = field == FIELD_IPV4 ? AF_INET : AF_INET6;
	const int error = line_token(line, &token);
	if (error != OK)
		return error;
	if (token_to_text(&token, text, sizeof(text)) != OK || inet_pton(family, text, octets) != 1)
		return ERR_FORMAT;
	writer_octets(writer, octets, family == AF_INET ? 4 : 16);
	return writer->error;
}

/* Groups of hexadecimal digits with a separator between them. */
static int parse_groups(struct line *line, size_t size, size_t group, struct writer *writer)
{
	struct token token;
	const char separator = group == 1 ? '-' : ':';
	const int error = line_token(line, &token);
	if (error != OK)
		return error;
	if (token.size != size * 2 + size / group - 1)
		return ERR_FORMAT;
	for (size_t i = 0; i < size; i++) {
		const char *digits = token.start + 2 * i + i / group;
		uint8_t octet;
		size_t length;
		if (i > 0 && i % group == 0 && digits[-1] != separator)
			return ERR_FORMAT;
		if (hex_to_octets(digits, 2, &octet, 1, &length) != OK)
			return ERR_FORMAT;
		writer_u8(writer, octet);
	}
	return writer->error;
}

static int parse_eui(enum field field, struct line *line, struct writer *writer)
{
	return parse_groups(line, field == FIELD_EUI48 ? 6 : 8, 1, writer);
}

static int parse_locator(enum field field, struct line *line, struct writer *writer)
{
	(void)field;
	return parse_groups(line, 8, 2, writer);
}

/* A character-string with its length before it: at most 255 octets, RFC 1035 s3.3. */
static int counted_octets(const struct token *token, struct writer *writer)
{
	uint8_t octets[UINT8_MAX];
	struct writer string;
	writer_init(&string, octets, sizeof(octets));
	const int error = token_octets(token, &string);
	if (error != OK)
		return ERR_FORMAT;
	writer_u8(writer, (uint8_t)writer_used(&string));
	writer_octets(writer, octets, writer_used(&string));
	return writer->error;
}

static int parse_string(enum field field, struct line *line, struct writer *writer)
{
	struct token token;
	(void)field;
	const int error = line_token(line, &token);
	return error != OK ? error : counted_octets(&token, writer);
}

static int parse_strings(enum field field, struct line *line, struct writer *writer)
{
	int error = parse_string(field, line, writer);
	if (error != OK)
		return error;
	while (error == OK)
		error = parse_string(field, line, writer);
	return error == ERR_NOT_FOUND ? OK : error;
}

static int parse_tag(enum field field, struct line *line, struct writer *writer)
{
	const size_t start = writer_used(writer);
	const int error = parse_string(field, line, writer);
	if (error != OK)
		return error;
	return writer_used(writer) - start > 1 ? OK : ERR_FORMAT;
}

static int parse_text(enum field field, struct line *line, struct writer *writer)
{
	struct token token;
	(void)field;
	const int error = line_token(line, &token);
	return error != OK ? error : token_octets(&token, writer);
}

/* One token of hexadecimal digits, straight into the writer. */
static int token_hex(const struct token *token, struct writer *writer)
{
	size_t size = 0;
	const int error =
		hex_to_octets(token->start, token->size, writer->next, writer_left(writer), &size);
	if (error != OK)
		return error;
	writer->next += size;
	return OK;
}

static int parse_salt(enum field field, struct line *line, struct writer *writer)
{
	struct token token;
	(void)field;
	int error = line_token(line, &token);
	if (error != OK)
		return error;
	const size_t start = writer_used(writer);
	writer_u8(writer, 0);
	if (writer->error != OK || token_is(&token, "-"))
		return writer->error;
	error = token_hex(&token, writer);
	const size_t size = writer_used(writer) - start - 1;
	if (error != OK || size == 0 || size > UINT8_MAX)
		return error == ERR_SHORT ? error : ERR_FORMAT;
	writer->start[start] = (uint8_t)size;
	return OK;
}

static int parse_hash(enum field field, struct line *line, struct writer *writer)
{
	struct token token;
	(void)field;
	int error = line_token(line, &token);
	if (error != OK)
		return error;
	const size_t start = writer_used(writer);
	writer_u8(writer, 0);
	error = base32hex_from_token(&token, writer);
	if (error != OK)
		return error;
	const size_t size = writer_used(writer) - start - 1;
	if (size == 0 || size > UINT8_MAX)
		return ERR_FORMAT;
	writer->start[start] = (uint8_t)size;
	return OK;
}

/* Digits that may be spread over several tokens: at least one. */
static int parse_hex(enum field field, struct line *line, struct writer *writer)
{
	struct token token;
	(void)field;
	int error = line_token(line, &token);
	if (error != OK)
		return error;
	for (; error == OK; error = line_token(line, &token)) {
		const int misfit = token_hex(&token, writer);
		if (misfit != OK)
			return misfit;
	}
	return error == ERR_NOT_FOUND ? OK : error;
}

/* Groups of four digits may be split between tokens, so the tokens are joined first. */
static int parse_base64(enum field field, struct line *line, struct writer *writer)
{
	struct token token;
	char digits[4];
	size_t count = 0;
	(void)field;
	int error = line_token(line, &token);
	if (error != OK)
		return error;
	for (; error == OK; error = line_token(line, &token)) {
		for (size_t i = 0; i < token.size; i++) {
			size_t size = 0;
			digits[count++] = token.start[i];
			if (count < sizeof(digits))
				continue;
			const int misfit = base64_to_octets(digits, 4, writer->next,
							    writer_left(writer), &size);
			if (misfit != OK)
				return misfit;
			writer->next += size;
			count = 0;
		}
	}
	return error != ERR_NOT_FOUND || count > 0 ? ERR_FORMAT : OK;
}

struct type_set {
	uint8_t windows[256][32];
	uint8_t sizes[256];
};

/* In rising order without trailing zeros, RFC 4034 s4.1.2. */
static int parse_bitmap(enum field field, struct line *line, struct writer *writer)
{
	struct type_set set = {.sizes = {0}};
	struct token token;
	int error;
	(void)field;
	while ((error = line_token(line, &token)) == OK) {
		uint16_t type;
		if (token_type(&token, &type) != OK)
			return ERR_FORMAT;
		const size_t window = type >> 8;
		const size_t octet = (type & 0xff) / 8;
		set.windows[window][octet] |= (uint8_t)(0x80 >> type % 8);
		if (set.sizes[window] <= octet)
			set.sizes[window] = (uint8_t)(octet + 1);
	}
	if (error != ERR_NOT_FOUND)
		return error;
	for (size_t window = 0; window < 256; window++) {
		if (set.sizes[window] == 0)
			continue;
		writer_u8(writer, (uint8_t)window);
		writer_u8(writer, set.sizes[window]);
		writer_octets(writer, set.windows[window], set.sizes[window]);
	}
	return writer->error;
}

static int parse_parameters(enum field field, struct line *line, struct writer *writer)
{
	(void)field;
	return parameters_from_line(line, writer);
}

static const struct {
	field_parser *parse;
	const char *description;
} parsers[] = {
	[FIELD_NAME] = {parse_name, "a domain name"},
	[FIELD_NAME_LOWER] = {parse_name, "a domain name"},
	[FIELD_NAME_CASED] = {parse_name, "a domain name"},
	[FIELD_U8] = {parse_number, "a number up to 255"},
	[FIELD_U16] = {parse_number, "a number up to 65535"},
	[FIELD_U32] = {parse_number, "a number up to 4294967295"},
	[FIELD_TYPE] = {parse_type, "a record type"},
	[FIELD_SCHEME] = {parse_scheme, "NOTIFY or a number up to 255"},
	[FIELD_TIME] = {parse_time, "a time as YYYYMMDDHHmmSS or in seconds"},
	[FIELD_IPV4] = {parse_address, "an IPv4 address"},
	[FIELD_IPV6] = {parse_address, "an IPv6 address"},
	[FIELD_EUI48] = {parse_eui, "six pairs of hexadecimal digits joined by '-'"},
	[FIELD_EUI64] = {parse_eui, "eight pairs of hexadecimal digits joined by '-'"},
	[FIELD_LOCATOR] = {parse_locator, "four groups of hexadecimal digits joined by ':'"},
	[FIELD_STRING] = {parse_string, "a string of at most 255 octets"},
	[FIELD_STRINGS] = {parse_strings, "strings of at most 255 octets each"},
	[FIELD_TAG] = {parse_tag, "a property tag"},
	[FIELD_TEXT] = {parse_text, "a quoted string"},
	[FIELD_SALT] = {parse_salt, "a salt in hexadecimal, or '-'"},
	[FIELD_HASH] = {parse_hash, "a hash in base32hex"},
	[FIELD_HEX] = {parse_hex, "hexadecimal digits"},
	[FIELD_BASE64] = {parse_base64, "base64"},
	[FIELD_REST] = {NULL, "nothing else, use \\#"},
	[FIELD_BITMAP] = {parse_bitmap, "record types"},
	[FIELD_PARAMETERS] = {parse_parameters, "service parameters"},
};
static_assert(sizeof(parsers) / sizeof(parsers[0]) == FIELD_PARAMETERS + 1, "every field");

int field_parse(enum field field, struct line *line, struct writer *writer)
{
	assert(field > FIELD_END && field <= FIELD_PARAMETERS);
	if (parsers[field].parse == NULL)
		return ERR_FORMAT;
	return parsers[field].parse(field, line, writer);
}

const char *field_describe(enum field field)
{
	assert(field > FIELD_END && field <= FIELD_PARAMETERS);
	return parsers[field].description;
}

int generic_parse(struct line *line, struct writer *writer)
{
	struct token token;
	uint64_t size;
	const size_t start = writer_used(writer);
	int error = line_token(line, &token);
	if (error == OK)
		error = token_number(&token, UINT16_MAX, &size);
	if (error != OK)
		return ERR_FORMAT;
	error = parse_hex(FIELD_HEX, line, writer);
	if (error != OK && !(error == ERR_NOT_FOUND && size == 0))
		return error == ERR_SHORT ? error : ERR_FORMAT;
	return writer_used(writer) - start == size ? OK : ERR_FORMAT;
}
