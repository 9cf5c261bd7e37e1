/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/map.h"
#include "base/memory.h"
#include "dns/wire/type.h"
#include "world/model_private.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int array_grow(void **items, uint32_t *room, uint32_t count, size_t item_size, uint32_t most)
{
	assert(count <= *room && item_size > 0);
	if (count < *room)
		return 0;
	if (count >= most)
		return ERR_LIMIT;
	uint32_t wanted = *room < 16 ? 16 : *room * 2;
	if (wanted > most)
		wanted = most;
	void *grown = memory_resize(*items, wanted * item_size);
	if (!grown)
		return ERR_MEMORY;
	*items = grown;
	*room = wanted;
	return 0;
}

void world_mistake(struct world *world, uint32_t line, const char *format, ...)
{
	assert(world != NULL && format != NULL);
	if (world->mistake_count++ >= WORLD_MISTAKES_MAX)
		return;
	char sentence[COMPLAINT_MAX];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(sentence, sizeof(sentence), format, arguments);
	va_end(arguments);
	if (world->mistake_count == 1)
		(void)complain(world->complaint, ERR_FORMAT, "line %u: %s", line, sentence);
	if (world->mistakes)
		text_format(world->mistakes, "line %u: %s\n", line, sentence);
}

/* SipHash of the owner under a key of seed and purpose: numbers that do not depend on order. */
uint64_t world_number(const struct world *world, const void *owner, size_t owner_size,
		      uint64_t purpose)
{
	assert(world != NULL && (owner != NULL || owner_size == 0));
	uint8_t key[16];
	memcpy(key, &world->seed, 8);
	memcpy(key + 8, &purpose, 8);
	return siphash(key, owner, owner_size);
}

uint64_t zone_number(const struct world *world, const struct zone *zone, uint64_t purpose)
{
	return world_number(world, zone->name, name_size(zone->name), purpose);
}

uint64_t name_hash_label(uint64_t hash, const uint8_t *label)
{
	for (size_t i = 0; i <= label[0]; i++) {
		uint8_t octet = label[i];
		if (octet >= 'A' && octet <= 'Z')
			octet |= 0x20;
		hash = (hash ^ octet) * 0x100000001b3u;
	}
	return hash ^ hash >> 29;
}

/* Where the labels of a name begin, from the first to the last; the root's is not among them. */
static size_t label_starts(const uint8_t *name, const uint8_t *ret_starts[NAME_MAX_LABELS])
{
	size_t count = 0;
	for (const uint8_t *label = name; *label; label += *label + 1u) {
		assert(count < NAME_MAX_LABELS);
		ret_starts[count++] = label;
	}
	return count;
}

uint64_t name_hash(const uint8_t *name)
{
	const uint8_t *starts[NAME_MAX_LABELS];
	uint64_t hash = NAME_HASH_START;
	for (size_t i = label_starts(name, starts); i > 0; i--)
		hash = name_hash_label(hash, starts[i - 1]);
	return hash;
}

static uint32_t find_zone(const struct world *world, const uint8_t *name, uint64_t hash)
{
	const struct index_table *table = &world->zones_by_name;
	if (!table->slots)
		return NONE;
	for (uint32_t at = (uint32_t)hash & table->mask; table->slots[at];
	     at = (at + 1) & table->mask) {
		uint32_t zone = table->slots[at] - 1;
		if (name_equal(world->zones[zone].name, name))
			return zone;
	}
	return NONE;
}

uint32_t world_zone(const struct world *world, const uint8_t *name)
{
	return find_zone(world, name, name_hash(name));
}

uint32_t world_zone_around(const struct world *world, const uint8_t *name, bool strictly)
{
	const uint8_t *starts[NAME_MAX_LABELS + 1];
	uint64_t hashes[NAME_MAX_LABELS + 1];
	size_t count = label_starts(name, starts);
	if (strictly && count == 0)
		return NONE;
	starts[count] = (const uint8_t *)"";
	hashes[count] = NAME_HASH_START;
	for (size_t i = count; i > 0; i--)
		hashes[i - 1] = name_hash_label(hashes[i], starts[i - 1]);
	for (size_t i = strictly ? 1 : 0; i <= count; i++) {
		uint32_t zone = find_zone(world, starts[i], hashes[i]);
		if (zone != NONE)
			return zone;
	}
	return NONE;
}

uint32_t world_zone_served(const struct world *world, uint32_t server, const uint8_t *name)
{
	assert(server < world->server_count && name != NULL);
	uint32_t zone = world_zone_around(world, name, false);
	while (zone != NONE && !world_serves(world, server, zone))
		zone = world->zones[zone].parent;
	return zone;
}

uint32_t world_child_around(const struct world *world, uint32_t zone, const uint8_t *name)
{
	assert(zone < world->zone_count && name != NULL);
	uint32_t child = world_zone_around(world, name, false);
	while (child != NONE && child != zone && world->zones[child].parent != zone)
		child = world->zones[child].parent;
	if (child == NONE || child == zone || zone_has(&world->zones[child], FAULT_UNDELEGATED))
		return NONE;
	return child;
}

static uint64_t address_hash(const struct address *address)
{
	uint64_t halves[2];
	memcpy(halves, address->octets, sizeof(halves));
	uint64_t hash = (halves[0] ^ address->family) * 0x9e3779b97f4a7c15u;
	hash = (hash ^ hash >> 32 ^ halves[1]) * 0xc2b2ae3d27d4eb4fu;
	return hash ^ hash >> 29;
}

static const struct address *indexed_address(const struct world *world, uint32_t slot)
{
	assert(slot > 0);
	const struct world_server *server = &world->servers[(slot - 1) / SERVER_ADDRESSES_MAX];
	return &server->addresses[(slot - 1) % SERVER_ADDRESSES_MAX];
}

uint32_t world_server_at(const struct world *world, const struct address *address)
{
	const struct index_table *table = &world->servers_by_address;
	if (!table->slots)
		return NONE;
	uint32_t at = (uint32_t)address_hash(address) & table->mask;
	for (; table->slots[at]; at = (at + 1) & table->mask) {
		if (address_same_host(indexed_address(world, table->slots[at]), address))
			return (table->slots[at] - 1) / SERVER_ADDRESSES_MAX;
	}
	return NONE;
}

/* A table at most half full for `count` entries, empty. */
static int table_make(struct index_table *table, uint64_t count)
{
	assert(table != NULL && count > 0);
	uint64_t size = 16;
	while (size < count * 2)
		size *= 2;
	assert(size <= (uint64_t)UINT32_MAX + 1);
	uint32_t *slots = memory_take_zeroed((size_t)size, sizeof(*slots));
	if (!slots)
		return ERR_MEMORY;
	memory_give(table->slots);
	table->slots = slots;
	table->mask = (uint32_t)(size - 1);
	return 0;
}

static void table_put(struct index_table *table, uint64_t hash, uint32_t value)
{
	assert(table->slots != NULL && value < NONE);
	uint32_t at = (uint32_t)hash & table->mask;
	while (table->slots[at])
		at = (at + 1) & table->mask;
	table->slots[at] = value + 1;
}

/* The table of zones is made anew whenever it is half full. */
int index_zone(struct world *world, uint32_t zone)
{
	assert(zone < world->zone_count);
	struct index_table *table = &world->zones_by_name;
	if (!table->slots || zone * 2u >= table->mask) {
		int error = table_make(table, (uint64_t)world->zone_room + 1);
		if (error)
			return error;
		for (uint32_t i = 0; i < zone; i++)
			table_put(table, name_hash(world->zones[i].name), i);
	}
	table_put(table, name_hash(world->zones[zone].name), zone);
	return 0;
}

int index_server(struct world *world, uint32_t server, uint32_t *ret_other)
{
	assert(server < world->server_count && ret_other != NULL);
	struct index_table *table = &world->servers_by_address;
	if (!table->slots) {
		int error = table_make(table, (uint64_t)world->server_count * SERVER_ADDRESSES_MAX);
		if (error)
			return error;
	}
	const struct world_server *row = &world->servers[server];
	*ret_other = NONE;
	for (uint32_t i = 0; i < row->address_count; i++) {
		uint32_t other = world_server_at(world, &row->addresses[i]);
		if (other != NONE)
			*ret_other = other;
		else
			table_put(table, address_hash(&row->addresses[i]),
				  server * SERVER_ADDRESSES_MAX + i);
	}
	return 0;
}

static uint64_t canned_hash(const uint8_t *name, const struct address *at)
{
	return name_hash(name) ^ address_hash(at);
}

int index_canned(struct world *world)
{
	if (world->canned_count == 0)
		return 0;
	int error = table_make(&world->canned_by_question, world->canned_count);
	for (uint32_t i = 0; i < world->canned_count && !error; i++)
		table_put(&world->canned_by_question,
			  canned_hash(world->canned[i].name, &world->canned[i].at), i);
	return error;
}

/* Those of one hash stand in the table in the file's order, so that the first that fits is found.
 */
/* The conversation of exactly this name. */
static const struct canned *canned_at(const struct world *world,
				      const struct canned_question *question)
{
	const struct index_table *table = &world->canned_by_question;
	uint32_t at = (uint32_t)canned_hash(question->name, question->at) & table->mask;
	for (; table->slots[at]; at = (at + 1) & table->mask) {
		const struct canned *canned = &world->canned[table->slots[at] - 1];
		if ((canned->transports & question->transport) &&
		    (canned->type == TYPE_ANY || canned->type == question->type) &&
		    address_same_host(&canned->at, question->at) &&
		    name_equal(canned->name, question->name))
			return canned;
	}
	return NULL;
}

const struct canned *world_canned(const struct world *world, const struct canned_question *question)
{
	if (!world->canned_by_question.slots)
		return NULL;
	const struct canned *canned = canned_at(world, question);
	const uint8_t *name = question->name;
	while (!canned && !name_is_root(name)) {
		struct name wildcard;
		name = name_parent(name);
		/* As long as the name or shorter, unless its label was of one octet. */
		if (name_prepend((const uint8_t *)"*", 1, name, &wildcard))
			continue;
		struct canned_question above = *question;
		above.name = wildcard.octets;
		canned = canned_at(world, &above);
	}
	return canned;
}

bool world_serves(const struct world *world, uint32_t server, uint32_t zone)
{
	assert(zone < world->zone_count);
	if (world->zones[zone].flags & ZONE_IS_PHANTOM)
		return false;
	const struct world_operator *dns_operator =
		&world->operators[world->zones[zone].dns_operator];
	for (uint32_t i = 0; i < dns_operator->server_count; i++) {
		if (dns_operator->servers[i] == server)
			return true;
	}
	return false;
}

int world_add_zone(struct world *world, const struct zone *zone)
{
	assert(zone->name != NULL && zone->more == NONE);
	int error = array_grow((void **)&world->zones, &world->zone_room, world->zone_count,
			       sizeof(*zone), WORLD_ZONES_MAX);
	if (error)
		return error;
	world->zones[world->zone_count++] = *zone;
	return 0;
}

int zone_more_make(struct world *world, uint32_t zone, struct zone_more **ret_more)
{
	assert(zone < world->zone_count && ret_more != NULL);
	struct zone *row = &world->zones[zone];
	if (row->more == NONE) {
		int error = array_grow((void **)&world->mores, &world->more_room, world->more_count,
				       sizeof(**ret_more), WORLD_ZONES_MAX);
		if (error)
			return error;
		world->mores[world->more_count] = (struct zone_more){.zone = zone};
		row->more = world->more_count++;
	}
	*ret_more = &world->mores[row->more];
	return 0;
}

void world_free(struct world *world)
{
	if (!world)
		return;
	memory_give(world->servers);
	memory_give(world->operators);
	memory_give(world->zones);
	memory_give(world->services);
	memory_give(world->mores);
	memory_give(world->canned);
	memory_give(world->zones_by_name.slots);
	memory_give(world->servers_by_address.slots);
	memory_give(world->canned_by_question.slots);
	arena_release(&world->arena);
	memory_give(world);
}

struct world_counts world_counts(const struct world *world)
{
	uint32_t made = 0; /* by the world itself */
	for (uint32_t i = 0; i < world->zone_count; i++)
		made += (world->zones[i].flags & (ZONE_IS_PHANTOM | ZONE_IS_SIGNAL)) != 0;
	return (struct world_counts){
		.servers = world->server_count,
		.operators = world->operator_count,
		.zones = world->zone_count - world->target_count - made,
		.targets = world->target_count,
		.canned = world->canned_count,
	};
}

const uint8_t *world_target(const struct world *world, size_t *cursor)
{
	assert(world != NULL && cursor != NULL);
	while (*cursor < world->zone_count) {
		const struct zone *zone = &world->zones[(*cursor)++];
		if (zone->flags & ZONE_IS_TARGET)
			return zone->name;
	}
	return NULL;
}
