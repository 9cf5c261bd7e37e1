/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/wheel_private.h"

#include <assert.h>
#include <string.h>

static_assert(WHEEL_LEVELS * WHEEL_BITS >= 64, "every 64-bit tick has a level");
static_assert(WHEEL_SLOTS == 64, "one 64-bit word maps a level");

void wheel_init(struct wheel *wheel, uint64_t tick)
{
	memset(wheel, 0, sizeof(*wheel));
	wheel->tick = tick;
}

static void timer_link(struct timer **head, struct timer *timer)
{
	timer->next = *head;
	timer->link = head;
	if (timer->next != NULL)
		timer->next->link = &timer->next;
	*head = timer;
}

void timer_init(struct timer *timer, void (*fire)(void *context), void *context)
{
	assert(timer != NULL && fire != NULL);
	*timer = (struct timer){.fire = fire, .context = context};
}

void timer_stop(struct timer *timer)
{
	assert(timer != NULL);
	if (timer->link == NULL)
		return;
	*timer->link = timer->next;
	if (timer->next != NULL)
		timer->next->link = timer->link;
	timer->next = NULL;
	timer->link = NULL;
}

static unsigned int position(uint64_t tick, unsigned int level)
{
	return (unsigned int)(tick >> (level * WHEEL_BITS)) & (WHEEL_SLOTS - 1);
}

void wheel_add(struct wheel *wheel, struct timer *timer, uint64_t due_tick)
{
	assert(timer->link == NULL);
	timer->due_tick = due_tick > wheel->tick ? due_tick : wheel->tick + 1;
	uint64_t difference = timer->due_tick ^ wheel->tick;
	unsigned int highest = 63u - (unsigned int)__builtin_clzll(difference);
	unsigned int level = highest / WHEEL_BITS;
	unsigned int slot = position(timer->due_tick, level);
	assert(slot > position(wheel->tick, level));
	timer_link(&wheel->slots[level][slot], timer);
	wheel->occupied[level] |= UINT64_C(1) << slot;
}

/* The first occupied slot of a level after the present one, or WHEEL_SLOTS. */
static unsigned int level_next(struct wheel *wheel, unsigned int level)
{
	unsigned int present = position(wheel->tick, level);
	/* Shifted in two steps: by 64 at once is undefined. */
	uint64_t later = wheel->occupied[level] & (~UINT64_C(0) << present << 1);
	while (later != 0) {
		unsigned int slot = (unsigned int)__builtin_ctzll(later);
		if (wheel->slots[level][slot] != NULL)
			return slot;
		wheel->occupied[level] &= ~(UINT64_C(1) << slot);
		later &= later - 1;
	}
	return WHEEL_SLOTS;
}

/* The start of a slot: the present tick's higher bits, the slot's number, zeros. */
static uint64_t slot_start(const struct wheel *wheel, unsigned int level, unsigned int slot)
{
	unsigned int shift = level * WHEEL_BITS;
	unsigned int above = shift + WHEEL_BITS;
	uint64_t higher = above < 64 ? wheel->tick >> above << above : 0;
	return higher | (uint64_t)slot << shift;
}

static bool wheel_find(struct wheel *wheel, unsigned int *ret_level, unsigned int *ret_slot)
{
	for (unsigned int level = 0; level < WHEEL_LEVELS; level++) {
		if (wheel->occupied[level] == 0)
			continue;
		unsigned int slot = level_next(wheel, level);
		if (slot < WHEEL_SLOTS) {
			*ret_level = level;
			*ret_slot = slot;
			return true;
		}
	}
	return false;
}

uint64_t wheel_next_tick(struct wheel *wheel)
{
	unsigned int level;
	unsigned int slot;
	if (!wheel_find(wheel, &level, &slot))
		return WHEEL_NEVER;
	return slot_start(wheel, level, slot);
}

/* Takes a slot's timers: those due now fire, the others move to a lower level. They are taken one
 * by one, since what fires may stop any of those still waiting. */
static void slot_empty(struct wheel *wheel, unsigned int level, unsigned int slot)
{
	struct timer *waiting = wheel->slots[level][slot];
	wheel->slots[level][slot] = NULL;
	wheel->occupied[level] &= ~(UINT64_C(1) << slot);
	assert(waiting != NULL);
	waiting->link = &waiting;
	while (waiting != NULL) {
		struct timer *timer = waiting;
		timer_stop(timer);
		if (timer->due_tick > wheel->tick)
			wheel_add(wheel, timer, timer->due_tick);
		else
			timer->fire(timer->context);
	}
}

void wheel_advance(struct wheel *wheel, uint64_t tick)
{
	unsigned int level;
	unsigned int slot;
	while (wheel_find(wheel, &level, &slot)) {
		uint64_t start = slot_start(wheel, level, slot);
		if (start > tick)
			break;
		assert(start > wheel->tick);
		wheel->tick = start;
		slot_empty(wheel, level, slot);
	}
	if (tick > wheel->tick)
		wheel->tick = tick;
}

void wheel_clear(struct wheel *wheel)
{
	for (unsigned int level = 0; level < WHEEL_LEVELS; level++) {
		for (unsigned int slot = 0; slot < WHEEL_SLOTS; slot++) {
			while (wheel->slots[level][slot] != NULL)
				timer_stop(wheel->slots[level][slot]);
		}
	}
}
