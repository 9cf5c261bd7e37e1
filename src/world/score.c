/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/score.h"

#include "base/map.h"
#include "dns/wire/name.h"
#include "os/lines.h"
#include "world/truth.h"

#include <assert.h>
#include <jansson.h>
#include <stdint.h>
#include <string.h>

/* A finding with its evidence. */
#define LINE_OCTETS_MAX ((size_t)1024 * 1024)
#define CODE_OCTETS_MAX 64
/* "domain.\0CODE" */
#define PAIR_OCTETS_MAX (NAME_MAX_OCTETS + CODE_OCTETS_MAX)

struct comparison {
	struct map *pairs; /* name and code -> WANTED, FOUND */
	const struct world_audit *audit;
	struct complaint *complaint;
};

/* What a pair's value says; both: as it should be. */
#define WANTED 1u
#define FOUND 2u

static int note(struct comparison *comparison, const uint8_t *domain, const char *code,
		uintptr_t flag)
{
	assert(flag == WANTED || flag == FOUND);
	const struct world_audit *audit = comparison->audit;
	if (audit->is_sought != NULL && !audit->is_sought(audit->context, code))
		return OK;
	uint8_t key[PAIR_OCTETS_MAX];
	size_t size = name_copy_lower(key, domain);
	size_t length = strlen(code);
	if (length >= CODE_OCTETS_MAX)
		return ERR_LIMIT;
	memcpy(key + size, code, length);
	size += length;
	uintptr_t flags = (uintptr_t)map_get(comparison->pairs, key, size) | flag;
	return map_put(comparison->pairs, key, size, (void *)flags, NULL);
}

static int take_truth(void *context, const uint8_t *domain, const char *const *codes, size_t count)
{
	int error = 0;
	for (size_t i = 0; i < count && !error; i++)
		error = note(context, domain, codes[i], WANTED);
	return error;
}

/* One line of the audit. ERR_FORMAT when it is no JSON object or a finding without name or code. */
static int take_line(struct comparison *comparison, const char *line, size_t length)
{
	json_t *root = json_loadb(line, length, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(root)) {
		json_decref(root);
		return ERR_FORMAT;
	}
	const char *type = json_string_value(json_object_get(root, "type"));
	const char *domain = json_string_value(json_object_get(root, "domain"));
	const char *code = json_string_value(json_object_get(root, "code"));
	struct name name;
	int error = 0;
	if (type && strcmp(type, "finding") == 0) {
		if (!domain || !code || name_from_text(domain, &name, NULL))
			error = ERR_FORMAT;
		else
			error = note(comparison, name.octets, code, FOUND);
	}
	json_decref(root);
	return error;
}

static int read_audit(struct comparison *comparison, const char *path)
{
	struct lines *lines;
	int error = lines_open(path, LINE_OCTETS_MAX, comparison->complaint, &lines);
	if (error)
		return error;
	const char *line;
	size_t length;
	while (!(error = lines_next(lines, &line, &length))) {
		if (length == 0)
			continue;
		error = take_line(comparison, line, length);
		if (error)
			break;
	}
	if (error == ERR_NOT_FOUND)
		error = 0;
	else
		(void)complain(comparison->complaint, error,
			       "%s: line %ju is no finding of 'dsfi check --json': %s", path,
			       (uintmax_t)lines_number(lines), error_text(error));
	lines_close(lines);
	return error;
}

static void count(const struct comparison *comparison, struct text *list, struct world_score *score)
{
	size_t cursor = 0;
	const void *key;
	size_t size;
	for (void *value; (value = map_next(comparison->pairs, &cursor, &key, &size));) {
		uintptr_t flags = (uintptr_t)value;
		score->expected += (flags & WANTED) != 0;
		if (flags == (WANTED | FOUND))
			continue;
		assert(flags == WANTED || flags == FOUND);
		score->missing += flags == WANTED;
		score->extra += flags == FOUND;
		char text[NAME_TEXT_MAX];
		size_t name = name_size(key);
		text_format(list, "%s %s %.*s\n", flags == WANTED ? "missing" : "extra",
			    name_to_text(key, text), (int)(size - name), (const char *)key + name);
	}
}

int world_score(const struct world *world, const struct world_audit *audit, struct text *list,
		struct complaint *complaint, struct world_score *ret_score)
{
	static const uint8_t key[16] = "truth and audit";
	struct comparison comparison = {
		.complaint = complaint, .audit = audit, .pairs = map_new(key)};
	if (!comparison.pairs)
		return complain(complaint, ERR_MEMORY, "out of memory");
	int error = world_truth(world, take_truth, &comparison);
	if (error)
		(void)complain(complaint, error, "%s", error_text(error));
	else
		error = read_audit(&comparison, audit->path);
	if (!error) {
		struct world_score score = {.expected = 0};
		count(&comparison, list, &score);
		error = list->error;
		if (error)
			(void)complain(complaint, error, "%s", error_text(error));
		else
			*ret_score = score;
	}
	map_free(comparison.pairs, NULL);
	return error;
}
