/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/transfers.h"

/* Declared in the generated table. */
void check_dnssec_zonemd_wrong(const struct evidence *evidence, struct verdicts *verdicts);

void check_dnssec_zonemd_wrong(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!transfers_are_known(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const struct transfer *transfer = transfer_of(evidence, view);

		if (transfer && transfer->digest == TRANSFER_DIGEST_WRONG)
			transfer_verdict(verdicts, view, transfer,
					 "they are not those that its ZONEMD record was made of");
		else if (transfer && transfer->digest == TRANSFER_DIGEST_SERIAL)
			transfer_verdict(verdicts, view, transfer,
					 "its ZONEMD record is of a version with another serial");
	}
}
