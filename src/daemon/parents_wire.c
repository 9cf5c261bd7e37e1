/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/parents_wire.h"

#include "daemon/scan_wire.h"

#include <assert.h>
#include <string.h>

#define WITHOUT_IPV4 1u
#define WITHOUT_IPV6 2u
#define WITHOUT_ALL 3u

/* ---- one address ---- */

size_t wire_parent_size(const struct wire_parent *parent)
{
	return WIRE_PARENT_FIXED_OCTETS + (size_t)parent->ns_size + parent->ds_size;
}

static void write_answer(struct writer *writer, const uint8_t *octets, uint16_t size)
{
	assert(size == 0 || (octets != NULL && size >= WIRE_ANSWER_OCTETS_MIN));
	writer_u16(writer, size);
	if (size > 0)
		writer_octets(writer, octets, size);
}

void wire_parent_write(struct writer *writer, const struct wire_parent *parent)
{
	assert(!parent->is_opted_out || (parent->ns_size == 0 && parent->ds_size == 0));
	writer_u16(writer, parent->domain);
	writer_u8(writer, parent->server.family);
	writer_octets(writer, parent->server.octets, sizeof(parent->server.octets));
	writer_u16(writer, parent->server.port);
	writer_u8(writer, parent->is_opted_out);
	write_answer(writer, parent->ns, parent->ns_size);
	write_answer(writer, parent->ds, parent->ds_size);
}

/* What a family does not use is zero: an address has one form. */
static void read_server(struct reader *reader, struct address *ret_server)
{
	const uint8_t family = reader_u8(reader);
	const uint8_t *octets = reader_octets(reader, sizeof(ret_server->octets));
	const uint16_t port = reader_u16(reader);
	if (octets == NULL)
		return;
	if (family == ADDRESS_IPV4)
		*ret_server = address_from_ipv4(octets, port);
	else if (family == ADDRESS_IPV6)
		*ret_server = address_from_ipv6(octets, port);
	else
		reader_fail(reader, ERR_FORMAT);
	if (reader->error == OK &&
	    memcmp(ret_server->octets, octets, sizeof(ret_server->octets)) != 0)
		reader_fail(reader, ERR_FORMAT);
}

static const uint8_t *read_answer(struct reader *reader, uint16_t *ret_size)
{
	const uint16_t size = reader_u16(reader);
	if (size > 0 && size < WIRE_ANSWER_OCTETS_MIN)
		reader_fail(reader, ERR_FORMAT);
	const uint8_t *octets = size > 0 ? reader_octets(reader, size) : NULL;
	*ret_size = octets != NULL ? size : 0;
	return octets;
}

int wire_parent_read(struct reader *reader, struct wire_parent *ret_parent)
{
	struct wire_parent parent = {.domain = reader_u16(reader)};
	read_server(reader, &parent.server);
	const uint8_t opted_out = reader_u8(reader);
	parent.is_opted_out = opted_out == 1;
	parent.ns = read_answer(reader, &parent.ns_size);
	parent.ds = read_answer(reader, &parent.ds_size);
	if (opted_out > 1 || (parent.is_opted_out && (parent.ns != NULL || parent.ds != NULL)))
		reader_fail(reader, ERR_FORMAT);
	const int error = wire_finish(reader);
	if (error == OK)
		*ret_parent = parent;
	return error;
}

/* ---- all of them ---- */

void wire_parents_write(struct writer *writer, const struct wire_parents *parents)
{
	writer_u16(writer, parents->domain);
	writer_u16(writer, parents->count);
	writer_u8(writer, (uint8_t)((parents->without_ipv4 ? WITHOUT_IPV4 : 0u) |
				    (parents->without_ipv6 ? WITHOUT_IPV6 : 0u)));
}

int wire_parents_read(struct reader *reader, struct wire_parents *ret_parents)
{
	struct wire_parents parents = {.domain = reader_u16(reader), .count = reader_u16(reader)};
	const uint8_t without = reader_u8(reader);
	parents.without_ipv4 = (without & WITHOUT_IPV4) != 0;
	parents.without_ipv6 = (without & WITHOUT_IPV6) != 0;
	if (without > WITHOUT_ALL)
		reader_fail(reader, ERR_FORMAT);
	const int error = wire_finish(reader);
	if (error == OK)
		*ret_parents = parents;
	return error;
}
