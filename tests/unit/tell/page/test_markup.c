/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/page/card.h"
#include "tell/page/frame.h"
#include "tell/page/markup.h"
#include "tell/page/sheet.h"
#include "tell/page/table.h"

#include <math.h>

#define HOSTILE "</title><script>alert(1)</script>\"'&\x1b[2J\xff"
#define HOSTILE_ESCAPED                                                                      \
	"&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\xef\xbf\xbd[2J" \
	"\xef\xbf\xbd"

static void test_escape(void **state)
{
	markup_text(&html, HOSTILE);
	expect(HOSTILE_ESCAPED);
	/* Cut in the middle of a sequence, C1, DEL. */
	markup_escape(&html, "\xc3\xa4\xc3", 3);
	expect("\xc3\xa4\xef\xbf\xbd");
	markup_text(&html, "a\tb\nc\rd\x7f\xc2\x9b");
	expect("a\tb\nc\xef\xbf\xbd"
	       "d\xef\xbf\xbd\xef\xbf\xbd");
	/* Overrides and isolates of direction; marks and letters of any direction stay. */
	markup_text(&html, "\xe2\x80\xae\xe2\x81\xa9\xe2\x80\xaa\xe2\x81\xa6\xe2\x80\xaf\xd7\x90");
	expect("\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xe2\x80\xaf\xd7\x90");
	markup_code(&html, "<b>");
	expect("<code>&lt;b&gt;</code>");
	markup_file(&html, "run:1 #2?\"\xc3\xa4-3.html");
	expect("run%3A1%20%232%3F%22%C3%A4-3.html");
}

static void test_numbers(void **state)
{
	markup_number(&html, 1581220);
	text_add_char(&html, ' ');
	markup_number(&html, 999);
	text_add_char(&html, ' ');
	markup_number(&html, UINT64_MAX);
	expect("1,581,220 999 18,446,744,073,709,551,615");
	markup_real(&html, 1234.56, 1);
	text_add_char(&html, ' ');
	markup_real(&html, -0.04, 1);
	text_add_char(&html, ' ');
	markup_real(&html, -1234, 0);
	text_add_char(&html, ' ');
	markup_real(&html, MARKUP_REAL_MAX, 3);
	expect("1,234.6 0.0 −1,234 1,000,000,000,000,000.000");
	markup_percent(&html, 1, 3);
	markup_percent(&html, 0, 3);
	markup_percent(&html, 3, 3);
	markup_percent(&html, 1, 1000000);
	markup_percent(&html, 999999, 1000000);
	markup_percent(&html, 0, 0);
	expect("33.3 %0 %100 %&lt; 0.1 %&gt; 99.9 %0 %");
	markup_date(&html, INT64_MAX);
	markup_date(&html, 0);
	expect("9999-12-311970-01-01");
}

static void test_no_number_is_refused(void **state)
{
	static const double wrong[] = {NAN, INFINITY, -INFINITY, 2e16};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		markup_real(&html, wrong[i], 1);
		assert_int_equal(html.error, ERR_ARGUMENT);
		assert_string_equal(text_get(&html), "");
		text_reset(&html);
	}
}

static void test_references(void **state)
{
	markup_reference(&html, "RFC 4035 s5.3.1");
	expect("<a href=\"https://www.rfc-editor.org/rfc/rfc4035#section-5.3.1\">"
	       "RFC 4035 s5.3.1</a>");
	markup_reference(&html, "RFC 8078");
	expect("<a href=\"https://www.rfc-editor.org/rfc/rfc8078\">RFC 8078</a>");
	markup_reference(&html, "<NIST>");
	markup_reference(&html, NULL);
	expect("&lt;NIST&gt;");
	markup_reference(&html, "RFC 1 s5\"><b>");
	expect("<a href=\"https://www.rfc-editor.org/rfc/rfc1#section-5&quot;&gt;&lt;b&gt;\">"
	       "RFC 1 s5&quot;&gt;&lt;b&gt;</a>");
}

static void test_mark_is_word_and_shape(void **state)
{
	for (int mark = MARK_GOOD; mark <= MARK_NONE; mark++) {
		markup_mark(&html, (enum mark)mark, "a<b");
		assert_non_null(strstr(text_get(&html), "<svg"));
		assert_non_null(strstr(text_get(&html), "a&lt;b</span>"));
		assert_non_null(strstr(text_get(&html), mark_class((enum mark)mark)));
		text_reset(&html);
	}
}

static void test_frame(void **state)
{
	page_begin(&html, &(struct page_head){"Report", HOSTILE, "dsfi report"});
	page_lead_begin(&html);
	page_lead_end(&html);
	page_heading(&html, "News", NULL);
	page_end(&html, &(struct page_method){"<here>", NULL, NULL});
	assert_int_equal(html.error, OK);
	assert_non_null(strstr(text_get(&html), "<title>" HOSTILE_ESCAPED "</title>"));
	assert_non_null(strstr(text_get(&html), "<h1>" HOSTILE_ESCAPED "</h1>"));
	assert_non_null(strstr(text_get(&html), "default-src 'none'"));
	assert_non_null(strstr(text_get(&html), "Measured from &lt;here&gt;."));
	assert_null(strstr(text_get(&html), "style="));
	assert_null(strstr(text_get(&html), "http://"));
}

static void test_label(void **state)
{
	const struct page_label label = {"amber", "TLP:AMBER", "For <few>."};

	page_begin_labelled(&html, &(struct page_head){"Case", "t", "dsfi case"}, &label);
	page_end_labelled(&html, &label, "Said.");
	assert_int_equal(html.error, OK);
	assert_non_null(strstr(text_get(&html),
			       "<main class=\"labelled\">\n<p class=\"label amber\"><strong>"
			       "TLP:AMBER</strong> <span>For &lt;few&gt;.</span></p>\n"));
	assert_non_null(strstr(text_get(&html), "</footer>\n<p class=\"label amber foot\"><strong>"
						"TLP:AMBER</strong></p>\n</main>"));
	assert_null(strstr(text_get(&html), "Measured from"));
	assert_non_null(strstr(text_get(&html), ".label.amber strong{color:#ffc000}"));
}

static void test_table(void **state)
{
	static const struct column columns[] = {{"<A>", false}, {"B", true}};

	table_begin(&html, &(struct table){"t1", "\"", columns, 2, false});
	row_begin(&html);
	cell_head(&html, "<x>");
	cell_percent(&html, 1, 4);
	row_end(&html);
	table_end(&html);
	expect("<div class=\"wrap\" role=\"region\" tabindex=\"0\" aria-label=\"&quot;\" id=\"t1\">"
	       "<table class=\"sorts\"><thead><tr><th scope=\"col\">&lt;A&gt;</th>"
	       "<th scope=\"col\" class=\"num\">B</th></tr></thead><tbody>\n"
	       "<tr><th scope=\"row\">&lt;x&gt;</th><td class=\"num\" data-key=\"25\">25.0 %</td>"
	       "</tr>\n</tbody></table></div>\n");
	filter_begin(&html, "t1");
	filter_choices_begin(&html, "state", "<S>");
	filter_choice(&html, "a\"b", "<c>");
	filter_choices_end(&html);
	filter_end(&html);
	expect("<form class=\"find\" data-of=\"t1\"><label>&lt;S&gt;<select name=\"state\">"
	       "<option value=\"\">any</option><option value=\"a&quot;b\">&lt;c&gt;</option>"
	       "</select></label><output></output></form>\n");
}

static void test_card(void **state)
{
	card_begin(&html, &(struct card){MARK_BAD, 3, "<t>", "CODE", "<n>"});
	card_section(&html, "## Why it matters\nA <b>.\n", "Why it matters", "Why");
	card_section(&html, "## Why it matters\nA <b>.\n", "How", "How");
	card_evidence_begin(&html);
	card_evidence(&html, &(struct card_evidence){"<q>", "at ", "<w>", NULL});
	card_evidence_end(&html);
	card_end(&html);
	assert_non_null(strstr(text_get(&html), "<div class=\"finding bad\"><h3>&lt;t&gt;</h3>"));
	assert_non_null(strstr(text_get(&html), "<summary>Why</summary>\n<p>A &lt;b&gt;.</p>"));
	assert_non_null(
		strstr(text_get(&html), "<li><code>&lt;q&gt;</code> at &lt;w&gt;: no answer</li>"));
	assert_null(strstr(text_get(&html), "How"));
}

/* A page that grows beyond its cap is an error and no more memory. */
static void test_cap(void **state)
{
	struct text small;

	text_init(&small, 1000);
	page_begin(&small, &(struct page_head){"Report", "t", "dsfi report"});
	for (int i = 0; i < 1000; i++)
		markup_text(&small, HOSTILE);
	assert_int_equal(small.error, ERR_LIMIT);
	assert_true(small.length <= 1000);
	text_release(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_escape, begin, end),
		cmocka_unit_test_setup_teardown(test_numbers, begin, end),
		cmocka_unit_test_setup_teardown(test_no_number_is_refused, begin, end),
		cmocka_unit_test_setup_teardown(test_references, begin, end),
		cmocka_unit_test_setup_teardown(test_mark_is_word_and_shape, begin, end),
		cmocka_unit_test_setup_teardown(test_frame, begin, end),
		cmocka_unit_test_setup_teardown(test_label, begin, end),
		cmocka_unit_test_setup_teardown(test_table, begin, end),
		cmocka_unit_test_setup_teardown(test_card, begin, end),
		cmocka_unit_test(test_cap),
	};

	return cmocka_run_group_tests_name("tell/page markup", tests, NULL, NULL);
}
