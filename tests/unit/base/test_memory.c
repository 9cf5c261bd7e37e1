/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arena, map and growing text: what holds memory, with every allocation failing once. */
#include "base/arena.h"
#include "base/map.h"
#include "base/random.h"
#include "base/text.h"
#include "failing_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t KEY[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

/* ---- arena ---- */

static void arena_gives_aligned_distinct_memory(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, 1 << 20, 100);
	uint8_t *before = NULL;
	for (size_t size = 0; size < 300; size++) {
		uint8_t *taken = arena_take(&arena, size);
		assert_non_null(taken);
		assert_ptr_not_equal(taken, before);
		assert_int_equal((uintptr_t)taken % ARENA_ALIGNMENT, 0);
		memset(taken, (int)size, size);
		before = taken;
	}
	uint8_t *octets = arena_take_octets(&arena, 3);
	uint8_t *next = arena_take_octets(&arena, 3);
	assert_non_null(octets);
	assert_non_null(next);
	arena_release(&arena);
	assert_int_equal(memory_in_use(), 0);
}

static void arena_stops_at_its_cap(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, 10000, 1000);
	size_t taken = 0;
	while (arena_take(&arena, 100) != NULL)
		taken += 100;
	assert_in_range(taken, 7000, 10000);
	assert_true(arena.taken_bytes <= 10000);
	assert_null(arena_take(&arena, SIZE_MAX));
	assert_null(arena_take_array(&arena, SIZE_MAX / 2, 3));
	arena_reset(&arena);
	assert_non_null(arena_take(&arena, 100));
	arena_release(&arena);
	arena_init(&arena, 0, 0);
	assert_null(arena_take(&arena, 0));
	arena_release(&arena);
}

static void reset_arena_keeps_one_chunk(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, 1 << 20, 0);
	arena_reset(&arena);
	void *first = arena_take(&arena, 10);
	for (int i = 0; i < 100; i++)
		assert_non_null(arena_take(&arena, 1000));
	assert_true(memory_in_use() > 1);
	arena_reset(&arena);
	assert_int_equal(memory_in_use(), 1);
	assert_ptr_equal(arena_take(&arena, 10), first);
	arena_release(&arena);
}

static void arena_copies(void **state)
{
	(void)state;
	struct arena arena;
	arena_init(&arena, 1 << 20, 0);
	assert_string_equal(arena_text(&arena, "text"), "text");
	assert_string_equal(arena_format(&arena, "%s-%d", "number", 7), "number-7");
	assert_memory_equal(arena_copy(&arena, "octets", 6), "octets", 6);
	assert_non_null(arena_copy(&arena, NULL, 0));
	uint32_t *numbers = arena_take_array(&arena, 100, sizeof(*numbers));
	for (int i = 0; i < 100; i++)
		assert_int_equal(numbers[i], 0);
	arena_release(&arena);
}

static void arena_survives_failed_allocations(void **state)
{
	(void)state;
	FOR_EACH_FAILURE(which)
	{
		struct arena arena;
		arena_init(&arena, 1 << 20, 64);
		bool failed = false;
		for (int i = 0; i < 50; i++)
			failed |= arena_format(&arena, "piece %d of many", i) == NULL;
		assert_int_equal(failed, memory_has_failed());
		assert_non_null(arena_text(&arena, "still fine"));
		arena_release(&arena);
		assert_int_equal(memory_in_use(), 0);
	}
}

/* ---- map ---- */

static void siphash_agrees_with_its_authors(void **state)
{
	(void)state;
	/* The paper's appendix A, and the first vectors of the reference code. */
	uint8_t data[15];
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)i;
	assert_int_equal(siphash(KEY, data, 15), UINT64_C(0xa129ca6149be45e5));
	assert_int_equal(siphash(KEY, data, 0), UINT64_C(0x726fdb47dd0e0e31));
	assert_int_equal(siphash(KEY, data, 8), UINT64_C(0x93f5f5799a932462));
	assert_int_equal(siphash(KEY, NULL, 0), siphash(KEY, data, 0));
}

/* Against an array of flags: ten thousand random puts, gets and removals. */
#define MODEL 500

static void check_iteration(const struct map *map, const int *model)
{
	size_t cursor = 0;
	size_t count = 0;
	const void *key;
	size_t key_size;
	for (int *value; (value = map_next(map, &cursor, &key, &key_size)) != NULL; count++) {
		assert_int_equal(key_size, sizeof(uint32_t));
		uint32_t number;
		memcpy(&number, key, sizeof(number));
		assert_true(model[number] != 0);
		assert_int_equal(*value, model[number]);
	}
	assert_int_equal(count, map_count(map));
}

static void map_agrees_with_a_plain_array(void **state)
{
	(void)state;
	struct map *map = map_new(KEY);
	assert_non_null(map);
	struct random random;
	random_seeded(&random, 11);
	int model[MODEL] = {0};
	static int values[10001];
	size_t count = 0;
	for (int step = 1; step <= 10000; step++) {
		uint32_t key = random_below(&random, MODEL);
		values[step] = step;
		int *found = map_get(map, &key, sizeof(key));
		assert_int_equal(found ? *found : 0, model[key]);
		if (random_below(&random, 3) == 0) {
			int *removed = map_remove(map, &key, sizeof(key));
			assert_ptr_equal(removed, found);
			count -= removed != NULL;
			model[key] = 0;
		} else {
			void *old = &random;
			assert_int_equal(map_put(map, &key, sizeof(key), &values[step], &old), OK);
			assert_ptr_equal(old, found);
			count += found == NULL;
			model[key] = step;
		}
		assert_int_equal(map_count(map), count);
		if (step % 1000 == 0)
			check_iteration(map, model);
	}
	map_free(map, NULL);
	map_free(NULL, NULL);
}

static void map_iterates_in_order_of_insertion(void **state)
{
	(void)state;
	struct map *map = map_new(KEY);
	char keys[100][16];
	for (int i = 0; i < 100; i++) {
		snprintf(keys[i], sizeof(keys[i]), "k%d", i);
		assert_int_equal(map_put(map, keys[i], strlen(keys[i]), keys[i], NULL), OK);
	}
	size_t cursor = 0;
	for (int i = 0; i < 100; i++)
		assert_ptr_equal(map_next(map, &cursor, NULL, NULL), keys[i]);
	assert_null(map_next(map, &cursor, NULL, NULL));
	/* Keys are octets, and the empty one is one too. */
	assert_int_equal(map_put(map, "", 0, keys, NULL), OK);
	assert_ptr_equal(map_get(map, "", 0), keys);
	assert_null(map_get(map, "k", 1));
	assert_null(map_get(map, "k1\0", 3));
	map_free(map, NULL);
}

static void count_value(void *value)
{
	(*(int *)value)++;
}

static void map_survives_failed_allocations(void **state)
{
	(void)state;
	FOR_EACH_FAILURE(which)
	{
		int freed = 0;
		struct map *map = map_new(KEY);
		if (map == NULL) {
			assert_true(memory_has_failed());
			continue;
		}
		int put = 0;
		for (uint32_t key = 0; key < 40; key++) {
			int error = map_put(map, &key, sizeof(key), &freed, NULL);
			assert_true(error == OK || (error == ERR_MEMORY && memory_has_failed()));
			put += error == OK;
			assert_int_equal(map_get(map, &key, sizeof(key)) != NULL, error == OK);
		}
		assert_int_equal(map_count(map), put);
		assert_true(put >= 39);
		map_free(map, count_value);
		assert_int_equal(freed, put);
		assert_int_equal(memory_in_use(), 0);
	}
}

/* ---- text ---- */

static void text_grows_to_its_cap(void **state)
{
	(void)state;
	struct text text;
	text_init(&text, 200);
	assert_string_equal(text_get(&text), "");
	for (int i = 0; i < 20; i++)
		text_format(&text, "%09d", i);
	text_add(&text, "0123456789");
	text_add_char(&text, '!');
	assert_int_equal(text.error, OK);
	assert_int_equal(text.length, 191);
	text_format(&text, "%s", "ten chars.");
	assert_int_equal(text.error, ERR_LIMIT);
	assert_int_equal(text.length, 191);
	assert_int_equal(strlen(text_get(&text)), 191);
	text_add(&text, "x");
	assert_int_equal(text.length, 191);
	text_reset(&text);
	assert_string_equal(text_get(&text), "");
	text_add_octets(&text, "a\0b", 3);
	assert_int_equal(text.length, 3);
	text_release(&text);
	assert_int_equal(memory_in_use(), 0);
}

static void text_error_sticks_after_a_failed_allocation(void **state)
{
	(void)state;
	FOR_EACH_FAILURE(which)
	{
		struct text text;
		text_init(&text, 10000);
		for (int i = 0; i < 100; i++)
			text_format(&text, "piece %d ", i);
		assert_int_equal(text.error, memory_has_failed() ? ERR_MEMORY : OK);
		assert_int_equal(strlen(text_get(&text)), text.length);
		text_release(&text);
		assert_int_equal(memory_in_use(), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_gives_aligned_distinct_memory),
		cmocka_unit_test(arena_stops_at_its_cap),
		cmocka_unit_test(reset_arena_keeps_one_chunk),
		cmocka_unit_test(arena_copies),
		cmocka_unit_test(arena_survives_failed_allocations),
		cmocka_unit_test(siphash_agrees_with_its_authors),
		cmocka_unit_test(map_agrees_with_a_plain_array),
		cmocka_unit_test(map_iterates_in_order_of_insertion),
		cmocka_unit_test(map_survives_failed_allocations),
		cmocka_unit_test(text_grows_to_its_cap),
		cmocka_unit_test(text_error_sticks_after_a_failed_allocation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
