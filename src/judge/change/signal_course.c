/* SPDX-License-Identifier: GPL-3.0-or-later */
/* S3, N5, M1: what was before and what came after. */
#include "judge/change/classify_private.h"

#include <assert.h>

/* Addresses of web servers, and of mail hosts that are others', change by themselves; that they
 * changed back says something when they had been in a network that was new. */
static size_t telling_dimensions(const struct judging *judging)
{
	return (judging->fired >> SIGNAL_S8 & 1u) != 0 ? CLASSIFY_MAJOR_COUNT
						       : CLASSIFY_MAJOR_STEADY;
}

static const char *dimension_words(enum dimension dimension)
{
	switch (dimension) {
	case SIGHT_NS:
		return "name servers";
	case SIGHT_DS:
		return "DS";
	case SIGHT_SERVERS:
		return "addresses of name servers";
	case SIGHT_MX:
		return "mail hosts";
	case SIGHT_OWN_MAIL:
		return "addresses of mail hosts within the domain";
	case SIGHT_MAIL:
		return "addresses of mail hosts";
	case SIGHT_NAMES:
		return "addresses of names where people log in";
	default:
		return "addresses";
	}
}

static int64_t undone_until(const struct judging *judging)
{
	const int64_t mature_s = judging->after->first_s + CHANGE_UNDONE_WITHIN_S;
	return mature_s < judging->settings->now_s ? mature_s : judging->settings->now_s;
}

static void signal_undone(struct judging *judging)
{
	const struct change_past *past = judging->past;
	const char *words = NULL;
	size_t last = 0;
	size_t changed = 0;
	for (size_t i = 0; i < telling_dimensions(judging); i++) {
		const enum dimension dimension = classify_major(i);
		if (!judging_changed(judging, dimension))
			continue;
		changed++;
		const size_t at =
			past_undone(past, judging->index, dimension, undone_until(judging));
		if (at == NO_SIGHT)
			continue;
		last = at > last ? at : last;
		words = judging_words(judging, "%s%s%s", words != NULL ? words : "",
				      words != NULL ? ", " : "", dimension_words(dimension));
	}
	if (words == NULL) {
		if (changed > 0 &&
		    judging->settings->now_s < judging->after->first_s + CHANGE_UNDONE_WITHIN_S)
			judging_unknown(judging, SIGNAL_S3,
					"whether it is undone within three days: they are not "
					"over yet");
		return;
	}
	const int64_t took_s = past->views[last].first_s - judging->after->first_s;
	assert(last > judging->index && words != NULL);
	judging->change->undone_run = past->views[last].first_run;
	judging->change->undone_s = past->views[last].first_s;
	/* Of a repair that was undone, what undid it is the attack. */
	if ((judging->change->classes & 1u << CHANGE_RESTORED) != 0 &&
	    past_is_again(judging->whole, last))
		return;
	judging_fire(judging, SIGNAL_S3,
		     judging_words(judging, "%s as before again after %s", words,
				   judging_duration(judging, took_s)));
	if (took_s <= DAY_S)
		judging_fire(judging, SIGNAL_S3_1, NULL);
}

static void signal_known(struct judging *judging)
{
	size_t changed = 0;
	int64_t least_s = INT64_MAX;
	for (size_t i = 0; i < CLASSIFY_MAJOR_COUNT; i++) {
		const enum dimension dimension = classify_major(i);
		if (!judging_changed(judging, dimension))
			continue;
		changed++;
		/* That something was not there yet is no use that it is known by: DS had been gone
		 * for as long as the domain was not signed. */
		if (judging->after->sets[dimension].count == 0)
			return;
		const int64_t used_s = past_used_before_s(judging->past, judging->index, dimension);
		least_s = used_s < least_s ? used_s : least_s;
	}
	if (changed > 0 && least_s >= KNOWN_USE_S)
		judging_fire(judging, SIGNAL_N5,
			     judging_words(judging, "for %s within a year",
					   judging_duration(judging, least_s)));
}

void judging_course_signals(struct judging *judging)
{
	assert(judging->change->undone_run == 0);
	signal_undone(judging);
	signal_known(judging);
	if (judging->settings->is_high_value)
		judging_fire(judging, SIGNAL_M1, NULL);
}
