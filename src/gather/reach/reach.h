/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Does a contact work? Tried as far as one can without sending anything to it, and only because a
 * party gave it for that:
 *
 *   mail      its mail hosts (MX, else the host's own address; RFC 5321 s5.1) are found from the
 *             root down, and asked up to RCPT TO, with STARTTLS where it is offered, then RSET and
 *             QUIT: no mail is begun
 *   webhook   its host must present a certificate for its name that holds (pki/certificate.h,
 *             trust_doubt); only then it is asked OPTIONS (RFC 9110 s9.3.7), so that a token in the
 *             URL goes to nobody else; of the answer the head is read and no more
 *
 *   document  the same, with one GET; what came is handed out, no redirect is followed
 *
 * Everything is asynchronous on one loop, bounded in octets and in time; none holds up another.
 * What others said is in the words as printable ASCII. Errors: ERR_MEMORY, ERR_ARGUMENT (the value
 * is none of its kind, with words).
 */
#ifndef GATHER_REACH_REACH_H
#define GATHER_REACH_REACH_H

#include "base/error.h"
#include "dns/resolver/resolver.h"
#include "net/loop.h"
#include "pki/certificate.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An address, a URL with a token in it: as long as a contact may be (model/contact.h). */
#define REACH_VALUE_MAX 512u
#define REACH_WORDS_MAX 400u

enum reach_kind { REACH_MAIL, REACH_WEBHOOK, REACH_DOCUMENT };

struct reach_settings {
	struct loop *loop;
	struct resolver *resolver;
	const struct trust *trust; /* whose certificates are believed */
	const char *sender;        /* of MAIL FROM; "": the null one (RFC 5321 s4.5.5) */
	int64_t now_s;             /* for dates of certificates */
	uint32_t timeout_ms;       /* of one contact, all that is tried for it together */
	bool takes_special;        /* private and other special addresses too: in a world */
	/* Who asked to be left alone, by address, and by name with all below it; each may be NULL.
	 */
	bool (*opted_out)(void *context, const struct address *address);
	bool (*opted_out_name)(void *context, const uint8_t *name);
	void *opted_out_context;
	const bool *has_unasked; /* may be NULL; true: the resolver left a name server alone */
};

struct reach;

/* All pointers must outlive it. ERR_ARGUMENT: the sender could not be said as it is. */
MUST_CHECK int reach_new(const struct reach_settings *settings, struct complaint *complaint,
			 struct reach **ret_reach);
/* Nobody is told anything after it. After resolver_free(). reach_free(NULL) is fine. */
void reach_free(struct reach *reach);

struct reach_order {
	enum reach_kind kind;
	const char *value;  /* copied */
	const char *accept; /* of a document: media types; static */
};

struct reach_result {
	bool worked;
	bool left_out;     /* it did not work without what its owner wants left alone: not known */
	const char *words; /* how it went: one sentence */
	/* Of a document that worked; during the call. */
	const uint8_t *body;
	size_t body_size;
};
typedef void reach_done(void *context, const struct reach_result *result);

/* `done` comes once, later. */
MUST_CHECK int reach_try(struct reach *reach, const struct reach_order *order, reach_done *done,
			 void *context, struct complaint *complaint);

#endif
