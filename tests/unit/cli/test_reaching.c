/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who wants to know, and a process that crashes, hangs or lies over one of them: what it told
 * stays, the others are tried, and that one is told to have failed. The process is this program. */
#include "base/text.h"
#include "cli/parse.h"
#include "cli/reaching_private.h"
#include "command_line.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define ITEMS_MAX 40u
/* Begun before the first is told of. */
#define IN_FLIGHT 4u

/* --- the process -------------------------------------------------------------------------------
 */

static bool is(const struct reaching_item *item, const char *what)
{
	return strncmp(item->value, what, strlen(what)) == 0;
}

static void tell_one(size_t index, const struct reaching_item *item)
{
	struct reaching_result result = {.index = index, .state = REACHING_WORKED, .words = "fine"};
	if (is(item, "crash"))
		_exit(9);
	if (is(item, "hang"))
		pause();
	if (is(item, "lie"))
		printf("told %zu 1 0 0 0 0\n", index);
	if (is(item, "long"))
		printf("told %zu 1 0 0 0 0 %1300d\n", index, 7);
	if (is(item, "twice"))
		reaching_result_write(stdout, &result);
	if (is(item, "other"))
		result.index = index + 1000;
	if (is(item, "signal"))
		(void)kill(getppid(), SIGTERM);
	if (is(item, "signal"))
		pause();
	reaching_result_write(stdout, &result);
	/* In one piece with what it told. */
	if (is(item, "behind"))
		printf("and more\n");
	fflush(stdout);
	if (is(item, "stay"))
		pause();
}

static int play(void)
{
	static char lines[ITEMS_MAX][REACHING_LINE_MAX];
	struct reaching_item items[ITEMS_MAX];
	size_t indices[ITEMS_MAX], count = 0, begun = 0;
	while (count < ITEMS_MAX && fgets(lines[count], sizeof(lines[0]), stdin) != NULL) {
		lines[count][strcspn(lines[count], "\n")] = '\0';
		if (reaching_order_read(lines[count], &indices[count], &items[count]) != OK)
			return 2;
		count++;
	}
	if (is(&items[0], "unable"))
		return EXIT_USAGE;
	if (is(&items[0], "early"))
		(void)raise(SIGKILL);
	const size_t ahead = is(&items[0], "behind") ? 1 : IN_FLIGHT;
	for (size_t i = 0; i < count; i++) {
		for (; begun < count && begun < i + ahead; begun++)
			reaching_begun_write(stdout, indices[begun]);
		fflush(stdout);
		tell_one(indices[i], &items[i]);
	}
	return 0;
}

/* --- who wants to know -------------------------------------------------------------------------
 */

struct bench {
	struct complaint complaint;
	size_t told[ITEMS_MAX];
	enum reaching_state states[ITEMS_MAX];
	char words[ITEMS_MAX][REACH_WORDS_MAX];
	int take_error;
};

static int take(void *context, const struct reaching_result *result)
{
	struct bench *bench = context;
	assert_true(result->index < ITEMS_MAX);
	bench->told[result->index]++;
	bench->states[result->index] = result->state;
	(void)snprintf(bench->words[result->index], REACH_WORDS_MAX, "%s", result->words);
	return bench->take_error;
}

static int run_as(struct bench *bench, const char *const *values, size_t count, const char *from)
{
	const char *const words[] = {"party", "check", "--timeout", "1s", "--from", from, NULL};
	struct reaching_item items[ITEMS_MAX];
	struct options options;
	const int take_error = bench->take_error;
	*bench = (struct bench){.take_error = take_error};
	for (size_t i = 0; i < count; i++)
		items[i] = (struct reaching_item){.kind = REACHING_MAIL, .value = values[i]};
	assert_int_equal(parse_line(&options, words, &bench->complaint), OK);
	const struct reaching reaching = {
		.items = items, .count = count, .take = take, .context = bench, .patience_ms = 1};
	const int error = reaching_run(&options, &reaching, &bench->complaint);
	options_release(&options);
	return error;
}

static int run(struct bench *bench, const char *const *values, size_t count)
{
	return run_as(bench, values, count, "");
}

static void test_honest(void **state)
{
	struct bench bench = {.take_error = OK};
	const char *values[ITEMS_MAX];
	(void)state;
	for (size_t i = 0; i < ITEMS_MAX; i++)
		values[i] = "a@a.example";
	assert_int_equal(run(&bench, values, ITEMS_MAX), OK);
	for (size_t i = 0; i < ITEMS_MAX; i++)
		assert_true(bench.told[i] == 1 && bench.states[i] == REACHING_WORKED);
}

/* Each once, and two of them side by side in one run. */
static void test_one_spoils_it(void **state)
{
	static const struct {
		const char *value, *words;
	} rows[] = {{"crash@a.example", "crashed"},
		    {"lie@a.example", "cannot be"},
		    {"long@a.example", "cannot be"},
		    {"other@a.example", "cannot be"}};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bench bench = {.take_error = OK};
		const char *const values[] = {"a@a.example", rows[i].value,    "b@a.example",
					      "c@a.example", "d@a.example",    "e@a.example",
					      rows[i].value, "crash@a.example"};
		assert_int_equal(run(&bench, values, 8), OK);
		for (size_t j = 0; j < 8; j++) {
			const bool is_bad = j == 1 || j > 5;
			assert_int_equal(bench.told[j], 1);
			assert_int_equal(bench.states[j],
					 is_bad ? REACHING_FAILED : REACHING_WORKED);
			if (is_bad && j < 7)
				assert_non_null(strstr(bench.words[j], rows[i].words));
		}
	}
}

static void test_hangs(void **state)
{
	struct bench bench = {.take_error = OK};
	static const char *const values[] = {"hang@a.example", "b@a.example"};
	(void)state;
	assert_int_equal(run(&bench, values, 2), OK);
	assert_true(bench.told[0] == 1 && bench.states[0] == REACHING_FAILED);
	assert_non_null(strstr(bench.words[0], "hung"));
	assert_true(bench.told[1] == 1 && bench.states[1] == REACHING_WORKED);
}

/* It tells one twice: the first time stays, and the others come. */
static void test_twice(void **state)
{
	struct bench bench = {.take_error = OK};
	static const char *const values[] = {"twice@a.example", "b@a.example", "c@a.example"};
	(void)state;
	assert_int_equal(run(&bench, values, 3), OK);
	for (size_t i = 0; i < 3; i++)
		assert_true(bench.told[i] == 1 && bench.states[i] == REACHING_WORKED);
}

/* It says what cannot be once all is told that it was asked for, or begun with: that stays. */
static void test_more_behind(void **state)
{
	struct bench bench = {.take_error = OK};
	static const char *const alone[] = {"crash@a.example", "behind@a.example"};
	static const char *const last[] = {"behind@a.example", "b@a.example", "behind@b.example"};
	(void)state;
	assert_int_equal(run(&bench, alone, 2), OK);
	assert_true(bench.told[0] == 1 && bench.states[0] == REACHING_FAILED);
	assert_true(bench.told[1] == 1 && bench.states[1] == REACHING_WORKED);
	assert_int_equal(run(&bench, last, 3), OK);
	for (size_t i = 0; i < 3; i++)
		assert_true(bench.told[i] == 1 && bench.states[i] == REACHING_WORKED);
}

/* It has told all and does not end: nobody waits for it. */
static void test_stays(void **state)
{
	struct bench bench = {.take_error = OK};
	static const char *const values[] = {"a@a.example", "stay@a.example"};
	(void)state;
	alarm(60);
	assert_int_equal(run(&bench, values, 2), OK);
	alarm(0);
	for (size_t i = 0; i < 2; i++)
		assert_true(bench.told[i] == 1 && bench.states[i] == REACHING_WORKED);
}

static void test_interrupted(void **state)
{
	struct bench bench = {.take_error = OK};
	static const char *const values[] = {"a@a.example", "signal@a.example", "b@a.example"};
	(void)state;
	assert_int_equal(run(&bench, values, 3), ERR_INTERRUPTED);
	assert_int_equal(bench.told[0], 1);
	assert_true(bench.told[1] == 0 && bench.told[2] == 0);
}

static void test_not_begun(void **state)
{
	struct bench bench = {.take_error = OK};
	static const char *const unable[] = {"unable@a.example"};
	static const char *const early[] = {"early@a.example"};
	static const char *const none[] = {"a@a.example and more"};
	static const char *const one[] = {"a@a.example"};
	(void)state;
	assert_int_equal(run(&bench, unable, 1), ERR_ARGUMENT);
	assert_int_equal(run(&bench, early, 1), ERR_DAMAGED);
	assert_non_null(strstr(bench.complaint.text, "crashed before it tried any"));
	assert_int_equal(run(&bench, none, 1), ERR_ARGUMENT);
	assert_int_equal(run_as(&bench, one, 1, "a@b.example>\r\nRCPT TO:<x@y.example"),
			 ERR_ARGUMENT);
	assert_non_null(strstr(bench.complaint.text, "--from"));
	assert_int_equal(bench.told[0], 0);
	bench.take_error = ERR_FORMAT;
	assert_int_equal(run(&bench, one, 1), ERR_FORMAT);
	assert_int_equal(bench.told[0], 1);
}

int main(int count, char **words)
{
	if (count > 1 && strcmp(words[1], "reach") == 0)
		return play();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_honest),      cmocka_unit_test(test_one_spoils_it),
		cmocka_unit_test(test_hangs),       cmocka_unit_test(test_twice),
		cmocka_unit_test(test_more_behind), cmocka_unit_test(test_stays),
		cmocka_unit_test(test_interrupted), cmocka_unit_test(test_not_begun),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
