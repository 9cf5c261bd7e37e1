/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers over TCP and DoT: first octet: the size of the pieces they come in; second: the message
 * after which the connection is over, if there are so many. Property: whatever the pieces, the
 * messages are those of cutting the whole by hand. */
#include "base/memory.h"
#include "dns/transport/connection_private.h"
#include "dns/transport/engine_private.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* `take` gets the connection and nothing else. */
struct stage {
	struct connection connection; /* first */
	const uint8_t *next;
	size_t left;
	size_t taken, most;
};

static void take(struct connection *connection, const uint8_t *message, size_t size)
{
	struct stage *stage = (struct stage *)connection;
	assert(!connection->is_over && stage->left >= 2);
	assert(size == ((size_t)stage->next[0] << 8 | stage->next[1]));
	assert(stage->left >= 2 + size && memcmp(message, stage->next + 2, size) == 0);
	stage->next += 2 + size;
	stage->left -= 2 + size;
	connection->is_over = ++stage->taken > stage->most;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	const size_t piece = data[0] == 255 ? size : data[0] + 1u;
	struct stage stage = {.next = data + 2, .left = size - 2, .most = data[1]};
	for (size_t at = 2; at < size; at += piece) {
		const size_t part = size - at < piece ? size - at : piece;
		int error = connection_cut(&stage.connection, data + at, part, take);
		assert(error == OK);
		(void)error;
	}
	/* What is left is the beginning of a message, and is kept. */
	if (!stage.connection.is_over) {
		assert((stage.connection.partial != NULL) == (stage.left > 0));
		assert(stage.connection.partial_size == stage.left);
		assert(stage.left == 0 ||
		       memcmp(stage.connection.partial, stage.next, stage.left) == 0);
	}
	memory_give(stage.connection.partial);
	return 0;
}
