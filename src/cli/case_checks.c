/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/case_checks.h"

#include "dns/wire/name.h"
#include "judge/check/check.h"

#include <assert.h>
#include <string.h>

/* What is asked only of those who agreed, or judged with a file. */
static const struct {
	unsigned int need;
	const char *option;
} options_of_needs[] = {
	/* What is signed by a key is asked of one's own, too. */
	{NEED_TSIG, "--own and --tsig-key"},
	{NEED_OWN, "--own, to which the servers' owner has to agree"},
	{NEED_CONNECT, "--connect"},
	{NEED_ROUTES, "--routes"},
	{NEED_LOGINS, "--logins"},
};
#define NEEDS_OF_OPTIONS (NEED_TSIG | NEED_OWN | NEED_CONNECT | NEED_ROUTES | NEED_LOGINS)
static_assert((NEEDS_OF_OPTIONS & NEED_ALL_FULL) == 0, "the others need no permission");

static bool names_finding(const struct predicate_term *term)
{
	assert(term->kind != PREDICATE_NOT_FOUND || term->item_count == 1);
	return term->kind == PREDICATE_NOT_FOUND;
}

static const char *option_of(unsigned int needs)
{
	for (size_t i = 0; i < sizeof(options_of_needs) / sizeof(options_of_needs[0]); i++) {
		if ((needs & options_of_needs[i].need) != 0)
			return options_of_needs[i].option;
	}
	return NULL;
}

int case_checks_known(const struct predicate *predicate, struct complaint *complaint)
{
	for (size_t i = 0; i < predicate->count; i++) {
		const struct predicate_term *term = &predicate->terms[i];
		if (!names_finding(term) || check_by_code(term->items[0]) != NULL)
			continue;
		const char *closest = check_closest(term->items[0]);
		return complain(complaint, ERR_NOT_FOUND,
				"this version has no check '%s'%s%s; 'dsfi explain' lists those it "
				"has",
				term->items[0], closest != NULL ? ", the closest is " : "",
				closest != NULL ? closest : "");
	}
	return OK;
}

const char *case_checks_never(const char *code)
{
	const struct check *check = check_by_code(code);
	if (check == NULL)
		return "this version has no such check";
	return check->function == NULL ? "only 'dsfi keys' sees it, of many domains side by side"
				       : NULL;
}

const char *case_checks_option(const char *code)
{
	const struct check *check = check_by_code(code);
	return check != NULL ? option_of(check->needs) : NULL;
}

unsigned int case_checks_needs(const struct predicate *predicate)
{
	unsigned int needs = 0;
	for (size_t i = 0; i < predicate->count; i++) {
		const struct predicate_term *term = &predicate->terms[i];
		const struct check *check =
			names_finding(term) ? check_by_code(term->items[0]) : NULL;
		if (check != NULL && check->function != NULL)
			needs |= check->needs & ~NEEDS_OF_OPTIONS;
	}
	assert((needs & NEEDS_OF_OPTIONS) == 0);
	return needs;
}

/* ---- one look ---- */

static bool is_among(const struct judgement *judgement, const char *code)
{
	for (size_t i = 0; i < judgement->not_measured_count; i++) {
		if (strcmp(judgement->not_measured[i], code) == 0)
			return true;
	}
	return false;
}

/* Why it could not be made; NULL: it was. *ret_error: ERR_MEMORY. */
static const char *unknown_of(struct arena *arena, const struct observation *observation,
			      const struct judgement *judgement, const struct check *check,
			      int *ret_error)
{
	const unsigned int lacking = check->needs & ~observation->needs;
	const char *option = option_of(lacking);
	if (observation->not_measured != NULL)
		return observation->not_measured;
	if (observation->delegation == DELEGATION_UNKNOWN)
		return "the parent could not be asked";
	if (option != NULL) {
		const char *words = arena_format(arena, "the look was made without %s", option);
		if (words == NULL)
			*ret_error = ERR_MEMORY;
		return words;
	}
	if (lacking != 0)
		return "the look was not for it (--profile)";
	if (!is_among(judgement, check->code))
		return NULL;
	return observation->cut_short ? "not everything could be looked at"
				      : "what was seen does not settle it";
}

static int take_checked(struct arena *arena, const struct observation *observation,
			const struct judgement *judgement, struct predicate_checked *checked)
{
	const struct check *check = check_by_code(checked->code);
	int error = OK;
	checked->unknown = case_checks_never(checked->code);
	if (checked->unknown != NULL)
		return OK;
	checked->asks_servers = (check->needs & NEED_SERVERS) != 0;
	checked->unknown = unknown_of(arena, observation, judgement, check, &error);
	struct finding *findings =
		arena_take_array(arena, judgement->finding_count, sizeof(*findings));
	if (findings == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < judgement->finding_count; i++) {
		if (strcmp(judgement->findings[i].code, check->code) == 0)
			findings[checked->finding_count++] = judgement->findings[i];
	}
	checked->findings = findings;
	return error;
}

int case_checks_judge(struct arena *arena, const struct predicate *predicate,
		      struct predicate_look *look)
{
	const struct observation *observation = look->observation;
	struct judgement judgement;
	struct name name;
	size_t count = 0;
	struct predicate_checked *checked =
		arena_take_array(arena, predicate->count, sizeof(*checked));
	if (checked == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < predicate->count; i++) {
		const struct predicate_term *term = &predicate->terms[i];
		if (names_finding(term) && name_from_text(term->name, &name, NULL) == OK &&
		    name_equal(name.octets, observation->domain))
			checked[count++] = (struct predicate_checked){.code = term->items[0]};
	}
	if (count == 0)
		return OK;
	int error = judge_observation(arena, observation, observation->started_s, &judgement);
	for (size_t i = 0; i < count && error == OK; i++)
		error = take_checked(arena, observation, &judgement, &checked[i]);
	if (error != OK)
		return ERR_MEMORY;
	look->checked = checked;
	look->checked_count = count;
	return OK;
}
