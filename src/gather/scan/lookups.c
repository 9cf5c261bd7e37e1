/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "dns/wire/name.h"
#include "gather/scan/scan_private.h"

#include <assert.h>
#include <string.h>

/* After that it is asked for again; as long as what transports.c knows of servers. */
#define LOOKUP_LIFE_NS (UINT64_C(600) * 1000000000u)
/* A failure may be over sooner, and costs little while it is not. */
#define FAILURE_LIFE_NS (UINT64_C(60) * 1000000000u)
/* What is kept of past look-ups, beyond which those longest unused go: half a kilobyte each as a
 * rule. */
#define SHARED_MAX 16384u
#define SHARED_OCTETS_MAX ((size_t)16 << 20)
#define KEY_OCTETS_MAX (NAME_MAX_OCTETS + 2)

/* A domain that waits; lives in the domain's arena. */
struct lookup_wait {
	struct lookup_wait *next;
	struct domain *domain;
	lookup_taken *taken;
	void *context;
};

/* One look-up, under way or kept. */
struct shared {
	struct shared *newer, *older; /* of those that are kept */
	struct scan *scan;
	struct lookup_wait *waits;
	uint64_t expires_ns; /* 0: under way */
	uint8_t *wire;
	uint16_t wire_size, opt_offset;
	uint16_t type;
	uint8_t result;
	uint8_t security;
	bool is_own; /* the asking domain's: nobody else will want it */
	uint8_t name[NAME_MAX_OCTETS];
	uint8_t target[NAME_MAX_OCTETS];
};

struct lookups {
	struct scan *scan;
	struct map *map; /* by name and type */
	struct shared *newest, *oldest;
	size_t octets; /* of the kept ones' messages */
	uint32_t kept;
};

static size_t make_key(uint8_t key[KEY_OCTETS_MAX], const uint8_t *name, uint16_t type)
{
	size_t size = name_copy_lower(key, name);
	key[size] = (uint8_t)(type >> 8);
	key[size + 1] = (uint8_t)type;
	return size + 2;
}

struct lookups *lookups_new(struct scan *scan, const uint8_t secret[16])
{
	struct lookups *lookups = memory_take_zeroed(1, sizeof(*lookups));
	if (lookups == NULL)
		return NULL;
	lookups->scan = scan;
	lookups->map = map_new(secret);
	if (lookups->map == NULL) {
		memory_give(lookups);
		return NULL;
	}
	return lookups;
}

static void shared_free(struct shared *shared)
{
	assert(shared->waits == NULL);
	memory_give(shared->wire);
	memory_give(shared);
}

void lookups_free(struct lookups *lookups)
{
	if (lookups == NULL)
		return;
	size_t cursor = 0;
	struct shared *shared;
	while ((shared = map_next(lookups->map, &cursor, NULL, NULL)) != NULL) {
		/* One under way goes when the resolver has ended it. */
		if (shared->expires_ns != 0)
			shared_free(shared);
	}
	map_free(lookups->map, NULL);
	memory_give(lookups);
}

/* ---- those that are kept, the newest first ---- */

static void kept_remove(struct lookups *lookups, struct shared *shared)
{
	assert(lookups->kept > 0 && lookups->octets >= shared->wire_size);
	*(shared->newer != NULL ? &shared->newer->older : &lookups->newest) = shared->older;
	*(shared->older != NULL ? &shared->older->newer : &lookups->oldest) = shared->newer;
	shared->newer = shared->older = NULL;
	lookups->octets -= shared->wire_size;
	lookups->kept--;
}

static void kept_add(struct lookups *lookups, struct shared *shared)
{
	shared->newer = NULL;
	shared->older = lookups->newest;
	*(lookups->newest != NULL ? &lookups->newest->newer : &lookups->oldest) = shared;
	lookups->newest = shared;
	lookups->octets += shared->wire_size;
	lookups->kept++;
}

static void shared_forget(struct lookups *lookups, struct shared *shared)
{
	uint8_t key[KEY_OCTETS_MAX];
	size_t size = make_key(key, shared->name, shared->type);
	assert(shared->expires_ns != 0);
	kept_remove(lookups, shared);
	void *removed = map_remove(lookups->map, key, size);
	assert(removed == shared);
	shared_free(shared);
}

/* ---- telling ---- */

static bool is_at_or_below(const uint8_t *name, const uint8_t *domain)
{
	size_t labels = name_labels(domain);
	return name_common_labels(name, domain) == labels;
}

static void tell(const struct shared *shared, struct domain *domain, lookup_taken *taken,
		 void *context)
{
	const struct lookup lookup = {
		.name = shared->name,
		.target = shared->target,
		.type = shared->type,
		.result = shared->result,
		.security = shared->security,
	};
	int index = observation_lookup(&domain->builder, &lookup, shared->wire, shared->wire_size,
				       shared->opt_offset);
	if (index < 0)
		domain->builder.observation.cut_short = true;
	if (taken != NULL)
		taken(domain, context, index);
}

static void tell_waits(struct shared *shared)
{
	struct lookup_wait *wait = shared->waits;
	shared->waits = NULL;
	while (wait != NULL) {
		/* The domain may be done and its arena used anew once it is settled. */
		struct lookup_wait *next = wait->next;
		struct domain *domain = wait->domain;
		if (!shared->scan->is_closing)
			tell(shared, domain, wait->taken, wait->context);
		domain_settle(domain);
		wait = next;
	}
}

static void shared_take(struct shared *shared, const struct lookup_answer *answer)
{
	shared->result = (uint8_t)answer->state;
	shared->security = (uint8_t)answer->security;
	name_copy_lower(shared->target, answer->target);
	const struct message *message = answer->message;
	/* Without memory for it, as if nothing had come: a look-up that says FOUND has a message.
	 */
	if (message != NULL && message->wire_size <= UINT16_MAX)
		shared->wire = memory_take(message->wire_size);
	if (shared->wire == NULL) {
		if (answer->state == LOOKUP_FOUND)
			shared->result = LOOKUP_RESULT_LIMIT;
		return;
	}
	assert(message != NULL);
	memcpy(shared->wire, message->wire, message->wire_size);
	shared->wire_size = (uint16_t)message->wire_size;
	shared->opt_offset = message->edns.present ? message->edns.record_offset : 0;
}

static void shared_end(struct lookups *lookups, struct shared *shared)
{
	const bool is_failure = shared->result != LOOKUP_RESULT_FOUND &&
				shared->result != LOOKUP_RESULT_NXDOMAIN &&
				shared->result != LOOKUP_RESULT_NODATA;
	shared->expires_ns =
		loop_now_ns(lookups->scan->loop) + (is_failure ? FAILURE_LIFE_NS : LOOKUP_LIFE_NS);
	kept_add(lookups, shared);
	tell_waits(shared);
	/* What was told may have asked, but not ended, others: this one is still kept. */
	if (shared->is_own)
		shared_forget(lookups, shared);
	while (lookups->kept > SHARED_MAX || lookups->octets > SHARED_OCTETS_MAX) {
		assert(lookups->oldest != NULL);
		shared_forget(lookups, lookups->oldest);
	}
}

static void replied(void *context, const struct lookup_answer *answer)
{
	struct shared *shared = context;
	struct scan *scan = shared->scan;
	assert(scan->busy > 0 && shared->expires_ns == 0);
	if (scan->is_closing) {
		/* The last domain that is settled would free the scan, were nothing busy. */
		tell_waits(shared);
		shared_free(shared);
		scan->busy--;
		scan_release(scan);
		return;
	}
	scan->busy--;
	shared_take(shared, answer);
	shared_end(scan->lookups, shared);
}

/* ---- asking ---- */

static struct shared *shared_begin(struct lookups *lookups, const uint8_t *name, uint16_t type)
{
	uint8_t key[KEY_OCTETS_MAX];
	size_t size = make_key(key, name, type);
	struct shared *shared = memory_take_zeroed(1, sizeof(*shared));
	if (shared == NULL)
		return NULL;
	shared->scan = lookups->scan;
	shared->type = type;
	name_copy_lower(shared->name, name);
	const struct lookup_question question = {
		.name = shared->name, .type = type, .done = replied, .context = shared};
	if (map_put(lookups->map, key, size, shared, NULL) != OK) {
		memory_give(shared);
		return NULL;
	}
	if (resolver_lookup(lookups->scan->resolver, &question) != OK) {
		(void)map_remove(lookups->map, key, size);
		memory_give(shared);
		return NULL;
	}
	lookups->scan->busy++;
	return shared;
}

/* One that is kept and not too old, or under way, or begun; NULL when nothing can be asked. */
static struct shared *shared_get(struct lookups *lookups, const uint8_t *name, uint16_t type)
{
	uint8_t key[KEY_OCTETS_MAX];
	size_t size = make_key(key, name, type);
	struct shared *shared = map_get(lookups->map, key, size);
	if (shared != NULL && shared->expires_ns != 0) {
		if (shared->expires_ns <= loop_now_ns(lookups->scan->loop)) {
			shared_forget(lookups, shared);
			shared = NULL;
		} else if (shared != lookups->newest) {
			kept_remove(lookups, shared);
			kept_add(lookups, shared);
		}
	}
	return shared != NULL ? shared : shared_begin(lookups, name, type);
}

static void lookup_refused(struct domain *domain, lookup_taken *taken, void *context)
{
	domain->builder.observation.cut_short = true;
	if (taken != NULL)
		taken(domain, context, ERR_LIMIT);
}

void lookup_ask(struct domain *domain, const uint8_t *name, uint16_t type, lookup_taken *taken,
		void *context)
{
	struct scan *scan = domain->scan;
	assert(!scan->is_closing);
	int known = observation_find_lookup(&domain->builder.observation, name, type);
	if (known >= 0) {
		if (taken != NULL)
			taken(domain, context, known);
		return;
	}
	struct lookup_wait *wait = arena_take(&domain->arena, sizeof(*wait));
	struct shared *shared = wait != NULL ? shared_get(scan->lookups, name, type) : NULL;
	if (shared == NULL) {
		lookup_refused(domain, taken, context);
		return;
	}
	if (shared->expires_ns != 0) {
		tell(shared, domain, taken, context);
		return;
	}
	/* Who asked first is the only one, if the name is its own. */
	shared->is_own =
		shared->waits == NULL && is_at_or_below(name, domain->builder.observation.domain);
	*wait = (struct lookup_wait){shared->waits, domain, taken, context};
	shared->waits = wait;
	domain->pending++;
}
