/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file of age, sealed to a key made of seed 7, or to others. Property: what opens is sealed anew
 * and opens to the same; a file with its last octet changed does not open; what does not open gives
 * nothing and a sentence.
 */
#include "seal/age.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define PLAIN_MAX ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_again(const struct age_identities *identities, const struct age_buffer *plain,
			struct random *random)
{
	uint8_t to[1][KEY_OCTETS];
	const struct age_recipients recipients = {(const uint8_t(*)[KEY_OCTETS])to, 1};
	struct age_buffer sealed = {0}, armoured = {0}, again = {0};
	memcpy(to[0], identities->keys[0].public.seal, KEY_OCTETS);
	assert(age_seal(&recipients, (struct age_octets){plain->data, plain->size}, random, NULL,
			&sealed) == OK);
	assert(age_armour((struct age_octets){sealed.data, sealed.size}, &armoured) == OK);
	assert(age_open(identities, (struct age_octets){armoured.data, armoured.size}, NULL,
			&again) == OK);
	assert(again.size == plain->size && memcmp(again.data, plain->data, plain->size) == 0);
	age_buffer_release(&sealed);
	age_buffer_release(&armoured);
	age_buffer_release(&again);
}

static void check_altered(const struct age_identities *identities, const uint8_t *data, size_t size)
{
	struct age_buffer plain = {0};
	uint8_t *copy = malloc(size);
	assert(copy != NULL);
	memcpy(copy, data, size);
	copy[size - 1] ^= 1;
	assert(age_open(identities, (struct age_octets){copy, size}, NULL, &plain) < 0);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct random random;
	struct secret_key key;
	struct complaint complaint = {""};
	struct age_buffer plain = {0};
	const struct age_octets octets = {data, size};
	random_seeded(&random, 7);
	assert(secret_key_make(&random, 0, &key) == OK);
	const struct age_identities identities = {&key, 1, PLAIN_MAX};
	const int error = age_open(&identities, octets, &complaint, &plain);
	if (error == OK) {
		assert(plain.size <= PLAIN_MAX && age_is_sealed(octets));
		check_again(&identities, &plain, &random);
		if (!age_is_armoured(octets))
			check_altered(&identities, data, size);
	} else {
		assert(plain.data == NULL && complaint.text[0] != '\0');
	}
	age_buffer_release(&plain);
	return 0;
}
