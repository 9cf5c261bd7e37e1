/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gather/routing/field_private.h"
#include "gather/routing/text_file_private.h"

#include <assert.h>

#define LINE_ORIGINS_MAX 256u

struct ris {
	struct routes *routes;
	struct routing_report *report;
	uint16_t peers_min;
};

struct ris_line {
	struct route_prefix prefix;
	uint16_t peers;
	size_t count;
	uint32_t origins[LINE_ORIGINS_MAX];
	bool is_set;
};

/* "64496", or "{64496,64497}". */
static int take_origins(struct field field, struct ris_line *ret_line)
{
	ret_line->is_set =
		field.length >= 2 && field.text[0] == '{' && field.text[field.length - 1] == '}';
	if (ret_line->is_set) {
		field.text++;
		field.length -= 2;
	}
	ret_line->count = 0;
	struct field member;
	while (field_cut(&field, ',', &member)) {
		if (ret_line->count == LINE_ORIGINS_MAX ||
		    field_as(&member, &ret_line->origins[ret_line->count]) != OK)
			return ERR_FORMAT;
		ret_line->count++;
	}
	return ret_line->is_set || ret_line->count == 1 ? OK : ERR_FORMAT;
}

static int take_fields(const struct field fields[3], struct ris_line *ret_line,
		       struct complaint *complaint)
{
	uint32_t peers;
	if (take_origins(fields[0], ret_line) != OK)
		return complain(complaint, ERR_FORMAT, "'%.*s' is no AS number",
				field_width(&fields[0]), fields[0].text);
	if (route_prefix_from_text(fields[1].text, fields[1].length, &ret_line->prefix) != OK)
		return complain(complaint, ERR_FORMAT, "'%.*s' is no prefix",
				field_width(&fields[1]), fields[1].text);
	if (field_number(&fields[2], UINT32_MAX, &peers) != OK)
		return complain(complaint, ERR_FORMAT, "'%.*s' is no number of peers",
				field_width(&fields[2]), fields[2].text);
	ret_line->peers = peers < UINT16_MAX ? (uint16_t)peers : UINT16_MAX;
	return OK;
}

static int take_line(void *context, const char *line, size_t length, struct complaint *complaint)
{
	struct ris *ris = context;
	struct field fields[3];
	struct ris_line taken = {0};
	const size_t count = field_split_blanks(line, length, fields, 3);
	if (count != 3)
		return complain(complaint, ERR_FORMAT,
				"%zu columns; origin, prefix and peers are expected", count);
	int error = take_fields(fields, &taken, complaint);
	if (error != OK)
		return error;
	uint64_t added = 0;
	/* A default route says nothing of an address; nobody is AS 0 (RFC 7607). */
	const bool is_wanted = taken.prefix.bits > 0 && taken.peers >= ris->peers_min;
	for (size_t i = 0; i < taken.count && is_wanted; i++) {
		const struct route_origin origin = {
			.as = taken.origins[i], .peers = taken.peers, .is_in_set = taken.is_set};
		if (origin.as == 0)
			continue;
		error = routes_add(ris->routes, &taken.prefix, &origin);
		if (error != OK)
			return error;
		added++;
	}
	ris->report->entries++;
	ris->report->taken += added > 0;
	ris->report->ignored += added == 0;
	return OK;
}

int routes_read_ris(struct routes *routes, const char *path, uint16_t peers_min,
		    struct routing_report *report, struct complaint *complaint)
{
	assert(routes != NULL && path != NULL);
	struct routing_report own = {0};
	struct ris ris = {routes, report != NULL ? report : &own, peers_min};
	struct text_reading reading =
		text_reading_begin(path, "is this a riswhoisdump of RIPE (origin, prefix, peers)?",
				   ris.report, complaint);
	return text_file_read(&reading, take_line, &ris);
}
