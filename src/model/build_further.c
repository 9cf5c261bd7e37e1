/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/name.h"
#include "model/build_private.h"

#include <assert.h>
#include <string.h>

#define LOOKUPS_FIRST 16u
#define BLOBS_FIRST 8u
#define SESSIONS_FIRST 4u
#define ROUTES_FIRST 8u
#define TRANSFERS_FIRST 4u
/* The rest is for what is told beside: names, exchanges, sessions. */
#define BLOBS_OCTETS_MAX (OBSERVATION_OCTETS_MAX / 4 * 3)

/* Makes room for one more; `array` is where the pointer to it is. ERR_MEMORY, ERR_LIMIT. */
struct growing {
	void **array;
	uint16_t *room;
	uint16_t count;
	size_t first, limit, size_bytes;
};

static int make_room(struct observation_builder *builder, const struct growing *growing)
{
	assert(growing->count <= growing->limit && growing->limit <= UINT16_MAX);
	if (growing->count == growing->limit)
		return build_at_limit(builder);
	if (growing->count < *growing->room)
		return OK;
	size_t room = build_next_room(*growing->room, growing->first, growing->limit);
	void *grown = build_grow(builder->arena, *growing->array, growing->count, room,
				 growing->size_bytes);
	if (grown == NULL)
		return ERR_MEMORY;
	*growing->array = grown;
	*growing->room = (uint16_t)room;
	return OK;
}

int observation_find_lookup(const struct observation *observation, const uint8_t *name,
			    uint16_t type)
{
	for (int i = 0; i < observation->lookup_count; i++) {
		const struct lookup *lookup = &observation->lookups[i];
		if (lookup->type == type && name_equal(lookup->name, name))
			return i;
	}
	return ERR_NOT_FOUND;
}

int observation_lookup(struct observation_builder *builder, const struct lookup *lookup,
		       const uint8_t *wire, size_t wire_size, uint16_t opt_offset)
{
	struct observation *observation = &builder->observation;
	assert(lookup->result < LOOKUP_RESULT_COUNT && lookup->security <= SECURITY_BOGUS);
	int known = observation_find_lookup(observation, lookup->name, lookup->type);
	if (known >= 0)
		return known;
	void *array = observation->lookups;
	int error = make_room(builder, &(struct growing){&array, &builder->lookup_room,
							 observation->lookup_count, LOOKUPS_FIRST,
							 OBSERVATION_LOOKUPS_MAX,
							 sizeof(*observation->lookups)});
	if (error != OK)
		return error;
	observation->lookups = array;
	struct lookup added = *lookup;
	added.message = MESSAGE_NONE;
	added.name = build_keep_name(builder, lookup->name);
	added.target = added.name;
	if (added.name != NULL && !name_equal(lookup->target, lookup->name))
		added.target = build_keep_name(builder, lookup->target);
	if (added.name == NULL || added.target == NULL)
		return ERR_MEMORY;
	if (wire != NULL) {
		error = build_keep_message(builder, wire, wire_size, opt_offset, &added.message);
		if (error != OK)
			return error;
	}
	observation->lookups[observation->lookup_count] = added;
	return observation->lookup_count++;
}

int observation_blob(struct observation_builder *builder, const uint8_t *octets, size_t size)
{
	struct observation *observation = &builder->observation;
	for (int i = 0; i < observation->blob_count; i++) {
		const struct blob *blob = &observation->blobs[i];
		if (blob->size == size && memcmp(blob->octets, octets, size) == 0)
			return i;
	}
	if (size > BLOB_OCTETS_MAX || builder->octets + size > BLOBS_OCTETS_MAX)
		return build_at_limit(builder);
	void *array = observation->blobs;
	int error = make_room(builder, &(struct growing){&array, &builder->blob_room,
							 observation->blob_count, BLOBS_FIRST,
							 OBSERVATION_BLOBS_MAX,
							 sizeof(*observation->blobs)});
	if (error != OK)
		return error;
	observation->blobs = array;
	uint8_t *copy = arena_take_octets(builder->arena, size > 0 ? size : 1);
	if (copy == NULL)
		return ERR_MEMORY;
	if (size > 0)
		memcpy(copy, octets, size);
	builder->octets += size;
	observation->blobs[observation->blob_count] =
		(struct blob){.octets = copy, .size = (uint32_t)size};
	return observation->blob_count++;
}

/* What a peer says is shown to people: cut, and without anything that a terminal obeys. */
static const char *keep_words(struct observation_builder *builder, const char *words)
{
	size_t size = words != NULL ? strnlen(words, SESSION_WORDS_MAX) : 0;
	char *copy = arena_take(builder->arena, size + 1);
	if (copy == NULL)
		return NULL;
	for (size_t i = 0; i < size; i++)
		copy[i] = words[i] >= 0x20 && words[i] < 0x7f ? words[i] : '?';
	copy[size] = 0;
	builder->octets += size;
	return copy;
}

static void assert_session(const struct observation *observation, const struct session *session)
{
	assert(session->protocol >= SESSION_DOT && session->protocol <= SESSION_PROTOCOL_MAX);
	assert(session->outcome >= SESSION_ESTABLISHED && session->outcome <= SESSION_OUTCOME_MAX);
	assert((session->flags & ~SESSION_FLAGS) == 0 && session->chain_count <= SESSION_CHAIN_MAX);
	assert(session->ip.family == 4 || session->ip.family == 6);
	assert(session->body == BLOB_NONE || session->body < observation->blob_count);
	for (unsigned int i = 0; i < session->chain_count; i++)
		assert(session->certificates[i] < observation->blob_count &&
		       session->keys[i] < observation->blob_count);
}

int observation_session(struct observation_builder *builder, const struct session *session)
{
	struct observation *observation = &builder->observation;
	assert_session(observation, session);
	void *array = observation->sessions;
	int error = make_room(builder, &(struct growing){&array, &builder->session_room,
							 observation->session_count, SESSIONS_FIRST,
							 OBSERVATION_SESSIONS_MAX,
							 sizeof(*observation->sessions)});
	if (error != OK)
		return error;
	observation->sessions = array;
	struct session added = *session;
	added.alpn = keep_words(builder, session->alpn);
	added.note = keep_words(builder, session->note);
	if (session->host != NULL)
		added.host = build_keep_name(builder, session->host);
	if (added.alpn == NULL || added.note == NULL ||
	    (session->host != NULL && added.host == NULL))
		return ERR_MEMORY;
	observation->sessions[observation->session_count] = added;
	return observation->session_count++;
}

int observation_route(struct observation_builder *builder, const struct route *route)
{
	struct observation *observation = &builder->observation;
	assert(route->ip.family == 4 || route->ip.family == 6);
	assert(route->bits <= (route->ip.family == 4 ? 32 : 128));
	assert(route->validity <= ROUTE_VALIDITY_MAX);
	assert(route->allowed <= 128 && route->remains <= route->bits);
	for (int i = 0; i < observation->route_count; i++) {
		const struct route *known = &observation->routes[i];
		if (known->as == route->as && known->bits == route->bits &&
		    known->ip.family == route->ip.family &&
		    memcmp(known->ip.octets, route->ip.octets, sizeof(route->ip.octets)) == 0)
			return i;
	}
	void *array = observation->routes;
	int error = make_room(builder, &(struct growing){&array, &builder->route_room,
							 observation->route_count, ROUTES_FIRST,
							 OBSERVATION_ROUTES_MAX,
							 sizeof(*observation->routes)});
	if (error != OK)
		return error;
	observation->routes = array;
	observation->routes[observation->route_count] = *route;
	return observation->route_count++;
}

int observation_transfer(struct observation_builder *builder, const struct transfer *transfer)
{
	struct observation *observation = &builder->observation;
	assert(transfer->server < observation->server_count);
	assert(transfer->end >= TRANSFER_WHOLE && transfer->end <= TRANSFER_END_MAX);
	assert((transfer->digest != TRANSFER_DIGEST_UNKNOWN) == (transfer->end == TRANSFER_WHOLE));
	for (int i = 0; i < observation->transfer_count; i++) {
		if (observation->transfers[i].server == transfer->server)
			return ERR_LIMIT;
	}
	void *array = observation->transfers;
	int error = make_room(builder, &(struct growing){&array, &builder->transfer_room,
							 observation->transfer_count,
							 TRANSFERS_FIRST, OBSERVATION_TRANSFERS_MAX,
							 sizeof(*observation->transfers)});
	if (error != OK)
		return error;
	observation->transfers = array;
	observation->transfers[observation->transfer_count] = *transfer;
	return observation->transfer_count++;
}
