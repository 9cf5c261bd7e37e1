/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Questions on connections. A connection that the server closes with questions open is no answer to
 * them (RFC 7766 s6.2.4: clients retry): those on a connection that had worked are asked once more
 * on a new one.
 */
#include "base/bytes.h"
#include "dns/transport/connection_private.h"
#include "dns/transport/engine_private.h"
#include "dns/transport/session_private.h"
#include "dns/wire/build.h"

#include <assert.h>

#define STREAMS_TRIED_MAX 2u

static void keep_session(const struct connection *connection, struct flight *flight)
{
	if (connection->session == NULL)
		return;
	session_record_drop(flight->secrecy->session);
	flight->secrecy->session = session_record_hold(connection->session);
}

static void send_on(struct transport *transport, struct connection *connection,
		    struct flight *flight)
{
	uint8_t frame[2 + QUERY_MAX_OCTETS];
	size_t size;
	int error = OK;
	if (!flight->has_id)
		error = flights_put_id(&transport->flights, flight, transport->random);
	if (error == OK)
		error = flight_build(transport, flight, frame + 2, QUERY_MAX_OCTETS, &size);
	if (error == OK && carrier_is_encrypted(connection->kind) && flight->edns != FLIGHT_PLAIN)
		error = query_pad(frame + 2, QUERY_MAX_OCTETS, PADDING_BLOCK, &size);
	if (error == OK) {
		frame[0] = (uint8_t)(size >> 8);
		frame[1] = (uint8_t)size;
		error = carrier_send(connection, flight, frame, size + 2);
	}
	if (error != OK) {
		flight_fail_later(transport, flight, EXCHANGE_CLOSED);
		return;
	}
	flight_append(&connection->flights, flight);
	flight->started_ns = transport_now(transport);
	flight_sent(flight, 1);
	if (flight->streams < UINT8_MAX)
		flight->streams++;
	if (carrier_is_encrypted(connection->kind))
		transport->counts.sent_dot++;
	else
		transport->counts.sent_tcp++;
	flight->is_late = false;
	flight_watch(transport, flight);
}

static void become_idle(struct transport *transport, struct connection *connection)
{
	if (!connection_is_idle(connection) || connection->is_over)
		return;
	if (transport->unconnected[carrier_is_encrypted(connection->kind)].first != NULL ||
	    connection->is_alone)
		connection_free(transport, connection);
	else
		timer_start(transport->loop, &connection->idle, CONNECTION_IDLE_MS);
}

/* Room in the pipeline goes to those behind. */
static void go_on(struct transport *transport, struct connection *connection)
{
	struct flight *flight;
	while (!connection->is_over && connection->flights.count < PIPELINE_MAX &&
	       (flight = flight_shift(&connection->behind)) != NULL)
		send_on(transport, connection, flight);
}

void stream_abandon(struct flight *flight)
{
	struct connection *connection = flight->connection;
	struct transport *transport = flight->peer->transport;
	assert(connection != NULL && flight->list == NULL);
	flight->connection = NULL;
	if (connection->is_over)
		return;
	go_on(transport, connection);
	become_idle(transport, connection);
}

/* ---- a message ---- */

/* Each message has the time of an answer, all of them together a limit. */
static bool another_follows(struct transport *transport, struct flight *flight,
			    const struct message *message)
{
	const struct exchange_form *form = flight->form;
	if (form == NULL || form->goes_on == NULL || flight_is_left(flight) ||
	    !form->goes_on(form->goes_on_context, message))
		return false;
	const uint64_t end_ns = flight->started_ns + UINT64_C(1000000000) * EXCHANGE_TRANSFER_MAX_S;
	const uint64_t next_ns =
		transport_now(transport) + UINT64_C(1000000) * transport->settings.tcp_timeout_ms;
	flight->goes_on = true;
	timer_start_at(transport->loop, &flight->timer, next_ns < end_ns ? next_ns : end_ns);
	return true;
}

/* False: it is no answer, and the flight is as it was. */
static bool read_message(struct transport *transport, struct flight *flight, const uint8_t *data,
			 size_t size)
{
	struct connection *connection = flight->connection;
	struct message message;
	arena_reset(&transport->arena);
	if (message_walk(&transport->arena, data, size, &message) != OK ||
	    reply_judge(transport, flight, &message) != REPLY_FITS)
		return false;
	uint64_t now = transport_now(transport);
	/* Hands shaken in between are not the answer's time. */
	const uint64_t begun_ns =
		carrier_is_encrypted(connection->kind) && connection->opened_ns > flight->started_ns
			? connection->opened_ns
			: flight->started_ns;
	uint64_t rtt_us = (now - begun_ns) / 1000;
	flight->rtt_us = rtt_us < UINT32_MAX ? (uint32_t)rtt_us : UINT32_MAX;
	connection->has_answered = true;
	peer_heard(flight->peer, connection->kind, now);
	if (another_follows(transport, flight, &message))
		return true;
	if (!reply_taken_further(transport, flight, &message))
		flight_answered(transport, flight, &message);
	return true;
}

static void take_message(struct connection *connection, const uint8_t *data, size_t size)
{
	struct peer *peer = connection->peer;
	struct transport *transport = peer->transport;
	struct flight *flight = NULL;
	transport->counts.received++;
	if (size >= 2)
		flight = flights_by_id(&transport->flights, (uint16_t)(data[0] << 8 | data[1]),
				       &peer->address);
	if (flight == NULL || flight->connection != connection) {
		reply_stray(transport, peer, data, size);
		return;
	}
	transport_note(transport, flight);
	(void)read_message(transport, flight, data, size);
	transport_note_end(transport);
}

/* Of carriers that give each question a stream: it says itself what it answers. */
void connection_answered(struct connection *connection, uint16_t token, const uint8_t *message,
			 size_t size)
{
	struct transport *transport = connection->peer->transport;
	struct flight *flight =
		flights_by_id(&transport->flights, token, &connection->peer->address);
	const bool was_reading = connection->is_reading;
	transport->counts.received++;
	if (flight == NULL || flight->connection != connection)
		return; /* its time is over */
	connection->is_reading = true;
	transport_note(transport, flight);
	const bool has_id_zero = message != NULL && size >= 2 && message[0] == 0 && message[1] == 0;
	/* There will be no other answer. */
	if (!has_id_zero || !read_message(transport, flight, message, size))
		flight_failed(transport, flight,
			      flight->mismatches > 0 || (message != NULL && !has_id_zero)
				      ? EXCHANGE_MISMATCH
				      : EXCHANGE_MALFORMED);
	transport_note_end(transport);
	connection->is_reading = was_reading;
	if (!was_reading && !connection->is_over)
		become_idle(transport, connection);
}

/* ---- the end of a connection ---- */

static enum exchange_outcome outcome_of_error(int error)
{
	if (error == ERR_TIMEOUT)
		return EXCHANGE_TIMEOUT;
	if (error == ERR_FORMAT || error == ERR_LIMIT)
		return EXCHANGE_MALFORMED;
	return error == ERR_CRYPTO ? EXCHANGE_TLS_FAILED : EXCHANGE_CLOSED;
}

static void leave(struct transport *transport, struct connection *connection, struct flight *flight,
		  enum exchange_outcome outcome)
{
	bool may_retry = connection->has_answered && !flight->once && !flight_is_left(flight) &&
			 flight->form == NULL && flight->streams < STREAMS_TRIED_MAX;
	flight->connection = NULL;
	if (outcome == EXCHANGE_TIMEOUT &&
	    pulse_takes(transport, flight, flight->started_ns, outcome, true))
		return;
	if (!may_retry) {
		flight_failed(transport, flight, outcome);
		return;
	}
	flight_land(transport, flight);
	flights_drop_id(&transport->flights, flight);
	flight_depart(transport, flight, true);
}

static void end_connection(struct transport *transport, struct connection *connection,
			   enum exchange_outcome outcome)
{
	struct flight *flight;
	connection->is_over = true;
	connection_detach(transport, connection);
	while ((flight = flight_shift(&connection->flights)) != NULL)
		leave(transport, connection, flight, outcome);
	while ((flight = flight_shift(&connection->behind)) != NULL)
		leave(transport, connection, flight, outcome);
	connection_free(transport, connection);
}

void stream_timeout(struct transport *transport, struct flight *flight)
{
	struct connection *connection = flight->connection;
	struct peer *peer = flight->peer;
	uint8_t kind = flight->transport;
	enum exchange_outcome outcome = flight->mismatches > 0  ? EXCHANGE_MISMATCH
					: flight->malformed > 0 ? EXCHANGE_MALFORMED
								: EXCHANGE_TIMEOUT;
	assert(connection != NULL);
	transport->counts.timeouts++;
	flight_unlink(flight);
	if (connection_is_idle(connection)) { /* nobody else trusts it */
		flight->connection = NULL;
		connection_free(transport, connection);
	}
	if (pulse_takes(transport, flight, flight->started_ns, EXCHANGE_TIMEOUT, true))
		return;
	if (outcome == EXCHANGE_TIMEOUT && flight->form == NULL &&
	    peer_silent(peer, flight, outcome))
		peer_give_up(transport, peer, kind);
	flight_failed(transport, flight, outcome);
}

/* ---- what the stream says ---- */

void connection_opened(struct connection *connection)
{
	struct transport *transport = connection->peer->transport;
	connection->is_open = true;
	peer_heard(connection->peer, connection->kind, transport_now(transport));
	if (!carrier_opened(transport, connection))
		end_connection(transport, connection, EXCHANGE_TLS_FAILED);
}

void connection_ended(struct connection *connection, int error, const char *sentence)
{
	if (connection->session != NULL) {
		struct exchange_session *session = &connection->session->session;
		session_record_note(connection->session, sentence);
		if (session->is_established && error != OK && error != ERR_NETWORK &&
		    error != ERR_TIMEOUT)
			session->is_broken = true;
	}
	end_connection(connection->peer->transport, connection, outcome_of_error(error));
}

static void opened(void *context, struct stream *stream)
{
	(void)stream;
	connection_opened(context);
}

static void received(void *context, struct stream *stream, const uint8_t *data, size_t size)
{
	struct connection *connection = context;
	struct transport *transport = connection->peer->transport;
	(void)stream;
	connection->is_reading = true;
	int error = connection->http2 != NULL
			    ? carrier_receive(connection, data, size)
			    : connection_cut(connection, data, size, take_message);
	connection->is_reading = false;
	if (error != OK && connection->http2 != NULL)
		connection_ended(connection, error, "");
	else if (error != OK)
		end_connection(transport, connection, EXCHANGE_CLOSED);
	else
		become_idle(transport, connection);
}

static void closed(void *context, struct stream *stream, int error, const char *sentence)
{
	(void)stream;
	connection_ended(context, error, sentence);
}

static const struct stream_handler handler = {
	.opened = opened,
	.received = received,
	.closed = closed,
};

/* ---- going out ---- */

static enum exchange_outcome outcome_of_refusal(int error)
{
	switch (error) {
	case ERR_MEMORY:
	case ERR_LIMIT:
		return EXCHANGE_NOT_ASKED;
	case ERR_CRYPTO:
		return EXCHANGE_TLS_FAILED;
	default:
		return EXCHANGE_UNREACHABLE;
	}
}

void stream_launch(struct transport *transport, struct flight *flight)
{
	struct peer *peer = flight->peer;
	const bool is_alone = flight->form != NULL && flight->form->is_alone;
	struct connection *connection =
		is_alone ? NULL : peer->connections[flight->transport - EXCHANGE_UDP];
	if (connection == NULL) {
		const bool is_encrypted = carrier_is_encrypted(flight->transport);
		if (transport->connection_count[is_encrypted] >= CONNECTIONS_MAX &&
		    !connection_evict(transport, is_encrypted)) {
			flight_append(&transport->unconnected[is_encrypted], flight);
			return;
		}
		int error = is_alone
				    ? connection_new_alone(transport, flight, &handler, &connection)
				    : connection_new(transport, flight, &handler, &connection);
		if (error != OK) {
			flight_fail_later(transport, flight, outcome_of_refusal(error));
			return;
		}
	}
	timer_stop(&connection->idle);
	flight->connection = connection;
	keep_session(connection, flight);
	if (connection->flights.count < PIPELINE_MAX)
		send_on(transport, connection, flight);
	else
		flight_append(&connection->behind, flight);
}

void stream_connect_more(struct transport *transport)
{
	for (size_t i = 0; i < 2; i++) {
		while (transport->unconnected[i].first != NULL &&
		       transport->connection_count[i] < CONNECTIONS_MAX)
			stream_launch(transport, flight_shift(&transport->unconnected[i]));
	}
}

void peer_disconnect(struct peer *peer)
{
	for (unsigned i = 1; i < TRANSPORT_KINDS; i++) {
		if (peer->connections[i] != NULL)
			connection_free(peer->transport, peer->connections[i]);
	}
}

void streams_release(struct transport *transport)
{
	while (transport->connections != NULL)
		connection_free(transport, transport->connections);
	for (size_t i = 0; i < sizeof(transport->tls) / sizeof(transport->tls[0]); i++) {
		tls_context_free(transport->tls[i]);
		transport->tls[i] = NULL;
	}
}
