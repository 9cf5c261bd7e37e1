/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/watch_again.h"

#include "base/map.h"
#include "cli/value.h"

#include <assert.h>
#include <string.h>

#define TIME_MAX_MS (UINT64_C(366) * 86400 * 1000)
#define TIMES_TEXT_MAX 128u

static_assert(TOLD_CHANGES_MAX * TOLD_CHANGE_OCTETS <= WATCH_TOLD_OCTETS_MAX, "fits into its row");

/* ---- times ---- */

static int add_time(const char *word, uint64_t least_ms, struct again_times *times,
		    struct complaint *complaint)
{
	const struct option option = {.name = "again",
				      .kind = OPTION_DURATION,
				      .minimum = least_ms,
				      .maximum = TIME_MAX_MS};
	uint64_t time_ms = 0;
	if (times->count == AGAIN_TIMES_MAX)
		return complain(complaint, ERR_ARGUMENT, "--again has more than %u times",
				AGAIN_TIMES_MAX);
	const int error = value_parse(&option, word, &time_ms, complaint);
	if (error != OK)
		return error;
	const int64_t time_s = (int64_t)(time_ms / 1000);
	if (times->count > 0 && time_s <= times->after_s[times->count - 1])
		return complain(complaint, ERR_ARGUMENT,
				"--again '%s' is not later than the time before it", word);
	times->after_s[times->count++] = time_s;
	return OK;
}

int again_times_read(const char *text, uint64_t least_ms, struct again_times *ret_times,
		     struct complaint *complaint)
{
	char words[TIMES_TEXT_MAX];
	struct again_times times = {.count = 0};
	assert(text != NULL && least_ms >= 1000);
	if (strcmp(text, "none") == 0) {
		*ret_times = times;
		return OK;
	}
	if (strlen(text) >= sizeof(words))
		return complain(complaint, ERR_ARGUMENT,
				"--again is too long; give times such as 1h,24h,72h");
	memcpy(words, text, strlen(text) + 1);
	int error = OK;
	for (char *word = words; error == OK && word != NULL;) {
		char *comma = strchr(word, ',');
		if (comma != NULL)
			*comma++ = '\0';
		error = add_time(word, least_ms, &times, complaint);
		word = comma;
	}
	if (error == OK)
		*ret_times = times;
	return error;
}

/* ---- what was told ---- */

static uint64_t hash(const char *text)
{
	static const uint8_t key[16] = "dsfi told";
	return siphash(key, text, strlen(text));
}

/* Whatever order the signals are in. */
static uint64_t words_of(const struct change *change)
{
	uint64_t words = hash(change->band);
	assert(change->reason_count <= CHANGE_REASONS_MAX);
	for (size_t i = 0; i < change->reason_count; i++)
		words += hash(change->reasons[i].number);
	return words;
}

static const uint8_t *take_number(const uint8_t *octets, uint64_t *ret_number)
{
	uint64_t number = 0;
	for (unsigned i = 0; i < 8; i++)
		number = number << 8 | octets[i];
	*ret_number = number;
	return octets + 8;
}

static uint8_t *put_number(uint8_t *octets, uint64_t number)
{
	for (unsigned i = 0; i < 8; i++)
		octets[i] = (uint8_t)(number >> (56 - 8 * i));
	return octets + 8;
}

int told_read(const uint8_t *octets, size_t size, struct told *ret_told)
{
	struct told told = {.count = 0};
	assert(octets != NULL || size == 0);
	if (size % TOLD_CHANGE_OCTETS != 0 || size / TOLD_CHANGE_OCTETS > TOLD_CHANGES_MAX)
		return ERR_DAMAGED;
	for (const uint8_t *at = octets; (size_t)(at - octets) < size;) {
		struct told_change *one = &told.items[told.count++];
		uint64_t run, time_s;
		at = take_number(at, &run);
		at = take_number(at, &time_s);
		one->score = *at++;
		at = take_number(at, &one->words);
		/* As times of the store. */
		if (run > INT64_MAX || time_s == 0 || time_s > INT64_MAX / 4)
			return ERR_DAMAGED;
		one->run = (int64_t)run;
		one->time_s = (int64_t)time_s;
	}
	*ret_told = told;
	return OK;
}

size_t told_write(const struct told *told, uint8_t ret_octets[WATCH_TOLD_OCTETS_MAX])
{
	uint8_t *at = ret_octets;
	assert(told->count <= TOLD_CHANGES_MAX);
	for (unsigned i = 0; i < told->count; i++) {
		at = put_number(at, (uint64_t)told->items[i].run);
		at = put_number(at, (uint64_t)told->items[i].time_s);
		*at++ = told->items[i].score;
		at = put_number(at, told->items[i].words);
	}
	return (size_t)(at - ret_octets);
}

const struct told_change *told_find(const struct told *told, const struct change *change)
{
	for (unsigned i = 0; i < told->count; i++) {
		if (told->items[i].run == change->after_run &&
		    told->items[i].time_s == change->after_s)
			return &told->items[i];
	}
	return NULL;
}

bool told_is_same(const struct told_change *told, const struct change *change)
{
	return told->score == change->score && told->words == words_of(change);
}

static void forget(struct told *told, unsigned at)
{
	assert(at < told->count);
	told->count--;
	memmove(&told->items[at], &told->items[at + 1],
		(told->count - at) * sizeof(told->items[0]));
}

void told_put(struct told *told, const struct change *change)
{
	const struct told_change *before = told_find(told, change);
	if (before != NULL)
		forget(told, (unsigned)(before - told->items));
	else if (told->count == TOLD_CHANGES_MAX)
		forget(told, 0);
	told->items[told->count++] = (struct told_change){.run = change->after_run,
							  .time_s = change->after_s,
							  .words = words_of(change),
							  .score = change->score};
}

void told_join(struct told *told, const struct told *more)
{
	assert(told->count <= TOLD_CHANGES_MAX && more->count <= TOLD_CHANGES_MAX);
	const unsigned room = TOLD_CHANGES_MAX - told->count;
	const unsigned count = more->count < room ? more->count : room;
	memmove(&told->items[count], told->items, told->count * sizeof(told->items[0]));
	memcpy(told->items, &more->items[more->count - count], count * sizeof(told->items[0]));
	told->count += count;
}

int64_t told_first_s(const struct told *told)
{
	int64_t first_s = 0;
	for (unsigned i = 0; i < told->count; i++) {
		if (first_s == 0 || told->items[i].time_s < first_s)
			first_s = told->items[i].time_s;
	}
	return first_s;
}

/* ---- when ---- */

/* Of one change, the first time that was not looked at; 0: none. */
static int64_t next_of(const struct again_times *times, const struct told_change *told,
		       const struct again_look *look)
{
	if (times->count == 0 ||
	    told->time_s + times->after_s[times->count - 1] + AGAIN_GIVE_UP_S < look->now_s)
		return 0;
	for (unsigned i = 0; i < times->count; i++) {
		if (told->time_s + times->after_s[i] > look->looked_s)
			return told->time_s + times->after_s[i];
	}
	return 0;
}

int64_t again_next(const struct again_times *times, const struct again_look *look,
		   struct told *told)
{
	int64_t next_s = 0;
	for (unsigned i = 0; i < told->count;) {
		const int64_t time_s = next_of(times, &told->items[i], look);
		if (time_s == 0) {
			forget(told, i);
			continue;
		}
		if (next_s == 0 || time_s < next_s)
			next_s = time_s;
		i++;
	}
	return next_s != 0 && next_s <= look->now_s && !look->is_fresh ? look->now_s + AGAIN_RETRY_S
								       : next_s;
}
