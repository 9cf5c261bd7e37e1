/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a check sees: one observation, its messages walked, and per server address the answers by
 * question. Built once per observation, read by every check; nothing in it changes afterwards.
 *
 * A server is *usable* when it answered the SOA question with NOERROR, with authority, and with the
 * domain's SOA. What is wrong with an unusable one is its `condition`, and exactly one check
 * reports it; checks of content look at usable servers only, so that one cause gives one finding.
 */
#ifndef JUDGE_CHECK_EVIDENCE_H
#define JUDGE_CHECK_EVIDENCE_H

#include "base/arena.h"
#include "base/error.h"
#include "dns/wire/message.h"
#include "model/observation.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum question {
	QUESTION_SOA,
	QUESTION_NS,
	QUESTION_DNSKEY,
	QUESTION_CDS,
	QUESTION_CDNSKEY,
	QUESTION_CSYNC,
	QUESTION_A,
	QUESTION_AAAA,
	QUESTION_MX,
	QUESTION_TXT,
	QUESTION_CAA,
	QUESTION_SOA_TCP,
	QUESTION_COUNT,
};

enum condition {
	CONDITION_NOT_ASKED,   /* nothing may be concluded */
	CONDITION_UNREACHABLE, /* no route from here: our side's limit, not the server's fault */
	CONDITION_USABLE,
	CONDITION_SILENT, /* nothing came, or the port is closed */
	CONDITION_LAME,   /* an answer without authority, or a referral upwards */
	CONDITION_ALIAS,  /* an alias in place of the zone's SOA */
	CONDITION_REFUSES,
	CONDITION_FAILS,
	CONDITION_WRONG_ID,
	CONDITION_OTHER_SOURCE, /* replies that would fit, from another address than was asked */
	CONDITION_GARBAGE,
};

/* An RRset with the exchange it came in. */
struct answer {
	const struct exchange *exchange; /* NULL: not asked */
	const struct message *message;   /* NULL: no readable answer */
	struct rrset rrset;              /* count 0: no such data in the answer section */
};

struct signatures;
struct mail_facts;

struct view {
	const struct server *server;
	const char *address; /* text */
	uint8_t index;
	enum condition condition;
	bool speaks_edns; /* signatures can be expected */
	struct answer answers[QUESTION_COUNT];
	const struct exchange **exchanges; /* all with this server, in the observation's order */
	uint16_t exchange_count;
};

struct evidence {
	const struct observation *observation;
	struct arena *arena;
	int64_t now_s;
	const char *domain;             /* presentation form */
	const struct message *messages; /* parallel to observation->messages */
	struct view *views;             /* parallel to observation->servers */
	uint8_t usable_count;
	uint8_t secure_ground_count;         /* usable and speaking EDNS */
	const struct message *parent;        /* the delegation's message, or NULL */
	const struct signatures *signatures; /* of judge/check/signatures.h */
	const struct mail_facts *mail;       /* of judge/check/mail_facts.h; NULL: nobody looked */
	struct rrset ds;                     /* at the parent; count 0: none */
	struct rrset parent_ns;              /* count 0: none */
};

/* ERR_MEMORY only. The evidence points into the observation; `signatures` and `mail` are left for
 * the judge. */
MUST_CHECK int evidence_prepare(struct arena *arena, const struct observation *observation,
				int64_t now_s, struct evidence *ret_evidence);

/* Is the domain delegated and at least one server usable? Else content cannot be judged. */
bool evidence_has_content(const struct evidence *evidence);
/* Did a question get to at least one server, whatever came back? Else nothing is known of any. */
bool evidence_reached_server(const struct evidence *evidence);
/* By address: whatever order the parent named them in tonight, one of them comes first. */
bool view_is_before(const struct view *left, const struct view *right);
/* Usable servers that speak EDNS and gave DNSKEYs; the ground of most DNSSEC checks. */
bool view_is_signed(const struct view *view);
bool evidence_is_signed(const struct evidence *evidence);
/* Does a validator look at the domain's signatures: is there a DS that it can follow? */
bool evidence_is_validated(const struct evidence *evidence);
/* Did any usable server that speaks EDNS say which keys the zone has, or that it has none? */
bool evidence_has_dnssec_ground(const struct evidence *evidence);
/* Is every key of the zone of an algorithm that we cannot verify? */
bool evidence_is_beyond_us(const struct evidence *evidence);
/* Is the server one of the parent's, named in the parent's NS set? */
bool evidence_names_at_parent(const struct evidence *evidence, const uint8_t *name);
/* The alias (CNAME) that the message gives, with authority, for the domain itself, or NULL. */
const struct record *evidence_apex_alias(const struct evidence *evidence,
					 const struct message *message);
/* This server's own exchange that brought a message; NULL when it gave no such message. */
const struct exchange *view_exchange_with(const struct view *view, uint16_t message);
/* The next name server in that state; cursor starts at 0. NULL at the end. */
const struct host *evidence_next_host(const struct evidence *evidence, enum host_state state,
				      uint8_t *cursor);
/* Did the look-up of every name server's addresses come to an end? */
bool evidence_knows_hosts(const struct evidence *evidence);
/* "ns1.example. A" -> text in the arena. */
const char *evidence_name(const struct evidence *evidence, const uint8_t *name);
uint16_t question_type(enum question question);

#endif
