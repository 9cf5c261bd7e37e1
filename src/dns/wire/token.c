/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/present_private.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

/* A number of 64 bits has at most 20 digits. */
#define NUMBER_TEXT_MAX 24

void line_init(struct line *line, const char *text)
{
	assert(text != NULL);
	line->next = text;
	line->depth = 0;
}

static bool is_blank(char octet)
{
	return octet == ' ' || octet == '\t' || octet == '\r';
}

static const char *skip_comment(const char *at)
{
	while (*at != '\0' && *at != '\n')
		at++;
	return at;
}

/* Moves to the next token or the end. */
static int skip_white(struct line *line)
{
	for (;; line->next++) {
		if (*line->next == ';')
			line->next = skip_comment(line->next);
		const char octet = *line->next;
		if (octet == '(')
			line->depth++;
		else if (octet == ')')
			line->depth--;
		else if (octet == '\n' && line->depth == 0)
			break;
		else if (!is_blank(octet) && octet != '\n')
			break;
		if (line->depth < 0)
			return ERR_FORMAT;
	}
	return OK;
}

/* Is there nothing but white space behind the line's end? */
static bool ends_here(const char *at)
{
	while (*at == '\n' || is_blank(*at))
		at++;
	return *at == '\0';
}

/*
 * End of the token at `at`; NULL when a quote or an escape is cut off. Within parentheses a string
 * may go on in the next line.
 */
static const char *find_end(const char *at, int depth)
{
	bool quoted = false;
	for (; *at != '\0'; at++) {
		if (*at == '\n' && !(quoted && depth > 0))
			break;
		if (*at == '"')
			quoted = !quoted;
		else if (!quoted && (is_blank(*at) || strchr("();", *at) != NULL))
			break;
		if (*at == '\\' && (*++at == '\0' || *at == '\n'))
			return NULL;
	}
	return quoted ? NULL : at;
}

int line_token(struct line *line, struct token *ret_token)
{
	if (skip_white(line) != OK)
		return ERR_FORMAT;
	if (*line->next == '\0' || *line->next == '\n')
		return line->depth == 0 && ends_here(line->next) ? ERR_NOT_FOUND : ERR_FORMAT;
	const char *end = find_end(line->next, line->depth);
	if (end == NULL)
		return ERR_FORMAT;
	assert(end > line->next);
	*ret_token = (struct token){line->next, (size_t)(end - line->next)};
	line->next = end;
	return OK;
}

bool token_is(const struct token *token, const char *word)
{
	return strlen(word) == token->size && strncasecmp(token->start, word, token->size) == 0;
}

int token_to_text(const struct token *token, char *buffer, size_t room)
{
	assert(room > 0);
	if (token->size >= room)
		return ERR_LIMIT;
	memcpy(buffer, token->start, token->size);
	buffer[token->size] = '\0';
	return OK;
}

int token_number(const struct token *token, uint64_t maximum, uint64_t *ret_number)
{
	char buffer[NUMBER_TEXT_MAX];
	const int error = token_to_text(token, buffer, sizeof(buffer));
	return error != OK ? error : number_from_text(buffer, 0, maximum, ret_number);
}

static bool is_digit(char octet)
{
	return octet >= '0' && octet <= '9';
}

/* The octet behind a backslash; returns the characters taken, 0 when malformed. */
static size_t read_escape(const char *at, size_t left, uint8_t *ret_octet)
{
	if (left == 0)
		return 0;
	if (!is_digit(at[0])) {
		*ret_octet = (uint8_t)at[0];
		return 1;
	}
	if (left < 3 || !is_digit(at[1]) || !is_digit(at[2]))
		return 0;
	const int value = (at[0] - '0') * 100 + (at[1] - '0') * 10 + (at[2] - '0');
	*ret_octet = (uint8_t)value;
	return value <= UINT8_MAX ? 3 : 0;
}

int token_octets(const struct token *token, struct writer *writer)
{
	const char *at = token->start;
	const char *end = at + token->size;
	if (token->size >= 2 && *at == '"' && end[-1] == '"') {
		at++;
		end--;
	}
	while (at < end) {
		uint8_t octet = (uint8_t)*at;
		/* A quote within a token would have ended one string and begun another. */
		if (*at == '"')
			return ERR_FORMAT;
		if (*at == '\\') {
			const size_t taken = read_escape(at + 1, (size_t)(end - at) - 1, &octet);
			if (taken == 0)
				return ERR_FORMAT;
			at += taken;
		}
		writer_u8(writer, octet);
		at++;
	}
	return writer->error;
}

void octets_to_text(const uint8_t *octets, size_t size, struct text *text)
{
	char buffer[256];
	size_t length = 0;
	for (size_t i = 0; i < size; i++) {
		const uint8_t octet = octets[i];
		if (length > sizeof(buffer) - 4) {
			text_add_octets(text, buffer, length);
			length = 0;
		}
		if (octet < ' ' || octet > '~') {
			buffer[length++] = '\\';
			buffer[length++] = (char)('0' + octet / 100);
			buffer[length++] = (char)('0' + octet / 10 % 10);
			buffer[length++] = (char)('0' + octet % 10);
			continue;
		}
		if (octet == '"' || octet == '\\')
			buffer[length++] = '\\';
		buffer[length++] = (char)octet;
	}
	assert(length <= sizeof(buffer));
	text_add_octets(text, buffer, length);
}

void base32hex_to_text(const uint8_t *octets, size_t size, struct text *text)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	unsigned bits = 0;
	unsigned count = 0;
	for (size_t i = 0; i < size; i++) {
		bits = (bits << 8 | octets[i]) & 0xfff;
		for (count += 8; count >= 5; count -= 5)
			text_add_char(text, digits[bits >> (count - 5) & 31]);
	}
	assert(count < 5);
	if (count > 0)
		text_add_char(text, digits[bits << (5 - count) & 31]);
}

static int base32hex_digit(char octet)
{
	if (is_digit(octet))
		return octet - '0';
	const char lower = (char)(octet | 0x20);
	return lower >= 'a' && lower <= 'v' ? lower - 'a' + 10 : -1;
}

int base32hex_from_token(const struct token *token, struct writer *writer)
{
	unsigned bits = 0;
	unsigned count = 0;
	for (size_t i = 0; i < token->size; i++) {
		const int digit = base32hex_digit(token->start[i]);
		if (digit < 0)
			return ERR_FORMAT;
		bits = (bits << 5 | (unsigned)digit) & 0xfff;
		count += 5;
		if (count >= 8) {
			count -= 8;
			writer_u8(writer, (uint8_t)(bits >> count));
		}
	}
	/* What is left must be padding: less than a digit, and zero. */
	if (count >= 5 || (bits & ((1u << count) - 1)) != 0)
		return ERR_FORMAT;
	return writer->error;
}
