/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SVCB parameters, and padding of messages. */
#include "base/arena.h"
#include "dns/wire/build.h"
#include "dns/wire/name.h"
#include "dns/wire/svcb.h"
#include "dns/wire/type.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_parameters(void **state)
{
	static const uint8_t rdata[] = {0,   1,   2, 'n', 's', 0, 0, 1, 0, 7,   3,  'd',
					'o', 't', 2, 'h', '2', 0, 7, 0, 2, '/', 'q'};
	struct svcb svcb;
	const uint8_t *value;
	size_t size;
	assert_int_equal(svcb_read(rdata, sizeof(rdata), &svcb), OK);
	assert_int_equal(svcb.priority, 1);
	assert_true(svcb_has_alpn(&svcb, "dot") && svcb_has_alpn(&svcb, "h2"));
	assert_false(svcb_has_alpn(&svcb, "doq") || svcb_has_alpn(&svcb, "do"));
	assert_true(svcb_parameter(&svcb, SVCB_DOHPATH, &value, &size));
	assert_int_equal(size, 2);
	assert_memory_equal(value, "/q", 2);
	assert_false(svcb_parameter(&svcb, SVCB_PORT, &value, &size));
	/* Cut anywhere but between parameters it is not one. */
	for (size_t i = 0; i < sizeof(rdata); i++)
		assert_int_equal(svcb_read(rdata, i, &svcb), i == 6 || i == 17 ? OK : ERR_FORMAT);
}

static void test_alias_and_order(void **state)
{
	static const uint8_t alias[] = {0, 0, 1, 'a', 0};
	static const uint8_t falling[] = {0, 1, 0, 0, 7, 0, 0, 0, 1, 0, 0};
	static const uint8_t twice[] = {0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0};
	static const uint8_t pointer[] = {0, 1, 0xc0, 12};
	struct svcb svcb;
	assert_int_equal(svcb_read(alias, sizeof(alias), &svcb), OK);
	assert_int_equal(svcb.priority, 0);
	assert_int_equal(svcb_read(falling, sizeof(falling), &svcb), ERR_FORMAT);
	assert_int_equal(svcb_read(twice, sizeof(twice), &svcb), ERR_FORMAT);
	assert_int_equal(svcb_read(pointer, sizeof(pointer), &svcb), ERR_FORMAT);
}

static void test_padding(void **state)
{
	static const uint8_t cookie[8] = {1, 2, 3, 4, 5, 6, 7, 8};
	struct name name;
	struct arena arena;
	arena_init(&arena, (size_t)1 << 20, 0);
	for (size_t length = 1; length <= 63; length++) {
		uint8_t label[63], wire[QUERY_MAX_OCTETS];
		size_t size;
		memset(label, 'a', sizeof(label));
		assert_int_equal(name_prepend(label, length, (const uint8_t *)"", &name), OK);
		const struct query query = {.name = name.octets,
					    .type = TYPE_SOA,
					    .class = CLASS_IN,
					    .edns = true,
					    .cookie = length % 2 ? cookie : NULL,
					    .cookie_size = length % 2 ? 8 : 0};
		assert_int_equal(query_build(&query, wire, sizeof(wire), &size), OK);
		assert_int_equal(query_pad(wire, sizeof(wire), 128, &size), OK);
		assert_int_equal(size, 128);
		struct message message;
		uint16_t found;
		arena_reset(&arena);
		assert_int_equal(message_walk(&arena, wire, size, &message), OK);
		assert_true(message.edns.present && message.fault == MESSAGE_SOUND);
		assert_non_null(message_option(&message, EDNS_PADDING, &found));
		assert_int_equal(message_option(&message, EDNS_COOKIE, &found) != NULL, length % 2);
		/* No room, or no OPT: as it was. */
		assert_int_equal(query_pad(wire, 130, 128, &size), ERR_SHORT);
		assert_int_equal(size, 128);
	}
	uint8_t wire[QUERY_MAX_OCTETS];
	size_t size;
	const struct query plain = {.name = name.octets, .type = TYPE_SOA, .class = CLASS_IN};
	assert_int_equal(query_build(&plain, wire, sizeof(wire), &size), OK);
	assert_int_equal(query_pad(wire, sizeof(wire), 128, &size), ERR_FORMAT);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parameters),
		cmocka_unit_test(test_alias_and_order),
		cmocka_unit_test(test_padding),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
