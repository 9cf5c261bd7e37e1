/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/csync.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_automation_csync_invalid(const struct evidence *evidence, struct verdicts *verdicts);

static const char *fault_of(enum csync_state state)
{
	switch (state) {
	case CSYNC_SEVERAL:
		return "more than one";
	case CSYNC_MALFORMED:
		return "one that cannot be read";
	case CSYNC_FLAGS:
		return "one with flags that nobody knows";
	case CSYNC_NO_TYPES:
		return "one that names no type";
	case CSYNC_TYPES:
		return "one with types other than NS, A and AAAA";
	case CSYNC_NONE:
	case CSYNC_SOUND:
		break;
	}
	return NULL;
}

void check_automation_csync_invalid(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!evidence_has_content(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		struct csync csync;
		const char *fault = fault_of(csync_read(view, &csync));

		if (!fault)
			continue;
		verdict(verdicts, view,
			"The parent of %s cannot obey the CSYNC record at %s: there is %s",
			evidence->domain, view->address, fault);
		verdict_evidence(verdicts, view->answers[QUESTION_CSYNC].exchange);
	}
}
