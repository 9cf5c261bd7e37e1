/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/build.h"

#include "base/bytes.h"
#include "dns/wire/fold_private.h"
#include "dns/wire/layout_private.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

#define POINTER_BITS 0xc000
/* Offsets a pointer can reach: 14 bits, RFC 1035 s4.1.4. */
#define POINTER_TARGETS 0x4000

int query_build(const struct query *query, uint8_t *buffer, size_t room, size_t *ret_size)
{
	assert((query->flags & FLAG_QR) == 0);
	assert(query->cookie_size == 0 || (query->edns && query->cookie != NULL));
	assert(query->cookie_size <= 40); /* RFC 7873 s4: 8 of client, 8 to 32 of server */
	assert(query->options_size == 0 || (query->edns && query->options != NULL));
	struct writer writer;
	writer_init(&writer, buffer, room);
	writer_u16(&writer, query->id);
	writer_u16(&writer, query->flags);
	writer_u16(&writer, 1);
	writer_u16(&writer, 0);
	writer_u16(&writer, 0);
	writer_u16(&writer, query->edns ? 1 : 0);
	writer_octets(&writer, query->name, name_size(query->name));
	writer_u16(&writer, query->type);
	writer_u16(&writer, query->class);
	if (query->edns) {
		writer_u8(&writer, 0); /* root */
		writer_u16(&writer, TYPE_OPT);
		writer_u16(&writer, query->udp_size != 0 ? query->udp_size : EDNS_UDP_OCTETS);
		writer_u16(&writer, query->edns_version); /* upper rcode bits, version */
		writer_u16(&writer,
			   (uint16_t)((query->dnssec_ok ? EDNS_FLAG_DO : 0) | query->edns_flags));
		writer_u16(&writer, (uint16_t)((query->cookie_size ? query->cookie_size + 4 : 0) +
					       query->options_size));
	}
	if (query->cookie_size > 0) {
		writer_u16(&writer, EDNS_COOKIE);
		writer_u16(&writer, (uint16_t)query->cookie_size);
		writer_octets(&writer, query->cookie, query->cookie_size);
	}
	if (query->options_size > 0)
		writer_octets(&writer, query->options, query->options_size);
	if (writer.error != OK)
		return writer.error;
	*ret_size = writer_used(&writer);
	return OK;
}

static void put_octets(struct builder *builder, const void *octets, size_t size)
{
	if (builder->error != OK)
		return;
	if (size > builder->room - builder->size) {
		builder->error = ERR_SHORT;
		return;
	}
	if (size == 0) /* RDATA may have no octets, and then no address either */
		return;
	memcpy(builder->wire + builder->size, octets, size);
	builder->size += size;
}

static void put_u16(struct builder *builder, uint16_t value)
{
	const uint8_t octets[2] = {(uint8_t)(value >> 8), (uint8_t)value};
	put_octets(builder, octets, sizeof(octets));
}

static void patch_u16(struct builder *builder, size_t at, uint16_t value)
{
	assert(at + 2 <= builder->size);
	builder->wire[at] = (uint8_t)(value >> 8);
	builder->wire[at + 1] = (uint8_t)value;
}

/* Is `name` what stands, perhaps compressed, at `at`? All of it was written here. */
static bool stands_at(const uint8_t *wire, size_t at, const uint8_t *name)
{
	for (;;) {
		while (wire[at] >= POINTER_BITS >> 8)
			at = (size_t)(wire[at] & 0x3f) << 8 | wire[at + 1];
		const size_t length = *name;
		if (wire[at] != length)
			return false;
		if (length == 0)
			return true;
		if (!octets_equal_folded(wire + at + 1, name + 1, length))
			return false;
		at += length + 1;
		name += length + 1;
	}
}

/* Offset of an earlier occurrence of `name`, or 0: the header's, where no name is. */
static uint16_t find_name(const struct builder *builder, const uint8_t *name)
{
	for (size_t i = 0; i < builder->name_count; i++) {
		/* What is remembered begins with a label: most differ in its length already. */
		const uint16_t offset = builder->name_offsets[i];
		if (builder->wire[offset] == *name && stands_at(builder->wire, offset, name))
			return offset;
	}
	return 0;
}

/* Every label written starts a name that later ones may end with. */
static void remember(struct builder *builder, size_t start, size_t end)
{
	for (size_t at = start; at < end; at += (size_t)builder->wire[at] + 1)
		if (builder->name_count < BUILDER_NAMES && at < POINTER_TARGETS)
			builder->name_offsets[builder->name_count++] = (uint16_t)at;
}

static void put_name(struct builder *builder, const uint8_t *name)
{
	const size_t start = builder->size;
	const uint8_t *rest = name;
	uint16_t known = 0;
	while (*rest != 0 && (known = find_name(builder, rest)) == 0)
		rest += (size_t)*rest + 1;
	put_octets(builder, name, (size_t)(rest - name));
	const size_t end = builder->size;
	if (known != 0)
		put_u16(builder, (uint16_t)(POINTER_BITS | known));
	else
		put_octets(builder, rest, 1);
	/* Only whole names can be found again. */
	if (builder->error == OK)
		remember(builder, start, end);
}

void builder_init(struct builder *builder, void *buffer, size_t room, uint16_t id, uint16_t flags)
{
	static const uint8_t counts[8];
	assert(buffer != NULL);
	*builder = (struct builder){.wire = buffer, .room = room};
	put_u16(builder, id);
	put_u16(builder, flags);
	put_octets(builder, counts, sizeof(counts));
}

/* What a message and its names looked like before something that may not fit. */
struct builder_mark builder_mark(const struct builder *builder)
{
	struct builder_mark mark = {.size = builder->size, .name_count = builder->name_count};
	memcpy(mark.counts, builder->counts, sizeof(mark.counts));
	return mark;
}

void builder_rewind(struct builder *builder, const struct builder_mark *mark)
{
	assert(mark->size <= builder->size && mark->name_count <= builder->name_count);
	builder->size = mark->size;
	builder->name_count = mark->name_count;
	memcpy(builder->counts, mark->counts, sizeof(builder->counts));
	builder->error = OK;
}

/* Takes back what was written since the mark, but not the error. */
static void take_back(struct builder *builder, const struct builder_mark *mark)
{
	const int error = builder->error;
	builder_rewind(builder, mark);
	builder->error = error;
}

void builder_question(struct builder *builder, const uint8_t *name, uint16_t type, uint16_t class)
{
	assert(builder->counts[0] == 0 && builder->size <= MESSAGE_HEADER_OCTETS);
	const struct builder_mark mark = builder_mark(builder);
	put_name(builder, name);
	put_u16(builder, type);
	put_u16(builder, class);
	if (builder->error != OK)
		take_back(builder, &mark);
	else
		builder->counts[0]++;
}

/* RDATA with the names compressed that may be: RFC 3597 s4. */
static void put_rdata(struct builder *builder, const struct record *record)
{
	const struct layout *layout = layout_get(record->type);
	const uint8_t *octets = record->rdata;
	size_t left = record->rdata_size;
	for (size_t i = 0; left > 0 && layout->fields[i] != FIELD_END; i++) {
		size_t size;
		/* The caller may serve malformed RDATA on purpose: the rest goes out as it is. */
		if (field_measure((enum field)layout->fields[i], octets, left, &size) != OK)
			break;
		if (layout->fields[i] == FIELD_NAME)
			put_name(builder, octets);
		else
			put_octets(builder, octets, size);
		octets += size;
		left -= size;
	}
	put_octets(builder, octets, left);
}

/* Type, class, TTL and room for RDLENGTH. */
static void put_head(struct builder *builder, const struct record *record)
{
	uint8_t head[10];
	struct writer writer;
	writer_init(&writer, head, sizeof(head));
	writer_u16(&writer, record->type);
	writer_u16(&writer, record->class);
	writer_u32(&writer, record->ttl);
	writer_u16(&writer, 0);
	assert(writer.error == OK && writer_left(&writer) == 0);
	put_octets(builder, head, sizeof(head));
}

void builder_record(struct builder *builder, enum section section, const struct record *record)
{
	assert((unsigned)section < SECTION_COUNT);
	for (size_t later = (size_t)section + 2; later < 4; later++)
		assert(builder->counts[later] == 0);
	const struct builder_mark mark = builder_mark(builder);
	put_name(builder, record->owner);
	put_head(builder, record);
	const size_t length_at = builder->size - 2;
	put_rdata(builder, record);
	if (builder->error == OK && builder->counts[section + 1] == UINT16_MAX)
		builder->error = ERR_SHORT;
	if (builder->error != OK) {
		take_back(builder, &mark);
		return;
	}
	patch_u16(builder, length_at, (uint16_t)(builder->size - length_at - 2));
	builder->counts[section + 1]++;
}

void builder_opt(struct builder *builder, const struct edns *edns, uint16_t rcode)
{
	assert(rcode <= 0xfff); /* RFC 6891 s6.1.3: 12 bits */
	assert(edns->options != NULL || edns->options_size == 0);
	const struct record opt = {
		.owner = (const uint8_t *)"",
		.rdata = edns->options_size > 0 ? edns->options : (const uint8_t *)"",
		.ttl = (uint32_t)rcode >> 4 << 24 | (uint32_t)edns->version << 16 | edns->flags,
		.type = TYPE_OPT,
		.class = edns->udp_size,
		.rdata_size = edns->options_size,
	};
	builder_record(builder, SECTION_ADDITIONAL, &opt);
}

size_t builder_finish(struct builder *builder, uint16_t rcode)
{
	if (builder->error != OK)
		return 0;
	assert(builder->size >= MESSAGE_HEADER_OCTETS);
	for (size_t i = 0; i < 4; i++)
		patch_u16(builder, 4 + 2 * i, builder->counts[i]);
	builder->wire[3] = (uint8_t)((builder->wire[3] & 0xf0) | (rcode & 15));
	return builder->size;
}
