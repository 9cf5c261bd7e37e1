/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "dns/wire/name.h"
#include "gather/scan/contact_found_private.h"
#include "gather/scan/contact_private.h"

#include <assert.h>
#include <string.h>

/* After that it is asked again; as long as look-ups are kept. */
#define CONTACT_LIFE_NS (UINT64_C(600) * 1000000000u)
/* Some five kilobytes each, for the certificates; who presents a hundred times that does not get a
 * hundred times the room. */
#define CONTACTS_KEPT_MAX 4096u
#define CONTACTS_OCTETS_MAX ((size_t)64 << 20)
/* Connections at a time, of the whole process. */
#define CONTACTS_OPEN_MAX 200u
/* Names at one address, each a connection of its own: a hosting company's address may have
 * thousands, and nobody is asked for all of them. */
#define PLACE_WAITING_MAX 32u
#define KEY_OCTETS_MAX (sizeof(struct address) + 2 + NAME_MAX_OCTETS)

/* A domain that waits; lives in the domain's arena. */
struct contact_wait {
	struct contact_wait *next;
	struct domain *domain;
};

struct place;

/* One conversation, waiting for its turn, under way, or kept. */
struct contact {
	struct contact *newer, *older; /* of those that are kept */
	struct contact *next;          /* in its place's queue */
	struct contacts *all;
	struct place *place;
	struct contact_wait *waits;
	struct conversation *conversation;
	uint64_t expires_ns; /* 0: not over */
	bool gets_policy;
	bool is_own; /* the asking domain's: nobody else will want it */
	uint8_t host[NAME_MAX_OCTETS];
	struct contact_found found;
};

/* An address, with those who want to speak to it. */
struct place {
	struct place *next_ready;
	struct contacts *all;
	struct address address; /* port 0 */
	struct contact *first, *last;
	uint32_t waiting;
	bool is_busy, is_ready;
	bool wants_turn, has_turn;
	struct timer gap;
};

struct contacts {
	struct scan *scan;
	struct scan_connect connect;
	struct tls_context *plain, *http;
	struct map *map;    /* contacts by question */
	struct map *places; /* by address */
	struct contact *newest, *oldest;
	struct place *ready_first, *ready_last; /* could begin, but for CONTACTS_OPEN_MAX */
	struct contact *failed; /* could not be begun: to be told of from the loop */
	struct deferred telling;
	uint32_t kept, open;
	size_t octets; /* of what is kept */
};

static size_t make_key(uint8_t key[KEY_OCTETS_MAX], const struct contact_question *question)
{
	size_t size = sizeof(question->peer);
	memcpy(key, &question->peer, size);
	key[size++] = question->protocol;
	key[size++] = question->gets_policy;
	return size + name_copy_lower(key + size, question->host);
}

static void contact_free(struct contact *contact)
{
	assert(contact->waits == NULL);
	conversation_free(contact->conversation);
	contact_found_release(&contact->found);
	memory_give(contact);
}

/* ---- those that are kept, the newest first ---- */

static void kept_remove(struct contacts *all, struct contact *contact)
{
	assert(all->kept > 0 && contact->expires_ns != 0);
	assert(all->octets >= contact_found_octets(&contact->found));
	all->octets -= contact_found_octets(&contact->found);
	*(contact->newer != NULL ? &contact->newer->older : &all->newest) = contact->older;
	*(contact->older != NULL ? &contact->older->newer : &all->oldest) = contact->newer;
	all->kept--;
}

static void kept_add(struct contacts *all, struct contact *contact)
{
	contact->newer = NULL;
	contact->older = all->newest;
	*(all->newest != NULL ? &all->newest->newer : &all->oldest) = contact;
	all->newest = contact;
	all->kept++;
	all->octets += contact_found_octets(&contact->found);
}

static void contact_forget(struct contacts *all, struct contact *contact)
{
	uint8_t key[KEY_OCTETS_MAX];
	const struct contact_question question = {
		.peer = contact->found.peer,
		.protocol = contact->found.protocol,
		.gets_policy = contact->gets_policy,
		.host = contact->host,
	};
	size_t size = make_key(key, &question);
	kept_remove(all, contact);
	void *removed = map_remove(all->map, key, size);
	assert(removed == contact);
	contact_free(contact);
}

/* ---- places ---- */

static void place_kick(struct place *place);

static void turn_back(struct place *place)
{
	const struct scan_connect *connect = &place->all->connect;
	if (place->has_turn)
		connect->turn_done(connect->turn_context, &place->address);
	place->has_turn = false;
}

static void gap_over(void *context)
{
	struct place *place = context;
	struct contacts *all = place->all;
	assert(!place->is_busy && !place->wants_turn);
	turn_back(place);
	if (place->first != NULL) {
		place_kick(place);
		return;
	}
	void *removed = map_remove(all->places, &place->address, sizeof(place->address));
	assert(removed == place);
	memory_give(place);
}

static struct place *place_get(struct contacts *all, const struct address *peer)
{
	struct address address = *peer;
	address.port = 0;
	struct place *place = map_get(all->places, &address, sizeof(address));
	if (place != NULL)
		return place;
	place = memory_take_zeroed(1, sizeof(*place));
	if (place == NULL || map_put(all->places, &address, sizeof(address), place, NULL) != OK) {
		memory_give(place);
		return NULL;
	}
	place->all = all;
	place->address = address;
	timer_init(&place->gap, gap_over, place);
	return place;
}

/* The next place that waited for a connection to end. */
static void next_ready(struct contacts *all)
{
	struct place *place = all->ready_first;
	if (place == NULL)
		return;
	all->ready_first = place->next_ready;
	if (all->ready_first == NULL)
		all->ready_last = NULL;
	place->is_ready = false;
	place_kick(place);
}

static void place_leave(struct place *place)
{
	struct contacts *all = place->all;
	assert(place->is_busy && all->open > 0);
	place->is_busy = false;
	all->open--;
	timer_start(all->scan->loop, &place->gap, all->connect.gap_ms);
	next_ready(all);
}

/* ---- the end of a conversation ---- */

static void tell_waits(struct contact *contact)
{
	struct contact_wait *wait = contact->waits;
	contact->waits = NULL;
	while (wait != NULL) {
		/* The domain may be done and its arena used anew once it is settled. */
		struct contact_wait *next = wait->next;
		struct domain *domain = wait->domain;
		if (!domain->scan->is_closing)
			contact_found_record(&contact->found, domain);
		domain_settle(domain);
		wait = next;
	}
}

static void contact_end(struct contact *contact)
{
	struct contacts *all = contact->all;
	contact->expires_ns = loop_now_ns(all->scan->loop) + CONTACT_LIFE_NS;
	contact->found.host = contact->host;
	kept_add(all, contact);
	tell_waits(contact);
	if (contact->is_own)
		contact_forget(all, contact);
	while (all->kept > CONTACTS_KEPT_MAX || all->octets > CONTACTS_OCTETS_MAX)
		contact_forget(all, all->oldest);
}

static void conversation_over(void *context, const struct conversation_result *result)
{
	struct contact *contact = context;
	struct place *place = contact->place;
	char host[NAME_TEXT_MAX];
	contact_host_text(contact->host, host);
	uint8_t *note = contact->all->connect.note;
	if (note != NULL)
		(void)name_copy(note, contact->host);
	contact_found_take(&contact->found, result, contact->all->connect.trust, host);
	if (note != NULL)
		note[0] = 0;
	conversation_free(contact->conversation);
	contact->conversation = NULL;
	contact->place = NULL;
	place_leave(place);
	contact_end(contact);
}

static int contact_begin(struct contact *contact)
{
	const struct contacts *all = contact->all;
	struct conversation_question question = {
		.peer = contact->found.peer,
		.protocol = contact->found.protocol,
		.gets_policy = contact->gets_policy,
		.tls = contact->gets_policy ? all->http : all->plain,
	};
	char host[NAME_TEXT_MAX];
	contact_host_text(contact->host, host);
	if (strlen(host) < sizeof(question.host))
		memcpy(question.host, host, strlen(host) + 1);
	return conversation_new(all->scan->loop, &question, conversation_over, contact,
				&contact->conversation);
}

/* Other processes may be at it: false until it is our turn. */
static bool has_turn(struct place *place)
{
	const struct scan_connect *connect = &place->all->connect;
	if (connect->want_turn == NULL || place->has_turn)
		return true;
	if (!place->wants_turn)
		connect->want_turn(connect->turn_context, &place->address);
	place->wants_turn = true;
	return false;
}

void contacts_turn(struct contacts *contacts, const struct address *address)
{
	struct place *place = map_get(contacts->places, address, sizeof(*address));
	if (place == NULL || !place->wants_turn)
		return; /* not asked for */
	place->wants_turn = false;
	place->has_turn = true;
	place_kick(place);
}

static void place_kick(struct place *place)
{
	struct contacts *all = place->all;
	if (place->is_busy || place->is_ready || timer_is_started(&place->gap) ||
	    place->first == NULL || !has_turn(place))
		return;
	if (all->open >= CONTACTS_OPEN_MAX) {
		place->is_ready = true;
		place->next_ready = NULL;
		*(all->ready_last != NULL ? &all->ready_last->next_ready : &all->ready_first) =
			place;
		all->ready_last = place;
		return;
	}
	struct contact *contact = place->first;
	place->first = contact->next;
	if (place->first == NULL)
		place->last = NULL;
	place->waiting--;
	place->is_busy = true;
	all->open++;
	if (contact_begin(contact) == OK)
		return;
	/* Out of memory: as if nobody had been asked. Who asks is told later, not from within. */
	contact->place = NULL;
	contact->next = all->failed;
	all->failed = contact;
	loop_defer(all->scan->loop, &all->telling);
	place_leave(place);
}

static void tell_failed(void *context)
{
	struct contacts *all = context;
	struct contact *contact;
	while ((contact = all->failed) != NULL) {
		all->failed = contact->next;
		assert(contact->found.result.outcome == 0);
		contact_end(contact);
	}
}

/* ---- asking ---- */

static struct contact *contact_new(struct contacts *all, const struct contact_question *question)
{
	uint8_t key[KEY_OCTETS_MAX];
	size_t size = make_key(key, question);
	struct place *place = place_get(all, &question->peer);
	if (place == NULL || place->waiting >= PLACE_WAITING_MAX)
		return NULL;
	struct contact *contact = memory_take_zeroed(1, sizeof(*contact));
	if (contact == NULL || map_put(all->map, key, size, contact, NULL) != OK) {
		memory_give(contact);
		return NULL;
	}
	contact->all = all;
	contact->place = place;
	contact->gets_policy = question->gets_policy;
	name_copy_lower(contact->host, question->host);
	contact->found.peer = question->peer;
	contact->found.protocol = question->protocol;
	*(place->last != NULL ? &place->last->next : &place->first) = contact;
	place->last = contact;
	place->waiting++;
	return contact;
}

static struct contact *contact_get(struct contacts *all, const struct contact_question *question)
{
	uint8_t key[KEY_OCTETS_MAX];
	size_t size = make_key(key, question);
	struct contact *contact = map_get(all->map, key, size);
	if (contact != NULL && contact->expires_ns != 0 &&
	    contact->expires_ns <= loop_now_ns(all->scan->loop)) {
		contact_forget(all, contact);
		contact = NULL;
	}
	return contact != NULL ? contact : contact_new(all, question);
}

static bool may_ask(const struct contacts *all, const struct address *peer)
{
	const struct scan_connect *connect = &all->connect;
	if (!connect->takes_special && !address_is_global(peer))
		return false;
	return connect->opted_out == NULL || !connect->opted_out(connect->context, peer);
}

void contact_ask(struct domain *domain, const struct contact_question *question)
{
	struct contacts *all = domain->scan->contacts;
	/* What is no host name has no certificate either (RFC 9525 s2). */
	if (!name_is_host(question->host))
		return;
	if (scan_is_opted_out(domain->scan, question->host) || !may_ask(all, &question->peer))
		return;
	struct contact_wait *wait = arena_take(&domain->arena, sizeof(*wait));
	struct contact *contact = wait != NULL ? contact_get(all, question) : NULL;
	if (contact == NULL)
		return;
	if (contact->expires_ns != 0) {
		contact_found_record(&contact->found, domain);
		return;
	}
	/* Who asked first is the only one, if the name is its own. */
	contact->is_own = contact->waits == NULL &&
			  name_is_under(question->host, domain->builder.observation.domain);
	*wait = (struct contact_wait){contact->waits, domain};
	contact->waits = wait;
	domain->pending++;
	place_kick(contact->place);
}

/* ---- all of them ---- */

struct contacts *contacts_new(struct scan *scan, const uint8_t secret[16],
			      const struct scan_connect *connect)
{
	struct contacts *all = memory_take_zeroed(1, sizeof(*all));
	if (all == NULL)
		return NULL;
	all->scan = scan;
	all->connect = *connect;
	deferred_init(&all->telling, tell_failed, all);
	all->map = map_new(secret);
	all->places = map_new(secret);
	if (all->map != NULL && all->places != NULL &&
	    tls_client_new(NULL, NULL, &all->plain) == OK &&
	    tls_client_new("http/1.1", NULL, &all->http) == OK)
		return all;
	contacts_free(all);
	return NULL;
}

static void contacts_end(struct contacts *all)
{
	size_t cursor = 0;
	struct contact *contact;
	while ((contact = map_next(all->map, &cursor, NULL, NULL)) != NULL) {
		tell_waits(contact);
		contact_free(contact);
	}
	cursor = 0;
	struct place *place;
	while ((place = map_next(all->places, &cursor, NULL, NULL)) != NULL) {
		timer_stop(&place->gap);
		memory_give(place);
	}
}

void contacts_free(struct contacts *contacts)
{
	if (contacts == NULL)
		return;
	deferred_cancel(contacts->scan->loop, &contacts->telling);
	if (contacts->map != NULL && contacts->places != NULL)
		contacts_end(contacts);
	map_free(contacts->map, NULL);
	map_free(contacts->places, NULL);
	tls_context_free(contacts->plain);
	tls_context_free(contacts->http);
	memory_give(contacts);
}
