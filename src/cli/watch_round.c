/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/watch_private.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#define TICK_MS 20u

static bool may_look(const struct watching *watching)
{
	return !watching->is_stopping && watching->error == OK && watching->news_count < NEWS_MAX &&
	       looker_in_flight(watching->looker) < LOOKS_IN_FLIGHT_MAX;
}

/* ---- the list ---- */

static int take_target(void *context, const struct store_watch *watch)
{
	struct watching *watching = context;
	assert(watching->part_count < LOOKS_A_PART);
	struct look_target *target = &watching->part[watching->part_count];
	uint8_t *name = watching->names[watching->part_count++];
	(void)name_copy(name, watch->domain);
	*target = (struct look_target){
		.domain = name,
		.round = watching->round,
		.has_digest = watch->digest != NULL,
		.has_doubt = watch->doubt != NULL,
		.is_silent = watch->silent_s != 0,
	};
	if (watch->digest != NULL)
		memcpy(target->digest.octets, watch->digest, DIGEST_OCTETS);
	if (watch->doubt != NULL)
		memcpy(target->doubt.octets, watch->doubt, DIGEST_OCTETS);
	return OK;
}

static int read_part(struct watching *watching, struct store *store)
{
	const struct store_watch_part part = {.after = watching->has_last ? watching->last : NULL,
					      .most = LOOKS_A_PART};
	watching->part_count = watching->part_at = 0;
	const int error =
		store_watch_next(store, &part, take_target, watching, watching->complaint);
	watching->is_exhausted = watching->part_count == 0;
	return error;
}

void watch_list_is_old(struct watching *watching)
{
	assert(watching->part_at <= watching->part_count);
	watching->part_count = watching->part_at = 0;
}

/* The next domain that is to be asked about; NULL: no more, or an error. */
static const struct look_target *next_target(struct watching *watching, int *ret_error)
{
	while (*ret_error == OK && !watching->is_exhausted) {
		if (watching->part_at == watching->part_count) {
			*ret_error = watch_reading(watching, read_part);
			continue;
		}
		const struct look_target *target = &watching->part[watching->part_at++];
		(void)name_copy(watching->last, target->domain);
		watching->has_last = true;
		const bool has_opted_out = opt_out_list_has(&watching->opt_out, target->domain);
		if (!has_opted_out && !watch_news_has(watching, target->domain))
			return target;
		watching->opted_out += has_opted_out;
		watching->handed++;
		watching->finished++;
	}
	return NULL;
}

/* ---- the end of a round ---- */

static void note_slow(struct watching *watching)
{
	const uint64_t took_ms = watch_now_ms(watching) - watching->began_ms;
	char took[TIME_TEXT_MAX];
	if (took_ms <= watching->every_ms || watching->is_slow_told)
		return;
	watching->is_slow_told = true;
	duration_to_text(took_ms / 1000, took);
	progress_clear(&watching->line);
	command_note(watching->options,
		     "a round took %s, longer than --every; no server is asked more than "
		     "--per-server questions a second",
		     took);
}

static void end_round(struct watching *watching)
{
	assert(watching->is_in_round);
	watching->is_in_round = false;
	timer_stop(&watching->tick);
	note_slow(watching);
	watching->counts.ended_s = watch_wall_s();
	/* A clock that was set back meanwhile. */
	if (watching->counts.ended_s < watching->counts.began_s)
		watching->counts.ended_s = watching->counts.began_s;
	watching->ended_round = watching->counts;
	watching->ended = &watching->ended_round;
	watch_tell_round(watching, &watching->counts);
	watching->round++;
	watch_write_soon(watching);
	if (!watching->is_stopping &&
	    (watching->rounds_wanted == 0 || watching->round < watching->rounds_wanted))
		timer_start_at(watching->loop, &watching->next_round,
			       (watching->began_ms + watching->every_ms) * 1000000);
}

static void show(struct watching *watching)
{
	const struct progress_now now = {
		.done = watching->finished,
		.total = watching->handed > watching->pace.total ? watching->handed
								 : watching->pace.total,
		.queries = looker_counts(watching->looker).queries,
		.elapsed_ms = watch_now_ms(watching) - watching->began_ms,
		.is_stopping = watching->is_stopping,
	};
	progress_show(&watching->line, &now);
}

void watch_tick(void *context)
{
	struct watching *watching = context;
	int error = OK;
	const uint64_t due = pace_due(&watching->pace, watch_now_ms(watching) - watching->began_ms);
	/* Behind what was counted come those that were added meanwhile. */
	const bool is_all_due = due >= watching->pace.total;
	while (error == OK && (watching->handed < due || is_all_due) && may_look(watching)) {
		const struct look_target *target = next_target(watching, &error);
		if (target == NULL)
			break;
		error = looker_look(watching->looker, target);
		watching->handed += error == OK;
	}
	show(watching);
	if (error != OK) {
		watch_end(watching, error);
		return;
	}
	if (looker_in_flight(watching->looker) == 0 &&
	    (watching->is_exhausted || watching->is_stopping))
		end_round(watching);
	else
		timer_start(watching->loop, &watching->tick, TICK_MS);
}

static int count_watched(struct watching *watching, struct store *store)
{
	return store_watch_count(store, &watching->pace.total, watching->complaint);
}

void watch_round_begin(void *context)
{
	struct watching *watching = context;
	assert(!watching->is_in_round);
	const int error = watch_reading(watching, count_watched);
	if (error != OK) {
		watch_end(watching, error);
		return;
	}
	watching->pace.interval_ms = watching->every_ms;
	watching->began_ms = watch_now_ms(watching);
	watching->handed = watching->finished = watching->opted_out = watching->lost = 0;
	watching->part_count = watching->part_at = 0;
	watching->has_last = false;
	watching->first_looks = 0;
	watching->is_exhausted = watching->pace.total == 0;
	watching->is_in_round = true;
	watching->counts = (struct store_watch_round){.began_s = watch_wall_s()};
	watching->line = (struct progress_line){.stream = watching->line.stream};
	watch_write_soon(watching); /* what is due again may be so now */
	watch_tick(watching);
}

/* ---- what came of it ---- */

static void count(struct watching *watching, const struct wire_looked *looked)
{
	struct store_watch_round *counts = &watching->counts;
	counts->looked += looked->count;
	counts->moved += looked->outcome == LOOK_MOVED;
	counts->differing +=
		looked->outcome == LOOK_DIFFERS || looked->outcome == LOOK_STILL_DIFFERS;
	const bool is_silent =
		looked->outcome == LOOK_SILENT || looked->outcome == LOOK_STILL_SILENT;
	counts->silent += is_silent;
	watching->finished += looked->count;
	watching->answered += is_silent ? 0 : looked->count;
}

static bool make_news(const struct wire_looked *looked, struct store_watch_news *news)
{
	news->digest = looked->digest.octets;
	switch (looked->outcome) {
	case LOOK_SEEN:
		news->event = WATCH_SEEN;
		return true;
	case LOOK_MOVED:
		news->event = WATCH_MOVED;
		return true;
	case LOOK_DIFFERS:
		news->event = WATCH_DIFFERS;
		return true;
	case LOOK_SILENT:
		news->event = WATCH_SILENT;
		break;
	case LOOK_HEARD:
		news->event = WATCH_HEARD;
		break;
	case LOOK_SAME:
	case LOOK_STILL_DIFFERS:
	case LOOK_STILL_SILENT:
		return false;
	}
	news->digest = NULL;
	return true;
}

void watch_looked(void *context, const struct wire_looked *looked)
{
	struct watching *watching = context;
	struct store_watch_news news = {.domain = looked->domain, .time_s = watch_wall_s()};
	count(watching, looked);
	watch_tell_looked(watching, looked);
	if (!make_news(looked, &news))
		return;
	const int error = watch_news_add(watching, &news);
	if (error != OK)
		watch_end(watching, error);
	else if (looked->outcome == LOOK_MOVED)
		watch_write_soon(watching);
}

void watch_crashed(void *context, uint32_t lost, const uint8_t *name)
{
	struct watching *watching = context;
	char shown[NAME_TEXT_MAX];
	watching->lost += lost;
	watching->finished += lost;
	progress_clear(&watching->line);
	command_note(
		watching->options,
		"the process that looks at parents has crashed%s%s and was started anew; %" PRIu32
		" domains have to wait for the next round",
		name != NULL ? " over a reply about " : "",
		name != NULL ? name_to_text(name, shown) : "", lost);
}
