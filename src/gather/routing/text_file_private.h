/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A list in a file, and when it is not to be believed: what every format has in common.
 *
 * An entry that is not understood is left out, counted, and the first one remembered. More than one
 * in ten, or the last one (a file cut short), and the whole is refused: a table with holes gives
 * wrong answers without a word.
 */
#ifndef GATHER_ROUTING_TEXT_FILE_PRIVATE_H
#define GATHER_ROUTING_TEXT_FILE_PRIVATE_H

#include "gather/routing/routing.h"

/* Longer than the longest line of any of these files: a URI (RFC 3986 has no end; publication
 * points stay below 300) or some dozen origins. */
#define TEXT_LINE_MAX ((size_t)4096)

struct text_reading {
	const char *path;
	const char *remedy; /* "is this the CSV of ...?" */
	struct routing_report *report;
	struct complaint *complaint;
	uint64_t entries_before; /* of the report, which adds up over files */
	uint64_t skipped_before;
	uint64_t expired_before;
	uint64_t first_skipped_line; /* of this file; 0: none */
	char first_skipped[ROUTING_REMARK_MAX];
	bool last_was_skipped;
};

/* `report` is not NULL. */
struct text_reading text_reading_begin(const char *path, const char *remedy,
				       struct routing_report *report, struct complaint *complaint);
/* One more entry that is not understood. */
void text_reading_skip(struct text_reading *reading, uint64_t line, const char *why);
/* At the file's end: OK or what is wrong with the whole. */
MUST_CHECK int text_reading_end(const struct text_reading *reading);

/* Takes one line that is neither empty nor a comment (#, %, ;), and counts it as taken or ignored.
 * ERR_FORMAT with a sentence: it is skipped; any other error ends the reading. */
typedef int text_take_line(void *context, const char *line, size_t length,
			   struct complaint *complaint);

MUST_CHECK int text_file_read(struct text_reading *reading, text_take_line *take, void *context);

#endif
