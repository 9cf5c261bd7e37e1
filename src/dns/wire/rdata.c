/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/rdata.h"

#include "base/bytes.h"
#include "dns/wire/canonical_private.h"
#include "dns/wire/layout_private.h"
#include "dns/wire/span_private.h"
#include "dns/wire/type.h"

#include <assert.h>

static struct reader reader_over(const struct record *record)
{
	struct reader reader;
	assert(record->rdata != NULL || record->rdata_size == 0);
	reader_init(&reader, record->rdata, record->rdata_size);
	return reader;
}

/* A whole name; NULL with the error set when it is malformed or compressed. */
static const uint8_t *read_name(struct reader *reader)
{
	size_t size;
	if (reader->error != OK)
		return NULL;
	const int error = field_measure(FIELD_NAME, reader->next, reader_left(reader), &size);
	if (error != OK) {
		reader_fail(reader, error);
		return NULL;
	}
	return reader_octets(reader, size);
}

/* The rest, which may be empty. */
static const uint8_t *read_rest(struct reader *reader, size_t *ret_size)
{
	*ret_size = reader_left(reader);
	return reader_octets(reader, *ret_size);
}

static const uint8_t *read_bitmap(struct reader *reader, size_t *ret_size)
{
	size_t size;
	if (reader->error != OK)
		return NULL;
	const int error = field_measure(FIELD_BITMAP, reader->next, reader_left(reader), &size);
	if (error != OK) {
		reader_fail(reader, error);
		return NULL;
	}
	return read_rest(reader, ret_size);
}

/* Everything was read, and nothing is left. */
static int finish(const struct reader *reader)
{
	if (reader->error != OK)
		return reader->error;
	return reader_left(reader) == 0 ? OK : ERR_FORMAT;
}

int rdata_soa(const struct record *record, struct soa_rdata *ret)
{
	struct reader reader = reader_over(record);
	struct soa_rdata soa;
	soa.mname = read_name(&reader);
	soa.rname = read_name(&reader);
	soa.serial = reader_u32(&reader);
	soa.refresh = reader_u32(&reader);
	soa.retry = reader_u32(&reader);
	soa.expire = reader_u32(&reader);
	soa.minimum = reader_u32(&reader);
	const int error = finish(&reader);
	if (error == OK)
		*ret = soa;
	return error;
}

int rdata_dnskey(const struct record *record, struct dnskey_rdata *ret)
{
	struct reader reader = reader_over(record);
	struct dnskey_rdata key;
	key.flags = reader_u16(&reader);
	key.protocol = reader_u8(&reader);
	key.algorithm = reader_u8(&reader);
	key.key = read_rest(&reader, &key.key_size);
	const int error = finish(&reader);
	if (error == OK)
		*ret = key;
	return error;
}

int rdata_ds(const struct record *record, struct ds_rdata *ret)
{
	struct reader reader = reader_over(record);
	struct ds_rdata ds;
	ds.key_tag = reader_u16(&reader);
	ds.algorithm = reader_u8(&reader);
	ds.digest_type = reader_u8(&reader);
	ds.digest = read_rest(&reader, &ds.digest_size);
	const int error = finish(&reader);
	if (error == OK)
		*ret = ds;
	return error;
}

int rdata_rrsig(const struct record *record, struct rrsig_rdata *ret)
{
	struct reader reader = reader_over(record);
	struct rrsig_rdata rrsig;
	rrsig.type_covered = reader_u16(&reader);
	rrsig.algorithm = reader_u8(&reader);
	rrsig.labels = reader_u8(&reader);
	rrsig.original_ttl = reader_u32(&reader);
	rrsig.expiration = reader_u32(&reader);
	rrsig.inception = reader_u32(&reader);
	rrsig.key_tag = reader_u16(&reader);
	rrsig.signer = read_name(&reader);
	rrsig.signed_head_size = reader_offset(&reader);
	rrsig.signature = read_rest(&reader, &rrsig.signature_size);
	const int error = finish(&reader);
	if (error == OK)
		*ret = rrsig;
	return error;
}

int rdata_nsec(const struct record *record, struct nsec_rdata *ret)
{
	struct reader reader = reader_over(record);
	struct nsec_rdata nsec;
	nsec.next = read_name(&reader);
	nsec.bitmap = read_bitmap(&reader, &nsec.bitmap_size);
	const int error = finish(&reader);
	if (error == OK)
		*ret = nsec;
	return error;
}

int rdata_nsec3(const struct record *record, struct nsec3_rdata *ret)
{
	struct reader reader = reader_over(record);
	struct nsec3_rdata nsec3;
	nsec3.hash_algorithm = reader_u8(&reader);
	nsec3.flags = reader_u8(&reader);
	nsec3.iterations = reader_u16(&reader);
	nsec3.salt_size = reader_u8(&reader);
	nsec3.salt = reader_octets(&reader, nsec3.salt_size);
	nsec3.next_size = reader_u8(&reader);
	nsec3.next = reader_octets(&reader, nsec3.next_size);
	nsec3.bitmap = read_bitmap(&reader, &nsec3.bitmap_size);
	const int error = finish(&reader);
	if (error != OK)
		return error;
	/* RFC 5155 s3.1.7: a hash of no octets is no hash. */
	if (nsec3.next_size == 0)
		return ERR_FORMAT;
	*ret = nsec3;
	return OK;
}

int rdata_csync(const struct record *record, struct csync_rdata *ret)
{
	struct reader reader = reader_over(record);
	struct csync_rdata csync;
	csync.serial = reader_u32(&reader);
	csync.flags = reader_u16(&reader);
	csync.bitmap = read_bitmap(&reader, &csync.bitmap_size);
	const int error = finish(&reader);
	if (error == OK)
		*ret = csync;
	return error;
}

int rdata_dsync(const struct record *record, struct dsync_rdata *ret)
{
	struct reader reader = reader_over(record);
	struct dsync_rdata dsync;
	dsync.type = reader_u16(&reader);
	dsync.scheme = reader_u8(&reader);
	dsync.port = reader_u16(&reader);
	dsync.target = read_name(&reader);
	const int error = finish(&reader);
	if (error == OK)
		*ret = dsync;
	return error;
}

const uint8_t *rdata_target(const struct record *record)
{
	struct reader reader = reader_over(record);
	switch (record->type) {
	case TYPE_NS:
	case TYPE_CNAME:
	case TYPE_DNAME:
	case TYPE_PTR:
		break;
	case TYPE_MX:
		reader_skip(&reader, 2);
		break;
	default:
		return NULL;
	}
	const uint8_t *target = read_name(&reader);
	return finish(&reader) == OK ? target : NULL;
}

bool bitmap_has(const uint8_t *bitmap, size_t bitmap_size, uint16_t type)
{
	size_t at = 0;
	const size_t octet = (type & 0xff) / 8;
	while (bitmap_size - at >= 2) {
		const size_t length = bitmap[at + 1];
		if (length > bitmap_size - at - 2)
			return false;
		if (bitmap[at] == type >> 8)
			return octet < length && (bitmap[at + 2 + octet] & 0x80 >> type % 8) != 0;
		at += 2 + length;
	}
	return false;
}

int rdata_canonical(struct arena *arena, const struct rdata_place *place, const uint8_t **ret_rdata,
		    uint16_t *ret_size)
{
	FILLED_BELOW struct canonical canonical;
	struct octets rdata;
	if (place->wire_size > UINT16_MAX || place->offset > place->wire_size ||
	    place->size > place->wire_size - place->offset)
		return ERR_FORMAT;
	canonical_init(&canonical, arena, place->wire, place->wire_size);
	const int error =
		canonical_rdata(&canonical, place->offset, place->size, place->type, &rdata);
	if (error != OK)
		return error;
	*ret_rdata = rdata.data;
	*ret_size = (uint16_t)rdata.size;
	return OK;
}
