/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/bootstrap.h"

/* Declared in the generated table. */
void check_automation_signal_wrong(const struct evidence *evidence, struct verdicts *verdicts);

/* One that does not validate may be anybody's. */
static bool is_wrong(const struct evidence *evidence, const struct signal *signal)
{
	return signal->state == SIGNAL_THERE && !signal->is_bogus &&
	       bootstrap_differs(evidence, signal);
}

void check_automation_signal_wrong(const struct evidence *evidence, struct verdicts *verdicts)
{
	struct bootstrap bootstrap;
	const struct signal *first = NULL;
	unsigned wrong = 0;

	if (!bootstrap_find(evidence, verdicts, &bootstrap))
		return;
	for (uint8_t i = 0; i < bootstrap.count; i++) {
		if (!is_wrong(evidence, &bootstrap.signals[i]))
			continue;
		wrong++;
		if (!first)
			first = &bootstrap.signals[i];
	}
	if (!first)
		return;
	verdict(verdicts, NULL,
		"The CDS and CDNSKEY records at %s are not those of %s (so for %u of %u name "
		"servers), and the parent must act on neither",
		bootstrap_place(evidence, first), evidence->domain, wrong,
		(unsigned)bootstrap.count);
	bootstrap_evidence(verdicts, first);
}
