/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/page/frame.h"

#include "tell/page/markup.h"

#include <assert.h>

/* Shapes of the states, and fills of stack.h that are not told apart by colour alone. They must
 * stand in the page itself: another file would be a request. Their colours are the style sheet's.
 */
static const char shapes[] =
	"<svg class=\"defs\" width=\"0\" height=\"0\" aria-hidden=\"true\" focusable=\"false\">"
	"<defs>"
	"<g id=\"m-good\"><circle cx=\"8\" cy=\"8\" r=\"7\"/>"
	"<path d=\"M4.5 8.3l2.4 2.4 4.6-5\"/></g>"
	"<g id=\"m-warn\"><path d=\"M8 1.2l7 13H1z\"/><path d=\"M8 5.8v4M8 11.9v.3\"/></g>"
	"<g id=\"m-bad\"><path d=\"M5 1h6l4 4v6l-4 4H5l-4-4V5z\"/>"
	"<path d=\"M5.3 5.3l5.4 5.4M10.7 5.3l-5.4 5.4\"/></g>"
	"<g id=\"m-none\"><circle cx=\"8\" cy=\"8\" r=\"6.4\" stroke-dasharray=\"2.6 2\"/>"
	"<path d=\"M5 8h6\"/></g>"
	"<pattern id=\"p-bad\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" "
	"patternTransform=\"rotate(45)\"><rect class=\"p-bad\" width=\"7\" height=\"7\"/>"
	"<path class=\"p-cut\" d=\"M1 0v7\"/></pattern>"
	"<pattern id=\"p-warn\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
	"<rect class=\"p-warn\" width=\"6\" height=\"6\"/>"
	"<path class=\"p-cut\" d=\"M0 1h6\"/></pattern>"
	"<pattern id=\"p-none\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
	"<circle class=\"p-none\" cx=\"1.5\" cy=\"1.5\" r=\"1\"/>"
	"<circle class=\"p-none\" cx=\"4.5\" cy=\"4.5\" r=\"1\"/></pattern>"
	"<pattern id=\"p-exempt\" width=\"9\" height=\"9\" patternUnits=\"userSpaceOnUse\" "
	"patternTransform=\"rotate(-45)\"><path class=\"p-exempt\" d=\"M1 0v9\"/></pattern>"
	"</defs></svg>\n";

/* The label last in the page: not of any text, but of the paper it is printed on. */
static void add_label(struct text *html, const struct page_label *label, bool is_last)
{
	text_format(html, "<p class=\"label %s%s\"><strong>", label->kind, is_last ? " foot" : "");
	markup_text(html, label->words);
	text_add(html, "</strong>");
	if (!is_last) {
		text_add(html, " <span>");
		markup_text(html, label->meaning);
		text_add(html, "</span>");
	}
	text_add(html, "</p>\n");
}

static void begin(struct text *html, const struct page_head *head, const struct page_label *label)
{
	assert(head->kind && head->title && head->maker);
	text_format(html,
		    "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
		    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		    "style-src %s; script-src %s; base-uri 'none'; form-action 'none'\">"
		    "<meta name=\"generator\" content=\"%s\">"
		    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
		    "<meta name=\"referrer\" content=\"no-referrer\"><title>",
		    asset_style_source(), asset_script_source(), head->maker);
	markup_text(html, head->title);
	text_format(html, "</title>\n<style>%s</style></head><body>\n%s<main%s>\n", asset_style(),
		    shapes, label != NULL ? " class=\"labelled\"" : "");
	if (label != NULL)
		add_label(html, label, false);
	text_add(html, "<p class=\"over\">");
	markup_text(html, head->kind);
	text_add(html, "</p><h1>");
	markup_text(html, head->title);
	text_add(html, "</h1>\n");
}

void page_begin(struct text *html, const struct page_head *head)
{
	begin(html, head, NULL);
}

void page_begin_labelled(struct text *html, const struct page_head *head,
			 const struct page_label *label)
{
	assert(label->kind && label->words && label->meaning);
	begin(html, head, label);
}

void page_lead_begin(struct text *html)
{
	text_add(html, "<p class=\"lead\">");
}

void page_lead_end(struct text *html)
{
	text_add(html, "</p>\n");
}

void page_heading(struct text *html, const char *heading, const char *reading)
{
	assert(heading);
	text_format(html, "<h2>%s</h2>\n", heading);
	if (reading)
		text_format(html, "<p class=\"sub\">%s</p>\n", reading);
}

static void finish(struct text *html, const struct page_label *label)
{
	text_add(html, " Made with dsfi " DSFI_VERSION ".</footer>\n");
	if (label != NULL)
		add_label(html, label, true);
	text_format(html, "</main><script>%s</script></body></html>\n", asset_script());
}

void page_end(struct text *html, const struct page_method *method)
{
	const bool is_named = method->vantage && method->vantage[0] != '\0';

	text_add(html, "<footer>Measured from ");
	markup_text(html, is_named ? method->vantage : "one vantage point");
	markup_text(html, method->when ? method->when : "");
	text_add(html,
		 ". Every address of every name server was asked; what one vantage point cannot "
		 "see is not in here. ");
	text_add(html, method->more ? method->more : "");
	finish(html, NULL);
}

void page_end_labelled(struct text *html, const struct page_label *label, const char *method)
{
	assert(method);
	text_add(html, "<footer>");
	text_add(html, method);
	finish(html, label);
}
