/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cryptography of what was received: every signature in every distinct answer, by the DNSKEY
 * set of the server that gave it. Whether it is in its time, and what follows, is for the judges.
 */
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "gather/scan/scan_private.h"

#include <assert.h>

/* Signatures verified for one domain, 76 microseconds each with P-256: an honest one with two keys
 * and eight name servers that all answer differently stays below (KeyTrap, CVE-2023-50387). */
#define VERIFICATIONS_MAX 256
/* Records of one message in which signatures are looked for; twelve questions have some 20 each. */
#define PROOF_RECORDS_MAX 512

struct walked {
	struct message message;
	struct rrset dnskeys; /* of a key message; count 0: not looked for yet */
	bool is_walked;
	bool is_wanted;
	uint8_t server; /* the first that gave it */
};

struct proving {
	struct domain *domain;
	struct arena *arena;
	struct walked *walked; /* parallel to the observation's messages */
	const struct rrset *dnskeys;
	uint16_t message; /* at work on */
	uint16_t key_message;
	unsigned int verifications;
};

static bool proving_walk(struct proving *proving, uint16_t index)
{
	const struct observation *observation = &proving->domain->builder.observation;
	assert(index < observation->message_count);
	struct walked *walked = &proving->walked[index];
	const struct kept_message *kept = &observation->messages[index];
	if (!walked->is_walked &&
	    message_walk(proving->arena, kept->wire, kept->size, &walked->message) != OK)
		return false;
	walked->is_walked = true;
	return true;
}

/* The DNSKEY set of the server itself; else of any other that has one. */
static void choose_keys(struct proving *proving, uint8_t server)
{
	const struct domain *domain = proving->domain;
	assert(server < domain->builder.observation.server_count);
	proving->dnskeys = NULL;
	proving->key_message = domain->facts[server].key_message;
	for (unsigned int i = 0;
	     proving->key_message == MESSAGE_NONE && i < domain->builder.observation.server_count;
	     i++)
		proving->key_message = domain->facts[i].key_message;
	if (proving->key_message == MESSAGE_NONE || !proving_walk(proving, proving->key_message))
		return;
	struct walked *keys = &proving->walked[proving->key_message];
	if (keys->dnskeys.count == 0 &&
	    message_rrset(proving->arena, &keys->message,
			  &(struct rrset_key){1u << SECTION_ANSWER,
					      domain->builder.observation.domain, TYPE_DNSKEY},
			  &keys->dnskeys) != OK)
		return;
	proving->dnskeys = &keys->dnskeys;
}

static void prove_signature(struct proving *proving, const struct rrset *rrset,
			    const struct record *signature)
{
	struct rrsig_rdata rrsig;
	const struct message *message = &proving->walked[proving->message].message;
	assert(signature >= message->records && signature->type == TYPE_RRSIG);
	struct proof proof = {
		.message = proving->message,
		.record = (uint16_t)(signature - message->records),
		.key_message = proving->dnskeys != NULL ? proving->key_message : MESSAGE_NONE,
	};
	enum signature_result result = SIGNATURE_NO_KEY;
	const struct record *key = NULL;
	if (rdata_rrsig(signature, &rrsig) != OK) {
		result = SIGNATURE_MALFORMED;
	} else {
		proof.key_tag = rrsig.key_tag;
		if (proving->verifications == VERIFICATIONS_MAX) {
			result = SIGNATURE_NOT_CHECKED;
		} else if (proving->dnskeys != NULL) {
			proving->verifications++;
			result = verifier_check_keys(proving->domain->scan->verifier, rrset,
						     signature, proving->dnskeys, &key);
		}
	}
	proof.result = (uint8_t)result;
	struct dnskey_rdata dnskey;
	if (key != NULL && rdata_dnskey(key, &dnskey) == OK) {
		proof.key_is_sep = (dnskey.flags & DNSKEY_SEP) != 0;
		proof.key_is_revoked = (dnskey.flags & DNSKEY_REVOKE) != 0;
	}
	if (observation_proof(&proving->domain->builder, &proof) != OK)
		proving->domain->builder.observation.cut_short = true;
}

static uint16_t covered_type(const struct record *signature)
{
	return signature->rdata_size < 2
		       ? 0
		       : (uint16_t)(signature->rdata[0] << 8 | signature->rdata[1]);
}

/* The first of those that cover the same RRset? */
static bool is_first(const struct message *message, uint16_t index)
{
	const struct record *signature = &message->records[index];
	for (uint16_t i = 0; i < index; i++) {
		const struct record *other = &message->records[i];
		if (other->type == TYPE_RRSIG && other->class == CLASS_IN &&
		    other->section == signature->section &&
		    covered_type(other) == covered_type(signature) &&
		    name_equal(other->owner, signature->owner))
			return false;
	}
	return true;
}

static void prove_message(struct proving *proving)
{
	const struct message *message = &proving->walked[proving->message].message;
	uint16_t count = message->record_count < PROOF_RECORDS_MAX ? message->record_count
								   : PROOF_RECORDS_MAX;
	for (uint16_t i = 0; i < count; i++) {
		const struct record *record = &message->records[i];
		struct rrset rrset;
		if (record->type != TYPE_RRSIG || record->class != CLASS_IN ||
		    !is_first(message, i) ||
		    message_rrset(proving->arena, message,
				  &(struct rrset_key){1u << record->section, record->owner,
						      covered_type(record)},
				  &rrset) != OK)
			continue;
		for (uint16_t j = 0; j < rrset.signature_count; j++)
			prove_signature(proving, &rrset, rrset.signatures[j]);
	}
}

/* The parent's messages are proven with its own keys (ds_security); a shared probe is about another
 * domain, and what comes of odd questions is no content. */
static void choose_messages(struct proving *proving)
{
	const struct observation *observation = &proving->domain->builder.observation;
	for (uint16_t i = 0; i < observation->exchange_count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];
		if (exchange->message == MESSAGE_NONE || exchange->server == SERVER_PARENT ||
		    exchange->kind != PROBE_PLAIN || (exchange->flags & EXCHANGE_SHARED) != 0)
			continue;
		struct walked *walked = &proving->walked[exchange->message];
		if (walked->is_wanted)
			continue;
		walked->is_wanted = true;
		walked->server = exchange->server;
	}
}

void domain_prove(struct domain *domain)
{
	struct observation *observation = &domain->builder.observation;
	struct proving proving = {.domain = domain, .arena = &domain->scan->scratch};
	if (observation->message_count == 0)
		return;
	arena_reset(proving.arena);
	proving.walked = arena_take_array(proving.arena, observation->message_count,
					  sizeof(*proving.walked));
	if (proving.walked == NULL) {
		observation->cut_short = true;
		return;
	}
	choose_messages(&proving);
	for (uint16_t i = 0; i < observation->message_count; i++) {
		if (!proving.walked[i].is_wanted)
			continue;
		proving.message = i;
		if (!proving_walk(&proving, i)) {
			observation->cut_short = true;
			return;
		}
		choose_keys(&proving, proving.walked[i].server);
		prove_message(&proving);
	}
}
