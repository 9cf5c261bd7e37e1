/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files for programs that draw: comma-separated values, OpenMetrics. */
#include "base/csv.h"
#include "os/file.h"
#include "tell/adoption/adoption_private.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* One group's rows. */
#define ROWS_OCTETS_MAX ((size_t)1 << 20)

struct table {
	const struct adoption_report *report;
	struct file_writer *writer;
	struct text rows; /* emptied into the writer */
	int error;
};

static void flush(struct table *table)
{
	if (table->error == OK)
		table->error = table->rows.error;
	if (table->error == OK)
		file_writer_add(table->writer, text_get(&table->rows), table->rows.length);
	text_reset(&table->rows);
}

typedef void add_rows(struct table *table, const char *group, const struct counted *now);

/* All, each group with figures, the rest. */
static void each_group(struct table *table, add_rows *add)
{
	const struct adoption_report *report = table->report;

	add(table, NULL, report_now(report->total, report));
	flush(table);
	for (uint32_t i = 0; i < report->ranked_count; i++) {
		add(table, report->ranked[i]->shown, report_now(report->ranked[i]->runs, report));
		flush(table);
	}
	if (report->rest_groups > 0)
		add(table, GROUP_REST, report_now(report->rest, report));
	flush(table);
}

static int begin(struct table *table, const struct adoption_report *report, const char *path,
		 struct complaint *complaint)
{
	*table = (struct table){.report = report};
	text_init(&table->rows, ROWS_OCTETS_MAX);
	return file_writer_new(path, complaint, &table->writer);
}

static int end(struct table *table, const char *path, struct complaint *complaint)
{
	flush(table);
	text_release(&table->rows);
	if (table->error == OK)
		return file_writer_commit(table->writer, complaint);
	file_writer_abort(table->writer);
	return complain(complaint, table->error, "'%s': not enough memory to write it", path);
}

/* ---- comma-separated values ---- */

static void csv_rows(struct table *table, const char *group, const struct counted *now)
{
	const struct adoption_report *report = table->report;
	const struct store_run *run = &report_run(report)->run;
	struct text *rows = &table->rows;

	for (size_t i = 0; i < report->practice_count; i++) {
		const struct standing standing = standing_of(report, &now->practices[i]);

		text_format(rows, "%" PRId64 ",", run->id);
		standing_date(run, rows);
		text_format(rows, ",%s,", adoption_by_text(report->settings.by));
		csv_field(rows, group ? group : "(all)");
		text_format(rows, ",%u,%s,%s,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ",%" PRIu64,
			    now->domains, report->practices[i].name,
			    report->practices[i].is_required ? "yes" : "no", standing.adopted,
			    standing.of, standing.broken, standing.absent);
		text_format(rows, ",%" PRIu64 ",%" PRIu64, standing.unknown,
			    standing.does_not_apply);
		if (standing.of > 0)
			text_format(rows, ",%.6f", standing.share.value);
		else
			text_add_char(rows, ',');
		text_format(rows, ",%.6f,%.6f,%" PRIu64 "\r\n", standing.share.low,
			    standing.share.high, standing.excepted);
	}
}

int adoption_csv(const struct adoption_report *report, const char *path,
		 struct complaint *complaint)
{
	struct table table;
	const int result = begin(&table, report, path, complaint);

	if (result < 0)
		return result;
	text_add(&table.rows, "run,date,by,group,domains,practice,required,adopted,of,broken,"
			      "absent,unknown,does_not_apply,share,low,high,excepted\r\n");
	each_group(&table, csv_rows);
	return end(&table, path, complaint);
}

/* ---- OpenMetrics ---- */

/* OpenMetrics 1.0: backslash, quote and line end are escaped in a label's value. */
static void label(struct text *text, const char *name, const char *value)
{
	assert(name[0] != '\0');
	text_format(text, "%s=\"", name);
	for (; *value != '\0'; value++) {
		if (*value == '\\' || *value == '"')
			text_add_char(text, '\\');
		if (*value == '\n')
			text_add(text, "\\n");
		else
			text_add_char(text, *value);
	}
	text_add_char(text, '"');
}

static void labels(struct table *table, const char *metric, const char *group)
{
	text_format(&table->rows, "%s{", metric);
	label(&table->rows, "by", adoption_by_text(table->report->settings.by));
	text_add_char(&table->rows, ',');
	label(&table->rows, "group", group ? group : "");
}

static void metric_states(struct table *table, const char *group, const struct counted *now)
{
	static const char *const states[ADOPTION_STATE_COUNT] = {
		[ADOPTION_NOT_MEASURED] = "unknown", [ADOPTION_DOES_NOT_APPLY] = "does_not_apply",
		[ADOPTION_ABSENT] = "absent",        [ADOPTION_BROKEN] = "broken",
		[ADOPTION_ADOPTED] = "adopted",
	};

	for (size_t i = 0; i < table->report->practice_count; i++)
		for (unsigned state = 0; state < ADOPTION_STATE_COUNT; state++) {
			labels(table, "dsfi_adoption_domains", group);
			text_add_char(&table->rows, ',');
			label(&table->rows, "practice", table->report->practices[i].name);
			text_add_char(&table->rows, ',');
			label(&table->rows, "state", states[state]);
			text_format(&table->rows, "} %u\n", now->practices[i].states[state]);
		}
}

static void metric_domains(struct table *table, const char *group, const struct counted *now)
{
	labels(table, "dsfi_domains", group);
	text_format(&table->rows, "} %u\n", now->domains);
}

static void metric_score(struct table *table, const char *group, const struct counted *now)
{
	const double score = standing_score(now);

	if (score < 0)
		return;
	labels(table, "dsfi_adoption_score_ratio", group);
	text_format(&table->rows, "} %.6f\n", score / 100);
}

int adoption_openmetrics(const struct adoption_report *report, const char *path,
			 struct complaint *complaint)
{
	struct table table;
	const int result = begin(&table, report, path, complaint);

	if (result < 0)
		return result;
	text_add(&table.rows,
		 "# TYPE dsfi_adoption_domains gauge\n"
		 "# HELP dsfi_adoption_domains Domains by what they make of a practice.\n");
	each_group(&table, metric_states);
	text_add(&table.rows, "# TYPE dsfi_domains gauge\n"
			      "# HELP dsfi_domains Domains that the run saw.\n");
	each_group(&table, metric_domains);
	text_add(&table.rows, "# TYPE dsfi_adoption_score_ratio gauge\n"
			      "# UNIT dsfi_adoption_score_ratio ratio\n"
			      "# HELP dsfi_adoption_score_ratio Mean score of the domains.\n");
	each_group(&table, metric_score);
	text_format(&table.rows,
		    "# TYPE dsfi_adoption_run_time_seconds gauge\n"
		    "# UNIT dsfi_adoption_run_time_seconds seconds\n"
		    "# HELP dsfi_adoption_run_time_seconds When the run began.\n"
		    "dsfi_adoption_run_time_seconds %" PRId64 "\n# EOF\n",
		    report_run(report)->run.started_s);
	return end(&table, path, complaint);
}
