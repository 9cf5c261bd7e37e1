/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How addresses are announced, what is written of it, and what is to be found in them. */
#include "world/routes_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Servers in this order; the third has an address beside the second's. */
#define HEAD                                                                              \
	"world: 1\nrouting: true\nservers:\n"                                             \
	"  - {name: a.root-servers.net, addresses: [198.41.0.4]}\n"                       \
	"  - {name: ns1.tld, addresses: [198.18.0.2, \"2001:db8::2\"]}\n"                 \
	"  - {name: ns2.tld, addresses: [198.18.0.3]}\n"                                  \
	"  - {name: ns3.tld, addresses: [198.18.0.5], behaviour: [roa-invalid], as: 7}\n" \
	"  - {name: ns4.tld, addresses: [198.18.0.7], behaviour: [roa-disowned]}\n"       \
	"  - {name: ns5.tld, addresses: [198.18.0.9], behaviour: [roa-missing]}\n"        \
	"  - {name: ns6.tld, addresses: [198.18.0.11], behaviour: [roa-loose]}\n"         \
	"  - {name: ns7.tld, addresses: [198.18.0.13], behaviour: [not-announced]}\n"     \
	"  - {name: ns8.tld, addresses: [198.18.1.1], behaviour: [one-prefix]}\n"         \
	"  - {name: ns9.tld, addresses: [198.18.1.2], behaviour: [one-prefix]}\n"
#define TAIL                                                \
	"operators:\n"                                      \
	"  - {name: root, servers: [a.root-servers.net]}\n" \
	"  - {name: nic, servers: [ns1.tld]}\n"             \
	"zones:\n"                                          \
	"  - {name: ., operator: root}\n"                   \
	"  - {name: tld, operator: nic}\n"

static struct world *open_world(const char *file)
{
	struct complaint complaint = {""};
	struct world *world;
	if (world_parse(file, strlen(file), NULL, &complaint, &world))
		fail_msg("%s", complaint.text);
	return world;
}

static struct address address_of(const char *text)
{
	struct address address;
	assert_int_equal(address_from_text(text, 0, &address), 0);
	return address;
}

static void expect_route(const struct world *world, const char *address, const char *prefix,
			 const struct world_route *expected)
{
	const struct address asked = address_of(address);
	const struct world_route route = world_route(world, &asked);
	char text[ADDRESS_TEXT_MAX];
	assert_int_equal(route.prefix.family != ADDRESS_NONE, prefix != NULL);
	if (prefix == NULL)
		return;
	address_to_text(&route.prefix, text);
	assert_string_equal(text, prefix);
	assert_int_equal(route.bits, expected->bits);
	assert_int_equal(route.as, expected->as);
	assert_int_equal(route.roa, expected->roa);
}

#define ROUTE(...) (&(const struct world_route){.prefix = {.port = 0}, __VA_ARGS__})

static void test_routes(void **state)
{
	struct world *world = open_world(HEAD TAIL);
	expect_route(world, "198.18.0.2", "198.18.0.2",
		     ROUTE(.bits = 31, .as = 64497, .roa = WORLD_ROA_RIGHT));
	expect_route(world, "2001:db8::2", "2001:db8::2",
		     ROUTE(.bits = 127, .as = 64497, .roa = WORLD_ROA_RIGHT));
	/* Of two in one prefix the first says how it is announced. */
	expect_route(world, "198.18.0.3", "198.18.0.2",
		     ROUTE(.bits = 31, .as = 64497, .roa = WORLD_ROA_RIGHT));
	expect_route(world, "198.18.0.5", "198.18.0.4",
		     ROUTE(.bits = 31, .as = 7, .roa = WORLD_ROA_OTHER));
	expect_route(world, "198.18.0.13", NULL, NULL);
	expect_route(world, "198.18.1.2", "198.18.1.0",
		     ROUTE(.bits = 24, .as = 65548, .roa = WORLD_ROA_RIGHT));
	expect_route(world, "203.0.113.77", "203.0.113.0",
		     ROUTE(.bits = 24, .as = 65549, .roa = WORLD_ROA_RIGHT));
	expect_route(world, "2001:db8:ffff::77",
		     "2001:db8:ffff::", ROUTE(.bits = 48, .as = 65549, .roa = WORLD_ROA_RIGHT));
	expect_route(world, "198.18.9.9", NULL, NULL);
	world_free(world);
}

static void expect_line(const struct text *text, const char *line, bool is_there)
{
	if ((strstr(text_get(text), line) != NULL) != is_there)
		fail_msg("'%s' in: %s", line, text_get(text));
}

static void test_files(void **state)
{
	struct world *world = open_world(HEAD TAIL);
	struct text routes;
	struct text vrps;
	text_init(&routes, ROUTES_TEXT_MAX);
	text_init(&vrps, ROUTES_TEXT_MAX);
	assert_int_equal(routes_write(world, &routes), 0);
	assert_int_equal(vrps_write(world, &vrps), 0);
	expect_line(&routes, "198.18.0.4\t31\t7\n", true);
	expect_line(&routes, "198.18.0.12\t", false);
	expect_line(&routes, "198.18.1.0\t24\t65548\n", true);
	expect_line(&vrps, "AS64497,2001:db8::2/127,127,world\n", true);
	expect_line(&vrps, "AS64511,198.18.0.4/31,31,world\n", true);
	expect_line(&vrps, "AS0,198.18.0.6/31,31,world\n", true);
	expect_line(&vrps, ",198.18.0.8/31,", false);
	expect_line(&vrps, ",198.18.0.10/31,32,world\n", true);
	text_release(&routes);
	text_release(&vrps);
	world_free(world);
}

/* Servers by number, up; a dash before one that is down. What is found, as bits. */
static unsigned int faults_of(const struct world *world, const char *const *addresses)
{
	struct routed items[16];
	size_t count = 0;
	for (; addresses[count] != NULL; count++) {
		const bool is_down = addresses[count][0] == '-';
		items[count] = (struct routed){.address = address_of(addresses[count] + is_down),
					       .machine = (uint32_t)count,
					       .is_up = !is_down};
	}
	return routes_faults(world, items, count);
}

#define FAULTS(...) faults_of(world, (const char *const[]){__VA_ARGS__, NULL})

static void test_faults(void **state)
{
	struct world *world = open_world(HEAD TAIL);
	assert_int_equal(FAULTS("198.18.0.2", "198.41.0.4"), 0);
	assert_int_equal(FAULTS("198.18.0.2"), 0);
	assert_int_equal(FAULTS("198.18.0.2", "198.18.0.3"), 1u << ROUTES_ONE_PREFIX);
	assert_int_equal(FAULTS("198.18.0.2", "2001:db8::2"), 1u << ROUTES_ONE_AS);
	assert_int_equal(FAULTS("198.18.0.2", "-198.18.0.3", "198.41.0.4"), 0);
	assert_int_equal(FAULTS("198.18.0.5", "198.18.0.2"), 1u << ROUTES_INVALID);
	assert_int_equal(FAULTS("198.18.0.5", "-198.18.0.2"), 1u << ROUTES_LOST);
	assert_int_equal(FAULTS("198.18.0.5", "198.18.0.7"), 1u << ROUTES_LOST);
	assert_int_equal(FAULTS("198.18.0.9", "198.18.0.11"),
			 1u << ROUTES_NO_ROA | 1u << ROUTES_LOOSE);
	/* By what the second is reached nobody knows: nothing depends on one prefix for sure. */
	assert_int_equal(FAULTS("198.18.0.2", "198.18.0.3", "198.18.0.13"),
			 1u << ROUTES_NOT_ANNOUNCED);
	assert_int_equal(FAULTS("198.18.0.5", "198.18.0.13"),
			 1u << ROUTES_INVALID | 1u << ROUTES_NOT_ANNOUNCED);
	world_free(world);
}

static void expect_mistake(const char *file, const char *words)
{
	struct complaint complaint = {""};
	struct world *world = NULL;
	const int error = world_parse(file, strlen(file), NULL, &complaint, &world);
	if (error == 0 || strstr(complaint.text, words) == NULL)
		fail_msg("'%s' expected, not '%s'", words, complaint.text);
}

static void test_mistakes(void **state)
{
	expect_mistake("world: 1\nservers:\n"
		       "  - {name: a, addresses: [192.0.2.1], behaviour: [roa-missing]}\n" TAIL,
		       "there is no server");
	expect_mistake(
		"world: 1\nservers:\n"
		"  - {name: a.root-servers.net, addresses: [198.41.0.4]}\n"
		"  - {name: ns1.tld, addresses: [192.0.2.1], behaviour: [roa-missing]}\n" TAIL,
		"line 4: this behaviour is about routes: add 'routing: true'");
	expect_mistake(HEAD "  - {name: ns.tld, addresses: [198.18.1.77]}\n" TAIL,
		       "'one-prefix' and a server that is not share a prefix");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_routes),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_mistakes),
	};
	return cmocka_run_group_tests_name("world/routes", tests, NULL, NULL);
}
