/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/adopt/adopt.h"

#include <assert.h>
#include <string.h>

const struct good_practice *good_practice_by_name(const char *name)
{
	size_t count;
	const struct good_practice *practices = good_practice_all(&count);

	assert(name != NULL && count <= ADOPTION_PRACTICES_MAX);
	for (size_t i = 0; i < count; i++)
		if (strcmp(practices[i].name, name) == 0)
			return &practices[i];
	return NULL;
}

/* ---- facts ---- */

static enum fact_state term_state(const struct practice_term *term, const struct facts *facts)
{
	enum fact_state state = FACT_ABSENT;

	assert(term->facts != 0);
	for (unsigned i = 0; i < FACT_COUNT; i++) {
		if ((term->facts >> i & 1) == 0)
			continue;
		if (facts->states[i] == FACT_PRESENT)
			return term->wants_absent ? FACT_ABSENT : FACT_PRESENT;
		if (facts->states[i] == FACT_UNKNOWN)
			state = FACT_UNKNOWN;
	}
	return term->wants_absent && state == FACT_ABSENT ? FACT_PRESENT : state;
}

/* All terms hold; one that is known not to decides, whatever the others are. */
static enum fact_state all_of(const struct practice_term *terms, unsigned count,
			      const struct facts *facts)
{
	enum fact_state state = FACT_PRESENT;

	assert(count <= PRACTICE_TERMS_MAX);
	for (unsigned i = 0; i < count; i++) {
		const enum fact_state one = term_state(&terms[i], facts);

		if (one == FACT_ABSENT)
			return FACT_ABSENT;
		if (one == FACT_UNKNOWN)
			state = FACT_UNKNOWN;
	}
	return state;
}

/* ---- findings ---- */

static bool has_question(const struct finding *finding, const char *begin)
{
	assert(finding->evidence_count <= FINDING_EVIDENCE_MAX);
	for (unsigned i = 0; i < finding->evidence_count; i++)
		if (strncmp(finding->evidence[i].question, begin, strlen(begin)) == 0)
			return true;
	return false;
}

static bool is_breach(const struct practice_breach *breach, const struct finding *finding)
{
	if (breach->is_family ? strncmp(finding->code, breach->code, strlen(breach->code)) != 0 ||
					finding->severity < SEVERITY_ERROR
			      : strcmp(finding->code, breach->code) != 0)
		return false;
	return breach->question == NULL || has_question(finding, breach->question);
}

static bool is_broken(const struct good_practice *practice, const struct judgement *judgement)
{
	for (size_t i = 0; i < judgement->finding_count; i++)
		for (unsigned j = 0; j < practice->breach_count; j++)
			if (is_breach(&practice->breaches[j], &judgement->findings[i]))
				return true;
	return false;
}

/* Was the look for all checks that are named? */
static bool is_asked(const struct good_practice *practice, const struct observation *observation)
{
	for (unsigned i = 0; i < practice->breach_count; i++)
		if (!practice->breaches[i].is_family &&
		    !judgement_asked(practice->breaches[i].code, observation))
			return false;
	return true;
}

/* Were all checks made that are named? */
static bool is_looked_at(const struct good_practice *practice, const struct judgement *judgement)
{
	for (size_t i = 0; i < judgement->not_measured_count; i++)
		for (unsigned j = 0; j < practice->breach_count; j++)
			if (!practice->breaches[j].is_family &&
			    strcmp(practice->breaches[j].code, judgement->not_measured[i]) == 0)
				return false;
	return true;
}

/* ---- the verdict ---- */

enum adoption_state adopt_practice(const struct good_practice *practice,
				   const struct judgement *judgement,
				   const struct observation *observation)
{
	const struct facts *facts = &judgement->facts;
	const enum fact_state applies = all_of(practice->applies, practice->applies_count, facts);

	assert(practice->published_count > 0 || practice->breach_count > 0);
	if (applies != FACT_PRESENT)
		return applies == FACT_ABSENT ? ADOPTION_DOES_NOT_APPLY : ADOPTION_NOT_MEASURED;
	if (practice->published_count == 0 && !is_asked(practice, observation))
		return ADOPTION_NOT_MEASURED;
	const enum fact_state published =
		all_of(practice->published, practice->published_count, facts);

	if (published == FACT_ABSENT)
		return ADOPTION_ABSENT;
	if (published == FACT_PRESENT && is_broken(practice, judgement))
		return ADOPTION_BROKEN;
	const enum fact_state works = all_of(practice->works, practice->works_count, facts);

	if (published == FACT_PRESENT && works == FACT_ABSENT)
		return ADOPTION_BROKEN;
	if (published == FACT_UNKNOWN || works == FACT_UNKNOWN)
		return ADOPTION_NOT_MEASURED;
	return practice->published_count > 0 || is_looked_at(practice, judgement)
		       ? ADOPTION_ADOPTED
		       : ADOPTION_NOT_MEASURED;
}

void adopt_judge(const struct judgement *judgement, const struct observation *observation,
		 struct adoption *ret_adoption)
{
	size_t count;
	const struct good_practice *practices = good_practice_all(&count);

	assert(count <= ADOPTION_PRACTICES_MAX);
	*ret_adoption = (struct adoption){0};
	for (size_t i = 0; i < count; i++)
		adoption_set(ret_adoption, practices[i].number,
			     adopt_practice(&practices[i], judgement, observation));
}

struct adoption_score adopt_score(const struct adoption *adoption)
{
	struct adoption_score score = {0};
	size_t count;
	const struct good_practice *practices = good_practice_all(&count);

	for (size_t i = 0; i < count; i++) {
		const enum adoption_state state = adoption_get(adoption, practices[i].number);

		if (!practices[i].is_required || state == ADOPTION_NOT_MEASURED ||
		    state == ADOPTION_DOES_NOT_APPLY)
			continue;
		score.measured++;
		score.adopted += state == ADOPTION_ADOPTED;
	}
	assert(score.adopted <= score.measured);
	return score;
}
