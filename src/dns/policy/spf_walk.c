/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/policy/spf_walk.h"

#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

/* One record on the way from the domain's own to the one that is read. */
struct place {
	const struct place *from; /* who included it; NULL: the domain's own record */
	const uint8_t *domain;
	bool passes; /* does a match here make the message pass? */
	bool is_top; /* does its default decide, as the domain's own or a redirect's? */
};

struct walk {
	struct arena *arena;
	const struct policy_source *source;
	const uint8_t *sender;
	struct spf_report *report;
	uint8_t noted[SPF_PROBLEM_KINDS];
	int error;
};

static void note(struct walk *walk, const struct place *place, enum spf_problem_kind kind,
		 const char *words)
{
	struct spf_report *report = walk->report;
	const size_t size = name_size(place->domain);
	if (words == NULL)
		walk->error = ERR_MEMORY;
	assert(kind < SPF_PROBLEM_KINDS);
	if (walk->error || walk->noted[kind] == SPF_PROBLEMS_OF_KIND_MAX)
		return;
	const uint8_t *where = arena_copy(walk->arena, place->domain, size);
	if (where == NULL) {
		walk->error = ERR_MEMORY;
		return;
	}
	assert(words != NULL && report->problem_count < SPF_PROBLEMS_MAX);
	walk->noted[kind]++;
	report->problems[report->problem_count++] =
		(struct spf_problem){.kind = kind, .where = where, .words = words};
}

/* "'include:...' WORDS" */
static void note_term(struct walk *walk, const struct place *place, enum spf_problem_kind kind,
		      const struct spf_term *term, const char *words)
{
	const char *quoted = policy_quote(walk->arena, term->text, term->size);
	note(walk, place, kind,
	     quoted != NULL ? arena_format(walk->arena, "'%s' %s", quoted, words) : NULL);
}

/* Counts a term that causes look-ups; false: the walk has had enough. */
static bool count_lookup(struct walk *walk)
{
	if (walk->report->lookups == SPF_WALK_LOOKUPS_MAX) {
		walk->report->is_cut = true;
		return false;
	}
	walk->report->lookups++;
	return true;
}

static struct policy_answer ask(struct walk *walk, const uint8_t *name, uint16_t type)
{
	const struct policy_answer answer = policy_look(walk->source, name, type);
	if (answer.state == POLICY_UNKNOWN)
		walk->report->is_complete = false;
	return answer;
}

static bool is_void(const struct policy_answer *answer)
{
	return answer->state == POLICY_NODATA || answer->state == POLICY_NXDOMAIN;
}

static void look_at_addresses(struct walk *walk, const uint8_t *name)
{
	struct policy_answer answer = ask(walk, name, TYPE_A);
	if (answer.state == POLICY_NODATA)
		answer = ask(walk, name, TYPE_AAAA);
	walk->report->voids += is_void(&answer);
}

static void look_at_exchangers(struct walk *walk, const struct place *place,
			       const struct spf_term *term, const uint8_t *name)
{
	const struct policy_answer answer = ask(walk, name, TYPE_MX);
	walk->report->voids += is_void(&answer);
	if (answer.count > SPF_EXCHANGERS_MAX)
		note_term(walk, place, SPF_PROBLEM_EXCHANGERS, term,
			  "leads to more than 10 mail exchangers");
}

static void look_at_width(struct walk *walk, const struct place *place, const struct spf_term *term)
{
	const bool has_ipv4 = term->kind != SPF_IP6;
	const bool has_ipv6 = term->kind != SPF_IP4;
	if (!place->passes || term->qualifier != '+')
		return;
	if ((has_ipv4 && term->bits_ipv4 == 0) || (has_ipv6 && term->bits_ipv6 == 0))
		note_term(walk, place, SPF_PROBLEM_PASS_ALL, term, "lets every address pass");
	else if ((has_ipv4 && term->bits_ipv4 < SPF_BITS_IPV4_MIN) ||
		 (has_ipv6 && term->bits_ipv6 < SPF_BITS_IPV6_MIN))
		note_term(walk, place, SPF_PROBLEM_WIDE, term,
			  "lets more addresses pass than any organisation has");
}

/* a, mx, exists: the name it is about, and what is there. */
static void look_at_name(struct walk *walk, const struct place *place, const struct spf_term *term)
{
	struct name name;
	const enum spf_target target = spf_expand(term, place->domain, walk->sender, &name);
	if (target == SPF_TARGET_ILLEGAL)
		walk->report->voids++; /* no name, so nothing is there (s4.8) */
	if (target != SPF_TARGET_NAME)
		return;
	if (term->kind == SPF_MX)
		look_at_exchangers(walk, place, term, name.octets);
	else if (term->kind == SPF_A)
		look_at_addresses(walk, name.octets);
	else {
		assert(term->kind == SPF_EXISTS);
		const struct policy_answer answer = ask(walk, name.octets, TYPE_A);
		walk->report->voids += is_void(&answer);
	}
}

static void look_at_record(struct walk *walk, const struct place *place,
			   const struct spf_term *reason);

/* The record that an include or a redirect names. */
static void follow(struct walk *walk, const struct place *place, const struct spf_term *term)
{
	struct name name;
	const enum spf_target target = spf_expand(term, place->domain, walk->sender, &name);
	if (target == SPF_TARGET_ILLEGAL)
		note_term(walk, place, SPF_PROBLEM_NO_RECORD, term, "names no possible domain");
	if (target != SPF_TARGET_NAME)
		return;
	for (const struct place *at = place; at != NULL; at = at->from) {
		if (!name_equal(at->domain, name.octets))
			continue;
		note_term(walk, place, SPF_PROBLEM_LOOP, term,
			  at == place ? "names the record that it stands in"
				      : "leads back to where it came from");
		return;
	}
	const bool is_redirect = term->kind == SPF_REDIRECT;
	const struct place next = {.from = place,
				   .domain = name.octets,
				   .passes = place->passes && term->qualifier == '+',
				   .is_top = place->is_top && is_redirect};
	look_at_record(walk, &next, term);
}

static void look_at_all(struct walk *walk, const struct place *place, const struct spf_term *term)
{
	assert(term->kind == SPF_ALL);
	if (term->qualifier == '+' && place->passes)
		note_term(walk, place, SPF_PROBLEM_PASS_ALL, term, "lets everybody pass");
	else if (term->qualifier == '?' && place->is_top)
		note_term(walk, place, SPF_PROBLEM_NEUTRAL, term,
			  "says nothing of who may not send");
}

static void look_at_term(struct walk *walk, const struct place *place, const struct spf_term *term)
{
	switch (term->kind) {
	case SPF_ALL:
		look_at_all(walk, place, term);
		break;
	case SPF_IP4:
	case SPF_IP6:
		look_at_width(walk, place, term);
		break;
	case SPF_INCLUDE:
	case SPF_REDIRECT:
		if (count_lookup(walk))
			follow(walk, place, term);
		break;
	case SPF_PTR:
		note_term(walk, place, SPF_PROBLEM_PTR, term, "should not be published any more");
		(void)count_lookup(walk);
		break;
	case SPF_A:
	case SPF_MX:
		look_at_width(walk, place, term);
		if (count_lookup(walk))
			look_at_name(walk, place, term);
		break;
	case SPF_EXISTS:
		if (count_lookup(walk))
			look_at_name(walk, place, term);
		break;
	case SPF_EXP: /* looked up only after a failure, and not counted (s6.2) */
	case SPF_OTHER:
		break;
	}
}

static bool is_modifier(const struct spf_term *term)
{
	return term->kind == SPF_REDIRECT || term->kind == SPF_EXP || term->kind == SPF_OTHER;
}

/* Mechanisms after "all" and a redirect beside it are never reached (s5.1). */
static void look_at_terms(struct walk *walk, const struct place *place,
			  const struct spf_record *record)
{
	const struct spf_term *all = NULL;
	const struct spf_term *redirect = NULL;
	const struct spf_term *unreached = NULL;
	for (uint16_t i = 0; i < record->term_count && !walk->error; i++) {
		const struct spf_term *term = &record->terms[i];
		if (term->kind == SPF_REDIRECT)
			redirect = term;
		else if (all != NULL && !is_modifier(term))
			unreached = term;
		else
			look_at_term(walk, place, term);
		if (term->kind == SPF_ALL && all == NULL)
			all = term;
	}
	if (all != NULL && redirect != NULL)
		unreached = redirect;
	if (unreached != NULL)
		note_term(walk, place, SPF_PROBLEM_AFTER_ALL, unreached,
			  "is never looked at, since the record has 'all'");
	if (all == NULL && redirect != NULL)
		look_at_term(walk, place, redirect);
	else if (all == NULL && place->is_top)
		note(walk, place, SPF_PROBLEM_NEUTRAL,
		     "neither 'all' nor 'redirect' is there, so nothing is said of who may not "
		     "send");
}

static void read_record(struct walk *walk, const struct place *place, const char *text, size_t size)
{
	struct spf_record record;
	const char *words = NULL;
	int error = spf_parse(walk->arena, text, size, &record, &words);
	if (error == ERR_FORMAT) {
		note(walk, place, SPF_PROBLEM_SYNTAX, words);
		return;
	}
	if (error) {
		walk->error = error;
		return;
	}
	if (place->from == NULL) {
		walk->report->record = policy_quote(walk->arena, text, size);
		walk->report->sends_nothing = record.term_count == 1 &&
					      record.terms[0].kind == SPF_ALL &&
					      record.terms[0].qualifier == '-';
	}
	if (place->from == NULL && size > SPF_RECORD_OCTETS_MAX)
		note(walk, place, SPF_PROBLEM_LONG,
		     arena_format(walk->arena, "is %zu octets long", size));
	look_at_terms(walk, place, &record);
}

/* SPF records among the TXT records of a name; the last one's text. */
static uint16_t select_records(struct walk *walk, const struct policy_answer *answer,
			       const char **ret_text, size_t *ret_size)
{
	uint16_t count = 0;
	for (uint16_t i = 0; i < answer->count && !walk->error; i++) {
		const char *text;
		size_t size;
		int error = policy_text(walk->arena, answer->records[i], &text, &size);
		if (error == ERR_MEMORY)
			walk->error = error;
		if (error || !spf_is_record(text, size))
			continue;
		*ret_text = text;
		*ret_size = size;
		count++;
	}
	return count;
}

/* What the newest problem is about. */
static int note_target(struct walk *walk, const uint8_t *domain)
{
	struct spf_report *report = walk->report;
	assert(report->problem_count > 0);
	struct spf_problem *problem = &report->problems[report->problem_count - 1];
	problem->target = arena_copy(walk->arena, domain, name_size(domain));
	return problem->target != NULL ? OK : ERR_MEMORY;
}

/* Nothing can be read at the name that `reason` names, in the record before. */
static void note_unread(struct walk *walk, const struct place *place, const struct spf_term *reason,
			const struct policy_answer *answer)
{
	if (place->from == NULL) {
		if (is_void(answer) || answer->state == POLICY_FOUND)
			walk->report->found = SPF_FOUND_NONE;
		return;
	}
	const uint8_t problems = walk->report->problem_count;
	assert(reason != NULL);
	if (answer->state == POLICY_FAILED)
		note_term(walk, place->from, SPF_PROBLEM_UNREACHABLE, reason,
			  "cannot be looked up: there is no answer, or none that validates");
	else if (answer->state == POLICY_NXDOMAIN)
		note_term(walk, place->from, SPF_PROBLEM_NO_RECORD, reason,
			  "names a domain that does not exist");
	else if (answer->state != POLICY_UNKNOWN)
		note_term(walk, place->from, SPF_PROBLEM_NO_RECORD, reason,
			  "names a domain without an SPF record");
	if (!walk->error && walk->report->problem_count > problems)
		walk->error = note_target(walk, place->domain);
}

static void look_at_record(struct walk *walk, const struct place *place,
			   const struct spf_term *reason)
{
	const struct policy_answer answer = ask(walk, place->domain, TYPE_TXT);
	const char *text = NULL;
	size_t size = 0;
	const uint16_t count = select_records(walk, &answer, &text, &size);
	if (walk->error)
		return;
	if (count == 0) {
		note_unread(walk, place, reason, &answer);
		return;
	}
	if (place->from == NULL)
		walk->report->found = SPF_FOUND_RECORD;
	if (count > 1)
		note(walk, place, SPF_PROBLEM_SEVERAL,
		     arena_format(walk->arena, "has %u SPF records", (unsigned int)count));
	else
		read_record(walk, place, text, size);
}

int spf_walk(struct arena *arena, const struct policy_source *source, const uint8_t *domain,
	     struct spf_report *ret_report)
{
	struct spf_report report = {.is_complete = true};
	struct walk walk = {.arena = arena, .source = source, .sender = domain, .report = &report};
	const struct place top = {.domain = domain, .passes = true, .is_top = true};
	assert(source->ask != NULL);
	look_at_record(&walk, &top, NULL);
	if (report.lookups > SPF_LOOKUPS_MAX)
		note(&walk, &top, SPF_PROBLEM_LOOKUPS,
		     arena_format(arena, "takes %s%u look-ups", report.is_cut ? "at least " : "",
				  (unsigned int)report.lookups));
	if (report.voids > SPF_VOIDS_MAX)
		note(&walk, &top, SPF_PROBLEM_VOIDS,
		     arena_format(arena, "takes %u look-ups that bring nothing",
				  (unsigned int)report.voids));
	if (!walk.error)
		*ret_report = report;
	return walk.error;
}

const struct spf_problem *spf_next_problem(const struct spf_report *report,
					   enum spf_problem_kind kind, uint8_t *cursor)
{
	assert(report->problem_count <= SPF_PROBLEMS_MAX);
	while (*cursor < report->problem_count) {
		const struct spf_problem *problem = &report->problems[(*cursor)++];
		if (problem->kind == kind)
			return problem;
	}
	return NULL;
}
