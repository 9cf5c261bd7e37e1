/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/bootstrap.h"

#include <assert.h>

/* Declared in the generated table. */
void check_automation_signal_partial(const struct evidence *evidence, struct verdicts *verdicts);

static const struct signal *find_signal(const struct bootstrap *bootstrap, enum signal_state state)
{
	uint8_t i = 0;

	while (i < bootstrap->count && bootstrap->signals[i].state != state)
		i++;
	assert(i < bootstrap->count);
	return &bootstrap->signals[i];
}

void check_automation_signal_partial(const struct evidence *evidence, struct verdicts *verdicts)
{
	struct bootstrap bootstrap;

	if (!bootstrap_find(evidence, verdicts, &bootstrap))
		return;
	/* Where nothing is known of one, it may be the one that has none. */
	if (bootstrap.absent == 0 && bootstrap.there < bootstrap.count)
		verdict_not_measured(verdicts);
	if (bootstrap.absent == 0)
		return;
	const struct signal *absent = find_signal(&bootstrap, SIGNAL_ABSENT);

	verdict(verdicts, NULL,
		"The operator of %s vouches for the keys of %s, that of %s does not (%u of %u name "
		"servers do), and the parent may act only when all do",
		evidence_name(evidence, find_signal(&bootstrap, SIGNAL_THERE)->host),
		evidence->domain, evidence_name(evidence, absent->host), (unsigned)bootstrap.there,
		(unsigned)bootstrap.count);
	bootstrap_evidence(verdicts, absent);
}
