/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/server/types.h"

#include "dns/wire/name.h"
#include "dns/wire/type.h"

#include <assert.h>

/* Those of RFC 1035 and 3596, and the one that every validator must have; the others came later
 * (RFC 7344, 7477, 8659). */
static enum types_age age_of(uint16_t type)
{
	switch (type) {
	case TYPE_SOA:
	case TYPE_NS:
	case TYPE_A:
	case TYPE_AAAA:
	case TYPE_MX:
	case TYPE_TXT:
	case TYPE_DNSKEY:
		return TYPES_OLD;
	default:
		return TYPES_NEW;
	}
}

bool types_are_dropped(const struct view *view)
{
	unsigned dropped = 0;
	unsigned late = 0;

	for (unsigned question = 0; question < QUESTION_SOA_TCP; question++) {
		const struct exchange *exchange = view->answers[question].exchange;

		if (!exchange)
			continue;
		dropped += exchange->outcome == OUTCOME_TIMEOUT;
		late += exchange->outcome == OUTCOME_ANSWER && exchange->attempts > 1;
	}
	return dropped > late;
}

/* How one exchange failed, in words; NULL: it did not, or nobody can tell. */
static const char *failure_of(const struct evidence *evidence, const struct view *view,
			      const struct exchange *exchange)
{
	char rcode[TYPE_TEXT_MAX];

	switch ((enum outcome)exchange->outcome) {
	case OUTCOME_TIMEOUT:
		return types_are_dropped(view) ? "no answer" : NULL;
	case OUTCOME_CLOSED:
		return "closed";
	case OUTCOME_MALFORMED:
		return "unreadable";
	case OUTCOME_MISMATCH:
		return "the answer to another question";
	case OUTCOME_ANSWER:
		break;
	case OUTCOME_UNREACHABLE:
	case OUTCOME_TLS:
	case OUTCOME_NOT_ASKED:
		return NULL;
	}
	if (exchange->message == MESSAGE_NONE)
		return NULL;
	const struct message *message = &evidence->messages[exchange->message];

	if (message->rcode == RCODE_NOERROR || evidence_apex_alias(evidence, message))
		return NULL;
	if (exchange->type == TYPE_AAAA) /* SERVER-AAAA-WRONG */
		return NULL;
	return arena_text(evidence->arena, rcode_to_text(message->rcode, rcode));
}

/* Was the question answered soundly at any look? Then its failure was a moment's. */
static bool was_answered(const struct evidence *evidence, const struct exchange *failed)
{
	const struct view *view = &evidence->views[failed->server];

	for (uint16_t i = 0; i < view->exchange_count; i++) {
		const struct exchange *exchange = view->exchanges[i];

		if (exchange->type == failed->type && exchange->kind == PROBE_PLAIN &&
		    exchange->outcome == OUTCOME_ANSWER && exchange->message != MESSAGE_NONE &&
		    name_equal(exchange->name, failed->name) &&
		    evidence->messages[exchange->message].rcode == RCODE_NOERROR)
			return true;
	}
	return false;
}

struct failing {
	const char *list; /* "DNSKEY (SERVFAIL), CDS (no answer)"; NULL: none */
	enum types_age age;
	const struct exchange *examples[2];
	unsigned count;
};

static void add(const struct evidence *evidence, struct failing *failing,
		const struct exchange *exchange, const char *how)
{
	char type[TYPE_TEXT_MAX];
	const enum types_age age = age_of(exchange->type);

	if (failing->count == 0 || age < failing->age)
		failing->age = age;
	if (failing->count < 2)
		failing->examples[failing->count] = exchange;
	failing->count++;
	failing->list =
		arena_format(evidence->arena, "%s%s%s (%s)", failing->list ? failing->list : "",
			     failing->list ? ", " : "", type_to_text(exchange->type, type), how);
}

static struct failing find_failing(const struct evidence *evidence, const struct view *view)
{
	struct failing failing = {.age = TYPES_NEW};

	assert(view->condition == CONDITION_USABLE);
	for (unsigned question = QUESTION_SOA + 1; question < QUESTION_SOA_TCP; question++) {
		const struct exchange *exchange = view->answers[question].exchange;
		const char *how = exchange ? failure_of(evidence, view, exchange) : NULL;

		if (how && !was_answered(evidence, exchange))
			add(evidence, &failing, exchange, how);
	}
	return failing;
}

void types_tell(const struct evidence *evidence, struct verdicts *verdicts, enum types_age age)
{
	if (!evidence_has_content(evidence)) {
		verdict_not_measured(verdicts);
		return;
	}
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (view->condition != CONDITION_USABLE)
			continue;
		const struct failing failing = find_failing(evidence, view);

		if (!failing.list || failing.age != age)
			continue;
		verdict(verdicts, view, "%s answers for the SOA of %s, but not for %s: %s",
			view->address, evidence->domain,
			failing.count == 1 ? "this type" : "these types", failing.list);
		for (unsigned k = 0; k < failing.count && k < 2; k++)
			verdict_evidence(verdicts, failing.examples[k]);
	}
}
