/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A stream of questions, each behind its length (RFC 1035 s4.2.2), cut into messages however the
 * stream comes in pieces.
 */
#ifndef WORLD_QUESTION_BUFFER_PRIVATE_H
#define WORLD_QUESTION_BUFFER_PRIVATE_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/* One question with its length. */
#define QUESTION_BUFFER_OCTETS (2 + 65535)

struct question_buffer {
	size_t received;
	uint8_t octets[QUESTION_BUFFER_OCTETS];
};

/* Not 0 ends the cutting. The message lives during the call. */
typedef int question_take(void *context, const uint8_t *message, size_t size_bytes);
/* What `take` gave, or 0. */
MUST_CHECK int question_buffer_add(struct question_buffer *buffer, const uint8_t *data,
				   size_t size_bytes, question_take *take, void *context);

#endif
