/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A server that does what a test's script says, over UDP, TCP and TLS at one port of 127.0.0.1, in
 * the same loop as the transport that is tested; and what the transport told its askers.
 */
#ifndef TESTS_UNIT_DNS_TRANSPORT_FAKE_H
#define TESTS_UNIT_DNS_TRANSPORT_FAKE_H

#include "base/random.h"
#include "dns/transport/transport.h"
#include "dns/wire/message.h"
#include "dns/wire/name.h"
#include "net/loop.h"
#include "net/stream.h"
#include "net/tls.h"
#include "net/udp_server.h"

#include <stdbool.h>
#include <stdint.h>

struct fake;

/* A query as it came in; walked in the fake's arena. */
struct fake_query {
	struct message message;
	bool is_stream;
	bool is_lower; /* its name has no capital */
	unsigned cookie_size;
	const uint8_t *cookie;
};

/* Writes an answer of at most 4096 octets and gives its size; 0: silence. */
typedef size_t fake_script(struct fake *fake, const struct fake_query *query, uint8_t *answer);

#define FAKE_QUERIES_MAX 256

struct fake {
	struct loop *loop;
	struct udp_server *udp;
	struct listener *tcp;
	struct listener *tls;
	struct tls_context *context;
	struct address address;
	struct address tls_address;
	struct arena arena;
	fake_script *script;
	unsigned udp_queries, stream_queries, connections, plain_queries;
	bool close_after_answer;
	struct stream *streams[64];
	uint64_t number;            /* for scripts */
	struct udp_request request; /* whose datagram is being answered; its data is gone later */
	struct udp_request kept_request;
	uint8_t kept_answer[4096];
	size_t kept_size;
};

void fake_open(struct fake *fake, struct loop *loop, fake_script *script);
void fake_listen(struct fake *fake);
void fake_listen_tls(struct fake *fake);
void fake_close(struct fake *fake);

/* A plain answer: the question, flags besides QR, an A record at NOERROR, OPT if the query had one.
 */
struct fake_answer {
	uint16_t flags;
	uint16_t rcode;
	bool without_opt;
	bool lower_case;
	const uint8_t *cookie; /* 8-octet client part is put before it */
	unsigned cookie_size;
};
size_t fake_reply(const struct fake_query *query, const struct fake_answer *how, uint8_t *answer);
size_t fake_plainly(struct fake *fake, const struct fake_query *query, uint8_t *answer);

/* ---- the asking side ---- */

struct told {
	unsigned count;
	struct exchange_result result;
	bool has_message;
	uint16_t rcode, flags, records, id;
};

struct bench {
	struct loop *loop;
	struct random random;
	struct transport *transport;
	struct fake fake;
	struct told told;
	unsigned told_total;
};

/* Short time-outs: 40 ms, 3 attempts, dead for 300 ms. */
struct transport_settings bench_settings(void);
void bench_open(struct bench *bench, const struct transport_settings *settings,
		fake_script *script);
void bench_close(struct bench *bench);
struct exchange_question bench_question(const struct bench *bench, const char *name);
/* Asks; the result goes to `told`. */
void bench_ask(struct bench *bench, const struct exchange_question *question, struct told *told);
/* Turns the loop until `*count` has reached `wanted` or 10 s are over. */
void bench_run(struct bench *bench, const unsigned *count, unsigned wanted);
void bench_run_for(struct bench *bench, unsigned milliseconds);
/* Asks once, waits, and checks that exactly one result came. */
struct told *bench_exchange(struct bench *bench, const char *name);
struct told *bench_exchange_over(struct bench *bench, const char *name, uint8_t transport);
void told_done(void *context, const struct exchange_result *result);

#endif
