/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plan as a world file. */
#include "base/memory.h"
#include "world/place_private.h"
#include "world/shares_private.h"
#include "world/shown_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* Of domains whose algorithm is not a modern one: RSA with SHA-256. */
#define OLD_ALGORITHM 8u
/* One of these announces all servers of a set whose networks are one (RFC 5398). */
#define ONE_AS_FIRST 64496u
#define ONE_AS_COUNT 15u
/* Operators' own zones: every third is signed. */
#define SIGNED_EVERY 3u

struct writing {
	const struct plan *plan;
	struct make make;
	char (*words)[MAKE_WORD_MAX]; /* of domains */
};

static const struct shares_operator *operator_of(const struct plan *plan, uint32_t dns_operator)
{
	assert(dns_operator < plan->shares->operator_count);
	return &plan->shares->operators[dns_operator];
}

static bool is_real(const struct plan *plan, const struct planned_set *set)
{
	return operator_of(plan, set->dns_operator)->place != PLACE_BUILTIN;
}

/* ---- names ---- */

static int name_all(struct writing *writing)
{
	const struct plan *plan = writing->plan;
	int error = 0;
	for (uint32_t i = 0; i < plan->shares->operator_count && !error; i++) {
		const struct shares_operator *row = operator_of(plan, i);
		char label[SHARES_LABEL_MAX];
		(void)snprintf(label, sizeof(label), "%.*s", (int)strcspn(row->name, "."),
			       row->name);
		if (!row->is_own)
			error = make_take_word(&writing->make, row->tld, label);
	}
	for (uint32_t i = 0; i < plan->shares->domains && !error; i++)
		error = make_word(&writing->make, plan->domains[i].tld, "", writing->words[i]);
	return error;
}

static void write_domain_name(struct writing *writing, uint32_t domain)
{
	const struct plan *plan = writing->plan;
	assert(domain < plan->shares->domains && writing->words[domain][0] != 0);
	text_format(writing->make.text, "%s.%s", writing->words[domain],
		    plan->shares->tlds[plan->domains[domain].tld].name);
}

/* The first set has the operator's name, others a number behind it. */
static void write_set_name(struct writing *writing, uint32_t set)
{
	assert(set < writing->plan->set_count);
	const struct planned_set *row = &writing->plan->sets[set];
	const char *name = operator_of(writing->plan, row->dns_operator)->name;
	text_add(writing->make.text, name);
	if (row->number > 0)
		text_format(writing->make.text, "/%u", row->number + 1);
}

static void write_server_name(struct writing *writing, uint32_t set, uint32_t server)
{
	assert(set < writing->plan->set_count && server < MAKE_SERVERS_MAX);
	const struct planned_set *row = &writing->plan->sets[set];
	const struct shares_operator *dns_operator = operator_of(writing->plan, row->dns_operator);
	if (dns_operator->is_own) {
		text_format(writing->make.text, "ns%u.", server + 1);
		write_domain_name(writing, row->domain);
	} else {
		text_format(writing->make.text, "ns%u.%s",
			    row->number * dns_operator->server_count + server + 1,
			    dns_operator->name);
	}
}

/* ---- servers ---- */

static void write_transports(struct text *text, uint32_t has)
{
	static const enum share transports[] = {SHARE_DOT, SHARE_DOH, SHARE_DOQ};
	uint32_t count = 0;
	for (size_t i = 0; i < sizeof(transports) / sizeof(transports[0]); i++) {
		if (!(has & SHARE_BIT(transports[i])))
			continue;
		text_format(text, "%s%s", count++ ? ", " : ", transports: [",
			    share_row(transports[i])->word);
	}
	text_add(text, count ? "]" : "");
}

static void write_behaviours(struct text *text, uint32_t has, bool is_silent, bool has_roa)
{
	const struct {
		bool is_there;
		enum behaviour behaviour;
	} rows[] = {
		{is_silent, BEHAVIOUR_SILENT},
		{!is_silent && (has & SHARE_BIT(SHARE_TRANSFER_OPEN)), BEHAVIOUR_TRANSFER_OPEN},
		{!has_roa, BEHAVIOUR_ROA_MISSING},
	};
	uint32_t count = 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!rows[i].is_there)
			continue;
		text_format(text, "%s%s", count++ ? ", " : ", behaviour: [",
			    behaviour_row(rows[i].behaviour)->name);
	}
	text_add(text, count ? "]" : "");
}

/* Real programs answer; who is to be silent is at their place without one. */
static void write_set(struct writing *writing, uint32_t set)
{
	const struct planned_set *row = &writing->plan->sets[set];
	const struct shares_operator *dns_operator = operator_of(writing->plan, row->dns_operator);
	struct text *text = writing->make.text;
	for (uint32_t i = 0; i < dns_operator->server_count; i++) {
		const bool is_silent = (row->silent & 1u << i) != 0;
		text_add(text, "  - {name: ");
		write_server_name(writing, set, i);
		text_add(text, ", ");
		make_write_addresses(&writing->make, row->has & SHARE_BIT(SHARE_IPV6_NS));
		/* One address without a ROA is enough, and as usual as that all are. */
		const bool has_roa = (row->has & SHARE_BIT(SHARE_ROA_NS)) ||
				     (set % 2 == 0 && i < dns_operator->server_count - 1u);
		write_behaviours(text, row->has, is_silent, has_roa);
		if (!(row->has & SHARE_BIT(SHARE_TWO_NETWORKS)))
			text_format(text, ", as: %u", ONE_AS_FIRST + set % ONE_AS_COUNT);
		write_transports(text, row->has);
		if (!is_real(writing->plan, row) && !(row->has & SHARE_BIT(SHARE_COOKIES)))
			text_add(text, ", cookies: false");
		if (is_real(writing->plan, row) && !is_silent)
			text_format(text, ", place: %s", place_name(dns_operator->place));
		text_add(text, "}\n");
	}
}

static void write_servers(struct writing *writing)
{
	const struct shares *shares = writing->plan->shares;
	make_write_root_servers(&writing->make);
	for (uint32_t i = 0; i < shares->tld_count; i++)
		make_write_tld_servers(&writing->make, shares->tlds[i].name);
	for (uint32_t i = 0; i < writing->plan->set_count; i++)
		write_set(writing, i);
}

static void write_operators(struct writing *writing)
{
	const struct plan *plan = writing->plan;
	struct text *text = writing->make.text;
	make_write_root_operator(&writing->make);
	for (uint32_t i = 0; i < plan->shares->tld_count; i++)
		make_write_tld_operator(&writing->make, plan->shares->tlds[i].name);
	for (uint32_t i = 0; i < plan->set_count; i++) {
		const struct shares_operator *row = operator_of(plan, plan->sets[i].dns_operator);
		text_add(text, "  - {name: ");
		write_set_name(writing, i);
		if (plan->sets[i].number > 0)
			text_format(text, ", group: %s", row->name);
		text_add(text, ", servers: [");
		for (uint32_t j = 0; j < row->server_count; j++) {
			text_add(text, j ? ", " : "");
			write_server_name(writing, i, j);
		}
		text_add(text, "]}\n");
	}
}

/* ---- zones ---- */

/* The registries hold what else there is, so that a silent operator is still found by its names. */
static void write_zones(struct writing *writing)
{
	static const char *const policies[] = {"13 nsec3-opt-out", "13 nsec", "15 nsec3"};
	const struct shares *shares = writing->plan->shares;
	struct text *text = writing->make.text;
	text_add(text, "zones:\n  - {name: ., operator: root, signed: 8 nsec}\n"
		       "  - {name: root-servers.net, operator: root}\n");
	for (uint32_t i = 0; i < shares->tld_count; i++)
		text_format(text, "  - {name: %s, operator: nic-%s, signed: %s}\n",
			    shares->tlds[i].name, shares->tlds[i].name,
			    policies[i % (sizeof(policies) / sizeof(policies[0]))]);
	for (uint32_t i = 0; i < shares->operator_count; i++) {
		const struct shares_operator *row = &shares->operators[i];
		if (!row->is_own)
			text_format(text, "  - {name: %s, operator: nic-%s%s}\n", row->name,
				    shares->tlds[row->tld].name,
				    i % SIGNED_EVERY == 0 ? ", signed: 13 nsec" : "");
	}
}

static void write_shows(struct text *text, uint32_t has)
{
	static const enum share shares[SHOW_COUNT] = {
		[SHOW_MAIL] = SHARE_MAIL,
		[SHOW_NULL_MX] = SHARE_NULL_MX,
		[SHOW_IPV6_MAIL] = SHARE_IPV6_MAIL,
		[SHOW_SPF] = SHARE_SPF,
		[SHOW_SPF_STRICT] = SHARE_SPF_STRICT,
		[SHOW_DMARC] = SHARE_DMARC,
		[SHOW_DMARC_ENFORCED] = SHARE_DMARC_ENFORCED,
		[SHOW_MTA_STS] = SHARE_MTA_STS,
		[SHOW_MTA_STS_ENFORCED] = SHARE_MTA_STS_ENFORCED,
		[SHOW_TLSRPT] = SHARE_TLSRPT,
		[SHOW_TLSA_MAIL] = SHARE_TLSA_MAIL,
		[SHOW_TLSA_WEB] = SHARE_TLSA_WEB,
		[SHOW_CAA] = SHARE_CAA,
		[SHOW_CDS] = SHARE_CDS,
	};
	const char *before = "";
	text_add(text, ", shows: [");
	for (enum show i = 0; i < SHOW_COUNT; i++) {
		if (!(has & SHARE_BIT(shares[i])))
			continue;
		text_format(text, "%s%s", before, show_word(i));
		before = ", ";
	}
	text_add(text, "]");
}

static void write_domain(struct writing *writing, uint32_t domain)
{
	const struct planned *row = &writing->plan->domains[domain];
	struct text *text = writing->make.text;
	text_add(text, "  - {name: ");
	write_domain_name(writing, domain);
	text_add(text, ", operator: ");
	write_set_name(writing, row->set);
	if (row->has & SHARE_BIT(SHARE_SIGNED))
		text_format(text, ", signed: %u %s",
			    row->has & SHARE_BIT(SHARE_MODERN_ALGORITHM)
				    ? operator_of(writing->plan, row->dns_operator)->algorithm
				    : OLD_ALGORITHM,
			    row->has & SHARE_BIT(SHARE_NSEC3) ? "nsec3" : "nsec");
	if (row->has & SHARE_BIT(SHARE_WHITE_LABEL))
		text_add(text, ", vanity: true");
	if (row->has & SHARE_BIT(SHARE_ZONEMD))
		text_add(text, ", zonemd: true");
	write_shows(text, row->has);
	text_add(text, "}\n");
}

static void write_all(struct writing *writing)
{
	const struct plan *plan = writing->plan;
	assert(plan->set_count > 0 && plan->server_count <= SHARES_SERVERS_MAX);
	text_format(
		writing->make.text,
		"# %u domains with stated shares, made by dsfi world make --shares; the format: "
		"docs/format/world.md\nworld: 1\nseed: %ju\nrouting: true\n",
		plan->shares->domains, (uintmax_t)plan->seed);
	write_servers(writing);
	write_operators(writing);
	write_zones(writing);
	text_add(writing->make.text, "domains:\n");
	for (uint32_t i = 0; i < plan->shares->domains; i++)
		write_domain(writing, i);
}

int plan_write(const struct plan *plan, struct text *text)
{
	static const uint8_t key[16] = "made worlds";
	struct writing *writing = memory_take_zeroed(1, sizeof(*writing));
	int error = ERR_MEMORY;
	if (!writing)
		return error;
	assert(plan->domains != NULL && text != NULL);
	writing->plan = plan;
	writing->make.text = text;
	writing->make.names = map_new(key);
	writing->words = memory_take_zeroed(plan->shares->domains, sizeof(*writing->words));
	random_seeded(&writing->make.random, plan->seed);
	if (writing->make.names && writing->words)
		error = name_all(writing);
	if (!error) {
		write_all(writing);
		error = text->error;
	}
	map_free(writing->make.names, NULL);
	memory_give(writing->words);
	memory_give(writing);
	return error;
}
