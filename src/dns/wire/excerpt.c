/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/excerpt_private.h"

#include <string.h>

struct excerpt excerpt_of(const char *text, size_t size)
{
	struct excerpt excerpt;
	size_t length = 0;
	while (length < size && length < EXCERPT_MAX && text[length] != '\0') {
		const char octet = text[length];
		excerpt.text[length++] = octet >= ' ' && octet <= '~' ? octet : '?';
	}
	if (length == EXCERPT_MAX)
		memcpy(excerpt.text + length - 3, "...", 3);
	excerpt.text[length] = '\0';
	return excerpt;
}
