/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A change as a paragraph, or as a line of JSON. */
#include "cli/changes_private.h"

#include <assert.h>
#include <string.h>

static void add_sentences(const struct change *change, struct text *text)
{
	for (size_t i = 0; i < change->sentence_count; i++)
		text_format(text, "    %s\n", change->sentences[i]);
}

static void add_rule(const struct change_rule *rule, struct text *text)
{
	if (rule->signal_count == 0)
		return;
	text_add(text, "    rule: ");
	for (size_t i = 0; i < rule->signal_count; i++)
		text_format(text, "%s%s", i == 0 ? "" : i == 1 ? " with " : ", ", rule->signals[i]);
	text_format(text, " lifts it to %u\n", rule->score);
}

static void add_reasons(const struct change *change, struct text *text)
{
	if (change->reason_count > 0)
		text_add(text, "  why\n");
	for (size_t i = 0; i < change->reason_count; i++) {
		const struct change_reason *reason = &change->reasons[i];
		if (reason->is_factor)
			text_format(text, "    x%d.%d  %-4s %s\n", reason->points / 100,
				    reason->points % 100 / 10, reason->number, reason->sentence);
		else
			text_format(text, "    %+4d  %-4s %s", reason->points, reason->number,
				    reason->sentence);
		if (!reason->is_factor && reason->points != reason->fresh)
			text_format(text, " (%+d when it was new)", reason->fresh);
		if (!reason->is_factor)
			text_add(text, "\n");
	}
	add_rule(&change->rule, text);
}

/* Only what is for it has something to clear. */
static void add_clears(const struct change *change, struct text *text)
{
	bool is_begun = false;
	for (size_t i = 0; i < change->reason_count; i++) {
		const struct change_reason *reason = &change->reasons[i];
		bool is_told = reason->points <= 0 || reason->is_factor;
		/* Two signals may be cleared by one thing. */
		for (size_t j = 0; j < i && !is_told; j++)
			is_told = strcmp(change->reasons[j].clears, reason->clears) == 0;
		if (is_told)
			continue;
		if (!is_begun)
			text_add(text, "  what would clear it\n");
		is_begun = true;
		text_format(text, "    %s: %s\n", reason->number, reason->clears);
	}
}

static void add_unknown(const struct change *change, struct text *text)
{
	if (change->unknown_count > 0)
		text_add(text, "  not known\n");
	for (size_t i = 0; i < change->unknown_count; i++)
		text_format(text, "    %s %s: %s\n", change->unknowns[i].number,
			    change->unknowns[i].name, change->unknowns[i].why);
}

static void add_change(const struct change *change, struct text *text)
{
	char time[TIME_TEXT_MAX];
	time_to_text(change->after_s, time);
	text_format(text, "%3u %s  %s  %s, run %lld\n", change->score, change->band, change->domain,
		    time, (long long)change->after_run);
	if (change->is_scored_again)
		text_format(text, "    scored again: it was told before, with %u\n",
			    change->score_before);
	time_to_text(change->before_s, time);
	text_format(text, "    last seen as before %s, run %lld\n", time,
		    (long long)change->before_run);
	if (change->undone_run != 0) {
		time_to_text(change->undone_s, time);
		text_format(text, "    undone %s, run %lld\n", time, (long long)change->undone_run);
	}
	text_add(text, "  what changed\n");
	add_sentences(change, text);
	add_reasons(change, text);
	add_clears(change, text);
	add_unknown(change, text);
	text_add(text, "\n");
}

int changes_print(struct changes *changes, const struct change *change)
{
	struct text *text = &changes->text;
	text_reset(text);
	if (options_json(changes->options)) {
		struct json json;
		json_init(&json, text);
		change_to_json(change, &json);
		json_end_line(&json);
	} else {
		add_change(change, text);
	}
	if (text->error == OK)
		fwrite(text_get(text), 1, text->length, changes->options->out);
	return text->error;
}
