/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bytes.h"
#include "dns/wire/type.h"
#include "world/manners_private.h"

#include <assert.h>
#include <string.h>

#define OPCODE_UPDATE_BITS (5u << 11)
#define OPCODE_BITS 0x7800u
#define SMALL_ROOM 512u
#define OPTION_HEAD_OCTETS 4u
#define COOKIE_OPTION_OCTETS (OPTION_HEAD_OCTETS + 24u)
#define COOKIE_SHORT_OCTETS 12u
#define COOKIE_LONG_OCTETS 48u
/* Of ANY: so many texts of so many octets each, 1,280 in all. */
#define TEXTS 5u
#define TEXT_OCTETS 255u
/* That much room must be there for them. */
#define LARGE_ROOM 2048u

static bool behaves(const struct manners_turn *turn, enum behaviour behaviour)
{
	assert(behaviour < BEHAVIOUR_COUNT);
	return (turn->behaviours & BEHAVIOUR_BIT(behaviour)) != 0;
}

static const struct world *world_of(const struct manners_turn *turn)
{
	return authority_source(turn->authority)->world;
}

/* ---- OPT ---- */

/* The cookie stands first among the options. */
static void spoil_cookie(uint32_t server, struct query_facts *facts)
{
	uint8_t *options = facts->options;
	const size_t wanted = server % 2 == 0 ? COOKIE_SHORT_OCTETS : COOKIE_LONG_OCTETS;
	if (facts->options_size < COOKIE_OPTION_OCTETS || options[1] != EDNS_COOKIE)
		return;
	const size_t rest = facts->options_size - COOKIE_OPTION_OCTETS;
	const size_t end = OPTION_HEAD_OCTETS + wanted;
	if (end + rest > sizeof(facts->options))
		return;
	memmove(options + end, options + COOKIE_OPTION_OCTETS, rest);
	if (end > COOKIE_OPTION_OCTETS)
		memset(options + COOKIE_OPTION_OCTETS, 0, end - COOKIE_OPTION_OCTETS);
	options[3] = (uint8_t)wanted;
	facts->options_size = end + rest;
}

/* The options are of our own making: the cookie is the first, or there is none. */
void manners_drop_cookie(struct query_facts *facts)
{
	const uint8_t *options = facts->options;
	if (facts->options_size < COOKIE_OPTION_OCTETS || options[0] != 0 ||
	    options[1] != EDNS_COOKIE)
		return;
	facts->options_size -= COOKIE_OPTION_OCTETS;
	memmove(facts->options, options + COOKIE_OPTION_OCTETS, facts->options_size);
}

void manners_spoil(uint64_t behaviours, uint32_t server, struct query_facts *facts)
{
	if ((behaviours & BEHAVIOUR_BIT(BEHAVIOUR_COOKIE_WRONG)) != 0)
		spoil_cookie(server, facts);
	if ((behaviours & BEHAVIOUR_BIT(BEHAVIOUR_EDNS_FLAGS)) != 0)
		facts->flags_back = facts->edns_flags;
	if ((behaviours & BEHAVIOUR_BIT(BEHAVIOUR_EDNS_OPTION)) != 0 && server % 2 != 0 &&
	    facts->unknown_option != 0 &&
	    facts->options_size + OPTION_HEAD_OCTETS <= sizeof(facts->options)) {
		uint8_t *end = facts->options + facts->options_size;
		end[0] = (uint8_t)(facts->unknown_option >> 8);
		end[1] = (uint8_t)facts->unknown_option;
		end[2] = end[3] = 0;
		facts->options_size += OPTION_HEAD_OCTETS;
	}
}

static size_t cut_without_edns(const struct manners_turn *turn)
{
	struct query_facts plain = *turn->facts;
	plain.has_edns = false;
	return reply_bare(&plain, FLAG_TC | FLAG_AA, RCODE_NOERROR, turn->buffer);
}

/* ---- answers of our own ---- */

/* One RRset in place of what the zone has. */
static size_t answer_with(const struct manners_turn *turn, const struct record *const *records,
			  uint16_t count, bool is_authoritative)
{
	struct answer answer = {.rcode = RCODE_NOERROR, .is_authoritative = is_authoritative};
	answer.items[answer.count++] =
		(struct answer_item){.records = records, .count = count, .section = SECTION_ANSWER};
	return reply_answer(turn->facts, &answer, turn->buffer);
}

static size_t answer_any(const struct manners_turn *turn)
{
	uint8_t texts[TEXTS][1 + TEXT_OCTETS];
	struct record records[TEXTS];
	const struct record *pointers[TEXTS];
	for (unsigned i = 0; i < TEXTS; i++) {
		texts[i][0] = TEXT_OCTETS;
		memset(texts[i] + 1, (int)('a' + i), TEXT_OCTETS);
		records[i] = (struct record){.owner = turn->facts->lower.octets,
					     .type = TYPE_TXT,
					     .class = CLASS_IN,
					     .ttl = 3600,
					     .rdata = texts[i],
					     .rdata_size = sizeof(texts[i])};
		pointers[i] = &records[i];
	}
	return answer_with(turn, pointers, TEXTS, true);
}

static size_t answer_version(const struct manners_turn *turn)
{
	static const uint8_t text[] = "\x09World 1.0";
	const struct record record = {.owner = turn->facts->lower.octets,
				      .type = TYPE_TXT,
				      .class = CLASS_CH,
				      .rdata = text,
				      .rdata_size = sizeof(text) - 1};
	const struct record *pointer = &record;
	return answer_with(turn, &pointer, 1, true);
}

/* As a resolver has it in its cache. */
static size_t answer_root_soa(const struct manners_turn *turn)
{
	static const uint8_t soa[2 + 5 * 4] = {0, 0, 0, 0, 0, 1};
	const struct record record = {.owner = (const uint8_t *)"",
				      .type = TYPE_SOA,
				      .class = CLASS_IN,
				      .ttl = 86400,
				      .rdata = soa,
				      .rdata_size = sizeof(soa)};
	const struct record *pointer = &record;
	struct query_facts facts = *turn->facts;
	struct manners_turn own = *turn;
	facts.flags |= FLAG_RA;
	own.facts = &facts;
	return answer_with(&own, &pointer, 1, false);
}

size_t manners_refer_upward(const struct world *world, const struct query_facts *facts,
			    uint8_t *buffer)
{
	struct answer answer = {.rcode = RCODE_NOERROR};
	const struct world_operator *root =
		&world->operators[world->zones[world->root].dns_operator];
	struct record record = {
		.owner = (const uint8_t *)"",
		.type = TYPE_NS,
		.class = CLASS_IN,
		.ttl = 518400,
		.rdata = world->servers[root->servers[0]].name,
	};
	record.rdata_size = (uint16_t)name_size(record.rdata);
	const struct record *pointer = &record;
	answer.items[answer.count++] = (struct answer_item){
		.records = &pointer,
		.count = 1,
		.section = SECTION_AUTHORITY,
	};
	return reply_answer(facts, &answer, buffer);
}

/* ---- when ---- */

static bool is_at_top(const struct manners_turn *turn)
{
	const struct world *world = world_of(turn);
	const uint32_t zone = world_zone_served(world, turn->server, turn->facts->lower.octets);
	return zone != NONE && (world->zones[zone].flags & ZONE_IS_TARGET) &&
	       name_equal(world->zones[zone].name, turn->facts->lower.octets);
}

/* Of the root, by a server that does not have it. */
static bool is_foreign_root(const struct manners_turn *turn)
{
	const struct query_facts *facts = turn->facts;
	return facts->lower.octets[0] == 0 && facts->class == CLASS_IN &&
	       world_zone_served(world_of(turn), turn->server, facts->lower.octets) == NONE;
}

static bool is_version(const struct query_facts *facts)
{
	return facts->class == CLASS_CH && facts->type == TYPE_TXT &&
	       name_equal(facts->lower.octets, (const uint8_t *)"\7version\4bind");
}

static bool misbehave_edns(const struct manners_turn *turn, size_t *ret_size)
{
	const struct query_facts *facts = turn->facts;
	if (!facts->has_edns)
		return false;
	if (behaves(turn, BEHAVIOUR_EDNS_OPTION) && facts->unknown_option != 0 &&
	    turn->server % 2 == 0)
		*ret_size = reply_bare(facts, 0, RCODE_FORMERR, turn->buffer);
	else if (behaves(turn, BEHAVIOUR_EDNS_LOST) && !facts->is_stream &&
		 facts->room <= SMALL_ROOM)
		*ret_size = cut_without_edns(turn);
	else if (behaves(turn, BEHAVIOUR_ANY_LARGE) && !facts->is_stream &&
		 facts->type == TYPE_ANY && facts->room >= LARGE_ROOM)
		*ret_size = answer_any(turn);
	else
		return false;
	return true;
}

bool manners_misbehave(const struct manners_turn *turn, size_t *ret_size)
{
	const struct query_facts *facts = turn->facts;
	assert(facts->name != NULL && turn->server != NONE);
	if (misbehave_edns(turn, ret_size))
		return true;
	if (behaves(turn, BEHAVIOUR_VERSION_SHOWN) && is_version(facts))
		*ret_size = answer_version(turn);
	else if (behaves(turn, BEHAVIOUR_UPWARD) && is_foreign_root(turn))
		*ret_size = manners_refer_upward(world_of(turn), facts, turn->buffer);
	else if (behaves(turn, BEHAVIOUR_RECURSING) && (facts->flags & FLAG_RD) &&
		 facts->type == TYPE_SOA && is_foreign_root(turn))
		*ret_size = answer_root_soa(turn);
	else if (behaves(turn, BEHAVIOUR_AAAA_WRONG) && facts->type == TYPE_AAAA && is_at_top(turn))
		*ret_size =
			reply_bare(facts, 0, turn->server % 2 == 0 ? RCODE_NOTIMP : RCODE_SERVFAIL,
				   turn->buffer);
	else if (behaves(turn, BEHAVIOUR_TRANSFER_OPEN) && facts->type == TYPE_AXFR &&
		 facts->is_stream)
		*ret_size = transfer_answer(turn);
	else
		return false;
	return true;
}

bool manners_misbehave_unsound(const struct manners_turn *turn, enum query_state state,
			       size_t *ret_size)
{
	const struct query_facts *facts = turn->facts;
	if (state == QUERY_OTHER_OPCODE && behaves(turn, BEHAVIOUR_UPDATE_OPEN) &&
	    (facts->flags & OPCODE_BITS) == OPCODE_UPDATE_BITS)
		*ret_size = reply_bare(facts, 0, RCODE_NOERROR, turn->buffer);
	else if (state == QUERY_BAD_VERSION && behaves(turn, BEHAVIOUR_EDNS_VERSION))
		*ret_size =
			reply_bare(facts, 0, turn->server % 2 == 0 ? RCODE_FORMERR : RCODE_NOERROR,
				   turn->buffer);
	else
		return false;
	return true;
}

uint16_t manners_rcode(const struct manners_turn *turn, const struct answer *answer)
{
	if (answer->rcode != RCODE_NXDOMAIN || turn->facts->dnssec_ok ||
	    !behaves(turn, BEHAVIOUR_ABSENT_WRONG))
		return answer->rcode;
	return turn->server % 2 == 0 ? RCODE_SERVFAIL : RCODE_NOERROR;
}

/* The next server's of the world that has one of the same family. */
struct address manners_source(const struct world *world, uint64_t behaviours, uint32_t server,
			      const struct address *asked)
{
	if ((behaviours & BEHAVIOUR_BIT(BEHAVIOUR_OTHER_SOURCE)) == 0)
		return *asked;
	for (uint32_t step = 1; step < world->server_count; step++) {
		const struct world_server *other =
			&world->servers[(server + step) % world->server_count];
		for (uint32_t i = 0; i < other->address_count; i++) {
			struct address source = other->addresses[i];
			if (source.family != asked->family || other->place != PLACE_BUILTIN)
				continue;
			source.port = asked->port;
			return source;
		}
	}
	return *asked;
}
