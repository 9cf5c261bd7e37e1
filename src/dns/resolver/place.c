/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "dns/resolver/engine_private.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

/* Additional records looked at for glue: 32 name servers with four addresses each, twice over. */
#define GLUE_RECORDS_MAX 256

static_assert(PLACE_NS_MAX <= 32, "ns_taken has 32 bits");
static_assert(CUT_SERVERS_MAX <= 32, "ask.tried has 32 bits");

void place_set_zone(struct place *place, struct place *zone)
{
	assert(zone == NULL || zone != place);
	if (zone != NULL)
		entry_hold(&zone->entry);
	if (place->zone != NULL)
		entry_release(&place->zone->entry);
	place->zone = zone;
}

void place_forget_servers(struct place *place)
{
	memory_give(place->servers);
	memory_give(place->ns_names);
	place->servers = NULL;
	place->ns_names = NULL;
	place->ns_taken = 0;
	place->server_count = 0;
	place->ns_count = 0;
	place->gathered = 0;
}

static bool is_family_used(const struct resolver *resolver, const struct address *address)
{
	return address->family == ADDRESS_IPV6 ? !resolver->no_ipv6 : !resolver->no_ipv4;
}

/* Room is taken by fours; most cuts have two to eight addresses. */
static bool place_make_room(struct place *place)
{
	if (place->server_count % 4 != 0)
		return true;
	size_t room = place->server_count + 4u;
	struct place_server *servers = memory_resize(place->servers, room * sizeof(*servers));
	if (servers == NULL)
		return false;
	place->servers = servers;
	return true;
}

bool place_add_server(struct resolver *resolver, struct place *place, const struct address *address)
{
	assert(address->family == ADDRESS_IPV4 || address->family == ADDRESS_IPV6);
	assert(place->server_count <= CUT_SERVERS_MAX);
	if (!is_family_used(resolver, address) || place->server_count == CUT_SERVERS_MAX)
		return false;
	for (unsigned int i = 0; i < place->server_count; i++) {
		if (address_equal(&place->servers[i].address, address))
			return false;
	}
	if (!place_make_room(place))
		return false;
	place->servers[place->server_count++] = (struct place_server){.address = *address};
	return true;
}

static bool is_ns_of(const struct record *record, const struct reply *reply, enum section section)
{
	return record->type == TYPE_NS && record->section == section && record->class == CLASS_IN &&
	       rdata_target(record) != NULL && name_equal(record->owner, reply->child);
}

/* One block with the names of the NS set, in the order received. */
static int take_names(struct place *place, const struct reply *reply, enum section section)
{
	const struct message *message = reply->message;
	size_t size = 0;
	for (size_t i = 0; i < message->record_count; i++) {
		if (is_ns_of(&message->records[i], reply, section))
			size += name_size(rdata_target(&message->records[i]));
	}
	place->ns_names = memory_take(size);
	if (place->ns_names == NULL)
		return ERR_MEMORY;
	uint8_t *next = place->ns_names;
	for (size_t i = 0; i < message->record_count && place->ns_count < PLACE_NS_MAX; i++) {
		if (!is_ns_of(&message->records[i], reply, section))
			continue;
		next += name_copy_lower(next, rdata_target(&message->records[i]));
		place->ns_count++;
	}
	assert((size_t)(next - place->ns_names) <= size);
	return OK;
}

static bool take_glue(struct resolver *resolver, struct place *place, const struct record *record)
{
	const uint8_t *name = place->ns_names;
	for (unsigned int i = 0; i < place->ns_count; i++, name += name_size(name)) {
		if (!name_equal(name, record->owner))
			continue;
		struct address address = record->type == TYPE_A
						 ? address_from_ipv4(record->rdata, resolver->port)
						 : address_from_ipv6(record->rdata, resolver->port);
		(void)place_add_server(resolver, place, &address);
		place->ns_taken |= 1u << i;
		return true;
	}
	return false;
}

static bool is_address(const struct record *record)
{
	return record->class == CLASS_IN &&
	       ((record->type == TYPE_A && record->rdata_size == 4) ||
		(record->type == TYPE_AAAA && record->rdata_size == 16));
}

int place_take_referral(struct resolver *resolver, struct place *place, const struct reply *reply,
			const uint8_t *bailiwick)
{
	const struct message *message = reply->message;
	enum section section = reply->kind == REPLY_ANSWER ? SECTION_ANSWER : SECTION_AUTHORITY;
	assert(reply->kind == REPLY_REFERRAL || reply->kind == REPLY_ANSWER);
	assert(message != NULL && reply->child != NULL);
	place_forget_servers(place);
	place_set_zone(place, NULL);
	int error = take_names(place, reply, section);
	if (error != OK)
		return error;
	unsigned int looked_at = 0;
	for (size_t i = 0; i < message->record_count && looked_at < GLUE_RECORDS_MAX; i++) {
		const struct record *record = &message->records[i];
		if (record->section != SECTION_ADDITIONAL || !is_address(record))
			continue;
		looked_at++;
		/* Out of bailiwick it is hearsay: the referring server is no authority for it. */
		if (name_is_under(record->owner, bailiwick))
			(void)take_glue(resolver, place, record);
	}
	return OK;
}

bool place_can_grow(const struct place *place)
{
	assert(place->ns_count <= PLACE_NS_MAX);
	uint32_t all = place->ns_count == 32 ? UINT32_MAX : (1u << place->ns_count) - 1;
	return place->gathered < LIMIT_NAME_SERVERS && (place->ns_taken & all) != all;
}
