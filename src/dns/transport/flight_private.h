/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A flight: one question under way to one server, with all who ask it. At most 256 octets, since
 * thousands of domains have dozens each; the datagram itself is built anew for each attempt.
 *
 * Flights are found in two ways: by question, to ask identical ones once only, and by the id on the
 * wire, which with server and socket slot identifies a reply's question. Both tables double as they
 * fill. Flights and askers come from free lists; names longer than what fits inside are on the
 * heap.
 */
#ifndef DNS_TRANSPORT_FLIGHT_PRIVATE_H
#define DNS_TRANSPORT_FLIGHT_PRIVATE_H

#include "base/error.h"
#include "base/random.h"
#include "dns/transport/transport.h"
#include "net/loop.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct peer;
struct connection;
struct flight;
struct flight_slab;
struct asker_slab;

struct flight_list {
	struct flight *first, *last;
	uint32_t count;
};

struct session_record;

/* What a question over something encrypted has besides. */
struct flight_secrecy {
	struct session_record *session; /* of the connection it was asked on last */
	char host[256];
	char path[256];
};

struct asker {
	struct asker *next;
	struct exchange_asker who;
};

/* Late replies to the attempts before the last are still taken. */
#define FLIGHT_ATTEMPTS_KEPT 3u

struct flight {
	struct flight *key_next; /* in the table by question */
	struct flight *id_next;  /* in the table by id */
	struct flight *next, *previous;
	struct flight_list *list; /* the one it is in, or NULL */
	struct peer *peer;
	const struct address *server; /* the peer's */
	struct connection *connection;
	struct timer timer;
	struct asker asker; /* the first; more hang on it; without `done`: nobody asks any more */
	uint8_t *name;      /* as sent: with its case */
	uint8_t *truncated; /* the UDP reply with TC, on the heap, while TCP is tried */
	struct exchange_form *form;             /* on the heap; NULL: a plain question */
	struct flight_secrecy *secrecy;         /* on the heap; NULL: not encrypted */
	uint64_t started_ns;                    /* first attempt */
	uint32_t hash;                          /* of the question */
	uint32_t epoch;                         /* of the window, of the last datagram */
	uint32_t sent_us[FLIGHT_ATTEMPTS_KEPT]; /* since started_ns */
	uint32_t slots[FLIGHT_ATTEMPTS_KEPT];
	uint32_t rtt_us; /* of the newest reply that fit */
	uint32_t strays; /* the peer's stray_malformed when the first attempt left */
	uint16_t truncated_size;
	uint16_t id;
	uint16_t type;
	uint8_t transport;  /* enum exchange_transport, of now */
	uint8_t asked_over; /* the same, as asked */
	uint8_t outcome;    /* when waiting to be told */
	uint8_t attempts;   /* datagrams of this mode */
	uint8_t streams;    /* connections tried */
	uint8_t sent;       /* over whatever; saturates */
	uint8_t sends_max;  /* 0: no limit */
	uint8_t restarts;   /* begun anew because the network was away */
	uint8_t mismatches;
	uint8_t malformed;
	uint8_t edns;         /* enum flight_edns of the last attempt */
	uint8_t cookie_tries; /* BADCOOKIE seen */
	bool has_id : 1;      /* in the table by id */
	bool has_key : 1;     /* in the table by question */
	bool on_the_way : 1;  /* counted in in_flight */
	bool in_window : 1;
	bool dnssec_ok : 1;
	bool recursion : 1;
	bool once : 1;
	bool plain : 1;      /* no EDNS for this question any more */
	bool last_plain : 1; /* the one plain attempt after silence to EDNS */
	bool no_cookie : 1;
	bool cookie_missing : 1; /* a reply lacked the cookie that the server is known to return */
	bool udp_truncated : 1;
	bool server_dead : 1;
	bool is_given_up : 1;  /* with its server: no outcome of its own */
	bool is_late : 1;      /* of this attempt it was said */
	bool goes_on : 1;      /* the first message of several is in */
	bool other_source : 1; /* a reply that fits came from another address */
	uint8_t name_inside[18];
};

static inline void flight_sent(struct flight *flight, unsigned count)
{
	const unsigned sent = flight->sent + count;
	flight->sent = (uint8_t)(sent < UINT8_MAX ? sent : UINT8_MAX);
}
static inline bool flight_may_send(const struct flight *flight, unsigned count)
{
	return flight->sends_max == 0 || flight->sent + count <= flight->sends_max;
}

/* Nobody waits for it any more. */
static inline bool flight_is_left(const struct flight *flight)
{
	return flight->asker.who.done == NULL;
}
/* When the attempt that is on its way, or was the last, left. */
static inline uint64_t flight_sent_ns(const struct flight *flight)
{
	if (flight->transport != EXCHANGE_UDP || flight->attempts == 0)
		return flight->started_ns;
	const unsigned last = (flight->attempts - 1u) % FLIGHT_ATTEMPTS_KEPT;
	return flight->started_ns + UINT64_C(1000) * flight->sent_us[last];
}

enum flight_edns { FLIGHT_PLAIN, FLIGHT_EDNS, FLIGHT_EDNS_COOKIE };

static_assert(sizeof(struct flight) <= 256,
	      "16 KiB for a domain in flight must hold its questions");

struct flights {
	struct flight **by_key;
	struct flight **by_id;
	uint32_t key_size, key_count; /* sizes are powers of two */
	uint32_t id_size, id_count;   /* ids index the table by their low bits: they are random */
	struct flight *unused;        /* through next */
	struct asker *unused_askers;
	struct flight_slab *slabs;
	struct asker_slab *asker_slabs;
	uint32_t count;
};

MUST_CHECK int flights_init(struct flights *flights);
/* All flights must have been given back. */
void flights_release(struct flights *flights);

/* Zeroed, with a copy of the name. */
MUST_CHECK int flight_new(struct flights *flights, const uint8_t *name, size_t name_size,
			  struct flight **ret_flight);
/* Must be in no list and no table. */
void flight_free(struct flights *flights, struct flight *flight);
MUST_CHECK int flight_add_asker(struct flights *flights, struct flight *flight,
				const struct exchange_asker *who);
/* Takes the first one off; false: there is none. */
bool flight_take_asker(struct flights *flights, struct flight *flight,
		       struct exchange_asker *ret_who);
/* Takes that one off, who must be there. */
void flight_drop_asker(struct flights *flights, struct flight *flight, const void *context);
/* NULL: there are no more than that. */
const struct exchange_asker *flight_asker(const struct flight *flight, unsigned number);

/* Tables. Growing may fail for lack of memory: then chains grow longer instead. */
void flights_put_key(struct flights *flights, struct flight *flight);
void flights_drop_key(struct flights *flights, struct flight *flight);
/* The first flight with that hash, or the next one after `previous`. */
struct flight *flights_by_hash(const struct flights *flights, uint32_t hash,
			       const struct flight *previous);
/* Draws an id that no other flight to the same peer has. ERR_LIMIT when they are as good as used
 * up. */
MUST_CHECK int flights_put_id(struct flights *flights, struct flight *flight,
			      struct random *random);
void flights_drop_id(struct flights *flights, struct flight *flight);
struct flight *flights_by_id(const struct flights *flights, uint16_t id,
			     const struct address *server);
/* The first flight with that id to whatever server, or the next one after `previous`. */
struct flight *flights_by_any_id(const struct flights *flights, uint16_t id,
				 const struct flight *previous);

void flight_append(struct flight_list *list, struct flight *flight);
void flight_prepend(struct flight_list *list, struct flight *flight);
/* Fine if it is in no list. */
void flight_unlink(struct flight *flight);
struct flight *flight_shift(struct flight_list *list);

#endif
