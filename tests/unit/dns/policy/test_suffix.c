/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dns/policy/suffix.h"
#include "failing_memory.h"
#include "known.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const char file[] = "// ===BEGIN ICANN DOMAINS===\n"
			   "com\nuk\nco.uk\n*.ck\n!www.ck\n"
			   "// ===END ICANN DOMAINS===\n"
			   "// ===BEGIN PRIVATE DOMAINS===\n"
			   "hosted.com\n"
			   "// ===END PRIVATE DOMAINS===\n";

static struct suffix_list *list_of(const char *text)
{
	struct suffix_list *list = NULL;
	struct complaint complaint = {.text = ""};
	if (suffix_from_octets(text, strlen(text), &list, &complaint) != OK)
		fail_msg("%s", complaint.text);
	return list;
}

struct registrable {
	const char *name;
	const char *registrable; /* NULL: a public suffix */
};

static void names_that_somebody_registered(void **state)
{
	static const struct registrable cases[] = {
		{".", NULL},           {"com", NULL},
		{"a.com", "a.com."},   {"x.y.A.com", "a.com."},
		{"co.uk", NULL},       {"a.co.uk", "a.co.uk."},
		{"hosted.com", NULL},  {"x.a.hosted.com", "a.hosted.com."},
		{"ck", NULL},          {"a.ck", NULL},
		{"b.a.ck", "b.a.ck."}, {"x.www.ck", "www.ck."},
		{"nowhere", NULL},     {"x.a.nowhere", "a.nowhere."},
	};
	struct suffix_list *list = list_of(file);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[NAME_TEXT_MAX];
		const struct name name = known_name(cases[i].name);
		const uint8_t *found = suffix_registrable(list, name.octets);
		if ((found != NULL) != (cases[i].registrable != NULL))
			fail_msg("%s", cases[i].name);
		if (found != NULL)
			assert_string_equal(name_to_text(found, text), cases[i].registrable);
	}
	suffix_free(list);
}

static void organisations_are_told_apart(void **state)
{
	struct suffix_list *list = list_of(file);
	const struct name left = known_name("x.a.com");
	const struct name right = known_name("y.z.a.com");
	const struct name other = known_name("a.co.uk");
	const struct name suffix = known_name("com");
	assert_true(suffix_same_organisation(list, left.octets, right.octets));
	assert_false(suffix_same_organisation(list, left.octets, other.octets));
	assert_false(suffix_same_organisation(list, left.octets, suffix.octets));
	assert_true(suffix_same_organisation(list, suffix.octets, suffix.octets));
	suffix_free(list);
	suffix_free(NULL);
}

static void a_list_cut_short_is_refused_in_words(void **state)
{
	for (size_t size = 0; size + 1 < sizeof(file) - 1; size++) {
		struct suffix_list *list = NULL;
		struct complaint complaint = {.text = ""};
		assert_int_equal(suffix_from_octets(file, size, &list, &complaint), ERR_FORMAT);
		assert_non_null(strstr(complaint.text, "cut short"));
		assert_null(list);
	}
}

static void a_list_without_rules_is_refused(void **state)
{
	static const char empty[] =
		"// ===BEGIN ICANN DOMAINS===\n// ===END ICANN DOMAINS===\n"
		"// ===BEGIN PRIVATE DOMAINS===\n// ===END PRIVATE DOMAINS===\n";
	struct suffix_list *list = NULL;
	struct complaint complaint = {.text = ""};
	assert_int_equal(suffix_from_octets(empty, sizeof(empty) - 1, &list, &complaint),
			 ERR_FORMAT);
	assert_int_equal(suffix_from_octets(empty, SUFFIX_FILE_OCTETS_MAX + 1, &list, &complaint),
			 ERR_LIMIT);
}

static void the_built_in_list_knows_the_world(void **state)
{
	struct suffix_list *list = NULL;
	struct complaint complaint = {.text = ""};
	const struct name name = known_name("www.example.co.uk");
	char text[NAME_TEXT_MAX];
	assert_int_equal(suffix_built_in(&list, &complaint), OK);
	assert_string_equal(name_to_text(suffix_registrable(list, name.octets), text),
			    "example.co.uk.");
	suffix_free(list);
}

static void memory_may_run_out(void **state)
{
	FOR_EACH_FAILURE(allocation)
	{
		struct suffix_list *list = NULL;
		memory_fail_at(allocation);
		const int error = suffix_from_octets(file, sizeof(file) - 1, &list, NULL);
		const bool has_failed = memory_has_failed();
		memory_fail_at(0);
		assert_int_equal(error, has_failed ? ERR_MEMORY : OK);
		suffix_free(list);
		assert_int_equal(memory_in_use(), 0);
		failing_memory.has_failed = has_failed;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_that_somebody_registered),
		cmocka_unit_test(organisations_are_told_apart),
		cmocka_unit_test(a_list_cut_short_is_refused_in_words),
		cmocka_unit_test(a_list_without_rules_is_refused),
		cmocka_unit_test(memory_may_run_out),
		cmocka_unit_test(the_built_in_list_knows_the_world),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
