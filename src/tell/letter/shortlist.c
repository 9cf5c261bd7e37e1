/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whose observations need be read at all. The store keeps the set of name servers of every domain,
 * each set once: a hundred thousand domains have some thousand, and whose they are is decided from
 * them. What was decided so is decided anew from the observations of those that are left, so that a
 * letter is the same as if all had been read.
 *
 * Name servers inside their own domain are their neighbours' if these have the same addresses. So
 * they are decided last, when the sets that share an address with one of them were learnt from, in
 * the order of the domains' names, as when all are read.
 */
#include "base/array.h"
#include "base/memory.h"
#include "base/random.h"
#include "dns/wire/name.h"
#include "model/name_servers.h"
#include "tell/letter/letter_private.h"

#include <assert.h>
#include <string.h>

/* All sets of a store: a million of some hundred octets, and what is known of each. */
#define SHORTLIST_OCTETS_MAX ((size_t)2 << 30)
#define SCRATCH_OCTETS_MAX ((size_t)4 << 20)
/* One observation, decoded. */
#define LOOK_OCTETS_MAX ((size_t)64 << 20)

enum verdict { VERDICT_NONE, VERDICT_OTHERS, VERDICT_WANTED };

struct name_server_set {
	const uint8_t *octets; /* NULL: there is no such set */
	const uint8_t **names; /* into the octets */
	uint32_t size;
	uint8_t count;
	uint8_t verdict; /* of domains that have no name server inside, and no rule of their own */
	bool is_learnt;
};

struct shortlisting {
	struct letter *letter;
	const char *wanted;
	struct letter_shortlist *list;
	struct letter_shortlist inside;   /* those with name servers inside: decided last */
	struct letter_shortlist teachers; /* whose name servers have addresses of such */
	struct store_seen *seen;
	struct arena arena, scratch, looked;
	struct name_server_set *sets; /* at their number */
	size_t set_room;
	uint32_t *set_of; /* at the domain's number; 0: not known */
	size_t domain_room;
	struct map *addresses; /* of name servers inside domains */
};

static int list_add(struct letter_shortlist *list, struct arena *arena, int64_t domain,
		    const uint8_t *name)
{
	if (list->count == list->room) {
		const uint32_t room = list->room ? list->room * 2 : 64;
		void *bigger = memory_resize(list->items, room * sizeof(*list->items));

		if (!bigger)
			return ERR_MEMORY;
		list->items = bigger;
		list->room = room;
	}
	const uint8_t *kept = arena_copy(arena, name, name_size(name));

	if (!kept)
		return ERR_MEMORY;
	assert(list->count < list->room);
	list->items[list->count++] = (struct letter_listed){.name = kept, .domain = domain};
	return OK;
}

/* ---- what the store keeps ---- */

static int take_adoption(void *context, const struct store_adoption *row)
{
	struct shortlisting *shortlisting = context;
	int result = OK;

	if (row->first_run > shortlisting->letter->run.id)
		return OK;
	if (row->servers >= ARRAY_NUMBERS_MAX)
		return ERR_LIMIT;
	result = array_reach(&shortlisting->set_of, &shortlisting->domain_room, row->domain,
			     sizeof(*shortlisting->set_of));
	if (result == OK)
		shortlisting->set_of[row->domain] = (uint32_t)row->servers;
	return result;
}

static int take_set(void *context, int64_t id, const uint8_t *octets, size_t size)
{
	struct shortlisting *shortlisting = context;
	struct name_servers servers;
	int result = array_reach(&shortlisting->sets, &shortlisting->set_room, id,
				 sizeof(*shortlisting->sets));

	if (result < 0)
		return result;
	if (size > NAME_SERVERS_OCTETS_MAX)
		return ERR_DAMAGED;
	const uint8_t *kept = arena_copy(&shortlisting->arena, octets, size);

	if (!kept)
		return ERR_MEMORY;
	arena_reset(&shortlisting->scratch);
	result = name_servers_decode(&shortlisting->scratch, kept, size, &servers);
	if (result < 0)
		return result == ERR_FORMAT ? ERR_DAMAGED : result;
	const uint8_t **names =
		arena_take_array(&shortlisting->arena, servers.count + 1u, sizeof(*names));

	if (!names)
		return ERR_MEMORY;
	for (uint8_t i = 0; i < servers.count; i++)
		names[i] = servers.items[i].name;
	shortlisting->sets[id] = (struct name_server_set){
		.octets = kept, .names = names, .size = (uint32_t)size, .count = servers.count};
	return OK;
}

/* ERR_NOT_FOUND: the run saw the domain, and its name servers are not kept. */
static int set_of(const struct shortlisting *shortlisting, int64_t domain,
		  struct name_server_set **ret_set)
{
	const uint32_t number = domain >= 0 && (size_t)domain < shortlisting->domain_room
					? shortlisting->set_of[domain]
					: 0;

	if (number == 0)
		return ERR_NOT_FOUND;
	if (number >= shortlisting->set_room || !shortlisting->sets[number].octets)
		return ERR_DAMAGED;
	*ret_set = &shortlisting->sets[number];
	return OK;
}

static bool has_inside(const struct name_server_set *set, const uint8_t *domain)
{
	for (uint8_t i = 0; i < set->count; i++)
		if (name_is_under(set->names[i], domain))
			return true;
	return false;
}

/* As it would be observed, until the next call. */
static int observe(struct shortlisting *shortlisting, const struct name_server_set *set,
		   const uint8_t *domain, struct observation *ret_observation)
{
	struct name_servers servers;

	arena_reset(&shortlisting->scratch);
	int result = name_servers_decode(&shortlisting->scratch, set->octets, set->size, &servers);

	if (result == OK)
		result = name_servers_observe(&shortlisting->scratch, &servers, domain,
					      ret_observation);
	return result;
}

/* ---- deciding ---- */

static int decide(struct shortlisting *shortlisting, const struct name_server_set *set,
		  const uint8_t *domain, enum verdict *ret_verdict)
{
	struct operator_decision decisions[OBSERVATION_HOSTS_MAX];
	struct observation observation;
	uint8_t count = 0;
	int result = observe(shortlisting, set, domain, &observation);

	if (result == OK)
		result = operators_of(shortlisting->letter->operators, &shortlisting->scratch,
				      &observation, decisions, &count);
	if (result < 0)
		return result;
	*ret_verdict = VERDICT_OTHERS;
	for (uint8_t i = 0; i < count; i++)
		if (operator_is(decisions[i].name, shortlisting->wanted))
			*ret_verdict = VERDICT_WANTED;
	return OK;
}

/* Whose addresses these are is asked later. */
static int note_addresses(struct shortlisting *shortlisting, const struct name_server_set *set,
			  const uint8_t *domain)
{
	struct observation observation = {.server_count = 0};
	int result = observe(shortlisting, set, domain, &observation);

	for (uint8_t i = 0; i < observation.server_count && result == OK; i++)
		if (map_count(shortlisting->addresses) < OPERATORS_ADDRESSES_MAX)
			result = map_put(shortlisting->addresses, &observation.servers[i].ip,
					 sizeof(observation.servers[i].ip), shortlisting, NULL);
	return result;
}

static int take_name(void *context, int64_t domain, const uint8_t *name)
{
	struct shortlisting *shortlisting = context;
	struct name_server_set *set = NULL;
	enum verdict verdict;

	if (!store_seen_has(shortlisting->seen, domain))
		return OK;
	shortlisting->list->domains++;
	int result = set_of(shortlisting, domain, &set);

	if (result < 0)
		return result;
	if (has_inside(set, name)) {
		result = note_addresses(shortlisting, set, name);
		return result == OK
			       ? list_add(&shortlisting->inside, &shortlisting->arena, domain, name)
			       : result;
	}
	const bool has_rule = operators_name(shortlisting->letter->operators, name);

	verdict = has_rule ? VERDICT_NONE : (enum verdict)set->verdict;
	if (verdict == VERDICT_NONE)
		result = decide(shortlisting, set, name, &verdict);
	if (result < 0)
		return result;
	if (!has_rule)
		set->verdict = (uint8_t)verdict;
	return verdict == VERDICT_WANTED
		       ? list_add(shortlisting->list, &shortlisting->list->arena, domain, name)
		       : OK;
}

/* ---- name servers inside domains ---- */

static bool is_asked_for(const struct shortlisting *shortlisting,
			 const struct observation *observation)
{
	for (uint8_t i = 0; i < observation->server_count; i++)
		if (map_get(shortlisting->addresses, &observation->servers[i].ip,
			    sizeof(observation->servers[i].ip)))
			return true;
	return false;
}

/* Two names for one address, of two operators: the one that the parent named first was learnt, and
 * a set has forgotten which that was. */
static int is_ambiguous(struct shortlisting *shortlisting, const struct observation *observation,
			bool *ret_is)
{
	for (uint8_t i = 0; i + 1 < observation->server_count; i++)
		for (uint8_t j = (uint8_t)(i + 1); j < observation->server_count; j++)
			if (memcmp(&observation->servers[i].ip, &observation->servers[j].ip,
				   sizeof(observation->servers[i].ip)) == 0) {
				struct operator_decision decisions[OBSERVATION_HOSTS_MAX];
				uint8_t count = 0;
				const int result = operators_of(shortlisting->letter->operators,
								&shortlisting->scratch, observation,
								decisions, &count);

				*ret_is = count > 1;
				return result;
			}
	*ret_is = false;
	return OK;
}

static int find_teacher(void *context, int64_t domain, const uint8_t *name)
{
	struct shortlisting *shortlisting = context;
	struct name_server_set *set = NULL;
	struct observation observation;

	if (!store_seen_has(shortlisting->seen, domain))
		return OK;
	int result = set_of(shortlisting, domain, &set);

	if (result < 0 || set->is_learnt)
		return result;
	result = observe(shortlisting, set, name, &observation);
	if (result == OK && is_asked_for(shortlisting, &observation))
		result = list_add(&shortlisting->teachers, &shortlisting->arena, domain, name);
	/* Names inside the domain teach nothing: the next domain that has the set may. */
	set->is_learnt = !has_inside(set, name);
	return result;
}

/* As the parent named them. */
static int learn_look(void *context, const uint8_t *domain, const uint8_t *encoded,
		      size_t encoded_size)
{
	struct shortlisting *shortlisting = context;
	struct observation observation;

	assert(domain != NULL);
	arena_reset(&shortlisting->looked);
	const int result = observation_decode(&shortlisting->looked, encoded, encoded_size,
					      &observation, NULL);

	return result == OK ? operators_learn(shortlisting->letter->operators, &observation)
			    : result;
}

/* In the order of the domains' names: the first that shows an address is believed. */
static int learn(struct shortlisting *shortlisting, struct store *store,
		 struct complaint *complaint)
{
	int result = OK;

	for (uint32_t i = 0; i < shortlisting->teachers.count && result == OK; i++) {
		const struct letter_listed *one = &shortlisting->teachers.items[i];
		const struct store_one look = {.domain = one->name,
					       .run = shortlisting->letter->run.id};
		struct name_server_set *set = NULL;
		struct observation observation;
		bool is_unclear = false;

		result = set_of(shortlisting, one->domain, &set);
		if (result == OK)
			result = observe(shortlisting, set, one->name, &observation);
		if (result == OK)
			result = is_ambiguous(shortlisting, &observation, &is_unclear);
		if (result == OK)
			result = is_unclear ? store_look(store, &look, learn_look, shortlisting,
							 complaint)
					    : operators_learn(shortlisting->letter->operators,
							      &observation);
	}
	return result;
}

static int decide_inside(struct shortlisting *shortlisting, struct store *store,
			 struct complaint *complaint)
{
	int result = OK;

	if (shortlisting->inside.count > 0)
		result = store_names(store, find_teacher, shortlisting, complaint);
	if (result == OK)
		result = learn(shortlisting, store, complaint);
	for (uint32_t i = 0; i < shortlisting->inside.count && result == OK; i++) {
		const struct letter_listed *one = &shortlisting->inside.items[i];
		struct name_server_set *set = NULL;
		enum verdict verdict = VERDICT_OTHERS;

		result = set_of(shortlisting, one->domain, &set);
		if (result == OK)
			result = decide(shortlisting, set, one->name, &verdict);
		if (result == OK && verdict == VERDICT_WANTED)
			result = list_add(shortlisting->list, &shortlisting->list->arena,
					  one->domain, one->name);
	}
	return result;
}

/* ---- all of it ---- */

static int read_store(struct shortlisting *shortlisting, struct store *store,
		      struct complaint *complaint)
{
	const int64_t run = shortlisting->letter->run.id;
	int64_t kept_from = 0;
	int result = store_adoption_from(store, &kept_from, complaint);

	if (result == OK && run < kept_from)
		result = ERR_NOT_FOUND;
	if (result == OK)
		result = store_seen_load(store, run, &shortlisting->seen, complaint);
	if (result == OK)
		result = store_adoptions(store, take_adoption, shortlisting, complaint);
	if (result == OK)
		result = store_server_sets(store, take_set, shortlisting, complaint);
	if (result == OK)
		result = store_names(store, take_name, shortlisting, complaint);
	if (result == OK)
		result = decide_inside(shortlisting, store, complaint);
	if (result == ERR_DAMAGED)
		return complain(complaint, result,
				"the store is damaged: a set of name servers cannot be read; "
				"restore a copy, or move the file away and scan again");
	return result;
}

int letter_shortlist(struct store *store, struct letter *letter, const char *wanted,
		     struct letter_shortlist *ret_list, struct complaint *complaint)
{
	struct letter_shortlist list = {.items = NULL};
	struct shortlisting shortlisting = {.letter = letter, .wanted = wanted, .list = &list};
	struct random random;
	uint8_t key[16];

	/* Addresses come from the DNS: nobody may know where they fall. */
	random_system(&random);
	random_octets(&random, key, sizeof(key));
	arena_init(&list.arena, SHORTLIST_OCTETS_MAX, 0);
	arena_init(&shortlisting.arena, SHORTLIST_OCTETS_MAX, 64 * 1024);
	arena_init(&shortlisting.looked, LOOK_OCTETS_MAX, 64 * 1024);
	arena_init(&shortlisting.scratch, SCRATCH_OCTETS_MAX, 64 * 1024);
	shortlisting.addresses = map_new(key);
	const int result =
		shortlisting.addresses ? read_store(&shortlisting, store, complaint) : ERR_MEMORY;

	map_free(shortlisting.addresses, NULL);
	store_seen_free(shortlisting.seen);
	memory_give(shortlisting.inside.items);
	memory_give(shortlisting.teachers.items);
	memory_give(shortlisting.sets);
	memory_give(shortlisting.set_of);
	arena_release(&shortlisting.looked);
	arena_release(&shortlisting.scratch);
	arena_release(&shortlisting.arena);
	if (result < 0)
		letter_shortlist_release(&list);
	else
		*ret_list = list;
	return result;
}

void letter_shortlist_release(struct letter_shortlist *list)
{
	memory_give(list->items);
	arena_release(&list->arena);
	*list = (struct letter_shortlist){.items = NULL};
}
