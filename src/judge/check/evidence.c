/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/evidence.h"

#include "dns/dnssec/key.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

static const struct {
	uint16_t type;
	uint8_t transport;
} questions[] = {
	[QUESTION_SOA] = {TYPE_SOA, TRANSPORT_UDP},
	[QUESTION_NS] = {TYPE_NS, TRANSPORT_UDP},
	[QUESTION_DNSKEY] = {TYPE_DNSKEY, TRANSPORT_UDP},
	[QUESTION_CDS] = {TYPE_CDS, TRANSPORT_UDP},
	[QUESTION_CDNSKEY] = {TYPE_CDNSKEY, TRANSPORT_UDP},
	[QUESTION_CSYNC] = {TYPE_CSYNC, TRANSPORT_UDP},
	[QUESTION_A] = {TYPE_A, TRANSPORT_UDP},
	[QUESTION_AAAA] = {TYPE_AAAA, TRANSPORT_UDP},
	[QUESTION_MX] = {TYPE_MX, TRANSPORT_UDP},
	[QUESTION_TXT] = {TYPE_TXT, TRANSPORT_UDP},
	[QUESTION_CAA] = {TYPE_CAA, TRANSPORT_UDP},
	[QUESTION_SOA_TCP] = {TYPE_SOA, TRANSPORT_TCP},
};
static_assert(sizeof(questions) / sizeof(questions[0]) == QUESTION_COUNT,
	      "a row for every question");

uint16_t question_type(enum question question)
{
	assert(question < QUESTION_COUNT);
	return questions[question].type;
}

/* The capability probe is the only exchange that starts on TCP; TC moves others there. */
static int question_of(const struct observation *observation, const struct exchange *exchange)
{
	const bool is_probe =
		exchange->transport == TRANSPORT_TCP && !(exchange->flags & EXCHANGE_TRUNCATED);

	if (exchange->kind != PROBE_PLAIN)
		return -1;
	if (is_probe)
		return exchange->type == TYPE_SOA ? QUESTION_SOA_TCP : -1;
	if (!name_equal(exchange->name, observation->domain) || exchange->transport > TRANSPORT_TCP)
		return -1;
	for (int question = 0; question < QUESTION_SOA_TCP; question++)
		if (questions[question].type == exchange->type)
			return question;
	return -1;
}

static int take_answer(struct evidence *evidence, struct answer *answer,
		       const struct exchange *exchange)
{
	int result;

	answer->exchange = exchange;
	if (exchange->message == MESSAGE_NONE || exchange->outcome != OUTCOME_ANSWER)
		return OK;
	assert(exchange->message < evidence->observation->message_count);
	/* What was cut off proves neither that data is there nor that it is not. */
	if (exchange->flags & EXCHANGE_TCP_FAILED && exchange->type != TYPE_SOA)
		return OK;
	answer->message = &evidence->messages[exchange->message];
	result = message_rrset(evidence->arena, answer->message,
			       &(struct rrset_key){1u << SECTION_ANSWER,
						   evidence->observation->domain, exchange->type},
			       &answer->rrset);
	return result == ERR_NOT_FOUND ? OK : result;
}

static enum condition condition_of_reply(const struct evidence *evidence, const struct answer *soa)
{
	const struct message *message = soa->message;

	if (message->rcode == RCODE_REFUSED || message->rcode == RCODE_NOTAUTH)
		return CONDITION_REFUSES;
	if (message->rcode == RCODE_SERVFAIL || message->rcode == RCODE_NOTIMP ||
	    message->rcode == RCODE_FORMERR)
		return CONDITION_FAILS;
	if (soa->rrset.count == 0 && evidence_apex_alias(evidence, message))
		return CONDITION_ALIAS;
	if (!(message->flags & FLAG_AA) || soa->rrset.count == 0)
		return CONDITION_LAME;
	return CONDITION_USABLE;
}

static enum condition condition_of(const struct evidence *evidence, const struct answer *soa)
{
	if (!soa->exchange)
		return CONDITION_NOT_ASKED;
	switch ((enum outcome)soa->exchange->outcome) {
	case OUTCOME_ANSWER:
		return soa->message ? condition_of_reply(evidence, soa) : CONDITION_GARBAGE;
	case OUTCOME_TIMEOUT:
	case OUTCOME_CLOSED:
		return CONDITION_SILENT;
	case OUTCOME_UNREACHABLE:
		return CONDITION_UNREACHABLE;
	case OUTCOME_MALFORMED:
		return CONDITION_GARBAGE;
	case OUTCOME_MISMATCH:
		return soa->exchange->flags & EXCHANGE_OTHER_SOURCE ? CONDITION_OTHER_SOURCE
								    : CONDITION_WRONG_ID;
	case OUTCOME_TLS:
	case OUTCOME_NOT_ASKED:
		break;
	}
	return CONDITION_NOT_ASKED;
}

static int prepare_parent(struct evidence *evidence)
{
	const struct observation *observation = evidence->observation;
	const unsigned referral = 1u << SECTION_ANSWER | 1u << SECTION_AUTHORITY;
	int result;

	for (uint16_t i = 0; i < observation->exchange_count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];

		if (exchange->server != SERVER_PARENT || exchange->kind != PROBE_PLAIN ||
		    exchange->message == MESSAGE_NONE ||
		    !name_equal(exchange->name, observation->domain))
			continue;
		const struct message *message = &evidence->messages[exchange->message];

		if (i == observation->parent_exchange)
			evidence->parent = message;
		if (evidence->ds.count == 0) {
			result = message_rrset(evidence->arena, message,
					       &(struct rrset_key){referral, observation->domain,
								   TYPE_DS},
					       &evidence->ds);
			if (result < 0 && result != ERR_NOT_FOUND)
				return result;
		}
	}
	if (!evidence->parent)
		return OK;
	result = message_rrset(evidence->arena, evidence->parent,
			       &(struct rrset_key){referral, observation->domain, TYPE_NS},
			       &evidence->parent_ns);
	return result == ERR_NOT_FOUND ? OK : result;
}

static bool tells_keys(const struct view *view)
{
	const struct message *message = view->answers[QUESTION_DNSKEY].message;

	return message && message->rcode == RCODE_NOERROR && message->flags & FLAG_AA &&
	       message->fault == MESSAGE_SOUND;
}

static int prepare_views(struct evidence *evidence)
{
	const struct observation *observation = evidence->observation;

	for (uint16_t i = 0; i < observation->exchange_count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];

		if (exchange->server == SERVER_PARENT || observation_is_superseded(observation, i))
			continue;
		assert(exchange->server < observation->server_count);
		const int question = question_of(observation, exchange);

		if (question < 0)
			continue;
		struct answer *answer = &evidence->views[exchange->server].answers[question];

		if (answer->exchange)
			continue;
		const int result = take_answer(evidence, answer, exchange);

		if (result < 0)
			return result;
	}
	for (uint8_t i = 0; i < observation->server_count; i++) {
		struct view *view = &evidence->views[i];
		const struct answer *soa = &view->answers[QUESTION_SOA];

		view->condition = condition_of(evidence, soa);
		view->speaks_edns = soa->exchange && !(soa->exchange->flags & EXCHANGE_NO_EDNS);
		if (view->condition != CONDITION_USABLE)
			continue;
		evidence->usable_count++;
		if (view->speaks_edns && tells_keys(view))
			evidence->secure_ground_count++;
	}
	return OK;
}

static int walk_messages(struct evidence *evidence)
{
	const struct observation *observation = evidence->observation;
	struct message *messages = arena_take_array(
		evidence->arena, observation->message_count + 1u, sizeof(*messages));

	if (!messages)
		return ERR_MEMORY;
	for (uint16_t i = 0; i < observation->message_count; i++) {
		const struct kept_message *kept = &observation->messages[i];
		const int result =
			message_walk(evidence->arena, kept->wire, kept->size, &messages[i]);

		if (result < 0)
			return result;
	}
	evidence->messages = messages;
	return OK;
}

static int name_views(struct evidence *evidence)
{
	const struct observation *observation = evidence->observation;
	char text[IP_TEXT_MAX];

	evidence->views = arena_take_array(evidence->arena, observation->server_count + 1u,
					   sizeof(*evidence->views));
	if (!evidence->views)
		return ERR_MEMORY;
	for (uint8_t i = 0; i < observation->server_count; i++) {
		struct view *view = &evidence->views[i];

		view->index = i;
		view->server = &observation->servers[i];
		view->address = arena_text(evidence->arena, ip_to_text(&view->server->ip, text));
		if (!view->address)
			return ERR_MEMORY;
	}
	return OK;
}

/* One array for all; the views' parts of it follow each other. */
static int sort_exchanges(struct evidence *evidence)
{
	const struct observation *observation = evidence->observation;
	const struct exchange **sorted = arena_take(
		evidence->arena, (observation->exchange_count + 1u) * sizeof(struct exchange *));

	if (!sorted)
		return ERR_MEMORY;
	for (uint16_t i = 0; i < observation->exchange_count; i++)
		if (observation->exchanges[i].server != SERVER_PARENT)
			evidence->views[observation->exchanges[i].server].exchange_count++;
	for (uint8_t i = 0; i < observation->server_count; i++) {
		evidence->views[i].exchanges = sorted;
		sorted += evidence->views[i].exchange_count;
		evidence->views[i].exchange_count = 0;
	}
	for (uint16_t i = 0; i < observation->exchange_count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];

		if (exchange->server == SERVER_PARENT)
			continue;
		assert(exchange->server < observation->server_count);
		struct view *view = &evidence->views[exchange->server];
		view->exchanges[view->exchange_count++] = exchange;
	}
	return OK;
}

int evidence_prepare(struct arena *arena, const struct observation *observation, int64_t now_s,
		     struct evidence *ret_evidence)
{
	struct evidence evidence = {
		.observation = observation,
		.arena = arena,
		.now_s = now_s,
	};
	int result;

	assert(observation->domain);
	evidence.domain = evidence_name(&evidence, observation->domain);
	if (!evidence.domain)
		return ERR_MEMORY;
	result = walk_messages(&evidence);
	if (result == OK)
		result = name_views(&evidence);
	if (result == OK)
		result = sort_exchanges(&evidence);
	if (result == OK)
		result = prepare_parent(&evidence);
	if (result == OK)
		result = prepare_views(&evidence);
	if (result == OK)
		*ret_evidence = evidence;
	return result;
}

bool evidence_has_content(const struct evidence *evidence)
{
	return evidence->usable_count > 0;
}

bool evidence_reached_server(const struct evidence *evidence)
{
	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const enum condition condition = evidence->views[i].condition;

		if (condition != CONDITION_NOT_ASKED && condition != CONDITION_UNREACHABLE)
			return true;
	}
	return false;
}

bool view_is_before(const struct view *left, const struct view *right)
{
	const struct ip *ours = &left->server->ip;
	const struct ip *theirs = &right->server->ip;

	if (ours->family != theirs->family)
		return ours->family < theirs->family;
	return memcmp(ours->octets, theirs->octets, sizeof(ours->octets)) < 0;
}

bool view_is_signed(const struct view *view)
{
	return view->condition == CONDITION_USABLE && view->speaks_edns &&
	       view->answers[QUESTION_DNSKEY].rrset.count > 0;
}

bool evidence_is_signed(const struct evidence *evidence)
{
	for (uint8_t i = 0; i < evidence->observation->server_count; i++)
		if (view_is_signed(&evidence->views[i]))
			return true;
	return false;
}

bool evidence_is_validated(const struct evidence *evidence)
{
	for (uint16_t i = 0; i < evidence->ds.count; i++) {
		struct ds_rdata ds;

		if (rdata_ds(evidence->ds.records[i], &ds) == 0 &&
		    algorithm_supported(ds.algorithm) && digest_supported(ds.digest_type))
			return true;
	}
	return false;
}

bool evidence_has_dnssec_ground(const struct evidence *evidence)
{
	return evidence->secure_ground_count > 0;
}

bool evidence_is_beyond_us(const struct evidence *evidence)
{
	bool any_key = false;

	for (uint8_t i = 0; i < evidence->observation->server_count; i++) {
		const struct view *view = &evidence->views[i];

		if (!view_is_signed(view))
			continue;
		const struct rrset *keys = &view->answers[QUESTION_DNSKEY].rrset;

		for (uint16_t k = 0; k < keys->count; k++) {
			struct dnskey_rdata key;

			if (rdata_dnskey(keys->records[k], &key) < 0)
				continue;
			if (algorithm_supported(key.algorithm))
				return false;
			any_key = true;
		}
	}
	return any_key;
}

bool evidence_names_at_parent(const struct evidence *evidence, const uint8_t *name)
{
	for (uint16_t i = 0; i < evidence->parent_ns.count; i++) {
		const uint8_t *target = rdata_target(evidence->parent_ns.records[i]);

		if (target && name_equal(target, name))
			return true;
	}
	return false;
}

const struct record *evidence_apex_alias(const struct evidence *evidence,
					 const struct message *message)
{
	if (!(message->flags & FLAG_AA))
		return NULL;
	return message_find(message, 1u << SECTION_ANSWER, evidence->observation->domain,
			    TYPE_CNAME);
}

const struct exchange *view_exchange_with(const struct view *view, uint16_t message)
{
	for (unsigned question = 0; question < QUESTION_COUNT; question++) {
		const struct exchange *exchange = view->answers[question].exchange;

		if (exchange && exchange->message == message)
			return exchange;
	}
	return NULL;
}

const struct host *evidence_next_host(const struct evidence *evidence, enum host_state state,
				      uint8_t *cursor)
{
	const struct observation *observation = evidence->observation;

	assert(*cursor <= observation->host_count);
	while (*cursor < observation->host_count) {
		const struct host *host = &observation->hosts[(*cursor)++];

		if (host->state == state)
			return host;
	}
	return NULL;
}

bool evidence_knows_hosts(const struct evidence *evidence)
{
	static const enum host_state unknown[] = {
		HOST_NOT_LOOKED_UP,
		HOST_UNREACHABLE,
		HOST_LIMIT,
		HOST_BOGUS,
	};

	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		uint8_t cursor = 0;

		if (evidence_next_host(evidence, unknown[i], &cursor))
			return false;
	}
	return true;
}

const char *evidence_name(const struct evidence *evidence, const uint8_t *name)
{
	char text[NAME_TEXT_MAX];

	return arena_text(evidence->arena, name_to_text(name, text));
}
