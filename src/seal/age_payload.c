/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "seal/age_private.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#define CHUNK_NONCE_OCTETS 12u
#define SEALED_CHUNK_OCTETS (AGE_CHUNK_OCTETS + TAG_OCTETS)

static_assert(CHUNK_NONCE_OCTETS == crypto_aead_chacha20poly1305_ietf_NPUBBYTES, "");

/* A payload of nothing is one empty chunk; no other chunk is empty. */
static size_t chunk_count(size_t size, size_t chunk)
{
	return size == 0 ? 1 : (size - 1) / chunk + 1;
}

/* Eleven octets of number, one that says whether it is the last. */
static void chunk_nonce(size_t number, bool is_last, uint8_t ret_nonce[CHUNK_NONCE_OCTETS])
{
	memset(ret_nonce, 0, CHUNK_NONCE_OCTETS);
	for (size_t i = 0; i < 8; i++)
		ret_nonce[CHUNK_NONCE_OCTETS - 2 - i] = (uint8_t)((uint64_t)number >> (8 * i));
	ret_nonce[CHUNK_NONCE_OCTETS - 1] = is_last;
}

static void payload_key(const uint8_t file_key[FILE_KEY_OCTETS], const uint8_t nonce[NONCE_OCTETS],
			uint8_t ret_key[KEY_OCTETS])
{
	derive_key((struct age_octets){file_key, FILE_KEY_OCTETS},
		   (struct age_octets){nonce, NONCE_OCTETS}, "payload", ret_key);
}

size_t payload_size(size_t plain_size)
{
	assert(plain_size <= AGE_PLAIN_MAX);
	return NONCE_OCTETS + plain_size + chunk_count(plain_size, AGE_CHUNK_OCTETS) * TAG_OCTETS;
}

void payload_write(const uint8_t file_key[FILE_KEY_OCTETS], struct age_octets plain,
		   struct random *random, uint8_t *out)
{
	uint8_t key[KEY_OCTETS];
	uint8_t nonce[CHUNK_NONCE_OCTETS];
	const size_t count = chunk_count(plain.size, AGE_CHUNK_OCTETS);
	random_octets(random, out, NONCE_OCTETS);
	payload_key(file_key, out, key);
	uint8_t *next = out + NONCE_OCTETS;
	for (size_t i = 0, at = 0; i < count; i++) {
		const bool is_last = i + 1 == count;
		const size_t size = is_last ? plain.size - at : AGE_CHUNK_OCTETS;
		unsigned long long sealed_size = 0;
		chunk_nonce(i, is_last, nonce);
		(void)crypto_aead_chacha20poly1305_ietf_encrypt(next, &sealed_size,
								size > 0 ? plain.data + at : NULL,
								size, NULL, 0, NULL, nonce, key);
		assert(sealed_size == size + TAG_OCTETS);
		next += sealed_size;
		at += size;
	}
	assert((size_t)(next - out) == payload_size(plain.size));
	sodium_memzero(key, sizeof(key));
}

static int open_chunks(const uint8_t key[KEY_OCTETS], struct age_octets chunks, size_t count,
		       struct age_buffer *plain)
{
	uint8_t nonce[CHUNK_NONCE_OCTETS];
	size_t from = 0;
	size_t at = 0;
	for (size_t i = 0; i < count; i++) {
		const bool is_last = i + 1 == count;
		const size_t size = is_last ? chunks.size - from : SEALED_CHUNK_OCTETS;
		chunk_nonce(i, is_last, nonce);
		if (crypto_aead_chacha20poly1305_ietf_decrypt(plain->data + at, NULL, NULL,
							      chunks.data + from, size, NULL, 0,
							      nonce, key) != 0)
			return ERR_DAMAGED;
		from += size;
		at += size - TAG_OCTETS;
	}
	assert(from == chunks.size && at == plain->size);
	return OK;
}

int payload_open(const uint8_t file_key[FILE_KEY_OCTETS], struct age_octets payload,
		 size_t plain_max, struct complaint *complaint, struct age_buffer *ret_plain)
{
	uint8_t key[KEY_OCTETS];
	struct age_buffer plain = {0};
	if (payload.size < NONCE_OCTETS + TAG_OCTETS)
		return complain(complaint, ERR_DAMAGED, "sealed file: cut short; get it again");
	const struct age_octets chunks = {payload.data + NONCE_OCTETS, payload.size - NONCE_OCTETS};
	const size_t count = chunk_count(chunks.size, SEALED_CHUNK_OCTETS);
	const size_t last = chunks.size - (count - 1) * SEALED_CHUNK_OCTETS;
	/* The last chunk holds a tag and, unless it is the only one, something more. */
	if (last < TAG_OCTETS || (count > 1 && last == TAG_OCTETS))
		return complain(complaint, ERR_DAMAGED,
				"sealed file: its last chunk is cut short; get it again");
	if (chunks.size - count * TAG_OCTETS > plain_max)
		return complain(complaint, ERR_LIMIT,
				"sealed file: holds %zu octets, at most %zu are taken",
				chunks.size - count * TAG_OCTETS, plain_max);
	if (buffer_take(chunks.size - count * TAG_OCTETS, &plain) != OK)
		return complain(complaint, ERR_MEMORY, "sealed file: out of memory");
	payload_key(file_key, payload.data, key);
	const int error = open_chunks(key, chunks, count, &plain);
	sodium_memzero(key, sizeof(key));
	if (error != OK) {
		age_buffer_release(&plain);
		return complain(complaint, error,
				"sealed file: its content is altered, cut, or in another order; "
				"get it again");
	}
	*ret_plain = plain;
	return OK;
}
