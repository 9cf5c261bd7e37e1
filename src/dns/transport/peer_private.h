/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is remembered about a server address, and who waits for it: pace, cookie, EDNS, silence,
 * how long it takes.
 *
 * Peers are found by address in a table whose hash is keyed, since outsiders choose addresses.
 * There are at most PEERS_MAX; beyond that the one used longest ago that has no question is
 * forgotten, which costs nothing but a cookie and a lesson learned twice.
 */
#ifndef DNS_TRANSPORT_PEER_PRIVATE_H
#define DNS_TRANSPORT_PEER_PRIVATE_H

#include "base/error.h"
#include "base/random.h"
#include "dns/transport/flight_private.h"
#include "dns/transport/pacer_private.h"
#include "dns/transport/round_trip_private.h"
#include "dns/transport/transport.h"
#include "net/address.h"
#include "net/loop.h"

#include <stdbool.h>
#include <stdint.h>

/* 20 MiB of them. All of .com is served from fewer than 2^20 addresses, 90 % of it from 2^12. */
#define PEERS_MAX 65536u
#define PEERS_A_SLAB 32u
/* RFC 7873 s4: 8 octets of ours, 8 to 32 of the server. */
#define COOKIE_CLIENT_OCTETS 8u
#define COOKIE_SERVER_MAX 32u

struct connection;
struct peer_slab;

/* Silence is remembered for each way of asking: no TCP does not mean no UDP. */
struct silence {
	uint64_t heard_ns;      /* last sign of life */
	uint64_t dead_until_ns; /* 0: not given up */
	uint16_t in_a_row;
	bool is_unreachable; /* our own machine or a router refused, the last time */
};

#define TRANSPORT_KINDS 5u

struct peer {
	struct peer *hash_next;
	struct peer *newer, *older; /* by last use */
	struct transport *transport;
	struct address address;
	uint32_t flights; /* all that point here; a peer with any is not forgotten */
	struct pacer pacer;
	struct flight_list waiting; /* for tokens */
	struct timer timer;         /* when the next may go */
	unsigned granted;           /* tokens leased and not used */
	bool lease_asked;
	bool speaks_edns; /* answered with OPT at least once */
	bool returns_cookie;
	bool dislikes_cookie;
	bool has_client_cookie;
	uint8_t client_cookie[COOKIE_CLIENT_OCTETS];
	uint8_t server_cookie_size;
	uint8_t server_cookie[COOKIE_SERVER_MAX];
	uint64_t plain_until_ns;  /* no EDNS to this server until then */
	uint32_t best_rtt_us;     /* 0: none yet */
	uint32_t stray_malformed; /* unreadable replies that fit no id of ours */
	struct round_trip round_trip;
	struct silence silence[TRANSPORT_KINDS];
	struct connection *connections[TRANSPORT_KINDS]; /* not of UDP: [0] unused */
};

struct peers {
	struct transport *transport;
	uint64_t key[2];
	struct peer **table;
	uint32_t table_size; /* a power of two */
	uint32_t count;
	struct peer *newest, *oldest;
	struct peer *unused; /* through hash_next */
	struct peer_slab *slabs;
};

MUST_CHECK int peers_init(struct peers *peers, struct transport *transport, struct random *random);
/* Flights must be gone. */
void peers_release(struct peers *peers);
/* Finds or makes; marks as used. ERR_MEMORY; ERR_LIMIT: all PEERS_MAX have questions in flight. */
MUST_CHECK int peers_get(struct peers *peers, const struct address *address,
			 struct peer **ret_peer);
/* NULL when unknown. */
struct peer *peers_find(const struct peers *peers, const struct address *address);

static inline struct silence *peer_silence(struct peer *peer, uint8_t transport)
{
	return &peer->silence[transport - EXCHANGE_UDP];
}
bool peer_is_dead(struct peer *peer, uint8_t transport, uint64_t now_ns);
void peer_heard(struct peer *peer, uint8_t transport, uint64_t now_ns);
/* A question ended with that outcome, without an answer. True: give the server up. It stays on the
 * brink until it is heard, so that after its time one silent question is enough. */
bool peer_silent(struct peer *peer, const struct flight *flight, enum exchange_outcome outcome);
/* The timer that lets waiting questions go; defined in schedule.c. */
void peer_due(void *context);
/* Idle connections go with a forgotten peer; defined in stream_exchange.c. */
void peer_disconnect(struct peer *peer);

#endif
