/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long is waited for an answer: when an attempt is over, when an answer is late, and what
 * askers do then who have other servers to ask.
 */
#include "dns/transport/connection_private.h"
#include "dns/transport/engine_private.h"

#include <assert.h>

/* So much missed in a row, with no sign of life between, and what waits for its turn there may go
 * elsewhere. One is lost every now and then. */
#define SILENT_AFTER 2u
/* Later attempts take the longest time-out, whatever their number. */
#define DOUBLINGS_MAX 8u

static uint32_t doubled(uint32_t first_ms, const struct flight *flight)
{
	unsigned times = flight->attempts > 1 && !flight->last_plain ? flight->attempts - 1u : 0;
	return first_ms << (times < DOUBLINGS_MAX ? times : DOUBLINGS_MAX);
}

static uint64_t over_ns(const struct transport *transport, const struct flight *flight)
{
	const struct transport_settings *settings = &transport->settings;
	uint32_t timeout_ms = settings->tcp_timeout_ms;
	if (flight->transport == EXCHANGE_UDP) {
		const uint32_t most = settings->first_timeout_ms > TRANSPORT_TIMEOUT_MAX_MS
					      ? settings->first_timeout_ms
					      : TRANSPORT_TIMEOUT_MAX_MS;
		timeout_ms = doubled(settings->first_timeout_ms, flight);
		timeout_ms = timeout_ms < most ? timeout_ms : most;
	}
	return flight_sent_ns(flight) + UINT64_C(1000000) * timeout_ms;
}

static uint64_t late_ns(const struct flight *flight)
{
	const uint32_t late_ms = round_trip_late_ms(&flight->peer->round_trip);
	/* A connection takes a round trip, and so does the question. */
	return flight_sent_ns(flight) +
	       UINT64_C(1000000) *
		       (flight->transport == EXCHANGE_UDP ? doubled(late_ms, flight) : 2 * late_ms);
}

static bool some_want_to_know(const struct flight *flight)
{
	const struct exchange_asker *asker;
	for (unsigned i = 0; (asker = flight_asker(flight, i)) != NULL; i++) {
		if (asker->late != NULL)
			return true;
	}
	return false;
}

static bool all_ask_again(const struct flight *flight)
{
	const struct exchange_asker *asker;
	for (unsigned i = 0; (asker = flight_asker(flight, i)) != NULL; i++) {
		if (asker->late == NULL)
			return false;
	}
	return !flight_is_left(flight);
}

/* Who is told may leave. */
static void tell(const struct flight *flight, bool rests)
{
	const struct exchange_asker *asker;
	for (unsigned i = 0; (asker = flight_asker(flight, i)) != NULL;) {
		const struct exchange_asker who = *asker;
		if (who.late != NULL)
			who.late(who.context, rests);
		asker = flight_asker(flight, i);
		i += asker != NULL && asker->context == who.context;
	}
}

void flight_watch(struct transport *transport, struct flight *flight)
{
	uint64_t due_ns = over_ns(transport, flight);
	assert(!flight->is_late);
	if (some_want_to_know(flight) && late_ns(flight) < due_ns)
		due_ns = late_ns(flight);
	timer_start_at(transport->loop, &flight->timer, due_ns);
}

void flight_missed(struct transport *transport, const struct flight *flight)
{
	struct peer *peer = flight->peer;
	/* Something came since: it is this question that it does not answer, or this answer that
	 * was lost. */
	if (flight->transport == EXCHANGE_UDP &&
	    peer_silence(peer, EXCHANGE_UDP)->heard_ns < flight_sent_ns(flight))
		round_trip_missed(&peer->round_trip, transport_now(transport));
}

static void become_late(struct transport *transport, struct flight *flight)
{
	flight->is_late = true;
	timer_start_at(transport->loop, &flight->timer, over_ns(transport, flight));
	if (!pulse_is_there(transport, &flight->peer->address))
		return;
	flight_missed(transport, flight);
	tell(flight, false);
}

/* Behind a silent server's pace they would wait for long. */
static void tell_waiting(struct transport *transport, struct peer *peer)
{
	struct flight *flight;
	uint32_t count = peer->waiting.count;
	if (!pulse_is_there(transport, &peer->address))
		return;
	while (count-- > 0 && (flight = flight_shift(&peer->waiting)) != NULL) {
		flight_append(&peer->waiting, flight);
		if (flight->transport != EXCHANGE_UDP || flight->is_late)
			continue;
		flight->is_late = true;
		tell(flight, false);
	}
}

void flight_timeout(void *context)
{
	struct flight *flight = context;
	struct peer *peer = flight->peer;
	struct transport *transport = peer->transport;
	const unsigned missed = peer->round_trip.missed;
	if (transport_now(transport) < over_ns(transport, flight))
		become_late(transport, flight);
	else if (flight->transport == EXCHANGE_UDP)
		udp_timeout(transport, flight);
	else
		stream_timeout(transport, flight);
	if (peer->round_trip.missed > missed && peer->round_trip.missed >= SILENT_AFTER)
		tell_waiting(transport, peer);
}

bool flight_rests(struct transport *transport, struct flight *flight)
{
	assert(flight->list == NULL && !flight->on_the_way);
	if (!all_ask_again(flight))
		return false;
	flight_append(&transport->resting, flight);
	tell(flight, true);
	return true;
}

void transport_again(struct transport *transport, struct flight *flight)
{
	if (flight->list != &transport->resting)
		return;
	flight_unlink(flight);
	flight->is_late = false;
	flight_depart(transport, flight, true);
}

static bool is_sent(const struct transport *transport, const struct flight *flight)
{
	const struct flight_list *list = flight->list;
	const struct connection *connection = flight->connection;
	return list != &transport->resting && list != &transport->ready &&
	       list != &transport->unconnected[0] && list != &transport->unconnected[1] &&
	       list != &flight->peer->waiting &&
	       (connection == NULL || list != &connection->behind);
}

uint8_t transport_leave(struct transport *transport, struct flight *flight, const void *context)
{
	flight_drop_asker(&transport->flights, flight, context);
	if (!flight_is_left(flight)) {
		/* It may yet send all that it may, and not on those that came later. */
		return flight->sends_max > flight->sent ? flight->sends_max : flight->sent;
	}
	if (!is_sent(transport, flight))
		flight_fail_later(transport, flight, EXCHANGE_NOT_ASKED);
	return flight->sent;
}

uint32_t transport_expected_ms(const struct transport *transport, const struct address *server)
{
	static const struct round_trip unknown;
	struct peer *peer = peers_find(&transport->peers, server);
	if (peer == NULL)
		return round_trip_late_ms(&unknown);
	if (peer_is_dead(peer, EXCHANGE_UDP, transport_now(transport)))
		return ROUND_TRIP_MAX_MS << ROUND_TRIP_MISSED_MAX;
	return round_trip_expected_ms(&peer->round_trip, transport_now(transport));
}
