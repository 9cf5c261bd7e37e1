/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A name with each octet written as \DDD. Readers that guess what a person meant, or that take
 * fewer characters than RFC 1035 s5.1 allows (libzscanner: no '~', ':' or '+' that is not escaped),
 * must take this form of any name; what name_to_text() writes is for people.
 */
#ifndef TESTS_FUZZ_ESCAPED_NAME_H
#define TESTS_FUZZ_ESCAPED_NAME_H

#include "base/text.h"

#include <stdint.h>

static inline void escaped_name_add(struct text *text, const uint8_t *name)
{
	if (*name == 0)
		text_add_char(text, '.');
	for (; *name != 0; name += (size_t)*name + 1) {
		for (unsigned int i = 1; i <= *name; i++)
			text_format(text, "\\%03u", (unsigned int)name[i]);
		text_add_char(text, '.');
	}
}

#endif
