/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The path of a GET to the world's DoH. Property: a message is what its base64url says, and fits.
 */
#include "base/text.h"
#include "world/https_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[HTTP2_PATH_MAX];
	uint8_t message[HTTP2_PATH_MAX];
	char text[2 * HTTP2_PATH_MAX];
	size_t message_size;
	if (size >= sizeof(path))
		return 0;
	memcpy(path, data, size);
	path[size] = '\0';
	if (https_message(path, message, sizeof(message), &message_size) != OK)
		return 0;
	assert(message_size < sizeof(message));
	int error = base64_from_octets(message, message_size, text, sizeof(text));
	assert(error == OK);
	(void)error;
	text[strcspn(text, "=")] = '\0';
	for (char *at = text; *at != '\0'; at++)
		*at = *at == '+' ? '-' : *at == '/' ? '_' : *at;
	for (char *at = path; *at != '\0'; at++)
		*at = *at == '+' ? '-' : *at == '/' ? '_' : *at;
	assert(strstr(path, text) != NULL);
	return 0;
}
