/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which domains have a property. Candidates are sorted by pool, then by operator and top-level
 * domain, then by a number of the seed's; every n/m-th of a pool is taken, so that the count of the
 * pool is exact and that of each operator and top-level domain within it differs by one at most
 * from its even share.
 */
#include "base/map.h"
#include "base/memory.h"
#include "world/shares_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct candidate {
	uint64_t number;
	uint32_t pool;
	uint32_t cell;
	uint32_t domain;
};

static int compare(const void *left, const void *right)
{
	const struct candidate *one = left;
	const struct candidate *other = right;
	if (one->pool != other->pool)
		return one->pool < other->pool ? -1 : 1;
	if (one->cell != other->cell)
		return one->cell < other->cell ? -1 : 1;
	if (one->number != other->number)
		return one->number < other->number ? -1 : 1;
	return one->domain < other->domain ? -1 : one->domain > other->domain;
}

/* The row of the table in words, as a test. */
static bool can_have(const struct plan *plan, const struct planned *domain, enum share share)
{
	static const struct {
		uint32_t all, any, none; /* SHARE_BIT */
	} rests_on[SHARE_COUNT] = {
		[SHARE_MODERN_ALGORITHM] = {.all = SHARE_BIT(SHARE_SIGNED)},
		[SHARE_NSEC3] = {.all = SHARE_BIT(SHARE_SIGNED)},
		[SHARE_CDS] = {.all = SHARE_BIT(SHARE_SIGNED)},
		[SHARE_NULL_MX] = {.none = SHARE_BIT(SHARE_MAIL)},
		[SHARE_IPV6_MAIL] = {.all = SHARE_BIT(SHARE_MAIL)},
		[SHARE_SPF_STRICT] = {.all = SHARE_BIT(SHARE_SPF)},
		[SHARE_DMARC_ENFORCED] = {.all = SHARE_BIT(SHARE_DMARC)},
		[SHARE_MTA_STS] = {.all = SHARE_BIT(SHARE_MAIL)},
		[SHARE_MTA_STS_ENFORCED] = {.all = SHARE_BIT(SHARE_MTA_STS)},
		[SHARE_TLSRPT] = {.all = SHARE_BIT(SHARE_MAIL)},
		[SHARE_TLSA_MAIL] = {.all = SHARE_BIT(SHARE_SIGNED) | SHARE_BIT(SHARE_MAIL)},
		[SHARE_TLSA_WEB] = {.all = SHARE_BIT(SHARE_SIGNED),
				    .any = SHARE_BIT(SHARE_MAIL) | SHARE_BIT(SHARE_NULL_MX)},
	};
	const uint32_t any = rests_on[share].any;
	assert(domain->dns_operator < plan->shares->operator_count);
	const struct shares_operator *row = &plan->shares->operators[domain->dns_operator];
	if (share == SHARE_WHITE_LABEL && (row->is_own || domain->is_first))
		return false;
	/* It makes NSEC3 records itself, so that no digest of ours fits. */
	if (share == SHARE_ZONEMD && row->place == PLACE_PDNS &&
	    (domain->has & SHARE_BIT(SHARE_NSEC3)))
		return false;
	return (domain->has & rests_on[share].all) == rests_on[share].all &&
	       !(domain->has & rests_on[share].none) && (any == 0 || (domain->has & any) != 0);
}

/* Whose statement counts: the operator's, the top-level domain's, that of all. */
static uint32_t pool_of(const struct shares *shares, const struct planned *domain, enum share share)
{
	if (shares->operators[domain->dns_operator].shares[share] != SHARE_UNSTATED)
		return domain->dns_operator;
	if (shares->tlds[domain->tld].shares[share] != SHARE_UNSTATED)
		return SHARES_OPERATORS_MAX + domain->tld;
	return SHARES_OPERATORS_MAX + SHARES_TLDS_MAX;
}

static uint16_t pool_share(const struct shares *shares, uint32_t pool, enum share share)
{
	assert(share < SHARE_COUNT && pool <= SHARES_OPERATORS_MAX + SHARES_TLDS_MAX);
	if (pool < SHARES_OPERATORS_MAX)
		return shares->operators[pool].shares[share];
	if (pool < SHARES_OPERATORS_MAX + SHARES_TLDS_MAX)
		return shares->tlds[pool - SHARES_OPERATORS_MAX].shares[share];
	return shares->all[share] != SHARE_UNSTATED ? shares->all[share]
						    : share_row(share)->fallback;
}

static uint64_t number_of(const struct plan *plan, enum share share, uint32_t domain)
{
	uint8_t key[16] = {0};
	memcpy(key, &plan->seed, sizeof(plan->seed));
	key[8] = (uint8_t)share;
	return siphash(key, &domain, sizeof(domain));
}

static void take_evenly(struct plan *plan, enum share share, const struct candidate *candidates,
			uint32_t count)
{
	const uint64_t wanted =
		share_of(pool_share(plan->shares, candidates[0].pool, share), count);
	assert(wanted <= count && count > 0);
	const uint64_t start = count / 2;
	for (uint32_t i = 0; i < count; i++) {
		if ((start + (i + 1) * wanted) / count > (start + i * wanted) / count)
			plan->domains[candidates[i].domain].has |= SHARE_BIT(share);
	}
}

int plan_choose(struct plan *plan, enum share share)
{
	const uint32_t domains = plan->shares->domains;
	struct candidate *candidates = memory_take_zeroed(domains, sizeof(*candidates));
	uint32_t count = 0;
	if (!candidates)
		return ERR_MEMORY;
	assert(share >= SHARE_OF_SERVERS_COUNT && share < SHARE_COUNT);
	for (uint32_t i = 0; i < domains; i++) {
		const struct planned *domain = &plan->domains[i];
		if (!can_have(plan, domain, share))
			continue;
		candidates[count++] = (struct candidate){
			.number = number_of(plan, share, i),
			.pool = pool_of(plan->shares, domain, share),
			.cell = domain->dns_operator * SHARES_TLDS_MAX + domain->tld,
			.domain = i,
		};
	}
	qsort(candidates, count, sizeof(*candidates), compare);
	for (uint32_t i = 0; i < count;) {
		uint32_t end = i + 1;
		while (end < count && candidates[end].pool == candidates[i].pool)
			end++;
		take_evenly(plan, share, &candidates[i], end - i);
		i = end;
	}
	memory_give(candidates);
	return 0;
}

void share_split(uint32_t count, const uint32_t *weights, uint32_t weight_count,
		 uint32_t *ret_counts)
{
	uint64_t sum = 0;
	uint32_t given = 0;
	uint64_t rests[SHARES_TLDS_MAX];
	assert(weight_count <= SHARES_TLDS_MAX);
	for (uint32_t i = 0; i < weight_count; i++)
		sum += weights[i];
	assert(sum > 0);
	for (uint32_t i = 0; i < weight_count; i++) {
		const uint64_t part = (uint64_t)count * weights[i];
		ret_counts[i] = (uint32_t)(part / sum);
		rests[i] = part % sum;
		given += ret_counts[i];
	}
	/* Of equal remainders the first. */
	for (; given < count; given++) {
		uint32_t largest = 0;
		for (uint32_t i = 1; i < weight_count; i++)
			if (rests[i] > rests[largest])
				largest = i;
		assert(weights[largest] > 0);
		ret_counts[largest]++;
		rests[largest] = 0;
	}
}
