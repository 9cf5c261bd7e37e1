/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bytes.h"
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "model/build_private.h"

#include <assert.h>
#include <string.h>

#define HOSTS_FIRST 4u
#define SERVERS_FIRST 4u
#define EXCHANGES_FIRST 32u
#define MESSAGES_FIRST 16u
#define PROOFS_FIRST 16u
#define HOST_ADDRESSES_FIRST 4u
#define ARCOUNT_OFFSET 10

void observation_builder_init(struct observation_builder *builder, struct arena *arena,
			      const uint8_t *domain)
{
	assert(builder != NULL && arena != NULL && domain != NULL);
	*builder =
		(struct observation_builder){.arena = arena, .observation.needs = NEED_ALL_DEFAULT};
	builder->observation.parent_exchange = MESSAGE_NONE;
	uint8_t *copy = arena_take_octets(arena, name_size(domain));
	if (copy != NULL)
		name_copy_lower(copy, domain);
	builder->observation.domain = copy;
}

void *build_grow(struct arena *arena, const void *array, size_t count, size_t room,
		 size_t size_bytes)
{
	assert(count <= room);
	void *grown = arena_take(arena, room * size_bytes);
	if (grown != NULL && count > 0)
		memcpy(grown, array, count * size_bytes);
	return grown;
}

size_t build_next_room(size_t room, size_t first, size_t limit)
{
	size_t next = room == 0 ? first : room * 2;
	return next < limit ? next : limit;
}

int build_at_limit(struct observation_builder *builder)
{
	builder->observation.cut_short = true;
	return ERR_LIMIT;
}

const uint8_t *build_keep_name(struct observation_builder *builder, const uint8_t *name)
{
	const struct observation *observation = &builder->observation;
	if (name_equal(name, observation->domain))
		return observation->domain;
	for (size_t i = 0; i < observation->host_count; i++) {
		if (name_equal(name, observation->hosts[i].name))
			return observation->hosts[i].name;
	}
	if (observation->exchange_count > 0) {
		const uint8_t *last = observation->exchanges[observation->exchange_count - 1].name;
		if (name_equal(name, last))
			return last;
	}
	size_t size = name_size(name);
	uint8_t *copy = arena_take_octets(builder->arena, size);
	if (copy == NULL)
		return NULL;
	builder->octets += size;
	name_copy_lower(copy, name);
	return copy;
}

int observation_host(struct observation_builder *builder, const uint8_t *name)
{
	struct observation *observation = &builder->observation;
	for (int i = 0; i < observation->host_count; i++) {
		if (name_equal(name, observation->hosts[i].name))
			return i;
	}
	if (observation->host_count == OBSERVATION_HOSTS_MAX)
		return build_at_limit(builder);
	if (observation->host_count == builder->host_room) {
		size_t room =
			build_next_room(builder->host_room, HOSTS_FIRST, OBSERVATION_HOSTS_MAX);
		struct host *hosts = build_grow(builder->arena, observation->hosts,
						observation->host_count, room, sizeof(*hosts));
		if (hosts == NULL)
			return ERR_MEMORY;
		observation->hosts = hosts;
		builder->host_room = (uint8_t)room;
	}
	const uint8_t *kept = build_keep_name(builder, name);
	if (kept == NULL)
		return ERR_MEMORY;
	observation->hosts[observation->host_count] = (struct host){.name = kept};
	return observation->host_count++;
}

static bool ip_equal(const struct ip *left, const struct ip *right)
{
	return left->family == right->family &&
	       memcmp(left->octets, right->octets, left->family == 4 ? 4 : 16) == 0;
}

int observation_server(struct observation_builder *builder, const struct ip *ip, uint16_t port)
{
	struct observation *observation = &builder->observation;
	assert(ip->family == 4 || ip->family == 6);
	for (int i = 0; i < observation->server_count; i++) {
		const struct server *server = &observation->servers[i];
		if (server->port == port && ip_equal(&server->ip, ip))
			return i;
	}
	if (observation->server_count == OBSERVATION_SERVERS_MAX)
		return build_at_limit(builder);
	if (observation->server_count == builder->server_room) {
		size_t room = build_next_room(builder->server_room, SERVERS_FIRST,
					      OBSERVATION_SERVERS_MAX);
		struct server *servers =
			build_grow(builder->arena, observation->servers, observation->server_count,
				   room, sizeof(*servers));
		if (servers == NULL)
			return ERR_MEMORY;
		observation->servers = servers;
		builder->server_room = (uint8_t)room;
	}
	struct server *server = &observation->servers[observation->server_count];
	*server = (struct server){.ip.family = ip->family, .port = port};
	memcpy(server->ip.octets, ip->octets, ip->family == 4 ? 4 : 16);
	return observation->server_count++;
}

/* Lists of indices double at 4, 8, 16, ...: their count alone tells their room. */
static bool index_list_is_full(uint8_t count)
{
	return count == 0 || (count >= HOST_ADDRESSES_FIRST && (count & (count - 1)) == 0);
}

int observation_host_address(struct observation_builder *builder, int host, int server,
			     bool is_glue)
{
	struct observation *observation = &builder->observation;
	assert(host >= 0 && host < observation->host_count);
	assert(server >= 0 && server < observation->server_count);
	struct host *owner = &observation->hosts[host];
	const uint8_t **list = is_glue ? &owner->glue : &owner->addresses;
	uint8_t *count = is_glue ? &owner->glue_count : &owner->address_count;
	for (size_t i = 0; i < *count; i++) {
		if ((*list)[i] == server)
			return OK;
	}
	uint8_t *indices = (uint8_t *)(uintptr_t)*list; /* ours, const for readers only */
	if (index_list_is_full(*count)) {
		size_t room = *count == 0 ? HOST_ADDRESSES_FIRST : *count * 2u;
		indices = arena_take_octets(builder->arena, room);
		if (indices == NULL)
			return ERR_MEMORY;
		if (*count > 0)
			memcpy(indices, *list, *count);
		*list = indices;
	}
	indices[(*count)++] = (uint8_t)server;
	return OK;
}

/*
 * A message as it will be kept, not yet copied: its header without id and without the OPT record in
 * ARCOUNT, and the octets behind the header where they were received.
 */
struct canonical_message {
	uint8_t header[MESSAGE_HEADER_OCTETS];
	const uint8_t *rest;
	uint16_t head_size; /* below 12 only for a stump */
	uint16_t rest_size;
};

static uint64_t hash_octets(uint64_t hash, const uint8_t *octets, size_t size)
{
	size_t i = 0;
	for (; i + 8 <= size; i += 8) {
		uint64_t word;
		memcpy(&word, octets + i, 8);
		hash = (hash ^ word) * 0x100000001b3u;
		hash ^= hash >> 29;
	}
	for (; i < size; i++)
		hash = (hash ^ octets[i]) * 0x100000001b3u;
	return hash;
}

/* FNV-1a over words: only to tell most messages apart; equality is decided by comparing. */
static uint32_t message_hash(const struct canonical_message *message)
{
	uint64_t hash = hash_octets(0xcbf29ce484222325u, message->header, message->head_size);
	hash = hash_octets(hash, message->rest, message->rest_size);
	return (uint32_t)(hash ^ hash >> 32);
}

static bool is_kept_as(const struct kept_message *kept, const struct canonical_message *message)
{
	return kept->size == message->head_size + message->rest_size &&
	       memcmp(kept->wire, message->header, message->head_size) == 0 &&
	       memcmp(kept->wire + message->head_size, message->rest, message->rest_size) == 0;
}

static int make_message_room(struct observation_builder *builder)
{
	struct observation *observation = &builder->observation;
	if (observation->message_count < builder->message_room)
		return OK;
	size_t room =
		build_next_room(builder->message_room, MESSAGES_FIRST, OBSERVATION_MESSAGES_MAX);
	struct kept_message *messages =
		build_grow(builder->arena, observation->messages, observation->message_count, room,
			   sizeof(*messages));
	if (messages == NULL)
		return ERR_MEMORY;
	observation->messages = messages;
	builder->message_room = (uint16_t)room;
	return OK;
}

/* The message's index, MESSAGE_NONE at the limit, or ERR_MEMORY. */
static int keep_message(struct observation_builder *builder,
			const struct canonical_message *message)
{
	struct observation *observation = &builder->observation;
	uint32_t hash = message_hash(message);
	for (int i = 0; i < observation->message_count; i++) {
		const struct kept_message *kept = &observation->messages[i];
		if (kept->hash == hash && is_kept_as(kept, message))
			return i;
	}
	uint16_t size = (uint16_t)(message->head_size + message->rest_size);
	if (observation->message_count == OBSERVATION_MESSAGES_MAX ||
	    builder->octets + size > OBSERVATION_OCTETS_MAX / 2) {
		observation->cut_short = true;
		return MESSAGE_NONE;
	}
	int error = make_message_room(builder);
	if (error != OK)
		return error;
	uint8_t *copy = arena_take_octets(builder->arena, size);
	if (copy == NULL)
		return ERR_MEMORY;
	memcpy(copy, message->header, message->head_size);
	memcpy(copy + message->head_size, message->rest, message->rest_size);
	builder->octets += size;
	observation->messages[observation->message_count] =
		(struct kept_message){.wire = copy, .hash = hash, .size = size};
	return observation->message_count++;
}

/* Splits what was received; `opt_size` octets at its end are the OPT record to be cut. */
static struct canonical_message canonical(const uint8_t *wire, uint16_t size, uint16_t opt_size)
{
	struct canonical_message message = {
		.head_size = size < MESSAGE_HEADER_OCTETS ? size : MESSAGE_HEADER_OCTETS,
	};
	assert(opt_size <= size - message.head_size);
	message.rest = wire + message.head_size;
	message.rest_size = (uint16_t)(size - message.head_size - opt_size);
	memcpy(message.header, wire, message.head_size);
	if (size >= 2) {
		message.header[0] = 0;
		message.header[1] = 0;
	}
	if (opt_size > 0) {
		uint16_t count = (uint16_t)((unsigned int)wire[ARCOUNT_OFFSET] << 8 |
					    wire[ARCOUNT_OFFSET + 1]);
		assert(count > 0);
		count--;
		message.header[ARCOUNT_OFFSET] = (uint8_t)(count >> 8);
		message.header[ARCOUNT_OFFSET + 1] = (uint8_t)count;
	}
	return message;
}

/*
 * Keeps the message, the id and the closing OPT. Only an OPT that ends the message is cut, so that
 * putting it back needs no more than its octets.
 */
static int keep_parts(struct observation_builder *builder, struct exchange *exchange,
		      const uint8_t *wire, uint16_t size, uint16_t opt_size)
{
	const struct canonical_message parts = canonical(wire, size, opt_size);
	int message = keep_message(builder, &parts);
	if (message < 0)
		return message;
	exchange->message = (uint16_t)message;
	if (message == MESSAGE_NONE)
		return OK;
	if (size >= 2)
		exchange->id = (uint16_t)((unsigned int)wire[0] << 8 | wire[1]);
	if (opt_size == 0)
		return OK;
	uint8_t *opt = arena_take_octets(builder->arena, opt_size);
	if (opt == NULL)
		return ERR_MEMORY;
	memcpy(opt, wire + size - opt_size, opt_size);
	exchange->opt = opt;
	exchange->opt_size = opt_size;
	exchange->flags |= EXCHANGE_OPT_CUT;
	builder->octets += opt_size;
	return OK;
}

/*
 * Size of the OPT record at `opt_offset` when it is counted in the header and ends the message
 * exactly: only then it can be cut. 0 otherwise.
 */
static uint16_t closing_opt_size(const uint8_t *wire, size_t wire_size, uint16_t opt_offset)
{
	if (opt_offset < MESSAGE_HEADER_OCTETS || opt_offset >= wire_size ||
	    (wire[ARCOUNT_OFFSET] | wire[ARCOUNT_OFFSET + 1]) == 0)
		return 0;
	struct reader reader;
	reader_init(&reader, wire + opt_offset, wire_size - opt_offset);
	uint8_t owner = reader_u8(&reader);
	uint16_t type = reader_u16(&reader);
	reader_skip(&reader, 6); /* class and TTL carry EDNS's own fields, RFC 6891 s6.1.2 */
	uint16_t rdata_size = reader_u16(&reader);
	if (reader.error != OK || owner != 0 || type != TYPE_OPT ||
	    reader_left(&reader) != rdata_size)
		return 0;
	return (uint16_t)(wire_size - opt_offset);
}

static int make_exchange_room(struct observation_builder *builder)
{
	struct observation *observation = &builder->observation;
	if (observation->exchange_count == OBSERVATION_EXCHANGES_MAX)
		return build_at_limit(builder);
	if (observation->exchange_count < builder->exchange_room)
		return OK;
	size_t room =
		build_next_room(builder->exchange_room, EXCHANGES_FIRST, OBSERVATION_EXCHANGES_MAX);
	struct exchange *exchanges =
		build_grow(builder->arena, observation->exchanges, observation->exchange_count,
			   room, sizeof(*exchanges));
	if (exchanges == NULL)
		return ERR_MEMORY;
	observation->exchanges = exchanges;
	builder->exchange_room = (uint16_t)room;
	return OK;
}

int build_keep_message(struct observation_builder *builder, const uint8_t *wire, size_t wire_size,
		       uint16_t opt_offset, uint16_t *ret_message)
{
	if (wire_size > UINT16_MAX)
		return ERR_LIMIT;
	const struct canonical_message parts =
		canonical(wire, (uint16_t)wire_size, closing_opt_size(wire, wire_size, opt_offset));
	int message = keep_message(builder, &parts);
	if (message < 0)
		return message;
	*ret_message = (uint16_t)message;
	return OK;
}

int observation_exchange(struct observation_builder *builder, const struct exchange *exchange,
			 const uint8_t *wire, size_t wire_size, uint16_t opt_offset)
{
	struct observation *observation = &builder->observation;
	assert(exchange->server == SERVER_PARENT || exchange->server < observation->server_count);
	assert(exchange->outcome >= OUTCOME_ANSWER && exchange->outcome <= OUTCOME_NOT_ASKED);
	assert(exchange->transport >= TRANSPORT_UDP && exchange->transport <= TRANSPORT_DOQ);
	if (wire_size > UINT16_MAX)
		return ERR_LIMIT;
	int error = make_exchange_room(builder);
	if (error != OK)
		return error;
	struct exchange added = *exchange;
	added.message = MESSAGE_NONE;
	added.id = 0;
	added.opt = NULL;
	added.opt_size = 0;
	added.flags &= (uint8_t)~EXCHANGE_OPT_CUT;
	added.name = build_keep_name(builder, exchange->name);
	if (added.name == NULL)
		return ERR_MEMORY;
	if (wire != NULL) {
		error = keep_parts(builder, &added, wire, (uint16_t)wire_size,
				   closing_opt_size(wire, wire_size, opt_offset));
		if (error != OK)
			return error;
	}
	observation->exchanges[observation->exchange_count] = added;
	return observation->exchange_count++;
}

int observation_proof(struct observation_builder *builder, const struct proof *proof)
{
	struct observation *observation = &builder->observation;
	assert(proof->message < observation->message_count);
	assert(proof->key_message == MESSAGE_NONE ||
	       proof->key_message < observation->message_count);
	if (observation->proof_count == OBSERVATION_PROOFS_MAX)
		return build_at_limit(builder);
	if (observation->proof_count == builder->proof_room) {
		size_t room =
			build_next_room(builder->proof_room, PROOFS_FIRST, OBSERVATION_PROOFS_MAX);
		struct proof *proofs = build_grow(builder->arena, observation->proofs,
						  observation->proof_count, room, sizeof(*proofs));
		if (proofs == NULL)
			return ERR_MEMORY;
		observation->proofs = proofs;
		builder->proof_room = (uint16_t)room;
	}
	observation->proofs[observation->proof_count++] = *proof;
	return OK;
}
