/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing a state; docs/format/state.md is the form. */
#include "base/bytes.h"
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "model/state.h"
#include "model/state_private.h"

#include <assert.h>

static void put_ip(struct writer *writer, const struct ip *ip)
{
	writer_u8(writer, ip->family);
	writer_octets(writer, ip->octets, ip->family == 4 ? 4 : 16);
}

/* The servers' addresses that a host's list names, in canonical order. */
static void put_host_ips(const struct state_maker *maker, struct writer *writer,
			 const uint8_t *indices, size_t count)
{
	writer_varint(writer, count);
	size_t put = 0;
	for (size_t place = 0; place < maker->server_count; place++) {
		for (size_t i = 0; i < count; i++) {
			if (indices[i] != maker->servers[place])
				continue;
			put_ip(writer, &maker->observation->servers[indices[i]].ip);
			put++;
		}
	}
	assert(put == count);
}

static void put_hosts(const struct state_maker *maker, struct writer *writer)
{
	const struct observation *observation = maker->observation;
	const struct host *order[OBSERVATION_HOSTS_MAX];
	for (size_t i = 0; i < observation->host_count; i++) {
		const struct host *host = &observation->hosts[i];
		size_t at = i;
		while (at > 0 && name_compare(order[at - 1]->name, host->name) > 0) {
			order[at] = order[at - 1];
			at--;
		}
		order[at] = host;
	}
	writer_varint(writer, observation->host_count);
	for (size_t i = 0; i < observation->host_count; i++) {
		const struct host *host = order[i];
		state_put_name(writer, observation->domain, host->name);
		writer_u8(writer, host->flags);
		writer_u8(writer, host->state);
		put_host_ips(maker, writer, host->glue, host->glue_count);
		put_host_ips(maker, writer, host->addresses, host->address_count);
	}
}

static void put_head(const struct state_maker *maker, struct writer *writer)
{
	const struct observation *observation = maker->observation;
	const bool has_needs = observation->needs != NEED_ALL_DEFAULT;
	writer_u8(writer, STATE_MAGIC_0);
	writer_u8(writer, STATE_MAGIC_1);
	writer_u8(writer, STATE_VERSION);
	writer_u8(writer, (uint8_t)((observation->cut_short ? STATE_FLAG_CUT_SHORT : 0) |
				    (observation->not_measured ? STATE_FLAG_NOT_MEASURED : 0) |
				    (has_needs ? STATE_FLAG_NEEDS : 0) |
				    (maker->item_count > 0 ? STATE_FLAG_ITEMS : 0)));
	if (has_needs)
		writer_varint(writer, observation->needs);
	writer_u8(writer, observation->delegation);
	writer_u8(writer, observation->parent_security);
	writer_u8(writer, observation->ds_security);
	bool has_parent = observation->parent != NULL &&
			  name_is_under(observation->domain, observation->parent);
	writer_varint(writer, has_parent ? name_labels(observation->parent) + 1 : 0);
	writer_varint(writer, maker->ns_ttl);
	writer_varint(writer, maker->ds_ttl);
	writer_varint(writer, maker->ds_count);
	for (size_t i = 0; i < maker->ds_count; i++)
		state_put_octets(writer, observation->domain, maker->ds[i]->rdata,
				 maker->ds[i]->rdata_size);
	put_hosts(maker, writer);
}

static bool same_answers(const struct state_maker *maker, size_t left, size_t right)
{
	size_t count = maker->starts[left + 1] - maker->starts[left];
	if (count != (size_t)maker->starts[right + 1] - maker->starts[right])
		return false;
	for (size_t i = 0; i < count; i++) {
		struct answer one = maker->answers[maker->starts[left] + i];
		const struct answer *other = &maker->answers[maker->starts[right] + i];
		one.server = other->server;
		if (answers_compare(&one, other) != 0)
			return false;
	}
	return true;
}

static void put_answers(const struct state_maker *maker, struct writer *writer, size_t place)
{
	assert(maker->starts[place] <= maker->starts[place + 1]);
	writer_varint(writer, (size_t)maker->starts[place + 1] - maker->starts[place]);
	for (size_t i = maker->starts[place]; i < maker->starts[place + 1]; i++) {
		const struct answer *answer = &maker->answers[i];
		state_put_name(writer, maker->observation->domain, answer->name);
		writer_varint(writer, answer->type);
		writer_u8(writer, answer->transport);
		writer_u8(writer, answer->outcome);
		writer_u8(writer, answer->flags);
		writer_u8(writer, answer->is_behind);
		writer_varint(writer, answer->body == NULL ? 0 : answer->body->index + 1u);
	}
}

static void put_servers(const struct state_maker *maker, struct writer *writer)
{
	writer_varint(writer, maker->server_count);
	for (size_t place = 0; place < maker->server_count; place++) {
		const struct server *server = &maker->observation->servers[maker->servers[place]];
		writer_u8(writer, (uint8_t)((server->ip.family == 6 ? STATE_SERVER_IP6 : 0) |
					    (server->asked ? STATE_SERVER_ASKED : 0)));
		writer_octets(writer, server->ip.octets, server->ip.family == 4 ? 4 : 16);
		writer_u16(writer, server->port);
		writer_varint(writer, maker->silence[maker->servers[place]]);
		size_t same = 0;
		while (same < place && !same_answers(maker, same, place))
			same++;
		writer_varint(writer, same < place ? same + 1 : 0);
		if (same == place)
			put_answers(maker, writer, place);
	}
}

static void put_items(const struct state_maker *maker, struct writer *writer)
{
	if (maker->item_count == 0)
		return;
	writer_varint(writer, maker->item_count);
	for (size_t i = 0; i < maker->item_count; i++) {
		const struct item_octets *item = &maker->items[i];
		writer_octets(writer, item->key, item->key_size);
		writer_octets(writer, item->values, item->values_size);
	}
}

static size_t room_needed(const struct state_maker *maker)
{
	const struct observation *observation = maker->observation;
	size_t room = 64;
	for (size_t i = 0; i < maker->ds_count; i++)
		room += 4u + maker->ds[i]->rdata_size;
	for (size_t i = 0; i < observation->host_count; i++) {
		const struct host *host = &observation->hosts[i];
		room += name_size(host->name) + 12 +
			17u * ((size_t)host->glue_count + host->address_count);
	}
	for (size_t i = 0; i < maker->body_count; i++)
		room += 8u + maker->written[i]->size;
	room += maker->server_count * (size_t)40;
	for (size_t i = 0; i < maker->answer_count; i++)
		room += 16 + name_size(maker->answers[i].name);
	for (size_t i = 0; i < maker->item_count; i++)
		room += (size_t)maker->items[i].key_size + maker->items[i].values_size;
	return room;
}

int state_write(const struct state_maker *maker, const uint8_t **ret_state, size_t *ret_size)
{
	size_t room = room_needed(maker);
	if (room > STATE_OCTETS_MAX)
		return ERR_LIMIT;
	uint8_t *octets = arena_take_octets(maker->arena, room);
	if (octets == NULL)
		return ERR_MEMORY;
	struct writer writer;
	writer_init(&writer, octets, room);
	put_head(maker, &writer);
	writer_varint(&writer, maker->body_count);
	for (size_t i = 0; i < maker->body_count; i++) {
		writer_varint(&writer, maker->written[i]->size);
		writer_octets(&writer, maker->written[i]->octets, maker->written[i]->size);
	}
	put_servers(maker, &writer);
	put_items(maker, &writer);
	assert(writer.error == OK);
	*ret_state = octets;
	*ret_size = writer_used(&writer);
	return OK;
}
