/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of one attempt: found, connected to, spoken with by mail.c or web.c, told. */
#include "base/memory.h"
#include "gather/reach/reach_private.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define CONNECT_MS 10000u
#define HANDSHAKE_MS 15000u
#define SMTP_PORT 25

/* --- how it ends -------------------------------------------------------------------------------
 */

void visit_words(struct visit *visit, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(visit->words, sizeof(visit->words), format, arguments);
	va_end(arguments);
}

static void drop_stream(struct visit *visit)
{
	timer_stop(&visit->step_timer);
	stream_free(visit->stream);
	visit->stream = NULL;
}

void visit_free(struct visit *visit)
{
	if (visit == NULL)
		return;
	drop_stream(visit);
	timer_stop(&visit->whole_timer);
	deferred_cancel(visit->reach->settings.loop, &visit->telling);
	deferred_cancel(visit->reach->settings.loop, &visit->retrying);
	if (visit->link != NULL) {
		*visit->link = visit->next;
		if (visit->next != NULL)
			visit->next->link = visit->link;
	}
	memory_give(visit->response);
	memory_give(visit->body);
	memory_give(visit);
}

static void tell(void *context)
{
	struct visit *visit = context;
	const bool has_body = visit->order.kind == REACH_DOCUMENT && visit->worked;
	assert(!has_body || (visit->response != NULL && visit->body != NULL));
	assert(visit->step == VISIT_DONE && !visit->is_told);
	drop_stream(visit);
	const struct reach_result result = {
		.worked = visit->worked,
		.left_out = visit->is_left_out,
		.words = visit->words,
		.body = has_body ? visit->body : NULL,
		.body_size = has_body ? visit->response->body_size : 0,
	};
	visit->is_told = true;
	visit->done(visit->context, &result);
	/* The resolver has still to say what nobody waits for. */
	if (!visit->is_looking)
		visit_free(visit);
}

void visit_end(struct visit *visit, bool worked)
{
	assert(visit->words[0] != '\0');
	if (visit->step == VISIT_DONE)
		return;
	visit->step = VISIT_DONE;
	visit->worked = worked;
	timer_stop(&visit->step_timer);
	timer_stop(&visit->whole_timer);
	deferred_cancel(visit->reach->settings.loop, &visit->retrying);
	loop_defer(visit->reach->settings.loop, &visit->telling);
}

void visit_leave_alone(struct visit *visit, const char *who)
{
	assert(who[0] != '\0');
	(void)snprintf(visit->left_words, sizeof(visit->left_words),
		       "left out, as its owner asked: '%.255s'", who);
	visit_words(visit, "%s", visit->left_words);
}

bool visit_may_not(const struct visit *visit, const uint8_t *name)
{
	const struct reach_settings *settings = &visit->reach->settings;
	return settings->opted_out_name != NULL &&
	       settings->opted_out_name(settings->opted_out_context, name);
}

/* Nothing that was tried works: whether what was left alone does is not known. */
static void end_without(struct visit *visit)
{
	visit->is_left_out = visit->left_words[0] != '\0';
	if (visit->is_left_out)
		visit_words(visit, "%s", visit->left_words);
	visit_end(visit, false);
}

void visit_peer(const struct visit *visit, char ret_text[VISIT_PEER_MAX])
{
	char address[ADDRESS_TEXT_MAX];
	assert(visit->next_address > 0);
	address_to_text(&visit->addresses[visit->next_address - 1], address);
	(void)snprintf(ret_text, VISIT_PEER_MAX, "%s (%s)", visit->host, address);
}

bool visit_say(struct visit *visit, const char *text)
{
	assert(visit->stream != NULL && text != NULL);
	return stream_write(visit->stream, text, strlen(text)) == OK;
}

static const char *waited_for(enum visit_step step)
{
	switch (step) {
	case VISIT_CONNECT:
		return "no connection";
	case VISIT_GREETING:
		return "no greeting";
	case VISIT_HANDSHAKE:
		return "no TLS handshake";
	case VISIT_RESPONSE:
		return "no whole response";
	default:
		return "no reply";
	}
}

static void step_over(void *context)
{
	struct visit *visit = context;
	char peer[VISIT_PEER_MAX];
	if (visit->step == VISIT_GOODBYE) {
		visit_end(visit, visit->worked);
		return;
	}
	visit_peer(visit, peer);
	visit_words(visit, "%s from %s in time", waited_for(visit->step), peer);
	visit_fail(visit);
}

static void whole_over(void *context)
{
	struct visit *visit = context;
	char peer[VISIT_PEER_MAX];
	if (visit->step == VISIT_GOODBYE) {
		visit_end(visit, visit->worked);
		return;
	}
	if (visit->step == VISIT_LOOKING) {
		visit_words(visit, "its host was not found in time");
	} else {
		visit_peer(visit, peer);
		visit_words(visit, "%s from %s in time", waited_for(visit->step), peer);
	}
	end_without(visit);
}

void visit_enter(struct visit *visit, enum visit_step step, uint32_t timeout_ms)
{
	assert(step > VISIT_LOOKING && step < VISIT_DONE && timeout_ms > 0);
	visit->step = step;
	timer_start(visit->reach->settings.loop, &visit->step_timer, timeout_ms);
}

/* --- the connection ----------------------------------------------------------------------------
 */

static bool is_mail(const struct visit *visit)
{
	return visit->order.kind == REACH_MAIL;
}

/* This connection is given up; what it still says is of no interest. */
static bool is_between(const struct visit *visit)
{
	return visit->step == VISIT_DONE || visit->step == VISIT_LOOKING;
}

static void opened(void *context, struct stream *stream)
{
	struct visit *visit = context;
	visit->is_in_tls = stream_tls_facts(stream) != NULL;
	if (is_between(visit))
		return;
	if (is_mail(visit))
		mail_opened(visit);
	else
		web_opened(visit);
}

static void received(void *context, struct stream *stream, const uint8_t *data, size_t size)
{
	struct visit *visit = context;
	(void)stream;
	if (is_between(visit))
		return;
	if (is_mail(visit))
		mail_received(visit, data, size);
	else
		web_received(visit, data, size);
}

static void closed(void *context, struct stream *stream, int error, const char *sentence)
{
	struct visit *visit = context;
	char peer[VISIT_PEER_MAX];
	(void)stream;
	if (is_between(visit))
		return;
	if (visit->step == VISIT_GOODBYE) {
		visit_end(visit, visit->worked);
		return;
	}
	if (visit->step == VISIT_RESPONSE && web_ended(visit))
		return;
	visit_peer(visit, peer);
	if (error == OK)
		visit_words(visit, "%s hung up: %s", peer, waited_for(visit->step));
	else
		visit_words(visit, "%s: %.160s", peer, sentence);
	visit_fail(visit);
}

static bool may_not_connect(const struct visit *visit, const struct address *address)
{
	const struct reach_settings *settings = &visit->reach->settings;
	return settings->opted_out != NULL &&
	       settings->opted_out(settings->opted_out_context, address);
}

static void connect_next(struct visit *visit)
{
	static const struct stream_handler handler = {
		.opened = opened, .received = received, .closed = closed};
	char peer[VISIT_PEER_MAX];
	assert(visit->next_address < visit->address_count && visit->stream == NULL);
	const struct address *address = &visit->addresses[visit->next_address++];
	struct stream_options options = {.peer = *address};
	options.peer.port = is_mail(visit) ? SMTP_PORT : visit->port;
	if (!is_mail(visit)) {
		options.tls = visit->reach->web_tls;
		options.server_name = visit->host;
	}
	visit->is_in_tls = false;
	visit->octets = 0;
	smtp_reply_reset(&visit->reply);
	visit_peer(visit, peer);
	if (!visit->reach->settings.takes_special && !address_is_global(address)) {
		visit_words(visit, "%s is no address of the public Internet", peer);
		visit_fail(visit);
		return;
	}
	if (may_not_connect(visit, address)) {
		char text[ADDRESS_TEXT_MAX];
		address_to_text(address, text);
		visit_leave_alone(visit, text);
		visit_fail(visit);
		return;
	}
	visit_enter(visit, VISIT_CONNECT, is_mail(visit) ? CONNECT_MS : CONNECT_MS + HANDSHAKE_MS);
	const int error = stream_connect(visit->reach->settings.loop, &options, &handler, visit,
					 &visit->stream);
	if (error != OK) {
		visit->stream = NULL;
		visit_words(visit, "%s: %s", peer, error_text(error));
		visit_fail(visit);
	}
}

/* From the loop, not from within the stream that failed. */
static void retry(void *context)
{
	struct visit *visit = context;
	drop_stream(visit);
	if (visit->next_address < visit->address_count)
		connect_next(visit);
	else
		visit_next_host(visit);
}

void visit_fail(struct visit *visit)
{
	if (visit->step == VISIT_DONE)
		return;
	assert(visit->words[0] != '\0');
	visit->step = VISIT_LOOKING;
	timer_stop(&visit->step_timer);
	loop_defer(visit->reach->settings.loop, &visit->retrying);
}

/* --- addresses ---------------------------------------------------------------------------------
 */

static const char *why_not(enum lookup_state state)
{
	switch (state) {
	case LOOKUP_NXDOMAIN:
		return "does not exist";
	case LOOKUP_NODATA:
		return "has no address";
	case LOOKUP_BOGUS:
		return "has addresses that do not validate (DNSSEC)";
	case LOOKUP_UNREACHABLE:
		return "has name servers that do not answer";
	default:
		return "was not found";
	}
}

void visit_not_found(struct visit *visit, enum lookup_state state, const char *name)
{
	const bool *has_unasked = visit->reach->settings.has_unasked;
	if (state == LOOKUP_UNREACHABLE && has_unasked != NULL && *has_unasked)
		(void)snprintf(visit->left_words, sizeof(visit->left_words),
			       "left out: '%.200s' was not found, and a name server was left "
			       "alone, as its owner asked",
			       name);
}

static void host_done(void *context, const struct host_answer *answer)
{
	struct visit *visit = context;
	assert(visit->is_looking && answer->count <= HOST_ADDRESSES_MAX);
	visit->is_looking = false;
	if (visit->is_told) {
		visit_free(visit);
		return;
	}
	if (visit->step == VISIT_DONE)
		return;
	visit->address_count =
		answer->count < VISIT_ADDRESSES_MAX ? answer->count : VISIT_ADDRESSES_MAX;
	visit->next_address = 0;
	memcpy(visit->addresses, answer->addresses,
	       visit->address_count * sizeof(visit->addresses[0]));
	if (answer->state == LOOKUP_FOUND && visit->address_count > 0) {
		connect_next(visit);
		return;
	}
	visit_words(visit, "'%.200s' %s", visit->host, why_not(answer->state));
	visit_not_found(visit, answer->state, visit->host);
	visit->address_count = 0;
	visit_fail(visit);
}

void visit_next_host(struct visit *visit)
{
	char text[NAME_TEXT_MAX];
	assert(visit->next_host <= visit->host_count && visit->host_count <= VISIT_HOSTS_MAX);
	visit->step = VISIT_LOOKING;
	if (visit->next_host == visit->host_count) {
		end_without(visit);
		return;
	}
	const struct name *host = &visit->hosts[visit->next_host++];
	(void)name_to_text(host->octets, text);
	/* A host name has no escapes, and a server's name no last dot. */
	(void)snprintf(visit->host, sizeof(visit->host), "%.*s", (int)strlen(text) - 1, text);
	if (visit_may_not(visit, host->octets)) {
		visit_leave_alone(visit, visit->host);
		visit->address_count = 0;
		visit_fail(visit);
		return;
	}
	const struct host_question question = {.name = host->octets};
	if (!name_is_host(host->octets) ||
	    resolver_host(visit->reach->settings.resolver, &question, host_done, visit) != OK) {
		visit_words(visit, "'%.200s' is no host that can be asked", visit->host);
		visit_fail(visit);
		return;
	}
	visit->is_looking = true;
}

/* --- one attempt -------------------------------------------------------------------------------
 */

static int parse_mail(struct visit *visit, struct complaint *complaint)
{
	const char *host = strrchr(visit->value, '@');
	if (host == NULL || host == visit->value ||
	    name_from_text(host + 1, &visit->hosts[0], complaint) != OK)
		return complain(complaint, ERR_ARGUMENT, "'%.200s' is no mail address",
				visit->value);
	return OK;
}

int reach_try(struct reach *reach, const struct reach_order *order, reach_done *done, void *context,
	      struct complaint *complaint)
{
	assert(done != NULL && order->kind <= REACH_DOCUMENT);
	if (strlen(order->value) > REACH_VALUE_MAX || !reach_is_printed(order->value))
		return complain(complaint, ERR_ARGUMENT,
				"what is to be tried is longer than %u characters, or not plain",
				REACH_VALUE_MAX);
	struct visit *visit = memory_take_zeroed(1, sizeof(*visit));
	if (visit == NULL)
		return complain(complaint, ERR_MEMORY, "out of memory");
	visit->reach = reach;
	visit->order = *order;
	visit->done = done;
	visit->context = context;
	(void)snprintf(visit->value, sizeof(visit->value), "%s", order->value);
	timer_init(&visit->step_timer, step_over, visit);
	timer_init(&visit->whole_timer, whole_over, visit);
	deferred_init(&visit->telling, tell, visit);
	deferred_init(&visit->retrying, retry, visit);
	const int error =
		is_mail(visit) ? parse_mail(visit, complaint) : web_parse(visit, complaint);
	if (error != OK) {
		visit_free(visit);
		return error;
	}
	visit->next = reach->visits;
	visit->link = &reach->visits;
	if (visit->next != NULL)
		visit->next->link = &visit->next;
	reach->visits = visit;
	timer_start(reach->settings.loop, &visit->whole_timer, reach->settings.timeout_ms);
	if (is_mail(visit))
		mail_begin(visit);
	else
		visit_next_host(visit);
	return OK;
}
