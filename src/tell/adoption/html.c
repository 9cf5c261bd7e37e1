/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "os/file.h"
#include "tell/adoption/adoption_private.h"
#include "tell/page/figure.h"
#include "tell/page/frame.h"
#include "tell/page/lines.h"
#include "tell/page/stack.h"
#include "tell/page/table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A page of a hundred groups has some 200 KiB. */
#define PAGE_OCTETS_MAX ((size_t)32 << 20)
#define WORDS_OCTETS_MAX ((size_t)64 << 10)
/* Groups in the page; a file beside it has all of them. */
#define GROUPS_SHOWN 100u

/* What stands large at the top, and is drawn over time. */
static const char *const headlines[] = {"dnssec", "dmarc-enforced", "ipv6-servers"};
#define HEADLINE_COUNT (sizeof(headlines) / sizeof(headlines[0]))

static size_t place_of(const struct adoption_report *report, const char *name)
{
	const struct good_practice *practice = good_practice_by_name(name);

	assert(practice >= report->practices);
	return (size_t)(practice - report->practices);
}

/* ---- figures of the page ---- */

static struct figure share_figure(const struct standing *standing)
{
	return (struct figure){.is_measured = standing->of > 0,
			       .value = 100 * standing->share.value,
			       .low = 100 * standing->share.low,
			       .high = 100 * standing->share.high,
			       .unit = "%",
			       .decimals = 1};
}

static struct figure score_figure(const struct counted *counted)
{
	const double score = standing_score(counted);

	return (struct figure){.is_measured = score >= 0,
			       .value = score,
			       .low = score,
			       .high = score,
			       .unit = "%",
			       .decimals = 1};
}

static struct figure_point point_of(int64_t time_s, const struct figure *figure)
{
	return (struct figure_point){.time_s = time_s,
				     .is_measured = figure->is_measured,
				     .value = figure->value,
				     .low = figure->low,
				     .high = figure->high};
}

/* A group's way over the runs: of one practice, or of the score. */
#define OF_SCORE SIZE_MAX
static void points_of(const struct adoption_report *report, const struct counted *runs,
		      size_t practice, struct figure_point points[ADOPTION_RUNS_MAX])
{
	int64_t time_s = INT64_MIN;

	assert(practice == OF_SCORE || practice < report->practice_count);
	for (uint32_t i = 0; i < report->run_count; i++) {
		struct figure figure;

		/* A clock may have gone back between two runs: a line does not. */
		if (report->runs[i].run.started_s > time_s)
			time_s = report->runs[i].run.started_s;

		if (practice == OF_SCORE) {
			figure = score_figure(&runs[i]);
		} else {
			const struct standing standing =
				standing_of(report, &runs[i].practices[practice]);

			figure = share_figure(&standing);
		}
		points[i] = point_of(time_s, &figure);
	}
}

/* ---- pieces ---- */

typedef void say(const struct adoption_report *report, struct text *text);

static void escape_words(const struct adoption_report *report, say *words, struct text *html)
{
	struct text text;

	text_init(&text, WORDS_OCTETS_MAX);
	words(report, &text);
	markup_text(html, text_get(&text));
	if (html->error == OK)
		html->error = text.error;
	text_release(&text);
}

static void add_title(const struct adoption_report *report, struct text *html)
{
	struct text title;

	text_init(&title, WORDS_OCTETS_MAX);
	text_format(&title, "Adoption by %s, ", adoption_by_text(report->settings.by));
	standing_date(&report_run(report)->run, &title);
	page_begin(html, &(struct page_head){"Adoption", text_get(&title), "dsfi report --by"});
	text_release(&title);
	page_lead_begin(html);
	escape_words(report, standing_lead, html);
	page_lead_end(html);
}

static void add_tile(const struct adoption_report *report, const char *name, size_t practice,
		     struct text *html)
{
	struct figure_point points[ADOPTION_RUNS_MAX];
	const struct figure_trend trend = {points, report->run_count, "%", 1};
	struct figure_tile tile = {.name = name, .trend = report->run_count > 1 ? &trend : NULL};
	const struct counted *now = report_now(report->total, report);
	struct text meaning;

	text_init(&meaning, WORDS_OCTETS_MAX);
	points_of(report, report->total, practice, points);
	if (practice == OF_SCORE) {
		tile.figure = score_figure(now);
		text_add(&meaning, "of what is asked of the domains");
	} else {
		const struct standing standing = standing_of(report, &now->practices[practice]);

		tile.figure = share_figure(&standing);
		markup_number(&meaning, standing.adopted);
		text_add(&meaning, " of ");
		markup_number(&meaning, standing.of);
		text_add(&meaning, standing.of == 1 ? " domain" : " domains");
	}
	tile.meaning = text_get(&meaning);
	figure_tile(html, &tile);
	text_release(&meaning);
}

static void add_tiles(const struct adoption_report *report, struct text *html)
{
	figure_tiles_begin(html);
	add_tile(report, "Score", OF_SCORE, html);
	for (size_t i = 0; i < HEADLINE_COUNT; i++) {
		const size_t place = place_of(report, headlines[i]);

		add_tile(report, report->practices[place].title, place, html);
	}
	figure_tiles_end(html);
}

static int add_practices(const struct adoption_report *report, struct text *html)
{
	const size_t count = report->practice_count;
	struct stack_practice *rows = memory_take_zeroed(count, sizeof(*rows));
	struct figure_trend *trends = memory_take_zeroed(count, sizeof(*trends));
	struct figure_point *points =
		memory_take_zeroed(count * ADOPTION_RUNS_MAX, sizeof(*points));
	const struct counted *now = report_now(report->total, report);

	for (size_t i = 0; i < count && rows && trends && points; i++) {
		const struct standing standing = standing_of(report, &now->practices[i]);

		points_of(report, report->total, i, points + i * ADOPTION_RUNS_MAX);
		trends[i] = (struct figure_trend){points + i * ADOPTION_RUNS_MAX, report->run_count,
						  "%", 1};
		rows[i] = (struct stack_practice){
			.name = report->practices[i].title,
			.adopted = standing.adopted,
			.broken = standing.broken,
			.absent = standing.absent,
			.not_measured = standing.unknown,
			.not_applicable = standing.does_not_apply,
			.share = share_figure(&standing),
			.trend = report->run_count > 1 ? &trends[i] : NULL,
		};
	}
	const bool is_whole = rows && trends && points;

	page_heading(html, "Practices", NULL);
	if (is_whole)
		stack_chart(html,
			    &(struct stack_chart){
				    .label = "Practices and how many domains have adopted them",
				    .reading = "A bar is all domains: full is adopted, hatched "
					       "is there and does not work, empty is absent. "
					       "The share is of those that could be measured.",
				    .subject = "Practice",
				    .unit = "practices",
				    .rows = rows,
				    .count = count,
			    });
	memory_give(points);
	memory_give(trends);
	memory_give(rows);
	return is_whole ? OK : ERR_MEMORY;
}

static void add_way(const struct adoption_report *report, struct text *html)
{
	struct figure_point points[HEADLINE_COUNT + 1][ADOPTION_RUNS_MAX];
	struct line_series series[HEADLINE_COUNT + 1];

	if (report->run_count < 2)
		return;
	points_of(report, report->total, OF_SCORE, points[0]);
	series[0] = (struct line_series){"Score", false, points[0], report->run_count};
	for (size_t i = 0; i < HEADLINE_COUNT; i++) {
		const size_t place = place_of(report, headlines[i]);

		points_of(report, report->total, place, points[i + 1]);
		series[i + 1] = (struct line_series){report->practices[place].title, false,
						     points[i + 1], report->run_count};
	}
	page_heading(html, "How it has come", NULL);
	line_chart(html, &(struct line_chart){
				 .label = "Adoption over the runs",
				 .reading = "Each mark is one run; the band around a line is what "
					    "could not be measured.",
				 .unit = "%",
				 .decimals = 1,
				 .series = series,
				 .count = HEADLINE_COUNT + 1,
			 });
}

/* ---- groups ---- */

struct loss {
	const struct group *group;
	double missing; /* domains' worth of what is asked and not there */
};

static int by_missing(const void *left, const void *right)
{
	const struct loss *ours = left;
	const struct loss *theirs = right;

	if (ours->missing != theirs->missing)
		return ours->missing < theirs->missing ? 1 : -1;
	return strcmp(ours->group->name, theirs->group->name);
}

static void add_group_row(const struct adoption_report *report, const struct group *group,
			  struct text *html)
{
	static const char *const shown[] = {"dnssec", "spf", "dmarc", "ipv6-servers",
					    "two-networks"};
	const struct counted *now = report_now(group->runs, report);
	struct figure_point points[ADOPTION_RUNS_MAX];
	const struct figure_trend trend = {points, report->run_count, "%", 1};
	const struct figure score = score_figure(now);

	text_add(html, "<tr data-name=\"");
	markup_text(html, group->shown);
	text_add(html, "\">");
	cell_head(html, group->shown);
	cell_number(html, now->domains);
	cell_figure(html, &score);
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		const struct standing standing =
			standing_of(report, &now->practices[place_of(report, shown[i])]);
		struct figure figure = share_figure(&standing);

		/* Without the interval: a hundred rows of them nobody reads; the file has them. */
		figure.low = figure.high = figure.value;
		cell_figure(html, &figure);
	}
	if (report->run_count > 1) {
		points_of(report, group->runs, OF_SCORE, points);
		text_add(html, "<td class=\"trend\">");
		figure_spark(html, &trend);
		text_add(html, "<br>");
		figure_trend_words(html, &trend);
		cell_end(html);
	}
	row_end(html);
}

static void add_group_heading(const struct adoption_report *report, const char *file,
			      struct text *html)
{
	const uint32_t shown =
		report->ranked_count < GROUPS_SHOWN ? report->ranked_count : GROUPS_SHOWN;
	struct text heading;
	struct text reading;

	text_init(&heading, WORDS_OCTETS_MAX);
	text_init(&reading, WORDS_OCTETS_MAX);
	markup_number(&heading, report->groups.count);
	text_format(&heading, " %s", standing_groups_word(report));
	text_add(&reading, "First those where most could be gained: many domains, and much of what "
			   "is asked not adopted.");
	if (shown < report->groups.count) {
		text_format(&reading, " These are %u of ", shown);
		markup_number(&reading, report->groups.count);
		text_add(&reading, "; <a href=\"");
		markup_file(&reading, file);
		text_add(&reading, "\">all are in a file beside this page</a>.");
	}
	if (report->groups.count > 1)
		text_format(&reading,
			    " Concentration of the domains (Herfindahl-Hirschman index): %.3f, "
			    "where 1 is one for all.",
			    report->concentration);
	page_heading(html, text_get(&heading), text_get(&reading));
	if (html->error == OK)
		html->error = heading.error ? heading.error : reading.error;
	text_release(&reading);
	text_release(&heading);
}

static int add_groups(const struct adoption_report *report, const char *file, struct text *html)
{
	static const struct column columns[] = {
		{"Group", false}, {"Domains", true},      {"Score", true},
		{"DNSSEC", true}, {"SPF", true},          {"DMARC", true},
		{"IPv6", true},   {"Two networks", true}, {"Score since", false},
	};
	const size_t column_count = sizeof(columns) / sizeof(columns[0]);
	struct loss *losses = memory_take_zeroed(report->ranked_count + 1, sizeof(*losses));

	if (!losses)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < report->ranked_count; i++) {
		const struct counted *now = report_now(report->ranked[i]->runs, report);

		losses[i] = (struct loss){report->ranked[i], now->scored - now->score_sum};
	}
	qsort(losses, report->ranked_count, sizeof(*losses), by_missing);
	add_group_heading(report, file, html);
	filter_begin(html, "groups");
	filter_words(html, "name", "Name contains");
	filter_end(html);
	table_begin(html,
		    &(struct table){
			    .id = "groups",
			    .label = "Groups of domains and what they have adopted",
			    .columns = columns,
			    .column_count = report->run_count > 1 ? column_count : column_count - 1,
		    });
	for (uint32_t i = 0; i < report->ranked_count && i < GROUPS_SHOWN; i++)
		add_group_row(report, losses[i].group, html);
	table_end(html);
	memory_give(losses);
	return OK;
}

/* ---- what somebody says of it ---- */

static void add_excepted(const struct adoption_report *report, struct text *html)
{
	static const struct column columns[] = {
		{"Practice", false},
		{"Excepted or disputed", true},
		{"Share as measured", true},
		{"Share without them", true},
	};
	const struct counted *now = report_now(report->total, report);

	if (!standing_has_excepted(report))
		return;
	page_heading(html, "Exceptions and disputes",
		     "Above everything is as it was measured. Here is the other view: without what "
		     "its operator, or somebody for it, has excepted for a time or disputes.");
	table_begin(html, &(struct table){.id = "excepted",
					  .label = "Shares with and without what is excepted",
					  .columns = columns,
					  .column_count = sizeof(columns) / sizeof(columns[0])});
	for (size_t i = 0; i < report->practice_count; i++) {
		const struct standing standing = standing_of(report, &now->practices[i]);
		const double without = 100 * standing_without(&standing);
		const struct figure measured = share_figure(&standing);
		const struct figure other = {.is_measured = without >= 0,
					     .value = without,
					     .low = without,
					     .high = without,
					     .unit = "%",
					     .decimals = 1};

		if (standing.excepted == 0)
			continue;
		row_begin(html);
		cell_head(html, report->practices[i].title);
		cell_number(html, standing.excepted);
		cell_figure(html, &measured);
		cell_figure(html, &other);
		row_end(html);
	}
	table_end(html);
}

/* ---- what changed, what it means ---- */

static void add_gains(const struct adoption_report *report, struct text *html)
{
	static const struct column columns[] = {
		{"Practice", false},
		{"Gained", true},
		{"Lost", true},
		{"Most of the gain", false},
	};

	if (report->run_count < 2)
		return;
	page_heading(html, "What changed",
		     "Domains that were measured in the first and in the last of these runs. Much "
		     "of a gain is often one operator who changed a setting for all.");
	table_begin(html, &(struct table){.id = "gains",
					  .label = "Gains and losses since the first run",
					  .columns = columns,
					  .column_count = sizeof(columns) / sizeof(columns[0])});
	for (size_t i = 0; i < report->practice_count; i++) {
		uint32_t gained;
		const struct group *group = standing_largest_gain(report, i, &gained);

		row_begin(html);
		cell_head(html, report->practices[i].title);
		cell_number(html, report->moved.gained[i]);
		cell_number(html, report->moved.lost[i]);
		cell_begin(html);
		if (group) {
			markup_percent(html, gained, report->moved.gained[i]);
			text_add(html, " is ");
			markup_text(html, group->shown);
		} else {
			text_add(html, "–");
		}
		cell_end(html);
		row_end(html);
	}
	table_end(html);
}

static void add_meanings(const struct adoption_report *report, struct text *html)
{
	static const struct column columns[] = {
		{"Practice", false}, {"What it brings", false}, {"Who can act", false},
		{"Counts", false},   {"Reference", false},
	};

	page_heading(html, "What each practice brings", NULL);
	table_begin(html, &(struct table){.id = "practices",
					  .label = "Practices: what each brings, and who can act",
					  .columns = columns,
					  .column_count = sizeof(columns) / sizeof(columns[0])});
	for (size_t i = 0; i < report->practice_count; i++) {
		const struct good_practice *practice = &report->practices[i];

		row_begin(html);
		cell_head(html, practice->title);
		cell_text(html, practice->brings);
		cell_word(html, party_text(practice->party));
		cell_word(html, practice->is_required ? "in the score" : "optional");
		cell_begin(html);
		markup_reference(html, practice->reference);
		cell_end(html);
		row_end(html);
	}
	table_end(html);
}

/* ---- the file ---- */

/* "report.html" -> "report-groups.csv" */
static const char *beside(const struct adoption_report *report, struct arena *arena,
			  const char *path)
{
	const char *dot = strrchr(path, '.');
	const char *slash = strrchr(path, '/');
	const size_t stem = dot && (!slash || dot > slash) ? (size_t)(dot - path) : strlen(path);

	assert(report->run_count > 0 && stem <= strlen(path));
	return arena_format(arena, "%.*s-groups.csv", (int)stem, path);
}

static int write_page(const struct adoption_report *report, const char *file, struct text *html)
{
	const char *slash = strrchr(file, '/');
	struct text method;

	add_title(report, html);
	add_tiles(report, html);
	int result = add_practices(report, html);

	if (result < 0)
		return result;
	add_way(report, html);
	result = add_groups(report, slash ? slash + 1 : file, html);
	if (result < 0)
		return result;
	add_excepted(report, html);
	add_gains(report, html);
	add_meanings(report, html);
	text_init(&method, WORDS_OCTETS_MAX);
	escape_words(report, standing_method, &method);
	page_end(html, &(struct page_method){report->merged > 0 ? "where each store was filled"
								: report_run(report)->run.vantage,
					     NULL, text_get(&method)});
	text_release(&method);
	return html->error;
}

int adoption_html(const struct adoption_report *report, const char *path,
		  struct complaint *complaint)
{
	struct arena arena;
	struct text html;
	int result = OK;

	arena_init(&arena, WORDS_OCTETS_MAX, 0);
	text_init(&html, PAGE_OCTETS_MAX);
	const char *file = beside(report, &arena, path);

	if (!file)
		result = ERR_MEMORY;
	if (result == OK)
		result = write_page(report, file, &html);
	if (result == OK && report->groups.count > GROUPS_SHOWN)
		result = adoption_csv(report, file, complaint);
	if (result == OK)
		result = file_write(path, text_get(&html), html.length, complaint);
	text_release(&html);
	arena_release(&arena);
	return result;
}
