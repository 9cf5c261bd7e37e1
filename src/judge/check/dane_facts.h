/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The domain's mail and web servers with the TLSA records that count for them, and how what a
 * server presented stands to those; for the checks of DANE and of mail over TLS.
 */
#ifndef JUDGE_CHECK_DANE_FACTS_H
#define JUDGE_CHECK_DANE_FACTS_H

#include "dns/dane/tlsa.h"
#include "judge/check/evidence.h"
#include "judge/check/looked_up.h"
#include "judge/check/verdict.h"

#include <stdbool.h>
#include <stdint.h>

/* As many mail servers as the scan looks at, the domain and its `www`. */
#define DANE_MAIL_HOSTS_MAX 10u
#define DANE_HOSTS_MAX (DANE_MAIL_HOSTS_MAX + 2u)

struct dane_host {
	enum tlsa_service service;
	uint16_t port;
	const uint8_t *host; /* as MX or the user says */
	const uint8_t *base; /* where its TLSA records are looked for (RFC 7672 s2.2.3) */
	struct name tlsa_name;
	struct looked_up tlsa;
	bool is_address_secure;
	bool is_secure;        /* there are TLSA records, with a chain of trust */
	uint16_t usable_count; /* of them, those that clients take */
};

struct dane_facts {
	struct dane_host hosts[DANE_HOSTS_MAX];
	uint8_t count;
	bool knows_mail; /* which mail servers there are */
};

/* Finds them; lives as long as the evidence. */
void dane_facts_find(const struct evidence *evidence, struct dane_facts *ret_facts);
/* For checks that found nothing: "not measured", unless everything that they rest on is known. */
void dane_unknown(const struct dane_facts *facts, struct verdicts *verdicts);

/* The next conversation with that host, any of its addresses; cursor starts at 0. */
const struct session *dane_next_session(const struct evidence *evidence,
					const struct dane_host *host, uint16_t *cursor);
/* The address and port of a conversation, as text in the arena; never NULL. */
const char *session_address(const struct evidence *evidence, const struct session *session);
/* Adds a conversation as evidence to the newest finding, told in one line. */
void verdict_session_evidence(struct verdicts *verdicts, const struct session *session);

/* How a certificate presented stands to the TLSA records: as the closest of them has it. */
enum dane_standing {
	DANE_STANDING_UNKNOWN, /* nothing was presented, or it cannot be told */
	DANE_STANDING_FITS,
	DANE_STANDING_EXPIRED,    /* DANE-TA or PKIX: but for the dates */
	DANE_STANDING_NAME,       /* DANE-TA or PKIX: but for the name */
	DANE_STANDING_INCOMPLETE, /* DANE-TA: its certificate is not presented */
	DANE_STANDING_MISMATCH,
};
/* A verdict for each address whose certificate stands so; the sentence is the host at its address,
 * and `predicate`. */
void dane_verdicts(const struct evidence *evidence, struct verdicts *verdicts,
		   enum dane_standing standing, const char *predicate);

#endif
