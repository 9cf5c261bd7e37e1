/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A finding's binary form. Property: what can be read and is written again reads
 * the same, is written the same, and holds no control character. */
#include "base/arena.h"
#include "model/finding.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *one, const char *other)
{
	assert((one == NULL) == (other == NULL));
	if (one == NULL)
		return;
	assert(strcmp(one, other) == 0);
	for (; *one != '\0'; one++)
		assert((unsigned char)*one >= 0x20 && *one != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct finding first = {0}, second = {0};
	const uint8_t *once, *twice;
	size_t once_size, twice_size;
	arena_init(&arena, (size_t)16 << 20, 0);
	int error = finding_decode(&arena, data, size, &first);
	assert(error == OK || error == ERR_DAMAGED || error == ERR_MEMORY);
	if (error == OK) {
		assert(finding_encode(&arena, &first, &once, &once_size) == OK);
		assert(once_size <= size);
		error = finding_decode(&arena, once, once_size, &second);
		assert(error == OK);
		assert(finding_encode(&arena, &second, &twice, &twice_size) == OK);
		assert(once_size == twice_size && memcmp(once, twice, once_size) == 0);
		assert(first.severity == second.severity && first.party == second.party &&
		       first.evidence_count == second.evidence_count);
		check_text(first.sentence, second.sentence);
		check_text(first.reference, second.reference);
		for (uint8_t i = 0; i < first.evidence_count; i++)
			check_text(first.evidence[i].answer, second.evidence[i].answer);
	}
	arena_release(&arena);
	return 0;
}
