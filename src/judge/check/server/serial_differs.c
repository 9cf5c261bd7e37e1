/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/rdata.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_serial_differs(const struct evidence *evidence, struct verdicts *verdicts);

static bool serial_of(const struct view *view, uint32_t *ret_serial)
{
	const struct rrset *rrset = &view->answers[QUESTION_SOA].rrset;
	struct soa_rdata soa;

	if (view->condition != CONDITION_USABLE || rdata_soa(rrset->records[0], &soa) < 0)
		return false;
	*ret_serial = soa.serial;
	return true;
}

/* RFC 1982: is the left serial newer? */
static bool is_newer(uint32_t left, uint32_t right)
{
	return left != right && (int32_t)(left - right) > 0;
}

static const struct view *newest(const struct evidence *evidence, uint32_t *ret_serial)
{
	const struct view *found = NULL;
	uint32_t serial;

	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (!serial_of(view, &serial) || (found && !is_newer(serial, *ret_serial)))
			continue;
		found = view;
		*ret_serial = serial;
	}
	return found;
}

void check_server_serial_differs(const struct evidence *evidence, struct verdicts *verdicts)
{
	uint32_t newest_serial = 0;
	const struct view *reference = newest(evidence, &newest_serial);
	uint32_t serial;

	if (!reference || evidence->usable_count < 2) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (!serial_of(view, &serial) || serial == newest_serial)
			continue;
		verdict(verdicts, view, "%s serves version %u of %s, while %s serves %u",
			view->address, serial, evidence->domain, reference->address, newest_serial);
		verdict_evidence(verdicts, view->answers[QUESTION_SOA].exchange);
		verdict_evidence(verdicts, reference->answers[QUESTION_SOA].exchange);
	}
}
