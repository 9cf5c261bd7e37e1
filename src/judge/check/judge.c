/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/mail_facts.h"
#include "judge/check/signatures.h"
#include "judge/check/verdict.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

/* More rows than the catalogue will have for years; only check_closest's stack depends on it. */
#define CHECKS_MAX 512

static void judge_by(const struct check *check, const struct evidence *evidence,
		     struct verdicts *verdicts)
{
	const struct observation *observation = evidence->observation;
	const size_t findings = verdicts->finding_count;
	const size_t not_measured = verdicts->not_measured_count;

	verdicts->check = check;
	/* What was not looked at is neither sound nor wrong. */
	if (observation->delegation == DELEGATION_UNKNOWN || observation->not_measured ||
	    (check->needs & ~observation->needs) != 0) {
		verdict_not_measured(verdicts);
		return;
	}
	check->function(evidence, verdicts);
	const bool is_silent =
		verdicts->finding_count == findings && verdicts->not_measured_count == not_measured;

	/* Not everything was looked at: nothing found is no good word. */
	if (is_silent && observation->cut_short) {
		verdict_not_measured(verdicts);
		return;
	}
	/* No server could be asked from here: that is no good word for any of them. */
	if (is_silent && strcmp(check->family, "server") == 0 &&
	    observation->delegation == DELEGATION_FOUND && !evidence_reached_server(evidence))
		verdict_not_measured(verdicts);
}

/* What several checks want to know, found once. */
static int find_facts(struct arena *arena, struct evidence *evidence)
{
	const struct observation *observation = evidence->observation;
	struct mail_facts *mail;

	if ((observation->needs & NEED_MAIL) == 0)
		return OK;
	mail = arena_take(arena, sizeof(*mail));
	if (!mail)
		return ERR_MEMORY;
	evidence->mail = mail;
	return mail_facts_find(evidence, mail);
}

int judge_observation(struct arena *arena, const struct observation *observation, int64_t now_s,
		      struct judgement *ret_judgement)
{
	struct signatures signatures;
	struct evidence evidence;
	struct verdicts verdicts = {.arena = arena, .evidence = &evidence};
	size_t count;
	const struct check *checks = check_all(&count);
	int result = evidence_prepare(arena, observation, now_s, &evidence);

	if (result == OK)
		result = signatures_judge(&evidence, &signatures);
	if (result == OK)
		result = find_facts(arena, &evidence);
	if (result < 0)
		return result;
	evidence.signatures = &signatures;
	verdicts.not_measured = arena_take_array(arena, count + 1, sizeof(*verdicts.not_measured));
	if (!verdicts.not_measured)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++)
		if (checks[i].function)
			judge_by(&checks[i], &evidence, &verdicts);
	if (verdicts.error < 0)
		return verdicts.error;
	struct facts facts;

	result = facts_find(&evidence, &facts);
	if (result < 0)
		return result;
	*ret_judgement = (struct judgement){
		.findings = verdicts.findings,
		.finding_count = verdicts.finding_count,
		.not_measured = verdicts.not_measured,
		.not_measured_count = verdicts.not_measured_count,
		.facts = facts,
	};
	return OK;
}

bool judgement_asked(const char *code, const struct observation *observation)
{
	const struct check *check = check_by_code(code);

	return check && (check->needs & ~observation->needs) == 0;
}

size_t judgement_unasked(const struct judgement *judgement, const struct observation *observation)
{
	size_t unasked = 0;

	for (size_t i = 0; i < judgement->not_measured_count; i++)
		unasked += !judgement_asked(judgement->not_measured[i], observation);
	return unasked;
}

const struct check *check_by_code(const char *code)
{
	size_t count;
	const struct check *checks = check_all(&count);

	for (size_t i = 0; i < count; i++)
		if (strcasecmp(checks[i].code, code) == 0)
			return &checks[i];
	return NULL;
}

const char *check_closest(const char *word)
{
	const char *codes[CHECKS_MAX];
	size_t count;
	const struct check *checks = check_all(&count);

	assert(count <= CHECKS_MAX);
	for (size_t i = 0; i < count; i++)
		codes[i] = checks[i].code;
	return text_closest(word, codes, count);
}
