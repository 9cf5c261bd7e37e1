/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "dns/transport/engine_private.h"
#include "dns/wire/name.h"

#include <assert.h>
#include <string.h>

static void set_defaults(struct transport_settings *settings)
{
	if (settings->in_flight_max == 0)
		settings->in_flight_max = 20000;
	if (settings->attempts == 0)
		settings->attempts = 3;
	if (settings->first_timeout_ms == 0)
		settings->first_timeout_ms = 1000;
	if (settings->tcp_timeout_ms == 0)
		settings->tcp_timeout_ms = 4000;
	if (settings->dead_after == 0)
		settings->dead_after = 3;
	if (settings->dead_for_ms == 0)
		settings->dead_for_ms = 30000;
	if (settings->attempts > UINT8_MAX - 1)
		settings->attempts = UINT8_MAX - 1;
}

static void wake(void *context)
{
	transport_pump(context);
}

static void set_secrets(struct transport *transport)
{
	static const uint8_t none[16];
	random_octets(transport->random, transport->cookie_secret,
		      sizeof(transport->cookie_secret));
	memcpy(transport->secret, transport->settings.case_secret, sizeof(transport->secret));
	if (memcmp(transport->secret, none, sizeof(none)) == 0)
		random_octets(transport->random, transport->secret, sizeof(transport->secret));
}

static int set_up(struct transport *transport)
{
	arena_init(&transport->arena, TRANSPORT_ARENA_OCTETS, (size_t)64 << 10);
	window_init(&transport->window, transport->settings.in_flight_max);
	deferred_init(&transport->turn_end, transport_turn_end, transport);
	timer_init(&transport->wake, wake, transport);
	pulses_init(transport);
	int error = peers_init(&transport->peers, transport, transport->random);
	if (error == OK)
		error = flights_init(&transport->flights);
	if (error == OK)
		error = udp_pool_new(transport->loop, transport->random, NULL, &transport->udp);
	return error;
}

int transport_new(struct loop *loop, const struct transport_settings *settings,
		  struct random *random, struct transport **ret_transport,
		  struct complaint *complaint)
{
	struct transport *transport = memory_take_zeroed(1, sizeof(*transport));
	if (transport == NULL)
		return complain(complaint, ERR_MEMORY, "no memory for the transport");
	transport->loop = loop;
	transport->random = random;
	transport->settings = *settings;
	set_defaults(&transport->settings);
	set_secrets(transport);
	int error = set_up(transport);
	if (error != OK) {
		transport_free(transport);
		return complain(complaint, error, "the transport cannot be set up: %s",
				error_text(error));
	}
	udp_handle(transport);
	*ret_transport = transport;
	return OK;
}

/* Whatever is under way ends; who is told may not ask again. */
static void end_all(struct transport *transport)
{
	transport->is_ending = true;
	for (uint32_t i = 0; i < transport->flights.key_size; i++) {
		while (transport->flights.by_key[i] != NULL)
			flight_failed(transport, transport->flights.by_key[i], EXCHANGE_NOT_ASKED);
	}
}

void transport_free(struct transport *transport)
{
	if (transport == NULL)
		return;
	if (transport->flights.by_key != NULL)
		end_all(transport);
	streams_release(transport);
	pulses_release(transport);
	deferred_cancel(transport->loop, &transport->turn_end);
	timer_stop(&transport->wake);
	udp_pool_free(transport->udp);
	if (transport->flights.by_key != NULL)
		flights_release(&transport->flights);
	peers_release(&transport->peers);
	arena_release(&transport->arena);
	memory_give(transport);
}

/* ---- asking ---- */

/* A question as it will go out. */
struct wanted {
	const struct exchange_question *question;
	struct peer *peer;
	uint32_t place;
	uint16_t name_size;
	uint8_t name[NAME_MAX_OCTETS];
};

static int prepare(struct transport *transport, const struct exchange_question *question,
		   struct wanted *ret_wanted)
{
	struct peer *peer;
	int error = peers_get(&transport->peers, &question->server, &peer);
	if (error != OK)
		return error;
	ret_wanted->question = question;
	ret_wanted->peer = peer;
	size_t size = name_copy_lower(ret_wanted->name, question->name);
	uint64_t hash = question_hash(transport->secret, ret_wanted->name, size);
	if (transport->settings.keep_case)
		memcpy(ret_wanted->name, question->name, size);
	else
		question_case(transport->secret, hash, ret_wanted->name, size);
	ret_wanted->name_size = (uint16_t)size;
	ret_wanted->place = question_place(hash, peer, question->type);
	return OK;
}

static struct flight *find_same(struct transport *transport, const struct wanted *wanted)
{
	const struct exchange_question *question = wanted->question;
	struct flight *flight = NULL;
	while ((flight = flights_by_hash(&transport->flights, wanted->place, flight)) != NULL) {
		/* What was left before it went out is as good as gone. */
		if (flight_is_left(flight) && flight->list == &transport->ended)
			continue;
		if (flight->peer == wanted->peer && flight->type == question->type &&
		    !flight->once && flight->form == NULL &&
		    flight->asked_over == question->transport &&
		    flight->dnssec_ok == question->dnssec_ok &&
		    flight->recursion == question->recursion &&
		    name_equal_exactly(flight->name, wanted->name))
			return flight;
	}
	return NULL;
}

static struct exchange_form *form_copy(const struct exchange_form *form)
{
	struct exchange_form *copy = memory_take(sizeof(*copy));
	if (copy != NULL)
		*copy = *form;
	return copy;
}

static bool form_is_sound(const struct exchange_question *question)
{
	const struct exchange_form *form = question->form;
	return form->options_size <= EXCHANGE_OPTIONS_MAX && form->opcode <= 15 &&
	       (!form->without_edns || form->options_size == 0) &&
	       (!form->is_alone || question->transport == EXCHANGE_TCP) &&
	       (form->goes_on == NULL || form->is_alone) &&
	       (form->sign == NULL || question->transport <= EXCHANGE_TCP);
}

static int give_secrecy(struct flight *flight, const struct exchange_question *question)
{
	if (question->transport < EXCHANGE_DOT)
		return OK;
	flight->secrecy = memory_take_zeroed(1, sizeof(*flight->secrecy));
	if (flight->secrecy == NULL)
		return ERR_MEMORY;
	struct flight_secrecy *secrecy = flight->secrecy;
	if (question->host != NULL && strlen(question->host) < sizeof(secrecy->host))
		memcpy(secrecy->host, question->host, strlen(question->host));
	if (question->path != NULL && strlen(question->path) < sizeof(secrecy->path))
		memcpy(secrecy->path, question->path, strlen(question->path));
	return OK;
}

static int make_flight(struct transport *transport, const struct wanted *wanted,
		       struct flight **ret_flight)
{
	const struct exchange_question *question = wanted->question;
	struct flight *flight;
	if (transport->flights.count >= TRANSPORT_FLIGHTS_MAX)
		return ERR_LIMIT;
	int error = flight_new(&transport->flights, wanted->name, wanted->name_size, &flight);
	if (error == OK && (error = give_secrecy(flight, question)) != OK)
		flight_free(&transport->flights, flight);
	if (error != OK)
		return error;
	if (question->form != NULL) {
		flight->form = form_copy(question->form);
		if (flight->form == NULL) {
			flight_free(&transport->flights, flight);
			return ERR_MEMORY;
		}
	}
	flight->peer = wanted->peer;
	flight->server = &wanted->peer->address;
	flight->peer->flights++;
	flight->hash = wanted->place;
	flight->type = question->type;
	flight->transport = flight->asked_over = question->transport;
	flight->dnssec_ok = question->dnssec_ok;
	flight->recursion = question->recursion;
	flight->once = question->once;
	flight->sends_max = question->sends_max;
	timer_init(&flight->timer, flight_timeout, flight);
	flights_put_key(&transport->flights, flight);
	*ret_flight = flight;
	return OK;
}

static bool is_opted_out(const struct transport *transport, const struct address *server)
{
	const struct transport_settings *settings = &transport->settings;
	return settings->opted_out != NULL &&
	       settings->opted_out(settings->opted_out_context, server);
}

static int join(struct transport *transport, const struct exchange_question *question,
		const struct exchange_asker *asker, struct flight *flight)
{
	const bool was_left = flight_is_left(flight);
	int error = flight_add_asker(&transport->flights, flight, asker);
	if (error != OK)
		return error;
	transport->counts.coalesced++;
	/* Who has left has taken back what he had not spent. */
	if (was_left)
		flight->sends_max = question->sends_max;
	else if (question->sends_max == 0 || question->sends_max > flight->sends_max)
		flight->sends_max = flight->sends_max == 0 ? 0 : question->sends_max;
	transport_again(transport, flight);
	return OK;
}

static int begin(struct transport *transport, const struct exchange_question *question,
		 const struct exchange_asker *asker, struct flight **ret_flight)
{
	assert(asker->done != NULL && question->name != NULL);
	assert(question->transport >= EXCHANGE_UDP && question->transport <= EXCHANGE_DOQ);
	assert(question->form == NULL || form_is_sound(question));
	struct wanted wanted;
	if (transport->is_ending)
		return ERR_INTERRUPTED;
	int error = prepare(transport, question, &wanted);
	if (error != OK)
		return error;
	transport->counts.asked++;
	const bool is_own = question->once || question->form != NULL;
	struct flight *flight = is_own ? NULL : find_same(transport, &wanted);
	if (flight != NULL) {
		error = join(transport, question, asker, flight);
		if (error == OK)
			*ret_flight = flight;
		return error;
	}
	error = make_flight(transport, &wanted, &flight);
	if (error != OK)
		return error;
	error = flight_add_asker(&transport->flights, flight, asker);
	assert(error == OK); /* the first has its place in the flight */
	*ret_flight = flight;
	if (is_opted_out(transport, &question->server))
		flight_fail_later(transport, flight, EXCHANGE_NOT_ASKED);
	else
		flight_depart(transport, flight, false);
	return OK;
}

int transport_ask(struct transport *transport, const struct exchange_question *question,
		  exchange_done *done, void *context)
{
	const struct exchange_asker asker = {.done = done, .context = context};
	struct flight *flight;
	return begin(transport, question, &asker, &flight);
}

int transport_begin(struct transport *transport, const struct exchange_question *question,
		    const struct exchange_asker *asker, struct flight **ret_flight)
{
	assert(asker->late != NULL && !question->once);
	return begin(transport, question, asker, ret_flight);
}

struct transport_counts transport_counts(const struct transport *transport)
{
	struct transport_counts counts = transport->counts;
	assert(transport->flights.count >= counts.in_flight);
	counts.waiting = transport->flights.count - counts.in_flight;
	return counts;
}
