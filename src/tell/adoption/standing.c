/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tell/adoption/adoption_private.h"
#include "tell/page/markup.h"

#include <assert.h>
#include <string.h>

struct standing standing_of(const struct adoption_report *report, const struct tally *tally)
{
	struct standing standing = {
		.adopted = tally->states[ADOPTION_ADOPTED],
		.broken = tally->states[ADOPTION_BROKEN],
		.absent = tally->states[ADOPTION_ABSENT],
		.unknown = tally->states[ADOPTION_NOT_MEASURED],
		.does_not_apply = tally->states[ADOPTION_DOES_NOT_APPLY],
		.excepted = tally->excepted,
	};

	standing.of = standing.adopted + standing.broken + standing.absent;
	standing.share = report->settings.is_sample
				 ? share_of_sample_with_unknown(standing.adopted, standing.of,
								standing.unknown)
				 : share_of_all(standing.adopted, standing.of, standing.unknown);
	return standing;
}

double standing_without(const struct standing *standing)
{
	assert(standing->excepted <= standing->broken + standing->absent);
	const uint64_t of = standing->of - standing->excepted;

	return of > 0 ? (double)standing->adopted / (double)of : -1;
}

bool standing_has_excepted(const struct adoption_report *report)
{
	const struct counted *now = report_now(report->total, report);

	for (size_t i = 0; i < report->practice_count; i++)
		if (now->practices[i].excepted > 0)
			return true;
	return false;
}

double standing_score(const struct counted *counted)
{
	assert(counted->score_sum >= 0);
	return counted->scored > 0 ? 100 * counted->score_sum / counted->scored : -1;
}

const struct adoption_run *report_run(const struct adoption_report *report)
{
	assert(report->run_count > 0);
	return &report->runs[report->run_count - 1];
}

const struct counted *report_now(const struct counted *runs, const struct adoption_report *report)
{
	assert(report->run_count > 0);
	return &runs[report->run_count - 1];
}

const struct group *standing_largest_gain(const struct adoption_report *report, size_t practice,
					  uint32_t *ret_gained)
{
	const struct group *largest = NULL;

	assert(practice < report->practice_count);
	*ret_gained = 0;
	for (uint32_t i = 0; i < report->ranked_count; i++)
		if (report->ranked[i]->moved.gained[practice] > *ret_gained &&
		    groups_kind(report->ranked[i]->name) == GROUP_OF_ONE) {
			largest = report->ranked[i];
			*ret_gained = largest->moved.gained[practice];
		}
	return largest;
}

const char *standing_groups_word(const struct adoption_report *report)
{
	static const char *const words[ADOPTION_BY_COUNT] = {
		[ADOPTION_BY_TLD] = "TLDs",
		[ADOPTION_BY_REGISTRAR] = "registrars",
		[ADOPTION_BY_OPERATOR] = "operators of name servers",
		[ADOPTION_BY_AS] = "networks",
	};

	return words[report->settings.by];
}

void standing_date(const struct store_run *run, struct text *text)
{
	char started[TIME_TEXT_MAX];

	time_to_text(run->started_s, started);
	started[10] = '\0';
	text_add(text, started);
}

/* The practice most domains moved to, or from. */
static void add_largest_move(const struct adoption_report *report, struct text *text)
{
	size_t largest = 0;
	uint32_t gained;

	for (size_t i = 1; i < report->practice_count; i++)
		if (report->moved.gained[i] > report->moved.gained[largest])
			largest = i;
	if (report->run_count < 2)
		return;
	text_add(text, " Since ");
	standing_date(&report->runs[0].run, text);
	if (report->moved.gained[largest] == 0) {
		text_add(text, " no domain has adopted anything.");
		return;
	}
	text_format(text, " %s has gained most: ", report->practices[largest].title);
	markup_number(text, report->moved.gained[largest]);
	text_add(text, report->moved.gained[largest] == 1 ? " domain" : " domains");
	if (report->moved.lost[largest] > 0) {
		text_add(text, ", and lost ");
		markup_number(text, report->moved.lost[largest]);
	}
	const struct group *group = standing_largest_gain(report, largest, &gained);

	if (group && report->groups.count > 1)
		text_format(text, "; %.0f %% of this gain is %s",
			    100.0 * gained / report->moved.gained[largest], group->shown);
	text_add(text, ".");
}

void standing_lead(const struct adoption_report *report, struct text *text)
{
	const struct counted *now = report_now(report->total, report);
	const double score = standing_score(now);

	text_add(text,
		 score < 0 ? "Nothing could be measured of " : "Of what good practice asks of ");
	markup_number(text, now->domains);
	text_add(text, now->domains == 1 ? " domain" : " domains");
	if (score < 0)
		text_add_char(text, '.');
	else
		text_format(text, ", and could be measured, %.1f %% is adopted.", score);
	add_largest_move(report, text);
}

/* Practices of which nothing is known, since nobody looked. */
static unsigned count_unseen(const struct adoption_report *report)
{
	const struct counted *now = report_now(report->total, report);
	unsigned unseen = 0;

	for (size_t i = 0; i < report->practice_count; i++) {
		const struct standing standing = standing_of(report, &now->practices[i]);

		unseen += standing.of == 0 && standing.unknown > 0;
	}
	return unseen;
}

/* What a scan that was interrupted, or still goes on, has not seen. */
static void add_unfinished(const struct adoption_report *report, struct text *text)
{
	const struct store_run *run = &report_run(report)->run;
	unsigned earlier = 0;

	if (report->merged > 0)
		return;
	for (uint32_t i = 0; i + 1 < report->run_count; i++)
		earlier += report->runs[i].run.finished_s == 0;
	if (run->finished_s == 0) {
		text_add(text, "The run is not finished: ");
		markup_number(text, run->done);
		text_add(text, " of ");
		markup_number(text, run->domains);
		text_add(text, " domains were looked at, and nothing is said of the others. ");
	}
	if (earlier > 0)
		text_format(text, "%u earlier %s not finished. ", earlier,
			    earlier == 1 ? "run was" : "runs were");
}

void standing_method(const struct adoption_report *report, struct text *text)
{
	const struct store_run *run = &report_run(report)->run;
	const struct store_run oldest = {.started_s = report->merged_from_s};

	if (report->merged > 0) {
		text_format(text, "Totals of %u %s, looked at from ", report->merged,
			    report->merged == 1 ? "store" : "stores");
		standing_date(&oldest, text);
		text_add(text, " to ");
		standing_date(run, text);
		text_add(text, ", added: a domain that is in two of them counts twice. ");
	} else {
		text_format(text, "Run %lld", (long long)run->id);
		if (run->vantage[0] != '\0')
			text_format(text, ", seen from %s", run->vantage);
		text_format(text, ", profile %s. ", run->profile);
	}
	add_unfinished(report, text);
	text_add(text, report->settings.is_sample
			       ? "The domains are a sample: low and high are Wilson's interval at "
				 "95 %, widened by what was not measured. "
			       : "The domains are no sample: low and high are what those that were "
				 "not measured can make of it. ");
	text_add(text, "Not tested is not failed; the worst address decides; what can only be "
		       "asserted is not counted. docs/why/scores.md says all of it.");
	if (report->settings.by == ADOPTION_BY_OPERATOR || report->settings.by == ADOPTION_BY_AS)
		text_format(text, " A domain with name servers %s counts for both; in totals once.",
			    report->settings.by == ADOPTION_BY_AS ? "in two networks"
								  : "of two operators");
	const unsigned unseen = count_unseen(report);

	if (unseen > 0)
		text_format(text,
			    " %u %s not looked for; a scan with --profile full, --own or --connect "
			    "looks for more.",
			    unseen, unseen == 1 ? "practice was" : "practices were");
	if (report->run_count > 1 &&
	    report->total[0].domains != report_now(report->total, report)->domains) {
		text_add(text, " The first run of the trend saw ");
		markup_number(text, report->total[0].domains);
		text_add(text, " domains, this one ");
		markup_number(text, report_now(report->total, report)->domains);
		text_add(
			text,
			": what changed may be which were looked at; gains and losses are of those "
			"that both saw.");
	}
	for (uint32_t i = 0; i + 1 < report->run_count; i++)
		if (strcmp(report->runs[i].run.profile, run->profile) != 0) {
			text_add(text,
				 " Not all runs of the trend looked for the same (profile), so "
				 "that their scores are not of the same practices.");
			break;
		}
	if (report->runs_without > 0)
		text_format(text, " %u earlier %s kept nothing of adoption.", report->runs_without,
			    report->runs_without == 1 ? "run" : "runs");
}
