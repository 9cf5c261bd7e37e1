/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_truncates(const struct evidence *evidence, struct verdicts *verdicts);

/* What fits every path without fragments even without EDNS (RFC 1035 s4.2.1). */
#define FITS_ALWAYS_OCTETS 512

static const struct exchange *needless(const struct evidence *evidence, const struct view *view)
{
	for (unsigned question = 0; question < QUESTION_SOA_TCP; question++) {
		const struct exchange *exchange = view->answers[question].exchange;

		if (!exchange || !(exchange->flags & EXCHANGE_TRUNCATED) ||
		    exchange->flags & EXCHANGE_TCP_FAILED || exchange->message == MESSAGE_NONE)
			continue;
		if (evidence->observation->messages[exchange->message].size + exchange->opt_size <=
		    FITS_ALWAYS_OCTETS)
			return exchange;
	}
	return NULL;
}

void check_server_truncates(const struct evidence *evidence, struct verdicts *verdicts)
{
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const struct exchange *exchange = needless(evidence, view);

		if (view->condition != CONDITION_USABLE || !exchange)
			continue;
		verdict(verdicts, view,
			"%s truncates an answer of %u octets, so every question costs a TCP "
			"connection",
			view->address,
			evidence->observation->messages[exchange->message].size +
				exchange->opt_size);
		verdict_evidence(verdicts, exchange);
	}
}
