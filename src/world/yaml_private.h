/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * YAML as a world file uses it: a stream of events by libyaml, read by descent. Each function takes
 * what must come next or fails with a complaint that names the line. No tree is built, so a file of
 * any length costs the memory of one value.
 *
 * Errors are ERR_FORMAT, ERR_LIMIT, ERR_MEMORY, with the complaint set; they end the reading.
 */
#ifndef WORLD_YAML_PRIVATE_H
#define WORLD_YAML_PRIVATE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yaml.h>

#define YAML_NESTING_MAX 8

struct yaml {
	yaml_parser_t parser;
	yaml_event_t event; /* the next one, not yet taken */
	bool has_event;
	bool is_taken; /* the event was given out and goes at the next call */
	int depth;
	struct complaint *complaint;
};

/* `data` must outlive the reader. Takes the beginning of the one document. */
MUST_CHECK int yaml_open(struct yaml *yaml, const char *data, size_t size_bytes,
			 struct complaint *complaint);
void yaml_close(struct yaml *yaml);
/* Nothing may follow. */
MUST_CHECK int yaml_end(struct yaml *yaml);

/* Of the next event, from 1. */
uint32_t yaml_line(const struct yaml *yaml);
/* Fails with `sentence` at `line`. */
MUST_CHECK int yaml_fail(struct yaml *yaml, uint32_t line, int code, const char *format, ...)
	PRINTF_LIKE(4, 5);

/* A mapping: begin, then keys until ret_key is KEYS_END. `keys` ends with NULL; `seen` begins as 0
 * and catches a key given twice. */
#define KEYS_END (-1)
MUST_CHECK int yaml_mapping(struct yaml *yaml);
MUST_CHECK int yaml_key(struct yaml *yaml, const char *const *keys, uint32_t *seen, int *ret_key);
/* A list: begin, then items while ret_more; the item itself is then taken by another call. */
MUST_CHECK int yaml_list(struct yaml *yaml);
MUST_CHECK int yaml_more(struct yaml *yaml, bool *ret_more);

/* A text; lives until the next call of this file. No NUL inside. */
MUST_CHECK int yaml_text(struct yaml *yaml, const char **ret_text, size_t *ret_length);
MUST_CHECK int yaml_number(struct yaml *yaml, uint64_t most, uint64_t *ret_number);
MUST_CHECK int yaml_bool(struct yaml *yaml, bool *ret_bool);
/* A word out of `words` (ended by NULL), by its place; `what` names it in the complaint. */
MUST_CHECK int yaml_choice(struct yaml *yaml, const char *what, const char *const *words,
			   int *ret_choice);

#endif
