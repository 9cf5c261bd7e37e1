/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is compared with whom: the best likeness first, nobody twice, always the same. */
#include "base/random.h"
#include "failing_memory.h"
#include "tell/study/study_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* servers, operator, addresses, others, top; the order is the place in the list. */
#define SUBJECT(servers, operator, addresses, others_, top_)      \
	{                                                         \
		.top = (top_), .others = (others_), .likeness = { \
			(servers),                                \
			(operator),                               \
			(addresses)                               \
		}                                                 \
	}

static struct study_subjects subjects_of(struct study_subject *each, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		each[i].domain = i + 1;
		each[i].order = i;
	}
	return (struct study_subjects){each, count, count};
}

static void the_best_likeness_comes_first(void **state)
{
	(void)state;
	struct study_subject adopters[] = {
		SUBJECT(1, 10, 100, 5, 7), /* same servers and others: control 4 */
		SUBJECT(1, 10, 100, 6, 7), /* same servers only: control 2 */
		SUBJECT(2, 10, 101, 8, 7), /* same operator and others: control 3 */
		SUBJECT(3, 30, 200, 9, 7), /* same addresses: control 1 */
		SUBJECT(1, 10, 100, 5, 8), /* another top-level domain: nobody */
		SUBJECT(0, 0, 0, 5, 7),    /* no name servers: nobody */
	};
	struct study_subject controls[] = {
		SUBJECT(0, 0, 0, 5, 7),    SUBJECT(4, 40, 200, 1, 7), SUBJECT(1, 10, 100, 4, 7),
		SUBJECT(5, 10, 102, 8, 7), SUBJECT(1, 10, 100, 5, 7),
	};
	static const struct study_pair wanted[] = {
		{0, 4, 0}, /* same servers, same others */
		{2, 3, 1}, /* same operator, same others */
		{1, 2, 3}, /* same servers */
		{3, 1, 5}, /* same addresses */
	};
	const struct study_subjects ours = subjects_of(adopters, 6);
	const struct study_subjects theirs = subjects_of(controls, 5);
	struct study_pair pairs[6];
	uint32_t count = 0;
	assert_int_equal(study_match(&ours, &theirs, pairs, &count), OK);
	assert_int_equal(count, 4);
	for (uint32_t i = 0; i < count; i++) {
		assert_int_equal(pairs[i].adopter, wanted[i].adopter);
		assert_int_equal(pairs[i].control, wanted[i].control);
		assert_int_equal(pairs[i].level, wanted[i].level);
	}
}

/* Adopters are matched before likeness falls, whatever order they come in. */
static void many_are_matched_once_each(void **state)
{
	enum { OURS = 300, THEIRS = 1000 };
	static struct study_subject adopters[OURS];
	static struct study_subject controls[THEIRS];
	static uint8_t taken[THEIRS];
	static uint8_t matched[OURS];
	static struct study_pair pairs[OURS];
	struct random random;
	uint32_t count = 0;
	uint64_t in_group[2][16] = {{0}};
	uint32_t most = 0;
	(void)state;
	random_seeded(&random, 3);
	for (uint32_t i = 0; i < OURS + THEIRS; i++) {
		const uint64_t group = random_below(&random, 16);
		struct study_subject *subject = i < OURS ? &adopters[i] : &controls[i - OURS];
		*subject = (struct study_subject)SUBJECT(random_below(&random, 40) + 1, group + 1,
							 random_below(&random, 9), group % 3, 1);
		in_group[i >= OURS][group]++;
	}
	/* The operator alone brings so many together. */
	for (size_t i = 0; i < 16; i++)
		most += (uint32_t)(in_group[0][i] < in_group[1][i] ? in_group[0][i]
								   : in_group[1][i]);
	const struct study_subjects ours = subjects_of(adopters, OURS);
	const struct study_subjects theirs = subjects_of(controls, THEIRS);
	assert_int_equal(study_match(&ours, &theirs, pairs, &count), OK);
	assert_in_range(count, most * 9 / 10, OURS);
	for (uint32_t i = 0; i < count; i++) {
		const struct study_subject *one = &adopters[pairs[i].adopter];
		const struct study_subject *other = &controls[pairs[i].control];
		const unsigned likeness = pairs[i].level % STUDY_LIKENESS_COUNT;
		assert_int_equal(one->likeness[likeness], other->likeness[likeness]);
		if (pairs[i].level < STUDY_LIKENESS_COUNT)
			assert_int_equal(one->others, other->others);
		assert_false(taken[pairs[i].control]++);
		assert_false(matched[pairs[i].adopter]++);
	}
}

static void the_same_are_drawn_in_any_order(void **state)
{
	struct study_subject forward[100];
	struct study_subject backward[100];
	(void)state;
	for (uint64_t i = 0; i < 100; i++)
		backward[99 - i] = forward[i] = (struct study_subject){
			.domain = (int64_t)i + 1, .order = study_hash(&i, sizeof(i))};
	struct study_subjects one = {forward, 100, 100};
	struct study_subjects other = {backward, 100, 100};
	study_draw(&one, 30);
	study_draw(&other, 30);
	assert_int_equal(one.count, 30);
	assert_memory_equal(forward, backward, 30 * sizeof(forward[0]));
	study_draw(&one, 1000);
	assert_int_equal(one.count, 30);
}

static void without_memory_it_says_so(void **state)
{
	struct study_subject each[] = {SUBJECT(1, 1, 1, 1, 1), SUBJECT(1, 1, 1, 1, 1)};
	(void)state;
	FOR_EACH_FAILURE(allocation)
	{
		const struct study_subjects ours = {each, 1, 1};
		const struct study_subjects theirs = {each + 1, 1, 1};
		struct study_pair pairs[1];
		uint32_t count = 77;
		const int error = study_match(&ours, &theirs, pairs, &count);
		assert_true(error == ERR_MEMORY ? count == 77 : error == OK && count == 1);
		assert_int_equal(memory_in_use(), 0);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_best_likeness_comes_first),
		cmocka_unit_test(many_are_matched_once_each),
		cmocka_unit_test(the_same_are_drawn_in_any_order),
		cmocka_unit_test(without_memory_it_says_so),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
