/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool record_matches(const struct record *record, unsigned sections, const uint8_t *owner,
			   uint16_t type)
{
	return record->type == type && record->class == CLASS_IN &&
	       (sections & 1u << record->section) != 0 &&
	       (owner == NULL || name_equal(record->owner, owner));
}

const struct record *message_find(const struct message *message, unsigned sections,
				  const uint8_t *owner, uint16_t type)
{
	for (size_t i = 0; i < message->record_count; i++)
		if (record_matches(&message->records[i], sections, owner, type))
			return &message->records[i];
	return NULL;
}

/* RFC 4034 s6.3: as left-justified octet strings, absent before zero. */
static int compare_data(const struct record *left, const struct record *right)
{
	const size_t shared =
		left->rdata_size < right->rdata_size ? left->rdata_size : right->rdata_size;
	const int difference = memcmp(left->rdata, right->rdata, shared);
	return difference != 0 ? difference : (int)left->rdata_size - (int)right->rdata_size;
}

static int compare_places(const void *left, const void *right)
{
	return compare_data(*(const struct record *const *)left,
			    *(const struct record *const *)right);
}

static bool covers(const struct record *record, uint16_t type)
{
	return record->rdata_size >= 2 && (record->rdata[0] << 8 | record->rdata[1]) == type;
}

static void sort_unique(struct rrset *rrset)
{
	size_t kept = 1;
	qsort(rrset->records, rrset->count, sizeof(rrset->records[0]), compare_places);
	for (size_t i = 1; i < rrset->count; i++)
		if (compare_data(rrset->records[i], rrset->records[kept - 1]) != 0)
			rrset->records[kept++] = rrset->records[i];
	rrset->count = (uint16_t)kept;
}

/* Either counts (places NULL) or writes down; returns how many there are. */
static uint16_t gather(const struct message *message, const struct rrset *rrset, unsigned sections,
		       bool signatures, const struct record **places)
{
	uint16_t count = 0;
	const uint16_t type = signatures ? TYPE_RRSIG : rrset->type;
	for (size_t i = 0; i < message->record_count; i++) {
		const struct record *record = &message->records[i];
		if (record->class != rrset->class ||
		    !record_matches(record, sections, rrset->owner, type))
			continue;
		if (signatures && !covers(record, rrset->type))
			continue;
		if (places != NULL)
			places[count] = record;
		count++;
	}
	return count;
}

int message_rrset(struct arena *arena, const struct message *message, const struct rrset_key *key,
		  struct rrset *ret_rrset)
{
	assert(key->owner != NULL);
	const unsigned sections = key->sections;
	const struct record *first = message_find(message, sections, key->owner, key->type);
	if (first == NULL)
		return ERR_NOT_FOUND;
	struct rrset rrset = {
		.owner = first->owner, .type = key->type, .class = first->class, .ttl = first->ttl};
	rrset.count = gather(message, &rrset, sections, false, NULL);
	rrset.signature_count = gather(message, &rrset, sections, true, NULL);
	const struct record **places = arena_take(
		arena, ((size_t)rrset.count + rrset.signature_count) * sizeof(places[0]));
	if (places == NULL)
		return ERR_MEMORY;
	assert(rrset.count > 0);
	rrset.records = places;
	rrset.signatures = places + rrset.count;
	(void)gather(message, &rrset, sections, false, rrset.records);
	(void)gather(message, &rrset, sections, true, rrset.signatures);
	for (size_t i = 0; i < rrset.count; i++)
		if (rrset.records[i]->ttl < rrset.ttl)
			rrset.ttl = rrset.records[i]->ttl;
	sort_unique(&rrset);
	*ret_rrset = rrset;
	return OK;
}

bool rrset_same_data(const struct rrset *left, const struct rrset *right)
{
	if (left->count != right->count)
		return false;
	for (size_t i = 0; i < left->count; i++)
		if (compare_data(left->records[i], right->records[i]) != 0)
			return false;
	return true;
}
