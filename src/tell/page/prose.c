/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/page/prose.h"

#include "tell/page/markup.h"

#include <assert.h>
#include <string.h>

struct line {
	const char *start;
	size_t length;
};

static bool next_line(const char **cursor, const char *end, struct line *ret_line)
{
	if (*cursor >= end)
		return false;
	const char *feed = memchr(*cursor, '\n', (size_t)(end - *cursor));
	const char *stop = feed ? feed : end;

	*ret_line = (struct line){*cursor, (size_t)(stop - *cursor)};
	*cursor = feed ? feed + 1 : end;
	return true;
}

static bool begins(const struct line *line, const char *prefix)
{
	const size_t length = strlen(prefix);

	return line->length >= length && memcmp(line->start, prefix, length) == 0;
}

static struct line without(struct line line, size_t octets)
{
	assert(octets <= line.length);
	return (struct line){line.start + octets, line.length - octets};
}

bool prose_section(const char *page, const char *heading, struct prose_part *ret_part)
{
	const char *end = page + strlen(page);
	const char *cursor = page;
	const char *start = NULL;
	struct line line;

	while (true) {
		const char *line_start = cursor;

		if (!next_line(&cursor, end, &line))
			break;
		if (!begins(&line, "## "))
			continue;
		if (start) {
			*ret_part = (struct prose_part){start, (size_t)(line_start - start)};
			return true;
		}
		const struct line title = without(line, 3);

		if (title.length == strlen(heading) &&
		    memcmp(title.start, heading, title.length) == 0)
			start = cursor;
	}
	if (start)
		*ret_part = (struct prose_part){start, (size_t)(end - start)};
	return start;
}

/* The distance to the next `mark` in the line, or 0 when there is none. */
static size_t span_to(const struct line *line, size_t from, const char *mark)
{
	const size_t length = strlen(mark);

	for (size_t i = from; i + length <= line->length; i++)
		if (memcmp(line->start + i, mark, length) == 0)
			return i;
	return 0;
}

struct prose_link {
	struct line title, target;
	size_t stop;  /* behind it */
	bool is_page; /* another page of ours, which does not lie beside a report or a terminal */
};

static bool read_link(const struct line *line, size_t at, struct prose_link *ret_link)
{
	const size_t middle = span_to(line, at + 1, "](");
	const size_t stop = middle ? span_to(line, middle + 2, ")") : 0;

	if (!stop)
		return false;
	*ret_link = (struct prose_link){
		.title = {line->start + at + 1, middle - at - 1},
		.target = {line->start + middle + 2, stop - middle - 2},
		.stop = stop + 1,
		.is_page = !memchr(line->start + middle + 2, ':', stop - middle - 2),
	};
	return true;
}

static size_t html_link(const struct line *line, size_t at, struct text *html)
{
	struct prose_link link;

	if (!read_link(line, at, &link))
		return 0;
	if (link.is_page) {
		text_add(html, "<code>");
		markup_escape(html, link.title.start, link.title.length);
		text_add(html, "</code>");
		return link.stop;
	}
	text_add(html, "<a href=\"");
	markup_escape(html, link.target.start, link.target.length);
	text_add(html, "\">");
	markup_escape(html, link.title.start, link.title.length);
	text_add(html, "</a>");
	return link.stop;
}

static size_t html_span(const struct line *line, size_t at, const char *mark, const char *element,
			struct text *html)
{
	const size_t length = strlen(mark);
	const size_t stop = span_to(line, at + length, mark);

	if (!stop)
		return 0;
	text_format(html, "<%s>", element);
	markup_escape(html, line->start + at + length, stop - at - length);
	text_format(html, "</%s>", element);
	return stop + length;
}

static void html_inline(const struct line *line, struct text *html)
{
	size_t at = 0;

	while (at < line->length) {
		size_t next = 0;

		if (line->start[at] == '`')
			next = html_span(line, at, "`", "code", html);
		else if (line->length - at > 2 && memcmp(line->start + at, "**", 2) == 0)
			next = html_span(line, at, "**", "strong", html);
		else if (line->start[at] == '[')
			next = html_link(line, at, html);
		if (next == 0) {
			/* What opens nothing is text, up to what may open something. */
			next = at + 1;
			while (next < line->length && !strchr("`*[", line->start[next]))
				next++;
			markup_escape(html, line->start + at, next - at);
		}
		at = next;
	}
}

enum block { BLOCK_NONE, BLOCK_PARAGRAPH, BLOCK_LIST, BLOCK_CODE };

static void close_block(enum block *block, struct text *html)
{
	static const char *const closings[] = {
		[BLOCK_NONE] = "",
		[BLOCK_PARAGRAPH] = "</p>\n",
		[BLOCK_LIST] = "</li></ul>\n",
		[BLOCK_CODE] = "</code></pre>\n",
	};

	text_add(html, closings[*block]);
	*block = BLOCK_NONE;
}

/* Opens a block or goes on with the one that is open. */
static void enter_block(enum block *block, enum block wanted, struct text *html)
{
	if (*block == wanted) {
		text_add(html, wanted == BLOCK_LIST ? "</li>\n<li>" : "\n");
		return;
	}
	close_block(block, html);
	text_add(html, wanted == BLOCK_LIST ? "<ul><li>" : "<p>");
	*block = wanted;
}

static void html_line(const struct line *line, enum block *block, struct text *html)
{
	if (line->length == 0) {
		close_block(block, html);
	} else if (begins(line, "### ")) {
		const struct line title = without(*line, 4);

		close_block(block, html);
		text_add(html, "<h4>");
		html_inline(&title, html);
		text_add(html, "</h4>\n");
	} else if (begins(line, "- ")) {
		const struct line item = without(*line, 2);

		enter_block(block, BLOCK_LIST, html);
		html_inline(&item, html);
	} else {
		if (*block == BLOCK_LIST)
			text_add(html, " ");
		else
			enter_block(block, BLOCK_PARAGRAPH, html);
		html_inline(line, html);
	}
}

void prose_to_html(const struct prose_part *part, struct text *html)
{
	const char *cursor = part->start;
	const char *end = part->start + part->length;
	enum block block = BLOCK_NONE;
	struct line line;

	while (next_line(&cursor, end, &line)) {
		if (begins(&line, "```")) {
			const bool was_code = block == BLOCK_CODE;

			close_block(&block, html);
			if (was_code)
				continue;
			text_add(html, "<pre><code>");
			block = BLOCK_CODE;
		} else if (block == BLOCK_CODE) {
			markup_escape(html, line.start, line.length);
			text_add(html, "\n");
		} else {
			html_line(&line, &block, html);
		}
	}
	close_block(&block, html);
}

static void plain_inline(const struct line *line, struct text *plain)
{
	struct prose_link link;

	for (size_t at = 0; at < line->length; at++) {
		if (line->start[at] == '`')
			continue;
		if (line->start[at] == '[' && read_link(line, at, &link) && link.is_page) {
			text_add_octets(plain, link.title.start, link.title.length);
			at = link.stop - 1;
			continue;
		}
		if (line->length - at >= 2 && memcmp(line->start + at, "**", 2) == 0) {
			at++;
			continue;
		}
		text_add_char(plain, line->start[at]);
	}
}

void prose_to_plain(const struct prose_part *part, struct text *plain)
{
	const char *cursor = part->start;
	const char *end = part->start + part->length;
	bool in_code = false;
	struct line line;

	while (next_line(&cursor, end, &line)) {
		if (begins(&line, "```")) {
			in_code = !in_code;
			continue;
		}
		if (in_code) {
			text_add(plain, "    ");
			text_add_octets(plain, line.start, line.length);
		} else {
			const size_t depth = strspn(line.start, "#");
			const bool is_heading =
				depth > 0 && depth < line.length && line.start[depth] == ' ';
			const struct line rest = is_heading ? without(line, depth + 1) : line;

			plain_inline(&rest, plain);
		}
		text_add_char(plain, '\n');
	}
}
