/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Observations from anywhere, judged. Property: a judge is a pure function (twice the same
 * findings), and every finding carries a code of the catalogue, no more than its severity, and a
 * sentence.
 */
#include "judge/check/check.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int judge(struct arena *arena, const uint8_t *data, size_t size, struct judgement *ret)
{
	struct observation observation;
	const int result = observation_decode(arena, data, size, &observation, NULL);

	return result < 0 ? result
			  : judge_observation(arena, &observation, observation.started_s, ret);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct judgement first;
	struct judgement second;
	struct arena arena;

	arena_init(&arena, 256u << 20, 1 << 16);
	if (judge(&arena, data, size, &first) == OK && judge(&arena, data, size, &second) == OK) {
		assert(first.finding_count == second.finding_count);
		for (size_t i = 0; i < first.finding_count; i++) {
			const struct finding *finding = &first.findings[i];
			const struct check *check = check_by_code(finding->code);

			assert(check && finding->severity <= check->severity);
			assert(finding->sentence[0] != '\0');
			assert(strcmp(finding->sentence, second.findings[i].sentence) == 0);
		}
	}
	arena_release(&arena);
	return 0;
}
