/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/watch_wire.h"

#include "daemon/scan_wire.h"

#include <assert.h>

#define HAS_DIGEST 1u
#define HAS_DOUBT 2u
#define IS_SILENT 4u
#define FLAGS_ALL 7u

static void write_name(struct writer *writer, const uint8_t *name)
{
	writer_octets(writer, name, name_size(name));
}

static const uint8_t *read_name(struct reader *reader)
{
	const uint8_t *name = reader->next;
	size_t size = 0;
	while (size < reader_left(reader) && name[size] != 0)
		size += name[size] + (size_t)1;
	size++;
	if (size > reader_left(reader) || !name_is_valid(name, size)) {
		reader_fail(reader, ERR_FORMAT);
		return NULL;
	}
	return reader_octets(reader, size);
}

static void read_digest(struct reader *reader, struct digest *ret_digest)
{
	const uint8_t *octets = reader_octets(reader, DIGEST_OCTETS);
	if (octets != NULL)
		memcpy(ret_digest->octets, octets, DIGEST_OCTETS);
}

/* ---- down ---- */

size_t wire_look_size(const struct look_target *target)
{
	return 5 + name_size(target->domain) + (target->has_digest ? DIGEST_OCTETS : 0u) +
	       (target->has_doubt ? DIGEST_OCTETS : 0u);
}

void wire_look_write(struct writer *writer, const struct look_target *target)
{
	assert(target->domain[0] != 0);
	writer_u32(writer, target->round);
	writer_u8(writer, (uint8_t)((target->has_digest ? HAS_DIGEST : 0u) |
				    (target->has_doubt ? HAS_DOUBT : 0u) |
				    (target->is_silent ? IS_SILENT : 0u)));
	write_name(writer, target->domain);
	if (target->has_digest)
		writer_octets(writer, target->digest.octets, DIGEST_OCTETS);
	if (target->has_doubt)
		writer_octets(writer, target->doubt.octets, DIGEST_OCTETS);
}

int wire_look_read(struct reader *reader, struct look_target *ret_target)
{
	struct look_target target = {0};
	if (reader->error == OK && reader_left(reader) == 0)
		return ERR_NOT_FOUND;
	target.round = reader_u32(reader);
	const uint8_t flags = reader_u8(reader);
	target.domain = read_name(reader);
	target.has_digest = (flags & HAS_DIGEST) != 0;
	target.has_doubt = (flags & HAS_DOUBT) != 0;
	target.is_silent = (flags & IS_SILENT) != 0;
	if (target.has_digest)
		read_digest(reader, &target.digest);
	if (target.has_doubt)
		read_digest(reader, &target.doubt);
	if (reader->error != OK || flags > FLAGS_ALL || target.domain[0] == 0)
		return ERR_FORMAT;
	*ret_target = target;
	return OK;
}

/* ---- up ---- */

static bool has_digest(enum look_outcome outcome)
{
	return outcome == LOOK_SEEN || outcome == LOOK_MOVED || outcome == LOOK_DIFFERS;
}

size_t wire_looked_size(const struct wire_looked *looked)
{
	if (looked->domain == NULL)
		return 5;
	return 5 + name_size(looked->domain) +
	       (looked->parent != NULL ? name_size(looked->parent) : 0u) + 1 +
	       (has_digest(looked->outcome) ? DIGEST_OCTETS + 19u : 0u);
}

void wire_looked_write(struct writer *writer, const struct wire_looked *looked)
{
	assert((looked->domain == NULL) == (looked->outcome == LOOK_SAME));
	writer_u32(writer, looked->count);
	writer_u8(writer, (uint8_t)looked->outcome);
	if (looked->domain == NULL)
		return;
	write_name(writer, looked->domain);
	writer_u8(writer, looked->parent != NULL);
	if (looked->parent != NULL)
		write_name(writer, looked->parent);
	if (!has_digest(looked->outcome))
		return;
	writer_octets(writer, looked->digest.octets, DIGEST_OCTETS);
	writer_u8(writer, looked->server.family);
	writer_octets(writer, looked->server.octets, sizeof(looked->server.octets));
	writer_u16(writer, looked->server.port);
}

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
	else if (family != ADDRESS_NONE)
		reader_fail(reader, ERR_FORMAT);
}

static void read_news(struct reader *reader, struct wire_looked *looked)
{
	looked->domain = read_name(reader);
	const uint8_t has_parent = reader_u8(reader);
	if (has_parent > 1)
		reader_fail(reader, ERR_FORMAT);
	if (has_parent == 1)
		looked->parent = read_name(reader);
	if (!has_digest(looked->outcome))
		return;
	read_digest(reader, &looked->digest);
	read_server(reader, &looked->server);
}

int wire_looked_read(struct reader *reader, struct wire_looked *ret_looked)
{
	struct wire_looked looked = {.count = reader_u32(reader)};
	const uint8_t outcome = reader_u8(reader);
	if (reader->error != OK || outcome > LOOK_OUTCOME_LAST || looked.count == 0)
		return ERR_FORMAT;
	looked.outcome = (enum look_outcome)outcome;
	if (looked.outcome != LOOK_SAME)
		read_news(reader, &looked);
	if (reader->error != OK || (looked.outcome != LOOK_SAME && looked.count != 1) ||
	    (looked.domain != NULL && looked.domain[0] == 0))
		return ERR_FORMAT;
	assert(reader_offset(reader) <= WIRE_LOOKED_OCTETS_MAX);
	*ret_looked = looked;
	return wire_finish(reader);
}
