/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SvcParams in presentation form, RFC 9460 s2.1 and appendix A. One table holds the keys; a key
 * that is not in it, or a value that does not fit its key, is written in the generic form keyNNNNN.
 * What keys mean together (s8: mandatory keys must be there) is for judges to say.
 */
#include "dns/wire/present_private.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <string.h>

/* Decoded text of one value: an ECH configuration list of several keys takes about 1,000. */
#define VALUE_TEXT_MAX 8192
/* Longest item of a list: an IPv6 address with an IPv4 tail has 45, a protocol id 255 octets. */
#define ITEM_MAX 255
#define KEY_TEXT_MAX 24

/* False when the value does not fit the key. */
typedef bool value_writer(const uint8_t *octets, size_t size, struct text *text);
typedef int item_reader(const char *item, size_t size, struct writer *writer);

struct parameter {
	const char *name;
	value_writer *write;
	item_reader *read; /* of one item of a list, or of the whole value */
	bool is_list;
};

static const struct parameter *parameter_get(unsigned key);

static unsigned get_u16(const uint8_t *octets)
{
	return (unsigned)octets[0] << 8 | octets[1];
}

static void write_key(unsigned key, struct text *text)
{
	const struct parameter *parameter = parameter_get(key);
	if (parameter != NULL)
		text_add(text, parameter->name);
	else
		text_format(text, "key%u", key);
}

static bool write_keys(const uint8_t *octets, size_t size, struct text *text)
{
	for (size_t at = 0; at < size; at += 2) {
		/* In rising order, RFC 9460 s8. */
		if (size - at < 2 || (at > 0 && get_u16(octets + at - 2) >= get_u16(octets + at)))
			return false;
		text_add_char(text, at == 0 ? '=' : ',');
		write_key(get_u16(octets + at), text);
	}
	return size > 0;
}

/* A comma within an item is escaped for the list, and that escape for the string around it. */
static void write_item(const uint8_t *octets, size_t size, struct text *text)
{
	for (size_t i = 0; i < size; i++) {
		if (octets[i] == ',' || octets[i] == '\\')
			octets_to_text((const uint8_t *)"\\", 1, text);
		octets_to_text(octets + i, 1, text);
	}
}

static bool write_protocols(const uint8_t *octets, size_t size, struct text *text)
{
	for (size_t at = 0; at < size; at += (size_t)octets[at] + 1) {
		if (octets[at] == 0 || octets[at] >= size - at)
			return false;
		text_add(text, at == 0 ? "=\"" : ",");
		write_item(octets + at + 1, octets[at], text);
	}
	text_add_char(text, '"');
	return size > 0;
}

static bool write_nothing(const uint8_t *octets, size_t size, struct text *text)
{
	(void)octets;
	(void)text;
	return size == 0;
}

static bool write_numbers(const uint8_t *octets, size_t size, struct text *text)
{
	for (size_t at = 0; at + 2 <= size; at += 2)
		text_format(text, "%c%u", at == 0 ? '=' : ',', get_u16(octets + at));
	return size > 0 && size % 2 == 0;
}

static bool write_port(const uint8_t *octets, size_t size, struct text *text)
{
	return size == 2 && write_numbers(octets, size, text);
}

static bool write_addresses(int family, const uint8_t *octets, size_t size, struct text *text)
{
	char buffer[INET6_ADDRSTRLEN];
	const size_t step = family == AF_INET ? 4 : 16;
	for (size_t at = 0; at + step <= size; at += step) {
		const char *written = inet_ntop(family, octets + at, buffer, sizeof(buffer));
		assert(written != NULL);
		text_add_char(text, at == 0 ? '=' : ',');
		text_add(text, written);
	}
	return size > 0 && size % step == 0;
}

static bool write_ipv4(const uint8_t *octets, size_t size, struct text *text)
{
	return write_addresses(AF_INET, octets, size, text);
}

static bool write_ipv6(const uint8_t *octets, size_t size, struct text *text)
{
	return write_addresses(AF_INET6, octets, size, text);
}

static bool write_base64(const uint8_t *octets, size_t size, struct text *text)
{
	char buffer[VALUE_TEXT_MAX];
	if (size == 0 || base64_from_octets(octets, size, buffer, sizeof(buffer)) != OK)
		return false;
	text_add_char(text, '=');
	text_add(text, buffer);
	return true;
}

static bool write_text(const uint8_t *octets, size_t size, struct text *text)
{
	if (size == 0)
		return false;
	text_add(text, "=\"");
	octets_to_text(octets, size, text);
	text_add_char(text, '"');
	return true;
}

static int key_from_text(const char *name, uint16_t *ret_key);

static int read_key(const char *item, size_t size, struct writer *writer)
{
	uint16_t key;
	/* RFC 9460 s8: "mandatory" does not list itself. */
	if (strlen(item) != size || key_from_text(item, &key) != OK || key == 0)
		return ERR_FORMAT;
	writer_u16(writer, key);
	return OK;
}

static int read_protocol(const char *item, size_t size, struct writer *writer)
{
	if (size == 0)
		return ERR_FORMAT;
	assert(size <= ITEM_MAX);
	writer_u8(writer, (uint8_t)size);
	writer_octets(writer, item, size);
	return OK;
}

static int read_nothing(const char *item, size_t size, struct writer *writer)
{
	(void)item;
	(void)writer;
	return size == 0 ? OK : ERR_FORMAT;
}

static int read_number(const char *item, size_t size, struct writer *writer)
{
	uint64_t number;
	if (strlen(item) != size || number_from_text(item, 0, UINT16_MAX, &number) != OK)
		return ERR_FORMAT;
	writer_u16(writer, (uint16_t)number);
	return OK;
}

static int read_address(int family, const char *item, size_t size, struct writer *writer)
{
	uint8_t octets[16];
	if (strlen(item) != size || inet_pton(family, item, octets) != 1)
		return ERR_FORMAT;
	writer_octets(writer, octets, family == AF_INET ? 4 : 16);
	return OK;
}

static int read_ipv4(const char *item, size_t size, struct writer *writer)
{
	return read_address(AF_INET, item, size, writer);
}

static int read_ipv6(const char *item, size_t size, struct writer *writer)
{
	return read_address(AF_INET6, item, size, writer);
}

static int read_base64(const char *item, size_t size, struct writer *writer)
{
	uint8_t octets[VALUE_TEXT_MAX];
	size_t length = 0;
	const int error = base64_to_octets(item, size, octets, sizeof(octets), &length);
	if (error != OK || length == 0)
		return ERR_FORMAT;
	writer_octets(writer, octets, length);
	return OK;
}

static int read_text(const char *item, size_t size, struct writer *writer)
{
	writer_octets(writer, item, size);
	return size > 0 ? OK : ERR_FORMAT;
}

/* IANA "Service Parameter Keys (SvcParamKeys)", indexed by number. */
static const struct parameter parameters[] = {
	[0] = {"mandatory", write_keys, read_key, true},
	[1] = {"alpn", write_protocols, read_protocol, true},
	[2] = {"no-default-alpn", write_nothing, read_nothing, false},
	[3] = {"port", write_port, read_number, false},
	[4] = {"ipv4hint", write_ipv4, read_ipv4, true},
	[5] = {"ech", write_base64, read_base64, false},
	[6] = {"ipv6hint", write_ipv6, read_ipv6, true},
	[7] = {"dohpath", write_text, read_text, false},
	[8] = {"ohttp", write_nothing, read_nothing, false},
	[9] = {"tls-supported-groups", write_numbers, read_number, true},
};
#define PARAMETER_COUNT (sizeof(parameters) / sizeof(parameters[0]))

static const struct parameter *parameter_get(unsigned key)
{
	return key < PARAMETER_COUNT ? &parameters[key] : NULL;
}

static int key_from_text(const char *name, uint16_t *ret_key)
{
	uint64_t number;
	for (size_t key = 0; key < PARAMETER_COUNT; key++) {
		if (strcmp(parameters[key].name, name) == 0) {
			*ret_key = (uint16_t)key;
			return OK;
		}
	}
	/* Without leading zeros, RFC 9460 s2.1. */
	if (strncmp(name, "key", 3) != 0 || (name[3] == '0' && name[4] != '\0') ||
	    number_from_text(name + 3, 0, UINT16_MAX, &number) != OK)
		return ERR_FORMAT;
	*ret_key = (uint16_t)number;
	return OK;
}

static void write_parameter(unsigned key, const uint8_t *octets, size_t size, struct text *text)
{
	const struct parameter *parameter = parameter_get(key);
	const size_t before = text->length;
	if (parameter != NULL) {
		text_add(text, parameter->name);
		if (parameter->write(octets, size, text))
			return;
		assert(before <= text->length);
		text->length = before;
	}
	text_format(text, "key%u", key);
	(void)write_text(octets, size, text);
}

void parameters_to_text(const uint8_t *octets, size_t size, struct text *text)
{
	for (size_t at = 0; at < size; at += 4 + get_u16(octets + at + 2)) {
		assert(size - at >= 4 && get_u16(octets + at + 2) <= size - at - 4);
		if (at > 0)
			text_add_char(text, ' ');
		write_parameter(get_u16(octets + at), octets + at + 4, get_u16(octets + at + 2),
				text);
	}
}

/* One item of a list up to its comma: "\," and "\\" stand for the second, nothing else is escaped.
 */
static int next_item(const char **value, const char *end, char item[ITEM_MAX + 1], size_t *ret_size)
{
	size_t size = 0;
	const char *at = *value;
	while (at < end && *at != ',') {
		if (*at == '\\' && (++at == end || (*at != ',' && *at != '\\')))
			return ERR_FORMAT;
		if (size == ITEM_MAX)
			return ERR_LIMIT;
		item[size++] = *at++;
	}
	item[size] = '\0';
	*value = at;
	*ret_size = size;
	return OK;
}

static int read_list(const struct parameter *parameter, const char *value, size_t size,
		     struct writer *writer)
{
	const char *end = value + size;
	for (;;) {
		char item[ITEM_MAX + 1];
		size_t length;
		int error = next_item(&value, end, item, &length);
		if (error == OK)
			error = parameter->read(item, length, writer);
		if (error != OK)
			return error;
		if (value == end)
			return OK;
		value++; /* the comma */
	}
}

/* Two octets each: sorted, so that "mandatory" may be written in any order. */
static int sort_keys(uint8_t *octets, size_t size)
{
	for (size_t i = 2; i < size; i += 2) {
		for (size_t k = i; k > 0; k -= 2) {
			uint8_t *left = octets + k - 2;
			const uint8_t moved[2] = {left[2], left[3]};
			if (get_u16(left) == get_u16(moved))
				return ERR_FORMAT;
			if (get_u16(left) < get_u16(moved))
				break;
			memcpy(left + 2, left, 2);
			memcpy(left, moved, 2);
		}
	}
	return OK;
}

static int read_value(const struct parameter *parameter, bool generic, const struct token *token,
		      struct writer *writer)
{
	char value[VALUE_TEXT_MAX + 1];
	struct writer decoded;
	writer_init(&decoded, value, VALUE_TEXT_MAX);
	if (token_octets(token, &decoded) != OK)
		return ERR_FORMAT;
	const size_t size = writer_used(&decoded);
	value[size] = '\0';
	if (generic) {
		writer_octets(writer, value, size);
		return OK;
	}
	const size_t start = writer_used(writer);
	const int error = parameter->is_list ? read_list(parameter, value, size, writer)
					     : parameter->read(value, size, writer);
	if (error == OK && writer->error == OK && parameter->read == read_key)
		return sort_keys(writer->start + start, writer_used(writer) - start);
	return error;
}

/* key, key=value, key="value". */
static int read_parameter(const struct token *token, struct writer *writer)
{
	const char *equals = memchr(token->start, '=', token->size);
	const size_t name_size = equals != NULL ? (size_t)(equals - token->start) : token->size;
	const struct token name = {token->start, name_size};
	struct token value = {token->start + token->size, 0};
	char buffer[KEY_TEXT_MAX];
	uint16_t key;
	if (equals != NULL)
		value = (struct token){equals + 1, token->size - name_size - 1};
	if (token_to_text(&name, buffer, sizeof(buffer)) != OK || key_from_text(buffer, &key) != OK)
		return ERR_FORMAT;
	const size_t start = writer_used(writer);
	writer_u16(writer, key);
	writer_u16(writer, 0);
	const struct parameter *parameter = parameter_get(key);
	const bool generic = parameter == NULL || strncmp(buffer, "key", 3) == 0;
	const int error = read_value(parameter, generic, &value, writer);
	if (error != OK || writer->error != OK)
		return error != OK ? error : writer->error;
	writer_patch_u16(writer, start + 2, (uint16_t)(writer_used(writer) - start - 4));
	return OK;
}

static void reverse(uint8_t *octets, size_t size)
{
	for (size_t i = 0; i < size / 2; i++) {
		const uint8_t octet = octets[i];
		octets[i] = octets[size - 1 - i];
		octets[size - 1 - i] = octet;
	}
}

/* Moves the last parameter, of `size` octets, to its place among those before it. */
static int sort_in(uint8_t *octets, size_t before, size_t size)
{
	size_t at = 0;
	const unsigned key = get_u16(octets + before);
	while (at < before && get_u16(octets + at) < key)
		at += 4 + get_u16(octets + at + 2);
	assert(at <= before);
	if (at == before)
		return OK;
	if (get_u16(octets + at) == key)
		return ERR_FORMAT; /* RFC 9460 s2.1: each key once */
	reverse(octets + at, before - at);
	reverse(octets + before, size);
	reverse(octets + at, before - at + size);
	return OK;
}

int parameters_from_line(struct line *line, struct writer *writer)
{
	const size_t start = writer_used(writer);
	for (;;) {
		struct token token;
		const size_t before = writer_used(writer) - start;
		int error = line_token(line, &token);
		if (error == ERR_NOT_FOUND)
			return writer->error;
		if (error == OK)
			error = read_parameter(&token, writer);
		if (error == OK)
			error = sort_in(writer->start + start, before,
					writer_used(writer) - start - before);
		if (error != OK)
			return error;
	}
}
