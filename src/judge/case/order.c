/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The messages of a case in their order: a graph without cycles, walked from its roots by a heap,
 * so that neither depth nor breadth costs more than their number. */
#include "judge/case/fold_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const char *case_text_of(const struct case_message *message, const char *member)
{
	const struct case_member *found = case_message_member(message, member);
	return found != NULL ? found->text : NULL;
}

int64_t case_time_of(const struct case_message *message, const char *member, int64_t otherwise)
{
	const struct case_member *found = case_message_member(message, member);
	return found != NULL && found->type == MEMBER_TIME ? found->number : otherwise;
}

uint64_t case_id_begin(const char *id)
{
	uint64_t begin = 0;
	bool is_ended = false;
	for (unsigned i = 0; i < sizeof(begin); i++) {
		is_ended |= id[i] == '\0';
		begin = begin << 8 | (is_ended ? 0 : (uint8_t)id[i]);
	}
	return begin;
}

/* While it is made: messages by id, and edges from what is named to who names it. */
struct making {
	struct case_order *order;
	const struct case_message **by_id;
	uint64_t *begins; /* of their ids */
	size_t count;
	uint32_t *found; /* what each names, in turn; NO_STEP: not here */
	uint32_t *named; /* how many messages that are here each waits for */
	uint32_t *first; /* of each, where its edges begin; one more */
	uint32_t *edges; /* who names it */
	uint32_t *heap;
	size_t heap_count;
	uint32_t *place; /* of each, in the order */
	const char **missing;
	size_t missing_count;
};

static int compare_ids(const void *left, const void *right)
{
	const struct case_message *const *one = left;
	const struct case_message *const *other = right;
	return strcmp((*one)->id, (*other)->id);
}

static int compare_texts(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* NO_STEP: not here. */
static uint32_t find(const struct making *making, const char *id)
{
	size_t low = 0;
	size_t high = making->count;
	const uint64_t begin = case_id_begin(id);
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const uint64_t other = making->begins[middle];
		const int order = other != begin ? (other < begin ? -1 : 1)
						 : strcmp(making->by_id[middle]->id, id);
		if (order == 0)
			return (uint32_t)middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NO_STEP;
}

static int gather(struct making *making, const struct case_messages *messages,
		  struct complaint *complaint)
{
	struct arena *arena = making->order->arena;
	if (messages->count == 0)
		return complain(complaint, ERR_ARGUMENT, "a case without a message is none");
	if (messages->count > CASE_MESSAGE_CASE_MAX)
		return complain(complaint, ERR_LIMIT, "a case has more than %u messages",
				CASE_MESSAGE_CASE_MAX);
	making->by_id = arena_take_array(arena, messages->count, sizeof(const void *));
	if (making->by_id == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < messages->count; i++) {
		making->by_id[i] = &messages->items[i];
		if (strcmp(messages->items[i].case_id, messages->items[0].case_id) != 0)
			return complain(complaint, ERR_ARGUMENT,
					"message '%s' is of another case than '%s'",
					messages->items[i].id, messages->items[0].id);
	}
	qsort(making->by_id, messages->count, sizeof(const void *), compare_ids);
	for (size_t i = 0; i < messages->count; i++) {
		if (i == 0 ||
		    strcmp(making->by_id[i]->id, making->by_id[making->count - 1]->id) != 0)
			making->by_id[making->count++] = making->by_id[i];
	}
	assert(making->count > 0 && making->count <= messages->count);
	return OK;
}

#define NAMED_MAX (CASE_MESSAGE_AFTER_MAX + 2)
/* Ids that a message names. The notice names none, whatever it says. */
static size_t names_of(const struct case_message *message, const char *ret_ids[NAMED_MAX])
{
	size_t count = 0;
	if (message->opens_case)
		return 0;
	for (size_t i = 0; i < message->after_count && i < CASE_MESSAGE_AFTER_MAX; i++)
		ret_ids[count++] = message->after[i];
	const char *of = case_text_of(message, "of");
	const char *verification = case_text_of(message, "verification");
	if (of != NULL)
		ret_ids[count++] = of;
	if (verification != NULL)
		ret_ids[count++] = verification;
	assert(count <= NAMED_MAX);
	return count;
}

/* Finds what each names; counts who names it, and what is not here. */
static int count_edges(struct making *making)
{
	const char *ids[NAMED_MAX];
	size_t at = 0;
	for (uint32_t i = 0; i < making->count; i++)
		at += names_of(making->by_id[i], ids);
	making->found = arena_take_array(making->order->arena, at, sizeof(uint32_t));
	if (making->found == NULL)
		return ERR_MEMORY;
	at = 0;
	for (uint32_t i = 0; i < making->count; i++) {
		const size_t count = names_of(making->by_id[i], ids);
		for (size_t j = 0; j < count; j++) {
			const uint32_t found = find(making, ids[j]);
			making->found[at++] = found;
			making->missing_count += found == NO_STEP;
			if (found == NO_STEP)
				continue;
			making->named[i]++;
			making->first[found + 1]++;
		}
	}
	return OK;
}

/* Each edge has its place now; `place` counts how many of each are drawn. */
static void draw_edges(struct making *making)
{
	const char *ids[NAMED_MAX];
	size_t at = 0;
	size_t missing = 0;
	for (uint32_t i = 0; i < making->count; i++) {
		const size_t count = names_of(making->by_id[i], ids);
		for (size_t j = 0; j < count; j++) {
			const uint32_t found = making->found[at++];
			if (found == NO_STEP)
				making->missing[missing++] = ids[j];
			else
				making->edges[making->first[found] + making->place[found]++] = i;
		}
	}
	assert(missing == making->missing_count);
}

static int make_edges(struct making *making)
{
	struct arena *arena = making->order->arena;
	const size_t count = making->count;
	making->begins = arena_take_array(arena, count, sizeof(uint64_t));
	making->named = arena_take_array(arena, count, sizeof(uint32_t));
	making->first = arena_take_array(arena, count + 1, sizeof(uint32_t));
	making->heap = arena_take_array(arena, count, sizeof(uint32_t));
	making->place = arena_take_array(arena, count, sizeof(uint32_t));
	if (making->begins == NULL || making->named == NULL || making->first == NULL ||
	    making->heap == NULL || making->place == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++)
		making->begins[i] = case_id_begin(making->by_id[i]->id);
	if (count_edges(making) != OK)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++)
		making->first[i + 1] += making->first[i];
	assert(making->first[count] <= count * NAMED_MAX);
	making->edges = arena_take_array(arena, making->first[count], sizeof(uint32_t));
	making->missing = arena_take_array(arena, making->missing_count, sizeof(const char *));
	if (making->edges == NULL || making->missing == NULL)
		return ERR_MEMORY;
	draw_edges(making);
	return OK;
}

/* The notice first, then by time; ids are in the order of their numbers. */
static bool is_before(const struct making *making, uint32_t left, uint32_t right)
{
	const struct case_message *one = making->by_id[left];
	const struct case_message *other = making->by_id[right];
	if (one->opens_case != other->opens_case)
		return one->opens_case;
	return one->made_s != other->made_s ? one->made_s < other->made_s : left < right;
}

static void push(struct making *making, uint32_t message)
{
	assert(making->heap_count < making->count && making->named[message] == 0);
	size_t at = making->heap_count++;
	while (at > 0) {
		const size_t above = (at - 1) / 2;
		if (is_before(making, making->heap[above], message))
			break;
		making->heap[at] = making->heap[above];
		at = above;
	}
	making->heap[at] = message;
}

static uint32_t pop(struct making *making)
{
	assert(making->heap_count > 0);
	const uint32_t least = making->heap[0];
	const uint32_t last = making->heap[--making->heap_count];
	size_t at = 0;
	for (;;) {
		size_t below = 2 * at + 1;
		if (below >= making->heap_count)
			break;
		if (below + 1 < making->heap_count &&
		    is_before(making, making->heap[below + 1], making->heap[below]))
			below++;
		if (is_before(making, last, making->heap[below]))
			break;
		making->heap[at] = making->heap[below];
		at = below;
	}
	making->heap[at] = last;
	return least;
}

static int walk(struct making *making, struct complaint *complaint)
{
	struct case_order *order = making->order;
	order->items = arena_take_array(order->arena, making->count, sizeof(const void *));
	if (order->items == NULL)
		return ERR_MEMORY;
	for (uint32_t i = 0; i < making->count; i++) {
		if (making->named[i] == 0)
			push(making, i);
	}
	while (making->heap_count > 0) {
		const uint32_t next = pop(making);
		making->place[next] = (uint32_t)order->count;
		order->items[order->count++] = making->by_id[next];
		for (uint32_t i = making->first[next]; i < making->first[next + 1]; i++) {
			if (--making->named[making->edges[i]] == 0)
				push(making, making->edges[i]);
		}
	}
	if (order->count < making->count)
		return complain(complaint, ERR_FORMAT,
				"messages of case '%s' name each other in a circle: their ids are "
				"not those of their contents",
				making->by_id[0]->case_id);
	return OK;
}

static int find_targets(struct making *making)
{
	struct case_order *order = making->order;
	order->of = arena_take_array(order->arena, order->count, sizeof(uint32_t));
	order->verification = arena_take_array(order->arena, order->count, sizeof(uint32_t));
	if (order->of == NULL || order->verification == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < order->count; i++) {
		const char *of = case_text_of(order->items[i], "of");
		const char *proof = case_text_of(order->items[i], "verification");
		const uint32_t target = of != NULL ? find(making, of) : NO_STEP;
		const uint32_t proven = proof != NULL ? find(making, proof) : NO_STEP;
		order->of[i] = target == NO_STEP ? NO_STEP : making->place[target];
		assert(target == NO_STEP || making->place[target] < i);
		order->verification[i] = proven == NO_STEP ? NO_STEP : making->place[proven];
	}
	return OK;
}

/* What nobody names: the last of them in order, by id. */
static int find_heads(struct making *making)
{
	struct case_order *order = making->order;
	const char **heads =
		arena_take_array(order->arena, CASE_MESSAGE_AFTER_MAX, sizeof(const char *));
	if (heads == NULL)
		return ERR_MEMORY;
	for (size_t i = order->count; i-- > 0 && order->head_count < CASE_MESSAGE_AFTER_MAX;) {
		const uint32_t number = find(making, order->items[i]->id);
		assert(number != NO_STEP && making->place[number] == i);
		if (making->first[number] == making->first[number + 1])
			heads[order->head_count++] = order->items[i]->id;
	}
	qsort(heads, order->head_count, sizeof(const char *), compare_texts);
	order->heads = heads;
	return OK;
}

static void keep_missing(struct making *making)
{
	struct case_order *order = making->order;
	if (making->missing_count > 1)
		qsort(making->missing, making->missing_count, sizeof(const char *), compare_texts);
	for (size_t i = 0; i < making->missing_count; i++) {
		if (i == 0 ||
		    strcmp(making->missing[i], making->missing[order->missing_count - 1]) != 0)
			making->missing[order->missing_count++] = making->missing[i];
	}
	assert(order->missing_count <= making->missing_count);
	order->missing = making->missing;
}

int case_order_make(struct arena *arena, const struct case_messages *messages,
		    struct case_order *ret_order, struct complaint *complaint)
{
	struct case_order order = {.arena = arena};
	struct making making = {.order = &order};
	int error = gather(&making, messages, complaint);
	if (error == OK)
		error = make_edges(&making);
	if (error == OK)
		error = walk(&making, complaint);
	if (error == OK)
		error = find_targets(&making);
	if (error == OK)
		error = find_heads(&making);
	if (error != OK)
		return error;
	keep_missing(&making);
	*ret_order = order;
	return OK;
}
