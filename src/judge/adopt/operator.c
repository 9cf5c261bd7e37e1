/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "judge/adopt/operator.h"

#include "base/memory.h"
#include "base/random.h"
#include "judge/adopt/operator_private.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

/* A million rules of 64 octets with their names, and as many addresses as are learnt. */
#define OPERATORS_OCTETS_MAX ((size_t)1 << 30)

static int prepare(struct operators *operators)
{
	struct random random;
	uint8_t key[16];

	/* Names come from the DNS: nobody may know where they fall. */
	random_system(&random);
	random_octets(&random, key, sizeof(key));
	operators->domains = map_new(key);
	operators->by_suffix = map_new(key);
	operators->addresses = map_new(key);
	operators->names = map_new(key);
	operators->patterns = arena_take_array(&operators->arena, OPERATORS_PATTERNS_MAX,
					       sizeof(*operators->patterns));
	operators->prefixes = arena_take_array(&operators->arena, OPERATORS_PATTERNS_MAX,
					       sizeof(*operators->prefixes));
	return operators->domains && operators->by_suffix && operators->addresses &&
			       operators->names && operators->patterns && operators->prefixes
		       ? OK
		       : ERR_MEMORY;
}

int operators_new(const struct suffix_list *suffixes, const struct operators_file *file,
		  struct operators **ret_operators, struct complaint *complaint)
{
	struct operators *operators = memory_take_zeroed(1, sizeof(*operators));

	assert(suffixes && (!file || (file->path && file->text)));
	if (!operators)
		return ERR_MEMORY;
	operators->suffixes = suffixes;
	arena_init(&operators->arena, OPERATORS_OCTETS_MAX, 64 * 1024);
	int result = prepare(operators);

	if (result == OK && file)
		result = file->size > OPERATORS_FILE_OCTETS_MAX
				 ? complain(complaint, ERR_LIMIT, "'%s' has more than %zu octets",
					    file->path, OPERATORS_FILE_OCTETS_MAX)
				 : operators_read(operators, file->path, file->text, file->size,
						  complaint);
	if (result == OK)
		result = operators_read(operators, NULL, operators_catalogue(),
					strlen(operators_catalogue()), complaint);
	if (result < 0) {
		operators_free(operators);
		return result;
	}
	*ret_operators = operators;
	return OK;
}

void operators_free(struct operators *operators)
{
	if (!operators)
		return;
	map_free(operators->domains, NULL);
	map_free(operators->by_suffix, NULL);
	map_free(operators->addresses, NULL);
	map_free(operators->names, NULL);
	arena_release(&operators->arena);
	memory_give(operators);
}

/* ---- rules ---- */

struct best {
	const struct operator_line *said;
	enum operator_rule rule;
};

static void take_better(struct best *best, const struct operator_line *said,
			enum operator_rule rule)
{
	if (said && (!best->said || said->order < best->said->order))
		*best = (struct best){said, rule};
}

static void try_suffixes(const struct operators *operators, const uint8_t *name, struct best *best)
{
	struct name lower;

	assert(name_size(name) <= sizeof(lower.octets));
	name_copy_lower(lower.octets, name);
	for (const uint8_t *at = lower.octets; !name_is_root(at); at = name_parent(at))
		take_better(best, map_get(operators->by_suffix, at, name_size(at)),
			    OPERATOR_BY_SUFFIX);
	for (uint32_t i = 0; i < operators->pattern_count; i++)
		if (operator_pattern_fits(operators->patterns[i].suffix, lower.octets))
			take_better(best, &operators->patterns[i].said, OPERATOR_BY_SUFFIX);
}

/* The addresses that the name really has; those that the parent says, where it has none. */
static uint8_t addresses_of(const struct host *host, const uint8_t **ret_indices)
{
	*ret_indices = host->address_count > 0 ? host->addresses : host->glue;
	return host->address_count > 0 ? host->address_count : host->glue_count;
}

static void try_prefixes(const struct operators *operators, const struct observation *observation,
			 const struct host *host, struct best *best)
{
	const uint8_t *indices;
	const uint8_t count = addresses_of(host, &indices);

	for (uint32_t i = 0; i < operators->prefix_count; i++)
		for (uint8_t j = 0; j < count; j++)
			if (operator_prefix_holds(&operators->prefixes[i].ip,
						  operators->prefixes[i].bits,
						  &observation->servers[indices[j]].ip))
				take_better(best, &operators->prefixes[i].said, OPERATOR_BY_PREFIX);
}

/* ---- where no rule fits ---- */

static const char *registrable_text(struct operators *operators, const uint8_t *name,
				    struct arena *arena)
{
	const size_t size = name_size(name);
	const char *known = map_get(operators->names, name, size);
	char text[NAME_TEXT_MAX];
	struct name lower;

	if (known)
		return known;
	const uint8_t *found = suffix_registrable(operators->suffixes, name);

	name_copy_lower(lower.octets, found ? found : name);
	name_to_text(lower.octets, text);
	const size_t length = strlen(text);

	if (length > 1 && text[length - 1] == '.')
		text[length - 1] = '\0';
	if (map_count(operators->names) >= OPERATORS_ADDRESSES_MAX)
		return arena_text(arena, text);
	char *kept = arena_text(&operators->arena, text);

	return kept && map_put(operators->names, name, size, kept, NULL) == OK ? kept : NULL;
}

static size_t address_key(const struct ip *ip, uint8_t key[17])
{
	assert(ip->family == 4 || ip->family == 6 || ip->family == 0);
	key[0] = ip->family;
	memcpy(key + 1, ip->octets, sizeof(ip->octets));
	return 1 + sizeof(ip->octets);
}

static const char *learnt(const struct operators *operators, const struct observation *observation,
			  const struct host *host)
{
	const uint8_t *indices;
	const uint8_t count = addresses_of(host, &indices);
	uint8_t key[17];

	assert(count <= observation->server_count);
	for (uint8_t i = 0; i < count; i++) {
		const size_t size = address_key(&observation->servers[indices[i]].ip, key);
		const char *name = map_get(operators->addresses, key, size);

		if (name)
			return name;
	}
	return NULL;
}

static int decide_without_rule(struct operators *operators, struct arena *arena,
			       const struct observation *observation, const struct host *host,
			       struct operator_decision *ret_decision)
{
	struct operator_decision decision = {.rule = OPERATOR_BY_REGISTRABLE};

	if (!name_is_under(host->name, observation->domain)) {
		decision.name = registrable_text(operators, host->name, arena);
	} else {
		decision.name = learnt(operators, observation, host);
		decision.rule = decision.name ? OPERATOR_BY_ADDRESS : OPERATOR_OWN;
		if (!decision.name)
			decision.name = OPERATOR_OWN_NAME;
	}
	if (!decision.name)
		return ERR_MEMORY;
	*ret_decision = decision;
	return OK;
}

int operators_decide(struct operators *operators, struct arena *arena,
		     const struct observation *observation, uint8_t host,
		     struct operator_decision *ret_decision)
{
	struct best best = {NULL, OPERATOR_BY_DOMAIN};
	struct name domain;

	assert(host < observation->host_count);
	name_copy_lower(domain.octets, observation->domain);
	take_better(&best, map_get(operators->domains, domain.octets, name_size(domain.octets)),
		    OPERATOR_BY_DOMAIN);
	try_suffixes(operators, observation->hosts[host].name, &best);
	try_prefixes(operators, observation, &observation->hosts[host], &best);
	if (!best.said)
		return decide_without_rule(operators, arena, observation, &observation->hosts[host],
					   ret_decision);
	*ret_decision = (struct operator_decision){
		.name = best.said->name,
		.rule = best.rule,
		.line = best.said->line,
		.is_of_catalogue = best.said->is_of_catalogue,
	};
	return OK;
}

bool operators_name(const struct operators *operators, const uint8_t *domain)
{
	struct name lower;

	assert(domain != NULL);
	name_copy_lower(lower.octets, domain);
	return map_get(operators->domains, lower.octets, name_size(lower.octets)) != NULL;
}

static int learn_host(struct operators *operators, const struct observation *observation,
		      uint8_t number)
{
	const struct host *host = &observation->hosts[number];
	struct operator_decision decision;
	const uint8_t *indices;
	const uint8_t count = addresses_of(host, &indices);
	uint8_t key[17];

	for (uint8_t i = 0; i < count; i++) {
		const size_t size = address_key(&observation->servers[indices[i]].ip, key);

		/* The first name that had it is believed, and a known one costs nothing. */
		if (map_get(operators->addresses, key, size))
			continue;
		if (map_count(operators->addresses) >= OPERATORS_ADDRESSES_MAX)
			return OK;
		int result = operators_decide(operators, &operators->arena, observation, number,
					      &decision);

		if (result == OK)
			result = map_put(operators->addresses, key, size,
					 (void *)(uintptr_t)decision.name, NULL);
		if (result < 0)
			return result;
	}
	return OK;
}

int operators_learn(struct operators *operators, const struct observation *observation)
{
	for (uint8_t i = 0; i < observation->host_count; i++) {
		const struct host *host = &observation->hosts[i];

		if (!(host->flags & HOST_AT_PARENT) ||
		    name_is_under(host->name, observation->domain))
			continue;
		const int result = learn_host(operators, observation, i);

		if (result < 0)
			return result;
	}
	return OK;
}

/* ---- words ---- */

const char *operator_words(struct arena *arena, const struct operator_decision *decision)
{
	static const char *const rules[] = {
		[OPERATOR_BY_DOMAIN] = "a rule says so of the domain",
		[OPERATOR_BY_SUFFIX] = "a rule says so of the name server's name",
		[OPERATOR_BY_PREFIX] = "a rule says so of the name server's address",
		[OPERATOR_BY_REGISTRABLE] = "the name server's name is registered there",
		[OPERATOR_BY_ADDRESS] = "the name is the domain's own, the address their server's",
		[OPERATOR_OWN] = "the name server's name and address are the domain's own",
	};
	static_assert(sizeof(rules) / sizeof(rules[0]) == OPERATOR_RULE_COUNT, "a text a rule");

	assert(decision->rule < OPERATOR_RULE_COUNT);
	if (decision->line == 0)
		return rules[decision->rule];
	return arena_format(arena, "%s (line %u of %s)", rules[decision->rule], decision->line,
			    decision->is_of_catalogue ? "catalog/operators" : "the operators file");
}

static size_t length_without_dot(const char *name)
{
	const size_t length = strlen(name);

	return length > 1 && name[length - 1] == '.' ? length - 1 : length;
}

bool operator_is(const char *name, const char *wanted)
{
	const size_t length = length_without_dot(name);

	return length == length_without_dot(wanted) && strncasecmp(name, wanted, length) == 0;
}

int operators_of(struct operators *operators, struct arena *arena,
		 const struct observation *observation,
		 struct operator_decision ret_decisions[OBSERVATION_HOSTS_MAX], uint8_t *ret_count)
{
	uint8_t count = 0;

	for (uint8_t i = 0; i < observation->host_count; i++) {
		struct operator_decision decision;
		uint8_t same = 0;

		if (!(observation->hosts[i].flags & HOST_AT_PARENT))
			continue;
		const int result = operators_decide(operators, arena, observation, i, &decision);

		if (result < 0)
			return result;
		while (same < count && !operator_is(ret_decisions[same].name, decision.name))
			same++;
		assert(count < OBSERVATION_HOSTS_MAX || same < count);
		if (same == count)
			ret_decisions[count++] = decision;
	}
	*ret_count = count;
	return OK;
}
