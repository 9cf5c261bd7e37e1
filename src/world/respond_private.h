/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From an octet string asked at an address to the octet string that answers it, behaviours and
 * canned conversations included. Sockets and timers are the server's.
 */
#ifndef WORLD_RESPOND_PRIVATE_H
#define WORLD_RESPOND_PRIVATE_H

#include "net/address.h"
#include "world/query_private.h"

#include <stdio.h>

struct responder;

struct response {
	size_t size_bytes; /* 0: none */
	uint32_t delay_ms;
	struct address source; /* datagrams come from there: the address that was asked, mostly */
	uint32_t drip_ms;      /* between two octets on a stream; 0: all at once */
	bool continues;        /* the answer has another message: ask for the next part */
};

/* The authority must outlive the responder. */
MUST_CHECK int responder_new(struct authority *authority, struct responder **ret_responder);
void responder_free(struct responder *responder);

/* Each question that comes from now on is written there, one a line: `UDP|TCP ADDRESS NAME TYPE`.
 * NULL: none is. The file is the caller's. */
void responder_log(struct responder *responder, FILE *log);

/* `buffer` holds UDP_ANSWER_MAX octets for datagrams, STREAM_ANSWER_MAX for streams. */
struct response respond(struct responder *responder, const struct ask *ask, uint8_t *buffer);
/* Does anybody take TCP connections at this address? */
bool responder_has_tcp(const struct responder *responder, const struct address *local);

struct responder_counts {
	uint64_t asked;
	uint64_t answered;
	uint64_t failed; /* of ours: memory, keys; answered with SERVFAIL */
};
struct responder_counts responder_counts(const struct responder *responder);

#endif
