/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "dns/transport/flight_private.h"
#include "dns/transport/session_private.h"

#include <string.h>

#define FLIGHTS_A_SLAB 64u
#define ASKERS_A_SLAB 64u
#define TABLE_FIRST 1024u
/* Ids have 16 bits; a larger table would stay empty. */
#define ID_TABLE_MAX 65536u
/* 8 MiB of pointers; with more flights than that chains grow. */
#define KEY_TABLE_MAX 1048576u
/* With half of all ids taken at one server, 64 draws fail once in 2^64. */
#define ID_DRAWS_MAX 64u

struct flight_slab {
	struct flight_slab *next;
	struct flight flights[FLIGHTS_A_SLAB];
};

struct asker_slab {
	struct asker_slab *next;
	struct asker askers[ASKERS_A_SLAB];
};

int flights_init(struct flights *flights)
{
	*flights = (struct flights){.key_size = TABLE_FIRST, .id_size = TABLE_FIRST};
	flights->by_key = memory_take_zeroed(TABLE_FIRST, sizeof(struct flight *));
	flights->by_id = memory_take_zeroed(TABLE_FIRST, sizeof(struct flight *));
	if (flights->by_key != NULL && flights->by_id != NULL)
		return OK;
	flights_release(flights);
	return ERR_MEMORY;
}

void flights_release(struct flights *flights)
{
	assert(flights->count == 0 && flights->key_count == 0 && flights->id_count == 0);
	while (flights->slabs != NULL) {
		struct flight_slab *slab = flights->slabs;
		flights->slabs = slab->next;
		memory_give(slab);
	}
	while (flights->asker_slabs != NULL) {
		struct asker_slab *slab = flights->asker_slabs;
		flights->asker_slabs = slab->next;
		memory_give(slab);
	}
	memory_give(flights->by_key);
	memory_give(flights->by_id);
	*flights = (struct flights){0};
}

static int take_slab(struct flights *flights)
{
	struct flight_slab *slab = memory_take(sizeof(*slab));
	if (slab == NULL)
		return ERR_MEMORY;
	slab->next = flights->slabs;
	flights->slabs = slab;
	for (size_t i = FLIGHTS_A_SLAB; i > 0; i--) {
		slab->flights[i - 1].next = flights->unused;
		flights->unused = &slab->flights[i - 1];
	}
	return OK;
}

static int take_asker_slab(struct flights *flights)
{
	struct asker_slab *slab = memory_take(sizeof(*slab));
	if (slab == NULL)
		return ERR_MEMORY;
	slab->next = flights->asker_slabs;
	flights->asker_slabs = slab;
	for (size_t i = ASKERS_A_SLAB; i > 0; i--) {
		slab->askers[i - 1].next = flights->unused_askers;
		flights->unused_askers = &slab->askers[i - 1];
	}
	return OK;
}

int flight_new(struct flights *flights, const uint8_t *name, size_t name_size,
	       struct flight **ret_flight)
{
	if (flights->unused == NULL && take_slab(flights) != OK)
		return ERR_MEMORY;
	struct flight *flight = flights->unused;
	uint8_t *outside = NULL;
	if (name_size > sizeof(flight->name_inside)) {
		outside = memory_take(name_size);
		if (outside == NULL)
			return ERR_MEMORY;
	}
	flights->unused = flight->next;
	memset(flight, 0, offsetof(struct flight, name_inside));
	flight->name = outside != NULL ? outside : flight->name_inside;
	memcpy(flight->name, name, name_size);
	flights->count++;
	*ret_flight = flight;
	return OK;
}

static void give_askers(struct flights *flights, struct flight *flight)
{
	while (flight->asker.next != NULL) {
		struct asker *asker = flight->asker.next;
		flight->asker.next = asker->next;
		asker->next = flights->unused_askers;
		flights->unused_askers = asker;
	}
}

void flight_free(struct flights *flights, struct flight *flight)
{
	assert(flight->list == NULL && !flight->has_id && !flight->has_key);
	assert(flight->connection == NULL && !timer_is_started(&flight->timer));
	assert(flights->count > 0);
	give_askers(flights, flight);
	if (flight->name != flight->name_inside)
		memory_give(flight->name);
	memory_give(flight->truncated);
	memory_give(flight->form);
	if (flight->secrecy != NULL)
		session_record_drop(flight->secrecy->session);
	memory_give(flight->secrecy);
	flights->count--;
	flight->next = flights->unused;
	flights->unused = flight;
}

int flight_add_asker(struct flights *flights, struct flight *flight,
		     const struct exchange_asker *who)
{
	assert(who->done != NULL);
	if (flight_is_left(flight)) {
		assert(flight->asker.next == NULL);
		flight->asker.who = *who;
		return OK;
	}
	if (flights->unused_askers == NULL && take_asker_slab(flights) != OK)
		return ERR_MEMORY;
	struct asker *asker = flights->unused_askers;
	flights->unused_askers = asker->next;
	*asker = (struct asker){.next = flight->asker.next, .who = *who};
	flight->asker.next = asker;
	return OK;
}

static void take_off(struct flights *flights, struct flight *flight, struct asker *asker)
{
	struct asker *unused = asker;
	if (asker == &flight->asker) {
		/* The first has its place in the flight, which the second takes. */
		unused = asker->next;
		flight->asker = unused != NULL ? *unused : (struct asker){0};
	} else {
		struct asker *previous = &flight->asker;
		while (previous->next != asker)
			previous = previous->next;
		previous->next = asker->next;
	}
	if (unused == NULL)
		return;
	unused->next = flights->unused_askers;
	flights->unused_askers = unused;
}

bool flight_take_asker(struct flights *flights, struct flight *flight,
		       struct exchange_asker *ret_who)
{
	if (flight_is_left(flight))
		return false;
	*ret_who = flight->asker.who;
	take_off(flights, flight, &flight->asker);
	return true;
}

void flight_drop_asker(struct flights *flights, struct flight *flight, const void *context)
{
	struct asker *asker = &flight->asker;
	while (asker != NULL && (asker->who.done == NULL || asker->who.context != context))
		asker = asker->next;
	assert(asker != NULL);
	take_off(flights, flight, asker);
}

const struct exchange_asker *flight_asker(const struct flight *flight, unsigned number)
{
	const struct asker *asker = flight_is_left(flight) ? NULL : &flight->asker;
	for (; asker != NULL && number > 0; number--)
		asker = asker->next;
	return asker != NULL ? &asker->who : NULL;
}

/* ---- the tables ---- */

/* Moves every chain of a table into one twice as large. */
static struct flight **doubled(struct flight **table, uint32_t size, bool by_id)
{
	struct flight **larger = memory_take_zeroed((size_t)size * 2, sizeof(struct flight *));
	if (larger == NULL)
		return NULL;
	for (uint32_t i = 0; i < size; i++) {
		struct flight *flight = table[i];
		while (flight != NULL) {
			uint32_t place = (by_id ? flight->id : flight->hash) & (size * 2 - 1);
			struct flight **link = by_id ? &flight->id_next : &flight->key_next;
			struct flight *next = *link;
			*link = larger[place];
			larger[place] = flight;
			flight = next;
		}
	}
	memory_give(table);
	return larger;
}

void flights_put_key(struct flights *flights, struct flight *flight)
{
	assert(!flight->has_key);
	if (flights->key_count >= flights->key_size && flights->key_size < KEY_TABLE_MAX) {
		struct flight **larger = doubled(flights->by_key, flights->key_size, false);
		if (larger != NULL) {
			flights->by_key = larger;
			flights->key_size *= 2;
		}
	}
	struct flight **place = &flights->by_key[flight->hash & (flights->key_size - 1)];
	flight->key_next = *place;
	*place = flight;
	flight->has_key = true;
	flights->key_count++;
}

void flights_drop_key(struct flights *flights, struct flight *flight)
{
	if (!flight->has_key)
		return;
	struct flight **link = &flights->by_key[flight->hash & (flights->key_size - 1)];
	while (*link != flight) {
		assert(*link != NULL);
		link = &(*link)->key_next;
	}
	*link = flight->key_next;
	flight->has_key = false;
	flights->key_count--;
}

struct flight *flights_by_hash(const struct flights *flights, uint32_t hash,
			       const struct flight *previous)
{
	struct flight *flight = previous != NULL ? previous->key_next
						 : flights->by_key[hash & (flights->key_size - 1)];
	while (flight != NULL && flight->hash != hash)
		flight = flight->key_next;
	return flight;
}

static void put_id(struct flights *flights, struct flight *flight)
{
	if (flights->id_count >= flights->id_size && flights->id_size < ID_TABLE_MAX) {
		struct flight **larger = doubled(flights->by_id, flights->id_size, true);
		if (larger != NULL) {
			flights->by_id = larger;
			flights->id_size *= 2;
		}
	}
	struct flight **place = &flights->by_id[flight->id & (flights->id_size - 1)];
	flight->id_next = *place;
	*place = flight;
	flight->has_id = true;
	flights->id_count++;
}

int flights_put_id(struct flights *flights, struct flight *flight, struct random *random)
{
	assert(!flight->has_id);
	for (unsigned i = 0; i < ID_DRAWS_MAX; i++) {
		uint16_t id = random_u16(random);
		if (flights_by_id(flights, id, flight->server) != NULL)
			continue;
		flight->id = id;
		put_id(flights, flight);
		return OK;
	}
	return ERR_LIMIT;
}

void flights_drop_id(struct flights *flights, struct flight *flight)
{
	if (!flight->has_id)
		return;
	struct flight **link = &flights->by_id[flight->id & (flights->id_size - 1)];
	while (*link != flight) {
		assert(*link != NULL);
		link = &(*link)->id_next;
	}
	*link = flight->id_next;
	flight->has_id = false;
	flights->id_count--;
}

struct flight *flights_by_id(const struct flights *flights, uint16_t id,
			     const struct address *server)
{
	struct flight *flight = flights->by_id[id & (flights->id_size - 1)];
	while (flight != NULL && (flight->id != id || !address_equal(flight->server, server)))
		flight = flight->id_next;
	return flight;
}

struct flight *flights_by_any_id(const struct flights *flights, uint16_t id,
				 const struct flight *previous)
{
	struct flight *flight =
		previous != NULL ? previous->id_next : flights->by_id[id & (flights->id_size - 1)];
	while (flight != NULL && flight->id != id)
		flight = flight->id_next;
	return flight;
}

/* ---- lists ---- */

void flight_append(struct flight_list *list, struct flight *flight)
{
	assert(flight->list == NULL);
	flight->list = list;
	flight->next = NULL;
	flight->previous = list->last;
	if (list->last != NULL)
		list->last->next = flight;
	else
		list->first = flight;
	list->last = flight;
	list->count++;
}

void flight_prepend(struct flight_list *list, struct flight *flight)
{
	assert(flight->list == NULL);
	flight->list = list;
	flight->previous = NULL;
	flight->next = list->first;
	if (list->first != NULL)
		list->first->previous = flight;
	else
		list->last = flight;
	list->first = flight;
	list->count++;
}

void flight_unlink(struct flight *flight)
{
	struct flight_list *list = flight->list;
	if (list == NULL)
		return;
	assert(list->count > 0);
	if (flight->previous != NULL)
		flight->previous->next = flight->next;
	else
		list->first = flight->next;
	if (flight->next != NULL)
		flight->next->previous = flight->previous;
	else
		list->last = flight->previous;
	list->count--;
	flight->list = NULL;
	flight->next = flight->previous = NULL;
}

struct flight *flight_shift(struct flight_list *list)
{
	struct flight *flight = list->first;
	if (flight != NULL)
		flight_unlink(flight);
	return flight;
}
