/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gather/routing/text_file_private.h"
#include "os/lines.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* One entry in so many may be beyond us. */
#define SKIPPED_SHARE 10u

static const char GZIP_MAGIC[2] = {'\x1f', '\x8b'}; /* RFC 1952 s2.3.1 */

struct text_reading text_reading_begin(const char *path, const char *remedy,
				       struct routing_report *report, struct complaint *complaint)
{
	assert(path != NULL && remedy != NULL && report != NULL);
	return (struct text_reading){
		.path = path,
		.remedy = remedy,
		.report = report,
		.complaint = complaint,
		.entries_before = report->entries,
		.skipped_before = report->skipped,
		.expired_before = report->expired,
	};
}

void text_reading_skip(struct text_reading *reading, uint64_t line, const char *why)
{
	struct routing_report *report = reading->report;
	report->skipped++;
	reading->last_was_skipped = true;
	if (reading->first_skipped_line != 0)
		return;
	reading->first_skipped_line = line;
	(void)snprintf(reading->first_skipped, sizeof(reading->first_skipped), "%.*s",
		       ROUTING_REMARK_MAX - 1, why);
	if (report->first_skipped_line != 0)
		return;
	report->first_skipped_line = line;
	memcpy(report->first_skipped, reading->first_skipped, sizeof(report->first_skipped));
}

int text_reading_end(const struct text_reading *reading)
{
	const struct routing_report *report = reading->report;
	const uint64_t entries = report->entries - reading->entries_before;
	const uint64_t skipped = report->skipped - reading->skipped_before;
	const uint64_t expired = report->expired - reading->expired_before;
	if (entries == 0)
		return complain(reading->complaint, ERR_FORMAT, "'%s' has no entries; %s",
				reading->path, reading->remedy);
	if (skipped * SKIPPED_SHARE > entries)
		return complain(reading->complaint, ERR_FORMAT,
				"'%s': %" PRIu64 " of %" PRIu64 " entries are not understood, the "
				"first on line %" PRIu64 ": %s; %s",
				reading->path, skipped, entries, reading->first_skipped_line,
				reading->first_skipped, reading->remedy);
	if (reading->last_was_skipped)
		return complain(
			reading->complaint, ERR_SHORT,
			"'%s' ends within an entry: it was cut short; fetch or write it anew",
			reading->path);
	if (expired == entries)
		return complain(reading->complaint, ERR_FORMAT,
				"'%s' is out of date: the time of all %" PRIu64
				" entries is over; run the validator again",
				reading->path, entries);
	return OK;
}

static bool is_comment(const char *line, size_t length)
{
	size_t blank = 0;
	while (blank < length && (line[blank] == ' ' || line[blank] == '\t'))
		blank++;
	return blank == length || line[blank] == '#' || line[blank] == '%' || line[blank] == ';';
}

static int take_line(struct text_reading *reading, struct lines *lines, text_take_line *take,
		     void *context)
{
	const char *line;
	size_t length;
	struct complaint why = {""};
	int error = lines_next(lines, &line, &length);
	const uint64_t number = lines_number(lines);
	if (error == OK && number == 1 && length >= 2 && memcmp(line, GZIP_MAGIC, 2) == 0)
		return complain(reading->complaint, ERR_UNSUPPORTED,
				"'%s' is compressed; unpack it first: gunzip < '%s' > FILE",
				reading->path, reading->path);
	if (error == OK && is_comment(line, length))
		return OK;
	if (error == ERR_LIMIT)
		error = complain(&why, ERR_FORMAT, "longer than %zu octets", TEXT_LINE_MAX);
	else if (error == OK)
		error = take(context, line, length, &why);
	else
		return error;
	if (error == OK) {
		reading->last_was_skipped = false;
		return OK;
	}
	if (error != ERR_FORMAT) {
		const char *text = error == ERR_LIMIT    ? "more entries than a table may have"
				   : why.text[0] != '\0' ? why.text
							 : error_text(error);
		return complain(reading->complaint, error, "'%s' line %" PRIu64 ": %s; %s",
				reading->path, number, text, reading->remedy);
	}
	reading->report->entries++;
	text_reading_skip(reading, number, why.text);
	return OK;
}

int text_file_read(struct text_reading *reading, text_take_line *take, void *context)
{
	struct lines *lines;
	int error = lines_open(reading->path, TEXT_LINE_MAX, reading->complaint, &lines);
	if (error != OK)
		return error;
	do {
		error = take_line(reading, lines, take, context);
	} while (error == OK);
	const uint64_t number = lines_number(lines);
	lines_close(lines);
	if (error == ERR_NOT_FOUND)
		return text_reading_end(reading);
	if (error == ERR_IO)
		return complain(reading->complaint, ERR_IO,
				"cannot read '%s' behind line %" PRIu64 "; is the disk well?",
				reading->path, number);
	return error;
}
