/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Base 16 and base 64 (RFC 4648 s4 and s8), strict: no white space, padding required, bits beyond
 * the data zero (s3.5), so that every value has one text. */
#include "base/text.h"

#include <assert.h>

static int hex_digit(char character)
{
	if (character >= '0' && character <= '9')
		return character - '0';
	if (character >= 'a' && character <= 'f')
		return character - 'a' + 10;
	if (character >= 'A' && character <= 'F')
		return character - 'A' + 10;
	return -1;
}

int hex_to_octets(const char *text, size_t length, uint8_t *octets, size_t room, size_t *ret_size)
{
	assert((text != NULL || length == 0) && ret_size != NULL);
	if (length % 2 != 0)
		return ERR_FORMAT;
	if (length / 2 > room)
		return ERR_SHORT;
	for (size_t i = 0; i < length; i += 2) {
		int high = hex_digit(text[i]);
		int low = hex_digit(text[i + 1]);
		if (high < 0 || low < 0)
			return ERR_FORMAT;
		octets[i / 2] = (uint8_t)(high << 4 | low);
	}
	*ret_size = length / 2;
	return OK;
}

int hex_from_octets(const uint8_t *octets, size_t size, char *text, size_t room)
{
	static const char DIGITS[] = "0123456789abcdef";
	assert((octets != NULL || size == 0) && text != NULL);
	if (room == 0 || size > (room - 1) / 2)
		return ERR_SHORT;
	for (size_t i = 0; i < size; i++) {
		text[2 * i] = DIGITS[octets[i] >> 4];
		text[2 * i + 1] = DIGITS[octets[i] & 15];
	}
	text[2 * size] = '\0';
	return OK;
}

static int base64_digit(char character)
{
	if (character >= 'A' && character <= 'Z')
		return character - 'A';
	if (character >= 'a' && character <= 'z')
		return character - 'a' + 26;
	if (character >= '0' && character <= '9')
		return character - '0' + 52;
	if (character == '+')
		return 62;
	return character == '/' ? 63 : -1;
}

/* Four characters to 24 bits; `digits` says how many are not padding. */
static int base64_group(const char *text, size_t digits, uint32_t *ret_bits)
{
	uint32_t bits = 0;
	for (size_t i = 0; i < digits; i++) {
		int digit = base64_digit(text[i]);
		if (digit < 0)
			return ERR_FORMAT;
		bits |= (uint32_t)digit << (18 - 6 * i);
	}
	uint32_t unused = digits == 4 ? 0 : digits == 3 ? 0xff : 0xffff;
	if ((bits & unused) != 0)
		return ERR_FORMAT;
	*ret_bits = bits;
	return OK;
}

int base64_to_octets(const char *text, size_t length, uint8_t *octets, size_t room,
		     size_t *ret_size)
{
	assert((text != NULL || length == 0) && ret_size != NULL);
	if (length % 4 != 0)
		return ERR_FORMAT;
	size_t padding = 0;
	while (padding < 2 && padding < length && text[length - 1 - padding] == '=')
		padding++;
	size_t size = length / 4 * 3 - padding;
	if (size > room)
		return ERR_SHORT;
	for (size_t i = 0, at = 0; i < length; i += 4) {
		size_t digits = i + 4 == length ? 4 - padding : 4;
		uint32_t bits;
		if (base64_group(text + i, digits, &bits) != OK)
			return ERR_FORMAT;
		for (size_t k = 0; k < digits - 1; k++)
			octets[at++] = (uint8_t)(bits >> (16 - 8 * k));
	}
	*ret_size = size;
	return OK;
}

int base64_from_octets(const uint8_t *octets, size_t size, char *text, size_t room)
{
	static const char DIGITS[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	assert((octets != NULL || size == 0) && text != NULL);
	if (room == 0 || size > (room - 1) / 4 * 3)
		return ERR_SHORT;
	char *next = text;
	for (size_t i = 0; i < size; i += 3) {
		size_t here = size - i < 3 ? size - i : 3;
		uint32_t bits = 0;
		for (size_t k = 0; k < here; k++)
			bits |= (uint32_t)octets[i + k] << (16 - 8 * k);
		for (size_t k = 0; k < 4; k++)
			*next++ = k <= here ? DIGITS[bits >> (18 - 6 * k) & 63] : '=';
	}
	*next = '\0';
	return OK;
}
