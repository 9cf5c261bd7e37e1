/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Totals of several stores, added: what `report --by --json` wrote, each file's newest run. No list
 * of domains is needed, and none can be made of it.
 */
#include "base/memory.h"
#include "os/file.h"
#include "tell/adoption/adoption_private.h"

#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define LINE_OCTETS_MAX ((size_t)256 << 10)
/* Over all files; some 600 octets each. */
#define MERGED_GROUPS_MAX 200000u
#define NAME_OCTETS_MAX 1024u
/* Each is compared with each. */
#define STORES_MAX 10000u

struct source {
	const char *path;
	uint64_t digest;
};

struct merging {
	struct adoption_report *report;
	struct complaint *complaint;
	struct source *sources;
	size_t source_count;
	/* The file at hand. */
	const char *path;
	size_t line;
	int64_t run;
	bool has_head; /* its first line has come */
	/* What its first line says there is, and what came. */
	uint32_t domains, groups_told, groups, practices, total_practices;
	struct counted *current; /* of the last group line; NULL: of another run */
	char group[NAME_OCTETS_MAX + 1];
	bool is_total;
};

static int wrong(const struct merging *merging, const char *what)
{
	return complain(merging->complaint, ERR_FORMAT, "'%s' line %zu: %s", merging->path,
			merging->line, what);
}

/* ---- members ---- */

static int read_count(const struct merging *merging, const json_t *object, const char *key,
		      uint32_t *ret_count)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    json_integer_value(value) > UINT32_MAX)
		return complain(merging->complaint, ERR_FORMAT, "'%s' line %zu: '%s' is no count",
				merging->path, merging->line, key);
	*ret_count = (uint32_t)json_integer_value(value);
	return OK;
}

static double read_real(const json_t *object, const char *key)
{
	const double value = json_number_value(json_object_get(object, key));

	return value >= 0 && value <= UINT32_MAX ? value : 0;
}

static int add_to(const struct merging *merging, uint32_t more, uint32_t *sum)
{
	if (*sum > UINT32_MAX - more)
		return wrong(merging, "so many domains cannot be added");
	*sum += more;
	return OK;
}

/* ---- lines ---- */

static int take_time(struct merging *merging, const json_t *object)
{
	const char *text = json_string_value(json_object_get(object, "started"));
	struct adoption_report *report = merging->report;
	int64_t time_s;

	if (!text || time_from_text(text, &time_s) < 0)
		return wrong(merging, "'started' is no time");
	if (report->merged == 0 || time_s < report->merged_from_s)
		report->merged_from_s = time_s;
	if (report->merged == 0 || time_s > report->runs[0].run.started_s)
		report->runs[0].run.started_s = time_s;
	return OK;
}

/* How many lines of its run must follow: all, each group with figures, the others. */
static int take_counts(struct merging *merging, const json_t *object)
{
	uint32_t groups, without;
	int result = read_count(merging, object, "domains", &merging->domains);

	if (result == OK)
		result = read_count(merging, object, "groups", &groups);
	if (result == OK)
		result = read_count(merging, object, "groups_without_figures", &without);
	if (result == OK && without > groups)
		return wrong(merging, "more groups have no figures than there are");
	if (result == OK)
		merging->groups_told = 1 + groups - without + (without > 0);
	return result;
}

/* A store's domains would count twice if two files were of it. */
static int take_stores(struct merging *merging, const json_t *object)
{
	struct adoption_report *report = merging->report;
	const json_t *stores = json_object_get(object, "stores");
	const size_t count = json_array_size(stores);
	int result = OK;

	if (!json_is_array(stores) || count > STORES_MAX - report->store_count)
		return wrong(merging, "'stores' is no list of stores, or there are too many");
	for (size_t i = 0; i < count && result == OK; i++) {
		const char *identity = json_string_value(json_array_get(stores, i));

		if (!identity || !store_identity_is_one(identity))
			return wrong(merging, "'stores' has something that is no store's identity");
		for (uint32_t j = 0; j < report->store_count; j++)
			if (strcmp(report->stores[j], identity) == 0)
				return wrong(merging,
					     "totals of a store that was added already: its "
					     "domains would count twice");
		result = report_add_store(report, identity);
	}
	return result;
}

/* The first line: all files must count the same way. */
static int take_head(struct merging *merging, const json_t *object)
{
	struct adoption_settings *settings = &merging->report->settings;
	const char *text = json_string_value(json_object_get(object, "by"));
	const bool is_named = json_is_true(json_object_get(object, "named"));
	const bool is_sample = json_is_true(json_object_get(object, "sample"));
	enum adoption_by by;
	uint32_t run = 0;
	int result = read_count(merging, object, "run", &run);

	if (result < 0)
		return result;
	if (!text || adoption_by_from_text(text, &by) < 0)
		return wrong(merging, "'by' is none of tld, registrar, operator, as");
	if (by != ADOPTION_BY_TLD && !is_named)
		return wrong(merging,
			     "its groups are told by rank, and cannot be told to be others'; "
			     "write it with --named");
	if (merging->report->merged > 0 && by != settings->by)
		return wrong(merging, "it counts other groups than the first file");
	if (merging->report->merged > 0 && is_sample != settings->is_sample)
		return wrong(merging, "samples and full counts do not add up");
	settings->by = by;
	settings->is_sample = is_sample;
	settings->is_named = true;
	merging->run = (int64_t)run;
	merging->has_head = true;
	result = take_time(merging, object);
	if (result == OK)
		result = take_counts(merging, object);
	if (result == OK)
		result = take_stores(merging, object);
	merging->report->merged++;
	return result;
}

static int find_group(struct merging *merging, const char *name, struct group **ret_group)
{
	struct groups *groups = &merging->report->groups;
	uint32_t place;

	if (strlen(name) > NAME_OCTETS_MAX || !text_is_plain(name, strlen(name)))
		return wrong(merging, "the group's name is none");
	if (groups->count >= MERGED_GROUPS_MAX)
		return complain(merging->complaint, ERR_LIMIT,
				"'%s' line %zu: more than %u groups in all", merging->path,
				merging->line, MERGED_GROUPS_MAX);
	int result = groups_find(groups, name, &place);

	if (result < 0)
		return result;
	*ret_group = &groups->items[place];
	if (!(*ret_group)->runs)
		result = counted_new(merging->report, &(*ret_group)->runs, &(*ret_group)->moved);
	return result;
}

static int take_group(struct merging *merging, const json_t *object)
{
	const json_t *name = json_object_get(object, "group");
	struct group *group = NULL;
	uint32_t domains = 0, scored = 0, run = 0;
	int result = read_count(merging, object, "run", &run);

	if (result == OK)
		result = read_count(merging, object, "domains", &domains);
	if (result == OK)
		result = read_count(merging, object, "scored", &scored);
	if (result < 0)
		return result;
	merging->current = NULL;
	merging->is_total = json_is_null(name);
	if ((int64_t)run != merging->run)
		return OK; /* earlier runs are the file's own trend */
	if (!merging->is_total && !json_is_string(name))
		return wrong(merging, "'group' is no name");
	if (scored > domains || read_real(object, "score") > 100)
		return wrong(merging, "the score cannot be");
	if (merging->is_total && domains != merging->domains)
		return wrong(merging, "the first line says another number of domains");
	merging->groups++;
	if (!merging->is_total)
		result = find_group(merging, json_string_value(name), &group);
	if (result < 0)
		return result;
	merging->current = group ? group->runs : merging->report->total;
	if (group) {
		memcpy(merging->group, json_string_value(name), json_string_length(name) + 1);
		result = add_to(merging, domains, &group->domains);
		group->weight += read_real(object, "weight");
	}
	if (result == OK)
		result = add_to(merging, domains, &merging->current->domains);
	merging->current->scored += scored;
	merging->current->score_sum += read_real(object, "score") / 100 * scored;
	return result;
}

static bool is_of_current(const struct merging *merging, const json_t *object)
{
	const json_t *name = json_object_get(object, "group");

	return merging->is_total ? json_is_null(name)
				 : json_is_string(name) &&
					   strcmp(json_string_value(name), merging->group) == 0;
}

static int take_practice(struct merging *merging, const json_t *object)
{
	static const struct {
		const char *key;
		enum adoption_state state;
	} keys[] = {
		{"adopted", ADOPTION_ADOPTED},
		{"broken", ADOPTION_BROKEN},
		{"absent", ADOPTION_ABSENT},
		{"unknown", ADOPTION_NOT_MEASURED},
		{"does_not_apply", ADOPTION_DOES_NOT_APPLY},
	};
	const char *name = json_string_value(json_object_get(object, "practice"));
	const struct good_practice *practice = name ? good_practice_by_name(name) : NULL;
	const json_t *run = json_object_get(object, "run");
	uint32_t counts[ADOPTION_STATE_COUNT] = {0};
	uint32_t of = 0, excepted = 0;
	int result = read_count(merging, object, "of", &of);

	if (result < 0 || !json_is_integer(run) || json_integer_value(run) != merging->run)
		return result;
	if (!merging->current || !is_of_current(merging, object))
		return wrong(merging, "figures of a group whose own line did not come before");
	if (!practice)
		return wrong(merging, "a practice that this dsfi does not know; use the newer one");
	struct tally *tally = &merging->current->practices[practice - merging->report->practices];

	merging->practices++;
	merging->total_practices += merging->is_total;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]) && result == OK; i++) {
		result = read_count(merging, object, keys[i].key, &counts[keys[i].state]);
		if (result == OK)
			result = add_to(merging, counts[keys[i].state],
					&tally->states[keys[i].state]);
	}
	if (result == OK)
		result = read_count(merging, object, "excepted", &excepted);
	if (result == OK && excepted > (uint64_t)counts[ADOPTION_ABSENT] + counts[ADOPTION_BROKEN])
		return wrong(merging, "more are excepted than are missing");
	if (result == OK)
		result = add_to(merging, excepted, &tally->excepted);
	if (result == OK && (uint64_t)counts[ADOPTION_ADOPTED] + counts[ADOPTION_BROKEN] +
					    counts[ADOPTION_ABSENT] !=
				    of)
		return wrong(merging, "the figures do not add up");
	return result;
}

static int take_object(struct merging *merging, const json_t *object)
{
	const char *type = json_string_value(json_object_get(object, "type"));

	if (!type)
		return wrong(merging, "no line of 'dsfi report --by GROUPS --json'");
	if (strcmp(type, "adoption-report") == 0)
		return !merging->has_head ? take_head(merging, object)
					  : wrong(merging, "a second beginning");
	if (!merging->has_head)
		return wrong(merging, "the first line is not of 'dsfi report --by GROUPS --json'");
	if (strcmp(type, "adoption-group") == 0)
		return take_group(merging, object);
	if (strcmp(type, "adoption") == 0)
		return take_practice(merging, object);
	return wrong(merging, "no line of 'dsfi report --by GROUPS --json'");
}

/* A file that ends after any of its lines, or has some of them twice, would add up to something. */
static int check_whole(const struct merging *merging)
{
	const uint64_t practices = (uint64_t)merging->groups * merging->total_practices;

	if (merging->groups == merging->groups_told && merging->practices == practices)
		return OK;
	return complain(merging->complaint, ERR_FORMAT,
			"'%s' is not whole: it has the figures of %u groups, and should have those "
			"of %u; was it cut short, or written twice?",
			merging->path, merging->groups, merging->groups_told);
}

/* ---- files ---- */

static int take_line(struct merging *merging, const char *line, size_t size)
{
	json_error_t error;

	if (size > LINE_OCTETS_MAX)
		return wrong(merging, "a line too long to be one of ours");
	json_t *object = json_loadb(line, size, JSON_REJECT_DUPLICATES, &error);

	if (!json_is_object(object)) {
		json_decref(object);
		return wrong(merging, "no JSON object; was the file cut short?");
	}
	const int result = take_object(merging, object);

	json_decref(object);
	return result;
}

int adoption_merge_add(struct merging *merging, const char *path, const char *octets, size_t size)
{
	static const uint8_t key[16] = {0};
	const uint64_t digest = siphash(key, octets, size);
	const char *end = octets + size;
	int result = OK;

	merging->path = path;
	merging->line = 0;
	merging->has_head = false;
	merging->current = NULL;
	merging->groups = merging->practices = merging->total_practices = 0;
	for (size_t i = 0; i < merging->source_count; i++)
		if (merging->sources[i].digest == digest)
			return complain(merging->complaint, ERR_ARGUMENT,
					"'%s' is the same as '%s': it would count twice", path,
					merging->sources[i].path);
	while (octets < end && result == OK) {
		const char *stop = memchr(octets, '\n', (size_t)(end - octets));

		merging->line++;
		if (!stop)
			return wrong(merging, "the last line has no end; was the file cut short?");
		result = take_line(merging, octets, (size_t)(stop - octets));
		octets = stop + 1;
	}
	if (result == OK && !merging->has_head)
		return complain(merging->complaint, ERR_FORMAT, "'%s' is empty", path);
	if (result == OK)
		result = check_whole(merging);
	if (result < 0)
		return result;
	void *bigger = memory_resize(merging->sources,
				     (merging->source_count + 1) * sizeof(*merging->sources));

	if (!bigger)
		return ERR_MEMORY;
	merging->sources = bigger;
	merging->sources[merging->source_count++] = (struct source){.path = path, .digest = digest};
	return OK;
}

int adoption_merge_begin(struct complaint *complaint, struct merging **ret_merging)
{
	struct merging *merging = memory_take_zeroed(1, sizeof(*merging));
	struct adoption_report *report = merging ? adoption_report_empty() : NULL;
	int result = report ? groups_init(&report->groups) : ERR_MEMORY;

	if (result == OK) {
		report->run_count = 1;
		merging->report = report;
		merging->complaint = complaint;
		result = counted_new(report, &report->total, &report->moved);
	}
	if (result < 0) {
		adoption_report_free(report);
		memory_give(merging);
		return result;
	}
	*ret_merging = merging;
	return OK;
}

int adoption_merge_end(struct merging *merging, struct adoption_report **ret_report)
{
	struct adoption_report *report = merging->report;
	const int result = count_rank_merged(report);

	assert(report->merged > 0);
	if (result == OK) {
		*ret_report = report;
		merging->report = NULL;
	}
	return result;
}

void adoption_merge_free(struct merging *merging)
{
	if (!merging)
		return;
	adoption_report_free(merging->report);
	memory_give(merging->sources);
	memory_give(merging);
}
