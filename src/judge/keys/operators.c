/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "dns/dnssec/key.h"
#include "dns/wire/name.h"
#include "judge/keys/keys_private.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- what tells an operator ---- */

int keys_add_mark(struct keys *keys, uint32_t zone, struct octets mark)
{
	uint32_t index;
	int error = pool_add(&keys->marks, mark, &index);

	assert(zone < keys->zones.count);
	for (uint32_t at = keys->zone_rows[zone].marks; error == OK && at != NONE;
	     at = keys->zone_marks[at].next)
		if (keys->zone_marks[at].mark == index)
			return OK;
	if (error == OK)
		error = array_room((void **)&keys->zone_marks, &keys->mark_room, keys->mark_count,
				   sizeof(*keys->zone_marks));
	if (error < 0)
		return error;
	keys->zone_marks[keys->mark_count] =
		(struct zone_mark){.mark = index, .next = keys->zone_rows[zone].marks};
	keys->zone_rows[zone].marks = keys->mark_count++;
	return OK;
}

static int add_name_mark(struct keys *keys, uint32_t zone, const uint8_t *name)
{
	uint8_t mark[1 + NAME_MAX_OCTETS] = {'N'};
	const size_t size = name_copy_lower(mark + 1, name);

	return keys_add_mark(keys, zone, (struct octets){mark, 1 + size});
}

/* The labels that somebody registers, as a rule of thumb: see keys.h. */
static size_t registered_labels(const uint8_t *name)
{
	const uint8_t *top = name_suffix(name, 1);
	const uint8_t *second = name_suffix(name, 2);

	return top[0] == 2 && second[0] <= 3 && name_labels(name) > 2 ? 3 : 2;
}

int keys_add_server_name(struct keys *keys, uint32_t zone, const uint8_t *server)
{
	int error;

	if (!server || name_labels(server) < 2 ||
	    name_is_under(server, keys->zones.items[zone].start))
		return OK;
	const uint8_t *parent = name_parent(server);

	/* A server that is named like a top-level domain's child: the name itself. */
	error = add_name_mark(keys, zone, name_labels(parent) < 2 ? server : parent);
	if (error == OK)
		error = add_name_mark(keys, zone, name_suffix(server, registered_labels(server)));
	return error;
}

/* ---- the same key at several operators ---- */

/* Marks of one operator hang together; sets by union and find, reset after each key. */
struct grouping {
	const struct keys *keys;
	const struct keys_output *output;
	uint32_t *above; /* by mark; NONE: untouched */
};

/* The zones of one key, by operator. */
struct group {
	uint32_t root;
	uint32_t use; /* the first */
	uint32_t zones;
};
/* Operators told apart for one key; further ones count as the last. */
#define GROUPS_MAX 16

static uint32_t root_of(struct grouping *grouping, uint32_t mark)
{
	if (grouping->above[mark] == NONE)
		grouping->above[mark] = mark;
	while (grouping->above[mark] != mark) {
		grouping->above[mark] = grouping->above[grouping->above[mark]];
		mark = grouping->above[mark];
	}
	return mark;
}

static void join_marks(struct grouping *grouping, uint32_t zone)
{
	const struct keys *keys = grouping->keys;
	const uint32_t first = keys->zone_rows[zone].marks;

	for (uint32_t at = first; at != NONE; at = keys->zone_marks[at].next)
		grouping->above[root_of(grouping, keys->zone_marks[at].mark)] =
			root_of(grouping, keys->zone_marks[first].mark);
}

static void forget_marks(struct grouping *grouping, uint32_t zone)
{
	const struct keys *keys = grouping->keys;

	for (uint32_t at = keys->zone_rows[zone].marks; at != NONE; at = keys->zone_marks[at].next)
		grouping->above[keys->zone_marks[at].mark] = NONE;
}

static size_t group_zones(struct grouping *grouping, uint32_t key, struct group groups[GROUPS_MAX])
{
	const struct keys *keys = grouping->keys;
	size_t count = 0;

	for (uint32_t at = keys->uses_of_key[key]; at != NONE; at = keys->uses[at].next) {
		const uint32_t mark = keys->zone_rows[keys->uses[at].zone].marks;
		size_t i = 0;

		if (mark == NONE)
			continue;
		const uint32_t root = root_of(grouping, keys->zone_marks[mark].mark);

		while (i < count && groups[i].root != root)
			i++;
		if (i == count && count < GROUPS_MAX)
			groups[count++] = (struct group){.root = root, .use = at};
		groups[i < count ? i : count - 1].zones++;
	}
	return count;
}

static int tell_group(const struct grouping *grouping, uint32_t key, const struct group *group,
		      const struct group *other)
{
	const struct keys *keys = grouping->keys;
	const struct key_use *use = &keys->uses[group->use];
	const uint8_t *there = keys->zones.items[keys->uses[other->use].zone].start;
	const uint8_t *here = keys->zones.items[use->zone].start;
	char sentence[FINDING_SENTENCE_MAX];
	char here_text[NAME_TEXT_MAX];
	char there_text[NAME_TEXT_MAX];
	char algorithm[24];

	assert(key < keys->keys.count && group->zones > 0);
	name_to_text(here, here_text);
	name_to_text(there, there_text);
	snprintf(sentence, sizeof(sentence),
		 "Key %u of %.300s (%s; %" PRIu32 " zones of this operator have it) is also the "
		 "key of %.300s, whose name servers are those of somebody else: who can sign one "
		 "can forge the other",
		 use->tag, here_text, algorithm_name(use->algorithm, algorithm), group->zones,
		 there_text);
	return keys_tell(grouping->output, KEYS_CODE_REUSED, here, sentence);
}

static int tell_key(struct grouping *grouping, uint32_t key)
{
	const struct keys *keys = grouping->keys;
	struct group groups[GROUPS_MAX];
	const uint32_t first = keys->uses_of_key[key];
	int error = OK;

	if (first == NONE || keys->uses[first].next == NONE)
		return OK;
	for (uint32_t at = first; at != NONE; at = keys->uses[at].next)
		join_marks(grouping, keys->uses[at].zone);
	const size_t count = group_zones(grouping, key, groups);

	for (size_t i = 0; count > 1 && i < count && error == OK; i++)
		error = tell_group(grouping, key, &groups[i], &groups[(i + 1) % count]);
	for (uint32_t at = first; at != NONE; at = keys->uses[at].next)
		forget_marks(grouping, keys->uses[at].zone);
	return error;
}

int keys_tell_reused(const struct keys *keys, const struct keys_output *output)
{
	struct grouping grouping = {.keys = keys, .output = output};
	int error = OK;

	grouping.above = memory_take((keys->marks.count + 1u) * sizeof(uint32_t));
	if (!grouping.above)
		return ERR_MEMORY;
	memset(grouping.above, 0xff, (keys->marks.count + 1u) * sizeof(uint32_t));
	for (uint32_t key = 0; key < keys->keys.count && error == OK; key++)
		error = tell_key(&grouping, key);
	memory_give(grouping.above);
	return error;
}
