/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "world/make_private.h"
#include "world/place_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define ROOT_SERVERS 13

/* Operators whose RSA keys must be made before the world starts. */
#define RSA_OPERATORS_MAX 4u
/* The operators of the first ranks have half of all domains, whatever their number. */
#define LARGE_RANKS 6u
/* About a hundred domains, by Zipf's law over some thousand operators. */
#define LARGE_DOMAINS 800u

struct root_server {
	const char *ipv4;
	const char *ipv6;
};

/* As IANA publishes them (root hints of 2023-11-27 and later). */
static const struct root_server root_servers[ROOT_SERVERS] = {
	{"198.41.0.4", "2001:503:ba3e::2:30"}, {"170.247.170.2", "2801:1b8:10::b"},
	{"192.33.4.12", "2001:500:2::c"},      {"199.7.91.13", "2001:500:2d::d"},
	{"192.203.230.10", "2001:500:a8::e"},  {"192.5.5.241", "2001:500:2f::f"},
	{"192.112.36.4", "2001:500:12::d0d"},  {"198.97.190.53", "2001:500:1::53"},
	{"192.36.148.17", "2001:7fe::53"},     {"192.58.128.30", "2001:503:c27::2:30"},
	{"193.0.14.129", "2001:7fd::1"},       {"199.7.83.42", "2001:500:9f::42"},
	{"202.12.27.33", "2001:dc3::35"},
};

static uint32_t count_sound(const struct world_make_options *options)
{
	if (options->operators)
		return options->operators < 3 ? 3 : options->operators;
	uint32_t count = options->domains / 40;
	return count < 10 ? 10 : count > 2000 ? 2000 : count;
}

/* Behaviours that show when all of an operator's servers have them. */
static bool can_be_everywhere(enum behaviour behaviour)
{
	return behaviour != BEHAVIOUR_STALE_SERIAL && behaviour != BEHAVIOUR_DIFFERING &&
	       behaviour != BEHAVIOUR_UNSIGNED;
}

/* One server alone is no reason to find that all depends on something. */
static bool can_be_alone(enum behaviour behaviour)
{
	return behaviour != BEHAVIOUR_ONE_AS && behaviour != BEHAVIOUR_ONE_PREFIX;
}

/* `is_large`: has many domains, which only fast algorithms can sign while somebody waits. */
static struct make_policy draw_policy(struct make *make, uint32_t *rsa_left, bool is_large)
{
	static const char *const denials[] = {"nsec", "nsec3"};
	struct make_policy policy = {.algorithm = 13};
	policy.denial = denials[random_below(&make->random, 2)];
	uint32_t number = random_below(&make->random, 100);
	if (number >= 70 && number < 82)
		policy.algorithm = 15;
	else if (is_large)
		return policy;
	else if (number >= 82 && number < 85)
		policy.algorithm = 14;
	else if (number == 85)
		policy.algorithm = 16;
	if (number > 85 && *rsa_left > 0) {
		policy.algorithm = 8;
		--*rsa_left;
	}
	return policy;
}

static int plan(struct make *make, uint32_t rank, uint32_t *rsa_left)
{
	struct make_operator *row = &make->operators[rank];
	row->tld = random_below(&make->random, make->tld_count);
	row->server_count = 2 + random_below(&make->random, 5) / 3;
	row->server_count += random_below(&make->random, 20) == 0;
	bool is_large = rank < LARGE_RANKS || make->options->domains / (rank + 1) > LARGE_DOMAINS;
	row->policy = draw_policy(make, rsa_left, is_large);
	row->is_sound = true;
	return make_word(make, row->tld, "dns-", row->name);
}

/* One server of the operator misbehaves, or all. */
static void spoil(struct make *make, struct make_operator *row, enum behaviour behaviour,
		  bool is_everywhere)
{
	assert(row->server_count > 0 && row->server_count <= MAKE_SERVERS_MAX);
	uint64_t bit = BEHAVIOUR_BIT(behaviour);
	uint32_t only = random_below(&make->random, row->server_count);
	for (uint32_t i = 0; i < row->server_count; i++)
		row->behaviours[i] = is_everywhere || i == only ? bit : 0;
	row->is_sound = false;
	row->is_dead = is_everywhere && (bit & BEHAVIOURS_UNUSABLE);
}

/* Zipf's law: the operator of rank r has a share like 1 / r. */
static int weigh(struct make *make)
{
	make->weights = memory_take_zeroed(make->sound_count, sizeof(*make->weights));
	if (!make->weights)
		return ERR_MEMORY;
	double sum = 0;
	for (uint32_t i = 0; i < make->sound_count; i++) {
		sum += 1.0 / (i + 1);
		make->weights[i] = sum;
	}
	return 0;
}

int make_operators(struct make *make)
{
	make->sound_count = count_sound(make->options);
	uint32_t most = make->sound_count + 2 * BEHAVIOUR_COUNT;
	make->operators = memory_take_zeroed(most, sizeof(*make->operators));
	if (!make->operators)
		return ERR_MEMORY;
	uint32_t rsa_left = RSA_OPERATORS_MAX;
	int error = 0;
	for (uint32_t i = 0; i < make->sound_count && !error; i++) {
		error = plan(make, i, &rsa_left);
		/* The first operator is where others' zones are. */
		if (i >= 1 && i - 1 < make->place_count)
			make->operators[i].place = make->places[i - 1];
	}
	make->operator_count = make->sound_count;
	make->legacy = make->sound_count - 1;
	rsa_left = 0;
	for (enum behaviour i = 0; i < BEHAVIOUR_COUNT && !error; i++) {
		for (int is_everywhere = 0; is_everywhere < 2 && !error; is_everywhere++) {
			struct make_operator *row = &make->operators[make->operator_count];
			if (is_everywhere ? !can_be_everywhere(i) : !can_be_alone(i))
				continue;
			error = plan(make, make->operator_count++, &rsa_left);
			spoil(make, row, i, is_everywhere);
		}
	}
	return error ? error : weigh(make);
}

/* ---- what is written ---- */

/* 198.19.255.0/24 is for operators that are announced in one prefix. */
#define SHARED_PREFIX_THIRD 511u

/* The next address of 198.18.0.0/15 with a /31 for itself, leaving out .0 and .254, and one of
 * 2001:db8::/32 beside it. */
void make_write_addresses(struct make *make, bool with_ipv6)
{
	uint32_t number = make->next_address++;
	uint32_t third = number / 126;
	assert(third < SHARED_PREFIX_THIRD);
	text_format(make->text, "addresses: [198.%u.%u.%u", 18 + third / 256, third % 256,
		    2 + 2 * (number % 126));
	if (with_ipv6)
		text_format(make->text, ", \"2001:db8:%x::53\"", number + 1);
	text_add(make->text, "]");
}

static void write_operator_servers(struct make *make, const struct make_operator *row)
{
	/* Encryption is rare, and nobody is told off for having none. */
	static const char *const transports[] = {"", ", transports: [dot, doh, doq]",
						 ", transports: [dot, doq]"};
	const uint32_t kind = random_below(&make->random, 10);
	/* Six of ten have IPv6 everywhere, one at its first server only. */
	const uint32_t dual_count = kind < 6 ? row->server_count : kind == 6 ? 1 : 0;
	bool is_one_prefix = row->behaviours[0] & BEHAVIOUR_BIT(BEHAVIOUR_ONE_PREFIX);
	for (uint32_t i = 0; i < row->server_count; i++) {
		text_format(make->text, "  - {name: ns%u.%s.%s, ", i + 1, row->name,
			    make_tld(row->tld));
		if (is_one_prefix)
			text_format(make->text, "addresses: [198.19.255.%u]", 1 + i);
		else
			make_write_addresses(make, i < dual_count);
		for (enum behaviour j = 0; j < BEHAVIOUR_COUNT; j++) {
			if (row->behaviours[i] & BEHAVIOUR_BIT(j))
				text_format(make->text, ", behaviour: [%s]",
					    behaviour_row(j)->name);
		}
		if (row->is_sound && !row->place && dual_count == 0)
			text_add(make->text, transports[row->server_count % 3]);
		if (row->place)
			text_format(make->text, ", place: %s", place_name(row->place));
		text_add(make->text, "}\n");
	}
}

void make_write_root_servers(struct make *make)
{
	text_add(make->text, "servers:\n");
	for (int i = 0; i < ROOT_SERVERS; i++)
		text_format(make->text,
			    "  - {name: %c.root-servers.net, addresses: [%s, \"%s\"]}\n", 'a' + i,
			    root_servers[i].ipv4, root_servers[i].ipv6);
}

void make_write_tld_servers(struct make *make, const char *tld)
{
	for (int j = 0; j < 2; j++) {
		text_format(make->text, "  - {name: %c.nic.%s, ", 'a' + j, tld);
		make_write_addresses(make, true);
		text_add(make->text, "}\n");
	}
}

static void write_servers(struct make *make)
{
	make_write_root_servers(make);
	for (uint32_t i = 0; i < make->tld_count; i++)
		make_write_tld_servers(make, make_tld(i));
	for (uint32_t i = 0; i < make->operator_count; i++)
		write_operator_servers(make, &make->operators[i]);
}

void make_write_root_operator(struct make *make)
{
	text_add(make->text, "operators:\n  - {name: root, servers: [");
	for (int i = 0; i < ROOT_SERVERS; i++)
		text_format(make->text, "%s%c.root-servers.net", i ? ", " : "", 'a' + i);
	text_add(make->text, "]}\n");
}

void make_write_tld_operator(struct make *make, const char *tld)
{
	text_format(make->text, "  - {name: nic-%s, servers: [a.nic.%s, b.nic.%s]}\n", tld, tld,
		    tld);
}

static void write_operator_rows(struct make *make)
{
	make_write_root_operator(make);
	for (uint32_t i = 0; i < make->tld_count; i++)
		make_write_tld_operator(make, make_tld(i));
	for (uint32_t i = 0; i < make->operator_count; i++) {
		const struct make_operator *row = &make->operators[i];
		text_format(make->text, "  - {name: %s.%s, servers: [", row->name,
			    make_tld(row->tld));
		for (uint32_t j = 0; j < row->server_count; j++)
			text_format(make->text, "%sns%u.%s.%s", j ? ", " : "", j + 1, row->name,
				    make_tld(row->tld));
		text_add(make->text, "]}\n");
	}
}

/* Operators with odd servers have their own zone at the first operator, which is sound. */
static void write_zones(struct make *make)
{
	static const char *const policies[] = {"13 nsec3-opt-out", "13 nsec", "15 nsec3",
					       "8 nsec3-opt-out"};
	text_add(make->text, "zones:\n  - {name: ., operator: root, signed: 8 nsec}\n"
			     "  - {name: root-servers.net, operator: root}\n");
	for (uint32_t i = 0; i < make->tld_count; i++) {
		/* RSA signatures are slow, so only the last of many top-level domains has them. */
		bool is_rsa = i == make->tld_count - 1 && make->options->domains <= 20000;
		text_format(make->text, "  - {name: %s, operator: nic-%s, signed: %s}\n",
			    make_tld(i), make_tld(i), policies[is_rsa ? 3 : i % 3]);
	}
	for (uint32_t i = 0; i < make->operator_count; i++) {
		const struct make_operator *row = &make->operators[i];
		const struct make_operator *host = row->is_sound ? row : &make->operators[0];
		text_format(make->text, "  - {name: %s.%s, operator: %s.%s%s}\n", row->name,
			    make_tld(row->tld), host->name, make_tld(host->tld),
			    i % 3 == 0 ? ", signed: 13 nsec" : "");
	}
}

void make_write_infrastructure(struct make *make)
{
	write_servers(make);
	write_operator_rows(make);
	write_zones(make);
}
