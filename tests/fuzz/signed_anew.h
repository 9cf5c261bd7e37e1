/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON signed anew with a key made of seed 7, so that what stands behind the check of the signature
 * is reached. */
#ifndef TESTS_FUZZ_SIGNED_ANEW_H
#define TESTS_FUZZ_SIGNED_ANEW_H

#include "model/canonical.h"
#include "model/id.h"
#include "seal/key.h"

#include <assert.h>

static inline struct secret_key signed_anew_key(void)
{
	struct random random;
	struct secret_key key;
	random_seeded(&random, 7);
	const int error = secret_key_make(&random, 1790000000, &key);
	assert(error == OK);
	(void)error;
	return key;
}

/* Sets the member to the signature of the line and the form without it. */
static inline void signed_anew(json_t *object, const char *line)
{
	static const char *const without[] = {"sig", NULL};
	const struct secret_key key = signed_anew_key();
	uint8_t signature[SIGNATURE_OCTETS];
	char base64[96];
	struct text text;
	text_init(&text, CANONICAL_OCTETS_MAX);
	text_add(&text, line);
	canonical_write(object, without, &text);
	if (text.error == OK) {
		key_sign(&key, text_get(&text), text.length, signature);
		const int error =
			base64_from_octets(signature, sizeof(signature), base64, sizeof(base64));
		assert(error == OK);
		(void)error;
		(void)json_object_set_new(object, "sig", json_string(base64));
	}
	text_release(&text);
}

static inline void signed_anew_id(json_t *object)
{
	static const char *const without[] = {"id", "sig", NULL};
	char id[ID_ROOM];
	struct text text;
	text_init(&text, CANONICAL_OCTETS_MAX);
	canonical_write(object, without, &text);
	if (text.error == OK) {
		id_make(text_get(&text), text.length, id);
		(void)json_object_set_new(object, "id", json_string(id));
	}
	text_release(&text);
}

#endif
