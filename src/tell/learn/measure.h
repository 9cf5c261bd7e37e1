/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Measuring inside a lesson's world: by dsfi itself, started anew as `dsfi resolve` and `dsfi
 * check`, whose JSON Lines are read. So a lesson is passed by what anybody else would find.
 *
 * Errors: ERR_IO when the program cannot be started or says what cannot be read.
 */
#ifndef TELL_LEARN_MEASURE_H
#define TELL_LEARN_MEASURE_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Keys of a zone in a roll, DS of it: a handful. */
#define MEASURED_TAGS_MAX 16

/* What a resolver that validates finds of one name and type. */
struct measured {
	bool is_found;       /* there are records */
	bool is_unreachable; /* nobody answered, or not in a way that could be used */
	bool is_bogus;
	bool is_secure;
	struct text records;              /* RDATA as zone files have it, one a line */
	struct text reason;               /* why it is not secure */
	uint16_t tags[MEASURED_TAGS_MAX]; /* of DNSKEY, DS, CDS records */
	size_t tag_count;
	uint16_t signers[MEASURED_TAGS_MAX]; /* key tags of their signatures */
	size_t signer_count;
	uint32_t ttl_s;
};

void measured_init(struct measured *measured);
void measured_release(struct measured *measured);
bool measured_has_tag(const uint16_t *tags, size_t count, uint16_t tag);

/* Asks for `name` with each of `count` types; `ret_measured` has as many, initialised. */
MUST_CHECK int measure_names(const char *name, const char *const *types, size_t count,
			     struct measured *ret_measured);
MUST_CHECK int measure_name(const char *name, const char *type, struct measured *ret_measured);

/* What `dsfi check` says of a domain. */
struct checked;
/* With --own, and for mail with --connect. `profile` is one of `dsfi check --profile`. */
MUST_CHECK int measure_domain(const char *domain, const char *profile,
			      struct checked **ret_checked);
void checked_free(struct checked *checked);
/* Was the domain found delegated? */
bool checked_is_delegated(const struct checked *checked);
/* Could the check be made? */
bool checked_was_made(const struct checked *checked, const char *code);
/* The index-th finding at or above a severity, NULL behind the last: its sentence, and its code. */
const char *checked_finding(const struct checked *checked, const char *severity, size_t index,
			    const char **ret_code);

/* Runs this program with arguments (the first is its name), with what it prints in `text`. */
MUST_CHECK int measure_run(const char *const *arguments, struct text *text);

#endif
