/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/lease.h"

#include "base/map.h"
#include "base/memory.h"

#include <assert.h>

#define SECOND_NS UINT64_C(1000000000)
/* How much may be granted ahead of its time: the size of a lot. */
#define LOT_NS (SECOND_NS / 10)
/* Between looks at who waits; a lot is ten of them. */
#define TICK_MS 10
/* Addresses remembered before those whose last lot is used up are forgotten. 10 MiB. More are kept
 * only while they are wanted or their lot is not used up. */
#define LEASES_MAX 65536u

struct lease {
	struct lease *next; /* of those that are wanted */
	struct address server;
	bool is_wanted;
	unsigned turn;     /* whose turn is next */
	uint64_t due_ns;   /* when the next question may go, all lots used as planned */
	uint32_t wanted[]; /* by worker */
};

struct leases {
	struct loop *loop;
	struct map *by_address;
	struct timer tick;
	struct lease *first, *last;
	uint64_t interval_ns;
	size_t forget_at; /* grows with what cannot be forgotten, so that looking costs little */
	struct leases_settings settings;
	uint32_t wants[]; /* addresses wanted, by worker */
};

static void tick(void *context);

int leases_new(struct loop *loop, struct random *random, const struct leases_settings *settings,
	       struct leases **ret_leases)
{
	assert(settings->rate > 0 && settings->worker_count > 0 && settings->grant != NULL);
	struct leases *leases = memory_take_zeroed(
		1, sizeof(*leases) + settings->worker_count * sizeof(leases->wants[0]));
	if (leases == NULL)
		return ERR_MEMORY;
	uint8_t key[16];
	random_octets(random, key, sizeof(key));
	leases->by_address = map_new(key);
	if (leases->by_address == NULL) {
		memory_give(leases);
		return ERR_MEMORY;
	}
	leases->loop = loop;
	leases->settings = *settings;
	leases->forget_at = LEASES_MAX;
	leases->interval_ns = settings->rate < SECOND_NS ? SECOND_NS / settings->rate : 1;
	timer_init(&leases->tick, tick, leases);
	*ret_leases = leases;
	return OK;
}

void leases_free(struct leases *leases)
{
	if (leases == NULL)
		return;
	timer_stop(&leases->tick);
	map_free(leases->by_address, memory_give);
	memory_give(leases);
}

static void append(struct leases *leases, struct lease *lease)
{
	assert(!lease->is_wanted);
	lease->is_wanted = true;
	lease->next = NULL;
	if (leases->last != NULL)
		leases->last->next = lease;
	else
		leases->first = lease;
	leases->last = lease;
}

/* Those that nobody wants and whose questions have all gone out. */
static void forget_some(struct leases *leases)
{
	struct lease *forgotten = NULL, *lease;
	uint64_t now = loop_now_ns(leases->loop);
	size_t cursor = 0;
	while ((lease = map_next(leases->by_address, &cursor, NULL, NULL)) != NULL) {
		if (lease->is_wanted || lease->due_ns > now)
			continue;
		lease->next = forgotten;
		forgotten = lease;
	}
	while ((lease = forgotten) != NULL) {
		forgotten = lease->next;
		(void)map_remove(leases->by_address, &lease->server, sizeof(lease->server));
		memory_give(lease);
	}
	size_t left = map_count(leases->by_address);
	leases->forget_at = left > LEASES_MAX / 2 ? left * 2 : LEASES_MAX;
}

/* `wanted` may be 0: not any more. */
static void set_wanted(struct leases *leases, struct lease *lease, unsigned worker, unsigned wanted)
{
	assert(lease->wanted[worker] == 0 || leases->wants[worker] > 0);
	leases->wants[worker] -= lease->wanted[worker] > 0;
	leases->wants[worker] += wanted > 0;
	lease->wanted[worker] = wanted;
}

static struct lease *get(struct leases *leases, const struct address *server)
{
	struct lease *lease = map_get(leases->by_address, server, sizeof(*server));
	if (lease != NULL)
		return lease;
	if (map_count(leases->by_address) >= leases->forget_at)
		forget_some(leases);
	lease = memory_take_zeroed(1, sizeof(*lease) + leases->settings.worker_count *
							       sizeof(lease->wanted[0]));
	if (lease == NULL)
		return NULL;
	lease->server = *server;
	if (map_put(leases->by_address, server, sizeof(*server), lease, NULL) == OK)
		return lease;
	memory_give(lease);
	return NULL;
}

int leases_want(struct leases *leases, unsigned worker, const struct address *server,
		unsigned wanted)
{
	assert(worker < leases->settings.worker_count);
	if (leases->wants[worker] >= LEASE_WANTS_MAX)
		return ERR_LIMIT;
	struct lease *lease = get(leases, server);
	if (lease == NULL)
		return ERR_MEMORY;
	assert(address_equal(&lease->server, server));
	set_wanted(leases, lease, worker, wanted);
	if (!lease->is_wanted)
		append(leases, lease);
	if (!timer_is_started(&leases->tick))
		timer_start(leases->loop, &leases->tick, 0);
	return OK;
}

void leases_forget(struct leases *leases, unsigned worker)
{
	assert(worker < leases->settings.worker_count);
	for (struct lease *lease = leases->first; lease != NULL; lease = lease->next)
		set_wanted(leases, lease, worker, 0);
}

/* How many of `wanted` the rate lets go now. */
static unsigned spend(const struct leases *leases, struct lease *lease, unsigned wanted,
		      uint64_t now_ns)
{
	unsigned granted = 0;
	assert(wanted > 0 && leases->interval_ns > 0);
	if (lease->due_ns < now_ns)
		lease->due_ns = now_ns;
	while (granted < wanted && lease->due_ns < now_ns + LOT_NS) {
		lease->due_ns += leases->interval_ns;
		granted++;
	}
	return granted;
}

/* True: somebody still waits. */
static bool serve(struct leases *leases, struct lease *lease, uint64_t now_ns)
{
	for (unsigned i = 0; i < leases->settings.worker_count; i++) {
		unsigned worker = (lease->turn + i) % leases->settings.worker_count;
		if (lease->wanted[worker] == 0)
			continue;
		unsigned granted = spend(leases, lease, lease->wanted[worker], now_ns);
		if (granted == 0) {
			lease->turn = worker;
			return true;
		}
		set_wanted(leases, lease, worker, 0); /* it asks again when that was not enough */
		leases->settings.grant(leases->settings.context, worker, &lease->server, granted);
	}
	return false;
}

static void tick(void *context)
{
	struct leases *leases = context;
	struct lease *lease = leases->first;
	leases->first = leases->last = NULL;
	uint64_t now_ns = loop_now_ns(leases->loop);
	while (lease != NULL) {
		struct lease *next = lease->next;
		lease->is_wanted = false;
		if (serve(leases, lease, now_ns))
			append(leases, lease);
		lease = next;
	}
	if (leases->first != NULL)
		timer_start(leases->loop, &leases->tick, TICK_MS);
}
