/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Domain names in uncompressed wire form (RFC 1035 s3.1): length octets and labels, ending with the
 * root's zero octet, at most 255 octets. A name is a `const uint8_t *`; its length is found by
 * walking it, so it must be well-formed: every name that comes out of this room is.
 * "Lower" functions fold ASCII letters only (RFC 4343).
 */
#ifndef DNS_WIRE_NAME_H
#define DNS_WIRE_NAME_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAME_MAX_OCTETS 255 /* RFC 1035 s2.3.4 */
#define NAME_MAX_LABELS 128 /* 127 labels of one octet, and the root */
#define LABEL_MAX_OCTETS 63
/* Every octet escaped as \DDD, dots, the final NUL. */
#define NAME_TEXT_MAX 1024

/* A name by value. */
struct name {
	uint8_t octets[NAME_MAX_OCTETS];
};

/* Octets including the root's; 1..255. */
size_t name_size(const uint8_t *name);
/* Labels without the root: "." 0, "example.com." 2. */
size_t name_labels(const uint8_t *name);
/* Copies; returns the size. */
size_t name_copy(uint8_t *target, const uint8_t *name);
size_t name_copy_lower(uint8_t *target, const uint8_t *name);
void name_lower(uint8_t *name);
bool name_equal(const uint8_t *left, const uint8_t *right);         /* case-insensitive */
bool name_equal_exactly(const uint8_t *left, const uint8_t *right); /* octet by octet */
/* Canonical order, RFC 4034 s6.1: <0, 0, >0. */
int name_compare(const uint8_t *left, const uint8_t *right);
/* True when equal, too. */
bool name_is_under(const uint8_t *name, const uint8_t *ancestor);
/* The name without its first label; the root gives itself. A pointer into `name`. */
const uint8_t *name_parent(const uint8_t *name);
/* The last `labels` labels of the name: name_suffix("a.b.c.", 1) is "c.". Pointer into `name`. */
const uint8_t *name_suffix(const uint8_t *name, size_t labels);
/* Labels in common, counted from the root. */
size_t name_common_labels(const uint8_t *left, const uint8_t *right);
bool name_is_wildcard(const uint8_t *name);
bool name_is_root(const uint8_t *name);
/* Letters, digits, hyphens (not first or last) and underscores nowhere: a host name, RFC 1123 s2.1.
 */
bool name_is_host(const uint8_t *name);
/* Is this label (length first) one that begins with "xn--" and encodes, and in the one way there
 * is, what IDNA2008 allows (RFC 5890 s2.3.2.1)? */
bool name_label_is_encoded(const uint8_t *label);
/* Where the names of an address stand: below in-addr.arpa (RFC 1035 s3.5) or ip6.arpa (RFC 3596
 * s2.5). `family` is 4 or 6. */
void name_reverse(unsigned family, const uint8_t *octets, struct name *ret_name);
/* "label" + name; ERR_LIMIT when it gets too long. */
MUST_CHECK int name_prepend(const uint8_t *label, size_t label_size, const uint8_t *name,
			    struct name *ret_name);

/*
 * Presentation form (RFC 1035 s5.1, \. and \DDD). A missing final dot is accepted: all names are
 * absolute. ERR_FORMAT, ERR_LIMIT (label or name too long) with a complaint (may be NULL).
 */
MUST_CHECK int name_from_text(const char *text, struct name *ret_name, struct complaint *complaint);
/*
 * As name_from_text, and UTF-8 labels are converted by IDNA2008 (RFC 5891); ret_converted says so.
 * ERR_FORMAT for what is rather a URL, an address, a mail address or a list, unless escaped.
 */
MUST_CHECK int name_from_user(const char *text, struct name *ret_name, bool *ret_converted,
			      struct complaint *complaint);
/* Always with the final dot. Returns ret_text. */
char *name_to_text(const uint8_t *name, char ret_text[NAME_TEXT_MAX]);

/*
 * Reads a possibly compressed name at `offset` of a message. Pointers must go backwards (RFC 1035
 * s4.1.4 "prior occurrence"), which ends every loop. `ret_next` is the offset after the name.
 * Writes at most 255 octets to ret_name, case kept.
 */
MUST_CHECK int name_read(const uint8_t *wire, size_t wire_size, size_t offset, uint8_t *ret_name,
			 size_t *ret_next);
/* Is this buffer of `size` octets exactly one well-formed uncompressed name? */
bool name_is_valid(const uint8_t *octets, size_t size);

#endif
