/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/map.h"
#include "base/memory.h"
#include "dns/wire/type.h"
#include "world/manners_private.h"
#include "world/query_private.h"
#include "world/respond_private.h"
#include "world/tsig_private.h"

#include <assert.h>
#include <string.h>

/* Delay of a slow server: well above the threshold of 300 ms, well below any time-out. */
#define SLOW_MS 400u
/* Questions whose attempts lossy servers count at a time. One that finds its bucket full of others
 * takes the place of the first: with thousands open at a time that hardly ever happens. */
#define ATTEMPTS_SLOTS 65536u
#define ATTEMPTS_A_BUCKET 8u
#define GARBAGE_OCTETS 40u
/* RFC 1035 s4.2.1. */
#define ROOM_PLAIN 512u

struct attempt {
	uint64_t key;
	uint32_t count;
};

struct responder {
	struct authority *authority;
	const struct world *world;
	struct attempt *attempts;
	uint32_t *canned_counts;
	struct responder_counts counts;
	FILE *log; /* or NULL */
};

/* What one question has come to. */
struct turn {
	struct responder *responder;
	const struct ask *ask;
	uint32_t server; /* or NONE */
	uint64_t behaviours;
	uint64_t number; /* of server and question: dice for what the seed decides */
	struct query_facts facts;
	struct signed_ask signature;
	uint8_t *buffer;
	bool continues; /* the answer has another message */
};

int responder_new(struct authority *authority, struct responder **ret_responder)
{
	struct responder *responder = memory_take_zeroed(1, sizeof(*responder));
	if (!responder)
		return ERR_MEMORY;
	responder->authority = authority;
	responder->world = authority_source(authority)->world;
	responder->attempts = memory_take_zeroed(ATTEMPTS_SLOTS, sizeof(struct attempt));
	responder->canned_counts =
		memory_take_zeroed(responder->world->canned_count + 1u, sizeof(uint32_t));
	if (!responder->attempts || !responder->canned_counts) {
		responder_free(responder);
		return ERR_MEMORY;
	}
	*ret_responder = responder;
	return 0;
}

void responder_free(struct responder *responder)
{
	if (!responder)
		return;
	memory_give(responder->attempts);
	memory_give(responder->canned_counts);
	memory_give(responder);
}

void responder_log(struct responder *responder, FILE *log)
{
	responder->log = log;
}

/* At once, so that whoever waits for an answer finds the question there. */
static void log_question(FILE *log, const struct ask *ask, const struct query_facts *facts)
{
	char address[ADDRESS_TEXT_MAX];
	char name[NAME_TEXT_MAX];
	char type[TYPE_TEXT_MAX];
	address_to_text(&ask->local, address);
	(void)fprintf(log, "%s %s %s %s\n", ask->is_stream ? "TCP" : "UDP", address,
		      facts->name ? name_to_text(facts->lower.octets, name) : "-",
		      facts->name ? type_to_text(facts->type, type) : "-");
	(void)fflush(log);
}

struct responder_counts responder_counts(const struct responder *responder)
{
	return responder->counts;
}

bool responder_has_tcp(const struct responder *responder, const struct address *local)
{
	const struct world *world = responder->world;
	for (uint32_t i = 0; i < world->canned_count; i++) {
		if (address_same_host(&world->canned[i].at, local))
			return true;
	}
	uint32_t server = world_server_at(world, local);
	return server != NONE &&
	       !(world->servers[server].behaviours &
		 (BEHAVIOUR_BIT(BEHAVIOUR_NO_TCP) | BEHAVIOUR_BIT(BEHAVIOUR_SILENT)));
}

/* ---- canned conversations ---- */

static const struct canned *find_canned(const struct turn *turn)
{
	const struct canned_question question = {
		.at = &turn->ask->local,
		.name = turn->facts.lower.octets,
		.type = turn->facts.type,
		.transport = turn->ask->is_stream ? CANNED_TCP : CANNED_UDP,
	};
	return world_canned(turn->responder->world, &question);
}

static struct response respond_canned(const struct turn *turn, const struct canned *canned)
{
	assert(canned->reply_count > 0);
	uint32_t *count = &turn->responder->canned_counts[canned - turn->responder->world->canned];
	uint32_t at = *count < canned->reply_count ? *count : canned->reply_count - 1;
	const struct canned_reply *reply = &canned->replies[at];
	++*count;
	if (reply->is_silent)
		return (struct response){.size_bytes = 0};
	return (struct response){.size_bytes = reply_canned(&turn->facts, reply, turn->buffer),
				 .delay_ms = reply->delay_ms,
				 .drip_ms = reply->drip_ms};
}

/* ---- behaviours ---- */

static bool behaves(const struct turn *turn, enum behaviour behaviour)
{
	return (turn->behaviours & BEHAVIOUR_BIT(behaviour)) != 0;
}

/* What sets odd questions of the same name and type apart; plain ones have nothing of it. */
#define ODD_OCTETS 10u
static size_t put_oddness(const struct query_facts *facts, uint8_t *octets)
{
	const uint16_t words[ODD_OCTETS / 2] = {
		facts->class, facts->edns_flags, facts->unknown_option,
		(uint16_t)((facts->flags & FLAG_RD) | (facts->room <= ROOM_PLAIN ? 1u : 0u)),
		facts->signed_under};
	bool is_odd = facts->class != CLASS_IN || facts->edns_flags != 0 ||
		      facts->unknown_option != 0 || (facts->flags & FLAG_RD) ||
		      facts->signed_under != 0 ||
		      (facts->has_edns && !facts->is_stream && facts->room <= ROOM_PLAIN);
	if (!is_odd)
		return 0;
	memcpy(octets, words, sizeof(words));
	return sizeof(words);
}

/* The same for every attempt at this question at this address. */
static uint64_t question_number(const struct turn *turn)
{
	uint8_t key[NAME_MAX_OCTETS + 2 + ODD_OCTETS + sizeof(struct address)];
	const struct query_facts *facts = &turn->facts;
	size_t size = name_copy(key, turn->facts.lower.octets);
	key[size++] = (uint8_t)(turn->facts.type >> 8);
	key[size++] = (uint8_t)turn->facts.type;
	size += put_oddness(facts, key + size);
	memcpy(key + size, &turn->ask->local, sizeof(struct address));
	return world_number(turn->responder->world, key, size + sizeof(struct address), 0x6c6f7373);
}

static struct attempt *attempt_of(const struct turn *turn)
{
	size_t first = turn->number % ATTEMPTS_SLOTS / ATTEMPTS_A_BUCKET * ATTEMPTS_A_BUCKET;
	struct attempt *bucket = &turn->responder->attempts[first];
	struct attempt *chosen = bucket;
	for (size_t i = 0; i < ATTEMPTS_A_BUCKET; i++) {
		if (bucket[i].key == turn->number)
			return &bucket[i];
		if (bucket[i].count == 0)
			chosen = &bucket[i];
	}
	*chosen = (struct attempt){.key = turn->number};
	return chosen;
}

/* A lossy server drops the first one or two attempts, and begins anew once it has answered. */
static bool is_lost(const struct turn *turn)
{
	struct attempt *attempt = attempt_of(turn);
	uint32_t drops = 1 + (uint32_t)(turn->number >> 40 & 1);
	if (attempt->count++ < drops)
		return true;
	attempt->count = 0;
	return false;
}

/* The right id, so that it is not taken for somebody else's, and then nothing that makes sense. */
static size_t write_garbage(const struct turn *turn)
{
	static const uint8_t head[] = {0x80, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};
	uint8_t *buffer = turn->buffer;
	buffer[0] = (uint8_t)(turn->facts.id >> 8);
	buffer[1] = (uint8_t)turn->facts.id;
	if (turn->number & 1) { /* the header is cut off */
		memcpy(buffer + 2, head, 5);
		return 7;
	}
	memcpy(buffer + 2, head, sizeof(head));
	for (size_t i = 12; i < GARBAGE_OCTETS; i++)
		buffer[i] = (uint8_t)(0x80 | turn->number >> i % 32); /* label types 10 and 11 */
	buffer[12] = 0x80;
	return GARBAGE_OCTETS;
}

/* Nothing, or up to the root, where every resolver has begun (RFC 9499 s7). */
static size_t write_lame(const struct turn *turn)
{
	const struct answer answer = {.rcode = RCODE_NOERROR};
	if (turn->server & 1)
		return reply_answer(&turn->facts, &answer, turn->buffer);
	return manners_refer_upward(turn->responder->world, &turn->facts, turn->buffer);
}

/* How a server takes types that it does not know; each in its own way. */
static size_t write_unknown_type(const struct turn *turn)
{
	switch (turn->server % 3) {
	case 0:
		return 0;
	case 1:
		return reply_bare(&turn->facts, 0, RCODE_NOTIMP, turn->buffer);
	default:
		return reply_bare(&turn->facts, FLAG_AA, RCODE_NXDOMAIN, turn->buffer);
	}
}

/* What comes instead of an answer; false when an answer is due. */
static bool misbehave(const struct turn *turn, size_t *ret_size)
{
	if (turn->server == NONE || behaves(turn, BEHAVIOUR_SILENT))
		*ret_size = 0;
	else if (!turn->ask->is_stream && behaves(turn, BEHAVIOUR_LOSSY) && is_lost(turn))
		*ret_size = 0;
	else if (behaves(turn, BEHAVIOUR_REFUSING) ||
		 (turn->ask->is_encrypted && behaves(turn, BEHAVIOUR_TRANSPORT_DIFFERS)))
		*ret_size = reply_bare(&turn->facts, 0, RCODE_REFUSED, turn->buffer);
	else if (behaves(turn, BEHAVIOUR_SERVFAIL))
		*ret_size = reply_bare(&turn->facts, 0, RCODE_SERVFAIL, turn->buffer);
	else if (behaves(turn, BEHAVIOUR_LAME))
		*ret_size = write_lame(turn);
	else if (behaves(turn, BEHAVIOUR_GARBAGE))
		*ret_size = write_garbage(turn);
	else if (turn->facts.type == TYPE_DNSKEY && behaves(turn, BEHAVIOUR_NO_DNSKEY))
		*ret_size = reply_bare(&turn->facts, 0, RCODE_SERVFAIL, turn->buffer);
	else if ((turn->facts.type == TYPE_CDS || turn->facts.type == TYPE_CDNSKEY) &&
		 behaves(turn, BEHAVIOUR_UNKNOWN_TYPES))
		*ret_size = write_unknown_type(turn);
	else if (!turn->ask->is_stream && behaves(turn, BEHAVIOUR_TRUNCATING))
		*ret_size = reply_bare(&turn->facts, FLAG_TC, RCODE_NOERROR, turn->buffer);
	else
		return false;
	return true;
}

/* ---- answers ---- */

static struct manners_turn manners_of(struct turn *turn)
{
	return (struct manners_turn){.authority = turn->responder->authority,
				     .facts = &turn->facts,
				     .behaviours = turn->behaviours,
				     .server = turn->server,
				     .buffer = turn->buffer,
				     .part = turn->ask->part,
				     .continues = &turn->continues};
}

/* A server from before EDNS does not know what the OPT record is for (RFC 6891 s7). */
static size_t refuse_edns(const struct turn *turn)
{
	struct query_facts plain = turn->facts;
	plain.has_edns = false;
	return reply_bare(&plain, 0, RCODE_FORMERR, turn->buffer);
}

static size_t answer_zone(struct turn *turn)
{
	const struct query_facts *facts = &turn->facts;
	struct answer answer;
	/* A client that may have the zone has its current version: that is all there is. */
	const bool is_poll =
		facts->type == TYPE_IXFR && turn->signature.is_signed && turn->signature.error == 0;
	if (facts->class != CLASS_IN || facts->type == TYPE_AXFR ||
	    (facts->type == TYPE_IXFR && !is_poll))
		return reply_bare(facts, 0, RCODE_REFUSED, turn->buffer);
	const struct answer_question question = {
		.server = turn->server,
		.name = facts->lower.octets,
		.type = is_poll ? TYPE_SOA : facts->type,
		.dnssec_ok = facts->dnssec_ok,
	};
	if (authority_answer(turn->responder->authority, &question, &answer)) {
		turn->responder->counts.failed++;
		return reply_bare(facts, 0, RCODE_SERVFAIL, turn->buffer);
	}
	const struct manners_turn manners = manners_of(turn);
	answer.rcode = manners_rcode(&manners, &answer);
	return reply_answer(facts, &answer, turn->buffer);
}

static size_t respond_fully(struct turn *turn)
{
	size_t size;
	if (turn->facts.has_edns && behaves(turn, BEHAVIOUR_NO_EDNS))
		return refuse_edns(turn);
	struct name lower = turn->facts.lower;
	const uint8_t *asked = turn->facts.name;
	if (behaves(turn, BEHAVIOUR_WRONG_CASE))
		turn->facts.name = lower.octets;
	const struct manners_turn manners = manners_of(turn);
	manners_spoil(turn->behaviours, turn->server, &turn->facts);
	if (!misbehave(turn, &size)) {
		if (turn->signature.is_signed && turn->signature.error != 0)
			size = reply_bare(&turn->facts, 0, RCODE_NOTAUTH, turn->buffer);
		else if (!manners_misbehave(&manners, &size))
			size = answer_zone(turn);
	}
	if (size > 2 && behaves(turn, BEHAVIOUR_WRONG_ID)) {
		turn->buffer[0] ^= 0x5a;
		turn->buffer[1] ^= 0xa5;
	}
	turn->facts.name = asked;
	return size;
}

static size_t respond_unsound(struct turn *turn, enum query_state state)
{
	bool is_dead = turn->server == NONE || behaves(turn, BEHAVIOUR_SILENT);
	const struct manners_turn manners = manners_of(turn);
	size_t size;
	if (state == QUERY_IGNORED || is_dead)
		return 0;
	if (manners_misbehave_unsound(&manners, state, &size))
		return size;
	uint16_t rcode = state == QUERY_MALFORMED     ? RCODE_FORMERR
			 : state == QUERY_BAD_VERSION ? RCODE_BADVERS
						      : RCODE_NOTIMP;
	return reply_bare(&turn->facts, 0, rcode, turn->buffer);
}

struct response respond(struct responder *responder, const struct ask *ask, uint8_t *buffer)
{
	assert(ask->local.family != ADDRESS_NONE && buffer != NULL);
	struct arena *arena = authority_scratch(responder->authority);
	arena_reset(arena);
	responder->counts.asked++;
	struct turn turn = {
		.responder = responder,
		.ask = ask,
		.server = world_server_at(responder->world, &ask->local),
		.buffer = buffer,
	};
	const uint8_t *name = NULL;
	if (turn.server != NONE) {
		turn.behaviours = responder->world->servers[turn.server].behaviours;
		name = responder->world->servers[turn.server].name;
	}
	struct response response = {.size_bytes = 0};
	enum query_state state = query_read(arena, ask, name, &turn.facts);
	if (turn.server != NONE && responder->world->servers[turn.server].without_cookies)
		manners_drop_cookie(&turn.facts);
	if (responder->log && ask->part == 0)
		log_question(responder->log, ask, &turn.facts);
	const struct canned *canned = state == QUERY_SOUND ? find_canned(&turn) : NULL;
	if (canned) {
		response = respond_canned(&turn, canned);
	} else if (state != QUERY_SOUND) {
		response.size_bytes = respond_unsound(&turn, state);
	} else {
		signed_ask_read(responder->world, turn.behaviours, ask, &turn.facts,
				&turn.signature);
		if (turn.behaviours)
			turn.number = question_number(&turn);
		response.size_bytes = respond_fully(&turn);
		/* One after the other, in their order. */
		response.delay_ms = behaves(&turn, BEHAVIOUR_SLOW) ? SLOW_MS + ask->part : 0;
		response.continues = turn.continues && response.size_bytes > 0;
	}
	response.source = turn.server == NONE ? ask->local
					      : manners_source(responder->world, turn.behaviours,
							       turn.server, &ask->local);
	if (ask->is_encrypted && !behaves(&turn, BEHAVIOUR_NO_PADDING))
		response.size_bytes = answer_pad(arena, buffer, response.size_bytes, &turn.facts);
	if (!response.continues && ask->part == 0)
		response.size_bytes = signed_ask_answer(responder->world, &turn.signature, buffer,
							response.size_bytes);
	responder->counts.answered += response.size_bytes > 0;
	return response;
}
