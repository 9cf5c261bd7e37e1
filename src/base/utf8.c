/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

size_t utf8_size(const uint8_t *octets, size_t left)
{
	uint8_t first = octets[0];
	if (first < 0x80)
		return 1;
	size_t size = first >= 0xc2 && first <= 0xdf   ? 2
		      : first >= 0xe0 && first <= 0xef ? 3
		      : first >= 0xf0 && first <= 0xf4 ? 4
						       : 0;
	if (size == 0 || size > left)
		return 0;
	uint8_t lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
	uint8_t highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
	if (octets[1] < lowest || octets[1] > highest)
		return 0;
	for (size_t i = 2; i < size; i++) {
		if (octets[i] < 0x80 || octets[i] > 0xbf)
			return 0;
	}
	return size;
}

bool utf8_is_control(const uint8_t *octets)
{
	if (octets[0] < 0x80)
		return octets[0] < 0x20 || octets[0] == 0x7f;
	return octets[0] == 0xc2 && octets[1] < 0xa0;
}

bool text_is_plain(const char *text, size_t length)
{
	const uint8_t *octets = (const uint8_t *)text;
	size_t at = 0;
	while (at < length) {
		size_t size = utf8_size(octets + at, length - at);
		if (size == 0 || utf8_is_control(octets + at))
			return false;
		at += size;
	}
	return true;
}
