/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/judge_process.h"
#include "daemon/keep_process.h"
#include "daemon/parents_process.h"
#include "daemon/scan_worker.h"
#include "daemon/watch_process.h"
#include "dns/wire/name.h"
#include "fakes.h"
#include "model/observation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct complaint said;

int next_target(void *context, uint8_t *ret_name)
{
	struct caller *caller = context;
	char text[32];
	struct name name;
	if (caller->given == caller->targets)
		return ERR_NOT_FOUND;
	(void)snprintf(text, sizeof(text), "n%u.example", caller->given);
	if (++caller->given == 100)
		memcpy(text, "bad.example", 12);
	assert_int_equal(name_from_text(text, &name, NULL), OK);
	name_copy(ret_name, name.octets);
	return OK;
}

/* The judge that is asked here has said why nothing was measured, if so. */
int take_observation(void *context, const struct scan_taken *taken)
{
	struct caller *caller = context;
	const bool is_bad = taken->domain[1] == 'b';
	struct observation observation;
	struct arena arena;
	arena_init(&arena, (size_t)1 << 20, 0);
	assert_int_equal(observation_decode(&arena, taken->encoded, taken->encoded_size,
					    &observation, NULL),
			 OK);
	assert_true(name_equal(observation.domain, taken->domain));
	const char *why = observation.not_measured;
	caller->taken++;
	caller->bad_taken += is_bad;
	caller->foreign += taken->domain[1] == 'x';
	if (why != NULL) {
		caller->crashed += strcmp(why, "worker crashed") == 0;
		caller->unread += strstr(why, "could not be read") != NULL;
		caller->too_much += strstr(why, "room") != NULL;
		caller->judge_crashed += strcmp(why, "judge crashed") == 0;
		assert_false(taken->judged->is_measured);
	}
	arena_release(&arena);
	return caller->take_error;
}

/* After some looks at it, what waited is gone. */
static size_t backlog(void *context)
{
	struct caller *caller = context;
	if (caller->backlog > 0 && ++caller->backlog_polls > 3)
		caller->backlog = 0;
	return caller->backlog;
}

int run_with(const char *worker, const char *judge, struct caller *caller,
	     struct scan_progress *progress)
{
	const struct clock clock = clock_system();
	struct loop *loop;
	assert_int_equal(loop_new(&clock, &loop), OK);
	const struct scan_parent_settings settings = {
		.loop = loop,
		.worker_count = 2,
		.worker = {.vantage = "here",
			   .scanner = "test",
			   .domains_in_flight = 50,
			   .rate_per_server = caller->rate_per_server},
		.network_patience_ms = 1000,
		.judge_patience_ms = caller->judge_patience_ms,
		.judges = true,
		.next = next_target,
		.take = take_observation,
		.backlog = backlog,
		.context = caller,
	};
	said.text[0] = 0;
	assert_int_equal(setenv("DSFI_TEST_WORKER", worker, 1), 0);
	assert_int_equal(setenv("DSFI_TEST_JUDGE", judge, 1), 0);
	int error = scan_parent_run(&settings, &said, progress);
	loop_free(loop);
	return error;
}

/* What the real judge prints of a domain; of bad.example too much, if it shall. */
static int tell(const struct wire_judging *settings, const struct observation *observation,
		const struct judgement *judgement, struct text *text)
{
	const char *kind = getenv("DSFI_TEST_JUDGE");
	(void)settings, (void)judgement;
	if (observation->domain[1] == 'b' && strcmp(kind, "too much") == 0 &&
	    observation->not_measured == NULL)
		return ERR_LIMIT;
	text_add(text, "told\n");
	return OK;
}

bool fakes_main(int count, char **words, int *ret_exit_code)
{
	const char *worker = getenv("DSFI_TEST_WORKER"), *judge = getenv("DSFI_TEST_JUDGE");
	const char *keep = getenv("DSFI_TEST_KEEP"), *watch = getenv("DSFI_TEST_WATCH");
	const char *parents = getenv("DSFI_TEST_PARENTS");
	if (count < 2)
		return false;
	if (strcmp(words[1], WORKER_SUBCOMMAND) == 0)
		*ret_exit_code =
			strcmp(worker, "real") == 0 ? scan_worker_main() : fake_worker_main(worker);
	else if (strcmp(words[1], JUDGE_SUBCOMMAND) == 0)
		*ret_exit_code = strcmp(judge, "real") == 0 || strcmp(judge, "too much") == 0
					 ? judge_process_main(tell)
					 : fake_judge_main(judge);
	else if (strcmp(words[1], KEEP_SUBCOMMAND) == 0)
		*ret_exit_code =
			strcmp(keep, "real") == 0 ? keep_process_main() : fake_keep_main(keep);
	else if (strcmp(words[1], WATCHER_SUBCOMMAND) == 0)
		*ret_exit_code =
			strcmp(watch, "real") == 0 ? watch_process_main() : fake_watch_main(watch);
	else if (strcmp(words[1], PARENTS_SUBCOMMAND) == 0)
		*ret_exit_code = strcmp(parents, "real") == 0 ? parents_process_main()
							      : fake_parents_main(parents);
	else
		return false;
	return true;
}
