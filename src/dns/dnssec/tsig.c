/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/dnssec/tsig.h"

#include "base/bytes.h"
#include "dns/wire/message.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#define QUESTION_FIXED_OCTETS 4u
#define ARCOUNT_OFFSET 10u
/* The first octet of a pointer has its two high bits set, RFC 1035 s4.1.4. */
#define POINTER_MIN 0xc0u
/* Class, TTL, time, fudge, error, other size. */
#define VARIABLES_OCTETS 18u

static gnutls_mac_algorithm_t hmac_of(enum tsig_algorithm algorithm)
{
	static const gnutls_mac_algorithm_t macs[] = {
		[TSIG_HMAC_MD5] = GNUTLS_MAC_MD5,       [TSIG_HMAC_SHA1] = GNUTLS_MAC_SHA1,
		[TSIG_HMAC_SHA224] = GNUTLS_MAC_SHA224, [TSIG_HMAC_SHA256] = GNUTLS_MAC_SHA256,
		[TSIG_HMAC_SHA384] = GNUTLS_MAC_SHA384, [TSIG_HMAC_SHA512] = GNUTLS_MAC_SHA512,
	};
	static_assert(sizeof(macs) / sizeof(macs[0]) == TSIG_ALGORITHM_COUNT, "one each");
	assert(algorithm < TSIG_ALGORITHM_COUNT);
	return macs[algorithm];
}

/* ---- reading ---- */

static void read_name(struct reader *reader, uint8_t *name)
{
	size_t next = 0;
	if (reader->error != OK)
		return;
	const int error = name_read(reader->start, (size_t)(reader->end - reader->start),
				    reader_offset(reader), name, &next);
	if (error != OK)
		reader_fail(reader, error);
	else
		reader->next = reader->start + next;
}

/* Pointers are not followed: where the record stands hangs on nothing but what stands before it. */
static void skip_name(struct reader *reader)
{
	unsigned length = reader_u8(reader);
	while (length > 0 && length <= LABEL_MAX_OCTETS) {
		reader_skip(reader, length);
		length = reader_u8(reader);
	}
	if (length >= POINTER_MIN)
		reader_skip(reader, 1);
	else if (length > 0)
		reader_fail(reader, ERR_FORMAT);
}

static int read_rdata(const uint8_t *rdata, size_t size, struct tsig *tsig)
{
	struct reader reader;
	size_t name_end = 0;
	/* Not compressed: nobody would know where to (RFC 8945 s4.2). */
	while (name_end < size && rdata[name_end] != 0)
		name_end += 1u + rdata[name_end];
	if (name_end >= size || name_end >= NAME_MAX_OCTETS || !name_is_valid(rdata, name_end + 1))
		return ERR_FORMAT;
	(void)name_copy_lower(tsig->algorithm.octets, rdata);
	reader_init(&reader, rdata, size);
	reader_skip(&reader, name_end + 1);
	tsig->time_s = (uint64_t)reader_u16(&reader) << 32;
	tsig->time_s |= reader_u32(&reader);
	tsig->fudge_s = reader_u16(&reader);
	tsig->mac_size = reader_u16(&reader);
	tsig->mac = reader_octets(&reader, tsig->mac_size);
	tsig->original_id = reader_u16(&reader);
	tsig->error = reader_u16(&reader);
	tsig->other_size = reader_u16(&reader);
	tsig->other = reader_octets(&reader, tsig->other_size);
	return reader.error == OK && reader_left(&reader) == 0 ? OK : ERR_FORMAT;
}

/* At the last record of the additional section; false: there is none. */
static bool go_to_last(struct reader *reader)
{
	reader_skip(reader, 4);
	const unsigned questions = reader_u16(reader);
	unsigned records = reader_u16(reader);
	records += reader_u16(reader);
	const unsigned additional = reader_u16(reader);
	records += additional;
	for (unsigned i = 0; i < questions && reader->error == OK; i++) {
		skip_name(reader);
		reader_skip(reader, QUESTION_FIXED_OCTETS);
	}
	for (unsigned i = 1; i < records && reader->error == OK; i++) {
		skip_name(reader);
		reader_skip(reader, 8);
		reader_skip(reader, reader_u16(reader));
	}
	return reader->error == OK && additional > 0;
}

int tsig_find(const uint8_t *wire, size_t size, struct tsig *ret_tsig)
{
	struct tsig tsig = {.error = 0};
	struct reader reader;
	reader_init(&reader, wire, size);
	if (!go_to_last(&reader))
		return ERR_NOT_FOUND;
	tsig.offset = reader_offset(&reader);
	read_name(&reader, tsig.key.octets);
	const uint16_t type = reader_u16(&reader);
	const uint16_t class = reader_u16(&reader);
	const uint32_t ttl = reader_u32(&reader);
	const uint16_t rdata_size = reader_u16(&reader);
	const uint8_t *rdata = reader_octets(&reader, rdata_size);
	if (rdata == NULL || type != TYPE_TSIG)
		return ERR_NOT_FOUND;
	if (class != CLASS_ANY || ttl != 0 || reader_left(&reader) > 0)
		return ERR_FORMAT;
	name_lower(tsig.key.octets);
	const int error = read_rdata(rdata, rdata_size, &tsig);
	if (error == OK)
		*ret_tsig = tsig;
	return error;
}

enum tsig_algorithm tsig_algorithm_of(const struct tsig *tsig)
{
	enum tsig_algorithm algorithm = 0;
	while (algorithm < TSIG_ALGORITHM_COUNT &&
	       !name_equal(tsig->algorithm.octets, tsig_algorithm_name(algorithm)))
		algorithm++;
	return algorithm;
}

/* ---- the MAC ---- */

static void put_time(struct writer *writer, uint64_t time_s)
{
	writer_u16(writer, (uint16_t)(time_s >> 32));
	writer_u32(writer, (uint32_t)time_s);
}

/* RFC 8945 s4.3.3 */
static int add_variables(gnutls_hmac_hd_t hmac, const struct tsig *tsig)
{
	uint8_t octets[2 * NAME_MAX_OCTETS + VARIABLES_OCTETS];
	struct writer writer;
	writer_init(&writer, octets, sizeof(octets));
	writer_octets(&writer, tsig->key.octets, name_size(tsig->key.octets));
	writer_u16(&writer, CLASS_ANY);
	writer_u32(&writer, 0);
	writer_octets(&writer, tsig->algorithm.octets, name_size(tsig->algorithm.octets));
	put_time(&writer, tsig->time_s);
	writer_u16(&writer, tsig->fudge_s);
	writer_u16(&writer, tsig->error);
	writer_u16(&writer, tsig->other_size);
	assert(writer.error == OK);
	int failed = gnutls_hmac(hmac, octets, writer_used(&writer));
	if (failed == 0 && tsig->other_size > 0)
		failed = gnutls_hmac(hmac, tsig->other, tsig->other_size);
	return failed;
}

static int add_request(gnutls_hmac_hd_t hmac, const struct tsig_mac *request)
{
	const uint8_t size[2] = {0, request->size};
	const int failed = gnutls_hmac(hmac, size, sizeof(size));
	return failed == 0 ? gnutls_hmac(hmac, request->octets, request->size) : failed;
}

/* Of `wire` up to tsig->offset, where the record stands already when it has a MAC. */
static int make_mac(const struct tsig_key *key, const struct tsig *tsig, const uint8_t *wire,
		    const struct tsig_mac *request, struct tsig_mac *ret_mac)
{
	const gnutls_mac_algorithm_t algorithm = hmac_of(tsig_algorithm_of(tsig));
	const size_t size = gnutls_hmac_get_len(algorithm);
	uint8_t header[MESSAGE_HEADER_OCTETS];
	gnutls_hmac_hd_t hmac;
	assert(tsig->offset >= sizeof(header) && size <= TSIG_MAC_MAX && key->secret_size > 0);
	memcpy(header, wire, sizeof(header));
	header[0] = (uint8_t)(tsig->original_id >> 8);
	header[1] = (uint8_t)tsig->original_id;
	/* Where the record stands already it is not counted. */
	const unsigned counted = (unsigned)header[ARCOUNT_OFFSET] << 8 | header[ARCOUNT_OFFSET + 1];
	const unsigned count = tsig->mac != NULL ? counted - 1 : counted;
	header[ARCOUNT_OFFSET] = (uint8_t)(count >> 8);
	header[ARCOUNT_OFFSET + 1] = (uint8_t)count;
	if (size == 0 || gnutls_hmac_init(&hmac, algorithm, key->secret, key->secret_size) != 0)
		return ERR_UNSUPPORTED;
	int failed = request != NULL ? add_request(hmac, request) : 0;
	if (failed == 0)
		failed = gnutls_hmac(hmac, header, sizeof(header));
	if (failed == 0 && tsig->offset > sizeof(header))
		failed = gnutls_hmac(hmac, wire + sizeof(header), tsig->offset - sizeof(header));
	if (failed == 0)
		failed = add_variables(hmac, tsig);
	gnutls_hmac_deinit(hmac, ret_mac->octets);
	ret_mac->size = (uint8_t)size;
	return failed == 0 ? OK : ERR_UNSUPPORTED;
}

bool tsig_verify(const struct tsig_key *key, const struct tsig *tsig, const uint8_t *wire,
		 const struct tsig_mac *request)
{
	struct tsig_mac mac;
	assert(tsig->mac != NULL);
	if (tsig_algorithm_of(tsig) == TSIG_ALGORITHM_COUNT ||
	    !name_equal(tsig->key.octets, key->name.octets))
		return false;
	const bool fits = make_mac(key, tsig, wire, request, &mac) == OK &&
			  mac.size == tsig->mac_size &&
			  gnutls_memcmp(mac.octets, tsig->mac, mac.size) == 0;
	explicit_bzero(&mac, sizeof(mac));
	return fits;
}

/* ---- writing ---- */

static int append(const struct tsig *tsig, const struct tsig_mac *mac, struct tsig_wire *wire)
{
	struct writer writer;
	const size_t algorithm_size = name_size(tsig->algorithm.octets);
	writer_init(&writer, wire->octets + wire->size, wire->room - wire->size);
	writer_octets(&writer, tsig->key.octets, name_size(tsig->key.octets));
	writer_u16(&writer, TYPE_TSIG);
	writer_u16(&writer, CLASS_ANY);
	writer_u32(&writer, 0);
	writer_u16(&writer, (uint16_t)(algorithm_size + 16u + mac->size));
	writer_octets(&writer, tsig->algorithm.octets, algorithm_size);
	put_time(&writer, tsig->time_s);
	writer_u16(&writer, tsig->fudge_s);
	writer_u16(&writer, mac->size);
	writer_octets(&writer, mac->octets, mac->size);
	writer_u16(&writer, tsig->original_id);
	writer_u16(&writer, tsig->error);
	writer_u16(&writer, 0);
	if (writer.error != OK)
		return writer.error;
	uint8_t *count = wire->octets + ARCOUNT_OFFSET;
	const unsigned counted = ((unsigned)count[0] << 8 | count[1]) + 1;
	count[0] = (uint8_t)(counted >> 8);
	count[1] = (uint8_t)counted;
	wire->size += writer_used(&writer);
	return OK;
}

int tsig_sign(const struct tsig_key *key, const struct tsig_terms *terms, struct tsig_wire *wire,
	      struct tsig_mac *ret_mac)
{
	struct tsig tsig = {
		.key = key->name,
		.time_s = terms->time_s,
		.fudge_s = TSIG_FUDGE_S,
		.original_id = terms->original_id,
		.offset = wire->size,
	};
	struct tsig_mac mac;
	assert(wire->size >= MESSAGE_HEADER_OCTETS && wire->size <= wire->room);
	(void)name_copy(tsig.algorithm.octets,
			tsig_algorithm_name((enum tsig_algorithm)terms->algorithm));
	int error = make_mac(key, &tsig, wire->octets, terms->request, &mac);
	if (error == OK)
		error = append(&tsig, &mac, wire);
	if (error == OK)
		*ret_mac = mac;
	return error;
}

int tsig_refuse(const struct tsig *asked, uint16_t error, struct tsig_wire *wire)
{
	const struct tsig_mac none = {.size = 0};
	struct tsig tsig = *asked;
	assert(wire->size >= MESSAGE_HEADER_OCTETS && wire->size <= wire->room);
	tsig.error = error;
	return append(&tsig, &none, wire);
}
