/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of files with mistakes, and that memory running out is survived. */
#include "../failing_memory.h"
#include "base/text.h"
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Parses and expects a complaint that holds `words`. */
static void expect_mistake(const char *file, const char *words)
{
	struct complaint complaint = {""};
	struct world *world = NULL;
	int error = world_parse(file, strlen(file), NULL, &complaint, &world);
	if (error == 0 || strstr(complaint.text, words) == NULL)
		fail_msg("'%s' expected, not '%s'", words, complaint.text);
	assert_null(world);
}

static void expect_mistake_behind(const char *tail, const char *words)
{
	char file[16384];
	snprintf(file, sizeof(file), "%s%s", sample_head(), tail);
	expect_mistake(file, words);
}

static void test_shape(void **state)
{
	expect_mistake("", "line 1: a document expected");
	expect_mistake("- 1\n", "line 1: a mapping expected, not a list");
	expect_mistake("{}", "'world: 1' must come first");
	expect_mistake("seed: 1\n", "'world: 1' must come first");
	expect_mistake("world: 2\n", "line 1: version 2 of the format is not known");
	expect_mistake("world: 1\nseed: -3\n", "line 2: '-3' is not a number");
	expect_mistake("world: 1\nworld: 1\n", "line 2: key 'world' is here twice");
	expect_mistake("world: 1\nsevers: []\n",
		       "line 2: unknown key 'severs'; did you mean 'servers'?");
	expect_mistake("world: 1\nplanets: []\n",
		       "line 2: unknown key 'planets'; there are: world, seed");
	expect_mistake("world: 1\nzones: []\nservers: []\n",
		       "line 3: 'servers' must stand before 'zones'");
	expect_mistake("world: 1\n---\nworld: 1\n",
		       "line 2: the end of the only document expected");
	expect_mistake("world: 1\nservers: {a: 1}\n", "line 2: a list expected, not a mapping");
	expect_mistake("world: 1\nservers: [\n", "this is not YAML");
	expect_mistake("world: &a 1\n", "line 1: anchors are not understood");
	expect_mistake("world: *a\n", "line 1: aliases are not understood");
	expect_mistake("world: !!int 1\n", "line 1: tags are not understood");
	expect_mistake("world: 1\nservers: [[[[[[[[[[]]]]]]]]]]\n", "a mapping expected");
	expect_mistake("world: 1\n", "the root zone '.' is missing");
}

static void test_servers(void **state)
{
	const char *const head = "world: 1\nservers:\n";
	static const char *const cases[][2] = {
		{"  - {name: a}\n", "line 3: a server needs a name and an address"},
		{"  - {name: a, addresses: [nowhere]}\n", "line 3: 'nowhere' is not an address"},
		{"  - {name: a, addresses: [192.0.2.1, 192.0.2.1]}\n", "share an address"},
		{"  - {name: a..b, addresses: [192.0.2.1]}\n", "line 3: "},
		{"  - {name: a, addresses: [192.0.2.1]}\n  - {name: A., addresses: [192.0.2.2]}\n",
		 "line 4: server 'a.' is here twice"},
		{"  - {name: a, addresses: [192.0.2.1], behaviour: [silnt]}\n",
		 "unknown behaviour 'silnt'; did you mean 'silent'?"},
		{"  - {name: a, addresses: [192.0.2.1], behaviour: [silent, slow]}\n",
		 "line 3: a server cannot be 'silent' and 'slow'"},
		{"  - {name: a, addresses: [192.0.2.1], place: moon}\n", "unknown place 'moon'"},
		{"  - {name: a, addresses: [192.0.2.1], as: 4294967296}\n",
		 "line 3: '4294967296' is not a number"},
		{"  - {name: a, addresses: [192.0.2.1], behaviour: [one-as, one-prefix]}\n",
		 "line 3: a server cannot be 'one-as' and 'one-prefix'"},
		{"  - {name: a, addresses: [192.0.2.1]}\noperators:\n  - {name: o, servers: [b]}\n",
		 "line 5: there is no server 'b.'"},
		{"  - {name: a, addresses: [192.0.2.1]}\noperators:\n  - {name: o}\n",
		 "line 5: an operator needs a name and servers"},
		{"  - {name: a, addresses: [192.0.2.1]}\noperators:\n  - {name: o, servers: [a, "
		 "a]}\n",
		 "line 5: the same server twice"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char file[1024];
		snprintf(file, sizeof(file), "%s%s", head, cases[i][0]);
		expect_mistake(file, cases[i][1]);
	}
}

static void test_domains(void **state)
{
	static const char *const cases[][2] = {
		{"  - {name: a.tld}\n", "a name and an operator are needed"},
		{"  - {name: a.tld, operator: god}\n", "there is no operator 'god'"},
		{"  - {name: a.tld, operator: nic}\n", "operator 'nic' also serves 'tld.'"},
		{"  - {name: a.tld, operator: nic-two}\n", "needs two servers"},
		{"  - {name: a.tld, operator: good, signed: 99 nsec}\n", "the algorithm must be"},
		{"  - {name: a.tld, operator: good, signed: 13}\n", "must follow the algorithm"},
		{"  - {name: a.tld, operator: good, signed: 13 nsec4}\n",
		 "must follow the algorithm"},
		{"  - {name: a.tld, operator: good, signed: 5 nsec3}\n",
		 "7 is the same with nsec3"},
		{"  - {name: a.tld, operator: good, signed: 13 nsec 2048}\n",
		 "only RSA keys have bits"},
		{"  - {name: a.tld, operator: good, signed: 8 nsec 512}\n",
		 "only RSA keys have bits"},
		{"  - {name: a.tld, operator: good, signed: 8 nsec 2048 1}\n",
		 "nothing may follow"},
		{"  - {name: a.tld, operator: good, signed: 13 nsec, hostile: {keys: 2}}\n",
		 "hostile"},
		{"  - {name: a.tld, operator: good}\n  - {name: A.TLD, operator: good}\n",
		 "'a.tld.' is here twice"},
		{"  - {name: a.tld, operator: good, faults: [wrong-dss]}\n",
		 "did you mean 'wrong-ds'?"},
		{"  - {name: a.tld, operator: good, faults: [wrong-ds]}\n",
		 "'wrong-ds' needs a signed zone"},
		{"  - {name: a.tld, operator: good, signed: 13 nsec, faults: [ds-unsigned]}\n",
		 "'ds-unsigned' needs a zone that is not signed"},
		{"  - {name: a.tld, operator: good, faults: [one-server, ns-alias]}\n",
		 "a domain cannot have 'one-server' and 'ns-alias'"},
		{"  - {name: a.tld, operator: good, signed: 200 nsec, faults: [wrong-ds]}\n",
		 "such a key amounts to 'algorithm-unsupported'"},
		{"  - {name: a.tld, operator: good, signed: 8 nsec, faults: "
		 "[cds-cdnskey-differ]}\n",
		 "needs two keys"},
		{"  - {name: a.tld, operator: good, vanity: maybe}\n",
		 "unknown truth value 'maybe'"},
		{"  - {name: a.tld, operator: good, records: \"a.tld. 60 IN NS b.\"}\n",
		 "NS records are made by the world itself"},
		{"  - {name: a.tld, operator: good, records: \"b.tld. 60 IN A 192.0.2.1\"}\n",
		 "'b.tld.' is not in the zone"},
		{"  - {name: a.tld, operator: good, records: \"b.a.tld. 60 IN A 192.0.2\"}\n",
		 "records: "},
		{"  - {name: good.tld, operator: good}\n", "'good.tld.' is here twice"},
		{"  - {name: ns1.good.tld, operator: odd}\n",
		 "a server cannot have a domain's own name"},
		{"  - {name: cycle-a.tld, operator: odd}\n  - {name: a.tld, operator: good, "
		 "faults: [ns-cycle]}\n",
		 "are needed for the fault 'ns-cycle'"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_mistake_behind(cases[i][0], cases[i][1]);
}

static void test_canned(void **state)
{
	static const char *const cases[][2] = {
		{"  - {at: 198.18.9.9, name: x}\n", "'at', 'name' and 'replies' are needed"},
		{"  - {at: 198.18.9.9, name: x, type: BOGUS, replies: [{}]}\n",
		 "'BOGUS' is not a type"},
		{"  - {at: 198.18.9.9, name: x, replies: [{raw: zz}]}\n", "raw must be"},
		{"  - {at: 198.18.9.9, name: x, replies: [{raw: \"00\"}]}\n", "raw must be"},
		{"  - {at: 198.18.9.9, name: x, replies: [{rcode: WELL}]}\n",
		 "'WELL' is not an rcode"},
		{"  - {at: 198.18.9.9, name: x, replies: [{flags: [qq]}]}\n", "unknown flag 'qq'"},
		{"  - {at: 198.18.9.9, name: x, replies: [{delay_ms: 70000}]}\n",
		 "is not a number"},
		{"  - {at: 198.18.9.9, name: x, replies: [{answer: \"x. 60 IN A nowhere\"}]}\n",
		 "line "},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char tail[512];
		snprintf(tail, sizeof(tail), "  - {name: a.tld, operator: good}\ncanned:\n%s",
			 cases[i][0]);
		expect_mistake_behind(tail, cases[i][1]);
	}
}

/* All mistakes that can be told apart are told, each with its line. */
static void test_all_mistakes(void **state)
{
	char file[16384];
	struct text mistakes;
	struct complaint complaint = {""};
	struct world *world = NULL;
	text_init(&mistakes, 65536);
	snprintf(file, sizeof(file), "%s%s", sample_head(),
		 "  - {name: a.tld, operator: good, faults: [wrong-ds]}\n"
		 "  - {name: b.tld, operator: nic-two}\n"
		 "  - {name: c.tld, operator: nic}\n");
	assert_int_equal(world_parse(file, strlen(file), &mistakes, &complaint, &world),
			 ERR_FORMAT);
	int lines = 0;
	for (const char *at = text_get(&mistakes); (at = strchr(at, '\n')); at++)
		lines++;
	assert_int_equal(lines, 3);
	assert_non_null(strstr(text_get(&mistakes), complaint.text));
	text_release(&mistakes);
}

static void test_counts(void **state)
{
	struct sample sample;
	sample_open(&sample, "  - {name: A.tld., operator: good, faults: [ns-cycle]}\n"
			     "  - {name: b.tld, operator: odd}\n"
			     "canned:\n"
			     "  - {at: 198.18.9.9, name: x, replies: [{}]}\n");
	struct world_counts counts = world_counts(sample.world);
	assert_int_equal(counts.targets, 2);
	assert_int_equal(counts.zones, 5);
	assert_int_equal(counts.canned, 1);
	size_t cursor = 0;
	assert_memory_equal(world_target(sample.world, &cursor), "\1a\3tld", 7);
	assert_memory_equal(world_target(sample.world, &cursor), "\1b\3tld", 7);
	assert_null(world_target(sample.world, &cursor));
	sample_close(&sample);
}

static void test_memory(void **state)
{
	char file[16384];
	snprintf(file, sizeof(file), "%s%s", sample_head(),
		 "  - {name: a.tld, operator: good, signed: 13 nsec, faults: [ns-cycle]}\n"
		 "  - {name: b.tld, operator: good, vanity: true, records: \"x.b.tld. 60 IN A "
		 "192.0.2.1\"}\n"
		 "canned:\n"
		 "  - {at: 198.18.9.9, name: x, replies: [{answer: \"x. 60 IN A 192.0.2.1\"}]}\n");
	FOR_EACH_FAILURE(which)
	{
		struct complaint complaint = {""};
		struct world *world = NULL;
		int error = world_parse(file, strlen(file), NULL, &complaint, &world);
		assert_true(error == 0 || error == ERR_MEMORY);
		assert_true(error == 0 || complaint.text[0]);
		world_free(world);
		if (memory_in_use() != 0)
			fail_msg("allocation %lu: %ld blocks left", which, memory_in_use());
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shape),        cmocka_unit_test(test_servers),
		cmocka_unit_test(test_domains),      cmocka_unit_test(test_canned),
		cmocka_unit_test(test_all_mistakes), cmocka_unit_test(test_counts),
		cmocka_unit_test(test_memory),
	};
	return cmocka_run_group_tests_name("world/parse", tests, NULL, NULL);
}
