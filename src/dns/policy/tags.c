/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/policy/source.h"
#include "dns/policy/tags_private.h"

#include <assert.h>
#include <string.h>

static bool is_white(char character)
{
	return character == ' ' || character == '\t';
}

static void trim(const char **text, size_t *size)
{
	while (*size > 0 && is_white(**text)) {
		(*text)++;
		(*size)--;
	}
	while (*size > 0 && is_white((*text)[*size - 1]))
		(*size)--;
}

void tags_init(struct tags *tags, const char *text, size_t size)
{
	assert(text != NULL);
	tags->next = text;
	tags->end = text + size;
}

static bool is_name(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		const char character = text[i];
		if (!((character >= 'a' && character <= 'z') ||
		      (character >= 'A' && character <= 'Z') ||
		      (i > 0 && character >= '0' && character <= '9') ||
		      (i > 0 && strchr("_-.", character) != NULL && character != '\0')))
			return false;
	}
	return size > 0;
}

static bool is_value(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if ((text[i] < ' ' && text[i] != '\t') || text[i] > '~')
			return false;
	}
	return size > 0;
}

static struct tag read_tag(const char *text, size_t size)
{
	struct tag tag = {.text = text, .size = size, .name = text, .value = text + size};
	const char *equals = memchr(text, '=', size);
	tag.name_size = size;
	if (equals != NULL) {
		tag.name_size = (size_t)(equals - text);
		tag.value = equals + 1;
		tag.value_size = (size_t)(text + size - tag.value);
	}
	trim(&tag.name, &tag.name_size);
	trim(&tag.value, &tag.value_size);
	tag.is_sound = equals != NULL && is_name(tag.name, tag.name_size) &&
		       is_value(tag.value, tag.value_size);
	return tag;
}

bool tags_next(struct tags *tags, struct tag *ret_tag)
{
	while (tags->next < tags->end) {
		const char *text = tags->next;
		const char *stop = memchr(text, ';', (size_t)(tags->end - text));
		size_t size = (size_t)((stop != NULL ? stop : tags->end) - text);
		tags->next = stop != NULL ? stop + 1 : tags->end;
		trim(&text, &size);
		if (size == 0)
			continue;
		*ret_tag = read_tag(text, size);
		return true;
	}
	assert(tags->next == tags->end);
	return false;
}

bool tags_have_version(const char *text, size_t size, const char *version)
{
	struct tags tags;
	struct tag tag;
	tags_init(&tags, text, size);
	/* What begins with a space or an empty piece is of something else. */
	return size > 0 && text[0] == 'v' && tags_next(&tags, &tag) && tag.name_size == 1 &&
	       tag.value_size == strlen(version) && memcmp(tag.value, version, tag.value_size) == 0;
}

bool tags_uris(const struct tag *tag, struct policy_uri *uris, uint8_t *ret_count)
{
	const char *end = tag->value + tag->value_size;
	bool are_sound = tag->value_size > 0;
	uint8_t count = 0;
	for (const char *text = tag->value; text < end;) {
		const char *comma = memchr(text, ',', (size_t)(end - text));
		const char *start = text;
		size_t size = (size_t)((comma != NULL ? comma : end) - text);
		text = comma != NULL ? comma + 1 : end;
		are_sound &= comma == NULL || text < end;
		trim(&start, &size);
		if (count == POLICY_URIS_MAX || !policy_uri(start, size, &uris[count]))
			are_sound &= count == POLICY_URIS_MAX;
		else
			count++;
	}
	*ret_count = count;
	return are_sound;
}
