/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "dns/dnssec/zonemd.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "gather/scan/transfer_private.h"

#include <assert.h>
#include <string.h>

static_assert((int)ZONEMD_GOOD + 1 == (int)TRANSFER_DIGEST_GOOD &&
		      (int)ZONEMD_ABSENT + 1 == (int)TRANSFER_DIGEST_ABSENT &&
		      (int)ZONEMD_NO_SOA + 1 == (int)TRANSFER_DIGEST_NO_SOA &&
		      (int)ZONEMD_SERIAL + 1 == (int)TRANSFER_DIGEST_SERIAL &&
		      (int)ZONEMD_UNSUPPORTED + 1 == (int)TRANSFER_DIGEST_UNSUPPORTED &&
		      (int)ZONEMD_AMBIGUOUS + 1 == (int)TRANSFER_DIGEST_AMBIGUOUS &&
		      (int)ZONEMD_WRONG + 1 == (int)TRANSFER_DIGEST_WRONG,
	      "the observation's words are those of dns/dnssec");

/* Type, class, TTL, and the RDATA's length. */
#define RECORD_FIXED_OCTETS 10u
/* Most zones are small. */
#define FIRST_CHUNK_OCTETS 8192u
#define FIRST_RECORDS 64u
/* Owners are kept once for all records that follow one another, so that the zone's limit holds this
 * as well; the rest is what stays free at the end of chunks, and the first message. */
#define ARENA_OCTETS_MAX (2 * (size_t)TRANSFER_OCTETS_MAX)

/* A transfer under way; on the heap, since it may be large and ends before its domain does. */
struct taking {
	struct probe probe;
	struct arena arena;
	struct record *records; /* grows; what they point to is in the arena */
	uint32_t room;
	struct transfer told;
	uint8_t *first; /* the first message; NULL: no transfer began */
	size_t first_size;
};

static void taking_free(struct taking *taking)
{
	struct scan *scan = taking->probe.domain->scan;
	assert(scan->transfer_octets >= taking->told.octets);
	scan->transfer_octets -= taking->told.octets;
	arena_release(&taking->arena);
	memory_give(taking->records);
	memory_give(taking);
}

/* Does a transfer begin with that message (RFC 5936 s2.2)? */
static bool begins(const struct taking *taking, const struct message *message)
{
	const uint8_t *apex = taking->probe.domain->builder.observation.domain;
	const struct record *first = message->record_count > 0 ? &message->records[0] : NULL;
	return message->rcode == RCODE_NOERROR && first != NULL &&
	       first->section == SECTION_ANSWER && first->type == TYPE_SOA &&
	       first->class == CLASS_IN && name_equal(first->owner, apex);
}

static bool is_closing_soa(const struct taking *taking, const struct record *record)
{
	const struct record *first = taking->records;
	return taking->told.records > 0 && record->type == TYPE_SOA && first->type == TYPE_SOA &&
	       record->rdata_size == first->rdata_size &&
	       memcmp(record->rdata, first->rdata, first->rdata_size) == 0 &&
	       name_equal(record->owner, first->owner);
}

static bool make_room(struct taking *taking)
{
	if (taking->told.records < taking->room)
		return true;
	if (taking->room >= TRANSFER_RECORDS_MAX)
		return false;
	uint32_t room = taking->room == 0 ? FIRST_RECORDS : 2 * taking->room;
	if (room > TRANSFER_RECORDS_MAX)
		room = TRANSFER_RECORDS_MAX;
	struct record *records = memory_resize(taking->records, room * sizeof(*taking->records));
	if (records == NULL)
		return false;
	taking->records = records;
	taking->room = room;
	return true;
}

/* False: at a limit, of which memory is one. */
static bool keep(struct taking *taking, const struct record *record)
{
	struct scan *scan = taking->probe.domain->scan;
	struct transfer *told = &taking->told;
	const uint32_t size =
		(uint32_t)(name_size(record->owner) + RECORD_FIXED_OCTETS + record->rdata_size);
	if (size > TRANSFER_OCTETS_MAX - told->octets ||
	    size > TRANSFERS_OCTETS_MAX - scan->transfer_octets || !make_room(taking))
		return false;
	struct record kept = *record;
	const struct record *last = told->records > 0 ? &taking->records[told->records - 1] : NULL;
	kept.owner = last != NULL && name_equal(last->owner, record->owner)
			     ? last->owner
			     : arena_copy(&taking->arena, record->owner, name_size(record->owner));
	kept.rdata = arena_copy(&taking->arena, record->rdata, record->rdata_size);
	if (kept.owner == NULL || kept.rdata == NULL)
		return false;
	taking->records[told->records++] = kept;
	told->octets += size;
	scan->transfer_octets += size;
	return true;
}

/* How the transfer stands after the message: TRANSFER_CUT when another one must follow. */
static enum transfer_end take(struct taking *taking, const struct message *message)
{
	const uint8_t *apex = taking->probe.domain->builder.observation.domain;
	bool has_any = false;
	if (message->rcode != RCODE_NOERROR || message->fault != MESSAGE_SOUND)
		return TRANSFER_BROKEN;
	for (unsigned int i = 0; i < message->record_count; i++) {
		const struct record *record = &message->records[i];
		if (record->section != SECTION_ANSWER)
			continue;
		has_any = true;
		if (is_closing_soa(taking, record))
			return TRANSFER_WHOLE;
		/* What is not of the zone is not of its digest (RFC 8976 s3.3.1.1). */
		if (record->class == CLASS_IN && name_is_under(record->owner, apex) &&
		    !keep(taking, record))
			return TRANSFER_LIMIT;
	}
	/* Each message brings something, so that the limit of records is one of messages. */
	return has_any ? TRANSFER_CUT : TRANSFER_BROKEN;
}

static bool goes_on(void *context, const struct message *message)
{
	struct taking *taking = context;
	struct transfer *told = &taking->told;
	assert(told->messages == 0 || told->end == TRANSFER_CUT);
	if (told->messages == 0) {
		if (!begins(taking, message))
			return false;
		taking->first = arena_copy(&taking->arena, message->wire, message->wire_size);
		taking->first_size = message->wire_size;
		if (taking->first == NULL)
			return false;
	}
	told->messages++;
	told->end = (uint8_t)take(taking, message);
	return told->end == TRANSFER_CUT;
}

static void settle_digest(struct taking *taking)
{
	struct transfer *told = &taking->told;
	const uint8_t *apex = taking->probe.domain->builder.observation.domain;
	struct soa_rdata soa;
	if (told->records > 0 && rdata_soa(&taking->records[0], &soa) == OK)
		told->serial = soa.serial;
	if (told->end == TRANSFER_WHOLE)
		told->digest = (uint8_t)(zonemd_verify(apex, taking->records, told->records) + 1);
}

/* The exchange is that of the first message, whatever became of the rest. */
static void record_begun(struct taking *taking, const struct exchange_result *result)
{
	struct domain *domain = taking->probe.domain;
	struct message first;
	struct exchange_result begun = *result;
	begun.outcome = EXCHANGE_ANSWER;
	begun.transport = EXCHANGE_TCP;
	begun.message = &first;
	settle_digest(taking);
	if (message_walk(&taking->arena, taking->first, taking->first_size, &first) != OK) {
		domain->builder.observation.cut_short = true;
		return;
	}
	(void)probe_record(&taking->probe, &begun);
	if (observation_transfer(&domain->builder, &taking->told) < 0)
		domain->builder.observation.cut_short = true;
}

static void transfer_ended(void *context, const struct exchange_result *result)
{
	struct taking *taking = context;
	struct domain *domain = taking->probe.domain;
	if (!domain->scan->is_closing) {
		if (taking->first != NULL)
			record_begun(taking, result);
		else
			(void)probe_record(&taking->probe, result);
	}
	taking_free(taking);
	domain_settle(domain);
}

void transfer_ask(struct domain *domain, unsigned int server)
{
	struct taking *taking = memory_take_zeroed(1, sizeof(*taking));
	if (taking == NULL) {
		domain->builder.observation.cut_short = true;
		return;
	}
	arena_init(&taking->arena, ARENA_OCTETS_MAX, FIRST_CHUNK_OCTETS);
	taking->told = (struct transfer){.server = (uint8_t)server, .end = TRANSFER_CUT};
	taking->probe = (struct probe){.domain = domain,
				       .type = TYPE_AXFR,
				       .server = (uint8_t)server,
				       .kind = PROBE_TRANSFER,
				       .transport = EXCHANGE_TCP};
	const struct exchange_form form = {
		.is_alone = true,
		.without_edns = true,
		.goes_on = goes_on,
		.goes_on_context = taking,
	};
	const struct exchange_question question = {
		.server = server_address(&domain->builder.observation, server),
		.name = domain->builder.observation.domain,
		.type = TYPE_AXFR,
		.transport = EXCHANGE_TCP,
		.form = &form,
	};
	if (transport_ask(domain->scan->transport, &question, transfer_ended, taking) == OK) {
		domain->pending++;
		return;
	}
	taking_free(taking);
	domain->builder.observation.cut_short = true;
}
