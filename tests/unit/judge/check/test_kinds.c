/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A question that was put in another way than the plain one says nothing about what the plain one
 * would have given: every golden case is judged again with such questions around each of its own,
 * answered worse and better, and the verdict stays to the letter.
 */
#include "base/json.h"
#include "judge/check/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FILE_MAX (4u << 20)
/* A kind that no check knows: what checks say of those they know is not the matter here. */
#define KIND_UNKNOWN (PROBE_KIND_COUNT + 100)

static const uint8_t *read_golden(struct arena *arena, const char *code, size_t *ret_size)
{
	const char *source = getenv("DSFI_SOURCE");
	char path[4096];

	snprintf(path, sizeof(path), "%s/tests/golden/check/%s/observation", source ? source : ".",
		 code);
	FILE *stream = fopen(path, "rb");

	if (!stream)
		fail_msg("%s cannot be read", path);
	uint8_t *octets = arena_take_octets(arena, FILE_MAX);

	assert_non_null(octets);
	*ret_size = fread(octets, 1, FILE_MAX, stream);
	fclose(stream);
	return octets;
}

static void judge(struct arena *arena, const struct observation *observation, struct text *text)
{
	struct judgement judgement;
	struct json json;

	assert_int_equal(judge_observation(arena, observation, observation->started_s, &judgement),
			 OK);
	json_init(&json, text);
	for (size_t i = 0; i < judgement.finding_count; i++) {
		finding_to_json(&judgement.findings[i], &json);
		json_end_line(&json);
	}
	assert_int_equal(text->error, OK);
}

enum manner { WORSE, LOST, BETTER, MANNER_COUNT };

/* Late, after loss, with what another question was answered; not at all; or at once and well. */
static struct exchange odd(const struct observation *observation, struct exchange exchange,
			   enum manner manner)
{
	exchange.kind = KIND_UNKNOWN;
	exchange.attempts = manner == BETTER ? 1 : 9;
	exchange.rtt_us = manner == BETTER ? 1 : 3000000;
	if (manner == BETTER)
		exchange.outcome = OUTCOME_ANSWER;
	if (manner == WORSE && exchange.message != MESSAGE_NONE &&
	    (exchange.flags & EXCHANGE_OPT_CUT) == 0)
		exchange.message = (uint16_t)((exchange.message + 1u) % observation->message_count);
	if (manner == WORSE)
		return exchange;
	exchange.outcome = manner == LOST ? OUTCOME_TIMEOUT : OUTCOME_ANSWER;
	/* The first message is the referral. */
	exchange.message = manner == LOST || observation->message_count == 0 ? MESSAGE_NONE : 0;
	exchange.flags = 0;
	exchange.opt_size = 0;
	return exchange;
}

/* An odd question before each of those of the observation, and one behind it. */
static void surround(struct arena *arena, struct observation *observation)
{
	const size_t count = observation->exchange_count;
	struct exchange *exchanges = arena_take_array(arena, 3 * count, sizeof(*exchanges));

	assert_non_null(exchanges);
	for (size_t i = 0; i < count; i++) {
		const struct exchange *exchange = &observation->exchanges[i];

		exchanges[3 * i] = odd(observation, *exchange, (enum manner)(i % MANNER_COUNT));
		exchanges[3 * i + 1] = *exchange;
		exchanges[3 * i + 2] =
			odd(observation, *exchange, (enum manner)((i + 1) % MANNER_COUNT));
	}
	observation->exchanges = exchanges;
	observation->exchange_count = (uint16_t)(3 * count);
	if (observation->parent_exchange != MESSAGE_NONE)
		observation->parent_exchange = (uint16_t)(3 * observation->parent_exchange + 1);
}

static void check_one(const char *code)
{
	struct arena arena;
	struct observation observation;
	struct text plain;
	struct text surrounded;
	size_t size;

	arena_init(&arena, 256u << 20, 0);
	text_init(&plain, FILE_MAX);
	text_init(&surrounded, FILE_MAX);
	const uint8_t *octets = read_golden(&arena, code, &size);

	assert_int_equal(observation_decode(&arena, octets, size, &observation, NULL), OK);
	judge(&arena, &observation, &plain);
	surround(&arena, &observation);
	judge(&arena, &observation, &surrounded);
	assert_string_equal(text_get(&plain), text_get(&surrounded));
	text_release(&plain);
	text_release(&surrounded);
	arena_release(&arena);
}

static void test_odd_questions_prove_nothing(void **state)
{
	size_t count;
	const struct check *checks = check_all(&count);

	/* Those of many domains have no observation of their own. */
	for (size_t i = 0; i < count; i++)
		if (checks[i].function)
			check_one(checks[i].code);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_odd_questions_prove_nothing),
	};

	return cmocka_run_group_tests_name("judge/check kinds of question", tests, NULL, NULL);
}
