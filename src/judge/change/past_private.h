/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files that classify, tell and score share: the past as views, one change being judged,
 * and how a signal is said.
 */
#ifndef JUDGE_CHANGE_PAST_PRIVATE_H
#define JUDGE_CHANGE_PAST_PRIVATE_H

#include "judge/change/past.h"
#include "judge/change/sight_private.h"

#define HOUR_S ((int64_t)3600)
#define DAY_S (24 * HOUR_S)
#define YEAR_S (365 * DAY_S)

struct change_past {
	struct arena *arena;
	const uint8_t *domain;
	size_t count;
	struct sight *views;
	struct sight *scratch; /* as many; NULL: too few to return to anything */
	bool *is_same;         /* has the octets of the one before */
};

#define NO_SIGHT SIZE_MAX
/* The last look before `index` that knew it; NO_SIGHT: none. */
size_t past_before(const struct change_past *past, size_t index, enum dimension dimension);
/* The last look that knew it and began three days or more before the look at `index`; where none
 * did, the first that knew it. NO_SIGHT: none. */
size_t past_steady(const struct change_past *past, size_t index, enum dimension dimension);
/* Is it another than in the look before that knew it? */
bool past_changed(const struct change_past *past, size_t index, enum dimension dimension);
/* The change, at `index` or before, at which it became what it is. NO_SIGHT: before what the past
 * reaches back to. */
size_t past_changed_at(const struct change_past *past, size_t index, enum dimension dimension);
/* Bits of dimensions before SIGHT_CHANGING. */
uint32_t past_changes(const struct change_past *past, size_t index);
/* Since when it had been as it was before `index`. */
int64_t past_since(const struct change_past *past, size_t index, enum dimension dimension,
		   bool *ret_from_start);
/* The look that shows for the first time, until `until_s`, that it is as before `index` again;
 * NO_SIGHT. */
size_t past_undone(const struct change_past *past, size_t index, enum dimension dimension,
		   int64_t until_s);
/* How far back from `index` it was known without longer gaps than PAST_GAP_S. */
#define PAST_GAP_S (31 * DAY_S)
int64_t past_reach_s(const struct change_past *past, size_t index, enum dimension dimension);
/* How long, within a year, it had been before as it is at `index`. */
int64_t past_used_before_s(const struct change_past *past, size_t index, enum dimension dimension);

/* Less is no use that anybody would know it by. */
#define KNOWN_USE_S (7 * DAY_S)

/* again.c: does it change, at `index`, back to what was no home to it but had been undone? Since
 * when it had been so the last time; NO_SIGHT: it does not. */
size_t past_again(const struct change_past *past, size_t index, enum dimension dimension);
/* ... in anything that a takeover needs. */
bool past_is_again(const struct change_past *past, size_t index);
/* Is the change at `other` the one at `one` again, and nothing else? */
bool past_repeats(const struct change_past *past, size_t one, size_t other);
/* The past without the looks that saw before what came again at `index`, or in steps just before.
 * Holds until it is called for another change. */
void past_before_takeovers(const struct change_past *past, size_t index,
			   struct change_past *ret_past);

/* One change being judged. */
struct judging {
	const struct change_past *past;  /* past_before_takeovers() */
	const struct change_past *whole; /* all of it */
	struct arena *arena;
	const struct change_settings *settings;
	size_t index;
	const struct sight *after;
	uint32_t changed; /* bits of dimensions before SIGHT_CHANGING */
	uint32_t fired;   /* bits of signals */
	uint32_t met;     /* those of a change before, with which this one is one work */
	struct change *change;
	int error;
};

bool judging_changed(const struct judging *judging, enum dimension dimension);
/* The two sides of a dimension. `before` is of zero members, and not known, where nothing was. */
struct sight_pair {
	const struct sight_set *before, *after;
	const struct sight *before_view; /* NULL: none knew it */
};
struct sight_pair judging_pair(const struct judging *judging, enum dimension dimension);
/* Before: as it stood three days before. What is taken in steps, or while nothing was there for a
 * moment, shows against that. */
struct sight_pair judging_steady_pair(const struct judging *judging, enum dimension dimension);
/* Words in the arena; "" and the error set when memory is out. */
const char *judging_words(struct judging *judging, const char *format, ...) PRINTF_LIKE(2, 3);
/* "412 days", "6 hours", "20 minutes". */
const char *judging_duration(struct judging *judging, int64_t seconds);
/* Members of `set` that `other` has not, as a person reads them; of many, some and how many more.
 */
typedef const char *judging_one(struct judging *judging, const struct state_data *data);
const char *judging_list(struct judging *judging, const struct sight_set *set,
			 const struct sight_set *other, judging_one *one);
const char *judging_name(struct judging *judging, const struct state_data *data);
const char *judging_exchange(struct judging *judging, const struct state_data *data);
/* "192.0.2.1", and "192.0.2.1 (AS 64500)" where the network is known in the look after. */
const char *judging_address(struct judging *judging, const struct state_data *data);
const char *judging_rdata_address(struct judging *judging, const struct state_data *data);

void judging_class(struct judging *judging, enum change_class change_class);
void judging_tell(struct judging *judging, const char *format, ...) PRINTF_LIKE(2, 3);

/* The signal is there; `detail` goes into its sentence. Points -1: as the table says. */
void judging_fire(struct judging *judging, enum signal_number number, const char *detail);
void judging_fire_points(struct judging *judging, enum signal_number number, const char *detail,
			 int points);
void judging_unknown(struct judging *judging, enum signal_number number, const char *why);

/* classify.c: classes and sentences. */
void judging_classify(struct judging *judging);
/* signal_*.c */
void judging_delegation_signals(struct judging *judging);
void judging_course_signals(struct judging *judging);
void judging_security_signals(struct judging *judging);
void judging_service_signals(struct judging *judging);
/* S5 is there; the change of NS and DS had been asked for. Of a change that is only looked at. */
bool judging_is_ds_taken(const struct judging *judging);
bool judging_is_asked_for(const struct judging *judging);
/* signal_steps.c: S1 and S5 of changes within three days. */
void judging_meet(struct judging *judging);
/* score.c: fading, factors, rules, bands. */
void judging_score(struct judging *judging);

#endif
