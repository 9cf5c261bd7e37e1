/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "keep/store/shelf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define RECORDED_S 1795000000

static struct exception sound(void)
{
	return (struct exception){
		.kind = EXCEPTION_ACCEPTED,
		.about = EXCEPTION_OF_CODE,
		.scope = EXCEPTION_FOR_DOMAIN,
		.what = "DNSSEC-*",
		.whose = "a.example.",
		.reason = "moves in January",
		.by = "Ann",
		.recorded_s = RECORDED_S,
		.until_s = RECORDED_S + 1000,
	};
}

struct seen {
	size_t count;
	int64_t last;
	struct exception first; /* numbers and times only */
	char texts[512];        /* of the last */
};

static int look(void *context, const struct exception *exception)
{
	struct seen *seen = context;
	if (seen->count++ == 0)
		seen->first = *exception;
	assert_true(exception->number > seen->last);
	seen->last = exception->number;
	(void)snprintf(seen->texts, sizeof(seen->texts), "%s|%s|%s|%s|%s", exception->what,
		       exception->whose, exception->reason, exception->by,
		       exception->withdrawn_by ? exception->withdrawn_by : "-");
	return OK;
}

static struct seen seen_of(struct shelf *shelf)
{
	struct seen seen = {0};
	assert_int_equal(store_exceptions(shelf->store, look, &seen, &shelf->complaint), OK);
	return seen;
}

static void test_kept(void **state)
{
	struct shelf shelf;
	struct exception exception = sound();
	int64_t number = 0;
	shelf_init(&shelf);
	assert_int_equal(seen_of(&shelf).count, 0);
	assert_int_equal(store_exception_add(shelf.store, &exception, &number, &shelf.complaint),
			 OK);
	assert_int_equal(number, 1);
	exception.kind = EXCEPTION_DISPUTED;
	exception.until_s = 0;
	assert_int_equal(store_exception_add(shelf.store, &exception, &number, &shelf.complaint),
			 OK);
	assert_int_equal(number, 2);
	shelf_reopen(&shelf);
	const struct seen seen = seen_of(&shelf);
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.first.kind, EXCEPTION_ACCEPTED);
	assert_int_equal(seen.first.recorded_s, RECORDED_S);
	assert_int_equal(seen.first.until_s, RECORDED_S + 1000);
	assert_int_equal(seen.first.withdrawn_s, 0);
	assert_string_equal(seen.texts, "DNSSEC-*|a.example.|moves in January|Ann|-");
	assert_int_equal(store_verify(shelf.store, &shelf.complaint), OK);
	shelf_release(&shelf);
	(void)state;
}

static void test_refused(void **state)
{
	struct shelf shelf;
	struct exception exception = sound();
	int64_t number = 77;
	shelf_init(&shelf);
	exception.until_s = 0;
	assert_int_equal(store_exception_add(shelf.store, &exception, &number, &shelf.complaint),
			 ERR_ARGUMENT);
	exception = sound();
	exception.by = "a\nb";
	assert_int_equal(store_exception_add(shelf.store, &exception, &number, &shelf.complaint),
			 ERR_ARGUMENT);
	assert_int_equal(number, 77);
	/* The store works on. */
	exception = sound();
	assert_int_equal(store_exception_add(shelf.store, &exception, &number, &shelf.complaint),
			 OK);
	assert_int_equal(number, 1);
	shelf_release(&shelf);
	(void)state;
}

static void test_withdrawn(void **state)
{
	struct shelf shelf;
	struct exception exception = sound();
	struct complaint *complaint = &shelf.complaint;
	int64_t number = 0;
	shelf_init(&shelf);
	assert_int_equal(store_exception_add(shelf.store, &exception, &number, complaint), OK);
	assert_int_equal(store_exception_add(shelf.store, &exception, &number, complaint), OK);
	assert_int_equal(store_exception_withdraw(shelf.store, 3, RECORDED_S + 5, "Bob", complaint),
			 ERR_NOT_FOUND);
	assert_int_equal(store_exception_withdraw(shelf.store, 2, RECORDED_S + 5, "B\ab",
						  complaint),
			 ERR_ARGUMENT);
	assert_int_equal(store_exception_withdraw(shelf.store, 2, RECORDED_S - 1, "Bob", complaint),
			 ERR_ARGUMENT);
	assert_non_null(strstr(complaint->text, "clock"));
	assert_int_equal(store_exception_withdraw(shelf.store, 2, RECORDED_S + 5, "Bob", complaint),
			 OK);
	assert_int_equal(store_exception_withdraw(shelf.store, 2, RECORDED_S + 6, "Eve", complaint),
			 ERR_ARGUMENT);
	assert_non_null(strstr(complaint->text, "withdrawn since"));
	assert_int_equal(store_exception_withdraw(shelf.store, 1, RECORDED_S + 1000, "Eve",
						  complaint),
			 ERR_ARGUMENT);
	assert_non_null(strstr(complaint->text, "expired since"));
	shelf_reopen(&shelf);
	const struct seen seen = seen_of(&shelf);
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.first.withdrawn_s, 0);
	assert_string_equal(seen.texts, "DNSSEC-*|a.example.|moves in January|Ann|Bob");
	/* A number is not given again. */
	assert_int_equal(store_exception_add(shelf.store, &exception, &number, complaint), OK);
	assert_int_equal(number, 3);
	shelf_release(&shelf);
	(void)state;
}

/* What the call acknowledged is there, whatever becomes of the process. */
static void test_killed(void **state)
{
	struct shelf shelf;
	const struct exception exception = sound();
	int status = 0;
	shelf_init(&shelf);
	store_close(shelf.store);
	shelf.store = NULL;
	const pid_t child = fork();
	if (child == 0) {
		int64_t number = 0;
		struct store *store;
		if (store_open(shelf.path, STORE_WRITE, &store, NULL) != OK ||
		    store_exception_add(store, &exception, &number, NULL) != OK)
			_exit(1);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(store_open(shelf.path, STORE_READ, &shelf.store, &shelf.complaint), OK);
	assert_int_equal(seen_of(&shelf).count, 1);
	shelf_release(&shelf);
	(void)state;
}

static void test_older(void **state)
{
	struct shelf shelf;
	const struct exception exception = sound();
	int64_t number = 0;
	shelf_init(&shelf);
	shelf_make_old(&shelf);
	assert_int_equal(store_open(shelf.path, STORE_READ, &shelf.store, &shelf.complaint), OK);
	assert_int_equal(seen_of(&shelf).count, 0);
	assert_int_equal(store_verify(shelf.store, &shelf.complaint), OK);
	store_close(shelf.store);
	shelf.store = NULL;
	shelf_reopen(&shelf);
	assert_int_equal(store_exception_add(shelf.store, &exception, &number, &shelf.complaint),
			 OK);
	assert_int_equal(seen_of(&shelf).count, 1);
	shelf_release(&shelf);
	(void)state;
}

static void test_damage(void **state)
{
	static const char *const scripts[] = {
		"UPDATE exception SET kind = 3",
		"UPDATE exception SET scope = -1",
		"UPDATE exception SET about = 1 << 40",
		"UPDATE exception SET reason = 'a' || char(27) || '[31m'",
		"UPDATE exception SET reason = 'a' || char(0) || 'b'",
		"UPDATE exception SET reason = x'ff'",
		"UPDATE exception SET by_whom = replace(hex(zeroblob(100)), '00', 'aa')",
		"UPDATE exception SET whose = 'A.example.'",
		"UPDATE exception SET until_s = NULL",
		"UPDATE exception SET until_s = recorded_s",
		"UPDATE exception SET withdrawn_s = recorded_s",
		"UPDATE exception SET withdrawn_by = 'Eve'",
		"UPDATE exception SET number = -5",
	};
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		struct shelf shelf;
		struct seen seen = {0};
		const struct exception exception = sound();
		int64_t number = 0;
		shelf_init(&shelf);
		assert_int_equal(store_exception_add(shelf.store, &exception, &number,
						     &shelf.complaint),
				 OK);
		store_close(shelf.store);
		shelf.store = NULL;
		shelf_sql(shelf.path, scripts[i]);
		assert_int_equal(store_open(shelf.path, STORE_READ, &shelf.store, &shelf.complaint),
				 OK);
		assert_int_equal(store_exceptions(shelf.store, look, &seen, &shelf.complaint),
				 ERR_DAMAGED);
		assert_int_equal(store_verify(shelf.store, &shelf.complaint), ERR_DAMAGED);
		assert_non_null(strstr(shelf.complaint.text, "damaged"));
		shelf_release(&shelf);
	}
	(void)state;
}

/* More than a store takes: written by hand, refused when read; one more than it takes, when added.
 */
static void test_many(void **state)
{
	struct shelf shelf;
	const struct exception exception = sound();
	int64_t number = 0;
	shelf_init(&shelf);
	assert_int_equal(store_exception_add(shelf.store, &exception, &number, &shelf.complaint),
			 OK);
	store_close(shelf.store);
	shelf.store = NULL;
	shelf_sql(
		shelf.path,
		"WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
		" INSERT INTO exception SELECT i, kind, about, what, scope, whose, reason, by_whom,"
		" recorded_s, until_s, NULL, NULL FROM n, exception");
	shelf_reopen(&shelf);
	assert_int_equal(seen_of(&shelf).count, EXCEPTIONS_MAX);
	assert_int_equal(store_exception_add(shelf.store, &exception, &number, &shelf.complaint),
			 ERR_LIMIT);
	assert_non_null(strstr(shelf.complaint.text, "suffixes"));
	shelf_release(&shelf);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept),      cmocka_unit_test(test_refused),
		cmocka_unit_test(test_withdrawn), cmocka_unit_test(test_killed),
		cmocka_unit_test(test_older),     cmocka_unit_test(test_damage),
		cmocka_unit_test(test_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
