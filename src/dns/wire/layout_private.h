/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of record types: number, mnemonic, and what the RDATA consists of. Checking,
 * canonical form, compression, and both directions of presentation form are driven by it, so a new
 * record type is one row in layout.c.
 *
 * A type without fields is opaque: its RDATA is taken as it is and written as RFC 3597 s5 says.
 */
#ifndef DNS_WIRE_LAYOUT_PRIVATE_H
#define DNS_WIRE_LAYOUT_PRIVATE_H

#include "base/error.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Three kinds of name. A sender compresses only those of RFC 1035 (RFC 3597 s4); a reader expands
 * any, since what can be read is read. Lower-cased are those that RFC 4034 s6.2 lists without HINFO
 * (which holds none) and NSEC, struck out by RFC 6840 s5.1; types newer than that list keep their
 * case (RFC 3597 s7): SVCB, HTTPS, DSYNC, LP.
 */
enum field {
	FIELD_END,
	FIELD_NAME,       /* lower-cased, sent compressed */
	FIELD_NAME_LOWER, /* lower-cased, sent whole */
	FIELD_NAME_CASED, /* case kept, sent whole */
	FIELD_U8,
	FIELD_U16,
	FIELD_U32,
	FIELD_TYPE,   /* a record type by its mnemonic */
	FIELD_SCHEME, /* DSYNC's scheme: NOTIFY or a number */
	FIELD_TIME,   /* YYYYMMDDHHmmSS, RFC 4034 s3.2 */
	FIELD_IPV4,
	FIELD_IPV6,
	FIELD_EUI48, /* RFC 7043 */
	FIELD_EUI64,
	FIELD_LOCATOR,    /* 64 bits as four groups, RFC 6742 */
	FIELD_STRING,     /* one character-string */
	FIELD_STRINGS,    /* one or more, to the end */
	FIELD_TAG,        /* CAA's property: letters and digits, RFC 8659 s4.1 */
	FIELD_TEXT,       /* octets to the end as one quoted string */
	FIELD_SALT,       /* length octet and octets, hexadecimal or "-" */
	FIELD_HASH,       /* length octet and octets, base32hex */
	FIELD_HEX,        /* octets to the end */
	FIELD_BASE64,     /* octets to the end */
	FIELD_REST,       /* octets to the end that have no presentation form here */
	FIELD_BITMAP,     /* RFC 4034 s4.1.2, may be empty */
	FIELD_PARAMETERS, /* SvcParams, RFC 9460 s2.2 */
};

#define LAYOUT_FIELDS_MAX 10 /* RRSIG has 9 */
/* Names in one RDATA: SOA, MINFO, RP, PX. */
#define LAYOUT_NAMES_MAX 2

struct layout {
	const char *mnemonic; /* NULL: unassigned */
	uint8_t fields[LAYOUT_FIELDS_MAX];
};

/* Never NULL: an unknown type has neither mnemonic nor fields. */
const struct layout *layout_get(uint16_t type);
/* Finds a mnemonic in any case; returns false when there is none. */
bool layout_find(const char *mnemonic, uint16_t *ret_type);

static inline bool layout_is_opaque(const struct layout *layout)
{
	return layout->fields[0] == FIELD_END;
}

static inline bool field_is_name(enum field field)
{
	return field >= FIELD_NAME && field <= FIELD_NAME_CASED;
}

/* Octets of a field of fixed size; zero when the size depends on the content. */
static inline size_t field_fixed_size(enum field field)
{
	static const uint8_t sizes[] = {
		[FIELD_U8] = 1,     [FIELD_U16] = 2,   [FIELD_U32] = 4,     [FIELD_TYPE] = 2,
		[FIELD_SCHEME] = 1, [FIELD_TIME] = 4,  [FIELD_IPV4] = 4,    [FIELD_IPV6] = 16,
		[FIELD_EUI48] = 6,  [FIELD_EUI64] = 8, [FIELD_LOCATOR] = 8, [FIELD_PARAMETERS] = 0,
	};
	static_assert(sizeof(sizes) == FIELD_PARAMETERS + 1, "every field has a place");
	return sizes[field];
}

/*
 * Octets of the field that begins at `octets`, of which `left` are left in the RDATA; names are
 * uncompressed. ERR_SHORT or ERR_FORMAT when the octets do not fit the field.
 */
MUST_CHECK int field_measure(enum field field, const uint8_t *octets, size_t left,
			     size_t *ret_size);

#endif
