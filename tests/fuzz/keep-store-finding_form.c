/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A finding's words as the store keeps them. Property: what can be read and is written again reads
 * the same, is written the same, and holds no control character. */
#include "base/arena.h"
#include "keep/store/store_private.h"

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
	struct octets once, twice;
	arena_init(&arena, (size_t)16 << 20, 0);
	int error = finding_decode(&arena, (struct octets){.data = data, .size = size}, &first);
	assert(error == OK || error == ERR_DAMAGED || error == ERR_MEMORY);
	if (error == OK) {
		assert(finding_encode(&arena, &first, &once) == OK);
		assert(once.size <= size);
		error = finding_decode(&arena, once, &second);
		assert(error == OK);
		assert(finding_encode(&arena, &second, &twice) == OK);
		assert(once.size == twice.size && memcmp(once.data, twice.data, once.size) == 0);
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
