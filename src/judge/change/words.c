/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of a change, and how values are put into words. */
#include "dns/wire/name.h"
#include "judge/change/past_private.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Members named in one sentence; of more only how many. */
#define MEMBERS_NAMED 3

static const char *keep_words(struct judging *judging, const char *format, va_list values)
	PRINTF_LIKE(2, 0);
static const char *keep_words(struct judging *judging, const char *format, va_list values)
{
	char text[CHANGE_TEXT_MAX];
	int length = vsnprintf(text, sizeof(text), format, values);
	assert(length >= 0);
	const char *kept = arena_text(judging->arena, text);
	if (kept == NULL)
		judging->error = ERR_MEMORY;
	return kept != NULL ? kept : "";
}

const char *judging_words(struct judging *judging, const char *format, ...)
{
	va_list values;
	va_start(values, format);
	const char *words = keep_words(judging, format, values);
	va_end(values);
	return words;
}

void judging_tell(struct judging *judging, const char *format, ...)
{
	struct change *change = judging->change;
	va_list values;
	va_start(values, format);
	const char *sentence = keep_words(judging, format, values);
	va_end(values);
	if (change->sentence_count < CHANGE_SENTENCES_MAX)
		change->sentences[change->sentence_count++] = sentence;
}

void judging_class(struct judging *judging, enum change_class change_class)
{
	assert((unsigned int)change_class < CHANGE_CLASS_COUNT);
	judging->change->classes |= 1u << change_class;
}

bool judging_changed(const struct judging *judging, enum dimension dimension)
{
	assert(dimension < SIGHT_CHANGING);
	return (judging->changed >> dimension & 1u) != 0;
}

static struct sight_pair pair_from(const struct judging *judging, enum dimension dimension,
				   size_t before)
{
	static const struct sight_set nothing = {.is_known = false};
	struct sight_pair pair = {.before = &nothing, .after = &judging->after->sets[dimension]};
	if (before != NO_SIGHT) {
		pair.before_view = &judging->past->views[before];
		pair.before = &pair.before_view->sets[dimension];
	}
	assert(pair.before->is_known == (pair.before_view != NULL));
	assert(pair.after->is_known || pair.after->count == 0);
	return pair;
}

struct sight_pair judging_pair(const struct judging *judging, enum dimension dimension)
{
	return pair_from(judging, dimension, past_before(judging->past, judging->index, dimension));
}

struct sight_pair judging_steady_pair(const struct judging *judging, enum dimension dimension)
{
	return pair_from(judging, dimension, past_steady(judging->past, judging->index, dimension));
}

const char *judging_duration(struct judging *judging, int64_t seconds)
{
	const int64_t minute_s = 60;
	if (seconds >= 2 * DAY_S)
		return judging_words(judging, "%lld days", (long long)(seconds / DAY_S));
	if (seconds >= 2 * HOUR_S)
		return judging_words(judging, "%lld hours", (long long)(seconds / HOUR_S));
	if (seconds >= 2 * minute_s)
		return judging_words(judging, "%lld minutes", (long long)(seconds / minute_s));
	return "less than two minutes";
}

/* --- members -----------------------------------------------------------------------------------
 */

const char *judging_name(struct judging *judging, const struct state_data *data)
{
	char text[NAME_TEXT_MAX];
	assert(name_is_valid(data->octets, data->size));
	return judging_words(judging, "%s", name_to_text(data->octets, text));
}

const char *judging_exchange(struct judging *judging, const struct state_data *data)
{
	/* The preference comes first. */
	if (data->size <= 2 || !name_is_valid(data->octets + 2, data->size - 2u))
		return "something malformed";
	const struct state_data name = {.octets = data->octets + 2,
					.size = (uint16_t)(data->size - 2)};
	return name_is_root(name.octets) ? "no host at all" : judging_name(judging, &name);
}

static const char *address_words(struct judging *judging, const struct ip *ip)
{
	char text[IP_TEXT_MAX];
	const uint32_t as = sight_as_of(judging->after, ip);
	ip_to_text(ip, text);
	if (as == 0)
		return judging_words(judging, "%s", text);
	return judging_words(judging, "%s (AS %u)", text, as);
}

const char *judging_address(struct judging *judging, const struct state_data *data)
{
	const struct sight_address address = sight_address(data);
	return address_words(judging, &address.ip);
}

const char *judging_rdata_address(struct judging *judging, const struct state_data *data)
{
	struct ip ip = {.family = data->size == 4 ? 4 : 6};
	if (data->size != 4 && data->size != sizeof(ip.octets))
		return "something malformed";
	memcpy(ip.octets, data->octets, data->size);
	return address_words(judging, &ip);
}

const char *judging_list(struct judging *judging, const struct sight_set *set,
			 const struct sight_set *other, judging_one *one)
{
	const struct state_data *members[SIGHT_SET_MAX];
	const char *words = "";
	size_t count = 0;
	for (size_t i = 0; i < set->count && i < SIGHT_SET_MAX; i++) {
		if (other == NULL || !sight_set_has(other, &set->data[i]))
			members[count++] = &set->data[i];
	}
	for (size_t i = 0; i < count && i < MEMBERS_NAMED; i++) {
		const bool is_last = i > 0 && i + 1 == count;
		words = judging_words(judging, "%s%s%s", words,
				      is_last ? " and "
				      : i > 0 ? ", "
					      : "",
				      one(judging, members[i]));
	}
	if (count > MEMBERS_NAMED)
		words = judging_words(judging, "%s and %zu more", words, count - MEMBERS_NAMED);
	return count == 0 ? "none" : words;
}

/* --- signals -----------------------------------------------------------------------------------
 */

/* The sentence with the detail where its place is. */
static const char *fill(struct judging *judging, const char *sentence, const char *detail)
{
	const char *place = strstr(sentence, "{}");
	if (place == NULL)
		return sentence;
	return judging_words(judging, "%.*s%s%s", (int)(place - sentence), sentence,
			     detail != NULL ? detail : "", place + 2);
}

void judging_fire_points(struct judging *judging, enum signal_number number, const char *detail,
			 int points)
{
	const struct signal_row *row = signals_row(judging->settings->signals, number);
	struct change *change = judging->change;
	assert((judging->fired >> number & 1u) == 0);
	if (!row->is_there)
		return;
	assert(row->number != NULL && row->sentence != NULL);
	assert(change->reason_count < CHANGE_REASONS_MAX);
	judging->fired |= 1u << number;
	change->reasons[change->reason_count++] = (struct change_reason){
		.number = row->number,
		.name = row->name,
		.sentence = fill(judging, row->sentence, detail),
		.clears = row->clears,
		.reference = row->reference,
		.points = points,
		.fresh = points,
		.is_factor = row->is_factor,
	};
}

void judging_fire(struct judging *judging, enum signal_number number, const char *detail)
{
	judging_fire_points(judging, number, detail,
			    signals_row(judging->settings->signals, number)->points);
}

void judging_unknown(struct judging *judging, enum signal_number number, const char *why)
{
	const struct signal_row *row = signals_row(judging->settings->signals, number);
	struct change *change = judging->change;
	if (!row->is_there)
		return;
	assert(change->unknown_count < CHANGE_REASONS_MAX);
	assert((judging->fired >> number & 1u) == 0);
	change->unknowns[change->unknown_count++] =
		(struct change_unknown){.number = row->number, .name = row->name, .why = why};
}
