/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an encrypted connection was like, for the questions that were asked on it. They may outlive
 * it, and it them: so it is counted.
 */
#ifndef DNS_TRANSPORT_SESSION_PRIVATE_H
#define DNS_TRANSPORT_SESSION_PRIVATE_H

#include "dns/transport/transport.h"

struct session_record {
	unsigned int holders;
	struct exchange_session session;
	uint8_t *certificates; /* what session.chain points into */
};

/* NULL when memory is out. Held once. */
struct session_record *session_record_new(void);
struct session_record *session_record_hold(struct session_record *record);
/* NULL is fine. */
void session_record_drop(struct session_record *record);
/* Hands were shaken. Without memory for the chain there is none. */
void session_record_establish(struct session_record *record, const struct tls_facts *facts,
			      uint64_t took_ns);
/* The first one stays. */
void session_record_note(struct session_record *record, const char *sentence);

#endif
