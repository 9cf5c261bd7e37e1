/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is known of a domain's mail, found once for all checks of it: the evaluators of dns/policy,
 * replayed over the look-ups of the observation. What was not looked up, or brought no answer, is
 * not known; a check that rests on it was not measured.
 *
 * An alias at the domain itself, which no zone may have (RFC 1034 s3.6.2), hides all of its own
 * records: then nothing is known, and SERVER-APEX-ALIAS says why.
 */
#ifndef JUDGE_CHECK_MAIL_FACTS_H
#define JUDGE_CHECK_MAIL_FACTS_H

#include "dns/policy/dmarc.h"
#include "dns/policy/exchangers.h"
#include "dns/policy/spf_walk.h"
#include "judge/check/evidence.h"
#include "judge/check/looked_up.h"
#include "judge/check/verdict.h"

#include <stdbool.h>
#include <stdint.h>

/* TXT records of one kind at one name. */
struct mail_texts {
	bool is_known;
	uint16_t count;
	const char *text; /* of the last one; NULL: none */
	size_t size;
	struct name name;
};

enum exchanger_state {
	EXCHANGER_UNKNOWN,
	EXCHANGER_FOUND,
	EXCHANGER_WITHOUT_ADDRESS, /* the name exists, with neither A nor AAAA */
	EXCHANGER_GONE,            /* the name does not exist */
};

struct exchanger_facts {
	const uint8_t *name;
	enum exchanger_state state;
	bool is_alias;
	const uint8_t *registrable; /* that does not exist, so anybody can register it; or NULL */
};

struct mail_facts {
	bool is_aliased;
	bool knows_exchangers;
	/* An MX record names somebody; or there is none, and the domain's own address takes its
	 * mail (RFC 5321 s5.1). */
	bool takes_mail;
	struct exchangers exchangers;
	struct exchanger_facts hosts[EXCHANGERS_MAX]; /* parallel to exchangers.items */
	struct spf_report spf;
	struct dmarc_report dmarc;
	struct mail_texts sts, tlsrpt;
};

struct verdicts;
/* What is wrong with one mail host; its sentence and evidence are the check's. */
typedef void mail_host_tell(const struct evidence *evidence, struct verdicts *verdicts,
			    const struct exchanger_facts *host);
/*
 * Tells of every host with a sound name that is as `is_it` says. Not measured where none is, and of
 * one it is not known.
 */
void mail_tell_hosts(const struct evidence *evidence, struct verdicts *verdicts,
		     bool (*is_it)(const struct exchanger_facts *host), mail_host_tell *tell);

/* ERR_MEMORY only. For an observation that looked at mail. */
MUST_CHECK int mail_facts_find(const struct evidence *evidence, struct mail_facts *ret_facts);
/* Answers of the observation, for an evaluator. */
struct policy_source evidence_source(const struct evidence *evidence);

/* What a name that does not exist is below and could be registered, as far as the scan looked;
 * NULL: nothing. A pointer into `name`. */
const uint8_t *evidence_registrable(const struct evidence *evidence, const uint8_t *name);

/* A verdict for each problem of that kind. The sentence is `before`, the name whose record it is,
 * `between`, and what is wrong. False: there is none. */
bool mail_spf_verdicts(const struct evidence *evidence, struct verdicts *verdicts,
		       enum spf_problem_kind kind, const char *before, const char *between);
/* "Not measured", where the policy is not known as a whole: for checks that found nothing. */
void mail_spf_unknown(const struct evidence *evidence, struct verdicts *verdicts);
/* Adds a look-up as evidence to the newest finding, told in one line. */
void verdict_lookup_evidence(struct verdicts *verdicts, const uint8_t *name, uint16_t type);

#endif
