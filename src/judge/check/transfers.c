/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/transfers.h"

#include "judge/check/manners.h"

#include <assert.h>

const struct transfer *transfer_of(const struct evidence *evidence, const struct view *view)
{
	const struct observation *observation = evidence->observation;

	if (view->condition != CONDITION_USABLE)
		return NULL;
	for (uint16_t i = 0; i < observation->transfer_count; i++)
		if (observation->transfers[i].server == view->index)
			return &observation->transfers[i];
	return NULL;
}

bool transfers_are_known(const struct evidence *evidence)
{
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct transfer *transfer = transfer_of(evidence, &evidence->views[i]);

		if (transfer && transfer->digest != TRANSFER_DIGEST_UNKNOWN &&
		    transfer->digest != TRANSFER_DIGEST_NO_SOA)
			return true;
	}
	return false;
}

void transfer_verdict(struct verdicts *verdicts, const struct view *view,
		      const struct transfer *transfer, const char *what)
{
	struct odd odd;

	assert(transfer != NULL && transfer->end == TRANSFER_WHOLE);
	verdict(verdicts, view, "%s transfers %s with serial %u, %u records in all, and %s",
		view->address, verdicts->evidence->domain, transfer->serial, transfer->records,
		what);
	if (odd_first(verdicts->evidence, view, PROBE_TRANSFER, &odd))
		verdict_evidence(verdicts, odd.exchange);
}
