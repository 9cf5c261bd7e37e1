/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Texts of one form, in what parties tell each other: domain names, addresses, prefixes, what to
 * look for, and words that people will read. One thing has one form, so that two who mean the same
 * write the same; and what is shown cannot act on a terminal or run backwards.
 */
#ifndef MODEL_FORMS_H
#define MODEL_FORMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A name as in a zone file (RFC 1035 s5.1), lower case, without the last dot; not the root. */
bool form_is_domain(const char *text);
/* `name` is `ancestor` or stands below it; both of the form above. */
bool form_is_under(const char *name, const char *ancestor);
/* RFC 5952, or four numbers. */
bool form_is_address(const char *text);

struct form_prefix {
	unsigned family; /* 4 or 6 */
	unsigned bits;
	uint8_t octets[16];
};
/* An address, a slash, a length; no bits behind it. An address alone where `may_be_address`. */
bool form_prefix_read(const char *text, bool may_be_address, struct form_prefix *ret_prefix);
bool form_prefix_covers(const struct form_prefix *prefix, const struct form_prefix *other);

/* "ns:ns1.example": a thing by which other cases of the same are found. Kinds: domain, ns, mx (a
 * name each), ip, prefix, as (a number), key (64 hexadecimal digits: SHA-256 of a DNSKEY). */
bool form_is_indicator(const char *text);

/* What people read: UTF-8, no control characters (line feeds where there may be lines), none that
 * turn the direction of what follows (UAX 9) or are not seen, not empty, no white space at the
 * ends. */
bool form_is_line(const char *text, size_t octets_max);
bool form_is_text(const char *text, size_t octets_max);
/* A time as time_to_text writes it. */
bool form_is_time(const char *text, int64_t *ret_unix_seconds);

#endif
