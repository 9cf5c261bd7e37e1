/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is under exception or in dispute, in sentences that all forms of the letter share. */
#include "tell/letter/letter_private.h"

#include <assert.h>

void letter_excepted_lead(const struct letter *letter, struct text *text)
{
	const struct excepted *excepted = &letter->excepted;

	if (excepted->accepted == 0 && excepted->disputed == 0)
		return;
	text_add_char(text, ' ');
	if (excepted->accepted == 0)
		text_add(text, "Of what is told, ");
	excepted_sum(excepted, text);
	text_add(text, excepted->accepted > 0
			       ? ": what is under exception is not asked of you before it ends."
			       : ".");
}

const char *letter_excepted_next(const struct letter *letter, struct arena *arena,
				 struct excepted_cursor *cursor)
{
	const struct exception *exception = NULL;
	struct exception_use use;
	struct text words;

	if (cursor->shown >= LETTER_EXCEPTIONS_SHOWN)
		return NULL;
	if (!cursor->is_expired)
		exception = excepted_next(&letter->excepted, EXCEPTED_APPLIED, &cursor->at, &use);
	if (!exception) {
		cursor->at = cursor->is_expired ? cursor->at : 0;
		cursor->is_expired = true;
		exception = excepted_next(&letter->excepted, EXCEPTED_CAME_BACK, &cursor->at, &use);
	}
	if (!exception)
		return NULL;
	cursor->shown++;
	text_init(&words, LETTER_FIX_OCTETS_MAX);
	if (cursor->is_expired)
		text_add(&words, "expired since the last run: ");
	excepted_words(exception, &use, cursor->is_expired, &words);
	const char *kept = words.error ? NULL : arena_text(arena, text_get(&words));

	text_release(&words);
	return kept;
}

size_t letter_excepted_left(const struct letter *letter)
{
	const size_t all = excepted_count(&letter->excepted, EXCEPTED_APPLIED) +
			   excepted_count(&letter->excepted, EXCEPTED_CAME_BACK);

	assert(all <= 2 * (size_t)EXCEPTIONS_MAX);
	return all > LETTER_EXCEPTIONS_SHOWN ? all - LETTER_EXCEPTIONS_SHOWN : 0;
}

bool letter_has_excepted(const struct letter *letter)
{
	struct exception_use use;
	size_t applied = 0;
	size_t came_back = 0;

	return excepted_next(&letter->excepted, EXCEPTED_APPLIED, &applied, &use) ||
	       excepted_next(&letter->excepted, EXCEPTED_CAME_BACK, &came_back, &use);
}
