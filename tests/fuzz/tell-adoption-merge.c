/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Totals of a stranger's store: what is added can be written, and read again to the same sums; the
 * rest is refused in words. */
#include "tell/adoption/adoption.h"

#include <string.h>

#define OUTPUT_OCTETS_MAX ((size_t)64 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* 0: it was refused. */
static int add(const char *octets, size_t size, struct text *json)
{
	struct complaint complaint = {""};
	struct adoption_report *report;
	struct merging *merging;
	int error = adoption_merge_begin(&complaint, &merging);

	if (error != OK)
		return 0;
	error = adoption_merge_add(merging, "fuzz", octets, size);
	if (error != OK && error != ERR_MEMORY && complaint.text[0] == '\0')
		__builtin_trap();
	if (error == OK)
		error = adoption_merge_end(merging, &report);
	if (error == OK) {
		struct text terminal;

		text_init(&terminal, OUTPUT_OCTETS_MAX);
		if (adoption_json(report, json) != OK || adoption_terminal(report, &terminal) != OK)
			__builtin_trap();
		text_release(&terminal);
		adoption_report_free(report);
	}
	adoption_merge_free(merging);
	return error == OK;
}

/* The next line of counts; the others have scores and weights, which are written with six digits.
 */
static const char *next_counts(const char *at, size_t *ret_length)
{
	static const char begin[] = "{\"type\":\"adoption\",";

	while (*at != '\0' && strncmp(at, begin, sizeof(begin) - 1) != 0) {
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
	*ret_length = strcspn(at, "\n");
	return at;
}

static void compare(const char *first, const char *second)
{
	size_t length = 0;
	size_t other = 0;

	do {
		first = next_counts(first + length, &length);
		second = next_counts(second + other, &other);
		if (length != other || memcmp(first, second, length) != 0)
			__builtin_trap();
	} while (length > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text first;
	struct text second;

	text_init(&first, OUTPUT_OCTETS_MAX);
	text_init(&second, OUTPUT_OCTETS_MAX);
	if (add((const char *)data, size, &first)) {
		if (!add(text_get(&first), first.length, &second))
			__builtin_trap();
		compare(text_get(&first), text_get(&second));
	}
	text_release(&first);
	text_release(&second);
	return 0;
}
