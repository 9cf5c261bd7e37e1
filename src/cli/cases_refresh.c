/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A newer file of a party may say otherwise what it speaks for, and which of its keys were good
 * when: the cases that it wrote in, or got, are summed up anew. */
#include "base/memory.h"
#include "cli/cases.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct refreshing {
	const char *party;
	char (*ids)[ID_ROOM];
	size_t count, room;
	struct complaint *complaint;
};

static int add_case(struct refreshing *refreshing, const char *case_id)
{
	assert(id_is(case_id));
	if (refreshing->count == refreshing->room) {
		const size_t room = refreshing->room * 2 + 64;
		char(*ids)[ID_ROOM] = memory_resize(refreshing->ids, room * sizeof(*ids));
		if (ids == NULL)
			return complain(refreshing->complaint, ERR_MEMORY, "out of memory");
		refreshing->ids = ids;
		refreshing->room = room;
	}
	memcpy(refreshing->ids[refreshing->count++], case_id, ID_ROOM);
	return OK;
}

/* Its id stands in a message as author or recipient; one that stands there otherwise costs a fold.
 */
static int look_at_message(void *context, const struct store_message *kept)
{
	struct refreshing *refreshing = context;
	if (memmem(kept->octets, kept->size, refreshing->party, ID_LENGTH) == NULL)
		return OK;
	return add_case(refreshing, kept->case_id);
}

static int compare_ids(const void *left, const void *right)
{
	return memcmp(left, right, ID_ROOM);
}

static int sum_up(struct cases *cases, struct refreshing *refreshing)
{
	int error = OK;
	if (refreshing->count > 1)
		qsort(refreshing->ids, refreshing->count, sizeof(*refreshing->ids), compare_ids);
	for (size_t i = 0; i < refreshing->count && error == OK; i++) {
		if (i > 0 && compare_ids(refreshing->ids[i], refreshing->ids[i - 1]) == 0)
			continue;
		error = cases_load_id(cases, refreshing->ids[i]);
		if (error == OK)
			error = cases_keep_summary(cases);
		/* What cannot be summed up is not listed as it was; it does not keep a key from
		 * being ended. */
		if (error != OK && error != ERR_CRYPTO && error != ERR_IO)
			command_note(cases->options, "case %.8s cannot be summed up: %s",
				     refreshing->ids[i], cases->complaint->text);
		if (error != OK && error != ERR_IO)
			error = store_summary_drop(cases->store, refreshing->ids[i],
						   cases->complaint);
		arena_reset(&cases->arena);
	}
	return error;
}

int cases_refresh(struct store *store, const struct options *options, const char *party,
		  struct complaint *complaint)
{
	struct refreshing refreshing = {.party = party, .complaint = complaint};
	struct cases cases = {.options = options, .complaint = complaint, .store = store};
	assert(store != NULL && id_is(party));
	int error = store_messages(store, NULL, look_at_message, &refreshing, complaint);
	arena_init(&cases.arena, CASES_ARENA_MAX, 0);
	if (error == OK && refreshing.count > 0)
		error = parties_load(store, complaint, &cases.parties);
	if (error == OK && refreshing.count > 0)
		error = cases_clocks(&cases.clocks, complaint);
	if (error == OK && refreshing.count > 0)
		error = sum_up(&cases, &refreshing);
	cases.store = NULL; /* whoever gave it closes it */
	cases_close(&cases);
	memory_give(refreshing.ids);
	return error;
}
