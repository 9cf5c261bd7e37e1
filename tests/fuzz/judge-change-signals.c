/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table of signals from anywhere. Properties: what is refused is refused with words that name the
 * file; in what is taken every row that is there is within its limits, and every score has a band.
 */
#include "judge/change/signals.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_rows(const struct signals *signals)
{
	for (unsigned int i = 0; i < SIGNAL_COUNT; i++) {
		const struct signal_row *row = signals_row(signals, (enum signal_number)i);
		enum signal_number number;
		if (!row->is_there)
			continue;
		int error = signal_number_from_text(row->number, strlen(row->number), &number);
		assert(error == OK && number == i);
		assert(row->name[0] != '\0' && row->sentence[0] != '\0' && row->clears[0] != '\0');
		assert(row->points >= -100 && row->points <= 500);
		assert(row->is_factor || row->most >= row->points);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct signals_file file = {
		.path = "table", .text = (const char *)data, .size = size};
	struct complaint complaint = {.text = ""};
	struct signals *signals = NULL;
	const int error = signals_new(&file, &signals, &complaint);
	assert((error == OK) == (signals != NULL));
	assert(error == OK || error == ERR_MEMORY || strstr(complaint.text, "'table'") != NULL);
	if (signals == NULL)
		return 0;
	check_rows(signals);
	uint8_t least = 100;
	for (int score = 100; score >= 0; score--) {
		const struct signal_band *band = signals_band(signals, (uint8_t)score);
		assert(band->least <= score && band->least <= least);
		least = band->least;
	}
	static const uint8_t name[] = "\3ns1\13sedoparking\3com";
	(void)signals_is_parking(signals, name);
	signals_free(signals);
	return 0;
}
