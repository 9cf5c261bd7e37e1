/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "gather/routing/field_private.h"
#include "gather/routing/text_file_private.h"
#include "gather/routing/vrps_private.h"

#include <assert.h>
#include <string.h>

/* Routinator's csvext has six columns. */
#define COLUMNS_MAX 16u
#define COLUMN_NONE COLUMNS_MAX

enum column { COLUMN_AS, COLUMN_PREFIX, COLUMN_MAX_LENGTH, COLUMN_EXPIRES, COLUMN_COUNT };

struct column_name {
	const char *name; /* in the first line, whatever the case */
	enum column column;
};

static const struct column_name NAMES[] = {
	{"ASN", COLUMN_AS},
	{"IP Prefix", COLUMN_PREFIX},
	{"Max Length", COLUMN_MAX_LENGTH},
	{"Expires", COLUMN_EXPIRES},   /* rpki-client: Unix seconds */
	{"Not After", COLUMN_EXPIRES}, /* Routinator csvext: "2026-11-21 18:16:07", UTC */
};

struct csv {
	struct vrps *vrps;
	struct routing_report *report;
	int64_t now_s;
	size_t columns[COLUMN_COUNT]; /* where each stands; COLUMN_NONE: nowhere */
	bool has_begun;
};

static bool is_head(const struct field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (field_is(&fields[i], NAMES[COLUMN_AS].name))
			return true;
	}
	return false;
}

static int take_head(struct csv *csv, const struct field *fields, size_t count,
		     struct complaint *complaint)
{
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		csv->columns[i] = COLUMN_NONE;
	for (size_t i = 0; i < count * (sizeof(NAMES) / sizeof(NAMES[0])); i++) {
		const struct column_name *name = &NAMES[i / count];
		if (field_is(&fields[i % count], name->name))
			csv->columns[name->column] = i % count;
	}
	if (csv->columns[COLUMN_PREFIX] == COLUMN_NONE)
		return complain(complaint, ERR_ARGUMENT,
				"the first line names no column 'IP Prefix'");
	return OK;
}

/* Seconds as a number, or date and time with a blank between. */
static int take_time(const struct field *field, int64_t *ret_time)
{
	char text[TIME_TEXT_MAX];
	uint32_t seconds;
	if (field_number(field, UINT32_MAX, &seconds) == OK) {
		*ret_time = seconds;
		return OK;
	}
	if (field->length + 2 > sizeof(text) || field->length != strlen("2026-11-21 18:16:07"))
		return ERR_FORMAT;
	memcpy(text, field->text, field->length);
	text[10] = 'T';
	text[field->length] = 'Z';
	text[field->length + 1] = '\0';
	return time_from_text(text, ret_time);
}

/* The field of a column; an empty one where there is none. */
static struct field field_of(const struct csv *csv, const struct field *fields, enum column column)
{
	const size_t place = csv->columns[column];
	return place == COLUMN_NONE ? (struct field){"", 0} : fields[place];
}

static int take_fields(const struct csv *csv, const struct field *fields, struct vrp *ret_vrp,
		       struct complaint *complaint)
{
	const struct field as = field_of(csv, fields, COLUMN_AS);
	const struct field prefix = field_of(csv, fields, COLUMN_PREFIX);
	const struct field longest = field_of(csv, fields, COLUMN_MAX_LENGTH);
	struct vrp vrp;
	if (field_as(&as, &vrp.as) != OK)
		return complain(complaint, ERR_FORMAT, "'%.*s' is no AS number", field_width(&as),
				as.text);
	if (route_prefix_from_text(prefix.text, prefix.length, &vrp.prefix) != OK)
		return complain(complaint, ERR_FORMAT, "'%.*s' is no prefix", field_width(&prefix),
				prefix.text);
	/* Without the column: the prefix's own (RFC 9582 s4.3.2.2). An empty field is a line cut.
	 */
	uint32_t max_length = vrp.prefix.bits;
	if (csv->columns[COLUMN_MAX_LENGTH] != COLUMN_NONE &&
	    field_number(&longest, UINT8_MAX, &max_length) != OK)
		return complain(complaint, ERR_FORMAT, "'%.*s' is no length of a prefix",
				field_width(&longest), longest.text);
	vrp.max_length = (uint8_t)max_length;
	*ret_vrp = vrp;
	return OK;
}

static int take_entry(struct csv *csv, const struct field *fields, struct complaint *complaint)
{
	struct vrp vrp = {0};
	struct prefix_item item;
	int error = take_fields(csv, fields, &vrp, complaint);
	if (error != OK)
		return error;
	if (vrp_to_item(&vrp, &item) != OK)
		return complain(complaint, ERR_FORMAT,
				"no longest prefix of %u bits is possible for a prefix of %u",
				vrp.max_length, vrp.prefix.bits);
	const struct field expires = field_of(csv, fields, COLUMN_EXPIRES);
	int64_t expires_s = INT64_MAX;
	/* Routinator writes "N/A" for what the operator added by hand (RFC 8416). */
	if (expires.length > 0 && !field_is(&expires, "N/A") &&
	    take_time(&expires, &expires_s) != OK)
		return complain(complaint, ERR_FORMAT, "'%.*s' is no time", field_width(&expires),
				expires.text);
	const bool is_expired = csv->now_s != 0 && expires_s < csv->now_s;
	if (!is_expired) {
		error = vrps_add_item(csv->vrps, vrp.prefix.family, &item);
		if (error != OK)
			return error;
	}
	csv->report->entries++;
	csv->report->taken += !is_expired;
	csv->report->expired += is_expired;
	return OK;
}

static size_t columns_needed(const struct csv *csv)
{
	size_t needed = 0;
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		if (csv->columns[i] != COLUMN_NONE && csv->columns[i] >= needed)
			needed = csv->columns[i] + 1;
	}
	return needed;
}

static int take_line(void *context, const char *line, size_t length, struct complaint *complaint)
{
	struct csv *csv = context;
	struct field fields[COLUMNS_MAX];
	const size_t count = field_split_commas(line, length, fields, COLUMNS_MAX);
	if (count > COLUMNS_MAX)
		return complain(complaint, ERR_FORMAT, "more than %u columns", COLUMNS_MAX);
	if (!csv->has_begun) {
		csv->has_begun = true;
		if (is_head(fields, count))
			return take_head(csv, fields, count, complaint);
	}
	const size_t needed = columns_needed(csv);
	if (count < needed)
		return complain(complaint, ERR_FORMAT, "%zu columns, at least %zu expected", count,
				needed);
	return take_entry(csv, fields, complaint);
}

int vrps_read_csv(struct vrps *vrps, const char *path, int64_t now_s, struct routing_report *report,
		  struct complaint *complaint)
{
	assert(vrps != NULL && path != NULL);
	struct routing_report own = {0};
	struct csv csv = {
		.vrps = vrps,
		.report = report != NULL ? report : &own,
		.now_s = now_s,
		.columns = {0, 1, 2, COLUMN_NONE},
	};
	struct text_reading reading =
		text_reading_begin(path,
				   "is this what rpki-client -c or routinator --format csv writes?",
				   csv.report, complaint);
	return text_file_read(&reading, take_line, &csv);
}
