/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "seal/bech32.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#define DATA_DIGITS 52u /* 256 bits in fives, rounded up */
#define CHECK_DIGITS 6u

static const char DIGITS[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
static_assert(sizeof(DIGITS) == 32 + 1, "five bits a digit");

static uint32_t step(uint32_t sum, uint8_t value)
{
	static const uint32_t GENERATORS[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
					      0x2a1462b3};
	const uint32_t top = sum >> 25;
	sum = (sum & 0x1ffffff) << 5 ^ value;
	for (size_t i = 0; i < 5; i++) {
		if (top >> i & 1)
			sum ^= GENERATORS[i];
	}
	return sum;
}

static uint32_t sum_of(const char *prefix, const uint8_t *values, size_t count)
{
	uint32_t sum = 1;
	for (const char *next = prefix; *next != '\0'; next++)
		sum = step(sum, (uint8_t)*next >> 5);
	sum = step(sum, 0);
	for (const char *next = prefix; *next != '\0'; next++)
		sum = step(sum, (uint8_t)*next & 31);
	for (size_t i = 0; i < count; i++)
		sum = step(sum, values[i]);
	return sum;
}

static char to_case(char character, bool is_upper)
{
	return is_upper && character >= 'a' && character <= 'z' ? (char)(character - 'a' + 'A')
								: character;
}

void bech32_write(const char *prefix, const uint8_t octets[BECH32_OCTETS], bool is_upper,
		  char ret_text[BECH32_TEXT_MAX])
{
	uint8_t values[DATA_DIGITS + CHECK_DIGITS] = {0};
	const size_t prefix_length = strlen(prefix);
	assert(prefix_length > 0 && prefix_length <= BECH32_PREFIX_MAX);
	for (size_t bit = 0; bit < BECH32_OCTETS * 8; bit++)
		values[bit / 5] |=
			(uint8_t)((octets[bit / 8] >> (7 - bit % 8) & 1) << (4 - bit % 5));
	const uint32_t sum = sum_of(prefix, values, sizeof(values)) ^ 1;
	for (size_t i = 0; i < CHECK_DIGITS; i++)
		values[DATA_DIGITS + i] = (uint8_t)(sum >> (5 * (CHECK_DIGITS - 1 - i)) & 31);
	char *next = ret_text;
	for (size_t i = 0; i < prefix_length; i++)
		*next++ = to_case(prefix[i], is_upper);
	*next++ = '1';
	for (size_t i = 0; i < sizeof(values); i++)
		*next++ = to_case(DIGITS[values[i]], is_upper);
	*next = '\0';
	sodium_memzero(values, sizeof(values));
}

/* In lower case; false when both are there. */
static bool lower(const char *text, size_t length, char *ret_lower)
{
	bool has_upper = false, has_lower = false;
	for (size_t i = 0; i < length; i++) {
		const char character = text[i];
		const bool is_upper = character >= 'A' && character <= 'Z';
		has_upper = has_upper || is_upper;
		has_lower = has_lower || (character >= 'a' && character <= 'z');
		ret_lower[i] = is_upper ? (char)(character - 'A' + 'a') : character;
	}
	ret_lower[length] = '\0';
	return !has_upper || !has_lower;
}

static int read_values(const char *text, uint8_t values[DATA_DIGITS + CHECK_DIGITS])
{
	for (size_t i = 0; i < DATA_DIGITS + CHECK_DIGITS; i++) {
		const char *digit = text[i] == '\0' ? NULL : strchr(DIGITS, text[i]);
		if (digit == NULL)
			return ERR_FORMAT;
		values[i] = (uint8_t)(digit - DIGITS);
	}
	return OK;
}

int bech32_read(const char *prefix, const char *text, size_t length,
		uint8_t ret_octets[BECH32_OCTETS])
{
	char plain[BECH32_TEXT_MAX];
	uint8_t values[DATA_DIGITS + CHECK_DIGITS];
	const size_t prefix_length = strlen(prefix);
	assert(prefix_length > 0 && prefix_length <= BECH32_PREFIX_MAX);
	if (length != prefix_length + 1 + sizeof(values) || !lower(text, length, plain) ||
	    memcmp(plain, prefix, prefix_length) != 0 || plain[prefix_length] != '1')
		return ERR_FORMAT;
	int error = read_values(plain + prefix_length + 1, values);
	if (error == OK && sum_of(prefix, values, sizeof(values)) != 1)
		error = ERR_FORMAT;
	/* 260 bits for 256. */
	if (error == OK && (values[DATA_DIGITS - 1] & 15) != 0)
		error = ERR_FORMAT;
	if (error == OK) {
		memset(ret_octets, 0, BECH32_OCTETS);
		for (size_t bit = 0; bit < BECH32_OCTETS * 8; bit++)
			ret_octets[bit / 8] |=
				(uint8_t)((values[bit / 5] >> (4 - bit % 5) & 1) << (7 - bit % 8));
	}
	sodium_memzero(plain, sizeof(plain));
	sodium_memzero(values, sizeof(values));
	return error;
}
