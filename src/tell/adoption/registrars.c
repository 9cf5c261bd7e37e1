/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/adoption/registrars.h"

#include "base/arena.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#define FIELD_OCTETS_MAX 1100u /* a name, each octet escaped */

struct registrars {
	struct arena arena;
	struct map *by_domain; /* lower-case wire form -> registrar */
	struct map *names;     /* each once */
};

struct line {
	const char *file;
	size_t number;
	const char *at, *end;
};

static int wrong(const struct line *line, struct complaint *complaint, const char *what)
{
	return complain(complaint, ERR_FORMAT, "'%s' line %zu: %s", line->file, line->number, what);
}

/* One field (RFC 4180 s2) up to a comma or the end of the line. */
static int take_field(struct line *line, char field[FIELD_OCTETS_MAX], struct complaint *complaint)
{
	const bool is_quoted = line->at < line->end && *line->at == '"';
	size_t size = 0;

	line->at += is_quoted;
	for (; line->at < line->end; line->at++) {
		if (is_quoted && *line->at == '"' &&
		    !(line->at + 1 < line->end && line->at[1] == '"'))
			break;
		if (!is_quoted && *line->at == ',')
			break;
		line->at += is_quoted && *line->at == '"';
		if (size + 1 >= FIELD_OCTETS_MAX)
			return wrong(line, complaint, "a field is too long");
		field[size++] = *line->at;
	}
	field[size] = '\0';
	if (is_quoted && line->at == line->end)
		return wrong(line, complaint, "a quote is not closed");
	line->at += is_quoted;
	if (line->at < line->end && *line->at != ',')
		return wrong(line, complaint, "after a closing quote there must be a comma");
	line->at += line->at < line->end;
	return memchr(field, '\0', size) ? wrong(line, complaint, "a zero octet") : OK;
}

static const char *name_once(struct registrars *registrars, const char *name)
{
	char *known = map_get(registrars->names, name, strlen(name));

	if (known)
		return known;
	known = arena_text(&registrars->arena, name);
	return known && map_put(registrars->names, name, strlen(name), known, NULL) == OK ? known
											  : NULL;
}

static int take_line(struct registrars *registrars, struct line *line, struct complaint *complaint)
{
	char domain[FIELD_OCTETS_MAX] = "";
	char registrar[FIELD_OCTETS_MAX] = "";
	struct complaint why;
	struct name name;
	bool is_converted;
	int result = take_field(line, domain, complaint);

	if (result == OK)
		result = take_field(line, registrar, complaint);
	if (result < 0)
		return result;
	if (line->number == 1 && strcasecmp(domain, "domain") == 0)
		return OK;
	if (name_from_user(domain, &name, &is_converted, &why) < 0)
		return wrong(line, complaint, "the first field is no domain name");
	if (registrar[0] == '\0' || strlen(registrar) > REGISTRAR_NAME_MAX_OCTETS ||
	    !text_is_plain(registrar, strlen(registrar)))
		return wrong(line, complaint, "the second field is no registrar's name");
	if (map_count(registrars->by_domain) >= REGISTRARS_DOMAINS_MAX)
		return complain(complaint, ERR_LIMIT, "'%s' has more than %u domains", line->file,
				REGISTRARS_DOMAINS_MAX);
	name_copy_lower(name.octets, name.octets);
	const char *kept = name_once(registrars, registrar);

	return kept ? map_put(registrars->by_domain, name.octets, name_size(name.octets),
			      (void *)(uintptr_t)kept, NULL)
		    : ERR_MEMORY;
}

static int take_all(struct registrars *registrars, struct line *line, const char *end,
		    struct complaint *complaint)
{
	int result = OK;

	assert(line->at <= end);
	while (line->at < end && result == OK) {
		const char *stop = memchr(line->at, '\n', (size_t)(end - line->at));
		const char *next = stop ? stop + 1 : end;

		line->number++;
		line->end = stop ? stop : end;
		line->end -= line->end > line->at && line->end[-1] == '\r';
		if (line->end > line->at)
			result = take_line(registrars, line, complaint);
		line->at = next;
	}
	return result;
}

int registrars_new(const char *name, const char *text, size_t size,
		   struct registrars **ret_registrars, struct complaint *complaint)
{
	struct registrars *registrars = memory_take_zeroed(1, sizeof(*registrars));
	struct line line = {.file = name, .at = text};
	struct random random;
	uint8_t key[16];

	assert(name && text);
	if (!registrars)
		return ERR_MEMORY;
	random_system(&random);
	random_octets(&random, key, sizeof(key));
	arena_init(&registrars->arena, REGISTRARS_FILE_OCTETS_MAX, 0);
	registrars->by_domain = map_new(key);
	registrars->names = map_new(key);
	int result = registrars->by_domain && registrars->names
			     ? take_all(registrars, &line, text + size, complaint)
			     : ERR_MEMORY;

	if (result == OK && map_count(registrars->by_domain) == 0)
		result = complain(complaint, ERR_FORMAT,
				  "'%s' names no domain; its lines are \"domain,registrar\"", name);
	if (result < 0) {
		registrars_free(registrars);
		return result;
	}
	*ret_registrars = registrars;
	return OK;
}

void registrars_free(struct registrars *registrars)
{
	if (!registrars)
		return;
	map_free(registrars->by_domain, NULL);
	map_free(registrars->names, NULL);
	arena_release(&registrars->arena);
	memory_give(registrars);
}

const char *registrars_of(const struct registrars *registrars, const uint8_t *domain)
{
	struct name lower;

	assert(domain != NULL);
	name_copy_lower(lower.octets, domain);
	return map_get(registrars->by_domain, lower.octets, name_size(lower.octets));
}

size_t registrars_count(const struct registrars *registrars)
{
	return map_count(registrars->by_domain);
}
