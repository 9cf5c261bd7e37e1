/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/turns.h"

#include "base/map.h"
#include "base/memory.h"

#include <assert.h>

#define NOBODY TURNS_WORKERS_MAX

/* In the map only while somebody has it. */
struct turn {
	struct turn *next; /* of those that a dead worker had */
	struct address address;
	unsigned holder;
	uint8_t waits[]; /* by worker */
};

struct turns {
	struct map *by_address;
	struct turns_settings settings;
	uint32_t counts[]; /* addresses at which it has a turn or waits, by worker */
};

int turns_new(struct random *random, const struct turns_settings *settings,
	      struct turns **ret_turns)
{
	uint8_t key[16];
	assert(settings->worker_count > 0 && settings->worker_count <= TURNS_WORKERS_MAX);
	struct turns *turns = memory_take_zeroed(
		1, sizeof(*turns) + settings->worker_count * sizeof(turns->counts[0]));
	if (turns == NULL)
		return ERR_MEMORY;
	random_octets(random, key, sizeof(key));
	turns->by_address = map_new(key);
	if (turns->by_address == NULL) {
		memory_give(turns);
		return ERR_MEMORY;
	}
	turns->settings = *settings;
	*ret_turns = turns;
	return OK;
}

void turns_free(struct turns *turns)
{
	if (turns == NULL)
		return;
	map_free(turns->by_address, memory_give);
	memory_give(turns);
}

static struct turn *turn_new(struct turns *turns, const struct address *address)
{
	struct turn *turn = memory_take_zeroed(1, sizeof(*turn) + turns->settings.worker_count);
	if (turn == NULL)
		return NULL;
	turn->address = *address;
	turn->holder = NOBODY;
	if (map_put(turns->by_address, address, sizeof(*address), turn, NULL) == OK)
		return turn;
	memory_give(turn);
	return NULL;
}

int turns_want(struct turns *turns, unsigned worker, const struct address *address)
{
	assert(worker < turns->settings.worker_count);
	struct turn *turn = map_get(turns->by_address, address, sizeof(*address));
	if (turn != NULL && (turn->holder == worker || turn->waits[worker] != 0))
		return ERR_FORMAT;
	if (turns->counts[worker] == TURNS_EACH_MAX)
		return ERR_LIMIT;
	if (turn == NULL)
		turn = turn_new(turns, address);
	if (turn == NULL)
		return ERR_MEMORY;
	turns->counts[worker]++;
	if (turn->holder != NOBODY) {
		turn->waits[worker] = 1;
		return OK;
	}
	turn->holder = worker;
	turns->settings.give(turns->settings.context, worker, &turn->address);
	return OK;
}

/* To the next worker after the one that had it, so that all come to it. */
static void pass_on(struct turns *turns, struct turn *turn)
{
	const unsigned count = turns->settings.worker_count;
	assert(turn->holder < count && turns->counts[turn->holder] > 0);
	turns->counts[turn->holder]--;
	for (unsigned i = 1; i < count; i++) {
		const unsigned next = (turn->holder + i) % count;
		if (turn->waits[next] == 0)
			continue;
		turn->waits[next] = 0;
		turn->holder = next;
		turns->settings.give(turns->settings.context, next, &turn->address);
		return;
	}
	void *removed = map_remove(turns->by_address, &turn->address, sizeof(turn->address));
	assert(removed == turn);
	memory_give(turn);
}

int turns_done(struct turns *turns, unsigned worker, const struct address *address)
{
	struct turn *turn = map_get(turns->by_address, address, sizeof(*address));
	if (turn == NULL || turn->holder != worker)
		return ERR_FORMAT;
	pass_on(turns, turn);
	return OK;
}

void turns_forget(struct turns *turns, unsigned worker)
{
	struct turn *had = NULL, *turn;
	size_t cursor = 0;
	while ((turn = map_next(turns->by_address, &cursor, NULL, NULL)) != NULL) {
		turns->counts[worker] -= turn->waits[worker];
		turn->waits[worker] = 0;
		if (turn->holder != worker)
			continue;
		turn->next = had;
		had = turn;
	}
	while ((turn = had) != NULL) {
		had = turn->next;
		pass_on(turns, turn);
	}
	assert(turns->counts[worker] == 0);
}
