/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A case as one page that a director and an engineer can read: a plain sentence; what happened, as
 * a picture and as a table; what it is about; who knows, and who has not been heard of; who has to
 * do what until when; what is proven, and what makes it not count; all that was said. The mark of
 * the strictest message (TLP 2.0) stands at the top and on each printed page, in FIRST's colours.
 *
 * What others wrote is hostile: it is escaped, and cut where it is long. The page never grows over
 * CASE_PAGE_OCTETS_MAX: of what is too much the newest is shown, and the page says what is left
 * out. The same view and clock give the same octets. Times are UTC.
 *
 * The view, and what it points into, is the caller's; nothing is kept.
 */
#ifndef TELL_CASE_PAGE_H
#define TELL_CASE_PAGE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/text.h"
#include "judge/case/fold.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What mail takes, and any browser shows at once. */
#define CASE_PAGE_OCTETS_MAX ((size_t)4 << 20)

/* Messages of the reader's own to a party that were not sent to it yet. */
struct case_unsent {
	size_t count;
	bool is_all; /* nothing that was said was sent to it */
};

struct case_page {
	const struct case_view *view;
	int64_t now_s; /* the picture goes as far */
	/* A party's name; its id where it is not known. */
	const char *(*name_of)(void *context, const char *party);
	/* NULL: not known. */
	struct case_unsent (*unsent_of)(void *context, const struct case_knower *knower);
	void *context;
	const char *self; /* id of the party that reads; NULL: nobody's store */
};

/* `html` is empty, with CASE_PAGE_OCTETS_MAX as its cap. ERR_MEMORY, with nothing to be used. */
MUST_CHECK int case_page(struct arena *arena, const struct case_page *page, struct text *html);

#endif
