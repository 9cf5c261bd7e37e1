/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/state.h"

#include "base/bytes.h"
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "model/state_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define UNIQUE_FIRST 16
/* DS records that count; a parent with more has other troubles. */
#define DS_MAX 64

/* --- bodies ------------------------------------------------------------------------------------
 */

static int find_unique(struct state_maker *maker, struct body_octets *body,
		       struct body_octets **ret_unique)
{
	for (size_t i = 0; i < maker->unique_count; i++) {
		struct body_octets *other = maker->unique[i];
		if (other->size == body->size &&
		    memcmp(other->octets, body->octets, body->size) == 0) {
			*ret_unique = other;
			return OK;
		}
	}
	if (maker->unique_count == maker->unique_room) {
		size_t room = maker->unique_room == 0 ? UNIQUE_FIRST : maker->unique_room * 2;
		struct body_octets **unique = arena_take_array(maker->arena, room, sizeof(*unique));
		if (unique == NULL)
			return ERR_MEMORY;
		if (maker->unique_count > 0)
			memcpy(unique, maker->unique, maker->unique_count * sizeof(*unique));
		maker->unique = unique;
		maker->unique_room = room;
	}
	body->index = STATE_NO_BODY;
	maker->unique[maker->unique_count++] = body;
	*ret_unique = body;
	return OK;
}

/* Does the same message make the same body for both? Their OPT records may differ. */
static bool gives_same_body(const struct exchange *left, const struct exchange *right)
{
	/* Owner, type, class, TTL: everything of the OPT that a state looks at. */
	const size_t opt_head = 9;
	if (((left->flags ^ right->flags) & (EXCHANGE_SHARED | EXCHANGE_OPT_CUT)) != 0 ||
	    !name_equal(left->name, right->name))
		return false;
	return (left->flags & EXCHANGE_OPT_CUT) == 0 ||
	       (left->opt_size >= opt_head && right->opt_size >= opt_head &&
		memcmp(left->opt, right->opt, opt_head) == 0);
}

static int body_of(struct state_maker *maker, const struct exchange *exchange,
		   struct made_body **ret_body)
{
	struct made_body **list = &maker->bodies[exchange->message];
	for (struct made_body *made = *list; made != NULL; made = made->next) {
		if (gives_same_body(made->exchange, exchange)) {
			*ret_body = made;
			return OK;
		}
	}
	struct made_body *made = arena_take_zeroed(maker->arena, sizeof(*made));
	if (made == NULL)
		return ERR_MEMORY;
	int error = state_body_make(maker->arena, maker->observation, &maker->proofs, exchange,
				    &made->octets);
	if (error == OK)
		error = find_unique(maker, &made->octets, &made->unique);
	if (error != OK)
		return error;
	made->exchange = exchange;
	made->next = *list;
	*list = made;
	*ret_body = made;
	return OK;
}

/* --- answers -----------------------------------------------------------------------------------
 */

static int compare_bodies(const struct body_octets *left, const struct body_octets *right)
{
	if (left == right)
		return 0;
	if (left == NULL || right == NULL)
		return left == NULL ? -1 : 1;
	if (left->size != right->size)
		return left->size < right->size ? -1 : 1;
	return memcmp(left->octets, right->octets, left->size);
}

/* One number for all that follows name and type. */
static uint64_t course_rank(const struct answer *answer)
{
	return (uint64_t)answer->transport << 24 | (uint64_t)answer->outcome << 16 |
	       (uint64_t)answer->flags << 8 | answer->is_behind;
}

int answers_compare(const void *left_pointer, const void *right_pointer)
{
	const struct answer *left = left_pointer;
	const struct answer *right = right_pointer;
	if (left->server != right->server)
		return left->server < right->server ? -1 : 1;
	int order = left->name == right->name ? 0 : name_compare(left->name, right->name);
	if (order != 0)
		return order;
	if (left->type != right->type)
		return left->type < right->type ? -1 : 1;
	uint64_t left_rank = course_rank(left);
	uint64_t right_rank = course_rank(right);
	if (left_rank != right_rank)
		return left_rank < right_rank ? -1 : 1;
	return compare_bodies(left->body, right->body);
}

/* RFC 1982 s3.2. */
static bool serial_is_older(uint32_t serial, uint32_t than)
{
	return (int32_t)(serial - than) < 0;
}

/* The order of RFC 1982 has circles where serials lie far apart: seen from the smallest number,
 * each stands in one place, whoever answered first. */
static uint32_t newest_serial(const struct made_body *const *made, size_t count)
{
	uint32_t smallest = UINT32_MAX;
	for (size_t i = 0; i < count; i++)
		if (made[i] != NULL && made[i]->octets.has_serial &&
		    made[i]->octets.serial < smallest)
			smallest = made[i]->octets.serial;
	uint32_t newest = smallest;
	for (size_t i = 0; i < count; i++)
		if (made[i] != NULL && made[i]->octets.has_serial &&
		    (int32_t)(made[i]->octets.serial - smallest) > (int32_t)(newest - smallest))
			newest = made[i]->octets.serial;
	return newest;
}

/* `made` goes with the answers. */
static void mark_behind(struct state_maker *maker, const struct made_body *const *made)
{
	const uint32_t newest = newest_serial(made, maker->answer_count);
	for (size_t i = 0; i < maker->answer_count; i++)
		maker->answers[i].is_behind = made[i] != NULL && made[i]->octets.has_serial &&
					      serial_is_older(made[i]->octets.serial, newest);
}

/* A server of which nothing came is told by how it was silent, not by each question. */
static void find_silence(struct state_maker *maker)
{
	const struct observation *observation = maker->observation;
	bool answered[OBSERVATION_SERVERS_MAX] = {false};
	for (size_t i = 0; i < observation->exchange_count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];
		if (exchange->server == SERVER_PARENT || exchange->kind != PROBE_PLAIN ||
		    observation_is_superseded(observation, (uint16_t)i))
			continue;
		if (exchange->message != MESSAGE_NONE)
			answered[exchange->server] = true;
		maker->silence[exchange->server] |= (uint16_t)(1u << exchange->outcome);
	}
	for (size_t i = 0; i < observation->server_count; i++) {
		if (answered[i])
			maker->silence[i] = 0;
		/* Which questions were spared a dead server depends on their order. */
		else if (maker->silence[i] != 1u << OUTCOME_NOT_ASKED)
			maker->silence[i] &= (uint16_t) ~(1u << OUTCOME_NOT_ASKED);
	}
}

static struct answer answer_of(const struct state_maker *maker, const struct exchange *exchange)
{
	bool is_shared = (exchange->flags & EXCHANGE_SHARED) != 0;
	bool was_truncated = (exchange->flags & EXCHANGE_TRUNCATED) != 0;
	return (struct answer){
		.name = is_shared ? maker->observation->domain : exchange->name,
		.type = exchange->type,
		.server = exchange->server,
		.transport = was_truncated ? TRANSPORT_UDP : exchange->transport,
		.outcome = exchange->outcome,
		.flags = exchange->flags & STATE_EXCHANGE_FLAGS,
	};
}

static int collect_answers(struct state_maker *maker)
{
	const struct observation *observation = maker->observation;
	size_t count = observation->exchange_count;
	maker->answers = arena_take_array(maker->arena, count, sizeof(*maker->answers));
	const struct made_body **made = arena_take_array(maker->arena, count, sizeof(*made));
	if (maker->answers == NULL || made == NULL)
		return ERR_MEMORY;
	find_silence(maker);
	for (size_t i = 0; i < count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];
		struct made_body *body = NULL;
		if (exchange->server == SERVER_PARENT || exchange->kind != PROBE_PLAIN ||
		    maker->silence[exchange->server] != 0 ||
		    observation_is_superseded(observation, (uint16_t)i))
			continue;
		if (exchange->message != MESSAGE_NONE) {
			int error = body_of(maker, exchange, &body);
			if (error != OK)
				return error;
		}
		made[maker->answer_count] = body;
		struct answer *answer = &maker->answers[maker->answer_count++];
		*answer = answer_of(maker, exchange);
		answer->body = body == NULL ? NULL : body->unique;
	}
	mark_behind(maker, made);
	return OK;
}

/* --- order -------------------------------------------------------------------------------------
 */

static int compare_ips(const struct ip *left, const struct ip *right)
{
	if (left->family != right->family)
		return left->family < right->family ? -1 : 1;
	return memcmp(left->octets, right->octets, left->family == 4 ? 4 : 16);
}

static int compare_servers(const struct server *left, const struct server *right)
{
	int order = compare_ips(&left->ip, &right->ip);
	return order != 0 ? order : (left->port > right->port) - (left->port < right->port);
}

/* Insertion sort: at most 64, nearly always 2 to 8. */
static void order_servers(struct state_maker *maker)
{
	const struct server *servers = maker->observation->servers;
	for (uint8_t i = 0; i < maker->observation->server_count; i++) {
		size_t at = i;
		while (at > 0 &&
		       compare_servers(&servers[maker->servers[at - 1]], &servers[i]) > 0) {
			maker->servers[at] = maker->servers[at - 1];
			at--;
		}
		maker->servers[at] = i;
	}
	maker->server_count = maker->observation->server_count;
}

static bool same_question(const struct answer *left, const struct answer *right)
{
	return left->server == right->server && left->type == right->type &&
	       left->transport == right->transport &&
	       ((left->flags ^ right->flags) & EXCHANGE_SHARED) == 0 &&
	       name_equal(left->name, right->name);
}

/*
 * Does an earlier answer, in canonical order, say all that is worth saying? Where a question was
 * asked again, that it was answered once counts: losing the other is chance.
 */
static bool is_superseded(const struct answer *answers, size_t count, const struct answer *answer)
{
	if (count > 0 && answers_compare(answer, &answers[count - 1]) == 0)
		return true;
	if (answer->outcome == OUTCOME_ANSWER)
		return false;
	for (size_t i = count; i > 0 && answers[i - 1].server == answer->server &&
			       answers[i - 1].type == answer->type;
	     i--) {
		if (answers[i - 1].outcome == OUTCOME_ANSWER &&
		    same_question(&answers[i - 1], answer))
			return true;
	}
	return false;
}

/* Renumbers answers by their server's place, sorts them, drops what was asked twice. */
static void order_answers(struct state_maker *maker)
{
	uint8_t places[OBSERVATION_SERVERS_MAX];
	for (uint8_t i = 0; i < maker->server_count; i++)
		places[maker->servers[i]] = i;
	for (size_t i = 0; i < maker->answer_count; i++)
		maker->answers[i].server = places[maker->answers[i].server];
	qsort(maker->answers, maker->answer_count, sizeof(*maker->answers), answers_compare);
	size_t kept = 0;
	for (size_t i = 0; i < maker->answer_count; i++) {
		const struct answer *answer = &maker->answers[i];
		assert(answer->server < maker->server_count);
		if (is_superseded(maker->answers, kept, answer))
			continue;
		maker->answers[kept++] = *answer;
	}
	maker->answer_count = kept;
	size_t at = 0;
	for (size_t place = 0; place < maker->server_count; place++) {
		maker->starts[place] = (uint16_t)at;
		while (at < kept && maker->answers[at].server == place)
			at++;
	}
	maker->starts[maker->server_count] = (uint16_t)at;
}

static int number_bodies(struct state_maker *maker)
{
	maker->written =
		arena_take_array(maker->arena, maker->unique_count, sizeof(*maker->written));
	if (maker->written == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < maker->answer_count; i++) {
		struct body_octets *body = maker->answers[i].body;
		if (body == NULL || body->index != STATE_NO_BODY)
			continue;
		body->index = maker->body_count;
		maker->written[maker->body_count++] = body;
	}
	return OK;
}

/* --- the parent --------------------------------------------------------------------------------
 */

static void add_ds(struct state_maker *maker, const struct record *record)
{
	size_t at = maker->ds_count;
	if (at == DS_MAX)
		return;
	for (size_t i = 0; i < maker->ds_count; i++) {
		if (maker->ds[i]->rdata_size == record->rdata_size &&
		    memcmp(maker->ds[i]->rdata, record->rdata, record->rdata_size) == 0)
			return;
	}
	while (at > 0) {
		const struct record *other = maker->ds[at - 1];
		size_t size = other->rdata_size < record->rdata_size ? other->rdata_size
								     : record->rdata_size;
		int order = memcmp(other->rdata, record->rdata, size);
		if (order < 0 || (order == 0 && other->rdata_size < record->rdata_size))
			break;
		maker->ds[at] = other;
		at--;
	}
	maker->ds[at] = record;
	maker->ds_count++;
}

/* NS and DS as a parent's server gives them. Glue and names stand in the hosts. */
static int read_parent_answer(struct state_maker *maker, const struct exchange *exchange)
{
	const struct kept_message *kept = &maker->observation->messages[exchange->message];
	struct message message;
	int error = message_walk(maker->arena, kept->wire, kept->size, &message);
	if (error != OK)
		return error;
	for (size_t i = 0; i < message.record_count; i++) {
		const struct record *record = &message.records[i];
		if (record->section == SECTION_ADDITIONAL || record->class != CLASS_IN ||
		    !name_equal(record->owner, maker->observation->domain))
			continue;
		if (record->type == TYPE_NS)
			maker->ns_ttl = record->ttl;
		if (record->type == TYPE_DS) {
			maker->ds_ttl = record->ttl;
			add_ds(maker, record);
		}
	}
	return OK;
}

static int read_parent(struct state_maker *maker)
{
	const struct observation *observation = maker->observation;
	maker->ds = arena_take_array(maker->arena, DS_MAX, sizeof(*maker->ds));
	if (maker->ds == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < observation->exchange_count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];
		bool is_delegation = i == observation->parent_exchange;
		bool is_ds = exchange->server == SERVER_PARENT && exchange->type == TYPE_DS &&
			     exchange->kind == PROBE_PLAIN;
		if ((!is_delegation && !is_ds) || exchange->message == MESSAGE_NONE)
			continue;
		int error = read_parent_answer(maker, exchange);
		if (error != OK)
			return error;
	}
	return OK;
}

int observation_state(struct arena *arena, const struct observation *observation,
		      const uint8_t **ret_state, size_t *ret_size)
{
	assert(observation->domain != NULL);
	struct state_maker *maker = arena_take_zeroed(arena, sizeof(*maker));
	if (maker == NULL)
		return ERR_MEMORY;
	maker->arena = arena;
	maker->observation = observation;
	maker->bodies = arena_take_array(arena, observation->message_count, sizeof(*maker->bodies));
	if (maker->bodies == NULL)
		return ERR_MEMORY;
	int error = proof_index_make(arena, observation, &maker->proofs);
	if (error == OK)
		error = read_parent(maker);
	if (error == OK)
		error = collect_answers(maker);
	if (error != OK)
		return error;
	order_servers(maker);
	order_answers(maker);
	error = number_bodies(maker);
	if (error == OK)
		error = state_items_make(maker);
	return error == OK ? state_write(maker, ret_state, ret_size) : error;
}
