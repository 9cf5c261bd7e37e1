/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Findings as cards of a page: what was found, what it does to people, how to mend it, the
 * evidence, who can act and how to verify it.
 */
#ifndef TELL_REPORT_FINDING_CARD_H
#define TELL_REPORT_FINDING_CARD_H

#include "base/text.h"
#include "model/finding.h"
#include "tell/page/markup.h"

#include <stddef.h>

/* Error and worse: bad; warning: warning; less: good. */
enum mark finding_mark(enum severity severity);
/* A card a code: findings of one code must stand together, and are told once. */
void finding_cards(const struct finding *findings, size_t count, struct text *html);

#endif
