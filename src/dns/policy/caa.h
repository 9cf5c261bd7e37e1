/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CAA: which certification authorities may issue (RFC 8659), with the parameters of RFC 8657, and
 * for mail certificates (RFC 9495). An authority that cannot read a record must not issue where
 * the record is critical, so what is wrong with one is told in words.
 */
#ifndef DNS_POLICY_CAA_H
#define DNS_POLICY_CAA_H

#include "dns/policy/source.h"
#include "dns/wire/name.h"

#include <stdbool.h>
#include <stdint.h>

#define CAA_CRITICAL 0x80u /* RFC 8659 s4.1 */

enum caa_property {
	CAA_ISSUE,
	CAA_ISSUEWILD,
	CAA_ISSUEMAIL, /* RFC 9495 */
	CAA_IODEF,
	CAA_OTHER, /* registered, reserved, or nobody's */
};

struct caa_record {
	enum caa_property property;
	bool is_critical;
	bool forbids; /* issue, issuewild, issuemail: nobody may */
	const char *tag;
	uint8_t tag_size;
	const char *value;
	uint16_t value_size;
	const char *issuer; /* NULL: none */
	uint16_t issuer_size;
};

/* ERR_FORMAT with words in the arena; ERR_MEMORY. */
MUST_CHECK int caa_parse(struct arena *arena, const struct record *record,
			 struct caa_record *ret_record, const char **ret_words);

/* A walk up to the root: deeper names are nobody's. */
#define CAA_WALK_MAX 16
struct caa_report {
	bool is_complete;
	bool is_found;
	struct name where; /* whose records are in force */
	struct policy_answer answer;
};
/* The records in force for a domain: its own, else its parent's, ... (RFC 8659 s3). */
void caa_climb(const struct policy_source *source, const uint8_t *domain,
	       struct caa_report *ret_report);

#endif
