/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/policy/dmarc.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

/* Names of more labels than that are passed over on the way up (RFC 9989 s4.10). */
#define LABELS_MAX (DMARC_WALK_MAX - 1)

/* The records at `_dmarc` below the step's name. */
static int read_step(struct arena *arena, const struct policy_answer *answer,
		     struct dmarc_step *step)
{
	for (uint16_t i = 0; i < answer->count; i++) {
		const char *text;
		size_t size;
		int error = policy_text(arena, answer->records[i], &text, &size);
		if (error == ERR_MEMORY)
			return error;
		if (error || !dmarc_is_record(text, size))
			continue;
		step->record_count++;
		error = dmarc_parse(arena, text, size, &step->record);
		if (error)
			return error;
	}
	return OK;
}

/* Is it the only record there, and so one that counts? */
static bool counts(const struct dmarc_step *step)
{
	return step->record_count == 1;
}

/* Walks up; steps with a record, in order. */
static int walk(struct arena *arena, const struct policy_source *source, const uint8_t *domain,
		struct dmarc_report *report)
{
	size_t labels = name_labels(domain);
	bool is_at_end = labels == 0;
	report->is_complete = true;
	while (!is_at_end) {
		struct dmarc_step *step = &report->steps[report->step_count];
		struct name below;
		assert(report->step_count < DMARC_WALK_MAX);
		memset(step, 0, sizeof(*step));
		name_copy_lower(step->name.octets, name_suffix(domain, labels));
		if (dmarc_name(step->name.octets, &below) == OK) {
			const struct policy_answer answer =
				policy_look(source, below.octets, TYPE_TXT);
			int error = read_step(arena, &answer, step);
			if (error)
				return error;
			/* Where an answer cannot be had, receivers try later (s4.10). */
			if (answer.state == POLICY_UNKNOWN || answer.state == POLICY_FAILED)
				report->is_complete = false;
		}
		if (step->record_count > 0)
			report->step_count++;
		is_at_end = (counts(step) && step->record.psd != 'u') || labels == 1;
		labels = labels > LABELS_MAX ? LABELS_MAX : labels - 1;
	}
	return OK;
}

/* The organisational domain (s4.10.2): an organisation that says so; one label below a public
 * suffix that says so; else the record nearest to the root. */
static void find_organisation(const uint8_t *domain, struct dmarc_report *report)
{
	name_copy_lower(report->organisation.octets, domain);
	for (uint8_t i = 0; i < report->step_count; i++) {
		const struct dmarc_step *step = &report->steps[i];
		if (!counts(step))
			continue;
		const size_t labels = name_labels(step->name.octets);
		const bool is_suffix = step->record.psd == 'y' && labels < name_labels(domain);
		name_copy_lower(report->organisation.octets,
				name_suffix(domain, labels + is_suffix));
	}
}

/* The domain's own record, or its organisation's, or its public suffix's (s4.10.1). */
static const struct dmarc_step *find_in_force(const uint8_t *domain,
					      const struct dmarc_report *report)
{
	const struct dmarc_step *suffix = NULL;
	const struct dmarc_step *organisation = NULL;
	for (uint8_t i = 0; i < report->step_count; i++) {
		const struct dmarc_step *step = &report->steps[i];
		if (!counts(step))
			continue;
		if (name_equal(step->name.octets, domain))
			return step;
		if (name_equal(step->name.octets, report->organisation.octets))
			organisation = step;
		else if (step->record.psd == 'y')
			suffix = step;
	}
	return organisation != NULL ? organisation : suffix;
}

static enum dmarc_policy policy_of(const struct dmarc_record *record, bool is_own)
{
	enum dmarc_policy policy = record->policy;
	if (!is_own && record->subdomain_policy != DMARC_ABSENT)
		policy = record->subdomain_policy;
	/* No policy, but somebody to report to: none (s4.10.1). */
	if (policy == DMARC_ABSENT && record->is_usable)
		policy = DMARC_NONE;
	return policy;
}

int dmarc_discover(struct arena *arena, const struct policy_source *source, const uint8_t *domain,
		   struct dmarc_report *ret_report)
{
	struct dmarc_report report = {.policy = DMARC_ABSENT};
	/* walk() clears those it comes to. */
	report.steps = arena_take(arena, DMARC_WALK_MAX * sizeof(*report.steps));
	if (report.steps == NULL)
		return ERR_MEMORY;
	int error = walk(arena, source, domain, &report);
	if (error)
		return error;
	find_organisation(domain, &report);
	report.in_force = find_in_force(domain, &report);
	if (report.step_count > 0 && report.steps[0].record_count > 1 &&
	    name_equal(report.steps[0].name.octets, domain))
		report.several = &report.steps[0];
	if (report.in_force != NULL) {
		report.is_own = name_equal(report.in_force->name.octets, domain);
		report.policy = policy_of(&report.in_force->record, report.is_own);
	}
	*ret_report = report;
	return OK;
}
