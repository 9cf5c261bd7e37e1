/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world/question_buffer_private.h"

#include <assert.h>
#include <string.h>

/* Hands on the whole messages in the buffer and moves the rest to its front. */
static int take_whole(struct question_buffer *buffer, question_take *take, void *context)
{
	size_t at = 0;
	int error = 0;
	while (!error && buffer->received - at >= 2) {
		const uint8_t *next = buffer->octets + at;
		size_t size = (size_t)next[0] << 8 | next[1];
		if (buffer->received - at < 2 + size)
			break;
		error = take(context, next + 2, size);
		at += 2 + size;
	}
	memmove(buffer->octets, buffer->octets + at, buffer->received - at);
	buffer->received -= at;
	return error;
}

int question_buffer_add(struct question_buffer *buffer, const uint8_t *data, size_t size_bytes,
			question_take *take, void *context)
{
	while (size_bytes > 0) {
		const size_t room = QUESTION_BUFFER_OCTETS - buffer->received;
		const size_t part = size_bytes < room ? size_bytes : room;
		assert(part > 0);
		memcpy(buffer->octets + buffer->received, data, part);
		buffer->received += part;
		data += part;
		size_bytes -= part;
		int error = take_whole(buffer, take, context);
		if (error)
			return error;
	}
	return 0;
}
