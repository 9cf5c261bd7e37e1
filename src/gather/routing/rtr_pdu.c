/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gather/routing/field_private.h"
#include "gather/routing/rtr_pdu_private.h"

#include <assert.h>
#include <string.h>

struct type_row {
	const char *text;
	uint16_t bytes[RTR_VERSION_MAX + 1]; /* by version; 0: there is none */
	bool is_longer;                      /* `bytes` is the least */
};

static const struct type_row TYPES[] = {
	[RTR_SERIAL_NOTIFY] = {"Serial Notify", {12, 12}, false},
	[RTR_SERIAL_QUERY] = {"Serial Query", {12, 12}, false},
	[RTR_RESET_QUERY] = {"Reset Query", {8, 8}, false},
	[RTR_CACHE_RESPONSE] = {"Cache Response", {8, 8}, false},
	[RTR_IPV4_PREFIX] = {"IPv4 Prefix", {20, 20}, false},
	[RTR_IPV6_PREFIX] = {"IPv6 Prefix", {32, 32}, false},
	[RTR_END_OF_DATA] = {"End of Data", {12, 24}, false},
	[RTR_CACHE_RESET] = {"Cache Reset", {8, 8}, false},
	[RTR_ROUTER_KEY] = {"Router Key", {0, 32}, true},
	[RTR_ERROR_REPORT] = {"Error Report", {16, 16}, true},
};

static const struct type_row *row_of(uint8_t type)
{
	const size_t count = sizeof(TYPES) / sizeof(TYPES[0]);
	return type < count && TYPES[type].text != NULL ? &TYPES[type] : NULL;
}

const char *rtr_type_text(uint8_t type)
{
	const struct type_row *row = row_of(type);
	return row != NULL ? row->text : "PDU";
}

const char *rtr_error_text(uint16_t code)
{
	static const char *const TEXTS[] = {
		[RTR_CORRUPT_DATA] = "corrupt data",
		[RTR_INTERNAL_ERROR] = "internal error",
		[RTR_NO_DATA] = "no data available",
		[RTR_INVALID_REQUEST] = "invalid request",
		[RTR_UNSUPPORTED_VERSION] = "unsupported protocol version",
		[RTR_UNSUPPORTED_TYPE] = "unsupported PDU type",
		[RTR_WITHDRAWAL_OF_UNKNOWN] = "withdrawal of unknown record",
		[RTR_DUPLICATE_ANNOUNCEMENT] = "duplicate announcement received",
		[RTR_UNEXPECTED_VERSION] = "unexpected protocol version",
	};
	return code < sizeof(TEXTS) / sizeof(TEXTS[0]) ? TEXTS[code] : "unknown error";
}

int rtr_header_read(const uint8_t *octets, size_t size, struct rtr_pdu *ret_pdu)
{
	struct reader reader;
	reader_init(&reader, octets, size);
	struct rtr_pdu pdu = {0};
	pdu.version = reader_u8(&reader);
	pdu.type = reader_u8(&reader);
	pdu.number = reader_u16(&reader);
	pdu.length = reader_u32(&reader);
	if (reader.error == OK)
		*ret_pdu = pdu;
	return reader.error;
}

static int read_prefix(struct reader *reader, uint8_t family, struct rtr_pdu *pdu)
{
	const size_t octets = family == ADDRESS_IPV4 ? 4 : 16;
	const uint8_t flags = reader_u8(reader);
	pdu->vrp.prefix.family = family;
	pdu->vrp.prefix.bits = reader_u8(reader);
	pdu->vrp.max_length = reader_u8(reader);
	reader_skip(reader, 1);
	const uint8_t *address = reader_octets(reader, octets);
	if (address != NULL)
		memcpy(pdu->vrp.prefix.octets, address, octets);
	pdu->vrp.as = reader_u32(reader);
	pdu->is_announced = (flags & 1) != 0;
	const bool is_sound = route_prefix_is_sound(&pdu->vrp.prefix) &&
			      pdu->vrp.max_length >= pdu->vrp.prefix.bits &&
			      pdu->vrp.max_length <= octets * 8;
	return is_sound ? OK : ERR_FORMAT;
}

static int read_error_report(struct reader *reader, struct rtr_pdu *pdu)
{
	pdu->copy_size = reader_u32(reader);
	pdu->copy = reader_octets(reader, pdu->copy_size);
	pdu->text_size = reader_u32(reader);
	pdu->text = (const char *)reader_octets(reader, pdu->text_size);
	return reader_left(reader) == 0 ? OK : ERR_FORMAT;
}

static int read_body(struct reader *reader, struct rtr_pdu *pdu)
{
	switch (pdu->type) {
	case RTR_SERIAL_NOTIFY:
	case RTR_SERIAL_QUERY:
		pdu->serial = reader_u32(reader);
		return OK;
	case RTR_END_OF_DATA:
		pdu->serial = reader_u32(reader);
		if (pdu->version > 0) {
			pdu->refresh = reader_u32(reader);
			pdu->retry = reader_u32(reader);
			pdu->expire = reader_u32(reader);
		}
		return OK;
	case RTR_IPV4_PREFIX:
		return read_prefix(reader, ADDRESS_IPV4, pdu);
	case RTR_IPV6_PREFIX:
		return read_prefix(reader, ADDRESS_IPV6, pdu);
	case RTR_ERROR_REPORT:
		return read_error_report(reader, pdu);
	default:
		return OK;
	}
}

int rtr_pdu_read(const uint8_t *octets, size_t size, struct rtr_pdu *ret_pdu)
{
	struct rtr_pdu pdu;
	struct reader reader;
	int error = rtr_header_read(octets, size, &pdu);
	if (error != OK || pdu.length != size)
		return ERR_FORMAT;
	const struct type_row *row = row_of(pdu.type);
	if (pdu.version > RTR_VERSION_MAX || row == NULL || row->bytes[pdu.version] == 0)
		return ERR_UNSUPPORTED;
	const size_t bytes = row->bytes[pdu.version];
	if (size < bytes || (size > bytes && !row->is_longer))
		return ERR_FORMAT;
	reader_init(&reader, octets, size);
	reader_skip(&reader, RTR_HEADER_BYTES);
	error = read_body(&reader, &pdu);
	if (error != OK || reader.error != OK)
		return ERR_FORMAT;
	*ret_pdu = pdu;
	return OK;
}

static void write_prefix(struct writer *writer, const struct rtr_pdu *pdu)
{
	writer_u8(writer, pdu->is_announced);
	writer_u8(writer, pdu->vrp.prefix.bits);
	writer_u8(writer, pdu->vrp.max_length);
	writer_u8(writer, 0);
	writer_octets(writer, pdu->vrp.prefix.octets, pdu->type == RTR_IPV4_PREFIX ? 4 : 16);
	writer_u32(writer, pdu->vrp.as);
}

static void write_body(struct writer *writer, const struct rtr_pdu *pdu)
{
	if (pdu->type == RTR_SERIAL_NOTIFY || pdu->type == RTR_SERIAL_QUERY ||
	    pdu->type == RTR_END_OF_DATA)
		writer_u32(writer, pdu->serial);
	if (pdu->type == RTR_END_OF_DATA && pdu->version > 0) {
		writer_u32(writer, pdu->refresh);
		writer_u32(writer, pdu->retry);
		writer_u32(writer, pdu->expire);
	}
	if (pdu->type == RTR_IPV4_PREFIX || pdu->type == RTR_IPV6_PREFIX)
		write_prefix(writer, pdu);
	if (pdu->type == RTR_ERROR_REPORT) {
		writer_u32(writer, pdu->copy_size);
		writer_octets(writer, pdu->copy, pdu->copy_size);
		writer_u32(writer, pdu->text_size);
		writer_octets(writer, pdu->text, pdu->text_size);
	}
}

void rtr_pdu_write(struct writer *writer, const struct rtr_pdu *pdu)
{
	const struct type_row *row = row_of(pdu->type);
	assert(pdu->version <= RTR_VERSION_MAX && row != NULL && pdu->type != RTR_ROUTER_KEY);
	const uint32_t more = pdu->type == RTR_ERROR_REPORT ? pdu->copy_size + pdu->text_size : 0;
	writer_u8(writer, pdu->version);
	writer_u8(writer, pdu->type);
	writer_u16(writer, pdu->number);
	writer_u32(writer, row->bytes[pdu->version] + more);
	write_body(writer, pdu);
}
