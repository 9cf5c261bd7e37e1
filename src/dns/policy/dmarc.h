/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * DMARC policies (RFC 9989, which replaces RFC 7489): one record, and which record is in force for
 * a domain, by the walk up the tree (s4.10).
 *
 * What is wrong with a tag does not undo the record: receivers pass over it. So a record is read as
 * they read it, and what is wrong is told in words beside it.
 */
#ifndef DNS_POLICY_DMARC_H
#define DNS_POLICY_DMARC_H

#include "dns/policy/source.h"
#include "dns/policy/uri.h"

#include <stdbool.h>
#include <stdint.h>

enum dmarc_policy {
	DMARC_ABSENT, /* no such tag, or a value that nobody knows */
	DMARC_NONE,
	DMARC_QUARANTINE,
	DMARC_REJECT,
};

struct dmarc_record {
	uint8_t policy;           /* enum dmarc_policy: p */
	uint8_t subdomain_policy; /* sp */
	uint8_t absent_policy;    /* np: of names that do not exist */
	char psd;        /* 'y': a public suffix; 'n': an organisation; 'u': neither said */
	bool is_testing; /* t=y */
	bool is_usable;  /* a policy, or somebody to report to: else nobody heeds the record */
	uint8_t report_count, failure_count;
	struct policy_uri reports[POLICY_URIS_MAX];  /* rua */
	struct policy_uri failures[POLICY_URIS_MAX]; /* ruf */
	const char *fault; /* the first thing that is wrong; NULL: nothing */
};

/* Does the text begin with "v=DMARC1"? */
bool dmarc_is_record(const char *text, size_t size);
/* ERR_MEMORY only; the text must be a DMARC record. */
MUST_CHECK int dmarc_parse(struct arena *arena, const char *text, size_t size,
			   struct dmarc_record *ret_record);

/* Queries of one walk: the domain itself, then from seven labels up (s4.10). */
#define DMARC_WALK_MAX 8

/* One name of the walk that has records. */
struct dmarc_step {
	struct name name;      /* of which `_dmarc` was asked */
	uint16_t record_count; /* two or more count as none (s4.10) */
	struct dmarc_record record;
};

struct dmarc_report {
	bool is_complete; /* every name of the walk is known */
	bool is_own;      /* the record in force, or the several, are the domain's own */
	const struct dmarc_step *in_force; /* NULL: no policy */
	const struct dmarc_step *several;  /* the domain's own, when there are several */
	enum dmarc_policy policy; /* what it says of mail of this domain; ABSENT: nothing */
	struct name organisation; /* the organisational domain by the walk; the domain: no record */
	uint8_t step_count;
	struct dmarc_step *steps; /* in the order of the walk, in the arena */
};

/* ERR_MEMORY only. */
MUST_CHECK int dmarc_discover(struct arena *arena, const struct policy_source *source,
			      const uint8_t *domain, struct dmarc_report *ret_report);
/* `_dmarc` below a name; ERR_LIMIT: it would be too long. */
MUST_CHECK int dmarc_name(const uint8_t *domain, struct name *ret_name);
/* The name at which `host` says that it takes reports about `domain` (RFC 9990 s4). */
MUST_CHECK int dmarc_report_name(const uint8_t *domain, const uint8_t *host, struct name *ret_name);
/* Does one of the records say so? */
MUST_CHECK int dmarc_authorises(struct arena *arena, const struct policy_answer *answer,
				bool *ret_authorises);

#endif
