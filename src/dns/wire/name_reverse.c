/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"

#include <assert.h>
#include <string.h>

/* RFC 1035 s3.5: the octets backwards, in decimal. */
static size_t write_octets(const uint8_t *octets, uint8_t *out)
{
	size_t size = 0;
	for (int i = 3; i >= 0; i--) {
		const uint8_t digits = octets[i] > 99 ? 3 : octets[i] > 9 ? 2 : 1;
		uint8_t rest = octets[i];
		out[size] = digits;
		for (uint8_t at = digits; at > 0; at--, rest /= 10)
			out[size + at] = (uint8_t)('0' + rest % 10);
		size += digits + 1u;
	}
	return size;
}

/* RFC 3596 s2.5: the nibbles backwards, in hexadecimal. */
static size_t write_nibbles(const uint8_t *octets, uint8_t *out)
{
	static const char digits[] = "0123456789abcdef";
	size_t size = 0;
	for (int i = 15; i >= 0; i--) {
		out[size++] = 1;
		out[size++] = (uint8_t)digits[octets[i] & 0x0f];
		out[size++] = 1;
		out[size++] = (uint8_t)digits[octets[i] >> 4];
	}
	return size;
}

void name_reverse(unsigned family, const uint8_t *octets, struct name *ret_name)
{
	static const uint8_t end4[] = "\7in-addr\4arpa";
	static const uint8_t end6[] = "\3ip6\4arpa";
	assert(family == 4 || family == 6);
	if (family == 4) {
		const size_t size = write_octets(octets, ret_name->octets);
		memcpy(ret_name->octets + size, end4, sizeof(end4));
	} else {
		const size_t size = write_nibbles(octets, ret_name->octets);
		memcpy(ret_name->octets + size, end6, sizeof(end6));
	}
}
