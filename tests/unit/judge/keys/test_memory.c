/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fold with the first, second, third ... allocation failing: an error, nothing leaked. GMP's
 * own memory is not ours to refuse; see keys.h. */
#include "base/arena.h"
#include "dns/wire/name.h"
#include "dns/wire/rdata.h"
#include "dns/wire/type.h"
#include "failing_memory.h"
#include "judge/keys/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* 3 x 5 and 5 x 7 as moduli, which share a prime, and a key at two operators. */
static const char *const lines[] = {
	"a.example. 60 IN DNSKEY 257 3 8 AQMP",
	"b.example. 60 IN DNSKEY 257 3 8 AQMj",
	"c.example. 60 IN DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
	"d.example. 60 IN DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=",
	"c.example. 60 IN NS ns.one.org.",
	"d.example. 60 IN NS ns.two.org.",
};
#define LINES (sizeof(lines) / sizeof(lines[0]))

static int count_finding(void *context, const struct finding *finding)
{
	assert_non_null(finding->sentence);
	++*(unsigned *)context;
	return OK;
}

static int add_lines(struct keys *keys, const struct record *records)
{
	int error = OK;

	for (size_t i = 0; i < LINES && error == OK; i++)
		error = keys_add_record(keys, &records[i]);
	return error;
}

/* New, filled, merged into another one, finished. */
static int fold(const struct record *records, unsigned *ret_findings)
{
	const struct keys_output output = {.take = count_finding, .context = ret_findings};
	struct random random;

	random_seeded(&random, 1);
	struct keys *keys = keys_new(&random);
	struct keys *other = keys_new(&random);
	int error = keys && other ? add_lines(other, records) : ERR_MEMORY;

	if (error == OK)
		error = keys_merge(keys, other);
	if (error == OK)
		error = keys_finish(keys, &output);
	keys_free(keys);
	keys_free(other);
	return error;
}

static void test_failing(void **state)
{
	struct record records[LINES];
	unsigned failures = 0;
	struct arena arena;

	arena_init(&arena, 1 << 20, 0);
	for (size_t i = 0; i < LINES; i++)
		assert_int_equal(record_from_text(&arena, lines[i], &records[i], NULL), OK);
	const long before = memory_in_use();

	FOR_EACH_FAILURE(allocation)
	{
		unsigned findings = 0;
		const int error = fold(records, &findings);

		assert_int_equal(error, memory_has_failed() ? ERR_MEMORY : OK);
		assert_int_equal(memory_in_use(), before);
		if (error == OK)
			assert_int_equal(findings, 4);
		else
			failures++;
	}
	assert_in_range(failures, 20, 200);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_failing)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
