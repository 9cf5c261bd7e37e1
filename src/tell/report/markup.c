/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/report/markup.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

void markup_escape(struct text *html, const char *octets, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		const char character = octets[i];

		if (character == '&')
			text_add(html, "&amp;");
		else if (character == '<')
			text_add(html, "&lt;");
		else if (character == '>')
			text_add(html, "&gt;");
		else if (character == '"')
			text_add(html, "&quot;");
		else if (character == '\'')
			text_add(html, "&#39;");
		else if ((unsigned char)character < 0x20 && character != '\t' && character != '\n')
			text_add(html, "\xef\xbf\xbd");
		else
			text_add_char(html, character);
	}
}

void markup_text(struct text *html, const char *string)
{
	markup_escape(html, string, strlen(string));
}

void markup_file(struct text *html, const char *name)
{
	for (; *name; name++) {
		if (isalnum((unsigned char)*name) || strchr("-._~", *name))
			text_add_char(html, *name);
		else
			text_format(html, "%%%02X", (unsigned char)*name);
	}
}

static const struct {
	const char *class;
	const char *drawing;
} states[] = {
	[STATE_GOOD] = {"good", "<circle cx=\"8\" cy=\"8\" r=\"7\"/>"
				"<path d=\"M4.5 8.3l2.4 2.4 4.6-5\"/>"},
	[STATE_WARNING] = {"warn", "<path d=\"M8 1.2l7 13H1z\"/><path d=\"M8 5.8v4M8 11.9v.3\"/>"},
	[STATE_BAD] = {"bad", "<path d=\"M5 1h6l4 4v6l-4 4H5l-4-4V5z\"/>"
			      "<path d=\"M5.3 5.3l5.4 5.4M10.7 5.3l-5.4 5.4\"/>"},
	[STATE_NONE] = {"none", "<circle cx=\"8\" cy=\"8\" r=\"6.4\" stroke-dasharray=\"2.6 2\"/>"
				"<path d=\"M5 8h6\"/>"},
};

void markup_state(struct text *html, enum state state, const char *word)
{
	assert(state <= STATE_NONE);
	text_format(html,
		    "<span class=\"state %s\"><svg class=\"i\" viewBox=\"0 0 16 16\" "
		    "aria-hidden=\"true\">%s</svg>",
		    states[state].class, states[state].drawing);
	markup_text(html, word);
	text_add(html, "</span>");
}

void markup_bar(struct text *html, uint64_t part, uint64_t whole, enum state state,
		const char *label)
{
	const double width = whole ? 360.0 * (double)part / (double)whole : 0.0;
	/* One domain in a million is still to be seen. */
	const double shown = part > 0 && width < 1.5 ? 1.5 : width;

	assert(part <= whole && state <= STATE_NONE);
	text_add(html, "<svg class=\"bar\" viewBox=\"0 0 360 18\" role=\"img\" aria-label=\"");
	markup_text(html, label);
	text_format(html,
		    "\"><rect class=\"track\" width=\"360\" height=\"10\" y=\"4\" rx=\"2\"/>"
		    "<rect class=\"fill %s\" width=\"%.1f\" height=\"10\" y=\"4\" rx=\"2\"/></svg>",
		    states[state].class, shown);
}

void markup_number(struct text *html, uint64_t number)
{
	char digits[24];
	const int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);

	assert(length > 0 && (size_t)length < sizeof(digits));
	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			text_add_char(html, ',');
		text_add_char(html, digits[i]);
	}
}

void markup_percent(struct text *html, uint64_t part, uint64_t whole)
{
	const double share = whole ? 100.0 * (double)part / (double)whole : 0.0;

	assert(part <= whole);
	if (part > 0 && share < 0.05)
		text_add(html, "&lt; 0.1 %");
	else if (part == 0 || part == whole)
		text_add(html, part == 0 ? "0 %" : "100 %");
	else
		text_format(html, "%.1f %%", share);
}
