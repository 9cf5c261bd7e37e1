/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "judge/adopt/operator_private.h"

#include <assert.h>
#include <string.h>

static int put_name(struct operators *operators, struct map *map, const struct name *name,
		    const struct operator_line *said)
{
	const size_t size = name_size(name->octets);

	assert(said->line > 0 && said->name);

	/* The first that says something of a name is believed. */
	if (map_get(map, name->octets, size))
		return OK;
	struct operator_line *kept = arena_copy(&operators->arena, said, sizeof(*said));

	return kept ? map_put(map, name->octets, size, kept, NULL) : ERR_MEMORY;
}

static int put_pattern(struct operators *operators, const struct operator_parsed *parsed,
		       const struct operator_line *said)
{
	if (operators->pattern_count == OPERATORS_PATTERNS_MAX)
		return ERR_LIMIT;
	const uint8_t *suffix =
		arena_copy(&operators->arena, parsed->name.octets, name_size(parsed->name.octets));

	if (!suffix)
		return ERR_MEMORY;
	operators->patterns[operators->pattern_count++] =
		(struct operator_pattern){.said = *said, .suffix = suffix};
	return OK;
}

static int put_prefix(struct operators *operators, const struct operator_parsed *parsed,
		      const struct operator_line *said)
{
	if (operators->prefix_count == OPERATORS_PATTERNS_MAX)
		return ERR_LIMIT;
	assert(parsed->bits > 0 && parsed->bits <= 128);
	operators->prefixes[operators->prefix_count++] =
		(struct operator_prefix){.said = *said, .ip = parsed->ip, .bits = parsed->bits};
	return OK;
}

static int put_rule(struct operators *operators, const struct operator_parsed *parsed,
		    struct operator_line said)
{
	assert(parsed->kind != OPERATOR_LINE_NONE && parsed->operator_name[0] != '\0');
	said.name = arena_text(&operators->arena, parsed->operator_name);
	if (!said.name)
		return ERR_MEMORY;
	if (operators->rule_count == OPERATORS_RULES_MAX)
		return ERR_LIMIT;
	said.order = operators->rule_count++;
	if (parsed->kind == OPERATOR_LINE_PREFIX)
		return put_prefix(operators, parsed, &said);
	if (parsed->is_pattern)
		return put_pattern(operators, parsed, &said);
	return put_name(operators,
			parsed->kind == OPERATOR_LINE_DOMAIN ? operators->domains
							     : operators->by_suffix,
			&parsed->name, &said);
}

int operators_read(struct operators *operators, const char *path, const char *text, size_t size,
		   struct complaint *complaint)
{
	const char *end = text + size;
	uint32_t number = 0;

	while (text < end) {
		const char *feed = memchr(text, '\n', (size_t)(end - text));
		const size_t length = (size_t)((feed ? feed : end) - text);
		struct operator_parsed parsed;
		int result = operator_line_parse(text, length, &parsed, complaint);

		number++;
		if (result < 0)
			return complain_more(complaint, result, "line %u of '%s'", number,
					     path ? path : "catalog/operators");
		if (parsed.kind != OPERATOR_LINE_NONE)
			result = put_rule(operators, &parsed,
					  (struct operator_line){.line = number,
								 .is_of_catalogue = !path});
		if (result == ERR_LIMIT)
			return complain(complaint, result,
					"line %u of '%s': more than %u rules, or %u with prefixes "
					"or *; join them",
					number, path ? path : "catalog/operators",
					OPERATORS_RULES_MAX, OPERATORS_PATTERNS_MAX);
		if (result < 0)
			return result;
		text += length + 1;
	}
	return OK;
}
