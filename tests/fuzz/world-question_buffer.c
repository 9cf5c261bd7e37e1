/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The stream of questions to a world's server: first octet: the size of the pieces it comes in.
 * Property: whatever the pieces, the messages are those of cutting the whole by hand. */
#include "world/question_buffer_private.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct expected {
	const uint8_t *next;
	size_t left;
	size_t taken;
};

static int take(void *context, const uint8_t *message, size_t size)
{
	struct expected *expected = context;
	assert(expected->left >= 2);
	assert(size == ((size_t)expected->next[0] << 8 | expected->next[1]));
	assert(expected->left >= 2 + size && memcmp(message, expected->next + 2, size) == 0);
	expected->next += 2 + size;
	expected->left -= 2 + size;
	expected->taken++;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct question_buffer buffer;
	if (size < 1)
		return 0;
	const size_t piece = data[0] == 255 ? size : data[0] + 1u;
	struct expected expected = {data + 1, size - 1, 0};
	buffer.received = 0;
	for (size_t at = 1; at < size; at += piece) {
		const size_t part = size - at < piece ? size - at : piece;
		int error = question_buffer_add(&buffer, data + at, part, take, &expected);
		assert(error == 0);
		(void)error;
	}
	/* What is left is the beginning of a message, and is kept. */
	assert(buffer.received == expected.left);
	assert(memcmp(buffer.octets, expected.next, expected.left) == 0);
	assert(expected.left < 2 ||
	       expected.left - 2 < ((size_t)expected.next[0] << 8 | expected.next[1]));
	return 0;
}
