/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Domains, servers, and who is silent. Domains of an operator whose servers are to show the same
 * stand at the same set of servers. In its first n domains of a circle an operator has what its
 * servers show; each property begins elsewhere on the circle, so that there are many mixtures and
 * yet at most two sets a property.
 */
#include "base/map.h"
#include "base/memory.h"
#include "base/random.h"
#include "world/shares_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static uint64_t number_of(const struct plan *plan, uint8_t purpose, uint32_t index)
{
	uint8_t key[16] = "silent and first";
	memcpy(key, &plan->seed, sizeof(plan->seed));
	key[15] = purpose;
	return siphash(key, &index, sizeof(index));
}

/* ---- domains ---- */

static void shuffle_tlds(struct random *random, struct planned *domains, uint32_t count)
{
	for (uint32_t i = count; i > 1; i--) {
		const uint32_t other = random_below(random, i);
		const uint8_t tld = domains[i - 1].tld;
		domains[i - 1].tld = domains[other].tld;
		domains[other].tld = tld;
	}
}

static void spread(struct plan *plan)
{
	const struct shares *shares = plan->shares;
	struct random random;
	uint32_t weights[SHARES_TLDS_MAX];
	uint32_t counts[SHARES_TLDS_MAX];
	uint32_t at = 0;
	random_seeded(&random, plan->seed);
	for (uint32_t i = 0; i < shares->tld_count; i++)
		weights[i] = shares->tlds[i].weight;
	for (uint32_t i = 0; i < shares->operator_count; i++) {
		const struct shares_operator *row = &shares->operators[i];
		const uint32_t first = at;
		share_split(row->domains, row->has_weights ? row->weights : weights,
			    shares->tld_count, counts);
		for (uint32_t j = 0; j < shares->tld_count; j++)
			for (uint32_t k = 0; k < counts[j]; k++)
				plan->domains[at++] = (struct planned){.dns_operator = (uint16_t)i,
								       .tld = (uint8_t)j};
		assert(at - first == row->domains);
		shuffle_tlds(&random, &plan->domains[first], row->domains);
	}
	assert(at == shares->domains);
}

/* ---- servers ---- */

static uint16_t servers_share(const struct shares *shares, uint32_t dns_operator, enum share share)
{
	const uint16_t own = shares->operators[dns_operator].shares[share];
	const struct shares_operator *row = &shares->operators[dns_operator];
	/* Real programs have what they have. */
	if (row->place != PLACE_BUILTIN && share != SHARE_IPV6_NS && share != SHARE_ROA_NS &&
	    share != SHARE_TWO_NETWORKS && share != SHARE_TRANSFER_OPEN)
		return share == SHARE_COOKIES ? SHARE_WHOLE : 0;
	if (own != SHARE_UNSTATED)
		return own;
	return shares->all[share] != SHARE_UNSTATED ? shares->all[share]
						    : share_row(share)->fallback;
}

static void give_servers(struct plan *plan, uint32_t dns_operator, uint32_t first, enum share share)
{
	const uint32_t count = plan->shares->operators[dns_operator].domains;
	const uint32_t wanted = share_of(servers_share(plan->shares, dns_operator, share), count);
	const uint64_t start = number_of(plan, (uint8_t)share, dns_operator) % count;
	assert(count > 0 && wanted <= count && first + count <= plan->shares->domains);
	for (uint32_t i = 0; i < wanted; i++)
		plan->domains[first + (uint32_t)((start + i) % count)].has |= SHARE_BIT(share);
}

static int add_set(struct plan *plan, const struct planned_set *set)
{
	int error = array_grow((void **)&plan->sets, &plan->set_room, plan->set_count, sizeof(*set),
			       SHARES_SERVERS_MAX);
	if (!error)
		plan->sets[plan->set_count++] = *set;
	return error;
}

/* The set at or after `first_set` with what the domain is to have, or a new one. */
static int place_domain(struct plan *plan, uint32_t domain, uint32_t first_set)
{
	assert(domain < plan->shares->domains && first_set <= plan->set_count);
	struct planned *row = &plan->domains[domain];
	const bool is_own = plan->shares->operators[row->dns_operator].is_own;
	uint32_t at = is_own ? plan->set_count : first_set;
	while (at < plan->set_count && plan->sets[at].has != row->has)
		at++;
	row->set = at;
	row->is_first = at == plan->set_count;
	if (!row->is_first)
		return 0;
	return add_set(plan, &(struct planned_set){.has = row->has,
						   .number = plan->set_count - first_set,
						   .domain = domain,
						   .dns_operator = row->dns_operator});
}

static int place_operator(struct plan *plan, uint32_t dns_operator, uint32_t first)
{
	const struct shares_operator *row = &plan->shares->operators[dns_operator];
	const uint32_t first_set = plan->set_count;
	int error = 0;
	for (enum share i = 0; i < SHARE_OF_SERVERS_COUNT; i++)
		give_servers(plan, dns_operator, first, i);
	for (uint32_t i = 0; i < row->domains && !error; i++)
		error = place_domain(plan, first + i, first_set);
	plan->server_count += (plan->set_count - first_set) * row->server_count;
	return plan->server_count > SHARES_SERVERS_MAX ? ERR_LIMIT : error;
}

static int place(struct plan *plan, struct complaint *complaint)
{
	const struct shares *shares = plan->shares;
	uint32_t first = 0;
	int error = 0;
	for (uint32_t i = 0; i < shares->operator_count && !error; i++) {
		error = place_operator(plan, i, first);
		first += shares->operators[i].domains;
		if (error == ERR_LIMIT)
			return complain(complaint, error,
					"line %u: with operator '%.80s' there would be more than "
					"%u name servers; a domain with servers of its own takes "
					"%u, and each share of servers may double an operator's",
					shares->operators[i].line, shares->operators[i].name,
					SHARES_SERVERS_MAX, SHARES_OWN_SERVERS);
	}
	return error;
}

int plan_make(struct plan *plan, struct complaint *complaint)
{
	assert(plan->domains == NULL && plan->shares->domains > 0);
	plan->domains = memory_take_zeroed(plan->shares->domains, sizeof(*plan->domains));
	if (!plan->domains)
		return ERR_MEMORY;
	spread(plan);
	int error = place(plan, complaint);
	for (enum share i = SHARE_OF_SERVERS_COUNT; i < SHARE_COUNT && !error; i++)
		error = plan_choose(plan, i);
	return error;
}

void plan_release(struct plan *plan)
{
	memory_give(plan->domains);
	memory_give(plan->sets);
}

/* ---- silence ---- */

struct turn {
	uint64_t number;
	uint32_t set;
};

static int compare_turns(const void *left, const void *right)
{
	const struct turn *one = left;
	const struct turn *other = right;
	if (one->number != other->number)
		return one->number < other->number ? -1 : 1;
	return one->set < other->set ? -1 : one->set > other->set;
}

static uint32_t silence_set(struct plan *plan, uint32_t set, uint32_t most)
{
	const uint32_t count = plan->shares->operators[plan->sets[set].dns_operator].server_count;
	uint32_t silenced = 0;
	assert(set < plan->set_count && count <= MAKE_SERVERS_MAX);
	for (uint32_t i = 0; i < count && silenced < most; i++) {
		/* The last ones first: it is no matter, and a first name server is the primary. */
		const uint32_t bit = 1u << (count - 1 - i);
		if (plan->sets[set].silent & bit)
			continue;
		plan->sets[set].silent |= (uint8_t)bit;
		silenced++;
	}
	return silenced;
}

/* Every other set is silenced whole, so that there are domains of which nothing is known beside
 * such that lost one of their servers. */
int plan_silence(struct plan *plan, uint16_t share)
{
	assert(share <= SHARE_WHOLE && plan->set_count > 0);
	uint32_t left = share_of(share, plan->server_count);
	struct turn *turns = memory_take_zeroed(plan->set_count, sizeof(*turns));
	if (!turns)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < plan->set_count; i++)
		turns[i] = (struct turn){number_of(plan, SHARE_COUNT, i), i};
	qsort(turns, plan->set_count, sizeof(*turns), compare_turns);
	for (uint32_t i = 0; i < plan->set_count && left > 0; i++)
		left -= silence_set(plan, turns[i].set, i % 2 == 0 ? left : 1);
	for (uint32_t i = 0; i < plan->set_count && left > 0; i++)
		left -= silence_set(plan, turns[i].set, left);
	assert(left == 0);
	memory_give(turns);
	return 0;
}
