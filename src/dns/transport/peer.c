/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "dns/transport/peer_private.h"

#include <assert.h>
#include <string.h>

#define TABLE_FIRST 256u

struct peer_slab {
	struct peer_slab *next;
	struct peer peers[PEERS_A_SLAB];
};

/* Multiply and fold, keyed: who does not know the key cannot choose addresses that collide. */
static uint32_t address_hash(const struct peers *peers, const struct address *address)
{
	uint64_t high, low;
	uint32_t rest;
	memcpy(&high, address->octets, sizeof(high));
	memcpy(&low, address->octets + 8, sizeof(low));
	memcpy(&rest, address->octets + 16, sizeof(rest));
	static_assert(offsetof(struct address, port) == 16 && sizeof(struct address) == 20,
		      "the last four octets are port and family");
	unsigned __int128 product =
		(unsigned __int128)(high ^ peers->key[0]) * (low ^ peers->key[1] ^ rest);
	uint64_t folded = (uint64_t)product ^ (uint64_t)(product >> 64);
	return (uint32_t)(folded ^ folded >> 32);
}

static struct peer **place_of(const struct peers *peers, const struct address *address)
{
	return &peers->table[address_hash(peers, address) & (peers->table_size - 1)];
}

int peers_init(struct peers *peers, struct transport *transport, struct random *random)
{
	*peers = (struct peers){.transport = transport, .table_size = TABLE_FIRST};
	peers->key[0] = random_u64(random);
	peers->key[1] = random_u64(random);
	peers->table = memory_take_zeroed(TABLE_FIRST, sizeof(struct peer *));
	return peers->table != NULL ? OK : ERR_MEMORY;
}

void peers_release(struct peers *peers)
{
	for (struct peer *peer = peers->newest; peer != NULL; peer = peer->older) {
		assert(peer->flights == 0 && peer->waiting.count == 0);
		timer_stop(&peer->timer);
	}
	while (peers->slabs != NULL) {
		struct peer_slab *slab = peers->slabs;
		peers->slabs = slab->next;
		memory_give(slab);
	}
	memory_give(peers->table);
	*peers = (struct peers){0};
}

struct peer *peers_find(const struct peers *peers, const struct address *address)
{
	struct peer *peer = *place_of(peers, address);
	while (peer != NULL && !address_equal(&peer->address, address))
		peer = peer->hash_next;
	return peer;
}

/* ---- by last use ---- */

static void unlink_use(struct peers *peers, struct peer *peer)
{
	*(peer->newer != NULL ? &peer->newer->older : &peers->newest) = peer->older;
	*(peer->older != NULL ? &peer->older->newer : &peers->oldest) = peer->newer;
}

static void link_newest(struct peers *peers, struct peer *peer)
{
	peer->newer = NULL;
	peer->older = peers->newest;
	*(peers->newest != NULL ? &peers->newest->newer : &peers->oldest) = peer;
	peers->newest = peer;
}

static void forget_peer(struct peers *peers, struct peer *peer)
{
	assert(peer->flights == 0);
	peer_disconnect(peer);
	timer_stop(&peer->timer);
	struct peer **link = place_of(peers, &peer->address);
	while (*link != peer)
		link = &(*link)->hash_next;
	*link = peer->hash_next;
	unlink_use(peers, peer);
	peers->count--;
	peer->hash_next = peers->unused;
	peers->unused = peer;
}

/* How many busy ones are passed over before giving up: they are few unless all are. */
#define FORGET_LOOK_MAX 64u

static int forget_oldest(struct peers *peers)
{
	struct peer *peer = peers->oldest;
	for (unsigned i = 0; peer != NULL && i < FORGET_LOOK_MAX; i++) {
		if (peer->flights == 0) {
			forget_peer(peers, peer);
			return OK;
		}
		struct peer *newer = peer->newer;
		unlink_use(peers, peer);
		link_newest(peers, peer);
		peer = newer;
	}
	return ERR_LIMIT;
}

/* ---- making ---- */

static int take_slab(struct peers *peers)
{
	struct peer_slab *slab = memory_take(sizeof(*slab));
	if (slab == NULL)
		return ERR_MEMORY;
	slab->next = peers->slabs;
	peers->slabs = slab;
	for (size_t i = PEERS_A_SLAB; i > 0; i--) {
		slab->peers[i - 1].hash_next = peers->unused;
		peers->unused = &slab->peers[i - 1];
	}
	return OK;
}

static void grow_table(struct peers *peers)
{
	uint32_t size = peers->table_size * 2;
	struct peer **table = memory_take_zeroed(size, sizeof(struct peer *));
	if (table == NULL)
		return; /* longer chains instead */
	memory_give(peers->table);
	peers->table = table;
	peers->table_size = size;
	for (struct peer *peer = peers->newest; peer != NULL; peer = peer->older) {
		struct peer **place = place_of(peers, &peer->address);
		peer->hash_next = *place;
		*place = peer;
	}
}

static int make_peer(struct peers *peers, const struct address *address, struct peer **ret_peer)
{
	if (peers->count >= PEERS_MAX && forget_oldest(peers) != OK)
		return ERR_LIMIT;
	if (peers->unused == NULL && take_slab(peers) != OK)
		return ERR_MEMORY;
	if (peers->count >= peers->table_size)
		grow_table(peers);
	struct peer *peer = peers->unused;
	peers->unused = peer->hash_next;
	*peer = (struct peer){.transport = peers->transport, .address = *address};
	timer_init(&peer->timer, peer_due, peer);
	struct peer **place = place_of(peers, address);
	peer->hash_next = *place;
	*place = peer;
	link_newest(peers, peer);
	peers->count++;
	*ret_peer = peer;
	return OK;
}

int peers_get(struct peers *peers, const struct address *address, struct peer **ret_peer)
{
	struct peer *peer = peers_find(peers, address);
	if (peer == NULL)
		return make_peer(peers, address, ret_peer);
	if (peer != peers->newest) {
		unlink_use(peers, peer);
		link_newest(peers, peer);
	}
	*ret_peer = peer;
	return OK;
}

/* ---- silence ---- */

bool peer_is_dead(struct peer *peer, uint8_t transport, uint64_t now_ns)
{
	return peer_silence(peer, transport)->dead_until_ns > now_ns;
}
