/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/manners.h"
#include "judge/check/verdict.h"

/* Declared in the generated table. */
void check_server_absent_wrong(const struct evidence *evidence, struct verdicts *verdicts);

static bool has_answer(const struct message *message)
{
	for (uint16_t i = 0; i < message->record_count; i++)
		if (message->records[i].section == SECTION_ANSWER)
			return true;
	return false;
}

/* Does this tell that there is a wildcard, or leave it open? */
static bool may_be_wildcard(const struct odd *odd)
{
	if (!odd->has_message || odd->message.flags & FLAG_TC || has_answer(&odd->message))
		return true;
	return odd->message.rcode != RCODE_NOERROR && odd->message.rcode != RCODE_NXDOMAIN;
}

/* NOERROR is right where a wildcard stands; that is known from ANY at the wildcard itself. */
static const char *find_wrong(const struct evidence *evidence, const struct view *view,
			      const struct exchange **ret_exchange)
{
	struct odd odd;
	uint16_t cursor = 0;
	bool is_empty = false;
	bool is_wildcard_absent = false;
	char rcode[TYPE_TEXT_MAX];

	while (odd_next(evidence, view, PROBE_ABSENT, &cursor, &odd)) {
		if (!odd.has_message || odd.message.flags & FLAG_TC)
			continue;
		if (odd.exchange->type == TYPE_ANY) {
			is_wildcard_absent = !may_be_wildcard(&odd);
			continue;
		}
		*ret_exchange = odd.exchange;
		if (odd.message.rcode != RCODE_NOERROR && odd.message.rcode != RCODE_NXDOMAIN)
			return arena_text(evidence->arena, rcode_to_text(odd.message.rcode, rcode));
		is_empty = odd.message.rcode == RCODE_NOERROR && !has_answer(&odd.message);
	}
	return is_empty && is_wildcard_absent ? "NOERROR" : NULL;
}

void check_server_absent_wrong(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!odd_was_asked(evidence, PROBE_ABSENT)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const struct exchange *exchange = NULL;
		const char *what = view->condition == CONDITION_USABLE
					   ? find_wrong(evidence, view, &exchange)
					   : NULL;

		if (!what)
			continue;
		verdict(verdicts, view,
			"%s answers %s for names below %s that do not exist, where NXDOMAIN is due",
			view->address, what, evidence->domain);
		verdict_evidence(verdicts, exchange);
	}
}
