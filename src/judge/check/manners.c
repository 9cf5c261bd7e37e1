/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/manners.h"

#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

/* What somebody calls his server or his software; more is cut. */
#define TEXT_MAX 100u

static bool is_asked(const struct exchange *exchange, enum probe_kind kind)
{
	return exchange->kind == kind && exchange->server != SERVER_PARENT &&
	       exchange->outcome != OUTCOME_NOT_ASKED && exchange->outcome != OUTCOME_UNREACHABLE;
}

static bool read_whole(const struct evidence *evidence, const struct exchange *exchange,
		       struct message *ret_message)
{
	size_t size = 0;
	const uint8_t *wire =
		observation_wire(evidence->arena, evidence->observation, exchange, &size);

	return wire && message_walk(evidence->arena, wire, size, ret_message) == OK;
}

bool odd_next(const struct evidence *evidence, const struct view *view, enum probe_kind kind,
	      uint16_t *cursor, struct odd *ret_odd)
{
	assert(*cursor <= view->exchange_count);
	while (*cursor < view->exchange_count) {
		const struct exchange *exchange = view->exchanges[(*cursor)++];

		if (!is_asked(exchange, kind))
			continue;
		struct odd odd = {.exchange = exchange};
		odd.has_message =
			exchange->message != MESSAGE_NONE && exchange->outcome == OUTCOME_ANSWER;
		if (odd.has_message && !read_whole(evidence, exchange, &odd.message))
			return false;
		*ret_odd = odd;
		return true;
	}
	return false;
}

bool odd_first(const struct evidence *evidence, const struct view *view, enum probe_kind kind,
	       struct odd *ret_odd)
{
	uint16_t cursor = 0;

	return odd_next(evidence, view, kind, &cursor, ret_odd);
}

const char *odd_ending(const struct evidence *evidence, const struct odd *odd)
{
	char rcode[TYPE_TEXT_MAX];

	if (!odd->has_message)
		return odd->exchange->outcome == OUTCOME_TIMEOUT ? "does not answer"
								 : "gives no readable answer to";
	return arena_format(evidence->arena, "answers %s to",
			    rcode_to_text(odd->message.rcode, rcode));
}

uint32_t odd_octets(const struct evidence *evidence, const struct odd *odd)
{
	(void)evidence;
	return odd->has_message ? (uint32_t)odd->message.wire_size : 0;
}

bool odd_was_asked(const struct evidence *evidence, enum probe_kind kind)
{
	const struct observation *observation = evidence->observation;

	for (uint16_t i = 0; i < observation->exchange_count; i++)
		if (is_asked(&observation->exchanges[i], kind))
			return true;
	return false;
}

void odd_judge(const struct evidence *evidence, struct verdicts *verdicts, enum probe_kind kind,
	       void (*tell)(const struct evidence *evidence, struct verdicts *verdicts,
			    const struct view *view, const struct odd *odd))
{
	if (!odd_was_asked(evidence, kind)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];
		const size_t before = verdicts->finding_count;
		struct odd odd;

		if (view->condition != CONDITION_USABLE || !odd_first(evidence, view, kind, &odd))
			continue;
		tell(evidence, verdicts, view, &odd);
		if (verdicts->finding_count > before)
			verdict_evidence(verdicts, odd.exchange);
	}
}

const char *odd_text(const struct evidence *evidence, const uint8_t *octets, size_t size)
{
	char text[TEXT_MAX + 1];
	size_t length = 0;

	for (size_t i = 0; i < size && length < TEXT_MAX; i++)
		if (octets[i] >= ' ' && octets[i] <= '~')
			text[length++] = (char)octets[i];
	text[length] = 0;
	return arena_text(evidence->arena, text);
}
