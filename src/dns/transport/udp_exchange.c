/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Datagrams out and in, and what their absence means.
 */
#include "dns/transport/engine_private.h"
#include "dns/wire/build.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <errno.h>

/* Nothing but replies that do not fit: asked twice, not more. */
#define ATTEMPTS_WHEN_BAD 2u

/* A batch that fills slowly leaves after so long: what waits in it is late, and looks slow. */
#define FLUSH_AFTER_NS UINT64_C(1000000)

static void note_sent(struct transport *transport, struct flight *flight, uint32_t slot)
{
	uint64_t now = loop_read_clock_ns(transport->loop);
	if (flight->attempts == 0) {
		flight->started_ns = now;
		flight->strays = flight->peer->stray_malformed;
	} else {
		transport->counts.retries++;
	}
	unsigned place = flight->attempts % FLIGHT_ATTEMPTS_KEPT;
	flight->slots[place] = slot;
	flight->sent_us[place] = (uint32_t)((now - flight->started_ns) / 1000);
	if (flight->attempts < UINT8_MAX)
		flight->attempts++;
	flight_sent(flight, 1);
	flight->is_late = false;
	flight->epoch = window_sent(&transport->window, now);
	flight->in_window = true;
	transport->counts.sent_udp++;
}

void udp_launch(struct transport *transport, struct flight *flight)
{
	uint8_t datagram[QUERY_MAX_OCTETS];
	size_t size;
	uint32_t slot;
	int error = OK;
	if (!flight->has_id)
		error = flights_put_id(&transport->flights, flight, transport->random);
	if (error != OK) { /* as good as all ids of this server are in flight */
		flight_fail_later(transport, flight, EXCHANGE_NOT_ASKED);
		return;
	}
	error = flight_build(transport, flight, datagram, sizeof(datagram), &size);
	assert(error == OK); /* every question fits QUERY_MAX_OCTETS */
	error = udp_send(transport->udp, &flight->peer->address, datagram, size, &slot);
	if (error == ERR_BUSY) {
		transport->is_blocked = true;
		flight_put_back(transport, flight);
		return;
	}
	if (error != OK) {
		flight_fail_later(transport, flight, EXCHANGE_UNREACHABLE);
		return;
	}
	note_sent(transport, flight, slot);
	flight_watch(transport, flight);
}

/* ---- silence ---- */

static enum exchange_outcome silent_outcome(const struct flight *flight)
{
	if (flight->mismatches > 0)
		return EXCHANGE_MISMATCH;
	if (flight->malformed > 0 || flight->strays != flight->peer->stray_malformed)
		return EXCHANGE_MALFORMED;
	return EXCHANGE_TIMEOUT;
}

/* Some servers and firewalls drop what has an OPT record (RFC 6891 s6.2.2 foresees it). */
static bool try_plain(const struct flight *flight)
{
	return flight->edns != FLIGHT_PLAIN && !flight->peer->speaks_edns && flight->form == NULL;
}

/* What is done when an attempt has brought nothing. */
enum next_step { STEP_OVER_TCP, STEP_AGAIN, STEP_PLAIN, STEP_END };

static enum next_step next_step(struct transport *transport, const struct flight *flight,
				enum exchange_outcome outcome)
{
	bool is_dead = peer_is_dead(flight->peer, EXCHANGE_UDP, transport_now(transport));
	unsigned most =
		outcome == EXCHANGE_TIMEOUT ? transport->settings.attempts : ATTEMPTS_WHEN_BAD;
	if (flight->once || flight_is_left(flight))
		return STEP_END;
	if (flight->cookie_missing)
		return STEP_OVER_TCP; /* RFC 7873 s5.3 */
	if (flight->attempts < most && !flight->last_plain && !is_dead)
		return STEP_AGAIN;
	if (outcome == EXCHANGE_TIMEOUT && try_plain(flight) && !is_dead)
		return STEP_PLAIN;
	return STEP_END;
}

/* Our own machine refuses what is sent there; that it refused this, too, may not have been told, as
 * when a socket has gone meanwhile. */
static bool is_out_of_reach(const struct transport *transport, struct peer *peer)
{
	return peer_is_dead(peer, EXCHANGE_UDP, transport_now(transport)) &&
	       peer_silence(peer, EXCHANGE_UDP)->is_unreachable;
}

void udp_timeout(struct transport *transport, struct flight *flight)
{
	struct peer *peer = flight->peer;
	enum exchange_outcome outcome = silent_outcome(flight);
	enum next_step step = next_step(transport, flight, outcome);
	transport->counts.timeouts++;
	if (pulse_takes(transport, flight, flight_sent_ns(flight), outcome, step == STEP_END))
		return;
	const bool is_plain = flight->form == NULL;
	if (outcome == EXCHANGE_TIMEOUT && is_plain && !pulse_has_sent(flight))
		pacer_trouble(&peer->pacer, transport_now(transport));
	if (!flight->is_late && is_plain)
		flight_missed(transport, flight);
	flight_land(transport, flight);
	switch (step) {
	case STEP_OVER_TCP:
		peer->returns_cookie = false;
		flight->transport = EXCHANGE_TCP;
		break;
	case STEP_PLAIN:
		flight->plain = flight->last_plain = true;
		break;
	case STEP_AGAIN:
		break;
	case STEP_END:
		if (outcome == EXCHANGE_TIMEOUT && is_out_of_reach(transport, peer))
			outcome = EXCHANGE_UNREACHABLE;
		else if (outcome == EXCHANGE_TIMEOUT && is_plain && !flight_is_left(flight) &&
			 peer_silent(peer, flight, outcome))
			peer_give_up(transport, peer, EXCHANGE_UDP);
		flight_failed(transport, flight, outcome);
		return;
	}
	if (step == STEP_OVER_TCP || !flight_rests(transport, flight))
		flight_depart(transport, flight, true);
}

/* ---- what comes back ---- */

#define NO_ATTEMPT UINT8_MAX

/* Which of the attempts kept used that socket; the newest one first. */
static uint8_t attempt_of_slot(const struct flight *flight, uint32_t slot)
{
	unsigned kept =
		flight->attempts < FLIGHT_ATTEMPTS_KEPT ? flight->attempts : FLIGHT_ATTEMPTS_KEPT;
	for (unsigned i = 1; i <= kept; i++) {
		unsigned attempt = flight->attempts - i;
		if (flight->slots[attempt % FLIGHT_ATTEMPTS_KEPT] == slot)
			return (uint8_t)attempt;
	}
	return NO_ATTEMPT;
}

static uint32_t attempt_rtt_us(const struct flight *flight, uint8_t attempt, uint64_t arrived_ns)
{
	uint64_t since_us =
		arrived_ns > flight->started_ns ? (arrived_ns - flight->started_ns) / 1000 : 0;
	uint64_t sent_us = flight->sent_us[attempt % FLIGHT_ATTEMPTS_KEPT];
	return since_us > sent_us ? (uint32_t)(since_us - sent_us) : 0;
}

/* What this answer took beyond the best one of its server waited in queues: ours to keep short. */
static void note_delay(struct transport *transport, const struct flight *flight)
{
	struct peer *peer = flight->peer;
	if (peer->best_rtt_us == 0 || flight->rtt_us < peer->best_rtt_us)
		peer->best_rtt_us = flight->rtt_us > 0 ? flight->rtt_us : 1;
	window_delayed(&transport->window,
		       flight->rtt_us - (flight->rtt_us > 0 ? peer->best_rtt_us : 0),
		       transport_now(transport));
}

static void reply_fits(struct transport *transport, struct flight *flight, uint8_t attempt,
		       const struct message *message)
{
	uint64_t now = transport_now(transport);
	window_answered(&transport->window);
	round_trip_measured(&flight->peer->round_trip, flight->rtt_us);
	if (!flight->last_plain)
		note_delay(transport, flight);
	if (attempt > 0 && attempt + 1 == flight->attempts && !flight->last_plain)
		window_lost(&transport->window, now);
	peer_heard(flight->peer, EXCHANGE_UDP, now);
	pulse_remember(transport, flight);
	/* A reply that came late was not lost: attempts after the one it answers were needless. */
	flight->attempts = attempt + 1;
	if (!reply_taken_further(transport, flight, message))
		flight_answered(transport, flight, message);
}

static void read_reply(struct transport *transport, struct flight *flight, uint8_t attempt,
		       const struct udp_datagram *datagram)
{
	struct message message;
	arena_reset(&transport->arena);
	if (message_walk(&transport->arena, datagram->data, datagram->size_bytes, &message) != OK)
		return; /* no memory: as if it had been lost */
	if (datagram->is_cut)
		message.flags |= FLAG_TC;
	if (reply_judge(transport, flight, &message) != REPLY_FITS) {
		peer_heard(flight->peer, EXCHANGE_UDP, transport_now(transport));
		return;
	}
	flight->rtt_us = attempt_rtt_us(flight, attempt, datagram->arrived_ns);
	reply_fits(transport, flight, attempt, &message);
}

/* Not where a question is sent: a refusal comes by callback, and transport_ask makes none. */
static void flush_in_time(struct transport *transport)
{
	uint64_t now = loop_read_clock_ns(transport->loop);
	if (now - transport->flushed_ns < FLUSH_AFTER_NS)
		return;
	transport->flushed_ns = now;
	udp_flush(transport->udp);
}

/* RFC 2181 s4.1: servers of several addresses must answer from the one that was asked. */
static bool came_from_elsewhere(struct transport *transport, const struct udp_datagram *datagram)
{
	struct flight *flight = NULL;
	if (datagram->size_bytes < 2)
		return false;
	uint16_t id = (uint16_t)(datagram->data[0] << 8 | datagram->data[1]);
	while ((flight = flights_by_any_id(&transport->flights, id, flight)) != NULL) {
		if (flight->transport != EXCHANGE_UDP ||
		    attempt_of_slot(flight, datagram->slot) == NO_ATTEMPT)
			continue;
		transport_note(transport, flight);
		const bool fits = reply_from_elsewhere(transport, flight, datagram->data,
						       datagram->size_bytes);
		transport_note_end(transport);
		if (fits)
			return true;
	}
	return false;
}

static void received(void *context, const struct udp_datagram *datagram)
{
	struct transport *transport = context;
	struct flight *flight = NULL;
	uint8_t attempt = NO_ATTEMPT;
	transport->counts.received++;
	if (datagram->size_bytes >= 2) {
		uint16_t id = (uint16_t)(datagram->data[0] << 8 | datagram->data[1]);
		flight = flights_by_id(&transport->flights, id, &datagram->peer);
	}
	if (flight != NULL && flight->transport == EXCHANGE_UDP)
		attempt = attempt_of_slot(flight, datagram->slot);
	if (flight == NULL && came_from_elsewhere(transport, datagram))
		return;
	if (attempt == NO_ATTEMPT) {
		reply_stray(transport, peers_find(&transport->peers, &datagram->peer),
			    datagram->data, datagram->size_bytes);
		return;
	}
	transport_note(transport, flight);
	read_reply(transport, flight, attempt, datagram);
	transport_note_end(transport);
	flush_in_time(transport);
}

static enum exchange_outcome outcome_of_errno(int errno_value)
{
	return errno_value == ECONNREFUSED ? EXCHANGE_CLOSED : EXCHANGE_UNREACHABLE;
}

static void failed(void *context, const struct udp_datagram *datagram, int errno_value)
{
	struct transport *transport = context;
	if (datagram->size_bytes < 2)
		return;
	uint16_t id = (uint16_t)(datagram->data[0] << 8 | datagram->data[1]);
	struct flight *flight = flights_by_id(&transport->flights, id, &datagram->peer);
	if (flight == NULL || flight->transport != EXCHANGE_UDP || !flight->on_the_way ||
	    attempt_of_slot(flight, datagram->slot) == NO_ATTEMPT)
		return;
	struct peer *peer = flight->peer;
	const enum exchange_outcome outcome = outcome_of_errno(errno_value);
	if (outcome == EXCHANGE_CLOSED)
		pulse_heard(transport, &peer->address);
	else if (pulse_takes(transport, flight, flight_sent_ns(flight), outcome, true))
		return;
	if (flight->form == NULL && peer_silent(peer, flight, outcome))
		peer_give_up(transport, peer, EXCHANGE_UDP);
	flight_failed(transport, flight, outcome);
}

static void writable(void *context)
{
	struct transport *transport = context;
	transport->is_blocked = false;
	transport_pump(transport);
}

void udp_handle(struct transport *transport)
{
	static const struct udp_handler handler = {received, failed, writable};
	udp_pool_handle(transport->udp, &handler, transport);
}
