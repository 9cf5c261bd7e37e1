/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table of how long what is kept. Property: a refusal has words and changes nothing; what is
 * taken is kept for a day at least and a hundred years at most, or always.
 */
#include "judge/retain/retain.h"

#include <assert.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct retain_file file = {"t", (const char *)data, size};
	struct retain retain = {{-1, -1, -1}};
	struct complaint complaint = {""};
	const int error = retain_read(&file, &retain, &complaint);
	for (unsigned i = 0; i < RETAIN_CLASS_COUNT; i++) {
		const int64_t keep_s = retain.keep_s[i];
		assert(error == OK || keep_s == -1);
		assert(error != OK || keep_s == RETAIN_ALWAYS ||
		       (keep_s >= 86400 && keep_s <= (int64_t)RETAIN_DAYS_MAX * 86400));
	}
	assert((error == OK) == (complaint.text[0] == '\0'));
	return 0;
}
