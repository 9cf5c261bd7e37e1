/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Domains whose loss would hurt many: government, registries, operators, banks. A file of one name
 * a line, # begins a comment; a name stands for itself and all below it, so `gov.example` is a
 * whole tree. Names may be in UTF-8 (IDNA2008).
 *
 * Errors: ERR_FORMAT, ERR_LIMIT with file, line and what is wrong; ERR_MEMORY.
 */
#ifndef JUDGE_CHANGE_HIGH_VALUE_H
#define JUDGE_CHANGE_HIGH_VALUE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A million names of 64 octets. */
#define HIGH_VALUE_FILE_OCTETS_MAX ((size_t)64 << 20)
#define HIGH_VALUE_LINE_OCTETS_MAX 4096u

struct high_value;

struct high_value_file {
	const char *path;
	const char *text;
	size_t size;
};
MUST_CHECK int high_value_new(const struct high_value_file *file, struct high_value **ret_list,
			      struct complaint *complaint);
void high_value_free(struct high_value *list); /* NULL is fine */
bool high_value_has(const struct high_value *list, const uint8_t *domain);
size_t high_value_count(const struct high_value *list);

#endif
