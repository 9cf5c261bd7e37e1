/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/tlp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_words(void **state)
{
	enum tlp tlp = TLP_CLEAR;
	for (unsigned i = 0; i < TLP_COUNT; i++) {
		assert_int_equal(tlp_from_text(tlp_text((enum tlp)i), &tlp), OK);
		assert_int_equal(tlp, i);
	}
	assert_int_equal(tlp_from_text("white", &tlp), ERR_FORMAT);
	assert_int_equal(tlp_from_text("AMBER", &tlp), ERR_FORMAT);
	assert_int_equal(tlp_stricter(TLP_AMBER, TLP_RED), TLP_RED);
	(void)state;
}

/* Every mark with every ceiling: told when it is not above. */
static void test_ceiling(void **state)
{
	for (unsigned mark = 0; mark < TLP_COUNT; mark++) {
		for (unsigned ceiling = 0; ceiling < TLP_COUNT; ceiling++) {
			const struct tlp_recipient to = {.id = "b",
							 .is_known = true,
							 .has_ceiling = true,
							 .ceiling = (enum tlp)ceiling};
			const struct tlp_sending sending = {
				.tlp = (enum tlp)mark,
				.author = "a",
				.recipients = &to,
				.recipient_count = 1,
			};
			struct complaint complaint = {""};
			assert_int_equal(tlp_allows(&sending, &complaint),
					 mark <= ceiling ? OK : ERR_PERMISSION);
			assert_true(mark <= ceiling || strstr(complaint.text, "ceiling") != NULL);
		}
	}
	(void)state;
}

/* Of whom nothing is known gets what is clear, and nothing else. */
static void test_unknown(void **state)
{
	for (unsigned mark = 0; mark < TLP_COUNT; mark++) {
		const struct tlp_recipient to[] = {
			{.id = "b"},
			{.id = "b", .is_known = true},
			{.id = "b", .has_ceiling = true, .ceiling = TLP_RED}};
		for (size_t i = 0; i < 3; i++) {
			const struct tlp_sending sending = {
				.tlp = (enum tlp)mark,
				.author = "a",
				.recipients = &to[i],
				.recipient_count = 1,
			};
			assert_int_equal(tlp_allows(&sending, NULL),
					 mark == TLP_CLEAR ? OK : ERR_PERMISSION);
		}
	}
	(void)state;
}

/* What "s" told "a" and "c"; "a" tells it on. */
static void test_passed_on(void **state)
{
	static const char *const had[] = {"a", "c"};
	static const struct {
		enum tlp tlp;
		const char *to;
		bool is_client;
		bool is_allowed;
	} rows[] = {
		{TLP_CLEAR, "b", false, true},        {TLP_GREEN, "b", false, true},
		{TLP_AMBER, "b", false, false},       {TLP_AMBER, "b", true, true},
		{TLP_AMBER, "c", false, true},        {TLP_AMBER, "s", false, true},
		{TLP_AMBER_STRICT, "b", true, false}, {TLP_AMBER_STRICT, "c", false, true},
		{TLP_RED, "b", true, false},          {TLP_RED, "c", false, true},
		{TLP_RED, "s", false, true},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct tlp_source source = {rows[i].tlp, "s", had, 2};
		const struct tlp_recipient to = {.id = rows[i].to,
						 .is_known = true,
						 .has_ceiling = true,
						 .ceiling = TLP_RED,
						 .is_client = rows[i].is_client};
		struct tlp_sending sending = {
			.tlp = rows[i].tlp,
			.author = "a",
			.sources = &source,
			.source_count = 1,
			.recipients = &to,
			.recipient_count = 1,
		};
		struct complaint complaint = {""};
		assert_int_equal(tlp_allows(&sending, &complaint),
				 rows[i].is_allowed ? OK : ERR_PERMISSION);
		/* Its author tells whom it likes, and may mark it anew. */
		sending.author = "s";
		sending.tlp = TLP_CLEAR;
		assert_int_equal(tlp_allows(&sending, &complaint), OK);
		/* Nobody else may mark it milder. */
		sending.author = "a";
		assert_int_equal(tlp_allows(&sending, &complaint),
				 rows[i].tlp == TLP_CLEAR ? OK : ERR_PERMISSION);
	}
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_ceiling),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_passed_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
