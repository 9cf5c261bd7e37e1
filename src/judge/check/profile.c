/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/profile.h"

#include "dns/wire/name.h"

#include <assert.h>
#include <string.h>

const struct profile *profile_by_name(const char *name)
{
	size_t count;
	const struct profile *profiles = profile_all(&count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(profiles[i].name, name) == 0)
			return &profiles[i];
	return NULL;
}

const char *practice_state_text(enum practice_state state)
{
	static const char *const texts[] = {"met", "not met", "not measured", "only asserted"};
	static_assert(sizeof(texts) / sizeof(texts[0]) == PRACTICE_STATE_COUNT, "a text a state");

	assert(state < PRACTICE_STATE_COUNT);
	return texts[state];
}

const char *practice_known_text(enum practice_known known)
{
	static const char *const texts[] = {"measured", "partly", "asserted", "configuration"};

	assert((size_t)known < sizeof(texts) / sizeof(texts[0]));
	return texts[known];
}

static bool is_found(const struct judgement *judgement, const char *code)
{
	for (size_t i = 0; i < judgement->finding_count; i++)
		if (judgement->findings[i].severity > SEVERITY_INFO &&
		    strcmp(judgement->findings[i].code, code) == 0)
			return true;
	return false;
}

static bool is_not_measured(const struct judgement *judgement, const char *code)
{
	for (size_t i = 0; i < judgement->not_measured_count; i++)
		if (strcmp(judgement->not_measured[i], code) == 0)
			return true;
	return false;
}

/* A family's codes count where the look was for them. */
static bool counts(const struct practice_code *code, const struct observation *observation)
{
	const struct check *check = check_by_code(code->code);

	assert(check);
	return code->is_named || (check->needs & ~observation->needs) == 0;
}

static void add_reason(struct practice_score *score, const char *code)
{
	if (score->reason_count < PRACTICE_REASONS_MAX)
		score->reasons[score->reason_count++] = code;
}

static bool is_delegated(const struct observation *observation)
{
	return observation->delegation == DELEGATION_FOUND ||
	       observation->delegation == DELEGATION_SERVED_BY_PARENT;
}

/* Is there a chain of trust down to its DS records? */
static enum practice_state signed_state(const struct observation *observation)
{
	if (!is_delegated(observation) || observation->ds_security == SECURITY_INDETERMINATE)
		return PRACTICE_NOT_MEASURED;
	return observation->ds_security == SECURITY_SECURE ? PRACTICE_MET : PRACTICE_NOT_MET;
}

struct practice_score practice_score(const struct practice *practice,
				     const struct observation *observation,
				     const struct judgement *judgement)
{
	struct practice_score score = {.state = PRACTICE_NOT_MEASURED};
	struct practice_score gaps = {.state = PRACTICE_NOT_MEASURED};
	size_t counted = practice->wants_signed;

	if (practice->known == PRACTICE_ASSERTED || practice->known == PRACTICE_CONFIGURATION) {
		score.state = PRACTICE_ONLY_ASSERTED;
		return score;
	}
	enum practice_state is_signed =
		practice->wants_signed ? signed_state(observation) : PRACTICE_MET;
	for (size_t i = 0; i < practice->code_count; i++) {
		const char *code = practice->codes[i].code;

		if (!counts(&practice->codes[i], observation))
			continue;
		counted++;
		if (is_found(judgement, code))
			add_reason(&score, code);
		else if (is_not_measured(judgement, code))
			add_reason(&gaps, code);
	}
	if (score.reason_count > 0 || is_signed == PRACTICE_NOT_MET) {
		score.state = PRACTICE_NOT_MET;
		return score;
	}
	if (gaps.reason_count > 0 || is_signed == PRACTICE_NOT_MEASURED || counted == 0)
		return gaps;
	/* Of what is not there nothing is kept. */
	score.state = is_delegated(observation) ? PRACTICE_MET : PRACTICE_NOT_MEASURED;
	return score;
}

void scorecard_to_json(const struct profile *profile, const struct observation *observation,
		       const struct judgement *judgement, struct json *json)
{
	static const char *const words[] = {"met", "not-met", "not-measured", "only-asserted"};
	char domain[NAME_TEXT_MAX];

	name_to_text(observation->domain, domain);
	for (size_t i = 0; i < profile->practice_count; i++) {
		const struct practice *practice = &profile->practices[i];
		const struct practice_score score =
			practice_score(practice, observation, judgement);

		json_begin_object(json);
		json_put_text(json, "type", "practice");
		json_put_text(json, "domain", domain);
		json_put_text(json, "profile", profile->name);
		json_put_text(json, "practice", practice->number);
		json_put_text(json, "title", practice->title);
		json_put_text(json, "known", practice_known_text(practice->known));
		json_put_text(json, "state", words[score.state]);
		json_key(json, "because");
		json_begin_array(json);
		for (size_t r = 0; r < score.reason_count; r++)
			json_text(json, score.reasons[r]);
		json_end_array(json);
		json_end_object(json);
		json_end_line(json);
	}
}

/* Why, in a few words. */
static void put_reasons(const struct practice *practice, const struct practice_score *score,
			struct text *text)
{
	for (size_t r = 0; r < score->reason_count; r++)
		text_format(text, "%s%s", r == 0 ? ": " : ", ", score->reasons[r]);
	if (score->reason_count == 0 && score->state == PRACTICE_NOT_MET)
		text_add(text, ": not securely delegated");
	if (score->reason_count == 0 && score->state == PRACTICE_NOT_MEASURED)
		text_add(text, practice->wants_signed ? ": the chain of trust is not known"
						      : ": it was not looked for");
	if (score->state == PRACTICE_MET && practice->known == PRACTICE_PARTLY)
		text_add(text, ", as far as can be seen");
	if (practice->known == PRACTICE_CONFIGURATION)
		text_add(text, "; to be read from the configuration");
}

void scorecard_to_text(const struct profile *profile, const struct observation *observation,
		       const struct judgement *judgement, struct text *text)
{
	static const char *const shapes[] = {"✓", "✗", "–", "·"};
	size_t sums[PRACTICE_STATE_COUNT] = {0};

	for (size_t i = 0; i < profile->practice_count; i++)
		sums[practice_score(&profile->practices[i], observation, judgement).state]++;
	text_format(text,
		    "  %s: of %zu practices %zu met, %zu not met, %zu not measured, %zu only "
		    "asserted\n",
		    profile->name, profile->practice_count, sums[PRACTICE_MET],
		    sums[PRACTICE_NOT_MET], sums[PRACTICE_NOT_MEASURED],
		    sums[PRACTICE_ONLY_ASSERTED]);
	for (size_t i = 0; i < profile->practice_count; i++) {
		const struct practice *practice = &profile->practices[i];
		const struct practice_score score =
			practice_score(practice, observation, judgement);

		text_format(text, "    %s %-2s %s\n         %s", shapes[score.state],
			    practice->number, practice->title, practice_state_text(score.state));
		put_reasons(practice, &score, text);
		text_add_char(text, '\n');
	}
}
