/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/page/prose.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char page[] = "# CODE: Title\n\nIntro.\n\n## Why it matters\n\nA `b` **c** <d>.\n"
			   "Goes on.\n\n- one\n  more\n- two\n\n## How to mend it\n\n### BIND\n\n"
			   "```\nrndc <x>\n```\n\nSee [RFC](https://example.org/\"x).\n";

static void section_as(const char *heading, void (*write)(const struct prose_part *, struct text *),
		       const char *expected)
{
	struct prose_part part;
	struct text text;

	text_init(&text, 1 << 16);
	assert_true(prose_section(page, heading, &part));
	write(&part, &text);
	assert_string_equal(text_get(&text), expected);
	text_release(&text);
}

static void test_html(void **state)
{
	section_as("Why it matters", prose_to_html,
		   "<p>A <code>b</code> <strong>c</strong> &lt;d&gt;.\nGoes on.</p>\n"
		   "<ul><li>one   more</li>\n<li>two</li></ul>\n");
	section_as("How to mend it", prose_to_html,
		   "<h4>BIND</h4>\n<pre><code>rndc &lt;x&gt;\n</code></pre>\n"
		   "<p>See <a href=\"https://example.org/&quot;x\">RFC</a>.</p>\n");
}

static void test_plain(void **state)
{
	section_as("How to mend it", prose_to_plain,
		   "\nBIND\n\n    rndc <x>\n\nSee [RFC](https://example.org/\"x).\n");
}

static void test_missing_section(void **state)
{
	struct prose_part part;

	assert_false(prose_section(page, "Why", &part));
	assert_false(prose_section("", "Why it matters", &part));
}

static void test_unclosed_marks_are_text(void **state)
{
	static const char odd[] = "## X\nan `open and **open and [open](\n";
	struct prose_part part;
	struct text text;

	text_init(&text, 1 << 16);
	assert_true(prose_section(odd, "X", &part));
	prose_to_html(&part, &text);
	assert_string_equal(text_get(&text), "<p>an `open and **open and [open](</p>\n");
	text_release(&text);
}

/* Neither a report nor a terminal has the other pages beside it. */
static void test_links_to_pages_are_their_titles(void **state)
{
	static const char linking[] = "## X\nSee [SOME-CODE](SOME-CODE.md), [a](b.md).\n";
	struct prose_part part;
	struct text text;

	text_init(&text, 1 << 16);
	assert_true(prose_section(linking, "X", &part));
	prose_to_html(&part, &text);
	assert_string_equal(text_get(&text),
			    "<p>See <code>SOME-CODE</code>, <code>a</code>.</p>\n");
	text_reset(&text);
	prose_to_plain(&part, &text);
	assert_string_equal(text_get(&text), "See SOME-CODE, a.\n");
	text_release(&text);
}

/* Text is escaped a sequence at a time, not an octet. */
static void test_odd_octets_survive(void **state)
{
	static const char odd[] = "## X\n\xc3\xa4 \xe2\x82\xac `\xc3\xa4` \xff\xc3\n";
	struct prose_part part;
	struct text text;

	text_init(&text, 1 << 16);
	assert_true(prose_section(odd, "X", &part));
	prose_to_html(&part, &text);
	assert_string_equal(text_get(&text), "<p>\xc3\xa4 \xe2\x82\xac <code>\xc3\xa4</code> "
					     "\xef\xbf\xbd\xef\xbf\xbd</p>\n");
	text_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_missing_section),
		cmocka_unit_test(test_unclosed_marks_are_text),
		cmocka_unit_test(test_links_to_pages_are_their_titles),
		cmocka_unit_test(test_odd_octets_survive),
	};

	return cmocka_run_group_tests_name("tell/page prose", tests, NULL, NULL);
}
