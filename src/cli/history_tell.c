/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A domain's past in sentences: paragraphs, JSON Lines, and what a page lists. */
#include "cli/history_private.h"
#include "dns/wire/name.h"
#include "model/state.h"
#include "tell/page/markup.h"

#include <assert.h>
#include <string.h>

#define DATE_OCTETS 10

static void add_sentence(void *context, const char *sentence)
{
	struct past *past = context;
	past->sentences++;
	if (past->html != NULL) {
		text_add(past->html, "<li>");
		markup_text(past->html, sentence);
		text_add(past->html, "</li>\n");
	} else if (options_json(past->options))
		json_text(&past->json, sentence);
	else
		text_format(&past->text, "  %s\n", sentence);
}

/* What it was like when it was seen for the first time. */
static void add_beginning(struct past *past, const struct state *state)
{
	char sentence[256];
	size_t name_servers = 0;
	if (state->not_measured) {
		add_sentence(past, "could not be measured");
		return;
	}
	for (size_t i = 0; i < state->host_count; i++)
		name_servers += (state->hosts[i].flags & HOST_AT_PARENT) != 0;
	snprintf(sentence, sizeof(sentence),
		 "first seen: delegation %s, %zu name servers at the parent, %u addresses, %u DS",
		 delegation_text((enum delegation)state->delegation), name_servers,
		 state->server_count, state->ds_count);
	add_sentence(past, sentence);
}

static int decode(const struct past *past, struct arena *arena,
		  const struct past_interval *interval, struct state *ret_state)
{
	const struct state_source source = {
		.domain = past->domain, .octets = interval->state, .size = interval->state_size};
	return state_decode(arena, &source, past->complaint, ret_state);
}

/* What a look that was not the default one looked at. */
static void add_kind(struct past *past, unsigned int needs)
{
	static const char *const words[] = {
		"delegation",
		"addresses",
		"servers",
		"services",
		"TCP",
		"DoT",
		"signatures",
		"manners",
		"names",
		"mail",
		"DANE",
		"automation",
		"DoH",
		"DoQ",
		"routes",
		"TLS of mail and web servers",
		"what only owners may ask",
		"ways to the domain",
		"TSIG",
	};
	struct text sentence;
	text_init(&sentence, 256);
	text_add(&sentence, "looked at: ");
	for (size_t i = 0, count = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if ((needs >> i & 1u) != 0)
			text_format(&sentence, "%s%s", count++ > 0 ? ", " : "", words[i]);
	add_sentence(past, text_get(&sentence));
	text_release(&sentence);
}

/* The interval before of the same kind of look; what was not asked for has not gone away. */
static const struct past_interval *comparable(const struct past *past,
					      const struct past_interval *interval)
{
	const struct past_interval *found = NULL;
	for (const struct past_interval *one = past->intervals; one != interval; one = one->next)
		if (one->needs == interval->needs)
			found = one;
	return found;
}

static bool is_same(const struct past_interval *one, const struct past_interval *other)
{
	return one->state_size == other->state_size &&
	       memcmp(one->state, other->state, one->state_size) == 0;
}

int past_add_changes(struct past *past, const struct past_interval *interval)
{
	const struct past_interval *before = comparable(past, interval);
	struct arena arena;
	struct state old;
	struct state new;
	arena_init(&arena, HISTORY_OCTETS_MAX, 0);
	int error = decode(past, &arena, interval, &new);
	if (error == OK && interval->needs != NEED_ALL_DEFAULT)
		add_kind(past, interval->needs);
	if (error == OK && before != NULL && is_same(before, interval)) {
		add_sentence(past, "nothing new since the look before of this kind");
		goto out;
	}
	if (error == OK && before == NULL)
		add_beginning(past, &new);
	if (error == OK && before != NULL)
		error = decode(past, &arena, before, &old);
	if (error == OK && before != NULL) {
		size_t told = past->sentences;
		error = state_difference(&arena, &old, &new, add_sentence, past);
		if (error == OK && past->sentences == told)
			add_sentence(past, "changed in a detail that no sentence tells");
	}
out:
	arena_release(&arena);
	return error;
}

/* Did this happen while the domain was in that state? */
static bool is_within(const struct past_interval *interval, int64_t time_s)
{
	return time_s >= interval->first_s &&
	       (interval->next == NULL || time_s < interval->next->first_s);
}

static void add_json_finding(struct past *past, const struct store_finding *found)
{
	struct json *json = &past->json;
	char time[TIME_TEXT_MAX];
	json_begin_object(json);
	json_put_text(json, "code", found->finding.code);
	json_put_text(json, "severity", severity_text(found->finding.severity));
	json_put_text(json, "server", found->finding.server);
	json_put_text(json, "sentence", found->finding.sentence);
	time_to_text(found->first_s, time);
	json_put_text(json, "first_found", time);
	time_to_text(found->last_s, time);
	json_put_text(json, "last_found", time);
	json_put_bool(json, "is_open", found->is_open);
	json_end_object(json);
}

static void add_text_finding(struct past *past, const struct store_finding *found, bool is_end)
{
	char time[TIME_TEXT_MAX];
	time_to_text(is_end ? found->last_s : found->first_s, time);
	text_format(&past->text, "  %s %.*s  %s %s: %s\n", is_end ? "last found " : "first found",
		    DATE_OCTETS, time, severity_text(found->finding.severity), found->finding.code,
		    found->finding.sentence);
}

/* Findings that began, or ended, while the domain was in that state. */
static void add_findings(struct past *past, const struct past_interval *interval, bool ends)
{
	bool is_json = options_json(past->options);
	if (is_json) {
		json_key(&past->json, ends ? "closed" : "opened");
		json_begin_array(&past->json);
	}
	for (const struct past_finding *one = past->findings; one != NULL; one = one->next) {
		if (ends && one->found.is_open)
			continue;
		if (!is_within(interval, ends ? one->found.last_s : one->found.first_s))
			continue;
		if (is_json)
			add_json_finding(past, &one->found);
		else
			add_text_finding(past, &one->found, ends);
	}
	if (is_json)
		json_end_array(&past->json);
}

static int add_json_interval(struct past *past, const struct past_interval *interval)
{
	struct json *json = &past->json;
	char name[NAME_TEXT_MAX];
	char time[TIME_TEXT_MAX];
	json_init(json, &past->text);
	json_begin_object(json);
	json_put_text(json, "type", "interval");
	json_put_text(json, "domain", name_to_text(past->domain, name));
	time_to_text(interval->first_s, time);
	json_put_text(json, "first_seen", time);
	time_to_text(interval->last_s, time);
	json_put_text(json, "last_seen", time);
	json_put_number(json, "first_run", interval->first_run);
	json_put_number(json, "last_run", interval->last_run);
	json_put_number(json, "needs", interval->needs);
	json_key(json, "changes");
	json_begin_array(json);
	int error = past_add_changes(past, interval);
	if (error != OK)
		return error;
	json_end_array(json);
	add_findings(past, interval, false);
	add_findings(past, interval, true);
	json_end_object(json);
	json_end_line(json);
	return OK;
}

static int add_text_interval(struct past *past, const struct past_interval *interval)
{
	char first[TIME_TEXT_MAX];
	char last[TIME_TEXT_MAX];
	char name[NAME_TEXT_MAX];
	char took[TIME_TEXT_MAX];
	if (interval == past->intervals)
		text_format(&past->text, "%s\n", name_to_text(past->domain, name));
	time_to_text(interval->first_s, first);
	time_to_text(interval->last_s, last);
	if (interval->first_s == interval->last_s) {
		text_format(&past->text, "\n%s\n", first);
	} else {
		duration_to_text((uint64_t)(interval->last_s - interval->first_s), took);
		text_format(&past->text, "\n%s to %s (%s)\n", first, last, took);
	}
	int error = past_add_changes(past, interval);
	if (error != OK)
		return error;
	add_findings(past, interval, false);
	add_findings(past, interval, true);
	return OK;
}

int past_look(struct past *past)
{
	for (struct past_interval *one = past->intervals; one != NULL; one = one->next) {
		struct arena arena;
		struct state state;
		arena_init(&arena, HISTORY_OCTETS_MAX, 0);
		int error = decode(past, &arena, one, &state);
		if (error == OK)
			one->needs = state.needs;
		if (error == OK)
			one->is_measured = !state.not_measured;
		arena_release(&arena);
		if (error != OK)
			return error;
	}
	return OK;
}

int past_tell(struct past *past)
{
	for (const struct past_interval *one = past->intervals; one != NULL; one = one->next) {
		int error = options_json(past->options) ? add_json_interval(past, one)
							: add_text_interval(past, one);
		if (error == OK)
			error = past->text.error;
		if (error != OK)
			return error;
	}
	return OK;
}
