/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ways to a domain, and mail addresses in SOA records. */
#include "dns/wire/name.h"
#include "judge/check/soa.h"
#include "judge/check/ways.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct name name_of(const char *text)
{
	struct name name;
	assert_int_equal(name_from_text(text, &name, NULL), OK);
	return name;
}

static bool is_mailbox(const char *text)
{
	return soa_is_mailbox(name_of(text).octets);
}

static void test_mailboxes(void **state)
{
	assert_true(is_mailbox("hostmaster.example.com"));
	assert_true(is_mailbox("john\\.doe.example.com"));
	assert_true(is_mailbox("dns+zone_x.example"));
	assert_false(is_mailbox("."));
	assert_false(is_mailbox("hostmaster"));
	assert_false(is_mailbox("hostmaster\\@example.com"));
	assert_false(is_mailbox("hostmaster\\@mail.example.com"));
	assert_false(is_mailbox("hostmaster.exa\\@mple.com"));
	assert_false(is_mailbox("\\.john.example.com"));
	assert_false(is_mailbox("john\\..example.com"));
	assert_false(is_mailbox("john\\.\\.doe.example.com"));
	assert_false(is_mailbox("john\\032doe.example.com"));
	assert_false(is_mailbox("a\\000b.example.com"));
	assert_false(is_mailbox("hostmaster.exam_ple.com"));
}

/* An observation of a domain whose parent names these servers, an address each ("": none). */
struct given {
	const char *name, *address;
};

static struct ways ways_of(struct arena *arena, const char *domain, const struct given *given,
			   struct evidence *ret_evidence)
{
	struct observation_builder *builder = arena_take_zeroed(arena, sizeof(*builder));
	assert_non_null(builder);
	observation_builder_init(builder, arena, name_of(domain).octets);
	builder->observation.vantage = builder->observation.scanner = "";
	builder->observation.delegation = DELEGATION_FOUND;
	builder->observation.parent_exchange = MESSAGE_NONE;
	for (; given->name; given++) {
		const int host = observation_host(builder, name_of(given->name).octets);
		struct ip ip;
		assert_true(host >= 0);
		builder->observation.hosts[host].flags = HOST_AT_PARENT;
		builder->observation.hosts[host].state = HOST_RESOLVED;
		if (!*given->address)
			continue;
		assert_int_equal(ip_from_text(given->address, &ip), OK);
		const int server = observation_server(builder, &ip, 53);
		assert_true(server >= 0);
		assert_int_equal(observation_host_address(builder, host, server, false), OK);
	}
	assert_int_equal(evidence_prepare(arena, &builder->observation, 0, ret_evidence), OK);
	return ways_find(ret_evidence);
}

static void expect(const char *domain, const struct given *given, const char *dns_operator,
		   const char *top)
{
	struct arena arena;
	struct evidence evidence;
	char text[NAME_TEXT_MAX];
	arena_init(&arena, 1 << 20, 0);
	const struct ways ways = ways_of(&arena, domain, given, &evidence);
	const uint8_t *found = ways_operator(&evidence, &ways);
	assert_string_equal(found ? name_to_text(found, text) : "", dns_operator);
	found = ways_top_level(&evidence, &ways);
	assert_string_equal(found ? name_to_text(found, text) : "", top);
	arena_release(&arena);
}

static void test_common(void **state)
{
	expect("a.org", (struct given[]){{"ns1.x.net", ""}, {"ns2.x.net", ""}, {NULL, NULL}},
	       "x.net.", "net.");
	expect("a.net", (struct given[]){{"ns1.d.x.net", ""}, {"ns2.e.x.net", ""}, {NULL, NULL}},
	       "x.net.", "");
	expect("a.org", (struct given[]){{"ns1.x.net", ""}, {"ns2.y.net", ""}, {NULL, NULL}}, "",
	       "net.");
	expect("a.org", (struct given[]){{"ns1.x.net", ""}, {"ns2.x.com", ""}, {NULL, NULL}}, "",
	       "");
	/* Its own names, with glue. */
	expect("a.org", (struct given[]){{"ns1.a.org", ""}, {"ns2.a.org", ""}, {NULL, NULL}}, "",
	       "");
	/* Names are sold below co.uk. */
	expect("a.org", (struct given[]){{"ns1.x.co.uk", ""}, {"ns2.y.co.uk", ""}, {NULL, NULL}},
	       "", "uk.");
	expect("a.org", (struct given[]){{"ns1.x.co.uk", ""}, {"ns2.x.co.uk", ""}, {NULL, NULL}},
	       "x.co.uk.", "uk.");
	/* Two registered names, each of which is a host. */
	expect("a.org", (struct given[]){{"x.net", ""}, {"y.net", ""}, {NULL, NULL}}, "", "net.");
	expect("a.org", (struct given[]){{NULL, NULL}}, "", "");
}

static void test_addresses(void **state)
{
	struct arena arena;
	struct evidence evidence;
	arena_init(&arena, 1 << 20, 0);
	struct ways ways = ways_of(&arena, "a.org",
				   (struct given[]){{"ns1.x.net", "192.0.2.1"},
						    {"ns2.x.net", "192.0.2.1"},
						    {"ns3.x.net", "2001:db8::1"},
						    {"ns4.x.net", "2001:db8::2"},
						    {NULL, NULL}},
				   &evidence);
	assert_int_equal(ways.name_count, 4);
	assert_int_equal(ways.count4, 1);
	assert_int_equal(ways.count6, 2);
	assert_true(ways.is_known);
	arena_release(&arena);
}

static void test_reachable(void **state)
{
	static const struct {
		const char *address;
		bool everywhere, in_tests;
	} cases[] = {
		{"192.0.43.8", true, true},   {"2001:500:8f::53", true, true},
		{"198.18.0.1", false, true},  {"198.19.255.255", false, true},
		{"2001:db8::1", false, true}, {"198.20.0.1", true, true},
		{"10.0.0.1", false, false},   {"127.0.0.1", false, false},
		{"::1", false, false},        {"fe80::1", false, false},
		{"192.0.2.1", false, false},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct observation observation = {.needs = NEED_ALL_DEFAULT};
		struct ip ip;
		assert_int_equal(ip_from_text(cases[i].address, &ip), OK);
		assert_int_equal(ways_is_reachable(&observation, &ip), cases[i].everywhere);
		observation.needs |= LOOK_IN_TEST_NETWORK;
		assert_int_equal(ways_is_reachable(&observation, &ip), cases[i].in_tests);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mailboxes),
		cmocka_unit_test(test_common),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_reachable),
	};
	return cmocka_run_group_tests_name("judge/check/ways", tests, NULL, NULL);
}
