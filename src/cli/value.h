/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One option's value from its text: numbers within their range, sizes with K, M, G, T (powers of
 * 1024), durations with ms, s, m, h, d, choices. A value that does not fit is ERR_ARGUMENT with a
 * sentence that names the option, the value and what would do.
 */
#ifndef CLI_VALUE_H
#define CLI_VALUE_H

#include "base/error.h"
#include "cli/command.h"

#include <stdint.h>

/* ret_number: the number, octets or milliseconds; the place of a choice; 0 for texts. */
MUST_CHECK int value_parse(const struct option *option, const char *text, uint64_t *ret_number,
			   struct complaint *complaint);

#endif
