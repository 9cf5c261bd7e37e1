/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parent of a scan with judges of several kinds (fake_judge.c), and sound workers. */
#include "daemon/scan_parent.h"
#include "fakes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define TARGETS 1000

static int run(const char *judge, struct caller *caller, struct scan_progress *progress)
{
	return run_with("plain", judge, caller, progress);
}

/* All come back, and bad.example's says what became of its judge: `crashes` of them. */
static void goes_on_without(const char *judge, unsigned crashes)
{
	struct caller caller = {.targets = TARGETS, .judge_patience_ms = 700};
	struct scan_progress progress;
	if (run(judge, &caller, &progress) != OK)
		fail_msg("%s: %s", judge, said.text);
	assert_int_equal(caller.taken, TARGETS);
	assert_int_equal(caller.bad_taken, 1);
	assert_int_equal(caller.judge_crashed, 1);
	assert_int_equal(caller.crashed + caller.unread, 0);
	assert_int_equal(progress.crashes, crashes);
}

/* What it dies over is known: it is asked in order. */
static void test_crash(void **state)
{
	(void)state;
	goes_on_without("crashing", 1);
}

static void test_hangs(void **state)
{
	(void)state;
	goes_on_without("hanging", 1);
}

/* What somebody kills is not to blame until it has happened very often. */
static void test_killed_from_outside(void **state)
{
	(void)state;
	goes_on_without("killed", KILLS_MAX);
}

/* Who says what cannot be is ended like one that died. */
static void test_lies(void **state)
{
	static const char *const kinds[] = {"escaping", "overwriting", "contradicting", "unknown",
					    "cut",      "unable",      "no verdict"};
	(void)state;
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		goes_on_without(kinds[i], 1);
}

/* Who exits as if it had been killed was not. */
static void test_exits(void **state)
{
	(void)state;
	goes_on_without("exiting", 1);
}

/* Who dies over what we ourselves said of it, too, or says that it cannot read it, is not asked. */
static void test_hopeless(void **state)
{
	(void)state;
	goes_on_without("hopeless", 2);
	goes_on_without("hopeless and blind", 1);
}

static void test_stillborn(void **state)
{
	struct caller caller = {.targets = TARGETS};
	struct scan_progress progress;
	(void)state;
	assert_int_equal(run("stillborn", &caller, &progress), ERR_IO);
	assert_non_null(strstr(said.text, "judge crashes"));
	assert_int_equal(caller.taken, 0);
}

/* It says that it cannot work at all, and why. */
static void test_misfit(void **state)
{
	struct caller caller = {.targets = TARGETS};
	struct scan_progress progress;
	(void)state;
	assert_int_equal(run("misfit", &caller, &progress), ERR_MEMORY);
	assert_string_equal(said.text, "no room.");
	assert_int_equal(caller.taken, 0);
}

/* Answers that nobody asked for: it may be ahead of what it is asked, never of what it is not. */
static void test_eager(void **state)
{
	struct caller caller = {.targets = TARGETS};
	struct scan_progress progress;
	(void)state;
	(void)run("eager", &caller, &progress);
	assert_true(caller.taken <= TARGETS);
	assert_true(progress.crashes > 0);
}

/* While too much waits behind the parent, workers wait; then all goes on, and nobody is to blame.
 */
static void test_backlog(void **state)
{
	struct caller caller = {.targets = TARGETS, .backlog = (size_t)1 << 30};
	struct scan_progress progress;
	(void)state;
	assert_int_equal(run("real", &caller, &progress), OK);
	assert_int_equal(caller.taken, TARGETS);
	assert_true(caller.backlog_polls > 3);
	assert_int_equal(progress.crashes, 0);
}

int main(int count, char **words)
{
	int exit_code;
	if (fakes_main(count, words, &exit_code))
		return exit_code;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_crash),
		cmocka_unit_test(test_hangs),
		cmocka_unit_test(test_killed_from_outside),
		cmocka_unit_test(test_lies),
		cmocka_unit_test(test_exits),
		cmocka_unit_test(test_hopeless),
		cmocka_unit_test(test_stillborn),
		cmocka_unit_test(test_misfit),
		cmocka_unit_test(test_eager),
		cmocka_unit_test(test_backlog),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
