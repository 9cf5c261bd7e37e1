/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/wire/canonical_private.h"
#include "dns/wire/fold_private.h"
#include "dns/wire/layout_private.h"
#include "dns/wire/name.h"
#include "dns/wire/span_private.h"

#include <assert.h>
#include <string.h>

/* RFC 1035 s4.1.4: 14 bits. */
#define POINTER_BITS 0xc0
#define POINTER_TARGETS 0x4000

void canonical_init(struct canonical *canonical, struct arena *arena, const uint8_t *wire,
		    size_t wire_size)
{
	assert(wire_size <= UINT16_MAX);
	canonical->arena = arena;
	canonical->wire = wire;
	canonical->wire_size = wire_size;
	canonical->steps_left = NAME_STEPS_MAX;
	canonical->bad_name = false;
	memset(canonical->known.keys, 0, sizeof(canonical->known.keys));
}

static void know(struct known_names *known, size_t offset, const uint8_t *name, size_t size)
{
	if (offset >= POINTER_TARGETS)
		return;
	assert(size >= 1 && size <= NAME_MAX_OCTETS);
	const size_t place = offset % KNOWN_NAMES;
	known->keys[place] = (uint16_t)(offset + 1);
	known->sizes[place] = (uint8_t)size;
	known->names[place] = name;
}

static bool find_known(const struct known_names *known, size_t offset, struct octets *ret_name)
{
	const size_t place = offset % KNOWN_NAMES;
	if (known->keys[place] != offset + 1)
		return false;
	*ret_name = (struct octets){known->names[place], known->sizes[place]};
	return true;
}

/* The span's name, whole and lower-cased; NULL when memory is out. */
static const uint8_t *take_lower(struct canonical *canonical, const struct name_span *span)
{
	if (span_is_canonical(canonical->wire, span))
		return canonical->wire + span->start;
	uint8_t *name = arena_take_octets(canonical->arena, span->size);
	if (name != NULL)
		span_expand_lower(canonical->wire, span, name);
	return name;
}

/* As span_read; ERR_LIMIT also when the message's names have taken too much. */
static int read_span(struct canonical *canonical, size_t offset, size_t limit,
		     struct name_span *ret_span)
{
	const int error = span_read(canonical->wire, limit, offset, ret_span);
	if (error != OK)
		return error;
	if (ret_span->steps > canonical->steps_left)
		return ERR_LIMIT;
	canonical->steps_left -= (uint32_t)ret_span->steps;
	return OK;
}

int canonical_name(struct canonical *canonical, size_t offset, size_t limit,
		   struct octets *ret_name, size_t *ret_next)
{
	const uint8_t *wire = canonical->wire;
	FILLED_BELOW struct name_span span;
	size_t key = offset;
	assert(limit <= canonical->wire_size && offset <= limit);
	if (limit - offset >= 2 && wire[offset] >= POINTER_BITS) {
		key = (size_t)(wire[offset] & 0x3f) << 8 | wire[offset + 1];
		/* Known names lie before here: a pointer to one is a pointer backwards. */
		if (key < offset && find_known(&canonical->known, key, ret_name)) {
			*ret_next = offset + 2;
			return OK;
		}
	}
	const int error = read_span(canonical, offset, limit, &span);
	if (error != OK)
		return error;
	const uint8_t *name = take_lower(canonical, &span);
	if (name == NULL)
		return ERR_MEMORY;
	know(&canonical->known, key, name, span.size);
	*ret_name = (struct octets){name, span.size};
	*ret_next = span.next;
	return OK;
}

/* What reading RDATA found out, before anything is copied. */
struct shape {
	size_t size;       /* in canonical form */
	bool is_canonical; /* as it stands in the message */
	size_t name_count;
	enum field kinds[LAYOUT_NAMES_MAX];
	struct name_span names[LAYOUT_NAMES_MAX];
};

static int measure_name(struct canonical *canonical, enum field kind, size_t *at, size_t end,
			struct shape *shape)
{
	assert(shape->name_count < LAYOUT_NAMES_MAX);
	struct name_span *span = &shape->names[shape->name_count];
	if (read_span(canonical, *at, end, span) != OK) {
		canonical->bad_name = true;
		return ERR_FORMAT;
	}
	shape->kinds[shape->name_count++] = kind;
	shape->size += span->size;
	if (span->compressed ||
	    (kind != FIELD_NAME_CASED && !span_is_canonical(canonical->wire, span)))
		shape->is_canonical = false;
	*at = span->next;
	return OK;
}

static int measure(struct canonical *canonical, const struct layout *layout, size_t at, size_t end,
		   struct shape *ret_shape)
{
	struct shape *shape = ret_shape;
	shape->size = 0;
	shape->is_canonical = true;
	shape->name_count = 0;
	for (size_t i = 0; i < LAYOUT_FIELDS_MAX && layout->fields[i] != FIELD_END; i++) {
		const enum field field = (enum field)layout->fields[i];
		size_t size = field_fixed_size(field);
		if (field_is_name(field)) {
			if (measure_name(canonical, field, &at, end, shape) != OK)
				return ERR_FORMAT;
			continue;
		}
		if (size > end - at)
			return ERR_FORMAT;
		if (size == 0 && field_measure(field, canonical->wire + at, end - at, &size) != OK)
			return ERR_FORMAT;
		shape->size += size;
		at += size;
	}
	/* Expansion may pass what RDLENGTH can say: 65,535. */
	return at == end && shape->size <= UINT16_MAX ? OK : ERR_FORMAT;
}

/* Copies with names expanded, and remembers where they are. */
static void write_canonical(struct canonical *canonical, const struct shape *shape, size_t at,
			    size_t end, uint8_t *target)
{
	const uint8_t *wire = canonical->wire;
	uint8_t *next = target;
	for (size_t i = 0; i < shape->name_count; i++) {
		const struct name_span *span = &shape->names[i];
		assert(at <= span->start);
		memcpy(next, wire + at, span->start - at);
		next += span->start - at;
		if (shape->kinds[i] == FIELD_NAME_CASED) {
			span_expand(wire, span, next);
		} else {
			span_expand_lower(wire, span, next);
			know(&canonical->known, span->start, next, span->size);
		}
		next += span->size;
		at = span->next;
	}
	memcpy(next, wire + at, end - at);
	assert((size_t)(next - target) + (end - at) == shape->size);
}

/* NS, CNAME, PTR, ...: the RDATA is the name, so a known one serves as it is. */
static int canonical_one_name(struct canonical *canonical, size_t offset, size_t end,
			      struct octets *ret_rdata)
{
	FILLED_BELOW struct octets name;
	size_t next;
	const int error = canonical_name(canonical, offset, end, &name, &next);
	if (error == ERR_MEMORY)
		return error;
	canonical->bad_name = error != OK;
	if (error != OK || next != end)
		return ERR_FORMAT;
	/* Records that follow may point here. */
	if (canonical->wire[offset] >= POINTER_BITS)
		know(&canonical->known, offset, name.data, name.size);
	*ret_rdata = name;
	return OK;
}

/* Any layout: measured first, and copied only where a name is to be written differently. */
static int canonical_fields(struct canonical *canonical, const struct layout *layout, size_t offset,
			    size_t size, struct octets *ret_rdata)
{
	FILLED_BELOW struct shape shape;
	const int error = measure(canonical, layout, offset, offset + size, &shape);
	if (error != OK)
		return error;
	if (shape.is_canonical) {
		assert(shape.size == size);
		*ret_rdata = (struct octets){canonical->wire + offset, size};
		return OK;
	}
	uint8_t *copy = arena_take_octets(canonical->arena, shape.size);
	if (copy == NULL)
		return ERR_MEMORY;
	write_canonical(canonical, &shape, offset, offset + size, copy);
	*ret_rdata = (struct octets){copy, shape.size};
	return OK;
}

int canonical_rdata(struct canonical *canonical, size_t offset, size_t size, uint16_t type,
		    struct octets *ret_rdata)
{
	const struct layout *layout = layout_get(type);
	const enum field first = (enum field)layout->fields[0];
	assert(offset <= canonical->wire_size && size <= canonical->wire_size - offset);
	canonical->bad_name = false;
	/* The short ways: addresses and opaque data, names alone. */
	if (first == FIELD_END || (layout->fields[1] == FIELD_END && field_fixed_size(first) > 0)) {
		if (first != FIELD_END && field_fixed_size(first) != size)
			return ERR_FORMAT;
		*ret_rdata = (struct octets){canonical->wire + offset, size};
		return OK;
	}
	if (layout->fields[1] == FIELD_END && (first == FIELD_NAME || first == FIELD_NAME_LOWER))
		return canonical_one_name(canonical, offset, offset + size, ret_rdata);
	return canonical_fields(canonical, layout, offset, size, ret_rdata);
}
