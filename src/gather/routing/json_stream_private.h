/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A large JSON object (RFC 8259), value by value: memory is bounded by the largest value and not by
 * the file.
 *
 * Only the outermost brackets, and those of arrays right below, are read here; every key and every
 * value between them goes to jansson as it stands. So what is taken is what jansson takes, and a
 * list of half a million entries is never in memory at once.
 */
#ifndef GATHER_ROUTING_JSON_STREAM_PRIVATE_H
#define GATHER_ROUTING_JSON_STREAM_PRIVATE_H

#include "base/error.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Largest value outside of a list, or within one: an entry has some hundred octets; lists of
 * providers that are no list at the top (rpki-client 8.2) some hundred KiB. jansson needs up to
 * forty times as much. */
#define JSON_VALUE_MAX ((size_t)1 << 20)
/* Longest key at the top. */
#define JSON_KEY_MAX ((size_t)64)

/* A member of the object, or an element of a member that is an array. */
struct json_value {
	const char *key;
	const json_t *value; /* borrowed; NULL: the array `key` begins, its elements follow */
	uint64_t line;       /* where it begins */
	bool is_element;
};

/* Any error ends the reading; its sentence is told with file and line in front. */
typedef int json_take(void *context, const struct json_value *value, struct complaint *complaint);

/* Anything behind the object is refused. A key that comes twice is for `take` to refuse. */
MUST_CHECK int json_stream_read(const char *path, json_take *take, void *context,
				struct complaint *complaint);

#endif
