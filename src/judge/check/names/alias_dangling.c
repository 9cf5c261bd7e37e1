/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/mail_facts.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_names_alias_dangling(const struct evidence *evidence, struct verdicts *verdicts);

void check_names_alias_dangling(const struct evidence *evidence, struct verdicts *verdicts)
{
	struct name name;

	if (name_prepend((const uint8_t *)"www", 3, evidence->observation->domain, &name) != OK)
		return;
	const struct looked_up found = look_up(evidence, name.octets, TYPE_A);

	if (looked_up_is_unknown(&found)) {
		verdict_not_measured(verdicts);
		return;
	}
	const uint8_t *target = found.lookup->target;

	if (found.lookup->result != LOOKUP_RESULT_NXDOMAIN || name_equal(target, name.octets))
		return;
	const uint8_t *registrable = evidence_registrable(evidence, target);

	if (registrable != NULL)
		verdict(verdicts, NULL,
			"%s is an alias that leads to %s, and %s does not exist: whoever registers "
			"that speaks for it",
			evidence_name(evidence, name.octets), evidence_name(evidence, target),
			evidence_name(evidence, registrable));
	else
		verdict(verdicts, NULL, "%s is an alias that leads to %s, which does not exist",
			evidence_name(evidence, name.octets), evidence_name(evidence, target));
	verdict_lookup_evidence(verdicts, name.octets, TYPE_A);
	if (registrable != NULL)
		verdict_lookup_evidence(verdicts, registrable, TYPE_NS);
	else
		verdict_lower(verdicts, SEVERITY_ERROR);
}
