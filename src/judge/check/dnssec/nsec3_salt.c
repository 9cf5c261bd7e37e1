/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/dnssec/nsec3.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_dnssec_nsec3_salt(const struct evidence *evidence, struct verdicts *verdicts);

void check_dnssec_nsec3_salt(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!evidence_has_dnssec_ground(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		struct nsec3_rdata nsec3;
		const struct exchange *exchange =
			view_is_signed(view) ? nsec3_first(view, &nsec3) : NULL;

		if (!exchange || nsec3.salt_size == 0)
			continue;
		verdict(verdicts, view,
			"%s uses NSEC3 with a salt of %u octets, which protects nothing that "
			"the zone's name does not protect already",
			view->address, nsec3.salt_size);
		verdict_evidence(verdicts, exchange);
	}
}
