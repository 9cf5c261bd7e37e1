/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/type.h"
#include "judge/check/check.h"
#include "judge/check/evidence.h"
#include "judge/check/manners.h"
#include "judge/check/verdict.h"

#include <string.h>

/* Declared in the generated table. */
void check_server_version_shown(const struct evidence *evidence, struct verdicts *verdicts);

/* What tells nobody anything ("none", "go away") has no number in it. */
static bool has_digit(const char *text)
{
	return strpbrk(text, "0123456789") != NULL;
}

static const char *text_in(const struct evidence *evidence, const struct message *message)
{
	for (uint16_t i = 0; i < message->record_count; i++) {
		const struct record *record = &message->records[i];

		if (record->section == SECTION_ANSWER && record->class == CLASS_CH &&
		    record->type == TYPE_TXT && record->rdata_size > 1 &&
		    record->rdata_size > record->rdata[0])
			return odd_text(evidence, record->rdata + 1, record->rdata[0]);
	}
	return NULL;
}

static const char *find_version(const struct evidence *evidence, const struct view *view,
				const struct exchange **ret_exchange)
{
	struct odd odd;
	uint16_t cursor = 0;

	while (odd_next(evidence, view, PROBE_CHAOS, &cursor, &odd)) {
		if (!odd.has_message || odd.message.question_name == NULL ||
		    odd.message.question_name[0] != 7) /* "version", not "hostname" */
			continue;
		const char *text = text_in(evidence, &odd.message);

		if (!text || !has_digit(text))
			continue;
		*ret_exchange = odd.exchange;
		return text;
	}
	return NULL;
}

static const char *find_nsid(const struct evidence *evidence, const struct view *view)
{
	struct odd odd;
	uint16_t size = 0;
	const uint8_t *nsid = NULL;

	if (odd_first(evidence, view, PROBE_NSID, &odd) && odd.has_message)
		nsid = message_option(&odd.message, EDNS_NSID, &size);
	return nsid && size > 0 ? odd_text(evidence, nsid, size) : NULL;
}

void check_server_version_shown(const struct evidence *evidence, struct verdicts *verdicts)
{
	if (!odd_was_asked(evidence, PROBE_CHAOS)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const struct exchange *exchange = NULL;
		const char *version = view->condition == CONDITION_USABLE
					      ? find_version(evidence, view, &exchange)
					      : NULL;

		if (!version)
			continue;
		const char *nsid = find_nsid(evidence, view);

		verdict(verdicts, view, "%s says that it is '%s'%s%s%s", view->address, version,
			nsid ? ", and that its name is '" : "", nsid ? nsid : "", nsid ? "'" : "");
		verdict_evidence(verdicts, exchange);
	}
}
