/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A domain that used it, as a few lines or as one of JSON. */
#include "cli/pivot_private.h"
#include "dns/wire/name.h"

#include <assert.h>

/* --- for people --------------------------------------------------------------------------------
 */

static void add_span(const struct use_span *span, struct text *text)
{
	char time[TIME_TEXT_MAX];
	const char *begins = span->is_from_start ? " at latest" : "";
	time_to_text(span->first_s, time);
	if (span->gone_s == 0) {
		text_format(text, "since%s %s", begins, time);
	} else {
		text_format(text, "from%s %s", begins, time);
		time_to_text(span->last_s, time);
		text_format(text, " until %s", time);
	}
	if (span->times > 1)
		text_format(text, ", %u times", span->times);
}

static bool is_same_span(const struct use_span *left, const struct use_span *right)
{
	return left->first_s == right->first_s && left->gone_s == right->gone_s &&
	       (left->gone_s == 0 || left->last_s == right->last_s) && left->times == right->times;
}

/* Ways of one time on one line. */
static void add_ways(const struct use *use, struct text *text)
{
	for (unsigned int i = 0; i < USE_WAY_COUNT; i++) {
		const struct use_span *span = &use->ways[i];
		bool is_told = span->times == 0;
		for (unsigned int j = 0; j < i && !is_told; j++)
			is_told = use->ways[j].times > 0 && is_same_span(span, &use->ways[j]);
		if (is_told)
			continue;
		text_format(text, "  as %s", use_way_words((enum use_way)i));
		for (unsigned int j = i + 1; j < USE_WAY_COUNT; j++) {
			if (use->ways[j].times > 0 && is_same_span(span, &use->ways[j]))
				text_format(text, ", %s", use_way_words((enum use_way)j));
		}
		text_add(text, ": ");
		add_span(span, text);
		text_add(text, "\n");
	}
}

static void add_change(const char *label, const struct change *change, struct text *text)
{
	char time[TIME_TEXT_MAX];
	if (change == NULL)
		return;
	time_to_text(change->after_s, time);
	text_format(text, "  %s %u %s, %s: %s\n", label, change->score, change->band, time,
		    change->sentence_count > 0 ? change->sentences[0] : "no sentence tells it");
}

static void add_domain(const struct pivot_domain *domain, struct text *text)
{
	char name[NAME_TEXT_MAX];
	text_format(text, "%s\n", name_to_text(domain->domain, name));
	add_ways(&domain->use, text);
	add_change("began with the change", domain->began, text);
	add_change("newest change", domain->newest, text);
}

/* --- JSON --------------------------------------------------------------------------------------
 */

static void put_time(struct json *json, const char *key, int64_t time_s)
{
	char time[TIME_TEXT_MAX];
	time_to_text(time_s, time);
	json_put_text(json, key, time_s != 0 ? time : NULL);
}

static void put_span(struct json *json, const struct use_span *span)
{
	put_time(json, "first", span->first_s);
	put_time(json, "last", span->last_s);
	put_time(json, "gone", span->gone_s);
	json_put_bool(json, "still", span->gone_s == 0);
	json_put_bool(json, "from_start", span->is_from_start);
	json_put_number(json, "times", span->times);
}

static void put_change(struct json *json, const char *key, const struct change *change)
{
	json_key(json, key);
	if (change == NULL) {
		json_null_value(json);
		return;
	}
	json_begin_object(json);
	put_time(json, "time", change->after_s);
	json_put_number(json, "run", change->after_run);
	json_put_number(json, "score", change->score);
	json_put_text(json, "band", change->band);
	json_put_text(json, "sentence", change->sentence_count > 0 ? change->sentences[0] : NULL);
	json_end_object(json);
}

static void put_domain(const struct pivot *pivot, const struct pivot_domain *domain,
		       struct json *json)
{
	char name[NAME_TEXT_MAX];
	json_begin_object(json);
	json_put_text(json, "type", "pivot");
	json_put_text(json, "kind", use_kind_text(pivot->query.kind));
	json_put_text(json, "value", pivot->value);
	json_put_text(json, "domain", name_to_text(domain->domain, name));
	put_span(json, &domain->use.whole);
	json_key(json, "uses");
	json_begin_array(json);
	for (unsigned int i = 0; i < USE_WAY_COUNT; i++) {
		if (domain->use.ways[i].times == 0)
			continue;
		json_begin_object(json);
		json_put_text(json, "as", use_way_text((enum use_way)i));
		put_span(json, &domain->use.ways[i]);
		json_end_object(json);
	}
	json_end_array(json);
	put_change(json, "began_with", domain->began);
	put_change(json, "newest_change", domain->newest != NULL ? domain->newest : domain->began);
	json_end_object(json);
	json_end_line(json);
}

int pivot_print(struct pivot *pivot, const struct pivot_domain *domain)
{
	struct text *text = &pivot->text;
	assert(domain->use.whole.times > 0);
	text_reset(text);
	if (options_json(pivot->options)) {
		struct json json;
		json_init(&json, text);
		put_domain(pivot, domain, &json);
	} else {
		add_domain(domain, text);
	}
	if (text->error == OK)
		fwrite(text_get(text), 1, text->length, pivot->options->out);
	return text->error;
}
