/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said about a domain's mail: who takes it, who may send it, what becomes of the rest. */
#include "dns/policy/dmarc.h"
#include "dns/policy/exchangers.h"
#include "dns/policy/spf_walk.h"
#include "dns/policy/suffix.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "gather/scan/policy_private.h"

#include <assert.h>

static void look_at_exchangers(struct policy_plan *plan)
{
	const uint8_t *domain = plan->domain->builder.observation.domain;
	const struct policy_answer answer = policy_look(&plan->source, domain, TYPE_MX);
	struct exchangers exchangers;
	exchangers_read(&answer, &exchangers);
	/* Without MX records the domain's own address takes its mail (RFC 5321 s5.1). */
	if (answer.state == POLICY_NODATA &&
	    policy_look(&plan->source, domain, TYPE_A).state == POLICY_NODATA)
		(void)policy_look(&plan->source, domain, TYPE_AAAA);
	for (uint8_t i = 0; i < exchangers.count; i++) {
		if (exchangers.items[i].fault == EXCHANGER_ADDRESS)
			continue;
		const uint8_t *name = exchangers.items[i].name;
		const struct policy_answer found = policy_look(&plan->source, name, TYPE_A);
		if (found.state == POLICY_NXDOMAIN)
			policy_look_at_registrable(plan, name, TYPE_A);
		else
			(void)policy_look(&plan->source, name, TYPE_AAAA);
	}
}

/* Those who are to get reports about a domain of somebody else must say that they take them. */
static void look_at_reports(struct policy_plan *plan, const struct dmarc_step *step)
{
	const struct suffix_list *suffixes = plan->domain->scan->suffixes;
	const struct dmarc_record *record = &step->record;
	for (uint8_t i = 0; suffixes != NULL && i < record->report_count; i++) {
		const struct policy_uri *uri = &record->reports[i];
		struct name name;
		assert(i < POLICY_URIS_MAX);
		if (!uri->is_mail ||
		    suffix_same_organisation(suffixes, step->name.octets, uri->host.octets) ||
		    dmarc_report_name(step->name.octets, uri->host.octets, &name) != OK)
			continue;
		(void)policy_look(&plan->source, name.octets, TYPE_TXT);
	}
}

static void look_at_dmarc(struct policy_plan *plan)
{
	const uint8_t *domain = plan->domain->builder.observation.domain;
	struct dmarc_report report;
	if (dmarc_discover(plan->scratch, &plan->source, domain, &report) != OK)
		return;
	if (report.is_complete && report.in_force != NULL)
		look_at_reports(plan, report.in_force);
}

/* MTA-STS and TLS reporting; the host of the policy where there is a record. */
static void look_at_tls(struct policy_plan *plan)
{
	const uint8_t *domain = plan->domain->builder.observation.domain;
	struct name name;
	if (name_prepend((const uint8_t *)"_tls", 4, domain, &name) == OK &&
	    name_prepend((const uint8_t *)"_smtp", 5, name.octets, &name) == OK)
		(void)policy_look(&plan->source, name.octets, TYPE_TXT);
	if (name_prepend((const uint8_t *)"_mta-sts", 8, domain, &name) != OK)
		return;
	const struct policy_answer answer = policy_look(&plan->source, name.octets, TYPE_TXT);
	if (answer.state != POLICY_FOUND ||
	    name_prepend((const uint8_t *)"mta-sts", 7, domain, &name) != OK)
		return;
	const struct policy_answer host = policy_look(&plan->source, name.octets, TYPE_A);
	if (host.state == POLICY_NODATA)
		(void)policy_look(&plan->source, name.octets, TYPE_AAAA);
}

static void look_at_spf(struct policy_plan *plan)
{
	const uint8_t *domain = plan->domain->builder.observation.domain;
	const struct spf_problem *problem;
	struct spf_report report;
	uint8_t cursor = 0;
	/* Without memory for it the judge will not know either. */
	if (spf_walk(plan->scratch, &plan->source, domain, &report) != OK)
		return;
	while ((problem = spf_next_problem(&report, SPF_PROBLEM_NO_RECORD, &cursor)) != NULL) {
		if (problem->target != NULL)
			policy_look_at_registrable(plan, problem->target, TYPE_TXT);
	}
}

static void mail_round(struct policy_plan *plan)
{
	look_at_exchangers(plan);
	look_at_spf(plan);
	look_at_dmarc(plan);
	look_at_tls(plan);
}

void mail_stage(struct domain *domain)
{
	policy_begin(domain, mail_round);
}
