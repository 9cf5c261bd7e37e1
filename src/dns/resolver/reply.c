/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/resolver/reply.h"

#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

/* Can everything that the message has to say be read? A bad OPT or octets after the end take
 * nothing from the records. */
static bool is_readable(const struct message *message)
{
	return message->fault == MESSAGE_SOUND || message->fault == MESSAGE_TRAILING ||
	       message->fault == MESSAGE_BAD_OPT;
}

/* NS records in the authority section of a zone strictly below the asked one, towards the name. */
static const uint8_t *find_child(const struct message *message,
				 const struct reply_question *question)
{
	for (size_t i = 0; i < message->record_count; i++) {
		const struct record *record = &message->records[i];
		if (record->section != SECTION_AUTHORITY || record->type != TYPE_NS ||
		    record->class != CLASS_IN)
			continue;
		if (name_is_under(record->owner, question->zone) &&
		    !name_equal(record->owner, question->zone) &&
		    name_is_under(question->name, record->owner))
			return record->owner;
	}
	return NULL;
}

static const struct record *find_in_answer(const struct message *message, const uint8_t *name,
					   uint16_t type)
{
	const struct record *record = message_find(message, 1u << SECTION_ANSWER, name, type);
	return record != NULL && record->class == CLASS_IN ? record : NULL;
}

/* Whatever the server chose to give (RFC 8482 s3); a CNAME is then an answer, too. */
static bool has_any(const struct message *message, const uint8_t *name)
{
	for (size_t i = 0; i < message->record_count; i++) {
		const struct record *record = &message->records[i];
		if (record->section == SECTION_ANSWER && record->class == CLASS_IN &&
		    name_equal(record->owner, name))
			return true;
	}
	return false;
}

static bool find_answer(const struct message *message, const struct reply_question *question,
			struct reply *reply)
{
	if (find_in_answer(message, question->name, question->type) != NULL ||
	    (question->type == TYPE_ANY && has_any(message, question->name))) {
		reply->kind = REPLY_ANSWER;
		return true;
	}
	const struct record *alias = find_in_answer(message, question->name, TYPE_CNAME);
	reply->target = alias != NULL ? rdata_target(alias) : NULL;
	if (reply->target == NULL)
		return false;
	reply->kind = REPLY_ALIAS;
	return true;
}

struct reply reply_read(const struct exchange_result *result, const struct reply_question *question)
{
	assert(name_is_under(question->name, question->zone));
	assert(result->outcome >= EXCHANGE_ANSWER && result->outcome <= EXCHANGE_NOT_ASKED);
	const struct message *message = result->message;
	struct reply reply = {.kind = REPLY_NONE, .message = message};
	if (result->outcome != EXCHANGE_ANSWER || message == NULL || !is_readable(message) ||
	    result->tcp_failed)
		return reply;
	reply.kind = REPLY_LAME;
	if (message->rcode != RCODE_NOERROR && message->rcode != RCODE_NXDOMAIN)
		return reply;
	const bool is_authoritative = (message->flags & FLAG_AA) != 0;
	if (is_authoritative && find_answer(message, question, &reply))
		return reply;
	if (message->rcode == RCODE_NXDOMAIN) {
		if (is_authoritative)
			reply.kind = REPLY_NXDOMAIN;
		return reply;
	}
	const unsigned authority = 1u << SECTION_AUTHORITY;
	const bool denies =
		is_authoritative && message_find(message, authority, NULL, TYPE_SOA) != NULL;
	reply.child = denies ? NULL : find_child(message, question);
	if (reply.child != NULL)
		reply.kind = REPLY_REFERRAL;
	else if (is_authoritative)
		reply.kind = REPLY_NODATA;
	return reply;
}

uint32_t reply_negative_ttl_s(const struct message *message, uint32_t otherwise_s)
{
	const struct record *record =
		message_find(message, 1u << SECTION_AUTHORITY, NULL, TYPE_SOA);
	struct soa_rdata soa;
	if (record == NULL || rdata_soa(record, &soa) != OK)
		return otherwise_s;
	return soa.minimum < record->ttl ? soa.minimum : record->ttl;
}
