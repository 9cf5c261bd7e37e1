/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/signatures.h"

#include "dns/dnssec/verify.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

static const struct proof *proof_of(const struct observation *observation, uint16_t message,
				    size_t record)
{
	for (uint16_t i = 0; i < observation->proof_count; i++) {
		const struct proof *proof = &observation->proofs[i];

		if (proof->message == message && proof->record == record)
			return proof;
	}
	return NULL;
}

static int64_t ending_s(const struct rrsig_rdata *rrsig)
{
	const int64_t part =
		(int64_t)(rrsig->expiration - rrsig->inception) / SIGNATURE_ENDING_PART;

	return part < SIGNATURE_ENDING_S ? part : SIGNATURE_ENDING_S;
}

static enum standing standing_in_time(const struct rrsig_rdata *rrsig, int64_t now_s)
{
	switch (signature_time(rrsig, now_s)) {
	case SIGNATURE_EXPIRED:
		return STANDING_EXPIRED;
	case SIGNATURE_FUTURE:
		return STANDING_FUTURE;
	case SIGNATURE_NOW:
		break;
	}
	return signature_time(rrsig, now_s + ending_s(rrsig)) == SIGNATURE_EXPIRED ? STANDING_ENDING
										   : STANDING_GOOD;
}

static enum standing standing_of(const struct rrsig_rdata *rrsig, const struct proof *proof,
				 int64_t now_s)
{
	if (!proof)
		return STANDING_UNCHECKED;
	switch ((enum signature_result)proof->result) {
	case SIGNATURE_GOOD:
		/* RFC 5011 s2.1: a revoked key vouches for nothing but its own revocation. */
		return proof->key_is_revoked ? STANDING_WRONG : standing_in_time(rrsig, now_s);
	case SIGNATURE_BAD:
	case SIGNATURE_MALFORMED:
	case SIGNATURE_NO_KEY:
		return STANDING_WRONG;
	case SIGNATURE_UNSUPPORTED:
		return STANDING_UNKNOWN;
	case SIGNATURE_NOT_CHECKED:
		break;
	}
	return STANDING_UNCHECKED;
}

enum standing signature_standing(const struct evidence *evidence, uint16_t message,
				 const struct record *record)
{
	const struct message *walked = &evidence->messages[message];
	struct rrsig_rdata rrsig;

	assert(record >= walked->records && record < walked->records + walked->record_count);
	if (rdata_rrsig(record, &rrsig) < 0)
		return STANDING_WRONG;
	return standing_of(&rrsig,
			   proof_of(evidence->observation, message,
				    (size_t)(record - walked->records)),
			   evidence->now_s);
}

static void judge_case(const struct evidence *evidence, struct signature_case *subject)
{
	subject->standing = STANDING_MISSING;
	for (uint16_t i = 0; i < subject->rrset.signature_count; i++) {
		const struct record *record = subject->rrset.signatures[i];
		const enum standing standing =
			signature_standing(evidence, subject->message, record);
		struct rrsig_rdata rrsig;

		if (rdata_rrsig(record, &rrsig) < 0 || standing >= subject->standing)
			continue;
		subject->standing = standing;
		subject->inception = rrsig.inception;
		subject->expiration = rrsig.expiration;
		subject->key_tag = rrsig.key_tag;
	}
}

/* Is this record the first of its RRset in the message, and one that the zone must sign? */
static bool begins_rrset(const struct evidence *evidence, const struct message *message,
			 uint16_t index)
{
	const struct record *record = &message->records[index];

	if (record->class != CLASS_IN || record->section == SECTION_ADDITIONAL ||
	    record->type == TYPE_RRSIG ||
	    !name_is_under(record->owner, evidence->observation->domain))
		return false;
	/* NS records below the apex are delegations, which nobody signs (RFC 4035 s2.2). */
	if (record->type == TYPE_NS && !name_equal(record->owner, evidence->observation->domain))
		return false;
	for (uint16_t i = 0; i < index; i++) {
		const struct record *earlier = &message->records[i];

		if (earlier->type == record->type && earlier->class == CLASS_IN &&
		    earlier->section == record->section &&
		    name_equal(earlier->owner, record->owner))
			return false;
	}
	return true;
}

static int judge_message(const struct evidence *evidence, uint16_t number, uint64_t servers,
			 struct signatures *signatures)
{
	const struct message *message = &evidence->messages[number];

	for (uint16_t i = 0; i < message->record_count; i++) {
		const struct record *record = &message->records[i];
		struct signature_case *subject = &signatures->cases[signatures->count];

		if (!begins_rrset(evidence, message, i))
			continue;
		*subject = (struct signature_case){
			.message = number,
			.servers = servers,
		};
		const int result = message_rrset(evidence->arena, message,
						 &(struct rrset_key){1u << record->section,
								     record->owner, record->type},
						 &subject->rrset);

		if (result < 0)
			return result;
		judge_case(evidence, subject);
		signatures->count++;
	}
	return OK;
}

/* An error for a name that exists is SERVER-TYPE-FAILS' or SERVER-UNKNOWN-TYPES' matter, and what
 * comes with it counts for nothing. */
static bool is_telling(const struct message *message)
{
	return message->flags & FLAG_AA && message->rcode == RCODE_NOERROR;
}

/* Which servers gave each message; returns an upper bound of their RRsets. */
static size_t find_sources(const struct evidence *evidence, uint64_t *sources)
{
	const struct observation *observation = evidence->observation;
	size_t record_count = 0;

	for (uint16_t i = 0; i < observation->exchange_count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];

		if (exchange->server == SERVER_PARENT || exchange->message == MESSAGE_NONE ||
		    exchange->kind != PROBE_PLAIN ||
		    exchange->flags & (EXCHANGE_SHARED | EXCHANGE_NO_EDNS) ||
		    !view_is_signed(&evidence->views[exchange->server]) ||
		    !is_telling(&evidence->messages[exchange->message]))
			continue;
		if (sources[exchange->message] == 0)
			record_count += evidence->messages[exchange->message].record_count;
		sources[exchange->message] |= UINT64_C(1) << exchange->server;
	}
	return record_count;
}

int signatures_judge(const struct evidence *evidence, struct signatures *ret_signatures)
{
	const uint16_t message_count = evidence->observation->message_count;
	struct signatures signatures = {.count = 0};
	uint64_t *sources = arena_take_array(evidence->arena, message_count + 1u, sizeof(*sources));

	if (!sources)
		return ERR_MEMORY;
	signatures.cases = arena_take_array(evidence->arena, find_sources(evidence, sources) + 1,
					    sizeof(*signatures.cases));
	if (!signatures.cases)
		return ERR_MEMORY;
	for (uint16_t i = 0; i < message_count; i++) {
		if (sources[i] == 0)
			continue;
		const int result = judge_message(evidence, i, sources[i], &signatures);

		if (result < 0)
			return result;
	}
	*ret_signatures = signatures;
	return OK;
}
