/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of a domain that others rely on: who may certify it, and where `www` leads. */
#include "dns/policy/caa.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "gather/scan/policy_private.h"

#include <assert.h>

static void names_round(struct policy_plan *plan)
{
	const uint8_t *domain = plan->domain->builder.observation.domain;
	struct caa_report report;
	struct name name;
	assert(plan->source.context == plan);
	caa_climb(&plan->source, domain, &report);
	if (name_prepend((const uint8_t *)"www", 3, domain, &name) != OK)
		return;
	const struct policy_answer www = policy_look(&plan->source, name.octets, TYPE_A);
	if (www.state == POLICY_NXDOMAIN)
		policy_look_at_registrable(plan, name.octets, TYPE_A);
}

void names_stage(struct domain *domain)
{
	policy_begin(domain, names_round);
}
