/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables that processes share: the same answers, sealed, and nothing else is mapped. */
#include "base/random.h"
#include "failing_memory.h"
#include "gather/routing/image.h"
#include "given.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

/* Above the size from which tables have an index, in both families. */
#define RANDOM_PREFIXES 6000u
#define RANDOM_QUESTIONS 20000u

struct tables {
	struct routes *routes;
	struct vrps *vrps;
};

static struct address random_address(struct random *random, bool is_ipv6)
{
	uint8_t octets[16];
	random_octets(random, octets, sizeof(octets));
	octets[0] = (uint8_t)(is_ipv6 ? 0x20 | (octets[0] & 1) : 1 + octets[0] % 220);
	return is_ipv6 ? address_from_ipv6(octets, 0) : address_from_ipv4(octets, 0);
}

static struct route_prefix random_prefix(struct random *random, bool is_ipv6)
{
	const struct address address = random_address(random, is_ipv6);
	struct route_prefix prefix = {
		.family = address.family,
		.bits = (uint8_t)(is_ipv6 ? 16 + random_below(random, 49)
					  : 6 + random_below(random, 19)),
	};
	memcpy(prefix.octets, address.octets, sizeof(prefix.octets));
	for (unsigned int bit = prefix.bits; bit < 128; bit++)
		prefix.octets[bit / 8] &= (uint8_t) ~(0x80u >> (bit % 8));
	return prefix;
}

static struct tables make_tables(unsigned int prefixes)
{
	struct random random;
	struct tables tables;
	random_seeded(&random, 7);
	assert_int_equal(routes_new(&tables.routes), OK);
	assert_int_equal(vrps_new(&tables.vrps), OK);
	for (unsigned int i = 0; i < 2 * prefixes; i++) {
		const struct route_prefix prefix = random_prefix(&random, i % 2 == 1);
		const struct route_origin origin = {.as = 1 + random_below(&random, 50)};
		const struct vrp vrp = {prefix, (uint8_t)(prefix.bits + random_below(&random, 3)),
					random_below(&random, 50)};
		assert_int_equal(routes_add(tables.routes, &prefix, &origin), OK);
		if (i % 3 == 0)
			assert_int_equal(vrps_add(tables.vrps, &vrp), OK);
	}
	assert_int_equal(routes_settle(tables.routes), OK);
	assert_int_equal(vrps_settle(tables.vrps), OK);
	routes_judge(tables.routes, tables.vrps);
	return tables;
}

static void free_tables(struct tables *tables)
{
	routes_free(tables->routes);
	vrps_free(tables->vrps);
}

static void same_answers(const struct tables *tables, const struct routing_image *image)
{
	const struct routes *routes = routing_image_routes(image);
	const struct vrps *vrps = routing_image_vrps(image);
	struct random random;
	random_seeded(&random, 8);
	assert_int_equal(routes_count(routes), routes_count(tables->routes));
	assert_int_equal(vrps_count(vrps), vrps_count(tables->vrps));
	for (unsigned int i = 0; i < RANDOM_QUESTIONS; i++) {
		const struct address address = random_address(&random, i % 2 == 1);
		struct routing_answer left = {0}, right = {0};
		struct route_prefix left_prefix = {0}, right_prefix = {0};
		routing_look_up(tables->routes, &address, &left);
		routing_look_up(routes, &address, &right);
		assert_memory_equal(&left, &right, sizeof(left));
		assert_int_equal(routes_without_invalid(tables->routes, &address, &left_prefix),
				 routes_without_invalid(routes, &address, &right_prefix));
		assert_memory_equal(&left_prefix, &right_prefix, sizeof(left_prefix));
		const uint32_t as = left.origin_count > 0 ? left.origins[0].as : i % 50;
		assert_int_equal(vrps_longest(tables->vrps, &address, as),
				 vrps_longest(vrps, &address, as));
	}
}

static void an_image_answers_as_its_tables(void **state)
{
	(void)state;
	struct tables tables = make_tables(RANDOM_PREFIXES);
	struct routing_image *image;
	int descriptor;
	size_t size;
	assert_int_equal(routing_image_make(tables.routes, tables.vrps, &descriptor, &size), OK);
	assert_int_equal(routing_image_map(descriptor, &image), OK);
	assert_int_equal(close(descriptor), 0);
	same_answers(&tables, image);
	routing_image_free(image);
	free_tables(&tables);
	assert_int_equal(memory_in_use(), 0);
}

static void vrps_may_be_missing(void **state)
{
	(void)state;
	struct tables tables = make_tables(10);
	struct routing_image *image;
	int descriptor;
	size_t size;
	routes_judge(tables.routes, NULL);
	assert_int_equal(routing_image_make(tables.routes, NULL, &descriptor, &size), OK);
	assert_int_equal(routing_image_map(descriptor, &image), OK);
	assert_null(routing_image_vrps(image));
	assert_int_equal(routes_count(routing_image_routes(image)), routes_count(tables.routes));
	routing_image_free(image);
	routing_image_free(NULL);
	assert_int_equal(close(descriptor), 0);
	free_tables(&tables);
}

static void nobody_can_change_it(void **state)
{
	(void)state;
	struct tables tables = make_tables(10);
	int descriptor;
	size_t size;
	assert_int_equal(routing_image_make(tables.routes, tables.vrps, &descriptor, &size), OK);
	assert_int_equal(ftruncate(descriptor, 0), -1);
	assert_int_equal(pwrite(descriptor, "x", 1, 0), -1);
	assert_ptr_equal(mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
			 MAP_FAILED);
	assert_int_equal(close(descriptor), 0);
	free_tables(&tables);
}

/* A copy of an image with some octet changed, or cut; sealed if it shall be. */
static int map_copy(const uint8_t *octets, size_t size, bool is_sealed)
{
	struct routing_image *image = NULL;
	const int copy = memfd_create("copy", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	assert_int_equal(write(copy, octets, size), (ssize_t)size);
	if (is_sealed)
		assert_int_equal(fcntl(copy, F_ADD_SEALS,
				       F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL),
				 0);
	const int error = routing_image_map(copy, &image);
	routing_image_free(image);
	assert_int_equal(close(copy), 0);
	return error;
}

/* The numbers of the header decide whether it is one; not the count of duplicates, nor where an
 * index would be that a small table does not have. */
static void what_is_no_image_is_refused(void **state)
{
	(void)state;
	struct tables tables = make_tables(10);
	int descriptor;
	size_t size;
	assert_int_equal(routing_image_make(tables.routes, tables.vrps, &descriptor, &size), OK);
	uint8_t *octets = memory_take(size);
	assert_non_null(octets);
	assert_int_equal(pread(descriptor, octets, size, 0), (ssize_t)size);
	assert_int_equal(map_copy(octets, size, true), OK);
	assert_int_equal(map_copy(octets, size, false), ERR_FORMAT);
	for (size_t length = 0; length < size; length += 61)
		assert_int_equal(map_copy(octets, length, true), ERR_FORMAT);
	for (size_t at = 0; at < 16; at++) {
		octets[at] ^= 0x40;
		assert_int_equal(map_copy(octets, size, true), ERR_FORMAT);
		octets[at] ^= 0x40;
	}
	/* Offsets and counts far beyond its end: the high octets of each number. */
	for (size_t at = 24 + 4; at < 24 + 4 * 64; at += 8) {
		if ((at - 28) % 64 == 8 || (at - 28) % 64 == 56)
			continue;
		octets[at] ^= 0x10;
		assert_int_equal(map_copy(octets, size, true), ERR_FORMAT);
		octets[at] ^= 0x10;
	}
	memory_give(octets);
	assert_int_equal(close(descriptor), 0);
	struct routing_image *image;
	assert_int_equal(routing_image_map(-1, &image), ERR_FORMAT);
	free_tables(&tables);
}

static void no_memory_leaves_nothing(void **state)
{
	(void)state;
	struct tables tables = make_tables(10);
	int descriptor;
	size_t size;
	assert_int_equal(routing_image_make(tables.routes, tables.vrps, &descriptor, &size), OK);
	const long before = memory_in_use();
	FOR_EACH_FAILURE(which)
	{
		struct routing_image *image = NULL;
		const int error = routing_image_map(descriptor, &image);
		assert_int_equal(error, memory_has_failed() ? ERR_MEMORY : OK);
		routing_image_free(image);
		assert_int_equal(memory_in_use(), before);
	}
	assert_int_equal(close(descriptor), 0);
	free_tables(&tables);
}

/* What is left of a route when invalid ones are dropped, and what forgers may do with the rest. */
static void what_remains_and_what_is_allowed(void **state)
{
	(void)state;
	static const char *const ROUTES[] = {"192.0.2.0/24", "192.0.2.128/25", "198.51.100.0/24"};
	static const uint32_t ORIGINS[] = {64496, 64497, 64498};
	static const char *const VRPS[] = {"192.0.2.0/24-25 64496", "198.51.100.0/24-24 0"};
	struct routes *routes;
	struct vrps *vrps;
	struct route_prefix prefix;
	assert_int_equal(routes_new(&routes), OK);
	assert_int_equal(vrps_new(&vrps), OK);
	for (size_t i = 0; i < 3; i++) {
		const struct route_prefix announced = given_prefix(ROUTES[i]);
		const struct route_origin origin = {.as = ORIGINS[i]};
		assert_int_equal(routes_add(routes, &announced, &origin), OK);
	}
	for (size_t i = 0; i < 2; i++) {
		const struct vrp vrp = given_vrp(VRPS[i]);
		assert_int_equal(vrps_add(vrps, &vrp), OK);
	}
	assert_int_equal(routes_settle(routes), OK);
	assert_int_equal(vrps_settle(vrps), OK);
	routes_judge(routes, vrps);
	/* The longer one is invalid; the traffic goes by the shorter one then. */
	const struct address upper = given_address("192.0.2.200");
	assert_true(routes_without_invalid(routes, &upper, &prefix));
	assert_int_equal(prefix.bits, 24);
	const struct address lost = given_address("198.51.100.1");
	assert_false(routes_without_invalid(routes, &lost, &prefix));
	const struct address nowhere = given_address("203.0.113.1");
	assert_false(routes_without_invalid(routes, &nowhere, &prefix));
	assert_int_equal(vrps_longest(vrps, &upper, 64496), 25);
	assert_int_equal(vrps_longest(vrps, &upper, 64497), 0);
	/* AS 0 allows nobody anything. */
	assert_int_equal(vrps_longest(vrps, &lost, 0), 0);
	/* Without VRPs nothing is invalid. */
	routes_judge(routes, NULL);
	assert_true(routes_without_invalid(routes, &lost, &prefix));
	routes_free(routes);
	vrps_free(vrps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_image_answers_as_its_tables),
		cmocka_unit_test(vrps_may_be_missing),
		cmocka_unit_test(nobody_can_change_it),
		cmocka_unit_test(what_is_no_image_is_refused),
		cmocka_unit_test(no_memory_leaves_nothing),
		cmocka_unit_test(what_remains_and_what_is_allowed),
	};
	return cmocka_run_group_tests_name("gather/routing/image", tests, NULL, NULL);
}
