/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The frame of a page of ours: one self-contained file that asks nobody for anything. Its
 * Content-Security-Policy allows the one style sheet and the one script of web/, by hash, and
 * nothing else; so neither `style` attributes nor handlers work in it, and none are needed. The
 * script sorts and filters tables that are whole without it.
 *
 * The order of a page, for someone with little time: page_begin, page_lead_begin (one plain
 * sentence, the news in <strong>), the picture, the table, the evidence, page_end with the method.
 */
#ifndef TELL_PAGE_FRAME_H
#define TELL_PAGE_FRAME_H

#include "base/text.h"

struct page_head {
	const char *kind;  /* stands above the title: "Report" */
	const char *title; /* subject and date */
	const char *maker; /* "dsfi report", in <meta name="generator"> */
};

/* Head, patterns of the charts, open <main>, title. */
void page_begin(struct text *html, const struct page_head *head);

/* How far the page may go: stands at its top, and above and below each printed page. */
struct page_label {
	const char *kind;    /* class of its colours in web/page.css: "amber" */
	const char *words;   /* "TLP:AMBER" */
	const char *meaning; /* a sentence */
};
/* The same as page_begin; closed by page_end_labelled. */
void page_begin_labelled(struct text *html, const struct page_head *head,
			 const struct page_label *label);

void page_lead_begin(struct text *html); /* <p class="lead"> */
void page_lead_end(struct text *html);
/* A heading of the second level and, unless NULL, a sentence on how to read what follows; both are
 * HTML of the caller's own. */
void page_heading(struct text *html, const char *heading, const char *reading);

struct page_method {
	const char *vantage; /* NULL or "": one vantage point */
	const char *when;    /* ", begun 2026-11-21T18:16:07Z, in 4 min"; NULL: nothing */
	const char *more;    /* HTML: further sentences; NULL: none */
};
/* How it was measured and what it was made with; closes all that page_begin opened. */
void page_end(struct text *html, const struct page_method *method);

/* For what was not measured by whoever made the page: `method`, HTML of the caller's own, says
 * where it comes from. */
void page_end_labelled(struct text *html, const struct page_label *label, const char *method);

/* The style sheet, the script and their CSP sources ('sha256-...'), embedded by the build. */
const char *asset_style(void);
const char *asset_style_source(void);
const char *asset_script(void);
const char *asset_script_source(void);

#endif
