/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/adoption/adoption_private.h"

#include <assert.h>
#include <string.h>

/* Groups that fit on a screen. */
#define GROUPS_SHOWN 15u
#define NAME_SHOWN 28

static void add_change(const struct adoption_report *report, size_t practice, struct text *text)
{
	const struct standing before = standing_of(report, &report->total[0].practices[practice]);
	const struct standing now =
		standing_of(report, &report_now(report->total, report)->practices[practice]);

	if (report->run_count < 2 || before.of == 0 || now.of == 0)
		text_add(text, "        -");
	else
		text_format(text, "  %+7.1f", 100 * (now.share.value - before.share.value));
}

static void add_practice(const struct adoption_report *report, size_t practice, struct text *text)
{
	const struct good_practice *what = &report->practices[practice];
	const struct standing standing =
		standing_of(report, &report_now(report->total, report)->practices[practice]);

	text_format(text, "  %-27s %c %10llu %10llu", what->title, what->is_required ? ' ' : 'o',
		    (unsigned long long)standing.adopted, (unsigned long long)standing.of);
	if (standing.of == 0)
		text_format(text, " %8s %15s", "-", "-");
	else
		text_format(text, " %6.1f %% %6.1f to %5.1f", 100 * standing.share.value,
			    100 * standing.share.low, 100 * standing.share.high);
	text_format(text, " %10llu", (unsigned long long)standing.unknown);
	add_change(report, practice, text);
	text_add_char(text, '\n');
}

/* As many characters, whole ones, whatever octets each has. */
static void add_name(struct text *text, const char *name)
{
	const size_t length = strlen(name);
	size_t at = 0;
	unsigned shown = 0;

	for (; at < length && shown < NAME_SHOWN; shown++) {
		const size_t size = utf8_size((const uint8_t *)name + at, length - at);

		at += size > 0 ? size : 1;
	}
	text_add_octets(text, name, at);
	for (; shown < NAME_SHOWN; shown++)
		text_add_char(text, ' ');
}

static void add_group(const struct adoption_report *report, const char *name,
		      const struct counted *now, struct text *text)
{
	static const char *const shown[] = {"dnssec", "spf", "dmarc", "ipv6-servers"};
	const double score = standing_score(now);

	text_add(text, "  ");
	add_name(text, name);
	text_format(text, " %10u", now->domains);
	if (score < 0)
		text_format(text, " %7s", "-");
	else
		text_format(text, " %5.1f %%", score);
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		const struct good_practice *practice = good_practice_by_name(shown[i]);

		assert(practice >= report->practices);
		const struct standing standing =
			standing_of(report, &now->practices[practice - report->practices]);

		if (standing.of == 0)
			text_format(text, " %9s", "-");
		else
			text_format(text, " %7.1f %%", 100 * standing.share.value);
	}
	text_add_char(text, '\n');
}

static void add_groups(const struct adoption_report *report, struct text *text)
{
	const uint32_t count =
		report->ranked_count < GROUPS_SHOWN ? report->ranked_count : GROUPS_SHOWN;

	text_format(text, "\n%u %s", report->groups.count, standing_groups_word(report));
	if (report->groups.count > 1)
		text_format(text, ", concentration (HHI) %.3f", report->concentration);
	text_format(text, "\n  %-*s %10s %7s %9s %9s %9s %9s\n", NAME_SHOWN, "", "domains", "score",
		    "DNSSEC", "SPF", "DMARC", "IPv6");
	for (uint32_t i = 0; i < count; i++)
		add_group(report, report->ranked[i]->shown,
			  report_now(report->ranked[i]->runs, report), text);
	if (count < report->groups.count)
		text_format(text, "  and %u more; --html, --csv and --json have them\n",
			    report->groups.count - count);
}

/* The other view, where somebody has something to say. */
static void add_excepted(const struct adoption_report *report, struct text *text)
{
	const struct counted *now = report_now(report->total, report);

	if (!standing_has_excepted(report))
		return;
	text_format(text, "\n  %-27s   %10s %10s %8s %15s\n", "excepted or disputed", "domains",
		    "of missing", "share", "without them");
	for (size_t i = 0; i < report->practice_count; i++) {
		const struct standing standing = standing_of(report, &now->practices[i]);
		const unsigned long long missing = standing.of - standing.adopted;

		if (standing.excepted == 0)
			continue;
		text_format(text, "  %-27s   %10llu %10llu %6.1f %%", report->practices[i].title,
			    (unsigned long long)standing.excepted, missing,
			    100 * standing.share.value);
		if (standing_without(&standing) >= 0)
			text_format(text, " %13.1f %%", 100 * standing_without(&standing));
		text_add_char(text, '\n');
	}
	text_add(text, "  Above is what was measured; 'dsfi except list' says who says so.\n");
}

int adoption_terminal(const struct adoption_report *report, struct text *text)
{
	const struct adoption_run *run = report_run(report);

	text_add(text, "Adoption on ");
	standing_date(&run->run, text);
	text_add(text, "\n\n");
	standing_lead(report, text);
	text_format(text, "\n\n  %-27s   %10s %10s %8s %15s %10s %9s\n", "practice (o: optional)",
		    "adopted", "of", "share", "low to high", "unknown", "change");
	for (size_t i = 0; i < report->practice_count; i++)
		add_practice(report, i, text);
	add_excepted(report, text);
	add_groups(report, text);
	text_add_char(text, '\n');
	standing_method(report, text);
	text_add_char(text, '\n');
	return text->error;
}
