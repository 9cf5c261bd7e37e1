/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table of clocks from anywhere. Properties: what is refused is refused with words that name the
 * file; in what is taken every time is within its limits, every preset is found by its name, and
 * there is one for those that name none.
 */
#include "judge/case/clocks.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct case_clocks_file file = {
		.path = "table", .text = (const char *)data, .size = size};
	struct complaint complaint = {.text = ""};
	struct case_clocks *clocks = NULL;
	const int error = case_clocks_new(&file, &clocks, &complaint);
	assert((error == OK) == (clocks != NULL));
	assert(error == OK || error == ERR_MEMORY || strstr(complaint.text, "'table'") != NULL);
	if (clocks == NULL)
		return 0;
	const struct case_clock *clock = NULL;
	for (size_t i = 0; (clock = case_clocks_at(clocks, i)) != NULL; i++) {
		assert(i < CASE_CLOCKS_ROWS_MAX && case_clocks_find(clocks, clock->name) == clock);
		assert(clock->remind_s > 0 && clock->remind_s <= CASE_CLOCK_S_MAX);
		for (unsigned j = 0; j < CASE_DUTY_COUNT; j++)
			assert(clock->within_s[j] > 0 && clock->within_s[j] <= CASE_CLOCK_S_MAX);
	}
	clock = case_clocks_for(clocks, NULL);
	assert(strcmp(clock->name, CASE_CLOCKS_DEFAULT) == 0);
	assert(case_clocks_for(clocks, "?") == clock);
	case_clocks_free(clocks);
	return 0;
}
