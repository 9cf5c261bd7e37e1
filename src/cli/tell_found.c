/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/telling.h"
#include "dns/wire/name.h"
#include "judge/check/encrypted.h"

#include <assert.h>
#include <string.h>

static const struct {
	const char *color;
	const char *shape;
} marks[] = {
	[0] = {"\033[32m", "✓"},
	[SEVERITY_INFO] = {"\033[2m", "·"},
	[SEVERITY_NOTICE] = {"\033[36m", "·"},
	[SEVERITY_WARNING] = {"\033[33m", "!"},
	[SEVERITY_ERROR] = {"\033[31m", "✗"},
	[SEVERITY_CRITICAL] = {"\033[1;31m", "✗"},
};
static_assert(sizeof(marks) / sizeof(marks[0]) == SEVERITY_CRITICAL + 1, "a mark a severity");

/* Codes of the checks that could not be made, or of those that the look was not for. */
static void put_codes(struct json *json, const struct observation *observation,
		      const struct judgement *judgement, bool is_asked)
{
	json_begin_array(json);
	for (size_t i = 0; i < judgement->not_measured_count; i++)
		if (judgement_asked(judgement->not_measured[i], observation) == is_asked)
			json_text(json, judgement->not_measured[i]);
	json_end_array(json);
}

void tell_found_json(const struct observation *observation, const struct judgement *judgement,
		     const struct found_style *style, struct text *text)
{
	char domain[NAME_TEXT_MAX];
	struct json json;

	json_init(&json, text);
	for (size_t i = 0; i < judgement->finding_count; i++) {
		finding_to_json(&judgement->findings[i], &json);
		json_end_line(&json);
	}
	if (style->profile)
		scorecard_to_json(style->profile, observation, judgement, &json);
	encrypted_to_json(observation, &json);
	json_begin_object(&json);
	json_put_text(&json, "type", "domain");
	json_put_text(&json, "domain", name_to_text(observation->domain, domain));
	json_put_text(&json, "delegation",
		      delegation_text((enum delegation)observation->delegation));
	json_put_number(&json, "findings", (int64_t)judgement->finding_count);
	json_key(&json, "not_measured");
	put_codes(&json, observation, judgement, true);
	json_key(&json, "not_asked");
	put_codes(&json, observation, judgement, false);
	if (observation->routing)
		json_put_text(&json, "routing", observation->routing);
	if (observation->not_measured)
		json_put_text(&json, "reason", observation->not_measured);
	if (style->with_facts)
		tell_facts_json(&judgement->facts, &json);
	json_end_object(&json);
	json_end_line(&json);
}

/* What else the finding's evidence says, and where it is told how to mend it. */
static void put_details(struct text *text, const struct finding *finding)
{
	for (uint8_t i = 0; i < finding->evidence_count; i++) {
		const struct finding_evidence *evidence = &finding->evidence[i];

		const struct finding_place place = finding_place(evidence);

		text_format(text, "      seen: %s %s%s: %s\n", evidence->question, place.how,
			    place.where, evidence->answer);
	}
	text_format(text, "      mend: dsfi explain %s (for the %s; %s)\n", finding->code,
		    party_text(finding->party), finding->reference);
}

/* Findings of one code, one after the other: told once, with the other places named. Returns how
 * many they were. */
static size_t put_findings(struct text *text, const struct finding *findings, size_t count,
			   const struct found_style *style)
{
	const struct finding *first = &findings[0];
	const bool color = style->has_color;
	size_t same = 1;

	text_format(text, "  %s%s %-9s%s %s\n      %s%s\n",
		    color ? marks[first->severity].color : "", marks[first->severity].shape,
		    severity_text(first->severity), color ? "\033[0m" : "", first->code,
		    first->sentence, sentence_stop(first->sentence));
	for (; same < count && strcmp(findings[same].code, first->code) == 0; same++) {
		if (!findings[same].server)
			text_format(text, "      %s%s\n", findings[same].sentence,
				    sentence_stop(findings[same].sentence));
		else
			text_format(text, "%s%s", same == 1 ? "      also at " : ", ",
				    findings[same].server);
	}
	if (same > 1 && findings[same - 1].server)
		text_add_char(text, '\n');
	if (!style->is_short)
		put_details(text, first);
	return same;
}

/* A line that begins with what all is like. */
static void put_mark(struct text *text, unsigned severity, const char *domain, bool color)
{
	text_format(text, "%s%s %s%s: ", color ? marks[severity].color : "", marks[severity].shape,
		    domain, color ? "\033[0m" : "");
}

/* The domain's line, when there is no finding to be told. */
static void put_none(struct text *text, const struct observation *observation, const char *domain,
		     size_t not_measured)
{
	if (observation->delegation == DELEGATION_UNKNOWN || observation->not_measured)
		text_format(text, "– %s: not measured (%s)\n", domain,
			    observation->not_measured ? observation->not_measured
						      : "its parent zone did not answer");
	else
		text_format(text, "– %s: nothing found, but %zu check%s could not be made\n",
			    domain, not_measured, not_measured == 1 ? "" : "s");
}

static unsigned worst_of(const struct judgement *judgement)
{
	unsigned worst = 0;
	for (size_t i = 0; i < judgement->finding_count; i++)
		if (judgement->findings[i].severity > worst)
			worst = judgement->findings[i].severity;
	return worst;
}

/* What was found, or that nothing was. */
static void put_all(struct text *text, const struct observation *observation,
		    const struct judgement *judgement, const struct found_style *style)
{
	const size_t count = judgement->finding_count;
	const size_t unasked = judgement_unasked(judgement, observation);
	const size_t gaps = judgement->not_measured_count - unasked;
	char domain[NAME_TEXT_MAX];

	name_to_text(observation->domain, domain);
	if (observation->delegation == DELEGATION_UNKNOWN || observation->not_measured ||
	    (count == 0 && gaps > 0)) {
		put_none(text, observation, domain, gaps);
		return;
	}
	if (count == 0 && style->is_short)
		return;
	put_mark(text, worst_of(judgement), domain, style->has_color);
	if (count == 0)
		text_add(text, "nothing found\n");
	else
		text_format(text, "%zu finding%s\n", count, count == 1 ? "" : "s");
	for (size_t i = 0; i < count;)
		i += put_findings(text, &judgement->findings[i], count - i, style);
	if (gaps > 0)
		text_format(text, "  – %zu check%s could not be made\n", gaps,
			    gaps == 1 ? "" : "s");
	if (unasked > 0 && !style->is_short)
		text_format(text,
			    "  · %zu checks were not part of this look (--profile, --routes)\n",
			    unasked);
}

/* Of many domains those without a finding have no line of their own, so that one is due. */
static void put_facts(struct text *text, const struct observation *observation,
		      const struct judgement *judgement, const struct found_style *style)
{
	const bool is_measured =
		observation->delegation != DELEGATION_UNKNOWN && !observation->not_measured;
	const size_t gaps =
		judgement->not_measured_count - judgement_unasked(judgement, observation);
	char domain[NAME_TEXT_MAX];

	if (!is_measured)
		return;
	if (style->is_short && judgement->finding_count == 0 && gaps == 0) {
		put_mark(text, 0, name_to_text(observation->domain, domain), style->has_color);
		text_add(text, "nothing found\n");
	}
	tell_facts(&judgement->facts, text);
}

void tell_found(const struct observation *observation, const struct judgement *judgement,
		const struct found_style *style, struct text *text)
{
	put_all(text, observation, judgement, style);
	if (style->with_facts)
		put_facts(text, observation, judgement, style);
	if (style->is_short)
		return;
	if (observation->routing && judgement->finding_count > 0)
		text_format(text, "  · %s\n", observation->routing);
	encrypted_to_text(observation, text);
	if (style->profile)
		scorecard_to_text(style->profile, observation, judgement, text);
}
