/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The end of a flight: one result for all who asked.
 */
#include "dns/transport/engine_private.h"
#include "dns/transport/session_private.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"

#include <assert.h>

void flight_land(struct transport *transport, struct flight *flight)
{
	flight_unlink(flight);
	timer_stop(&flight->timer);
	if (flight->connection != NULL)
		stream_abandon(flight);
	if (flight->in_window)
		window_release(&transport->window, flight->epoch);
	flight->in_window = false;
	if (flight->on_the_way) {
		assert(transport->counts.in_flight > 0);
		transport->counts.in_flight--;
	}
	flight->on_the_way = false;
	if (transport->ready.first != NULL)
		loop_defer(transport->loop, &transport->turn_end);
}

static void tell(struct transport *transport, struct flight *flight,
		 const struct exchange_result *result)
{
	flight_land(transport, flight);
	flights_drop_id(&transport->flights, flight);
	flights_drop_key(&transport->flights, flight);
	assert(flight->peer->flights > 0);
	flight->peer->flights--;
	/* Who is told may leave other exchanges, and others this one. */
	struct exchange_asker who;
	while (flight_take_asker(&transport->flights, flight, &who))
		who.done(who.context, result);
	flight_free(&transport->flights, flight);
}

static const struct exchange_session *session_of(const struct flight *flight)
{
	const struct session_record *record =
		flight->secrecy != NULL ? flight->secrecy->session : NULL;
	return record != NULL ? &record->session : NULL;
}

static struct exchange_result result_of(const struct flight *flight)
{
	uint8_t attempts = flight->attempts;
	return (struct exchange_result){
		.attempts = attempts > flight->streams ? attempts : flight->streams,
		.sent = flight->sent,
		.mismatches = flight->mismatches,
		.transport = flight->transport,
		.truncated = flight->udp_truncated,
		.other_source = flight->other_source,
		.server_dead = flight->server_dead,
		.session = session_of(flight),
	};
}

static bool case_differs(const struct flight *flight, const struct message *message)
{
	return message->question_name != NULL &&
	       !name_equal_exactly(message->question_name, flight->name);
}

void flight_answered(struct transport *transport, struct flight *flight,
		     const struct message *message)
{
	struct exchange_result result = result_of(flight);
	result.outcome = EXCHANGE_ANSWER;
	result.message = message;
	result.rtt_us = flight->rtt_us;
	result.case_differs = case_differs(flight, message);
	result.truncated = flight->udp_truncated ||
			   (flight->transport == EXCHANGE_UDP && (message->flags & FLAG_TC) != 0);
	/* A late answer to an attempt with EDNS may come while the plain one is out. */
	result.without_edns = flight->edns == FLIGHT_PLAIN && !message->edns.present;
	if (flight->last_plain && result.without_edns)
		result.attempts = 1;
	tell(transport, flight, &result);
}

/* TC, and then nothing over TCP: the truncated message is what there is. */
static bool answered_truncated(struct transport *transport, struct flight *flight)
{
	struct message message;
	if (flight->truncated == NULL)
		return false;
	arena_reset(&transport->arena);
	if (message_walk(&transport->arena, flight->truncated, flight->truncated_size, &message) !=
	    OK)
		return false;
	struct exchange_result result = result_of(flight);
	result.outcome = EXCHANGE_ANSWER;
	result.message = &message;
	result.transport = EXCHANGE_UDP;
	result.tcp_failed = true;
	result.rtt_us = flight->rtt_us;
	result.attempts = flight->attempts;
	result.case_differs = case_differs(flight, &message);
	result.without_edns = flight->edns == FLIGHT_PLAIN;
	tell(transport, flight, &result);
	return true;
}

void flight_failed(struct transport *transport, struct flight *flight,
		   enum exchange_outcome outcome)
{
	assert(outcome != EXCHANGE_ANSWER);
	if (answered_truncated(transport, flight))
		return;
	struct exchange_result result = result_of(flight);
	result.outcome = outcome;
	tell(transport, flight, &result);
}

void flight_fail_later(struct transport *transport, struct flight *flight,
		       enum exchange_outcome outcome)
{
	flight_land(transport, flight);
	flight->outcome = (uint8_t)outcome;
	flight_append(&transport->ended, flight);
	loop_defer(transport->loop, &transport->turn_end);
}

void transport_turn_end(void *context)
{
	struct transport *transport = context;
	struct flight *flight;
	/* Only those that are there now: who is told may ask again, of a dead server too. */
	uint32_t count = transport->ended.count;
	while (count-- > 0 && (flight = flight_shift(&transport->ended)) != NULL) {
		if (flight->outcome != EXCHANGE_UNREACHABLE || flight->is_given_up ||
		    !pulse_takes(transport, flight, transport_now(transport), EXCHANGE_UNREACHABLE,
				 true))
			flight_failed(transport, flight, flight->outcome);
	}
	if (transport->is_ending)
		return;
	pulses_go_on(transport);
	stream_connect_more(transport);
	transport_pump(transport);
}
