/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"
#include "dns/wire/name.h"
#include "failing_memory.h"
#include "judge/except/except.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define RECORDED_S 1000
#define UNTIL_S 2000

static struct exception one(enum exception_scope scope, const char *whose, const char *what)
{
	return (struct exception){
		.number = 1,
		.kind = EXCEPTION_ACCEPTED,
		.about = EXCEPTION_OF_CODE,
		.scope = scope,
		.what = what,
		.whose = whose,
		.reason = "why",
		.by = "who",
		.recorded_s = RECORDED_S,
		.until_s = UNTIL_S,
	};
}

/* Does the exception cover such a finding? By the definition, and by way of the index. */
static bool covers(const struct exception *exception, const char *domain, const char *operator_name,
		   const char *code, const char *server)
{
	struct exceptions *exceptions;
	struct name name;
	assert_int_equal(name_from_text(domain, &name, NULL), OK);
	const struct exception_subject subject = {
		.domain = name.octets,
		.operators = &operator_name,
		.operator_count = operator_name != NULL,
		.code = code,
		.server = server,
	};
	assert_int_equal(exceptions_new(&exceptions), OK);
	assert_int_equal(exceptions_take(exceptions, exception), OK);
	const struct exception *found = exceptions_find(exceptions, &subject, RECORDED_S);
	assert_int_equal(found != NULL, exception_covers(exception, &subject));
	assert_true(found == NULL || exceptions_index(exceptions, found) == 0);
	exceptions_free(exceptions);
	return found != NULL;
}

static void test_names(void **state)
{
	const struct exception domain = one(EXCEPTION_FOR_DOMAIN, "a.example.", "SERVER-LAME");
	const struct exception suffix = one(EXCEPTION_FOR_SUFFIX, "a.example.", "SERVER-LAME");
	const struct exception all = one(EXCEPTION_FOR_SUFFIX, ".", "SERVER-LAME");
	const struct exception idn =
		one(EXCEPTION_FOR_DOMAIN, "xn--bcher-kva.example.", "SERVER-LAME");
	assert_true(covers(&domain, "A.EXAMPLE.", NULL, "SERVER-LAME", NULL));
	assert_false(covers(&domain, "b.a.example.", NULL, "SERVER-LAME", NULL));
	assert_false(covers(&domain, "example.", NULL, "SERVER-LAME", NULL));
	assert_true(covers(&suffix, "a.example.", NULL, "SERVER-LAME", NULL));
	assert_true(covers(&suffix, "c.B.a.Example.", NULL, "SERVER-LAME", NULL));
	assert_false(covers(&suffix, "ba.example.", NULL, "SERVER-LAME", NULL));
	assert_false(covers(&suffix, "example.", NULL, "SERVER-LAME", NULL));
	assert_true(covers(&all, "x.y.", NULL, "SERVER-LAME", NULL));
	assert_true(covers(&idn, "XN--BCHER-KVA.example.", NULL, "SERVER-LAME", NULL));
	/* An escaped dot is no end of a label. */
	assert_false(covers(&suffix, "x\\.a.example.", NULL, "SERVER-LAME", NULL));
	(void)state;
}

static void test_codes(void **state)
{
	const struct exception family = one(EXCEPTION_FOR_DOMAIN, "a.", "DNSSEC-*");
	const struct exception narrow = one(EXCEPTION_FOR_DOMAIN, "a.", "DNSSEC-SIG-*");
	const struct exception code = one(EXCEPTION_FOR_DOMAIN, "a.", "DNSSEC-SIG");
	struct exception practice = one(EXCEPTION_FOR_DOMAIN, "a.", "spf");
	practice.about = EXCEPTION_OF_PRACTICE;
	assert_true(covers(&family, "a.", NULL, "DNSSEC-SIG-EXPIRED", NULL));
	assert_false(covers(&family, "a.", NULL, "DNSSEC", NULL));
	assert_false(covers(&family, "a.", NULL, "DNSSECX-Y", NULL));
	assert_true(covers(&narrow, "a.", NULL, "DNSSEC-SIG-EXPIRED", NULL));
	assert_false(covers(&narrow, "a.", NULL, "DNSSEC-KEY-WEAK", NULL));
	assert_false(covers(&code, "a.", NULL, "DNSSEC-SIG-EXPIRED", NULL));
	assert_false(covers(&practice, "a.", NULL, "spf", NULL));

	struct name name;
	assert_int_equal(name_from_text("a.", &name, NULL), OK);
	struct exception_subject subject = {.domain = name.octets, .practice = "spf"};
	assert_true(exception_covers(&practice, &subject));
	assert_false(exception_covers(&family, &subject));
	subject.practice = "spf-strict";
	assert_false(exception_covers(&practice, &subject));
	(void)state;
}

static void test_servers(void **state)
{
	const struct exception four = one(EXCEPTION_FOR_SERVER, "192.0.2.0/25", "SERVER-*");
	const struct exception single = one(EXCEPTION_FOR_SERVER, "192.0.2.7", "SERVER-*");
	const struct exception six = one(EXCEPTION_FOR_SERVER, "2001:db8:8000::/33", "SERVER-*");
	const struct exception host = one(EXCEPTION_FOR_SERVER, "2001:db8::53", "SERVER-*");
	assert_true(covers(&four, "a.", NULL, "SERVER-LAME", "192.0.2.127"));
	assert_false(covers(&four, "a.", NULL, "SERVER-LAME", "192.0.2.128"));
	assert_false(covers(&four, "a.", NULL, "SERVER-LAME", NULL));
	assert_false(covers(&four, "a.", NULL, "SERVER-LAME", "look-up"));
	assert_false(covers(&four, "a.", NULL, "SERVER-LAME", "2001:db8::1"));
	assert_true(covers(&single, "a.", NULL, "SERVER-LAME", "192.0.2.7"));
	assert_false(covers(&single, "a.", NULL, "SERVER-LAME", "192.0.2.8"));
	assert_true(covers(&six, "a.", NULL, "SERVER-LAME", "2001:db8:ffff::1"));
	assert_false(covers(&six, "a.", NULL, "SERVER-LAME", "2001:db8:7fff::1"));
	assert_true(covers(&host, "a.", NULL, "SERVER-LAME", "2001:db8::53"));
	assert_false(covers(&host, "a.", NULL, "SERVER-LAME", "2001:db8::54"));
	/* Octets that an IPv4 and an IPv6 prefix share. */
	const struct exception wide = one(EXCEPTION_FOR_SERVER, "32.1.0.0/16", "SERVER-*");
	assert_false(covers(&wide, "a.", NULL, "SERVER-LAME", "2001::1"));
	(void)state;
}

static void test_operators(void **state)
{
	const struct exception hosting =
		one(EXCEPTION_FOR_OPERATOR, "Example Hosting", "SERVER-LAME");
	const struct exception name = one(EXCEPTION_FOR_OPERATOR, "example.net.", "SERVER-LAME");
	assert_true(covers(&hosting, "a.", "EXAMPLE hosting", "SERVER-LAME", NULL));
	assert_false(covers(&hosting, "a.", "Example Hosting 2", "SERVER-LAME", NULL));
	assert_false(covers(&hosting, "a.", NULL, "SERVER-LAME", NULL));
	assert_true(covers(&name, "a.", "example.net", "SERVER-LAME", NULL));
	assert_true(covers(&name, "a.", "Example.NET.", "SERVER-LAME", NULL));
	(void)state;
}

/* In force from the second of recording to the last before its end; then it has expired. */
static void test_seconds(void **state)
{
	struct exceptions *exceptions;
	struct name name;
	const struct exception exception = one(EXCEPTION_FOR_DOMAIN, "a.", "SERVER-LAME");
	assert_int_equal(name_from_text("a.", &name, NULL), OK);
	const struct exception_subject subject = {.domain = name.octets, .code = "SERVER-LAME"};
	assert_int_equal(exceptions_new(&exceptions), OK);
	assert_null(exceptions_find(exceptions, &subject, RECORDED_S));
	assert_int_equal(exceptions_take(exceptions, &exception), OK);
	assert_null(exceptions_find(exceptions, &subject, RECORDED_S - 1));
	assert_non_null(exceptions_find(exceptions, &subject, RECORDED_S));
	assert_non_null(exceptions_find(exceptions, &subject, UNTIL_S - 1));
	assert_null(exceptions_find(exceptions, &subject, UNTIL_S));
	assert_null(exceptions_find_expired(exceptions, &subject, 0, UNTIL_S - 1));
	assert_non_null(exceptions_find_expired(exceptions, &subject, UNTIL_S - 1, UNTIL_S));
	assert_null(exceptions_find_expired(exceptions, &subject, UNTIL_S, UNTIL_S + 5));
	exceptions_free(exceptions);
	(void)state;
}

static void test_best(void **state)
{
	struct exceptions *exceptions;
	struct name name;
	struct exception all[4];
	for (size_t i = 0; i < 4; i++) {
		all[i] = one(i % 2 ? EXCEPTION_FOR_SUFFIX : EXCEPTION_FOR_DOMAIN, "a.",
			     "SERVER-LAME");
		all[i].number = (int64_t)i + 1;
	}
	all[0].kind = EXCEPTION_DISPUTED;
	all[0].until_s = 0;
	all[2].until_s = UNTIL_S + 1;
	all[3].until_s = UNTIL_S + 1;
	assert_int_equal(name_from_text("a.", &name, NULL), OK);
	const struct exception_subject subject = {.domain = name.octets, .code = "SERVER-LAME"};
	assert_int_equal(exceptions_new(&exceptions), OK);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(exceptions_take(exceptions, &all[i]), OK);
	assert_int_equal(exceptions_find(exceptions, &subject, RECORDED_S)->number, 3);
	assert_int_equal(exceptions_find(exceptions, &subject, UNTIL_S + 1)->number, 1);
	exceptions_free(exceptions);
	(void)state;
}

/* ---- many, against the definition ---- */

#define MANY 400u

static const char *const domains[] = {"a.", "b.a.", "c.b.a.", "b.", "xn--bcher-kva.b."};
static const char *const codes[] = {"SERVER-LAME", "SERVER-SLOW", "DNSSEC-SIG-WRONG"};
static const char *const whats[] = {"SERVER-LAME", "SERVER-*", "DNSSEC-SIG-WRONG", "DNSSEC-*"};
static const char *const operators[] = {"One", "Two", "three.example."};
static const char *const servers[] = {"192.0.2.1", "192.0.3.9", "2001:db8::1", "2001:db8:1::1"};
static const char *const prefixes[] = {"192.0.2.1", "192.0.2.0/23", "2001:db8::/32",
				       "2001:db8:1::/48", "2001:db8::1"};

#define ANY(random, list) ((list)[random_below(random, sizeof(list) / sizeof((list)[0]))])

static struct exception any_exception(struct random *random, int64_t number)
{
	const enum exception_scope scope =
		(enum exception_scope)(EXCEPTION_FOR_DOMAIN + random_below(random, 4));
	const char *whose = ANY(random, domains);
	if (scope == EXCEPTION_FOR_OPERATOR)
		whose = ANY(random, operators);
	if (scope == EXCEPTION_FOR_SERVER)
		whose = ANY(random, prefixes);
	struct exception exception = one(scope, whose, ANY(random, whats));
	exception.number = number;
	exception.recorded_s += (int64_t)random_below(random, 100);
	exception.until_s -= (int64_t)random_below(random, 800);
	if (random_below(random, 4) == 0)
		exception.kind = EXCEPTION_DISPUTED;
	if (exception.kind == EXCEPTION_DISPUTED && random_below(random, 2) == 0)
		exception.until_s = 0;
	if (random_below(random, 5) == 0) {
		exception.withdrawn_s = exception.recorded_s + 50;
		exception.withdrawn_by = "who";
	}
	return exception;
}

static const struct exception *find_slowly(const struct exception *all, size_t count,
					   const struct exception_subject *subject, int64_t time_s)
{
	const struct exception *best = NULL;
	for (size_t i = 0; i < count; i++) {
		const struct exception *it = &all[i];
		if (exception_standing(it, time_s) != EXCEPTION_IN_FORCE ||
		    !exception_covers(it, subject))
			continue;
		const int64_t end = it->until_s ? it->until_s : INT64_MAX;
		const int64_t best_end = best && best->until_s ? best->until_s : INT64_MAX;
		if (!best || it->kind < best->kind || (it->kind == best->kind && end > best_end))
			best = it;
	}
	return best;
}

static void test_many(void **state)
{
	struct exception all[MANY];
	struct random random;
	random_seeded(&random, 7);
	for (size_t round = 0; round < 30; round++) {
		struct exceptions *exceptions;
		const size_t count = 1 + random_below(&random, round % 3 == 0 ? 4 : MANY);
		assert_int_equal(exceptions_new(&exceptions), OK);
		for (size_t i = 0; i < count; i++) {
			all[i] = any_exception(&random, (int64_t)i + 1);
			assert_int_equal(exceptions_take(exceptions, &all[i]), OK);
		}
		for (size_t i = 0; i < 200; i++) {
			struct name name;
			const char *names[2] = {ANY(&random, operators), ANY(&random, operators)};
			const int64_t time_s = 950 + (int64_t)random_below(&random, 1100);
			assert_int_equal(name_from_text(ANY(&random, domains), &name, NULL), OK);
			const struct exception_subject subject = {
				.domain = name.octets,
				.operators = names,
				.operator_count = random_below(&random, 3),
				.code = ANY(&random, codes),
				.server = random_below(&random, 3) ? ANY(&random, servers) : NULL,
			};
			const struct exception *quick =
				exceptions_find(exceptions, &subject, time_s);
			const struct exception *slow = find_slowly(all, count, &subject, time_s);
			assert_int_equal(quick ? quick->number : 0, slow ? slow->number : 0);
		}
		exceptions_free(exceptions);
	}
	(void)state;
}

static void test_memory(void **state)
{
	const struct exception exception = one(EXCEPTION_FOR_DOMAIN, "a.", "SERVER-LAME");
	FOR_EACH_FAILURE(allocation)
	{
		struct exceptions *exceptions = NULL;
		int error = exceptions_new(&exceptions);
		for (size_t i = 0; i < 40 && error == OK; i++)
			error = exceptions_take(exceptions, &exception);
		assert_true(error == OK || error == ERR_MEMORY);
		exceptions_free(exceptions);
		assert_int_equal(memory_in_use(), 0);
	}
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),   cmocka_unit_test(test_codes),
		cmocka_unit_test(test_servers), cmocka_unit_test(test_operators),
		cmocka_unit_test(test_seconds), cmocka_unit_test(test_best),
		cmocka_unit_test(test_many),    cmocka_unit_test(test_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
