/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A zone given to whoever asks (RFC 5936 s2.2): the SOA, everything else, the SOA again, in as many
 * messages as it takes. Each is made anew from the view, which stays as it is.
 */
#include "dns/wire/type.h"
#include "world/manners_private.h"
#include "world/whole_private.h"

#include <assert.h>

/* Records go into one message up to so many octets uncompressed: little, so that ordinary zones
 * take several. */
#define MESSAGE_OCTETS 2048u
/* Type, class, TTL, length of the RDATA. */
#define RECORD_FIXED_OCTETS 10u

static bool put_soa_first(const struct whole *whole)
{
	for (uint32_t i = 0; i < whole->count; i++) {
		if (whole->records[i].type != TYPE_SOA)
			continue;
		const struct record soa = whole->records[i];
		whole->records[i] = whole->records[0];
		whole->records[0] = soa;
		return true;
	}
	return false;
}

/* The end of the message that begins with the record at `from`, of `count` and the SOA again. */
static uint32_t message_end(const struct whole *whole, uint32_t from)
{
	size_t octets = 0;
	uint32_t at = from;
	while (at <= whole->count) {
		const struct record *record = &whole->records[at < whole->count ? at : 0];
		octets += name_size(record->owner) + RECORD_FIXED_OCTETS + record->rdata_size;
		if (at > from && octets > MESSAGE_OCTETS)
			break;
		at++;
	}
	return at;
}

static size_t answer_part(const struct manners_turn *turn, const struct whole *whole)
{
	struct query_facts facts = *turn->facts;
	struct answer answer = {.rcode = RCODE_NOERROR, .is_authoritative = true};
	uint32_t from = 0;
	uint32_t end = message_end(whole, from);
	for (uint32_t part = 0; part < turn->part && end <= whole->count; part++) {
		from = end;
		end = message_end(whole, from);
	}
	const struct record **pointers =
		arena_take_array(authority_scratch(turn->authority), end - from, sizeof(*pointers));
	if (!pointers)
		return reply_bare(turn->facts, 0, RCODE_SERVFAIL, turn->buffer);
	for (uint32_t i = from; i < end; i++)
		pointers[i - from] = &whole->records[i < whole->count ? i : 0];
	answer.items[answer.count++] = (struct answer_item){
		.records = pointers, .count = (uint16_t)(end - from), .section = SECTION_ANSWER};
	if (turn->part > 0)
		facts.name = NULL; /* the question may be left out (RFC 5936 s2.2.1) */
	*turn->continues = end <= whole->count;
	return reply_answer(&facts, &answer, turn->buffer);
}

size_t transfer_answer(const struct manners_turn *turn)
{
	const struct view_source *source = authority_source(turn->authority);
	const struct world *world = source->world;
	const uint8_t *name = turn->facts->lower.octets;
	const uint32_t zone = world_zone_served(world, turn->server, name);
	struct whole whole = {.count = 0};
	struct view *view;
	assert(turn->continues != NULL && turn->facts->is_stream);
	if (zone == NONE || !name_equal(world->zones[zone].name, name))
		return reply_bare(turn->facts, 0, RCODE_NOTAUTH, turn->buffer);
	if (authority_view(turn->authority, zone,
			   view_variant(world, turn->server, &world->zones[zone]), &view) != OK ||
	    whole_gather(source, view, authority_scratch(turn->authority), &whole) != OK ||
	    !put_soa_first(&whole))
		return reply_bare(turn->facts, 0, RCODE_SERVFAIL, turn->buffer);
	return answer_part(turn, &whole);
}
