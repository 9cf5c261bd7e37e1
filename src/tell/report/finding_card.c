/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/report/finding_card.h"

#include "judge/check/check.h"
#include "tell/page/card.h"

#include <assert.h>
#include <string.h>

enum mark finding_mark(enum severity severity)
{
	if (severity >= SEVERITY_ERROR)
		return MARK_BAD;
	return severity >= SEVERITY_WARNING ? MARK_WARNING : MARK_GOOD;
}

static void evidence_list(const struct finding *finding, struct text *html)
{
	if (finding->evidence_count == 0)
		return;
	card_evidence_begin(html);
	for (uint8_t i = 0; i < finding->evidence_count; i++) {
		const struct finding_evidence *evidence = &finding->evidence[i];
		const struct finding_place place = finding_place(evidence);

		card_evidence(html, &(struct card_evidence){evidence->question, place.how,
							    place.where, evidence->answer});
	}
	card_evidence_end(html);
}

static void sentence(const struct finding *finding, struct text *html)
{
	text_add(html, "<p>");
	markup_text(html, finding->sentence);
	text_format(html, "%s</p>\n", sentence_stop(finding->sentence));
}

/* Where else, or what else, findings of the same code say. */
static void others(const struct finding *findings, size_t count, struct text *html)
{
	if (count == 1)
		return;
	if (!findings[1].server) {
		for (size_t i = 1; i < count; i++)
			sentence(&findings[i], html);
		return;
	}
	text_add(html, "<p>Also at ");
	for (size_t i = 1; i < count; i++) {
		text_add(html, i == 1 ? "" : ", ");
		markup_code(html, findings[i].server ? findings[i].server : "the parent");
	}
	text_add(html, ".</p>\n");
}

static void finding_card(const struct finding *findings, size_t count, struct text *html)
{
	assert(count > 0);
	const struct finding *finding = &findings[0];
	const struct check *check = check_by_code(finding->code);

	card_begin(html, &(struct card){.mark = finding_mark(finding->severity),
					.level = 4,
					.code = finding->code,
					.note = severity_text(finding->severity)});
	sentence(finding, html);
	others(findings, count, html);
	if (check) {
		card_section(html, check->page, "Why it matters", "What it does to people");
		card_section(html, check->page, "How to mend it", "How to mend it");
	}
	evidence_list(finding, html);
	text_add(html, "<p>For: ");
	markup_text(html, party_text(finding->party));
	text_add(html, ". Verify with <code>dsfi check ");
	markup_text(html, finding->domain);
	text_add(html, "</code>. ");
	markup_reference(html, finding->reference);
	text_add(html, "</p>");
	card_end(html);
}

void finding_cards(const struct finding *findings, size_t count, struct text *html)
{
	size_t first = 0;

	while (first < count) {
		size_t same = 1;

		while (first + same < count &&
		       strcmp(findings[first].code, findings[first + same].code) == 0)
			same++;
		finding_card(&findings[first], same, html);
		first += same;
	}
}
