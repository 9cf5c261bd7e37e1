/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A check's page (docs/check/<CODE>.md), read by section. Pages are written in a small part of
 * Markdown: headings, paragraphs, lists with "- ", code blocks fenced by three backquotes, `code`,
 * **strong** and [text](target). Everything else is plain text. Output to HTML escapes all of it.
 */
#ifndef TELL_REPORT_PAGE_H
#define TELL_REPORT_PAGE_H

#include "base/text.h"

#include <stddef.h>

/* The lines under "## heading" up to the next "## "; false when the page has no such heading. */
struct prose_part {
	const char *start;
	size_t length;
};
bool prose_section(const char *page, const char *heading, struct prose_part *ret_part);
void prose_to_html(const struct prose_part *part, struct text *html);
/* For a terminal: markers dropped, code indented. */
void prose_to_plain(const struct prose_part *part, struct text *plain);

#endif
