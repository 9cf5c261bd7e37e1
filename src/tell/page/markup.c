/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/page/markup.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Does it turn what follows around, beyond the text it stands in: U+202A to U+202E, U+2066 to
 * U+2069 (Unicode Standard Annex 9, s2)? */
static bool turns_around(const uint8_t *octets, size_t size)
{
	return size == 3 && octets[0] == 0xe2 &&
	       ((octets[1] == 0x80 && octets[2] >= 0xaa && octets[2] <= 0xae) ||
		(octets[1] == 0x81 && octets[2] >= 0xa6 && octets[2] <= 0xa9));
}

/* The UTF-8 sequence that begins there, or U+FFFD for the one octet that begins none. */
static size_t escape_sequence(struct text *html, const char *octets, size_t left)
{
	const size_t size = utf8_size((const uint8_t *)octets, left);

	if (size == 0 || utf8_is_control((const uint8_t *)octets) ||
	    turns_around((const uint8_t *)octets, size))
		text_add(html, "\xef\xbf\xbd");
	else
		text_add_octets(html, octets, size);
	return size ? size : 1;
}

void markup_escape(struct text *html, const char *octets, size_t length)
{
	size_t i = 0;

	while (i < length) {
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
		else if (character == '\t' || character == '\n')
			text_add_char(html, character);
		else {
			i += escape_sequence(html, octets + i, length - i);
			continue;
		}
		i++;
	}
}

void markup_text(struct text *html, const char *string)
{
	markup_escape(html, string, strlen(string));
}

void markup_code(struct text *html, const char *string)
{
	text_add(html, "<code>");
	markup_text(html, string);
	text_add(html, "</code>");
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

void markup_reference_link(struct text *html, const char *reference)
{
	size_t digits;

	if (!reference || strncmp(reference, "RFC ", 4) != 0)
		return;
	digits = strspn(reference + 4, "0123456789");
	text_format(html, "https://www.rfc-editor.org/rfc/rfc%.*s", (int)digits, reference + 4);
	if (strncmp(reference + 4 + digits, " s", 2) == 0 &&
	    isdigit((unsigned char)reference[6 + digits])) {
		text_add(html, "#section-");
		markup_text(html, reference + 6 + digits);
	}
}

void markup_reference(struct text *html, const char *reference)
{
	if (!reference)
		return;
	const bool is_rfc = strncmp(reference, "RFC ", 4) == 0;

	if (is_rfc) {
		text_add(html, "<a href=\"");
		markup_reference_link(html, reference);
		text_add(html, "\">");
	}
	markup_text(html, reference);
	text_add(html, is_rfc ? "</a>" : "");
}

static const char *const classes[] = {
	[MARK_GOOD] = "good",
	[MARK_WARNING] = "warn",
	[MARK_BAD] = "bad",
	[MARK_NONE] = "none",
};

const char *mark_class(enum mark mark)
{
	assert(mark <= MARK_NONE);
	return classes[mark];
}

void markup_mark(struct text *html, enum mark mark, const char *word)
{
	assert(mark <= MARK_NONE);
	text_format(html,
		    "<span class=\"state %s\"><svg class=\"i\" viewBox=\"0 0 16 16\" "
		    "aria-hidden=\"true\"><use href=\"#m-%s\"/></svg>",
		    classes[mark], classes[mark]);
	markup_text(html, word);
	text_add(html, "</span>");
}

/* Digits with a comma before each three. */
static void add_grouped(struct text *html, const char *digits, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			text_add_char(html, ',');
		text_add_char(html, digits[i]);
	}
}

void markup_number(struct text *html, uint64_t number)
{
	char digits[24];
	const int length = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)number);

	assert(length > 0 && (size_t)length < sizeof(digits));
	add_grouped(html, digits, (size_t)length);
}

bool markup_is_showable(double number)
{
	return isfinite(number) && fabs(number) <= MARKUP_REAL_MAX;
}

void markup_real(struct text *html, double number, unsigned int decimals)
{
	char digits[40];

	assert(decimals <= 3);
	if (!isfinite(number) || fabs(number) > 10 * MARKUP_REAL_MAX) {
		html->error = html->error ? html->error : ERR_ARGUMENT;
		return;
	}
	const int length = snprintf(digits, sizeof(digits), "%.*f", (int)decimals, fabs(number));
	const size_t whole = strcspn(digits, ".");

	assert(length > 0 && (size_t)length < sizeof(digits) && whole <= (size_t)length);
	/* -0.04 with one decimal is 0.0 */
	if (number < 0 && strspn(digits, "0.") < (size_t)length)
		text_add(html, "−");
	add_grouped(html, digits, whole);
	text_add(html, digits + whole);
}

void markup_percent(struct text *html, uint64_t part, uint64_t whole)
{
	const double share = whole ? 100.0 * (double)part / (double)whole : 0.0;

	assert(part <= whole);
	if (part > 0 && share < 0.05)
		text_add(html, "&lt; 0.1 %");
	else if (part < whole && share >= 99.95)
		text_add(html, "&gt; 99.9 %");
	else if (part == 0 || part == whole)
		text_add(html, part == 0 ? "0 %" : "100 %");
	else
		text_format(html, "%.1f %%", share);
}

void markup_date(struct text *html, int64_t time_s)
{
	char time[TIME_TEXT_MAX];

	time_to_text(time_s, time);
	text_add_octets(html, time, strcspn(time, "T"));
}
