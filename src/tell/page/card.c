/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/page/card.h"

#include <assert.h>

static void card_what(struct text *html, const struct card *card)
{
	markup_mark(html, card->mark, card->code);
	if (!card->note)
		return;
	text_add(html, " <span class=\"note\">");
	markup_text(html, card->note);
	text_add(html, "</span>");
}

void card_begin(struct text *html, const struct card *card)
{
	assert(card->code && (card->level == 3 || card->level == 4));
	text_format(html, "<div class=\"finding %s\"><h%u>", mark_class(card->mark), card->level);
	if (card->title) {
		markup_text(html, card->title);
		text_format(html, "</h%u>\n<p class=\"what\">", card->level);
		card_what(html, card);
		text_add(html, "</p>\n");
	} else {
		card_what(html, card);
		text_format(html, "</h%u>\n", card->level);
	}
}

void card_end(struct text *html)
{
	text_add(html, "</div>\n");
}

void card_fold_begin(struct text *html, const char *summary)
{
	assert(summary);
	text_format(html, "<details><summary>%s</summary>\n", summary);
}

void card_fold_end(struct text *html)
{
	text_add(html, "</details>\n");
}

void card_section(struct text *html, const char *page, const char *heading, const char *summary)
{
	struct prose_part part;

	if (!prose_section(page, heading, &part))
		return;
	card_fold_begin(html, summary);
	prose_to_html(&part, html);
	card_fold_end(html);
}

void card_evidence_begin(struct text *html)
{
	card_fold_begin(html, "Evidence");
	text_add(html, "<ul class=\"evidence\">");
}

void card_evidence(struct text *html, const struct card_evidence *evidence)
{
	assert(evidence->how && evidence->where);
	text_add(html, "<li>");
	markup_code(html, evidence->question ? evidence->question : "");
	text_add_char(html, ' ');
	markup_text(html, evidence->how);
	markup_text(html, evidence->where);
	text_add(html, ": ");
	markup_text(html, evidence->answer ? evidence->answer : "no answer");
	text_add(html, "</li>");
}

void card_evidence_end(struct text *html)
{
	text_add(html, "</ul>");
	card_fold_end(html);
}
