/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a reply teaches about its server, and asking again in another way: without EDNS, without or
 * with another cookie, over TCP.
 */
#include "base/memory.h"
#include "dns/transport/engine_private.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

static void learn_cookie(struct peer *peer, const struct flight *flight,
			 const struct message *message)
{
	uint16_t size = 0;
	if (flight->edns != FLIGHT_EDNS_COOKIE)
		return;
	const uint8_t *cookie = message_option(message, EDNS_COOKIE, &size);
	/* RFC 7873 s4: 8 octets of client cookie, then 8 to 32 of server cookie. */
	if (cookie == NULL || size < 16 || size > COOKIE_CLIENT_OCTETS + COOKIE_SERVER_MAX)
		return;
	peer->returns_cookie = true;
	peer->server_cookie_size = (uint8_t)(size - COOKIE_CLIENT_OCTETS);
	memcpy(peer->server_cookie, cookie + COOKIE_CLIENT_OCTETS, peer->server_cookie_size);
}

static void learn(struct transport *transport, const struct flight *flight,
		  const struct message *message)
{
	struct peer *peer = flight->peer;
	if (message->edns.present && flight->edns != FLIGHT_PLAIN)
		peer->speaks_edns = true;
	learn_cookie(peer, flight, message);
	if (message->rcode == RCODE_SERVFAIL || message->rcode == RCODE_REFUSED)
		pacer_trouble(&peer->pacer, transport_now(transport));
	else
		pacer_ease(&peer->pacer);
}

static void again(struct transport *transport, struct flight *flight)
{
	flight_land(transport, flight);
	flights_drop_id(&transport->flights, flight); /* a new id for a new question */
	flight->cookie_missing = false;
	flight_depart(transport, flight, true);
}

/* RFC 6891 s6.2.2 and s7: what a server says that does not know EDNS. */
static bool refuses_edns(const struct flight *flight, const struct message *message)
{
	if (flight->edns == FLIGHT_PLAIN)
		return false;
	if (message->rcode == RCODE_BADVERS)
		return true;
	return !message->edns.present &&
	       (message->rcode == RCODE_FORMERR || message->rcode == RCODE_NOTIMP);
}

static bool over_tcp(struct transport *transport, struct flight *flight)
{
	if (flight->transport != EXCHANGE_UDP)
		return false;
	flight->transport = EXCHANGE_TCP;
	again(transport, flight);
	return true;
}

static bool truncated(struct transport *transport, struct flight *flight,
		      const struct message *message)
{
	if (flight->transport != EXCHANGE_UDP || (message->flags & FLAG_TC) == 0)
		return false;
	assert(flight->truncated == NULL);
	flight->truncated = memory_take(message->wire_size);
	if (flight->truncated == NULL)
		return false; /* no memory: what came must do */
	memcpy(flight->truncated, message->wire, message->wire_size);
	flight->truncated_size = (uint16_t)message->wire_size;
	flight->udp_truncated = true;
	return over_tcp(transport, flight);
}

static bool bad_cookie(struct transport *transport, struct flight *flight,
		       const struct message *message)
{
	if (message->rcode != RCODE_BADCOOKIE || flight->edns != FLIGHT_EDNS_COOKIE)
		return false;
	if (flight->cookie_tries++ > 0) /* RFC 7873 s5.3: twice is a case for TCP */
		return over_tcp(transport, flight);
	flight->attempts = 0;
	again(transport, flight);
	return true;
}

bool reply_taken_further(struct transport *transport, struct flight *flight,
			 const struct message *message)
{
	struct peer *peer = flight->peer;
	if (flight->form != NULL)
		return !flight->form->keeps_truncated && !flight->once && !flight_is_left(flight) &&
		       truncated(transport, flight, message);
	learn(transport, flight, message);
	if (flight->once || flight_is_left(flight))
		return false;
	if (refuses_edns(flight, message)) {
		if (!peer->speaks_edns || message->rcode == RCODE_BADVERS)
			peer->plain_until_ns = transport_now(transport) + TRANSPORT_PLAIN_NS;
		flight->plain = true;
		flight->attempts = 0; /* those that count are the plain ones */
		again(transport, flight);
		return true;
	}
	if (message->rcode == RCODE_FORMERR && flight->edns == FLIGHT_EDNS_COOKIE) {
		peer->dislikes_cookie = true;
		flight->no_cookie = true;
		flight->attempts = 0;
		again(transport, flight);
		return true;
	}
	return bad_cookie(transport, flight, message) || truncated(transport, flight, message);
}
