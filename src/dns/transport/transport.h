/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One exchange with one server address: a question goes out over UDP, TCP or DoT, and exactly one
 * result comes back, by callback, whatever happens.
 *
 * Over UDP: random id and source port, 0x20 case, EDNS with DO, a client cookie (RFC 7873, server
 * cookies remembered per address); a reply counts only when address, port, socket, id, question and
 * cookie fit; others are counted and thrown away. No answer: asked again with a growing time-out.
 * FORMERR, NOTIMP or silence to EDNS: once more without. TC: the same over TCP. TCP and DoT
 * connections are reused (RFC 7766 s6.2.1, RFC 7858) and pipelined; those of DoH and DoQ likewise.
 * What is encrypted is padded, and no certificate is refused: what there was is told beside the
 * answer.
 *
 * Politeness is here, where nobody can forget it: at most `rate_per_server` questions a second to
 * an address, back-off on SERVFAIL, REFUSED and silence, a total rate, an opt-out list. Waiting
 * questions are queued. Identical questions in flight are asked once; all askers get the result.
 * What is lost while our own network is away is asked again when it is back (pulse_private.h).
 *
 * An address that has been silent to `dead_after` questions in a row is given up for `dead_for_ms`:
 * questions to it get OUTCOME_NOT_ASKED at once.
 *
 * Who can ask another server as well begins an exchange (transport_begin): then he is told when the
 * answer takes longer than answers from there do, no attempt after the first is made unless he says
 * so, and he may leave. How long each address takes, and since when it says nothing, is remembered
 * (of at most 65,536 addresses; transport_expected_ms); silence for ten minutes.
 */
#ifndef DNS_TRANSPORT_TRANSPORT_H
#define DNS_TRANSPORT_TRANSPORT_H

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "dns/wire/message.h"
#include "net/address.h"
#include "net/loop.h"
#include "net/tls.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum exchange_transport {
	EXCHANGE_UDP = 1,
	EXCHANGE_TCP,
	EXCHANGE_DOT, /* RFC 7858 */
	EXCHANGE_DOH, /* RFC 8484, by POST over HTTP/2 */
	EXCHANGE_DOQ, /* RFC 9250 */
};

/* Same numbers as enum outcome in model/observation.h. */
enum exchange_outcome {
	EXCHANGE_ANSWER = 1,
	EXCHANGE_TIMEOUT,
	EXCHANGE_CLOSED,
	EXCHANGE_UNREACHABLE,
	EXCHANGE_MALFORMED,
	EXCHANGE_MISMATCH,
	EXCHANGE_TLS_FAILED,
	EXCHANGE_NOT_ASKED,
};

/* A cookie of 40 octets and its head, or a few small options. */
#define EXCHANGE_OPTIONS_MAX 48
/* A transfer ends after so long, however it goes: the largest zone that is anybody's own to look at
 * this way comes within that. */
#define EXCHANGE_TRANSFER_MAX_S 60u

/*
 * How an odd question differs from the plain one. What comes back is the answer, whatever it is:
 * such a question is never shared, never asked again in another form (but after silence, and over
 * TCP after TC), carries no cookie but what stands in its options, and nothing is learned from it:
 * a server that does not take odd questions is not slow, not silent, and has EDNS as before.
 */
struct exchange_form {
	uint16_t class;       /* 0: IN */
	uint16_t edns_flags;  /* besides DO */
	uint16_t udp_size;    /* 0: the usual */
	uint8_t opcode;       /* 0: QUERY */
	uint8_t edns_version; /* 0, as everybody's */
	bool without_edns;
	bool keeps_truncated; /* TC is an answer, too */
	bool is_alone;        /* over TCP: on a connection of its own, closed after the answer */
	uint8_t options_size;
	uint8_t options[EXCHANGE_OPTIONS_MAX]; /* code, length, data; as often as there is room */
	/*
	 * Answers of many messages (RFC 5936 s2.2), with is_alone: told of each message that fits;
	 * true: another one must follow. The last one is told by `done`, too. NULL: the first
	 * message is the answer. For EXCHANGE_TRANSFER_MAX_S at most.
	 */
	bool (*goes_on)(void *context, const struct message *message);
	void *goes_on_context;
	/*
	 * Adds what stands last and covers the rest (RFC 8945); for each attempt, which has an id
	 * of its own. Must not fail with room for QUERY_MAX_OCTETS of dns/wire/build.h. Not over
	 * what is padded. NULL: nothing is added.
	 */
	int (*sign)(void *context, uint8_t *message, size_t room, size_t *size);
	void *sign_context;
};

struct exchange_question {
	struct address server;
	const uint8_t *name; /* copied; any case, sent with random case */
	uint16_t type;
	uint8_t transport; /* enum exchange_transport; UDP falls back to TCP on TC */
	bool dnssec_ok;
	bool recursion;                   /* RD */
	bool once;                        /* a probe: no retries, no fall-backs, no coalescing */
	const struct exchange_form *form; /* copied; NULL: the plain question */
	uint8_t sends_max;                /* 0: no limit; retries, fall-backs, and what is asked
					     because nobody is heard any more, count */
	const char *host; /* of DoT, DoH, DoQ: the server's name, for SNI and authority; NULL: none
			     is sent. Without the last dot; copied, as is the next. */
	const char *path; /* of DoH; NULL: /dns-query */
};

/* What an encrypted connection was like (RFC 7858, RFC 8484, RFC 9250). */
struct exchange_session {
	bool is_established; /* hands were shaken */
	bool is_not_offered; /* they were, and then it spoke something else than was wanted */
	bool is_broken;      /* they were, and then it broke the protocol */
	uint8_t chain_count;
	uint16_t tls_version; /* 0x0304: TLS 1.3 */
	uint16_t status;      /* HTTP's; 0: none */
	uint32_t handshake_us;
	char alpn[32];
	char cipher_suite[64];
	char group[24];
	char note[128]; /* what was wrong, for people */
	struct tls_certificate chain[TLS_CHAIN_MAX];
};

struct exchange_result {
	enum exchange_outcome outcome;
	const struct message *message; /* walked; NULL: no answer; lives during the callback */
	uint32_t rtt_us;
	uint8_t sent;       /* queries that went out for it, whatever became of them; saturates */
	uint8_t attempts;   /* the attempt that was answered counts as the last */
	uint8_t mismatches; /* saturates at 255 */
	uint8_t transport;  /* that gave the message */
	bool case_differs;
	bool truncated;  /* UDP said TC */
	bool tcp_failed; /* TC, and TCP gave nothing: message is the truncated one */
	bool without_edns;
	bool other_source; /* no reply fit, and one came from another address than was asked */
	bool server_dead;  /* EXCHANGE_NOT_ASKED because the server had been given up for dead */
	const struct exchange_session *session; /* NULL: none was begun; lives as long as message */
};

typedef void exchange_done(void *context, const struct exchange_result *result);

/*
 * For each attempt at most once while its answer is still to come (`rests` false), and once when
 * its time is over and another one could be made (`rests` true): then nothing more goes out before
 * transport_again(), though a reply that comes late is still taken. Not while our own network may
 * be away: that tells nothing of a server. May ask, ask again and leave.
 */
typedef void exchange_late(void *context, bool rests);

/* Who asks. `late` NULL: wants the result only, and all attempts are made. */
struct exchange_asker {
	exchange_done *done;
	exchange_late *late;
	void *context;
};

/* An exchange under way. */
struct flight;

/* Asks for permission to send `wanted` questions to an address: for many processes with one rate.
 * The answer comes through transport_grant(). NULL: this process has the whole rate to itself. */
typedef void transport_lease(void *context, const struct address *server, unsigned wanted);

struct transport_settings {
	uint32_t rate_total;       /* questions a second; 0: no limit */
	uint32_t rate_per_server;  /* 0: no limit (worlds) */
	uint32_t in_flight_max;    /* 0: 20000 */
	uint16_t attempts;         /* 0: 3 */
	uint16_t first_timeout_ms; /* 0: 1000; doubles, at most 4000 */
	uint16_t tcp_timeout_ms;   /* 0: 4000, connect and answer */
	uint16_t dead_after;       /* 0: 3 questions in a row without any sign of life */
	uint32_t dead_for_ms;      /* 0: 30000 */
	bool keep_case;            /* send names as given (no 0x20) */
	uint8_t case_secret[16];   /* 0x20 pattern of a name = hash(secret, name): the same question
				      has the same case everywhere, so that identical answers are
				      identical octets; unguessable from outside */
	transport_lease *lease;
	void *lease_context;
	bool (*opted_out)(void *context, const struct address *server); /* may be NULL */
	void *opted_out_context;
	/* NULL, or NAME_MAX_OCTETS octets: the name asked stands there while its reply is read and
	 * told, the root's zero octet otherwise. In shared memory it outlives a crash and names
	 * what caused it. */
	uint8_t *note;
};

struct transport;

MUST_CHECK int transport_new(struct loop *loop, const struct transport_settings *settings,
			     struct random *random, struct transport **ret_transport,
			     struct complaint *complaint);
/* Questions in flight end with EXCHANGE_NOT_ASKED. */
void transport_free(struct transport *transport);

/*
 * Never calls back before it returns. ERR_MEMORY, ERR_LIMIT (too many waiting, or too many servers
 * busy at a time). Callbacks may ask again; they must not free the transport.
 */
MUST_CHECK int transport_ask(struct transport *transport, const struct exchange_question *question,
			     exchange_done *done, void *context);
/*
 * The same for an asker with `late`; not for a probe (`once`). `ret_flight` is good until the
 * result is told or left. While somebody else waits for the same answer with transport_ask(),
 * attempts go on by themselves, and `rests` is never told.
 */
MUST_CHECK int transport_begin(struct transport *transport,
			       const struct exchange_question *question,
			       const struct exchange_asker *asker, struct flight **ret_flight);
/* The next attempt of an exchange that rests; nothing if it does not (any more). */
void transport_again(struct transport *transport, struct flight *flight);
/*
 * The asker with that context goes: he is not called any more. What nobody waits for is not sent
 * (again). Gives the queries sent until now, and while others wait for the same answer, those that
 * may yet be sent.
 */
uint8_t transport_leave(struct transport *transport, struct flight *flight, const void *context);
/* How long an answer from there is likely to take: for choosing among servers, so that each that
 * was missed in a row doubles it, for ten minutes. */
uint32_t transport_expected_ms(const struct transport *transport, const struct address *server);
/* Answers a lease request: `granted` questions may go to `server` now. Not to be called from within
 * the lease function itself. */
void transport_grant(struct transport *transport, const struct address *server, unsigned granted);

struct transport_counts {
	uint64_t asked;                        /* transport_ask calls */
	uint64_t coalesced;                    /* of them answered by somebody else's question */
	uint64_t sent_udp, sent_tcp, sent_dot; /* queries on the wire; dot: all that is encrypted */
	uint64_t received, mismatched, timeouts, retries;
	uint32_t in_flight, waiting;
};
struct transport_counts transport_counts(const struct transport *transport);

/* What is wrong with our own network at present, bits. Lost: nobody is heard any more. Absent: it
 * was never heard, and our own machine refuses to send. */
#define NETWORK_LOST_IPV4 1u
#define NETWORK_LOST_IPV6 2u
#define NETWORK_ABSENT_IPV4 4u
#define NETWORK_ABSENT_IPV6 8u
#define NETWORK_ALL 15u
unsigned transport_network(const struct transport *transport);

#endif
