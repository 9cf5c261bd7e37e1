/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gather/watch/digest.h"

#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static int by_content(const void *left_item, const void *right_item)
{
	const struct record *left = *(const struct record *const *)left_item;
	const struct record *right = *(const struct record *const *)right_item;
	if (left->type != right->type)
		return left->type < right->type ? -1 : 1;
	const int owners = name_compare(left->owner, right->owner);
	if (owners != 0)
		return owners;
	if (left->rdata_size != right->rdata_size)
		return left->rdata_size < right->rdata_size ? -1 : 1;
	return left->rdata_size > 0 ? memcmp(left->rdata, right->rdata, left->rdata_size) : 0;
}

static void add_number(crypto_generichash_blake2b_state *state, uint16_t number)
{
	const uint8_t octets[2] = {(uint8_t)(number >> 8), (uint8_t)number};
	(void)crypto_generichash_blake2b_update(state, octets, sizeof(octets));
}

static void add_record(crypto_generichash_blake2b_state *state, const struct record *record)
{
	uint8_t owner[NAME_MAX_OCTETS];
	assert(record->class == CLASS_IN);
	add_number(state, record->type);
	(void)crypto_generichash_blake2b_update(state, owner,
						name_copy_lower(owner, record->owner));
	add_number(state, record->rdata_size);
	(void)crypto_generichash_blake2b_update(state, record->rdata, record->rdata_size);
}

/* In one order, each once, behind the digest that is gone on from. */
static void hash(const struct record **records, size_t count, const struct digest *before,
		 struct digest *ret_digest)
{
	crypto_generichash_blake2b_state state;
	if (count > 1)
		qsort((void *)records, count, sizeof(records[0]), by_content);
	(void)crypto_generichash_blake2b_init(&state, NULL, 0, DIGEST_OCTETS);
	(void)crypto_generichash_blake2b_update(&state, before->octets, DIGEST_OCTETS);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || by_content(&records[i - 1], &records[i]) != 0)
			add_record(&state, records[i]);
	}
	(void)crypto_generichash_blake2b_final(&state, ret_digest->octets, DIGEST_OCTETS);
}

static bool is_of(const struct record *record, const struct digest_question *question,
		  uint16_t type)
{
	return record->section == question->section && record->type == type &&
	       record->class == CLASS_IN && name_equal(record->owner, question->domain);
}

/* The address of one of the name servers found, below the domain. */
static bool is_glue(const struct record *record, const struct digest_question *question,
		    const struct record *const *servers, size_t count)
{
	if (record->section != SECTION_ADDITIONAL || record->class != CLASS_IN ||
	    (record->type != TYPE_A && record->type != TYPE_AAAA) ||
	    !name_is_under(record->owner, question->domain))
		return false;
	for (size_t i = 0; i < count; i++) {
		const uint8_t *target = rdata_target(servers[i]);
		if (target != NULL && name_equal(target, record->owner))
			return true;
	}
	return false;
}

static int take_room(struct arena *arena, const struct message *message,
		     const struct record ***ret_records)
{
	assert(message->record_count <= MESSAGE_RECORDS_MAX);
	*ret_records =
		arena_take_array(arena, message->record_count + (size_t)1, sizeof(**ret_records));
	return *ret_records != NULL ? OK : ERR_MEMORY;
}

int digest_servers(struct arena *arena, const struct digest_question *question,
		   struct digest *ret_digest)
{
	static const struct digest nothing = {"delegated"};
	const struct message *message = question->message;
	const struct record **records;
	size_t count = 0;
	int error = take_room(arena, message, &records);
	if (error != OK)
		return error;
	for (size_t i = 0; i < message->record_count; i++) {
		if (is_of(&message->records[i], question, TYPE_NS))
			records[count++] = &message->records[i];
	}
	const size_t servers = count;
	for (size_t i = 0; i < message->record_count; i++) {
		if (is_glue(&message->records[i], question, records, servers))
			records[count++] = &message->records[i];
	}
	hash(records, count, &nothing, ret_digest);
	return OK;
}

int digest_ds(struct arena *arena, const struct digest_question *question,
	      const struct digest *servers, struct digest *ret_digest)
{
	const struct message *message = question->message;
	const struct record **records;
	size_t count = 0;
	int error = take_room(arena, message, &records);
	if (error != OK)
		return error;
	for (size_t i = 0; i < message->record_count; i++) {
		if (is_of(&message->records[i], question, TYPE_DS))
			records[count++] = &message->records[i];
	}
	hash(records, count, servers, ret_digest);
	return OK;
}

void digest_no_parent(struct digest *ret_digest)
{
	static const struct digest no_parent = {"no parent"};
	hash(NULL, 0, &no_parent, ret_digest);
}

void digest_denial(bool is_nxdomain, struct digest *ret_digest)
{
	static const struct digest no_name = {"no such name"}, no_data = {"not delegated"};
	hash(NULL, 0, is_nxdomain ? &no_name : &no_data, ret_digest);
}

bool digest_equal(const struct digest *left, const struct digest *right)
{
	return memcmp(left->octets, right->octets, DIGEST_OCTETS) == 0;
}
