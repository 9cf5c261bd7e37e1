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

static inline uint64_t load_eight(const uint8_t *octets)
{
	uint64_t eight;
	memcpy(&eight, octets, sizeof(eight));
	return eight;
}

static inline uint32_t load_four(const uint8_t *octets)
{
	uint32_t four;
	memcpy(&four, octets, sizeof(four));
	return four;
}

static inline uint64_t folded_eight(const uint8_t *octets)
{
	const uint64_t eight = load_eight(octets);
	return eight | upper_bits(eight) >> 2;
}

static inline uint64_t folded_four(const uint8_t *octets)
{
	const uint64_t four = load_four(octets);
	return four | upper_bits(four) >> 2;
}

static inline void fold_eight(uint8_t *target, const uint8_t *source)
{
	const uint64_t eight = folded_eight(source);
	memcpy(target, &eight, sizeof(eight));
}

static inline void fold_four(uint8_t *target, const uint8_t *source)
{
	const uint32_t four = (uint32_t)folded_four(source);
	memcpy(target, &four, sizeof(four));
}

/*
 * `target` may be `source`. The last step overlaps the one before rather than go on octet by octet:
 * what is folded twice stays the same.
 */
static inline void octets_fold(uint8_t *target, const uint8_t *source, size_t size)
{
	if (size >= 8) {
		for (size_t at = 0; at + 8 < size; at += 8)
			fold_eight(target + at, source + at);
		fold_eight(target + size - 8, source + size - 8);
	} else if (size >= 4) {
		fold_four(target, source);
		fold_four(target + size - 4, source + size - 4);
	} else {
		for (size_t at = 0; at < size; at++)
			target[at] = octet_fold(source[at]);
	}
}

static inline bool octets_equal_folded(const uint8_t *left, const uint8_t *right, size_t size)
{
	if (size >= 8) {
		for (size_t at = 0; at + 8 < size; at += 8)
			if (folded_eight(left + at) != folded_eight(right + at))
				return false;
		return folded_eight(left + size - 8) == folded_eight(right + size - 8);
	}
	if (size >= 4)
		return folded_four(left) == folded_four(right) &&
		       folded_four(left + size - 4) == folded_four(right + size - 4);
	for (size_t at = 0; at < size; at++)
		if (octet_fold(left[at]) != octet_fold(right[at]))
			return false;
	return true;
}

static inline bool octets_have_upper(const uint8_t *octets, size_t size)
{
	uint64_t found = 0;
	if (size >= 8) {
		for (size_t at = 0; at + 8 < size; at += 8)
			found |= upper_bits(load_eight(octets + at));
		return (found | upper_bits(load_eight(octets + size - 8))) != 0;
	}
	if (size >= 4)
		return (upper_bits(load_four(octets)) | upper_bits(load_four(octets + size - 4))) !=
		       0;
	for (size_t at = 0; at < size; at++)
		found |= octet_is_upper(octets[at]);
	return found != 0;
}

#endif
