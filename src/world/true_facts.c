/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/true_facts.h"

#include "dns/wire/type.h"
#include "world/delegation_private.h"
#include "world/offer_private.h"
#include "world/routes_private.h"
#include "world/shown_private.h"
#include "world/true_facts_private.h"

#include <assert.h>

#define SCRATCH_OCTETS_MAX ((size_t)1024 * 1024)
/* Signing times count from some day: nothing here depends on which. */
#define STARTED_S 1800000000
/* Behaviours that leave no doubt about what a server has. */
#define BEHAVIOURS_CLEAR                                                            \
	(BEHAVIOUR_BIT(BEHAVIOUR_SILENT) | BEHAVIOUR_BIT(BEHAVIOUR_TRANSFER_OPEN) | \
	 BEHAVIOURS_ROUTING)

static const char *const words[] = {
	[TRUE_DELEGATED] = "delegated",
	[TRUE_SIGNED] = "signed",
	[TRUE_SECURE] = "secure",
	[TRUE_MODERN_ALGORITHM] = "modern-algorithm",
	[TRUE_CDS] = "cds",
	[TRUE_NSEC3] = "nsec3",
	[TRUE_MAIL] = "mail",
	[TRUE_NULL_MX] = "null-mx",
	[TRUE_SPF] = "spf",
	[TRUE_SPF_STRICT] = "spf-strict",
	[TRUE_DMARC] = "dmarc",
	[TRUE_DMARC_ENFORCED] = "dmarc-enforced",
	[TRUE_MTA_STS] = "mta-sts",
	[TRUE_MTA_STS_ENFORCED] = "mta-sts-enforced",
	[TRUE_TLSRPT] = "tlsrpt",
	[TRUE_TLSA_MAIL] = "tlsa-mail",
	[TRUE_TLSA_WEB] = "tlsa-web",
	[TRUE_CAA] = "caa",
	[TRUE_IPV6_NS] = "ipv6-ns",
	[TRUE_IPV6_MAIL] = "ipv6-mail",
	[TRUE_DOT] = "dot",
	[TRUE_DOH] = "doh",
	[TRUE_DOQ] = "doq",
	[TRUE_ROA_NS] = "roa-ns",
	[TRUE_TWO_NETWORKS] = "two-networks",
	[TRUE_COOKIES] = "cookies",
	[TRUE_ZONEMD] = "zonemd",
};
static_assert(sizeof(words) / sizeof(words[0]) == TRUE_COUNT, "a word each");

const char *true_fact_word(enum true_fact fact)
{
	assert(fact < TRUE_COUNT);
	return words[fact];
}

const char *served_by_word(enum served_by served_by)
{
	static const char *const kinds[] = {
		[SERVED_BY_OPERATOR] = "operator",
		[SERVED_BY_WHITE_LABEL] = "white-label",
		[SERVED_BY_ITSELF] = "own",
	};
	return kinds[served_by];
}

/* ---- servers ---- */

/* Does it hold of every server that the parent names? Each is one, where nothing is wrong. */
static bool all_offer(const struct world *world, const struct ns_list *list, uint8_t transport)
{
	assert(list->count > 0);
	for (uint32_t i = 0; i < list->count; i++)
		if (!(server_transports(&world->servers[list->items[i].server]) & transport))
			return false;
	return true;
}

/* What real programs give depends on the program. */
static enum true_state find_cookies(const struct world *world, const struct ns_list *list)
{
	enum true_state found = STATE_PRESENT;
	assert(list->count > 0);
	for (uint32_t i = 0; i < list->count; i++) {
		const struct world_server *server = &world->servers[list->items[i].server];
		if (server->without_cookies)
			return STATE_ABSENT;
		if (server->place != PLACE_BUILTIN)
			found = STATE_UNTOLD;
	}
	return found;
}

static bool has_ipv6(const struct world *world, const struct ns_list *list)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < list->count; i++) {
		const struct ns *ns = &list->items[i];
		/* Other kinds of name servers come with faults. */
		assert(ns->server < world->server_count);
		const struct world_server *server = &world->servers[ns->server];
		for (uint32_t j = 0; j < server->address_count; j++)
			count += server->addresses[j].family == ADDRESS_IPV6 &&
				 ns_has_address(world, ns, j);
	}
	return count >= (list->count > 1 ? 2u : 1u);
}

static void find_routes(const struct world *world, const struct ns_list *list,
			enum true_state states[TRUE_COUNT])
{
	bool is_valid = true;
	bool is_known = true;
	bool is_one_as = true;
	uint32_t as = 0;
	for (uint32_t i = 0; i < list->count; i++) {
		const struct world_server *server = &world->servers[list->items[i].server];
		for (uint32_t j = 0; j < server->address_count; j++) {
			const struct world_route route = world_route(world, &server->addresses[j]);
			if (route.prefix.family == ADDRESS_NONE) {
				is_known = false;
				continue;
			}
			is_valid &= route.roa == WORLD_ROA_RIGHT || route.roa == WORLD_ROA_LOOSE;
			is_one_as &= as == 0 || route.as == as;
			as = route.as;
		}
	}
	if (!world->has_routing)
		return;
	/* What is not announced has no route that could be wrong, and no network to be counted. */
	if (is_known || !is_valid)
		states[TRUE_ROA_NS] = state_if(is_valid);
	if (is_known)
		states[TRUE_TWO_NETWORKS] = state_if(!is_one_as);
}

static void find_servers(const struct world *world, const struct ns_list *list,
			 enum true_state states[TRUE_COUNT])
{
	states[TRUE_DELEGATED] = STATE_PRESENT;
	states[TRUE_IPV6_NS] = state_if(has_ipv6(world, list));
	states[TRUE_DOT] = state_if(all_offer(world, list, SERVER_DOT));
	states[TRUE_DOH] = state_if(all_offer(world, list, SERVER_DOH));
	states[TRUE_DOQ] = state_if(all_offer(world, list, SERVER_DOQ));
	states[TRUE_COOKIES] = find_cookies(world, list);
	find_routes(world, list, states);
}

static enum served_by find_served_by(const struct zone *zone, const struct ns_list *list)
{
	if (list->count == 0 || !name_is_under(list->items[0].name, zone->name))
		return SERVED_BY_OPERATOR;
	return list->items[0].kind == NS_HOST ? SERVED_BY_ITSELF : SERVED_BY_WHITE_LABEL;
}

/* ---- zones ---- */

/* Up to the root every zone is signed and its parent vouches for it. */
static bool is_chained(const struct world *world, const struct zone *zone)
{
	for (; zone->parent != NONE; zone = &world->zones[zone->parent])
		if (!zone_has_ds(zone) || zone->algorithm == 0)
			return false;
	return zone->algorithm != 0;
}

static bool is_clear(const struct world *world, const struct zone *zone)
{
	const struct world_operator *row = &world->operators[zone->dns_operator];
	if (zone->faults & ~FAULTS_OF_SHOWN)
		return false;
	for (uint32_t i = 0; i < row->server_count; i++)
		if ((world->servers[row->servers[i]].behaviours & ~BEHAVIOURS_CLEAR) ||
		    world->servers[row->servers[i]].place == PLACE_EMPTY)
			return false;
	return true;
}

static const struct zone *above(const struct world *world, const struct zone *zone)
{
	return zone->parent == NONE ? NULL : &world->zones[zone->parent];
}

/* So are the zones above it, and those by whose servers its own are found. */
static bool is_all_clear(const struct world *world, const struct zone *zone)
{
	const struct world_operator *row = &world->operators[zone->dns_operator];
	for (const struct zone *at = zone; at; at = above(world, at))
		if (!is_clear(world, at))
			return false;
	for (uint32_t i = 0; i < row->server_count; i++)
		if (!is_clear(world, &world->zones[world->servers[row->servers[i]].host_zone]))
			return false;
	return true;
}

static void find_chain(const struct view_source *source, const struct view *view,
		       enum true_state states[TRUE_COUNT])
{
	const bool is_signed =
		view_has_ds(source, view->zone) && view_set_below(view, "", TYPE_DNSKEY) != NULL;
	const bool is_secure = is_signed && is_chained(source->world, view->zone);
	states[TRUE_SIGNED] = state_if(is_signed);
	states[TRUE_SECURE] = state_if(is_secure);
	/* TLSA records count for nothing without a chain of trust (RFC 6698 s4.1). */
	if (!is_secure)
		states[TRUE_TLSA_MAIL] = states[TRUE_TLSA_WEB] = STATE_ABSENT;
}

static int look(const struct view_source *source, struct view *view, const struct ns_list *list,
		struct true_facts *facts)
{
	assert(view->zone != NULL && (view->zone->flags & ZONE_IS_TARGET));
	int error = view_make(source, view->zone, 0, view);
	if (error)
		return error;
	true_facts_of_zone(source, view, facts->states);
	true_facts_of_mail(source, view, facts->states);
	find_chain(source, view, facts->states);
	find_servers(source->world, list, facts->states);
	return 0;
}

static const uint8_t *top_of(const uint8_t *name)
{
	return name_suffix(name, 1);
}

struct pass {
	struct view_source source;
	struct arena scratch;
	struct view view;
	world_true_facts_take *take;
	void *context;
};

static int take_one(struct pass *pass, const struct zone *zone)
{
	const struct world *world = pass->source.world;
	const struct world_operator *row = &world->operators[zone->dns_operator];
	struct true_facts facts = {.domain = zone->name,
				   .tld = top_of(zone->name),
				   .dns_operator = row->group ? row->group : row->name};
	struct ns_list list;
	static_assert(STATE_UNTOLD == 0, "what is not set is not told");
	arena_reset(&pass->scratch);
	int error = zone_ns(world, zone, SIDE_PARENT, &pass->scratch, &list);
	if (error)
		return error;
	facts.served_by = find_served_by(zone, &list);
	if (is_all_clear(world, zone)) {
		pass->view.zone = zone;
		error = look(&pass->source, &pass->view, &list, &facts);
	}
	return error ? error : pass->take(pass->context, &facts);
}

int world_true_facts(const struct world *world, world_true_facts_take *take, void *context)
{
	assert(take != NULL);
	struct pass pass = {.source = {.world = world, .started_s = STARTED_S},
			    .take = take,
			    .context = context};
	int error = key_pool_new(world, &pass.source.pool);
	if (error)
		return error;
	arena_init(&pass.scratch, SCRATCH_OCTETS_MAX, 16384);
	for (uint32_t i = 0; i < world->zone_count && !error; i++)
		if (world->zones[i].flags & ZONE_IS_TARGET)
			error = take_one(&pass, &world->zones[i]);
	view_release(&pass.view);
	arena_release(&pass.scratch);
	key_pool_free(pass.source.pool);
	return error;
}
