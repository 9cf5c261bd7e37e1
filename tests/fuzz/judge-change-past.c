/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A past of states from anywhere: the input is states, each with its size in two octets before it.
 * Properties: every change that is found is judged, with a score from 0 to 100, a class and a
 * sentence; judged again it is the same; what is written of it as JSON can be read.
 */
#include "base/json.h"
#include "judge/change/past.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ARENA_CAP ((size_t)64 << 20)
#define STATES_MAX 6
#define HOUR_S 3600

static void check_json(struct arena *arena, const struct change *change)
{
	struct change again;
	struct complaint complaint = {.text = ""};
	struct text text;
	struct json json;
	text_init(&text, (size_t)4 << 20);
	json_init(&json, &text);
	change_to_json(change, &json);
	assert(text.error == OK);
	int error = change_from_json(arena, text_get(&text), text.length, &again, &complaint);
	assert(error == OK || error == ERR_MEMORY);
	assert(error != OK || again.score == change->score);
	text_release(&text);
}

static void check_change(struct arena *arena, const struct change_past *past, size_t index,
			 const struct change_settings *settings)
{
	struct change change;
	struct change again;
	int error = change_judge(past, index, settings, &change);
	assert((error == ERR_NOT_FOUND) == !change_is_at(past, index) || error == ERR_MEMORY);
	if (error != OK)
		return;
	assert(change.score <= 100 && change.classes != 0 && change.band != NULL);
	if (change_judge(past, index, settings, &again) == OK)
		assert(again.score == change.score && again.classes == change.classes);
	check_json(arena, &change);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t domain[] = "\7example\3com";
	struct change_interval intervals[STATES_MAX];
	struct change_settings settings = {.is_high_value = size % 2 == 1};
	struct change_source source = {domain, intervals, 0};
	struct change_past *past = NULL;
	struct signals *signals = NULL;
	struct suffix_list *suffixes = NULL;
	struct arena arena;
	while (source.count < STATES_MAX && size > 2) {
		size_t length = (size_t)data[0] << 8 | data[1];
		length = length < size - 2 ? length : size - 2;
		const int64_t from_s = (int64_t)source.count * data[0] * HOUR_S;
		intervals[source.count] = (struct change_interval){
			.first_s = from_s,
			.last_s = from_s + HOUR_S,
			.first_run = (int64_t)source.count + 1,
			.last_run = (int64_t)source.count + 1,
			.state = data + 2,
			.state_size = length,
		};
		settings.now_s = from_s + HOUR_S;
		source.count++;
		data += 2 + length;
		size -= 2 + length;
	}
	if (signals_new(NULL, &signals, NULL) != OK || suffix_built_in(&suffixes, NULL) != OK)
		return 0;
	settings.signals = signals;
	settings.suffixes = suffixes;
	arena_init(&arena, ARENA_CAP, 0);
	if (change_past_new(&arena, &source, &past, NULL) == OK) {
		for (size_t i = 0; i < source.count; i++)
			check_change(&arena, past, i, &settings);
	}
	arena_release(&arena);
	suffix_free(suffixes);
	signals_free(signals);
	return 0;
}
