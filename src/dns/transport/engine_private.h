/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the room's files work together. A flight is made by transport_ask (ask.c), goes out when
 * its server's pace and the window allow (schedule.c) as a datagram (udp_exchange.c) or on a
 * connection (stream_exchange.c); what comes back is held against the question (reply.c), may send
 * the flight out again in another way (fall_back.c), and in the end is told to all askers
 * (settle.c); unless nothing comes back from anybody (network.c). When that takes long, askers who
 * want to know are told (late.c).
 *
 * A flight is at any time in one of: peer->waiting, transport->ready, transport->resting,
 * transport->ended, pulse->held, the lists of a connection or those waiting for one, or in no list
 * while its datagram is on the way.
 */
#ifndef DNS_TRANSPORT_ENGINE_PRIVATE_H
#define DNS_TRANSPORT_ENGINE_PRIVATE_H

#include "base/arena.h"
#include "base/random.h"
#include "dns/transport/flight_private.h"
#include "dns/transport/pacer_private.h"
#include "dns/transport/peer_private.h"
#include "dns/transport/pulse_private.h"
#include "dns/transport/transport.h"
#include "dns/transport/window_private.h"
#include "dns/wire/name.h"
#include "net/loop.h"
#include "net/tls.h"
#include "net/udp.h"

#include <stdbool.h>
#include <stdint.h>

/* 64 MiB of flights at most wait; a scan limits its domains long before. */
#define TRANSPORT_FLIGHTS_MAX 262144u
/* A walked message of 65,535 octets takes at most this: 5,957 records with expanded names. */
#define TRANSPORT_ARENA_OCTETS ((size_t)8 << 20)
#define TRANSPORT_TIMEOUT_MAX_MS 4000u
/* A server that does not know EDNS is not asked with it again for so long. */
#define TRANSPORT_PLAIN_NS (UINT64_C(600) * 1000000000)

struct transport {
	struct loop *loop;
	struct random *random;
	struct udp_pool *udp;
	struct tls_context *tls[3];         /* of DoT, DoH, DoQ; made when first needed */
	struct transport_settings settings; /* zeros replaced by defaults */
	uint8_t secret[16];                 /* of case patterns and question hashes */
	uint8_t cookie_secret[16];
	struct peers peers;
	struct pulse pulses[2]; /* of IPv4 and IPv6 */
	struct flights flights;
	struct window window;
	struct pacer pacer;         /* of rate_total */
	struct flight_list ready;   /* have their server's leave, wait for window and total rate */
	struct flight_list resting; /* an attempt is over, and its askers have not asked again */
	struct flight_list ended;   /* outcome known, to be told when no caller is on the stack */
	/* The plain and the encrypted, each for itself: nobody waits for a server that takes TLS's
	 * time to be silent but who wants TLS of it. */
	struct flight_list unconnected[2]; /* wait for one of the connections */
	struct connection *connections;    /* all open ones */
	uint32_t connection_count[2];
	struct deferred turn_end;
	uint64_t flushed_ns; /* when the batch being filled was begun, or before */
	struct timer wake;   /* when window or total rate let more go */
	struct arena arena;  /* of the message being told */
	struct transport_counts counts;
	bool is_blocked; /* the kernel takes no more datagrams for now */
	bool is_ending;
};

static inline uint64_t transport_now(const struct transport *transport)
{
	return loop_now_ns(transport->loop);
}

/* What is being read, and that nothing is, for settings.note. */
static inline void transport_note(const struct transport *transport, const struct flight *flight)
{
	if (transport->settings.note != NULL)
		(void)name_copy_lower(transport->settings.note, flight->name);
}
static inline void transport_note_end(const struct transport *transport)
{
	if (transport->settings.note != NULL)
		transport->settings.note[0] = 0;
}

/* ---- question.c: from a flight to octets ---- */
/* Hashes a lower-case name; the same secret gives the same hash in every process. */
uint64_t question_hash(const uint8_t secret[16], const uint8_t *lower_name, size_t size);
/* Letters of a lower-case name become upper case where bits of the pattern say so. */
void question_case(const uint8_t secret[16], uint64_t pattern, uint8_t *name, size_t size);
/* Where flights with that question are in the table. */
uint32_t question_place(uint64_t hash, const struct peer *peer, uint16_t type);
/* COOKIE_CLIENT_OCTETS of them. */
const uint8_t *client_cookie(const struct transport *transport, struct peer *peer);
/* Chooses EDNS and cookie by what is known of the server; sets flight->edns. */
MUST_CHECK int flight_build(struct transport *transport, struct flight *flight, uint8_t *buffer,
			    size_t room, size_t *ret_size);

/* ---- schedule.c ---- */
/* Asks for leave to go; `is_again`: ahead of those that have not gone yet. */
void flight_depart(struct transport *transport, struct flight *flight, bool is_again);
/* Not yet: back to the head of those that are ready. */
void flight_put_back(struct transport *transport, struct flight *flight);
void transport_pump(struct transport *transport);
/* The questions waiting for a server that is given up end. */
void peer_give_up(struct transport *transport, struct peer *peer, uint8_t kind);

/* ---- udp_exchange.c, stream_exchange.c ---- */
void udp_launch(struct transport *transport, struct flight *flight);
void udp_handle(struct transport *transport);
void stream_launch(struct transport *transport, struct flight *flight);
/* Takes the flight off its connection. */
void stream_abandon(struct flight *flight);
/* Gives free connections to those that wait for one. */
void stream_connect_more(struct transport *transport);
void streams_release(struct transport *transport);
/* The time of an attempt is over. */
void udp_timeout(struct transport *transport, struct flight *flight);
void stream_timeout(struct transport *transport, struct flight *flight);

/* ---- late.c ---- */
/* Starts the timer of what has just been sent. */
void flight_watch(struct transport *transport, struct flight *flight);
/* Its callback. */
void flight_timeout(void *context);
/* An attempt is over and another one could be made: true when that is the askers' business. */
bool flight_rests(struct transport *transport, struct flight *flight);
/* Nothing came in its time: is the server silent? */
void flight_missed(struct transport *transport, const struct flight *flight);

/* ---- reply.c ---- */
enum reply_verdict { REPLY_FITS, REPLY_MALFORMED, REPLY_MISMATCH };
/* Does this message answer that question? Counts it against the flight when not. */
enum reply_verdict reply_judge(struct transport *transport, struct flight *flight,
			       const struct message *message);
/* From another address than was asked, and to the socket that asked: true when it answers that
 * question (RFC 2181 s4.1). It is never taken for an answer: anybody can send one. */
bool reply_from_elsewhere(struct transport *transport, struct flight *flight, const uint8_t *data,
			  size_t size);
/* A datagram or message that has no flight by its id. */
void reply_stray(struct transport *transport, struct peer *peer, const uint8_t *data, size_t size);

/* ---- fall_back.c ---- */
/* Remembers what the reply teaches about the server. True: the flight has gone out again. */
bool reply_taken_further(struct transport *transport, struct flight *flight,
			 const struct message *message);

/* ---- settle.c ---- */
/* Tells all askers; frees the flight. flight->rtt_us is set. */
void flight_answered(struct transport *transport, struct flight *flight,
		     const struct message *message);
void flight_failed(struct transport *transport, struct flight *flight,
		   enum exchange_outcome outcome);
/* The same at the end of the turn, for callers that must not call back. */
void flight_fail_later(struct transport *transport, struct flight *flight,
		       enum exchange_outcome outcome);
/* No longer on the way: lists, timer, window and connection are let go. Its id stays, so that a
 * late reply is still known. */
void flight_land(struct transport *transport, struct flight *flight);
/* The end of a turn: tells `ended`, lets `ready` go. */
void transport_turn_end(void *context);

#endif
