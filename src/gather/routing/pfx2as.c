/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gather/routing/field_private.h"
#include "gather/routing/text_file_private.h"

#include <assert.h>

/* Origins on a line; far more than any prefix has, so that no line costs without bound. */
#define LINE_ORIGINS_MAX 256u

struct pfx2as {
	struct routes *routes;
	struct routing_report *report;
};

static int take_origins(struct field list, struct route_origin *origins, size_t *ret_count)
{
	struct field group;
	size_t count = 0;
	while (field_cut(&list, '_', &group)) {
		struct field member;
		bool is_in_set = false;
		while (field_cut(&group, ',', &member)) {
			if (count == LINE_ORIGINS_MAX ||
			    field_as(&member, &origins[count].as) != OK)
				return ERR_FORMAT;
			/* A group of one is an origin, one of several an AS_SET. */
			is_in_set = is_in_set || group.text != NULL;
			origins[count].is_in_set = is_in_set;
			origins[count].peers = 0;
			count++;
		}
	}
	*ret_count = count;
	return OK;
}

static int take_line(void *context, const char *line, size_t length, struct complaint *complaint)
{
	struct pfx2as *file = context;
	struct field fields[3];
	struct route_prefix prefix;
	struct route_origin origins[LINE_ORIGINS_MAX];
	size_t origin_count;
	const size_t count = field_split_blanks(line, length, fields, 3);
	if (count != 3)
		return complain(complaint, ERR_FORMAT,
				"%zu columns; address, length and origin are expected", count);
	if (route_prefix_from_fields(&fields[0], &fields[1], &prefix) != OK)
		return complain(complaint, ERR_FORMAT, "'%.*s' '%.*s' is no prefix",
				field_width(&fields[0]), fields[0].text, field_width(&fields[1]),
				fields[1].text);
	if (take_origins(fields[2], origins, &origin_count) != OK)
		return complain(complaint, ERR_FORMAT, "'%.*s' is no list of AS numbers",
				field_width(&fields[2]), fields[2].text);
	uint64_t taken = 0;
	/* A default route says nothing of an address; nobody is AS 0 (RFC 7607). */
	for (size_t i = 0; i < origin_count && prefix.bits > 0; i++) {
		if (origins[i].as == 0)
			continue;
		int error = routes_add(file->routes, &prefix, &origins[i]);
		if (error != OK)
			return error;
		taken++;
	}
	file->report->entries++;
	file->report->taken += taken > 0;
	file->report->ignored += taken == 0;
	return OK;
}

int routes_read_pfx2as(struct routes *routes, const char *path, struct routing_report *report,
		       struct complaint *complaint)
{
	assert(routes != NULL && path != NULL);
	struct routing_report own = {0};
	struct pfx2as file = {routes, report != NULL ? report : &own};
	struct text_reading reading =
		text_reading_begin(path,
				   "is this a list by CAIDA of prefix, length and AS (pfx2as)?",
				   file.report, complaint);
	return text_file_read(&reading, take_line, &file);
}
