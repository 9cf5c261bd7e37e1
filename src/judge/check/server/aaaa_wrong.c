/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_aaaa_wrong(const struct evidence *evidence, struct verdicts *verdicts);

static bool is_refused(const struct answer *answer)
{
	return answer->message && answer->message->rcode != RCODE_NOERROR;
}

void check_server_aaaa_wrong(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!evidence_has_content(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const struct answer *answer = &view->answers[QUESTION_AAAA];
		char rcode[TYPE_TEXT_MAX];

		if (view->condition != CONDITION_USABLE || !is_refused(answer) ||
		    is_refused(&view->answers[QUESTION_A]))
			continue;
		verdict(verdicts, view,
			"%s answers %s for the AAAA records of %s, which exists: look-ups of its "
			"IPv4 addresses fail with them",
			view->address, rcode_to_text(answer->message->rcode, rcode),
			evidence->domain);
		verdict_evidence(verdicts, answer->exchange);
	}
}
