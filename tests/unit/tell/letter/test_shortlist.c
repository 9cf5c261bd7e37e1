/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whose observations are read for a letter: decided from sets of name servers alone. */
#include "dns/wire/name.h"
#include "failing_memory.h"
#include "tell/letter/letter_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define START 1790000000

/* A domain with name servers of one address each; the last octet of 192.0.2.0/24. */
struct given {
	const char *domain;
	const char *servers[2];
	uint8_t addresses[2];
};

static const struct given plain[] = {
	{"a.example", {"ns.op-a.example"}, {1}},
	{"b.example", {"ns.op-b.example"}, {2}},
	{"c.example", {"ns.c.example"}, {1}},                          /* op-a's, by address */
	{"d.example", {"ns.d.example"}, {9}},                          /* its own */
	{"e.example", {"ns.op-a.example", "ns.op-b.example"}, {1, 2}}, /* of both */
	{"f.example", {"ns.op-c.example"}, {3}},
	{"g.example", {"ns.g.example"}, {2}}, /* op-b's */
};
/* Whose 192.0.2.7 is depends on whom the parent named first, which no set says. */
static const struct given unclear[2][2] = {
	{{"a.example", {"ns.op-a.example", "ns.op-b.example"}, {7, 7}},
	 {"c.example", {"ns.c.example"}, {7}}},
	{{"a.example", {"ns.op-b.example", "ns.op-a.example"}, {7, 7}},
	 {"c.example", {"ns.c.example"}, {7}}},
};

struct desk {
	char folder[64], path[128];
	struct store *store;
	struct suffix_list *suffixes;
	struct operators *operators;
	size_t count; /* of domains in the first run */
	struct complaint complaint;
};

static void add(struct desk *desk, int64_t run, const struct given *given)
{
	struct arena arena;
	struct observation_builder builder;
	struct name name;
	const struct adoption adoption = {0};
	size_t size = 0;
	arena_init(&arena, 1 << 20, 0);
	assert_int_equal(name_from_text(given->domain, &name, NULL), OK);
	observation_builder_init(&builder, &arena, name.octets);
	builder.observation.started_s = START;
	builder.observation.vantage = builder.observation.scanner = "lab";
	builder.observation.delegation = DELEGATION_FOUND;
	builder.observation.parent_exchange = MESSAGE_NONE;
	for (size_t i = 0; i < 2 && given->servers[i] != NULL; i++) {
		const struct ip ip = {.family = 4, .octets = {192, 0, 2, given->addresses[i]}};
		assert_int_equal(name_from_text(given->servers[i], &name, NULL), OK);
		const int host = observation_host(&builder, name.octets);
		const int server = observation_server(&builder, &ip, 53);
		assert_true(host >= 0 && server >= 0);
		builder.observation.hosts[host].flags = HOST_AT_PARENT;
		assert_int_equal(observation_host_address(&builder, host, server, false), OK);
	}
	const size_t room = observation_encoded_max(&builder.observation);
	uint8_t *encoded = arena_take_octets(&arena, room);
	assert_int_equal(observation_encode(&builder.observation, encoded, room, &size), OK);
	const struct store_entry entry = {.run = run,
					  .observation = &builder.observation,
					  .encoded = encoded,
					  .encoded_size = size,
					  .adoption = &adoption};
	assert_int_equal(store_add(desk->store, &entry, &desk->complaint), OK);
	arena_release(&arena);
}

static void add_run(struct desk *desk, const struct given *given, size_t count)
{
	const struct store_run run = {.started_s = START, .profile = "full", .domains = count};
	int64_t id = 0;
	assert_int_equal(store_run_begin(desk->store, &run, &id, &desk->complaint), OK);
	for (size_t i = 0; i < count; i++)
		add(desk, id, &given[i]);
	assert_int_equal(store_commit(desk->store, &desk->complaint), OK);
	assert_int_equal(store_run_finish(desk->store, id, START + 1, &desk->complaint), OK);
}

/* The first run has all that is given, the second the first of them. */
static void desk_open(struct desk *desk, const struct given *given, size_t count)
{
	*desk = (struct desk){.folder = "/tmp/test-letter-XXXXXX", .count = count};
	assert_non_null(mkdtemp(desk->folder));
	snprintf(desk->path, sizeof(desk->path), "%s/store", desk->folder);
	assert_int_equal(store_open(desk->path, STORE_WRITE, &desk->store, &desk->complaint), OK);
	add_run(desk, given, count);
	add_run(desk, given, 1);
	store_close(desk->store);
	assert_int_equal(store_open(desk->path, STORE_READ, &desk->store, &desk->complaint), OK);
	assert_int_equal(suffix_built_in(&desk->suffixes, &desk->complaint), OK);
	assert_int_equal(operators_new(desk->suffixes, NULL, &desk->operators, &desk->complaint),
			 OK);
}

static void desk_close(struct desk *desk)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	char path[160];
	operators_free(desk->operators);
	suffix_free(desk->suffixes);
	store_close(desk->store);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", desk->path, ends[i]);
		(void)unlink(path);
	}
	assert_int_equal(rmdir(desk->folder), 0);
}

static int ask(struct desk *desk, const char *wanted, int64_t run, struct letter_shortlist *ret)
{
	struct letter letter = {.operators = desk->operators, .run.id = run};
	*ret = (struct letter_shortlist){.items = NULL};
	return letter_shortlist(desk->store, &letter, wanted, ret, &desk->complaint);
}

/* `names` is of one letter each: a.example, ... */
static void gives(struct desk *desk, const char *wanted, int64_t run, const char *names)
{
	struct letter_shortlist list;
	assert_int_equal(ask(desk, wanted, run, &list), OK);
	assert_int_equal(list.count, strlen(names));
	for (uint32_t i = 0; i < list.count; i++) {
		char text[NAME_TEXT_MAX];
		name_to_text(list.items[i].name, text);
		assert_int_equal(text[0], names[i]);
	}
	assert_int_equal(list.domains, run == 1 ? desk->count : 1);
	letter_shortlist_release(&list);
}

static void the_operators_domains_are_listed(void **state)
{
	struct desk desk;
	(void)state;
	desk_open(&desk, plain, sizeof(plain) / sizeof(plain[0]));
	/* Those with name servers inside them come last. */
	gives(&desk, "op-a.example", 1, "aec");
	gives(&desk, "OP-B.example.", 1, "beg");
	gives(&desk, "op-c.example", 1, "f");
	gives(&desk, OPERATOR_OWN_NAME, 1, "d");
	gives(&desk, "nobody.example", 1, "");
	gives(&desk, "op-a.example", 2, "a");
	gives(&desk, "op-c.example", 2, "");
	desk_close(&desk);
}

static void what_sets_do_not_say_is_left_to_observations(void **state)
{
	struct desk desk;
	(void)state;
	desk_open(&desk, unclear[0], 2);
	gives(&desk, "op-a.example", 1, "ac");
	gives(&desk, "op-b.example", 1, "a");
	desk_close(&desk);
	desk_open(&desk, unclear[1], 2);
	gives(&desk, "op-a.example", 1, "a");
	gives(&desk, "op-b.example", 1, "ac");
	desk_close(&desk);
}

static void without_memory_it_says_so(void **state)
{
	struct desk desk;
	(void)state;
	desk_open(&desk, plain, sizeof(plain) / sizeof(plain[0]));
	FOR_EACH_FAILURE(allocation)
	{
		struct letter_shortlist list;
		const int error = ask(&desk, "op-a.example", 1, &list);
		assert_true(error == ERR_MEMORY ? list.count == 0 : error == OK && list.count == 3);
		letter_shortlist_release(&list);
	}
	desk_close(&desk);
	assert_int_equal(memory_in_use(), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_operators_domains_are_listed),
		cmocka_unit_test(what_sets_do_not_say_is_left_to_observations),
		cmocka_unit_test(without_memory_it_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
