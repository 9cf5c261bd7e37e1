/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which domain belongs to which groups. Whose name servers are whose is decided once a set of name
 * servers, unless the domain's own name counts: name servers inside it, or a rule for it.
 */
#include "base/array.h"
#include "base/csv.h"
#include "base/memory.h"
#include "base/random.h"
#include "dns/wire/name.h"
#include "model/name_servers.h"
#include "os/file.h"
#include "tell/adoption/adoption_private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* All sets of a store: a million of some hundred octets. */
#define SETS_OCTETS_MAX ((size_t)2 << 30)
#define SCRATCH_OCTETS_MAX ((size_t)4 << 20)
#define LIST_UNKNOWN UINT32_MAX
/* The lines of one domain: a name of a thousand octets, an operator each time. */
#define GROUPING_OCTETS_MAX ((size_t)64 << 10)
/* Networks that one domain's name servers are in. */
#define NETWORKS_MAX 16u

struct server_set {
	const uint8_t *octets;
	uint32_t size;
	uint32_t list; /* what most domains that have it belong to */
	bool is_learnt;
};

/* A domain that had another set in an earlier run. */
struct other_set {
	uint32_t domain, set, list;
};

struct placing {
	struct adoption_report *report;
	struct arena arena, scratch;
	struct server_set *sets; /* at their number in the store */
	uint32_t *set_of;        /* a domain each: the one of the report's run; 0: none */
	uint32_t *list_of;
	struct other_set *others; /* in order of domain */
	size_t set_room, domain_room, other_count, other_room;
	uint64_t *excepted_of; /* a domain each; NULL: there are no exceptions of practices */
	uint64_t in_question;  /* practices that any exception is of */
	struct map *wanted;    /* addresses of name servers inside domains */
	struct file_writer *grouping;
	/* The domain at hand of the rows. */
	int64_t domain;
	uint32_t sets_met[ADOPTION_RUNS_MAX + 1];
	uint32_t sets_met_count;
};

/* ---- which set a domain has ---- */

static int note_other(struct placing *placing, uint32_t set)
{
	if (placing->other_count == placing->other_room) {
		const size_t bigger = placing->other_room ? placing->other_room * 2 : 1024;
		void *moved = memory_resize(placing->others, bigger * sizeof(*placing->others));

		if (!moved)
			return ERR_MEMORY;
		placing->others = moved;
		placing->other_room = bigger;
	}
	placing->others[placing->other_count++] =
		(struct other_set){.domain = (uint32_t)placing->domain, .set = set};
	return OK;
}

/* All rows of a domain were seen; the last one is the report's. */
static int end_domain(struct placing *placing)
{
	int result = OK;

	if (placing->sets_met_count == 0)
		return OK;
	const uint32_t last = placing->sets_met[placing->sets_met_count - 1];

	assert(placing->sets_met_count <= ADOPTION_RUNS_MAX + 1);
	placing->set_of[placing->domain] = last;
	for (uint32_t i = 0; i + 1 < placing->sets_met_count && result == OK; i++) {
		bool is_new = placing->sets_met[i] != last;

		for (uint32_t j = 0; j < i; j++)
			is_new &= placing->sets_met[j] != placing->sets_met[i];
		if (is_new)
			result = note_other(placing, placing->sets_met[i]);
	}
	placing->sets_met_count = 0;
	return result;
}

static int take_adoption(void *context, const struct store_adoption *row)
{
	struct placing *placing = context;
	const struct adoption_report *report = placing->report;
	int result = OK;

	if (row->domain != placing->domain) {
		result = end_domain(placing);
		placing->domain = row->domain;
		if (result == OK)
			result = array_reach(&placing->set_of, &placing->domain_room, row->domain,
					     sizeof(*placing->set_of));
	}
	if (result < 0 || row->first_run > report_run(report)->run.id)
		return result;
	if (row->servers >= ARRAY_NUMBERS_MAX)
		return ERR_LIMIT;
	/* Before the trend only the last one counts. */
	if (row->first_run <= report->runs[0].run.id || placing->sets_met_count > ADOPTION_RUNS_MAX)
		placing->sets_met_count = 0;
	placing->sets_met[placing->sets_met_count++] = (uint32_t)row->servers;
	return OK;
}

/* ---- sets ---- */

static int take_set(void *context, int64_t id, const uint8_t *octets, size_t size)
{
	struct placing *placing = context;
	int result = array_reach(&placing->sets, &placing->set_room, id, sizeof(*placing->sets));

	if (result < 0)
		return result;
	uint8_t *kept = arena_take_octets(&placing->arena, size);

	if (!kept || size > UINT32_MAX)
		return ERR_MEMORY;
	memcpy(kept, octets, size);
	placing->sets[id] =
		(struct server_set){.octets = kept, .size = (uint32_t)size, .list = LIST_UNKNOWN};
	return OK;
}

static int observe(struct placing *placing, uint32_t set, const uint8_t *domain,
		   struct name_servers *ret_servers, struct observation *ret_observation)
{
	const struct server_set *which = &placing->sets[set];

	assert(set > 0 && set < placing->set_room);
	if (!which->octets)
		return ERR_DAMAGED;
	arena_reset(&placing->scratch);
	int result =
		name_servers_decode(&placing->scratch, which->octets, which->size, ret_servers);

	if (result == OK)
		result = name_servers_observe(&placing->scratch, ret_servers, domain,
					      ret_observation);
	return result;
}

static bool has_inside(const struct name_servers *servers, const uint8_t *domain)
{
	for (uint8_t i = 0; i < servers->count; i++)
		if (name_is_under(servers->items[i].name, domain))
			return true;
	return false;
}

static struct other_set *first_other(const struct placing *placing, int64_t domain)
{
	size_t low = 0;
	size_t high = placing->other_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (placing->others[middle].domain < domain)
			low = middle + 1;
		else
			high = middle;
	}
	return placing->others + low;
}

/* Visits the set that a domain has, and those it had in earlier runs; `list` is what is decided of
 * it. */
typedef int visit_set(struct placing *placing, uint32_t set, const uint8_t *name, uint32_t *list);

static int each_set(struct placing *placing, int64_t domain, const uint8_t *name, visit_set *visit)
{
	const uint32_t set = (size_t)domain < placing->domain_room ? placing->set_of[domain] : 0;
	struct other_set *other = placing->others ? first_other(placing, domain) : NULL;

	if (set == 0)
		return OK;
	if (set >= placing->set_room)
		return ERR_DAMAGED;
	int result = visit(placing, set, name, &placing->list_of[domain]);

	for (; result == OK && other && other < placing->others + placing->other_count &&
	       other->domain == domain;
	     other++)
		result = other->set < placing->set_room
				 ? visit(placing, other->set, name, &other->list)
				 : ERR_DAMAGED;
	return result;
}

/* Addresses of name servers inside domains: whose they are is to be learnt, and no others'. */
static int want_set(struct placing *placing, uint32_t set, const uint8_t *name, uint32_t *list)
{
	struct observation observation = {.server_count = 0};
	struct name_servers servers = {.count = 0};
	int result = observe(placing, set, name, &servers, &observation);

	(void)list;
	if (result < 0 || !has_inside(&servers, name))
		return result;
	for (uint8_t i = 0; i < observation.server_count && result == OK; i++)
		if (map_count(placing->wanted) < OPERATORS_ADDRESSES_MAX)
			result = map_put(placing->wanted, &observation.servers[i].ip,
					 sizeof(observation.servers[i].ip), placing, NULL);
	return result;
}

static int want(void *context, int64_t domain, const uint8_t *name)
{
	return each_set(context, domain, name, want_set);
}

static bool is_wanted(const struct placing *placing, const struct observation *observation)
{
	for (uint8_t i = 0; i < observation->server_count; i++)
		if (map_get(placing->wanted, &observation->servers[i].ip,
			    sizeof(observation->servers[i].ip)))
			return true;
	return false;
}

/* Whose addresses are whose, before it is asked of names inside domains. */
static int learn_set(struct placing *placing, uint32_t set, const uint8_t *name, uint32_t *list)
{
	struct observation observation = {.server_count = 0};
	struct name_servers servers = {.count = 0};

	(void)list;
	if (placing->sets[set].is_learnt)
		return OK;
	int result = observe(placing, set, name, &servers, &observation);

	if (result == OK && is_wanted(placing, &observation))
		result = operators_learn(placing->report->settings.operators, &observation);
	/* Names inside the domain teach nothing: the next domain that has the set may. */
	if (result == OK)
		placing->sets[set].is_learnt = !has_inside(&servers, name);
	return result;
}

static int learn(void *context, int64_t domain, const uint8_t *name)
{
	return each_set(context, domain, name, learn_set);
}

/* ---- deciding ---- */

static int place_by_operator(struct placing *placing, uint32_t set, const uint8_t *name,
			     uint32_t *ret_list)
{
	struct operators *operators = placing->report->settings.operators;
	struct operator_decision decisions[OBSERVATION_HOSTS_MAX];
	struct membership memberships[OBSERVATION_HOSTS_MAX];
	struct observation observation = {.server_count = 0};
	struct name_servers servers = {.count = 0};
	uint8_t count = 0;
	int result = observe(placing, set, name, &servers, &observation);

	if (result < 0)
		return result;
	const bool is_own = has_inside(&servers, name) || operators_name(operators, name);

	if (!is_own && placing->sets[set].list != LIST_UNKNOWN) {
		*ret_list = placing->sets[set].list;
		return OK;
	}
	result = operators_of(operators, &placing->scratch, &observation, decisions, &count);
	for (uint8_t i = 0; i < count && result == OK; i++) {
		memberships[i].rule = decisions[i].rule;
		result = groups_find(&placing->report->groups, decisions[i].name,
				     &memberships[i].group);
	}
	if (result == OK)
		result = groups_list(&placing->report->groups, memberships, count, ret_list);
	if (result == OK && !is_own)
		placing->sets[set].list = *ret_list;
	return result;
}

/* The networks of all addresses, each once, smallest number first. */
static uint32_t networks_of(const struct name_servers *servers, uint32_t networks[NETWORKS_MAX])
{
	uint32_t count = 0;

	for (uint8_t i = 0; i < servers->count; i++)
		for (uint8_t j = 0; j < servers->items[i].address_count; j++) {
			const uint32_t as = servers->items[i].addresses[j].as;
			uint32_t at = 0;

			while (at < count && networks[at] < as)
				at++;
			if (as == 0 || count == NETWORKS_MAX || (at < count && networks[at] == as))
				continue;
			memmove(&networks[at + 1], &networks[at], (count - at) * sizeof(*networks));
			networks[at] = as;
			count++;
		}
	return count;
}

static int place_by_network(struct placing *placing, uint32_t set, const uint8_t *name,
			    uint32_t *ret_list)
{
	struct membership memberships[NETWORKS_MAX] = {{0}};
	uint32_t networks[NETWORKS_MAX + 1];
	struct observation observation = {.server_count = 0};
	struct name_servers servers = {.count = 0};
	char text[32];

	if (placing->sets[set].list != LIST_UNKNOWN) {
		*ret_list = placing->sets[set].list;
		return OK;
	}
	int result = observe(placing, set, name, &servers, &observation);
	uint32_t count = result == OK ? networks_of(&servers, networks) : 0;

	for (uint32_t i = 0; i < count && result == OK; i++) {
		(void)snprintf(text, sizeof(text), "AS%u", networks[i]);
		result = groups_find(&placing->report->groups, text, &memberships[i].group);
	}
	if (result == OK && count == 0) {
		count = 1;
		result = groups_find(&placing->report->groups, GROUP_NO_NETWORK,
				     &memberships[0].group);
	}
	if (result == OK)
		result = groups_list(&placing->report->groups, memberships, count, ret_list);
	if (result == OK)
		placing->sets[set].list = *ret_list;
	return result;
}

static int place_by_word(struct placing *placing, const char *word, uint32_t *ret_list)
{
	struct membership membership = {0};
	int result = groups_find(&placing->report->groups, word, &membership.group);

	if (result == OK)
		result = groups_list(&placing->report->groups, &membership, 1, ret_list);
	return result;
}

static int place_by_tld(struct placing *placing, const uint8_t *name, uint32_t *ret_list)
{
	char text[NAME_TEXT_MAX];

	while (!name_is_root(name) && !name_is_root(name_parent(name)))
		name = name_parent(name);
	name_to_text(name, text);
	const size_t length = strlen(text);

	if (length > 1)
		text[length - 1] = '\0';
	return place_by_word(placing, text, ret_list);
}

static int place(struct placing *placing, uint32_t set, const uint8_t *name, uint32_t *ret_list)
{
	const struct adoption_settings *settings = &placing->report->settings;
	const char *registrar;

	switch (settings->by) {
	case ADOPTION_BY_OPERATOR:
		return place_by_operator(placing, set, name, ret_list);
	case ADOPTION_BY_AS:
		return place_by_network(placing, set, name, ret_list);
	case ADOPTION_BY_REGISTRAR:
		registrar = registrars_of(settings->registrars, name);
		return place_by_word(placing, registrar ? registrar : GROUP_NO_REGISTRAR, ret_list);
	default:
		return place_by_tld(placing, name, ret_list);
	}
}

/* ---- who was put where ---- */

static int tell_grouping(struct placing *placing, const uint8_t *name, uint32_t list)
{
	static const char *const rules[OPERATOR_RULE_COUNT] = {
		[OPERATOR_BY_DOMAIN] = "domain",
		[OPERATOR_BY_SUFFIX] = "suffix",
		[OPERATOR_BY_PREFIX] = "prefix",
		[OPERATOR_BY_REGISTRABLE] = "registered name",
		[OPERATOR_BY_ADDRESS] = "another's address",
		[OPERATOR_OWN] = "own servers",
	};
	const struct groups *groups = &placing->report->groups;
	const bool has_rules = placing->report->settings.by == ADOPTION_BY_OPERATOR;
	char domain[NAME_TEXT_MAX];
	struct text lines;

	if (!placing->grouping)
		return OK;
	name_to_text(name, domain);
	text_init(&lines, GROUPING_OCTETS_MAX);
	for (uint32_t i = 0; i < groups->lists[list].count; i++) {
		const struct membership *one = &groups->memberships[groups->lists[list].first + i];

		csv_field(&lines, domain);
		text_add_char(&lines, ',');
		csv_field(&lines, groups->items[one->group].name);
		text_format(&lines, ",%s\r\n", has_rules ? rules[one->rule] : "");
	}
	const int result = lines.error;

	if (result == OK)
		file_writer_add(placing->grouping, text_get(&lines), lines.length);
	text_release(&lines);
	return result;
}

/* ---- exceptions ---- */

/* Which practices exceptions are of; of no others it is asked. */
static int prepare_exceptions(struct placing *placing)
{
	const struct adoption_report *report = placing->report;
	const struct exceptions *exceptions = report->settings.exceptions;

	for (size_t i = 0; exceptions && i < exceptions_count(exceptions); i++) {
		const struct exception *exception = exceptions_at(exceptions, i);
		const struct good_practice *practice =
			exception->about == EXCEPTION_OF_PRACTICE
				? good_practice_by_name(exception->what)
				: NULL;

		if (practice)
			placing->in_question |= UINT64_C(1) << (practice - report->practices);
	}
	if (placing->in_question == 0)
		return OK;
	placing->excepted_of =
		memory_take_zeroed(placing->domain_room + 1, sizeof(*placing->excepted_of));
	return placing->excepted_of ? OK : ERR_MEMORY;
}

static int find_operators(struct placing *placing, int64_t domain, const uint8_t *name,
			  const char *operators[OBSERVATION_HOSTS_MAX], size_t *ret_count)
{
	struct operator_decision decisions[OBSERVATION_HOSTS_MAX];
	struct observation observation = {.server_count = 0};
	struct name_servers servers = {.count = 0};
	uint8_t count = 0;

	*ret_count = 0;
	if (!exceptions_name_operators(placing->report->settings.exceptions))
		return OK;
	int result = observe(placing, placing->set_of[domain], name, &servers, &observation);

	if (result == OK)
		result = operators_of(placing->report->settings.operators, &placing->scratch,
				      &observation, decisions, &count);
	for (uint8_t i = 0; i < count && result == OK; i++)
		operators[i] = decisions[i].name;
	*ret_count = count;
	return result;
}

static int find_excepted(struct placing *placing, int64_t domain, const uint8_t *name)
{
	const struct adoption_report *report = placing->report;
	const char *operators[OBSERVATION_HOSTS_MAX];
	struct exception_subject subject = {.domain = name, .operators = operators};

	if (!placing->excepted_of)
		return OK;
	const int result =
		find_operators(placing, domain, name, operators, &subject.operator_count);

	for (size_t i = 0; i < report->practice_count && result == OK; i++) {
		if ((placing->in_question >> i & 1) == 0)
			continue;
		subject.practice = report->practices[i].name;
		if (exceptions_find(report->settings.exceptions, &subject, report->settings.now_s))
			placing->excepted_of[domain] |= UINT64_C(1) << i;
	}
	return result;
}

uint64_t placing_excepted(const struct placing *placing, int64_t domain)
{
	assert(domain > 0 && (size_t)domain < placing->domain_room);
	return placing->excepted_of ? placing->excepted_of[domain] : 0;
}

static int decide(void *context, int64_t domain, const uint8_t *name)
{
	struct placing *placing = context;
	const struct adoption_report *report = placing->report;
	int result = each_set(placing, domain, name, place);

	if (result == OK && store_seen_has(report_run(report)->seen, domain) &&
	    (size_t)domain < placing->domain_room && placing->set_of[domain] != 0) {
		groups_count(&placing->report->groups, placing->list_of[domain]);
		result = tell_grouping(placing, name, placing->list_of[domain]);
		if (result == OK)
			result = find_excepted(placing, domain, name);
	}
	return result;
}

uint32_t placing_list(const struct placing *placing, int64_t domain, int64_t servers)
{
	assert(domain > 0 && (size_t)domain < placing->domain_room);
	if (placing->set_of[domain] == servers || !placing->others)
		return placing->list_of[domain];
	for (const struct other_set *other = first_other(placing, domain);
	     other < placing->others + placing->other_count && other->domain == domain; other++)
		if (other->set == servers)
			return other->list;
	return placing->list_of[domain];
}

/* ---- life ---- */

static int run_passes(struct placing *placing, struct store *store, struct complaint *complaint)
{
	const struct adoption_settings *settings = &placing->report->settings;
	/* Exceptions may name operators where groups are others. */
	const bool has_operators =
		settings->by == ADOPTION_BY_OPERATOR ||
		(settings->exceptions && exceptions_name_operators(settings->exceptions));
	int result = store_adoptions(store, take_adoption, placing, complaint);

	if (result == OK)
		result = end_domain(placing);
	if (result == OK)
		result = store_server_sets(store, take_set, placing, complaint);
	if (result == OK) {
		placing->list_of =
			memory_take_zeroed(placing->domain_room + 1, sizeof(*placing->list_of));
		result = placing->list_of ? OK : ERR_MEMORY;
	}
	if (result == OK)
		result = prepare_exceptions(placing);
	if (result == OK && has_operators)
		result = store_names(store, want, placing, complaint);
	if (result == OK && has_operators)
		result = store_names(store, learn, placing, complaint);
	if (result == OK)
		result = store_names(store, decide, placing, complaint);
	return result;
}

int placing_new(struct adoption_report *report, struct store *store, struct placing **ret_placing,
		struct complaint *complaint)
{
	const char *grouping = report->settings.grouping;
	static const char heading[] = "domain,group,rule\r\n";
	struct placing *placing = memory_take_zeroed(1, sizeof(*placing));
	struct random random;
	uint8_t key[16];

	if (!placing)
		return ERR_MEMORY;
	random_system(&random);
	random_octets(&random, key, sizeof(key));
	placing->report = report;
	placing->wanted = map_new(key);
	arena_init(&placing->arena, SETS_OCTETS_MAX, (size_t)1 << 20);
	arena_init(&placing->scratch, SCRATCH_OCTETS_MAX, (size_t)64 << 10);
	int result = placing->wanted ? OK : ERR_MEMORY;

	if (result == OK && grouping)
		result = file_writer_new(grouping, complaint, &placing->grouping);
	if (placing->grouping)
		file_writer_add(placing->grouping, heading, sizeof(heading) - 1);
	if (result == OK)
		result = run_passes(placing, store, complaint);
	if (result == OK && placing->grouping) {
		struct file_writer *writer = placing->grouping;

		placing->grouping = NULL;
		result = file_writer_commit(writer, complaint);
	}
	/* Sets and their octets are not needed any more. */
	map_free(placing->wanted, NULL);
	placing->wanted = NULL;
	memory_give(placing->sets);
	placing->sets = NULL;
	arena_release(&placing->arena);
	arena_release(&placing->scratch);
	if (result < 0) {
		placing_free(placing);
		return result;
	}
	*ret_placing = placing;
	return OK;
}

void placing_free(struct placing *placing)
{
	if (!placing)
		return;
	file_writer_abort(placing->grouping);
	map_free(placing->wanted, NULL);
	memory_give(placing->sets);
	memory_give(placing->set_of);
	memory_give(placing->list_of);
	memory_give(placing->excepted_of);
	memory_give(placing->others);
	arena_release(&placing->arena);
	arena_release(&placing->scratch);
	memory_give(placing);
}
