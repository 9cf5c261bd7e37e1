/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests made of what was before a change: the state before passes them, the state after does not.
 */
#include "judge/case/view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NS_GOOD                                     \
	"bank.example. 7200 IN NS ns1.host.test.\n" \
	"bank.example. 7200 IN NS ns2.host.test.\n"
#define NS_EVIL "bank.example. 172800 IN NS ns1.evil.test.\n"
#define HOSTS "ns1.host.test. 60 IN A 192.0.2.1\nns2.host.test. 60 IN A 192.0.2.2\n"
#define HOSTS_MOVED "ns1.host.test. 60 IN A 192.0.2.66\nns2.host.test. 60 IN A 192.0.2.2\n"
#define MX "bank.example. 3600 IN MX 10 mail.bank.example.\n"
#define MX_EVIL "bank.example. 3600 IN MX 10 mx.evil.test.\n"

static const struct viewing before = {.parent = NS_GOOD,
				      .hosts = HOSTS,
				      .zone = NS_GOOD MX,
				      .lookups = "mail.bank.example. 60 IN A 192.0.2.25\n"};

/* Name servers below the domain, for which the parent gives glue. */
#define NS_OWN                                         \
	"bank.example. 7200 IN NS ns1.bank.example.\n" \
	"bank.example. 7200 IN NS ns2.bank.example.\n"
#define HOSTS_OWN "ns1.bank.example. 60 IN A 192.0.2.1\nns2.bank.example. 60 IN A 192.0.2.2\n"
#define GLUE_WRONG "ns1.bank.example. 60 IN A 192.0.2.1\nns2.bank.example. 60 IN A 192.0.2.66\n"

static struct state state_of(struct arena *arena, const struct viewing *viewing)
{
	const struct observation *observation = view_make(arena, viewing);
	struct state_source source = {.domain = observation->domain};
	struct state state;
	struct complaint complaint = {""};
	assert_int_equal(observation_state(arena, observation, &source.octets, &source.size), OK);
	if (state_decode(arena, &source, &complaint, &state) != OK)
		fail_msg("%s", complaint.text);
	return state;
}

/* The canonical text; "" and the error in `ret_error` when none can be made. The states before,
 * after and newest, of which the latter two may be NULL. */
static const char *test_of_three(struct arena *arena, const struct viewing *const views[3],
				 int *ret_error)
{
	struct state states_of[3];
	struct predicate predicate;
	struct complaint complaint = {""};
	struct text text;
	for (size_t i = 0; i < 3; i++) {
		if (views[i] != NULL)
			states_of[i] = state_of(arena, views[i]);
	}
	const struct predicate_states states = {&states_of[0],
						views[1] != NULL ? &states_of[1] : NULL,
						views[2] != NULL ? &states_of[2] : NULL};
	*ret_error = predicate_of_states(arena, &states, &predicate, &complaint);
	if (*ret_error != OK)
		return "";
	text_init(&text, (size_t)1 << 20);
	predicate_print(&predicate, &text);
	const char *printed = arena_text(arena, text_get(&text));
	text_release(&text);
	return printed;
}

static const char *test_of(struct arena *arena, const struct viewing *old,
			   const struct viewing *new, int *ret_error)
{
	return test_of_three(arena, (const struct viewing *const[]){old, new, NULL}, ret_error);
}

static void expect_test(const struct viewing *old, const struct viewing *new, const char *wanted)
{
	struct arena arena;
	int error = OK;
	arena_init(&arena, (size_t)64 << 20, 0);
	assert_string_equal(test_of(&arena, old, new, &error), wanted);
	assert_int_equal(error, OK);
	arena_release(&arena);
}

#define TEST_NS "ns(bank.example) = {ns1.host.test, ns2.host.test}"

static void test_made(void **state)
{
	struct viewing evil = before;
	/* Nothing of after: mail as well. */
	expect_test(&before, NULL,
		    TEST_NS " and ds(bank.example) = none and mx(bank.example) = "
			    "{mail.bank.example} and stands 7200");
	/* Delegation replaced: as long as the wrong set may be kept. */
	evil.parent = evil.zone = NS_EVIL;
	evil.hosts = "ns1.evil.test. 60 IN A 192.0.2.66\n";
	evil.lookups = NULL;
	expect_test(&before, &evil,
		    TEST_NS " and ds(bank.example) = none and mx(bank.example) = "
			    "{mail.bank.example} and stands 172800");
	/* Mail moved alone. */
	evil = before;
	evil.zone = NS_GOOD MX_EVIL;
	expect_test(&before, &evil,
		    TEST_NS " and ds(bank.example) = none and mx(bank.example) = "
			    "{mail.bank.example} and stands 7200");
	/* A name server and a mail host that kept their names and moved. */
	evil = before;
	evil.hosts = HOSTS_MOVED;
	evil.lookups = "mail.bank.example. 60 IN A 192.0.2.67\n";
	expect_test(&before, &evil,
		    TEST_NS " and ds(bank.example) = none and a(mail.bank.example) = "
			    "{192.0.2.25} and a(ns1.host.test) = {192.0.2.1} and stands 7200");
	(void)state;
}

static void test_made_signed(void **state)
{
	struct viewing signed_before = before;
	struct viewing evil = before;
	signed_before.parent = NS_GOOD "bank.example. 3600 IN DS 1038 13 2 4A4B4C\n";
	expect_test(&signed_before, &evil,
		    TEST_NS " and ds(bank.example) = {1038/13/2/4a4b4c} and ds(bank.example) "
			    "matches and stands 7200");
	/* The zone's own servers were silent: none of those that came is to be left there. */
	signed_before.silent = 3;
	evil.parent = evil.zone = NS_EVIL;
	evil.hosts = "ns1.evil.test. 60 IN A 192.0.2.66\n";
	signed_before.zone = NULL;
	expect_test(&signed_before, &evil,
		    TEST_NS " at parent and not ns(bank.example) in {ns1.evil.test} at child and "
			    "ds(bank.example) = {1038/13/2/4a4b4c} and ds(bank.example) matches "
			    "and stands 172800");
	(void)state;
}

#define TEST_OWN "ns(bank.example) = {ns1.bank.example, ns2.bank.example}"

/* All names keep their addresses, and the parent sends people elsewhere. */
static void test_made_of_glue(void **state)
{
	struct viewing right = before;
	right.parent = NS_OWN;
	right.zone = NS_OWN MX;
	right.hosts = right.glue = HOSTS_OWN;
	struct viewing evil = right;
	evil.glue = GLUE_WRONG;
	expect_test(
		&right, &evil,
		TEST_OWN
		" and ds(bank.example) = none and not found DELEGATION-GLUE-WRONG(bank.example) "
		"and a(ns2.bank.example) = {192.0.2.2} and stands 7200");
	/* Nor can anybody look the name up any more. */
	evil.hosts = "ns1.bank.example. 60 IN A 192.0.2.1\n";
	expect_test(
		&right, &evil,
		TEST_OWN
		" and ds(bank.example) = none and not found DELEGATION-GLUE-WRONG(bank.example) "
		"and a(ns2.bank.example) = {192.0.2.2} and stands 7200");
	/* No glue at all leads nobody astray, and of it nothing is asked. */
	struct arena arena;
	int error = OK;
	arena_init(&arena, (size_t)64 << 20, 0);
	evil = right;
	evil.glue = NULL;
	(void)test_of(&arena, &right, &evil, &error);
	assert_int_equal(error, ERR_NOT_FOUND);
	/* Glue that comes and is right is none of the change. */
	(void)test_of(&arena, &evil, &right, &error);
	assert_int_equal(error, ERR_NOT_FOUND);
	evil.zone = NS_OWN MX_EVIL;
	expect_test(&right, &evil,
		    TEST_OWN " and ds(bank.example) = none and mx(bank.example) = "
			     "{mail.bank.example} and stands 7200");
	arena_release(&arena);
	(void)state;
}

/* A later change is part of the test, too. */
static void test_made_of_newest(void **state)
{
	struct viewing evil = before;
	struct arena arena;
	int error = OK;
	arena_init(&arena, (size_t)64 << 20, 0);
	evil.parent = evil.zone = NS_EVIL;
	evil.hosts = "ns1.evil.test. 60 IN A 192.0.2.66\n";
	struct viewing newest = before;
	newest.hosts = HOSTS_MOVED;
	newest.lookups = "mail.bank.example. 60 IN A 192.0.2.67\n";
	const char *test = test_of_three(
		&arena, (const struct viewing *const[]){&before, &evil, &newest}, &error);
	assert_string_equal(test, TEST_NS " and ds(bank.example) = none and mx(bank.example) = "
					  "{mail.bank.example} and a(mail.bank.example) = "
					  "{192.0.2.25} and a(ns1.host.test) = {192.0.2.1} and "
					  "stands 172800");
	/* One that brought all of it back adds nothing. */
	test = test_of_three(&arena, (const struct viewing *const[]){&before, &evil, &before},
			     &error);
	assert_string_equal(test, TEST_NS " and ds(bank.example) = none and mx(bank.example) = "
					  "{mail.bank.example} and stands 172800");
	arena_release(&arena);
	(void)state;
}

/* What changed is asked for, or there is no test: one that passes all the same proves nothing. */
static void test_made_about_change(void **state)
{
	struct viewing with_web = before;
	struct viewing evil = before;
	struct arena arena;
	int error = OK;
	arena_init(&arena, (size_t)64 << 20, 0);
	with_web.zone = NS_GOOD MX "bank.example. 60 IN A 192.0.2.80\n";
	evil.zone = NS_GOOD MX "bank.example. 60 IN A 192.0.2.81\n";
	expect_test(&with_web, &evil,
		    TEST_NS " and ds(bank.example) = none and a(bank.example) = {192.0.2.80} and "
			    "stands 7200");
	/* Where something else shows the change, web servers may be where they like. */
	evil.zone = NS_GOOD MX_EVIL "bank.example. 60 IN A 192.0.2.81\n";
	expect_test(&with_web, &evil,
		    TEST_NS " and ds(bank.example) = none and mx(bank.example) = "
			    "{mail.bank.example} and stands 7200");
	/* Servers did not agree before, so nobody knows what to wish back. */
	evil.zone = NS_GOOD MX "bank.example. 60 IN A 192.0.2.81\n";
	with_web.other_zone = NS_GOOD MX "bank.example. 60 IN A 192.0.2.82\n";
	(void)test_of(&arena, &with_web, &evil, &error);
	assert_int_equal(error, ERR_NOT_FOUND);
	/* Something that no test asks for. */
	error = OK;
	evil = before;
	evil.zone = NS_GOOD MX "bank.example. 60 IN SOA ns1.host.test. x.host.test. 1 2 3 4 5\n";
	(void)test_of(&arena, &before, &evil, &error);
	assert_int_equal(error, ERR_NOT_FOUND);
	/* What is not heard any more may be otherwise. */
	evil = before;
	evil.silent = 2;
	expect_test(&before, &evil, TEST_NS " and ds(bank.example) = none and stands 7200");
	/* One of two servers has another set of name servers. */
	evil = before;
	evil.other_zone = "bank.example. 7200 IN NS ns1.host.test.\n" MX;
	expect_test(&before, &evil, TEST_NS " and ds(bank.example) = none and stands 7200");
	arena_release(&arena);
	(void)state;
}

/* What is before passes what is made of it; what is after fails it. */
static void test_holds(void **state)
{
	struct viewing evil = before;
	struct gallery gallery;
	int error = OK;
	evil.parent = evil.zone = NS_EVIL;
	evil.hosts = "ns1.evil.test. 60 IN A 192.0.2.66\n";
	gallery_init(&gallery, TEST_NS);
	const char *test = test_of(&gallery.arena, &before, &evil, &error);
	assert_int_equal(predicate_parse(&gallery.arena, test, &gallery.predicate, NULL), OK);
	struct predicate_look *look = gallery_look(&gallery, &before);
	look->state_since_s = VIEW_START_S - 172800;
	assert_string_equal(gallery_judge(&gallery), "passed");
	(void)gallery_look(&gallery, &(struct viewing){.at_s = 60,
						       .parent = evil.parent,
						       .zone = evil.zone,
						       .hosts = evil.hosts});
	assert_string_equal(gallery_judge(&gallery), "failed");
	gallery_release(&gallery);
	(void)state;
}

static void test_unknown(void **state)
{
	struct viewing nothing = before;
	struct arena arena;
	int error = OK;
	arena_init(&arena, (size_t)64 << 20, 0);
	nothing.parent = NULL;
	nothing.zone = NULL;
	(void)test_of(&arena, &nothing, &before, &error);
	assert_int_equal(error, ERR_NOT_FOUND);
	arena_release(&arena);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_made),
		cmocka_unit_test(test_made_signed),
		cmocka_unit_test(test_made_of_glue),
		cmocka_unit_test(test_made_of_newest),
		cmocka_unit_test(test_made_about_change),
		cmocka_unit_test(test_holds),
		cmocka_unit_test(test_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
