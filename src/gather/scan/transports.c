/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Can the server be asked over TCP, over DoT? That is a property of the server, not of a domain: it
 * is asked once per address, with the name of the domain that came first, and all domains of the
 * server in this process share the answer.
 */
#include "base/memory.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "gather/scan/scan_private.h"

#include <assert.h>
#include <string.h>

/* After that the server is asked again. */
#define CAPABILITY_LIFE_NS (UINT64_C(600) * 1000000000u)
/* Some 700 octets each; beyond it the oldest is forgotten. */
#define CAPABILITIES_MAX 16384
/* RFC 7858 s3.1. */
#define DOT_PORT 853

/* A domain that waits for the answer; lives in the domain's arena. */
struct waiter {
	struct waiter *next;
	struct probe probe;
};

struct capability {
	struct scan *scan;
	struct waiter *waiters;
	uint64_t expires_ns; /* 0: being asked */
	struct exchange_result result;
	struct message message; /* what the record of an exchange reads of it */
	uint8_t *wire;
	uint8_t name[NAME_MAX_OCTETS];
};

#define KEY_OCTETS (sizeof(struct address) + 1)

static void make_key(uint8_t key[KEY_OCTETS], const struct address *address, uint8_t transport)
{
	memcpy(key, address, sizeof(*address));
	key[sizeof(*address)] = transport;
}

static void capability_free(struct capability *capability)
{
	memory_give(capability->wire);
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
		if (capability->expires_ns != 0)
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

static void capability_replied(void *context, const struct exchange_result *result)
{
	struct capability *capability = context;
	struct scan *scan = capability->scan;
	const bool is_closing = scan->is_closing;
	assert(scan->capabilities_busy > 0 && capability->expires_ns == 0);
	capability->expires_ns = loop_now_ns(scan->loop) + CAPABILITY_LIFE_NS;
	struct waiter *waiters = capability->waiters;
	capability->waiters = NULL;
	if (is_closing)
		capability_free(capability);
	else
		capability_keep(capability, result);
	while (waiters != NULL) {
		/* The domain may be done and its arena used anew once it is settled. */
		struct waiter *waiter = waiters;
		waiters = waiter->next;
		struct domain *domain = waiter->probe.domain;
		if (!is_closing)
			probe_record_shared(&waiter->probe, capability->name, &capability->result);
		domain_settle(domain);
	}
	scan->capabilities_busy--;
	scan_release(scan);
}

static bool capability_ask(struct capability *capability, const struct domain *domain,
			   const struct address *address, uint8_t transport)
{
	name_copy(capability->name, domain->builder.observation.domain);
	const struct exchange_question question = {
		.server = *address,
		.name = capability->name,
		.type = TYPE_SOA,
		.transport = transport,
	};
	if (transport_ask(domain->scan->transport, &question, capability_replied, capability) != OK)
		return false;
	capability->expires_ns = 0;
	domain->scan->capabilities_busy++;
	return true;
}

static void probe_capability(struct domain *domain, unsigned int server, uint8_t transport)
{
	assert(transport == EXCHANGE_TCP || transport == EXCHANGE_DOT);
	struct scan *scan = domain->scan;
	struct address address = server_address(&domain->builder.observation, server);
	if (transport == EXCHANGE_DOT)
		address.port = DOT_PORT;
	struct probe probe = {.domain = domain,
			      .type = TYPE_SOA,
			      .server = (uint8_t)server,
			      .transport = transport};
	struct capability *capability = capability_get(scan, &address, transport);
	struct waiter *waiter = arena_take(&domain->arena, sizeof(*waiter));
	if (capability == NULL || waiter == NULL)
		goto not_asked;
	if (capability->expires_ns > loop_now_ns(scan->loop)) {
		probe_record_shared(&probe, capability->name, &capability->result);
		return;
	}
	if (capability->expires_ns != 0 && !capability_ask(capability, domain, &address, transport))
		goto not_asked;
	*waiter = (struct waiter){.next = capability->waiters, .probe = probe};
	capability->waiters = waiter;
	domain->pending++;
	return;
not_asked:
	domain->builder.observation.cut_short = true;
	const struct exchange_result nothing = {.outcome = EXCHANGE_NOT_ASKED};
	(void)probe_record(&probe, &nothing);
}

void tcp_stage(struct domain *domain)
{
	for (unsigned int i = 0; i < domain->builder.observation.server_count; i++) {
		if (domain->facts[i].is_usable)
			probe_capability(domain, i, EXCHANGE_TCP);
	}
}

void dot_stage(struct domain *domain)
{
	for (unsigned int i = 0; i < domain->builder.observation.server_count; i++) {
		if (domain->facts[i].is_usable)
			probe_capability(domain, i, EXCHANGE_DOT);
	}
}
