/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"
#include "failing_memory.h"
#include "given.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* Above the size from which tables have an index, in both families. */
#define RANDOM_PREFIXES 6000u
#define RANDOM_QUESTIONS 20000u

static struct vrps *vrps_of(const char *const *texts)
{
	struct vrps *vrps;
	assert_int_equal(vrps_new(&vrps), OK);
	for (; *texts != NULL; texts++) {
		struct vrp vrp = given_vrp(*texts);
		assert_int_equal(vrps_add(vrps, &vrp), OK);
	}
	assert_int_equal(vrps_settle(vrps), OK);
	return vrps;
}

static enum roa_state state_of(const struct vrps *vrps, const char *text, uint32_t origin)
{
	struct route_prefix prefix = given_prefix(text);
	return vrps_state(vrps, &prefix, origin);
}

static void prefixes_are_read_strictly(void **state)
{
	(void)state;
	static const char *const BAD[] = {
		"",
		"192.0.2.0",
		"192.0.2.0/",
		"192.0.2.0/33",
		"192.0.2.1/24",
		"192.0.2.0/-1",
		"192.0.2.0/ 24",
		"192.0.2.0/24 ",
		"192.0.2/24",
		"2001:db8::1/64",
		"2001:db8::/129",
		"[2001:db8::]/32",
		"/24",
		"192.0.2.0:53/24",
		"2001:db8::%lo/32",
		"192.0.2.0/4294967320",
		"::1.2.3.4/96",
		"2001:db8::/32/3",
		"192.0.2.0/24\t",
		"example/8",
	};
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		struct route_prefix prefix;
		if (route_prefix_from_text(BAD[i], strlen(BAD[i]), &prefix) != ERR_FORMAT)
			fail_msg("'%s' was taken", BAD[i]);
	}
	static const char *const GOOD[] = {
		"0.0.0.0/0",     "192.0.2.0/24",    "192.0.2.255/32",        "::/0",
		"2001:db8::/32", "2001:db8::1/128", "2001:db8:0:0:8000::/65"};
	for (size_t i = 0; i < sizeof(GOOD) / sizeof(GOOD[0]); i++) {
		char text[ROUTE_PREFIX_TEXT_MAX];
		struct route_prefix prefix = given_prefix(GOOD[i]);
		struct route_prefix again;
		route_prefix_to_text(&prefix, text);
		again = given_prefix(text);
		assert_true(route_prefix_equal(&prefix, &again));
	}
}

/* RFC 6811 s2 and RFC 6907 s7: one VRP, and what is announced below it. */
static void one_roa_judges_what_it_covers(void **state)
{
	(void)state;
	struct vrps *vrps = vrps_of((const char *const[]){"2001:db8::/32-48 64496", NULL});
	assert_int_equal(state_of(vrps, "2001:db8::/32", 64496), ROA_VALID);
	assert_int_equal(state_of(vrps, "2001:db8:1::/48", 64496), ROA_VALID);
	assert_int_equal(state_of(vrps, "2001:db8:1::/49", 64496), ROA_INVALID_LENGTH);
	assert_int_equal(state_of(vrps, "2001:db8:1::/48", 64497), ROA_INVALID_AS);
	assert_int_equal(state_of(vrps, "2001:db8:1::/49", 64497), ROA_INVALID_AS);
	assert_int_equal(state_of(vrps, "2001:db8::/31", 64496), ROA_NOT_FOUND);
	assert_int_equal(state_of(vrps, "2001:db9::/32", 64496), ROA_NOT_FOUND);
	assert_int_equal(state_of(vrps, "192.0.2.0/24", 64496), ROA_NOT_FOUND);
	vrps_free(vrps);
}

/* RFC 6811 s2: one match among all that cover is enough, at whatever height. */
static void any_match_is_enough(void **state)
{
	(void)state;
	static const char *const VRPS[] = {"203.0.113.0/24-32 64500", "203.0.113.0/25-25 64501",
					   "203.0.113.0/25-26 64502", "203.0.113.0/26-26 0", NULL};
	struct vrps *vrps = vrps_of(VRPS);
	assert_int_equal(vrps_count(vrps), 4);
	assert_int_equal(state_of(vrps, "203.0.113.0/26", 64500), ROA_VALID);
	assert_int_equal(state_of(vrps, "203.0.113.0/26", 64502), ROA_VALID);
	assert_int_equal(state_of(vrps, "203.0.113.0/26", 64501), ROA_INVALID_LENGTH);
	assert_int_equal(state_of(vrps, "203.0.113.0/26", 64503), ROA_INVALID_AS);
	assert_int_equal(state_of(vrps, "203.0.113.0/27", 64502), ROA_INVALID_LENGTH);
	assert_int_equal(state_of(vrps, "203.0.113.128/25", 64501), ROA_INVALID_AS);
	struct route_prefix asked = given_prefix("203.0.113.0/27");
	struct vrp covering[4];
	assert_int_equal(vrps_covering(vrps, &asked, covering, 4), 4);
	assert_int_equal(covering[0].prefix.bits, 26);
	assert_int_equal(covering[0].as, 0);
	assert_int_equal(covering[1].prefix.bits, 25);
	assert_int_equal(covering[3].prefix.bits, 24);
	assert_int_equal(covering[3].max_length, 32);
	assert_int_equal(covering[3].as, 64500);
	assert_int_equal(vrps_covering(vrps, &asked, covering, 1), 4);
	asked = given_prefix("198.51.100.0/24");
	assert_int_equal(vrps_covering(vrps, &asked, covering, 4), 0);
	vrps_free(vrps);
}

/* RFC 6483 s4, RFC 7607: a ROA for AS 0 forbids everybody. */
static void as_0_is_never_valid(void **state)
{
	(void)state;
	static const char *const VRPS[] = {"192.0.2.0/24-32 0", NULL};
	struct vrps *vrps = vrps_of(VRPS);
	assert_int_equal(state_of(vrps, "192.0.2.0/24", 0), ROA_INVALID_AS);
	assert_int_equal(state_of(vrps, "192.0.2.0/24", 64496), ROA_INVALID_AS);
	vrps_free(vrps);
}

static void impossible_vrps_are_refused(void **state)
{
	(void)state;
	static const char *const BAD[] = {"192.0.2.0/24-23 64496", "192.0.2.0/24-33 64496",
					  "2001:db8::/32-129 64496"};
	struct vrps *vrps;
	assert_int_equal(vrps_new(&vrps), OK);
	for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
		struct vrp vrp = given_vrp(BAD[i]);
		assert_int_equal(vrps_add(vrps, &vrp), ERR_FORMAT);
	}
	struct vrp vrp = given_vrp("192.0.2.0/24-24 64496");
	vrp.prefix.octets[3] = 1;
	assert_int_equal(vrps_add(vrps, &vrp), ERR_FORMAT);
	vrp.prefix.family = ADDRESS_NONE;
	assert_int_equal(vrps_add(vrps, &vrp), ERR_FORMAT);
	assert_int_equal(vrps_settle(vrps), OK);
	assert_int_equal(vrps_count(vrps), 0);
	vrps_free(vrps);
}

static void duplicates_are_counted_once(void **state)
{
	(void)state;
	static const char *const VRPS[] = {"192.0.2.0/24-24 64496", "192.0.2.0/24-25 64496",
					   "192.0.2.0/24-24 64496", "192.0.2.0/24-24 64497", NULL};
	struct vrps *vrps = vrps_of(VRPS);
	assert_int_equal(vrps_count(vrps), 3);
	assert_int_equal(vrps_duplicates(vrps), 1);
	vrps_free(vrps);
}

static void add_route(struct routes *routes, const char *text, uint32_t as, uint16_t peers)
{
	struct route_prefix prefix = given_prefix(text);
	struct route_origin origin = {.as = as, .peers = peers};
	assert_int_equal(routes_add(routes, &prefix, &origin), OK);
}

static void longest_announced_prefix_answers(void **state)
{
	(void)state;
	static const char *const VRPS[] = {"192.0.2.0/24-24 64496", "203.0.113.0/24-24 64499",
					   NULL};
	struct vrps *vrps = vrps_of(VRPS);
	struct routes *routes;
	assert_int_equal(routes_new(&routes), OK);
	add_route(routes, "192.0.2.0/24", 64496, 300);
	add_route(routes, "192.0.2.128/25", 64496, 3);
	add_route(routes, "203.0.113.0/24", 64498, 5);
	add_route(routes, "203.0.113.0/24", 64499, 200);
	add_route(routes, "203.0.113.0/24", 64499, 100); /* another file's count */
	assert_int_equal(routes_settle(routes), OK);
	assert_int_equal(routes_count(routes), 3);
	assert_int_equal(routes_duplicates(routes), 1);

	struct routing_answer answer;
	struct address address = given_address("192.0.2.127");
	routing_look_up(routes, &address, &answer);
	assert_int_equal(answer.state, ROA_NOT_MEASURED);
	routes_judge(routes, vrps);
	routing_look_up(routes, &address, &answer);
	assert_true(answer.is_announced);
	assert_int_equal(answer.prefix.bits, 24);
	assert_int_equal(answer.state, ROA_VALID);
	/* The more specific one is what routers follow, and it is longer than the ROA allows. */
	address = given_address("192.0.2.128");
	routing_look_up(routes, &address, &answer);
	assert_int_equal(answer.prefix.bits, 25);
	assert_int_equal(answer.state, ROA_INVALID_LENGTH);
	assert_string_equal(roa_state_text(answer.state), "invalid (length)");
	assert_true(roa_state_is_invalid(answer.state));
	/* Two origins: each with its state, the worst for all. */
	address = given_address("203.0.113.9");
	routing_look_up(routes, &address, &answer);
	assert_int_equal(answer.origin_count, 2);
	assert_int_equal(answer.origins[0].as, 64499);
	assert_int_equal(answer.origins[0].peers, 200);
	assert_int_equal(answer.origins[0].state, ROA_VALID);
	assert_int_equal(answer.origins[1].state, ROA_INVALID_AS);
	assert_int_equal(answer.state, ROA_INVALID_AS);
	routes_judge(routes, NULL);
	routing_look_up(routes, &address, &answer);
	assert_int_equal(answer.state, ROA_NOT_MEASURED);
	address = given_address("198.51.100.1");
	routing_look_up(routes, &address, &answer);
	assert_false(answer.is_announced);
	assert_int_equal(answer.state, ROA_NOT_MEASURED);
	assert_int_equal(answer.origin_count, 0);
	routes_free(routes);
	vrps_free(vrps);
}

static void of_many_origins_the_most_seen_stay(void **state)
{
	(void)state;
	struct routes *routes;
	assert_int_equal(routes_new(&routes), OK);
	for (uint32_t i = 0; i < 40; i++)
		add_route(routes, "192.0.2.0/24", 65536 + (i * 7) % 40,
			  (uint16_t)(1 + (i * 7) % 40));
	assert_int_equal(routes_settle(routes), OK);
	struct routing_answer answer;
	struct address address = given_address("192.0.2.1");
	routing_look_up(routes, &address, &answer);
	assert_int_equal(answer.origin_count, ROUTING_ORIGINS_MAX);
	assert_int_equal(answer.origins_dropped, 40 - ROUTING_ORIGINS_MAX);
	for (uint32_t i = 0; i < ROUTING_ORIGINS_MAX; i++) {
		assert_int_equal(answer.origins[i].peers, 40 - i);
		assert_int_equal(answer.origins[i].as, 65536 + 39 - i);
	}
	routes_free(routes);
}

/* One prefix, and a hundred thousand who announce it. */
static void a_prefix_of_very_many_is_answered(void **state)
{
	(void)state;
	struct routes *routes;
	struct vrps *vrps;
	assert_int_equal(routes_new(&routes), OK);
	assert_int_equal(vrps_new(&vrps), OK);
	for (uint32_t i = 0; i < 100000; i++) {
		add_route(routes, "192.0.2.0/24", 65536 + i, 1);
		struct vrp vrp = given_vrp("192.0.2.0/24-24 0");
		vrp.as = 65536 + i;
		assert_int_equal(vrps_add(vrps, &vrp), OK);
	}
	assert_int_equal(routes_settle(routes), OK);
	assert_int_equal(vrps_settle(vrps), OK);
	routes_judge(routes, vrps);
	struct routing_answer answer;
	struct address address = given_address("192.0.2.1");
	for (uint32_t i = 0; i < 100000; i++)
		routing_look_up(routes, &address, &answer);
	assert_int_equal(answer.state, ROA_VALID);
	assert_int_equal(answer.origins[0].as, 65536);
	assert_int_equal(answer.origins_dropped, 100000 - ROUTING_ORIGINS_MAX);
	routes_free(routes);
	vrps_free(vrps);
}

static void empty_tables_know_nothing(void **state)
{
	(void)state;
	struct routes *routes;
	struct vrps *vrps = vrps_of((const char *const[]){NULL});
	assert_int_equal(routes_new(&routes), OK);
	assert_int_equal(routes_settle(routes), OK);
	routes_judge(routes, vrps);
	struct routing_answer answer;
	struct address address = given_address("2001:db8::1");
	routing_look_up(routes, &address, &answer);
	assert_false(answer.is_announced);
	assert_int_equal(state_of(vrps, "192.0.2.0/24", 64496), ROA_NOT_FOUND);
	routes_free(routes);
	vrps_free(vrps);
	routes_free(NULL);
	vrps_free(NULL);
}

/* ---- against the definition: every prefix looked at, one after the other ---- */

/* Prefixes that nest and stand side by side: few bits vary, of the family's first and last. */
static struct route_prefix random_prefix(struct random *random, bool is_ipv6)
{
	struct route_prefix prefix = {.family = is_ipv6 ? ADDRESS_IPV6 : ADDRESS_IPV4};
	const unsigned int octets = is_ipv6 ? 16 : 4;
	prefix.bits = (uint8_t)random_below(random, octets * 8 + 1);
	/* Also before and behind 2000::/3, which belong to its first and last slice. */
	static const uint8_t FIRSTS[8] = {0x20, 0x20, 0x20, 0x20, 0x3f, 0x00, 0xfc, 0xfc};
	prefix.octets[0] = is_ipv6 ? FIRSTS[random_below(random, 8)] : 0;
	for (unsigned int i = is_ipv6 ? 1 : 0; i < octets; i++)
		prefix.octets[i] = (uint8_t)(random_below(random, 4) * 0x55);
	for (unsigned int bit = prefix.bits; bit < octets * 8; bit++)
		prefix.octets[bit / 8] &= (uint8_t) ~(0x80u >> bit % 8);
	return prefix;
}

static bool covers(const struct route_prefix *prefix, const struct route_prefix *inner)
{
	struct address outer = {.family = prefix->family};
	struct address address = {.family = inner->family};
	memcpy(outer.octets, prefix->octets, 16);
	memcpy(address.octets, inner->octets, 16);
	return prefix->bits <= inner->bits && address_in_prefix(&address, &outer, prefix->bits);
}

static enum roa_state state_by_definition(const struct vrp *vrps, size_t count,
					  const struct route_prefix *prefix, uint32_t origin)
{
	enum roa_state state = ROA_NOT_FOUND;
	for (size_t i = 0; i < count; i++) {
		if (!covers(&vrps[i].prefix, prefix))
			continue;
		const bool is_same = vrps[i].as == origin && origin != 0;
		if (is_same && prefix->bits <= vrps[i].max_length)
			return ROA_VALID;
		if (is_same)
			state = ROA_INVALID_LENGTH;
		else if (state == ROA_NOT_FOUND)
			state = ROA_INVALID_AS;
	}
	return state;
}

static void states_are_those_of_the_definition(void **state)
{
	(void)state;
	static struct vrp all[RANDOM_PREFIXES * 2];
	struct random random;
	random_seeded(&random, 6811);
	struct vrps *vrps;
	assert_int_equal(vrps_new(&vrps), OK);
	for (size_t i = 0; i < RANDOM_PREFIXES * 2; i++) {
		do {
			all[i].prefix = random_prefix(&random, i % 2 == 1);
		} while (all[i].prefix.bits < 6);
		const unsigned int room =
			(i % 2 == 1 ? 128u : 32u) - (unsigned int)all[i].prefix.bits;
		all[i].max_length =
			(uint8_t)(all[i].prefix.bits + random_below(&random, room / 4 + 1));
		all[i].as = random_below(&random, 4) == 0 ? 0 : 64496 + random_below(&random, 99);
		assert_int_equal(vrps_add(vrps, &all[i]), OK);
	}
	assert_int_equal(vrps_settle(vrps), OK);
	size_t seen[ROA_INVALID_AS + 1] = {0};
	for (size_t i = 0; i < RANDOM_QUESTIONS / 10; i++) {
		struct route_prefix asked = random_prefix(&random, i % 2 == 1);
		uint32_t origin = i % 16 == 0 ? 0 : 64496 + random_below(&random, 99);
		enum roa_state expected =
			state_by_definition(all, RANDOM_PREFIXES * 2, &asked, origin);
		assert_int_equal(vrps_state(vrps, &asked, origin), expected);
		seen[expected]++;
	}
	/* Covering prefixes abound; each state must have come up all the same. */
	assert_true(seen[ROA_VALID] > 20 && seen[ROA_INVALID_AS] > 20);
	assert_true(seen[ROA_INVALID_LENGTH] > 20);
	vrps_free(vrps);
}

static void longest_match_is_that_of_the_definition(void **state)
{
	(void)state;
	static struct route_prefix all[RANDOM_PREFIXES * 2];
	struct random random;
	random_seeded(&random, 4271);
	struct routes *routes;
	assert_int_equal(routes_new(&routes), OK);
	for (size_t i = 0; i < RANDOM_PREFIXES * 2; i++) {
		do {
			all[i] = random_prefix(&random, i % 2 == 1);
		} while (all[i].bits < 6); /* or nothing would be unannounced */
		struct route_origin origin = {.as = 64496};
		assert_int_equal(routes_add(routes, &all[i], &origin), OK);
	}
	assert_int_equal(routes_settle(routes), OK);
	size_t unannounced = 0;
	for (size_t i = 0; i < RANDOM_QUESTIONS / 10; i++) {
		struct route_prefix asked = random_prefix(&random, i % 2 == 1);
		asked.bits = i % 2 == 1 ? 128 : 32;
		asked.octets[i % 8] ^= i % 5 == 0 ? 0xc3 : 0;
		struct route_prefix longest = {0};
		for (size_t j = 0; j < RANDOM_PREFIXES * 2; j++) {
			if (covers(&all[j], &asked) &&
			    (longest.family == ADDRESS_NONE || longest.bits < all[j].bits))
				longest = all[j];
		}
		struct address address = {.family = asked.family};
		memcpy(address.octets, asked.octets, asked.family == ADDRESS_IPV4 ? 4 : 16);
		struct routing_answer answer;
		routing_look_up(routes, &address, &answer);
		assert_int_equal(answer.is_announced, longest.family != ADDRESS_NONE);
		assert_true(route_prefix_equal(&answer.prefix, &longest));
		unannounced += !answer.is_announced;
	}
	assert_true(unannounced > 10);
	routes_free(routes);
}

static int fill_all(struct vrps **vrps, struct routes **routes)
{
	struct vrp vrp = given_vrp("2001:db8::/32-48 64496");
	struct route_prefix prefix = given_prefix("192.0.2.0/24");
	struct route_origin origin = {.as = 64496};
	int error = vrps_new(vrps);
	if (error == OK)
		error = routes_new(routes);
	for (uint32_t i = 0; i < 5000 && error == OK; i++) {
		vrp.as = 65536 + i;
		vrp.prefix.octets[4] = (uint8_t)(i >> 8);
		vrp.prefix.octets[5] = (uint8_t)i;
		vrp.prefix.bits = 48;
		error = vrps_add(*vrps, &vrp);
	}
	if (error == OK)
		error = routes_add(*routes, &prefix, &origin);
	if (error == OK)
		error = vrps_settle(*vrps);
	if (error == OK)
		error = routes_settle(*routes);
	return error;
}

static void lack_of_memory_is_told(void **state)
{
	(void)state;
	FOR_EACH_FAILURE(allocation)
	{
		struct vrps *vrps = NULL;
		struct routes *routes = NULL;
		int error = fill_all(&vrps, &routes);
		assert_true(error == OK || error == ERR_MEMORY);
		vrps_free(vrps);
		routes_free(routes);
		assert_int_equal(memory_in_use(), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefixes_are_read_strictly),
		cmocka_unit_test(one_roa_judges_what_it_covers),
		cmocka_unit_test(any_match_is_enough),
		cmocka_unit_test(as_0_is_never_valid),
		cmocka_unit_test(impossible_vrps_are_refused),
		cmocka_unit_test(duplicates_are_counted_once),
		cmocka_unit_test(longest_announced_prefix_answers),
		cmocka_unit_test(of_many_origins_the_most_seen_stay),
		cmocka_unit_test(a_prefix_of_very_many_is_answered),
		cmocka_unit_test(empty_tables_know_nothing),
		cmocka_unit_test(states_are_those_of_the_definition),
		cmocka_unit_test(longest_match_is_that_of_the_definition),
		cmocka_unit_test(lack_of_memory_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
