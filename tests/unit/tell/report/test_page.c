/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "tell/report/markup.h"
#include "tell/report/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char page[] = "# CODE: Title\n\nIntro.\n\n## Why it matters\n\nA `b` **c** <d>.\n"
			   "Goes on.\n\n- one\n  more\n- two\n\n## How to mend it\n\n### BIND\n\n"
			   "```\nrndc <x>\n```\n\nSee [RFC](https://example.org/\"x).\n";

static void section_as(const char *heading, void (*write)(const struct page_part *, struct text *),
		       const char *expected)
{
	struct page_part part;
	struct text text;

	text_init(&text, 1 << 16);
	assert_true(page_section(page, heading, &part));
	write(&part, &text);
	assert_string_equal(text_get(&text), expected);
	text_release(&text);
}

static void test_html(void **state)
{
	section_as("Why it matters", page_to_html,
		   "<p>A <code>b</code> <strong>c</strong> &lt;d&gt;.\nGoes on.</p>\n"
		   "<ul><li>one   more</li>\n<li>two</li></ul>\n");
	section_as("How to mend it", page_to_html,
		   "<h4>BIND</h4>\n<pre><code>rndc &lt;x&gt;\n</code></pre>\n"
		   "<p>See <a href=\"https://example.org/&quot;x\">RFC</a>.</p>\n");
}

static void test_plain(void **state)
{
	section_as("How to mend it", page_to_plain,
		   "\nBIND\n\n    rndc <x>\n\nSee [RFC](https://example.org/\"x).\n");
}

static void test_missing_section(void **state)
{
	struct page_part part;

	assert_false(page_section(page, "Why", &part));
	assert_false(page_section("", "Why it matters", &part));
}

static void test_unclosed_marks_are_text(void **state)
{
	static const char odd[] = "## X\nan `open and **open and [open](\n";
	struct page_part part;
	struct text text;

	text_init(&text, 1 << 16);
	assert_true(page_section(odd, "X", &part));
	page_to_html(&part, &text);
	assert_string_equal(text_get(&text), "<p>an `open and **open and [open](</p>\n");
	text_release(&text);
}

/* Neither a report nor a terminal has the other pages beside it. */
static void test_links_to_pages_are_their_titles(void **state)
{
	static const char linking[] = "## X\nSee [SOME-CODE](SOME-CODE.md), [a](b.md).\n";
	struct page_part part;
	struct text text;

	text_init(&text, 1 << 16);
	assert_true(page_section(linking, "X", &part));
	page_to_html(&part, &text);
	assert_string_equal(text_get(&text),
			    "<p>See <code>SOME-CODE</code>, <code>a</code>.</p>\n");
	text_reset(&text);
	page_to_plain(&part, &text);
	assert_string_equal(text_get(&text), "See SOME-CODE, a.\n");
	text_release(&text);
}

/* What the report and `explain` promise of every page. */
static void test_every_page_is_whole(void **state)
{
	static const char *const headings[] = {
		"Why it matters",
		"How to mend it",
		"How to verify",
		"How dsfi decides",
	};
	size_t count;
	const struct check *checks = check_all(&count);
	struct page_part part;

	assert_true(count >= 30);
	for (size_t i = 0; i < count; i++) {
		for (size_t h = 0; h < sizeof(headings) / sizeof(headings[0]); h++) {
			if (!page_section(checks[i].page, headings[h], &part) || part.length < 20)
				fail_msg("docs/check/%s.md lacks '%s'", checks[i].code,
					 headings[h]);
		}
	}
}

static void test_markup(void **state)
{
	struct text text;

	text_init(&text, 1 << 16);
	markup_text(&text, "<&>\"'\x01");
	markup_number(&text, 1581220);
	markup_number(&text, 999);
	assert_string_equal(text_get(&text), "&lt;&amp;&gt;&quot;&#39;\xef\xbf\xbd"
					     "1,581,220999");
	text_reset(&text);
	markup_percent(&text, 1, 3);
	markup_percent(&text, 0, 3);
	markup_percent(&text, 3, 3);
	markup_percent(&text, 1, 1000000);
	assert_string_equal(text_get(&text), "33.3 %0 %100 %&lt; 0.1 %");
	text_reset(&text);
	markup_file(&text, "run:1 #2?\"\xc3\xa4-3.html");
	assert_string_equal(text_get(&text), "run%3A1%20%232%3F%22%C3%A4-3.html");
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
		cmocka_unit_test(test_every_page_is_whole),
		cmocka_unit_test(test_markup),
	};

	return cmocka_run_group_tests_name("tell/report pages", tests, NULL, NULL);
}
