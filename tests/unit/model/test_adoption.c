/* SPDX-License-Identifier: GPL-3.0-or-later */
/* States of practices, and sets of name servers: read, written, refused. */
#include "base/arena.h"
#include "model/adoption.h"
#include "model/name_servers.h"
#include "model/sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ARENA_CAP (16u << 20)

static void test_states(void **state)
{
	struct adoption adoption = {0};
	struct adoption again;

	assert_int_equal(adoption_size(&adoption), 0);
	adoption_set(&adoption, 5, ADOPTION_ADOPTED);
	adoption_set(&adoption, 4, ADOPTION_BROKEN);
	adoption_set(&adoption, 5, ADOPTION_ABSENT);
	assert_int_equal(adoption_get(&adoption, 4), ADOPTION_BROKEN);
	assert_int_equal(adoption_get(&adoption, 5), ADOPTION_ABSENT);
	assert_int_equal(adoption_get(&adoption, 63), ADOPTION_NOT_MEASURED);
	assert_int_equal(adoption_size(&adoption), 3);
	assert_int_equal(adoption_read(adoption.states, 3, &again), OK);
	assert_memory_equal(&adoption, &again, sizeof(again));
	adoption.states[1] = 0x50; /* a state that nobody knows */
	assert_int_equal(adoption_read(adoption.states, 3, &again), ERR_FORMAT);
	assert_int_equal(adoption_read(adoption.states, ADOPTION_OCTETS + 1, &again), ERR_FORMAT);
	assert_string_equal(adoption_state_text(ADOPTION_BROKEN), "broken");
}

static void check_servers(const struct name_servers *one, const struct name_servers *other)
{
	assert_int_equal(one->count, other->count);
	for (uint8_t i = 0; i < one->count; i++) {
		const struct name_server *left = &one->items[i], *right = &other->items[i];

		assert_memory_equal(left->name, right->name, strlen((const char *)left->name) + 1);
		assert_int_equal(left->address_count, right->address_count);
		for (uint8_t j = 0; j < left->address_count; j++) {
			assert_memory_equal(&left->addresses[j].ip, &right->addresses[j].ip,
					    sizeof(left->addresses[j].ip));
			assert_int_equal(left->addresses[j].as, right->addresses[j].as);
		}
	}
}

/* Cut anywhere, and with one octet more, it is refused. */
static void test_servers(void **state)
{
	struct arena arena;
	struct name_servers found, read;
	const struct sample sample = sample_plain(7, 0);
	const uint8_t *octets;
	size_t size;

	arena_init(&arena, ARENA_CAP, 0);
	const struct observation observation = sample_make(&arena, &sample);

	assert_int_equal(name_servers_find(&arena, &observation, &found), OK);
	assert_true(found.count > 0 && found.items[0].address_count > 0);
	assert_int_equal(name_servers_encode(&arena, &found, &octets, &size), OK);
	assert_int_equal(name_servers_decode(&arena, octets, size, &read), OK);
	check_servers(&found, &read);
	for (size_t cut = 0; cut < size; cut++)
		assert_int_equal(name_servers_decode(&arena, octets, cut, &read), ERR_FORMAT);
	uint8_t *longer = arena_take_octets(&arena, size + 1);

	memcpy(longer, octets, size);
	longer[size] = 0;
	assert_int_equal(name_servers_decode(&arena, longer, size + 1, &read), ERR_FORMAT);
	longer[0] = NAME_SERVERS_VERSION + 1;
	assert_int_equal(name_servers_decode(&arena, longer, size, &read), ERR_UNSUPPORTED);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_servers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
