/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"

#include "tell/adoption/adoption_private.h"

#include <assert.h>

/* So many groups have the whole trend on their lines' side; more have the report's run alone. */
#define TREND_GROUPS_MAX 100u

struct line {
	const char *group; /* NULL: all */
	const struct counted *counted;
	const struct store_run *run;
	double weight; /* of the report's run */
};

static void put_time(struct json *json, const char *key, int64_t time_s)
{
	char text[TIME_TEXT_MAX];

	time_to_text(time_s, text);
	json_put_text(json, key, text);
}

static void put_real(struct json *json, const char *key, double value)
{
	json_key(json, key);
	json_real_number(json, value);
}

static void begin(struct json *json, const struct adoption_report *report, const struct line *line,
		  const char *type)
{
	json_begin_object(json);
	json_put_text(json, "type", type);
	json_put_text(json, "by", adoption_by_text(report->settings.by));
	json_put_text(json, "group", line->group);
	json_put_number(json, "run", line->run->id);
	put_time(json, "started", line->run->started_s);
}

static void put_practice(const struct adoption_report *report, const struct line *line,
			 size_t practice, struct text *text)
{
	const struct standing standing = standing_of(report, &line->counted->practices[practice]);
	struct json json;

	json_init(&json, text);
	begin(&json, report, line, "adoption");
	json_put_text(&json, "practice", report->practices[practice].name);
	json_put_bool(&json, "required", report->practices[practice].is_required);
	json_put_number(&json, "adopted", (int64_t)standing.adopted);
	json_put_number(&json, "of", (int64_t)standing.of);
	json_put_number(&json, "broken", (int64_t)standing.broken);
	json_put_number(&json, "absent", (int64_t)standing.absent);
	json_put_number(&json, "unknown", (int64_t)standing.unknown);
	json_put_number(&json, "does_not_apply", (int64_t)standing.does_not_apply);
	json_key(&json, "share");
	if (standing.of > 0)
		json_real_number(&json, standing.share.value);
	else
		json_null_value(&json);
	put_real(&json, "low", standing.share.low);
	put_real(&json, "high", standing.share.high);
	json_put_number(&json, "excepted", (int64_t)standing.excepted);
	json_key(&json, "share_without");
	if (standing_without(&standing) >= 0)
		json_real_number(&json, standing_without(&standing));
	else
		json_null_value(&json);
	json_end_object(&json);
	json_end_line(&json);
}

static void put_group(const struct adoption_report *report, const struct line *line,
		      struct text *text)
{
	const double score = standing_score(line->counted);
	struct json json;

	json_init(&json, text);
	begin(&json, report, line, "adoption-group");
	json_put_number(&json, "domains", line->counted->domains);
	json_key(&json, "score");
	if (score >= 0)
		json_real_number(&json, score);
	else
		json_null_value(&json);
	json_put_number(&json, "scored", line->counted->scored);
	put_real(&json, "weight", line->weight);
	json_end_object(&json);
	json_end_line(&json);
	for (size_t i = 0; i < report->practice_count; i++)
		put_practice(report, line, i, text);
}

static void put_gain(const struct adoption_report *report, struct json *json, size_t practice)
{
	uint32_t gained;
	const struct group *group = standing_largest_gain(report, practice, &gained);

	json_begin_object(json);
	json_put_text(json, "practice", report->practices[practice].name);
	json_put_number(json, "gained", report->moved.gained[practice]);
	json_put_number(json, "lost", report->moved.lost[practice]);
	json_put_text(json, "largest_group", group ? group->shown : NULL);
	json_put_number(json, "largest_gained", gained);
	json_end_object(json);
}

static void put_summary(const struct adoption_report *report, struct text *text)
{
	const struct store_run *run = &report_run(report)->run;
	struct text lead;
	struct json json;

	text_init(&lead, (size_t)1 << 16);
	standing_lead(report, &lead);
	json_init(&json, text);
	json_begin_object(&json);
	json_put_text(&json, "type", "adoption-report");
	json_put_text(&json, "by", adoption_by_text(report->settings.by));
	json_put_number(&json, "run", run->id);
	put_time(&json, "started", run->started_s);
	json_put_number(&json, "since_run", report->runs[0].run.id);
	put_time(&json, "since", report->runs[0].run.started_s);
	json_put_text(&json, "profile", run->profile);
	json_put_text(&json, "vantage", run->vantage);
	json_put_bool(&json, "sample", report->settings.is_sample);
	json_put_bool(&json, "named", report->settings.is_named);
	json_put_number(&json, "domains", report_now(report->total, report)->domains);
	json_put_number(&json, "groups", report->groups.count);
	json_put_number(&json, "groups_without_figures", report->rest_groups);
	put_real(&json, "concentration", report->concentration);
	json_put_text(&json, "sentence", text_get(&lead));
	json_key(&json, "stores");
	json_begin_array(&json);
	for (uint32_t i = 0; i < report->store_count; i++)
		json_text(&json, report->stores[i]);
	json_end_array(&json);
	json_key(&json, "gains");
	json_begin_array(&json);
	for (size_t i = 0; i < report->practice_count && report->run_count > 1; i++)
		put_gain(report, &json, i);
	json_end_array(&json);
	json_end_object(&json);
	json_end_line(&json);
	text_release(&lead);
}

struct way {
	const char *name; /* NULL: all */
	const struct counted *runs;
	double weight;
};

static void put_runs(const struct adoption_report *report, const struct way *way, uint32_t first,
		     struct text *text)
{
	assert(first < report->run_count);
	for (uint32_t i = first; i < report->run_count; i++) {
		const struct line line = {way->name, &way->runs[i], &report->runs[i].run,
					  way->weight};

		put_group(report, &line, text);
	}
}

int adoption_json(const struct adoption_report *report, struct text *text)
{
	const uint32_t first = report->ranked_count <= TREND_GROUPS_MAX ? 0 : report->run_count - 1;
	const struct way all = {NULL, report->total, report_now(report->total, report)->domains};

	put_summary(report, text);
	put_runs(report, &all, 0, text);
	for (uint32_t i = 0; i < report->ranked_count; i++) {
		const struct group *group = report->ranked[i];
		const struct way way = {group->shown, group->runs, group->weight};

		put_runs(report, &way, first, text);
	}
	if (report->rest_groups > 0) {
		const struct way rest = {GROUP_REST, report->rest,
					 report_now(report->rest, report)->domains};

		put_runs(report, &rest, first, text);
	}
	return text->error;
}
