/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/rdata.h"
#include "judge/check/check.h"
#include "judge/check/csync.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

#include <assert.h>

/* Declared in the generated table. */
void check_automation_csync_serial(const struct evidence *evidence, struct verdicts *verdicts);

/* RFC 1982 s3.2: is `left` later than `right`? */
static bool is_later(uint32_t left, uint32_t right)
{
	const uint32_t distance = left - right;

	return distance != 0 && distance < UINT32_C(0x80000000);
}

static void judge_server(const struct evidence *evidence, struct verdicts *verdicts,
			 const struct view *view)
{
	const struct answer *soa_answer = &view->answers[QUESTION_SOA];
	struct csync csync;
	struct soa_rdata soa;

	if (csync_read(view, &csync) != CSYNC_SOUND || !(csync.flags & CSYNC_SOAMINIMUM) ||
	    rdata_soa(soa_answer->rrset.records[0], &soa) < 0 ||
	    !is_later(csync.serial, soa.serial))
		return;
	assert(csync.serial != soa.serial);
	verdict(verdicts, view,
		"At %s the CSYNC record of %s waits for serial %u, and the zone has %u, so the "
		"parent must do nothing",
		view->address, evidence->domain, csync.serial, soa.serial);
	verdict_evidence(verdicts, view->answers[QUESTION_CSYNC].exchange);
	verdict_evidence(verdicts, soa_answer->exchange);
}

void check_automation_csync_serial(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!evidence_has_content(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++)
		judge_server(evidence, verdicts, &evidence->views[i]);
}
