/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Single points of failure and invalid routes: several origins, sets of ASes, gaps, both families.
 */
#include "dns/wire/name.h"
#include "judge/check/routing/paths.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* An address of a host, and a route to it; `prefix` "" for none. More rows of an address are more
 * origins. */
struct row {
	const char *host;
	const char *address;
	uint8_t bits;
	uint32_t as;
	uint8_t validity;
	uint8_t remains;
	bool has_no_route;
};

struct world {
	struct arena arena;
	struct observation_builder builder;
	struct evidence evidence;
	struct paths paths;
};

static void make(struct world *world, const struct row *rows)
{
	struct name name;
	arena_init(&world->arena, (size_t)4 << 20, 0);
	assert_int_equal(name_from_text("example.org.", &name, NULL), OK);
	observation_builder_init(&world->builder, &world->arena, name.octets);
	struct observation *observation = &world->builder.observation;
	observation->vantage = observation->scanner = "";
	observation->delegation = DELEGATION_FOUND;
	observation->parent_exchange = MESSAGE_NONE;
	for (; rows->host; rows++) {
		struct route route = {.bits = rows->bits,
				      .as = rows->as,
				      .validity = rows->validity,
				      .remains = rows->remains};
		assert_int_equal(name_from_text(rows->host, &name, NULL), OK);
		assert_int_equal(ip_from_text(rows->address, &route.ip), OK);
		const int host = observation_host(&world->builder, name.octets);
		const int server = observation_server(&world->builder, &route.ip, 53);
		assert_true(host >= 0 && server >= 0);
		observation->hosts[host].state = HOST_RESOLVED;
		assert_int_equal(observation_host_address(&world->builder, host, server, false),
				 OK);
		if (!rows->has_no_route)
			assert_true(observation_route(&world->builder, &route) >= 0);
	}
	assert_int_equal(evidence_prepare(&world->arena, observation, 0, &world->evidence), OK);
	assert_int_equal(paths_of_servers(&world->evidence, &world->paths), OK);
}

static void end(struct world *world)
{
	arena_release(&world->arena);
}

static bool has_one_prefix(const struct row *rows)
{
	struct world world;
	make(&world, rows);
	const bool is_one = paths_one_prefix(&world.paths) != NULL;
	end(&world);
	return is_one;
}

static uint32_t one_as(const struct row *rows)
{
	struct world world;
	make(&world, rows);
	const struct route *route = paths_one_as(&world.paths);
	const uint32_t as = route ? route->as : 0;
	end(&world);
	return as;
}

static void test_one_prefix(void **state)
{
	static const struct row same[] = {
		{"ns1.", "198.18.2.1", 24, 64496}, {"ns2.", "198.18.2.200", 24, 64496}, {NULL}};
	/* Within a /16 by themselves: the longer route is the one that counts. */
	static const struct row longer[] = {
		{"ns1.", "198.18.2.1", 24, 64496}, {"ns2.", "198.18.2.200", 25, 64496}, {NULL}};
	static const struct row other[] = {
		{"ns1.", "198.18.2.1", 24, 64496}, {"ns2.", "198.18.3.1", 24, 64496}, {NULL}};
	/* Two in one prefix, and a third elsewhere: it survives. */
	static const struct row third[] = {{"ns1.", "198.18.2.1", 24, 64496},
					   {"ns2.", "198.18.2.2", 24, 64496},
					   {"ns3.", "198.19.100.1", 24, 64497},
					   {NULL}};
	static const struct row families[] = {{"ns1.", "198.18.2.1", 24, 64496},
					      {"ns2.", "198.18.2.2", 24, 64496},
					      {"ns2.", "2001:db8::1", 32, 64496},
					      {NULL}};
	/* One machine by two names: that is another finding. */
	static const struct row machine[] = {
		{"ns1.", "198.18.2.1", 24, 64496}, {"ns2.", "198.18.2.1", 24, 64496}, {NULL}};
	static const struct row unknown[] = {{"ns1.", "198.18.2.1", 24, 64496},
					     {"ns2.", "198.18.2.2", 24, 64496},
					     {"ns3.", "198.19.113.1", 0, 0},
					     {NULL}};
	/* Nobody can announce the third. */
	static const struct row private[] = {{"ns1.", "198.18.2.1", 24, 64496},
					     {"ns2.", "198.18.2.2", 24, 64496},
					     {"ns3.", "10.0.0.1", 0, 0},
					     {NULL}};
	assert_true(has_one_prefix(same));
	assert_true(has_one_prefix(private));
	assert_false(has_one_prefix(longer));
	assert_false(has_one_prefix(other));
	assert_false(has_one_prefix(third));
	assert_false(has_one_prefix(families));
	assert_false(has_one_prefix(machine));
	assert_false(has_one_prefix(unknown));
	assert_int_equal(one_as(families), 64496);
	assert_int_equal(one_as(machine), 0);
	assert_int_equal(one_as(unknown), 0);
}

static void test_one_as(void **state)
{
	static const struct row same[] = {
		{"ns1.", "198.18.2.1", 24, 64496}, {"ns2.", "198.19.100.1", 24, 64496}, {NULL}};
	/* Somebody else announces one of them as well: it survives the loss of either. */
	static const struct row several[] = {{"ns1.", "198.18.2.1", 24, 64496},
					     {"ns2.", "198.19.100.1", 24, 64496},
					     {"ns2.", "198.19.100.1", 24, 64497},
					     {NULL}};
	/* The first has two origins, the second is only of the second of them. */
	static const struct row mixed[] = {{"ns1.", "198.18.2.1", 24, 64497},
					   {"ns1.", "198.18.2.1", 24, 64496},
					   {"ns2.", "198.19.100.1", 24, 64496},
					   {NULL}};
	static const struct row set[] = {
		{"ns1.", "198.18.2.1", 24, 0}, {"ns2.", "198.19.100.1", 24, 0}, {NULL}};
	assert_int_equal(one_as(same), 64496);
	assert_int_equal(one_as(several), 0);
	assert_int_equal(one_as(mixed), 0);
	assert_int_equal(one_as(set), 0);
}

static bool is_lost(const struct row *rows)
{
	struct world world;
	make(&world, rows);
	const bool result = paths_are_lost_by_rov(&world.paths);
	end(&world);
	return result;
}

static void test_lost(void **state)
{
	static const struct row all[] = {{"ns1.", "198.18.2.1", 24, 64496, ROUTE_INVALID},
					 {"ns2.", "2001:db8::1", 32, 64496, ROUTE_INVALID},
					 {NULL}};
	static const struct row shorter[] = {{"ns1.", "198.18.2.1", 24, 64496, ROUTE_INVALID, 16},
					     {NULL}};
	static const struct row one[] = {{"ns1.", "198.18.2.1", 24, 64496, ROUTE_INVALID},
					 {"ns2.", "198.19.100.1", 24, 64497, ROUTE_NOT_FOUND, 24},
					 {NULL}};
	static const struct row unannounced[] = {{"ns1.", "198.18.2.1", 24, 64496, ROUTE_INVALID},
						 {"ns2.", "198.19.100.1", 0, 0},
						 {NULL}};
	static const struct row unchecked[] = {{"ns1.", "198.18.2.1", 24, 64496}, {NULL}};
	static const struct row unknown[] = {{"ns1.", "198.18.2.1", 24, 64496, ROUTE_INVALID},
					     {"ns2.", "198.19.100.1", .has_no_route = true},
					     {NULL}};
	static const struct row none[] = {{NULL}};
	assert_true(is_lost(all));
	assert_false(is_lost(shorter));
	assert_false(is_lost(one));
	assert_false(is_lost(unannounced));
	assert_false(is_lost(unchecked));
	assert_false(is_lost(unknown));
	assert_false(is_lost(none));
}

static void test_words(void **state)
{
	static const struct row rows[] = {{"ns1.", "198.18.2.200", 25, 64496},
					  {"ns2.", "2001:db8:ffff::1", 36, 64496},
					  {"ns2.", "198.18.2.1", 25, 64496},
					  {NULL}};
	struct world world;
	make(&world, rows);
	assert_string_equal(paths_text(&world.paths), "198.18.2.1, 198.18.2.200, 2001:db8:ffff::1");
	const struct observation *observation = &world.builder.observation;
	assert_string_equal(route_prefix_text(&world.evidence, &observation->routes[0]),
			    "198.18.2.128/25");
	assert_string_equal(route_prefix_text(&world.evidence, &observation->routes[1]),
			    "2001:db8:f000::/36");
	end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_prefix),
		cmocka_unit_test(test_one_as),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_words),
	};
	return cmocka_run_group_tests_name("judge/check/routing", tests, NULL, NULL);
}
