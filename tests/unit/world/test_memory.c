/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory running out while servers are made and while they answer: an error or SERVFAIL, no leak.
 */
#include "../failing_memory.h"
#include "dns/wire/build.h"
#include "dns/wire/name.h"
#include "dns/wire/type.h"
#include "sample.h"
#include "world/make.h"
#include "world/shares.h"
#include "world/true_facts.h"
#include "world/truth.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char tail[] =
	"  - {name: a.tld, operator: good, signed: 13 nsec3, faults: [ns-cycle]}\n"
	"  - {name: b.tld, operator: good, signed: 15 nsec, zonemd: true}\n";

static struct world *parse_sample(void)
{
	char file[16384];
	struct world *world;
	struct complaint complaint = {""};
	snprintf(file, sizeof(file), "%s%s", sample_head(), tail);
	if (world_parse(file, strlen(file), NULL, &complaint, &world))
		fail_msg("%s", complaint.text);
	return world;
}

static void ask(struct responder *responder, const char *at, const char *text, uint16_t type)
{
	static uint8_t buffer[STREAM_ANSWER_MAX];
	uint8_t octets[QUERY_MAX_OCTETS];
	struct name name;
	size_t size;
	assert_int_equal(name_from_text(text, &name, NULL), 0);
	const struct query query = {.id = 1,
				    .name = name.octets,
				    .type = type,
				    .class = CLASS_IN,
				    .edns = true,
				    .dnssec_ok = true};
	assert_int_equal(query_build(&query, octets, sizeof(octets), &size), 0);
	struct ask ask = {.data = octets, .size_bytes = size, .is_stream = true};
	assert_int_equal(address_from_text("198.18.9.9", 4000, &ask.peer), 0);
	assert_int_equal(address_from_text(at, 53, &ask.local), 0);
	struct response response = respond(responder, &ask, buffer);
	/* No memory for the question itself: no answer, as with any lost datagram. */
	if (response.size_bytes > 0)
		assert_true((buffer[3] & 15) == RCODE_SERVFAIL ||
			    (buffer[3] & 15) == RCODE_NOERROR ||
			    (buffer[3] & 15) == RCODE_NXDOMAIN);
}

static int make_servers(const struct world *world, struct authority **ret_authority,
			struct responder **ret_responder)
{
	int error = authority_new(world, SAMPLE_NOW_S, ret_authority);
	if (!error)
		error = authority_prepare(*ret_authority);
	if (!error)
		error = responder_new(*ret_authority, ret_responder);
	return error;
}

static void test_servers(void **state)
{
	struct world *world = parse_sample();
	long before = memory_in_use();
	FOR_EACH_FAILURE(which)
	{
		struct authority *authority = NULL;
		struct responder *responder = NULL;
		int error = make_servers(world, &authority, &responder);
		assert_true(error == 0 || error == ERR_MEMORY);
		if (!error) {
			ask(responder, "198.18.0.1", "a.tld", TYPE_A);
			ask(responder, "198.18.0.1", "none.tld", TYPE_A);
			ask(responder, "198.18.1.1", "a.tld", TYPE_A);
			ask(responder, "198.18.1.1", "none.a.tld", TYPE_A);
			ask(responder, "198.18.1.1", "b.tld", TYPE_CAA);
			ask(responder, "198.18.1.1", "b.tld", TYPE_ZONEMD);
		}
		responder_free(responder);
		authority_free(authority);
		if (memory_in_use() != before)
			fail_msg("allocation %lu: %ld blocks left", which,
				 memory_in_use() - before);
	}
	world_free(world);
}

static int take_nothing(void *context, const uint8_t *domain, const char *const *codes,
			size_t count)
{
	return 0;
}

static void test_truth(void **state)
{
	struct world *world = parse_sample();
	long before = memory_in_use();
	FOR_EACH_FAILURE(which)
	{
		int error = world_truth(world, take_nothing, NULL);
		assert_true(error == 0 || error == ERR_MEMORY);
		assert_int_equal(memory_in_use(), before);
	}
	world_free(world);
}

static void test_make(void **state)
{
	const struct world_make_options options = {.domains = 5, .fault_percent = 100};
	FOR_EACH_FAILURE(which)
	{
		struct complaint complaint = {""};
		struct text text;
		text_init(&text, 1 << 20);
		int error = world_make(&options, &text, &complaint);
		assert_true(error == 0 || error == ERR_MEMORY);
		assert_true(error == 0 || complaint.text[0]);
		text_release(&text);
		assert_int_equal(memory_in_use(), 0);
	}
}

static void test_shares(void **state)
{
	static const char file[] =
		"shares: 1\nsilent: 50\nall: {signed: 60, mail: 50, cookies: 50}\n"
		"tlds: [{name: zan}]\noperators: [{name: a.zan, domains: 4}, "
		"{name: own, own: true, domains: 2}]\n";
	FOR_EACH_FAILURE(which)
	{
		const struct shares_options options = {.seed = 1};
		struct complaint complaint = {""};
		struct shares *shares = NULL;
		struct text text;
		text_init(&text, 1 << 20);
		int error = shares_parse(file, sizeof(file) - 1, &complaint, &shares);
		if (!error)
			error = shares_make(shares, &options, &text, &complaint);
		assert_true(error == 0 || error == ERR_MEMORY);
		assert_true(error == 0 || complaint.text[0]);
		shares_free(shares);
		text_release(&text);
		assert_int_equal(memory_in_use(), 0);
	}
}

static int take_no_facts(void *context, const struct true_facts *facts)
{
	return 0;
}

static void test_facts(void **state)
{
	static const char file[] =
		"world: 1\nservers:\n"
		"  - {name: a.root-servers.net, addresses: [198.41.0.4]}\n"
		"  - {name: a.nic.tld, addresses: [198.18.0.1]}\n"
		"  - {name: ns1.host.tld, addresses: [198.18.1.1]}\n"
		"  - {name: ns2.host.tld, addresses: [198.18.1.2]}\n"
		"operators:\n"
		"  - {name: root, servers: [a.root-servers.net]}\n"
		"  - {name: nic, servers: [a.nic.tld]}\n"
		"  - {name: host, servers: [ns1.host.tld, ns2.host.tld]}\n"
		"zones:\n"
		"  - {name: ., operator: root, signed: 13 nsec}\n"
		"  - {name: tld, operator: nic, signed: 13 nsec}\n"
		"  - {name: host.tld, operator: nic}\n"
		"domains:\n"
		"  - {name: a.tld, operator: host, shows: [spf]}\n"
		"  - {name: b.tld, operator: host, signed: 13 nsec3, zonemd: true,\n"
		"     shows: [mail, tlsa-mail, cds]}\n";
	struct complaint complaint = {""};
	struct world *world;
	if (world_parse(file, sizeof(file) - 1, NULL, &complaint, &world))
		fail_msg("%s", complaint.text);
	const long before = memory_in_use();
	FOR_EACH_FAILURE(which)
	{
		const int error = world_true_facts(world, take_no_facts, NULL);
		/* The libraries of keys and certificates say of memory what they like. */
		assert_true(error == 0 || error == ERR_MEMORY || error == ERR_CRYPTO);
		assert_int_equal(memory_in_use(), before);
	}
	world_free(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_servers), cmocka_unit_test(test_truth),
		cmocka_unit_test(test_make),    cmocka_unit_test(test_shares),
		cmocka_unit_test(test_facts),
	};
	return cmocka_run_group_tests_name("world/memory", tests, NULL, NULL);
}
