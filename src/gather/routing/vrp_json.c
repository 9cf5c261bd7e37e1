/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "gather/routing/field_private.h"
#include "gather/routing/json_stream_private.h"
#include "gather/routing/text_file_private.h"
#include "gather/routing/vrps_private.h"

#include <assert.h>
#include <string.h>

struct json {
	struct vrps *vrps;
	struct text_reading *reading;
	int64_t now_s;
	bool has_roas;
};

static int take_as(const json_t *value, uint32_t *ret_as)
{
	if (json_is_integer(value)) {
		const json_int_t number = json_integer_value(value);
		if (number < 0 || number > UINT32_MAX)
			return ERR_FORMAT;
		*ret_as = (uint32_t)number;
		return OK;
	}
	if (!json_is_string(value))
		return ERR_FORMAT;
	const struct field text = {json_string_value(value), json_string_length(value)};
	return field_as(&text, ret_as);
}

static int take_vrp(const json_t *entry, struct prefix_item *ret_item, uint8_t *ret_family,
		    struct complaint *complaint)
{
	struct vrp vrp;
	const json_t *prefix = json_object_get(entry, "prefix");
	const json_t *longest = json_object_get(entry, "maxLength");
	if (take_as(json_object_get(entry, "asn"), &vrp.as) != OK)
		return complain(complaint, ERR_FORMAT, "'asn' is no AS number");
	if (!json_is_string(prefix))
		return complain(complaint, ERR_FORMAT, "'prefix' is missing or no text");
	const struct field text = {json_string_value(prefix), json_string_length(prefix)};
	if (route_prefix_from_text(text.text, text.length, &vrp.prefix) != OK)
		return complain(complaint, ERR_FORMAT, "'%.*s' is no prefix", field_width(&text),
				text.text);
	/* Absent: the prefix's own (RFC 9582 s4.3.2.2). */
	const json_int_t max_length =
		longest == NULL ? (json_int_t)vrp.prefix.bits : json_integer_value(longest);
	vrp.max_length = (uint8_t)max_length;
	if ((longest != NULL && !json_is_integer(longest)) || max_length < 0 ||
	    max_length > UINT8_MAX || vrp_to_item(&vrp, ret_item) != OK)
		return complain(complaint, ERR_FORMAT,
				"'maxLength' is no length that is possible for '%.*s'",
				field_width(&text), text.text);
	*ret_family = vrp.prefix.family;
	return OK;
}

static int take_entry(struct json *json, const json_t *entry, struct complaint *complaint)
{
	struct prefix_item item;
	uint8_t family = ADDRESS_NONE;
	struct routing_report *report = json->reading->report;
	const json_t *expires = json_object_get(entry, "expires");
	if (!json_is_object(entry))
		return complain(complaint, ERR_FORMAT, "no object");
	int error = take_vrp(entry, &item, &family, complaint);
	if (error != OK)
		return error;
	if (expires != NULL && !json_is_integer(expires))
		return complain(complaint, ERR_FORMAT, "'expires' is no time");
	const bool is_expired =
		json->now_s != 0 && expires != NULL && json_integer_value(expires) < json->now_s;
	if (!is_expired) {
		error = vrps_add_item(json->vrps, family, &item);
		if (error != OK)
			return error;
	}
	report->entries++;
	report->taken += !is_expired;
	report->expired += is_expired;
	return OK;
}

/* rpki-client: "buildtime"; Routinator: "generated". */
static void take_metadata(struct json *json, const json_t *metadata)
{
	const json_t *generated = json_object_get(metadata, "generated");
	const char *built = json_string_value(json_object_get(metadata, "buildtime"));
	int64_t built_s;
	if (json_is_integer(generated) && json_integer_value(generated) > 0)
		json->reading->report->generated_s = json_integer_value(generated);
	else if (built != NULL && time_from_text(built, &built_s) == OK && built_s > 0)
		json->reading->report->generated_s = built_s;
}

static int take(void *context, const struct json_value *value, struct complaint *complaint)
{
	struct json *json = context;
	if (strcmp(value->key, "metadata") == 0)
		take_metadata(json, value->value);
	if (strcmp(value->key, "roas") != 0)
		return OK;
	if (value->value == NULL) {
		if (json->has_roas)
			return complain(complaint, ERR_FORMAT,
					"a second 'roas' list; which of them holds?");
		json->has_roas = true;
		return OK;
	}
	if (!value->is_element)
		return complain(complaint, ERR_FORMAT, "'roas' is no list");
	struct complaint why = {""};
	int error = take_entry(json, value->value, &why);
	if (error == ERR_FORMAT) {
		json->reading->report->entries++;
		text_reading_skip(json->reading, value->line, why.text);
		return OK;
	}
	if (error == ERR_LIMIT)
		return complain(complaint, error, "more entries than a table may have");
	return error;
}

int vrps_read_json(struct vrps *vrps, const char *path, int64_t now_s,
		   struct routing_report *report, struct complaint *complaint)
{
	assert(vrps != NULL && path != NULL);
	struct routing_report own = {0};
	struct text_reading reading = text_reading_begin(
		path, "is this what rpki-client -j or routinator --format json writes?",
		report != NULL ? report : &own, complaint);
	struct json json = {vrps, &reading, now_s, false};
	int error = json_stream_read(path, take, &json, complaint);
	if (error != OK)
		return error;
	if (!json.has_roas)
		return complain(complaint, ERR_FORMAT, "'%s' has no list 'roas'; %s", path,
				reading.remedy);
	/* Brackets told already that nothing is missing at the end. */
	reading.last_was_skipped = false;
	return text_reading_end(&reading);
}
