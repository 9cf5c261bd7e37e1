/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/change/high_value.h"

#include "base/map.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <string.h>

struct high_value {
	struct map *names; /* lower case -> the list itself */
};

static bool is_blank(char character)
{
	return character == ' ' || character == '\t' || character == '\r';
}

/* The one word of a line, without comment and blanks around it; length 0: none. */
static int read_word(const char *line, size_t length, char word[HIGH_VALUE_LINE_OCTETS_MAX + 1],
		     struct complaint *complaint)
{
	const char *comment = memchr(line, '#', length);
	if (comment != NULL)
		length = (size_t)(comment - line);
	while (length > 0 && is_blank(line[length - 1]))
		length--;
	for (; length > 0 && is_blank(*line); line++)
		length--;
	if (length > HIGH_VALUE_LINE_OCTETS_MAX)
		return complain(complaint, ERR_LIMIT, "longer than %u octets",
				HIGH_VALUE_LINE_OCTETS_MAX);
	if (!text_is_plain(line, length))
		return complain(complaint, ERR_FORMAT,
				"control characters, or no UTF-8; one name a line is expected");
	memcpy(word, line, length);
	word[length] = '\0';
	return OK;
}

static int add_line(struct high_value *list, const char *line, size_t length,
		    struct complaint *complaint)
{
	char word[HIGH_VALUE_LINE_OCTETS_MAX + 1] = "";
	struct name name;
	bool is_converted = false;
	int error = read_word(line, length, word, complaint);
	if (error != OK || word[0] == '\0')
		return error;
	error = name_from_user(word, &name, &is_converted, complaint);
	if (error != OK)
		return error;
	if (name_is_root(name.octets))
		return complain(complaint, ERR_FORMAT, "'.' would be everything");
	name_lower(name.octets);
	error = map_put(list->names, name.octets, name_size(name.octets), list, NULL);
	return error == OK ? OK : complain(complaint, error, "no memory for the list of domains");
}

static int read_all(struct high_value *list, const struct high_value_file *file,
		    struct complaint *complaint)
{
	const char *at = file->text;
	const char *end = at + file->size;
	for (unsigned int number = 1; at < end; number++) {
		const char *feed = memchr(at, '\n', (size_t)(end - at));
		const size_t length = (size_t)((feed != NULL ? feed : end) - at);
		int error = add_line(list, at, length, complaint);
		if (error != OK)
			return complain_more(complaint, error, "line %u of '%s'", number,
					     file->path);
		at += length + 1;
	}
	return OK;
}

int high_value_new(const struct high_value_file *file, struct high_value **ret_list,
		   struct complaint *complaint)
{
	struct random random;
	uint8_t key[16];
	assert(file != NULL && file->path != NULL);
	if (file->size > HIGH_VALUE_FILE_OCTETS_MAX)
		return complain(complaint, ERR_LIMIT, "'%s' has more than %zu octets", file->path,
				HIGH_VALUE_FILE_OCTETS_MAX);
	struct high_value *list = memory_take_zeroed(1, sizeof(*list));
	if (list == NULL)
		return ERR_MEMORY;
	random_system(&random);
	random_octets(&random, key, sizeof(key));
	list->names = map_new(key);
	int error = list->names == NULL ? ERR_MEMORY : read_all(list, file, complaint);
	if (error != OK) {
		high_value_free(list);
		return error;
	}
	*ret_list = list;
	return OK;
}

void high_value_free(struct high_value *list)
{
	if (list == NULL)
		return;
	map_free(list->names, NULL);
	memory_give(list);
}

bool high_value_has(const struct high_value *list, const uint8_t *domain)
{
	uint8_t lower[NAME_MAX_OCTETS];
	assert(list != NULL && domain != NULL);
	(void)name_copy_lower(lower, domain);
	for (const uint8_t *name = lower; !name_is_root(name); name = name_parent(name)) {
		if (map_get(list->names, name, name_size(name)) != NULL)
			return true;
	}
	return false;
}

size_t high_value_count(const struct high_value *list)
{
	return map_count(list->names);
}
