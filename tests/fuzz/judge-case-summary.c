/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A case's summary as a store holds it. Property: what is read is within its words, and is written
 * to the octets that it was read from.
 */
#include "judge/case/fold.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct case_summary summary;
	size_t written = 0;
	arena_init(&arena, (size_t)1 << 20, 0);
	if (case_summary_decode(&arena, data, size, &summary) == OK) {
		uint8_t *octets = malloc(size);
		assert(octets != NULL);
		assert(case_state_text(summary.state) != NULL && tlp_text(summary.tlp) != NULL);
		assert(case_duty_text(summary.duty) != NULL);
		assert(case_result_text(summary.result) != NULL);
		const int error = case_summary_encode(&summary, octets, size, &written);
		assert(error == OK && written == size && memcmp(octets, data, size) == 0);
		free(octets);
	}
	arena_release(&arena);
	return 0;
}
