/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parent's end of the process that asks parents: with the real one, and with some that lie or
 * die (fake_parents.c). */
#include "daemon/parents_parent.h"
#include "dns/wire/name.h"
#include "fakes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DOMAINS 3u
#define DOMAINS_MANY 100u

struct bench {
	struct loop *loop;
	struct parents *parents;
	struct complaint complaint;
	unsigned addresses, silent, domains, ends;
	size_t count; /* of domains; 0: DOMAINS */
	size_t longest, octets;
	int take_error;
	int error;
	char words[COMPLAINT_MAX];
};

static int take_parent(void *context, const struct wire_parent *parent)
{
	struct bench *bench = context;
	assert_int_equal(parent->domain, bench->domains);
	assert_int_equal(bench->ends, 0);
	bench->addresses++;
	bench->silent += parent->ns == NULL;
	if (parent->ns_size > bench->longest)
		bench->longest = parent->ns_size;
	bench->octets += parent->ns_size;
	assert_null(parent->ds);
	return bench->take_error;
}

static void take_parents(void *context, const struct wire_parents *parents)
{
	struct bench *bench = context;
	assert_int_equal(parents->domain, bench->domains);
	bench->domains++;
}

static void over(void *context, int error, const char *words)
{
	struct bench *bench = context;
	bench->ends++;
	bench->error = error;
	if (words != NULL) {
		assert_true(strlen(words) < sizeof(bench->words));
		memcpy(bench->words, words, strlen(words) + 1);
	}
	loop_stop(bench->loop);
}

static int setup(void **state)
{
	const struct clock clock = clock_system();
	static struct bench bench;
	bench = (struct bench){.complaint = {""}};
	*state = &bench;
	return loop_new(&clock, &bench.loop);
}

static int teardown(void **state)
{
	struct bench *bench = *state;
	parents_close(bench->parents);
	loop_free(bench->loop);
	return 0;
}

static void run(struct bench *bench, const char *kind, uint32_t patience_ms, uint32_t progress_ms)
{
	const uint8_t *domains[DOMAINS_MANY];
	const struct address nobody = address_from_ipv4((const uint8_t[4]){127, 0, 0, 1}, 9);
	const struct parents_settings settings = {
		.loop = bench->loop,
		.worker = {.vantage = "",
			   .scanner = "",
			   .ca_file = "",
			   .hints = &nobody,
			   .hint_count = 1},
		.domains = domains,
		.count = bench->count > 0 ? bench->count : DOMAINS,
		.parent = take_parent,
		.parents = take_parents,
		.over = over,
		.context = bench,
		.patience_ms = patience_ms,
		.progress_ms = progress_ms,
	};
	for (size_t i = 0; i < DOMAINS_MANY; i++)
		domains[i] = (const uint8_t *)"\1a\7example";
	parents_close(bench->parents);
	bench->parents = NULL;
	bench->addresses = bench->silent = bench->domains = bench->ends = 0;
	bench->words[0] = '\0';
	assert_int_equal(setenv("DSFI_TEST_PARENTS", kind, 1), 0);
	assert_int_equal(parents_open(&settings, &bench->parents, &bench->complaint), OK);
	assert_int_equal(loop_run(bench->loop), OK);
	/* Nothing more comes, whatever it goes on to say. */
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(loop_turn(bench->loop, 10), OK);
	assert_int_equal(bench->ends, 1);
}

static void test_honest(void **state)
{
	struct bench *bench = *state;
	run(bench, "honest", 0, 0);
	assert_int_equal(bench->error, OK);
	assert_string_equal(bench->words, "");
	assert_int_equal(bench->domains, DOMAINS);
	assert_int_equal(bench->addresses, 2 * DOMAINS);
	assert_int_equal(bench->silent, 2);
	assert_int_equal(bench->longest, WIRE_ANSWER_OCTETS_MAX);
}

/* No hint leads anywhere: the real one says so, shut in as it is. */
static void test_real(void **state)
{
	struct bench *bench = *state;
	run(bench, "real", 0, 0);
	assert_int_equal(bench->error, OK);
	assert_string_equal(bench->words, "");
	assert_int_equal(bench->domains, DOMAINS);
	assert_int_equal(bench->addresses, 0);
}

/* What it said before stays; the rest is lost, and that is no error. */
static void test_dies(void **state)
{
	static const char *const kinds[] = {"crashing", "killed", "leaving"};
	struct bench *bench = *state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		run(bench, kinds[i], 0, 0);
		assert_int_equal(bench->error, OK);
		assert_non_null(strstr(bench->words, "crashed"));
		assert_int_equal(bench->domains, 1);
		assert_int_equal(bench->addresses, 2);
	}
}

static void test_lies(void **state)
{
	static const char *const kinds[] = {"foreign",   "malformed",  "too long",
					    "skipping",  "going back", "miscounting",
					    "repeating", "endless",    "of other domains"};
	struct bench *bench = *state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		run(bench, kinds[i], 0, 0);
		assert_int_equal(bench->error, OK);
		assert_non_null(strstr(bench->words, "what cannot be"));
		assert_int_equal(bench->domains, 1);
		assert_in_range(bench->addresses, 2, 2 + 32);
	}
}

static void test_too_much(void **state)
{
	struct bench *bench = *state;
	bench->count = DOMAINS_MANY;
	run(bench, "talkative", 0, 0);
	assert_int_equal(bench->error, OK);
	assert_non_null(strstr(bench->words, "what cannot be"));
	assert_in_range(bench->octets, PARENTS_OCTETS_MAX / 2, PARENTS_OCTETS_MAX);
}

static void test_hangs(void **state)
{
	struct bench *bench = *state;
	run(bench, "hanging", 2000, 0);
	assert_int_equal(bench->error, OK);
	assert_non_null(strstr(bench->words, "hung"));
	assert_int_equal(bench->domains, 1);
	/* It lives, and nothing comes of it. */
	run(bench, "idle", 4000, 2000);
	assert_int_equal(bench->error, OK);
	assert_non_null(strstr(bench->words, "hung"));
	assert_int_equal(bench->domains, 1);
}

static void test_not_started(void **state)
{
	struct bench *bench = *state;
	run(bench, "unable", 0, 0);
	assert_int_equal(bench->error, ERR_MEMORY);
	assert_non_null(strstr(bench->words, "no memory"));
	run(bench, "hasty", 0, 0);
	assert_int_equal(bench->error, OK);
	assert_non_null(strstr(bench->words, "what cannot be"));
	assert_int_equal(bench->domains, 0);
}

static void test_caller_ends_it(void **state)
{
	struct bench *bench = *state;
	bench->take_error = ERR_MEMORY;
	run(bench, "honest", 0, 0);
	assert_int_equal(bench->error, ERR_MEMORY);
	assert_int_equal(bench->addresses, 1);
}

int main(int count, char **words)
{
	int exit_code;
	if (fakes_main(count, words, &exit_code))
		return exit_code;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_honest, setup, teardown),
		cmocka_unit_test_setup_teardown(test_real, setup, teardown),
		cmocka_unit_test_setup_teardown(test_dies, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lies, setup, teardown),
		cmocka_unit_test_setup_teardown(test_too_much, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hangs, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_started, setup, teardown),
		cmocka_unit_test_setup_teardown(test_caller_ends_it, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
