/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/policy/source.h"

#include "base/bytes.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

#define QUOTED_OCTETS_MAX 80 /* a line of a terminal holds it, with the sentence around it */

struct policy_answer policy_look(const struct policy_source *source, const uint8_t *name,
				 uint16_t type)
{
	struct policy_answer answer = {.state = POLICY_UNKNOWN};
	source->ask(source->context, name, type, &answer);
	assert((answer.state == POLICY_FOUND) == (answer.count > 0));
	for (uint16_t i = 0; i < answer.count; i++)
		assert(answer.records[i]->type == type);
	return answer;
}

const char *policy_quote(struct arena *arena, const char *text, size_t size)
{
	const size_t kept = size <= QUOTED_OCTETS_MAX ? size : QUOTED_OCTETS_MAX - 3;
	char *quoted = arena_take_octets(arena, kept + 4);
	if (quoted == NULL)
		return NULL;
	assert(text != NULL || size == 0);
	for (size_t i = 0; i < kept; i++)
		quoted[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
	memcpy(quoted + kept, "...", 4);
	if (kept == size)
		quoted[kept] = '\0';
	return quoted;
}

int policy_text(struct arena *arena, const struct record *record, const char **ret_text,
		size_t *ret_size)
{
	assert(record->type == TYPE_TXT);
	struct reader reader;
	char *text = arena_take_octets(arena, (size_t)record->rdata_size + 1);
	size_t length = 0;
	if (text == NULL)
		return ERR_MEMORY;
	reader_init(&reader, record->rdata, record->rdata_size);
	while (reader_left(&reader) > 0) {
		const uint8_t size = reader_u8(&reader);
		const uint8_t *octets = reader_octets(&reader, size);
		if (octets == NULL)
			return ERR_FORMAT;
		memcpy(text + length, octets, size);
		length += size;
	}
	assert(length <= record->rdata_size);
	text[length] = '\0';
	*ret_text = text;
	*ret_size = length;
	return OK;
}

static char lower(char character)
{
	return character >= 'A' && character <= 'Z' ? (char)(character - 'A' + 'a') : character;
}

bool policy_begins(const char *text, size_t size, const char *with)
{
	const size_t length = strlen(with);
	if (size < length)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (lower(text[i]) != lower(with[i]))
			return false;
	}
	return true;
}

bool policy_equal(const char *text, size_t size, const char *other)
{
	return size == strlen(other) && policy_begins(text, size, other);
}
