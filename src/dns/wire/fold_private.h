/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Case folding of ASCII letters only (RFC 4343). Length octets of labels are at most 63, below 'A',
 * so a whole name in wire form can be folded without looking at its labels.
 */
#ifndef DNS_WIRE_FOLD_PRIVATE_H
#define DNS_WIRE_FOLD_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline bool octet_is_upper(uint8_t octet)
{
	return (uint8_t)(octet - 'A') < 26;
}

static inline uint8_t octet_fold(uint8_t octet)
{
	return (uint8_t)(octet | (octet_is_upper(octet) ? 0x20 : 0));
}

/*
 * Eight octets at a time: the high bit of each octet that is an upper-case letter. Adding brings
 * octets of at least 'A', and of more than 'Z', over 127; octets above 127 are no letters.
 */
static inline uint64_t upper_bits(uint64_t octets)
{
	const uint64_t low = octets & 0x7f7f7f7f7f7f7f7f;
	const uint64_t from_a = low + 0x3f3f3f3f3f3f3f3f;
	const uint64_t past_z = low + 0x2525252525252525;
	return (from_a ^ past_z) & ~octets & 0x8080808080808080;
}

static inline void octets_fold(uint8_t *target, const uint8_t *source, size_t size)
{
	size_t at = 0;
	for (; size - at >= 8; at += 8) {
		uint64_t octets;
		memcpy(&octets, source + at, 8);
		octets |= upper_bits(octets) >> 2;
		memcpy(target + at, &octets, 8);
	}
	for (; at < size; at++)
		target[at] = octet_fold(source[at]);
}

static inline bool octets_have_upper(const uint8_t *octets, size_t size)
{
	size_t at = 0;
	for (; size - at >= 8; at += 8) {
		uint64_t eight;
		memcpy(&eight, octets + at, 8);
		if (upper_bits(eight) != 0)
			return true;
	}
	for (; at < size; at++)
		if (octet_is_upper(octets[at]))
			return true;
	return false;
}

#endif
