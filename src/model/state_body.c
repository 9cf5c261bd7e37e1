/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "model/state.h"
#include "model/state_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A record on its way into a state. Signatures stand with what they cover. */
struct item {
	const uint8_t *owner;
	const uint8_t *data;
	uint32_t ttl;
	uint16_t size;
	uint16_t type;
	uint8_t section;
	bool is_signature;
};

struct body_maker {
	struct arena *arena;
	const struct observation *observation;
	const struct proof_index *proofs;
	const struct exchange *exchange;
	struct message message;
	size_t item_count;
	struct item *items;
	struct body_octets body;
};

/* SOA: serial, refresh, retry, expire, minimum, each four octets, end the RDATA. */
#define SOA_NUMBERS_OCTETS 20
#define HEADER_RCODE 0x000f

void state_put_octets(struct writer *writer, const uint8_t *domain, const uint8_t *octets,
		      size_t size)
{
	size_t domain_size = name_size(domain);
	/* The root ends everything that ends with a name: nothing is saved by leaving it out. */
	bool ends = domain_size > 1 && size >= domain_size &&
		    memcmp(octets + size - domain_size, domain, domain_size) == 0;
	size_t kept = ends ? size - domain_size : size;
	writer_varint(writer, kept << 1 | (ends ? 1 : 0));
	writer_octets(writer, octets, kept);
}

void state_put_name(struct writer *writer, const uint8_t *domain, const uint8_t *name)
{
	size_t size = name_size(name);
	if (name_is_under(name, domain) && !name_is_root(domain)) {
		state_put_octets(writer, domain, name, size);
	} else {
		writer_varint(writer, (size - 1) << 1);
		writer_octets(writer, name, size - 1);
	}
}

int proof_index_make(struct arena *arena, const struct observation *observation,
		     struct proof_index *ret_index)
{
	size_t message_count = observation->message_count;
	uint16_t *starts = arena_take_array(arena, message_count + 1, sizeof(*starts));
	const struct proof **proofs =
		arena_take_array(arena, observation->proof_count, sizeof(*proofs));
	uint16_t *next = arena_take_array(arena, message_count + 1, sizeof(*next));
	if (starts == NULL || proofs == NULL || next == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < observation->proof_count; i++) {
		assert(observation->proofs[i].message < message_count);
		starts[observation->proofs[i].message + 1]++;
	}
	for (size_t i = 0; i < message_count; i++) {
		starts[i + 1] = (uint16_t)(starts[i + 1] + starts[i]);
		next[i] = starts[i];
	}
	for (size_t i = 0; i < observation->proof_count; i++)
		proofs[next[observation->proofs[i].message]++] = &observation->proofs[i];
	*ret_index = (struct proof_index){.proofs = proofs, .starts = starts};
	return OK;
}

static int compare_items(const void *left_pointer, const void *right_pointer)
{
	const struct item *left = left_pointer;
	const struct item *right = right_pointer;
	if (left->section != right->section)
		return left->section < right->section ? -1 : 1;
	int order = left->owner == right->owner ? 0 : name_compare(left->owner, right->owner);
	if (order != 0)
		return order;
	if (left->type != right->type)
		return left->type < right->type ? -1 : 1;
	if (left->is_signature != right->is_signature)
		return left->is_signature ? 1 : -1;
	size_t size = left->size < right->size ? left->size : right->size;
	order = memcmp(left->data, right->data, size);
	if (order != 0)
		return order;
	return (left->size > right->size) - (left->size < right->size);
}

/* RFC 4034 s3.1.5: serial number arithmetic around the time of the look. */
static uint8_t validity_at(const struct rrsig_rdata *rrsig, int64_t now_s)
{
	uint32_t now = (uint32_t)now_s;
	if ((int32_t)(now - rrsig->inception) < 0)
		return VALIDITY_FUTURE;
	return (int32_t)(rrsig->expiration - now) < 0 ? VALIDITY_EXPIRED : VALIDITY_NOW;
}

static int add_item(struct body_maker *maker, const struct item *item, const void *data,
		    size_t size)
{
	assert(size <= UINT16_MAX && maker->item_count < maker->message.record_count);
	uint8_t *copy = arena_take_octets(maker->arena, size);
	if (copy == NULL)
		return ERR_MEMORY;
	if (size > 0)
		memcpy(copy, data, size);
	struct item *added = &maker->items[maker->item_count++];
	*added = *item;
	added->data = copy;
	added->size = (uint16_t)size;
	return OK;
}

/* The last proof of this record, or "not looked at". */
static uint8_t proof_result(const struct body_maker *maker, size_t record)
{
	uint16_t message = maker->exchange->message;
	uint8_t result = 0;
	for (size_t i = maker->proofs->starts[message]; i < maker->proofs->starts[message + 1];
	     i++) {
		const struct proof *proof = maker->proofs->proofs[i];
		/* One key set that holds is enough; of those that fail, the same on every night. */
		if (proof->record == record && (result == 0 || proof->result < result))
			result = proof->result;
	}
	return result;
}

static int add_signature(struct body_maker *maker, struct item *item, const struct record *record,
			 size_t index)
{
	struct rrsig_rdata rrsig;
	if (rdata_rrsig(record, &rrsig) != OK)
		return OK;
	const uint8_t data[STATE_SIGNATURE_OCTETS] = {
		validity_at(&rrsig, maker->observation->started_s),
		proof_result(maker, index),
		rrsig.algorithm,
		(uint8_t)(rrsig.key_tag >> 8),
		(uint8_t)rrsig.key_tag,
		name_equal(rrsig.signer, maker->observation->domain),
	};
	item->type = rrsig.type_covered;
	item->is_signature = true;
	if (item->type == TYPE_NSEC3)
		item->owner = maker->observation->domain;
	return add_item(maker, item, data, sizeof(data));
}

/* Without the serial, which moves whenever a zone is signed anew. */
static int add_soa(struct body_maker *maker, const struct item *item, const struct record *record)
{
	static const uint8_t zero[4];
	int error = add_item(maker, item, record->rdata, record->rdata_size);
	if (error != OK || record->rdata_size < SOA_NUMBERS_OCTETS)
		return error;
	const struct item *added = &maker->items[maker->item_count - 1];
	uint8_t *serial = (uint8_t *)(uintptr_t)added->data + added->size - SOA_NUMBERS_OCTETS;
	if (item->section == SECTION_ANSWER &&
	    name_equal(item->owner, maker->observation->domain)) {
		struct reader reader;
		reader_init(&reader, serial, sizeof(zero));
		maker->body.has_serial = true;
		maker->body.serial = reader_u32(&reader);
	}
	memcpy(serial, zero, sizeof(zero));
	return OK;
}

/*
 * The bitmap of the name asked for. Neighbours in the chain come and go without anything happening
 * to the domain, so the next name is left out, and of the records that cover others only that they
 * are there.
 */
static int add_nsec(struct body_maker *maker, const struct item *item, const struct record *record)
{
	struct nsec_rdata nsec;
	if (rdata_nsec(record, &nsec) != OK)
		return OK;
	struct item reduced = *item;
	bool is_match = name_equal(item->owner, maker->exchange->name);
	if (!is_match)
		reduced.owner = maker->observation->domain;
	return add_item(maker, &reduced, nsec.bitmap, is_match ? nsec.bitmap_size : 0);
}

/* How the chain is made: algorithm, flags, iterations, salt. */
static int add_nsec3(struct body_maker *maker, const struct item *item, const struct record *record)
{
	struct nsec3_rdata nsec3;
	if (rdata_nsec3(record, &nsec3) != OK)
		return OK;
	struct item reduced = *item;
	reduced.owner = maker->observation->domain;
	size_t head = 5 + (size_t)nsec3.salt_size;
	assert(head <= record->rdata_size);
	return add_item(maker, &reduced, record->rdata, head);
}

static int add_record(struct body_maker *maker, const struct record *record, size_t index)
{
	bool is_authoritative = (maker->message.flags & FLAG_AA) != 0;
	struct item item = {
		.owner = record->owner,
		.data = record->rdata,
		.ttl = is_authoritative ? record->ttl : 0,
		.size = record->rdata_size,
		.type = record->type,
		.section = record->section,
	};
	switch (record->type) {
	case TYPE_RRSIG:
		return add_signature(maker, &item, record, index);
	case TYPE_SOA:
		return add_soa(maker, &item, record);
	case TYPE_NSEC:
		return add_nsec(maker, &item, record);
	case TYPE_NSEC3:
		return add_nsec3(maker, &item, record);
	default:
		maker->items[maker->item_count++] = item;
		return OK;
	}
}

static int collect(struct body_maker *maker)
{
	const struct message *message = &maker->message;
	/* A probe asked once for many domains may have been asked with another one's name. */
	if ((maker->exchange->flags & EXCHANGE_SHARED) != 0)
		return OK;
	maker->items = arena_take_array(maker->arena, message->record_count, sizeof(struct item));
	if (maker->items == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < message->record_count; i++) {
		const struct record *record = &message->records[i];
		if (record->section == SECTION_ADDITIONAL)
			continue;
		int error = add_record(maker, record, i);
		if (error != OK)
			return error;
	}
	qsort(maker->items, maker->item_count, sizeof(struct item), compare_items);
	size_t kept = 0;
	for (size_t i = 0; i < maker->item_count; i++) {
		struct item *item = &maker->items[i];
		if (kept > 0 && compare_items(item, &maker->items[kept - 1]) == 0) {
			if (item->ttl < maker->items[kept - 1].ttl)
				maker->items[kept - 1].ttl = item->ttl;
			continue;
		}
		maker->items[kept++] = *item;
	}
	maker->item_count = kept;
	return OK;
}

/* The fields of a closing OPT that was cut from the message (RFC 6891 s6.1.3). */
void state_read_cut_opt(const struct exchange *exchange, struct message *message)
{
	struct edns *edns = &message->edns;
	if ((exchange->flags & EXCHANGE_OPT_CUT) == 0 || edns->present)
		return;
	struct reader reader;
	reader_init(&reader, exchange->opt, exchange->opt_size);
	reader_skip(&reader, 3);
	edns->udp_size = reader_u16(&reader);
	uint8_t rcode = reader_u8(&reader);
	edns->version = reader_u8(&reader);
	edns->flags = reader_u16(&reader);
	uint16_t options_size = reader_u16(&reader);
	edns->options = reader_octets(&reader, options_size);
	edns->options_size = edns->options == NULL ? 0 : options_size;
	edns->present = true;
	message->rcode |= (uint16_t)(rcode << 4);
}

static void put_head(const struct body_maker *maker, struct writer *writer)
{
	const struct message *message = &maker->message;
	bool is_shared = (maker->exchange->flags & EXCHANGE_SHARED) != 0;
	uint8_t questions = message->question_count < 2 ? (uint8_t)message->question_count : 2;
	writer_u8(writer, (uint8_t)message->fault);
	writer_varint(writer, message->rcode);
	writer_u16(writer, message->flags & (uint16_t)~HEADER_RCODE);
	writer_u8(writer, is_shared ? 1 : questions);
	writer_u8(writer, message->edns.present);
	if (message->edns.present) {
		writer_u8(writer, message->edns.version);
		writer_u16(writer, message->edns.flags);
		writer_u16(writer, message->edns.udp_size);
	}
}

static bool same_set(const struct item *left, const struct item *right)
{
	return left->section == right->section && left->type == right->type &&
	       name_equal(left->owner, right->owner);
}

/* The items from `first` up to `end` are one set, data before signatures. */
static void put_set(const struct body_maker *maker, struct writer *writer, size_t first, size_t end)
{
	const struct item *items = maker->items;
	const uint8_t *domain = maker->observation->domain;
	uint32_t ttl = items[first].ttl;
	assert(first < end && end <= maker->item_count);
	size_t data_end = first;
	for (size_t i = first; i < end; i++) {
		if (!items[i].is_signature)
			data_end = i + 1;
		if (items[i].ttl < ttl)
			ttl = items[i].ttl;
	}
	writer_u8(writer, items[first].section);
	writer_varint(writer, items[first].type);
	state_put_name(writer, domain, items[first].owner);
	writer_varint(writer, ttl);
	writer_varint(writer, data_end - first);
	for (size_t i = first; i < data_end; i++)
		state_put_octets(writer, domain, items[i].data, items[i].size);
	writer_varint(writer, end - data_end);
	for (size_t i = data_end; i < end; i++)
		writer_octets(writer, items[i].data, STATE_SIGNATURE_OCTETS);
}

static void put_sets(const struct body_maker *maker, struct writer *writer)
{
	size_t set_count = 0;
	for (size_t i = 0; i < maker->item_count; i++)
		set_count += i == 0 || !same_set(&maker->items[i], &maker->items[i - 1]);
	writer_varint(writer, set_count);
	for (size_t first = 0; first < maker->item_count;) {
		size_t end = first + 1;
		while (end < maker->item_count &&
		       same_set(&maker->items[end], &maker->items[first]))
			end++;
		put_set(maker, writer, first, end);
		first = end;
	}
}

static int put_body(struct body_maker *maker)
{
	size_t room = 32;
	for (size_t i = 0; i < maker->item_count; i++)
		room += 24 + name_size(maker->items[i].owner) + maker->items[i].size;
	uint8_t *octets = arena_take_octets(maker->arena, room);
	if (octets == NULL)
		return ERR_MEMORY;
	struct writer writer;
	writer_init(&writer, octets, room);
	put_head(maker, &writer);
	put_sets(maker, &writer);
	assert(writer.error == OK);
	maker->body.octets = octets;
	maker->body.size = (uint32_t)writer_used(&writer);
	return OK;
}

int state_body_make(struct arena *arena, const struct observation *observation,
		    const struct proof_index *proofs, const struct exchange *exchange,
		    struct body_octets *ret_body)
{
	assert(exchange->message < observation->message_count);
	const struct kept_message *kept = &observation->messages[exchange->message];
	struct body_maker maker = {
		.arena = arena,
		.observation = observation,
		.proofs = proofs,
		.exchange = exchange,
	};
	int error = message_walk(arena, kept->wire, kept->size, &maker.message);
	if (error != OK)
		return error;
	state_read_cut_opt(exchange, &maker.message);
	error = collect(&maker);
	if (error == OK)
		error = put_body(&maker);
	if (error == OK)
		*ret_body = maker.body;
	return error;
}
