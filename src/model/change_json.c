/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A change read back from a line of JSON, which may come from anybody. */
#include "model/change.h"

#include <assert.h>
#include <jansson.h>
#include <string.h>

/* Every list full of the longest texts stays below. */
#define CHANGE_JSON_MAX (512u << 10)
#define SCORE_MAX 100
/* Points and percent of one signal. */
#define POINTS_MAX 1000

/* The first thing wrong sticks. */
struct reading {
	struct arena *arena;
	struct complaint *complaint;
	int error;
};

static void refuse(struct reading *reading, const char *key, const char *what)
{
	if (reading->error == OK)
		reading->error =
			complain(reading->complaint, ERR_FORMAT, "change: '%s' %s", key, what);
}

/* What a terminal would act upon is no text here. */
static const char *read_text(struct reading *reading, const json_t *value, const char *key)
{
	if (!json_is_string(value)) {
		refuse(reading, key, "is not a text");
		return NULL;
	}
	const size_t size = json_string_length(value);
	if (size > CHANGE_TEXT_MAX || !text_is_plain(json_string_value(value), size)) {
		refuse(reading, key, "is longer than a sentence, or holds control characters");
		return NULL;
	}
	const char *copy = arena_text(reading->arena, json_string_value(value));
	if (copy == NULL && reading->error == OK)
		reading->error = complain(reading->complaint, ERR_MEMORY, "change: out of memory");
	return copy;
}

static const char *text_member(struct reading *reading, const json_t *object, const char *key)
{
	return read_text(reading, json_object_get(object, key), key);
}

static int64_t number_member(struct reading *reading, const json_t *object, const char *key,
			     int64_t minimum, int64_t maximum)
{
	const json_t *value = json_object_get(object, key);
	const int64_t number = json_integer_value(value);
	if (!json_is_integer(value) || number < minimum || number > maximum)
		refuse(reading, key, "is not a number in its range");
	return number;
}

static int64_t time_member(struct reading *reading, const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	int64_t time_s = 0;
	if (!json_is_string(value) || time_from_text(json_string_value(value), &time_s) != OK)
		refuse(reading, key, "is not a time (RFC 3339, UTC)");
	return time_s;
}

static void read_look(struct reading *reading, const json_t *look, int64_t *ret_run, int64_t *ret_s)
{
	*ret_run = number_member(reading, look, "run", 1, INT64_MAX);
	*ret_s = time_member(reading, look, "time");
}

static size_t list_size(struct reading *reading, const json_t *list, const char *key, size_t most)
{
	if (!json_is_array(list) || json_array_size(list) > most) {
		refuse(reading, key, "is not a list, or too long");
		return 0;
	}
	return json_array_size(list);
}

static void read_classes(struct reading *reading, const json_t *object, struct change *change)
{
	const json_t *list = json_object_get(object, "classes");
	const size_t count = list_size(reading, list, "classes", CHANGE_CLASS_COUNT);
	for (size_t i = 0; i < count; i++) {
		const json_t *value = json_array_get(list, i);
		enum change_class one = CHANGE_OTHER;
		if (!json_is_string(value) ||
		    change_class_from_text(json_string_value(value), &one) != OK)
			refuse(reading, "classes", "names a class that is not known");
		change->classes |= 1u << one;
	}
	if (count == 0)
		refuse(reading, "classes", "is empty");
}

static void read_reason(struct reading *reading, const json_t *object, struct change_reason *reason)
{
	reason->is_factor = json_object_get(object, "percent") != NULL;
	reason->number = text_member(reading, object, "signal");
	reason->name = text_member(reading, object, "name");
	reason->sentence = text_member(reading, object, "sentence");
	reason->clears = text_member(reading, object, "clears");
	reason->reference = text_member(reading, object, "reference");
	reason->points = (int)number_member(
		reading, object, reason->is_factor ? "percent" : "points", -POINTS_MAX, POINTS_MAX);
	reason->fresh = (int)number_member(reading, object, "fresh", -POINTS_MAX, POINTS_MAX);
}

static void read_rule(struct reading *reading, const json_t *object, struct change_rule *rule)
{
	const json_t *list = json_object_get(object, "signals");
	rule->score = (uint8_t)number_member(reading, object, "score", 0, SCORE_MAX);
	rule->signal_count = list_size(reading, list, "signals", CHANGE_REASONS_MAX);
	for (size_t i = 0; i < rule->signal_count; i++)
		rule->signals[i] = read_text(reading, json_array_get(list, i), "signals");
	if (rule->signal_count == 0)
		refuse(reading, "signals", "is empty");
}

static void read_lists(struct reading *reading, const json_t *object, struct change *change)
{
	const json_t *list = json_object_get(object, "sentences");
	change->sentence_count = list_size(reading, list, "sentences", CHANGE_SENTENCES_MAX);
	for (size_t i = 0; i < change->sentence_count; i++)
		change->sentences[i] = read_text(reading, json_array_get(list, i), "sentences");
	list = json_object_get(object, "reasons");
	change->reason_count = list_size(reading, list, "reasons", CHANGE_REASONS_MAX);
	for (size_t i = 0; i < change->reason_count; i++)
		read_reason(reading, json_array_get(list, i), &change->reasons[i]);
	list = json_object_get(object, "not_known");
	change->unknown_count = list_size(reading, list, "not_known", CHANGE_REASONS_MAX);
	for (size_t i = 0; i < change->unknown_count; i++) {
		const json_t *unknown = json_array_get(list, i);
		change->unknowns[i].number = text_member(reading, unknown, "signal");
		change->unknowns[i].name = text_member(reading, unknown, "name");
		change->unknowns[i].why = text_member(reading, unknown, "why");
	}
}

static void read_change(struct reading *reading, const json_t *object, struct change *change)
{
	const json_t *undone = json_object_get(object, "undone");
	const json_t *high_value = json_object_get(object, "high_value");
	const char *type = text_member(reading, object, "type");
	if (type != NULL && strcmp(type, "change") != 0)
		refuse(reading, "type", "is not change");
	change->domain = text_member(reading, object, "domain");
	change->band = text_member(reading, object, "band");
	change->score = (uint8_t)number_member(reading, object, "score", 0, SCORE_MAX);
	change->is_scored_again = json_object_get(object, "score_before") != NULL;
	if (change->is_scored_again)
		change->score_before =
			(uint8_t)number_member(reading, object, "score_before", 0, SCORE_MAX);
	change->is_high_value = json_is_true(high_value);
	if (!json_is_boolean(high_value))
		refuse(reading, "high_value", "is neither true nor false");
	read_look(reading, json_object_get(object, "before"), &change->before_run,
		  &change->before_s);
	read_look(reading, json_object_get(object, "after"), &change->after_run, &change->after_s);
	if (undone == NULL || !json_is_null(undone))
		read_look(reading, undone, &change->undone_run, &change->undone_s);
	change->judged_s = time_member(reading, object, "judged");
	read_classes(reading, object, change);
	if (json_object_get(object, "rule") != NULL)
		read_rule(reading, json_object_get(object, "rule"), &change->rule);
	read_lists(reading, object, change);
}

int change_from_json(struct arena *arena, const char *line, size_t size, struct change *ret_change,
		     struct complaint *complaint)
{
	struct reading reading = {.arena = arena, .complaint = complaint};
	json_error_t where;
	assert(line != NULL && ret_change != NULL);
	if (size > CHANGE_JSON_MAX)
		return complain(complaint, ERR_LIMIT, "change: %zu octets, more than %u", size,
				CHANGE_JSON_MAX);
	json_t *object = json_loadb(line, size, JSON_REJECT_DUPLICATES, &where);
	if (!json_is_object(object)) {
		json_decref(object);
		return complain(complaint, ERR_FORMAT, "change: no JSON object");
	}
	struct change *change = arena_take_zeroed(arena, sizeof(*change));
	if (change == NULL)
		reading.error = complain(complaint, ERR_MEMORY, "change: out of memory");
	else
		read_change(&reading, object, change);
	json_decref(object);
	if (reading.error == OK)
		*ret_change = *change;
	return reading.error;
}
