/* SPDX-License-Identifier: GPL-3.0-or-later */
#define OPENSSL_SUPPRESS_DEPRECATED /* see digest_private.h: the functions without allocation */
#include "dns/dnssec/zonemd.h"

#include "base/bytes.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <openssl/sha.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* RFC 8976 s2.2: serial, scheme, hash; a digest has at least twelve octets (s2.2.4). */
#define ZONEMD_FIXED_OCTETS 6
#define DIGEST_MIN_OCTETS 12

static_assert(ZONEMD_DIGEST_MAX_OCTETS == SHA512_DIGEST_LENGTH, "the longest digest fits");

struct zonemd {
	uint32_t serial;
	uint8_t scheme, hash;
	const uint8_t *digest;
	size_t digest_size;
};

static bool read_zonemd(const struct record *record, struct zonemd *ret_zonemd)
{
	struct reader reader;
	struct zonemd zonemd;

	reader_init(&reader, record->rdata, record->rdata_size);
	zonemd.serial = reader_u32(&reader);
	zonemd.scheme = reader_u8(&reader);
	zonemd.hash = reader_u8(&reader);
	if (reader.error || record->rdata_size < ZONEMD_FIXED_OCTETS + DIGEST_MIN_OCTETS)
		return false;
	zonemd.digest = record->rdata + ZONEMD_FIXED_OCTETS;
	zonemd.digest_size = record->rdata_size - ZONEMD_FIXED_OCTETS;
	*ret_zonemd = zonemd;
	return true;
}

static bool is_known(const struct zonemd *zonemd)
{
	return zonemd->scheme == ZONEMD_SCHEME_SIMPLE &&
	       ((zonemd->hash == ZONEMD_SHA384 && zonemd->digest_size == SHA384_DIGEST_LENGTH) ||
		(zonemd->hash == ZONEMD_SHA512 && zonemd->digest_size == SHA512_DIGEST_LENGTH));
}

/* RFC 8976 s3.3.1.2: by owner, type, and RDATA in canonical order (RFC 4034 s6.1, s6.3). */
static int compare_records(const void *left, const void *right)
{
	const struct record *ours = left;
	const struct record *theirs = right;
	int order = name_compare(ours->owner, theirs->owner);

	if (order == 0)
		order = (int)ours->type - (int)theirs->type;
	if (order != 0)
		return order;
	const size_t shorter =
		ours->rdata_size < theirs->rdata_size ? ours->rdata_size : theirs->rdata_size;

	order = memcmp(ours->rdata, theirs->rdata, shorter);
	return order ? order : (int)ours->rdata_size - (int)theirs->rdata_size;
}

/* RFC 8976 s3.3.1.1: everything but the apex's ZONEMD records and their signatures. */
static bool is_left_out(const uint8_t *apex, const struct record *record)
{
	struct rrsig_rdata rrsig;

	if (record->type == TYPE_ZONEMD)
		return name_equal(record->owner, apex);
	return record->type == TYPE_RRSIG && name_equal(record->owner, apex) &&
	       rdata_rrsig(record, &rrsig) == 0 && rrsig.type_covered == TYPE_ZONEMD;
}

static void hash_record(SHA512_CTX *context, const struct record *record)
{
	uint8_t head[NAME_MAX_OCTETS + 10];
	struct writer writer;
	const size_t owner_size = name_copy_lower(head, record->owner);

	writer_init(&writer, head + owner_size, sizeof(head) - owner_size);
	writer_u16(&writer, record->type);
	writer_u16(&writer, record->class);
	writer_u32(&writer, record->ttl);
	writer_u16(&writer, record->rdata_size);
	assert(writer.error == 0);
	SHA512_Update(context, head, owner_size + writer_used(&writer));
	SHA512_Update(context, record->rdata, record->rdata_size);
}

/* Of sorted records; what is there twice counts once, with the TTL it has first. */
static size_t digest_sorted(const uint8_t *apex, const struct record *records, size_t count,
			    enum zonemd_hash hash, uint8_t ret_digest[ZONEMD_DIGEST_MAX_OCTETS])
{
	SHA512_CTX context;

	/* SHA-384 is SHA-512 with another start and a shorter end (FIPS 180-4 s6.5). */
	if (hash == ZONEMD_SHA384)
		SHA384_Init(&context);
	else
		SHA512_Init(&context);
	for (size_t i = 0; i < count; i++)
		if (!is_left_out(apex, &records[i]) &&
		    (i == 0 || compare_records(&records[i - 1], &records[i]) != 0))
			hash_record(&context, &records[i]);
	SHA512_Final(ret_digest, &context);
	return hash == ZONEMD_SHA384 ? SHA384_DIGEST_LENGTH : SHA512_DIGEST_LENGTH;
}

size_t zonemd_digest(const uint8_t *apex, struct record *records, size_t count,
		     enum zonemd_hash hash, uint8_t ret_digest[ZONEMD_DIGEST_MAX_OCTETS])
{
	assert(hash == ZONEMD_SHA384 || hash == ZONEMD_SHA512);
	assert(count == 0 || records != NULL);
	if (count > 0)
		qsort(records, count, sizeof(*records), compare_records);
	return digest_sorted(apex, records, count, hash, ret_digest);
}

static bool find_serial(const uint8_t *apex, const struct record *records, size_t count,
			uint32_t *ret_serial)
{
	const struct record *found = NULL;
	struct soa_rdata soa;

	for (size_t i = 0; i < count; i++) {
		if (records[i].type != TYPE_SOA || !name_equal(records[i].owner, apex) ||
		    (found && compare_records(found, &records[i]) == 0))
			continue; /* a transfer begins and ends with the SOA */
		if (found)
			return false;
		found = &records[i];
	}
	if (!found || rdata_soa(found, &soa) < 0)
		return false;
	*ret_serial = soa.serial;
	return true;
}

/* How often the apex has a record of this scheme and hash, the same RDATA once. */
static size_t count_like(const uint8_t *apex, const struct record *records, size_t count,
			 const struct zonemd *like)
{
	const struct record *last = NULL;
	size_t found = 0;

	for (size_t i = 0; i < count; i++) {
		struct zonemd zonemd;

		if (records[i].type != TYPE_ZONEMD || !name_equal(records[i].owner, apex) ||
		    !read_zonemd(&records[i], &zonemd) || zonemd.scheme != like->scheme ||
		    zonemd.hash != like->hash || (last && !compare_records(last, &records[i])))
			continue;
		last = &records[i];
		found++;
	}
	return found;
}

/* RFC 8976 s4 step 4, for one record. */
static enum zonemd_result try_record(const uint8_t *apex, const struct record *records,
				     size_t count, const struct record *record, uint32_t serial)
{
	uint8_t digest[ZONEMD_DIGEST_MAX_OCTETS];
	struct zonemd zonemd;

	if (!read_zonemd(record, &zonemd))
		return ZONEMD_UNSUPPORTED;
	if (zonemd.serial != serial)
		return ZONEMD_SERIAL;
	if (!is_known(&zonemd))
		return ZONEMD_UNSUPPORTED;
	if (count_like(apex, records, count, &zonemd) > 1)
		return ZONEMD_AMBIGUOUS;
	const size_t size =
		digest_sorted(apex, records, count, (enum zonemd_hash)zonemd.hash, digest);

	return memcmp(digest, zonemd.digest, size) == 0 ? ZONEMD_GOOD : ZONEMD_WRONG;
}

enum zonemd_result zonemd_verify(const uint8_t *apex, struct record *records, size_t count)
{
	enum zonemd_result best = ZONEMD_ABSENT;
	uint32_t serial;

	assert(apex != NULL && (count == 0 || records != NULL));
	if (!find_serial(apex, records, count, &serial))
		return ZONEMD_NO_SOA;
	qsort(records, count, sizeof(*records), compare_records);
	/* One that fits is enough; otherwise what came nearest to being one is told. */
	for (size_t i = 0; i < count && best != ZONEMD_GOOD; i++) {
		if (records[i].type != TYPE_ZONEMD || !name_equal(records[i].owner, apex) ||
		    (i > 0 && compare_records(&records[i - 1], &records[i]) == 0))
			continue;
		const enum zonemd_result result =
			try_record(apex, records, count, &records[i], serial);

		if (result == ZONEMD_GOOD || result > best)
			best = result;
	}
	return best;
}

const char *zonemd_result_text(enum zonemd_result result)
{
	static const char *const texts[] = {
		[ZONEMD_GOOD] = "the zone is whole",
		[ZONEMD_ABSENT] = "the zone has no ZONEMD record",
		[ZONEMD_NO_SOA] = "the zone has not one SOA record at its apex",
		[ZONEMD_SERIAL] = "the ZONEMD record is of another version of the zone",
		[ZONEMD_UNSUPPORTED] = "the scheme or hash of the ZONEMD record is not known here",
		[ZONEMD_AMBIGUOUS] = "several ZONEMD records have the same scheme and hash",
		[ZONEMD_WRONG] = "the zone is not what the ZONEMD record was made of",
	};

	assert((size_t)result < sizeof(texts) / sizeof(texts[0]));
	return texts[result];
}
