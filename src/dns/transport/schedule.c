/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When a question goes out: first its server's pace (and lease), then the window, the total rate
 * and the kernel's room. Waiting questions keep their order; those that go out again go first.
 */
#include "dns/transport/engine_private.h"

#include <assert.h>

/* Tokens asked for at a time: what a burst of a few domains at one server needs, and a tenth of a
 * second's worth at the default of 50. */
#define LEASE_WANTED_MAX 16u

static bool may_launch(struct transport *transport, const struct flight *flight)
{
	uint64_t now = transport_now(transport);
	if (transport->is_blocked ||
	    transport->counts.in_flight >= transport->settings.in_flight_max)
		return false;
	if (flight->transport == EXCHANGE_UDP && !window_is_open(&transport->window, now))
		return false;
	return pacer_wait_ns(&transport->pacer, transport->settings.rate_total, now) == 0;
}

static void launch(struct transport *transport, struct flight *flight)
{
	assert(flight->list == NULL && !flight->on_the_way);
	pacer_take(&transport->pacer, transport->settings.rate_total, transport_now(transport));
	flight->on_the_way = true;
	transport->counts.in_flight++;
	if (flight->transport == EXCHANGE_UDP)
		udp_launch(transport, flight);
	else
		stream_launch(transport, flight);
}

static void wait_for_room(struct transport *transport)
{
	if (transport->is_blocked || timer_is_started(&transport->wake))
		return; /* writable() or the timer will come */
	uint64_t now = transport_now(transport);
	uint64_t wait_ns = pacer_wait_ns(&transport->pacer, transport->settings.rate_total, now);
	uint64_t due_ns = wait_ns > 0 ? now + wait_ns : window_opens_ns(&transport->window);
	timer_start_at(transport->loop, &transport->wake, due_ns);
}

void transport_pump(struct transport *transport)
{
	while (transport->ready.first != NULL && may_launch(transport, transport->ready.first))
		launch(transport, flight_shift(&transport->ready));
	if (transport->ready.first != NULL)
		wait_for_room(transport);
}

static void flight_ready(struct transport *transport, struct flight *flight, bool is_again)
{
	if (transport->ready.first == NULL && may_launch(transport, flight)) {
		launch(transport, flight);
		return;
	}
	if (is_again)
		flight_prepend(&transport->ready, flight);
	else
		flight_append(&transport->ready, flight);
	wait_for_room(transport);
}

void flight_put_back(struct transport *transport, struct flight *flight)
{
	flight_land(transport, flight);
	flight_prepend(&transport->ready, flight);
}

/* ---- one server's pace ---- */

static bool peer_go(struct transport *transport, struct peer *peer)
{
	uint32_t rate = transport->settings.rate_per_server;
	uint64_t now = transport_now(transport);
	if (pacer_wait_ns(&peer->pacer, rate, now) > 0)
		return false;
	if (transport->settings.lease != NULL) {
		if (peer->granted == 0)
			return false;
		peer->granted--;
	}
	pacer_take(&peer->pacer, rate, now);
	return true;
}

static void peer_wait(struct transport *transport, struct peer *peer)
{
	uint64_t now = transport_now(transport);
	uint64_t wait_ns = pacer_wait_ns(&peer->pacer, transport->settings.rate_per_server, now);
	bool needs_lease = transport->settings.lease != NULL && peer->granted == 0;
	if (wait_ns > 0 || !needs_lease) { /* 0: its turn comes with those before it */
		if (!timer_is_started(&peer->timer))
			timer_start_at(transport->loop, &peer->timer, now + wait_ns);
		return;
	}
	if (peer->lease_asked)
		return;
	peer->lease_asked = true;
	uint32_t wanted = peer->waiting.count;
	assert(wanted > 0);
	transport->settings.lease(transport->settings.lease_context, &peer->address,
				  wanted < LEASE_WANTED_MAX ? wanted : LEASE_WANTED_MAX);
}

static void peer_drain(struct transport *transport, struct peer *peer)
{
	while (peer->waiting.first != NULL && peer_go(transport, peer)) {
		struct flight *flight = flight_shift(&peer->waiting);
		flight_ready(transport, flight, flight->attempts > 0);
	}
	if (peer->waiting.first != NULL)
		peer_wait(transport, peer);
}

void peer_due(void *context)
{
	struct peer *peer = context;
	peer_drain(peer->transport, peer);
}

void transport_grant(struct transport *transport, const struct address *server, unsigned granted)
{
	struct peer *peer = peers_find(&transport->peers, server);
	if (peer == NULL)
		return; /* forgotten since: the tokens are lost, and the rate only lower for it */
	peer->granted += granted;
	peer->lease_asked = false;
	peer_drain(transport, peer);
}

static void end_unasked(struct transport *transport, struct flight *flight)
{
	bool was_sent = flight->attempts > 0 || flight->streams > 0;
	/* What cannot be reached from here is no silence of the server's. */
	bool is_unreachable = peer_silence(flight->peer, flight->transport)->is_unreachable;
	flight->server_dead = !was_sent && !is_unreachable;
	flight->is_given_up = true;
	flight_fail_later(transport, flight,
			  is_unreachable ? EXCHANGE_UNREACHABLE
			  : was_sent     ? EXCHANGE_TIMEOUT
					 : EXCHANGE_NOT_ASKED);
}

void peer_give_up(struct transport *transport, struct peer *peer, uint8_t kind)
{
	peer_silence(peer, kind)->dead_until_ns =
		transport_now(transport) + UINT64_C(1000000) * transport->settings.dead_for_ms;
	struct flight *next;
	for (struct flight *flight = peer->waiting.first; flight != NULL; flight = next) {
		next = flight->next;
		if (flight->transport == kind && !flight->once)
			end_unasked(transport, flight);
	}
}

void flight_depart(struct transport *transport, struct flight *flight, bool is_again)
{
	struct peer *peer = flight->peer;
	assert(flight->list == NULL && !flight->on_the_way);
	if (!flight_may_send(flight, 1)) {
		flight_fail_later(transport, flight, EXCHANGE_TIMEOUT);
		return;
	}
	if (pulse_has_sent(flight)) {
		launch(transport, flight);
		return;
	}
	if (pulse_stops(transport, flight))
		return;
	if (!flight->once && peer_is_dead(peer, flight->transport, transport_now(transport))) {
		end_unasked(transport, flight);
		return;
	}
	if (peer->waiting.first == NULL && peer_go(transport, peer)) {
		flight_ready(transport, flight, is_again);
		return;
	}
	if (is_again)
		flight_prepend(&peer->waiting, flight);
	else
		flight_append(&peer->waiting, flight);
	peer_wait(transport, peer);
}
