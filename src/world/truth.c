/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/truth.h"

#include "base/memory.h"
#include "world/bootstrap_private.h"
#include "world/content_private.h"
#include "world/delegation_private.h"
#include "world/keys_private.h"
#include "world/routes_private.h"
#include "world/trait_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SCRATCH_OCTETS_MAX ((size_t)1024 * 1024)
/* Zones within zones, name servers of name servers: no sound world comes near. */
#define PATH_MAX_STEPS 64

enum reach { REACH_UNKNOWN, REACH_IN_PROGRESS, REACH_YES, REACH_NO };

struct judging {
	const struct world *world;
	struct arena *scratch;
	uint8_t *reach; /* enum reach, by zone */
	int depth;
	int error; /* the first; what was found after it does not count */
};

/* A domain's servers that are asked. */
struct asked {
	const struct zone *zone;
	uint32_t servers[2 * NS_MAX];
	bool by_own_name[2 * NS_MAX]; /* not, or not only, by one below the domain */
	uint32_t count;
};

struct codes {
	const char *items[TRUTH_CODES_MAX];
	size_t count;
};

static bool is_usable(const struct world *world, uint32_t server)
{
	return !(world->servers[server].behaviours & BEHAVIOURS_UNUSABLE);
}

static bool server_is(const struct world *world, uint32_t server, enum behaviour behaviour)
{
	return (world->servers[server].behaviours & BEHAVIOUR_BIT(behaviour)) != 0;
}

static bool is_reachable(struct judging *judging, uint32_t zone);

/* Can a resolver find the addresses of this name server by its name? */
static bool is_resolvable(struct judging *judging, const struct ns *ns)
{
	if (ns->server == NONE)
		return false;
	uint32_t holder = world_zone_around(judging->world, ns->name, false);
	return holder != NONE && is_reachable(judging, holder);
}

static bool has_usable_server(struct judging *judging, const struct ns_list *servers)
{
	for (uint32_t i = 0; i < servers->count; i++) {
		const struct ns *ns = &servers->items[i];
		if (ns->server != NONE && is_usable(judging->world, ns->server) &&
		    (ns->glue == GLUE_RIGHT || is_resolvable(judging, ns)))
			return true;
	}
	return false;
}

static bool find_reachable(struct judging *judging, uint32_t zone)
{
	const struct zone *row = &judging->world->zones[zone];
	struct ns_list servers;
	if (zone_has(row, FAULT_UNDELEGATED) || (row->flags & ZONE_IS_PHANTOM))
		return false;
	if (row->parent != NONE && !is_reachable(judging, row->parent))
		return false;
	int error = zone_ns(judging->world, row, SIDE_PARENT, judging->scratch, &servers);
	if (error) {
		judging->error = error;
		return false;
	}
	/* The root's addresses are known beforehand. */
	for (uint32_t i = 0; row->parent == NONE && i < servers.count; i++)
		servers.items[i].glue = GLUE_RIGHT;
	return has_usable_server(judging, &servers);
}

/* Can a resolver get an answer of the zone's own servers? */
static bool is_reachable(struct judging *judging, uint32_t zone)
{
	if (judging->reach[zone] == REACH_UNKNOWN && judging->depth < PATH_MAX_STEPS) {
		judging->reach[zone] = REACH_IN_PROGRESS;
		judging->depth++;
		judging->reach[zone] = find_reachable(judging, zone) ? REACH_YES : REACH_NO;
		judging->depth--;
	}
	return judging->reach[zone] == REACH_YES;
}

/* Whose name nobody can look up is asked at the address that the parent gives. */
static bool is_asked(struct judging *judging, const struct ns *ns)
{
	return is_resolvable(judging, ns) || (ns->server != NONE && ns->glue == GLUE_RIGHT);
}

static void ask(struct judging *judging, const struct ns_list *list, struct asked *asked)
{
	for (uint32_t i = 0; i < list->count; i++) {
		if (!is_asked(judging, &list->items[i]))
			continue;
		uint32_t at = 0;
		while (at < asked->count && asked->servers[at] != list->items[i].server)
			at++;
		if (at == asked->count)
			asked->servers[asked->count++] = list->items[i].server;
		if (name_equal(list->items[i].name,
			       judging->world->servers[list->items[i].server].name))
			asked->by_own_name[at] = true;
		assert(asked->count <= 2 * NS_MAX);
	}
}

/* With one of these nothing is known of signatures; with one more, nothing of CDS and CDNSKEY. */
#define BEHAVIOURS_HIDE_KEYS (BEHAVIOUR_BIT(BEHAVIOUR_NO_EDNS) | BEHAVIOUR_BIT(BEHAVIOUR_NO_DNSKEY))
#define BEHAVIOURS_HIDE_DNSSEC (BEHAVIOURS_HIDE_KEYS | BEHAVIOUR_BIT(BEHAVIOUR_UNSIGNED))
#define BEHAVIOURS_HIDE_CDS (BEHAVIOURS_HIDE_DNSSEC | BEHAVIOUR_BIT(BEHAVIOUR_UNKNOWN_TYPES))

/* A usable server with none of the behaviours in `hiding`. */
static bool any_usable(const struct world *world, const struct asked *asked, uint64_t hiding)
{
	for (uint32_t i = 0; i < asked->count; i++) {
		uint32_t server = asked->servers[i];
		if (is_usable(world, server) && !(world->servers[server].behaviours & hiding))
			return true;
	}
	return false;
}

static void add_code(struct codes *codes, const char *code)
{
	for (size_t i = 0; i < codes->count; i++) {
		if (strcmp(codes->items[i], code) == 0)
			return;
	}
	assert(codes->count < TRUTH_CODES_MAX);
	codes->items[codes->count++] = code;
}

/* Another usable server whose version of the zone is, or is not, the same as this one's. */
static bool has_other(const struct world *world, const struct asked *asked, uint32_t server,
		      bool is_same_serial)
{
	assert(server < world->server_count);
	bool is_stale = server_is(world, server, BEHAVIOUR_STALE_SERIAL);
	for (uint32_t i = 0; i < asked->count; i++) {
		uint32_t other = asked->servers[i];
		bool is_other_stale = server_is(world, other, BEHAVIOUR_STALE_SERIAL);
		if (other != server && is_usable(world, other) &&
		    (is_stale == is_other_stale) == is_same_serial)
			return true;
	}
	return false;
}

static bool shows(const struct world *world, const struct asked *asked, uint32_t server,
		  enum behaviour behaviour)
{
	if (!server_is(world, server, behaviour) || (BEHAVIOUR_BIT(behaviour) & BEHAVIOURS_ROUTING))
		return false;
	if (behaviour == BEHAVIOUR_STALE_SERIAL)
		return has_other(world, asked, server, false);
	if (behaviour == BEHAVIOUR_TRANSPORT_PARTIAL)
		return world->servers[server].address_count > 1;
	if (behaviour == BEHAVIOUR_UNSIGNED)
		return asked->zone->algorithm && any_usable(world, asked, BEHAVIOURS_HIDE_DNSSEC) &&
		       !(world->servers[server].behaviours & BEHAVIOURS_HIDE_KEYS);
	if (behaviour == BEHAVIOUR_DIFFERING)
		return !zone_has(asked->zone, FAULT_APEX_ALIAS) &&
		       has_other(world, asked, server, true);
	return true;
}

static void add_behaviours(const struct world *world, const struct asked *asked,
			   struct codes *codes)
{
	for (uint32_t i = 0; i < asked->count; i++) {
		for (enum behaviour j = 0; j < BEHAVIOUR_COUNT; j++) {
			const bool is_announced = (BEHAVIOURS_ANNOUNCED & BEHAVIOUR_BIT(j)) != 0;
			if (shows(world, asked, asked->servers[i], j) &&
			    (!is_announced || asked->by_own_name[i]))
				add_code(codes, behaviour_row(j)->code);
		}
	}
}

/* The operator's first server's zone holds the names without address and the aliases. */
static bool is_name_reachable(struct judging *judging, const struct zone *zone)
{
	const struct world *world = judging->world;
	uint32_t first = world->operators[zone->dns_operator].servers[0];
	return is_reachable(judging, world->servers[first].host_zone);
}

static int find_asked(struct judging *judging, const struct zone *zone, struct asked *asked)
{
	struct ns_list list;
	int error = zone_ns(judging->world, zone, SIDE_PARENT, judging->scratch, &list);
	if (error)
		return error;
	ask(judging, &list, asked);
	if (!any_usable(judging->world, asked, 0))
		return 0;
	error = zone_ns(judging->world, zone, SIDE_CHILD, judging->scratch, &list);
	if (!error)
		ask(judging, &list, asked);
	return error;
}

/* With one of these, what a validator gets of the zone is bogus (RFC 4035 s4.3). */
#define FAULTS_BOGUS                                                                               \
	(FAULT_BIT(FAULT_WRONG_DS) | FAULT_BIT(FAULT_DS_KEY_IDLE) | FAULT_BIT(FAULT_DS_UNSIGNED) | \
	 FAULT_BIT(FAULT_CHAIN_BROKEN) | FAULT_BIT(FAULT_SIG_EXPIRED) |                            \
	 FAULT_BIT(FAULT_SIG_FUTURE) | FAULT_BIT(FAULT_SIG_MISSING) | FAULT_BIT(FAULT_SIG_WRONG))
/* With one of these the chain of trust ends at the zone, and nothing is wrong. */
#define FAULTS_BEYOND (FAULT_BIT(FAULT_ALGORITHM_UNSUPPORTED) | FAULT_BIT(FAULT_DIGEST_UNSUPPORTED))

/* Where nobody can be asked for the keys, nothing is known of the chain from there on. */
enum trust { TRUST_SECURE, TRUST_ENDS, TRUST_BROKEN, TRUST_UNKNOWN };

/* What of the keys of a zone that is to be signed can be had from its servers. */
static enum trust trust_in_servers(struct judging *judging, const struct zone *zone)
{
	struct asked asked = {.zone = zone};
	int error = find_asked(judging, zone, &asked);
	if (error)
		judging->error = error;
	if (!any_usable(judging->world, &asked, BEHAVIOUR_BIT(BEHAVIOUR_NO_DNSKEY)))
		return TRUST_UNKNOWN;
	/* Without EDNS no signatures come (RFC 3225 s3). */
	return any_usable(judging->world, &asked, BEHAVIOURS_HIDE_DNSSEC) ? TRUST_SECURE
									  : TRUST_BROKEN;
}

static enum trust trust_in(struct judging *judging, const struct zone *zone)
{
	if (zone->parent == NONE && !zone->algorithm)
		return TRUST_ENDS;
	if (zone->parent != NONE && (!zone_has_ds(zone) || (zone->faults & FAULTS_BEYOND)))
		return TRUST_ENDS;
	if (zone_has(zone, FAULT_CHAIN_BROKEN))
		return TRUST_BROKEN;
	const enum trust trust = trust_in_servers(judging, zone);
	return trust == TRUST_SECURE && (zone->faults & FAULTS_BOGUS) ? TRUST_BROKEN : trust;
}

/* How the chain of trust stands at the zone's keys. */
static enum trust trust_at(struct judging *judging, uint32_t zone)
{
	const struct world *world = judging->world;
	enum trust trust = TRUST_SECURE;
	uint32_t path[PATH_MAX_STEPS];
	size_t steps = 0;
	for (; zone != NONE && steps < PATH_MAX_STEPS; zone = world->zones[zone].parent)
		path[steps++] = zone;
	while (steps > 0 && trust == TRUST_SECURE)
		trust = trust_in(judging, &world->zones[path[--steps]]);
	return trust;
}

static int add_traits(struct judging *judging, const struct zone *zone, struct codes *codes)
{
	struct ns_list list;
	struct trait_ground ground = {.world = judging->world, .zone = zone, .servers = &list};
	int error = zone_ns(judging->world, zone, SIDE_PARENT, judging->scratch, &list);
	for (uint32_t i = 0; i < list.count && !error; i++) {
		const struct ns *ns = &list.items[i];
		const bool has_address = ns->server != NONE || ns->kind == NS_SPECIAL;
		const uint32_t holder = world_zone_around(judging->world, ns->name, false);
		/* One that depends on itself is known to. */
		const bool is_reached =
			ns->kind == NS_CYCLE || (holder != NONE && is_reachable(judging, holder));
		ground.is_found[i] = has_address && is_reached;
		ground.is_unknown[i] = !is_reached;
	}
	for (enum trait i = 0; i < TRAIT_COUNT && !error; i++)
		if (zone_has_trait(&ground, i))
			add_code(codes, trait_row(i)->code);
	return error;
}

/* Does a resolver find names below the zone, and nothing that is bogus? Where the keys cannot be
 * had it cannot validate, and what it finds counts. */
static bool can_look_up(struct judging *judging, const struct zone *zone)
{
	const uint32_t index = zone_index(judging->world, zone);
	return is_reachable(judging, index) && trust_at(judging, index) != TRUST_BROKEN;
}

/* What is wrong with how the servers' addresses are announced. */
static void add_routes(struct judging *judging, const struct asked *asked, struct codes *codes)
{
	static const enum behaviour rows[] = {
		[ROUTES_INVALID] = BEHAVIOUR_ROA_INVALID,
		[ROUTES_LOST] = BEHAVIOUR_ROA_DISOWNED,
		[ROUTES_NO_ROA] = BEHAVIOUR_ROA_MISSING,
		[ROUTES_LOOSE] = BEHAVIOUR_ROA_LOOSE,
		[ROUTES_NOT_ANNOUNCED] = BEHAVIOUR_NOT_ANNOUNCED,
		[ROUTES_ONE_AS] = BEHAVIOUR_ONE_AS,
		[ROUTES_ONE_PREFIX] = BEHAVIOUR_ONE_PREFIX,
	};
	static_assert(sizeof(rows) / sizeof(rows[0]) == ROUTES_FAULT_COUNT, "a row for each");
	struct routed items[2 * NS_MAX * SERVER_ADDRESSES_MAX];
	size_t count = 0;
	for (uint32_t i = 0; i < asked->count; i++) {
		const uint32_t server = asked->servers[i];
		const struct world_server *row = &judging->world->servers[server];
		for (uint32_t j = 0; j < row->address_count; j++)
			items[count++] = (struct routed){row->addresses[j], server,
							 is_usable(judging->world, server)};
	}
	const unsigned int faults = routes_faults(judging->world, items, count);
	for (size_t i = 0; i < ROUTES_FAULT_COUNT; i++)
		if (faults & (1u << i))
			add_code(codes, behaviour_row(rows[i])->code);
}

/* The operator's second server gives other signals: it and another one must be seen to. */
static bool differs_at_second(const struct world *world, const struct asked *asked, uint64_t hiding)
{
	const struct world_operator *row = &world->operators[asked->zone->dns_operator];
	const uint64_t other_variants = BEHAVIOUR_BIT(BEHAVIOUR_STALE_SERIAL) |
					BEHAVIOUR_BIT(BEHAVIOUR_DIFFERING) |
					BEHAVIOUR_BIT(BEHAVIOUR_UNSIGNED);
	bool has_second = false;
	bool has_other = false;
	for (uint32_t i = 0; i < asked->count; i++) {
		const uint32_t server = asked->servers[i];
		const uint64_t behaviours = world->servers[server].behaviours;
		if (behaviours & (BEHAVIOURS_UNUSABLE | hiding))
			continue;
		if (row->server_count > 1 && server == row->servers[1] &&
		    !(behaviours & other_variants))
			has_second = true;
		else
			has_other = true;
	}
	return has_second && has_other;
}

/* CSYNC stands without a chain of trust: none leads to the zone, or none into it. */
static bool has_csync_in_vain(struct judging *judging, const struct zone *zone,
			      const struct asked *asked)
{
	if (!zone_has_csync(judging->world, zone) || !any_usable(judging->world, asked, 0))
		return false;
	const enum trust trust = trust_at(judging, zone->parent);
	return trust == TRUST_ENDS || (trust == TRUST_SECURE && !zone_has_ds(zone));
}

/* TLSA records count for nothing without a chain of trust, and who gets no keys cannot tell. */
static bool is_of_secure_tlsa(enum fault fault)
{
	return strncmp(fault_row(fault)->code, "DANE-", 5) == 0 && fault != FAULT_TLSA_INSECURE;
}

/* ---- what operators say below the names of their servers (RFC 9615) ---- */

struct said {
	bool is_there, is_absent, is_insecure;
};

/* A resolver that cannot find the name, or believes nothing below it, knows nothing. */
static struct said said_by(struct judging *judging, const struct zone *zone, const struct ns *ns)
{
	const struct world *world = judging->world;
	const uint32_t made = bootstrap_zone(world, zone, ns);
	const uint32_t holder = made != NONE ? made : world_zone_around(world, ns->name, false);
	assert(holder != NONE);
	struct asked asked = {.zone = &world->zones[holder]};
	if (!bootstrap_counts(zone, ns) || !is_reachable(judging, holder))
		return (struct said){.is_there = false};
	const enum trust trust = trust_at(judging, holder);
	const int error = find_asked(judging, asked.zone, &asked);
	if (error)
		judging->error = error;
	if (trust == TRUST_BROKEN || trust == TRUST_UNKNOWN ||
	    !any_usable(world, &asked, BEHAVIOUR_BIT(BEHAVIOUR_UNKNOWN_TYPES)))
		return (struct said){.is_there = false};
	return (struct said){
		.is_there = made != NONE,
		.is_absent = made == NONE,
		.is_insecure = made != NONE && trust == TRUST_ENDS,
	};
}

static int add_bootstrap(struct judging *judging, const struct zone *zone,
			 const struct asked *asked, struct codes *codes)
{
	struct said all = {.is_there = false};
	struct ns_list list;
	if (!zone_has(zone, FAULT_NO_DS) || !zone_has_cds(judging->world, zone) ||
	    !any_usable(judging->world, asked, BEHAVIOURS_HIDE_CDS))
		return 0;
	const int error = zone_ns(judging->world, zone, SIDE_PARENT, judging->scratch, &list);
	for (uint32_t i = 0; !error && i < list.count; i++) {
		const struct said said = said_by(judging, zone, &list.items[i]);
		all.is_there |= said.is_there;
		all.is_absent |= said.is_absent;
		all.is_insecure |= said.is_insecure;
	}
	if (all.is_there && zone_has(zone, FAULT_SIGNAL_WRONG))
		add_code(codes, fault_row(FAULT_SIGNAL_WRONG)->code);
	if (all.is_there && all.is_absent)
		add_code(codes, fault_row(FAULT_SIGNAL_PARTIAL)->code);
	if (all.is_insecure)
		add_code(codes, fault_row(FAULT_SIGNAL_INSECURE)->code);
	return error;
}

/* Behaviours that hide a fault which shows in DNSSEC. */
static uint64_t hiding(const struct zone *zone, enum fault fault)
{
	uint64_t all =
		fault_row(fault)->group == GROUP_CDS ? BEHAVIOURS_HIDE_CDS : BEHAVIOURS_HIDE_DNSSEC;
	if (fault == FAULT_KEYS_LARGE) /* they come over TCP only */
		all |= BEHAVIOUR_BIT(BEHAVIOUR_NO_TCP);
	/* A zone that is not signed looks as it does anywhere. */
	return zone->algorithm != 0 ? all : all & ~BEHAVIOUR_BIT(BEHAVIOUR_UNSIGNED);
}

static bool any_transferring(const struct world *world, const struct asked *asked)
{
	for (uint32_t i = 0; i < asked->count; i++) {
		if (is_usable(world, asked->servers[i]) &&
		    server_is(world, asked->servers[i], BEHAVIOUR_TRANSFER_OPEN))
			return true;
	}
	return false;
}

static bool is_visible(struct judging *judging, const struct zone *zone, const struct asked *asked,
		       enum fault fault)
{
	if (fault == FAULT_CHAIN_BROKEN)
		return trust_at(judging, zone->parent) == TRUST_SECURE;
	if (fault == FAULT_MNAME_ALIAS || fault == FAULT_MNAME_UNKNOWN)
		return any_usable(judging->world, asked, 0) && can_look_up(judging, zone);
	if (is_of_secure_tlsa(fault))
		return can_look_up(judging, zone) &&
		       trust_at(judging, zone_index(judging->world, zone)) == TRUST_SECURE;
	if (fault_row(fault)->group == GROUP_SIGNAL) /* add_bootstrap() */
		return false;
	if (fault == FAULT_DSYNC_INVALID)
		return can_look_up(judging, &judging->world->zones[zone->parent]);
	if (fault == FAULT_NS_ALIAS || fault == FAULT_NS_NO_ADDRESS)
		return is_name_reachable(judging, zone);
	if (fault == FAULT_CSYNC_UNSIGNED)
		return has_csync_in_vain(judging, zone, asked);
	if (fault == FAULT_CDS_DIFFER)
		return differs_at_second(judging->world, asked,
					 BEHAVIOUR_BIT(BEHAVIOUR_UNKNOWN_TYPES) |
						 BEHAVIOUR_BIT(BEHAVIOUR_UNSIGNED));
	if (fault == FAULT_CSYNC_DIFFER)
		return differs_at_second(judging->world, asked, 0);
	switch (fault_row(fault)->seen) {
	case SEEN_IN_TRANSFER:
		return any_transferring(judging->world, asked);
	case SEEN_AT_PARENT:
		return true;
	case SEEN_IN_ROUTES:
	case SEEN_BY_LOOKUP:
		return can_look_up(judging, zone);
	case SEEN_AT_CHILD:
		/* The version before 0 is none of those that are wrong. */
		return any_usable(
			judging->world, asked,
			fault == FAULT_SOA_SERIAL_ZERO ? BEHAVIOUR_BIT(BEHAVIOUR_STALE_SERIAL) : 0);
	default:
		return any_usable(judging->world, asked, hiding(zone, fault));
	}
}

/* Two keys without the CDS records that would say what is wrong with them: a roll-over, as far as
 * can be seen. */
static bool seems_rolling(const struct judging *judging, const struct zone *zone,
			  const struct asked *asked)
{
	if (!zone_has(zone, FAULT_CDS_BREAKS) && !zone_has(zone, FAULT_CDS_CDNSKEY_DIFFER))
		return false;
	return any_usable(judging->world, asked, BEHAVIOURS_HIDE_DNSSEC) &&
	       !any_usable(judging->world, asked, BEHAVIOURS_HIDE_CDS);
}

/* Where wrong glue is all there is to ask: at that address is nobody, or somebody who does not know
 * the zone. */
static int add_wrong_glue(struct judging *judging, const struct zone *zone, struct codes *codes)
{
	struct ns_list list;
	int error = zone_ns(judging->world, zone, SIDE_PARENT, judging->scratch, &list);
	for (uint32_t i = 0; !error && i < list.count; i++) {
		const struct address address = zone_wrong_glue(judging->world, zone);
		if (list.items[i].glue != GLUE_WRONG || is_resolvable(judging, &list.items[i]))
			continue;
		add_code(codes, behaviour_row(world_server_at(judging->world, &address) == NONE
						      ? BEHAVIOUR_SILENT
						      : BEHAVIOUR_REFUSING)
					->code);
	}
	return error;
}

static int judge(struct judging *judging, const struct zone *zone, struct codes *codes)
{
	struct asked asked = {.zone = zone};
	if (!is_reachable(judging, zone->parent))
		return 0;
	if (zone_has(zone, FAULT_UNDELEGATED)) {
		add_code(codes, fault_row(FAULT_UNDELEGATED)->code);
		return 0;
	}
	int error = find_asked(judging, zone, &asked);
	if (error)
		return error;
	for (enum fault i = 0; i < FAULT_COUNT; i++) {
		if (zone_has(zone, i) && is_visible(judging, zone, &asked, i))
			add_code(codes, fault_row(i)->code);
	}
	/* All that tell anything of keys say that there are none. */
	if (zone->algorithm && zone_has_ds(zone) &&
	    any_usable(judging->world, &asked, BEHAVIOURS_HIDE_KEYS) &&
	    !any_usable(judging->world, &asked, BEHAVIOURS_HIDE_DNSSEC))
		add_code(codes, fault_row(FAULT_DS_UNSIGNED)->code);
	/* Keys in reserve sign nothing, as those that are published in advance. */
	if (seems_rolling(judging, zone, &asked) ||
	    (zone_has(zone, FAULT_KEYS_LARGE) &&
	     is_visible(judging, zone, &asked, FAULT_KEYS_LARGE)))
		add_code(codes, fault_row(FAULT_KEY_PREPUBLISHED)->code);
	if (trust_at(judging, zone->parent) == TRUST_BROKEN)
		add_code(codes, fault_row(FAULT_CHAIN_BROKEN)->code);
	if (has_csync_in_vain(judging, zone, &asked))
		add_code(codes, fault_row(FAULT_CSYNC_UNSIGNED)->code);
	add_behaviours(judging->world, &asked, codes);
	if (judging->world->has_routing)
		add_routes(judging, &asked, codes);
	error = add_wrong_glue(judging, zone, codes);
	if (!error)
		error = add_bootstrap(judging, zone, &asked, codes);
	return error ? error : add_traits(judging, zone, codes);
}

static int compare_codes(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

int world_truth(const struct world *world, world_truth_take *take, void *context)
{
	assert(take != NULL);
	struct arena scratch;
	arena_init(&scratch, SCRATCH_OCTETS_MAX, 16384);
	struct judging judging = {.world = world, .scratch = &scratch};
	judging.reach = memory_take_zeroed(world->zone_count + 1u, 1);
	int error = judging.reach ? 0 : ERR_MEMORY;
	for (uint32_t i = 0; i < world->zone_count && !error; i++) {
		const struct zone *zone = &world->zones[i];
		struct codes codes = {.count = 0};
		if (!(zone->flags & ZONE_IS_TARGET))
			continue;
		arena_reset(&scratch);
		error = judge(&judging, zone, &codes);
		error = error ? error : judging.error;
		qsort(codes.items, codes.count, sizeof(*codes.items), compare_codes);
		if (!error)
			error = take(context, zone->name, codes.items, codes.count);
	}
	memory_give(judging.reach);
	arena_release(&scratch);
	return error;
}
