/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"
#include "judge/check/check.h"
#include "judge/check/dnssec/nsec3.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dnssec_nsec3_optout(const struct evidence *evidence, struct verdicts *verdicts);

/* RFC 9276 s3.1 leaves opt-out to large zones that consist of delegations: top-level domains. */
static bool is_registry(const struct evidence *evidence)
{
	return name_labels(evidence->observation->domain) <= 1;
}

void check_dnssec_nsec3_optout(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (is_registry(evidence))
		return;
	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		struct nsec3_rdata nsec3;
		const struct exchange *exchange =
			view_is_signed(view) ? nsec3_first(view, &nsec3) : NULL;

		if (!exchange || !(nsec3.flags & NSEC3_OPT_OUT))
			continue;
		verdict(verdicts, view,
			"%s uses NSEC3 with opt-out: delegations without DNSSEC can be put into "
			"%s, and taken out of it, without anybody noticing",
			view->address, evidence->domain);
		verdict_evidence(verdicts, exchange);
	}
}
