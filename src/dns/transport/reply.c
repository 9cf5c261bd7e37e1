/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Is this the answer to that question? Anybody can send us datagrams; RFC 5452 s9.1 says what must
 * fit.
 */
#include "dns/transport/engine_private.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"

#include <assert.h>
#include <string.h>

static void add_one(uint8_t *count)
{
	if (*count < UINT8_MAX)
		*count += 1;
}

static bool is_readable(const struct message *message)
{
	return message->fault != MESSAGE_SHORT_HEADER && message->fault != MESSAGE_BAD_QUESTION;
}

/* Of a transfer every message after the first (RFC 5936 s2.2.1); and what answers an UPDATE (RFC
 * 2136 s3.8 lets a server leave out everything but the header). */
static bool may_lack_question(const struct flight *flight)
{
	return flight->goes_on || flight->form->opcode != 0;
}

static bool question_fits(const struct flight *flight, const struct message *message)
{
	const struct exchange_form *form = flight->form;
	const uint16_t class = form != NULL && form->class != 0 ? form->class : CLASS_IN;
	if ((message->flags & FLAG_QR) == 0 || message->opcode != (form != NULL ? form->opcode : 0))
		return false;
	if (form != NULL && message->question_name == NULL && may_lack_question(flight))
		return true;
	/* Servers that could not make sense of a query send its header back, and nothing else. */
	if (message->question_name == NULL)
		return message->rcode != RCODE_NOERROR && message->rcode != RCODE_NXDOMAIN;
	return message->question_type == flight->type && message->question_class == class &&
	       name_equal(message->question_name, flight->name);
}

/* RFC 7873 s5.3. A refusal without EDNS cannot carry a cookie and is not held to it. */
static bool cookie_fits(const struct transport *transport, struct flight *flight,
			const struct message *message)
{
	uint16_t size = 0;
	if (flight->edns != FLIGHT_EDNS_COOKIE)
		return true;
	const uint8_t *cookie = message_option(message, EDNS_COOKIE, &size);
	if (cookie == NULL) {
		if (!flight->peer->returns_cookie || flight->transport != EXCHANGE_UDP)
			return true;
		flight->cookie_missing = true;
		return false;
	}
	const uint8_t *expected = client_cookie(transport, flight->peer);
	return size >= COOKIE_CLIENT_OCTETS && memcmp(cookie, expected, COOKIE_CLIENT_OCTETS) == 0;
}

enum reply_verdict reply_judge(struct transport *transport, struct flight *flight,
			       const struct message *message)
{
	if (!is_readable(message)) {
		add_one(&flight->malformed);
		return REPLY_MALFORMED;
	}
	if (question_fits(flight, message) && cookie_fits(transport, flight, message))
		return REPLY_FITS;
	add_one(&flight->mismatches);
	transport->counts.mismatched++;
	return REPLY_MISMATCH;
}

/* A readable reply with a wrong id or to a wrong socket: whose question does it repeat? A late copy
 * of what was answered long ago finds nobody, and is nobody's fault. */
static void count_against_question(struct transport *transport, const struct peer *peer,
				   const struct message *message)
{
	uint8_t lower[NAME_MAX_OCTETS];
	size_t size = name_copy_lower(lower, message->question_name);
	uint64_t hash = question_hash(transport->secret, lower, size);
	uint32_t place = question_place(hash, peer, message->question_type);
	struct flight *flight = NULL;
	while ((flight = flights_by_hash(&transport->flights, place, flight)) != NULL) {
		if (flight->peer == peer && flight->type == message->question_type &&
		    name_equal(flight->name, message->question_name))
			add_one(&flight->mismatches);
	}
}

bool reply_from_elsewhere(struct transport *transport, struct flight *flight, const uint8_t *data,
			  size_t size)
{
	struct message message;
	arena_reset(&transport->arena);
	if (message_walk(&transport->arena, data, size, &message) != OK || !is_readable(&message) ||
	    message.question_name == NULL || !question_fits(flight, &message))
		return false;
	peer_heard(flight->peer, EXCHANGE_UDP, transport_now(transport));
	flight->other_source = true;
	add_one(&flight->mismatches);
	transport->counts.mismatched++;
	return true;
}

void reply_stray(struct transport *transport, struct peer *peer, const uint8_t *data, size_t size)
{
	struct message message;
	transport->counts.mismatched++;
	if (peer == NULL)
		return;
	peer_heard(peer, EXCHANGE_UDP, transport_now(transport));
	arena_reset(&transport->arena);
	if (message_walk(&transport->arena, data, size, &message) != OK)
		return;
	if (!is_readable(&message))
		peer->stray_malformed++;
	else if (message.question_name != NULL)
		count_against_question(transport, peer, &message);
}
