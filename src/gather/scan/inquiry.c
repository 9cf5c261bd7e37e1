/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "gather/scan/inquiry_private.h"

#include <assert.h>
#include <string.h>

/* A domain that waits for the answer; lives in the domain's arena. */
struct inquiry_waiter {
	struct inquiry_waiter *next;
	struct probe probe;
};

#define KEY_OCTETS (sizeof(struct address) + 1)

static void make_key(uint8_t key[KEY_OCTETS], const struct address *address, uint8_t slot)
{
	memcpy(key, address, sizeof(*address));
	key[sizeof(*address)] = slot;
}

static void inquiry_free(struct inquiry *inquiry)
{
	assert(!timer_is_started(&inquiry->pause) && inquiry->waiters == NULL &&
	       !inquiry->is_telling);
	inquiry->kind->drop(inquiry);
	memory_give(inquiry);
}

static void tell_waiters(struct inquiry *inquiry)
{
	struct inquiry_waiter *waiters = inquiry->waiters;
	assert(!inquiry->is_telling);
	inquiry->waiters = NULL;
	inquiry->is_telling = true;
	while (waiters != NULL) {
		/* The domain may be done and its arena used anew once it is settled. */
		struct inquiry_waiter *waiter = waiters;
		struct domain *domain = waiter->probe.domain;
		waiters = waiter->next;
		if (!domain->scan->is_closing)
			inquiry->kind->tell(inquiry, &waiter->probe);
		domain_settle(domain);
	}
	inquiry->is_telling = false;
}

void inquiries_free(struct map *map)
{
	size_t cursor = 0;
	struct inquiry *inquiry;
	while (map != NULL && (inquiry = map_next(map, &cursor, NULL, NULL)) != NULL) {
		if (timer_is_started(&inquiry->pause)) {
			timer_stop(&inquiry->pause);
			tell_waiters(inquiry);
		} else if (inquiry->expires_ns == 0) {
			continue;
		}
		inquiry_free(inquiry);
	}
	map_free(map, NULL);
}

bool inquiry_forget_oldest(struct map *map)
{
	size_t cursor = 0;
	struct inquiry *oldest;
	do {
		oldest = map_next(map, &cursor, NULL, NULL);
	} while (oldest != NULL && (oldest->expires_ns == 0 || oldest->is_telling));
	if (oldest == NULL)
		return false;
	uint8_t key[KEY_OCTETS];
	make_key(key, &oldest->address, oldest->slot);
	void *removed = map_remove(map, key, sizeof(key));
	assert(removed == oldest);
	inquiry_free(oldest);
	return true;
}

/* It is about to be asked again: who is asked for often is not among the oldest. */
static struct inquiry *put_last(struct map *map, struct inquiry *inquiry)
{
	uint8_t key[KEY_OCTETS];
	make_key(key, &inquiry->address, inquiry->slot);
	void *removed = map_remove(map, key, sizeof(key));
	assert(removed == inquiry);
	if (map_put(map, key, sizeof(key), inquiry, NULL) == OK)
		return inquiry;
	inquiry_free(inquiry);
	return NULL;
}

static bool is_over(const struct inquiry *inquiry)
{
	return inquiry->expires_ns != 0 && !inquiry->is_telling && !inquiry_is_known(inquiry);
}

static size_t most_of(const struct scan *scan, const struct inquiry_kind *kind)
{
	return scan->servers_kept != 0 && scan->servers_kept < kind->most ? scan->servers_kept
									  : kind->most;
}

struct inquiry *inquiry_get(struct scan *scan, struct map *map, const struct inquiry_kind *kind,
			    const struct address *address, uint8_t slot)
{
	uint8_t key[KEY_OCTETS];
	make_key(key, address, slot);
	struct inquiry *inquiry = map_get(map, key, sizeof(key));
	assert(inquiry == NULL || inquiry->kind == kind);
	if (inquiry != NULL)
		return is_over(inquiry) ? put_last(map, inquiry) : inquiry;
	if (map_count(map) >= most_of(scan, kind))
		(void)inquiry_forget_oldest(map);
	inquiry = memory_take_zeroed(1, kind->octets);
	if (inquiry == NULL || map_put(map, key, sizeof(key), inquiry, NULL) != OK) {
		memory_give(inquiry);
		return NULL;
	}
	inquiry->kind = kind;
	inquiry->scan = scan;
	inquiry->address = *address;
	inquiry->slot = slot;
	timer_init(&inquiry->pause, kind->pause_over, inquiry);
	inquiry->expires_ns = 1; /* at rest, and long over */
	return inquiry;
}

bool inquiry_is_known(const struct inquiry *inquiry)
{
	return inquiry->expires_ns > loop_now_ns(inquiry->scan->loop);
}

bool inquiry_wait(struct inquiry *inquiry, const struct probe *probe)
{
	struct domain *domain = probe->domain;
	struct inquiry_waiter *waiter = arena_take(&domain->arena, sizeof(*waiter));
	if (waiter == NULL)
		return false;
	*waiter = (struct inquiry_waiter){.next = inquiry->waiters, .probe = *probe};
	inquiry->waiters = waiter;
	domain->pending++;
	return true;
}

bool inquiry_ask(struct inquiry *inquiry, const struct exchange_question *question,
		 exchange_done *done)
{
	if (transport_ask(inquiry->scan->transport, question, done, inquiry) != OK)
		return false;
	inquiry->looks++;
	inquiry->expires_ns = 0;
	inquiry->scan->busy++;
	return true;
}

bool inquiry_replied(struct inquiry *inquiry)
{
	struct scan *scan = inquiry->scan;
	assert(scan->busy > 0 && inquiry->expires_ns == 0);
	if (!scan->is_closing) {
		scan->busy--;
		return true;
	}
	tell_waiters(inquiry);
	inquiry_free(inquiry);
	scan->busy--;
	scan_release(scan);
	return false;
}

void inquiry_pause(struct inquiry *inquiry)
{
	inquiry->expires_ns = 0;
	timer_start(inquiry->scan->loop, &inquiry->pause, SECOND_LOOK_PAUSE_MS);
}

void inquiry_end(struct inquiry *inquiry, uint64_t life_ns)
{
	assert(inquiry->expires_ns == 0 && !inquiry->scan->is_closing);
	inquiry->expires_ns = loop_now_ns(inquiry->scan->loop) + life_ns;
	tell_waiters(inquiry);
}

void kept_result_take(struct kept_result *kept, const struct exchange_result *result)
{
	kept_result_drop(kept);
	kept->result = *result;
	kept->result.message = NULL;
	kept->result.session = NULL;
	const struct message *message = result->message;
	if (message == NULL)
		return;
	kept->wire = memory_take(message->wire_size);
	if (kept->wire == NULL)
		return;
	memcpy(kept->wire, message->wire, message->wire_size);
	kept->message = (struct message){
		.wire = kept->wire, .wire_size = message->wire_size, .edns = message->edns};
	kept->message.edns.options = NULL;
	kept->result.message = &kept->message;
}

void kept_result_drop(struct kept_result *kept)
{
	memory_give(kept->wire);
	*kept = (struct kept_result){.wire = NULL};
}
