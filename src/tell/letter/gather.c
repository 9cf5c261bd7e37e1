/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "base/random.h"
#include "dns/wire/name.h"
#include "tell/letter/letter_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* An operator with a million domains, ten codes each, with their servers. */
#define LETTER_OCTETS_MAX ((size_t)4 << 30)
/* One observation, decoded. */
#define DOMAIN_OCTETS_MAX ((size_t)64 << 20)
/* Below, domain by domain costs less than reading what was found of all. */
#define ONE_BY_ONE_MAX 1000u
/* Other operators' names, kept to say whom somebody may have meant. */
#define KNOWN_NAMES_MAX 100000u

struct gathering {
	struct letter *letter;
	struct store *store;
	const char *wanted;
	struct map *known;           /* names of all operators */
	struct letter_domain *later; /* vanity names, decided when all addresses are known */
	uint32_t later_count, later_room;
	bool is_listed;     /* those of the shortlist come, and the operators know what they need */
	struct arena arena; /* one domain's, reset behind each */
};

static void *grown(void *array, uint32_t *room, size_t size)
{
	const uint32_t wanted = *room ? *room * 2 : 64;

	assert(wanted > *room);
	void *bigger = memory_resize(array, wanted * size);

	if (bigger)
		*room = wanted;
	return bigger;
}

/* ---- domains ---- */

static int copy_host(struct arena *arena, const struct host *from, struct host *to)
{
	*to = *from;
	to->name = arena_copy(arena, from->name, name_size(from->name));
	to->glue = arena_copy(arena, from->glue, from->glue_count);
	to->addresses = arena_copy(arena, from->addresses, from->address_count);
	return to->name && to->glue && to->addresses ? OK : ERR_MEMORY;
}

/* Name servers and addresses of the domain, without what they answered. */
static struct observation *copy_subject(struct arena *arena, const struct observation *from)
{
	struct observation *to = arena_take_zeroed(arena, sizeof(*to));

	if (!to)
		return NULL;
	to->domain = arena_copy(arena, from->domain, name_size(from->domain));
	to->hosts = arena_take_array(arena, from->host_count, sizeof(*to->hosts));
	to->servers = arena_take_array(arena, from->server_count, sizeof(*to->servers));
	if (!to->domain || !to->hosts || !to->servers)
		return NULL;
	to->host_count = from->host_count;
	to->server_count = from->server_count;
	for (uint8_t i = 0; i < from->server_count; i++)
		to->servers[i] = from->servers[i];
	for (uint8_t i = 0; i < from->host_count; i++)
		if (copy_host(arena, &from->hosts[i], &to->hosts[i]) < 0)
			return NULL;
	return to;
}

/* Servers of the host, as bits of the observation's servers. */
static uint64_t servers_of(const struct host *host)
{
	uint64_t bits = 0;

	static_assert(OBSERVATION_SERVERS_MAX <= 64, "a bit a server");
	assert(host->address_count <= OBSERVATION_SERVERS_MAX);
	for (uint8_t i = 0; i < host->address_count; i++)
		bits |= UINT64_C(1) << host->addresses[i];
	for (uint8_t i = 0; i < host->glue_count; i++)
		bits |= UINT64_C(1) << host->glue[i];
	return bits;
}

/* Which servers are the operator's, and is anybody else's among them? Notes the rule. */
static int find_ours(struct gathering *gathering, struct arena *arena,
		     const struct observation *observation, struct letter_domain *domain,
		     bool *ret_is_found)
{
	struct letter *letter = gathering->letter;
	bool is_found = false;

	for (uint8_t i = 0; i < observation->host_count; i++) {
		struct operator_decision decision;
		const int result =
			operators_decide(letter->operators, arena, observation, i, &decision);
		const bool is_delegated = observation->hosts[i].flags & HOST_AT_PARENT;

		if (result < 0)
			return result;
		if (!operator_is(decision.name, gathering->wanted)) {
			domain->is_shared |= is_delegated;
			continue;
		}
		domain->ours |= servers_of(&observation->hosts[i]);
		if (!is_found && is_delegated) {
			if (letter->by_rule[decision.rule]++ == 0)
				letter->by_rule_example[decision.rule] = decision;
			if (!letter->operator_name)
				letter->operator_name = arena_text(&letter->arena, decision.name);
			is_found = true;
		}
	}
	*ret_is_found = is_found;
	return OK;
}

static int keep_domain(struct gathering *gathering, const struct observation *observation,
		       struct letter_domain domain)
{
	struct letter *letter = gathering->letter;
	char text[NAME_TEXT_MAX];

	if (letter->domain_count == letter->domain_room) {
		void *bigger =
			grown(letter->domains, &letter->domain_room, sizeof(*letter->domains));

		if (!bigger)
			return ERR_MEMORY;
		letter->domains = bigger;
	}
	assert(letter->domain_count < letter->domain_room);
	name_to_text(observation->domain, text);
	domain.name = arena_text(&letter->arena, text);
	if (!domain.subject)
		domain.subject = copy_subject(&letter->arena, observation);
	if (!domain.name || !domain.subject)
		return ERR_MEMORY;
	letter->shared += domain.is_shared;
	letter->not_measured += !domain.is_measured;
	letter->domains[letter->domain_count++] = domain;
	return map_put(letter->by_name, domain.name, strlen(domain.name),
		       (void *)(uintptr_t)letter->domain_count, NULL);
}

/* A name inside the domain may turn out to be anybody's, once all addresses are known. */
static int keep_for_later(struct gathering *gathering, const struct observation *observation,
			  struct letter_domain domain)
{
	if (gathering->later_count == gathering->later_room) {
		void *bigger =
			grown(gathering->later, &gathering->later_room, sizeof(*gathering->later));

		if (!bigger)
			return ERR_MEMORY;
		gathering->later = bigger;
	}
	domain.subject = copy_subject(&gathering->letter->arena, observation);
	gathering->later[gathering->later_count++] = domain;
	return domain.subject ? OK : ERR_MEMORY;
}

static bool has_vanity(const struct observation *observation)
{
	for (uint8_t i = 0; i < observation->host_count; i++)
		if (observation->hosts[i].flags & HOST_AT_PARENT &&
		    name_is_under(observation->hosts[i].name, observation->domain))
			return true;
	return false;
}

static int note_known(struct gathering *gathering, struct arena *arena,
		      const struct observation *observation)
{
	struct operator_decision decisions[OBSERVATION_HOSTS_MAX];
	uint8_t count;
	int result =
		operators_of(gathering->letter->operators, arena, observation, decisions, &count);

	for (uint8_t i = 0; i < count && result == OK; i++) {
		const size_t size = strlen(decisions[i].name);
		char *kept;

		if (map_count(gathering->known) >= KNOWN_NAMES_MAX ||
		    map_get(gathering->known, decisions[i].name, size))
			continue;
		kept = arena_text(&gathering->letter->arena, decisions[i].name);
		result = kept ? map_put(gathering->known, kept, size, kept, NULL) : ERR_MEMORY;
	}
	return result;
}

static int look_at(struct gathering *gathering, struct arena *arena,
		   const struct observation *observation)
{
	struct letter *letter = gathering->letter;
	struct letter_domain domain = {
		.is_measured =
			!observation->not_measured && observation->delegation != DELEGATION_UNKNOWN,
	};
	bool is_found = false;
	int result = OK;

	if (!gathering->is_listed) {
		letter->domains_in_run++;
		result = operators_learn(letter->operators, observation);
	}
	if (result < 0)
		return result;
	if (has_vanity(observation))
		return keep_for_later(gathering, observation, domain);
	result = note_known(gathering, arena, observation);
	if (result == OK)
		result = find_ours(gathering, arena, observation, &domain, &is_found);
	if (result < 0 || !is_found)
		return result;
	result = keep_domain(gathering, observation, domain);
	if (result == OK && letter->domain_count <= LETTER_ASKED_DOMAINS)
		result = letter_ask_software(letter, &letter->domains[letter->domain_count - 1],
					     observation);
	return result;
}

static int take_domain(void *context, const uint8_t *name, const uint8_t *encoded,
		       size_t encoded_size)
{
	struct gathering *gathering = context;
	struct observation observation;
	int result;

	(void)name; /* the observation says it, too */
	arena_reset(&gathering->arena);
	result = observation_decode(&gathering->arena, encoded, encoded_size, &observation, NULL);
	if (result == OK)
		result = look_at(gathering, &gathering->arena, &observation);
	return result;
}

static int decide_later(struct gathering *gathering)
{
	int result = OK;

	for (uint32_t i = 0; i < gathering->later_count && result == OK; i++) {
		struct letter_domain domain = gathering->later[i];
		bool is_found = false;

		arena_reset(&gathering->arena);
		result = note_known(gathering, &gathering->arena, domain.subject);
		if (result == OK)
			result = find_ours(gathering, &gathering->arena, domain.subject, &domain,
					   &is_found);
		if (result == OK && is_found)
			result = keep_domain(gathering, domain.subject, domain);
	}
	return result;
}

/* ---- findings ---- */

static struct letter_row *row_of(struct letter *letter, const struct finding *finding,
				 bool is_excepted)
{
	for (uint32_t i = 0; i < letter->row_count; i++)
		if (letter->rows[i].is_excepted == is_excepted &&
		    strcmp(letter->rows[i].code, finding->code) == 0)
			return &letter->rows[i];
	if (letter->row_count == LETTER_ROWS_MAX)
		return NULL;
	struct letter_row *row = &letter->rows[letter->row_count];

	*row = (struct letter_row){
		.code = arena_text(&letter->arena, finding->code),
		.check = check_by_code(finding->code),
		.party = finding->party,
		.is_ours = finding->party == PARTY_DNS_OPERATOR && !is_excepted,
		.is_excepted = is_excepted,
	};
	if (!row->code)
		return NULL;
	letter->row_count++;
	return row;
}

static int note_server(struct letter *letter, struct letter_row *row, const char *server)
{
	if (!server || strcmp(server, FINDING_LOOKED_UP) == 0)
		return OK;
	for (uint8_t i = 0; i < row->server_count; i++)
		if (strcmp(row->servers[i], server) == 0)
			return OK;
	assert(row->server_count <= LETTER_SERVERS_MAX);
	if (row->server_count == LETTER_SERVERS_MAX)
		return OK;
	row->servers[row->server_count] = arena_text(&letter->arena, server);
	return row->servers[row->server_count++] ? OK : ERR_MEMORY;
}

static uint32_t key_tag_in(const char *sentence)
{
	const char *key = strstr(sentence, "key ");
	const unsigned long tag = key ? strtoul(key + 4, NULL, 10) : 0;

	return tag <= UINT16_MAX ? (uint32_t)tag : 0;
}

/* The first example is kept, unless a later one can be typed as it is, or can be said, and the
 * first cannot. */
static int note_example(struct letter *letter, struct letter_row *row,
			const struct letter_domain *domain, const struct finding *finding)
{
	const bool may_say = letter_may_say(domain, finding->sentence);
	const bool is_better =
		!row->domain ||
		(letter_is_typeable(domain->name) && !letter_is_typeable(row->domain)) ||
		(letter_is_typeable(domain->name) && may_say && !row->sentence);

	if (!is_better)
		return OK;
	row->domain = domain->name;
	row->sentence = may_say ? arena_text(&letter->arena, finding->sentence) : NULL;
	row->key_tag = may_say ? key_tag_in(finding->sentence) : 0;
	return may_say && !row->sentence ? ERR_MEMORY : OK;
}

static int note_concern(struct letter *letter, struct letter_row *row, uint32_t number)
{
	assert(number < letter->domain_count && row >= letter->rows);
	if (row->last_domain == number + 1)
		return OK;
	row->last_domain = number + 1;
	row->domains++;
	if (letter->concern_count == letter->concern_room) {
		const size_t wanted = letter->concern_room ? letter->concern_room * 2 : 256;
		void *bigger = memory_resize(letter->concerns, wanted * sizeof(*letter->concerns));

		if (!bigger)
			return ERR_MEMORY;
		letter->concern_room = wanted;
		letter->concerns = bigger;
	}
	letter->concerns[letter->concern_count++] =
		(struct letter_concern){number, (uint32_t)(row - letter->rows)};
	return OK;
}

/* Is anything said of it for this operator? */
static const struct exception *find_exception(struct letter *letter, uint32_t number,
					      const struct finding *finding)
{
	const struct exception_subject subject = {
		.domain = letter->domains[number].subject->domain,
		.operators = &letter->operator_name,
		.operator_count = 1,
		.code = finding->code,
		.server = finding->server,
	};

	assert(letter->operator_name);
	return excepted_note(&letter->excepted, &subject, (uint64_t)number + 1);
}

static void note_dispute(struct letter_row *row, uint32_t number)
{
	row->disputed += row->last_disputed != number + 1;
	row->last_disputed = number + 1;
}

static int take_finding(void *context, const struct store_finding *stored)
{
	struct gathering *gathering = context;
	struct letter *letter = gathering->letter;
	const struct finding *finding = &stored->finding;
	const uintptr_t number =
		(uintptr_t)map_get(letter->by_name, finding->domain, strlen(finding->domain));

	if (number == 0)
		return OK;
	assert(number <= letter->domain_count);
	struct letter_domain *domain = &letter->domains[number - 1];

	if (finding->server && letter_is_elsewhere(domain, finding->server)) {
		letter->elsewhere++;
		return OK;
	}
	const struct exception *exception = find_exception(letter, (uint32_t)number - 1, finding);
	struct letter_row *row =
		row_of(letter, finding, exception && exception->kind == EXCEPTION_ACCEPTED);

	if (!row)
		return ERR_MEMORY;
	if (exception && exception->kind == EXCEPTION_DISPUTED)
		note_dispute(row, (uint32_t)number - 1);
	if (finding->severity > row->severity)
		row->severity = finding->severity;
	if (row->is_ours && finding->severity > domain->worst)
		domain->worst = finding->severity;
	int result = note_concern(letter, row, (uint32_t)number - 1);

	if (result == OK)
		result = note_example(letter, row, domain, finding);
	return result == OK ? note_server(letter, row, finding->server) : result;
}

static int gather_findings(struct gathering *gathering, struct complaint *complaint)
{
	struct letter *letter = gathering->letter;
	struct store_filter filter = {.run = letter->run.id};
	int result = OK;

	if (letter->domain_count > ONE_BY_ONE_MAX)
		return store_findings(gathering->store, &filter, take_finding, gathering,
				      complaint);
	for (uint32_t i = 0; i < letter->domain_count && result == OK; i++) {
		filter.domain = letter->domains[i].subject->domain;
		result = store_findings(gathering->store, &filter, take_finding, gathering,
					complaint);
	}
	return result;
}

/* ---- all of it ---- */

struct run_search {
	int64_t wanted;
	int64_t newest;
	int64_t last_s, before_s; /* when the run at hand, and the one before the found, began */
	struct store_run found;
};

static int take_run(void *context, const struct store_run *run)
{
	struct run_search *search = context;

	if (run->id > search->newest)
		search->newest = run->id;
	if (search->wanted ? run->id == search->wanted : run->id >= search->found.id) {
		search->found = *run;
		search->before_s = search->last_s;
	}
	search->last_s = run->started_s;
	return OK;
}

static int find_run(struct store *store, int64_t wanted, struct store_run *ret_run,
		    int64_t *ret_before_s, struct complaint *complaint)
{
	struct run_search search = {.wanted = wanted};
	const int result = store_runs(store, take_run, &search, complaint);

	if (result < 0)
		return result;
	if (search.newest == 0)
		return complain(complaint, ERR_NOT_FOUND,
				"the store holds no run; scan first: dsfi check --store FILE ...");
	if (search.found.id == 0)
		return complain(complaint, ERR_NOT_FOUND,
				"the store has no run %lld; its newest is %lld", (long long)wanted,
				(long long)search.newest);
	*ret_run = search.found;
	*ret_before_s = search.before_s ? search.before_s : search.found.started_s;
	return OK;
}

/* Whom somebody may have meant who typed the name of nobody. */
static int complain_nobody(struct gathering *gathering, struct complaint *complaint)
{
	const struct letter *letter = gathering->letter;
	const char *closest = NULL;
	const char *name;
	size_t cursor = 0;
	size_t least = 3;

	while ((name = map_next(gathering->known, &cursor, NULL, NULL))) {
		const size_t distance = text_distance(name, gathering->wanted);

		if (distance < least || (!closest && strstr(name, gathering->wanted))) {
			least = distance < least ? distance : least;
			closest = name;
		}
	}
	return complain(
		complaint, ERR_NOT_FOUND,
		"nobody of the name '%s' runs name servers of the %llu domains of run %lld; "
		"call operators as dsfi report lists them, or as a rule of --operators "
		"names them%s%s%s",
		gathering->wanted, (unsigned long long)letter->domains_in_run,
		(long long)letter->run.id, closest ? "; did you mean '" : "",
		closest ? closest : "", closest ? "'?" : "");
}

/* Of the operator's domains alone. No domain at the end: it could not be told whose they are. */
static int gather_listed(struct gathering *gathering, struct complaint *complaint)
{
	struct letter *letter = gathering->letter;
	struct letter_shortlist list = {.items = NULL};
	int result =
		letter_shortlist(gathering->store, letter, gathering->wanted, &list, complaint);

	if (result == ERR_NOT_FOUND || result == ERR_UNSUPPORTED || result == ERR_LIMIT)
		return OK;
	gathering->is_listed = true;
	letter->domains_in_run = list.domains;
	for (uint32_t i = 0; i < list.count && result == OK; i++) {
		const struct store_one one = {.domain = list.items[i].name, .run = letter->run.id};

		result = store_look(gathering->store, &one, take_domain, gathering, complaint);
	}
	letter_shortlist_release(&list);
	if (result == OK)
		result = decide_later(gathering);
	gathering->is_listed = false;
	return result;
}

/* Of all domains, one after the other. */
static int gather_all(struct gathering *gathering, struct complaint *complaint)
{
	struct letter *letter = gathering->letter;

	assert(letter->domain_count == 0 && !gathering->is_listed);
	letter->domains_in_run = 0;
	gathering->later_count = 0;
	int result =
		store_domains(gathering->store, letter->run.id, take_domain, gathering, complaint);

	if (result == OK)
		result = decide_later(gathering);
	return result;
}

static int gather(struct gathering *gathering, struct complaint *complaint)
{
	struct letter *letter = gathering->letter;
	int result = gather_listed(gathering, complaint);

	/* Who typed the name of nobody is to hear of all that there are. */
	if (result == OK && letter->domain_count == 0)
		result = gather_all(gathering, complaint);
	if (result == OK && letter->domain_count == 0)
		result = complain_nobody(gathering, complaint);
	if (result == OK)
		result = gather_findings(gathering, complaint);
	return result == OK ? letter_order(letter) : result;
}

static int prepare(struct gathering *gathering)
{
	struct letter *letter = gathering->letter;
	struct random random;
	uint8_t key[16];

	/* Names come from the DNS: nobody may know where they fall. */
	random_system(&random);
	random_octets(&random, key, sizeof(key));
	arena_init(&letter->arena, LETTER_OCTETS_MAX, 1 << 16);
	letter->by_name = map_new(key);
	gathering->known = map_new(key);
	letter->rows = arena_take_array(&letter->arena, LETTER_ROWS_MAX, sizeof(*letter->rows));
	return letter->by_name && gathering->known && letter->rows ? OK : ERR_MEMORY;
}

int letter_new(struct store *store, const struct letter_settings *settings,
	       struct letter **ret_letter, struct complaint *complaint)
{
	struct letter *letter = memory_take_zeroed(1, sizeof(*letter));
	struct gathering gathering = {
		.letter = letter, .store = store, .wanted = settings->operator_name};

	assert(settings->operator_name && settings->operators);
	if (!letter)
		return ERR_MEMORY;
	letter->operators = settings->operators;
	letter->wanted = settings->software;
	arena_init(&gathering.arena, DOMAIN_OCTETS_MAX, 64 * 1024);
	int64_t before_s = 0;
	int result = prepare(&gathering);

	if (result == OK)
		result = find_run(store, settings->run, &letter->run, &before_s, complaint);
	if (result == OK)
		result = excepted_load(store, before_s,
				       settings->now_s ? settings->now_s : letter->run.started_s,
				       &letter->excepted, complaint);
	if (result == OK)
		result = gather(&gathering, complaint);
	map_free(gathering.known, NULL);
	memory_give(gathering.later);
	arena_release(&gathering.arena);
	if (result < 0) {
		letter_free(letter);
		return result;
	}
	*ret_letter = letter;
	return OK;
}

void letter_free(struct letter *letter)
{
	if (!letter)
		return;
	map_free(letter->by_name, NULL);
	excepted_release(&letter->excepted);
	memory_give(letter->domains);
	memory_give(letter->concerns);
	arena_release(&letter->arena);
	memory_give(letter);
}
