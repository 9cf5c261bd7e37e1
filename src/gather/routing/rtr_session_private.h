/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the octets of a cache mean, without network and clock: PDUs cut out of the stream, held
 * against what was asked, collected, and applied when the answer is whole.
 *
 * The owner connects, sends rtr_session_query, hands in what comes, and does what the event says.
 */
#ifndef GATHER_ROUTING_RTR_SESSION_PRIVATE_H
#define GATHER_ROUTING_RTR_SESSION_PRIVATE_H

#include "gather/routing/rtr_facts.h"
#include "gather/routing/rtr_pdu_private.h"
#include "gather/routing/rtr_set_private.h"

/* Of the PDU that was wrong, as much is sent back: more than any but an Error Report has, to which
 * there is no report (RFC 8210 s5.11). */
#define RTR_COPY_MAX 64u
#define RTR_REPORT_MAX (16u + RTR_COPY_MAX + COMPLAINT_MAX)
#define RTR_QUERY_MAX 12u

enum rtr_event {
	RTR_NOTHING,   /* all was taken, more is to come */
	RTR_UPDATED,   /* a whole set stands */
	RTR_NOTIFIED,  /* the cache has something newer: ask */
	RTR_ASK_ALL,   /* the cache cannot tell what has changed: ask again, now for everything */
	RTR_NOT_READY, /* the cache has no data yet: ask again later, over the same connection */
	RTR_OLDER,     /* it speaks an older version, which `version` is now: connect again */
	RTR_BROKEN,    /* over: `error`, `complaint`; send `report` if there is one, and close */
};

enum rtr_phase {
	RTR_IDLE,
	RTR_ASKED,
	RTR_ANSWERED, /* between Cache Response and End of Data */
};

struct rtr_session {
	struct rtr_set set;
	struct rtr_facts facts; /* of the last whole set */
	size_t vrps_max;
	enum rtr_phase phase;
	uint8_t version;    /* that is asked with */
	bool is_settled;    /* the cache has answered in this version */
	bool has_heard;     /* anything, on this connection */
	bool asked_all;     /* and not for changes */
	bool must_ask_all;  /* what stands cannot be built upon, though it stands */
	uint16_t answer_id; /* session of the answer under way */
	size_t partial_size;
	uint8_t partial[RTR_PDU_MAX]; /* the PDU under way */
	int error;                    /* of RTR_BROKEN and RTR_NOT_READY */
	struct complaint complaint;
	size_t report_size;
	uint8_t report[RTR_REPORT_MAX];
};

void rtr_session_init(struct rtr_session *session, size_t vrps_max);
void rtr_session_release(struct rtr_session *session);
/* Before each connection: what stands stays. */
void rtr_session_connect(struct rtr_session *session);
/* Another version: numbers of the old one mean nothing in it (RFC 8210 s7). */
void rtr_session_set_version(struct rtr_session *session, uint8_t version);
/* Too old to be used. */
void rtr_session_expire(struct rtr_session *session);
/* Writes the query that is due, and waits for its answer. Returns its size. */
size_t rtr_session_query(struct rtr_session *session, uint8_t ret_query[RTR_QUERY_MAX]);
/* Takes octets up to the next event; *ret_taken tells how many. */
enum rtr_event rtr_session_receive(struct rtr_session *session, const uint8_t *data, size_t size,
				   size_t *ret_taken);

#endif
