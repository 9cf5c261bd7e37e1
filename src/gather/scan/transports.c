/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Can the server be asked over TCP, over DoT, DoH, DoQ; does a silent one show a sign of life? That
 * is a property of the server, not of a domain: it is asked once per address, with the name of the
 * domain that came first, and all domains of the server in this process share the answer.
 *
 * Nobody is told of a failure before a second look: TCP that fails is asked again after a pause,
 * and a silent server, whose first look was the domain's own question, is asked after one. So a
 * server that is silent to thousands of domains costs one datagram more in ten minutes.
 */
#include "base/memory.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "gather/scan/scan_private.h"

#include <assert.h>
#include <string.h>

/* After that the server is asked again. */
#define CAPABILITY_LIFE_NS (UINT64_C(600) * 1000000000u)
/* Some 700 octets each, and 2 to 6 KiB where a certificate was seen; beyond it the oldest is
 * forgotten. */
#define CAPABILITIES_MAX 16384
/* RFC 7858 s3.1, RFC 9250 s4.1.1; RFC 8484 has none but that of HTTPS. */
#define DOT_PORT 853
#define DOQ_PORT 853
#define DOH_PORT 443

/* A domain that waits for the answer; lives in the domain's arena. */
struct waiter {
	struct waiter *next;
	struct probe probe;
};

struct capability {
	struct scan *scan;
	struct waiter *waiters;
	uint64_t expires_ns; /* 0: being asked, or about to be */
	struct timer pause;  /* before a second look */
	struct address address;
	uint8_t transport; /* EXCHANGE_UDP: is it alive? */
	uint8_t looks;
	struct exchange_result result;
	struct message message; /* what the record of an exchange reads of it */
	uint8_t *wire;
	struct kept_session *session; /* of what is encrypted; NULL: none was begun */
	bool is_padded;
	uint8_t name[NAME_MAX_OCTETS];
};

static bool is_encrypted(uint8_t transport)
{
	return transport >= EXCHANGE_DOT;
}

/* Longer ones are nobody's. */
#define PATH_MAX_OCTETS 256u

#define KEY_OCTETS (sizeof(struct address) + 1)

static void make_key(uint8_t key[KEY_OCTETS], const struct address *address, uint8_t transport)
{
	memcpy(key, address, sizeof(*address));
	key[sizeof(*address)] = transport;
}

static void pause_over(void *context);

static bool is_alive(const struct exchange_result *result)
{
	return result->outcome == EXCHANGE_ANSWER || result->outcome == EXCHANGE_MALFORMED ||
	       result->outcome == EXCHANGE_MISMATCH;
}

static void record(const struct capability *capability, struct probe *probe)
{
	probe_record_shared(probe, capability->name, &capability->result);
	if (!is_encrypted(capability->transport))
		return;
	const struct session_seen seen = {
		.kept = capability->session,
		.result = &capability->result,
		.server = probe->server,
		.port = capability->address.port,
		.transport = capability->transport,
		.is_padded = capability->is_padded,
	};
	session_record(probe->domain, &seen);
}

static void tell(const struct capability *capability, struct waiter *waiter)
{
	struct domain *domain = waiter->probe.domain;
	const bool is_closing = domain->scan->is_closing;
	if (!is_closing && capability->transport != EXCHANGE_UDP)
		record(capability, &waiter->probe);
	else if (!is_closing && is_alive(&capability->result))
		server_ask_again(domain, waiter->probe.server);
	domain_settle(domain);
}

static void tell_waiters(struct capability *capability)
{
	struct waiter *waiters = capability->waiters;
	capability->waiters = NULL;
	while (waiters != NULL) {
		/* The domain may be done and its arena used anew once it is settled. */
		struct waiter *waiter = waiters;
		waiters = waiter->next;
		tell(capability, waiter);
	}
}

static void capability_free(struct capability *capability)
{
	assert(!timer_is_started(&capability->pause));
	memory_give(capability->wire);
	session_forget(capability->session);
	memory_give(capability);
}

void capabilities_free(struct scan *scan)
{
	if (scan->capabilities == NULL)
		return;
	size_t cursor = 0;
	struct capability *capability;
	while ((capability = map_next(scan->capabilities, &cursor, NULL, NULL)) != NULL) {
		/* One in flight goes when the transport has ended it. */
		if (timer_is_started(&capability->pause)) {
			timer_stop(&capability->pause);
			tell_waiters(capability);
		} else if (capability->expires_ns == 0) {
			continue;
		}
		capability_free(capability);
	}
	map_free(scan->capabilities, NULL);
	scan->capabilities = NULL;
}

static void capabilities_trim(struct scan *scan)
{
	if (map_count(scan->capabilities) < CAPABILITIES_MAX)
		return;
	size_t cursor = 0;
	struct capability *oldest;
	const void *found;
	size_t key_size;
	do {
		oldest = map_next(scan->capabilities, &cursor, &found, &key_size);
	} while (oldest != NULL && oldest->expires_ns == 0);
	if (oldest == NULL)
		return;
	uint8_t key[KEY_OCTETS];
	assert(key_size == sizeof(key));
	memcpy(key, found, sizeof(key));
	(void)map_remove(scan->capabilities, key, sizeof(key));
	capability_free(oldest);
}

static struct capability *capability_get(struct scan *scan, const struct address *address,
					 uint8_t transport)
{
	uint8_t key[KEY_OCTETS];
	make_key(key, address, transport);
	struct capability *capability = map_get(scan->capabilities, key, sizeof(key));
	if (capability != NULL)
		return capability;
	capabilities_trim(scan);
	capability = memory_take_zeroed(1, sizeof(*capability));
	if (capability == NULL ||
	    map_put(scan->capabilities, key, sizeof(key), capability, NULL) != OK) {
		memory_give(capability);
		return NULL;
	}
	capability->scan = scan;
	capability->address = *address;
	capability->transport = transport;
	timer_init(&capability->pause, pause_over, capability);
	capability->expires_ns = 1; /* at rest, and long over */
	return capability;
}

/* What outlives the callback. Without memory for the message only the outcome is kept. */
static void capability_keep(struct capability *capability, const struct exchange_result *result)
{
	memory_give(capability->wire);
	capability->wire = NULL;
	capability->result = *result;
	capability->result.message = NULL;
	capability->result.session = NULL;
	session_forget(capability->session);
	capability->session =
		result->session != NULL ? session_keep(capability->scan, result->session) : NULL;
	capability->is_padded = session_padded(result);
	const struct message *message = result->message;
	if (message == NULL)
		return;
	capability->wire = memory_take(message->wire_size);
	if (capability->wire == NULL)
		return;
	memcpy(capability->wire, message->wire, message->wire_size);
	capability->message = (struct message){
		.wire = capability->wire, .wire_size = message->wire_size, .edns = message->edns};
	capability->message.edns.options = NULL;
	capability->result.message = &capability->message;
}

static void capability_end(struct capability *capability)
{
	struct scan *scan = capability->scan;
	assert(capability->expires_ns == 0 && !scan->is_closing);
	capability->expires_ns = loop_now_ns(scan->loop) + CAPABILITY_LIFE_NS;
	/* Who is back may go again, and deserves another look then. */
	if (capability->transport == EXCHANGE_UDP && is_alive(&capability->result))
		capability->expires_ns = loop_now_ns(scan->loop);
	tell_waiters(capability);
}

static void capability_pause(struct capability *capability)
{
	capability->expires_ns = 0;
	timer_start(capability->scan->loop, &capability->pause, SECOND_LOOK_PAUSE_MS);
}

/* Of TCP only: there is hardly any encryption, and nobody is told off for having none. */
static bool needs_second_look(const struct capability *capability,
			      const struct exchange_result *result)
{
	return capability->transport == EXCHANGE_TCP && capability->looks == 1 &&
	       (result->outcome == EXCHANGE_TIMEOUT || result->outcome == EXCHANGE_CLOSED ||
		result->outcome == EXCHANGE_MALFORMED || result->outcome == EXCHANGE_MISMATCH);
}

static void capability_replied(void *context, const struct exchange_result *result)
{
	struct capability *capability = context;
	struct scan *scan = capability->scan;
	assert(scan->busy > 0 && capability->expires_ns == 0);
	if (scan->is_closing) {
		tell_waiters(capability);
		capability_free(capability);
		scan->busy--;
		scan_release(scan);
		return;
	}
	scan->busy--;
	/* That it failed both times is told as it was the first time. */
	if (capability->looks == 1 || result->outcome == EXCHANGE_ANSWER)
		capability_keep(capability, result);
	if (needs_second_look(capability, result))
		capability_pause(capability);
	else
		capability_end(capability);
}

/* `domain`: who asks first; NULL: it is asked again. */
static bool capability_ask(struct capability *capability, struct domain *domain,
			   unsigned int server)
{
	struct scan *scan = capability->scan;
	char host[NAME_TEXT_MAX];
	char path[PATH_MAX_OCTETS];
	const bool has_name = domain != NULL && is_encrypted(capability->transport) &&
			      server_host_text(&domain->builder.observation, server, host);
	const bool has_path = domain != NULL && capability->transport == EXCHANGE_DOH &&
			      server_path(domain, server, path, sizeof(path));
	const struct exchange_question question = {
		.server = capability->address,
		.name = capability->name,
		.type = TYPE_SOA,
		.transport = capability->transport,
		/* The transport may have given the server up; this is to find out whether rightly.
		 */
		.once = capability->looks > 0 || capability->transport == EXCHANGE_UDP ||
			is_encrypted(capability->transport),
		.host = has_name ? host : NULL,
		.path = has_path ? path : NULL,
	};
	if (transport_ask(scan->transport, &question, capability_replied, capability) != OK)
		return false;
	capability->looks++;
	capability->expires_ns = 0;
	scan->busy++;
	return true;
}

static void pause_over(void *context)
{
	struct capability *capability = context;
	if (!capability_ask(capability, NULL, 0))
		capability_end(capability); /* the first look is all there is */
}

static bool capability_begin(struct capability *capability, struct domain *domain,
			     unsigned int server)
{
	name_copy(capability->name, domain->builder.observation.domain);
	capability->looks = 0;
	capability->result = (struct exchange_result){.outcome = EXCHANGE_NOT_ASKED};
	if (capability->transport != EXCHANGE_UDP)
		return capability_ask(capability, domain, server);
	capability_pause(capability);
	return true;
}

static bool wait_for(struct capability *capability, const struct probe *probe)
{
	struct domain *domain = probe->domain;
	struct waiter *waiter = arena_take(&domain->arena, sizeof(*waiter));
	if (waiter == NULL)
		return false;
	if (capability->expires_ns != 0 && !capability_begin(capability, domain, probe->server))
		return false;
	*waiter = (struct waiter){.next = capability->waiters, .probe = *probe};
	capability->waiters = waiter;
	domain->pending++;
	return true;
}

void server_await_life(struct domain *domain, unsigned int server)
{
	const struct address address = server_address(&domain->builder.observation, server);
	struct capability *capability = capability_get(domain->scan, &address, EXCHANGE_UDP);
	const struct probe probe = {.domain = domain, .server = (uint8_t)server};
	/* Known not to live: it has had its second look. */
	if (capability != NULL && capability->expires_ns > loop_now_ns(domain->scan->loop))
		return;
	if (capability == NULL || !wait_for(capability, &probe))
		domain->builder.observation.cut_short = true;
}

static void probe_capability(struct domain *domain, unsigned int server, uint8_t transport)
{
	assert(transport >= EXCHANGE_TCP && transport <= EXCHANGE_DOQ);
	struct scan *scan = domain->scan;
	struct address address = server_address(&domain->builder.observation, server);
	if (transport != EXCHANGE_TCP)
		address.port = transport == EXCHANGE_DOH   ? DOH_PORT
			       : transport == EXCHANGE_DOQ ? DOQ_PORT
							   : DOT_PORT;
	struct probe probe = {.domain = domain,
			      .type = TYPE_SOA,
			      .server = (uint8_t)server,
			      .transport = transport};
	struct capability *capability = capability_get(scan, &address, transport);
	if (capability != NULL && capability->expires_ns > loop_now_ns(scan->loop)) {
		record(capability, &probe);
		return;
	}
	if (capability != NULL && wait_for(capability, &probe))
		return;
	domain->builder.observation.cut_short = true;
	const struct exchange_result nothing = {.outcome = EXCHANGE_NOT_ASKED};
	(void)probe_record(&probe, &nothing);
}

static void probe_usable(struct domain *domain, uint8_t transport)
{
	for (unsigned int i = 0; i < domain->builder.observation.server_count; i++) {
		if (domain->facts[i].is_usable)
			probe_capability(domain, i, transport);
	}
}

void tcp_stage(struct domain *domain)
{
	probe_usable(domain, EXCHANGE_TCP);
}

void dot_stage(struct domain *domain)
{
	probe_usable(domain, EXCHANGE_DOT);
}

void doh_stage(struct domain *domain)
{
	probe_usable(domain, EXCHANGE_DOH);
}

void doq_stage(struct domain *domain)
{
	probe_usable(domain, EXCHANGE_DOQ);
}
