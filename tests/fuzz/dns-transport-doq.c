/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stream of DoQ: the first two octets are no part of it but say where it is cut. Property: it is
 * taken only if it is one message behind its length, and framed anew it is the same. */
#include "dns/transport/connection_private.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t anew[65537];
	if (size < 2)
		return 0;
	const size_t cut = ((size_t)data[0] << 8 | data[1]) % (size - 1);
	const uint8_t *stream = data + 2;
	const size_t sizes[] = {size - 2, size - 2 < cut ? size - 2 : cut};
	for (size_t i = 0; i < 2; i++) {
		const uint8_t *message = NULL;
		size_t message_size = 0;
		const int error = doq_unframe(stream, sizes[i], &message, &message_size);
		const bool is_one =
			sizes[i] >= 2 && sizes[i] - 2 == (size_t)(stream[0] << 8 | stream[1]);
		assert((error == OK) == is_one);
		if (error != OK)
			continue;
		anew[0] = (uint8_t)(message_size >> 8);
		anew[1] = (uint8_t)message_size;
		memcpy(anew + 2, message, message_size);
		assert(message_size + 2 == sizes[i] && memcmp(anew, stream, sizes[i]) == 0);
	}
	return 0;
}
