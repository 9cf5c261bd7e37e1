/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "base/random.h"
#include "tell/adoption/adoption_private.h"

#include <assert.h>
#include <string.h>

/* As many groups as domains, with long names. */
#define GROUPS_OCTETS_MAX ((size_t)1 << 30)
#define GROUPS_COUNT_MAX 20000000u

int groups_init(struct groups *groups)
{
	struct random random;
	uint8_t key[16];

	*groups = (struct groups){0};
	random_system(&random);
	random_octets(&random, key, sizeof(key));
	arena_init(&groups->arena, GROUPS_OCTETS_MAX, (size_t)64 << 10);
	groups->by_name = map_new(key);
	groups->by_list = map_new(key);
	if (!groups->by_name || !groups->by_list)
		return ERR_MEMORY;
	uint32_t empty;
	const int result = groups_list(groups, NULL, 0, &empty);

	assert(result < 0 || empty == 0);
	return result;
}

void groups_release(struct groups *groups)
{
	map_free(groups->by_name, NULL);
	map_free(groups->by_list, NULL);
	memory_give(groups->items);
	memory_give(groups->memberships);
	memory_give(groups->lists);
	arena_release(&groups->arena);
	*groups = (struct groups){0};
}

/* Room for `more` behind `count`. */
static int make_room(void *array_pointer, uint32_t *room, uint64_t wanted, size_t size)
{
	void **array = array_pointer;
	uint64_t bigger = *room ? *room : 64;

	if (wanted <= *room)
		return OK;
	if (wanted > GROUPS_COUNT_MAX)
		return ERR_LIMIT;
	while (bigger < wanted)
		bigger *= 2;
	void *moved = memory_resize(*array, bigger * size);

	if (!moved)
		return ERR_MEMORY;
	*array = moved;
	*room = (uint32_t)bigger;
	return OK;
}

int groups_find(struct groups *groups, const char *name, uint32_t *ret_group)
{
	const size_t size = strlen(name);
	const uintptr_t known = (uintptr_t)map_get(groups->by_name, name, size);

	if (known > 0) {
		*ret_group = (uint32_t)known - 1;
		return OK;
	}
	int result = make_room(&groups->items, &groups->room, (uint64_t)groups->count + 1,
			       sizeof(*groups->items));
	const char *kept = result == OK ? arena_text(&groups->arena, name) : NULL;

	if (result == OK && !kept)
		result = ERR_MEMORY;
	if (result == OK)
		result = map_put(groups->by_name, name, size,
				 (void *)((uintptr_t)groups->count + 1), NULL);
	if (result < 0)
		return result;
	*ret_group = groups->count;
	groups->items[groups->count++] = (struct group){.name = kept, .shown = kept};
	return OK;
}

int groups_list(struct groups *groups, const struct membership *memberships, uint32_t count,
		uint32_t *ret_list)
{
	static const struct membership none[1] = {{0}};
	const void *key = count > 0 ? memberships : none;
	const size_t size = count * sizeof(*memberships);
	const uintptr_t known = (uintptr_t)map_get(groups->by_list, key, size);

	if (known > 0) {
		*ret_list = (uint32_t)known - 1;
		return OK;
	}
	int result = make_room(&groups->lists, &groups->list_room, (uint64_t)groups->list_count + 1,
			       sizeof(*groups->lists));
	if (result == OK)
		result = make_room(&groups->memberships, &groups->membership_room,
				   (uint64_t)groups->membership_count + count,
				   sizeof(*groups->memberships));
	if (result == OK)
		result = map_put(groups->by_list, key, size,
				 (void *)((uintptr_t)groups->list_count + 1), NULL);
	if (result < 0)
		return result;
	for (uint32_t i = 0; i < count; i++)
		groups->memberships[groups->membership_count + i] = memberships[i];
	groups->lists[groups->list_count] =
		(struct membership_list){.first = groups->membership_count, .count = count};
	groups->membership_count += count;
	*ret_list = groups->list_count++;
	return OK;
}

enum group_kind groups_kind(const char *name)
{
	assert(name[0] != '\0');
	if (strcmp(name, OPERATOR_OWN_NAME) == 0 || strcmp(name, GROUP_REST) == 0)
		return GROUP_OF_MANY;
	if (strcmp(name, GROUP_NO_NETWORK) == 0 || strcmp(name, GROUP_NO_REGISTRAR) == 0)
		return GROUP_UNKNOWN;
	return GROUP_OF_ONE;
}

void groups_count(struct groups *groups, uint32_t list)
{
	assert(list < groups->list_count);
	const struct membership_list *which = &groups->lists[list];

	for (uint32_t i = 0; i < which->count; i++) {
		const struct membership *one = &groups->memberships[which->first + i];
		struct group *group = &groups->items[one->group];

		assert(one->rule < OPERATOR_RULE_COUNT);
		group->domains++;
		group->rules[one->rule]++;
		group->weight += 1.0 / which->count;
	}
}
