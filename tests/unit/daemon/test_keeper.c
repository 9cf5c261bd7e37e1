/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parent's end of the keeper: with the real one, and with some that lie or die (fake_keep.c).
 */
#include "base/arena.h"
#include "daemon/keeper.h"
#include "dns/wire/name.h"
#include "fakes.h"
#include "model/observation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct bench {
	struct loop *loop;
	struct keeper *keeper;
	struct wire_run run;
	struct complaint complaint;
	unsigned failures;
	char folder[64], path[96];
};

static int setup(void **state)
{
	const struct clock clock = clock_system();
	static struct bench bench;
	bench = (struct bench){.folder = "/tmp/dsfi-keeper.XXXXXX"};
	if (mkdtemp(bench.folder) == NULL || loop_new(&clock, &bench.loop) != OK)
		return -1;
	(void)snprintf(bench.path, sizeof(bench.path), "%s/kept.db", bench.folder);
	*state = &bench;
	return 0;
}

static int teardown(void **state)
{
	struct bench *bench = *state;
	keeper_close(bench->keeper);
	loop_free(bench->loop);
	static const char *const ends[] = {"", "-wal", "-shm"};
	for (unsigned i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		char path[128];
		(void)snprintf(path, sizeof(path), "%s/kept.db%s", bench->folder, ends[i]);
		(void)unlink(path);
	}
	(void)rmdir(bench->folder);
	return 0;
}

static void failed(void *context)
{
	struct bench *bench = context;
	bench->failures++;
}

static int begin(struct bench *bench, const char *kind, bool resumes)
{
	const struct keeper_settings settings = {
		.path = bench->path,
		.run = {.started_s = 1700000000,
			.domains = 10,
			.profile = "default",
			.vantage = "here"},
		.resumes = resumes,
		.failed = failed,
		.context = bench,
	};
	assert_int_equal(setenv("DSFI_TEST_KEEP", kind, 1), 0);
	bench->complaint.text[0] = 0;
	return keeper_open(bench->loop, &settings, &bench->keeper, &bench->run, &bench->complaint);
}

static void end(struct bench *bench)
{
	keeper_close(bench->keeper);
	bench->keeper = NULL;
}

/* An observation of that name, with a finding of `code`. */
static int add(struct bench *bench, const char *text, const char *code)
{
	struct finding finding = {.code = code,
				  .domain = text,
				  .severity = SEVERITY_ERROR,
				  .party = PARTY_DNS_OPERATOR,
				  .sentence = "it is so",
				  .reference = "RFC 1034"};
	const struct judgement judgement = {.findings = &finding, .finding_count = 1};
	struct observation_builder builder;
	struct arena arena;
	struct name name;
	struct wire_keep keep;
	uint8_t encoded[1024];
	arena_init(&arena, 65536, 0);
	assert_int_equal(name_from_text(text, &name, NULL), OK);
	observation_builder_init(&builder, &arena, name.octets);
	builder.observation.started_s = 1700000001;
	builder.observation.vantage = "here";
	builder.observation.scanner = "test";
	assert_int_equal(observation_encode(&builder.observation, encoded, sizeof(encoded),
					    &keep.encoded_size),
			 OK);
	keep.encoded = encoded;
	assert_int_equal(wire_verdict_write(&arena, &judgement, &keep.verdict, &keep.verdict_size),
			 OK);
	int error = keeper_add(bench->keeper, &keep);
	arena_release(&arena);
	return error;
}

static int count_domain(void *context, const uint8_t *domain, const uint8_t *encoded, size_t size)
{
	unsigned *count = context;
	(void)domain, (void)encoded, (void)size;
	++*count;
	return OK;
}

static int count_finding(void *context, const struct store_finding *found)
{
	unsigned *count = context;
	assert_string_equal(found->finding.code, "SERVER-NO-TCP");
	assert_string_equal(found->finding.sentence, "it is so");
	++*count;
	return OK;
}

/* What a reader finds. */
static void holds(struct bench *bench, unsigned expected)
{
	struct store *store;
	unsigned domains = 0, findings = 0;
	const struct store_filter filter = {.run = bench->run.id};
	assert_int_equal(store_open(bench->path, STORE_READ, &store, &bench->complaint), OK);
	assert_int_equal(store_domains(store, bench->run.id, count_domain, &domains, NULL), OK);
	assert_int_equal(store_findings(store, &filter, count_finding, &findings, NULL), OK);
	store_close(store);
	assert_int_equal(domains, expected);
	assert_int_equal(findings, expected);
}

static bool is_alone(const struct bench *bench)
{
	char path[128];
	(void)snprintf(path, sizeof(path), "%s-wal", bench->path);
	return access(path, F_OK) != 0;
}

static void test_keeps(void **state)
{
	struct bench *bench = *state;
	assert_int_equal(begin(bench, "real", false), OK);
	assert_false(bench->run.is_resumed);
	assert_string_equal(bench->run.profile, "default");
	assert_int_equal(add(bench, "a.example", "SERVER-NO-TCP"), OK);
	assert_int_equal(add(bench, "b.example", "SERVER-NO-TCP"), OK);
	assert_int_equal(keeper_kept(bench->keeper), 0);
	assert_int_equal(keeper_commit(bench->keeper), OK);
	for (unsigned turn = 0; turn < 100 && keeper_kept(bench->keeper) == 0; turn++)
		assert_int_equal(loop_turn(bench->loop, 100), OK);
	assert_int_equal(keeper_kept(bench->keeper), 2);
	holds(bench, 2);
	assert_int_equal(add(bench, "c.example", "SERVER-NO-TCP"), OK);
	assert_int_equal(keeper_finish(bench->keeper, 1700000100, &bench->complaint), OK);
	assert_int_equal(keeper_kept(bench->keeper), 3);
	assert_true(is_alone(bench));
	holds(bench, 3);
	assert_int_equal(bench->failures, 0);
}

/* What was not committed is not kept, and is gone on with. */
static void test_goes_on(void **state)
{
	struct bench *bench = *state;
	assert_int_equal(begin(bench, "real", true), OK);
	assert_false(bench->run.is_resumed); /* there was none */
	assert_int_equal(add(bench, "a.example", "SERVER-NO-TCP"), OK);
	assert_int_equal(keeper_finish(bench->keeper, 0, &bench->complaint), OK);
	end(bench);
	const int64_t run = bench->run.id;
	assert_int_equal(begin(bench, "real", true), OK);
	assert_true(bench->run.is_resumed);
	assert_int_equal(bench->run.id, run);
	assert_int_equal(add(bench, "b.example", "SERVER-NO-TCP"), OK);
	end(bench);
	assert_true(is_alone(bench));
	holds(bench, 1);
}

/* A second one finds the store taken; and one that is none is named. */
static void test_store_cannot_be_had(void **state)
{
	struct bench *bench = *state, other = *bench;
	assert_int_equal(begin(bench, "real", false), OK);
	other.keeper = NULL;
	assert_int_equal(begin(&other, "real", false), ERR_BUSY);
	assert_non_null(strstr(other.complaint.text, "is writing to it"));
	(void)snprintf(other.path, sizeof(other.path), "%s", bench->folder);
	assert_int_equal(begin(&other, "real", false), ERR_ARGUMENT);
	assert_non_null(strstr(other.complaint.text, "not a regular file"));
	(void)snprintf(other.path, sizeof(other.path), "/nowhere/\xc3\xa4.db");
	assert_int_equal(begin(&other, "real", false), ERR_NOT_FOUND);
	assert_non_null(strstr(other.complaint.text, "/nowhere/\xc3\xa4.db"));
	(void)snprintf(other.path, sizeof(other.path), "/nowhere/\xe9\n.db");
	assert_int_equal(begin(&other, "real", false), ERR_NOT_FOUND);
	assert_non_null(strstr(other.complaint.text, "/nowhere/??.db"));
	(void)snprintf(other.path, sizeof(other.path), "%s", "");
	assert_int_equal(begin(&other, "real", false), ERR_ARGUMENT);
}

/* A code that the catalogue does not have is not a verdict: nothing since the commit is kept. */
static void test_no_verdict(void **state)
{
	struct bench *bench = *state;
	struct complaint complaint;
	assert_int_equal(begin(bench, "real", false), OK);
	assert_int_equal(add(bench, "a.example", "SERVER-NO-TCP"), OK);
	assert_int_equal(add(bench, "b.example", "NO-SUCH-CHECK"), OK);
	assert_int_equal(keeper_finish(bench->keeper, 1700000100, &bench->complaint), ERR_FORMAT);
	assert_non_null(strstr(bench->complaint.text, "b.example"));
	assert_int_equal(keeper_error(bench->keeper, &complaint), ERR_FORMAT);
	assert_int_equal(add(bench, "c.example", "SERVER-NO-TCP"), ERR_FORMAT);
	assert_int_equal(keeper_commit(bench->keeper), ERR_FORMAT);
	end(bench);
	holds(bench, 0);
}

static void fails(struct bench *bench, const char *kind, int error, const char *words)
{
	struct complaint complaint;
	assert_int_equal(begin(bench, kind, false), OK);
	bench->failures = 0;
	assert_int_equal(add(bench, "a.example", "SERVER-NO-TCP"), OK);
	assert_int_equal(keeper_commit(bench->keeper), OK);
	for (unsigned turn = 0; turn < 50 && bench->failures == 0; turn++)
		assert_int_equal(loop_turn(bench->loop, 100), OK);
	assert_int_equal(bench->failures, 1);
	assert_int_equal(keeper_error(bench->keeper, &complaint), error);
	if (strstr(complaint.text, words) == NULL)
		fail_msg("%s: %s", kind, complaint.text);
	assert_int_equal(keeper_kept(bench->keeper), 0);
	assert_int_equal(keeper_finish(bench->keeper, 0, &complaint), error);
	end(bench);
}

/* Each is told once, in words, and nothing is believed kept. */
static void test_lies_and_deaths(void **state)
{
	struct bench *bench = *state;
	fails(bench, "killed", ERR_IO, "was killed");
	fails(bench, "crashing", ERR_IO, "has crashed");
	fails(bench, "overstating", ERR_IO, "has crashed");
	fails(bench, "beginning twice", ERR_IO, "has crashed");
	fails(bench, "escaping", ERR_IO, "has crashed");
	fails(bench, "failing", ERR_MEMORY, "no memory");
	assert_int_equal(begin(bench, "runless", false), ERR_IO);
}

/* An acknowledgement of what it was not asked to keep. */
static void test_unasked(void **state)
{
	struct bench *bench = *state;
	assert_int_equal(begin(bench, "unasked", false), OK);
	assert_int_equal(add(bench, "a.example", "SERVER-NO-TCP"), OK);
	for (unsigned turn = 0; turn < 50 && bench->failures == 0; turn++)
		assert_int_equal(loop_turn(bench->loop, 100), OK);
	assert_int_equal(bench->failures, 1);
	assert_int_equal(keeper_kept(bench->keeper), 0);
}

/* A disk that takes nothing, and somebody who does not want to wait for it. */
static void test_interrupted(void **state)
{
	struct bench *bench = *state;
	assert_int_equal(begin(bench, "interrupting", false), OK);
	assert_int_equal(add(bench, "a.example", "SERVER-NO-TCP"), OK);
	assert_int_equal(keeper_finish(bench->keeper, 0, &bench->complaint), ERR_INTERRUPTED);
	assert_non_null(strstr(bench->complaint.text, "interrupted"));
	assert_int_equal(keeper_kept(bench->keeper), 0);
}

int main(int count, char **words)
{
	int exit_code;
	if (fakes_main(count, words, &exit_code))
		return exit_code;
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_keeps, setup, teardown),
		cmocka_unit_test_setup_teardown(test_goes_on, setup, teardown),
		cmocka_unit_test_setup_teardown(test_store_cannot_be_had, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_verdict, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lies_and_deaths, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unasked, setup, teardown),
		cmocka_unit_test_setup_teardown(test_interrupted, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
