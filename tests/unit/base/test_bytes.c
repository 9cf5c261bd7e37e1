/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Binary reading and writing, and the numbers that chance and the clock give. */
#include "base/bytes.h"
#include "base/clock.h"
#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void what_is_written_is_read(void **state)
{
	(void)state;
	uint8_t buffer[64];
	struct writer writer;
	writer_init(&writer, buffer, sizeof(buffer));
	writer_u8(&writer, 0xab);
	writer_u16(&writer, 0);
	writer_u32(&writer, 0x01234567);
	writer_u64(&writer, UINT64_C(0xfedcba9876543210));
	writer_varint(&writer, 300);
	writer_octets(&writer, "octets", 6);
	writer_patch_u16(&writer, 1, 0xbeef);
	assert_int_equal(writer.error, OK);
	assert_int_equal(writer_used(&writer), 23);
	assert_int_equal(writer_left(&writer), 41);
	assert_memory_equal(buffer, "\xab\xbe\xef\x01\x23\x45\x67\xfe\xdc", 9);
	struct reader reader;
	reader_init(&reader, buffer, writer_used(&writer));
	assert_int_equal(reader_u8(&reader), 0xab);
	assert_int_equal(reader_u16(&reader), 0xbeef);
	assert_int_equal(reader_u32(&reader), 0x01234567);
	assert_true(reader_u64(&reader) == UINT64_C(0xfedcba9876543210));
	assert_int_equal(reader_varint(&reader), 300);
	assert_int_equal(reader_offset(&reader), 17);
	assert_memory_equal(reader_octets(&reader, 6), "octets", 6);
	assert_int_equal(reader_left(&reader), 0);
	assert_int_equal(reader.error, OK);
}

static void errors_of_reading_stick(void **state)
{
	(void)state;
	struct reader reader;
	reader_init(&reader, "\1\2\3", 3);
	assert_int_equal(reader_u32(&reader), 0);
	assert_int_equal(reader.error, ERR_SHORT);
	assert_int_equal(reader_u8(&reader), 0);
	assert_null(reader_octets(&reader, 0));
	reader_fail(&reader, ERR_FORMAT);
	assert_int_equal(reader.error, ERR_SHORT);
	reader_init(&reader, NULL, 0);
	assert_int_equal(reader_left(&reader), 0);
	reader_skip(&reader, 0);
	assert_int_equal(reader.error, OK);
	reader_skip(&reader, SIZE_MAX);
	assert_int_equal(reader.error, ERR_SHORT);
}

static void errors_of_writing_stick(void **state)
{
	(void)state;
	uint8_t buffer[3] = {0};
	struct writer writer;
	writer_init(&writer, buffer, sizeof(buffer));
	writer_u16(&writer, 0x1234);
	writer_u16(&writer, 0x5678);
	assert_int_equal(writer.error, ERR_SHORT);
	writer_u8(&writer, 0x9a);
	writer_patch_u16(&writer, 0, 0);
	assert_int_equal(writer_used(&writer), 2);
	struct writer none;
	writer_init(&none, NULL, 0);
	writer_octets(&none, NULL, 0);
	assert_int_equal(none.error, OK);
	writer_u8(&none, 1);
	assert_int_equal(none.error, ERR_SHORT);
	assert_int_equal(writer_used(&none), 0);
	assert_memory_equal(buffer, "\x12\x34\0", 3);
}

static void part_is_read_apart(void **state)
{
	(void)state;
	struct reader reader;
	reader_init(&reader, "\1\2\3\4", 4);
	struct reader part = reader_part(&reader, 2);
	assert_int_equal(reader_u16(&part), 0x0102);
	assert_int_equal(reader_u8(&part), 0);
	assert_int_equal(part.error, ERR_SHORT);
	assert_int_equal(reader.error, OK);
	assert_int_equal(reader_u8(&reader), 3);
	part = reader_part(&reader, 2);
	assert_int_equal(part.error, ERR_SHORT);
	assert_int_equal(reader.error, ERR_SHORT);
}

static void varints_have_one_form(void **state)
{
	(void)state;
	static const uint64_t VALUES[] = {0,
					  1,
					  127,
					  128,
					  16383,
					  16384,
					  UINT32_MAX,
					  UINT64_MAX - 1,
					  UINT64_MAX,
					  1ull << 63,
					  (1ull << 63) - 1};
	for (size_t i = 0; i < sizeof(VALUES) / sizeof(VALUES[0]); i++) {
		uint8_t buffer[10];
		struct writer writer;
		struct reader reader;
		writer_init(&writer, buffer, sizeof(buffer));
		writer_varint(&writer, VALUES[i]);
		assert_int_equal(writer.error, OK);
		reader_init(&reader, buffer, writer_used(&writer));
		assert_true(reader_varint(&reader) == VALUES[i]);
		assert_int_equal(reader.error, OK);
		assert_int_equal(reader_left(&reader), 0);
		reader_init(&reader, buffer, writer_used(&writer) - 1);
		assert_true(reader_varint(&reader) == 0);
		assert_int_equal(reader.error, ERR_SHORT);
	}
	static const char *const BAD[] = {"\x80\0", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02",
					  "\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"};
	static const size_t SIZES[] = {2, 10, 11};
	for (size_t i = 0; i < 3; i++) {
		struct reader reader;
		reader_init(&reader, BAD[i], SIZES[i]);
		assert_true(reader_varint(&reader) == 0);
		assert_int_equal(reader.error, ERR_FORMAT);
	}
}

/* ---- chance ---- */

static void seeded_stream_is_the_same_everywhere(void **state)
{
	(void)state;
	struct random first;
	struct random second;
	random_seeded(&first, 42);
	random_seeded(&second, 42);
	uint64_t sum = 0;
	for (int i = 0; i < 1000; i++) {
		uint64_t value = random_u64(&first);
		assert_true(value == random_u64(&second));
		sum ^= value;
	}
	random_seeded(&second, 43);
	assert_true(random_u64(&first) != random_u64(&second));
	/* xoshiro256** seeded by splitmix64 with 0: from its authors' code. */
	random_seeded(&first, 0);
	assert_true(random_u64(&first) == UINT64_C(0x99ec5f36cb75f2b4));
	assert_true(random_u64(&first) == UINT64_C(0xbf6e1f784956452a));
	assert_true(sum != 0);
}

static void bounded_numbers_are_uniform(void **state)
{
	(void)state;
	struct random random;
	random_seeded(&random, 1);
	uint32_t counts[7] = {0};
	for (int i = 0; i < 70000; i++)
		counts[random_below(&random, 7)]++;
	for (int i = 0; i < 7; i++)
		assert_in_range(counts[i], 9600, 10400);
	assert_int_equal(random_below(&random, 1), 0);
	/* A bound that rejects almost half of all draws. */
	for (int i = 0; i < 1000; i++)
		assert_true(random_below(&random, 0x80000001u) <= 0x80000000u);
}

static void system_stream_differs_and_forgets(void **state)
{
	(void)state;
	struct random first;
	struct random second;
	random_system(&first);
	random_system(&second);
	assert_true(random_u64(&first) != random_u64(&second));
	uint8_t octets[1000] = {0};
	random_octets(&first, octets, sizeof(octets));
	int zeros = 0;
	for (size_t i = 0; i < sizeof(octets); i++)
		zeros += octets[i] == 0;
	assert_true(zeros < 30);
	/* What was given out is wiped. */
	(void)random_u16(&first);
	(void)random_u32(&first);
	for (size_t i = 0; i < RANDOM_BLOCK_BYTES - first.block_left; i++)
		assert_int_equal(first.block[i], 0);
}

static void clocks_go_forward(void **state)
{
	(void)state;
	struct clock clock = clock_system();
	uint64_t before_ns = clock_monotonic_ns(&clock);
	assert_true(clock_monotonic_ns(&clock) >= before_ns);
	assert_true(clock_wall_s(&clock) > 1700000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(errors_of_reading_stick),
		cmocka_unit_test(errors_of_writing_stick),
		cmocka_unit_test(part_is_read_apart),
		cmocka_unit_test(varints_have_one_form),
		cmocka_unit_test(seeded_stream_is_the_same_everywhere),
		cmocka_unit_test(bounded_numbers_are_uniform),
		cmocka_unit_test(system_stream_differs_and_forgets),
		cmocka_unit_test(clocks_go_forward),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
