/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A list of high-value domains. Properties: what is refused is refused with words and its line; a
 * list that is taken holds as many names when it is there twice; with one more line it has that
 * name and what is below it.
 */
#include "judge/change/high_value.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct high_value *read_list(const char *text, size_t size, struct complaint *complaint)
{
	const struct high_value_file file = {.path = "list", .text = text, .size = size};
	struct high_value *list = NULL;
	const int error = high_value_new(&file, &list, complaint);
	assert((error == OK) == (list != NULL));
	return list;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char more[] = "\nadded.example\n";
	static const uint8_t below[] = "\3www\5added\7example";
	struct complaint complaint = {.text = ""};
	if (size > 65536)
		return 0;
	struct high_value *list = read_list((const char *)data, size, &complaint);
	if (list == NULL) {
		assert(strstr(complaint.text, "line ") != NULL);
		return 0;
	}
	char *twice = malloc(2 * size + sizeof(more));
	if (twice != NULL) {
		memcpy(twice, data, size);
		memcpy(twice + size, more, sizeof(more) - 1);
		memcpy(twice + size + sizeof(more) - 1, data, size);
		struct high_value *longer =
			read_list(twice, 2 * size + sizeof(more) - 1, &complaint);
		assert(longer != NULL && high_value_has(longer, below));
		assert(high_value_count(longer) <= high_value_count(list) + 1);
		assert(high_value_count(longer) >= high_value_count(list));
		high_value_free(longer);
	}
	free(twice);
	high_value_free(list);
	return 0;
}
