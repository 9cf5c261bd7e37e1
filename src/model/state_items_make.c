/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a state holds of look-ups, odd questions, sessions and routes; docs/format/state.md. */
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "model/state_items_private.h"

#include <assert.h>
#include <sodium/crypto_hash_sha256.h>
#include <string.h>

static_assert(STATE_DIGEST_OCTETS == crypto_hash_sha256_BYTES, "SHA-256");

/* Octets of an address, a port, a kind, a transport, a type, before a name. */
#define KEY_MAX (1 + 16 + 2 + 1 + 1 + 2 + NAME_MAX_OCTETS)

static struct state_data written(const struct writer *writer)
{
	assert(writer->error == OK && writer_used(writer) <= UINT16_MAX);
	return (struct state_data){.octets = writer->start, .size = (uint16_t)writer_used(writer)};
}

static void put_ip(struct writer *writer, const struct ip *ip)
{
	writer_u8(writer, ip->family);
	writer_octets(writer, ip->octets, ip->family == 4 ? 4 : 16);
}

/* --- look-ups ----------------------------------------------------------------------------------
 */

/* SOA: serial, refresh, retry, expire, minimum, each four octets, end the RDATA. */
#define SOA_NUMBERS_OCTETS 20

/* The record's data; of SOA without the serial, which moves whenever a zone is signed anew. */
static int lookup_data(struct state_maker *maker, const struct record *record,
		       struct state_data *ret_data)
{
	const uint8_t *octets = record->rdata;
	if (record->type == TYPE_SOA && record->rdata_size >= SOA_NUMBERS_OCTETS) {
		uint8_t *copy = arena_copy(maker->arena, record->rdata, record->rdata_size);
		if (copy == NULL)
			return ERR_MEMORY;
		memset(copy + record->rdata_size - SOA_NUMBERS_OCTETS, 0, 4);
		octets = copy;
	}
	*ret_data = (struct state_data){.octets = octets, .size = record->rdata_size};
	return OK;
}

/* How it ended, where aliases led, what was there. */
static int add_lookup(struct state_maker *maker, const struct lookup *lookup,
		      const struct message *message)
{
	uint8_t key[KEY_MAX];
	struct writer writer;
	struct rrset rrset = {.count = 0};
	writer_init(&writer, key, sizeof(key));
	writer_u16(&writer, lookup->type);
	writer_octets(&writer, lookup->name, name_size(lookup->name));
	if (message != NULL && lookup->result == LOOKUP_RESULT_FOUND) {
		const struct rrset_key wanted = {1u << SECTION_ANSWER, lookup->target,
						 lookup->type};
		int error = message_rrset(maker->arena, message, &wanted, &rrset);
		if (error != OK && error != ERR_NOT_FOUND)
			return error;
	}
	struct state_data *values = arena_take_array(
		maker->arena, LOOKUP_VALUE_DATA + (size_t)rrset.count, sizeof(*values));
	if (values == NULL)
		return ERR_MEMORY;
	const uint8_t head[] = {lookup->result, lookup->security};
	values[LOOKUP_VALUE_HEAD] = (struct state_data){.octets = head, .size = sizeof(head)};
	if (!name_equal(lookup->target, lookup->name))
		values[LOOKUP_VALUE_TARGET] = (struct state_data){
			.octets = lookup->target, .size = (uint16_t)name_size(lookup->target)};
	for (size_t i = 0; i < rrset.count; i++) {
		int error = lookup_data(maker, rrset.records[i], &values[LOOKUP_VALUE_DATA + i]);
		if (error != OK)
			return error;
	}
	return state_item_add(maker, STATE_ITEM_LOOKUP, written(&writer), values,
			      LOOKUP_VALUE_DATA + (size_t)rrset.count);
}

/* A message walked once, however many refer to it; `walked` goes with the messages. */
static int walk(const struct state_maker *maker, const struct message **walked, uint16_t index,
		const struct message **ret_message)
{
	if (index == MESSAGE_NONE) {
		*ret_message = NULL;
		return OK;
	}
	assert(index < maker->observation->message_count);
	if (walked[index] == NULL) {
		const struct kept_message *kept = &maker->observation->messages[index];
		struct message *message = arena_take(maker->arena, sizeof(*message));
		int error = message == NULL
				    ? ERR_MEMORY
				    : message_walk(maker->arena, kept->wire, kept->size, message);
		if (error != OK)
			return error;
		walked[index] = message;
	}
	*ret_message = walked[index];
	return OK;
}

static const struct message **walked_new(const struct state_maker *maker)
{
	return arena_take_array(maker->arena, maker->observation->message_count + 1u,
				sizeof(struct message *));
}

int state_lookups_add(struct state_maker *maker)
{
	const struct observation *observation = maker->observation;
	if (observation->lookup_count == 0)
		return OK;
	const struct message **walked = walked_new(maker);
	if (walked == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < observation->lookup_count; i++) {
		const struct lookup *lookup = &observation->lookups[i];
		const struct message *message = NULL;
		int error = walk(maker, walked, lookup->message, &message);
		if (error == OK)
			error = add_lookup(maker, lookup, message);
		if (error != OK)
			return error;
	}
	return OK;
}

/* --- odd questions -----------------------------------------------------------------------------
 */

/* Options looked at in one OPT; nobody sends more. */
#define OPTIONS_MAX 32

/* The codes of a reply's options, ascending, each once. What is in them changes from one reply to
 * the next, and errors explained (RFC 8914) come and go. */
static void put_options(struct writer *writer, const struct edns *edns)
{
	uint16_t codes[OPTIONS_MAX];
	size_t count = 0;
	struct reader reader;
	reader_init(&reader, edns->options, edns->options == NULL ? 0 : edns->options_size);
	for (size_t seen = 0; seen < OPTIONS_MAX && reader_left(&reader) > 0; seen++) {
		uint16_t code = reader_u16(&reader);
		reader_skip(&reader, reader_u16(&reader));
		if (reader.error != OK)
			break;
		size_t at = count;
		while (at > 0 && codes[at - 1] > code)
			at--;
		if (code == EDNS_EDE || (at > 0 && codes[at - 1] == code))
			continue;
		memmove(&codes[at + 1], &codes[at], (count - at) * sizeof(codes[0]));
		codes[at] = code;
		count++;
	}
	for (size_t i = 0; i < count; i++)
		writer_u16(writer, codes[i]);
}

/* Of the names of class CH only what the software says that it is: the others' answers name one
 * machine of many. */
static bool tells_version(const struct exchange *exchange)
{
	return exchange->kind == PROBE_CHAOS &&
	       (name_equal(exchange->name, (const uint8_t *)"\7version\4bind") ||
		name_equal(exchange->name, (const uint8_t *)"\7version\6server"));
}

static struct state_data version_of(const struct exchange *exchange, const struct message *message)
{
	if (!tells_version(exchange))
		return (struct state_data){0};
	for (size_t i = 0; i < message->record_count; i++) {
		const struct record *record = &message->records[i];
		if (record->section == SECTION_ANSWER && record->type == TYPE_TXT)
			return (struct state_data){.octets = record->rdata,
						   .size = record->rdata_size};
	}
	return (struct state_data){0};
}

/* Always as many octets: how it ended decides which of two is the better one. */
static void put_probe_head(struct writer *writer, const struct exchange *exchange,
			   const struct message *message)
{
	static const struct message nothing;
	const struct message *shown = message == NULL ? &nothing : message;
	bool is_shared = (exchange->flags & EXCHANGE_SHARED) != 0;
	bool has_answer = false;
	for (size_t i = 0; i < shown->record_count && !is_shared; i++)
		has_answer |= shown->records[i].section == SECTION_ANSWER;
	writer_u8(writer, exchange->outcome);
	writer_u8(writer, exchange->flags & STATE_EXCHANGE_FLAGS);
	writer_u8(writer, message != NULL);
	writer_u8(writer, (uint8_t)shown->fault);
	writer_u16(writer, shown->rcode);
	writer_u16(writer, shown->flags & (uint16_t)~0x000fu);
	writer_u8(writer, shown->edns.present);
	writer_u8(writer, shown->edns.version);
	writer_u16(writer, shown->edns.flags);
	writer_u8(writer, has_answer);
	assert(writer->error != OK || writer_used(writer) == PROBE_HEAD_OCTETS);
}

static void put_probe_key(struct writer *writer, const struct state_maker *maker,
			  const struct exchange *exchange)
{
	const struct server *server = &maker->observation->servers[exchange->server];
	bool was_truncated = (exchange->flags & EXCHANGE_TRUNCATED) != 0;
	put_ip(writer, &server->ip);
	writer_u16(writer, server->port);
	writer_u8(writer, exchange->kind);
	writer_u8(writer, was_truncated ? TRANSPORT_UDP : exchange->transport);
	writer_u16(writer, exchange->type);
	/* Other questions have names that do not matter, and may be others on every night. */
	if (exchange->kind == PROBE_CHAOS)
		writer_octets(writer, exchange->name, name_size(exchange->name));
}

static int add_probe(struct state_maker *maker, const struct exchange *exchange,
		     const struct message *message)
{
	uint8_t key[KEY_MAX];
	uint8_t head[PROBE_HEAD_OCTETS];
	uint8_t options[2 * OPTIONS_MAX];
	struct writer key_writer;
	struct writer head_writer;
	struct writer options_writer;
	struct message whole;
	struct state_data values[PROBE_VALUES] = {0};
	writer_init(&key_writer, key, sizeof(key));
	writer_init(&head_writer, head, sizeof(head));
	writer_init(&options_writer, options, sizeof(options));
	put_probe_key(&key_writer, maker, exchange);
	if (message != NULL) {
		whole = *message;
		state_read_cut_opt(exchange, &whole);
		put_options(&options_writer, &whole.edns);
		values[PROBE_VALUE_VERSION] = version_of(exchange, &whole);
		message = &whole;
	}
	put_probe_head(&head_writer, exchange, message);
	values[PROBE_VALUE_HEAD] = written(&head_writer);
	values[PROBE_VALUE_OPTIONS] = written(&options_writer);
	return state_item_add(maker, STATE_ITEM_PROBE, written(&key_writer), values, PROBE_VALUES);
}

int state_probes_add(struct state_maker *maker)
{
	const struct observation *observation = maker->observation;
	const struct message **walked = walked_new(maker);
	if (walked == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < observation->exchange_count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];
		const struct message *message = NULL;
		/* A silent server's silence is told by itself; which questions it is spared depends
		 * on their order. */
		if (exchange->kind == PROBE_PLAIN || exchange->server == SERVER_PARENT ||
		    exchange->outcome == OUTCOME_NOT_ASKED ||
		    (exchange->message == MESSAGE_NONE && maker->silence[exchange->server] != 0))
			continue;
		int error = walk(maker, walked, exchange->message, &message);
		if (error == OK)
			error = add_probe(maker, exchange, message);
		if (error != OK)
			return error;
	}
	return OK;
}

/* --- sessions ----------------------------------------------------------------------------------
 */

/* Of every blob once, however many sessions refer to it. */
struct digest {
	uint8_t octets[STATE_DIGEST_OCTETS];
};

static const struct digest *digests_new(const struct state_maker *maker)
{
	const struct observation *observation = maker->observation;
	struct digest *digests =
		arena_take_array(maker->arena, observation->blob_count, sizeof(*digests));
	for (size_t i = 0; digests != NULL && i < observation->blob_count; i++)
		crypto_hash_sha256(digests[i].octets, observation->blobs[i].octets,
				   observation->blobs[i].size);
	return digests;
}

static void put_session_key(struct writer *writer, const struct session *session)
{
	put_ip(writer, &session->ip);
	writer_u16(writer, session->port);
	writer_u8(writer, session->protocol);
	if (session->host != NULL)
		writer_octets(writer, session->host, name_size(session->host));
}

/* Without times, and without what mail servers say: greetings and greylisting come and go. */
static void put_session_head(struct writer *writer, const struct session *session)
{
	bool is_http = session->protocol == SESSION_HTTPS || session->protocol == SESSION_DOH;
	writer_u8(writer, session->outcome);
	writer_u8(writer, session->flags & (uint8_t)~SESSION_SHARED);
	writer_u16(writer, session->tls_version);
	writer_u16(writer, is_http ? session->status : 0);
	assert(writer->error != OK || writer_used(writer) == SESSION_HEAD_OCTETS);
}

static int add_session(struct state_maker *maker, const struct session *session,
		       const struct digest *digests)
{
	uint8_t key[KEY_MAX];
	uint8_t head[SESSION_HEAD_OCTETS];
	struct digest certificates[SESSION_CHAIN_MAX];
	struct digest keys[SESSION_CHAIN_MAX];
	struct writer key_writer;
	struct writer head_writer;
	writer_init(&key_writer, key, sizeof(key));
	writer_init(&head_writer, head, sizeof(head));
	put_session_key(&key_writer, session);
	put_session_head(&head_writer, session);
	assert(session->chain_count <= SESSION_CHAIN_MAX);
	for (size_t i = 0; i < session->chain_count; i++) {
		certificates[i] = digests[session->certificates[i]];
		keys[i] = digests[session->keys[i]];
	}
	const uint16_t chain_size = (uint16_t)(session->chain_count * sizeof(keys[0]));
	struct state_data values[SESSION_VALUES] = {
		[SESSION_VALUE_HEAD] = written(&head_writer),
		[SESSION_VALUE_ALPN] = {.octets = (const uint8_t *)session->alpn,
					.size = (uint16_t)strnlen(session->alpn,
								  SESSION_WORDS_MAX)},
		[SESSION_VALUE_CERTIFICATES] = {certificates[0].octets, chain_size},
		[SESSION_VALUE_KEYS] = {keys[0].octets, chain_size},
	};
	if (session->body != BLOB_NONE)
		values[SESSION_VALUE_BODY] =
			(struct state_data){digests[session->body].octets, STATE_DIGEST_OCTETS};
	return state_item_add(maker, STATE_ITEM_SESSION, written(&key_writer), values,
			      SESSION_VALUES);
}

int state_sessions_add(struct state_maker *maker)
{
	const struct observation *observation = maker->observation;
	const struct digest *digests = digests_new(maker);
	if (digests == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < observation->session_count; i++) {
		int error = add_session(maker, &observation->sessions[i], digests);
		if (error != OK)
			return error;
	}
	return OK;
}

/* --- routes ------------------------------------------------------------------------------------
 */

int state_routes_add(struct state_maker *maker)
{
	for (size_t i = 0; i < maker->observation->route_count; i++) {
		const struct route *route = &maker->observation->routes[i];
		uint8_t key[KEY_MAX];
		struct writer writer;
		writer_init(&writer, key, sizeof(key));
		put_ip(&writer, &route->ip);
		writer_u8(&writer, route->bits);
		writer_u32(&writer, route->as);
		const uint8_t limits[2] = {route->allowed, route->remains};
		const struct state_data values[2] = {
			{.octets = &route->validity, .size = 1},
			{.octets = limits, .size = sizeof(limits)},
		};
		const size_t count = route->allowed != 0 || route->remains != 0 ? 2 : 1;
		int error =
			state_item_add(maker, STATE_ITEM_ROUTE, written(&writer), values, count);
		if (error != OK)
			return error;
	}
	return OK;
}

/* --- transfers ---------------------------------------------------------------------------------
 */

/* How large the zone is and its serial move by themselves. */
int state_transfers_add(struct state_maker *maker)
{
	for (size_t i = 0; i < maker->observation->transfer_count; i++) {
		const struct transfer *transfer = &maker->observation->transfers[i];
		const struct server *server = &maker->observation->servers[transfer->server];
		uint8_t key[KEY_MAX];
		struct writer writer;
		writer_init(&writer, key, sizeof(key));
		put_ip(&writer, &server->ip);
		writer_u16(&writer, server->port);
		const uint8_t head[TRANSFER_HEAD_OCTETS] = {transfer->end, transfer->digest};
		const struct state_data value = {.octets = head, .size = sizeof(head)};
		int error = state_item_add(maker, STATE_ITEM_TRANSFER, written(&writer), &value, 1);
		if (error != OK)
			return error;
	}
	return OK;
}
