/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/undelivered.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct adding {
	struct undelivered_list *list;
	struct arena *arena;
	const char *message;
	size_t first;          /* of the message */
	char sent_to[ID_ROOM]; /* the party that is read, if it has it */
};

static int make_room(struct arena *arena, struct undelivered_list *list)
{
	if (list->count < list->room)
		return OK;
	const size_t room = list->room * 2 + 16;
	struct undelivered *items = arena_take_array(arena, room, sizeof(*items));
	if (items == NULL)
		return ERR_MEMORY;
	if (list->count > 0)
		memcpy(items, list->items, list->count * sizeof(*items));
	list->items = items;
	list->room = room;
	return OK;
}

/* By another way it went: what was added of the party goes. */
static void forget(struct adding *adding, const char *party)
{
	struct undelivered_list *list = adding->list;
	assert(adding->first <= list->count);
	while (list->count > adding->first &&
	       strcmp(list->items[list->count - 1].party, party) == 0)
		list->count--;
	(void)snprintf(adding->sent_to, sizeof(adding->sent_to), "%s", party);
}

/* They come by party, then way. */
static int take(void *context, const struct store_delivery *delivery)
{
	struct adding *adding = context;
	if (delivery->state == DELIVERY_SENT)
		forget(adding, delivery->party);
	if (strcmp(adding->sent_to, delivery->party) == 0)
		return OK;
	const int error = make_room(adding->arena, adding->list);
	if (error != OK)
		return error;
	const struct undelivered one = {.message = adding->message,
					.party = arena_text(adding->arena, delivery->party),
					.way = arena_text(adding->arena, delivery->way),
					.has_failed = delivery->state == DELIVERY_FAILED,
					.last_s = delivery->last_s,
					.detail = arena_text(adding->arena, delivery->detail)};
	if (one.party == NULL || one.way == NULL || one.detail == NULL)
		return ERR_MEMORY;
	adding->list->items[adding->list->count++] = one;
	return OK;
}

int undelivered_add(struct store *store, const char *message, struct arena *arena,
		    struct undelivered_list *list, struct complaint *complaint)
{
	struct adding adding = {
		.list = list, .arena = arena, .message = message, .first = list->count};
	assert(id_is(message));
	return store_deliveries(store, message, take, &adding, complaint);
}

/* Of which recipients something is noted. */
struct noted {
	const struct case_message *message;
	bool *is_noted;
};

static int take_noted(void *context, const struct store_delivery *delivery)
{
	struct noted *noted = context;
	for (size_t i = 0; i < noted->message->to_count; i++) {
		if (strcmp(noted->message->to[i], delivery->party) == 0)
			noted->is_noted[i] = true;
	}
	return OK;
}

int undelivered_add_unsent(struct store *store, const struct case_message *message,
			   struct arena *arena, struct undelivered_list *list,
			   struct complaint *complaint)
{
	struct noted noted = {.message = message};
	assert(id_is(message->id) && message->is_proven);
	noted.is_noted = arena_take_array(arena, message->to_count + 1, sizeof(*noted.is_noted));
	if (noted.is_noted == NULL)
		return complain(complaint, ERR_MEMORY, "out of memory");
	memset(noted.is_noted, 0, (message->to_count + 1) * sizeof(*noted.is_noted));
	int error = store_deliveries(store, message->id, take_noted, &noted, complaint);
	for (size_t i = 0; error == OK && i < message->to_count; i++) {
		if (noted.is_noted[i] || strcmp(message->to[i], message->author) == 0)
			continue;
		error = make_room(arena, list);
		if (error != OK)
			return complain(complaint, error, "out of memory");
		list->items[list->count++] = (struct undelivered){.message = message->id,
								  .party = message->to[i],
								  .way = "",
								  .last_s = message->made_s,
								  .detail = ""};
	}
	return error;
}

static bool is_seen(const struct case_message *message, const struct undelivered *one)
{
	if (strcmp(message->author, one->party) != 0)
		return false;
	bool is_seen = strcmp(message->id, one->message) == 0;
	for (size_t i = 0; !is_seen && i < message->after_count; i++)
		is_seen = strcmp(message->after[i], one->message) == 0;
	return is_seen;
}

void undelivered_seen(struct undelivered_list *list, const struct case_message *message)
{
	size_t kept = 0;
	assert(message->is_proven && list->count <= list->room);
	for (size_t i = 0; i < list->count; i++) {
		if (!is_seen(message, &list->items[i]))
			list->items[kept++] = list->items[i];
	}
	list->count = kept;
}

const char *undelivered_state_text(const struct undelivered *one)
{
	return one->has_failed ? "failed" : "waits";
}

void undelivered_put(const struct undelivered *one, struct json *json)
{
	char time[TIME_TEXT_MAX];
	assert(one->way != NULL && one->detail != NULL);
	time_to_text(one->last_s, time);
	json_put_text(json, "way", one->way);
	json_put_text(json, "state", undelivered_state_text(one));
	json_put_text(json, "since", time);
	if (one->detail[0] != '\0')
		json_put_text(json, "detail", one->detail);
}
