/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A card: what is wrong, in what state, with the code; what it does to people, how to mend it, how
 * to verify that it is mended, where it comes from. The caller writes paragraphs between begin and
 * end.
 */
#ifndef TELL_PAGE_CARD_H
#define TELL_PAGE_CARD_H

#include "base/text.h"
#include "tell/page/markup.h"
#include "tell/page/prose.h"

struct card {
	enum mark mark;
	unsigned int level; /* of its heading: 3 or 4 */
	const char *title;  /* NULL: mark and code are the heading */
	const char *code;
	const char *note; /* beside the code: "error, 3 domains"; NULL: nothing */
};

void card_begin(struct text *html, const struct card *card);
void card_end(struct text *html);
/* What only some want to read, folded under its summary (HTML of the caller's own); printed whole.
 */
void card_fold_begin(struct text *html, const char *summary);
void card_fold_end(struct text *html);
/* The section of a check's page, folded; nothing when it has none. */
void card_section(struct text *html, const char *page, const char *heading, const char *summary);

/* Evidence: a question, what came back, and where (two pieces of one sentence). */
struct card_evidence {
	const char *question, *how, *where, *answer; /* question, answer NULL: none */
};
void card_evidence_begin(struct text *html);
void card_evidence(struct text *html, const struct card_evidence *evidence);
void card_evidence_end(struct text *html);

#endif
