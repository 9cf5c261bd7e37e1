/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "os/file.h"
#include "tell/adoption/adoption_private.h"

#include <assert.h>
#include <string.h>

#define MARKDOWN_OCTETS_MAX ((size_t)16 << 20)
#define GROUPS_SHOWN 100u

/* What means something in a table, or could begin markup. */
static void add_escaped(struct text *text, const char *value)
{
	for (; *value != '\0'; value++) {
		if (strchr("\\`*_{}[]<>()#+-!|~&", *value))
			text_add_char(text, '\\');
		text_add_char(text, *value);
	}
}

static void add_share(struct text *text, const struct standing *standing)
{
	if (standing->of == 0)
		text_add(text, " – | –");
	else
		text_format(text, " %.1f %% | %.1f to %.1f %%", 100 * standing->share.value,
			    100 * standing->share.low, 100 * standing->share.high);
}

static void add_practices(const struct adoption_report *report, struct text *text)
{
	text_add(text, "\n## Practices\n\n| practice | who can act | adopted | of | share | low to "
		       "high | broken | unknown |\n|---|---|--:|--:|--:|--:|--:|--:|\n");
	for (size_t i = 0; i < report->practice_count; i++) {
		const struct good_practice *practice = &report->practices[i];
		const struct standing standing =
			standing_of(report, &report_now(report->total, report)->practices[i]);

		text_format(text, "| %s%s | %s | %llu | %llu |", practice->title,
			    practice->is_required ? "" : " (optional)", party_text(practice->party),
			    (unsigned long long)standing.adopted, (unsigned long long)standing.of);
		add_share(text, &standing);
		text_format(text, " | %llu | %llu |\n", (unsigned long long)standing.broken,
			    (unsigned long long)standing.unknown);
	}
}

static void add_excepted(const struct adoption_report *report, struct text *text)
{
	const struct counted *now = report_now(report->total, report);

	if (!standing_has_excepted(report))
		return;
	text_add(text,
		 "\n## Exceptions and disputes\n\nThe figures above are as measured. Without "
		 "what is excepted or disputed:\n\n| practice | excepted | share as measured | "
		 "share without |\n|---|--:|--:|--:|\n");
	for (size_t i = 0; i < report->practice_count; i++) {
		const struct standing standing = standing_of(report, &now->practices[i]);

		if (standing.excepted == 0)
			continue;
		text_format(text, "| %s | %llu | %.1f %% | ", report->practices[i].title,
			    (unsigned long long)standing.excepted, 100 * standing.share.value);
		if (standing_without(&standing) >= 0)
			text_format(text, "%.1f %% |\n", 100 * standing_without(&standing));
		else
			text_add(text, "– |\n");
	}
}

static void add_groups(const struct adoption_report *report, struct text *text)
{
	const uint32_t count =
		report->ranked_count < GROUPS_SHOWN ? report->ranked_count : GROUPS_SHOWN;

	text_format(text, "\n## %u %s\n\n", report->groups.count, standing_groups_word(report));
	if (report->groups.count > 1)
		text_format(text, "Concentration (HHI): %.3f.\n\n", report->concentration);
	text_add(text, "| | domains | score |\n|---|--:|--:|\n");
	for (uint32_t i = 0; i < count; i++) {
		const struct counted *now = report_now(report->ranked[i]->runs, report);
		const double score = standing_score(now);

		text_add(text, "| ");
		add_escaped(text, report->ranked[i]->shown);
		text_format(text, " | %u |", now->domains);
		if (score < 0)
			text_add(text, " – |\n");
		else
			text_format(text, " %.1f %% |\n", score);
	}
	if (count < report->groups.count)
		text_format(text, "\nand %u more.\n", report->groups.count - count);
}

int adoption_markdown(const struct adoption_report *report, const char *path,
		      struct complaint *complaint)
{
	struct text text;

	assert(path != NULL);
	text_init(&text, MARKDOWN_OCTETS_MAX);
	text_add(&text, "# Adoption on ");
	standing_date(&report_run(report)->run, &text);
	text_add(&text, "\n\n");
	standing_lead(report, &text);
	text_add_char(&text, '\n');
	add_practices(report, &text);
	add_excepted(report, &text);
	add_groups(report, &text);
	text_add(&text, "\n## Method\n\n");
	standing_method(report, &text);
	text_add_char(&text, '\n');
	int result = text.error;

	if (result == OK)
		result = file_write(path, text_get(&text), text.length, complaint);
	text_release(&text);
	return result;
}
