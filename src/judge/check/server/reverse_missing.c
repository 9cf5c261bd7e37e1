/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/reverse.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_reverse_missing(const struct evidence *evidence, struct verdicts *verdicts);

void check_server_reverse_missing(const struct evidence *evidence, struct verdicts *verdicts)
{
	bool is_unknown = false;

	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		struct reverse reverse;

		if (!reverse_find(evidence, i, &reverse))
			continue;
		is_unknown |= reverse.state == REVERSE_UNKNOWN;
		if (reverse.state == REVERSE_NONE)
			verdict(verdicts, view,
				"The address %s of the name server %s leads back to no name",
				view->address, evidence_name(evidence, reverse.host));
	}
	if (is_unknown)
		verdict_not_measured(verdicts);
}
