/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "daemon/scan_parent_private.h"
#include "dns/wire/name.h"
#include "model/observation.h"

#include <assert.h>
#include <string.h>

/* Fewer are not worth a frame while the worker has plenty. */
#define FEED_MIN (TARGETS_A_FRAME / 2u)
/* Why a domain was not measured, as the observation says it. */
#define CRASHED_WORDS "worker crashed"

static struct target *target_new(const uint8_t *name)
{
	size_t size = name_size(name);
	assert(size > 1 && size <= NAME_MAX_OCTETS);
	struct target *target = memory_take_zeroed(1, sizeof(*target) + size);
	if (target == NULL)
		return NULL;
	target->size = (uint16_t)size;
	memcpy(target->name, name, size);
	return target;
}

/* ---- handing out ---- */

/* NULL: none at present, or the crew has ended. */
static struct target *next_target(struct crew *crew)
{
	struct target *target = crew->again;
	uint8_t name[NAME_MAX_OCTETS];
	if (target != NULL) {
		crew->again = target->next;
		target->next = NULL;
		return target;
	}
	if (crew->is_exhausted)
		return NULL;
	int error = crew->settings->next(crew->settings->context, name);
	if (error == ERR_NOT_FOUND) {
		crew->is_exhausted = true;
		return NULL;
	}
	if (error == OK) {
		target = target_new(name);
		error = target != NULL ? OK : ERR_MEMORY;
	}
	if (error != OK)
		crew_end(crew, error);
	return target;
}

/* Puts a target on the member's list. A name that it has already is not asked twice. */
static bool assign(struct member *member, struct target *target)
{
	struct crew *crew = member->crew;
	if (map_get(member->targets, target->name, target->size) != NULL) {
		memory_give(target);
		return false;
	}
	if (map_put(member->targets, target->name, target->size, target, NULL) != OK) {
		memory_give(target);
		crew_end(crew, ERR_MEMORY);
		return false;
	}
	crew->outstanding++;
	return true;
}

static unsigned feed_frame(struct member *member, unsigned room)
{
	uint8_t names[TARGETS_A_FRAME * NAME_MAX_OCTETS];
	size_t size = 0;
	unsigned count = 0;
	struct target *target;
	assert(room > 0);
	while (count < room && count < TARGETS_A_FRAME &&
	       (target = next_target(member->crew)) != NULL) {
		if (!assign(member, target))
			continue;
		memcpy(names + size, target->name, target->size);
		size += target->size;
		count++;
	}
	if (count == 0)
		return 0;
	uint8_t *body = channel_frame(&member->child.channel, FRAME_TARGETS, size);
	if (body != NULL) /* else the channel ends, and they are handed out again */
		memcpy(body, names, size);
	return count;
}

void member_feed(struct member *member)
{
	struct crew *crew = member->crew;
	size_t has = map_count(member->targets);
	size_t most = crew->wire.domains_in_flight + TARGETS_AHEAD;
	if (!member->child.is_running || crew->is_stopping || crew->error != OK || has >= most)
		return;
	if (most - has < FEED_MIN && crew->again == NULL)
		return;
	unsigned room = (unsigned)(most - has);
	unsigned fed;
	do {
		fed = feed_frame(member, room);
		room -= fed;
	} while (fed > 0 && room > 0);
}

const struct target *member_target(const struct member *member, const uint8_t *name)
{
	return map_get(member->targets, name, name_size(name));
}

struct target *member_yield(struct member *member, const struct target *target)
{
	struct target *yielded = map_remove(member->targets, target->name, target->size);
	assert(yielded == target);
	return yielded;
}

void target_settle(struct crew *crew, struct target *target)
{
	assert(crew->outstanding > 0);
	memory_give(target);
	crew->outstanding--;
}

/* ---- after a death ---- */

/* The observation that says so goes the way of all. */
static void give_up(struct crew *crew, struct target *target, const char *why)
{
	struct observation_builder builder;
	const struct clock clock = clock_system();
	arena_reset(&crew->arena);
	observation_builder_init(&builder, &crew->arena, target->name);
	struct observation *observation = &builder.observation;
	observation->started_s = clock_wall_s(&clock);
	observation->vantage = crew->wire.vantage;
	observation->scanner = crew->wire.scanner;
	observation->needs = crew->wire.needs;
	observation->not_measured = why;
	size_t room = observation_encoded_max(observation), size = 0;
	uint8_t *encoded = arena_take(&crew->arena, room);
	int error = observation->domain != NULL && encoded != NULL ? OK : ERR_MEMORY;
	if (error == OK)
		error = observation_encode(observation, encoded, room, &size);
	if (error == OK)
		error = bench_ask(crew, NULL, target, encoded, size);
	else
		memory_give(target);
	if (error != OK)
		crew_end(crew, error);
}

void target_retry(struct crew *crew, struct target *target, bool is_given_up, const char *why)
{
	if (is_given_up) {
		give_up(crew, target, why);
		return;
	}
	assert(crew->outstanding > 0);
	crew->outstanding--;
	target->next = crew->again;
	crew->again = target;
}

/* The target that was being read: the noted name, or the nearest name above it. */
static const struct target *guilty_of(const struct member *member)
{
	uint8_t noted[NAME_MAX_OCTETS];
	if (!child_noted(&member->child, noted))
		return NULL;
	const uint8_t *name = noted;
	for (; !name_is_root(name); name = name_parent(name)) {
		const struct target *target = map_get(member->targets, name, name_size(name));
		if (target != NULL)
			return target;
	}
	return NULL;
}

/* Everything that a worker had when it died saw that death, unless it is known who caused it. */
static bool is_given_up(const struct member *member, struct target *target)
{
	if (member->is_unable || member->is_unread)
		return false;
	if (member->is_killed)
		return ++target->kills >= KILLS_MAX;
	return ++target->crashes >= CRASHES_MAX;
}

static void take_back(struct member *member, struct target *target, bool is_guilty)
{
	(void)map_remove(member->targets, target->name, target->size);
	target_retry(member->crew, target, is_guilty || is_given_up(member, target), CRASHED_WORDS);
}

bool member_reclaim(struct member *member)
{
	assert(!member->child.is_running);
	const bool names_nobody = member->is_ended_by_us || member->is_killed;
	const struct target *guilty = names_nobody ? NULL : guilty_of(member);
	const bool has_guilty = guilty != NULL;
	struct target *target, *kept = NULL;
	size_t cursor = 0;
	while ((target = map_next(member->targets, &cursor, NULL, NULL)) != NULL) {
		target->next = kept;
		kept = target;
	}
	while ((target = kept) != NULL) {
		kept = target->next;
		take_back(member, target, target == guilty);
	}
	return has_guilty;
}

void targets_release(struct crew *crew)
{
	while (crew->again != NULL) {
		struct target *target = crew->again;
		crew->again = target->next;
		memory_give(target);
	}
}
