/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A key file, and a recipient. Property: what is read is written the same, octet for octet. */
#include "seal/key.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct secret_key key;
	struct complaint complaint = {""};
	uint8_t seal[KEY_OCTETS];
	char again[BECH32_TEXT_MAX];
	const int error = secret_key_read((const char *)data, size, &complaint, &key);
	if (error == OK) {
		struct text text;
		text_init(&text, KEY_FILE_MAX);
		secret_key_write(&key, &text);
		assert(text.length == size && memcmp(text.data, data, size) == 0);
		text_wipe(&text);
		secret_key_wipe(&key);
	} else {
		assert(complaint.text[0] != '\0');
	}
	if (recipient_read((const char *)data, size, seal) == OK) {
		recipient_write(seal, again);
		assert(strlen(again) == size && memcmp(again, data, size) == 0);
	}
	return 0;
}
