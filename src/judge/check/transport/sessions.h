/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The encrypted sessions with name servers, for the checks of this family: which there were, and
 * whether the server announced them (RFC 9461). Who announces nothing is tried over DoT and DoQ
 * all the same (RFC 9539), over DoH for its own operator only, and told off for nothing that he did
 * not offer.
 */
#ifndef JUDGE_CHECK_TRANSPORT_SESSIONS_H
#define JUDGE_CHECK_TRANSPORT_SESSIONS_H

#include "judge/check/looked_up.h"
#include "judge/check/verdict.h"

/* The next session of DoT, DoH or DoQ that says something of a server; cursor starts at 0. NULL at
 * the end. */
const struct session *sessions_next(const struct evidence *evidence, uint16_t *cursor);

/* A session as a check of it wants it. */
struct talk {
	const struct session *session;
	const struct view *view;         /* the server that it was with */
	const struct exchange *exchange; /* what was asked in it, or NULL */
};
/*
 * Has `tell` judge each session with one of the observation's servers; what was asked in it is the
 * evidence of what was told. Where there was no session at all it is not measured.
 */
void sessions_judge(const struct evidence *evidence, struct verdicts *verdicts,
		    void (*tell)(const struct evidence *evidence, struct verdicts *verdicts,
				 const struct talk *talk));
/* "DoT" */
const char *session_word(const struct session *session);
/* "timed out" */
const char *session_trouble(const struct session *session);

enum announced { ANNOUNCED_UNKNOWN, ANNOUNCED_NOT, ANNOUNCED };
/* Does the server's name announce that protocol, at the port that was tried? */
enum announced session_is_announced(const struct evidence *evidence, const struct session *session);

#endif
