/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of faults and behaviours against the catalogue of checks and the format's page. */
#include "base/memory.h"
#include "os/file.h"
#include "world/fault.h"
#include "world/trait.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *read_source(const char *name)
{
	char path[4096];
	char *data;
	size_t size;
	const char *source = getenv("DSFI_SOURCE");
	if (!source)
		skip();
	snprintf(path, sizeof(path), "%s/%s", source, name);
	assert_int_equal(file_read(path, 1 << 20, NULL, &data, &size), 0);
	return data;
}

static bool has_line_with(const char *text, const char *start)
{
	char with_break[1100];
	snprintf(with_break, sizeof(with_break), "\n%s", start);
	return strstr(text, with_break) != NULL;
}

/* A row of what is seen only of many domains side by side, which no fault of one can show. */
static bool is_of_many(const char *line)
{
	const char *end = strchr(line, '\n');
	const char *need = strstr(line, "| many ");
	return need && (!end || need < end);
}

/* Every code is a check, and every check but none is missing: each has a fault that shows it. */
static void test_catalogue(void **state)
{
	char *catalogue = read_source("catalog/checks");
	for (enum fault i = 0; i < FAULT_COUNT; i++)
		assert_true(has_line_with(catalogue, fault_row(i)->code));
	for (enum behaviour i = 0; i < BEHAVIOUR_COUNT; i++)
		assert_true(has_line_with(catalogue, behaviour_row(i)->code));
	for (const char *line = catalogue; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		size_t length = strcspn(line, " |\n");
		bool is_shown = length == 0 || *line == '#' || is_of_many(line);
		for (enum fault i = 0; i < FAULT_COUNT; i++)
			is_shown |= strlen(fault_row(i)->code) == length &&
				    strncmp(line, fault_row(i)->code, length) == 0;
		for (enum behaviour i = 0; i < BEHAVIOUR_COUNT; i++)
			is_shown |= strlen(behaviour_row(i)->code) == length &&
				    strncmp(line, behaviour_row(i)->code, length) == 0;
		for (enum trait i = 0; i < TRAIT_COUNT; i++)
			is_shown |= strlen(trait_row(i)->code) == length &&
				    strncmp(line, trait_row(i)->code, length) == 0;
		if (!is_shown)
			fail_msg("no fault shows %.*s", (int)length, line);
	}
	memory_give(catalogue);
}

static void test_page(void **state)
{
	char *page = read_source("docs/format/world.md");
	char line[1024];
	for (enum fault i = 0; i < FAULT_COUNT; i++) {
		const struct fault_row *row = fault_row(i);
		snprintf(line, sizeof(line), "| `%s` | %s | %s |\n", row->name, row->code,
			 row->summary);
		if (!has_line_with(page, line))
			fail_msg("docs/format/world.md lacks: %s", line);
	}
	for (enum behaviour i = 0; i < BEHAVIOUR_COUNT; i++) {
		const struct behaviour_row *row = behaviour_row(i);
		snprintf(line, sizeof(line), "| `%s` | %s | %s |\n", row->name, row->code,
			 row->summary);
		if (!has_line_with(page, line))
			fail_msg("docs/format/world.md lacks: %s", line);
	}
	memory_give(page);
}

static void test_names(void **state)
{
	for (enum fault i = 0; i < FAULT_COUNT; i++)
		assert_int_equal(fault_from_name(fault_row(i)->name), i);
	for (enum behaviour i = 0; i < BEHAVIOUR_COUNT; i++)
		assert_int_equal(behaviour_from_name(behaviour_row(i)->name), i);
	assert_int_equal(fault_from_name("none"), FAULT_COUNT);
	assert_int_equal(behaviour_from_name("none"), BEHAVIOUR_COUNT);
}

/* If one cannot stand beside the other, the other cannot stand beside the one. */
static void test_conflicts(void **state)
{
	for (enum fault i = 0; i < FAULT_COUNT; i++) {
		assert_null(fault_conflict(0, i));
		assert_null(fault_conflict(FAULT_BIT(i), i));
		for (enum fault j = 0; j < FAULT_COUNT; j++)
			assert_int_equal(fault_conflict(FAULT_BIT(i), j) == NULL,
					 fault_conflict(FAULT_BIT(j), i) == NULL);
	}
	for (enum behaviour i = 0; i < BEHAVIOUR_COUNT; i++) {
		for (enum behaviour j = 0; j < BEHAVIOUR_COUNT; j++)
			assert_int_equal(behaviour_conflict(BEHAVIOUR_BIT(i), j) == NULL,
					 behaviour_conflict(BEHAVIOUR_BIT(j), i) == NULL);
	}
	assert_non_null(fault_conflict(FAULT_BIT(FAULT_UNDELEGATED), FAULT_NO_DS));
	assert_non_null(fault_conflict(FAULT_BIT(FAULT_CHAIN_BROKEN), FAULT_DS_KEY_IDLE));
	assert_null(fault_conflict(FAULT_BIT(FAULT_ONE_SERVER), FAULT_SIG_EXPIRED));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_catalogue),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_conflicts),
	};
	return cmocka_run_group_tests_name("world/fault", tests, NULL, NULL);
}
