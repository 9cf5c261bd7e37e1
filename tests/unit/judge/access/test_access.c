/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may do what by a table of roles; what is wrong with one is told with its line. */
#include "judge/access/access.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int read_table(const char *text, struct access **ret_access, struct complaint *complaint)
{
	const struct access_file file = {.path = "t", .text = text, .size = strlen(text)};
	return access_new(&file, ret_access, complaint);
}

static unsigned acts_of(const struct access *access, const char *name, const char *group)
{
	const char *const groups[] = {group};
	const struct access_account account = {
		.name = name, .groups = groups, .group_count = group != NULL};
	unsigned acts = 0;
	for (unsigned i = 0; i < ACCESS_ACT_COUNT; i++) {
		struct complaint why = {""};
		const bool may = access_may(access, &account, (enum access_act)i, &why);
		assert_true(may == (why.text[0] == '\0'));
		acts |= (may ? 1u : 0u) << i;
	}
	return acts;
}

#define READ (1u << ACCESS_READ)
#define RED (1u << ACCESS_READ_RED)
#define WRITE (1u << ACCESS_WRITE)
#define SHARE (1u << ACCESS_SHARE)
#define CLOSE (1u << ACCESS_CLOSE)
#define EXPIRE (1u << ACCESS_EXPIRE)

/* The table of docs/roles.md. */
static void test_catalogue(void **state)
{
	static const struct {
		const char *role;
		unsigned acts;
	} rows[] = {
		{"reader", READ},
		{"analyst", READ | WRITE},
		{"coordinator", READ | WRITE | SHARE | CLOSE},
		{"officer", READ | RED | WRITE | SHARE | CLOSE},
		{"keeper", READ | EXPIRE},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct access *access = NULL;
		char text[128];
		(void)snprintf(text, sizeof(text), "account | ana | %s\n", rows[i].role);
		assert_int_equal(read_table(text, &access, NULL), OK);
		assert_int_equal(acts_of(access, "ana", NULL), rows[i].acts);
		assert_int_equal(acts_of(access, "an", NULL), 0);
		assert_int_equal(acts_of(access, "anna", "ana"), 0);
		access_free(access);
	}
}

static void test_open(void **state)
{
	struct access *access = NULL;
	assert_int_equal(access_new(NULL, &access, NULL), OK);
	assert_true(access_is_open(access));
	assert_int_equal(acts_of(access, "anybody", NULL), (1u << ACCESS_ACT_COUNT) - 1);
	access_free(access);
	/* A file that gives nobody a role is a file. */
	assert_int_equal(read_table("# nobody\n", &access, NULL), OK);
	assert_false(access_is_open(access));
	assert_int_equal(acts_of(access, "anybody", NULL), 0);
	access_free(access);
}

static void test_groups_add_up(void **state)
{
	static const char text[] = "role | sharer | share | shares\n"
				   "role | reader | read read-red | another than the catalogue's\n"
				   " account |ana | sharer \r\n"
				   "group | csirt | reader | keeper # two\n"
				   "account | csirt | officer\n";
	struct access *access = NULL;
	const char *const groups[] = {"users", "csirt"};
	const struct access_account ana = {.name = "ana", .groups = groups, .group_count = 2};
	assert_int_equal(read_table(text, &access, NULL), OK);
	assert_int_equal(acts_of(access, "ana", NULL), SHARE);
	assert_int_equal(acts_of(access, "ana", "csirt"), SHARE | READ | RED | EXPIRE);
	assert_int_equal(acts_of(access, "beat", "csirt"), READ | RED | EXPIRE);
	assert_int_equal(acts_of(access, "beat", "users"), 0);
	size_t count = 0;
	while (access_role_of(access, &ana, count) != NULL)
		count++;
	assert_int_equal(count, 3);
	access_free(access);
}

static void test_wrong(void **state)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
		{"account | ana\n", "line 1 of 't'"},
		{"\n\naccount | ana | king\n", "line 3 of 't'"},
		{"account | ana | intern\nrole | intern | read | late\n", "come first"},
		{"account | | reader\n", "empty field"},
		{"account | ana | reader |\n", "empty field"},
		{"role | intern | reed | x\n", "no act"},
		{"role | intern | read\n", "a role has"},
		{"role | a | read | x\nrole | a | read | x\n", "second time"},
		{"user | ana | reader\n", "none of role"},
		{"account | a\x01 | reader\n", "control characters"},
		{"account|aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa|reader",
		 "no name"},
		{"account|a|reader|reader|reader|reader|reader|reader|reader|reader|reader|reader|"
		 "reader|reader|reader|reader|reader|reader",
		 "more than 16 fields"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct access *access = NULL;
		struct complaint complaint = {""};
		assert_int_equal(read_table(rows[i].text, &access, &complaint), ERR_FORMAT);
		assert_null(access);
		if (strstr(complaint.text, rows[i].words) == NULL)
			fail_msg("'%s' does not say '%s'", complaint.text, rows[i].words);
	}
}

static void test_limits(void **state)
{
	static char text[ACCESS_ENTRIES_MAX * 32];
	struct access *access = NULL;
	size_t size = 0;
	for (unsigned i = 0; i <= ACCESS_ENTRIES_MAX; i++)
		size += (size_t)snprintf(text + size, sizeof(text) - size,
					 "account | a%u | reader\n", i);
	struct access_file file = {.path = "t", .text = text, .size = size};
	assert_int_equal(access_new(&file, &access, NULL), ERR_LIMIT);
	size = 0;
	for (unsigned i = 0; i < ACCESS_ROLES_MAX; i++)
		size += (size_t)snprintf(text + size, sizeof(text) - size,
					 "role | a%u | read | x\n", i);
	file.size = size;
	assert_int_equal(access_new(&file, &access, NULL), ERR_LIMIT);
	memset(text, 'x', sizeof(text));
	file.size = ACCESS_LINE_OCTETS_MAX;
	assert_int_equal(access_new(&file, &access, NULL), ERR_FORMAT);
	file.size = ACCESS_FILE_OCTETS_MAX + 1;
	assert_int_equal(access_new(&file, &access, NULL), ERR_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_catalogue),     cmocka_unit_test(test_open),
		cmocka_unit_test(test_groups_add_up), cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
