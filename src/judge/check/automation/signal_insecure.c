/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/bootstrap.h"

/* Declared in the generated table. */
void check_automation_signal_insecure(const struct evidence *evidence, struct verdicts *verdicts);

static bool is_unproven(const struct signal *signal)
{
	return signal->state == SIGNAL_THERE && (signal->is_insecure || signal->is_bogus);
}

void check_automation_signal_insecure(const struct evidence *evidence, struct verdicts *verdicts)
{
	struct bootstrap bootstrap;
	const struct signal *first = NULL;
	unsigned unproven = 0;

	if (!bootstrap_find(evidence, verdicts, &bootstrap))
		return;
	for (uint8_t i = 0; i < bootstrap.count; i++) {
		if (!is_unproven(&bootstrap.signals[i]))
			continue;
		unproven++;
		if (!first)
			first = &bootstrap.signals[i];
	}
	if (!first)
		return;
	verdict(verdicts, NULL,
		"%s the CDS and CDNSKEY records at %s (so for %u of %u name servers), and they "
		"prove nothing about those of %s",
		first->is_bogus ? "Signatures do not validate that cover"
				: "No chain of trust leads to",
		bootstrap_place(evidence, first), unproven, (unsigned)bootstrap.count,
		evidence->domain);
	bootstrap_evidence(verdicts, first);
}
