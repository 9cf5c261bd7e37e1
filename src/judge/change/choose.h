/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which of a domain's changes is meant when somebody names the domain alone: of those within three
 * days of the newest, the one with the highest score. Three days are what a change may be undone
 * in; so a change back brings with it what it undid, and is never meant itself: what it put an end
 * to is no state that anybody wants again. Of two that are the same one again, after a repair, with
 * one score, the later.
 *
 * Nothing is chosen where the state before the one with the highest score may be wrong already: a
 * change within those days still stood, or an older one of as high a score, as it is now or was
 * when both were new; or one of name servers or DS, of the 180 days before, that scored anything
 * when it was new. Pure.
 */
#ifndef JUDGE_CHANGE_CHOOSE_H
#define JUDGE_CHANGE_CHOOSE_H

#include "judge/change/past.h"

/* In order of time; `index` is the interval's that begins with it. */
struct change_at {
	size_t index;
	struct change change;
};
enum change_choice {
	CHOICE_ONE,
	CHOICE_NONE,    /* all of them are changes back */
	CHOICE_ALIKE,   /* another has the same score */
	CHOICE_EARLIER, /* what an earlier one changed is part of the state before it */
};
struct change_chosen {
	enum change_choice choice;
	size_t at;      /* in the list; of CHOICE_ONE, _ALIKE, _EARLIER the highest score */
	size_t earlier; /* of CHOICE_EARLIER: which one */
	size_t first;   /* the first within the time that is looked at */
};
/* One change at least. */
struct change_chosen change_choose(const struct change_past *past, const struct change_at *changes,
				   size_t count);

#endif
