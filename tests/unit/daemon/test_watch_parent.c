/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parent's end of the watcher: with the real one, and with some that lie or die (fake_watch.c).
 */
#include "daemon/child.h"
#include "daemon/watch_parent.h"
#include "dns/wire/name.h"
#include "fakes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LOOKS 20u
/* Turns of 100 ms: nobody waits that long. */
#define TURNS_MAX 600u

struct bench {
	struct loop *loop;
	struct looker *looker;
	struct complaint complaint;
	uint32_t looked, moved, lost, crashes, failures, silent;
	bool is_named; /* what it crashed over was */
};

static void looked(void *context, const struct wire_looked *result)
{
	struct bench *bench = context;
	bench->looked += result->count;
	bench->moved += result->outcome == LOOK_MOVED;
	bench->silent += result->outcome == LOOK_SILENT;
	if (result->outcome == LOOK_MOVED)
		assert_true(name_equal(result->domain, (const uint8_t *)"\3bad\7example"));
}

static void crashed(void *context, uint32_t lost, const uint8_t *name)
{
	struct bench *bench = context;
	bench->crashes++;
	bench->lost += lost;
	bench->is_named |= name != NULL && name_equal(name, (const uint8_t *)"\3bad\7example");
}

static void failed(void *context)
{
	struct bench *bench = context;
	bench->failures++;
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
	looker_close(bench->looker);
	loop_free(bench->loop);
	return 0;
}

static int begin(struct bench *bench, const char *kind)
{
	const struct looker_settings settings = {
		.loop = bench->loop,
		.worker = {.vantage = "", .scanner = "", .ca_file = ""},
		.looked = looked,
		.crashed = crashed,
		.failed = failed,
		.context = bench,
		/* Fakes say nothing by themselves. */
		.patience_ms = strcmp(kind, "hanging") == 0 ? 2000 : 0,
	};
	assert_int_equal(setenv("DSFI_TEST_WATCH", kind, 1), 0);
	return looker_open(&settings, &bench->looker, &bench->complaint);
}

/* Hands over one after the other, the tenth being bad.example, until all are over. */
static void look_at_all(struct bench *bench)
{
	for (unsigned i = 0; i < LOOKS && bench->failures == 0; i++) {
		const struct look_target target = {
			.domain = (const uint8_t *)(i == 10 ? "\3bad\7example" : "\1a\7example")};
		if (looker_look(bench->looker, &target) != OK)
			break;
		assert_int_equal(loop_turn(bench->loop, 0), OK);
	}
	for (unsigned i = 0;
	     i < TURNS_MAX && bench->failures == 0 && looker_in_flight(bench->looker) > 0; i++)
		assert_int_equal(loop_turn(bench->loop, 100), OK);
}

static void test_honest(void **state)
{
	struct bench *bench = *state;
	assert_int_equal(begin(bench, "honest"), OK);
	look_at_all(bench);
	assert_int_equal(bench->looked, LOOKS);
	assert_int_equal(bench->moved, 1);
	assert_int_equal(bench->crashes + bench->failures, 0);
	assert_int_equal(looker_counts(bench->looker).queries, 1);
}

/* No hint leads anywhere: the real one says so, shut in as it is. */
static void test_real(void **state)
{
	struct bench *bench = *state;
	const struct address nobody = address_from_ipv4((const uint8_t[4]){127, 0, 0, 1}, 9);
	const struct looker_settings settings = {
		.loop = bench->loop,
		.worker = {.vantage = "",
			   .scanner = "",
			   .ca_file = "",
			   .hints = &nobody,
			   .hint_count = 1},
		.looked = looked,
		.failed = failed,
		.context = bench,
	};
	assert_int_equal(setenv("DSFI_TEST_WATCH", "real", 1), 0);
	assert_int_equal(looker_open(&settings, &bench->looker, &bench->complaint), OK);
	const struct look_target target = {.domain = (const uint8_t *)"\1a\7example"};
	assert_int_equal(looker_look(bench->looker, &target), OK);
	for (unsigned i = 0; i < TURNS_MAX && looker_in_flight(bench->looker) > 0; i++)
		assert_int_equal(loop_turn(bench->loop, 100), OK);
	assert_int_equal(bench->silent, 1);
	assert_int_equal(bench->failures, 0);
}

static void test_crash(void **state)
{
	static const char *const kinds[] = {"crashing", "foreign", "hanging"};
	struct bench *bench = *state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		bench->looked = bench->lost = bench->crashes = 0;
		bench->is_named = false;
		assert_int_equal(begin(bench, kinds[i]), OK);
		look_at_all(bench);
		assert_int_equal(bench->crashes, 1);
		assert_true(bench->lost >= 1 && bench->looked + bench->lost == LOOKS);
		assert_true(bench->is_named);
		assert_int_equal(bench->failures, 0);
		looker_close(bench->looker);
		bench->looker = NULL;
	}
}

static void test_no_good(void **state)
{
	static const char *const kinds[] = {"always crashing", "overstating", "failing"};
	struct bench *bench = *state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		bench->failures = 0;
		assert_int_equal(begin(bench, kinds[i]), OK);
		for (unsigned round = 0; round < 10 && bench->failures == 0; round++)
			look_at_all(bench);
		assert_int_equal(bench->failures, 1);
		assert_int_not_equal(looker_error(bench->looker, &bench->complaint), OK);
		assert_true(bench->complaint.text[0] != '\0');
		const struct look_target target = {.domain = (const uint8_t *)"\1a\7example"};
		assert_int_not_equal(looker_look(bench->looker, &target), OK);
		looker_close(bench->looker);
		bench->looker = NULL;
	}
}

static void test_not_started(void **state)
{
	struct bench *bench = *state;
	assert_int_not_equal(begin(bench, "unable"), OK);
	assert_non_null(strstr(bench->complaint.text, "no memory"));
	assert_int_not_equal(begin(bench, "hasty"), OK);
	assert_int_equal(bench->looked, 0);
	assert_null(bench->looker);
}

/* What a child left in its page may be anything. */
static void test_noted(void **state)
{
	static uint8_t page[CHILD_PAGE_OCTETS];
	const struct child child = {.page = page};
	uint8_t name[NAME_MAX_OCTETS];
	(void)state;
	assert_false(child_noted(&(struct child){.page = NULL}, name));
	assert_false(child_noted(&child, name));
	memcpy(page, "\4bank\3tld", 10);
	assert_true(child_noted(&child, name));
	assert_memory_equal(name, "\4bank\3tld", 10);
	memset(page, 0xff, sizeof(page));
	assert_false(child_noted(&child, name));
	/* Labels of one octet to the end of the page; and labels that end behind what a name has.
	 */
	memset(page, 1, sizeof(page));
	assert_false(child_noted(&child, name));
	memset(page, 63, sizeof(page));
	page[256] = 0;
	assert_false(child_noted(&child, name));
	memset(page, 0, sizeof(page));
	page[0] = 64;
	assert_false(child_noted(&child, name));
}

int main(int count, char **words)
{
	int exit_code;
	if (fakes_main(count, words, &exit_code))
		return exit_code;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_noted),
		cmocka_unit_test_setup_teardown(test_honest, setup, teardown),
		cmocka_unit_test_setup_teardown(test_real, setup, teardown),
		cmocka_unit_test_setup_teardown(test_crash, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_good, setup, teardown),
		cmocka_unit_test_setup_teardown(test_not_started, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
