/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The frame of a page: head with its policy, style sheet, title; open <main>. Whoever opens one
 * closes it with </main>, the script of asset_script() and </body></html>.
 */
#ifndef TELL_REPORT_FRAME_H
#define TELL_REPORT_FRAME_H

#include "base/text.h"

/* `kind` stands above the title. */
void html_page_begin(const char *kind, const char *title, struct text *html);

#endif
