/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/bytes.h"
#include "base/memory.h"
#include "dns/dnssec/signed_data_private.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <string.h>

/* type covered, algorithm, labels, original TTL, expiration, inception, key tag */
#define RRSIG_FIXED_OCTETS 18
/* type, class, TTL, RDATA length */
#define RECORD_FIXED_OCTETS 10
/* The first buffer: a signed A or DS RRset with signature and key. */
#define SCRATCH_FIRST_OCTETS 4096

int scratch_reserve(struct scratch *scratch, size_t more_octets)
{
	assert(scratch != NULL && scratch->size <= scratch->room);
	size_t wanted = scratch->size + more_octets;
	if (wanted <= scratch->room)
		return OK;
	size_t room = scratch->room != 0 ? scratch->room : SCRATCH_FIRST_OCTETS;
	while (room < wanted)
		room *= 2;
	uint8_t *octets = memory_resize(scratch->octets, room);
	if (octets == NULL)
		return ERR_MEMORY;
	scratch->octets = octets;
	scratch->room = room;
	return OK;
}

void scratch_add(struct scratch *scratch, const void *octets, size_t size)
{
	assert(scratch->room - scratch->size >= size);
	if (size > 0)
		memcpy(scratch->octets + scratch->size, octets, size);
	scratch->size += size;
}

void scratch_release(struct scratch *scratch)
{
	memory_give(scratch->octets);
	*scratch = (struct scratch){0};
}

size_t signed_labels(const uint8_t *owner)
{
	assert(owner != NULL);
	return name_labels(owner) - (name_is_wildcard(owner) ? 1 : 0);
}

/* RFC 4035 s5.3.2. ERR_FORMAT when the RRSIG has more labels than the owner. */
static int signed_owner(const uint8_t *owner, uint8_t labels, struct name *ret_name,
			size_t *ret_size)
{
	size_t owner_labels = signed_labels(owner);
	if (labels > owner_labels)
		return ERR_FORMAT;
	if (labels == owner_labels) {
		*ret_size = name_copy_lower(ret_name->octets, owner);
		return OK;
	}
	/* At least one label of at least two octets went, so the asterisk has room. */
	ret_name->octets[0] = 1;
	ret_name->octets[1] = '*';
	*ret_size = 2 + name_copy_lower(ret_name->octets + 2, name_suffix(owner, labels));
	assert(*ret_size <= NAME_MAX_OCTETS);
	return OK;
}

static size_t records_size(const struct rrset *rrset, size_t owner_size)
{
	size_t size = rrset->count * (owner_size + RECORD_FIXED_OCTETS);
	for (size_t i = 0; i < rrset->count; i++)
		size += rrset->records[i]->rdata_size;
	return size;
}

int signed_data_build(struct scratch *scratch, const struct rrset *rrset,
		      const struct rrsig_rdata *rrsig, const uint8_t *head)
{
	assert(rrset->count > 0 && rrset->records != NULL);
	assert(rrsig->signed_head_size >= RRSIG_FIXED_OCTETS + 1);
	struct name owner;
	size_t owner_size;
	int error = signed_owner(rrset->owner, rrsig->labels, &owner, &owner_size);
	if (error < 0)
		return error;
	size_t size = rrsig->signed_head_size + records_size(rrset, owner_size);
	if (size > SIGNED_DATA_MAX_OCTETS)
		return ERR_LIMIT;
	scratch->size = 0;
	error = scratch_reserve(scratch, size);
	if (error < 0)
		return error;

	uint8_t signer[NAME_MAX_OCTETS];
	size_t signer_size = name_copy_lower(signer, rrsig->signer);
	assert(RRSIG_FIXED_OCTETS + signer_size == rrsig->signed_head_size);
	scratch_add(scratch, head, RRSIG_FIXED_OCTETS);
	scratch_add(scratch, signer, signer_size);
	struct writer writer;
	writer_init(&writer, scratch->octets + scratch->size, size - scratch->size);
	for (size_t i = 0; i < rrset->count; i++) {
		const struct record *record = rrset->records[i];
		writer_octets(&writer, owner.octets, owner_size);
		writer_u16(&writer, rrset->type);
		writer_u16(&writer, rrset->class);
		writer_u32(&writer, rrsig->original_ttl);
		writer_u16(&writer, record->rdata_size);
		writer_octets(&writer, record->rdata, record->rdata_size);
	}
	assert(writer.error == 0 && writer_left(&writer) == 0);
	scratch->size = size;
	return OK;
}
