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

static inline bool octet_is_upper(uint8_t octet)
{
	return (uint8_t)(octet - 'A') < 26;
}

static inline uint8_t octet_fold(uint8_t octet)
{
	return (uint8_t)(octet | (octet_is_upper(octet) ? 0x20 : 0));
}

static inline void octets_fold(uint8_t *target, const uint8_t *source, size_t size)
{
	for (size_t i = 0; i < size; i++)
		target[i] = octet_fold(source[i]);
}

static inline bool octets_have_upper(const uint8_t *octets, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (octet_is_upper(octets[i]))
			return true;
	return false;
}

#endif
