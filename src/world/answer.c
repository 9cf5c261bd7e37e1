/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The algorithm of RFC 1034 s4.3.2 with RFC 4592 for wildcards and RFC 4035 s3.1, RFC 5155 s7.2 for
 * what goes with it when DNSSEC is asked for.
 */
#include "dns/wire/type.h"
#include "world/authority_private.h"
#include "world/content_private.h"
#include "world/proof_private.h"

#include <assert.h>
#include <string.h>

/* Aliases followed within a zone. */
#define ALIASES_MAX 8

void finding_add(struct finding *finding, enum section section, const struct answer_item *item)
{
	assert(item->count > 0 && item->records != NULL && section < SECTION_COUNT);
	struct answer *answer = finding->answer;
	for (uint32_t i = 0; i < answer->count; i++) {
		if (answer->items[i].records == item->records &&
		    answer->items[i].section == section)
			return;
	}
	if (answer->count == ANSWER_ITEMS_MAX)
		return;
	answer->items[answer->count] = *item;
	answer->items[answer->count++].section = (uint8_t)section;
}

int finding_add_set(struct finding *finding, enum section section, struct view_set *set,
		    const uint8_t *owner)
{
	struct answer_item item = {
		.records = set->rrset.records,
		.count = set->rrset.count,
		.owner = owner,
	};
	if (finding->dnssec_ok) {
		int error = view_sign(finding->source, finding->view, set);
		if (error)
			return error;
		item.signatures = set->signatures;
		item.signature_count = set->signature_count;
	}
	finding_add(finding, section, &item);
	return 0;
}

/* The SOA of a negative answer, its TTL cut as RFC 2308 s5 says. */
static int add_soa(struct finding *finding)
{
	struct view *view = finding->view;
	const struct view_node *apex = view_node(view, view->zone->name);
	assert(apex);
	struct view_set *soa = view_node_set(apex, TYPE_SOA);
	assert(soa);
	return finding_add_set(finding, SECTION_AUTHORITY, soa, NULL);
}

static int add_ns_of_child(struct finding *finding, const struct zone *child,
			   const struct ns_list *servers)
{
	struct arena *arena = finding->scratch;
	struct record *records = arena_take_array(arena, servers->count, sizeof(*records));
	struct view_set *set = arena_take_zeroed(arena, sizeof(*set));
	if (!records || !set)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < servers->count; i++)
		records[i] = (struct record){
			.owner = child->name,
			.type = TYPE_NS,
			.class = CLASS_IN,
			.ttl = 3600,
			.rdata = servers->items[i].name,
			.rdata_size = (uint16_t)name_size(servers->items[i].name),
		};
	int error = view_set_make(arena, records, servers->count, set);
	const struct answer_item item = {.records = set->rrset.records, .count = set->rrset.count};
	if (!error)
		finding_add(finding, SECTION_AUTHORITY, &item);
	return error;
}

static int add_wrong_glue(struct finding *finding, const struct zone *child, const struct ns *ns)
{
	struct address *address = arena_take(finding->scratch, sizeof(*address));
	struct record *record = arena_take(finding->scratch, sizeof(*record));
	const struct record **pointer = arena_take(finding->scratch, sizeof(struct record *));
	if (!address || !record || !pointer)
		return ERR_MEMORY;
	*address = zone_wrong_glue(finding->source->world, child);
	*record = (struct record){
		.owner = ns->name,
		.type = TYPE_A,
		.class = CLASS_IN,
		.ttl = 3600,
		.rdata = address->octets,
		.rdata_size = 4,
	};
	*pointer = record;
	finding_add(finding, SECTION_ADDITIONAL,
		    &(struct answer_item){.records = pointer, .count = 1});
	return 0;
}

/* Glue of one name server. RFC 9471 s3: that of servers below the child must not be left out. */
static int add_glue(struct finding *finding, const struct zone *child, const struct ns *ns)
{
	if (ns->glue == GLUE_NONE)
		return 0;
	if (ns->glue == GLUE_WRONG)
		return add_wrong_glue(finding, child, ns);
	struct content content = {.world = finding->source->world, .arena = finding->scratch};
	content_add_addresses(&content, ns->name, ns, 3600);
	if (content.error)
		return content.error;
	const struct record **pointers =
		arena_take_array(finding->scratch, content.count, sizeof(*pointers));
	if (!pointers)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < content.count; i++)
		pointers[i] = &content.records[i];
	const struct answer_item item = {
		.records = pointers,
		.count = (uint16_t)content.count,
		.is_optional = !name_is_under(ns->name, child->name),
	};
	finding_add(finding, SECTION_ADDITIONAL, &item);
	return 0;
}

static int refer(struct finding *finding, uint32_t child_zone)
{
	const struct zone *child = &finding->source->world->zones[child_zone];
	struct ns_list servers;
	int error = zone_ns(finding->source->world, child, SIDE_PARENT, finding->scratch, &servers);
	if (!error)
		error = add_ns_of_child(finding, child, &servers);
	uint32_t place = view_child_place(finding->source, finding->view, child_zone);
	assert(place != NONE);
	struct view_set *ds = NULL;
	if (!error && finding->dnssec_ok)
		error = view_child_ds(finding->source, finding->view, place, &ds);
	if (!error && ds)
		error = finding_add_set(finding, SECTION_AUTHORITY, ds, NULL);
	else if (!error)
		error = prove_no_ds(finding, child->name);
	for (uint32_t i = 0; i < servers.count && !error; i++)
		error = add_glue(finding, child, &servers.items[i]);
	return error;
}

/* The parent's answer to a question for DS. */
static int answer_ds(struct finding *finding, uint32_t child_zone)
{
	struct view_set *ds;
	uint32_t place = view_child_place(finding->source, finding->view, child_zone);
	assert(place != NONE);
	finding->answer->is_authoritative = true;
	int error = view_child_ds(finding->source, finding->view, place, &ds);
	if (error)
		return error;
	if (ds)
		return finding_add_set(finding, SECTION_ANSWER, ds, NULL);
	error = add_soa(finding);
	return error ? error : prove_no_ds(finding, finding->source->world->zones[child_zone].name);
}

/* What a node has of the type: a set, the set of an alias (ret_is_alias), or nothing (NULL). */
static struct view_set *node_answer(const struct view_node *node, uint16_t type, bool *ret_is_alias)
{
	*ret_is_alias = false;
	if (type == TYPE_ANY) /* RFC 8482 s4.1: a subset */
		return node->set_count > 0 ? &node->sets[0] : NULL;
	struct view_set *set = view_node_set(node, type);
	if (set)
		return set;
	set = view_node_set(node, TYPE_CNAME);
	*ret_is_alias = set != NULL;
	return set;
}

static int answer_nothing(struct finding *finding, const struct view_node *node)
{
	/* NSEC is data of its own in a zone that uses it. */
	if (finding->type == TYPE_NSEC && !view_uses_nsec3(finding->view) && finding->view->links) {
		uint32_t link = view_link_at(finding->source, finding->view, node->name);
		struct view_set *set;
		int error = link == NONE
				    ? ERR_NOT_FOUND
				    : view_link_set(finding->source, finding->view, link, &set);
		if (!error)
			return finding_add_set(finding, SECTION_ANSWER, set, NULL);
	}
	int error = add_soa(finding);
	if (error)
		return error;
	return finding->is_wildcard ? prove_wildcard_nodata(finding, node->name)
				    : prove_nodata(finding, node->name);
}

/* The node that answers for the name: its own, or a wildcard's. NULL: neither. */
static const struct view_node *find_node(struct finding *finding)
{
	finding->is_wildcard = false;
	const struct view_node *node = view_node(finding->view, finding->name);
	if (node)
		return node;
	const uint8_t *encloser = closest_encloser(finding->view, finding->name);
	struct name wildcard;
	if (name_prepend((const uint8_t *)"*", 1, encloser, &wildcard))
		return NULL;
	node = view_node(finding->view, wildcard.octets);
	finding->is_wildcard = node != NULL;
	return node;
}

/* One name; ret_target is the alias's target, or NULL when this was the last step. */
static int answer_name(struct finding *finding, const uint8_t **ret_target)
{
	*ret_target = NULL;
	const struct view_node *node = find_node(finding);
	if (!node) {
		finding->answer->rcode = RCODE_NXDOMAIN;
		int error = add_soa(finding);
		return error ? error : prove_nxdomain(finding);
	}
	bool is_alias;
	struct view_set *set = node_answer(node, finding->type, &is_alias);
	if (!set)
		return answer_nothing(finding, node);
	int error = finding_add_set(finding, SECTION_ANSWER, set,
				    finding->is_wildcard ? finding->name : NULL);
	if (!error && finding->is_wildcard)
		error = prove_wildcard(finding);
	if (is_alias)
		*ret_target = set->rrset.records[0]->rdata;
	return error;
}

static int answer_in_zone(struct finding *finding, uint32_t zone)
{
	const struct world *world = finding->source->world;
	for (int step = 0; step <= ALIASES_MAX; step++) {
		uint32_t child = world_child_around(world, zone, finding->name);
		bool is_own_ds = child != NONE && finding->type == TYPE_DS &&
				 name_equal(finding->name, world->zones[child].name);
		if (is_own_ds)
			return answer_ds(finding, child);
		if (child != NONE) {
			finding->answer->is_authoritative = step > 0;
			return refer(finding, child);
		}
		finding->answer->is_authoritative = true;
		const uint8_t *target;
		int error = answer_name(finding, &target);
		if (error || !target || !name_is_under(target, finding->view->zone->name))
			return error;
		finding->name = target;
	}
	return 0;
}

/* The zone that the server answers from; for DS the parent's, where it has that, too. */
static uint32_t choose_zone(const struct world *world, const struct answer_question *question)
{
	uint32_t zone = world_zone_served(world, question->server, question->name);
	if (zone == NONE || question->type != TYPE_DS)
		return zone;
	uint32_t parent = world->zones[zone].parent;
	bool is_apex = name_equal(world->zones[zone].name, question->name);
	if (is_apex && parent != NONE && world_serves(world, question->server, parent))
		return parent;
	return zone;
}

int authority_answer(struct authority *authority, const struct answer_question *question,
		     struct answer *ret_answer)
{
	assert(question->name != NULL && ret_answer != NULL);
	const struct view_source *source = authority_source(authority);
	ret_answer->count = 0;
	ret_answer->rcode = RCODE_NOERROR;
	ret_answer->is_authoritative = false;
	uint32_t zone = choose_zone(source->world, question);
	if (zone == NONE) {
		ret_answer->rcode = RCODE_REFUSED;
		return 0;
	}
	struct finding finding = {
		.source = source,
		.scratch = authority_scratch(authority),
		.answer = ret_answer,
		.name = question->name,
		.type = question->type,
		.dnssec_ok = question->dnssec_ok,
	};
	uint32_t variant =
		view_variant(source->world, question->server, &source->world->zones[zone]);
	int error = authority_view(authority, zone, variant, &finding.view);
	return error ? error : answer_in_zone(&finding, zone);
}
