/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What makes one set of name servers like another: the operators behind their names, and their
 * addresses. A set has a number and its likenesses here, and nothing else is held of it, so that a
 * million sets of one domain each cost 24 MB.
 */
#include "base/memory.h"
#include "model/name_servers.h"
#include "tell/study/study_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Names and addresses of one set, decoded and made into the form that operators are found from. */
#define SET_OCTETS_MAX ((size_t)16 << 20)

struct server_set {
	int64_t id;
	uint64_t operators, addresses; /* 0: none */
};

struct study_servers {
	struct server_set *sets; /* in order of id */
	uint32_t count, room;
	struct operators *operators;
	struct complaint *complaint;
	struct arena arena; /* of the set at hand */
};

/* A domain that no name server's name is below: whose names are the domain's own is not asked here,
 * since names inside a domain are registered where it is, and so are like nobody else's. */
static const uint8_t no_domain[] = "\x07invalid";

/* The same whatever the order: which of two operators comes first says nothing. */
static int hash_operators(struct study_servers *servers, const struct observation *hosts,
			  uint64_t *ret_hash)
{
	struct operator_decision decisions[OBSERVATION_HOSTS_MAX];
	uint8_t count = 0;
	uint64_t sum = 0;
	const int error =
		operators_of(servers->operators, &servers->arena, hosts, decisions, &count);
	if (error != OK)
		return error;
	assert(count <= hosts->host_count);
	for (uint8_t i = 0; i < count; i++)
		sum += study_hash(decisions[i].name, strlen(decisions[i].name));
	*ret_hash = count == 0 ? 0 : study_hash(&sum, sizeof(sum));
	return OK;
}

static uint64_t hash_addresses(const struct name_servers *servers)
{
	uint64_t sum = 0;
	unsigned count = 0;
	for (uint8_t i = 0; i < servers->count; i++) {
		for (uint8_t k = 0; k < servers->items[i].address_count; k++) {
			const struct ip *ip = &servers->items[i].addresses[k].ip;
			uint8_t octets[1 + sizeof(ip->octets)];
			octets[0] = ip->family;
			memcpy(octets + 1, ip->octets, sizeof(ip->octets));
			sum += study_hash(octets, sizeof(octets));
			count++;
		}
	}
	return count == 0 ? 0 : study_hash(&sum, sizeof(sum));
}

static int take_set(void *context, int64_t id, const uint8_t *octets, size_t size)
{
	struct study_servers *servers = context;
	struct name_servers decoded;
	struct observation hosts;
	struct server_set set = {.id = id};
	assert(servers->count == 0 || servers->sets[servers->count - 1].id < id);
	if (servers->count == servers->room) {
		const uint32_t room = servers->room == 0 ? 1024 : servers->room * 2;
		void *bigger = room < servers->room
				       ? NULL
				       : memory_resize(servers->sets, room * sizeof(set));
		if (bigger == NULL)
			return ERR_MEMORY;
		servers->sets = bigger;
		servers->room = room;
	}
	arena_reset(&servers->arena);
	int error = name_servers_decode(&servers->arena, octets, size, &decoded);
	if (error == OK)
		error = name_servers_observe(&servers->arena, &decoded, no_domain, &hosts);
	if (error == OK)
		error = hash_operators(servers, &hosts, &set.operators);
	/* Of a newer version: its domains are like those of the same set, and nobody else. */
	if (error == ERR_FORMAT)
		return complain(servers->complaint, ERR_DAMAGED,
				"set %lld of name servers cannot be read: the store is damaged; "
				"restore a copy",
				(long long)id);
	if (error != OK && error != ERR_UNSUPPORTED)
		return error;
	if (error == OK)
		set.addresses = hash_addresses(&decoded);
	servers->sets[servers->count++] = set;
	return OK;
}

int study_servers_load(struct store *store, struct operators *operators,
		       struct study_servers **ret_servers, struct complaint *complaint)
{
	struct study_servers *servers = memory_take_zeroed(1, sizeof(*servers));
	if (servers == NULL)
		return ERR_MEMORY;
	servers->operators = operators;
	arena_init(&servers->arena, SET_OCTETS_MAX, 64 * 1024);
	servers->complaint = complaint;
	const int error = store_server_sets(store, take_set, servers, complaint);
	servers->complaint = NULL;
	if (error != OK) {
		study_servers_free(servers);
		return error;
	}
	*ret_servers = servers;
	return OK;
}

void study_servers_free(struct study_servers *servers)
{
	if (servers == NULL)
		return;
	arena_release(&servers->arena);
	memory_give(servers->sets);
	memory_give(servers);
}

static int by_id(const void *left, const void *right)
{
	const struct server_set *one = left;
	const struct server_set *other = right;
	return one->id < other->id ? -1 : one->id > other->id;
}

void study_servers_likeness(const struct study_servers *servers, int64_t set,
			    uint64_t ret_likeness[STUDY_LIKENESS_COUNT])
{
	const struct server_set wanted = {.id = set};
	assert(set > 0);
	const struct server_set *found =
		servers->count == 0
			? NULL
			: bsearch(&wanted, servers->sets, servers->count, sizeof(wanted), by_id);
	ret_likeness[STUDY_SAME_SERVERS] = study_hash(&set, sizeof(set));
	ret_likeness[STUDY_SAME_OPERATOR] = found == NULL ? 0 : found->operators;
	ret_likeness[STUDY_SAME_ADDRESSES] = found == NULL ? 0 : found->addresses;
	/* Domains without name servers have nothing in common for that. */
	if (found != NULL && found->operators == 0 && found->addresses == 0)
		ret_likeness[STUDY_SAME_SERVERS] = 0;
}
