/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/looked_up.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_delegation_ns_dangling(const struct evidence *evidence, struct verdicts *verdicts);

/* What the name is registered below, if the scan found out whether that exists; NULL: it did not.
 * The scan knows which of the names above can be registered (dns/policy/suffix.h) and has looked
 * that one up. */
static const uint8_t *registered_name(const struct evidence *evidence, const uint8_t *name,
				      bool *ret_exists)
{
	for (size_t labels = name_labels(name); labels > 1; labels--) {
		const uint8_t *above = name_suffix(name, labels);
		const struct looked_up found = look_up(evidence, above, TYPE_NS);

		if (looked_up_is_unknown(&found))
			continue;
		*ret_exists = found.lookup->result != LOOKUP_RESULT_NXDOMAIN;
		return above;
	}
	return NULL;
}

static void tell(const struct evidence *evidence, struct verdicts *verdicts, const uint8_t *name)
{
	bool exists;
	const uint8_t *registered = registered_name(evidence, name, &exists);
	const char *text = evidence_name(evidence, name);

	if (!registered) {
		verdict(verdicts, NULL,
			"The name server %s does not exist; if its domain can be registered, "
			"whoever does can answer for this one",
			text);
	} else if (!exists && name_equal(registered, name)) {
		verdict(verdicts, NULL,
			"The name server %s does not exist: whoever registers that name can answer "
			"for %s",
			text, evidence->domain);
	} else if (!exists) {
		verdict(verdicts, NULL,
			"The name server %s does not exist, nor does %s: whoever registers that "
			"can answer for %s",
			text, evidence_name(evidence, registered), evidence->domain);
	} else {
		verdict(verdicts, NULL,
			"The name server %s does not exist; whoever runs %s can make it, and "
			"answer for %s",
			text, evidence_name(evidence, registered), evidence->domain);
		verdict_lower(verdicts, SEVERITY_ERROR);
	}
	verdict_parent_evidence(verdicts);
}

void check_delegation_ns_dangling(const struct evidence *evidence, struct verdicts *verdicts)
{
	const struct host *host;
	uint8_t cursor = 0;

	while ((host = evidence_next_host(evidence, HOST_NXDOMAIN, &cursor)))
		tell(evidence, verdicts, host->name);
	if (!evidence_knows_hosts(evidence))
		verdict_not_measured(verdicts);
}
