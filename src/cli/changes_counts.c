/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many domains have their DNS from a name server, by the store's sets of name servers. */
#include "base/map.h"
#include "base/memory.h"
#include "base/random.h"
#include "cli/changes_private.h"
#include "dns/wire/name.h"
#include "model/name_servers.h"

#include <assert.h>
#include <string.h>

/* Sets are fewer than domains. */
#define SETS_MAX ((int64_t)1 << 28)

struct server_counts {
	struct map *domains; /* name of a server -> a number of domains, as a pointer's value */
	struct arena arena;  /* of one set */
	uint32_t *of_set;    /* domains by number of set */
	size_t room;
	int64_t domain, set; /* the row before */
};

static int count_set(struct server_counts *counts, int64_t set)
{
	if (set <= 0 || set >= SETS_MAX)
		return set == 0 ? OK : ERR_DAMAGED;
	if ((size_t)set >= counts->room) {
		const size_t room = 2 * (size_t)set + 64;
		uint32_t *larger = memory_resize(counts->of_set, room * sizeof(*larger));
		if (larger == NULL)
			return ERR_MEMORY;
		memset(larger + counts->room, 0, (room - counts->room) * sizeof(*larger));
		counts->of_set = larger;
		counts->room = room;
	}
	counts->of_set[set]++;
	return OK;
}

/* Rows are in order of domain, then of run: the last of a domain counts. */
static int take_adoption(void *context, const struct store_adoption *adoption)
{
	struct server_counts *counts = context;
	int error = OK;
	if (counts->domain != adoption->domain && counts->domain != 0)
		error = count_set(counts, counts->set);
	counts->domain = adoption->domain;
	counts->set = adoption->servers;
	return error;
}

static int add_domains(struct server_counts *counts, const uint8_t *name, uint32_t domains)
{
	const size_t size = name_size(name);
	const uintptr_t before = (uintptr_t)map_get(counts->domains, name, size);
	return map_put(counts->domains, name, size, (void *)(before + domains), NULL);
}

static int take_servers(void *context, int64_t id, const uint8_t *octets, size_t size)
{
	struct server_counts *counts = context;
	struct name_servers servers;
	arena_reset(&counts->arena);
	if (id < 0 || (size_t)id >= counts->room || counts->of_set[id] == 0)
		return OK;
	int error = name_servers_decode(&counts->arena, octets, size, &servers);
	for (uint8_t i = 0; error == OK && i < servers.count; i++)
		error = add_domains(counts, servers.items[i].name, counts->of_set[id]);
	return error;
}

int server_counts_new(struct store *store, struct server_counts **ret_counts,
		      struct complaint *complaint)
{
	struct server_counts *counts = memory_take_zeroed(1, sizeof(*counts));
	struct random random;
	uint8_t key[16];
	if (counts == NULL)
		return complain(complaint, ERR_MEMORY, "no memory to count domains");
	random_system(&random);
	random_octets(&random, key, sizeof(key));
	arena_init(&counts->arena, NAME_SERVERS_OCTETS_MAX * 8, 0);
	counts->domains = map_new(key);
	int error = counts->domains == NULL
			    ? ERR_MEMORY
			    : store_adoptions(store, take_adoption, counts, complaint);
	if (error == OK && counts->domain != 0)
		error = count_set(counts, counts->set);
	if (error == OK)
		error = store_server_sets(store, take_servers, counts, complaint);
	if (error != OK) {
		server_counts_free(counts);
		return error;
	}
	*ret_counts = counts;
	return OK;
}

uint64_t server_counts_get(const struct server_counts *counts, const uint8_t *name_server)
{
	return (uintptr_t)map_get(counts->domains, name_server, name_size(name_server));
}

void server_counts_free(struct server_counts *counts)
{
	if (counts == NULL)
		return;
	map_free(counts->domains, NULL);
	memory_give(counts->of_set);
	arena_release(&counts->arena);
	memory_give(counts);
}
