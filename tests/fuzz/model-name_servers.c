/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A set of name servers' binary form. Property: what can be read is written the same, octet for
 * octet, so that one set has one form. */
#include "base/arena.h"
#include "model/name_servers.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct name_servers servers;
	const uint8_t *again;
	size_t again_size;

	arena_init(&arena, (size_t)4 << 20, 0);
	int error = name_servers_decode(&arena, data, size, &servers);
	assert(error == OK || error == ERR_FORMAT || error == ERR_UNSUPPORTED ||
	       error == ERR_MEMORY);
	if (error == OK) {
		assert(name_servers_encode(&arena, &servers, &again, &again_size) == OK);
		assert(again_size == size && memcmp(again, data, size) == 0);
	}
	arena_release(&arena);
	return 0;
}
