/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Made worlds: sound, reproducible, with everything in them. */
#include "world/fault.h"
#include "world/make.h"
#include "world/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define TEXT_OCTETS_MAX ((size_t)8 * 1024 * 1024)

static void make(uint64_t seed, uint32_t domains, uint32_t percent, const char *places,
		 struct text *text)
{
	const struct world_make_options options = {
		.seed = seed,
		.domains = domains,
		.signed_percent = 30,
		.fault_percent = percent,
		.behaviour_percent = percent,
		.places = places,
	};
	struct complaint complaint = {""};
	text_init(text, TEXT_OCTETS_MAX);
	if (world_make(&options, text, &complaint))
		fail_msg("%s", complaint.text);
}

static void expect_sound(const struct text *text, uint32_t domains)
{
	struct complaint complaint = {""};
	struct world *world;
	if (world_parse(text_get(text), text->length, NULL, &complaint, &world))
		fail_msg("%s", complaint.text);
	assert_int_equal(world_counts(world).targets, domains);
	world_free(world);
}

static void test_sound(void **state)
{
	static const uint32_t sizes[] = {1, 2, 10, 100, 500};
	for (uint64_t seed = 0; seed < 40; seed++) {
		struct text text;
		uint32_t domains = sizes[seed % 5];
		make(seed, domains, (uint32_t)(seed % 4) * 30,
		     seed % 2 ? "knot,nsd,bind,pdns" : NULL, &text);
		expect_sound(&text, domains);
		text_release(&text);
	}
}

static void test_same(void **state)
{
	struct text first;
	struct text second;
	struct text other;
	make(5, 300, 10, NULL, &first);
	make(5, 300, 10, NULL, &second);
	make(6, 300, 10, NULL, &other);
	assert_string_equal(text_get(&first), text_get(&second));
	assert_string_not_equal(text_get(&first), text_get(&other));
	text_release(&first);
	text_release(&second);
	text_release(&other);
}

/* With fifteen hundred domains and the default shares nothing is left out. */
static void test_everything(void **state)
{
	const struct world_make_options options = {
		.domains = 1500, .signed_percent = 30, .fault_percent = 10, .behaviour_percent = 6};
	for (uint64_t seed = 1; seed <= 10; seed++) {
		struct world_make_options own = options;
		struct text text;
		own.seed = seed;
		text_init(&text, TEXT_OCTETS_MAX);
		assert_int_equal(world_make(&own, &text, NULL), 0);
		const char *domains = strstr(text_get(&text), "\ndomains:");
		assert_non_null(domains);
		for (enum fault i = 0; i < FAULT_COUNT; i++) {
			if (!strstr(domains, fault_row(i)->name))
				fail_msg("seed %ju lacks %s", (uintmax_t)seed, fault_row(i)->name);
		}
		for (enum behaviour i = 0; i < BEHAVIOUR_COUNT; i++) {
			if (!strstr(text_get(&text), behaviour_row(i)->name))
				fail_msg("seed %ju lacks %s", (uintmax_t)seed,
					 behaviour_row(i)->name);
		}
		text_release(&text);
	}
}

static void test_bad_places(void **state)
{
	const struct world_make_options options = {.domains = 1, .places = "knot,moon"};
	struct complaint complaint = {""};
	struct text text;
	text_init(&text, TEXT_OCTETS_MAX);
	assert_int_equal(world_make(&options, &text, &complaint), ERR_ARGUMENT);
	assert_non_null(strstr(complaint.text, "'moon'"));
	text_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_everything),
		cmocka_unit_test(test_bad_places),
	};
	return cmocka_run_group_tests_name("world/make", tests, NULL, NULL);
}
