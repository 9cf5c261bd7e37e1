/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is heard, and what silence means: the network's (pulse_private.h) and one server's
 * (peer_private.h).
 */
#include "base/memory.h"
#include "dns/transport/engine_private.h"

#include <assert.h>
#include <string.h>

#define ROUND_MS 500
/* Servers asked in a round, and how many of them must be others than the one in question. */
#define ASKED_MIN 2u
/* A flight that lived through more losses is told as it ended. */
#define RESTARTS_MAX 8u
/* And one that our own machine refuses while others are heard. */
#define REFUSALS_MAX 3u

static struct pulse *pulse_of(struct transport *transport, const struct address *address)
{
	return &transport->pulses[address->family == ADDRESS_IPV6];
}

/* ---- asking those that answered last ---- */

static void round_over(struct pulse *pulse);

static void known_replied(void *context, const struct exchange_result *result)
{
	struct pulse *pulse = context;
	assert(pulse->asked > 0);
	pulse->asked--;
	pulse->has_failed |=
		result->outcome == EXCHANGE_TIMEOUT || result->outcome == EXCHANGE_UNREACHABLE;
	if (pulse->asked == 0 && !pulse->transport->is_ending)
		round_over(pulse);
}

bool pulse_has_sent(const struct flight *flight)
{
	return flight->asker.who.done == known_replied;
}

static void ask_known(struct pulse *pulse)
{
	pulse->has_failed = false;
	for (unsigned i = 0; i < pulse->known_count; i++) {
		const struct known_server *known = &pulse->known[i];
		const struct exchange_question question = {.server = known->address,
							   .name = known->name,
							   .type = known->type,
							   .transport = EXCHANGE_UDP,
							   .once = true};
		if (transport_ask(pulse->transport, &question, known_replied, pulse) == OK)
			pulse->asked++;
	}
	if (pulse->asked == 0)
		timer_start(pulse->transport->loop, &pulse->timer, ROUND_MS);
}

static void round_over(struct pulse *pulse)
{
	if (pulse->state == PULSE_THERE)
		return;
	if (pulse->state == PULSE_DOUBTED && pulse->has_failed) {
		pulse->state = PULSE_LOST;
		pulse->lost_ns = pulse->heard_ns;
	}
	timer_start(pulse->transport->loop, &pulse->timer, ROUND_MS);
}

static void round_due(void *context)
{
	ask_known(context);
}

/* What is asked then counts for the question that caused it, and a question that may not take so
 * many causes none. */
static bool doubt(struct pulse *pulse, struct flight *flight)
{
	const struct address *silent = &flight->peer->address;
	unsigned others = 0;
	assert(pulse->state == PULSE_THERE);
	for (unsigned i = 0; i < pulse->known_count; i++)
		others += !address_equal(&pulse->known[i].address, silent);
	if (others < ASKED_MIN || !flight_may_send(flight, pulse->known_count))
		return false;
	pulse->state = PULSE_DOUBTED;
	/* A round begun in an earlier doubt still counts. */
	if (pulse->asked == 0)
		ask_known(pulse);
	flight_sent(flight, pulse->asked);
	return true;
}

/* ---- what comes ---- */

void pulse_heard(struct transport *transport, const struct address *address)
{
	struct pulse *pulse = pulse_of(transport, address);
	pulse->heard_ns = transport_now(transport);
	pulse->is_absent = false;
	if (pulse->state == PULSE_THERE)
		return;
	pulse->was_lost |= pulse->state == PULSE_LOST;
	if (pulse->state == PULSE_LOST)
		pulse->back_ns = pulse->heard_ns;
	pulse->state = PULSE_THERE;
	pulse->is_releasing = true;
	timer_stop(&pulse->timer);
	loop_defer(transport->loop, &transport->turn_end);
}

void pulse_remember(struct transport *transport, const struct flight *flight)
{
	struct pulse *pulse = pulse_of(transport, &flight->peer->address);
	for (unsigned i = 0; i < pulse->known_count; i++) {
		if (address_equal(&pulse->known[i].address, &flight->peer->address))
			return;
	}
	struct known_server *known = &pulse->known[pulse->known_next];
	if (++pulse->known_next == PULSE_KNOWN)
		pulse->known_next = PULSE_FIRST;
	pulse->known_count += pulse->known_count < PULSE_KNOWN;
	known->address = flight->peer->address;
	known->type = flight->type;
	(void)name_copy_lower(known->name, flight->name);
}

/* ---- what does not ---- */

static void hold(struct transport *transport, struct pulse *pulse, struct flight *flight,
		 enum exchange_outcome outcome)
{
	flight_land(transport, flight);
	flight->outcome = (uint8_t)outcome;
	flight_append(&pulse->held, flight);
}

/* As if it had never been sent. */
static void restart(struct transport *transport, struct flight *flight)
{
	flight_land(transport, flight);
	flights_drop_id(&transport->flights, flight);
	if (flight->attempts > 0 || flight->streams > 0)
		flight->restarts++;
	flight->attempts = flight->streams = 0;
	flight->mismatches = flight->malformed = 0;
	flight->plain = flight->plain && !flight->last_plain;
	flight->last_plain = flight->cookie_missing = false;
	flight_depart(transport, flight, true);
}

/* One of its attempts left while the network was away. */
static bool is_spoiled(const struct pulse *pulse, const struct flight *flight, uint64_t sent_ns)
{
	return pulse->back_ns > 0 && flight->started_ns <= pulse->back_ns &&
	       sent_ns >= pulse->lost_ns && flight->restarts < RESTARTS_MAX;
}

bool pulse_takes(struct transport *transport, struct flight *flight, uint64_t sent_ns,
		 enum exchange_outcome outcome, bool is_last)
{
	struct pulse *pulse = pulse_of(transport, &flight->peer->address);
	if (pulse->heard_ns == 0) {
		pulse->is_absent |= outcome == EXCHANGE_UNREACHABLE;
		return false;
	}
	if (pulse_has_sent(flight) || flight_is_left(flight) || transport->is_ending)
		return false;
	if (pulse->state == PULSE_THERE && is_spoiled(pulse, flight, sent_ns)) {
		restart(transport, flight);
		return true;
	}
	/* What our own machine refuses may be heard of a moment later: replies wait in its buffers.
	 */
	bool is_clear = outcome == EXCHANGE_UNREACHABLE ? flight->restarts >= REFUSALS_MAX
							: pulse->heard_ns >= sent_ns;
	if (pulse->state == PULSE_THERE && (is_clear || !doubt(pulse, flight)))
		return false;
	if (pulse->state == PULSE_DOUBTED && !is_last)
		return false;
	hold(transport, pulse, flight, outcome);
	return true;
}

bool pulse_is_there(struct transport *transport, const struct address *address)
{
	return pulse_of(transport, address)->state == PULSE_THERE;
}

bool pulse_stops(struct transport *transport, struct flight *flight)
{
	struct pulse *pulse = pulse_of(transport, &flight->peer->address);
	if (pulse->state != PULSE_LOST || pulse_has_sent(flight))
		return false;
	hold(transport, pulse, flight, EXCHANGE_TIMEOUT);
	return true;
}

/* ---- one server: peer_private.h ---- */

void peer_heard(struct peer *peer, uint8_t transport, uint64_t now_ns)
{
	struct silence *silence = peer_silence(peer, transport);
	silence->heard_ns = now_ns;
	silence->dead_until_ns = 0;
	silence->in_a_row = 0;
	silence->is_unreachable = false;
	if (transport == EXCHANGE_UDP)
		round_trip_heard(&peer->round_trip);
	pulse_heard(peer->transport, &peer->address);
}

bool peer_silent(struct peer *peer, const struct flight *flight, enum exchange_outcome outcome)
{
	struct silence *silence = peer_silence(peer, flight->transport);
	if (outcome != EXCHANGE_TIMEOUT && outcome != EXCHANGE_CLOSED &&
	    outcome != EXCHANGE_UNREACHABLE)
		return false;
	/* It answered last, and is asked again because nobody answers any more. */
	if (pulse_has_sent(flight))
		return false;
	/* Something came since: it is this question that it does not answer. */
	if (silence->heard_ns >= flight->started_ns && silence->heard_ns != 0)
		return false;
	silence->is_unreachable = outcome == EXCHANGE_UNREACHABLE;
	if (silence->in_a_row < UINT16_MAX)
		silence->in_a_row++;
	return silence->in_a_row >= peer->transport->settings.dead_after;
}

/* ---- going on ---- */

static void tell(struct transport *transport, struct flight *flight)
{
	const enum exchange_outcome outcome = flight->outcome;
	if (peer_silent(flight->peer, flight, outcome))
		peer_give_up(transport, flight->peer, flight->transport);
	flight_failed(transport, flight, outcome);
}

static void go_on(struct transport *transport, struct pulse *pulse)
{
	struct flight *flight;
	uint32_t count = pulse->held.count;
	const bool was_lost = pulse->was_lost;
	pulse->is_releasing = pulse->was_lost = false;
	while (count-- > 0 && (flight = flight_shift(&pulse->held)) != NULL) {
		/* Our machine may have refused it in a moment too short to be called a loss. */
		bool is_doubtful = was_lost || (flight->outcome == EXCHANGE_UNREACHABLE &&
						flight->restarts < REFUSALS_MAX);
		if (flight_is_left(flight))
			flight_failed(transport, flight, EXCHANGE_NOT_ASKED);
		else if (is_doubtful && flight->restarts < RESTARTS_MAX)
			restart(transport, flight);
		else
			tell(transport, flight);
	}
}

void pulses_go_on(struct transport *transport)
{
	for (unsigned i = 0; i < 2; i++) {
		if (transport->pulses[i].is_releasing)
			go_on(transport, &transport->pulses[i]);
	}
}

/* ---- all of it ---- */

void pulses_init(struct transport *transport)
{
	for (unsigned i = 0; i < 2; i++) {
		transport->pulses[i].transport = transport;
		timer_init(&transport->pulses[i].timer, round_due, &transport->pulses[i]);
	}
}

void pulses_release(struct transport *transport)
{
	for (unsigned i = 0; i < 2; i++) {
		assert(transport->pulses[i].held.count == 0);
		timer_stop(&transport->pulses[i].timer);
	}
}

unsigned transport_network(const struct transport *transport)
{
	static const unsigned lost[] = {NETWORK_LOST_IPV4, NETWORK_LOST_IPV6};
	static const unsigned absent[] = {NETWORK_ABSENT_IPV4, NETWORK_ABSENT_IPV6};
	unsigned network = 0;
	for (unsigned i = 0; i < 2; i++) {
		network |= transport->pulses[i].state == PULSE_LOST ? lost[i] : 0;
		network |= transport->pulses[i].is_absent ? absent[i] : 0;
	}
	return network;
}
