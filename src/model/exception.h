/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An exception or a dispute: what somebody says of a finding, or of a practice, that is not to be
 * mended for a time (exception), or that is not so (dispute). It never changes what was measured;
 * it is told beside it. Whoever records one says why, who they are and until when; an exception has
 * an end, so that none is forgotten. docs/except.md explains them to people.
 *
 * `whose` stands in the one form that exception_whose_from_text makes, so that equal ones are equal
 * octet by octet, except operators, which are compared without regard to case (ASCII) and a final
 * dot. All texts are UTF-8 without control characters: they are printed on terminals and pages.
 */
#ifndef MODEL_EXCEPTION_H
#define MODEL_EXCEPTION_H

#include "base/error.h"
#include "base/json.h"
#include "model/observation.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers are kept in stores. */
enum exception_kind { EXCEPTION_ACCEPTED = 1, EXCEPTION_DISPUTED };
enum exception_about {
	EXCEPTION_OF_CODE = 1, /* "SERVER-LAME", or all that begin alike: "DNSSEC-*" */
	EXCEPTION_OF_PRACTICE, /* a row of catalog/adoption */
};
enum exception_scope {
	EXCEPTION_FOR_DOMAIN = 1,
	EXCEPTION_FOR_SUFFIX,   /* the domain and all below it */
	EXCEPTION_FOR_OPERATOR, /* as the report calls it */
	EXCEPTION_FOR_SERVER,   /* an address, or a prefix: findings at such a server */
};

/* As long as the longest code a store keeps (struct store_count). */
#define EXCEPTION_WHAT_MAX 47u
/* The longest name in presentation form, and its end. */
#define EXCEPTION_WHOSE_ROOM 1024u
/* As the rules that name operators (OPERATOR_NAME_MAX_OCTETS) and room for a registered domain. */
#define EXCEPTION_OPERATOR_MAX 255u
/* A paragraph; whoever has more to say links to it. */
#define EXCEPTION_REASON_MAX 500u
/* A name, an address, a ticket. */
#define EXCEPTION_BY_MAX 120u
/* What holds longer than ten years is no exception; leap days included. */
#define EXCEPTION_LASTS_MAX_S ((int64_t)3653 * 86400)
/* A store's: a million domains of which every tenth has one. */
#define EXCEPTIONS_MAX 100000u

struct exception {
	int64_t number; /* the store gives it, from 1 on; never given twice */
	enum exception_kind kind;
	enum exception_about about;
	enum exception_scope scope;
	const char *what, *whose, *reason, *by;
	int64_t recorded_s;
	int64_t until_s;     /* the first second in which it no longer applies; 0: open (dispute) */
	int64_t withdrawn_s; /* 0: it was not */
	const char *withdrawn_by; /* NULL: it was not */
};

/* Is everything within its limits and in its form? ERR_ARGUMENT with words. */
MUST_CHECK int exception_check(const struct exception *exception, struct complaint *complaint);

MUST_CHECK int exception_check_by(const char *by, struct complaint *complaint); /* the same */

/* The form in which it is kept: names in lower case, IDNs as A-labels, with the final dot; prefixes
 * without bits behind their length. ERR_FORMAT, ERR_LIMIT with words. */
MUST_CHECK int exception_whose_from_text(enum exception_scope scope, const char *text,
					 char ret_whose[EXCEPTION_WHOSE_ROOM],
					 struct complaint *complaint);
/* RFC 3339: a date, which lasts to the end of that day in UTC, or a date-time, with Z or an offset.
 * ERR_FORMAT. */
MUST_CHECK int exception_until_from_text(const char *text, int64_t *ret_until_s);
/* The other way: the date where it ends with a day, "no end is set" for 0. */
#define EXCEPTION_UNTIL_ROOM TIME_TEXT_MAX
void exception_until_to_text(int64_t until_s, char ret_text[EXCEPTION_UNTIL_ROOM]);
/* "192.0.2.1" or "2001:db8::/32". ERR_FORMAT. */
MUST_CHECK int exception_prefix_from_text(const char *text, struct ip *ret_ip, uint8_t *ret_bits,
					  struct complaint *complaint);

enum exception_standing {
	EXCEPTION_NOT_YET, /* recorded after that time */
	EXCEPTION_IN_FORCE,
	EXCEPTION_EXPIRED,
	EXCEPTION_WITHDRAWN,
};
enum exception_standing exception_standing(const struct exception *exception, int64_t time_s);
const char *exception_standing_text(enum exception_standing standing); /* "in force" */

/* Is `code` what it is about? "DNSSEC-*" has all that begin with "DNSSEC-". */
bool exception_has_code(const struct exception *exception, const char *code);

/* "exception", "dispute"; "domain", "suffix", "operator", "server". */
const char *exception_kind_text(enum exception_kind kind);
const char *exception_scope_text(enum exception_scope scope);
/* "exception 4: DNSSEC-* of domain a.example., until 2027-01-31, by Ann: moves in January". */
void exception_to_words(const struct exception *exception, struct text *text);
/* Its members, into an object that is open; docs/format/exception.schema.json. */
void exception_members_to_json(const struct exception *exception, int64_t time_s,
			       struct json *json);

#endif
