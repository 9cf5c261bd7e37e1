/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/report/page.h"
#include "tell/report/report_private.h"

#include <string.h>

static const char *const card_classes[] = {
	[STATE_GOOD] = "good",
	[STATE_WARNING] = "warn",
	[STATE_BAD] = "bad",
	[STATE_NONE] = "none",
};

static void evidence_list(const struct finding *finding, struct text *html)
{
	if (finding->evidence_count == 0)
		return;
	text_add(html, "<details><summary>Evidence</summary><ul class=\"evidence\">");
	for (uint8_t i = 0; i < finding->evidence_count; i++) {
		const struct finding_evidence *evidence = &finding->evidence[i];
		const struct finding_place place = finding_place(evidence);

		text_add(html, "<li><code>");
		markup_text(html, evidence->question ? evidence->question : "");
		text_format(html, "</code> %s", place.how);
		markup_text(html, place.where);
		text_add(html, ": ");
		markup_text(html, evidence->answer ? evidence->answer : "no answer");
		text_add(html, "</li>");
	}
	text_add(html, "</ul></details>\n");
}

static void section(const char *page, const char *heading, const char *summary, struct text *html)
{
	struct page_part part;

	if (!page_section(page, heading, &part))
		return;
	text_format(html, "<details><summary>%s</summary>\n", summary);
	page_to_html(&part, html);
	text_add(html, "</details>\n");
}

/* Where else, or what else, findings of the same code say. */
static void others(const struct finding *findings, size_t count, struct text *html)
{
	if (count == 1)
		return;
	if (!findings[1].server) {
		for (size_t i = 1; i < count; i++) {
			text_add(html, "<p>");
			markup_text(html, findings[i].sentence);
			text_format(html, "%s</p>\n", sentence_stop(findings[i].sentence));
		}
		return;
	}
	text_add(html, "<p>Also at ");
	for (size_t i = 1; i < count; i++) {
		text_add(html, i == 1 ? "<code>" : ", <code>");
		markup_text(html, findings[i].server ? findings[i].server : "the parent");
		text_add(html, "</code>");
	}
	text_add(html, ".</p>\n");
}

static void card(const struct finding *findings, size_t count, struct text *html)
{
	const struct finding *finding = &findings[0];
	const struct check *check = check_by_code(finding->code);
	const enum state state = report_state_of(finding->severity);

	text_format(html, "<div class=\"finding %s\"><h4>", card_classes[state]);
	markup_state(html, state, finding->code);
	text_format(html, " (%s)</h4>\n<p>", severity_text(finding->severity));
	markup_text(html, finding->sentence);
	text_format(html, "%s</p>\n", sentence_stop(finding->sentence));
	others(findings, count, html);
	if (check) {
		section(check->page, "Why it matters", "What it does to people", html);
		section(check->page, "How to mend it", "How to mend it", html);
	}
	evidence_list(finding, html);
	text_add(html, "<p>For: ");
	markup_text(html, party_text(finding->party));
	text_add(html, ". Verify with <code>dsfi check ");
	markup_text(html, finding->domain);
	text_add(html, "</code>. ");
	markup_text(html, finding->reference ? finding->reference : "");
	text_add(html, "</p></div>\n");
}

void html_findings(const struct finding *findings, size_t count, struct text *html)
{
	size_t first = 0;

	while (first < count) {
		size_t same = 1;

		while (first + same < count &&
		       strcmp(findings[first].code, findings[first + same].code) == 0)
			same++;
		card(&findings[first], same, html);
		first += same;
	}
}
