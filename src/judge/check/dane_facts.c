/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/check/dane_facts.h"

#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <stdlib.h>

#define SMTP_PORT 25
#define HTTPS_PORT 443
/* Of one MX set. */
#define MX_MAX 64u

struct preferred {
	uint16_t preference;
	const uint8_t *name;
};

static int by_preference(const void *left, const void *right)
{
	const struct preferred *one = left;
	const struct preferred *other = right;

	if (one->preference != other->preference)
		return one->preference < other->preference ? -1 : 1;
	return name_compare(one->name, other->name);
}

static void count_usable(struct dane_host *host)
{
	for (uint16_t i = 0; i < host->tlsa.rrset.count; i++) {
		const struct record *record = host->tlsa.rrset.records[i];

		host->usable_count +=
			tlsa_is_usable(record->rdata, record->rdata_size, host->service);
	}
}

/* Looks for TLSA records at `base`. */
static bool find_tlsa(const struct evidence *evidence, struct dane_host *host, const uint8_t *base)
{
	host->base = base;
	if (tlsa_name(base, host->port, &host->tlsa_name) != OK)
		return false;
	host->tlsa = look_up(evidence, host->tlsa_name.octets, TYPE_TLSA);
	return host->tlsa.rrset.count > 0;
}

static void add_host(const struct evidence *evidence, struct dane_facts *facts, uint16_t port,
		     const uint8_t *name)
{
	static const uint16_t types[] = {TYPE_A, TYPE_AAAA};
	struct dane_host *host = &facts->hosts[facts->count];
	bool is_found = false;

	assert(facts->count < DANE_HOSTS_MAX);
	*host = (struct dane_host){
		.service = port == SMTP_PORT ? TLSA_SMTP : TLSA_HTTPS, .port = port, .host = name};
	for (size_t i = 0; i < 2 && !is_found; i++) {
		const struct looked_up found = look_up(evidence, name, types[i]);

		if (!looked_up_is_secure(&found))
			continue;
		host->is_address_secure = true;
		/* The end of a secure alias comes first. */
		if (!name_equal(found.lookup->target, name))
			is_found = find_tlsa(evidence, host, found.lookup->target);
	}
	if (!is_found)
		(void)find_tlsa(evidence, host, name);
	host->is_secure = looked_up_is_secure(&host->tlsa);
	if (host->is_secure)
		count_usable(host);
	facts->count++;
}

static void add_mail_hosts(const struct evidence *evidence, struct dane_facts *facts)
{
	struct preferred preferred[MX_MAX];
	size_t count = 0;
	const struct looked_up mx = look_up(evidence, evidence->observation->domain, TYPE_MX);

	facts->knows_mail = !looked_up_is_unknown(&mx);
	for (uint16_t i = 0; i < mx.rrset.count && count < MX_MAX; i++) {
		const struct record *record = mx.rrset.records[i];
		const uint8_t *name = rdata_target(record);

		if (name != NULL && !name_is_root(name))
			preferred[count++] = (struct preferred){
				(uint16_t)(record->rdata[0] << 8 | record->rdata[1]), name};
	}
	qsort(preferred, count, sizeof(preferred[0]), by_preference);
	for (size_t i = 0; i < count && i < DANE_MAIL_HOSTS_MAX; i++)
		add_host(evidence, facts, SMTP_PORT, preferred[i].name);
}

void dane_facts_find(const struct evidence *evidence, struct dane_facts *ret_facts)
{
	const uint8_t *domain = evidence->observation->domain;
	struct name www;

	ret_facts->count = 0;
	add_mail_hosts(evidence, ret_facts);
	add_host(evidence, ret_facts, HTTPS_PORT, domain);
	if (name_prepend((const uint8_t *)"www", 3, domain, &www) != OK)
		return;
	const uint8_t *copy = arena_copy(evidence->arena, www.octets, name_size(www.octets));

	if (copy != NULL)
		add_host(evidence, ret_facts, HTTPS_PORT, copy);
}

void dane_unknown(const struct dane_facts *facts, struct verdicts *verdicts)
{
	bool is_known = facts->knows_mail;

	for (uint8_t i = 0; i < facts->count; i++)
		is_known &= !looked_up_is_unknown(&facts->hosts[i].tlsa);
	if (!is_known)
		verdict_not_measured(verdicts);
}
