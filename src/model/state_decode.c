/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "model/state.h"
#include "model/state_private.h"

#include <assert.h>
#include <string.h>

struct state_reader {
	struct reader reader;
	struct arena *arena;
	const uint8_t *domain;
	size_t domain_size;
	bool has_items;
	size_t grown; /* octets written out that the state tells by reference */
};

/* Smallest octets of one thing: a count that the rest cannot hold is a lie. */
#define SET_MIN 6
#define ANSWER_MIN 7
#define ITEM_MIN 3

static void *take_array(struct state_reader *reader, size_t count, size_t size)
{
	if (reader->reader.error != OK)
		return NULL;
	void *taken = arena_take_array(reader->arena, count, size);
	if (taken == NULL)
		reader_fail(&reader->reader, ERR_MEMORY);
	return taken;
}

/* A count of things of at least `octets` each. */
static size_t read_count(struct state_reader *reader, size_t limit, size_t octets)
{
	uint64_t count = reader_varint(&reader->reader);
	if (count > limit || count > reader_left(&reader->reader) / octets)
		reader_fail(&reader->reader, ERR_FORMAT);
	return reader->reader.error == OK ? (size_t)count : 0;
}

static size_t read_number(struct state_reader *reader, size_t limit)
{
	uint64_t number = reader_varint(&reader->reader);
	if (number > limit)
		reader_fail(&reader->reader, ERR_FORMAT);
	return reader->reader.error == OK ? (size_t)number : 0;
}

static uint8_t read_choice(struct state_reader *reader, uint8_t first, uint8_t last)
{
	uint8_t value = reader_u8(&reader->reader);
	if (value < first || value > last)
		reader_fail(&reader->reader, ERR_FORMAT);
	return reader->reader.error == OK ? value : first;
}

/* Octets and the end they left out. */
static uint8_t *join(struct state_reader *reader, const uint8_t *octets, size_t size,
		     const uint8_t *end, size_t end_size)
{
	reader->grown += end_size;
	if (reader->grown > STATE_OCTETS_MAX)
		reader_fail(&reader->reader, ERR_LIMIT);
	uint8_t *joined = take_array(reader, size + end_size, 1);
	if (joined == NULL)
		return NULL;
	memcpy(joined, octets, size);
	memcpy(joined + size, end, end_size);
	return joined;
}

static struct state_data read_data(struct state_reader *reader)
{
	size_t form = read_number(reader, 2 * UINT16_MAX + 1);
	size_t size = form >> 1;
	bool ends = (form & 1) != 0;
	const uint8_t *octets = reader_octets(&reader->reader, size);
	size_t whole = size + (ends ? reader->domain_size : 0);
	if (whole > UINT16_MAX)
		reader_fail(&reader->reader, ERR_FORMAT);
	if (reader->reader.error != OK)
		return (struct state_data){0};
	if (ends)
		octets = join(reader, octets, size, reader->domain, reader->domain_size);
	return (struct state_data){.octets = octets, .size = (uint16_t)whole};
}

static const uint8_t *read_name(struct state_reader *reader)
{
	static const uint8_t root[] = {0};
	size_t form = read_number(reader, 2 * NAME_MAX_OCTETS);
	size_t size = form >> 1;
	const uint8_t *labels = reader_octets(&reader->reader, size);
	if (reader->reader.error != OK)
		return NULL;
	const uint8_t *end = (form & 1) != 0 ? reader->domain : root;
	size_t end_size = (form & 1) != 0 ? reader->domain_size : 1;
	uint8_t *name = join(reader, labels, size, end, end_size);
	if (name == NULL)
		return NULL;
	if (!name_is_valid(name, size + end_size)) {
		reader_fail(&reader->reader, ERR_FORMAT);
		return NULL;
	}
	return name;
}

static void read_ip(struct state_reader *reader, uint8_t family, struct ip *ret_ip)
{
	assert(ret_ip != NULL);
	size_t size = family == 4 ? 4 : 16;
	const uint8_t *octets = reader_octets(&reader->reader, size);
	ret_ip->family = family;
	if (octets != NULL)
		memcpy(ret_ip->octets, octets, size);
}

static const struct ip *read_ips(struct state_reader *reader, uint8_t *ret_count)
{
	size_t count = read_count(reader, OBSERVATION_SERVERS_MAX, 5);
	struct ip *ips = take_array(reader, count, sizeof(*ips));
	for (size_t i = 0; ips != NULL && i < count; i++) {
		uint8_t family = reader_u8(&reader->reader);
		if (family != 4 && family != 6)
			reader_fail(&reader->reader, ERR_FORMAT);
		read_ip(reader, family, &ips[i]);
	}
	*ret_count = (uint8_t)count;
	return ips;
}

static void read_head(struct state_reader *reader, struct state *state)
{
	uint8_t flags = read_choice(reader, 0, STATE_FLAGS);
	state->cut_short = (flags & STATE_FLAG_CUT_SHORT) != 0;
	state->not_measured = (flags & STATE_FLAG_NOT_MEASURED) != 0;
	reader->has_items = (flags & STATE_FLAG_ITEMS) != 0;
	state->needs = NEED_ALL_DEFAULT;
	if ((flags & STATE_FLAG_NEEDS) != 0) {
		state->needs = (unsigned int)read_number(reader, OBSERVATION_NEEDS_MAX);
		if (state->needs == NEED_ALL_DEFAULT) /* one state, one form */
			reader_fail(&reader->reader, ERR_FORMAT);
	}
	state->delegation = read_choice(reader, DELEGATION_UNKNOWN, DELEGATION_SERVED_BY_PARENT);
	state->parent_security = read_choice(reader, SECURITY_INDETERMINATE, SECURITY_BOGUS);
	state->ds_security = read_choice(reader, SECURITY_INDETERMINATE, SECURITY_BOGUS);
	size_t labels = read_number(reader, name_labels(reader->domain) + 1);
	if (labels > 0)
		state->parent = name_suffix(reader->domain, labels - 1);
	state->ns_ttl = (uint32_t)read_number(reader, UINT32_MAX);
	state->ds_ttl = (uint32_t)read_number(reader, UINT32_MAX);
	size_t count = read_count(reader, UINT16_MAX, 1);
	struct state_data *ds = take_array(reader, count, sizeof(*ds));
	for (size_t i = 0; ds != NULL && i < count; i++)
		ds[i] = read_data(reader);
	state->ds = ds;
	state->ds_count = (uint16_t)count;
}

/* Things in order, each once: what is not canonical is not a state. */
static void want_ascending(struct state_reader *reader, int order)
{
	if (reader->reader.error == OK && order >= 0)
		reader_fail(&reader->reader, ERR_FORMAT);
}

static void read_hosts(struct state_reader *reader, struct state *state)
{
	size_t count = read_count(reader, OBSERVATION_HOSTS_MAX, 5);
	struct state_host *hosts = take_array(reader, count, sizeof(*hosts));
	for (size_t i = 0; hosts != NULL && i < count; i++) {
		hosts[i].name = read_name(reader);
		hosts[i].flags = reader_u8(&reader->reader);
		hosts[i].state = read_choice(reader, HOST_NOT_LOOKED_UP, HOST_LIMIT);
		hosts[i].glue = read_ips(reader, &hosts[i].glue_count);
		hosts[i].addresses = read_ips(reader, &hosts[i].address_count);
		if (i > 0 && reader->reader.error == OK)
			want_ascending(reader, name_compare(hosts[i - 1].name, hosts[i].name));
	}
	state->hosts = hosts;
	state->host_count = (uint8_t)count;
}

static void read_signatures(struct state_reader *reader, struct state_set *set)
{
	size_t count = read_count(reader, UINT16_MAX, STATE_SIGNATURE_OCTETS);
	struct state_signature *signatures = take_array(reader, count, sizeof(*signatures));
	for (size_t i = 0; signatures != NULL && i < count; i++) {
		signatures[i].validity = read_choice(reader, VALIDITY_NOW, VALIDITY_EXPIRED);
		signatures[i].result = read_choice(reader, 0, PROOF_RESULT_MAX);
		signatures[i].algorithm = reader_u8(&reader->reader);
		signatures[i].key_tag = reader_u16(&reader->reader);
		signatures[i].is_own = read_choice(reader, 0, 1) != 0;
	}
	set->signatures = signatures;
	set->signature_count = (uint16_t)count;
}

static void read_set(struct state_reader *reader, struct state_set *set)
{
	set->section = read_choice(reader, SECTION_ANSWER, SECTION_AUTHORITY);
	set->type = (uint16_t)read_number(reader, UINT16_MAX);
	set->owner = read_name(reader);
	set->ttl = (uint32_t)read_number(reader, UINT32_MAX);
	size_t count = read_count(reader, UINT16_MAX, 1);
	struct state_data *data = take_array(reader, count, sizeof(*data));
	for (size_t i = 0; data != NULL && i < count; i++)
		data[i] = read_data(reader);
	set->data = data;
	set->count = (uint16_t)count;
	read_signatures(reader, set);
}

static int compare_sets(const struct state_set *left, const struct state_set *right)
{
	assert(left->owner != NULL && right->owner != NULL);
	if (left->section != right->section)
		return left->section < right->section ? -1 : 1;
	int order = name_compare(left->owner, right->owner);
	return order != 0 ? order : (int)left->type - (int)right->type;
}

static void read_body(struct state_reader *reader, struct state_body *body)
{
	body->fault = read_choice(reader, MESSAGE_SOUND, MESSAGE_BAD_OPT);
	body->rcode = (uint16_t)read_number(reader, UINT16_MAX);
	body->flags = reader_u16(&reader->reader);
	body->question_count = read_choice(reader, 0, 2);
	body->has_edns = read_choice(reader, 0, 1) != 0;
	if (body->has_edns) {
		body->edns_version = reader_u8(&reader->reader);
		body->edns_flags = reader_u16(&reader->reader);
		body->udp_size = reader_u16(&reader->reader);
	}
	size_t count = read_count(reader, UINT16_MAX, SET_MIN);
	struct state_set *sets = take_array(reader, count, sizeof(*sets));
	for (size_t i = 0; sets != NULL && i < count; i++) {
		read_set(reader, &sets[i]);
		if (i > 0 && reader->reader.error == OK)
			want_ascending(reader, compare_sets(&sets[i - 1], &sets[i]));
	}
	body->sets = sets;
	body->set_count = (uint16_t)count;
}

static void read_bodies(struct state_reader *reader, struct state *state)
{
	size_t count = read_count(reader, OBSERVATION_EXCHANGES_MAX, 7);
	struct state_body *bodies = take_array(reader, count, sizeof(*bodies));
	for (size_t i = 0; bodies != NULL && i < count; i++) {
		size_t size = read_number(reader, STATE_OCTETS_MAX);
		struct state_reader part = *reader;
		part.reader = reader_part(&reader->reader, size);
		read_body(&part, &bodies[i]);
		if (part.reader.error == OK && reader_left(&part.reader) > 0)
			reader_fail(&part.reader, ERR_FORMAT);
		if (part.reader.error != OK)
			reader_fail(&reader->reader, part.reader.error);
		reader->grown = part.grown;
	}
	state->bodies = bodies;
	state->body_count = (uint16_t)count;
}

static void read_answers(struct state_reader *reader, const struct state *state,
			 struct state_server *server)
{
	size_t count = read_count(reader, OBSERVATION_EXCHANGES_MAX, ANSWER_MIN);
	struct state_answer *answers = take_array(reader, count, sizeof(*answers));
	for (size_t i = 0; answers != NULL && i < count; i++) {
		struct state_answer *answer = &answers[i];
		answer->name = read_name(reader);
		answer->type = (uint16_t)read_number(reader, UINT16_MAX);
		answer->transport = read_choice(reader, TRANSPORT_UDP, TRANSPORT_DOQ);
		answer->outcome = read_choice(reader, OUTCOME_ANSWER, OUTCOME_NOT_ASKED);
		answer->flags = reader_u8(&reader->reader);
		answer->is_behind = read_choice(reader, 0, 1) != 0;
		size_t body = read_number(reader, state->body_count);
		answer->body = body == 0 ? STATE_NO_BODY : (uint16_t)(body - 1);
	}
	server->answers = answers;
	server->answer_count = (uint16_t)count;
}

static int compare_servers(const struct state_server *left, const struct state_server *right)
{
	if (left->ip.family != right->ip.family)
		return left->ip.family < right->ip.family ? -1 : 1;
	int order = memcmp(left->ip.octets, right->ip.octets, sizeof(left->ip.octets));
	return order != 0 ? order : (int)left->port - (int)right->port;
}

static void read_servers(struct state_reader *reader, struct state *state)
{
	size_t count = read_count(reader, OBSERVATION_SERVERS_MAX, 9);
	struct state_server *servers = take_array(reader, count, sizeof(*servers));
	for (size_t i = 0; servers != NULL && i < count; i++) {
		struct state_server *server = &servers[i];
		uint8_t bits = read_choice(reader, 0, STATE_SERVER_BITS);
		server->asked = (bits & STATE_SERVER_ASKED) != 0;
		read_ip(reader, (bits & STATE_SERVER_IP6) != 0 ? 6 : 4, &server->ip);
		server->port = reader_u16(&reader->reader);
		server->silence = (uint16_t)read_number(reader, (2u << OUTCOME_NOT_ASKED) - 1);
		if (i > 0)
			want_ascending(reader, compare_servers(server - 1, server));
		size_t same = read_number(reader, i);
		if (same > 0) {
			server->answers = servers[same - 1].answers;
			server->answer_count = servers[same - 1].answer_count;
		} else {
			read_answers(reader, state, server);
		}
	}
	state->servers = servers;
	state->server_count = (uint8_t)count;
}

int state_item_compare(const struct state_item *left, const struct state_item *right)
{
	size_t size = left->order_size < right->order_size ? left->order_size : right->order_size;
	int order = memcmp(left->order, right->order, size);
	return order != 0 ? order : (int)left->order_size - (int)right->order_size;
}

static void read_item(struct state_reader *reader, struct state_item *item)
{
	item->order = reader->reader.next;
	item->kind = read_choice(reader, 1, UINT8_MAX);
	item->key = read_data(reader);
	if (reader->reader.error != OK)
		return;
	item->order_size = (uint32_t)(reader->reader.next - item->order);
	size_t count = read_count(reader, UINT16_MAX, 1);
	struct state_data *values = take_array(reader, count, sizeof(*values));
	for (size_t i = 0; values != NULL && i < count; i++)
		values[i] = read_data(reader);
	item->values = values;
	item->value_count = values == NULL ? 0 : (uint16_t)count;
}

static void read_items(struct state_reader *reader, struct state *state)
{
	if (!reader->has_items)
		return;
	size_t count = read_count(reader, STATE_ITEMS_MAX, ITEM_MIN);
	struct state_item *items = take_array(reader, count, sizeof(*items));
	if (count == 0) /* one state, one form */
		reader_fail(&reader->reader, ERR_FORMAT);
	for (size_t i = 0; i < count && reader->reader.error == OK; i++) {
		read_item(reader, &items[i]);
		if (i > 0 && reader->reader.error == OK)
			want_ascending(reader, state_item_compare(&items[i - 1], &items[i]));
	}
	state->items = items;
	state->item_count = (uint16_t)count;
}

int state_decode(struct arena *arena, const struct state_source *source,
		 struct complaint *complaint, struct state *ret_state)
{
	assert(arena != NULL && source->domain != NULL && ret_state != NULL);
	struct state state = {.domain = source->domain};
	struct state_reader reader = {
		.arena = arena,
		.domain = source->domain,
		.domain_size = name_size(source->domain),
	};
	if (source->size > STATE_OCTETS_MAX)
		return complain(complaint, ERR_FORMAT, "state: %zu octets, more than %u",
				source->size, STATE_OCTETS_MAX);
	reader_init(&reader.reader, source->octets, source->size);
	uint8_t first = reader_u8(&reader.reader);
	uint8_t second = reader_u8(&reader.reader);
	uint8_t version = reader_u8(&reader.reader);
	if (first != STATE_MAGIC_0 || second != STATE_MAGIC_1)
		return complain(complaint, ERR_FORMAT, "state: does not begin like one");
	if (version != STATE_VERSION)
		return complain(complaint, ERR_UNSUPPORTED,
				"state: version %u, this dsfi reads version %d; use a newer dsfi",
				version, STATE_VERSION);
	read_head(&reader, &state);
	read_hosts(&reader, &state);
	read_bodies(&reader, &state);
	read_servers(&reader, &state);
	read_items(&reader, &state);
	if (reader.reader.error == OK && reader_left(&reader.reader) > 0)
		reader_fail(&reader.reader, ERR_FORMAT);
	if (reader.reader.error != OK)
		return complain(complaint, reader.reader.error, "state: %s",
				error_text(reader.reader.error));
	*ret_state = state;
	return OK;
}
