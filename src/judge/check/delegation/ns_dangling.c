/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/looked_up.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_delegation_ns_dangling(const struct evidence *evidence, struct verdicts *verdicts);

/* A name and the top-level domain that it is in: below that, names can be registered everywhere. */
#define REGISTERED_LABELS 2

/* What the name is registered below, if the scan found out whether that exists; NULL: it did not.
 */
static const uint8_t *registered_name(const struct evidence *evidence, const uint8_t *name,
				      bool *ret_exists)
{
	if ((evidence->observation->needs & NEED_NAMES) == 0 ||
	    name_labels(name) < REGISTERED_LABELS)
		return NULL;
	const uint8_t *registered = name_suffix(name, REGISTERED_LABELS);

	if (name_equal(registered, name)) {
		*ret_exists = false;
		return registered;
	}
	const struct looked_up found = look_up(evidence, registered, TYPE_NS);

	if (looked_up_is_unknown(&found))
		return NULL;
	*ret_exists = found.lookup->result != LOOKUP_RESULT_NXDOMAIN;
	return registered;
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
